"""Work on seller feedback: a page of the list, what people decided of each, corrections, and typed-in totals."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, func, insert, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from data.models.amazon import AmazonOrder, FeedbackChange, SellerFeedback
from data.models.amazon_asked import ReviewTopic
from data.models.casework import PublicAnswer
from data.models.feedback_work import FeedbackCard, FeedbackCorrection, FeedbackTotal, FeedbackUndo, FeedbackWork
from data.store import ensure, upsert

Key = tuple[str, str]
"""(account, order id)."""
Mark = tuple[date, str, str]
"""(day, account, order id) of a list row, by which pages follow each other."""
KEY = ("account", "order_id")
EQUAL = ("account", "marketplace", "kind", "channel", "order_id")
LISTED = "listed"
"""The field of a change that says whether Amazon's report still names a feedback: `yes` or `no`."""
SAME_READING = timedelta(minutes=10)
"""What was seen so shortly before the last sighting was seen by the same reading of a report."""
CAP = 1000
"""Counting stops here, so that its cost does not grow with history."""


class Found(NamedTuple):
    """One row of the list with what the source says and what people decided."""

    card: FeedbackCard
    said: SellerFeedback
    work: FeedbackWork | None


class Facts(NamedTuple):
    """What a list row is made from; `channel` is the order's, `posted_at` when our public answer was posted.

    `card` is the row as it was; `gone_at` is when a later report did not list the feedback any more.
    """

    said: SellerFeedback
    work: FeedbackWork | None
    card: FeedbackCard | None
    channel: str | None
    posted_at: datetime | None
    gone_at: datetime | None


def page(
    session: Session, wanted: Mapping[str, str], *, states: Collection[str] = (), most_stars: int = 5,
    fewest_stars: int = 1, removable: date | None = None, mark: Mark | None = None, backwards: bool = False,
    limit: int = 25,
) -> list[Found]:  # fmt: skip
    """Feedback, newest first, narrowed by those of EQUAL that are not empty: one statement.

    `removable`: only what fits one of Amazon's criteria and can be asked for on this day.
    """
    query = _joined().where(*_narrowed(wanted, states, most_stars, fewest_stars))
    if removable:
        query = query.where(FeedbackCard.criterion.is_not(None), FeedbackCard.window_ends >= removable)
    place = (FeedbackCard.day, FeedbackCard.account, FeedbackCard.order_id)
    if mark:
        query = query.where(tuple_(*place) > mark if backwards else tuple_(*place) < mark)
    order = (column.asc() if backwards else column.desc() for column in place)
    rows = [Found(*row) for row in session.execute(query.order_by(*order).limit(limit))]
    return rows[::-1] if backwards else rows


def get(session: Session, key: Key) -> Found | None:
    """One of them, as it is stored now."""
    query = _joined().where(FeedbackCard.account == key[0], FeedbackCard.order_id == key[1])
    row = session.execute(query.execution_options(populate_existing=True)).one_or_none()
    return Found(*row) if row else None


def several(session: Session, keys: Collection[Key]) -> dict[Key, Found]:
    """Several of them by key, in one statement."""
    query = _joined().where(tuple_(FeedbackCard.account, FeedbackCard.order_id).in_(list(keys)))
    rows = (Found(*row) for row in session.execute(query.execution_options(populate_existing=True)))
    return {(row.card.account, row.card.order_id): row for row in rows}


def stream(session: Session) -> Iterator[Found]:
    """All feedback by account and order, streamed."""
    query = _joined().order_by(FeedbackCard.account, FeedbackCard.order_id)
    yield from (Found(*row) for row in session.execute(query.execution_options(yield_per=500)))


def facts(session: Session, keys: Collection[Key]) -> list[Facts]:
    """What the list rows of these keys are made from, in one statement."""
    said = SellerFeedback
    posted = (
        select(func.max(PublicAnswer.posted_at))
        .where(PublicAnswer.order_id == said.order_id, PublicAnswer.account == said.account)
        .where(PublicAnswer.kind == "feedback")
        .correlate(said)
        .scalar_subquery()
    )
    listed = select(FeedbackChange).where(_same(FeedbackChange, said), FeedbackChange.field == LISTED).correlate(said)
    newest = listed.with_only_columns(func.max(FeedbackChange.id)).scalar_subquery()
    gone = select(FeedbackChange.at).where(FeedbackChange.id == newest, FeedbackChange.after == "no").scalar_subquery()
    query = select(said, FeedbackWork, FeedbackCard, AmazonOrder.channel, posted, gone)
    for each in (FeedbackWork, FeedbackCard, AmazonOrder):
        query = query.outerjoin(each, _same(each, said))
    query = query.where(tuple_(said.account, said.order_id).in_(list(keys)))
    return [Facts(*row) for row in session.execute(query.execution_options(populate_existing=True))]


def write_cards(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store list rows."""
    upsert(session, FeedbackCard, rows, key=KEY)


def without_ticket(session: Session, *, most_stars: int, since: date, limit: int) -> list[Found]:
    """Feedback of so few stars, not older than a day, that still needs a person and has no ticket; oldest first."""
    query = _joined().where(
        FeedbackCard.state == "open",
        FeedbackCard.rating <= most_stars,
        FeedbackCard.day >= since,
        FeedbackCard.ticket_id.is_(None),
    )
    return [Found(*row) for row in session.execute(query.order_by(*_oldest()).limit(limit))]


def not_listed(session: Session, *, since: date, limit: int) -> list[Key]:
    """Feedback that the newest reading of its report left out though it lists older and newer ones; a few statements.

    `since`: older days are not judged, as reports are asked for over that many days only.
    """
    said = SellerFeedback
    newest = select(said.account, said.guess, func.max(said.last_seen_at)).group_by(said.account, said.guess)
    found: list[Key] = []
    for account, guess, seen_at in session.execute(newest).all():
        mine = said.account == account, said.guess.is_not_distinct_from(guess)
        seen = *mine, said.last_seen_at >= seen_at - SAME_READING
        first, last = session.execute(select(func.min(said.day), func.max(said.day)).where(*seen)).one()
        if first is None:
            continue
        left_out = select(said.account, said.order_id).join(FeedbackCard, _same(FeedbackCard, said))
        left_out = left_out.where(*mine, said.last_seen_at < seen_at - SAME_READING, said.day.between(first, last))
        left_out = left_out.where(said.day >= since, FeedbackCard.state.not_in(("removed", "granted")))
        found += [(row[0], row[1]) for row in session.execute(left_out.limit(limit))]
    return found


def note_listed(session: Session, keys: Collection[Key], *, listed: bool, now: datetime) -> None:
    """Write into the history that Amazon's report names these no more, or again."""
    before, after = ("no", "yes") if listed else ("yes", "no")
    rows = [
        {"account": account, "order_id": order_id, "at": now, "field": LISTED, "before": before, "after": after}
        for account, order_id in keys
    ]
    if rows:
        session.execute(insert(FeedbackChange), rows)


def work(session: Session, keys: Iterable[Key], *, by: str, at: datetime) -> None:
    """Make sure that there is a row of work for each key."""
    for account, order_id in keys:
        row = {"account": account, "order_id": order_id, "note": "", "changed_at": at, "changed_by": by, "version": 0}
        ensure(session, FeedbackWork, row, key=KEY)


def change(session: Session, key: Key, version: int, **values: Any) -> bool:
    """Write values if the version is still this one: False if somebody was quicker."""
    mine = update(FeedbackWork).where(
        FeedbackWork.account == key[0], FeedbackWork.order_id == key[1], FeedbackWork.version == version
    )
    done = session.execute(mine.values(**values, version=version + 1).execution_options(synchronize_session=False))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def put_into_ticket(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Remember the ticket of feedback without counting the version up: nobody's decision was touched."""
    upsert(session, FeedbackWork, rows, key=KEY)


def correct(session: Session, row: Mapping[str, Any]) -> None:
    """Keep a correction."""
    session.execute(insert(FeedbackCorrection), [dict(row)])


def corrections(session: Session, key: Key) -> list[FeedbackCorrection]:
    """The corrections of one feedback, oldest first."""
    mine = FeedbackCorrection.account == key[0], FeedbackCorrection.order_id == key[1]
    return list(session.scalars(select(FeedbackCorrection).where(*mine).order_by(FeedbackCorrection.id)))


def low_ratings(session: Session, account: str, place: str, since: date, until: date) -> tuple[int, int]:
    """(negative, neutral) feedback whose day lies in the span, both ends included."""
    query = select(FeedbackCard.rating, func.count()).where(
        FeedbackCard.account == account,
        FeedbackCard.marketplace == place,
        FeedbackCard.day.between(since, until),
        FeedbackCard.rating <= 3,
        FeedbackCard.state.not_in(("granted", "removed")),
    )
    found = {row[0]: int(row[1]) for row in session.execute(query.group_by(FeedbackCard.rating))}
    return found.get(1, 0) + found.get(2, 0), found.get(3, 0)


def totals(session: Session, account: str, place: str) -> dict[int, FeedbackTotal]:
    """The newest total of each window."""
    newest = (
        select(FeedbackTotal.days, func.max(FeedbackTotal.day).label("day"))
        .where(FeedbackTotal.account == account, FeedbackTotal.marketplace == place)
        .group_by(FeedbackTotal.days)
        .subquery()
    )
    query = select(FeedbackTotal).join(
        newest, (FeedbackTotal.days == newest.c.days) & (FeedbackTotal.day == newest.c.day)
    )
    query = query.where(FeedbackTotal.account == account, FeedbackTotal.marketplace == place)
    return {row.days: row for row in session.scalars(query)}


def complaints(session: Session, account: str, place: str, *, limit: int) -> list[ReviewTopic]:
    """What reviews complain of, over all items of a marketplace, as each was last asked about; most mentions first."""
    other = aliased(ReviewTopic)
    same = other.account == ReviewTopic.account, other.asin == ReviewTopic.asin
    last = select(func.max(other.asked_at)).where(*same, other.marketplace == ReviewTopic.marketplace)
    query = select(ReviewTopic).where(
        ReviewTopic.account == account,
        ReviewTopic.marketplace == place,
        ReviewTopic.sentiment == "negative",
        ReviewTopic.topic != "",
        ReviewTopic.asked_at == last.correlate(ReviewTopic).scalar_subquery(),
    )
    order = func.coalesce(ReviewTopic.mentions, 0).desc(), ReviewTopic.asin, ReviewTopic.topic
    return list(session.scalars(query.order_by(*order).limit(limit)))


def write_total(session: Session, row: Mapping[str, Any]) -> None:
    """Store a total; the same window of the same day is written over."""
    upsert(session, FeedbackTotal, [row], key=("account", "marketplace", "days", "day"))


def remember(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what an action on many may take back."""
    if rows:
        session.execute(insert(FeedbackUndo), [dict(row) for row in rows])


def remembered(session: Session, token: str) -> list[FeedbackUndo]:
    """What one action may take back, by key."""
    return list(session.scalars(select(FeedbackUndo).where(FeedbackUndo.token == token).order_by(*_undo_place())))


def drop(session: Session, token: str) -> None:
    """Forget an action: it was taken back."""
    session.execute(delete(FeedbackUndo).where(FeedbackUndo.token == token))


def forget(session: Session, before: datetime) -> None:
    """Throw away what is too old to be taken back."""
    session.execute(delete(FeedbackUndo).where(FeedbackUndo.at < before))


def _joined() -> Any:
    query = select(FeedbackCard, SellerFeedback, FeedbackWork).join(SellerFeedback, _same(SellerFeedback, FeedbackCard))
    return query.outerjoin(FeedbackWork, _same(FeedbackWork, FeedbackCard))


def _same(one: Any, other: Any) -> ColumnElement[bool]:
    same: ColumnElement[bool] = (one.account == other.account) & (one.order_id == other.order_id)
    return same


def _narrowed(
    wanted: Mapping[str, str], states: Collection[str], most: int, fewest: int
) -> Iterable[ColumnElement[bool]]:
    yield from (getattr(FeedbackCard, name) == wanted[name] for name in EQUAL if wanted.get(name))
    if states:
        yield FeedbackCard.state.in_(list(states))
    if (fewest, most) != (1, 5):
        yield FeedbackCard.rating.between(fewest, most)


def _oldest() -> tuple[Any, ...]:
    return FeedbackCard.day, FeedbackCard.account, FeedbackCard.order_id


def _undo_place() -> tuple[Any, ...]:
    return FeedbackUndo.account, FeedbackUndo.order_id
