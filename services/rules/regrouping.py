"""Amazon's clock in tickets that people merged: a reply answers what was one conversation with it when it was written.

Merging is our own filing; it stops and starts no clock. A message that waited before a merge waits after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from services.rules import clock
from services.rules.clock import Asked, Reply, Verdict

Since = Mapping[tuple[int, int], datetime]
"""Two homes -> since when they are one conversation; both orders of a pair."""


def judge(
    asked: Sequence[tuple[Asked, int]],
    replies: Sequence[tuple[Reply, int]],
    no_response_needed: Mapping[int, datetime],
    since: Since,
) -> tuple[Verdict, ...]:
    """What became of each message; messages and replies come with their home. Without merges simply the clock's."""
    if not since:
        return clock.judge([one for one, _ in asked], [reply for reply, _ in replies], no_response_needed)
    found: list[Verdict] = []
    for home in {home for _, home in asked}:
        mine = [one for one, at_home in asked if at_home == home]
        found += clock.judge(mine, heard(home, replies, since), no_response_needed)
    return tuple(sorted(found, key=lambda verdict: (verdict.sent_at, verdict.id)))


def heard(home: int, replies: Iterable[tuple[Reply, int]], since: Since) -> list[Reply]:
    """The replies that a home's messages count as theirs: its own, and the others' from their union on."""
    return [reply for reply, there in replies if there == home or _is_one(since.get((home, there)), reply.at)]


def _is_one(since: datetime | None, at: datetime) -> bool:
    return since is not None and at >= since
