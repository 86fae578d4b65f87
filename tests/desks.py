"""A desk over a folder of invented mails: writes files, runs the real sync, and looks at what is exported."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from data.store import Store
from services import export, people
from services.people import Person
from services.settings import Settings
from services.sync import engine, runner
from tests import mails

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ORDERS = tuple(f"114-555{n:04}-7770001" for n in range(1, 60))
Row = dict[str, Any]


class Desk:
    """One or several accounts over folders below `root`, in one store."""

    def __init__(
        self,
        store: Store,
        root: Path,
        accounts: Mapping[str, Sequence[str]] | None = None,
        horizon_days: int = 30,
    ) -> None:
        self.store, self.root = store, root
        self._numbers = count(1)
        self._accounts = dict(accounts or {"acme": ("US", "CA", "DE", "UK", "JP")})
        for name in self._accounts:
            (root / name / "mail").mkdir(parents=True, exist_ok=True)
        self.settings = self.with_horizon(horizon_days)

    def with_horizon(self, days: int) -> Settings:
        """The settings with another horizon."""
        folders = {
            name: {"marketplaces": places, "folder": {"path": self.root / name}}
            for name, places in self._accounts.items()
        }
        return Settings.model_validate(
            {"accounts": folders, "clock": {"ignore_unanswered_before_days": days}, "state_dir": self.root / "state"}
        )

    def put(self, *raw: bytes, account: str = "acme") -> list[str]:
        """Write mails as files, numbered in the order given; their paths in the ledger."""
        paths = []
        for mail in raw:
            path = Path("mail") / f"{next(self._numbers):05}.eml"
            (self.root / account / path).write_bytes(mail)
            paths.append(path.as_posix())
        return paths

    def sync(self, now: datetime = NOW) -> list[runner.Outcome]:
        """Run the sync once, as `python -m services.sync --once` does."""
        before = {name: value for name, value in os.environ.items() if name == "WITHIN24_NOW"}
        os.environ["WITHIN24_NOW"] = now.isoformat()
        try:
            return engine.run_once(self.store, self.settings, only=None, stop=threading.Event())
        finally:
            del os.environ["WITHIN24_NOW"]
            os.environ.update(before)

    def read(self, *raw: bytes, now: datetime = NOW) -> None:
        """Mails that arrive, and a sync."""
        self.put(*raw)
        self.sync(now)

    def rows(self, kind: str, now: datetime = NOW) -> list[Row]:
        """Exported rows."""
        return list(export.rows(self.store, kind, now=now))

    def tickets(self) -> list[Row]:
        """Exported tickets."""
        return self.rows("tickets")

    def messages(self) -> list[Row]:
        """Exported messages."""
        return self.rows("messages")

    def only_ticket(self) -> Row:
        """The one ticket there is."""
        (ticket,) = self.tickets()
        return ticket

    def message(self, amazon_id: str) -> Row:
        """The message with this Amazon id."""
        (found,) = [row for row in self.messages() if row["amazon_message_id"] == amazon_id]
        return found

    def dispositions(self) -> list[str | None]:
        """What became of each mail, in the order of arrival."""
        return [row["disposition"] for row in self.rows("ledger")]

    def state(self) -> Mapping[str, list[Row]]:
        """Everything that a sync may change, for comparing two moments."""
        return {kind: self.rows(kind) for kind in ("tickets", "messages", "ledger", "activity")}

    def supervisor(self) -> Person:
        """Somebody who may do everything."""
        return people.local_person(self.store)


def ask(
    n: int,
    at: datetime,
    *,
    text: str | None = None,
    m: str | None = "own",
    t: str | None = "own",
    order: str | None = None,
    message_id: str | None = "own",
    references: str | None = None,
    report_case: str | None = None,
    **more: Any,
) -> bytes:
    """A buyer's message no. `n`; its Amazon id, thread id and Message-ID are its own unless given (None: has none)."""
    marketplace = more.get("marketplace", "US")
    links = []
    if m is not None or t is not None:
        made = mails.resolve_link(marketplace, m=amazon_id(n) if m == "own" else m or "", t=thread(n, t))
        links.append(made)
    if report_case:
        links.append(mails.report_link(marketplace, case=report_case))
    headers = {"References": references} if references else {}
    return mails.buyer_mail(
        text or f"Question number {n}: where is my lamp?",
        order=order,
        links=links,
        date=at,
        message_id=f"<buyer-{n}@example.amazonses.com>" if message_id == "own" else message_id,
        headers=headers | dict(more.pop("headers", {})),
        **more,
    )


def amazon_id(n: int) -> str:
    """The Amazon message id of buyer message no. `n`."""
    return f"A0MESSAGE{n:06}"


def thread(n: int, t: str | None) -> str:
    """The thread id of buyer message no. `n`."""
    return f"A0THREAD{n:06}" if t == "own" else t or ""


def copy(n: int, at: datetime, **more: Any) -> bytes:
    """A copy no. `n` of a reply of ours."""
    return mails.reply_copy(f"Answer number {n}.", date=at, message_id=f"<copy-{n}@example.amazonses.com>", **more)


def z(moment: datetime) -> str:
    """A time as it is exported."""
    return moment.isoformat().replace("+00:00", "Z")
