"""Steps over a real mail server: what leaves, to whom, what becomes of it, and what comes after."""

from __future__ import annotations

from typing import Any

import pytest

from data import people as persons
from data.models.escalations import EscalationStep
from data.store import Store
from services.escalations import acts, reading
from services.outbox import notify, notify_chat
from services.team import change
from tests.desks import DAY, HOUR, NOW
from tests.escalations import (
    ANNA,
    BEA,
    CARL,
    SENTENCE,
    ask,
    climb,
    made,
    settings_of,
    steps,
    team_of_three,
    workdays,
)
from tests.servers.smtp import SmtpServer

pytestmark = pytest.mark.servers
ONLY_MAIL = {"channels": ["mail"]}


@pytest.fixture
def team(store: Store) -> Store:
    """Works on Sundays too."""
    team_of_three(store)
    change(store, actor=BEA, now=NOW - DAY, closed_weekdays=[])
    return store


def test_after_two_days_again_and_then_by_mail_with_sentence_initials_need_and_link(
    team: Store, smtp: SmtpServer
) -> None:
    number = ask(team)
    chosen = settings_of(smtp, base_url="https://desk.example.com")
    for day in range(12):
        climb(team, chosen, NOW + workdays(day))
    assert made(team, number) == [
        ("product", 1, "sent"), ("product", 2, "sent"), ("mail", 1, "sent"), ("mail", 2, "sent")
    ]  # fmt: skip
    first, second = smtp.accepted
    assert first.to == ("bea@example.com",)
    assert first.mail["Subject"] == f"[Within24] {SENTENCE}"
    assert first.mail["Auto-Submitted"] == "auto-generated"
    words = first.mail.get_content()
    wanted = (
        f"{SENTENCE} -AB",
        "May I refund it?",
        f"https://desk.example.com/?escalation={number}",
        "Wed 25 Nov 2026",
    )
    assert [each for each in wanted if each not in words] == []
    assert "asked before" in second.mail.get_content()
    assert first.message_id != second.message_id
    assert {each.message_id for each in steps(team, number) if each.message_id} == {first.message_id, second.message_id}


def test_what_is_asked_of_any_supervisor_goes_to_all_who_have_an_address_but_not_to_whoever_asks(
    team: Store, smtp: SmtpServer
) -> None:
    with team.write() as session:
        persons.add(session, "Dora", role="supervisor", email="dora@example.com")
        persons.add(session, "Emil", role="supervisor", email="support@shop.example")
    ask(team, to="", actor=BEA)
    climb(team, settings_of(smtp, **ONLY_MAIL))
    assert [each.to for each in smtp.accepted] == [("dora@example.com",)]
    climb(team, settings_of(smtp, **ONLY_MAIL))
    assert len(smtp.accepted) == 1


def test_the_settings_name_who_is_asked_where_nobody_is(team: Store, smtp: SmtpServer) -> None:
    with team.write() as session:
        persons.add(session, "Emil", role="agent", email="emil@example.com")
    chosen = settings_of(smtp, channels=["mail"], to=["Emil"])
    ask(team, to="")
    climb(team, chosen)
    assert [each.to for each in smtp.accepted] == [("emil@example.com",)]


@pytest.mark.parametrize(
    ("plan", "state", "arrived", "says"),
    [
        ("accept", "sent", 1, ""),
        ("550 recipient", "failed", 0, "SMTP 550"),
        ("554 content", "failed", 0, "SMTP 554"),
        ("drop after content, kept", "unknown", 1, "not sent again"),
        ("drop after content, not kept", "unknown", 0, "not sent again"),
        ("451 content", "queued", 0, "wait"),
    ],
)
def test_what_became_of_a_step_is_told_as_it_is(
    team: Store, smtp: SmtpServer, plan: str, state: str, arrived: int, says: str
) -> None:
    smtp.plan(plan)
    number = ask(team)
    climb(team, settings_of(smtp, **ONLY_MAIL))
    (step,) = steps(team, number)
    assert (step.state, len(smtp.accepted)) == (state, arrived)
    assert says in step.error


def test_a_server_that_is_away_is_tried_again_with_the_same_message_id(team: Store, smtp: SmtpServer) -> None:
    smtp.plan("451 content")
    number = ask(team)
    chosen = settings_of(smtp, **ONLY_MAIL)
    climb(team, chosen)
    assert climb(team, chosen, NOW + workdays(9)) == 0
    (before,) = steps(team, number)
    with team.write() as session:
        session.get_one(EscalationStep, before.id).next_try_at = None
    climb(team, chosen)
    (after,) = steps(team, number)
    assert (after.state, after.tries) == ("sent", 2)
    assert [each.message_id for each in smtp.accepted] == [before.message_id]


def test_a_wrong_password_or_nobody_with_an_address_moves_on_to_the_next_channel_at_once(
    team: Store, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAM_CHAT", "json://127.0.0.1:9/nowhere")
    chosen = settings_of(smtp, channels=["mail", "chat"], chat={"chat": "env:TEAM_CHAT"})
    number = ask(team, to="Carl")
    climb(team, chosen)
    assert made(team, number) == [("mail", 1, "failed"), ("chat", 1, "failed")]
    assert "mail address" in steps(team, number)[0].error


def test_chat_without_its_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import builtins

    real = builtins.__import__

    def without(name: str, *more: Any, **named: Any) -> Any:
        if name == "apprise":
            raise ImportError(name)
        return real(name, *more, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    monkeypatch.setenv("TEAM_CHAT", "json://127.0.0.1:9/")
    address = settings_of(channels=["chat"], chat={"chat": "env:TEAM_CHAT"}).notifications.chat["chat"]
    outcome = notify_chat.by_chat(address, "One", "Two")
    assert (outcome.kind, outcome.sentence) == ("needs_person", notify_chat.MISSING)


def test_without_a_mail_server_the_ladder_has_no_mail(team: Store) -> None:
    number = ask(team)
    for day in range(12):
        climb(team, settings_of(), NOW + workdays(day))
    assert made(team, number) == [("product", 1, "sent"), ("product", 2, "sent")]


def test_what_waits_at_night_leaves_in_the_morning_and_not_at_all_if_somebody_saw_it(
    team: Store, smtp: SmtpServer
) -> None:
    night = NOW + 13 * HOUR
    chosen = settings_of(smtp, channels=["mail"], quiet=["20:00", "07:00"])
    seen, asked = ask(team, now=night), ask(team, now=night)
    assert climb(team, chosen, night) == 0
    acts.acknowledge(team, seen, actor=BEA, now=night + HOUR)
    climb(team, chosen, night + 10 * HOUR)
    assert made(team, seen) == []
    assert made(team, asked) == [("mail", 1, "sent")]


def test_a_step_that_waits_for_the_server_is_given_up_once_somebody_saw_it(team: Store, smtp: SmtpServer) -> None:
    smtp.plan("451 content")
    number = ask(team)
    climb(team, settings_of(smtp, **ONLY_MAIL))
    acts.acknowledge(team, number, actor=BEA, now=NOW + HOUR)
    assert made(team, number) == [("mail", 1, "cancelled")]


def test_the_page_is_told_what_was_tried_and_what_comes_next(team: Store, smtp: SmtpServer) -> None:
    change(team, actor=BEA, now=NOW, closed_weekdays=[6])
    number = ask(team)
    chosen = settings_of(smtp)
    climb(team, chosen)
    found = reading.detail(team, chosen, number, actor=CARL, now=NOW + HOUR)
    assert found is not None
    assert [(each.channel, each.state) for each in found.steps] == [("product", "sent")]
    assert found.next is not None
    # It is Sunday now: its hours use up no patience.
    assert (found.next.channel, found.next.attempt, found.next.due_at) == ("product", 2, NOW.replace(hour=0) + 3 * DAY)
    assert found.line.for_me
    assert reading.detail(team, chosen, 999, actor=ANNA, now=NOW) is None


@pytest.mark.parametrize("address", ["bea", "bea@example.com\nBcc: x@example.com", "support@shop.example"])
def test_notices_go_to_no_address_that_is_none_or_that_is_the_support_mailbox(address: str, smtp: SmtpServer) -> None:
    assert notify.refused_address(settings_of(smtp), address) is not None


def test_while_the_server_is_away_it_is_asked_once_and_all_of_it_waits(team: Store, smtp: SmtpServer) -> None:
    chosen = settings_of(smtp, **ONLY_MAIL)
    asked = [ask(team) for _ in range(3)]
    smtp.stop()
    climb(team, chosen)
    assert [each.tries for each in steps(team, *asked)] == [1, 0, 0]
    smtp.start()
    with team.write() as session:
        for each in steps(team, *asked):
            session.get_one(EscalationStep, each.id).next_try_at = None
    climb(team, chosen)
    assert [each.state for each in steps(team, *asked)] == ["sent"] * 3
    assert set(smtp.counted().values()) == {1}
