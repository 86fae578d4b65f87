"""The team's own settings: its zone, the end of the shift, closed days of the second clock; with effective dates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data import journal, people
from data.models.ours import TeamSetting
from data.store import Store
from services.errors import Rejected
from services.people import Person

DEFAULTS: dict[str, Any] = {
    "zone": "",
    "shift_end": "18:00",
    "closed_weekdays": [6],
    "at_risk_hours": 4,
    "target_percent": 90,
}


@dataclass(frozen=True)
class Team:
    """The settings that hold now. `zone` may be empty: then each reader's own zone; weekdays count from Monday = 0."""

    zone: str
    shift_end: time
    closed_weekdays: frozenset[int]
    at_risk_hours: int
    target_percent: int = 90

    @property
    def at_risk(self) -> timedelta:
        """How long before its due time a message counts as at risk."""
        return timedelta(hours=self.at_risk_hours)

    @property
    def zone_info(self) -> ZoneInfo:
        """The team's zone, UTC if it has chosen none."""
        return ZoneInfo(self.zone or "UTC")


def team(store: Store, *, now: datetime) -> Team:
    """The settings that hold now."""
    with store.read() as session:
        held = {**DEFAULTS, **people.settings_at(session, now)}
    return Team(
        zone=held["zone"],
        shift_end=time.fromisoformat(held["shift_end"]),
        closed_weekdays=frozenset(held["closed_weekdays"]),
        at_risk_hours=int(held["at_risk_hours"]),
        target_percent=int(held["target_percent"]),
    )


def change(store: Store, *, actor: Person, now: datetime, **values: Any) -> None:
    """Change settings from now on; the past keeps the old ones. Raises Rejected with a sentence."""
    if not actor.is_supervisor:
        raise Rejected("Only a supervisor may change the team's settings.")
    checked = {name: _checked(name, value) for name, value in values.items()}
    with store.write() as session:
        held = {**DEFAULTS, **people.settings_at(session, now)}
        for name, value in checked.items():
            if held[name] != value:
                people.change(session, name, value, by=actor.name, effective_from=now)
                before, after = {"value": held[name]}, {"value": value}
                journal.append(session, journal.Entry(now, actor.name, "team.change", f"setting:{name}", before, after))


def history(store: Store) -> list[TeamSetting]:
    """Changes, newest first."""
    with store.read() as session:
        return people.history(session)


def _checked(name: str, value: Any) -> Any:
    if name == "zone":
        return _zone(str(value))
    if name == "shift_end":
        return _clock_time(value)
    if name == "closed_weekdays":
        days = sorted({int(day) for day in value})
        if len(days) > 6 or any(day not in range(7) for day in days):
            raise Rejected("Leave at least one weekday open.")
        return days
    if name == "at_risk_hours":
        if not 1 <= int(value) <= 23:
            raise Rejected("Choose 1 to 23 hours.")
        return int(value)
    if name == "target_percent":
        if not 50 <= int(value) <= 100:
            raise Rejected("Choose 50 to 100 percent.")
        return int(value)
    raise Rejected(f"There is no setting {name!r}.")


def _clock_time(value: Any) -> str:
    try:
        return (value if isinstance(value, time) else time.fromisoformat(str(value))).strftime("%H:%M")
    except ValueError:
        raise Rejected(f"{value!r} is no time of day; write it like 18:00.") from None


def _zone(value: str) -> str:
    try:
        return ZoneInfo(value).key if value else ""
    except (ZoneInfoNotFoundError, ValueError):
        raise Rejected(f"{value!r} is no time zone; write it like Europe/Berlin.") from None
