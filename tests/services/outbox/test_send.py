"""One attempt against a real server: what is certain, and what is not."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from services.outbox import send as post
from services.outbox.send import probe, send
from services.settings import Smtp
from tests.posts import server_in
from tests.servers.certificates import make_certificates
from tests.servers.smtp import SmtpServer

pytestmark = [pytest.mark.servers, pytest.mark.filterwarnings("ignore:Requiring AUTH")]
TO = "k3x9q7m2w8r5tz@marketplace.amazon.de"
MAIL = b"From: support@shop.example\r\nMessage-ID: <1@shop.example>\r\n\r\n.\r\n..two\r\n.hidden\r\nend\r\n"


def to(server: SmtpServer, **changes: object) -> Smtp:
    return Smtp.model_validate(server.settings(**changes))


@pytest.mark.parametrize(
    ("plan", "kind", "kept"),
    [
        ("accept", "accepted", 1),
        ("slow", "accepted", 1),
        ("drop after answer", "accepted", 1),
        ("451 sender", "later", 0),
        ("451 recipient", "later", 0),
        ("451 content", "later", 0),
        ("550 sender", "refused", 0),
        ("550 recipient", "refused", 0),
        ("554 content", "refused", 0),
        ("drop at recipient", "not_connected", 0),
        ("drop after content, not kept", "unknown", 0),
        ("drop after content, kept", "unknown", 1),
    ],
)
def test_every_end_is_called_by_its_name(smtp: SmtpServer, plan: str, kind: str, kept: int) -> None:
    smtp.plan(plan)
    outcome = send(to(smtp), MAIL, to=TO)
    assert outcome.kind == kind
    assert bool(outcome.sentence) == (kind != "accepted")
    assert len(smtp.accepted) == kept


def test_dots_at_line_starts_arrive_as_they_were(smtp: SmtpServer) -> None:
    assert send(to(smtp), MAIL, to=TO).kind == "accepted"
    assert smtp.accepted[0].raw == MAIL


def test_a_server_that_never_answers_leaves_the_outcome_unknown(
    smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "ANSWER_SECONDS", 0.2)
    smtp.slow_seconds = 1.5
    smtp.plan("slow")
    outcome = send(to(smtp), MAIL, to=TO)
    assert outcome.kind == "unknown"
    assert "timed out" in outcome.sentence


def test_a_mail_costs_no_delayed_acknowledgement(smtp: SmtpServer) -> None:
    times = []
    for _ in range(20):
        began = time.perf_counter()
        assert send(to(smtp), MAIL, to=TO).kind == "accepted"
        times.append(time.perf_counter() - began)
    assert min(times) < 0.035


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_tls_is_checked_and_signed_in(tmp_path: Path, security: str) -> None:
    with server_in(tmp_path / security, security=security) as server:
        assert send(to(server), MAIL, to=TO).kind == "accepted"
        wrong = send(to(server, password="wrong"), MAIL, to=TO)
        assert wrong.kind == "needs_person"
        assert "refuses the user name or the password" in wrong.sentence
        other, *_ = make_certificates(tmp_path / security)
        strange = send(to(server, ca_file=other), MAIL, to=TO)
        assert strange.kind == "needs_person"
        assert "certificate" in strange.sentence
        assert len(server.accepted) == 1


def test_nothing_is_sent_in_the_clear_where_starttls_was_asked_for(smtp: SmtpServer) -> None:
    outcome = send(to(smtp, security="starttls"), MAIL, to=TO)
    assert outcome.kind == "needs_person"
    assert "STARTTLS" in outcome.sentence
    assert smtp.attempts == 0


def test_nobody_there_is_safe_to_try_again(tmp_path: Path) -> None:
    outcome = send(to(server_in(tmp_path)), MAIL, to=TO)
    assert outcome.kind == "not_connected"
    assert "cannot be reached" in outcome.sentence


def test_a_probe_sends_nothing(smtp: SmtpServer) -> None:
    assert probe(to(smtp)).kind == "accepted"
    assert smtp.attempts == 0
