"""Cases of claims and chargebacks: identity, people's work, the list by keyset pages, months by differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, insert, or_, select, tuple_, update
from sqlalchemy.orm import Session

from data.listed import among
from data.models.amazon import AmazonOrder, CustomerReturn, FinanceEvent, SellerFeedback
from data.models.cases import CaseCard, CaseMonth, CaseNote, CaseStep, ClaimCase
from data.models.derived import Card
from data.models.feedback_work import FeedbackWork
from data.models.mirrored import Message
from data.models.outgoing import Outgoing
from data.store import add_up, insert_new, upsert

CAP = 1000
Key = tuple[str, str, str]
"""(account, order id, kind)."""
Mark = tuple[int, int]
"""(sort key, case id) of the last row of a page."""
_MONTH_KEY = ("account", "marketplace", "month", "kind", "result", "currency", "measure")


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; empty strings do not narrow. `due_before` keeps what is due by then."""

    state: str = ""
    kind: str = ""
    marketplace: str = ""
    account: str = ""
    owner: str = ""
    unowned: bool = False
    month: str = ""
    result: str = ""
    order_id: str = ""
    due_before: datetime | None = None


def key_of(row: ClaimCase | CaseCard) -> Key:
    """The natural key of a case."""
    return row.account, row.order_id, row.kind


def of_orders(session: Session, account: str, order_ids: Collection[str]) -> list[ClaimCase]:
    """The cases of these orders, in one order of locking."""
    mine = select(ClaimCase).where(ClaimCase.account == account, among(session, ClaimCase.order_id, order_ids))
    return list(session.scalars(mine.order_by(ClaimCase.id)))


def add(session: Session, keys: Iterable[Key], *, at: datetime, by: str) -> None:
    """Make cases that are not there yet; people's part of them is empty."""
    names = ("account", "order_id", "kind")
    empty = {"made_at": at, "made_by": by, "told": [], "evidence": {}, "version": 1}
    insert_new(session, ClaimCase, [{**dict(zip(names, key, strict=True)), **empty} for key in keys], key=names)


def lock(session: Session, case_ids: Collection[int]) -> list[ClaimCase]:
    """The cases for writing, locked until the transaction ends, by id."""
    mine = select(ClaimCase).where(ClaimCase.id.in_(list(case_ids))).order_by(ClaimCase.id).with_for_update()
    return list(session.scalars(mine.execution_options(populate_existing=True)))


def cards(session: Session, case_ids: Collection[int]) -> dict[int, CaseCard]:
    """The list rows of these cases as they are stored now."""
    mine = select(CaseCard).where(CaseCard.case_id.in_(list(case_ids)))
    return {card.case_id: card for card in session.scalars(mine.execution_options(populate_existing=True))}


def write_cards(session: Session, rows: Sequence[Mapping[str, Any]], gone: Collection[int]) -> None:
    """Replace list rows, drop those of `gone`, and keep the months in step; five statements at most."""
    ids = [row["case_id"] for row in rows]
    moved: Counter[tuple[str, ...]] = Counter()
    for card in cards(session, [*ids, *gone]).values():
        moved.subtract(_measures(vars(card)))
    for row in rows:
        moved.update(_measures(row))
    upsert(session, CaseCard, rows, key=("case_id",))
    if gone:
        session.execute(delete(CaseCard).where(CaseCard.case_id.in_(list(gone))))
    changes = [{**dict(zip(_MONTH_KEY, key, strict=True)), "value": n} for key, n in sorted(moved.items()) if n]
    add_up(session, CaseMonth, changes, key=_MONTH_KEY, number="value")
    session.expire_all()


def _measures(row: Mapping[str, Any]) -> Counter[tuple[str, ...]]:
    place = (row["account"], row["marketplace"] or "", row["month"], row["kind"], row["result"], row["currency"] or "")
    return Counter({(*place, "n"): 1, (*place, "amount"): row["amount"] or 0})


def months(session: Session, *, since: str, account: str = "", marketplace: str = "") -> list[CaseMonth]:
    """What the months since `since` (YYYY-MM) came to."""
    query = select(CaseMonth).where(CaseMonth.month >= since, CaseMonth.value != 0)
    wanted = {"account": account, "marketplace": marketplace}
    query = query.where(*(getattr(CaseMonth, name) == value for name, value in wanted.items() if value))
    return list(session.scalars(query.order_by(CaseMonth.month)))


def page(session: Session, wanted: Wanted, *, after: Mark | None, backwards: bool, limit: int) -> list[CaseCard]:
    """A page of the list, the most urgent first; backwards it is the page before `after`. One statement."""
    place = (CaseCard.sort_key, CaseCard.case_id)
    query = _narrowed(select(CaseCard), wanted)
    if after is not None:
        query = query.where(tuple_(*place) < after if backwards else tuple_(*place) > after)
    order = [column.desc() for column in place] if backwards else list(place)
    found = list(session.scalars(query.order_by(*order).limit(limit)))
    return found[::-1] if backwards else found


def count(session: Session, wanted: Wanted) -> int:
    """How many there are, counted up to CAP."""
    few = _narrowed(select(CaseCard.case_id), wanted).limit(CAP).subquery()
    return session.scalar(select(func.count()).select_from(few)) or 0


def _narrowed(query: Select[Any], wanted: Wanted) -> Select[Any]:
    names = ("state", "kind", "marketplace", "account", "owner", "month", "result", "order_id")
    query = query.where(*(getattr(CaseCard, name) == getattr(wanted, name) for name in names if getattr(wanted, name)))
    if wanted.unowned:
        query = query.where(CaseCard.owner.is_(None))
    return query.where(CaseCard.due_at <= wanted.due_before) if wanted.due_before else query


def due(session: Session, *, now: datetime, limit: int) -> list[CaseCard]:
    """Cases that wait for us, the most urgent first."""
    order = (CaseCard.sort_key, CaseCard.case_id)
    return list(session.scalars(waits(select(CaseCard), now).order_by(*order).limit(limit)))


def waits(query: Select[Any], now: datetime) -> Select[Any]:
    """Narrow a query to cases that wait for us; an appeal that is over waits for nobody."""
    appeals = (CaseCard.state == "option_to_appeal") & (CaseCard.due_at >= now)
    return query.where(or_(CaseCard.state == "action_required", appeals))


def lapsed(session: Session, now: datetime, *, limit: int = 500) -> list[tuple[str, str]]:
    """(account, order id) of cases whose time to appeal has run out since their row was made."""
    over = (CaseCard.state == "option_to_appeal", CaseCard.due_at < now)
    query = select(CaseCard.account, CaseCard.order_id).where(*over).limit(limit)
    return [(account, order_id) for account, order_id in session.execute(query)]


def get(session: Session, case_id: int) -> tuple[ClaimCase, CaseCard] | None:
    """One case with its list row."""
    query = select(ClaimCase, CaseCard).join(CaseCard, CaseCard.case_id == ClaimCase.id)
    row = session.execute(query.where(ClaimCase.id == case_id)).one_or_none()
    return (row[0], row[1]) if row else None


def unbacked(session: Session, case_id: int) -> ClaimCase | None:
    """People's part of a case of which no source tells any more, so that it has no list row."""
    query = select(ClaimCase).outerjoin(CaseCard, CaseCard.case_id == ClaimCase.id)
    return session.scalars(query.where(ClaimCase.id == case_id, CaseCard.case_id.is_(None))).one_or_none()


def of_ticket(session: Session, ticket_id: int) -> list[CaseCard]:
    """The cases about the order of a ticket, or about an order that a mail in it names; the most urgent first."""
    named = select(Message.account, Message.order_id).where(
        Message.ticket_id == ticket_id, Message.order_id.is_not(None)
    )
    about = named.union(
        select(Card.account, Card.order_id).where(Card.ticket_id == ticket_id, Card.order_id.is_not(None))
    )
    where: ColumnElement[bool] = tuple_(CaseCard.account, CaseCard.order_id).in_(about)
    return list(session.scalars(select(CaseCard).where(where).order_by(CaseCard.sort_key)))


def tickets(session: Session, account: str, order_id: str) -> list[Card]:
    """The tickets about an order, the latest first."""
    told = select(Message.ticket_id).where(Message.account == account, Message.order_id == order_id)
    mine = or_(Card.order_id == order_id, Card.ticket_id.in_(told))
    query = select(Card).where(Card.account == account, mine).order_by(Card.last_at.desc()).limit(20)
    return list(session.scalars(query))


def everything(session: Session) -> list[ClaimCase]:
    """All cases."""
    return list(session.scalars(select(ClaimCase).order_by(ClaimCase.id)))


def flags(
    session: Session, account: str | None = None, order_ids: Collection[str] | None = None
) -> list[CustomerReturn]:
    """Return rows on which Amazon says that there is an A-to-z claim; of all orders, or of some."""
    query = select(CustomerReturn).where(CustomerReturn.a_to_z.is_(True))
    if account is not None:
        query = query.where(CustomerReturn.account == account)
    if order_ids is not None:
        query = query.where(among(session, CustomerReturn.order_id, order_ids))
    return list(session.scalars(query.order_by(CustomerReturn.account, CustomerReturn.order_id, CustomerReturn.key)))


def moved(session: Session, account: str, order_id: str) -> list[FinanceEvent]:
    """All money that moved for an order because of claims, chargebacks and refunds, oldest first."""
    mine = (FinanceEvent.account == account, FinanceEvent.order_id == order_id)
    return list(session.scalars(select(FinanceEvent).where(*mine).order_by(FinanceEvent.posted_at, FinanceEvent.key)))


def orders_between(
    session: Session, account: str, marketplace: str, channel: str, *, start: datetime, end: datetime,
    but: Sequence[str],
) -> int:  # fmt: skip
    """How many orders were bought in [start, end), without those whose status is one of `but`; read off an index."""
    mine = (AmazonOrder.account == account, AmazonOrder.marketplace == marketplace, AmazonOrder.channel == channel)
    bought = (AmazonOrder.purchased_at >= start, AmazonOrder.purchased_at < end)
    lives = or_(AmazonOrder.status.is_(None), AmazonOrder.status.not_in(but))
    return session.scalar(select(func.count()).where(*mine, *bought, lives)) or 0


def notes(session: Session, case_id: int) -> list[CaseNote]:
    """The notes of a case, oldest first."""
    return list(session.scalars(select(CaseNote).where(CaseNote.case_id == case_id).order_by(CaseNote.at, CaseNote.id)))


def add_note(session: Session, case_id: int, text: str, *, at: datetime, by: str) -> None:
    """Keep a note."""
    session.execute(insert(CaseNote), [{"case_id": case_id, "text": text, "at": at, "by": by}])


def remember(session: Session, steps: Sequence[Mapping[str, Any]]) -> None:
    """Write down what an action changed, so that it can be taken back."""
    if steps:
        session.execute(insert(CaseStep), list(steps))


def steps(session: Session, token: str) -> list[CaseStep]:
    """What an action changed, by case."""
    return list(session.scalars(select(CaseStep).where(CaseStep.token == token).order_by(CaseStep.case_id)))


def forget_steps(session: Session, *, token: str = "", before: datetime | None = None) -> None:
    """Throw away the steps of one action, or those that are too old to be taken back."""
    old = CaseStep.token == token if before is None else CaseStep.at < before
    session.execute(delete(CaseStep).where(old))


def change(session: Session, case_id: int, **values: Any) -> None:
    """Write people's part of a case."""
    session.execute(update(ClaimCase).where(ClaimCase.id == case_id).values(**values))


def messages(session: Session, account: str, order_id: str, ticket_ids: Collection[int], limit: int) -> list[Message]:
    """The mail about an order and in the tickets about it, oldest first."""
    mine = or_(Message.order_id == order_id, Message.ticket_id.in_(list(ticket_ids)))
    query = select(Message).where(Message.account == account, mine)
    return list(session.scalars(query.order_by(Message.sent_at, Message.id).limit(limit)))


def replies(session: Session, ticket_ids: Collection[int]) -> list[Outgoing]:
    """Our replies in these tickets that have left, oldest first; those that Amazon's copy shows too are left out."""
    left = (Outgoing.ticket_id.in_(list(ticket_ids)), Outgoing.handed_over_at.is_not(None))
    alone = Outgoing.copy_message_id.is_(None)
    return list(session.scalars(select(Outgoing).where(*left, alone).order_by(Outgoing.handed_over_at)))


def negative_feedback(session: Session, account: str, *, since: datetime, most_stars: int) -> list[Any]:
    """(order id, marketplace, channel, purchased_at) of orders since then with bad feedback that was not removed."""
    order = (AmazonOrder.account == SellerFeedback.account) & (AmazonOrder.order_id == SellerFeedback.order_id)
    work = (FeedbackWork.account == SellerFeedback.account) & (FeedbackWork.order_id == SellerFeedback.order_id)
    query = (
        select(SellerFeedback.order_id, AmazonOrder.marketplace, AmazonOrder.channel, AmazonOrder.purchased_at)
        .join(AmazonOrder, order)
        .outerjoin(FeedbackWork, work)
        .where(SellerFeedback.account == account, SellerFeedback.day >= since.date())
        .where(SellerFeedback.rating <= most_stars, AmazonOrder.purchased_at >= since)
        .where(or_(FeedbackWork.decision.is_(None), FeedbackWork.decision != "granted"))
    )
    return list(session.execute(query))


def of_recent_orders(session: Session, account: str, *, since: datetime) -> list[Any]:
    """(card, marketplace, channel, purchased_at) of cases about orders that were bought since then."""
    order = (AmazonOrder.account == CaseCard.account) & (AmazonOrder.order_id == CaseCard.order_id)
    query = select(CaseCard, AmazonOrder.marketplace, AmazonOrder.channel, AmazonOrder.purchased_at).join(
        AmazonOrder, order
    )
    recent = (CaseCard.account == account, CaseCard.month >= f"{since:%Y-%m}", AmazonOrder.purchased_at >= since)
    return list(session.execute(query.where(*recent)))
