"""What a source is: a name, what it needs, and streams that yield batches of unsaved rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Protocol, runtime_checkable

from services.rules.rate_budget import Plan
from services.rules.report_jobs import Job
from services.rules.sheet_rows import Outlet
from services.settings import Settings


@dataclass(frozen=True)
class Problem:
    """One thing that could not be read: where it was, its raw form, and why, in a sentence."""

    place: str
    raw: bytes
    reason: str


@dataclass(frozen=True)
class ReadAgain:
    """A document is read from its beginning (again): what was rejected of `place` before no longer stands."""

    place: str


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


@runtime_checkable
class ReadsAgain(Protocol):
    """A stream that can read documents once more, if a person wants that."""

    def forget(self, cursor: str | None, places: Collection[str]) -> str | None:
        """The cursor with which the documents of these places (of rejects) are read again."""
        ...


@runtime_checkable
class WritesBack(Protocol):
    """A stream of spreadsheets that what people did is written into."""

    def outlets(self) -> Sequence[Outlet]:
        """The sheets that the last fetch found."""
        ...


class Memory(Protocol):
    """What a source keeps between runs and shares with other processes and machines; no source sees a session.

    Every call is one transaction of its own.
    """

    @property
    def folder(self) -> Path:
        """Where raw documents are kept."""
        ...

    def spend(self, account: str, operation: str, plan: Plan) -> timedelta:
        """Take one call from an account's budget: zero if it is granted, else how long until there is one."""
        ...

    def refused(self, account: str, operation: str, plan: Plan) -> None:
        """Amazon answered "too many requests": the budget is empty."""
        ...

    def corrected(self, account: str, operation: str, rate: float | None) -> None:
        """Amazon named another rate than the documented one (calls per second), or None for the documented one."""
        ...

    def begin(self, job: Job) -> Job:
        """Store a new job; the one under way if there is one for the same account, kind, marketplaces and slot."""
        ...

    def save(self, job: Job) -> Job:
        """Store a step of a job. Raises Stale if another process took a step meanwhile."""
        ...

    def jobs(self, account: str, kind: str, marketplaces: tuple[str, ...]) -> Sequence[Job]:
        """The open jobs, and the closed ones of the last weeks, oldest first."""
        ...

    def known(self, account: str, report_ids: Collection[str]) -> set[str]:
        """Those of Amazon's reports that a job of ours has or had."""
        ...

    def wanted_orders(self, account: str) -> Sequence[str]:
        """The ids of orders that people want fetched, oldest wish first."""
        ...

    def answered(self, account: str, order_id: str, message: str) -> None:
        """A wish is answered: the order is stored, or `message` says in a sentence why it never will be."""
        ...

    def orders_to_ask(self, account: str, now: datetime) -> Sequence[tuple[str, str]]:
        """(order id, marketplace) of some whose buyers might be asked for a review now, longest unasked first."""
        ...

    def items_to_ask(self, account: str, now: datetime) -> Sequence[tuple[str, str]]:
        """(ASIN, marketplace) of some items that were returned lately, whose reviews were not looked at for a week."""
        ...

    def sheet_columns(self, account: str, sheet: str, tab: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """{role: heading} of a spreadsheet's tab as people chose it, and as it was in use at the last reading."""
        ...


@dataclass(frozen=True)
class Source:
    """One kind of outside system; `connect` gives the streams that the settings ask for, without contacting it."""

    name: str
    label: str
    connect: Callable[[Settings, Memory], Sequence[Stream]]
