"""All writes of the Inbox by name, each `(store, ticket, version, *, actor, now, ...) -> new version` (or new id)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from data.store import Store
from services.inbox import actions, marks, replying
from services.outbox.compose import File
from services.people import Person
from services.runtime import runtime


def _send(
    store: Store,
    ticket_id: int,
    version: int | None,
    *,
    actor: Person,
    now: datetime,
    text: str,
    files: Sequence[tuple[str, bytes]] = (),
    **more: Any,
) -> int:
    """Queue a reply; its outbox id."""
    attached = tuple(File(name, content) for name, content in files)
    values = {"actor": actor, "now": now, "text": text, "attachments": attached, **more}
    return replying.send(store, runtime().settings, ticket_id, version, **values)


def _draft(
    store: Store, ticket_id: int, version: int | None, *, actor: Person, now: datetime, text: str, base_version: int
) -> int:
    """Keep what somebody writes; an emptied text takes the draft away."""
    if text.strip():
        replying.save_draft(store, ticket_id, actor=actor, now=now, text=text, base_version=base_version)
    else:
        replying.drop_draft(store, ticket_id, actor=actor)
    return version or 0


def _take_back(
    store: Store, ticket_id: int, version: int | None, *, actor: Person, now: datetime, outbox_id: int
) -> int:
    """Take a reply back before it leaves. Raises Rejected if it is too late."""
    del ticket_id
    replying.take_back(store, outbox_id, actor=actor, now=now)
    return version or 0


def _settle(
    store: Store,
    ticket_id: int,
    version: int | None,
    *,
    actor: Person,
    now: datetime,
    outbox_id: int,
    arrived: bool,
) -> int:
    """Say whether a reply of unknown fate arrived; if not, it is sent again."""
    del ticket_id
    replying.settle_unknown(store, runtime().settings, outbox_id, arrived=arrived, actor=actor, now=now)
    return version or 0


def _by_hand(
    store: Store, ticket_id: int, version: int | None, *, actor: Person, now: datetime, outbox_id: int
) -> int:
    """Say that a reply was sent in Seller Central."""
    del ticket_id
    replying.done_in_seller_central(store, outbox_id, actor=actor, now=now)
    return version or 0


WRITES: Mapping[str, Callable[..., int]] = {
    "answered": marks.answered,
    "no_response_needed": marks.no_response_needed,
    "choose_copy": marks.choose_copy,
    "undo": marks.undo_mark,
    "confirm": marks.confirm_in_amazon,
    "status": actions.set_status,
    "assign": actions.assign,
    "unassign": actions.unassign,
    "note": actions.add_note,
    "snooze": actions.snooze,
    "unsnooze": actions.unsnooze,
    "unread": actions.set_unread,
    "type": actions.change_type,
    "subject": actions.change_subject,
    "attach_order": actions.attach_order,
    "detach_order": actions.detach_order,
    "follow_up": actions.follow_up,
    "send": _send,
    "draft": _draft,
    "take_back": _take_back,
    "settle": _settle,
    "by_hand": _by_hand,
}
