"""The same on SQLite and on PostgreSQL: causes, the ladder over a real mail server, answers, counts, digests."""

from __future__ import annotations

import threading

import pytest

from data.store import Store
from services import digest
from services.escalations import acts, causes, reading
from services.outbox import notify
from services.team import change
from tests import mails
from tests.claims import opened
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, ask
from tests.escalations import ANNA, BEA, climb, made, row, settings_of, team_of_three, workdays
from tests.escalations import ask as escalate
from tests.posts import time_is
from tests.servers.smtp import SmtpServer

pytestmark = pytest.mark.servers


def test_what_escalates_by_itself_comes_once_and_goes(every_desk: Desk) -> None:
    team_of_three(every_desk.store)
    odd = mails.notice("New", "<p>New.</p>", marketplace="US", type_header="BRAND_NEW", sender="odd@amazon.com",
                       date=NOW - HOUR)  # fmt: skip
    every_desk.read(ask(1, NOW - 25 * HOUR, order=ORDERS[1]), opened(ORDERS[0], NOW - 60 * HOUR), odd)
    with every_desk.store.read() as session:
        found = reading.concerning(session, settings_of(), BEA)
    assert sorted(line.about.kind for line in found) == ["claim", "problem", "ticket"]
    assert causes.look(every_desk.store, every_desk.settings, now=NOW) == (0, 0)
    assert reading.count_for(every_desk.store, settings_of(), BEA) == 3
    assert reading.count_for(every_desk.store, settings_of(), ANNA) == 0
    acts.close(every_desk.store, found[0].id, None, actor=BEA, now=NOW)
    assert causes.look(every_desk.store, every_desk.settings, now=NOW) == (0, 0)
    assert reading.count_for(every_desk.store, settings_of(), BEA) == 2


def test_the_ladder_the_answer_and_the_digest(every_store: Store, smtp: SmtpServer) -> None:
    team_of_three(every_store)
    change(every_store, actor=BEA, now=NOW - DAY, closed_weekdays=[])
    chosen, number = settings_of(smtp), escalate(every_store)
    for day in range(9):
        climb(every_store, chosen, NOW + workdays(day))
        with time_is(NOW + workdays(day)):
            notify.recover(every_store)
    assert made(every_store, number) == [
        ("product", 1, "sent"), ("product", 2, "sent"), ("mail", 1, "sent"), ("mail", 2, "sent")
    ]  # fmt: skip
    acts.answer(every_store, number, 1, actor=BEA, now=NOW + HOUR, text="Yes.")
    assert row(every_store, number).answered_by == "Bea"
    assert reading.median_answer(every_store, now=NOW + DAY) == (HOUR, 1)
    told = {"actor": BEA, "now": NOW, "address": "bea@example.com", "wanted": True, "at": "09:00", "zone": "UTC"}
    digest.choose(every_store, chosen, **told)  # type: ignore[arg-type]
    with time_is(NOW):
        sent = [digest.send_due(every_store, chosen, now=NOW, stop=threading.Event()) for _ in range(2)]
    assert (sent, len(smtp.accepted)) == ([1, 0], 3)
