"""One message is one message, however often it is mailed; and two messages are two, however alike."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import mails
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, ask

AT = NOW - 2 * DAY
SECOND = timedelta(seconds=1)


def kept(desk: Desk) -> tuple[int, list[str | None]]:
    """(messages, dispositions by name in the order of arrival, copies marked as such)."""
    rows = desk.rows("ledger")
    return len(desk.messages()), [row["rule"] if row["rule"] == "copy" else row["disposition"] for row in rows]


def test_four_copies_with_one_amazon_id_are_one_message(every_desk: Desk) -> None:
    every_desk.read(
        *(
            ask(1, AT + n * SECOND, message_id=f"<copy-{n}@example.amazonses.com>", text=f"Where is it?{' ' * n}")
            for n in range(4)
        )
    )
    assert kept(every_desk) == (1, ["ticketed", "copy", "copy", "copy"])
    assert {row["disposition"] for row in every_desk.rows("ledger") if row["rule"] == "copy"} == {"filed"}


def test_copies_in_two_folders_and_two_syncs_are_one_message(desk: Desk) -> None:
    desk.read(ask(1, AT))
    desk.read(ask(1, AT + SECOND, message_id="<another@example.amazonses.com>"))
    assert kept(desk) == (1, ["ticketed", "copy"])


def test_two_amazon_ids_under_one_message_id_are_two_messages(every_desk: Desk) -> None:
    every_desk.read(
        ask(1, AT, message_id="<same@example.amazonses.com>", order=ORDERS[1]),
        ask(2, AT, message_id="<same@example.amazonses.com>", order=ORDERS[1]),
    )
    assert kept(every_desk) == (2, ["ticketed", "ticketed"])


@pytest.mark.parametrize("later", [timedelta(minutes=2), HOUR, DAY])
@pytest.mark.parametrize("has_ids", [True, False])
def test_the_same_words_at_another_time_are_another_message(desk: Desk, later: timedelta, has_ids: bool) -> None:
    ids = {} if has_ids else {"m": None, "t": None, "message_id": None}
    desk.read(ask(1, AT, text="Hello?", **ids), ask(2, AT + later, text="Hello?", **ids))
    assert kept(desk) == (2, ["ticketed", "ticketed"])


def test_without_an_amazon_id_the_message_id_tells(desk: Desk) -> None:
    bare = {"m": None, "t": None}
    desk.read(
        ask(1, AT, message_id="<same@example.amazonses.com>", text="One", **bare),
        ask(2, AT + HOUR, message_id="<same@example.amazonses.com>", text="Two", **bare),
    )
    assert kept(desk) == (1, ["ticketed", "copy"])


def test_without_any_id_the_content_tells(every_desk: Desk) -> None:
    bare = {"m": None, "t": None, "message_id": None}
    every_desk.read(
        ask(1, AT, text="Hello?", **bare), ask(1, AT, text="Hello?", **bare), ask(1, AT, text="Hello!", **bare)
    )
    assert kept(every_desk) == (2, ["ticketed", "copy", "ticketed"])


def test_a_photo_without_words_and_ids_that_is_there_twice_is_one_message(every_desk: Desk) -> None:
    photo = ask(1, AT, text=" ", m=None, t=None, message_id=None, files=[("a.jpg", "image/jpeg", b"\xff\xd8example")])
    every_desk.read(photo, photo)
    every_desk.read(photo)
    assert kept(every_desk) == (1, ["ticketed", "copy", "copy"])


def test_a_copy_without_its_footer_is_the_message_with_the_same_message_id(desk: Desk) -> None:
    desk.read(ask(1, AT), ask(1, AT, m=None, t=None))
    assert kept(desk) == (1, ["ticketed", "copy"])


def test_byte_identical_notices_without_words_are_one(every_desk: Desk) -> None:
    empty = mails.notice(
        "Sold, ship now", "<html></html>", type_header="EXAMPLE_UNKNOWN_TYPE", message_id=None, date=AT
    )
    every_desk.read(empty, empty)
    every_desk.sync()
    assert len(every_desk.messages()) <= 1
    assert None not in every_desk.dispositions()


def test_two_accounts_may_hold_the_same_message(store, tmp_path) -> None:
    desk = Desk(store, tmp_path / "shop", {"acme": ("US",), "beta": ("US",)})
    for account in ("acme", "beta"):
        desk.put(ask(1, AT), account=account)
    desk.sync()
    assert kept(desk) == (2, ["ticketed", "ticketed"])
