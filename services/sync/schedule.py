"""When a stream runs next: its interval, or a growing pause after trouble. Times are the real clock's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from data.models.ledger import StreamState
from data.streams import Name
from services.sources.base import Stream

LONGEST_PAUSE = timedelta(minutes=15)
FOR_A_PERSON = timedelta(minutes=15)
SHORTEST_PAUSE = timedelta(seconds=1)


def pause(every: timedelta, state: str, failures: int, after: timedelta | None = None) -> timedelta:
    """How long to wait after a run. Mail providers lock accounts that try a wrong password again and again."""
    if state == "needs_person":
        return FOR_A_PERSON
    if state == "retry":
        grown: timedelta = every * 2 ** min(failures - 1, 10)
        return max(after or timedelta(0), min(grown, LONGEST_PAUSE))
    if state == "waiting" and after is not None:
        return max(after, SHORTEST_PAUSE)
    return every


def due(streams: Sequence[Stream], states: Mapping[Name, StreamState], real_now: datetime) -> list[Stream]:
    """The streams that are to run now: wished for, never run, or past their time; longest overdue first."""
    waiting = []
    for stream in streams:
        state = states.get((stream.source, stream.account, stream.name))
        if state is None or state.next_at is None or state.wanted_at is not None:
            waiting.append((datetime.min.replace(tzinfo=real_now.tzinfo), stream))
        elif state.next_at <= real_now:
            waiting.append((state.next_at, stream))
    return [stream for _, stream in sorted(waiting, key=lambda each: each[0])]


def is_fresh(stream: Stream, state: StreamState | None, now: datetime) -> bool:
    """Whether a stream was read so lately, by the time that verdicts are made for, that a single run leaves it out."""
    if state is None or state.state != "ok" or state.last_ok_at is None or state.wanted_at is not None:
        return False
    return timedelta(0) <= now - state.last_ok_at < stream.every
