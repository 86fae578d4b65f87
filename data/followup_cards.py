"""The cards of follow-ups: what they are made from (sheet, order, money, ticket, work), and keeping what was made."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from data import bulk
from data.models.amazon import AmazonOrder, FinanceEvent
from data.models.derived import Card
from data.models.followups import FollowupCard, FollowupWork
from data.models.sheets import SheetRow, SheetWrite
from data.store import table_of, upsert

KEY = ("account", "sheet", "row_key")
OPEN = ("to_contact", "contacted")
GUESSES = ("alias", "weak")
PAID_BACK = ("charge", "tax", "promotion")
Key = tuple[str, str, str]
"""(account, sheet, row key)."""
_ROW = (
    *(SheetRow.account, SheetRow.sheet, SheetRow.row_key, SheetRow.kind, SheetRow.order_id, SheetRow.item),
    *(SheetRow.dated, SheetRow.contacted, SheetRow.contact_day, SheetRow.agent, SheetRow.first_seen_at),
    SheetRow.gone_at,
)
_ORDER = (
    *(AmazonOrder.order_id, AmazonOrder.marketplace, AmazonOrder.status, AmazonOrder.packages, AmazonOrder.total),
    *(AmazonOrder.currency, AmazonOrder.updated_at, AmazonOrder.read_at),
)
_TICKET = (
    *(Card.order_id, Card.ticket_id, Card.marketplace, Card.match, Card.last_at, Card.last_buyer_at),
    Card.last_reply_at,
)


FOLLOWUPS_LOCK = 0x57323406
"""Any number that nothing else locks."""


def one_at_a_time(session: Session) -> None:
    """Let nobody else make cards of follow-ups until this transaction ends: whoever is second must see what the first
    one stored. To be taken before any `sheet_write` row is locked. SQLite has one writer anyhow."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": FOLLOWUPS_LOCK})


class Refund(NamedTuple):
    """What went back to the buyer of an order, in minor units, and when last."""

    amount: int
    currency: str
    at: datetime | None


class Facts(NamedTuple):
    """What a card is made from; rows with the columns of `sheet_row`, `amazon_order` and `card` (None: not known)."""

    row: Any
    order: Any
    refund: Refund | None
    ticket: Any
    conflicts: int


def facts(session: Session, account: str, sheet: str, row_keys: Collection[str]) -> list[Facts]:
    """What there is about these rows of one sheet; five statements however many."""
    keys = list(row_keys)
    mine = select(*_ROW).where(SheetRow.account == account, SheetRow.sheet == sheet, SheetRow.row_key.in_(keys))
    rows = list(session.execute(mine))
    ids = sorted({row.order_id for row in rows if row.order_id})
    orders, refunds = _orders(session, account, ids), _refunds(session, account, ids)
    tickets = newest_tickets(session, account, ids)
    differing = _conflicts(session, account, sheet, keys)
    return [
        Facts(row, orders.get(row.order_id), refunds.get(row.order_id), tickets.get(row.order_id),
              differing.get(row.row_key, 0))
        for row in rows
    ]  # fmt: skip


def newest_tickets(session: Session, account: str, order_ids: Collection[str]) -> dict[str, Any]:
    """The newest ticket of each order, one that is only guessed to be about it last."""
    query = select(*_TICKET).where(Card.account == account, Card.order_id.in_(list(order_ids)))
    found = sorted(session.execute(query), key=lambda card: (card.match not in GUESSES, card.last_at, card.ticket_id))
    return {card.order_id: card for card in found}


def _orders(session: Session, account: str, ids: Sequence[str]) -> dict[str, Any]:
    query = select(*_ORDER).where(AmazonOrder.account == account, AmazonOrder.order_id.in_(ids))
    return {row.order_id: row for row in session.execute(query)}


def _refunds(session: Session, account: str, ids: Sequence[str]) -> dict[str, Refund]:
    amount, at = -func.sum(FinanceEvent.amount), func.max(FinanceEvent.posted_at)
    query = (
        select(FinanceEvent.order_id, FinanceEvent.currency, amount.label("amount"), at.label("at"))
        .where(
            FinanceEvent.account == account,
            FinanceEvent.order_id.in_(ids),
            FinanceEvent.kind.in_(("refund", "claim", "chargeback")),
            FinanceEvent.part.in_(PAID_BACK),
        )
        .group_by(FinanceEvent.order_id, FinanceEvent.currency)
    )
    return {row.order_id or "": Refund(int(row.amount), row.currency, row.at) for row in session.execute(query)}


def _conflicts(session: Session, account: str, sheet: str, keys: Sequence[str]) -> dict[str, int]:
    query = (
        select(SheetWrite.row_key, func.count().label("n"))
        .where(
            SheetWrite.account == account,
            SheetWrite.sheet == sheet,
            SheetWrite.state == "conflict",
            SheetWrite.row_key.in_(keys),
        )
        .group_by(SheetWrite.row_key)
    )
    return {row.row_key: row.n for row in session.execute(query)}


def works(session: Session, account: str, sheet: str, row_keys: Sequence[str]) -> dict[str, Any]:
    """The work on these rows by row key; what does not exist yet is made, so that every follow-up has its id."""
    columns = table_of(FollowupWork).c
    mine = select(table_of(FollowupWork)).where(
        columns.account == account, columns.sheet == sheet, columns.row_key.in_(list(row_keys))
    )
    known = {row.row_key: row for row in session.execute(mine)}
    missing = [{"row_key": key} for key in dict.fromkeys(row_keys) if key not in known]
    if missing:
        same = {"account": account, "sheet": sheet, "refused": "", "version": 1}
        bulk.add_new(session, FollowupWork, missing, same=same)
        known = {row.row_key: row for row in session.execute(mine)}
    return known


def cards(session: Session, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Cards by id, as plain values."""
    found = session.execute(select(table_of(FollowupCard)).where(FollowupCard.id.in_(list(ids))))
    return {row.id: dict(row._mapping) for row in found}


def keep(session: Session, new: Sequence[Mapping[str, Any]], changed: Sequence[Mapping[str, Any]]) -> None:
    """Store cards."""
    bulk.add_new(session, FollowupCard, new)
    upsert(session, FollowupCard, changed, key=("id",))


def drop(session: Session, account: str, sheet: str, row_keys: Collection[str]) -> None:
    """Take cards away whose row the mirror does not have at all; the work on them stays."""
    mine = (FollowupCard.account == account, FollowupCard.sheet == sheet, FollowupCard.row_key.in_(list(row_keys)))
    session.execute(delete(FollowupCard).where(*mine))


def any_there(session: Session) -> bool:
    """Whether there is any follow-up at all: most of what comes in has none beside it."""
    return session.scalars(select(FollowupCard.id).limit(1)).first() is not None


def about(session: Session, account: str, order_ids: Iterable[str]) -> list[Key]:
    """The open follow-ups of these orders."""
    query = select(FollowupCard.account, FollowupCard.sheet, FollowupCard.row_key).where(
        FollowupCard.order_id.in_(list(order_ids)), FollowupCard.account == account, FollowupCard.state.in_(OPEN)
    )
    return [(row.account, row.sheet, row.row_key) for row in session.execute(query)]


def silent(session: Session, now: datetime, silence: timedelta, *, limit: int) -> list[Key]:
    """Contacted rows without a proposal whose contact is longer ago than `silence`, and that were not judged since."""
    query = (
        select(FollowupCard.account, FollowupCard.sheet, FollowupCard.row_key)
        .join(FollowupWork, FollowupWork.id == FollowupCard.id)
        .where(
            FollowupCard.state == "contacted",
            FollowupCard.proposal.is_(None),
            FollowupCard.contacted_at < now - silence - timedelta(days=1),
            ~FollowupWork.refused.contains("silent"),
            ~FollowupWork.refused.contains("answered"),
        )
        .order_by(FollowupCard.id)
        .limit(limit)
    )
    return [(row.account, row.sheet, row.row_key) for row in session.execute(query)]


def uncarded(session: Session, *, limit: int) -> list[Key]:
    """Rows of sheets that have no card: a store whose caches were dropped makes them anew."""
    has_one = select(FollowupCard.id).where(
        FollowupCard.row_key == SheetRow.row_key,
        FollowupCard.account == SheetRow.account,
        FollowupCard.sheet == SheetRow.sheet,
    )
    query = select(SheetRow.account, SheetRow.sheet, SheetRow.row_key).where(~has_one.exists()).limit(limit)
    return [(row.account, row.sheet, row.row_key) for row in session.execute(query)]
