"""A closed pack is the same to the byte for ever, whatever comes in later."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from data import journal
from data.models.meeting import MeetingTickets
from data.store import Store, open_store
from services import seeding
from services.errors import Rejected
from services.meeting import files, keep
from services.meeting.numbers import Moment, values
from services.rules import periods
from tests.desks import DAY, HOUR, NOW, Desk
from tests.services.meeting.conftest import AFTER, TUESDAY, W46, W47, answered, asked, written


def test_the_files_are_the_same_twice_and_after_later_mail(weeks: Desk, tmp_path: Path) -> None:
    first = written(weeks, tmp_path / "a")
    assert written(weeks, tmp_path / "b", now=NOW + DAY) == first
    late = [asked(20, TUESDAY + HOUR), answered(5, TUESDAY + 5 * HOUR), answered(20, NOW)]
    weeks.read(*late, now=NOW + HOUR)
    with weeks.store.read() as session:
        assert journal.first_broken(session)[1] is None
    assert written(weeks, tmp_path / "c", now=NOW + 9 * DAY) == first
    now = values(weeks.store, weeks.settings, Moment(W46, NOW + HOUR))
    assert (now["messages"], now["missed"]) == (5, 2)


def test_what_decides_a_running_period_is_the_moment_alone(weeks: Desk, tmp_path: Path) -> None:
    first = written(weeks, tmp_path / "a", period=W47)
    assert written(weeks, tmp_path / "b", period=W47) == first
    assert keep.closed(weeks.store, W47) is None


def test_two_shops_with_the_same_mail_make_the_same_files(weeks: Desk, kept_weeks: Path, tmp_path: Path) -> None:
    weeks.read(asked(30, NOW - 2 * HOUR), now=NOW)
    shutil.copy(kept_weeks / "within24.db", tmp_path / "other.db")
    other = Desk(open_store(f"sqlite:///{tmp_path / 'other.db'}"), kept_weeks / "shop")
    assert written(other, tmp_path / "a") == written(weeks, tmp_path / "b", now=NOW + DAY)
    other.store.close()


def test_every_database_makes_and_keeps_a_pack(every_store: Store, tmp_path: Path) -> None:
    seeding.fill(every_store, 300, seed=1, now=NOW)
    desk, period = Desk(every_store, tmp_path / "shop"), periods.last_over("month", NOW)
    first = written(desk, tmp_path / "a", period=period)
    assert written(desk, tmp_path / "b", period=period, now=NOW + DAY) == first
    found = keep.closed(every_store, period)
    assert found is not None
    assert keep.is_whole(every_store, found)


def test_a_running_period_cannot_be_closed(weeks: Desk) -> None:
    with pytest.raises(Rejected, match="is still running"):
        keep.close(weeks.store, weeks.settings, W47, by="Bea", now=NOW)


def test_who_closes_second_gets_the_first_ones_pack(weeks: Desk) -> None:
    first = keep.close(weeks.store, weeks.settings, W46, by="Bea", now=AFTER)
    second = keep.close(weeks.store, weeks.settings, W46, by="Anna", now=NOW)
    assert (second.by, second.closed_at, second.fingerprint) == ("Bea", AFTER, first.fingerprint)
    assert [row["what"] for row in weeks.rows("activity") if row["object"] == "meeting:2026-W46"] == ["meeting.close"]


def test_two_who_close_at_once_leave_one_pack(weeks: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = keep.packs.build

    def slow(*args: object, **more: object) -> object:
        monkeypatch.setattr(keep.packs, "build", inner)
        keep.close(weeks.store, weeks.settings, W46, by="Anna", now=AFTER)
        return inner(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(keep.packs, "build", slow)
    assert keep.close(weeks.store, weeks.settings, W46, by="Bea", now=NOW).by == "Anna"
    assert len(keep.listed(weeks.store)) == 1


def test_a_pack_that_was_tampered_with_is_noticed(weeks: Desk) -> None:
    found = keep.close(weeks.store, weeks.settings, W46, by="Bea", now=AFTER)
    assert keep.is_whole(weeks.store, found)
    assert [row[0] for row in keep.tickets(weeks.store, found)]
    with weeks.store.write() as session:
        other = periods.week("2026-W45")
        keep._keep(session, found.pack, [], other, by="x", now=NOW)

    with weeks.store.write() as session:
        forged = keep.closed(weeks.store, other)
        assert forged is not None
        assert keep.is_whole(weeks.store, forged)
        session.add(MeetingTickets(pack_id=forged.id, piece=0, data=_piece(weeks, found.id)))
    assert not keep.is_whole(weeks.store, keep.closed(weeks.store, other))  # type: ignore[arg-type]
    with pytest.raises(Rejected, match="was changed in the store"):
        files.made(weeks.store, weeks.settings, other, by="x", now=NOW)


def _piece(desk: Desk, pack_id: int) -> bytes:
    with desk.store.read() as session:
        row = session.get(MeetingTickets, (pack_id, 0))
        assert row is not None
        return row.data
