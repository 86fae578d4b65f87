"""Messages of the meeting: what became of them by day and group, why more or fewer were missed, and the worst waits."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction

from data import meeting_figures as rows
from data.meeting_figures import Asked
from services.meeting.numbers import Moment, Scene
from services.meeting.shapes import Cell as Shown
from services.meeting.shapes import Chart, Column, Section, Series, Table
from services.rules import change_parts
from services.rules.change_parts import FACTORS, Cell, Count, Parts
from services.rules.clock import TARGET
from services.rules.response_time import Numbers

HOUR = timedelta(hours=1)
WORST = 5
UNKNOWN = "unknown"
NAMED = {None: "No marketplace", "": "No marketplace"}
AIM = 0.90
"""The share within 24 hours that the Response time page aims for."""
_GROUP = (
    Column("Messages", "count"),
    Column("Within 24 h", "share"),
    Column("Before", "share"),
    Column("Change", "points"),
    Column("Late", "count"),
    Column("Unanswered over 24 h", "count"),
    Column("Median", "hours"),
)


@dataclass
class Tally:
    """Messages of a period by cell, and the longest waits as (hours, message, ticket)."""

    cells: dict[Cell, list[int]] = field(default_factory=dict)
    waits: list[tuple[float, int, int]] = field(default_factory=list)

    @property
    def counts(self) -> Mapping[Cell, Count]:
        """The cells as the rule takes them."""
        return {cell: Count(*both) for cell, both in self.cells.items()}

    @property
    def reasons(self) -> dict[str, int]:
        """Contact reason -> messages."""
        found: dict[str, int] = {}
        for cell, (messages, _) in self.cells.items():
            found[cell.reason] = found.get(cell.reason, 0) + messages
        return found


def fate(row: Asked, as_of: datetime) -> str | None:
    """within, late, unanswered or pending as known then; None if it does not count in the figures."""
    answered = row.answered_at is not None and row.answered_at <= as_of
    if row.sent_at > as_of or (row.answered_by == "no_response_needed" and (answered or row.hidden)):
        return None
    if row.hidden and row.answered_at is None:
        return None
    if answered and row.answered_at is not None:
        return "late" if row.answered_at - row.sent_at > TARGET else "within"
    return "unanswered" if as_of - row.sent_at > TARGET else "pending"


def tally(scene: Scene, at: Moment) -> Tally:
    """One pass over the period's messages, in flat memory."""
    found = Tally()
    with scene.store.read() as session:
        for row in rows.asked(session, at.period.starts_at, at.period.ends_at):
            became = fate(row, at.as_of)
            if became is not None:
                _add(found, row, became, at.as_of)
    return found


def _add(found: Tally, row: Asked, became: str, as_of: datetime) -> None:
    agent = (row.agent or UNKNOWN) if became in ("within", "late") else ""
    both = found.cells.setdefault(Cell(row.marketplace or "", row.reason, agent), [0, 0])
    missed = became in ("late", "unanswered")
    both[0] += 1
    both[1] += missed
    if missed:
        end = as_of if became == "unanswered" or row.answered_at is None else row.answered_at
        wait = ((end - row.sent_at) / HOUR, row.message_id, row.ticket_id)
        push = heapq.heappush if len(found.waits) < 4 * WORST else heapq.heappushpop
        push(found.waits, wait)


def response_section(scene: Scene) -> Section:
    """What became of the messages, by day, and by marketplace and agent beside the period before."""
    now, last = scene.numbers, scene.of(scene.last)
    with scene.store.read() as session:
        gone = rows.left(session, scene.at.as_of)
    shown = [(day, each) for day, each in now.by_day if day <= scene.at.last_day]
    days = tuple(f"{day:%a} {day.day} {day:%b}" if len(shown) <= 7 else f"{day.day}" for day, _ in shown)
    by_day = Chart("by_day", "Messages by day (UTC)", "stacked", "count", days, _fates([each for _, each in shown]))
    places = [(NAMED.get(name, name or ""), each) for name, each in now.by_marketplace]
    before = {NAMED.get(name, name or ""): each for name, each in last.by_marketplace}
    agents = [(f"{name} (left)" if name in gone else name, each) for name, each in now.by_agent]
    were = {f"{name} (left)" if name in gone else name: each for name, each in last.by_agent}
    return Section(
        "response",
        "Response time",
        "Amazon's 24 hours, every day of the week. Still in time counts in no share.",
        (by_day, _trend(scene)),
        (
            _group("by_marketplace", "By marketplace", "Marketplace", places, before),
            _group("by_agent", "By who answered", "Agent", agents, were),
        ),
    )


def _fates(days: Iterable[Numbers]) -> tuple[Series, ...]:
    listed = list(days)
    return (
        Series("Within 24 h", "within", tuple(float(each.answered_within_24h) for each in listed)),
        Series("Answered late", "late", tuple(float(each.late) for each in listed)),
        Series("Unanswered over 24 h", "unanswered", tuple(float(each.unanswered_over_24h) for each in listed)),
        Series("Still in time", "pending", tuple(float(each.pending) for each in listed)),
    )


def _trend(scene: Scene) -> Chart:
    moments = [*reversed(scene.before), scene.at]
    rates = [scene.of(each).total.late_response_rate if scene.is_known(each) else None for each in moments]
    shares = tuple(None if rate is None else 1 - rate for rate in rates)
    names = tuple(each.period.name for each in moments)
    series = (Series("Answered within 24 h", "now", shares),)
    return Chart("trend", "Answered within 24 h, period by period", "lines", "share", names, series, target=AIM)


def _group(key: str, title: str, head: str, now: Iterable[tuple[str, Numbers]], before: Mapping[str, Numbers]) -> Table:
    lines: list[tuple[Shown, ...]] = []
    for name, each in sorted(now, key=lambda pair: (-pair[1].messages, pair[0])):
        share, was = _within(each), _within(before.get(name))
        change = None if share is None or was is None else share - was
        counts = (each.late, each.unanswered_over_24h, each.p50_hours)
        lines.append((name, each.messages, share, was, change, *counts))
    return Table(key, title, (Column(head), *_GROUP), tuple(lines), "No message in this period.")


def _within(each: Numbers | None) -> float | None:
    rate = each.late_response_rate if each else None
    return None if rate is None else 1 - rate


def why_section(now: Tally, last: Tally, *, known: bool) -> Section:
    """Why more or fewer messages missed 24 hours than in the period before."""
    title = "Why it changed"
    if not known:
        return Section("why", title, "Nothing is known of the period before, so there is no change to explain.")
    parts = change_parts.parts(last.counts, now.counts)
    change = f"{parts.change:+,}".replace("-", "−")
    note = f"Late or unanswered: {parts.after:,}, before {parts.before:,}. The parts sum to the change of {change}."
    return Section("why", title, note, (_bars(parts),), (_by_place(parts),))


def _bars(parts: Parts) -> Chart:
    shown = change_parts.rounded([parts.by_factor[name] for name in FACTORS], Fraction(parts.change))
    series = (Series("Messages missed more or fewer", "now", shown),)
    return Chart("why", "What each part did to the messages missed", "bars", "number", tuple(FACTORS.values()), series)


def _by_place(parts: Parts) -> Table:
    """Rounded so that each row adds up to its sum, and the sums to the change."""
    wholes = [sum(mine.values(), Fraction(0)) for mine in parts.by_marketplace.values()]
    sums = change_parts.rounded(wholes, Fraction(parts.change))
    lines: list[tuple[Shown, ...]] = []
    for (place, mine), whole in zip(parts.by_marketplace.items(), sums, strict=True):
        shown = change_parts.rounded([mine[name] for name in FACTORS], Fraction(str(whole)))
        lines.append((NAMED.get(place, place), *shown, whole))
    lines.sort(key=lambda line: (-abs(float(line[-1] or 0)), str(line[0])))
    heads = (Column("Marketplace"), *(Column(words, "signed") for words in FACTORS.values()))
    return Table("why", "By marketplace", (*heads, Column("Sum", "signed")), tuple(lines), "No change.")
