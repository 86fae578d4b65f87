"""Makes the list row of each case out of mail, finances, returns and people's work; runs with every sync and write."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from data import cases, messages, orders
from data import claims as facts
from data.models.amazon import CustomerReturn
from data.models.cases import ClaimCase
from services.rules import claims as rules
from services.rules.claims import Choice, Claim, Money, Notice, Told
from services.rules.deadlines import Deadline, next_deadline
from services.rules.money import minor

SYNC = "sync"
MAILS = frozenset({"a_to_z_opened", "a_to_z_decision", "chargeback_opened", "chargeback_decision"})
_REST = 10**11
"""Sort keys of what is open without a deadline start here, those of closed cases at twice as much."""


def told_by_mail(session: Session, mails: Iterable[tuple[str, str, str | None]], *, now: datetime) -> None:
    """Bring cases up to date after mail came in: (account, kind of mail, order id) of each."""
    touched: dict[str, set[str]] = defaultdict(set)
    for account, kind, order_id in mails:
        if kind in MAILS and order_id:
            touched[account].add(order_id)
    for account, order_ids in sorted(touched.items()):
        refresh(session, account, order_ids, now=now)


def told_by_rows(session: Session, by_table: Mapping[str, Sequence[Mapping[str, Any]]], *, now: datetime) -> None:
    """Bring cases up to date after rows of reports came in; `by_table` as services.sync.rows names them."""
    touched: dict[str, set[str]] = defaultdict(set)
    for row in by_table.get("finance", ()):
        if row["kind"] in ("claim", "chargeback") and row["order_id"]:
            touched[row["account"]].add(row["order_id"])
    for row in by_table.get("return", ()):
        if row.get("a_to_z") is not None:
            touched[row["account"]].add(row["order_id"])
    bought: dict[str, set[str]] = defaultdict(set)
    for row in by_table.get("order", ()):
        bought[row["account"]].add(row["order_id"])
    for account, order_ids in bought.items():
        touched[account] |= {case.order_id for case in cases.of_orders(session, account, order_ids)}
    for account, order_ids in sorted(touched.items()):
        refresh(session, account, order_ids, now=now)


def lapse(session: Session, *, now: datetime) -> int:
    """Make anew the rows of cases whose time to appeal has run out; how many."""
    over: dict[str, set[str]] = defaultdict(set)
    found = cases.lapsed(session, now)
    for account, order_id in found:
        over[account].add(order_id)
    for account, order_ids in sorted(over.items()):
        refresh(session, account, order_ids, now=now)
    return len(found)


def refresh(session: Session, account: str, order_ids: Collection[str], *, now: datetime) -> None:
    """Make the rows of all cases of these orders anew; a fixed number of statements."""
    if not order_ids:
        return
    # Mail and reports may come in at once: whoever is second must see what the first one stored.
    messages.one_at_a_time(session)
    work = {cases.key_of(case): case for case in cases.of_orders(session, account, order_ids)}
    found = gathered(session, account, order_ids, work.values())
    fresh = [key for key in found if key not in work]
    if fresh:
        cases.add(session, fresh, at=now, by=SYNC)
        work = {cases.key_of(case): case for case in cases.of_orders(session, account, order_ids)}
    rows = [card_of(claim, work[key], now) for key, claim in found.items()]
    cases.write_cards(session, rows, [case.id for key, case in work.items() if key not in found])


def gathered(
    session: Session, account: str, order_ids: Collection[str], work: Iterable[ClaimCase]
) -> dict[cases.Key, Claim]:
    """What all sources say of these orders, before people's choices, by key; with the marketplace of the order."""
    notices = [Notice(*mail[:5], facts=mail.facts) for mail in facts.mails(session, account, order_ids)]
    moneys = [Money(*money) for money in facts.moneys(session, account, order_ids)]
    known = orders.marketplaces(session, account, order_ids)
    # Amazon's own mail may come from another country than the order's: no doubt about it, unlike what people typed.
    own = [replace(each, marketplace=known.get(each.order_id) or each.marketplace)
           for each in rules.claims(notices, moneys)]  # fmt: skip
    found = with_told(own, cases.flags(session, account, order_ids), work)
    placed = [rules.placed(claim, known.get(claim.order_id)) for claim in found]
    return {(claim.account, claim.order_id, claim.kind): claim for claim in placed}


def with_told(found: Iterable[Claim], flagged: Iterable[CustomerReturn], work: Iterable[ClaimCase]) -> list[Claim]:
    """Claims of mail and finances joined by what return rows and people tell of them."""
    return rules.joined(found, [*map(_flag, flagged), *(told for case in work for told in told_of(case))])


def told_of(case: ClaimCase) -> list[Told]:
    """What was entered by hand or CSV about a case."""
    names = ("source", "marketplace", "amount", "currency", "reason")
    return [
        Told(
            case.account, case.order_id, case.kind, **{name: each.get(name) for name in names},
            opened_at=moment(each.get("opened_at")), respond_by=moment(each.get("respond_by")),
        )
        for each in case.told
    ]  # fmt: skip


def moment(text: str | None) -> datetime | None:
    """A time as it is kept in JSON."""
    return datetime.fromisoformat(text) if text else None


def _flag(row: CustomerReturn) -> Told:
    return Told(row.account, row.order_id, "a_to_z", "return", row.marketplace)


def settled(claim: Claim, case: ClaimCase | None) -> Claim:
    """The claim as people marked it, as far as nothing newer is known."""
    if case is None or case.state_chosen is None or case.chosen_at is None:
        return claim
    return rules.chosen(claim, Choice(case.state_chosen, case.outcome_chosen, case.chosen_at, case.asked_at))


def card_of(told: Claim, case: ClaimCase, now: datetime) -> dict[str, Any]:
    """The list row of a case, as column values of `case_card`."""
    claim = settled(told, case)
    due = next_deadline(claim.kind, {**vars(claim), "appealed": case.appealed_at is not None}, now)
    due_at = due.due_at if isinstance(due, Deadline) else None
    names = ("kind", "marketplace", "state", "outcome", "opened_at", "respond_by", "decided_at")
    row = {
        "case_id": case.id,
        "account": claim.account,
        "order_id": claim.order_id,
        **{name: getattr(claim, name) for name in names},
        "result": rules.result(claim),
        "due_at": due_at,
        "due_what": due.what if isinstance(due, Deadline) else "",
        "why_none": "" if isinstance(due, Deadline) else due.reason,
        "amount": minor(claim.amount, claim.currency),
        "currency": claim.currency,
        "reason": claim.reason,
        "source": claim.source,
        "doubts": "\n".join(claim.doubts),
        "owner": case.owner,
        "month": f"{(claim.decided_at or claim.opened_at or case.made_at).astimezone(UTC):%Y-%m}",
        "seen_at": case.made_at,
        "sort_key": _sort_key(claim, due_at, case.made_at),
    }
    return {**row, "version": _version(case, row)}


def _sort_key(claim: Claim, due_at: datetime | None, seen_at: datetime) -> int:
    if due_at:
        return int(due_at.timestamp())
    if claim.state == "action_required":
        # Nobody knows when it is due, so it stands as if it were due a day after we heard of it.
        return int((seen_at + timedelta(days=1)).timestamp())
    if claim.state == "closed":
        return 2 * _REST - int((claim.decided_at or seen_at).timestamp())
    return _REST + int((claim.opened_at or seen_at).timestamp())


def _version(case: ClaimCase, row: Mapping[str, Any]) -> int:
    """A number that differs whenever a person wrote or the facts became others, so that a stale screen shows."""
    names = ("state", "outcome", "opened_at", "respond_by", "decided_at", "amount", "source", "doubts")
    return zlib.crc32(f"{case.version} {[str(row[name]) for name in names]}".encode()) >> 1
