"""Today: what needs a person now, worst first, each line leading to where it is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from data import rejects, tickets
from data.store import Store
from data.tickets import Wanted
from services import board, health
from services.data_problems import Problem, problem_of
from services.feedback import reading as feedback
from services.feedback.shapes import Waiting
from services.inbox import asking, replying
from services.inbox.queue import row_of
from services.inbox.shapes import PromiseLine, QuestionLine, Row
from services.people import Person
from services.settings import Settings
from services.sync_status import SourceState, sources
from services.team import team

SHOWN = 8


@dataclass(frozen=True)
class Panel:
    """Tickets of one box: how many (at least, if capped) and the first of them."""

    box: str
    count: int
    capped: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Questions:
    """What colleagues wait for from whoever looks, and answers to their own questions; oldest first."""

    count: int
    capped: bool
    lines: tuple[QuestionLine, ...]
    box: str = "questions"


@dataclass(frozen=True)
class Today:
    """What needs a person: tickets by panel, things set aside, and the state of the sources."""

    late: Panel
    due_this_shift: Panel
    unassigned: Panel
    asks: Panel
    questions: Questions
    set_aside_count: int
    set_aside: tuple[Problem, ...]
    sources: tuple[SourceState, ...]
    shift_end: datetime
    health: tuple[health.Line, ...] = ()
    feedback: Waiting = Waiting(0, False, ())
    promises: tuple[PromiseLine, ...] = ()
    board: board.Board = board.Board(0, False, ())


def today(
    store: Store, settings: Settings, *, now: datetime, actor: Person, shift_end: datetime | None = None
) -> Today:
    """Everything for the page in a fixed number of statements. `shift_end` defaults to the team's next one."""
    house = team(store, now=now)
    end = shift_end or next_shift_end(now, house.shift_end.hour, house.shift_end.minute, house.zone_info)
    base = Wanted(now=now, actor=actor.name, risk_until=end, supervises=actor.is_supervisor)
    with store.read() as session:
        counted = tickets.box_counts(session, base, ("late", "risk", "unassigned", "asks", "questions"))

        def panel(box: str) -> Panel:
            wanted = Wanted(**{**vars(base), "box": box})
            cards = tickets.page(session, wanted, after=None, backwards=False, limit=SHOWN) if counted[box] else []
            rows = tuple(row_of(card, now=now, house=house) for card in cards)
            return Panel(box, counted[box], counted[box] >= tickets.CAP, rows)

        late, risk, unassigned, asks = panel("late"), panel("risk"), panel("unassigned"), panel("asks")
        n = counted["questions"]
        asked = Questions(n, n >= tickets.CAP, asking.waiting_for(session, actor, limit=SHOWN) if n else ())
        problems = rejects.page(session, limit=SHOWN)
        stars = feedback.waiting(session, now=now)
        promised = replying.promises(session, now=now, limit=SHOWN)
        set_aside = rejects.count(session)
        beside = board.board(session, now=now)
        account_health = health.attention(session, settings, now=now)
    return Today(
        late=late,
        due_this_shift=risk,
        unassigned=unassigned,
        asks=asks,
        questions=asked,
        set_aside_count=set_aside,
        set_aside=tuple(problem_of(reject, mail) for reject, mail in problems),
        sources=sources(store, settings, now=now),
        shift_end=end,
        feedback=stars,
        health=account_health,
        promises=promised,
        board=beside,
    )


def next_shift_end(now: datetime, hour: int, minute: int, zone: object) -> datetime:
    """The next time that the clock on the wall shows the end of the shift; aware."""
    local = now.astimezone(zone)  # type: ignore[arg-type]
    end = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return end if end > local else end + timedelta(days=1)
