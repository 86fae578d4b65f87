"""What mails and finances say of A-to-z claims and chargebacks, by order; rules.claims makes claims of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.orm import Session

from data.listed import among
from data.models.amazon import FinanceEvent
from data.models.mirrored import Message

# Written out rather than bound, so that the databases see that the index of exactly these kinds serves.
_KINDS = "('a_to_z_opened', 'a_to_z_decision', 'chargeback_opened', 'chargeback_decision')"
_OF_CLAIMS: ColumnElement[bool] = literal_column(f"message.kind IN {_KINDS}")


class MailFact(NamedTuple):
    """One notice about a claim."""

    account: str
    order_id: str
    marketplace: str | None
    kind: str
    sent_at: datetime
    facts: dict[str, Any]
    message_id: int
    ticket_id: int | None


class MoneyFact(NamedTuple):
    """The adjustments of one order, kind (claim or chargeback), part and currency, summed in minor units."""

    account: str
    order_id: str
    marketplace: str | None
    kind: str
    part: str
    currency: str
    amount: int
    first_at: datetime | None
    last_at: datetime | None


def mails(session: Session, account: str | None = None, order_ids: Collection[str] | None = None) -> list[MailFact]:
    """Notices about claims, oldest first; of all orders, or of some."""
    columns = (Message.account, Message.order_id, Message.marketplace, Message.kind, Message.sent_at, Message.facts)
    query = select(*columns, Message.id, Message.ticket_id).where(_OF_CLAIMS, Message.order_id.is_not(None))
    if account is not None:
        query = query.where(Message.account == account)
    if order_ids is not None:
        query = query.where(among(session, Message.order_id, order_ids))
    found: list[Any] = list(session.execute(query.order_by(Message.sent_at, Message.id)))
    return [MailFact(*row) for row in found]


def named_by(session: Session, message_ids: Collection[int]) -> list[tuple[str, str, str | None]]:
    """(account, kind, order id) of those of these messages that are notices about claims, as they are stored now."""
    if not message_ids:
        return []
    query = select(Message.account, Message.kind, Message.order_id)
    about = query.where(Message.id.in_(list(message_ids)), _OF_CLAIMS)
    return [(row.account, row.kind, row.order_id) for row in session.execute(about)]


def moneys(session: Session, account: str | None = None, order_ids: Collection[str] | None = None) -> list[MoneyFact]:
    """Money that moved because of claims and chargebacks; of all orders, or of some."""
    by = (FinanceEvent.account, FinanceEvent.order_id, FinanceEvent.kind, FinanceEvent.part, FinanceEvent.currency)
    query = (
        select(
            FinanceEvent.account, FinanceEvent.order_id, func.max(FinanceEvent.marketplace), FinanceEvent.kind,
            FinanceEvent.part, FinanceEvent.currency, func.sum(FinanceEvent.amount),
            func.min(FinanceEvent.posted_at), func.max(FinanceEvent.posted_at),
        )
        .where(FinanceEvent.kind.in_(("claim", "chargeback")), FinanceEvent.order_id.is_not(None))
        .group_by(*by)
    )  # fmt: skip
    if account is not None:
        query = query.where(FinanceEvent.account == account)
    if order_ids is not None:
        query = query.where(among(session, FinanceEvent.order_id, order_ids))
    found: list[Any] = list(session.execute(query.order_by(*by)))
    return [MoneyFact(*row)._replace(amount=int(row[6])) for row in found]
