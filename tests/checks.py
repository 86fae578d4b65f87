"""What the tests of the checklist share: settings with some marketplaces, duties, and cells to close."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from data.models.ledger import StreamState
from data.store import Store
from services import checklist, people, team
from services.checklist import Wording, places, plan
from services.checklist.plan import Plan
from services.people import Person
from services.rules.checklist import Cell, Key
from services.settings import Settings

BEGIN = datetime(2027, 12, 20, 9, tzinfo=UTC)
"""A Monday; duties of the tests begin here."""


def settings(places: str = "US DE", **accounts: Any) -> Settings:
    """One account with a folder, and others if they are given."""
    acme = {"marketplaces": places.split(), "folder": {"path": Path("exports")}}
    return Settings.model_validate({"accounts": {"acme": acme, **accounts}})


def me(store: Store) -> Person:
    """A supervisor."""
    return people.local_person(store)


def agent(store: Store, name: str = "Ana") -> Person:
    """Somebody who may sign, and change no duty."""
    return people.by_name(store, name)


def zone(store: Store, name: str, now: datetime = BEGIN) -> None:
    """Choose the team's zone."""
    team.change(store, actor=me(store), now=now, zone=name)


def duty(store: Store, known: Settings, title: str = "Messages", *, now: datetime = BEGIN, **said: Any) -> int:
    """A new duty from a moment on, daily by 17:00 in every marketplace unless said otherwise; its id."""
    with store.write() as session:
        places.notice(session, known, now.date())
    wording = Wording(title, **{"at": time(17), **said})
    return checklist.add(store, known, wording, from_day=date(2000, 1, 1), actor=me(store), now=now)


def look(store: Store, known: Settings, first: date, last: date, now: datetime) -> tuple[Plan, list[Cell]]:
    """The plan and all cells of some days."""
    with store.read() as session:
        found = plan.load(session, known, now=now, first=first, last=last)
    return found, list(found.cells(first, last))


def state(store: Store, known: Settings, key: Key, now: datetime) -> str:
    """How a cell stands."""
    found, _ = look(store, known, key.starts, key.starts, now)
    cell = found.find(key)
    assert cell
    return found.state(cell)


def mail_read(store: Store, at: datetime, account: str = "acme", stream: str = "mail", **said: Any) -> None:
    """A stream that was read without trouble at a time."""
    with store.write() as session:
        row = session.get(StreamState, ("folder", account, stream))
        if row is None:
            row = StreamState(source="folder", account=account, stream=stream, failures=0, message="", what_to_do="")
            session.add(row)
        row.state, row.last_ok_at = said.get("state", "ok"), at
