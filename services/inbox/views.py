"""Views of the Inbox: saving the present filters under a name, sharing, renaming, deleting with undo, counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data import journal, tickets, views
from data.models.triage import View
from data.store import Store
from data.tickets import CAP
from services.errors import Rejected, Stale
from services.inbox import queue
from services.inbox.shapes import BOXES, Filters, SavedView
from services.people import Person, check_access
from services.team import team

LONGEST_NAME = 60
NAMES = tuple(each.name for each in fields(Filters) if each.name not in ("box", "view"))


def saved(store: Store, *, now: datetime, actor: Person) -> tuple[SavedView, ...]:
    """The views that somebody can see, by name, with their counts: three statements, however many.

    A view over history has no count, since counting it would cost as much as history is long.
    """
    house = team(store, now=now)
    with store.read() as session:
        rows = views.seen_by(session, actor.name)
        counted = [row for row in rows if _is_cheap(row)]
        wanted = [queue.wanted(Filters(box=box_of(row)), house, now=now, actor=actor, view=row) for row in counted]
        numbers = dict(zip((row.id for row in counted), tickets.view_counts(session, wanted), strict=True))
    return tuple(_shape(row, actor, numbers.get(row.id)) for row in rows)


def look_up(store: Store, view_id: int, *, actor: Person) -> SavedView | None:
    """One view without its count, if it is there for this person."""
    with store.read() as session:
        row = views.one(session, view_id, actor.name)
    return _shape(row, actor, None) if row and not row.deleted_at else None


def save(store: Store, name: str, filters: Filters | None, *, shared: bool, actor: Person, now: datetime) -> int:
    """Keep filters under a name; without filters the view holds only what is put into it. Its id.

    Raises Rejected if the name is empty or taken.
    """
    check_access(actor)
    wanted = _name(name)
    with store.write() as session:
        if views.named(session, wanted, actor.name):
            raise Rejected(f"There is a view called {wanted} already; choose another name.")
        kept = _plain(filters) if filters else None
        row = views.add(session, wanted, kept, person=actor.name, shared=shared, at=now)
        after = {"value": wanted, "shared": shared}
        journal.append(session, journal.Entry(now, actor.name, "view.add", f"view:{row.id}", None, after))
        return row.id


def rename(store: Store, view_id: int, version: int, *, actor: Person, now: datetime, name: str) -> None:
    """Give a view another name."""
    with _opened(store, view_id, version, actor=actor) as (session, row):
        wanted = _name(name)
        other = views.named(session, wanted, actor.name)
        if other and other.id != row.id:
            raise Rejected(f"There is a view called {wanted} already; choose another name.")
        _say(session, row, "view.rename", actor, now, {"value": row.name}, {"value": wanted})
        row.name = wanted


def share(store: Store, view_id: int, version: int, *, actor: Person, now: datetime, shared: bool) -> None:
    """Show a view to all, or keep it for whoever made it."""
    with _opened(store, view_id, version, actor=actor) as (session, row):
        if not shared and (rules := views.filled_by(session, row.id)):
            raise Rejected(f"The rule {rules[0]} puts tickets into this view, so all must see it.")
        _say(session, row, "view.share", actor, now, {"shared": row.shared}, {"shared": shared})
        row.shared = shared


def change(store: Store, view_id: int, version: int, *, actor: Person, now: datetime, filters: Filters) -> None:
    """Let a view hold what other filters hold."""
    with _opened(store, view_id, version, actor=actor) as (session, row):
        _say(session, row, "view.change", actor, now, None, None)
        row.filters = _plain(filters)


def delete(store: Store, view_id: int, version: int, *, actor: Person, now: datetime) -> int:
    """Take a view away; the tickets in it stay as they are. The version for `restore`."""
    with _opened(store, view_id, version, actor=actor) as (session, row):
        if rules := views.filled_by(session, row.id):
            raise Rejected(f"The rule {rules[0]} puts tickets into this view; change the rule first.")
        _say(session, row, "view.delete", actor, now, {"value": row.name}, None)
        row.deleted_at = now
    return version + 1


def restore(store: Store, view_id: int, version: int, *, actor: Person, now: datetime) -> None:
    """Bring a deleted view back, under another name if its own was taken meanwhile."""
    with _opened(store, view_id, version, actor=actor, deleted=True) as (session, row):
        n, base = 2, row.name[: LONGEST_NAME - 4]
        while views.named(session, row.name, actor.name):
            row.name, n = f"{base} {n}", n + 1
        row.deleted_at = None
        _say(session, row, "view.restore", actor, now, None, {"value": row.name})


@contextmanager
def _opened(
    store: Store, view_id: int, version: int, *, actor: Person, deleted: bool = False
) -> Iterator[tuple[Session, View]]:
    """A view for one write."""
    check_access(actor)
    with store.write() as session:
        row = views.locked(session, view_id)
        if row is None or bool(row.deleted_at) != deleted or not (row.shared or row.person == actor.name):
            raise Rejected("There is no such view any more.")
        if not _may_edit(row, actor):
            raise Rejected(f"This is a view of {row.person}; ask them or a supervisor.")
        if row.version != version:
            raise Stale("Somebody changed this view meanwhile; look at it and try again.")
        yield session, row
        row.version += 1


def _say(
    session: Session,
    row: View,
    what: str,
    actor: Person,
    now: datetime,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    journal.append(session, journal.Entry(now, actor.name, what, f"view:{row.id}", before, after))


def _may_edit(row: View, actor: Person) -> bool:
    return row.person == actor.name or actor.is_supervisor



def _name(name: str) -> str:
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_NAME or not wanted.isprintable():
        raise Rejected(f"Give a name of 1 to {LONGEST_NAME} characters.")
    return wanted


def _plain(filters: Filters) -> dict[str, str]:
    box = filters.box if filters.box in BOXES else "waiting"
    return {"box": box, **{name: getattr(filters, name) for name in NAMES if getattr(filters, name)}}


def box_of(row: View) -> str:
    """The box that a view opens with."""
    box = str((row.filters or {}).get("box", "all"))
    return box if box in BOXES else "waiting"


def _is_cheap(row: View) -> bool:
    return row.filters is None or box_of(row) in queue.LIVE_BOXES


def _shape(row: View, actor: Person, count: int | None) -> SavedView:
    filters = None
    if row.filters is not None:
        filters = Filters(box=box_of(row), **{name: str(row.filters.get(name, "")) for name in NAMES})
    return SavedView(
        id=row.id,
        version=row.version,
        name=row.name,
        person=row.person,
        shared=row.shared,
        box=box_of(row),
        filters=filters,
        may_edit=_may_edit(row, actor),
        count=count,
        capped=count is not None and count >= CAP,
    )
