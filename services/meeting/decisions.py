"""What a meeting decides: recorded with owner, due date and the figure that will show success; changed and closed."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from data import journal
from data import meeting as rows
from data import people as people_rows
from data.models.meeting import MeetingDecision
from data.store import Store
from services.errors import Rejected, Stale
from services.meeting.decided import state_of
from services.meeting.numbers import Moment, value
from services.people import Person
from services.rules import periods
from services.rules.meeting_figures import FIGURES, verdict
from services.rules.periods import Kind, Period
from services.settings import Settings

LONGEST = 500
CAP = rows.CAP
Measured = dict[tuple[str, str, str], float | None]
"""(kind of period, figure, scope) -> its value in the period that runs now."""
ENDINGS = {"done": "Done", "dropped": "Dropped"}


@dataclass(frozen=True)
class Wish:
    """What somebody fills in. `target` is a fraction for shares; `scope` a marketplace, "" for all."""

    text: str
    owner: str
    due_on: date
    figure: str
    scope: str
    target: float


@dataclass(frozen=True)
class Decision:
    """A decision as people see it; `state` is Open, Overdue, Done or Dropped; `result` a key of VERDICTS."""

    id: int
    version: int
    kind: Kind
    period: str
    text: str
    owner: str
    due_on: date
    figure: str
    scope: str
    target: float
    value_then: float | None
    value_now: float | None
    result: str
    is_open: bool
    state: str
    outcome: str
    made_at: datetime
    made_by: str
    closed_at: datetime | None
    closed_by: str | None


@dataclass(frozen=True)
class Line:
    """An overdue decision on Today, with the fields of `services.board.Line`."""

    id: int
    what: str
    about: str
    marketplace: str | None
    owner: str | None
    due_at: datetime | None
    page: str
    target: tuple[str, str]
    account: str = ""


@dataclass(frozen=True)
class Waiting:
    """How many decisions are overdue (at least, if capped), and the first of them."""

    count: int
    capped: bool
    lines: tuple[Line, ...]


def waiting(session: Session, now: datetime, limit: int) -> Waiting:
    """Open decisions whose due date has passed (UTC days), oldest first; one statement."""
    found = rows.overdue(session, now.astimezone(UTC).date(), limit=CAP)
    return Waiting(len(found), len(found) >= CAP, tuple(_line(row) for row in found[:limit]))


def _line(row: MeetingDecision) -> Line:
    due = datetime.combine(row.due_on, time.min, UTC) + timedelta(days=1)
    what = f"Decision overdue: {FIGURES[row.figure].label}" if row.figure in FIGURES else "Decision overdue"
    return Line(row.id, what, row.text[:120], row.scope or None, row.owner, due, "meeting", ("decision", str(row.id)))


def of_period(
    store: Store, settings: Settings, period: Period, now: datetime, measured: Measured | None = None
) -> tuple[Decision, ...]:
    """What the meeting about a period decided, each with its figure now; `measured` remembers figures in between."""
    with store.read() as session:
        found = rows.of_period(session, period.kind, period.name)
    return _shaped(store, settings, found, now, measured)


def still_open(
    store: Store, settings: Settings, now: datetime, measured: Measured | None = None, *, limit: int = 50
) -> tuple[Decision, ...]:
    """All that is not done yet, whatever meeting decided it; what is due first comes first."""
    with store.read() as session:
        found = rows.open_decisions(session, limit=limit)
    return _shaped(store, settings, found, now, measured)


def by_id(
    store: Store, settings: Settings, decision_id: int, now: datetime, measured: Measured | None = None
) -> Decision | None:
    """One decision, None if there is none."""
    with store.read() as session:
        found = rows.decision(session, decision_id)
    return _shaped(store, settings, [found], now, measured)[0] if found else None


def add(store: Store, settings: Settings, period: Period, wish: Wish, *, actor: Person, now: datetime) -> int:
    """Record what the meeting about `period` decided; its id. Raises Rejected with a sentence."""
    checked = _checked(settings, wish)
    if wish.due_on < now.astimezone(UTC).date():
        raise Rejected("The due date has passed; choose one from today on.")
    then = value(store, settings, _moment(period, now), checked.figure, checked.scope)
    with store.write() as session:
        _check_owner(session, checked.owner)
        row = rows.add_decision(
            session, kind=period.kind, period=period.name, **vars(checked), value_then=then, made_at=now,
            made_by=actor.name,
        )  # fmt: skip
        _note_down(session, row, "decision.add", None, _facts(row), actor, now)
        return row.id


def change(
    store: Store, settings: Settings, decision_id: int, version: int, wish: Wish, *, actor: Person, now: datetime
) -> None:
    """Write a decision anew; another figure is measured again as of its meeting. Raises Stale, Rejected."""
    checked = _checked(settings, wish)
    with store.read() as session:
        old = _existing(rows.decision(session, decision_id), version)
        is_other = (old.figure, old.scope) != (checked.figure, checked.scope)
        then, period = old.value_then, periods.parse(_kind(old.kind), old.period)
    if is_other:
        then = value(store, settings, _moment(period, now), checked.figure, checked.scope)
    with store.write() as session:
        row = _open(_existing(rows.decision(session, decision_id), version))
        if row.owner != checked.owner:
            _check_owner(session, checked.owner)
        before, old_text = _facts(row), row.text
        for name, each in vars(checked).items():
            setattr(row, name, each)
        row.value_then, row.version = then, row.version + 1
        after = {**_facts(row), "words": row.text != old_text}
        _note_down(session, row, "decision.change", before, after, actor, now)


def close(
    store: Store, decision_id: int, version: int, state: str, *, outcome: str, actor: Person, now: datetime
) -> None:
    """Close a decision as done or dropped, with what came of it in words. Raises Stale, Rejected."""
    if state not in ENDINGS:
        raise Rejected(f"{state!r} is no way to close a decision; choose done or dropped.")
    words = _words(outcome, "what came of it", optional=True)
    with store.write() as session:
        row = _open(_existing(rows.decision(session, decision_id), version))
        row.state, row.outcome, row.closed_at, row.closed_by = state, words, now, actor.name
        row.version += 1
        _note_down(session, row, "decision.close", {"state": "open"}, {"state": state}, actor, now)


def reopen(store: Store, decision_id: int, version: int, *, actor: Person, now: datetime) -> None:
    """Take the closing back. Raises Stale, Rejected."""
    with store.write() as session:
        row = _existing(rows.decision(session, decision_id), version)
        if row.state == "open":
            raise Rejected("This decision is open already.")
        before, row.state = {"state": row.state}, "open"
        row.closed_at = row.closed_by = None
        row.version += 1
        _note_down(session, row, "decision.reopen", before, {"state": "open"}, actor, now)


def _shaped(
    store: Store, settings: Settings, found: list[MeetingDecision], now: datetime, measured: Measured | None
) -> tuple[Decision, ...]:
    """With each figure as it is in the period of the decision's kind that runs now, measured once."""
    known = {} if measured is None else measured
    for row in found:
        key = (row.kind, row.figure, row.scope)
        if key not in known:
            period = periods.of_day(_kind(row.kind), now.astimezone(UTC).date())
            known[key] = value(store, settings, _moment(period, now), row.figure, row.scope)
    return tuple(_shape(row, known[row.kind, row.figure, row.scope], now) for row in found)


def _shape(row: MeetingDecision, now_value: float | None, now: datetime) -> Decision:
    names = (
        "id", "version", "period", "text", "owner", "due_on", "figure", "scope", "target", "value_then", "outcome",
        "made_at", "made_by", "closed_at", "closed_by",
    )  # fmt: skip
    better = FIGURES[row.figure].better if row.figure in FIGURES else ""
    return Decision(
        **{name: getattr(row, name) for name in names},
        kind=_kind(row.kind),
        value_now=now_value,
        result=verdict(better, then=row.value_then, now=now_value, target=row.target),
        is_open=row.state == "open",
        state=state_of(row, now),
    )


def _moment(period: Period, now: datetime) -> Moment:
    return Moment(period, periods.as_of(period, now))


def _kind(name: str) -> Kind:
    return "month" if name == "month" else "week"


def _checked(settings: Settings, wish: Wish) -> Wish:
    if wish.figure not in FIGURES:
        raise Rejected("Choose the figure that will show success.")
    served = {code for account in settings.accounts.values() for code in account.marketplaces}
    if wish.scope and wish.scope not in served:
        raise Rejected(f"{wish.scope} is no marketplace of the settings.")
    form, most = FIGURES[wish.figure].form, 1.0 if FIGURES[wish.figure].form == "share" else 1e9
    if not math.isfinite(wish.target) or not 0 <= wish.target <= most:
        raise Rejected("Give a target from 0 to 100 %." if form == "share" else "Give a target of 0 or more.")
    return replace(wish, text=_words(wish.text, "what was decided"))


def _words(text: str, what: str, *, optional: bool = False) -> str:
    words = " ".join(text.encode("utf-8", "ignore").decode().split())
    words = "".join(each for each in words if each.isprintable())
    if not words and not optional:
        raise Rejected(f"Write down {what}.")
    if len(words) > LONGEST:
        raise Rejected(f"Say {what} in {LONGEST} characters; these are {len(words)}.")
    return words


def _check_owner(session: Session, name: str) -> None:
    person = people_rows.named(session, name)
    if person is None:
        raise Rejected(f"There is nobody called {name}." if name else "Choose who does it.")
    if person.disabled_at is not None:
        raise Rejected(f"{name} does not work here any more; choose somebody else.")


def _existing(row: MeetingDecision | None, version: int) -> MeetingDecision:
    if row is None:
        raise Rejected("There is no such decision.")
    if row.version != version:
        raise Stale("Somebody else changed this decision; look at it again.")
    return row


def _open(row: MeetingDecision) -> MeetingDecision:
    if row.state != "open":
        raise Rejected("This decision is closed; open it again first.")
    return row


def _facts(row: MeetingDecision) -> dict[str, Any]:
    """What the log keeps: no words, which might name a buyer."""
    return {
        "owner": row.owner, "due_on": row.due_on.isoformat(), "figure": row.figure, "scope": row.scope,
        "target": row.target,
    }  # fmt: skip


def _note_down(
    session: Session, row: MeetingDecision, what: str, before: Any, after: Any, actor: Person, now: datetime
) -> None:
    session.flush()
    journal.append(session, journal.Entry(now, actor.name, what, f"decision:{row.id}", before, after))
