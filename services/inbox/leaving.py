"""Our own replies as entries of a conversation, with their state in words and what a person can do about them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from data.models.outgoing import Outgoing
from services.inbox.shapes import Attachment, Entry, Leaving
from services.rules import outbox


def entries(rows: Iterable[Outgoing], *, real_now: datetime) -> list[Entry]:
    """One entry per reply; its id is the outbox id, negative, so that no message has the same."""
    return [_entry(row, real_now) for row in rows]


def _entry(row: Outgoing, real_now: datetime) -> Entry:
    return Entry(
        id=-row.id,
        kind="reply",
        direction="agent",
        who=row.by,
        sent_at=row.handed_over_at or row.queued_at,
        imported_at=row.queued_at,
        text=row.text,
        text_from=None,
        language=row.language,
        attachments=tuple(Attachment(a["index"], a["name"], a["media_type"], a["size"]) for a in row.attachments),
        answered_at=None,
        answered_by=None,
        within_24h=None,
        owed=False,
        hidden=False,
        notes=(row.error,) if row.error else (),
        has_original=False,
        leaving=_leaving(row, real_now),
    )


def _leaving(row: Outgoing, real_now: datetime) -> Leaving:
    by_mail = row.channel == "smtp"
    return Leaving(
        outbox_id=row.id,
        state=row.state,
        words=outbox.words(row.state, row.channel),
        channel=row.channel,
        by=row.by,
        error=row.error,
        can_undo=row.state == "queued",
        undo_seconds=max(0.0, (row.not_before - real_now).total_seconds()) if by_mail and not row.attempts else 0.0,
        retry_at=row.next_try_at if row.state == "queued" else None,
        to_settle=row.state == "unknown",
        to_copy=row.state == "queued" and not by_mail,
        after_send=row.after_send,
        promise_until=row.promise_until,
    )
