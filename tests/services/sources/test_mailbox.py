"""The mailbox source against a real Dovecot."""

from __future__ import annotations

import itertools
import json
import logging
import os
import signal
import socket
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services.errors import NeedsPerson, RetryLater
from services.settings import Account, Mailbox, Settings
from services.sources import imap, mailbox
from services.sources.base import Batch
from services.sources.mail_rows import ArrivedMail, Held, Looked, date_hint
from tests.servers.certificates import make_certificates
from tests.servers.dovecot import UMLAUT, Dovecot
from tests.servers.proxy import proxy_before

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
pytestmark = pytest.mark.servers


def a_mail(number: int = 1, size: int = 0) -> bytes:
    head = f"From: buyer{number}@example.com\r\nDate: Thu, 19 Nov 2026 10:00:{number % 60:02d} +0100\r\n"
    return f"{head}Subject: Question {number}\r\n\r\nWhere is it?\r\n".encode() + b"x" * 70 * (size // 70)


def settings(server: Dovecot, user: str, **changes: Any) -> Settings:
    box: dict[str, Any] = {"host": "localhost", "port": server.port, "security": "none", "user": user,
                           "password": server.password, **changes}
    return Settings(accounts={"acme": Account(marketplaces=("DE",), mailbox=Mailbox(**box))})


def stream(server: Dovecot, user: str, **changes: Any) -> mailbox.MailFolder:
    return mailbox.connect(settings(server, user, **changes))[0]


def rows_of(batches: list[Batch]) -> list[ArrivedMail]:
    return [row for batch in batches for row in batch.rows]


def read(source: mailbox.MailFolder, cursor: str | None = None) -> tuple[list[ArrivedMail], str | None, Looked]:
    batches = list(source.fetch(cursor, NOW))
    return rows_of(batches), batches[-1].cursor, batches[-1].facts[0]


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    return dovecot.new_user()


@pytest.fixture(scope="module")
def full_user(dovecot: Dovecot) -> str:
    """A mailbox with 2,000 mails."""
    user = dovecot.new_user("full")
    with dovecot.client(user) as client:
        for start in range(0, 2000, 500):
            client.multiappend("INBOX", [a_mail(start + number) for number in range(500)])
    return user


def test_a_mail_arrives_byte_for_byte_with_its_times(dovecot: Dovecot, user: str) -> None:
    arrived = datetime(2026, 11, 19, 9, 0, 5, tzinfo=UTC)
    damaged = b"Subject: =?x\r\nFrom: <,>\r\n\r\n\xff\xfe not utf-8\r\n"
    dovecot.append(user, a_mail(), damaged, when=arrived)
    rows, cursor, looked = read(stream(dovecot, user))
    assert [row.raw for row in rows] == [a_mail(), damaged]
    first = rows[0]
    assert (first.account, first.folder, first.uid, first.path) == ("acme", "INBOX", 1, "")
    assert first.mailbox == f"{user}@localhost:{dovecot.port}"
    assert first.received_at == arrived
    assert first.date_hint == datetime(2026, 11, 19, 9, 0, 1, tzinfo=UTC)
    assert first.complete
    assert first.unreadable is None
    assert rows[1].date_hint is None
    assert json.loads(cursor or "") == {"uidvalidity": first.uidvalidity, "last_uid": 2}
    assert looked == Looked(first.mailbox, "INBOX", first.uidvalidity, present=2, missing=0)


def test_only_new_mail_is_read_the_next_time_and_the_last_mail_not_again(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, a_mail(1), a_mail(2))
    _, cursor, _ = read(stream(dovecot, user))
    again, same, looked = read(stream(dovecot, user), cursor)
    assert again == []
    assert same == cursor
    assert looked.present == 2
    dovecot.append(user, a_mail(3))
    assert [row.uid for row in read(stream(dovecot, user), cursor)[0]] == [3]


def test_now_and_then_the_folder_says_which_mails_it_holds(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, *(a_mail(n) for n in range(6)))
    source = stream(dovecot, user)
    _, cursor, looked = read(source)
    assert looked.held == Held(uids=[range(1, 7)])
    dovecot.expunge(user, [2, 5])
    assert read(source, cursor)[2].held is None
    assert read(stream(dovecot, user), cursor)[2].held == Held(uids=[range(1, 2), range(3, 5), range(6, 7)])


def test_an_empty_folder_is_looked_at_too(dovecot: Dovecot, user: str) -> None:
    rows, cursor, looked = read(stream(dovecot, user))
    assert rows == []
    assert looked.present == 0
    assert read(stream(dovecot, user), cursor)[0] == []


def test_reading_leaves_the_seen_flag_alone(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, a_mail(1), a_mail(2))
    read(stream(dovecot, user))
    assert all(b"\\Seen" not in flags for flags in dovecot.flags(user).values())


def test_mail_that_somebody_has_opened_is_read_all_the_same(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, a_mail(1))
    with dovecot.client(user) as client:
        client.select_folder("INBOX")
        client.add_flags([1], [b"\\Seen"])
    assert len(read(stream(dovecot, user))[0]) == 1


def test_a_folder_with_umlauts_is_read(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, a_mail(), folder=UMLAUT)
    rows, _, looked = read(stream(dovecot, user, folders=(UMLAUT,)))
    assert [(row.folder, row.raw) for row in rows] == [(UMLAUT, a_mail())]
    assert looked.folder == UMLAUT


def test_a_deleted_mail_is_not_missed_and_its_successor_is_read(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, a_mail(1), a_mail(2))
    _, cursor, _ = read(stream(dovecot, user))
    dovecot.expunge(user, [1, 2])
    dovecot.append(user, a_mail(3))
    rows, _, looked = read(stream(dovecot, user), cursor)
    assert [row.uid for row in rows] == [3]
    assert looked.present == 1


def test_another_uidvalidity_starts_again_from_the_first_uid(dovecot: Dovecot, user: str) -> None:
    source = stream(dovecot, user, folders=("Junk",))
    dovecot.append(user, a_mail(1), a_mail(2), folder="Junk")
    before, cursor, _ = read(source)
    dovecot.recreate(user, "Junk")
    dovecot.append(user, a_mail(1), folder="Junk")
    after, later, looked = read(source, cursor)
    assert [row.uid for row in after] == [1]
    assert after[0].uidvalidity != before[0].uidvalidity
    assert looked.uidvalidity == after[0].uidvalidity
    assert read(source, later)[0] == []


@pytest.mark.parametrize("cursor", ["", "nonsense", "[]", '{"last_uid": "x"}', "null"])
def test_a_cursor_that_cannot_be_read_means_from_the_start(dovecot: Dovecot, user: str, cursor: str) -> None:
    dovecot.append(user, a_mail())
    assert len(read(stream(dovecot, user), cursor)[0]) == 1


def test_two_thousand_mails_come_in_bounded_batches_and_a_stop_loses_nothing(
        dovecot: Dovecot, full_user: str) -> None:
    source = stream(dovecot, full_user)
    first = list(itertools.islice(source.fetch(None, NOW), 3))
    assert [batch.progress for batch in first] == [(200, 2000), (400, 2000), (600, 2000)]
    assert [batch.facts[0].missing for batch in first] == [1800, 1600, 1400]
    rest = list(source.fetch(first[-1].cursor, NOW))
    assert max(len(batch.rows) for batch in first + rest) == 200
    assert [row.uid for row in rows_of(first + rest)] == list(range(1, 2001))
    assert rest[-1].progress == (1400, 1400)
    assert rest[-1].facts[0].missing == 0


def test_a_batch_stays_below_sixteen_megabytes(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, *[a_mail(number, 7_000_000) for number in range(5)])
    batches = list(stream(dovecot, user).fetch(None, NOW))
    assert [len(batch.rows) for batch in batches] == [2, 2, 1, 0]
    assert all(sum(len(row.raw) for row in batch.rows) <= 16 * 1024 * 1024 for batch in batches)


def test_memory_does_not_grow_with_the_mailbox(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, *[a_mail(number, 6_000_000) for number in range(12)])
    tracemalloc.start()
    try:
        assert sum(len(batch.rows) for batch in stream(dovecot, user).fetch(None, NOW)) == 12
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 56_000_000, "72 MB of mail must not all be in memory"


def test_a_huge_mail_is_fetched_in_part_and_holds_nobody_up(
        dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "WHOLE_BYTES", 600_000)
    monkeypatch.setattr(mailbox, "BATCH_BYTES", 300_000)
    monkeypatch.setattr(mailbox, "PART_BYTES", 1000)
    huge = a_mail(2, 700_000)
    dovecot.append(user, a_mail(1), huge, a_mail(3))
    rows, _, looked = read(stream(dovecot, user))
    assert [(row.uid, row.complete) for row in rows] == [(1, True), (2, False), (3, True)]
    assert rows[1].raw == huge[:1000]
    assert rows[1].unreadable is None
    assert looked.present == 3


def test_a_large_folder_is_listed_in_windows(
        dovecot: Dovecot, full_user: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "SEARCH_UIDS", 300)
    batches = list(stream(dovecot, full_user).fetch(None, NOW))
    assert [row.uid for row in rows_of(batches)] == list(range(1, 2001))
    assert batches[0].progress == (200, 2000)
    assert read(stream(dovecot, full_user), batches[-1].cursor)[0] == []


def test_mail_deleted_while_it_is_read_is_no_trouble(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, *[a_mail(number, 9_000_000) for number in range(3)])
    batches = stream(dovecot, user).fetch(None, NOW)
    first = next(batches)
    dovecot.expunge(user, [2, 3])
    rest = list(batches)
    assert [row.uid for row in first.rows] == [1]
    assert all(row.unreadable is None for row in rows_of(rest))
    assert rest[-1].facts[0].present == 1 + len(rows_of(rest))
    rows, _, looked = read(stream(dovecot, user), rest[-1].cursor)
    assert rows == []
    assert looked.present == 1


def test_mail_that_arrives_during_a_run_is_read_in_the_next(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, a_mail(1, 9_000_000), a_mail(2, 9_000_000))
    batches = stream(dovecot, user).fetch(None, NOW)
    seen = [next(batches)]
    dovecot.append(user, a_mail(3))
    seen += list(batches)
    assert [row.uid for row in rows_of(seen)] == [1, 2]
    assert [row.uid for row in read(stream(dovecot, user), seen[-1].cursor)[0]] == [3]


def test_one_mail_that_the_server_cannot_hand_over_does_not_stop_the_others(dovecot: Dovecot, user: str) -> None:
    """Dovecot answers a FETCH of an unreadable file by dropping the connection."""
    if os.geteuid() != 0:
        pytest.skip("only root can take a file away from Dovecot")
    dovecot.append(user, *[a_mail(number) for number in range(1, 6)])
    broken = dovecot.mail_files(user)[2]
    os.chown(broken, 0, 0)
    broken.chmod(0)
    rows, cursor, looked = read(stream(dovecot, user))
    assert [row.uid for row in rows] == [1, 2, 3, 4, 5]
    assert [row.uid for row in rows if row.unreadable] == [3]
    assert rows[2].raw == b""
    assert "cannot hand over" in (rows[2].unreadable or "")
    assert looked.present == 5
    assert read(stream(dovecot, user), cursor)[0] == []


def test_a_run_goes_on_after_the_server_was_killed_and_started_again(dovecot: Dovecot, full_user: str) -> None:
    batches = stream(dovecot, full_user).fetch(None, NOW)
    seen = [next(batches), next(batches)]
    dovecot.stop(signal.SIGKILL)
    dovecot.start()
    seen += list(batches)
    assert [row.uid for row in rows_of(seen)] == list(range(1, 2001))
    assert seen[-1].facts[0].present == 2000


def test_a_server_that_stays_away_is_tried_later_and_nothing_is_lost(dovecot: Dovecot, full_user: str) -> None:
    source = stream(dovecot, full_user)
    batches = source.fetch(None, NOW)
    seen = [next(batches)]
    dovecot.stop(signal.SIGKILL)
    try:
        with pytest.raises(RetryLater, match="connection was refused"):
            list(batches)
    finally:
        dovecot.start()
    seen += list(source.fetch(seen[-1].cursor, NOW))
    assert [row.uid for row in rows_of(seen)] == list(range(1, 2001))


def test_a_wrong_password_needs_a_person_and_is_never_told(
        dovecot: Dovecot, user: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(NeedsPerson) as caught:
        read(stream(dovecot, user, password="hush-hush"))
    assert str(caught.value) == f"The mailbox {user} at localhost refused the password"
    assert "Check user and password" in caught.value.what_to_do
    assert "hush" not in caplog.text + str(caught.value) + caught.value.what_to_do


def test_a_right_password_is_never_logged(
        dovecot: Dovecot, user: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    read(stream(dovecot, user))
    assert "imapclient" in {record.name.split(".")[0] for record in caplog.records}
    assert dovecot.password not in caplog.text


def test_a_password_with_umlauts_works(dovecot: Dovecot) -> None:
    user = dovecot.new_user(password="Größe🔑")
    assert read(stream(dovecot, user, password="Größe🔑"))[0] == []


def test_an_unknown_host_is_tried_later(dovecot: Dovecot, user: str) -> None:
    with pytest.raises(RetryLater, match="host name is not known"):
        read(stream(dovecot, user, host="no-such-host.invalid", security="tls"))


def test_a_refused_connection_is_tried_later(dovecot: Dovecot, user: str) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(RetryLater, match="connection was refused"):
            read(stream(dovecot, user, host="127.0.0.1", port=nobody.getsockname()[1]))


def test_a_server_that_never_answers_is_given_up(
        dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "CONNECT_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(RetryLater, match="does not answer"):
        read(stream(dovecot, user, host="127.0.0.1", port=silent.getsockname()[1]))


def test_a_server_that_falls_silent_in_the_middle_is_tried_later(
        dovecot: Dovecot, full_user: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "CONNECT_SECONDS", 0.3)
    monkeypatch.setattr(imap, "READ_SECONDS", 0.3)
    source = stream(dovecot, full_user)
    batches = source.fetch(None, NOW)
    seen = [next(batches)]
    with dovecot.frozen(), pytest.raises(RetryLater, match="does not answer"):
        list(batches)
    seen += list(source.fetch(seen[-1].cursor, NOW))
    assert [row.uid for row in rows_of(seen)] == list(range(1, 2001))
    assert all(row.unreadable is None for row in rows_of(seen))


def test_a_slow_line_sets_no_mail_aside(
        dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "READ_SECONDS", 0.3)
    dovecot.append(user, a_mail(1))
    with proxy_before(dovecot.port, lambda sent: "stall" if b"BODY.PEEK" in sent else "pass") as proxy:
        source = stream(dovecot, user, port=proxy.port)
        with pytest.raises(RetryLater, match="broke off while INBOX was read"):
            read(source)
        assert proxy.connections == 2
    assert read(stream(dovecot, user))[0][0].raw == a_mail(1)


def test_a_connection_that_keeps_dropping_is_given_up_after_a_second_try(dovecot: Dovecot, user: str) -> None:
    with proxy_before(dovecot.port, lambda sent: "drop" if b"SEARCH" in sent else "pass") as proxy:
        with pytest.raises(RetryLater, match="broke off"):
            read(stream(dovecot, user, port=proxy.port))
        assert proxy.connections == 2


def test_a_connection_that_drops_during_the_sign_in_is_no_wrong_password(dovecot: Dovecot, user: str) -> None:
    with (proxy_before(dovecot.port, lambda sent: "drop" if b"LOGIN" in sent else "pass") as proxy,
          pytest.raises(RetryLater, match="does not let us in just now")):
        read(stream(dovecot, user, port=proxy.port))


def test_a_folder_that_is_gone_is_named_with_those_there_are(dovecot: Dovecot, user: str) -> None:
    with pytest.raises(NeedsPerson) as caught:
        read(stream(dovecot, user, folders=("Käufer",)))
    assert "has no folder 'Käufer'" in str(caught.value)
    assert f"INBOX, Junk, {UMLAUT}" in caught.value.what_to_do


def test_a_missing_spam_folder_hints_at_the_one_the_server_calls_so(dovecot: Dovecot, user: str) -> None:
    with pytest.raises(NeedsPerson, match="its Spam folder is called 'Junk'"):
        read(stream(dovecot, user, folders=("Spam",)))


def test_tls_works_with_the_right_authority(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, a_mail())
    source = stream(dovecot, user, port=dovecot.tls_port, security="tls", ca_file=dovecot.ca_file)
    assert len(read(source)[0]) == 1


def test_tls_refuses_an_unknown_authority(dovecot: Dovecot, user: str, tmp_path: Path) -> None:
    other, *_ = make_certificates(tmp_path)
    for ca_file in (other, None):
        with pytest.raises(NeedsPerson, match="certificate of localhost:\\d+ is not to be trusted"):
            read(stream(dovecot, user, port=dovecot.tls_port, security="tls", ca_file=ca_file))


def test_tls_refuses_a_certificate_for_another_host(
        dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def to_loopback(host: Any, *args: Any, **kwargs: Any) -> Any:
        return real("127.0.0.1" if host == "imap.example.com" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", to_loopback)
    source = stream(dovecot, user, host="imap.example.com", port=dovecot.tls_port, security="tls",
                    ca_file=dovecot.ca_file)
    with pytest.raises(NeedsPerson, match="[Hh]ostname mismatch"):
        read(source)


def test_starttls_works_and_refuses_an_unknown_authority(dovecot: Dovecot, user: str) -> None:
    dovecot.append(user, a_mail())
    assert len(read(stream(dovecot, user, security="starttls", ca_file=dovecot.ca_file))[0]) == 1
    with pytest.raises(NeedsPerson, match="not to be trusted"):
        read(stream(dovecot, user, security="starttls"))


def test_tls_on_the_plain_port_says_what_is_wrong(dovecot: Dovecot, user: str) -> None:
    with pytest.raises(NeedsPerson, match="does not speak TLS from the start"):
        read(stream(dovecot, user, security="tls", ca_file=dovecot.ca_file))


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_an_unusable_ca_file_is_named(dovecot: Dovecot, user: str, tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content:
        file.write_text(content)
    with pytest.raises(NeedsPerson, match="ca_file .* cannot be read"):
        read(stream(dovecot, user, security="starttls", ca_file=file))


def with_oauth(server: Dovecot, user: str, refresh_token: str, **changes: Any) -> mailbox.MailFolder:
    return stream(server, user, password=None, oauth="google", oauth_client_id="client",
                  oauth_client_secret="client-secret", oauth_refresh_token=refresh_token,
                  oauth_token_endpoint=server.oauth.token_endpoint, **changes)


def test_xoauth2_signs_in_and_keeps_its_token(
        dovecot: Dovecot, user: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    dovecot.append(user, a_mail())
    refresh = dovecot.oauth.grant(user)
    source = with_oauth(dovecot, user, refresh)
    asked = len(dovecot.oauth.requests)
    rows, cursor, _ = read(source)
    assert len(rows) == 1
    assert read(source, cursor)[0] == []
    assert len(dovecot.oauth.requests) == asked + 1
    assert dovecot.oauth.requests[-1]["client_id"] == "client"
    assert all(secret not in caplog.text for secret in (refresh, "client-secret", *dovecot.oauth.access_tokens))


def test_a_token_that_the_server_refuses_is_renewed_once(dovecot: Dovecot, user: str) -> None:
    source = with_oauth(dovecot, user, dovecot.oauth.grant(user))
    read(source)
    dovecot.oauth.expire_access()
    asked = len(dovecot.oauth.requests)
    assert read(source)[0] == []
    assert len(dovecot.oauth.requests) == asked + 1


def test_a_token_about_to_end_is_renewed_before_it_is_used(
        dovecot: Dovecot, user: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dovecot.oauth, "lifetime", 30)
    source = with_oauth(dovecot, user, dovecot.oauth.grant(user))
    asked = len(dovecot.oauth.requests)
    read(source)
    read(source)
    assert len(dovecot.oauth.requests) == asked + 2


def test_a_token_of_somebody_else_needs_a_person_after_one_renewal(dovecot: Dovecot, user: str) -> None:
    source = with_oauth(dovecot, user, dovecot.oauth.grant("somebody@example.com"))
    asked = len(dovecot.oauth.requests)
    with pytest.raises(NeedsPerson, match="refused the access token"):
        read(source)
    assert len(dovecot.oauth.requests) == asked + 2


def test_a_revoked_refresh_token_needs_a_person_and_is_asked_about_once(
        dovecot: Dovecot, user: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    asked = len(dovecot.oauth.requests)
    with pytest.raises(NeedsPerson, match=r"Google refused the refresh token of .* \(invalid_grant\)") as caught:
        read(with_oauth(dovecot, user, "revoked-token"))
    assert "Sign in" in caught.value.what_to_do
    assert len(dovecot.oauth.requests) == asked + 1
    assert "revoked-token" not in caplog.text + str(caught.value)


@pytest.mark.parametrize(("status", "body"), [
    (503, "busy"), (200, "<html>"), (429, "slow down"), (200, "{}"), (400, '{"error": "temporarily_unavailable"}')])
def test_trouble_at_the_token_endpoint_is_tried_later(
        dovecot: Dovecot, user: str, status: int, body: str) -> None:
    dovecot.oauth.answer_next(status, body)
    with pytest.raises(RetryLater, match="Google"):
        read(with_oauth(dovecot, user, dovecot.oauth.grant(user)))


def test_a_token_endpoint_elsewhere_is_refused_by_the_settings(dovecot: Dovecot, user: str) -> None:
    with pytest.raises(ValidationError, match="only name a test server on this machine"):
        stream(dovecot, user, password=None, oauth="microsoft", oauth_refresh_token="x",
               oauth_token_endpoint="https://login.example.com/token")


def test_oauth_without_a_refresh_token_needs_a_person(dovecot: Dovecot, user: str) -> None:
    with pytest.raises(NeedsPerson, match="no oauth_refresh_token"):
        read(stream(dovecot, user, password=None, oauth="microsoft"))


def test_a_sign_in_that_is_only_unavailable_is_tried_later(dovecot: Dovecot, user: str) -> None:
    """Dovecot says [UNAVAILABLE] when its introspection answers nonsense."""
    source = with_oauth(dovecot, user, dovecot.oauth.grant(user))
    dovecot.oauth.introspect_as = (500, "broken")
    try:
        with pytest.raises(RetryLater, match="does not let us in just now"):
            read(source)
    finally:
        dovecot.oauth.introspect_as = None


def test_a_mailbox_named_by_two_accounts_is_read_once_for_the_first() -> None:
    box = {"host": "imap.example.com", "user": "support@example.com", "password": "x"}
    same = {**box, "host": "IMAP.example.com", "folders": ("inbox", "Junk")}
    both = Settings(accounts={
        "acme": Account(marketplaces=("US",), mailbox=Mailbox(**box)),
        "acme-eu": Account(marketplaces=("DE",), mailbox=Mailbox(**same)),
        "files": Account(marketplaces=("DE",)),
    })
    assert [(found.account, found.name) for found in mailbox.connect(both)] == [("acme", "INBOX"), ("acme", "Junk")]


@pytest.mark.parametrize(("header", "expected"), [
    (b"Date: Thu, 19 Nov 2026 10:00:00 +0100", datetime(2026, 11, 19, 9, tzinfo=UTC)),
    (b"DATE : Thu, 19 Nov 2026\r\n 10:00:00 -0000", datetime(2026, 11, 19, 10, tzinfo=UTC)),
    (b"Date: 19 Nov 2026 10:00:00", datetime(2026, 11, 19, 10, tzinfo=UTC)),
    (b"Date: soon", None),
    (b"Date:", None),
    (b"Date: Thu, 99 Nov 2026 10:00:00 +0000", None),
    (b"Date: Fri, 31 Dec 9999 23:00:00 -2300", None),
    (b"Subject: x\r\n\r\nDate: Thu, 19 Nov 2026 10:00:00 +0000", None),
    (b"\xff\x00Date", None),
])
def test_the_date_is_read_cheaply_and_never_raises(header: bytes, expected: datetime | None) -> None:
    assert date_hint(b"X: y\r\n" + header + b"\r\n\r\nbody") == expected
