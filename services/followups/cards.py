"""Makes the list row of each follow-up out of sheet, order, money, ticket and work; runs with every sync and write."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data import followup_cards as rows
from data.followup_cards import Facts, Key
from services.rules import followups as rules

AT_ONCE = 2000
LONGEST_ITEM = 200


def told_by_sheets(session: Session, keys: Iterable[Key], *, now: datetime) -> None:
    """Make the cards of these rows anew, in the caller's transaction: six statements for each 2,000 of a sheet."""
    by_sheet: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for account, sheet, row_key in keys:
        by_sheet[account, sheet][row_key] = None
    if by_sheet:
        rows.one_at_a_time(session)
    for (account, sheet), row_keys in sorted(by_sheet.items()):
        wanted = list(row_keys)
        for start in range(0, len(wanted), AT_ONCE):
            _make(session, account, sheet, wanted[start : start + AT_ONCE], now)


def told_by_rows(session: Session, by_table: Mapping[str, Sequence[Mapping[str, Any]]], *, now: datetime) -> None:
    """The same for the follow-ups of orders of which reports tell; `by_table` as services.sync.rows names them."""
    orders = [
        (row["account"], row["order_id"])
        for name in ("order", "finance")
        for row in by_table.get(name, ())
        if row.get("order_id")
    ]
    told_of_orders(session, orders, now=now)


def told_of_orders(session: Session, orders: Iterable[tuple[str, str | None]], *, now: datetime) -> None:
    """The same for the follow-ups of some orders, (account, order id); one statement where there is no follow-up."""
    touched: dict[str, set[str]] = defaultdict(set)
    for account, order_id in orders:
        if order_id:
            touched[account].add(order_id)
    if not touched or not rows.any_there(session):
        return
    found = [key for account, ids in sorted(touched.items()) for key in rows.about(session, account, sorted(ids))]
    told_by_sheets(session, found, now=now)


def catch_up(session: Session, *, now: datetime, limit: int = AT_ONCE) -> int:
    """Make the cards anew of rows whose time has come or that have none; how many."""
    due = rows.silent(session, now, rules.SILENCE, limit=limit) + rows.uncarded(session, limit=limit)
    told_by_sheets(session, due, now=now)
    return len(due)


def _make(session: Session, account: str, sheet: str, row_keys: Sequence[str], now: datetime) -> None:
    found = rows.facts(session, account, sheet, row_keys)
    works = rows.works(session, account, sheet, [each.row.row_key for each in found])
    made = [card_of(each, works[each.row.row_key], now) for each in found]
    before = rows.cards(session, [card["id"] for card in made])
    news = [card for card in made if card["id"] not in before]
    changed = [card for card in made if card["id"] in before and before[card["id"]] != card]
    rows.keep(session, news, changed)
    lost = set(row_keys) - {each.row.row_key for each in found}
    if lost:
        rows.drop(session, account, sheet, lost)


def card_of(facts: Facts, work: Any, now: datetime) -> dict[str, Any]:
    """The card of a follow-up, as column values; `work` has the columns of `followup_work`."""
    row, order, ticket = facts.row, facts.order, facts.ticket
    marketplace = (order.marketplace if order else None) or (ticket.marketplace if ticket else None)
    verdict = rules.verdict(row_of(row), work_of(work), outside_of(facts), marketplace, now)
    return {
        "id": work.id,
        **{name: getattr(row, name) for name in (*rows.KEY, "kind", "order_id")},
        "item": row.item[:LONGEST_ITEM],
        "marketplace": marketplace,
        "order_status": order.status if order else None,
        "ticket_id": ticket.ticket_id if ticket else work.ticket_id,
        "began_at": verdict.began_at,
        "state": verdict.state,
        "due_at": verdict.due_at,
        "contacted_at": verdict.contacted_at,
        "contacted_by": verdict.contacted_by,
        "snoozed_until": work.snoozed_until,
        "owner": work.owner,
        "proposal": verdict.proposal.code if verdict.proposal else None,
        "proposed_at": verdict.proposal.at if verdict.proposal else None,
        "conflicts": facts.conflicts,
        "sort_key": verdict.sort_key,
    }


def row_of(row: Any) -> rules.Row:
    """What the sheet says, for the rules."""
    return rules.Row(
        kind=row.kind,
        first_seen_at=row.first_seen_at,
        day=row.dated,
        contacted=row.contacted,
        contacted_on=row.contact_day,
        contacted_by=row.agent.strip() or None,
        gone_at=row.gone_at,
    )


def work_of(work: Any) -> rules.Work:
    """What people did, for the rules."""
    return rules.Work(work.contacted_at, work.contacted_by, work.resolved_at, refused_of(work))


def refused_of(work: Any) -> frozenset[str]:
    """The proposals that were turned down."""
    return frozenset(work.refused.split("\n")) if work.refused else frozenset()


def outside_of(facts: Facts) -> rules.Outside:
    """What Amazon and the ticket say, for the rules."""
    order, ticket = facts.order, facts.ticket
    parcels = _parcels(order)
    shipped = [moment for each in parcels if (moment := _moment(each.get("shipped_at")))]
    return rules.Outside(
        status=order.status if order else None,
        parcels=tuple(str(each.get("status") or "") for each in parcels),
        shipped_at=min(shipped, default=None),
        changed_at=(order.updated_at or order.read_at) if order else None,
        refunded_at=_refunded_at(facts),
        last_buyer_at=ticket.last_buyer_at if ticket else None,
        last_reply_at=ticket.last_reply_at if ticket else None,
    )


def _refunded_at(facts: Facts) -> datetime | None:
    """When all the money of the order had gone back; None while some is left or it is not known."""
    order, refund = facts.order, facts.refund
    if order is None or refund is None or not order.total or refund.currency != order.currency:
        return None
    return refund.at if refund.amount >= order.total else None


def _parcels(order: Any) -> Collection[Mapping[str, Any]]:
    return [each for each in (order.packages if order else None) or () if isinstance(each, dict)]


def _moment(value: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found if found.tzinfo else None
