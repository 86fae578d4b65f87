"""Claims and chargebacks of a period: what was opened, what was decided, won, lost and recovered, what is open."""

from __future__ import annotations

from collections.abc import Sequence

from data import meeting_figures as rows
from data.meeting_figures import Money
from services.claims.shapes import KINDS
from services.meeting.numbers import Moment, Scene
from services.meeting.shapes import Cell, Chart, Column, Section, Series, Table
from services.meeting.stories import months_of
from services.rules.claims import RESULTS
from services.rules.money import decimal_string

OPEN = "Open at the end"


def money_section(scene: Scene) -> Section:
    """Cases by result and currency, beside the period before."""
    now, last = _decided(scene, scene.at), _decided(scene, scene.last)
    with scene.store.read() as session:
        opened = [rows.cases_opened(session, at.period.starts_at, at.as_of) for at in (scene.at, scene.last)]
        waiting = rows.cases_open(session, scene.at.as_of)
    kinds: list[tuple[Cell, ...]] = [
        (words, opened[0].get(kind, 0), opened[1].get(kind, 0), opened[0].get(kind, 0) - opened[1].get(kind, 0))
        for kind, words in KINDS.items()
    ]
    heads = (Column("Kind"), Column("Opened", "count"), Column("Before", "count"), Column("Change", "change"))
    return Section(
        "money",
        "Claims and money",
        "Amounts are in the claim's own currency; nothing is converted.",
        (_chart(now, last),),
        (
            Table("opened", "Opened in the period", heads, tuple(kinds)),
            _amounts("decided", "Decided in the period", now, "No case was decided in this period."),
            _amounts("open", OPEN, waiting, "No case is open."),
        ),
    )


def _decided(scene: Scene, at: Moment) -> list[Money]:
    start, end = at.period.starts_at, at.as_of
    with scene.store.read() as session:
        return rows.cases_decided(session, start, end, months_of(start, end))


def _chart(now: Sequence[Money], last: Sequence[Money]) -> Chart:
    results = [name for name in RESULTS if name != "open"]

    def counted(found: Sequence[Money]) -> tuple[float, ...]:
        return tuple(float(sum(each.cases for each in found if each.result == name)) for name in results)

    series = (Series("This period", "now", counted(now)), Series("The period before", "then", counted(last)))
    return Chart("decided", "Cases decided", "bars", "count", tuple(RESULTS[name] for name in results), series)


def _amounts(key: str, title: str, found: Sequence[Money], empty: str) -> Table:
    lines: list[tuple[Cell, ...]] = [
        (KINDS.get(each.kind, each.kind), RESULTS.get(each.result, each.result), each.cases,
         decimal_string(each.amount, each.currency or None), each.currency or "no currency")
        for each in found
    ]  # fmt: skip
    heads = (Column("Kind"), Column("Result"), Column("Cases", "count"), Column("Amount", "money"), Column("Currency"))
    return Table(key, title, heads, tuple(lines), empty)
