"""The list of cases: a page by keyset, capped counts, months, and what the Today board and the Inbox ask."""

from __future__ import annotations

from datetime import datetime, timedelta

from data import cases, people
from data.cases import CAP, Wanted
from data.models.cases import CaseCard
from data.store import Store
from services.claims.shapes import DUE, KINDS, STATES, Filters, Line, Month, Page
from services.rules.claims import RESULTS
from services.rules.money import decimal_string

SHOWN = 30
MONTHS = 12
WITHIN = {"late": timedelta(0), "day": timedelta(hours=24), "week": timedelta(days=7)}


def cases_page(
    store: Store, filters: Filters, *, now: datetime, mark: str | None = None, backwards: bool = False,
    limit: int = SHOWN,
) -> Page:  # fmt: skip
    """A page of cases, the most urgent first, in one statement; a filter that makes no sense does not narrow."""
    after = _mark(mark)
    with store.read() as session:
        found = cases.page(session, _wanted(filters, now), after=after, backwards=backwards, limit=limit + 1)
    more = len(found) > limit
    kept = found[1:] if backwards and more else found[:limit]
    has_before, has_after = (more, True) if backwards else (after is not None, more)
    first, last = (kept[0], kept[-1]) if kept else (None, None)
    return Page(
        tuple(line_of(card) for card in kept),
        f"{first.sort_key}.{first.case_id}" if first and has_before else None,
        f"{last.sort_key}.{last.case_id}" if last and has_after else None,
    )


def waiting(store: Store, *, now: datetime) -> dict[str, int]:
    """How many cases want something from us, by state, counted up to CAP; no appeal whose time is over."""
    wanted = (Wanted(state="action_required"), Wanted(state="option_to_appeal", due_before=now + timedelta(days=366)))
    with store.read() as session:
        return {each.state: cases.count(session, each) for each in wanted}


def is_capped(number: int) -> bool:
    """Whether counting stopped there."""
    return number >= CAP


def owners(store: Store) -> tuple[str, ...]:
    """Who may be given a case."""
    with store.read() as session:
        return tuple(person.name for person in people.everybody(session) if person.disabled_at is None)


def of_ticket(store: Store, ticket_id: int) -> tuple[Line, ...]:
    """The cases about the order of a ticket."""
    with store.read() as session:
        return tuple(line_of(card) for card in cases.of_ticket(session, ticket_id))


def months(store: Store, *, now: datetime, account: str = "", marketplace: str = "") -> tuple[Month, ...]:
    """What the last twelve months came to, by month, result and currency; one statement over sums."""
    with store.read() as session:
        rows = cases.months(session, since=last_months(now)[0], account=account, marketplace=marketplace)
    sums: dict[tuple[str, str, str], dict[str, int]] = {}
    for row in rows:
        measures = sums.setdefault((row.month, row.result, row.currency), {"n": 0, "amount": 0})
        measures[row.measure] += row.value
    return tuple(Month(*key, both["n"], both["amount"]) for key, both in sorted(sums.items()) if both["n"])


def last_months(now: datetime) -> tuple[str, ...]:
    """This month and the eleven before it, as YYYY-MM."""
    last = now.year * 12 + now.month - 1
    return tuple(f"{month // 12:04}-{month % 12 + 1:02}" for month in range(last - MONTHS + 1, last + 1))


def line_of(card: CaseCard) -> Line:
    """A stored row as the page shows it."""
    names = (
        "account", "order_id", "kind", "marketplace", "state", "outcome", "result", "opened_at", "decided_at",
        "due_at", "due_what", "why_none", "currency", "reason", "owner", "version",
    )  # fmt: skip
    return Line(
        id=card.case_id,
        amount=decimal_string(card.amount, card.currency) if card.amount is not None else None,
        sources=tuple(card.source.split("+")),
        doubts=tuple(card.doubts.split("\n")) if card.doubts else (),
        **{name: getattr(card, name) for name in names},
    )


def _wanted(filters: Filters, now: datetime) -> Wanted:
    due = WITHIN.get(filters.due) if filters.due in DUE else None
    return Wanted(
        state=filters.state if filters.state in STATES else "",
        kind=filters.kind if filters.kind in KINDS else "",
        marketplace=filters.marketplace,
        account=filters.account,
        owner="" if filters.owner == "-" else filters.owner,
        unowned=filters.owner == "-",
        month=filters.month,
        result=filters.result if filters.result in RESULTS else "",
        order_id=filters.order,
        due_before=None if due is None else now + due,
    )


def _mark(mark: str | None) -> cases.Mark | None:
    first, _, last = (mark or "").partition(".")
    if not (first.isascii() and first.isdigit() and last.isascii() and last.isdigit()) or len(mark or "") > 36:
        return None
    return int(first), int(last)
