"""Runs the commands as users do: `python -m …` in a process of its own, over a folder account of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.desks import NOW

ROOT = Path(__file__).resolve().parent.parent
CONFIG = '[accounts.acme]\nmarketplaces = ["US", "DE"]\n[accounts.acme.folder]\npath = "exports"\n'


class Commands:
    """A state folder, a settings file and a mail folder below `home`; `env` is added to each command's variables."""

    def __init__(self, home: Path, *, config: str = CONFIG, now: datetime | None = NOW) -> None:
        self.home = home
        (home / "exports" / "mail").mkdir(parents=True)
        (home / "within24.toml").write_text(config, encoding="utf-8")
        clean = {name: value for name, value in os.environ.items() if not name.startswith("WITHIN24_")}
        self.env = clean | {
            "WITHIN24_CONFIG": str(home / "within24.toml"),
            "WITHIN24_STATE_DIR": str(home / "state"),
            "PYTHONPATH": str(ROOT),
        }
        if now:
            self.env["WITHIN24_NOW"] = now.isoformat()

    def put(self, name: str, raw: bytes) -> None:
        """A mail file."""
        (self.home / "exports" / "mail" / name).write_bytes(raw)

    def start(self, *words: str, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """A command that goes on beside the test."""
        return subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=self.home,
            env=self.env | dict(env or {}),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def run(self, *words: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """A command's result: returncode, stdout, stderr."""
        return subprocess.run(
            [sys.executable, "-m", *words],
            cwd=self.home,
            env=self.env | dict(env or {}),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    def sync(self) -> None:
        """Run the sync once; it must succeed."""
        done = self.run("services.sync", "--once")
        assert done.returncode == 0, done.stderr

    def export(self, kind: str, *words: str) -> list[dict[str, Any]]:
        """Exported rows."""
        done = self.run("services", "export", kind, *words)
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]
