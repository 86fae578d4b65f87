"""Account health, duties of the checklist that were not done, and follow-ups of sheets, as a meeting looks at them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from data import health
from data import meeting_figures as rows
from data.models.amazon import HealthMetric
from services import checklist
from services.health import SINCE, name_of
from services.meeting.numbers import Scene
from services.meeting.shapes import Cell, Column, Section, Table
from services.rules import health as rules
from services.rules.health import METRICS, Reading, Trend

KEPT = timedelta(days=7)
"""What the newest snapshot leaves out is shown so long, as on the Account health page."""
GAPS = 40


def health_section(scene: Scene) -> Section:
    """Amazon's figures per marketplace as our snapshots had them at the end, and what changed over the period."""
    with scene.store.read() as session:
        found = health.around(
            session, list(scene.settings.accounts), since=scene.at.as_of - SINCE, before=scene.at.period.starts_at,
            now=scene.at.as_of,
        )  # fmt: skip
    places = [metrics for mine in _places(found) if (metrics := _metrics(mine))]
    told = [(row, before) for mine in places for row, before in mine if _matters(row, before)]
    told.sort(key=lambda pair: (-rules.rank(_reading(pair[0])), pair[0].account, pair[0].marketplace))
    heads = ("Marketplace", "Metric", "Value", "Amazon says", "Wanted", "Change over the period", "Taken (UTC)")
    lines = tuple(_line(scene, row, before) for row, before in told)
    empty = "All is fine, and nothing moved." if places else "No report yet."
    note = "As the last snapshot before the end of the period says." if places else ""
    changes = Table("health_changes", "Not fine, or changed", tuple(map(Column, heads)), lines, empty)
    return Section("health", "Account health", note, tables=(_glance(scene, places), changes))


Metrics = list[tuple[HealthMetric, HealthMetric | None]]
"""The metrics of one marketplace, each with its snapshot before the period."""


def _glance(scene: Scene, places: Sequence[Metrics]) -> Table:
    """A line for each marketplace, a column for each metric that is told of any."""
    known = [name for name in METRICS if any(row.metric == name for mine in places for row, _ in mine)]
    lines: list[tuple[Cell, ...]] = []
    for mine in places:
        shown = {row.metric: rules.shown(row.metric, row.value, row.word or row.status) for row, _ in mine}
        first = mine[0][0]
        lines.append((name_of(scene.settings, first.account, first.marketplace), *(shown.get(name) for name in known)))
    heads = (Column("Marketplace"), *(Column(METRICS[name].label) for name in known))
    return Table("health", "All marketplaces", heads, tuple(lines), "No report yet.")


def _matters(row: HealthMetric, before: HealthMetric | None) -> bool:
    reading = _reading(row)
    trend = rules.trend(reading, _reading(before) if before else None)
    return rules.level(reading) in ("bad", "near") or (trend is not None and trend.direction != "steady")


def _places(found: Sequence[HealthMetric]) -> list[list[HealthMetric]]:
    """Rows by account and marketplace; newest first in each."""
    by_place: dict[tuple[str, str], list[HealthMetric]] = {}
    for row in found:
        by_place.setdefault((row.account, row.marketplace), []).append(row)
    return [by_place[key] for key in sorted(by_place)]


def _metrics(mine: Sequence[HealthMetric]) -> Metrics:
    latest, before = dict[str, HealthMetric](), dict[str, HealthMetric]()
    for row in mine:
        (before if row.metric in latest else latest)[row.metric] = row
    newest = mine[0].taken_at
    kept = [row for row in latest.values() if newest - row.taken_at <= KEPT and _is_told(row)]
    kept.sort(key=lambda row: (_place_of(row.metric), row.metric))
    return [(row, before.get(row.metric)) for row in kept]


def _is_told(row: HealthMetric) -> bool:
    """Metrics that Amazon measures, and counts of warnings only where there is something to say."""
    if row.metric in METRICS:
        return row.value is not None or bool(row.word)
    return rules.level(_reading(row)) == "bad"


def _place_of(metric: str) -> int:
    known = list(METRICS)
    return known.index(metric) if metric in known else len(known)


def _line(scene: Scene, row: HealthMetric, before: HealthMetric | None) -> tuple[Cell, ...]:
    reading = _reading(row)
    trend = rules.trend(reading, _reading(before) if before else None)
    return (
        name_of(scene.settings, row.account, row.marketplace),
        rules.label(row.metric),
        rules.shown(row.metric, row.value, row.word),
        row.status or "",
        rules.wanted(row.metric, rules.target_of(reading)),
        _moved(trend),
        f"{row.taken_at:%a} {row.taken_at.day} {row.taken_at:%b %H:%M}",
    )


def _moved(trend: Trend | None) -> str:
    """In words that begin with no sign, which a spreadsheet would take for a formula's."""
    if trend is None or trend.direction == "steady":
        return trend.words if trend else ""
    return f"{trend.direction}: {trend.words}".replace("-", "−")


def _reading(row: HealthMetric) -> Reading:
    names = ("metric", "taken_at", "value", "word", "status", "target", "condition")
    return Reading(**{name: getattr(row, name) for name in names}, counts=row.details or {})


def checklist_section(scene: Scene) -> Section:
    """Duties of the period: done, missed, or signed too late."""
    at = scene.at
    with scene.store.read() as session:
        found = checklist.gaps(session, scene.settings, at.period.start, at.last_day, now=at.as_of)
    duties: list[tuple[Cell, ...]] = [
        (each.title, each.rhythm, each.cells, each.proved, each.signed, each.missed, each.back_dated) for each in found
    ]
    counts = ("Due", "Closed by evidence", "Signed", "Missed", "Signed late")
    heads = (Column("Duty"), Column("Rhythm"), *(Column(name, "count") for name in counts))
    gaps = [(each.title, gap) for each in found for gap in each.gaps]
    lines = [_gap(title, gap) for title, gap in gaps[:GAPS]]
    where = tuple(map(Column, ("Duty", "Marketplace", "When", "What", "By")))
    note = f"{len(gaps)} gaps; the first {GAPS} are listed." if len(gaps) > GAPS else ""
    return Section(
        "checklist", "Checklist", note,
        tables=(Table("duties", "Duties", heads, tuple(duties), "No duty was due."),
                Table("gaps", "Gaps", where, tuple(lines), "No duty was missed.")),
    )  # fmt: skip


def _gap(title: str, gap: checklist.Gap) -> tuple[Cell, ...]:
    what = "Missed" if gap.kind == "missed" else "Signed late"
    return title, gap.marketplace or "all", gap.label, what, gap.by or ""


def followups_section(scene: Scene) -> Section:
    """Rows of the follow-up sheets: contacted in the period, and what still waited at its end."""
    with scene.store.read() as session:
        now = rows.followups(session, scene.at.period.starts_at, scene.at.as_of)
        last = rows.followups(session, scene.last.period.starts_at, scene.last.as_of)
    lines: list[tuple[Cell, ...]] = [
        (_words(kind), *now.get(kind, (0, 0, 0)), last.get(kind, (0, 0, 0))[0]) for kind in sorted({*now, *last})
    ]
    counts = ("Contacted", "To contact at the end", "Of these late", "Contacted before")
    heads = (Column("Sheet"), *(Column(name, "count") for name in counts))
    table = Table("followups", "", heads, tuple(lines), "No follow-up was due or done.")
    return Section("followups", "Follow-ups", tables=(table,))


def _words(kind: str) -> str:
    return kind.replace("_", " ").capitalize()
