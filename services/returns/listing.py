"""The list of returns, what is due, and one return with everything around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from data import orders
from data import return_work as rows
from data import tickets as all_tickets
from data.models.derived import Card
from data.return_work import Found, Wanted
from data.store import Store
from services import order_story
from services.inbox.conversation import related_of
from services.people import Person
from services.returns.shapes import BOXES, CHANNELS, AskedByMail, Board, Detail, Filters, Line, Page
from services.rules import deadlines
from services.rules.return_rate import FAULTS
from services.rules.return_requests import OUTCOMES, says_automatic

SHOWN = 50
BOARD = 8
TOO_OLD = timedelta(days=30)
"""What was due longer ago is no longer on the board; it stays in the list under Needs us."""
MAIL_DAYS = timedelta(days=3)
"""So long a return request that only a mail tells of stands on the board: by then a report should name it."""
LONGEST = 200


def page(
    store: Store, filters: Filters, *, actor: Person, mark: str | None = None, limit: int = SHOWN
) -> Page:
    """One page, newest first, in two statements; a broken mark gives the first page."""
    with store.read() as session:
        found = rows.page(session, _wanted(filters, actor), mark=_unmark(mark), limit=limit + 1)
        lines = _lines(session, found[:limit])
    last = found[limit - 1].card if len(found) > limit else None
    return Page(lines, f"{last.returned_at.isoformat()}~{last.id}" if last else None)


def board(store: Store, *, now: datetime) -> Board:
    """What is due, in four statements."""
    since = now - TOO_OLD
    with store.read() as session:
        n = rows.due_count(session, since=since)
        found = rows.due(session, since=since, limit=BOARD)
        lines = _lines(session, found)
        mails = rows.asked_by_mail(session, since=now - MAIL_DAYS, limit=BOARD)
    asked = tuple(
        AskedByMail(
            message.id, message.ticket_id, message.order_id, message.marketplace, card.buyer_name if card else None,
            _authorise_by(message.sent_at, message.marketplace),
        )
        for message, card in mails
        if not says_automatic(message.text)
    )  # fmt: skip
    return Board(lines, n, n >= rows.CAP, asked)


def detail(store: Store, return_id: int, *, now: datetime) -> Detail | None:
    """One return, its order's story and tickets; a fixed number of statements."""
    with store.read() as session:
        found = rows.one(session, return_id)
        if found is None:
            return None
        card, row, work = found
        order = orders.order(session, card.account, card.order_id)
        others = rows.same_plate(session, card)
        cards = all_tickets.of_order(session, card.account, card.order_id, but=())
        story = order_story.told(session, card.account, card.order_id, now=now)
    return Detail(
        line=_line(found, cards[0].ticket_id if cards else None),
        key=row.key,
        amount=work.amount,
        currency=work.currency or row.currency or (order.currency if order else None),
        refunded=row.refunded,
        order_amount=row.order_amount,
        decided_at=work.decided_at,
        decided_by=work.decided_by,
        authorised_at=work.authorised_at,
        authorised_by=work.authorised_by,
        note=work.note,
        resolution=row.resolution,
        in_policy=row.in_policy,
        a_to_z=row.a_to_z,
        tracking=row.tracking,
        delivered_at=row.delivered_at,
        center=row.center,
        safet=" ".join(word for word in (row.safet_id, row.safet_state) if word) or None,
        sold_at=card.sold_at,
        order_known=order is not None,
        tickets=tuple(related_of(each) for each in cards),
        notes=tuple(_notes(found, order is not None, others)),
        story=story,
    )


def _notes(found: Found, order_known: bool, others: Sequence[str]) -> Iterable[str]:
    """What is odd in the data, in sentences."""
    card, row, _ = found
    if not order_known:
        yield "No order report names this order yet, so it counts in no rate by sale."
    if others:
        yield f"The same license plate number stands under order {', '.join(others)} too."
    if card.reason == "other" and row.reason_raw and row.reason_raw.strip().lower() not in ("other", "cr-other"):
        yield f"Amazon's reason {row.reason_raw[:80]} is not known here; it counts as other."
    if row.quantity <= 0:
        yield f"Amazon states {row.quantity} units; it counts as none."


def _lines(session: Session, found: Sequence[Found]) -> tuple[Line, ...]:
    known: dict[tuple[str, str], Card] = {}
    if found:
        known = rows.tickets(session, {(each.card.account, each.card.order_id) for each in found})
    about = ((each, known.get((each.card.account, each.card.order_id))) for each in found)
    return tuple(_line(each, card.ticket_id if card else None) for each, card in about)


def _line(found: Found, ticket: int | None) -> Line:
    card, row, work = found
    return Line(
        id=card.id,
        version=work.version,
        account=card.account,
        order_id=card.order_id,
        channel=card.channel,
        marketplace=card.marketplace,
        sku=card.sku,
        asin=card.asin,
        title=row.title,
        quantity=row.quantity,
        returned_at=card.returned_at,
        reason=card.reason,
        reason_raw=row.reason_raw,
        fault=card.fault,
        disposition=row.disposition,
        amazon_state=row.state,
        comment=row.comment,
        state=work.state,
        outcome=work.outcome,
        assignee=work.assignee,
        need=card.need,
        due_at=card.due_at,
        ticket=ticket,
    )


def _wanted(filters: Filters, actor: Person) -> Wanted:
    """The filters as the store takes them; values that cannot exist find nothing narrower than all."""
    equal = {name: getattr(filters, name)[:LONGEST] for name in ("marketplace", "account", "reason", "disposition")}
    equal |= {"sku": filters.sku[:LONGEST], "asin": filters.asin[:LONGEST]}
    for name, known in (("channel", CHANNELS), ("fault", FAULTS), ("outcome", OUTCOMES)):
        value = getattr(filters, name)
        equal[name] = value if value in known else ""
    box = filters.box if filters.box in BOXES else "all"
    equal["state"] = box if box in ("open", "done") else ""
    equal["assignee"] = actor.name if box == "mine" else ""
    return Wanted(
        equal=equal,
        text=filters.text.strip()[:LONGEST],
        needs=box == "needs",
        start=_midnight(filters.start),
        end=_midnight(filters.end, days=1),
        by_sale=filters.by == "sale",
    )


def _midnight(day: date | None, days: int = 0) -> datetime | None:
    return datetime.combine(day, time.min, UTC) + timedelta(days=days) if day else None


def _unmark(mark: str | None) -> rows.Mark | None:
    at, _, number = (mark or "").partition("~")
    try:
        moment, return_id = datetime.fromisoformat(at), int(number)
    except ValueError:
        return None
    return (moment, return_id) if moment.tzinfo and 0 <= return_id < 2**62 else None


def _authorise_by(asked_at: datetime, marketplace: str | None) -> datetime:
    rule = deadlines.rule_for("return_authorisation", asked_at, marketplace)
    return deadlines.due_at(rule, asked_at, marketplace)

