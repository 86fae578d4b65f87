"""Today by e-mail at the start of a person's shift: once per shift, with counts, order numbers and links only."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data import escalations as rows
from data import journal
from data import people as persons
from data.models import ours
from data.models.escalations import Digest
from data.store import Store
from services import today
from services.board import Line
from services.errors import Rejected
from services.escalations.ladder import ADDRESS, NO_SMTP, mail_address
from services.outbox import notify
from services.outbox.notify import Notice, Send
from services.outbox.send import Outcome
from services.people import Person
from services.rules import shifts
from services.rules.clock import time_left
from services.rules.today import LOSSES
from services.settings import Settings
from services.team import Team, team
from services.today import Today

KEY = "digest"
LISTED = 12
USUAL = "09:00"
COUNTS = (
    ("cases", "claims"),
    ("returns", "returns"),
    ("ratings", "negative feedback"),
    ("followups", "follow-ups"),
    ("checks", "checklist"),
    ("decisions", "decisions"),
    ("batches", "bad batches"),
    ("promises", "promises"),
    ("problems", "set aside"),
)


@dataclass(frozen=True)
class Choice:
    """Where somebody wants notices, and whether, when (HH:MM on their wall) and in which zone the digest."""

    address: str
    wanted: bool
    at: str
    zone: str
    can_mail: bool
    last: str


def chosen(store: Store, settings: Settings, actor: Person, *, zone: str) -> Choice:
    """What the actor chose; `zone` is used until they have chosen."""
    with store.read() as session:
        row = persons.named(session, actor.name)
        last = rows.last_digest(session, actor.name)
    told = _told(row)
    state = f"{last.shift}: {last.state}" if last else ""
    return Choice(
        address=mail_address(row) if row else "",
        wanted=bool(told),
        at=str(told.get("at", USUAL)),
        zone=str(told.get("zone", zone)),
        can_mail=notify.mailer(settings) is not None,
        last=state,
    )


def choose(
    store: Store, settings: Settings, *, actor: Person, now: datetime, address: str, wanted: bool, at: str, zone: str
) -> None:
    """Keep what the actor wants. Raises Rejected with a sentence."""
    to = address.strip()
    if to and (why := notify.refused_address(settings, to)):
        raise Rejected(why)
    if wanted and not to:
        raise Rejected("Give the address to which the digest is to go.")
    try:
        clock, place = time.fromisoformat(at).strftime("%H:%M"), ZoneInfo(zone).key
    except (ValueError, ZoneInfoNotFoundError):
        raise Rejected(f"{at} in {zone} is no time of day; write it like 09:00.") from None
    with store.write() as session:
        row = persons.named(session, actor.name)
        if row is None:
            raise Rejected("You do not work here any more.")
        digest = {"at": clock, "zone": place} if wanted else None
        row.preferences = {**row.preferences, ADDRESS: to, KEY: digest}
        entry = journal.Entry(now, actor.name, "person.notices", f"person:{row.id}", None, {"digest": wanted})
        journal.append(session, entry)


def send_due(store: Store, settings: Settings, *, now: datetime, stop: threading.Event) -> int:
    """Write down the digest of every shift that has begun, then send what waits; how many are new."""
    if notify.mailer(settings) is None:
        return 0
    house = team(store, now=now)
    with store.read() as session:
        people = [row for row in persons.everybody(session) if row.disabled_at is None and _told(row)]
        due = [(row, day) for row in people if (day := _shift(row, settings, house, now)) is not None]
        there = rows.digests(session, [(row.name, day) for row, day in due]) if due else set()
    fresh = [(row, day) for row, day in due if (row.name, day) not in there and mail_address(row)]
    made = sum(_write(store, settings, row, day, now) for row, day in fresh)
    notify.deliver(store, Digest, partial(_prepare, settings, now), stop=stop)
    return made


def _told(row: ours.Person | None) -> Mapping[str, Any]:
    told = (row.preferences if row else {}).get(KEY)
    return told if isinstance(told, dict) else {}


def _shift(row: ours.Person, settings: Settings, house: Team, now: datetime) -> str | None:
    told = _told(row)
    try:
        start, zone = time.fromisoformat(str(told.get("at"))), ZoneInfo(str(told.get("zone")))
    except (ValueError, ZoneInfoNotFoundError):
        return None
    closed, holidays = house.closed_weekdays, settings.notifications.holidays
    day = shifts.begun(now, start, zone, closed_weekdays=closed, holidays=holidays)
    return day.isoformat() if day else None


def _write(store: Store, settings: Settings, row: ours.Person, day: str, now: datetime) -> bool:
    """The digest as it leaves is written down with its Message-ID before anything is sent."""
    smtp = notify.mailer(settings)
    assert smtp is not None
    actor = Person(row.name, row.role, False, row.email)
    found = today.today(store, settings, now=now, actor=actor)
    subject, body = words_of(found, settings, row.name, day, now)
    message_id = f"<{uuid.uuid4().hex}@{smtp.sender.rpartition('@')[2].lower()}>"
    values = {"person": row.name, "shift": day, "address": mail_address(row), "message_id": message_id,
              "subject": subject, "body": body, "state": "queued", "at": now, "tries": 0, "error": ""}  # fmt: skip
    with store.write(durable=True) as session:
        return rows.add_digest(session, values)


def _prepare(settings: Settings, now: datetime, row: Digest) -> Send | None:
    """How a digest is sent; None once its shift is half over."""
    if now - row.at > shifts.LATEST:
        return None
    smtp = notify.mailer(settings)
    if smtp is None:
        return partial(Outcome, "refused", NO_SMTP)
    return partial(notify.by_mail, smtp, Notice(row.address, row.subject, row.body, row.message_id))


def words_of(found: Today, settings: Settings, person: str, day: str, now: datetime) -> tuple[str, str]:
    """(subject, text). Of a buyer it says no word and no name: kinds of work, order numbers and links."""
    base, counts = settings.notifications.base_url, found.board.counts
    late, risk, free = counts["late"], counts["risk"], counts["unassigned"]
    others = [f"{counts[kind]} {name}" for kind, name in COUNTS if counts[kind]]
    lines = [
        f"{person}, {day}",
        "",
        f"{late} late, {risk} due in this shift, {free} without an owner.",
        *([f"Also: {', '.join(others)}."] if others else []),
        *(line.sentence for line in found.health),
        "",
        *(f"{at}. {_line(line, base, now)}" for at, line in enumerate(found.board.lines[:LISTED], 1)),
        *([] if found.board.lines else ["Nothing needs a person now."]),
        "",
        f"All of it: {base}/",
    ]
    return f"[Within24] {late} late, {risk} due in this shift", "\n".join(lines) + "\n"


def _line(line: Line, base: str, now: datetime) -> str:
    left = f", {_left(line.due_at, now)}" if line.due_at else ""
    facts = [LOSSES[line.kind].label, line.order_id or "", line.marketplace or ""]
    path = "" if line.page == "today" else line.page
    query = f"?{urlencode(line.target)}" if line.target else ""
    return f"{', '.join(fact for fact in facts if fact)}{left}\n   {base}/{path}{query}"


def _left(due: datetime, now: datetime) -> str:
    left = time_left(due, now)
    minutes = int(abs(left).total_seconds()) // 60
    span = f"{minutes // 60} h {minutes % 60:02d} m" if minutes < 48 * 60 else f"{minutes // 1440} days"
    return f"late {span}" if left.total_seconds() < 0 else f"{span} left"
