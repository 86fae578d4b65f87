"""Climbs the ladder of every escalation: makes the steps that are due, each once, and sends what is to be sent."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from data import escalations as rows
from data import people as persons
from data.models import ours
from data.models.escalations import Escalation, EscalationStep
from data.store import Store
from services import team
from services.outbox import notify, notify_chat
from services.outbox.notify import Notice, Send
from services.outbox.send import Outcome
from services.rules import escalations as rules
from services.rules.escalations import Calendar, Done, Facts
from services.settings import Settings
from services.team import Team

MOST_ROUNDS = 12
"""A channel that fails lets the next one begin at once; no ladder has more places than this."""
ADDRESS = "notify_mail"
"""The preference that holds the address to which somebody wants notices."""
NOBODY = "Nobody who is asked has a mail address; give one on the Settings page."
NO_SMTP = "No account has [smtp] settings, so no mail can leave."
ORDINALS = {1: "", 2: "This was asked before and nobody has said that they saw it.\n"}


@dataclass(frozen=True)
class Recipient:
    """One row of a step: whom it goes to and where."""

    person: str = ""
    address: str = ""


def calendar(settings: Settings, house: Team) -> Calendar:
    """When people may be disturbed, by the team's zone and closed days and the settings file's hours and holidays."""
    told = settings.notifications
    closed, holidays = house.closed_weekdays, frozenset(told.holidays)
    return Calendar(house.zone_info, told.quiet, closed, holidays, told.now_passes_quiet)


def facts_of(settings: Settings, row: Escalation, steps: Sequence[EscalationStep]) -> Facts:
    """What the rule needs of one escalation."""
    stopped = any((row.acknowledged_at, row.answered_at, row.closed_at))
    done = rules.merged(Done(each.channel, each.attempt, each.state, each.at) for each in steps)
    patience = settings.notifications.patience(row.urgency)
    can_mail = notify.mailer(settings) is not None
    channels = tuple(name for name in settings.notifications.channels if name != rules.MAIL or can_mail)
    return Facts(row.opened_at, row.urgency, channels, done, stopped, patience)


def climb(store: Store, settings: Settings, *, now: datetime, stop: threading.Event) -> int:
    """Make every step that is due, and send what waits; how many steps are new."""
    house = team.team(store, now=now)
    hours, made = calendar(settings, house), 0
    may_disturb = hours.opens(now) == now
    for turn in range(MOST_ROUNDS):
        fresh = _plan(store, settings, hours, now)
        if turn and not fresh:
            break
        notify.deliver(store, EscalationStep, partial(_prepare, store, settings, hours, may_disturb), stop=stop)
        made += fresh
        if stop.is_set():
            break
    return made


def _plan(store: Store, settings: Settings, hours: Calendar, now: datetime) -> int:
    made, last = 0, 0
    while True:
        with store.read() as session:
            found = rows.climbing(session, after=last)
            steps: dict[int, list[EscalationStep]] = {row.id: [] for row in found}
            for each in rows.steps(session, list(steps)):
                steps[each.escalation_id].append(each)
            due = {row.id: rules.next_step(facts_of(settings, row, steps[row.id]), now, hours) for row in found}
        for row in found:
            step = due[row.id]
            if step is not None:
                made += _begin(store, settings, row.id, step, now)
        if len(found) < rows.AT_ONCE:
            return made
        last = found[-1].id


def _begin(store: Store, settings: Settings, escalation_id: int, step: rules.Step, now: datetime) -> int:
    """Write the step down, one row per recipient, before anything leaves."""
    with store.write(durable=True) as session:
        row = rows.get(session, escalation_id)
        if row is None or not rows.is_climbing(session, escalation_id):
            return 0
        to, error = _recipients(session, settings, row, step.channel)
        state = "sent" if step.channel == rules.PRODUCT else "queued" if to else "failed"
        common: dict[str, Any] = {
            "escalation_id": row.id, "rung": step.rung, "channel": step.channel, "attempt": step.attempt,
            "state": state, "due_at": step.due_at, "at": now, "tries": 0, "error": error,
        }  # fmt: skip
        found = to or [Recipient()]
        return rows.add_steps(session, [
            {**common, "person": each.person, "address": each.address,
             "message_id": _message_id(settings, row, step, number) if each.address else ""}
            for number, each in enumerate(found)
        ])  # fmt: skip


def _message_id(settings: Settings, row: Escalation, step: rules.Step, number: int) -> str:
    """Fixed by what the step is, so that whoever asks twice asks for the same mail."""
    smtp = notify.mailer(settings)
    domain = smtp.sender.rpartition("@")[2].lower() if smtp else "within24.invalid"
    return f"<{row.token}.{step.rung}.{step.attempt}.{number}@{domain}>"


def _recipients(session: Session, settings: Settings, row: Escalation, channel: str) -> tuple[list[Recipient], str]:
    """(to whom a step goes, why to nobody)."""
    if channel == rules.PRODUCT or channel in settings.notifications.chat:
        return [Recipient()], ""
    if notify.mailer(settings) is None:
        return [], NO_SMTP
    found = []
    for person in asked(persons.everybody(session), settings, row.to_person, row.by):
        address = mail_address(person)
        if address and notify.refused_address(settings, address) is None:
            found.append(Recipient(person.name, address))
    return found, "" if found else NOBODY


def asked(everybody: Sequence[ours.Person], settings: Settings, to: str, by: str) -> list[ours.Person]:
    """Who is meant: the one named; else (or if they work here no more) those of the settings, else supervisors."""
    here = [person for person in everybody if person.disabled_at is None and person.name != by]
    named = [person for person in here if person.name == to] if to else []
    listed = [person for person in here if person.name in settings.notifications.to]
    return named or listed or [person for person in here if person.role == "supervisor"]


def mail_address(person: ours.Person) -> str:
    """Where somebody wants notices: as they chose, else the address of their sign-in."""
    preferences: Mapping[str, Any] = person.preferences
    return str(preferences.get(ADDRESS) or person.email or "").strip()


def _prepare(store: Store, settings: Settings, hours: Calendar, may_disturb: bool, step: EscalationStep) -> Send | None:
    """How a step is sent, or None if it is wanted no more."""
    with store.read() as session:
        row = rows.look(session, step.escalation_id)
        if row is None or not rows.is_climbing(session, row.id):
            return None
    if not may_disturb and not (row.urgency == "now" and hours.now_passes):
        return notify.wait
    title, body = words_of(settings, row, step.attempt, hours.zone)
    if step.channel != rules.MAIL:
        address = settings.notifications.chat.get(step.channel)
        if address is None:
            return partial(Outcome, "refused", f"The settings have no channel {step.channel} any more.")
        return partial(notify_chat.by_chat, address, title, f"-{row.initials} {link(settings, row.id)}")
    smtp = notify.mailer(settings)
    if smtp is None:
        return partial(Outcome, "refused", NO_SMTP)
    return partial(notify.by_mail, smtp, Notice(step.address, title, body, step.message_id))


def link(settings: Settings, escalation_id: int) -> str:
    """Where an escalation is opened."""
    return f"{settings.notifications.base_url}/?escalation={escalation_id}"


def words_of(settings: Settings, row: Escalation, attempt: int, zone: tzinfo) -> tuple[str, str]:
    """(subject, text) of the mail about an escalation."""
    by = row.needed_by.astimezone(zone)
    lines = [
        f"{row.sentence} -{row.initials}",
        "",
        f"About: {row.label}",
        *([f"Needed: {row.needed}"] if row.needed else []),
        f"By: {by:%a} {by.day} {by:%b %Y %H:%M} ({zone})",
        f"From: {row.by}",
        "",
        ORDINALS.get(attempt, ORDINALS[2]) + f"Open it: {link(settings, row.id)}",
        "Acknowledge it there, and nobody asks again.",
    ]
    return f"[Within24] {row.sentence}", "\n".join(lines) + "\n"
