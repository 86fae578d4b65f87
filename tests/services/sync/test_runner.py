"""One stream's run: what went wrong is written down, what was fetched is kept, and the others go on."""

from __future__ import annotations

import functools
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from data import ledger
from services import sync_status
from services.errors import NeedsPerson, RetryLater
from services.settings import real_now
from services.sources.base import Batch, Problem
from services.sources.mail_rows import ArrivedMail, Held, Looked
from services.sync import engine, reparse, runner
from tests.desks import DAY, HOUR, NOW, Desk, ask, z


@dataclass
class Scripted:
    """A stream that hands over what it is given, and raises what it is told to."""

    steps: list[Any]
    name: str = "mail"
    source: str = "folder"
    account: str = "acme"
    every: timedelta = timedelta(seconds=20)
    mode: str = "merge"
    cursors: list[str | None] = field(default_factory=list)

    def fetch(self, cursor: str | None, now: datetime) -> Iterator[Batch]:
        self.cursors.append(cursor)
        for step in self.steps:
            if isinstance(step, Exception):
                raise step
            yield step


@functools.cache
def mail(n: int) -> bytes:
    """The same bytes each time: a made mail has random boundaries."""
    return ask(n, NOW - n * HOUR, alias=f"alias{n:09}")


def batch(*numbers: int, cursor: str = "c1", rejected: tuple[Problem, ...] = ()) -> Batch:
    rows = [ArrivedMail("acme", "folder:acme", "", 0, 0, f"mail/{n}.eml", mail(n)) for n in numbers]
    return Batch(rows, cursor, rejected)


def run(desk: Desk, stream: Scripted) -> runner.Outcome:
    return runner.run_stream(desk.store, desk.settings, stream)


@pytest.mark.parametrize(
    ("error", "state", "words"),
    [
        (RetryLater("the server is busy", timedelta(minutes=3)), "retry", "the server is busy"),
        (NeedsPerson("the password is wrong", "Change it."), "needs_person", "the password is wrong"),
        (ZeroDivisionError("secret detail"), "retry", "An error in Within24 itself (ZeroDivisionError)"),
    ],
)
def test_trouble_is_written_down_and_what_came_before_it_is_kept(
    every_desk: Desk, error: Exception, state: str, words: str
) -> None:
    stream = Scripted([batch(1, 2), error])
    outcome = run(every_desk, stream)
    assert (outcome.state, len(every_desk.tickets())) == (state, 2)
    (row,) = every_desk.rows("runs")
    assert (row["state"], row["rows_new"]) == (state, 2)
    assert words in row["message"]
    assert "secret detail" not in row["message"]
    (source,) = sync_status.sources(every_desk.store, every_desk.settings, now=NOW)
    assert source.state == state
    assert source.failing_since is not None
    stream.steps = []
    run(every_desk, stream)
    assert stream.cursors == [None, "c1"]


def test_pauses_grow_with_each_failure_and_a_good_run_ends_them(desk: Desk) -> None:
    stream = Scripted([RetryLater("busy")])
    waits = []
    for _ in range(3):
        run(desk, stream)
        (row, *_) = reversed(desk.rows("runs"))
        waits.append((datetime.fromisoformat(row["next_at"]) - real_now()).total_seconds())
    assert [round(wait / 20) for wait in waits] == [1, 2, 4]
    stream.steps = []
    run(desk, stream)
    (source,) = sync_status.sources(desk.store, desk.settings, now=NOW)
    assert (source.failing_since, source.message) == (None, "")


def test_what_a_stream_rejects_is_kept_with_its_raw_form_once(every_desk: Desk) -> None:
    problem = Problem("orders.txt:7", b"\xff raw", "The row has 3 columns, not 30.")
    for _ in range(2):
        run(every_desk, Scripted([batch(1, rejected=(problem,))]))
    (row,) = every_desk.rows("rejects")
    assert (row["place"], row["reason"]) == ("orders.txt:7", "The row has 3 columns, not 30.")
    assert row["raw"] == "\\xff raw"


def test_the_same_batch_again_changes_nothing(every_desk: Desk) -> None:
    run(every_desk, Scripted([batch(1, 2, 3)]))
    before = every_desk.state()
    outcome = run(every_desk, Scripted([batch(1, 2, 3), batch(3, 1)]))
    assert outcome.tally.new == 0
    assert every_desk.state() == before


def test_a_stop_leaves_the_run_continuable(desk: Desk) -> None:
    stream = Scripted([batch(1), batch(2, cursor="c2")])
    outcome = runner.run_stream(desk.store, desk.settings, stream, keep_going=lambda: False)
    assert outcome.state == "waiting"
    run(desk, stream)
    assert stream.cursors == [None, "c1"]
    assert len(desk.tickets()) == 2


def test_one_streams_trouble_leaves_the_others_alone(every_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    streams = [
        Scripted([ValueError("x")], name="a"),
        Scripted([NeedsPerson("no")], name="b"),
        Scripted([batch(1)], name="c"),
    ]
    monkeypatch.setattr(engine, "connect", lambda store, settings, only=None: streams)
    outcomes = engine.run_once(every_desk.store, every_desk.settings, only=None, stop=threading.Event())
    assert [outcome.state for outcome in outcomes] == ["retry", "needs_person", "ok"]
    assert len(every_desk.tickets()) == 1


def test_a_folder_that_vanished_needs_a_person_and_its_mail_stays(desk: Desk) -> None:
    desk.read(ask(1, NOW - HOUR))
    shutil.rmtree(desk.root / "acme")
    outcomes = desk.sync()
    assert {outcome.state for outcome in outcomes} == {"needs_person"}
    assert all("accounts.acme.folder" in outcome.what_to_do for outcome in outcomes)
    assert len(desk.tickets()) == 1


def test_a_ledger_row_that_is_gone_is_counted_as_unexplained(every_desk: Desk) -> None:
    every_desk.read(*(ask(n, NOW - n * HOUR, alias=f"alias{n:09}") for n in range(1, 4)))
    with every_desk.store.write() as session:
        session.connection().exec_driver_sql("delete from raw_mail where path = 'mail/00002.eml'")
    every_desk.sync()
    (line,) = sync_status.ledger_lines(every_desk.store)
    assert (line.seen, line.ticketed, line.unexplained) == (3, 2, 1)


def test_mail_that_was_stored_but_not_read_is_unexplained_until_it_is(desk: Desk) -> None:
    runner.run_stream(
        desk.store, desk.settings, Scripted([batch(1, 2)]), keep_going=iter([False, False, False]).__next__
    )
    (line,) = sync_status.ledger_lines(desk.store)
    assert line.unexplained == 2
    desk.sync(NOW + DAY)
    (line,) = sync_status.ledger_lines(desk.store)
    assert line.unexplained == 0


def test_a_vanished_file_does_not_hide_a_ledger_row_that_is_gone(every_desk: Desk) -> None:
    paths = every_desk.put(*(ask(n, NOW - n * HOUR, alias=f"alias{n:09}") for n in range(1, 4)))
    every_desk.sync()
    with every_desk.store.write() as session:
        session.connection().exec_driver_sql("delete from raw_mail where path = 'mail/00002.eml'")
    (every_desk.root / "acme" / paths[2]).unlink()
    every_desk.sync()
    with every_desk.store.read() as session:
        (line,) = ledger.lines(session)
    assert (line.unexplained, line.lost) == (1, ("mail/00002.eml",))


def test_entries_of_an_mbox_that_are_gone_are_counted_one_by_one(desk: Desk) -> None:
    entries = b"".join(b"From x Thu Nov 19 10:00:00 2026\n" + ask(n, NOW - n * HOUR) + b"\n" for n in range(1, 5))
    (desk.root / "acme" / "mail" / "old.mbox").write_bytes(entries)
    desk.sync()
    with desk.store.write() as session:
        session.connection().exec_driver_sql("delete from raw_mail where uid in (1, 2)")
    desk.sync()
    with desk.store.read() as session:
        (line,) = ledger.lines(session)
    assert (line.seen, line.unexplained, line.lost) == (4, 2, ("mail/old.mbox",))


def in_mailbox(uid: int, raw: bytes, received_at: datetime | None = None) -> ArrivedMail:
    return ArrivedMail("acme", "support@example.com", "INBOX", 7, uid, "", raw, received_at=received_at)


def looked(*uids: range, present: int, missing: int = 0) -> Looked:
    return Looked("support@example.com", "INBOX", 7, present, missing, Held(uids=uids) if uids else None)


def line(desk: Desk) -> ledger.Line:
    with desk.store.read() as session:
        (found,) = ledger.lines(session)
    return found


def test_mail_deleted_in_the_mailbox_does_not_hide_a_ledger_row_that_is_gone(every_desk: Desk) -> None:
    rows = [in_mailbox(uid, mail(uid)) for uid in range(1, 6)]
    run(every_desk, Scripted([Batch(rows, "c1", facts=[looked(range(1, 6), present=5)])]))
    assert line(every_desk).unexplained == 0
    with every_desk.store.write() as session:
        session.connection().exec_driver_sql("delete from raw_mail where uid = 3")
    after = looked(range(1, 2), range(3, 4), present=2)
    run(every_desk, Scripted([Batch([], "c1", facts=[after])]))
    assert (line(every_desk).unexplained, line(every_desk).lost) == (1, ("INBOX UID 3",))
    run(every_desk, Scripted([Batch([], "c1", facts=[looked(present=2, missing=4)])]))
    assert line(every_desk).unexplained == 5
    run(every_desk, Scripted([Batch([in_mailbox(3, mail(3))], "c1", facts=[after])]))
    assert (line(every_desk).unexplained, line(every_desk).seen) == (0, 5)


def test_a_mail_without_any_date_counts_from_its_arrival_in_the_mailbox(every_desk: Desk) -> None:
    lines = mail(1).split(b"\r\n")
    raw = b"\r\n".join(each for each in lines if not each.startswith(b"Date:"))
    arrived = NOW - 5 * HOUR
    run(every_desk, Scripted([Batch([in_mailbox(1, raw, arrived)], "c1")]))
    assert every_desk.only_ticket()["awaiting_since"] == z(arrived)
    before = every_desk.state()
    reparse.reparse(every_desk.store, every_desk.settings, NOW, only_set_aside=False)
    assert every_desk.state() == before
