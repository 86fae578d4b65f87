"""A token bucket per account and operation: how many calls Amazon's usage plan still allows, and when the next one is.

Source: the "rate" and "burst" of each operation in Amazon's API models, and the usage plan guide: a bucket for each
pair of application and seller; the header x-amzn-RateLimit-Limit is a best effort and is missing on a 429.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

PART_USED = 0.98
"""Amazon prints rates rounded (0.0167 for once a minute): a little less than printed is never too much."""
SPREAD = 2.0
"""Seconds by which two calls may take differently long to reach Amazon; so much of the burst is left alone."""
SET_BACK = 60.0
"""A clock that is this many seconds behind the bucket was set back."""
TINY = 1e-9
SLOWEST, FASTEST = 0.0001, 1000.0


@dataclass(frozen=True)
class Plan:
    """Amazon's usage plan of an operation: calls per second in the long run, and how many at once after a rest."""

    rate: float
    burst: int

    @property
    def used_rate(self) -> float:
        """Calls per second that we make in the long run."""
        return self.rate * PART_USED

    @property
    def capacity(self) -> float:
        """Calls that we make at once after a rest; at least one."""
        return max(1.0, self.burst - self.rate * SPREAD)

    @property
    def rest(self) -> timedelta:
        """How long nobody need call without a call being lost: until half of an empty bucket is full."""
        return timedelta(seconds=self.capacity / 2 / self.used_rate)


@dataclass(frozen=True)
class Bucket:
    """How many calls were left (whole or in part) at a time."""

    tokens: float
    at: datetime


def full(plan: Plan, now: datetime) -> Bucket:
    """The bucket of an account that has not called for a long time."""
    return Bucket(plan.capacity, now)


def refilled(bucket: Bucket, plan: Plan, now: datetime) -> Bucket:
    """The bucket now. A clock that was set back gives nothing; after that it counts on from there."""
    passed = (now - bucket.at).total_seconds()
    if -SET_BACK < passed < 0:
        # Two who ask at once may be a moment out of order: the same moment must not be counted twice.
        return Bucket(min(plan.capacity, bucket.tokens), bucket.at)
    return Bucket(min(plan.capacity, bucket.tokens + max(0.0, passed) * plan.used_rate), now)


def take(bucket: Bucket, plan: Plan, now: datetime) -> tuple[Bucket, timedelta]:
    """Take one call: (the bucket afterwards, zero), or if there is none (the bucket, how long until there is)."""
    current = refilled(bucket, plan, now)
    if current.tokens >= 1 - TINY:
        return replace(current, tokens=max(0.0, current.tokens - 1)), timedelta(0)
    # Rounded up: a wait that was rounded to nothing would be taken for a call that is granted.
    return current, timedelta(seconds=(1 - current.tokens) / plan.used_rate) + timedelta.resolution


def refused(now: datetime) -> Bucket:
    """The bucket after a 429: somebody else used it up, so the next call is a whole interval away."""
    return Bucket(0.0, now)


def corrected(plan: Plan, header: str | None) -> float | None:
    """The rate that Amazon's header names if it differs from the plan's and can be true, else None."""
    try:
        rate = float(header or "")
    except ValueError:
        return None
    if not SLOWEST <= rate <= FASTEST or abs(rate - plan.rate) <= plan.rate * 0.01:
        return None
    return rate
