"""From mail files to tickets with the right clock, through the real sync: horizon, accounts, damage, reading again."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.store import Store
from services import data_problems, sync_status
from services.inbox import actions, marks
from services.rules.marketplaces import MARKETPLACES
from services.sync import intake, reparse
from tests import mails
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, amazon_id, ask, copy, z

AT = NOW - 2 * DAY


def test_a_buyers_mail_becomes_a_ticket_with_its_clock(every_desk: Desk) -> None:
    every_desk.read(ask(1, AT, order=ORDERS[1], text="Hello,\nwhere is it?"))
    ticket, (message,) = every_desk.only_ticket(), every_desk.messages()
    assert (ticket["awaiting_since"], ticket["due_at"], ticket["status"]) == (z(AT), z(AT + DAY), "new")
    assert (ticket["order_id"], ticket["match"], ticket["message_ids"]) == (ORDERS[1], "order_id", [message["id"]])
    assert (message["text"], message["direction"], message["within_24h"]) == ("Hello,\nwhere is it?", "buyer", False)
    assert every_desk.dispositions() == ["ticketed"]


def test_a_second_sync_changes_nothing(every_desk: Desk) -> None:
    every_desk.read(*some_mails(random.Random(1), 25))
    before = every_desk.state()
    every_desk.sync()
    assert every_desk.state() == before


@pytest.mark.parametrize(
    "kind",
    [
        "RETURN_REQUEST_NOTIFICATION",
        "REFUND_NOTIFICATION",
        "A_TO_Z_CLAIM_OPENED",
        "ORDER_NOTIFICATION",
        "SOMETHING_NEVER_SEEN",
    ],
)
def test_no_notice_ever_starts_a_clock(desk: Desk, kind: str) -> None:
    desk.read(
        mails.notice(
            f"About your order {ORDERS[1]}", "<p>Please answer within 24 hours.</p>", type_header=kind, date=AT
        )
    )
    assert [ticket["awaiting_since"] for ticket in desk.tickets() if ticket["awaiting_since"]] == []
    assert [row["answered_by"] for row in desk.messages() if row["within_24h"] is not None] == []
    assert None not in desk.dispositions()


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X-Autoreply": "yes"},
        {"X-Auto-Response-Suppress": "All"},
    ],
)
def test_a_buyers_mail_that_looks_automatic_keeps_its_clock(desk: Desk, headers: dict[str, str]) -> None:
    desk.read(ask(1, AT, text="I am out of office until Monday.", headers=headers))
    assert desk.only_ticket()["awaiting_since"] == z(AT)


# The horizon


def test_old_unanswered_mail_opens_no_clock_and_old_answers_count(every_desk: Desk) -> None:
    every_desk.read(
        ask(1, NOW - 60 * DAY, alias="aaaaaaaaaaaaaa", name="Ann Example"),
        ask(2, NOW - 60 * DAY, alias="bbbbbbbbbbbbbb", name="Ben Example"),
        copy(2, NOW - 60 * DAY + HOUR, name="Ben Example"),
        ask(3, NOW - 29 * DAY, alias="cccccccccccccc", name="Cid Example"),
    )
    by_id = {row["amazon_message_id"]: row for row in every_desk.messages() if row["direction"] == "buyer"}
    assert by_id[amazon_id(2)]["answered_at"] == z(NOW - 60 * DAY + HOUR)
    owed = {ticket["awaiting_since"] for ticket in every_desk.tickets()}
    assert owed == {None, z(NOW - 29 * DAY)}
    (line,) = sync_status.ledger_lines(every_desk.store)
    assert (line.hidden, line.opens_from) == (1, NOW - 30 * DAY)


def test_the_horizon_stays_where_the_first_import_put_it(desk: Desk) -> None:
    desk.read(ask(1, NOW - DAY))
    desk.settings = desk.with_horizon(300)
    desk.read(ask(2, NOW - 60 * DAY, alias="bbbbbbbbbbbbbb"), now=NOW + 100 * DAY)
    (line,) = sync_status.ledger_lines(desk.store)
    assert (line.hidden, line.opens_from) == (1, NOW - 30 * DAY)
    desk.read(ask(3, NOW + DAY, alias="cccccccccccccc"), now=NOW + 200 * DAY)
    assert z(NOW + DAY) in {ticket["awaiting_since"] for ticket in desk.tickets()}


# Accounts


@pytest.mark.parametrize(
    ("code", "account"), [("DE", "beta"), ("US", "acme"), ("JP", "acme"), (None, "acme"), ("CA", "acme")]
)
def test_a_mail_belongs_to_the_account_of_its_marketplace_header(
    every_store: Store, tmp_path: Path, code: str | None, account: str
) -> None:
    desk = Desk(every_store, tmp_path / "shop", {"acme": ("US", "CA"), "beta": ("DE", "CA")})
    desk.read(ask(1, AT, marketplace_header=MARKETPLACES[code].id if code else None))
    assert [row["account"] for row in desk.messages()] == [account]
    assert [row["account"] for row in desk.rows("ledger")] == [account]
    assert desk.only_ticket()["account"] == account


def test_a_mail_stays_in_its_account_when_it_is_read_again_under_other_settings(store: Store, tmp_path: Path) -> None:
    desk = Desk(store, tmp_path / "shop", {"acme": ("US",)})
    desk.read(ask(1, AT, marketplace_header=MARKETPLACES["DE"].id))
    larger = Desk(store, tmp_path / "shop", {"acme": ("US",), "beta": ("DE",)})
    reparse.reparse(store, larger.settings, NOW, only_set_aside=False)
    assert [row["account"] for row in larger.messages()] == ["acme"]


# Damage


def received(at: datetime) -> dict[str, str]:
    return {"Received": f"from a.example by b.example; {at.strftime('%a, %d %b %Y %H:%M:%S +0000')}"}


@pytest.mark.parametrize(
    ("raw", "since"),
    [
        pytest.param(ask(1, AT, message_id=None), AT, id="no Message-ID"),
        pytest.param(ask(1, None, headers=received(AT)), AT, id="no Date"),
        pytest.param(ask(1, NOW + 4000 * DAY, headers=received(AT)), AT, id="Date in the future"),
        pytest.param(ask(1, AT).replace(b"Question", b"Ques\x00tion"), AT, id="NUL"),
        pytest.param(ask(1, AT).replace(b'charset="utf-8"', b'charset="x-none"'), AT, id="unknown charset"),
        pytest.param(ask(1, AT, files=[("a.bin", "application/x-broken", b"\x00\xff" * 9)]), AT, id="odd part"),
        pytest.param(ask(1, AT)[:-200], AT, id="truncated"),
        pytest.param(ask(1, AT, message_id=f"<{'x' * 900}{'y' * 30}@example.com>"), AT, id="long Message-ID"),
    ],
)
def test_a_damaged_buyers_mail_is_still_a_ticket_with_its_clock(every_desk: Desk, raw: bytes, since: datetime) -> None:
    every_desk.read(raw)
    assert every_desk.only_ticket()["awaiting_since"] == z(since)
    assert every_desk.dispositions() == ["ticketed"]


def nested(depth: int) -> bytes:
    head = mails.buyer_mail(plain="x", html=False).partition(b"\r\n\r\n")[0]
    head = b"\r\n".join(line for line in head.split(b"\r\n") if not line.lower().startswith(b"content-"))
    parts = b"".join(b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(depth))
    return head + b"\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n" + parts


HOPELESS = [b"", b"\x00" * 300, b"not a mail", nested(1500), b"\xff\xfe\xfa" * 500, b"From: x\r\n\r\n"]


def test_hopeless_mail_is_set_aside_with_a_reason_and_everything_else_goes_on(every_desk: Desk) -> None:
    every_desk.put(ask(1, AT))
    paths = every_desk.put(*HOPELESS)
    every_desk.put(ask(2, AT, alias="bbbbbbbbbbbbbb"))
    every_desk.sync()
    assert every_desk.dispositions().count("ticketed") == 2
    aside = [row for row in every_desk.rows("ledger") if row["disposition"] == "set_aside"]
    assert {row["path"] for row in aside} == set(paths)
    assert all(row["reason"].endswith((".", "empty")) and row["kind"] for row in aside)
    problems = data_problems.problems(every_desk.store).rows
    assert {problem.place for problem in problems} == set(paths)
    (line,) = sync_status.ledger_lines(every_desk.store)
    assert (line.seen, line.unexplained) == (8, 0)


def test_a_mail_that_the_store_refuses_is_set_aside_alone(every_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = intake._message

    def refusing(arrival: intake.Arrival, *rest: Any) -> dict[str, Any]:
        values = real(arrival, *rest)
        # Text in place of a time: the database type refuses it, as it would a value that it cannot hold.
        return values | {"sent_at": "never"} if "number 7:" in arrival.mail.text else values

    monkeypatch.setattr(intake, "_message", refusing)
    every_desk.read(*(ask(n, AT + n * HOUR, alias=f"alias{n:09}") for n in range(1, 13)))
    assert every_desk.dispositions().count("ticketed") == 11
    (problem,) = data_problems.problems(every_desk.store).rows
    assert "could not be stored" in problem.reason
    monkeypatch.setattr(intake, "_message", real)
    reparse.reparse(every_desk.store, every_desk.settings, NOW, only_set_aside=True)
    assert every_desk.dispositions() == ["ticketed"] * 12
    assert data_problems.problems(every_desk.store).rows == ()


# Reading again


def test_reading_all_again_changes_nothing(every_desk: Desk) -> None:
    every_desk.read(*some_mails(random.Random(2), 30), *HOPELESS)
    before = every_desk.state()
    n = reparse.reparse(every_desk.store, every_desk.settings, NOW + HOUR, only_set_aside=False)
    assert n == len(every_desk.rows("ledger"))
    assert every_desk.state() == before


def test_what_was_set_aside_becomes_a_ticket_once_the_reading_is_mended(
    every_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = intake.read

    def failing(raw: bytes, **_times: datetime) -> intake.Mail:
        return intake.Mail("broken", "broken:parse", "automatic", "This mail could not be read (Example).")

    every_desk.read(ask(1, AT, order=ORDERS[1]))
    monkeypatch.setattr(intake, "read", failing)
    every_desk.read(ask(2, AT + HOUR, order=ORDERS[1]), ask(3, AT + 2 * HOUR, alias="cccccccccccccc"))
    assert every_desk.dispositions() == ["ticketed", "set_aside", "set_aside"]
    problem_2, _ = sorted(data_problems.problems(every_desk.store).rows, key=lambda row: row.place)
    monkeypatch.setattr(intake, "read", real)
    data_problems.retry(every_desk.store, [problem_2.id], actor=every_desk.supervisor(), now=NOW)
    every_desk.sync()
    assert every_desk.dispositions() == ["ticketed", "ticketed", "set_aside"]
    assert len(every_desk.only_ticket()["message_ids"]) == 2
    reparse.reparse(every_desk.store, every_desk.settings, NOW, only_set_aside=True)
    assert every_desk.dispositions() == ["ticketed"] * 3
    assert data_problems.problems(every_desk.store).rows == ()
    assert {ticket["awaiting_since"] for ticket in every_desk.tickets()} == {z(AT), z(AT + 2 * HOUR)}


def test_peoples_work_survives_a_reading_of_everything(every_desk: Desk) -> None:
    every_desk.read(*(ask(n, AT + n * HOUR, alias=f"alias{n:09}") for n in (1, 2, 3)))
    boss, store = every_desk.supervisor(), every_desk.store
    first, second, third = (ticket["id"] for ticket in every_desk.tickets())
    common = {"actor": boss, "now": NOW}
    marks.no_response_needed(store, first, actions._version(store, first), **common)
    marks.answered(store, second, actions._version(store, second), at=NOW - HOUR, **common)
    actions.set_status(store, second, actions._version(store, second), status="on_hold", **common)
    actions.add_note(store, third, 0, text="Call the carrier.", **common)
    actions.assign(store, third, 0, person=boss.name, **common)
    actions.change_subject(store, third, actions._version(store, third), subject="Lost parcel", **common)
    before = every_desk.state()
    assert [t["status"] for t in before["tickets"]] == ["solved", "on_hold", "open"]
    reparse.reparse(store, every_desk.settings, NOW + DAY, only_set_aside=False)
    assert every_desk.state() == before


def test_mail_whose_bytes_were_purged_is_not_read_again(desk: Desk) -> None:
    desk.read(ask(1, AT))
    before = desk.state()
    with desk.store.write() as session:
        session.connection().exec_driver_sql("delete from raw_content")
    assert reparse.reparse(desk.store, desk.settings, NOW, only_set_aside=False) == 0
    assert desk.state() == before


def test_a_person_makes_a_ticket_of_a_mail_that_was_not_understood(every_desk: Desk) -> None:
    every_desk.read(mails.message(sender="Ann <ann@example.com>", subject="Hello", plain="Where is it?", date=AT))
    (problem,) = data_problems.problems(every_desk.store).rows
    data_problems.open_ticket(every_desk.store, problem.id, actor=every_desk.supervisor(), now=NOW)
    every_desk.sync()
    ticket = every_desk.only_ticket()
    assert (ticket["awaiting_since"], ticket["subject"]) == (z(AT), "Hello")
    reparse.reparse(every_desk.store, every_desk.settings, NOW, only_set_aside=False)
    assert every_desk.dispositions() == ["ticketed"]


# The order of import


def some_mails(r: random.Random, n: int) -> list[bytes]:
    """Buyers with two talks each, repeated and copied mails, replies by order and by name, a few notices."""
    made: list[bytes] = []
    for number in range(1, n + 1):
        buyer = r.randrange(6)
        order = ORDERS[buyer * 2 + r.randrange(2)]
        at = NOW - timedelta(minutes=r.randrange(50 * 1440))
        name = f"{'Kim' if buyer < 3 else 'Lee'} Example {buyer // 2}"
        choice = r.random()
        if choice < 0.5:
            mail = ask(number, at, order=order, alias=f"alias{buyer:09}", name=name, t=f"A0THREAD{order[-9:-8]}{order}")
            made += [mail] * r.choice([1, 1, 1, 2])
        elif choice < 0.7:
            made.append(copy(number, at, order=order, name=name))
        elif choice < 0.9:
            made.append(copy(number, at, name=name))
        else:
            made.append(
                mails.notice(
                    f"Sold, ship now: {order}",
                    f"<p>Order ID: {order}</p>",
                    type_header="ORDER_NOTIFICATION",
                    date=at,
                    message_id=f"<notice-{number}@example.amazonses.com>",
                )
            )
    return made


def outcome(desk: Desk) -> Any:
    """What must not depend on the order of import: tickets by their messages, clocks, answers, questions."""
    names = {row["id"]: row["amazon_message_id"] or row["message_id"] for row in desk.messages()}
    tickets = [
        (
            sorted(names[id_] for id_ in ticket["message_ids"]),
            *(ticket[name] for name in ("order_id", "status", "opened_at", "awaiting_since", "due_at")),
            *(ticket[name] for name in ("last_buyer_at", "last_reply_at", "subject")),
            sorted(names[int(id_)] for id_ in ticket["asks"].split(",")) if ticket["asks"] else None,
        )
        for ticket in desk.tickets()
    ]
    answers = sorted((names[m["id"]], m["answered_at"], m["answered_by"], m["hidden"]) for m in desk.messages())
    filed = sorted((r["message_id"], r["disposition"], r["rule"]) for r in desk.rows("ledger"))
    return sorted(tickets, key=str), answers, filed


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_import_does_not_matter(seed: int, tmp_path: Path, fresh_store: Callable[[], Store]) -> None:
    r = random.Random(seed)
    mixed = some_mails(r, 40)
    results = []
    for run in range(3):
        desk = Desk(fresh_store(), tmp_path / str(run))
        left = list(mixed)
        if run:
            r.shuffle(left)
        while left:
            size = r.randrange(1, 20) if run else len(left)
            desk.read(*left[:size])
            left = left[size:]
        results.append(outcome(desk))
    assert results[1] == results[0]
    assert results[2] == results[0]
