"""Our twin of Amazon's late response rate: over 7, 30 and 90 days, and how many messages may still be missed.

Amazon shows the share of messages answered after 24 hours or not at all for these windows (Seller Central help,
200549770 and 202152030); it asked for at least 90 % within 24 hours.
"""

from __future__ import annotations

from datetime import date, timedelta

WINDOWS = (7, 30, 90)
"""Days, the last one included, as Amazon shows them."""
TENTH = 10
"""One message in ten may be missed."""


def first_day(last: date, days: int) -> date:
    """The first day of a window that ends with `last`."""
    return last - timedelta(days=days - 1)


def can_still_miss(missed: int, judged: int) -> int:
    """How many more messages may be missed, each counted as judged too, before more than 10 % are; at least 0."""
    return max((judged - TENTH * missed) // (TENTH - 1), 0)


def in_time_needed(missed: int, judged: int) -> int:
    """How many messages must be answered in time, with none missed, until at most 10 % are missed; 0 if it is so."""
    return max(TENTH * missed - judged, 0)


def drift(amazon: float, missed: int, judged: int) -> float | None:
    """By how much Amazon's rate is higher than ours, as a fraction; None where we had nothing to judge."""
    return amazon - missed / judged if judged else None
