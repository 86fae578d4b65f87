"""Keeps the caches of returns: the cards as rows come in, and the counted weeks after a stream has run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from data import return_cards as rows
from data.return_cards import Facts
from data.store import Store
from services.rules import return_rate, return_requests
from services.rules.return_reasons import reason

AT_ONCE = 500
TABLES = frozenset({"return", "order", "item", "finance"})
"""The tables of reports from which cards or counted weeks follow."""
Orders = Mapping[str, Collection[str]]
"""Account -> order ids."""


def touched(by_table: Mapping[str, Iterable[Mapping[str, Any]]]) -> Orders:
    """The orders of which these rows speak, where that matters here."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in TABLES & by_table.keys():
        for row in by_table[name]:
            if row.get("order_id"):
                found[row["account"]].add(row["order_id"])
    return found


def follow(session: Session, orders: Orders, *, now: datetime, sold: bool) -> None:
    """Bring the cards of these orders up to date in the same transaction; `sold`: their sales may have changed too."""
    for account, ids in orders.items():
        wanted = sorted(ids)
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            weeks = _cards(session, account, some, now)
            if sold:
                weeks |= rows.bought(session, account, some)
            rows.mark_stale(session, account, weeks, now=now)


def recount(store: Store, *, most: int = 1000) -> int:
    """Count the weeks again in which something changed, each in a transaction of its own; how many."""
    with store.read() as session:
        waiting = [(each.account, each.week) for each in rows.stale(session, limit=most)]
    for account, week in waiting:
        with store.write() as session:
            rows.count_again(session, account, week)
    return len(waiting)


def _cards(session: Session, account: str, order_ids: Collection[str], now: datetime) -> set[date]:
    """Store the cards that are new or different; the weeks whose counts change with them."""
    found = rows.facts(session, account, order_ids)
    if not found:
        return set()
    works = rows.works(session, account, found)
    made = [card_of(each, works[rows.key_of(each.row)], now) for each in found]
    before = rows.cards(session, [card["id"] for card in made])
    news = [card for card in made if card["id"] not in before]
    changed = [card for card in made if card["id"] in before and before[card["id"]] != card]
    rows.keep(session, news, changed)
    both = [*news, *changed, *(before[card["id"]] for card in changed)]
    return {rows.monday(at) for card in both for at in (card["returned_at"], card["sold_at"]) if at}


def card_of(facts: Facts, work: Any, now: datetime) -> dict[str, Any]:
    """The card of a return, as column values; `work` has the columns of `return_work`."""
    row = facts.row
    code = reason(row.reason_raw)
    need = return_requests.need(needs_of(facts, work), now)
    return {
        "id": work.id,
        **dict(zip(rows.KEY, rows.key_of(row), strict=True)),
        "marketplace": facts.marketplace,
        "sku": row.sku,
        "asin": row.asin,
        "quantity": row.quantity,
        "returned_at": row.returned_at,
        "sold_at": facts.sold_at,
        "reason": code,
        "fault": return_rate.fault(code, row.disposition),
        "disposition": row.disposition,
        "state": work.state,
        "outcome": work.outcome,
        "assignee": work.assignee,
        "need": need.what if need else None,
        "due_at": need.due_at if need else None,
    }


def need_of(session: Session, found: Any, now: datetime) -> dict[str, Any]:
    """What a return (`data.return_work.Found`) needs after its work has changed, as column values of its card."""
    mine = rows.facts(session, found.card.account, [found.card.order_id])
    facts = next(each for each in mine if (each.row.channel, each.row.key) == (found.row.channel, found.row.key))
    need = return_requests.need(needs_of(facts, found.work), now)
    return {"need": need.what if need else None, "due_at": need.due_at if need else None}


def needs_of(facts: Facts, work: Any) -> return_requests.Facts:
    """What decides what a return needs next."""
    row = facts.row
    return return_requests.Facts(
        channel=row.channel,
        state=row.state,
        requested_at=row.returned_at,
        delivered_at=row.delivered_at,
        refunded=facts.refunded or bool(row.refunded),
        authorised=work.authorised_at is not None,
        decided=work.state != "open",
        marketplace=facts.marketplace,
    )
