"""Exported rows: one mapping per thing with the promised keys, streamed from the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from data import exports, journal, ledger, outgoing, rejects, streams
from data.models.derived import Card, Response
from data.models.mirrored import Message
from data.store import Store
from services import export_amazon
from services.followups import exporting as followups
from services.rules import clock
from services.rules.clock import Verdict

RAW_SHOWN = 65_536
Row = dict[str, Any]


def rows(
    store: Store,
    kind: str,
    *,
    now: datetime,
    since: date | None = None,
    until: date | None = None,
    personal: bool = False,
) -> Iterator[Row]:
    """The rows of a kind in a stable order; `since` and `until` are UTC days of the thing's own time, inclusive.

    `personal`: with what looks personal in other people's sheets. Raises KeyError for an unknown kind.
    """
    make, when = KINDS[kind]
    make = WITH_PEOPLE.get(kind, make) if personal else make
    with store.read() as session:
        for row in make(session, now):
            moment = row[when]
            day = moment.date() if isinstance(moment, datetime) else moment if isinstance(moment, date) else None
            if (since and (day is None or day < since)) or (until and (day is None or day > until)):
                continue
            yield {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    """A JSON value; times in ISO 8601 with Z."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value


def _tickets(session: Session, _now: datetime) -> Iterator[Row]:
    for card, message_ids in exports.tickets(session):
        yield {
            "id": card.ticket_id,
            "account": card.account,
            "marketplace": card.marketplace,
            "order_id": card.order_id,
            "subject": card.subject,
            "type": card.type,
            "status": card.status,
            "assignees": _owners(card),
            "opened_at": card.opened_at,
            "awaiting_since": card.awaiting_since,
            "due_at": card.due_at,
            "last_buyer_at": card.last_buyer_at,
            "last_reply_at": card.last_reply_at,
            "solved_reason": card.solved_reason if card.status == "solved" else None,
            "match": card.match,
            "message_ids": message_ids,
            "buyer": card.buyer_name,
            "kind": card.kind,
            "asks": card.asks,
            "tags": card.tags.split("\n") if card.tags else [],
        }


def _owners(card: Card) -> list[str]:
    return card.owners.split("\n") if card.owners else []


def _messages(session: Session, now: datetime) -> Iterator[Row]:
    for message, response, card in exports.messages(session):
        yield _message(message, response, card, now)


def _message(message: Message, response: Response | None, card: Card | None, now: datetime) -> Row:
    return {
        "id": message.id,
        "ticket_id": message.ticket_id,
        "account": message.account,
        "marketplace": message.marketplace,
        "order_id": message.order_id or (card.order_id if card else None),
        "kind": message.kind,
        "direction": message.direction,
        "amazon_message_id": message.amazon_message_id,
        "message_id": message.message_id,
        "sent_at": message.sent_at,
        "received_at": message.received_at,
        "imported_at": message.imported_at,
        "text": message.text,
        "language": message.language,
        "answered_at": response.answered_at if response else None,
        "answered_by": response.answered_by if response else None,
        "within_24h": _within(response, now) if response else None,
        "attachments": [each["name"] for each in message.attachments],
        "thread_id": message.thread_id,
        "case_id": message.case_id,
        "text_from": message.text_from,
        "hidden": bool(response and response.hidden and response.answered_by is None),
    }


def _within(response: Response, now: datetime) -> bool | None:
    by: Any = response.answered_by
    verdict = Verdict(response.message_id, response.sent_at, response.answered_at, by, None, False)
    return clock.within_24h(verdict, now)


def _ledger(session: Session, _now: datetime) -> Iterator[Row]:
    for row in ledger.stream_rows(session):
        yield {
            "account": row.account,
            "mailbox": row.mailbox,
            "folder": row.folder or None,
            "uidvalidity": row.uidvalidity,
            "uid": row.uid,
            "path": row.path or None,
            "message_id": row.message_id,
            "disposition": row.disposition,
            "rule": row.rule,
            "reason": row.reason,
            "kind": row.kind,
            "seen_at": row.seen_at,
            "sha256": row.sha256,
        }


def _activity(session: Session, _now: datetime) -> Iterator[Row]:
    for row in journal.everything(session):
        names = ("id", "at", "actor", "what", "object", "before", "after", "within_24h", "previous", "hash")
        yield {name: getattr(row, name) for name in names}


def _outbox(session: Session, _now: datetime) -> Iterator[Row]:
    """Replies in the contract's seven states. One that was taken back in time is a draft again and no reply: the
    contract has no state for it, so it is no row; the activity log has it."""
    for row in outgoing.stream_rows(session):
        yield {
            "id": row.id,
            "ticket_id": row.ticket_id,
            "account": row.account,
            "channel": row.channel,
            "to": row.to_address or None,
            "message_id": row.message_id,
            "text": row.text,
            "state": row.state,
            "attempts": row.attempts,
            "queued_at": row.queued_at,
            "handed_over_at": row.handed_over_at,
            "error": row.error,
            "by": row.by,
            "subject": row.subject,
            "settled_at": row.settled_at,
        }


def _runs(session: Session, _now: datetime) -> Iterator[Row]:
    names = ("source", "stream", "account", "marketplace", "started_at", "ended_at", "state")
    more = ("rows_new", "rows_changed", "rejected", "message", "next_at")
    for row in streams.stream_rows(session):
        yield {name: getattr(row, name) for name in names + more}


def _rejects(session: Session, _now: datetime) -> Iterator[Row]:
    for row in rejects.stream_rows(session):
        content = ledger.raw_of(session, row.raw_mail_id) if row.raw_mail_id else row.raw
        yield {
            "source": row.source,
            "stream": row.stream,
            "account": row.account,
            "place": row.place,
            "raw": (content or b"")[:RAW_SHOWN].decode("utf-8", errors="backslashreplace"),
            "reason": row.reason,
            "at": row.at,
            "state": row.state,
            "raw_bytes": len(content or b""),
        }


KINDS: Mapping[str, tuple[Callable[[Session, datetime], Iterator[Row]], str]] = {
    "tickets": (_tickets, "opened_at"),
    "messages": (_messages, "sent_at"),
    "ledger": (_ledger, "seen_at"),
    "outbox": (_outbox, "queued_at"),
    "activity": (_activity, "at"),
    "runs": (_runs, "started_at"),
    "rejects": (_rejects, "at"),
    **export_amazon.KINDS,
    "followups": (followups.followups_rows, "began_at"),
}
"""Kind -> (how to make its rows, the key of its own time)."""
WITH_PEOPLE: Mapping[str, Callable[[Session, datetime], Iterator[Row]]] = {"followups": followups.with_people}
"""Kinds that leave something out unless it is asked for."""
