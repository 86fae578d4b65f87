"""The team's settings hold from a moment on, and every change is in the log."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest

from data import journal
from data.store import Store
from services import team
from services.errors import Rejected
from services.people import Person
from tests.desks import DAY, NOW

BOSS = Person("Boss", "supervisor", False, None)


def test_a_fresh_house_closes_on_sundays_at_six(store: Store) -> None:
    house = team.team(store, now=NOW)
    assert (house.zone, house.shift_end, house.closed_weekdays) == ("", time(18), frozenset({6}))
    assert (house.at_risk, house.zone_info.key) == (timedelta(hours=4), "UTC")


def test_a_change_holds_from_its_moment_and_leaves_the_past_alone(every_store: Store) -> None:
    team.change(every_store, actor=BOSS, now=NOW, zone="Asia/Tokyo", shift_end="17:30", closed_weekdays=[5, 6])
    team.change(every_store, actor=BOSS, now=NOW + DAY, at_risk_hours=6, zone="Asia/Tokyo")
    past, then, later = (team.team(every_store, now=NOW + n * DAY) for n in (-1, 0, 1))
    assert (past.zone, then.zone, then.shift_end, later.at_risk_hours) == ("", "Asia/Tokyo", time(17, 30), 6)
    assert then.at_risk_hours == 4
    with every_store.read() as session:
        assert [row.object for row in journal.everything(session)] == [
            "setting:zone",
            "setting:shift_end",
            "setting:closed_weekdays",
            "setting:at_risk_hours",
        ]
        assert journal.first_broken(session) == (4, None)
    assert [row.name for row in team.history(every_store)][0] == "at_risk_hours"


@pytest.mark.parametrize(
    "values",
    [
        {"zone": "Mars/Base"},
        {"zone": "../../etc/passwd"},
        {"shift_end": "25:00"},
        {"shift_end": "late"},
        {"closed_weekdays": [0, 1, 2, 3, 4, 5, 6]},
        {"closed_weekdays": [7]},
        {"at_risk_hours": 0},
        {"at_risk_hours": 24},
        {"colour": "red"},
        {"shift_end": "17:00", "zone": "Nowhere"},
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence_and_changes_nothing(
    store: Store, values: dict[str, Any]
) -> None:
    with pytest.raises(Rejected):
        team.change(store, actor=BOSS, now=NOW, **values)
    assert team.history(store) == []


def test_only_a_supervisor_changes_the_house(store: Store) -> None:
    with pytest.raises(Rejected, match="supervisor"):
        team.change(store, actor=Person("Ana", "agent", False, None), now=NOW, zone="UTC")
