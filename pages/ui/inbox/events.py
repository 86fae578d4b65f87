"""Reads what a part of the Inbox answered: what is to be done, to which ticket, as seen at which version, with what.

An answer comes from a browser: every name in it must be known here and every value is converted, or it is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from services.errors import Rejected

LONGEST = 100_000
RELOAD = "The page is older than the program. Reload it; your text is kept."


@dataclass(frozen=True)
class Event:
    """What was asked for. `version` is the ticket as it was on screen; None: whatever it is now."""

    what: str
    ticket: int
    version: int | None
    values: Mapping[str, Any]


def asked(key: str, name: str = "act") -> Any:
    """The raw answer that the part of this key has just given, or None."""
    state: Any = st.session_state.get(key) or {}
    return state.get(name)


def read(raw: object, zone: ZoneInfo) -> Event:
    """The event in a raw answer; times without a zone are the reader's. Raises Rejected if it is none."""
    if not isinstance(raw, dict):
        raise Rejected(RELOAD)
    what, ticket, version, values = (raw.get(name) for name in ("what", "ticket", "version", "values"))
    if not (isinstance(what, str) and isinstance(ticket, int) and isinstance(values, dict)):
        raise Rejected(RELOAD)
    if not (version is None or isinstance(version, int)):
        raise Rejected(RELOAD)
    return Event(what, ticket, version, {name: _value(name, value, zone) for name, value in values.items()})


@dataclass(frozen=True)
class BulkEvent:
    """The same thing asked for several tickets, each as it was on screen: (id, version)."""

    what: str
    targets: tuple[tuple[int, int], ...]
    values: Mapping[str, Any]


def read_bulk(raw: object, zone: ZoneInfo) -> BulkEvent:
    """What was asked for the chosen tickets. Raises Rejected if it makes no sense."""
    targets = raw.get("targets") if isinstance(raw, dict) else None
    if not isinstance(targets, list):
        raise Rejected(RELOAD)
    one = read({**raw, "ticket": 0, "version": None}, zone) if isinstance(raw, dict) else None
    pairs = tuple((each[0], each[1]) for each in targets if isinstance(each, list) and len(each) == 2)
    if one is None or not all(isinstance(number, int) for pair in pairs for number in pair):
        raise Rejected(RELOAD)
    return BulkEvent(one.what, pairs, one.values)


def _value(name: str, value: object, zone: ZoneInfo) -> Any:
    convert = CONVERTERS.get(name)
    if convert is None:
        raise Rejected(RELOAD)
    try:
        return convert(value, zone)
    except (TypeError, ValueError, OverflowError) as error:
        raise Rejected(f"“{str(value)[:40]}” cannot be used here. Correct it and try again.") from error


def _text(value: object, _zone: ZoneInfo) -> str:
    if not isinstance(value, str) or len(value) > LONGEST:
        raise ValueError(value)
    return value


def _number(value: object, _zone: ZoneInfo) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(value)
    return value


def _number_or_none(value: object, zone: ZoneInfo) -> int | None:
    return None if value is None else _number(value, zone)


def _typed_number(value: object, _zone: ZoneInfo) -> int:
    """A number as a person types it, perhaps behind a #."""
    return int(str(value).strip().removeprefix("#"))


def _numbers(value: object, zone: ZoneInfo) -> tuple[int, ...]:
    """Numbers in a list, or in a text with commas."""
    if isinstance(value, str):
        return tuple(int(each) for each in value.split(","))
    if not isinstance(value, list):
        raise ValueError(value)
    return tuple(_number(each, zone) for each in value)


def _text_or_none(value: object, zone: ZoneInfo) -> str | None:
    return _text(value, zone) or None


def _yes_or_no(value: object, _zone: ZoneInfo) -> bool:
    return value in (True, "yes")


def _epoch(value: object, zone: ZoneInfo) -> datetime | None:
    return None if value is None else datetime.fromtimestamp(_number(value, zone), UTC)


def _moment(value: object, zone: ZoneInfo) -> datetime | None:
    """A time of the reader's, or none for now."""
    if value in (None, ""):
        return None
    return datetime.fromisoformat(_text(value, zone)).replace(tzinfo=zone).astimezone(UTC)


CONVERTERS: Mapping[str, Callable[[object, ZoneInfo], Any]] = {
    **dict.fromkeys(
        ("text", "person", "reason", "status", "solved_reason", "type", "subject", "order_id", "account"), _text
    ),
    **dict.fromkeys(("after_send", "override_reason", "question", "tag", "important_reason", "token"), _text),
    **dict.fromkeys(("message_id", "outbox_id", "index", "question_id", "id", "regrouping_id"), _number),
    **dict.fromkeys(("until", "promise_until"), _epoch),
    **dict.fromkeys(("mark_ids", "message_ids"), _numbers),
    **dict.fromkeys(("arrived", "across_orders", "important"), _yes_or_no),
    "chosen_ticket": _number_or_none,
    "other_ticket": _typed_number,
    "to": _text_or_none,
    "at": _moment,
}
"""What values may be called, and how each is read."""
