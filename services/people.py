"""Who works here: the local user, people who signed in, their roles and preferences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data import journal
from data import people as rows
from data.models import ours
from data.store import Store
from services.errors import Rejected

LOCAL = "You"
ROLES = ("agent", "supervisor")
LONGEST_NAME = 60


@dataclass(frozen=True)
class Person:
    """Somebody who works here; `disabled` people keep their history but can do nothing."""

    name: str
    role: str
    disabled: bool
    email: str | None

    @property
    def is_supervisor(self) -> bool:
        """Whether this person may reopen, reassign and change settings."""
        return self.role == "supervisor"


def check_access(actor: Person) -> None:
    """Every write asks this first. Raises Rejected if the person may do nothing any more."""
    if actor.disabled:
        raise Rejected("Your access is closed; ask a supervisor.")


def local_person(store: Store) -> Person:
    """The one user of a desk without sign-in."""
    with store.read() as session:
        found = rows.named(session, LOCAL)
    if found is None:
        with store.write() as session:
            found = rows.named(session, LOCAL) or rows.add(session, LOCAL, role="supervisor")
    return _shape(found)


def signed_in(store: Store, login: str, name: str, email: str | None) -> Person | None:
    """The person behind a sign-in, added at the first; None if somebody disabled them.

    The first person who ever signs in is a supervisor: somebody must be able to appoint the others.
    """
    with store.read() as session:
        found = rows.by_login(session, login)
    if found is None:
        with store.write() as session:
            found = rows.by_login(session, login) or _welcome(session, login, name, email)
    return None if found.disabled_at else _shape(found)


def people(store: Store) -> tuple[Person, ...]:
    """Everybody, by name."""
    with store.read() as session:
        return tuple(_shape(row) for row in rows.everybody(session))


def add(store: Store, name: str, role: str, *, actor: Person, now: datetime) -> Person:
    """Invite somebody by name, so that tickets can be assigned. Raises Rejected if the name is taken or empty."""
    _only_supervisors(actor)
    wanted = _name(name)
    if role not in ROLES:
        raise Rejected(f"{role!r} is no role; choose {' or '.join(ROLES)}.")
    with store.write() as session:
        if rows.named(session, wanted):
            raise Rejected(f"There is somebody called {wanted} already.")
        person = rows.add(session, wanted, role=role)
        subject = f"person:{person.id}"
        journal.append(session, journal.Entry(now, actor.name, "person.add", subject, None, {"role": role}))
        return _shape(person)


def set_role(store: Store, name: str, role: str, *, actor: Person, now: datetime) -> None:
    """Make somebody an agent or a supervisor."""
    _only_supervisors(actor)
    if role not in ROLES:
        raise Rejected(f"{role!r} is no role; choose {' or '.join(ROLES)}.")
    if name == actor.name and role != "supervisor":
        raise Rejected("You cannot take the supervisor's role from yourself; ask another supervisor.")
    with store.write() as session:
        person = _existing(rows.named(session, name), name)
        before, person.role = {"role": person.role}, role
        journal.append(
            session, journal.Entry(now, actor.name, "person.role", f"person:{person.id}", before, {"role": role})
        )


def set_disabled(store: Store, name: str, disabled: bool, *, actor: Person, now: datetime) -> None:
    """Close or open somebody's access; their history stays."""
    _only_supervisors(actor)
    if name == actor.name:
        raise Rejected("You cannot disable yourself.")
    with store.write() as session:
        person = _existing(rows.named(session, name), name)
        person.disabled_at = now if disabled else None
        what = "person.disable" if disabled else "person.enable"
        journal.append(session, journal.Entry(now, actor.name, what, f"person:{person.id}"))


def preference(store: Store, person: Person, key: str, default: Any) -> Any:
    """Something that this person chose for themselves."""
    with store.read() as session:
        row = rows.named(session, person.name)
        return row.preferences.get(key, default) if row else default


def set_preference(store: Store, person: Person, key: str, value: Any) -> None:
    """Remember a choice of this person."""
    with store.write() as session:
        row = rows.named(session, person.name)
        if row:
            row.preferences = {**row.preferences, key: value}


def by_name(store: Store, name: str) -> Person:
    """The person of this name, for commands with --as; added as an agent if new. Raises Rejected if disabled."""
    wanted = _name(name)
    with store.write() as session:
        row = rows.named(session, wanted) or rows.add(session, wanted, role="agent")
        if row.disabled_at:
            raise Rejected(f"{wanted} is disabled; a supervisor can enable them on the Settings page.")
        return _shape(row)


def _name(name: str) -> str:
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_NAME or not wanted.isprintable():
        raise Rejected(f"Give a name of 1 to {LONGEST_NAME} characters.")
    return wanted


def _welcome(session: Any, login: str, name: str, email: str | None) -> ours.Person:
    supervisors = [p for p in rows.everybody(session) if p.login and p.role == "supervisor"]
    role = "agent" if supervisors else "supervisor"
    base = " ".join(name.split())[:LONGEST_NAME] or "Somebody"
    invited = rows.named(session, base)
    # A display name proves nothing: it may bring back an invited agent's tickets, but no supervisor's rights.
    if invited and invited.login is None and base != LOCAL and not invited.disabled_at and invited.role == "agent":
        invited.login, invited.email, invited.role = login, email, role
        return invited
    free, n = base, 2
    while rows.named(session, free):
        free, n = f"{base} {n}", n + 1
    return rows.add(session, free, role=role, login=login, email=email)


def _only_supervisors(actor: Person) -> None:
    if not actor.is_supervisor:
        raise Rejected("Only a supervisor may do this.")


def _existing(row: ours.Person | None, name: str) -> ours.Person:
    if row is None:
        raise Rejected(f"There is nobody called {name}.")
    return row


def _shape(row: ours.Person) -> Person:
    return Person(row.name, row.role, row.disabled_at is not None, row.email)
