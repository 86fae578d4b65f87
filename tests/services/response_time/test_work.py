"""Fair figures of agents, first and next answers, endings, promises, and Amazon's rate beside ours."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from data import people as rows
from data.models.ours import Ticket
from data.models.outgoing import Outgoing, Promise
from data.store import Store
from services import people, team
from services.errors import Rejected
from services.inbox import actions, asking
from services.inbox.conversation import conversation
from services.people import Person
from services.response_time import amazon, counting, fair, times, views
from services.response_time.shapes import Wanted
from services.rules.clock import house_due_at
from services.rules.response_split import PARTS
from tests.desks import ORDERS, Desk, ask, copy
from tests.responses import DAY, HOUR, NOW, fact, fill

WEEK = Wanted((NOW - 6 * DAY).date(), NOW.date(), NOW)


def version(desk: Desk, ticket: int, now: object) -> int:
    found = conversation(desk.store, ticket, now=now)  # type: ignore[arg-type]
    assert found is not None
    return found.version


def test_where_an_answers_time_went_is_read_off_the_activity_log(every_desk: Desk) -> None:
    store, boss = every_desk.store, every_desk.supervisor()
    ana = people.add(store, "Ana Agent", "agent", actor=boss, now=NOW - 9 * DAY)
    sent = NOW - 3 * DAY
    every_desk.read(ask(1, sent, order=ORDERS[1]), now=sent + 2 * HOUR)
    ticket = every_desk.only_ticket()["id"]
    actions.assign(store, ticket, 0, actor=boss, now=sent + 5 * HOUR, person=ana.name)
    asking.ask(store, ticket, None, actor=ana, now=sent + 6 * HOUR, question="May I refund?")
    asked = version(every_desk, ticket, sent + 7 * HOUR)
    assert asked
    (question,) = _questions(store)
    asking.answer(store, question, actor=boss, now=sent + 10 * HOUR, text="Yes.")
    every_desk.read(copy(1, sent + 30 * HOUR, order=ORDERS[1]), now=sent + 31 * HOUR)
    for counted in (False, True):
        if counted:
            counting.recount(store, now=NOW)
        (line,) = fair.of_agents(store, WEEK, working=["Ana Agent"])
        share = line.share
        hours = {part: getattr(share, part) / 3.6e9 for part in PARTS}
        assert hours == {"importing": 2, "unowned": 3, "supervisor": 4, "mine": 21, "others": 0}
        assert (share.answers, share.late, share.charged, share.inherited) == (1, 1, 1, 0)
        assert (line.agent, line.left, share.whole) == ("Ana Agent", False, 30 * HOUR)


def _questions(store: Store) -> list[int]:
    from data.models.teamwork import Question

    with store.read() as session:
        return [row.id for row in session.query(Question)]


def test_who_took_a_ticket_over_late_is_not_charged(desk: Desk) -> None:
    store, boss = desk.store, desk.supervisor()
    ana, bo = (people.add(store, name, "agent", actor=boss, now=NOW - 9 * DAY) for name in ("Ana", "Bo"))
    sent = NOW - 3 * DAY
    desk.read(ask(1, sent, order=ORDERS[1]), now=sent)
    ticket = desk.only_ticket()["id"]
    actions.assign(store, ticket, 0, actor=boss, now=sent + HOUR, person=ana.name)
    at = sent + 25 * HOUR
    changed = version(desk, ticket, at)
    actions.unassign(store, ticket, changed, actor=boss, now=at, person=ana.name, reason="ill")
    actions.assign(store, ticket, 0, actor=boss, now=at, person=bo.name)
    desk.read(copy(1, at + HOUR, order=ORDERS[1]), now=at + 2 * HOUR)
    people.set_disabled(store, "Ana", True, actor=boss, now=NOW)
    lines = {line.agent: line for line in fair.of_agents(store, WEEK, working=["Bo"])}
    assert (lines["Bo"].share.late, lines["Bo"].share.inherited, lines["Bo"].share.charged) == (1, 1, 0)
    assert (lines["Ana"].share.answers, lines["Ana"].share.charged, lines["Ana"].left) == (0, 1, True)
    assert lines["Bo"].share.others == 24 * HOUR // timedelta(microseconds=1)


def test_first_and_next_answers_endings_and_promises(store: Store) -> None:
    with store.write() as session:
        fill(session, [fact(1, NOW - 3 * DAY, 2), fact(2, NOW - 2 * DAY, 30, ticket=1), fact(3, NOW - DAY, 4)])
        for ticket_id, status, hours in ((1, "solved", 50), (3, "on_hold", 5)):
            ticket = session.get(Ticket, ticket_id)
            assert ticket is not None
            ticket.decided, ticket.decided_at = status, NOW - 3 * DAY + hours * HOUR
        for n, (until, kept) in enumerate([(-5, -6), (-5, -4), (-5, None), (5, None), (-2, 1)], 1):
            _promise(session, n, until, kept)
    found = times.times(store, WEEK)
    assert found.first is not None
    assert found.further is not None
    assert (found.first.messages, found.first.p50_hours) == (2, 3.0)
    assert (found.further.messages, found.further.late) == (1, 1)
    assert (found.solved.tickets, found.solved.p50_hours) == (1, 50.0)
    made = found.promises
    assert (made.kept, made.late, made.broken, made.ahead) == (1, 1, 2, 1)


def _promise(session: object, n: int, until: int, kept: int | None) -> None:
    session.add(  # type: ignore[attr-defined]
        Outgoing(id=n, ticket_id=1, account="acme", channel="smtp", to_address="", subject="", message_id=f"<{n}>",
                 text="", body="", by="Ana", queued_at=NOW, not_before=NOW, ticket_version=1)
    )  # fmt: skip
    session.flush()  # type: ignore[attr-defined]
    kept_at = None if kept is None else NOW + kept * HOUR
    session.add(  # type: ignore[attr-defined]
        Promise(ticket_id=1, outgoing_id=n, until=NOW + until * HOUR, by="Ana", made_at=NOW - DAY, kept_at=kept_at)
    )
    session.flush()  # type: ignore[attr-defined]


@pytest.fixture
def judged(store: Store) -> Store:
    """One of twenty messages missed this week, another one forty days ago."""
    with store.write() as session:
        early = [fact(n, NOW - 2 * DAY - n * HOUR, 1) for n in range(1, 20)]
        fill(session, [*early, fact(30, NOW - 3 * DAY), fact(31, NOW - 40 * DAY, 30), fact(32, NOW - HOUR)])
    return store


def test_the_twin_says_how_many_may_still_be_missed(judged: Store) -> None:
    week, month, quarter = amazon.twins(judged, now=NOW)
    assert [(t.days, t.missed, t.judged) for t in (week, month, quarter)] == [(7, 1, 20), (30, 1, 20), (90, 2, 21)]
    assert (week.rate, week.can_still_miss, week.needed) == (0.05, 1, 0)
    assert (quarter.can_still_miss, quarter.late, quarter.unanswered) == (0, 1, 1)
    assert [t.judged for t in amazon.twins(judged, now=NOW, marketplace="US")] == [0, 0, 0]


BOSS = Person("Boss", "supervisor", False, None)
AGENT = Person("Ana", "agent", False, None)


def typed(store: Store, actor: Person = BOSS, **more: object) -> int:
    values = {"account": "acme", "marketplace": "", "days": 7, "percent": 6.0, "taken_on": NOW.date(), "now": NOW}
    return amazon.type_in(store, actor=actor, **{**values, **more})  # type: ignore[arg-type]


def test_amazons_rate_is_kept_beside_ours_and_the_drift_shown(judged: Store) -> None:
    typed(judged, percent=5.0)
    last = typed(judged, percent=6.0, now=NOW + HOUR)
    typed(judged, days=30, taken_on=NOW.date() - 7 * DAY)
    this, earlier = amazon.typed(judged, account="acme")
    assert (this.rate, this.ours, this.by) == (0.06, 0.05, "Boss")
    assert this.drift == pytest.approx(0.01)
    assert earlier.taken_on == NOW.date() - 7 * DAY
    with pytest.raises(Rejected, match="Only Boss or a supervisor"):
        amazon.take_back(judged, last, actor=AGENT, now=NOW)
    amazon.take_back(judged, last, actor=BOSS, now=NOW)
    assert [each.rate for each in amazon.typed(judged, account="acme")] == [0.05, 0.06]
    with pytest.raises(Rejected, match="already"):
        amazon.take_back(judged, last, actor=BOSS, now=NOW)
    assert amazon.typed(judged, account="other") == ()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"percent": 101.0}, "between 0 and 100"),
        ({"percent": -1.0}, "between 0 and 100"),
        ({"percent": float("nan")}, "between 0 and 100"),
        ({"days": 8}, "7, 30 and 90"),
        ({"taken_on": date(2027, 1, 1)}, "not in the future"),
        ({"taken_on": date(2026, 1, 1)}, "not in the future"),
        ({"actor": Person("Gone", "agent", True, None)}, "access is closed"),
    ],
)
def test_what_cannot_be_a_rate_is_refused_with_a_sentence(
    judged: Store, wrong: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Rejected, match=sentence):
        typed(judged, **wrong)  # type: ignore[arg-type]
    assert amazon.typed(judged, account="acme") == ()


def test_a_change_of_the_house_rule_never_rewrites_the_past(store: Store) -> None:
    # Saturday morning until Monday noon: in time where Sunday is closed, late where it is not.
    saturday = NOW - 8 * DAY
    with store.write() as session:
        rows.change(session, "closed_weekdays", [6], by="Boss", effective_from=NOW - 30 * DAY)
        fill(session, [fact(1, saturday, 40), fact(2, saturday + 7 * DAY, 40 - 24, agent="Ana")])
    two_weeks = Wanted((NOW - 14 * DAY).date(), NOW.date(), NOW)
    assert house_due_at(saturday, two_weeks.zone, frozenset({6})) - saturday == 48 * HOUR
    before = views.overview(store, two_weeks).house
    counting.recount(store, now=NOW)
    team.change(store, actor=BOSS, now=NOW, closed_weekdays=[], target_percent=95)
    counting.count_anew(store, now=NOW)
    after = views.overview(store, two_weeks)
    assert before == after.house
    assert (before.missed, before.judged, after.total.late) == (0, 2, 1)
    assert after.target == 0.95
    assert views.overview(store, Wanted(two_weeks.first, two_weeks.last, NOW - HOUR)).target == 0.9


def test_an_aim_that_makes_no_sense_is_refused(store: Store) -> None:
    with pytest.raises(Rejected, match="50 to 100"):
        team.change(store, actor=BOSS, now=NOW, target_percent=30)
    assert team.team(store, now=NOW).target_percent == 90
