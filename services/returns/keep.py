"""Keeps the caches of returns: the cards as rows come in, and the counted weeks after a stream has run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.orm import Session

from data import return_cards as rows
from data.mirror import Stored, Values
from data.return_cards import Card, Facts, Told, Work
from data.store import Store
from services.rules import return_rate, return_requests
from services.rules.return_reasons import reason

AT_ONCE = 5000
Weeks = dict[str, set[date]]
"""Account -> weeks (their Mondays)."""


def follow(session: Session, stored: Mapping[str, Stored], *, now: datetime) -> None:
    """Bring the cards up to date with rows that were just stored, by table, in the same transaction."""
    weeks: Weeks = defaultdict(set)
    for account, told, fresh in _returns(session, stored):
        weeks[account] |= _cards(session, account, told, now, fresh=fresh)
    for account, found in _sold(session, stored).items():
        weeks[account] |= found
    for account, found in weeks.items():
        rows.mark_stale(session, account, found, now=now)


def recount(store: Store, *, most: int = 1000) -> int:
    """Count the weeks again in which something changed, each in a transaction of its own; how many."""
    rows.make_indexes(store)
    with store.read() as session:
        waiting = [(each.account, each.week) for each in rows.stale(session, limit=most)]
    for account, week in waiting:
        with store.write() as session:
            rows.count_again(session, account, week)
    return len(waiting)


def _returns(session: Session, stored: Mapping[str, Stored]) -> Iterator[tuple[str, list[Told], bool]]:
    """(account, returns, whether they are new) of which the stored rows speak."""
    returns = stored.get("return")
    if returns is not None and returns.exact:
        for account, mine in _by_account(returns.news).items():
            yield account, rows.told(mine), returns.only_new
    told = [stored[name] for name in ("order", "finance") if name in stored]
    looked_up = told if returns is None or returns.exact else [returns, *told]
    for account, ids in _order_ids(row for each in looked_up for row in each.news).items():
        for start in range(0, len(ids), AT_ONCE):
            yield account, rows.of_orders(session, account, ids[start : start + AT_ONCE]), False


def _by_account(news: Iterable[Values]) -> dict[str, list[Values]]:
    found: dict[str, list[Values]] = defaultdict(list)
    for row in news:
        found[row["account"]].append(row)
    return found


def _order_ids(news: Iterable[Values]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in news:
        if order_id := row.get("order_id"):
            found[row["account"]].add(order_id)
    return {account: sorted(ids) for account, ids in found.items()}


def _sold(session: Session, stored: Mapping[str, Stored]) -> Weeks:
    """The weeks in which these orders, or the orders of these items, were bought."""
    nothing = Stored(0, ())
    orders, items = stored.get("order", nothing), stored.get("item", nothing)
    known = {(row["account"], row["order_id"]): row.get("purchased_at") for row in orders.news if orders.exact}
    asked = [row for each in (orders, items) for row in each.news if not known.get((row["account"], row["order_id"]))]
    times: dict[str, set[datetime]] = defaultdict(set)
    for (account, _), at in known.items():
        if at is not None:
            times[account].add(at)
    weeks = {account: rows.mondays(found) for account, found in times.items()}
    for account, ids in _order_ids(asked).items():
        weeks[account] = weeks.get(account, set()) | rows.bought(session, account, ids)
    return weeks


def _cards(session: Session, account: str, told: Sequence[Told], now: datetime, *, fresh: bool) -> set[date]:
    """Store the cards that are new or different; the weeks whose counts change with them."""
    if not told:
        return set()
    works, all_new = rows.works(session, account, told, fresh=fresh)
    made = [card_of(each, work, now) for each, work in zip(rows.facts(session, account, told), works, strict=True)]
    before = {} if all_new else rows.cards(session, [card.id for card in made])
    changed = [card for card in made if card.id in before and before[card.id] != card]
    news = [card for card in made if card.id not in before]
    rows.keep(session, news, changed)
    both = [*news, *changed, *(before[card.id] for card in changed)]
    return rows.mondays(card.returned_at for card in both) | rows.mondays(card.sold_at for card in both)


def card_of(facts: Facts, work: Work, now: datetime) -> Card:
    """The card of a return."""
    row = facts.row
    code, fault = _judged(row.reason_raw, row.disposition)
    # Nothing that Amazon handles needs us, and its reports bring a million of them.
    need = return_requests.need(needs_of(facts, work), now) if row.channel == "fbm" else None
    return Card(
        work.id, *row[:4], facts.marketplace, row.sku, row.asin, row.quantity, row.returned_at, facts.sold_at,
        code, fault, row.disposition, work.state, work.outcome, work.assignee,
        need.what if need else None, need.due_at if need else None,
    )  # fmt: skip


@lru_cache(maxsize=1024)
def _judged(raw: str | None, disposition: str | None) -> tuple[str, str]:
    """Reason and fault."""
    code = reason(raw)
    return code, return_rate.fault(code, disposition)


def need_of(session: Session, found: Any, now: datetime) -> dict[str, Any]:
    """What a return (`data.return_work.Found`) needs after its work has changed, as column values of its card."""
    mine = rows.facts(session, found.card.account, rows.of_orders(session, found.card.account, [found.card.order_id]))
    facts = next(each for each in mine if (each.row.channel, each.row.key) == (found.row.channel, found.row.key))
    need = return_requests.need(needs_of(facts, found.work), now)
    return {"need": need.what if need else None, "due_at": need.due_at if need else None}


def needs_of(facts: Facts, work: Any) -> return_requests.Facts:
    """What decides what a return needs next; `work` has the columns of `return_work`."""
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
