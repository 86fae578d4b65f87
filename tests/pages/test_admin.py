"""Sync, Data problems and Settings: what they say, and what their buttons do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from data import rejects, streams
from data.models.ledger import RawMail
from data.people import named
from data.store import Store
from services import data_problems, people, runtime, settings, team
from services.people import Person
from tests.desks import NOW
from tests.pages.conftest import PROBLEMS, SETTINGS, SYNC, press, shown

Visit = Callable[..., AppTest]


def test_the_ledger_adds_up_and_leaves_nothing_unexplained(desk: Store, visit: Visit) -> None:
    text = shown(visit(SYNC)).replace("\\", "")
    assert "6 seen = 5 ticketed + 0 filed + 1 set aside" in text
    assert "unexplained: 0" in text


def test_a_sync_that_does_not_run_is_said(desk: Store, visit: Visit) -> None:
    assert [button.disabled for button in visit(SYNC).button if button.label == "Run now"] == [True] * 3


def test_a_problem_is_discarded_with_a_confirmation_and_can_be_put_back(desk: Store, visit: Visit) -> None:
    app = visit(PROBLEMS)
    assert "lottery" in shown(app)
    app.checkbox[0].check().run()
    app = press(app, "Discard")
    assert data_problems.problems(desk).rows == ()
    assert "Everything could be read." in shown(app)
    press(visit(PROBLEMS, state="discarded"), "Put back")
    assert len(data_problems.problems(desk).rows) == 1


def test_only_what_is_selected_is_discarded(desk: Store, visit: Visit) -> None:
    press(visit(PROBLEMS), "Discard")
    assert len(data_problems.problems(desk).rows) == 1


def test_a_problem_can_be_read_again(desk: Store, visit: Visit) -> None:
    app = visit(PROBLEMS)
    (button,) = [each for each in app.button if each.label == "Read again"]
    assert "1 problem will be read again" in shown(button.click().run()).replace("\\", "")
    with desk.read() as session:
        waiting = session.scalars(select(RawMail).where(RawMail.disposition.is_(None))).all()
    assert [mail.path for mail in waiting] == ["mail/005.eml"]


def test_the_rows_of_one_file_are_one_entry_and_are_read_again_together(desk: Store, visit: Visit) -> None:
    row = {"source": "folder", "account": "acme", "stream": "reports", "raw": b"x", "at": NOW, "state": "open"}
    with desk.write() as session:
        rejects.add(session, [row | {"place": f"fb.txt:{n}", "reason": "4 columns, not 6."} for n in range(3, 9)])
    app = visit(PROBLEMS)
    text = shown(app).replace("\\", "")
    assert "fb.txt** · 6 problems on this page" in text
    assert "6 times: 4 columns, not 6." in text
    (button,) = [each for each in app.button if each.label == "Read the file again"]
    assert "6 problems will be read again" in shown(button.click().run())
    with desk.read() as session:
        assert len(rejects.wanted_again(session, ("folder", "acme", "reports"))) == 6
        assert streams.states(session)["folder", "acme", "reports"].wanted_at is not None


def test_a_problem_can_be_searched_for(desk: Store, visit: Visit) -> None:
    assert "lottery" in shown(visit(PROBLEMS, q="lottery"))
    assert "Nothing here." in shown(visit(PROBLEMS, q="no such words"))


def test_a_supervisor_adds_people_and_gives_roles(desk: Store, visit: Visit) -> None:
    app = visit(SETTINGS)
    app.text_input(key="new_name").set_value("Bea")
    app = press(app, "Add person")
    app = press(app, "Make supervisor")
    assert [(p.name, p.role) for p in people.people(desk)] == [("Bea", "supervisor"), ("You", "supervisor")]
    press(app, "Close access")
    assert people.people(desk)[0].disabled


def test_a_name_that_is_taken_is_refused_in_a_sentence(desk: Store, visit: Visit) -> None:
    app = visit(SETTINGS)
    app.text_input(key="new_name").set_value("You")
    (button,) = [each for each in app.button if each.label == "Add person"]
    assert "There is somebody called You already" in shown(button.click().run())


def test_the_teams_settings_hold_from_now_on(desk: Store, visit: Visit) -> None:
    app = visit(SETTINGS)
    app.number_input(key="team_at_risk").set_value(6)
    app.selectbox(key="team_zone").set_value("Europe/Berlin")
    press(app, "Save")
    held = team.team(desk, now=NOW)
    assert (held.at_risk_hours, held.zone) == (6, "Europe/Berlin")


def test_settings_shows_the_file_without_its_secrets(
    empty_desk: Store, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = settings.load().file
    assert file is not None
    mailbox = (
        '[accounts.acme.mailbox]\nhost = "imap.example.com"\nuser = "support@example.com"\npassword = "env:PASS"\n'
    )
    file.write_text(file.read_text() + mailbox)
    monkeypatch.setenv("PASS", "very-secret")
    runtime.forget()
    text = shown(visit(SETTINGS))
    assert "imap" in text
    assert "very-secret" not in text


def test_an_agent_changes_nothing_of_the_team(desk: Store, visit: Visit, me: Person) -> None:
    with desk.write() as session:
        row = named(session, me.name)
        assert row is not None
        row.role = "agent"
    app = visit(SETTINGS)
    assert [button.disabled for button in app.button if button.label == "Save"] == [True]
    assert "Add person" not in [button.label for button in app.button]
