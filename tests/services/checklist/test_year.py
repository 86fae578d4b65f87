"""A whole leap year at the desk in several zones: every cell is accounted for, at every moment that is looked at."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from data import checklist as rows
from data.store import Store
from services import checklist
from services.checklist import keeping
from services.rules.checklist import Cell, Key
from tests.checks import duty, look, mail_read, me, settings, zone
from tests.pages.conftest import statements

DAY = timedelta(days=1)
BEGIN = datetime(2027, 12, 31, 9, tzinfo=UTC)
NEW_YEAR, LAST_DAY = date(2028, 1, 1), date(2028, 12, 31)


def lived(store: Store, cells: list[Cell], random: Random) -> dict[Key, str]:
    """Close some cells as people and the store do, in time and late; what each must be when the year is over."""
    expected: dict[Key, str] = {}
    marks = []
    for cell in cells:
        fate = random.choice(("proved", "signed", "late", "missed"))
        expected[cell.key] = {"late": "signed"}.get(fate, fate)
        if fate == "missed":
            continue
        at = cell.period.closes_at + random.random() * 5 * DAY if fate == "late" else cell.period.due_at
        told = {
            "how": "proof" if fate == "proved" else "signature",
            "at": at,
            "by": "Ana",
            "reason": "late" * (fate == "late"),
        }
        marks.append({**cell.key._asdict(), "rhythm": cell.period.duty.rhythm, **told})
    with store.write() as session:
        rows.mark(session, marks)
    return expected


@pytest.mark.parametrize("where", ["Europe/Berlin", "America/Los_Angeles", "Asia/Tokyo", "Africa/Cairo"])
def test_each_cell_of_2028_is_done_missed_or_pending_and_none_is_lost(where: str, store: Store) -> None:
    known = settings()
    zone(store, where, BEGIN - DAY)
    duty(store, known, "Messages", now=BEGIN)
    duty(store, known, "Workdays", now=BEGIN, days=(0, 1, 2, 3, 4))
    duty(store, known, "Reviews", now=BEGIN, rhythm="weekly", days=(4,))
    duty(store, known, "Chargebacks", now=BEGIN, rhythm="monthly", days=(31,))
    over = datetime(2029, 2, 1, tzinfo=UTC)
    _, cells = look(store, known, NEW_YEAR, LAST_DAY, over)
    due = [cell for cell in cells if cell.period.due_day.year == 2028]
    weekdays = sum((NEW_YEAR + n * DAY).weekday() < 5 for n in range(366))
    fridays = sum((NEW_YEAR + n * DAY).weekday() == 4 for n in range(366))
    assert len(due) == len({cell.key for cell in due}) == 2 * (366 + weekdays + fridays + 12)
    expected = lived(store, due, Random(2028))
    for moment in (over, datetime(2028, 2, 29, 12, tzinfo=UTC), datetime(2028, 10, 29, 1, 30, tzinfo=UTC)):
        found, _ = look(store, known, NEW_YEAR, LAST_DAY, moment)
        today = moment.astimezone(ZoneInfo(where)).date()
        for cell in due:
            said = found.state(cell)
            if expected[cell.key] != "missed":
                assert said == expected[cell.key]
            elif cell.period.ends <= today:
                assert said == "missed"
            else:
                assert said == ("due" if cell.period.due_day <= today else "not_yet")
    with store.read() as session:
        told = checklist.gaps(session, known, NEW_YEAR, LAST_DAY, now=over)
    counts = Counter(expected.values())
    assert sum(each.cells for each in told) == len(due)
    for name in ("proved", "signed", "missed"):
        assert sum(getattr(each, name) for each in told) == counts[name]
    assert sum(len(each.gaps) for each in told) == sum(each.missed + each.back_dated for each in told)


def test_the_sync_walks_through_the_change_of_clocks_day_by_day(store: Store) -> None:
    """Proved where the mail was fresh at 17:00 in Berlin, signed on Tuesdays, missed where the mail was old."""
    known = settings("DE")
    zone(store, "Europe/Berlin", BEGIN - DAY)
    number = duty(store, known, "Unknown mail", now=BEGIN, scope="account", proof="set_aside")
    expected: dict[date, str] = {}
    for n in range(24, 24 + 14):
        day = date(2028, 3, 1) + (n - 9) * DAY
        at = datetime(day.year, day.month, day.day, 17, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
        mail_read(store, at if day.day % 3 else at - DAY)
        assert keeping.tend(store, known, at - timedelta(minutes=1)) == 0
        if day.weekday() == 1:
            checklist.sign(store, known, [Key(number, "acme", "", day)], actor=me(store), now=at - DAY / 24)
        proved = keeping.tend(store, known, at)
        expected[day] = "signed" if day.weekday() == 1 else "proved" if day.day % 3 else "missed"
        assert proved == (expected[day] == "proved")
        assert keeping.tend(store, known, at + timedelta(minutes=2)) == 0
    first, last = min(expected), max(expected)
    assert first <= date(2028, 3, 26) <= last
    found, cells = look(store, known, first, last, datetime(2028, 4, 30, tzinfo=UTC))
    assert {cell.key.starts: found.state(cell) for cell in cells if cell.key.duty_id == number} == expected


def test_the_cost_of_today_does_not_grow_with_what_was_closed(store: Store) -> None:
    known, now = settings("US DE FR IT"), datetime(2028, 3, 1, 12, tzinfo=UTC)
    for n in range(10):
        duty(store, known, f"Duty {n}", now=BEGIN)
    _, cells = look(store, known, date(2028, 1, 1), date(2028, 2, 29), now)
    costs = []
    for some in (cells[:10], cells[10:]):
        lived(store, some, Random(1))
        with statements(store) as seen, store.read() as session:
            found = checklist.waiting(session, known, now=now, limit=8)
        costs.append(len([each for each in seen if each.startswith("SELECT")]))
        assert found.lines
    assert len(cells) > 1000
    assert costs == [1, 1]
