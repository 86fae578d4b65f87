"""What Today and the Meeting are told: what is due, what was missed lately, and the gaps of a time."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from data.store import Store
from services import checklist
from services.checklist import reading
from services.rules.checklist import Key
from services.settings import Settings
from tests.checks import BEGIN, duty, me, settings

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TODAY = BEGIN.date()


@pytest.fixture
def known() -> Settings:
    return settings("US DE FR IT ES JP")


def waiting(store: Store, known: Settings, now: datetime = BEGIN, limit: int = 8) -> checklist.Waiting:
    with store.read() as session:
        return checklist.waiting(session, known, now=now, limit=limit)


def test_what_is_due_is_one_line_a_duty_the_nearest_first(store: Store, known: Settings) -> None:
    late, early = duty(store, known, "Late"), duty(store, known, "Early", at=(BEGIN + HOUR).time())
    friday = duty(store, known, "Friday", rhythm="weekly", days=(4,))
    found = waiting(store, known)
    assert found.count == 12
    assert [line.what for line in found.lines] == ["Early", "Late"]
    line = found.lines[0]
    assert (line.about, line.marketplace, line.page, line.missed) == (
        "DE, ES, FR, IT and 2 more", None, "checklist", False,
    )  # fmt: skip
    assert line.target == ("cell", f"{early}~acme~DE~2027-12-20")
    assert {late, friday} & {Key.read(each.target[1]).duty_id for each in waiting(store, known, BEGIN + 4 * DAY).lines}  # type: ignore[union-attr]
    assert len({each.id for each in waiting(store, known, BEGIN + 4 * DAY, 99).lines}) == 11


def test_what_was_missed_is_there_for_a_week_after_what_is_due(store: Store, known: Settings) -> None:
    number = duty(store, known, scope="chosen", marketplaces=("JP",))
    yesterday = Key(number, "acme", "JP", TODAY)
    found = waiting(store, known, BEGIN + DAY)
    assert [(line.what, line.missed, line.marketplace) for line in found.lines] == [
        ("Messages", False, "JP"), ("Messages: missed Mon 20 Dec 2027", True, "JP"),
    ]  # fmt: skip
    assert found.lines[1].target == ("cell", str(yesterday))
    checklist.sign(store, known, [yesterday], actor=me(store), now=BEGIN + DAY, reason="Forgotten.")
    assert [line.missed for line in waiting(store, known, BEGIN + DAY).lines] == [False]
    after = [line.target[1] for line in waiting(store, known, BEGIN + 9 * DAY, limit=99).lines]
    assert after == [f"{number}~acme~JP~{TODAY + n * DAY}" for n in (9, 8, 7, 6, 5, 4, 3, 2)]


def test_the_limit_cuts_the_lines_and_not_the_count(store: Store, known: Settings) -> None:
    for n in range(5):
        duty(store, known, f"Duty {n}")
    found = waiting(store, known, limit=2)
    assert (found.count, found.capped, len(found.lines)) == (30, False, 2)


def test_gaps_name_what_was_missed_and_what_was_signed_late(store: Store, known: Settings) -> None:
    number, fine = duty(store, known, "Holes"), duty(store, known, "Fine", scope="account")
    now = BEGIN + 2 * DAY
    for n in range(3):
        checklist.sign(store, known, [Key(fine, "acme", "", TODAY + n * DAY)], actor=me(store), now=BEGIN + n * DAY)
    checklist.sign(store, known, [Key(number, "acme", "US", TODAY)], actor=me(store), now=now, reason="Ill.")
    with store.read() as session:
        holes, other = checklist.gaps(session, known, TODAY, TODAY + 2 * DAY, now=now)
        nothing = checklist.gaps(session, known, date(2027, 1, 1), date(2027, 1, 31), now=now)
    assert nothing == ()
    assert (other.title, other.cells, other.signed, other.gaps) == ("Fine", 3, 3, ())
    assert (holes.cells, holes.missed, holes.back_dated, holes.signed) == (18, 11, 1, 1)
    (late,) = [gap for gap in holes.gaps if gap.kind == "back_dated"]
    assert (late.marketplace, late.label, late.by, late.at, late.reason) == (
        "US",
        "Mon 20 Dec 2027",
        "You",
        now,
        "Ill.",
    )
    # The last day is not over, so it is no gap yet.
    assert {gap.starts for gap in holes.gaps} == {TODAY, TODAY + DAY}


def test_several_accounts_are_told_apart(store: Store) -> None:
    known = settings("US", other={"marketplaces": ["US"], "folder": {"path": "there"}})
    duty(store, known)
    (line,) = waiting(store, known).lines
    assert line.about == "acme US, other US"
    names = [[column.label for column in reading.day_grid(store, known, day=None, now=BEGIN, account=each).columns]
             for each in ("", "other")]  # fmt: skip
    assert names == [["acme US", "other US"], ["other US"]]
