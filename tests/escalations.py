"""People, settings and escalations for tests: a team of three, one account that may send, something to escalate."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from data import escalations as rows
from data import people as persons
from data.models.escalations import Escalation, EscalationStep
from data.store import Store
from services.escalations import acts, ladder
from services.escalations.shapes import About, Wish
from services.people import Person
from services.settings import Settings
from tests.desks import DAY, NOW
from tests.posts import time_is
from tests.servers.smtp import SmtpServer

ANNA = Person("Anna Berg", "agent", False, None)
BEA = Person("Bea", "supervisor", False, "bea@example.com")
CARL = Person("Carl", "supervisor", False, None)
ABOUT = About("followup", "7", "Follow-up 114-5550001-7770001", "followups", (("id", "7"),), "acme")
SENTENCE = "The buyer threatens to go to court"
AT_WORK = ("00:00", "00:00")
"""Quiet hours of a team that never sleeps."""


def team_of_three(store: Store) -> None:
    """Anna (agent), Bea (supervisor with an address) and Carl (supervisor without one)."""
    with store.write() as session:
        for each in (ANNA, BEA, CARL):
            persons.add(session, each.name, role=each.role, email=each.email)


def settings_of(server: SmtpServer | None = None, **notifications: Any) -> Settings:
    """One account, with a mail server if there is one; nobody sleeps unless it is said."""
    account: dict[str, Any] = {"marketplaces": ["US"], **({"smtp": server.settings()} if server else {})}
    told: Mapping[str, Any] = {"quiet": AT_WORK, **notifications}
    return Settings.model_validate({"accounts": {"acme": account}, "notifications": told})


def ask(
    store: Store, about: About = ABOUT, *, now: datetime = NOW, actor: Person = ANNA, to: str = "Bea",
    urgency: str = "normal", sentence: str = SENTENCE, needed: str = "May I refund it?",
) -> int:  # fmt: skip
    """Escalate as Anna."""
    wish = Wish(sentence, needed, to, now + 3 * DAY, urgency, "")
    return acts.ask(store, about, wish, actor=actor, now=now)


def climb(store: Store, settings: Settings, now: datetime = NOW) -> int:
    """Let the ladder work once at a time."""
    with time_is(now):
        return ladder.climb(store, settings, now=now, stop=threading.Event())


def row(store: Store, escalation_id: int) -> Escalation:
    """One escalation as it is stored."""
    with store.read() as session:
        found = rows.look(session, escalation_id)
        assert found is not None
        return found


def steps(store: Store, *ids: int) -> list[EscalationStep]:
    """The steps of some."""
    with store.read() as session:
        return rows.steps(session, ids)


def made(store: Store, *ids: int) -> list[tuple[str, int, str]]:
    """(channel, attempt, state) of the steps of some."""
    return [(each.channel, each.attempt, each.state) for each in steps(store, *ids)]


def workdays(number: int) -> timedelta:
    """So many whole days and a little more."""
    return number * DAY + timedelta(minutes=1)
