"""Why buyers write, return and complain in a period, and about which items, beside the period before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data import batch_alarms
from data import meeting_figures as rows
from services.meeting.messages import Tally
from services.meeting.numbers import NEGATIVE, Moment, Scene
from services.meeting.shapes import Cell, Chart, Column, Section, Series, Table
from services.rules.feedback import KINDS

TOP = 10
CHARTED = 6
BATCHES = {"contacts": "Contacts", "returns": "Returns", "feedback": "Bad feedback"}


def reasons_section(scene: Scene, now: Tally, last: Tally) -> Section:
    """Top contact reasons, return reasons and reasons of bad feedback, each with the items behind it."""
    contact = _ranked(now.reasons, last.reasons)
    returned, units = _returned(scene, "reason"), _returned(scene, "sku")
    stars = _stars(scene)
    with scene.store.read() as session:
        start, end = scene.at.period.starts_at, scene.at.as_of
        asked = rows.contact_skus(session, start, end, limit=TOP)
        bad = rows.feedback_skus(session, scene.at.period.start, scene.at.last_day, most_stars=NEGATIVE, limit=TOP)
    return Section(
        "reasons",
        "Reasons and items",
        charts=(_chart("contact", "Contact reasons", contact), _chart("returns", "Return reasons, units", returned)),
        tables=(
            _batches(scene),
            _table("contact", "Contact reasons", "Reason", "Messages", contact, "No message in this period."),
            _items("contact_skus", "Items asked about", "Messages", asked),
            _table("returns", "Return reasons", "Reason", "Units", returned, "Nothing was returned in this period."),
            _table("return_skus", "Items returned", "SKU", "Units", units, "Nothing was returned in this period."),
            _table("feedback", "Bad feedback (1 and 2 stars)", "About", "Feedback", stars, "No bad feedback."),
            _items("feedback_skus", "Items with bad feedback", "Feedback", bad),
        ),
    )


Ranked = Sequence[tuple[str, int, int]]
"""(name, now, before), most first."""


def _ranked(now: Mapping[str, int], before: Mapping[str, int]) -> Ranked:
    names = sorted({*now, *before}, key=lambda name: (-now.get(name, 0), -before.get(name, 0), name))
    return [(name, now.get(name, 0), before.get(name, 0)) for name in names][:TOP]


def _returned(scene: Scene, by: str) -> Ranked:
    with scene.store.read() as session:
        found = [rows.returned(session, at.period.starts_at, at.as_of, by) for at in (scene.at, scene.last)]
    named = [{_words(name) if by == "reason" else name or "no SKU": n for name, n in each.items()} for each in found]
    return _ranked(*named)


def _stars(scene: Scene) -> Ranked:
    def counted(at: Moment) -> dict[str, int]:
        with scene.store.read() as session:
            found = rows.feedback(session, at.period.start, at.last_day)
        sums: dict[str, int] = {}
        for (rating, kind), n in found.items():
            if rating <= NEGATIVE:
                name = KINDS.get(kind, kind)
                sums[name] = sums.get(name, 0) + n
        return sums

    return _ranked(counted(scene.at), counted(scene.last))


def _batches(scene: Scene) -> Table:
    """Items that began to stand out in the period."""
    with scene.store.read() as session:
        found = batch_alarms.raised(session, scene.at.period.starts_at, scene.at.as_of)
    lines: list[tuple[Cell, ...]] = [
        (each.sku, f"{BATCHES.get(each.kind, each.kind)}{f': {each.reason}' if each.reason else ''}", each.hits,
         each.expected, each.since.isoformat(), each.raised_at.date().isoformat())
        for each in found
    ]  # fmt: skip
    counts = (Column("Counted", "count"), Column("Expected", "number"))
    heads = (Column("SKU"), Column("What"), *counts, Column("Since"), Column("Noticed"))
    return Table("batches", "Items that began to stand out", heads, tuple(lines), "No item began to stand out.")


def _words(code: str) -> str:
    return code.replace("_", " ").capitalize() or "Other"


def _chart(key: str, title: str, ranked: Ranked) -> Chart:
    shown = ranked[:CHARTED]
    series = (
        Series("This period", "now", tuple(float(now) for _, now, _ in shown)),
        Series("The period before", "then", tuple(float(before) for _, _, before in shown)),
    )
    return Chart(key, title, "bars", "count", tuple(name for name, _, _ in shown), series)


def _table(key: str, title: str, head: str, counted: str, ranked: Ranked, empty: str) -> Table:
    lines: list[tuple[Cell, ...]] = [(name, now, before, now - before) for name, now, before in ranked]
    heads = (Column(head), Column(counted, "count"), Column("Before", "count"), Column("Change", "change"))
    return Table(key, title, heads, tuple(lines), empty)


def _items(key: str, title: str, counted: str, found: Sequence[tuple[str, int]]) -> Table:
    return Table(key, title, (Column("SKU"), Column(counted, "count")), tuple(found), "No order says which items.")
