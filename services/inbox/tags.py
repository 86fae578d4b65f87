"""Tags on tickets, and putting tickets into views by hand: writes of the Inbox like those in `actions`."""

from __future__ import annotations

import unicodedata
from datetime import datetime

from data import tags, views
from data.store import Store
from services.errors import Rejected
from services.inbox.actions import Desk, _opened, _version
from services.people import Person

LONGEST_TAG, MOST_TAGS = 40, 20


def add(store: Store, ticket_id: int, version: int, *, actor: Person, now: datetime, tag: str) -> int:
    """Put a tag on the ticket, whatever the version. Raises Rejected if it is empty, too long or one too many."""
    del version
    with _opened(store, ticket_id, None, actor=actor, now=now) as at:
        put_tag(at, tag)
    return _version(store, ticket_id)


def put_tag(at: Desk, tag: str) -> str | None:
    """What `add` does, to an open ticket: the tag as it is kept, None if it is there already."""
    wanted, there = tag_of(tag), _labels(at)
    if (tags.TAG, wanted) in there:
        return None
    if sum(kind == tags.TAG for kind, _ in there) >= MOST_TAGS:
        raise Rejected(f"A ticket has up to {MOST_TAGS} tags; take one off first.")
    tags.put(at.session, at.ticket.id, (tags.TAG, wanted), by=at.actor.name, at=at.now)
    at.note_down("tag.add", None, {"value": wanted})
    return wanted


def remove(store: Store, ticket_id: int, version: int, *, actor: Person, now: datetime, tag: str) -> int:
    """Take a tag off the ticket."""
    with _opened(store, ticket_id, version, actor=actor, now=now) as at:
        take_tag(at, tag)
    return _version(store, ticket_id)


def take_tag(at: Desk, tag: str) -> None:
    """What `remove` does, to an open ticket."""
    if (tags.TAG, tag) not in _labels(at):
        raise Rejected(f"The ticket has no tag {tag}.")
    tags.take_off(at.session, at.ticket.id, (tags.TAG, tag))
    at.note_down("tag.remove", {"value": tag}, None)


def into_view(store: Store, ticket_id: int, version: int, *, actor: Person, now: datetime, view: int) -> int:
    """Put the ticket into a view, whatever the version."""
    del version
    with _opened(store, ticket_id, None, actor=actor, now=now) as at:
        name = _view_name(at, view)
        if (tags.VIEW, str(view)) not in _labels(at):
            tags.put(at.session, ticket_id, (tags.VIEW, str(view)), by=actor.name, at=now)
            at.note_down("view.put", None, {"value": name, "view": view})
    return _version(store, ticket_id)


def out_of_view(store: Store, ticket_id: int, version: int, *, actor: Person, now: datetime, view: int) -> int:
    """Take the ticket out of a view that it was put into."""
    with _opened(store, ticket_id, version, actor=actor, now=now) as at:
        name = _view_name(at, view)
        tags.take_off(at.session, ticket_id, (tags.VIEW, str(view)))
        at.note_down("view.take", {"value": name, "view": view}, None)
    return _version(store, ticket_id)


def tag_of(text: str) -> str:
    """A tag as it is kept: lower case, single spaces. Raises Rejected."""
    wanted = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    if not wanted or len(wanted) > LONGEST_TAG or not wanted.isprintable() or "," in wanted:
        raise Rejected(f"A tag has 1 to {LONGEST_TAG} characters and no comma.")
    return wanted


def _labels(at: Desk) -> set[tags.Label]:
    return set(tags.of_tickets(at.session, [at.ticket.id])[at.ticket.id])


def _view_name(at: Desk, view: int) -> str:
    found = views.one(at.session, view, at.actor.name)
    if found is None or found.deleted_at:
        raise Rejected("There is no such view any more.")
    return found.name
