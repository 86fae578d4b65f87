"""What a bench measures: a value beside its limit, taken alternately so that noise hits both alike; medians."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

CPU = time.process_time
WALL = time.perf_counter


@dataclass(frozen=True)
class Result:
    """One row of the table. `ratio` = value / limit; it passes if the ratio is at most `goal`. Both in `unit`."""

    name: str
    value: float
    limit: float
    goal: float
    unit: str
    against: str

    @property
    def ratio(self) -> float:
        """How many times the limit it costs."""
        return self.value / self.limit

    @property
    def passed(self) -> bool:
        """Whether the goal is met."""
        return self.ratio <= self.goal

    def as_json(self) -> dict[str, Any]:
        """For results.json."""
        return {**asdict(self), "ratio": round(self.ratio, 3), "passed": self.passed}


def compare(
    work: Callable[[], object], limit: Callable[[], object], *, times: int, clock: Callable[[], float] = CPU
) -> tuple[float, float]:
    """Median seconds of the work and of its limit, each run `times` times in turn, after one run to warm up."""
    work(), limit()
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for each, found in zip((work, limit), taken, strict=True):
            start = clock()
            each()
            found.append(clock() - start)
    return statistics.median(taken[0]), statistics.median(taken[1])


def against(
    name: str,
    work: Callable[[], object],
    limit: Callable[[], object],
    *,
    goal: float,
    limit_name: str,
    times: int = 200,
) -> Result:
    """A row in milliseconds of CPU."""
    value, floor = compare(work, limit, times=times)
    return Result(name, value * 1e3, floor * 1e3, goal, "ms CPU", limit_name)


def at_most(name: str, work: Callable[[], object], milliseconds: float, *, times: int = 50) -> Result:
    """A row against a fixed number of milliseconds of CPU."""
    value, _ = compare(work, lambda: None, times=times)
    return Result(name, value * 1e3, milliseconds, 1.0, "ms CPU", "fixed")


def table(results: list[Result]) -> str:
    """The rows as a Markdown table."""
    lines = ["| work | value | limit | limit is | ratio | goal | |", "|---|---:|---:|---|---:|---:|---|"]
    for row in results:
        cells = (
            row.name,
            f"{row.value:.3g} {row.unit}",
            f"{row.limit:.3g} {row.unit}",
            row.against,
            f"{row.ratio:.2f}",
            f"≤ {row.goal:g}",
            "pass" if row.passed else "**FAIL**",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
