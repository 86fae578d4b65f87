"""Which reports there are, how often each may be asked for, and which windows of time remain to be read.

Sources: Amazon's pages on report types (60 days for returns, 30 for orders), the Reports API's two-minute rule, and
what other connectors found: rows of returns and feedback change for weeks, and are back-dated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

LAG = timedelta(minutes=3)
"""Amazon refuses windows that end less than two minutes ago."""
SHORTEST = timedelta(minutes=1)


@dataclass(frozen=True)
class Kind:
    """One type of report: how often it may be asked for, and over which time.

    `interval`: the shortest time between two of the same; `reread`: how far back rows still change, so that it is read
    again each time; `history`: how far back the first sync goes; `longest`: the longest window Amazon accepts.
    `dated`: "both", "start" (an end makes Amazon cancel it) or "none". `each`: one marketplace a report.
    `at_once`: how many windows may be under way together.
    """

    name: str
    type: str
    interval: timedelta
    reread: timedelta = timedelta(0)
    history: timedelta = timedelta(0)
    longest: timedelta = timedelta(days=365)
    dated: str = "both"
    each: bool = False
    at_once: int = 1


_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "seller_feedback",
            "GET_SELLER_FEEDBACK_DATA",
            12 * _HOUR,
            reread=90 * _DAY,
            history=365 * _DAY,
            dated="start",
            each=True,
        ),
        Kind("account_health", "GET_V2_SELLER_PERFORMANCE_REPORT", 6 * _HOUR, dated="none"),
        Kind(
            "fbm_returns",
            "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE",
            4 * _HOUR,
            reread=60 * _DAY,
            history=365 * _DAY,
            longest=60 * _DAY,
            at_once=3,
        ),
        Kind(
            "fbm_returns_xml",
            "GET_XML_RETURNS_DATA_BY_RETURN_DATE",
            4 * _HOUR,
            reread=60 * _DAY,
            history=365 * _DAY,
            longest=60 * _DAY,
            at_once=3,
        ),
        Kind(
            "fba_returns",
            "GET_FBA_FULFILLMENT_CUSTOMER_RETURNS_DATA",
            4 * _HOUR,
            reread=45 * _DAY,
            history=365 * _DAY,
            longest=90 * _DAY,
        ),
        Kind(
            "fba_replacements",
            "GET_FBA_FULFILLMENT_CUSTOMER_SHIPMENT_REPLACEMENT_DATA",
            4 * _HOUR,
            reread=45 * _DAY,
            history=365 * _DAY,
            longest=90 * _DAY,
        ),
        Kind(
            "all_orders",
            "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL",
            _HOUR,
            reread=3 * _DAY,
            history=365 * _DAY,
            longest=30 * _DAY,
            at_once=3,
        ),
    )
}


@dataclass(frozen=True, order=True)
class Window:
    """A stretch of time, both ends included; `slot` is its name among the windows of a kind."""

    start: datetime
    end: datetime

    @property
    def slot(self) -> str:
        """Its name; never "", which is the rolling one's."""
        return f"{self.start:%Y-%m-%dT%H:%M}/{self.end:%Y-%m-%dT%H:%M}"


def united(windows: Iterable[Window]) -> list[Window]:
    """The windows as few, disjoint and sorted."""
    result: list[Window] = []
    for window in sorted(windows):
        if result and window.start <= result[-1].end:
            result[-1] = Window(result[-1].start, max(result[-1].end, window.end))
        else:
            result.append(window)
    return result


def gaps(have: Iterable[Window], whole: Window) -> list[Window]:
    """The parts of `whole` that no window of `have` covers, oldest first."""
    missing, at = [], whole.start
    for window in united(have):
        if window.end <= at:
            continue
        if window.start >= whole.end:
            break
        if window.start > at:
            missing.append(Window(at, window.start))
        at = window.end
    if at < whole.end:
        missing.append(Window(at, whole.end))
    return missing


def rolling(kind: Kind, have: Sequence[Window], now: datetime) -> Window | None:
    """The stretch that still changes, up to now; None for a report that has no dates."""
    if kind.dated == "none":
        return None
    end = now - LAG
    back = kind.history if kind.dated == "start" and not have else min(kind.reread, kind.longest)
    return Window(end - back, end)


def history(kind: Kind, have: Sequence[Window], now: datetime) -> list[Window]:
    """What is older than the rolling stretch and was never loaded, in pieces that Amazon accepts, newest first."""
    again = rolling(kind, have, now)
    if again is None or kind.dated != "both":
        return []
    oldest = now - LAG - kind.history
    missing = gaps([*have, again], Window(oldest, again.start)) if oldest < again.start else []
    pieces = [piece for gap in reversed(missing) for piece in _cut(gap, kind.longest)]
    return [piece for piece in pieces if piece.end - piece.start >= SHORTEST]


def _cut(window: Window, longest: timedelta) -> list[Window]:
    """The window in pieces, newest first."""
    pieces, end = [], window.end
    while end > window.start:
        start = max(window.start, end - longest)
        pieces.append(Window(start, end))
        end = start
    return pieces
