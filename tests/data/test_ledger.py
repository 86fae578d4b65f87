"""The mail ledger: once per place, bytes once per content, and a proof of what is missing."""

from __future__ import annotations

import hashlib
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from data import ledger, mail_counts
from data.models.ledger import RawMail
from data.store import Store

SEEN = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def row(uid: int, raw: bytes = b"mail", **more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "account": "acme",
        "mailbox_account": "acme",
        "mailbox": "support@example.com",
        "folder": "INBOX",
        "uidvalidity": 7,
        "uid": uid,
        "path": "",
        "sha256": hashlib.sha256(raw).hexdigest(),
        "size": len(raw),
        "date_hint": SEEN - timedelta(minutes=uid),
        "received_at": None,
        "seen_at": SEEN,
        "unreadable": None,
    }
    return plain | more


def put(store: Store, *mails: tuple[dict[str, Any], bytes]) -> int:
    with store.write() as session:
        contents = {each["sha256"]: (raw, True) for each, raw in mails}
        return ledger.store(session, [each for each, _ in mails], contents)


def test_a_mail_is_stored_once_per_place_and_its_bytes_once_per_content(every_store: Store) -> None:
    raw = b"\x00\xff mail" * 100
    mails = [(row(uid, raw), raw) for uid in (1, 2)] + [(row(1, raw, folder="Junk"), raw)]
    assert put(every_store, *mails) == 3
    assert put(every_store, *mails, (row(3, b"other"), b"other")) == 1
    with every_store.read() as session:
        waiting = ledger.unread(session, limit=10)
        assert [len(each.raw or b"") for each in waiting].count(len(raw)) == 3
        assert ledger.raw_of(session, waiting[-1].row.id) is not None
        assert session.connection().exec_driver_sql("select count(*) from raw_content").scalar() == 2


def test_what_waits_is_bounded_by_number_and_bytes_and_sorted_by_date(store: Store) -> None:
    put(store, *((row(uid, bytes(400) + bytes([uid])), bytes(400) + bytes([uid])) for uid in range(1, 9)))
    with store.read() as session:
        assert [each.row.uid for each in ledger.unread(session, limit=3)] == [3, 2, 1]
        assert len(ledger.unread(session, limit=9, max_bytes=1000)) == 2
        assert len(ledger.unread(session, limit=9, max_bytes=10)) == 1


def test_the_line_of_a_mailbox_adds_up(every_store: Store) -> None:
    put(every_store, *((row(uid, bytes([uid])), bytes([uid])) for uid in range(1, 8)))
    with every_store.write() as session:
        ids = [each.row.id for each in ledger.unread(session, limit=10)]
        for id_, place in zip(ids, ["ticketed", "ticketed", "ticketed", "filed", "filed", "set_aside"], strict=False):
            ledger.settle(session, [{"row_id": id_, "disposition": place, "rule": f"rule:{place}"}])
        ledger.looked(
            session,
            [
                {
                    "mailbox": "support@example.com",
                    "folder": "INBOX",
                    "uidvalidity": 7,
                    "account": "acme",
                    "present": 9,
                    "missing": 2,
                    "looked_at": SEEN,
                }
            ],
        )
    with every_store.read() as session:
        (line,) = ledger.lines(session)
        assert (line.ticketed, line.filed, line.set_aside, line.unread, line.missing) == (3, 2, 1, 1, 2)
        assert line.seen == line.ticketed + line.filed + line.set_aside + line.unexplained == 9
        assert line.unexplained == 3
        assert ledger.rules_used(session, line.mailbox)[0] == ("ticketed", "rule:ticketed", 3)


def test_a_mailbox_that_was_never_looked_at_has_a_line_too(store: Store) -> None:
    put(store, (row(1), b"mail"))
    with store.read() as session:
        (line,) = ledger.lines(session)
        assert (line.seen, line.unexplained) == (1, 1)


def test_only_what_still_has_its_bytes_is_read_again(every_store: Store) -> None:
    put(every_store, (row(1, b"a"), b"a"), (row(2, b"b"), b"b"))
    with every_store.write() as session:
        ids = [each.row.id for each in ledger.unread(session, limit=10)]
        ledger.settle(session, [{"row_id": id_, "disposition": "filed", "rule": "x"} for id_ in ids])
        session.connection().exec_driver_sql(
            f"delete from raw_content where sha256 = '{hashlib.sha256(b'a').hexdigest()}'"
        )
    with every_store.write() as session:
        assert ledger.forget_readings(session) == 1
        assert [each.row.uid for each in ledger.unread(session, limit=10)] == [2]


def test_the_horizon_is_set_once(every_store: Store) -> None:
    for moment in (SEEN, SEEN + timedelta(days=5)):
        with every_store.write() as session:
            assert ledger.horizon(session, "a", opens_from=moment, now=moment) == SEEN


# The counts that the Sync page shows


@pytest.mark.parametrize("seed", range(3))
def test_the_counts_are_those_of_the_rows_whatever_becomes_of_them(every_store: Store, seed: int) -> None:
    r = random.Random(seed)
    uid = 0
    for _ in range(25):
        with every_store.write() as session:
            ids = list(session.scalars(select(RawMail.id)))
            some = r.sample(ids, min(len(ids), r.randrange(6)))
            step = r.choice(["store", "store", "settle", "settle", "forget", "forget all", "decide", "copies"])
            if step == "store":
                raws = [bytes([r.randrange(9)]) for _ in range(4)]
                made = [row(uid + n, raw, folder=r.choice(["INBOX", "Junk"])) for n, raw in enumerate(raws)]
                ledger.store(session, made, {each["sha256"]: (raw, True) for each, raw in zip(made, raws, strict=True)})
                uid += r.randrange(5)
            elif step == "settle":
                outcome = {"disposition": r.choice(["ticketed", "filed", "set_aside"]), "rule": r.choice("abc")}
                ledger.settle(session, [{"row_id": id_, "message_row": id_, **outcome} for id_ in some])
            elif step == "copies":
                ledger.settle_messages(session, dict.fromkeys(some, ("filed", "d")))
            elif step == "decide" and some:
                ledger.decide(session, some[0], "buyer")
            elif step.startswith("forget"):
                ledger.forget_readings(session, None if step == "forget all" else some)
        with every_store.read() as session:
            assert mail_counts.wrong(session) == {}


def test_the_ledgers_lines_read_no_mail(store: Store) -> None:
    def rows_read() -> int:
        with store.read() as session:
            raw = session.connection().connection.driver_connection
            steps = 0

            def step() -> None:
                nonlocal steps
                steps += 1

            raw.set_progress_handler(step, 100)
            ledger.lines(session)
            ledger.rules_used(session, "support@example.com")
            ledger.count(session, "support@example.com", "INBOX")
            raw.set_progress_handler(None, 0)
            return steps

    put(store, (row(0, b"first"), b"first"))
    few = rows_read()
    put(store, *((row(n, b"%d" % n), b"%d" % n) for n in range(1, 3000)))
    assert rows_read() <= few + 1


def test_the_mails_of_a_large_mbox_are_looked_up_by_their_place(store: Store) -> None:
    def steps_for(first: int) -> int:
        with store.write() as session:
            raw = session.connection().connection.driver_connection
            steps = 0

            def step() -> None:
                nonlocal steps
                steps += 1

            batch = [row(n, b"%d" % n, path="mail/all.mbox", folder="") for n in range(first, first + 100)]
            raw.set_progress_handler(step, 1000)
            ledger._regenerated(session, batch)
            raw.set_progress_handler(None, 0)
            ledger.store(session, batch, {each["sha256"]: (b"x", True) for each in batch})
            return steps

    every = [steps_for(first) for first in range(0, 4000, 100)]
    assert max(every[20:]) <= max(every[:5]) + 3
