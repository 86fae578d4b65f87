"""What a source is: a name, what it needs, and streams that yield batches of unsaved rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from services.settings import Settings


@dataclass(frozen=True)
class Problem:
    """One thing that could not be read: where it was, its raw form, and why, in a sentence."""

    place: str
    raw: bytes
    reason: str


@dataclass(frozen=True)
class Batch:
    """What the runner commits at once: rows, the cursor that is safe once they are stored, and what was rejected.

    `progress` is (done, expected) for the Sync page; expected may be None.
    """

    rows: Sequence[Any]
    cursor: str | None
    rejected: Sequence[Problem] = ()
    progress: tuple[int, int | None] | None = None
    facts: Sequence[Any] = field(default=())


class Stream(Protocol):
    """One kind of rows from one place. Delivery is at least once; the runner upserts by key."""

    source: str
    account: str
    name: str
    every: timedelta
    mode: Literal["merge", "replace"]

    def fetch(self, cursor: str | None, now: datetime) -> Iterator[Batch]:
        """Yield batches from `cursor` on.

        Raises RetryLater for temporary trouble and NeedsPerson when somebody must act.
        """
        ...


@dataclass(frozen=True)
class Source:
    """One kind of outside system; `connect` gives the streams that the settings ask for, without contacting it."""

    name: str
    label: str
    connect: Callable[[Settings], Sequence[Stream]]
