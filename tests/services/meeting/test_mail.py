"""Packs that go out by mail: at their time, once per period and address, whatever dies in between."""

from __future__ import annotations

import io
import threading
import zipfile
from datetime import UTC, datetime, timedelta

import pytest

from data import meeting as rows
from services import people, team
from services.meeting import keep, mail
from services.outbox import notify
from services.settings import Settings
from tests.desks import DAY, HOUR, Desk
from tests.posts import time_is, with_smtp
from tests.servers.smtp import SmtpServer
from tests.services.meeting.conftest import W46

MONDAY = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
LEAD, OWNER = "lead@example.com", "owner@example.com"


def wishing(desk: Desk, smtp: SmtpServer, **more: object) -> Settings:
    """Settings that want the pack of the week on Mondays at eight."""
    wished = {"weekly": "Mon 08:00", "recipients": [LEAD, OWNER], **more}
    told = with_smtp(desk.settings, smtp)
    return Settings.model_validate({**told.model_dump(), "meeting": wished, "state_dir": told.state_dir})


def turn(desk: Desk, settings: Settings, now: datetime) -> int:
    """One round of the sync's notices, as far as packs go."""
    with time_is(now):
        notify.recover(desk.store)
        return mail.send_due(desk.store, settings, now=now, stop=threading.Event())


def states(desk: Desk) -> dict[str, str]:
    with desk.store.read() as session:
        return {row.address: row.state for row in rows.mails_of(session, "week", "2026-W46")}


def test_a_pack_leaves_at_its_time_once_for_each(weeks: Desk, smtp: SmtpServer) -> None:
    settings = wishing(weeks, smtp)
    assert turn(weeks, settings, MONDAY - timedelta(minutes=1)) == 0
    assert smtp.accepted == []
    assert turn(weeks, settings, MONDAY) == 2
    for later in (MONDAY, MONDAY + HOUR, MONDAY + 5 * DAY):
        assert turn(weeks, settings, later) == 0
    assert sorted(each.mail["To"] for each in smtp.accepted) == [LEAD, OWNER]
    found = smtp.accepted[0].mail
    assert found["Subject"] == "Weekly meeting: Week 46 of 2026, 9 to 15 Nov"
    files = {part.get_filename(): part.get_payload(decode=True) for part in found.iter_attachments()}
    assert sorted(files) == [f"meeting-2026-W46.{form}" for form in ("html", "pptx", "xlsx")]
    assert zipfile.ZipFile(io.BytesIO(files["meeting-2026-W46.xlsx"])).testzip() is None
    words = found.get_body(("plain",)).get_content()
    assert "Answered within 24 h: 50.0 % (2026-W45: 100.0 %, −50.0 points)" in words
    assert "Example" not in words
    assert keep.closed(weeks.store, W46).by == "schedule"  # type: ignore[union-attr]
    assert mail.told(weeks.store, settings, W46) == "By mail: 2 sent."


def test_the_time_is_that_of_the_teams_wall(weeks: Desk, smtp: SmtpServer) -> None:
    team.change(weeks.store, actor=weeks.supervisor(), now=MONDAY - 30 * DAY, zone="America/New_York")
    settings = wishing(weeks, smtp)
    assert turn(weeks, settings, MONDAY) == 0
    assert turn(weeks, settings, MONDAY + 5 * HOUR) == 2


def test_a_desk_that_was_off_for_days_sends_nothing_old(weeks: Desk, smtp: SmtpServer) -> None:
    assert turn(weeks, wishing(weeks, smtp), MONDAY + 3 * DAY) == 0
    assert smtp.accepted == []


def test_a_server_that_is_away_is_tried_again_and_then_it_leaves_once(weeks: Desk, smtp: SmtpServer) -> None:
    settings = wishing(weeks, smtp, recipients=[LEAD])
    smtp.stop()
    assert turn(weeks, settings, MONDAY) == 1
    assert states(weeks) == {LEAD: "queued"}
    smtp.start()
    with weeks.store.write() as session:
        (row,) = rows.mails_of(session, "week", "2026-W46")
        row.next_try_at = None
    turn(weeks, wishing(weeks, smtp, recipients=[LEAD]), MONDAY + HOUR)
    assert states(weeks) == {LEAD: "sent"}
    assert len(smtp.accepted) == 1


@pytest.mark.parametrize("dies", ["before it is queued", "before it leaves", "after it left"])
def test_whenever_the_process_dies_nobody_gets_a_pack_twice(
    dies: str, weeks: Desk, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = wishing(weeks, smtp, recipients=[LEAD])
    place = {"before it is queued": (rows, "queue_mails"), "before it leaves": (mail.post, "send")}
    target, name = place.get(dies, (notify, "_record"))
    with monkeypatch.context() as killing:
        killing.setattr(target, name, _die)
        with pytest.raises(SystemExit):
            turn(weeks, settings, MONDAY)
    notify._at_work.clear()
    for _ in range(3):
        turn(weeks, settings, MONDAY + HOUR)
    assert len(smtp.accepted) == (0 if dies == "before it leaves" else 1)
    assert states(weeks) == {LEAD: "sent" if dies == "before it is queued" else "unknown"}


def _die(*_: object, **__: object) -> None:
    raise SystemExit


def test_the_support_mailbox_itself_gets_none_and_the_row_says_why(weeks: Desk, smtp: SmtpServer) -> None:
    own = str(smtp.settings()["sender"])
    turn(weeks, wishing(weeks, smtp, recipients=[own]), MONDAY)
    with weeks.store.read() as session:
        (row,) = rows.mails_of(session, "week", "2026-W46")
    assert row.state == "failed"
    assert "support mailbox itself" in row.error


def test_what_is_too_large_for_a_mail_is_left_out_and_said_so(
    weeks: Desk, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "MOST_BYTES", 60_000)
    turn(weeks, wishing(weeks, smtp, recipients=[LEAD]), MONDAY)
    (found,) = smtp.accepted
    assert [part.get_filename() for part in found.mail.iter_attachments()][0] == "meeting-2026-W46.html"
    assert "Too large for a mail, and left out:" in found.mail.get_body(("plain",)).get_content()


def test_recipients_without_a_mail_server_are_told_so(weeks: Desk) -> None:
    told = weeks.settings.model_dump()
    wished = Settings.model_validate({**told, "meeting": {"recipients": [LEAD]}, "state_dir": weeks.settings.state_dir})
    assert mail.told(weeks.store, wished, W46) == "Packs cannot be mailed: no account has [smtp] settings."
    assert mail.told(weeks.store, weeks.settings, W46) == ""


@pytest.mark.parametrize(
    ("wish", "sentence"),
    [
        ({"weekly": "Noon"}, 'write it like "Mon 08:00"'),
        ({"monthly": "31 08:00"}, 'write it like "1 08:00"'),
        ({"recipients": ["nobody"]}, "no mail address like lead@example.com"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_with_a_sentence(weeks: Desk, wish: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Settings.model_validate({**weeks.settings.model_dump(), "meeting": wish})


def test_without_the_wish_or_a_server_nothing_is_even_looked_up(weeks: Desk, smtp: SmtpServer) -> None:
    from tests.pages.conftest import statements

    people.local_person(weeks.store)
    with statements(weeks.store) as seen:
        assert mail.send_due(weeks.store, weeks.settings, now=MONDAY, stop=threading.Event()) == 0
    assert seen == []
