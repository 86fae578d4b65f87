"""Today: everything that needs a person, in one order that can be explained, and whether its figures can be trusted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from data import streams
from data.store import Store
from services import board, health
from services.board import Board
from services.escalations import reading
from services.escalations.shapes import Line as Escalation
from services.people import Person
from services.settings import Settings
from services.sync_status import SourceState, judged
from services.team import Team, team


@dataclass(frozen=True)
class Today:
    """The board; what Amazon finds wrong and which sources cannot be trusted, without what the board says already.

    `asked`: escalations of the reader's own that nobody has answered yet.
    """

    board: Board
    health: tuple[health.Line, ...]
    sources: tuple[SourceState, ...]
    has_sources: bool
    asked: tuple[Escalation, ...]
    shift_end: datetime


def today(
    store: Store, settings: Settings, *, now: datetime, actor: Person, shift_end: datetime | None = None,
    whose: str = "team", house: Team | None = None,
) -> Today:  # fmt: skip
    """Everything for the page in eight statements at most. `shift_end` defaults to the team's next one."""
    house = house or team(store, now=now)
    end = shift_end or next_shift_end(now, house.shift_end.hour, house.shift_end.minute, house.zone_info)
    with store.read() as session:
        concerning = reading.concerning(session, settings, actor)
        found = board.board(session, settings, now=now, actor=actor, shift_end=end, asked=concerning, whose=whose)
        wrong = health.attention(session, settings, now=now)
        states = judged(streams.states(session).values(), now=now, working=found.working)
    told = [each.about for each in concerning if each.by_itself and each.for_me and each.state == "asked"]
    places = {(each.account, each.marketplace) for each in told if each.kind == "metric"}
    silent = {each.ref for each in told if each.kind == "source"}
    bad = _not_told((each for each in states if each.state not in ("ok", "running")), silent)
    return Today(
        board=found,
        health=tuple(each for each in wrong if each.metric == health.UNSHIPPED or _place(each) not in places),
        sources=bad,
        has_sources=bool(states),
        asked=tuple(each for each in concerning if each.mine and each.state in ("asked", "acknowledged")),
        shift_end=end,
    )


def _place(line: health.Line) -> tuple[str, str]:
    return line.account, line.marketplace


def _not_told(states: Iterable[SourceState], refs: set[str]) -> tuple[SourceState, ...]:
    return tuple(each for each in states if f"{each.source}/{each.account}/{each.stream}" not in refs)


def next_shift_end(now: datetime, hour: int, minute: int, zone: Any) -> datetime:
    """The next time that the clock on the wall shows the end of the shift; aware."""
    local = now.astimezone(zone)
    end = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return end if end > local else end + timedelta(days=1)
