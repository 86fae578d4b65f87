"""Today by e-mail: once per shift in the person's own zone, across restarts, and nothing of any buyer in it."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest

from data import people as persons
from data.models.escalations import Digest
from services import digest, people
from services.errors import Rejected
from services.outbox import notify
from services.people import Person
from services.settings import Settings
from services.team import change
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, ask
from tests.escalations import BEA, team_of_three
from tests.kills import Killer
from tests.posts import time_is, with_smtp
from tests.servers.smtp import SmtpServer

pytestmark = pytest.mark.servers
# Ten o'clock in Berlin on a Sunday.
AT = "10:00"


@pytest.fixture
def sending(desk: Desk, smtp: SmtpServer) -> tuple[Desk, Settings]:
    """A desk with one late buyer, whose team works on Sundays and may send; Bea wants the digest."""
    team_of_three(desk.store)
    change(desk.store, actor=BEA, now=NOW - DAY, closed_weekdays=[])
    desk.read(ask(1, NOW - 30 * HOUR, order=ORDERS[0], name="Ana Example", text="Secret words of mine"))
    chosen = with_smtp(desk.settings, smtp)
    want(desk, chosen)
    return desk, chosen


def want(desk: Desk, chosen: Settings, actor: Person = BEA, address: str = "bea@example.com", **more: str) -> None:
    told = {"at": AT, "zone": "Europe/Berlin", **more}
    digest.choose(desk.store, chosen, actor=actor, now=NOW, address=address, wanted=True, **told)


def send(desk: Desk, chosen: Settings, now: datetime = NOW) -> int:
    with time_is(now):
        return digest.send_due(desk.store, chosen, now=now, stop=threading.Event())


def test_it_leaves_once_per_shift(sending: tuple[Desk, Settings], smtp: SmtpServer) -> None:
    desk, chosen = sending
    early = NOW - timedelta(minutes=1)
    assert [send(desk, chosen, at) for at in (early, NOW, NOW, NOW + HOUR, NOW + 5 * HOUR)] == [0, 1, 0, 0, 0]
    assert [send(desk, chosen, NOW + DAY), len(smtp.accepted)] == [1, 2]
    assert {each.to for each in smtp.accepted} == {("bea@example.com",)}


def test_it_has_counts_order_numbers_and_links_and_nothing_of_the_buyer(
    sending: tuple[Desk, Settings], smtp: SmtpServer
) -> None:
    desk, chosen = sending
    send(desk, chosen)
    (mail,) = smtp.accepted
    text = f"{mail.mail['Subject']}\n{mail.mail.get_content()}"
    wanted = ("1 late", "Buyer waits", ORDERS[0], "late 6 h 00 m", "http://127.0.0.1:8501/inbox?ticket=1&box=late")
    assert [each for each in wanted if each not in text] == []
    assert [each for each in ("Ana", "Secret", "marketplace.amazon") if each in text] == []
    assert mail.mail["Auto-Submitted"] == "auto-generated"


def test_each_person_has_a_shift_in_a_zone_of_their_own(sending: tuple[Desk, Settings], smtp: SmtpServer) -> None:
    desk, chosen = sending
    anna = Person("Anna Berg", "agent", False, None)
    want(desk, chosen, anna, "anna@example.com", at="09:00", zone="America/New_York")
    assert send(desk, chosen) == 1
    assert send(desk, chosen, NOW + 5 * HOUR) == 1
    assert [each.to[0] for each in smtp.accepted] == ["bea@example.com", "anna@example.com"]


def test_closed_days_people_who_left_and_those_who_want_none_get_none(
    sending: tuple[Desk, Settings], smtp: SmtpServer
) -> None:
    desk, chosen = sending
    change(desk.store, actor=BEA, now=NOW, closed_weekdays=[6])
    assert send(desk, chosen) == 0
    digest.choose(desk.store, chosen, actor=BEA, now=NOW, address="", wanted=False, at=AT, zone="UTC")
    assert send(desk, chosen, NOW + DAY) == 0
    want(desk, chosen)
    people.set_disabled(desk.store, "Bea", True, actor=desk.supervisor(), now=NOW)
    assert send(desk, chosen, NOW + DAY) == 0
    assert smtp.accepted == []


@pytest.mark.parametrize(
    ("address", "at", "says"),
    [("bea", AT, "no mail address"), ("", AT, "Give the address"), ("support@shop.example", AT, "support mailbox"),
     ("bea@example.com", "ten", "time of day")],
)  # fmt: skip
def test_what_cannot_work_is_refused_in_words(sending: tuple[Desk, Settings], address: str, at: str, says: str) -> None:
    desk, chosen = sending
    with pytest.raises(Rejected, match=says):
        want(desk, chosen, address=address, at=at)


def test_a_digest_leaves_exactly_once_however_often_the_desk_is_killed(
    sending: tuple[Desk, Settings], smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk, chosen = sending
    killer = Killer(desk.store, monkeypatch, seed=7)
    for day in range(6):

        def work(now: datetime = NOW + day * DAY) -> None:
            with time_is(now):
                notify.recover(desk.store)
            send(desk, chosen, now)

        killer.lives(work, longest=30)
    with desk.store.read() as session:
        rows = session.query(Digest).all()
        assert persons.named(session, "Bea") is not None
    assert killer.kills > 6
    assert [row.shift for row in rows] == [f"2026-11-{22 + day}" for day in range(6)]
    arrived = smtp.counted()
    assert set(arrived.values()) <= {1}
    assert {row.state for row in rows} <= {"sent", "unknown"}
    assert all(arrived[row.message_id] == 1 for row in rows if row.state == "sent")
