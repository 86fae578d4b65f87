"""Turns times, spans, counts and names into the words that pages show; the only place that knows local time."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo

from services.inbox.shapes import Row
from services.rules.clock import time_left

_MARKDOWN = str.maketrans({mark: f"\\{mark}" for mark in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"})
MATCHES: Mapping[str | None, str] = {
    "order_id": "from the mail",
    "thread": "by the thread",
    "alias": "by the buyer's address: a guess",
    "weak": "a weak guess: check it",
    "chosen": "chosen by hand",
    None: "",
}


def when(moment: datetime, zone: tzinfo, now: datetime) -> str:
    """`Sat 21 Nov 08:21` in a zone, with the year where it is another one than now's."""
    local = moment.astimezone(zone)
    year = f" {local.year}" if local.year != now.astimezone(zone).year else ""
    return f"{local:%a} {local.day} {local:%b}{year} {local:%H:%M}"


def clock_time(moment: datetime, zone: tzinfo) -> str:
    """`08:21` in a zone."""
    return f"{moment.astimezone(zone):%H:%M}"


def span(length: timedelta) -> str:
    """`2 h 24 m`, from two days on `3 d 4 h`; the sign is left out."""
    minutes = int(abs(length).total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours // 24} d {hours % 24} h"
    return f"{hours} h {minutes:02d} m"


def left(due: datetime, now: datetime) -> str:
    """`late 2 h 24 m` or `0 h 43 m left`."""
    remaining = time_left(due, now)
    return f"late {span(remaining)}" if remaining < timedelta(0) else f"{span(remaining)} left"


def ago(moment: datetime, now: datetime) -> str:
    """`20 s ago`, `3 min ago`, `5 h ago`, `4 days ago`."""
    seconds = max(int((now - moment).total_seconds()), 0)
    if seconds < 60:
        return f"{seconds} s ago"
    if seconds < 3600:
        return f"{seconds // 60} min ago"
    if seconds < 48 * 3600:
        return f"{seconds // 3600} h ago"
    return f"{seconds // 86400} days ago"


def hours(value: float | None) -> str:
    """`3.4 h`; an em dash where there is nothing to measure."""
    return "—" if value is None else f"{value:.1f} h"


def share(value: float | None) -> str:
    """`97.4 %`; an em dash where there is nothing to measure."""
    return "—" if value is None else f"{100 * value:.1f} %"


def count(number: int, capped: bool = False) -> str:
    """`1,204`, or `1,000+` where counting stopped."""
    return f"{number:,}{'+' if capped else ''}"


def plural(number: int, one: str, many: str = "") -> str:
    """`1 message`, `3 messages`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size(octets: int) -> str:
    """`812 B`, `34 kB`, `2.1 MB`."""
    if octets < 1000:
        return f"{octets} B"
    return f"{octets / 1000:.0f} kB" if octets < 1_000_000 else f"{octets / 1_000_000:.1f} MB"


def title(row: Row) -> str:
    """What tells this ticket from its neighbours: the subject, or the first words if Amazon wrote the subject."""
    is_amazons = bool(row.buyer and row.buyer in row.subject)
    if is_amazons or not row.subject:
        return row.preview or "No text; look for a photo"
    return row.subject


def place(zone_name: str) -> str:
    """The city of a zone: `Los Angeles` for `America/Los_Angeles`."""
    return zone_name.rsplit("/", 1)[-1].replace("_", " ")


def epoch(moment: datetime | None) -> int | None:
    """Seconds since 1970, as the parts in the browser take them."""
    return None if moment is None else int(moment.astimezone(UTC).timestamp())


def plain(text: str) -> str:
    """Text from outside for a label that Streamlit reads as Markdown: nothing in it has a meaning any more."""
    return " ".join(text.split()).translate(_MARKDOWN)


def escaped(text: str) -> str:
    """Text from outside for `st.html`."""
    return html.escape(text, quote=True)
