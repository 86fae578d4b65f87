"""What escalates by itself: once per occurrence, closed with a sentence when its cause ends, never all at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from data import streams
from data.models.amazon import HealthMetric
from data.store import Store
from services.escalations import acts, causes, reading
from services.escalations.shapes import ITSELF, Line
from services.inbox import marks
from tests import mails
from tests.claims import DENIED, decided, opened
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, ask
from tests.escalations import ANNA, BEA, settings_of, team_of_three


@pytest.fixture
def team(desk: Desk) -> Desk:
    team_of_three(desk.store)
    return desk


def look(desk: Desk, now: datetime = NOW) -> tuple[int, int]:
    return causes.look(desk.store, desk.settings, now=now)


def standing(desk: Desk) -> list[Line]:
    with desk.store.read() as session:
        found = reading.concerning(session, settings_of(), BEA)
    return [line for line in found if line.by_itself]


def closed(desk: Desk, number: int) -> tuple[str | None, str]:
    found = reading.detail(desk.store, settings_of(), number, actor=BEA, now=NOW)
    assert found is not None
    return found.line.closed_by, found.line.closed_why


def test_a_late_buyer_escalates_once_and_is_closed_when_answered(team: Desk) -> None:
    team.read(ask(1, NOW - 25 * HOUR, order=ORDERS[0]), ask(2, NOW - 2 * HOUR, order=ORDERS[1]))
    (line,) = standing(team)
    assert line.sentence == "A buyer in US has waited longer than 24 hours."
    assert (line.by, line.urgency, line.about.page, line.about.ticket_id) == (ITSELF, "today", "inbox", 1)
    assert look(team) == (0, 0)
    version = [row for row in team.tickets() if row["id"] == 1]
    assert version
    marks.no_response_needed(team.store, 1, None, actor=BEA, now=NOW)  # type: ignore[arg-type]
    assert look(team) == (0, 1)
    assert standing(team) == []
    assert closed(team, line.id) == (ITSELF, "Nobody waits any more.")


def test_what_a_person_closed_does_not_come_back_before_it_happens_again(team: Desk) -> None:
    team.read(ask(1, NOW - 25 * HOUR))
    (line,) = standing(team)
    acts.close(team.store, line.id, None, actor=BEA, now=NOW, why="Known.")
    assert look(team) == (0, 0)
    marks.no_response_needed(team.store, 1, None, actor=BEA, now=NOW)  # type: ignore[arg-type]
    assert look(team) == (0, 1)
    team.read(ask(1, NOW + HOUR, m="ANOTHER1", t=None, alias="k3x9q7m2w8r4t6"), now=NOW + 30 * HOUR)
    assert [each.id == line.id for each in standing(team)] == [False]


def test_a_day_on_which_all_are_late_is_five_and_one_for_the_rest(team: Desk) -> None:
    team.read(*(ask(n, NOW - 25 * HOUR, order=ORDERS[n]) for n in range(9)))
    sentences = [line.sentence for line in standing(team)]
    assert len(sentences) == 6
    assert "acme: buyers who have waited longer than 24 hours, beside those named: 4." in sentences
    one = next(line for line in standing(team) if line.about.ticket_id)
    acts.acknowledge(team.store, one.id, actor=BEA, now=NOW)
    assert {line.state for line in standing(team) if not line.about.ticket_id} == {"acknowledged"}


def test_a_claim_near_its_deadline_escalates_until_it_is_decided(team: Desk) -> None:
    team.read(opened(ORDERS[0], NOW - 60 * HOUR), opened(ORDERS[1], NOW - HOUR))
    (line,) = standing(team)
    assert line.sentence == f"A-to-z claim {ORDERS[0]} is due within a day: Send Amazon your side."
    assert (line.about.kind, line.about.page, line.needed_by) == ("claim", "claims", NOW + 12 * HOUR)
    team.read(decided(ORDERS[0], NOW - HOUR, DENIED))
    assert standing(team) == []
    assert "deadline" in closed(team, line.id)[1]


def test_mail_of_an_unknown_kind_escalates_and_other_mail_set_aside_does_not(team: Desk) -> None:
    odd = mails.notice("A new programme for you", "<p>Something new.</p>", marketplace="US", type_header="BRAND_NEW",
                       sender="odd@amazon.com", date=NOW - HOUR)  # fmt: skip
    won = mails.message(sender='"X" <win@lottery.example>', subject="You have won", plain="Click.", date=NOW)
    team.read(odd, won)
    kinds = [row["kind"] for row in team.rows("ledger")]
    assert [line.about.kind for line in standing(team)] == ["problem"] * kinds.count("unknown_notice")
    assert kinds.count("unknown_notice") == 1


def test_a_source_that_needs_a_person_or_fails_for_hours_escalates_until_it_is_read_again(team: Desk) -> None:
    team.sync()
    with team.store.write() as session:
        row = streams.state(session, ("mailbox", "acme", "INBOX"))
        row.state, row.failing_since = "needs_person", NOW
        silent = streams.state(session, ("amazon", "acme", "orders"))
        silent.state, silent.failing_since = "retry", NOW - timedelta(hours=1)
    look(team)
    assert [line.sentence for line in standing(team)] == ["Mailbox INBOX of acme cannot be read until somebody acts."]
    assert look(team, NOW + 2 * HOUR) == (1, 0)
    with team.store.write() as session:
        for name in (("mailbox", "acme", "INBOX"), ("amazon", "acme", "orders")):
            row = streams.state(session, name)
            row.state, row.failing_since = "ok", None
    assert look(team, NOW + 2 * HOUR) == (0, 2)


@pytest.mark.parametrize(
    ("word", "escalates"), [("AT_RISK", True), ("NORMAL", False), ("GOOD", False), ("GREAT", False)]
)
def test_anything_but_normal_good_and_great_escalates(team: Desk, word: str, escalates: bool) -> None:
    _status(team.store, word, NOW)
    look(team)
    assert bool(standing(team)) is escalates


def test_a_status_that_is_good_again_ends_it_and_a_worse_one_is_a_new_occurrence(team: Desk) -> None:
    _status(team.store, "AT_RISK", NOW)
    look(team)
    (first,) = standing(team)
    _status(team.store, "NORMAL", NOW + DAY)
    assert look(team, NOW + DAY) == (0, 1)
    _status(team.store, "DEACTIVATED", NOW + 2 * DAY)
    assert look(team, NOW + 2 * DAY) == (1, 0)
    (second,) = standing(team)
    assert (second.id > first.id, second.sentence) == (True, "US: Account status is DEACTIVATED.")


def test_agents_see_nothing_of_it_unless_the_settings_name_them(team: Desk) -> None:
    team.read(ask(1, NOW - 25 * HOUR))
    with team.store.read() as session:
        assert reading.concerning(session, settings_of(), ANNA) == ()
        assert len(reading.concerning(session, settings_of(to=["Anna Berg"]), ANNA)) == 1


def _status(store: Store, word: str, at: datetime) -> None:
    with store.write() as session:
        session.add(HealthMetric(account="acme", marketplace="US", metric="account_status", taken_at=at, word=word,
                                 status=word, details={}, first_seen_at=at, read_at=at))  # fmt: skip
