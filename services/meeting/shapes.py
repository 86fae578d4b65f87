"""A meeting pack as plain values: what HTML, XLSX, PPTX and the page draw, and what is kept of a closed one.

Nothing in it names a buyer. Times are ISO text or words in UTC, so that drawing it needs no clock and no zone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, get_args, get_origin, get_type_hints

Cell = str | int | float | None
"""Shares are fractions, hours hours, money a decimal string beside its currency; None is not known."""

VERSION = 1
"""Goes up when a closed pack of before cannot be drawn any more as it was."""


@dataclass(frozen=True)
class Column:
    """A column's head and how its cells are written: text, count, share, points (a difference of shares),
    hours, number, signed and change (a number
    and a count with their sign) or money."""

    label: str
    form: str = "text"


@dataclass(frozen=True)
class Table:
    """Rows under heads; `empty` is what to say where there are none."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str = "None."


@dataclass(frozen=True)
class Series:
    """One row of a chart. `tone` (within, late, unanswered, pending, now, then) says what it means: its colour."""

    label: str
    tone: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Chart:
    """`kind`: stacked, bars (lying) or lines; `form` as in Column; `target` is a line across, if any."""

    key: str
    title: str
    kind: str
    form: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    target: float | None = None


@dataclass(frozen=True)
class Figure:
    """A headline figure: now, in the period before, and the mean of those before. `better`: up, down or nothing."""

    name: str
    label: str
    form: str
    better: str
    value: float | None
    last: float | None
    usual: float | None


@dataclass(frozen=True)
class Story:
    """One bad case: where it opens, what is bad about it, and what happened as (when, what)."""

    title: str
    link: str
    why: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Section:
    """One part of the meeting."""

    key: str
    title: str
    note: str = ""
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    stories: tuple[Story, ...] = ()


@dataclass(frozen=True)
class Pack:
    """All of a pack but its ticket rows. `covers` says in sentences what the figures are about and what is missing.

    `last` names the period before, `usual` what the third number of a figure is: "Mean of 4 weeks".
    """

    version: int
    kind: str
    period: str
    title: str
    start: str
    end: str
    as_of: str
    running: bool
    seller: str
    last: str
    usual: str
    covers: tuple[str, ...]
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]

    def figure(self, name: str) -> Figure | None:
        """The headline figure of this name."""
        return next((each for each in self.figures if each.name == name), None)

    def section(self, key: str) -> Section | None:
        """The section of this key."""
        return next((each for each in self.sections if each.key == key), None)

    @property
    def stem(self) -> str:
        """What its files are called, without their ending."""
        return f"meeting-{self.period}"


TICKET_COLUMNS = (
    Column("Ticket"),
    Column("Account"),
    Column("Marketplace"),
    Column("Contact reason"),
    Column("Order"),
    Column("Language"),
    Column("First message (UTC)"),
    Column("Last answer (UTC)"),
    Column("Messages", "count"),
    Column("Within 24 h", "count"),
    Column("Late", "count"),
    Column("Unanswered over 24 h", "count"),
    Column("Still in time", "count"),
    Column("Longest wait, hours", "hours"),
    Column("Answered by"),
)
"""The sheet with one row per ticket that was written to in the period."""


def to_json(pack: Pack) -> str:
    """The pack as canonical JSON: the same text for the same pack."""
    return json.dumps(asdict(pack), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def from_json(text: str) -> Pack:
    """The pack that was written by `to_json`. Raises ValueError if it is no such text."""
    try:
        made = _made(Pack, json.loads(text))
    except (KeyError, TypeError) as error:
        raise ValueError(f"this is no meeting pack: {error}") from None
    assert isinstance(made, Pack)
    return made


def _made(kind: Any, value: Any) -> Any:
    if get_origin(kind) is tuple:
        inner = get_args(kind)
        if inner[-1] is Ellipsis:
            return tuple(_made(inner[0], each) for each in value)
        return tuple(_made(part, each) for part, each in zip(inner, value, strict=True))
    if isinstance(kind, type) and hasattr(kind, "__dataclass_fields__"):
        hints: Mapping[str, Any] = get_type_hints(kind)
        return kind(**{each.name: _made(hints[each.name], value[each.name]) for each in fields(kind)})
    return value
