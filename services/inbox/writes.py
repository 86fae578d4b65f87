"""All writes of the Inbox by name, each `(store, ticket, version, *, actor, now, ...) -> new version` (or new id)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from data.store import Store
from services import templates
from services.inbox import actions, asking, marks, merging, order_facts, replying, tags
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
    store: Store, ticket_id: int, version: int | None, *, actor: Person, now: datetime, text: str
) -> int:
    """Keep what somebody writes; an emptied text takes the draft away."""
    if text.strip():
        replying.save_draft(store, ticket_id, actor=actor, now=now, text=text, base_version=version or 0)
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


def _answer(
    store: Store, ticket_id: int, version: int | None, *, actor: Person, now: datetime, question_id: int, text: str
) -> int:
    """Answer a colleague's question, whatever the version."""
    del ticket_id, version
    return asking.answer(store, question_id, actor=actor, now=now, text=text)


def _withdraw(
    store: Store, ticket_id: int, version: int | None, *, actor: Person, now: datetime, question_id: int
) -> int:
    """Take a question back, whatever the version."""
    del ticket_id, version
    return asking.withdraw(store, question_id, actor=actor, now=now)


def _template(store: Store, ticket_id: int, version: int | None, *, actor: Person, now: datetime, id: int) -> int:
    """Count that a template was taken into a reply; the text itself is in the draft."""
    del ticket_id
    templates.count_use(store, id, actor=actor, now=now)
    return version or 0


def _merge(
    store: Store,
    ticket_id: int,
    version: int | None,
    *,
    actor: Person,
    now: datetime,
    other_ticket: int,
    across_orders: bool = False,
) -> int:
    """Merge another ticket into this one, whatever became of the other one meanwhile."""
    return merging.merge(
        store, ticket_id, version, other_ticket, None, actor=actor, now=now, across_orders=across_orders
    )


def _fetch_order(
    store: Store, ticket_id: int, version: int | None, *, actor: Person, now: datetime, order_id: str
) -> int:
    """Ask Amazon for one order, whatever the version."""
    del version
    return order_facts.fetch(store, runtime().settings, ticket_id, actor=actor, now=now, order_id=order_id)


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
    "fetch_order": _fetch_order,
    "follow_up": actions.follow_up,
    "tag": tags.add,
    "untag": tags.remove,
    "into_view": tags.into_view,
    "out_of_view": tags.out_of_view,
    "merge": _merge,
    "split": merging.split,
    "regroup_undo": merging.undo,
    "send": _send,
    "draft": _draft,
    "template": _template,
    "take_back": _take_back,
    "settle": _settle,
    "by_hand": _by_hand,
    "ask": asking.ask,
    "answer": _answer,
    "withdraw": _withdraw,
}
