"""Today's board: whatever needs a person, of every kind, in the one order of `rules.today`, each thing once."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from data import board as rows
from data.leases import EXPIRES_AFTER
from services import board_items
from services.checklist.waiting import waiting as open_cells
from services.escalations.shapes import Line as Escalation
from services.people import Person
from services.rules import today as rules
from services.rules.today import Item
from services.settings import Settings, real_now

SHOWN = 30
HAVE_LINES = frozenset({"message", "a_to_z"})
"""Kinds of work of which each thing has a line of its own."""
WHOSE = {"team": "Everything", "mine": "Mine", "unowned": "Without owner"}


@dataclass(frozen=True)
class Line:
    """One thing that waits. `page` and `target` (parameters of the URL) open it; `id` stays while it waits.

    `why`: why it stands where it stands. `also`: what else there is about the same thing. `escalation` is what opening
    the line acknowledges.
    """

    id: int
    kind: str
    what: str
    about: str
    account: str
    order_id: str | None
    marketplace: str | None
    owner: str | None
    due_at: datetime | None
    since: datetime
    page: str
    target: tuple[tuple[str, str], ...]
    why: str
    also: tuple[str, ...]
    escalation: int | None
    by_itself: bool


@dataclass(frozen=True)
class Board:
    """The first of what waits, in its order, and how many there are of each kind (`capped`: at least so many).

    `working`: a sync process is at work.
    """

    lines: tuple[Line, ...]
    counts: Mapping[str, int]
    capped: frozenset[str]
    more: bool
    working: bool


def board(
    session: Session,
    settings: Settings,
    *,
    now: datetime,
    actor: Person,
    shift_end: datetime,
    asked: Sequence[Escalation] = (),
    whose: str = "team",
    limit: int = SHOWN,
) -> Board:
    """What is to be done first over all kinds: two statements. `asked` are the escalations that concern the actor."""
    everybody = "" if actor.is_supervisor else actor.name
    wanted = rows.Asked(now, actor.name, everybody, whose, shift_end, real_now() - EXPIRES_AFTER)
    # One more of each kind than is shown tells whether there is more.
    found, counts = rows.waiting(session, wanted, limit=limit + 1)
    cells = open_cells(session, settings, now=now, limit=limit + 1) if whose != rules.MINE else None
    items = [board_items.item_of(each, now) for each in found]
    items += _with_escalations(items, [each for each in asked if _is_for(each, whose)], now)
    items += [board_items.of_checklist(each, now) for each in (cells.lines if cells else ())]
    ordered = rules.ordered(items, now)
    found_working = counts.pop("working", 0)
    counts = {**counts, "checks": cells.count if cells else 0}
    capped = frozenset(name for name, number in counts.items() if number >= rows.CAP)
    return Board(
        tuple(_line(each) for each in ordered[:limit]), counts, capped, len(ordered) > limit, bool(found_working)
    )


def _with_escalations(items: Sequence[Item], lines: Sequence[Escalation], now: datetime) -> list[Item]:
    """What escalations add; one that came by itself only marks the line of what it is about, if that has a line."""
    there = frozenset(key for item in items for key in item.keys)
    found = board_items.of_escalations(lines, now)
    return [each for each in found if each.is_news or each.kind not in HAVE_LINES or each.keys & there]


def _is_for(line: Escalation, whose: str) -> bool:
    """What was asked of no one in particular has no owner yet; all of it is whoever looks' own to answer."""
    return whose != rules.UNOWNED or (not line.to and not line.mine)


def _line(item: Item) -> Line:
    names = (
        *("kind", "what", "about", "account", "order_id", "marketplace", "owner", "due_at", "since"),
        *("page", "target", "also", "escalation"),
    )
    same = {name: getattr(item, name) for name in names}
    return Line(id=zlib.crc32(min(item.keys).encode()), why=rules.why(item), by_itself=not item.asks, **same)
