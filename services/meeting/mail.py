"""Sends the pack of a period by mail at its time: once per period and address, whatever restarts in between."""

from __future__ import annotations

import logging
import threading
import uuid
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import partial
from typing import Any

from data import journal
from data import meeting as rows
from data.models.meeting import MeetingMail
from data.store import Store
from services.meeting import files, keep
from services.meeting.html import NAMES
from services.meeting.shapes import Pack
from services.meeting.words import against
from services.outbox import notify
from services.outbox import send as post
from services.outbox.notify import Send
from services.rules import meeting_schedule, periods
from services.rules.meeting_figures import shown
from services.rules.periods import Kind, Period
from services.settings import Settings, Smtp
from services.team import team

log = logging.getLogger(__name__)

BY = "schedule"
LATEST = timedelta(days=2)
"""A pack whose time passed longer ago is not sent any more: nobody waits for it, and settings may be new."""
STATES = {
    "sent": ("sent",),
    "waiting": ("queued", "sending"),
    "not sent": ("failed", "cancelled"),
    "perhaps sent": ("unknown",),
}
MOST_BYTES = 10 * 1024 * 1024


def send_due(store: Store, settings: Settings, *, now: datetime, stop: threading.Event) -> int:
    """Close and queue the packs whose time has come, then send what waits; how many mails are new."""
    wished = settings.meeting
    smtp = mailer(settings)
    if not wished.recipients or not (wished.weekly or wished.monthly) or smtp is None:
        return 0
    made = sum(_queue(store, settings, smtp, period, now) for period in due(store, settings, now))
    notify.deliver(store, MeetingMail, partial(_prepare, store, settings, now), stop=stop)
    return made


def due(store: Store, settings: Settings, now: datetime) -> list[Period]:
    """The periods whose pack should have left lately, by the clock of the team's wall."""
    zone, found = team(store, now=now).zone_info, []
    times: tuple[tuple[Kind, str], ...] = (("week", settings.meeting.weekly), ("month", settings.meeting.monthly))
    for kind, text in times:
        if text:
            period = periods.last_over(kind, now)
            at = meeting_schedule.due_at(meeting_schedule.parse(kind, text), period, zone)
            found += [period] if at <= now < at + LATEST else []
    return found


def told(store: Store, settings: Settings, period: Period) -> str:
    """What became of the mails about a period, or why none can leave, in a sentence; else "". One statement."""
    with store.read() as session:
        found = rows.mails_of(session, period.kind, period.name)
    counts = {words: sum(row.state in states for row in found) for words, states in STATES.items()}
    shown = ", ".join(f"{n} {words}" for words, n in counts.items() if n)
    if shown:
        return f"By mail: {shown}."
    lacks = settings.meeting.recipients and mailer(settings) is None
    return "Packs cannot be mailed: no account has [smtp] settings." if lacks else ""


def mailer(settings: Settings) -> Smtp | None:
    """The mail server that takes packs: the named account's, else that of all other notices."""
    named = settings.accounts.get(settings.meeting.account)
    return (named.smtp if named else None) or notify.mailer(settings)


def _queue(store: Store, settings: Settings, smtp: Smtp, period: Period, now: datetime) -> int:
    """The pack is closed, and every address has its row with a Message-ID, before anything is sent."""
    with store.read() as session:
        there = {row.address for row in rows.mails_of(session, period.kind, period.name)}
    fresh = [address for address in settings.meeting.recipients if address not in there]
    if not fresh:
        return 0
    keep.close(store, settings, period, by=BY, now=now)
    with store.write(durable=True) as session:
        made = rows.queue_mails(session, [_row(settings, smtp, period, address, now) for address in fresh])
        if made:
            entry = journal.Entry(now, BY, "meeting.send", f"meeting:{period.name}", None, {"value": made})
            journal.append(session, entry)
    return made


def _row(settings: Settings, smtp: Smtp, period: Period, address: str, now: datetime) -> dict[str, Any]:
    refused = notify.refused_address(settings, address)
    return {
        "kind": period.kind, "period": period.name, "address": address, "state": "failed" if refused else "queued",
        "message_id": f"<{uuid.uuid4().hex}@{smtp.sender.rpartition('@')[2].lower()}>", "at": now, "tries": 0,
        "error": refused or "",
    }  # fmt: skip


def _prepare(store: Store, settings: Settings, now: datetime, row: MeetingMail) -> Send | None:
    """How a pack is sent; None once nobody waits for it any more."""
    smtp = mailer(settings)
    if smtp is None or now - row.at > LATEST or row.address not in settings.meeting.recipients:
        return None
    return partial(_send, store, settings, smtp, row, now)


def _send(store: Store, settings: Settings, smtp: Smtp, row: MeetingMail, now: datetime) -> post.Outcome:
    kind: Kind = "month" if row.kind == "month" else "week"
    found = files.made(store, settings, periods.parse(kind, row.period), by=BY, now=now)
    outcome = post.send(smtp, letter(smtp.sender, row, found, at=now), to=row.address)
    return post.Outcome("unknown", notify.LOST) if outcome.kind == "unknown" else outcome


def letter(sender: str, row: MeetingMail, found: files.Made, *, at: datetime) -> bytes:
    """The mail with the pack's files as bytes; what would make it too large is left out, and said so."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"], message["To"] = sender, row.address
    message["Subject"] = f"{NAMES[found.pack.kind]}: {found.pack.title}"
    message["Date"], message["Message-ID"] = format_datetime(at), row.message_id
    message["Auto-Submitted"] = "auto-generated"
    drawn, left = {form: found.draw(form) for form in ("html", "pptx", "xlsx")}, MOST_BYTES
    fitting = [form for form, data in drawn.items() if (left := left - len(data)) >= 0]
    message.set_content(_words(found.pack, [form for form in drawn if form not in fitting]), charset="utf-8")
    for form in fitting:
        main, _, sub = files.FORMS[form].partition("/")
        name = f"{found.pack.stem}.{form}"
        message.add_attachment(drawn[form], maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def _words(pack: Pack, without: list[str]) -> str:
    figures = [
        f"{each.label}: {shown(each.form, each.value)}"
        + "".join(f" ({what}{', ' + change if change else ''})" for what, change, _ in against(each, pack))
        for each in pack.figures
    ]
    missing = [f"Too large for a mail, and left out: {', '.join(without).upper()}."] if without else []
    return "\n".join([pack.title, "", *pack.covers, "", *figures, "", *missing]) + "\n"
