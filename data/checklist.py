"""The checklist as it is stored: all that cells are derived from in one statement, and writing duties and marks."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    Text,
    and_,
    case,
    cast,
    insert,
    literal,
    null,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from data.models.base import UtcDateTime
from data.models.checklist import CheckMark, CheckProof, Duty, DutyVersion, ServedPlace
from data.models.ours import TeamSetting

Spans = Mapping[str, tuple[date, date]]
"""rhythm -> (first, last): marks of periods that begin on these days."""


class DutyRow(NamedTuple):
    """A version of a duty, without its long text."""

    id: int
    version_id: int
    title: str
    rhythm: str
    days: str
    at: str
    scope: str
    marketplaces: str
    proof: str
    page: str
    valid_from: date
    valid_to: date | None


class PlaceRow(NamedTuple):
    """A marketplace on some days."""

    account: str
    marketplace: str
    by_hand: bool
    since: date
    until: date | None


class MarkRow(NamedTuple):
    """What closed a cell."""

    id: int
    duty_id: int
    account: str
    marketplace: str
    starts: date
    how: str
    at: datetime
    by: str
    found: int
    reason: str


@dataclass(frozen=True)
class Book:
    """All that cells follow from; `zones`: what the team chose, by time."""

    duties: list[DutyRow] = field(default_factory=list)
    places: list[PlaceRow] = field(default_factory=list)
    marks: list[MarkRow] = field(default_factory=list)
    zones: list[tuple[datetime, str]] = field(default_factory=list)


_TEXTS, _DATES = 8, 2


def _row(
    tag: str, numbers: Sequence[Any], texts: Sequence[Any], dates: Sequence[Any] = (), at: Any = None
) -> Select[Any]:
    """One kind of row in the common shape: its tag, three numbers, eight texts, two days and a time."""
    shape = (
        [cast(each, BigInteger) for each in numbers] + [cast(null(), BigInteger)] * (3 - len(numbers)),
        [cast(each, Text) for each in texts] + [cast(null(), Text)] * (_TEXTS - len(texts)),
        [*dates, *[cast(null(), Date)] * (_DATES - len(dates))],
        [at if at is not None else cast(null(), UtcDateTime)],
    )
    columns = [column for part in shape for column in part]
    return select(literal(tag).label("tag"), *(column.label(f"c{n}") for n, column in enumerate(columns)))


def book(session: Session, *, now: datetime, spans: Spans) -> Book:
    """Duties, places, the team's zones up to now, and the marks of the periods in `spans`: one statement."""
    version, place, mark, setting = DutyVersion, ServedPlace, CheckMark, TeamSetting
    duties = _row(
        "duty", (Duty.id, version.id),
        (version.title, Duty.rhythm, version.days, version.at, version.scope, version.marketplaces, version.proof,
         version.page),
        (version.valid_from, version.valid_to), version.made_at,
    ).join_from(Duty, version, version.duty_id == Duty.id)  # fmt: skip
    by_hand = case((place.by_hand, 1), else_=0)
    places = _row("place", (by_hand,), (place.account, place.marketplace), (place.since, place.until))
    texts = (mark.account, mark.marketplace, mark.how, mark.by, mark.reason)
    marks = _row("mark", (mark.id, mark.duty_id, mark.found), texts, (mark.starts,), mark.at)
    marks = marks.where(mark.live.is_(True), _within(spans))
    zones = _row("zone", (setting.id,), (setting.value,), (), setting.effective_from)
    zones = zones.where(setting.name == "zone", setting.effective_from <= now)
    found = Book()
    for tag, n0, n1, n2, *texts_dates in session.execute(union_all(duties, places, marks, zones)):
        t, (d0, d1, at) = texts_dates[:_TEXTS], texts_dates[_TEXTS:]
        if tag == "duty":
            found.duties.append(DutyRow._make((n0, n1, *t, d0, d1)))
        elif tag == "place":
            found.places.append(PlaceRow(t[0], t[1], bool(n0), d0, d1))
        elif tag == "mark":
            found.marks.append(MarkRow(n0, n1, t[0], t[1], d0, t[2], at, t[3], n2, t[4]))
        else:
            found.zones.append((at, str(json.loads(t[0])["is"])))
    found.zones.sort()
    return found


def _within(spans: Spans) -> ColumnElement[bool]:
    pieces = [
        and_(CheckMark.rhythm == rhythm, CheckMark.starts.between(first, last))
        for rhythm, (first, last) in spans.items()
    ]
    return or_(*pieces) if pieces else ~true()


class Cell(NamedTuple):
    """What names a cell."""

    duty_id: int
    account: str
    marketplace: str
    starts: date


def _is(model: type[CheckMark] | type[CheckProof], cell: Cell) -> ColumnElement[bool]:
    return and_(*(getattr(model, name) == value for name, value in cell._asdict().items()))


def duty(session: Session, duty_id: int) -> Duty | None:
    """A duty, locked until the transaction ends."""
    query = select(Duty).where(Duty.id == duty_id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def versions(session: Session, duty_id: int) -> list[DutyVersion]:
    """The versions of a duty, oldest first."""
    query = select(DutyVersion).where(DutyVersion.duty_id == duty_id)
    return list(session.scalars(query.order_by(DutyVersion.valid_from, DutyVersion.id)))


def all_duties(session: Session) -> list[tuple[Duty, DutyVersion]]:
    """Every version of every duty, by duty and time: one statement."""
    query = select(Duty, DutyVersion).join(DutyVersion, DutyVersion.duty_id == Duty.id)
    return [(row[0], row[1]) for row in session.execute(query.order_by(Duty.id, DutyVersion.valid_from))]


def version(session: Session, version_id: int) -> DutyVersion | None:
    """One version."""
    return session.get(DutyVersion, version_id)


def keys(session: Session) -> set[str]:
    """The names of the starter set that were there once."""
    return {key for key in session.scalars(select(Duty.key)) if key is not None}


def add_duty(
    session: Session, values: Mapping[str, Any], *, rhythm: str, key: str | None, by: str, at: datetime
) -> int:
    """A new duty with its first version; its id."""
    made = Duty(key=key, rhythm=rhythm, made_at=at, made_by=by)
    session.add(made)
    session.flush()
    add_version(session, made.id, values, by=by, at=at)
    return made.id


def add_version(session: Session, duty_id: int, values: Mapping[str, Any], *, by: str, at: datetime) -> None:
    """One more version of a duty."""
    session.execute(insert(DutyVersion), [{**values, "duty_id": duty_id, "made_at": at, "made_by": by}])


def end_versions(session: Session, duty_id: int, day: date) -> None:
    """End what holds on a day, and take back what was to begin on it or later."""
    mine = update(DutyVersion).where(DutyVersion.duty_id == duty_id)
    open_on = or_(DutyVersion.valid_to.is_(None), DutyVersion.valid_to > day)
    session.execute(mine.where(DutyVersion.valid_from < day, open_on).values(valid_to=day))
    session.execute(mine.where(DutyVersion.valid_from > day).values(valid_to=DutyVersion.valid_from))


def drop_version(session: Session, duty_id: int, day: date) -> None:
    """Remove a version that was to begin on a day: another takes its place before it ever held."""
    for each in versions(session, duty_id):
        if each.valid_from == day:
            session.delete(each)
    session.flush()


def places(session: Session) -> list[ServedPlace]:
    """Every stretch of every marketplace."""
    return list(session.scalars(select(ServedPlace)))


def begin_place(session: Session, account: str, marketplace: str, *, since: date, by_hand: bool) -> None:
    """A marketplace that came, or came back, or is covered otherwise from a day on."""
    known = session.get(ServedPlace, (account, marketplace, since))
    if known is not None:
        known.until, known.by_hand = None, by_hand
        return
    session.add(ServedPlace(account=account, marketplace=marketplace, since=since, by_hand=by_hand))


def live(session: Session, cells: Collection[Cell]) -> dict[Cell, CheckMark]:
    """What closes some cells now."""
    if not cells:
        return {}
    some = or_(*(_is(CheckMark, cell) for cell in cells))
    found = session.scalars(select(CheckMark).where(CheckMark.live.is_(True), some))
    return {Cell(each.duty_id, each.account, each.marketplace, each.starts): each for each in found}


def mark(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Close cells. Raises IntegrityError where one is closed already."""
    if rows:
        session.execute(insert(CheckMark), [{"live": True, **row} for row in rows])


def signed_with(session: Session, token: str) -> list[CheckMark]:
    """What was signed together and still holds, locked."""
    query = select(CheckMark).where(CheckMark.token == token, CheckMark.live.is_(True))
    return list(session.scalars(query.with_for_update()))


def history(session: Session, cell: Cell) -> list[CheckMark]:
    """All that ever closed a cell, newest first, taken back or not."""
    return list(session.scalars(select(CheckMark).where(_is(CheckMark, cell)).order_by(CheckMark.id.desc()).limit(20)))


def add_proof(session: Session, values: Mapping[str, Any]) -> int:
    """Keep what the store answered; its id."""
    made = CheckProof(**values)
    session.add(made)
    session.flush()
    return made.id


def proofs(session: Session, cell: Cell) -> list[CheckProof]:
    """What the store answered for a cell, newest first."""
    query = select(CheckProof).where(_is(CheckProof, cell))
    return list(session.scalars(query.order_by(CheckProof.id.desc()).limit(20)))


def asked(session: Session, duty_ids: Collection[int], *, since: date, by: str) -> set[Cell]:
    """The cells of some duties of which somebody (the sync) asked the store, in periods that began since a day."""
    columns = (CheckProof.duty_id, CheckProof.account, CheckProof.marketplace, CheckProof.starts)
    query = select(*columns).where(CheckProof.duty_id.in_(list(duty_ids)), CheckProof.starts >= since)
    query = query.where(CheckProof.by == by)
    return {Cell(*row) for row in session.execute(query)}
