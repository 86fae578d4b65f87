"""A desk that sends through a real SMTP server."""

from __future__ import annotations

import pytest

from tests.desks import Desk
from tests.posts import Post, no_undo
from tests.servers.smtp import SmtpServer


@pytest.fixture
def post(desk: Desk, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> Post:
    """On SQLite."""
    no_undo(monkeypatch)
    return Post(desk, smtp)


@pytest.fixture
def every_post(every_desk: Desk, smtp: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> Post:
    """On both databases."""
    no_undo(monkeypatch)
    return Post(every_desk, smtp)
