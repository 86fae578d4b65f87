"""`reply`, `sync` and `export outbox` as a script uses them: real processes, a real server, a settings file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests import mails
from tests.desks import HOUR, NOW, ask
from tests.servers.smtp import SmtpServer
from tests.servers.tools import wait_until

pytestmark = pytest.mark.servers
ROOT = Path(__file__).parents[3]
KEYS = {
    *("id", "ticket_id", "channel", "to", "message_id", "text", "state", "attempts", "queued_at", "handed_over_at"),
    "error",
}


class Shop:
    """A folder with a settings file, and commands that are run in it."""

    def __init__(self, folder: Path, server: SmtpServer | None) -> None:
        self.folder = folder
        (folder / "shop" / "mail").mkdir(parents=True)
        (folder / "shop" / "mail" / "1.eml").write_bytes(ask(1, NOW - HOUR, order=mails.ORDER))
        smtp = f"""
[accounts.acme.smtp]
host = "localhost"
port = {server.port}
security = "none"
sender = "support@shop.example"
""" if server else ""
        config = f'[accounts.acme]\nmarketplaces = ["US"]\n[accounts.acme.folder]\npath = "shop"\n{smtp}'
        (folder / "within24.toml").write_text(config)
        self.environment = {
            **os.environ,
            "WITHIN24_CONFIG": str(folder / "within24.toml"),
            "WITHIN24_STATE_DIR": str(folder / "state"),
            "WITHIN24_NOW": NOW.isoformat(),
        }

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", *words]

    def run(self, *words: str, code: int = 0) -> str:
        how: dict[str, Any] = {"cwd": ROOT, "env": self.environment, "capture_output": True, "text": True}
        done = subprocess.run(self.command(*words), timeout=60, check=False, **how)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + (done.stderr if code else "")

    def reply(self, text: str, *, code: int = 0) -> str:
        file = self.folder / "reply.txt"
        file.write_text(text, encoding="utf-8")
        return self.run("services", "reply", "1", "--text-file", str(file), "--as", "Anna", code=code)

    def outbox(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run("services", "export", "outbox").splitlines()]


def test_a_reply_is_queued_sent_and_exported(tmp_path: Path, smtp: SmtpServer) -> None:
    shop = Shop(tmp_path, smtp)
    shop.run("services.sync", "--once")
    began = time.monotonic()
    outbox_id = int(shop.reply("Hello, your lamp left our warehouse today and arrives on Friday.\n"))
    (row,) = shop.outbox()
    assert not KEYS - set(row)
    assert (row["id"], row["state"], row["attempts"], row["handed_over_at"]) == (outbox_id, "queued", 0, None)
    shop.run("services.sync", "--once")
    assert time.monotonic() - began > 10
    (row,) = shop.outbox()
    (received,) = smtp.accepted
    assert (row["state"], row["attempts"], row["error"]) == ("handed_over", 1, None)
    assert (row["to"], row["message_id"]) == (mails.relay_address(), received.message_id)
    assert row["handed_over_at"] == row["queued_at"] == "2026-11-22T09:00:00Z"
    shop.run("services.sync", "--once")
    assert len(smtp.accepted) == 1


def test_a_blocked_reply_ends_with_its_findings(tmp_path: Path) -> None:
    shop = Shop(tmp_path, None)
    shop.run("services.sync", "--once")
    said = shop.reply("Please visit www.example.com and write to somebody@example.com.", code=1)
    findings = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert findings
    assert not {"rule", "severity", "span", "why"} - set(findings[0])
    assert "was not sent" in said
    assert shop.outbox() == []
    assert "20,000 are allowed" in shop.reply("x" * 20_001, code=1)


def test_the_running_sync_sends_by_itself_and_ends_when_told(tmp_path: Path, smtp: SmtpServer) -> None:
    shop = Shop(tmp_path, smtp)
    shop.run("services.sync", "--once")
    shop.reply("Hello, your lamp left our warehouse today and arrives on Friday.")
    sync = subprocess.Popen(shop.command("services.sync"), cwd=ROOT, env=shop.environment)
    try:
        wait_until(lambda: len(smtp.accepted) == 1, 40, "the reply leaves")
        wait_until(lambda: shop.outbox()[0]["state"] == "handed_over", 20, "it is written down")
        sync.send_signal(signal.SIGTERM)
        assert sync.wait(20) == 0
    finally:
        sync.kill()
        sync.wait()
