"""What can be done to the open ticket: two rows of buttons, each answering with (what, ticket, version, values)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from pages.ui import format as words
from services.inbox.shapes import Candidate, Conversation
from services.people import Person
from services.rules import ticket_status
from services.rules.ticket_status import LABELS, SOLVED_REASONS

Do = Callable[..., None]
SNOOZES = {
    "1 hour": timedelta(hours=1),
    "3 hours": timedelta(hours=3),
    "3 days": timedelta(days=3),
    "7 days": timedelta(days=7),
}
MORNING = time(9, 0)


@dataclass(frozen=True)
class Bench:
    """What the buttons need: the ticket, who acts, who else works here, and what to call. `types` is asked for late."""

    ticket: Conversation
    actor: Person
    people: tuple[str, ...]
    types: Callable[[], tuple[str, ...]]
    now: datetime
    zone: ZoneInfo
    do: Do

    def key(self, name: str) -> str:
        """A key for a widget; another one after each change of the ticket, so that menus close and fields empty."""
        return f"{name}-{self.ticket.id}-{self.ticket.version}"

    def button(self, label: str, what: str, *, key: str = "", **options: Any) -> None:
        """A button that does `what` with fixed `values`, and with `fields` read from widgets."""
        values = {"values": options.pop("values", {}), "fields": options.pop("fields", {})}
        args = (self.do, what, self.ticket.id, self.ticket.version)
        st.button(label, key=self.key(key or what), on_click=_press, args=args, kwargs=values, **options)


def draw_actions(bench: Bench) -> None:
    """The row that answers, and the row that sorts."""
    owed = bench.ticket.awaiting_since is not None
    with st.container(horizontal=True, gap="xsmall", key="answer-row"):
        st.link_button(
            "Seller Central",
            bench.ticket.seller_central,
            icon=":material/open_in_new:",
            help="Answer there, then mark it here",
        )
        if owed:
            bench.button("Mark answered", "answered", icon=":material/done:", shortcut="a", values={"at": None})
            _answered_earlier(bench)
            bench.button("No response needed", "no_response_needed", icon=":material/notifications_off:", shortcut="n")
        if bench.ticket.closed:
            _closed(bench)
    with st.container(horizontal=True, gap="xsmall", key="sort-row"):
        _assign(bench)
        _status(bench)
        _note(bench)
        _snooze(bench)
        _edit(bench)


def draw_marks(bench: Bench) -> None:
    """No Response Needed has two sides: what is marked here waits until somebody has set it in Amazon too."""
    open_marks = [m for m in bench.ticket.marks if m.kind == "no_response_needed" and m.confirmed_at is None]
    if not open_marks:
        return
    marks = tuple(mark.id for mark in open_marks)
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="confirm-row"):
        st.markdown("Done here. Confirm once No Response Needed is also set in Amazon.", width="stretch")
        bench.button("Confirm", "confirm", values={"mark_ids": marks}, icon=":material/done_all:")
        bench.button("Undo", "undo", key="undo-nrn", values={"mark_ids": marks}, type="tertiary")


def draw_asks(bench: Bench, asks: Candidate) -> None:
    """A copy of a reply that fits several conversations: nothing changes until somebody says which."""
    with st.container(border=True, key="asks"):
        sent = words.when(asks.sent_at, bench.zone, bench.now)
        buyer = words.plain(asks.buyer or "a buyer")
        st.markdown(
            f":material/help: Somebody answered {buyer} on {sent}. Several conversations were waiting: which was it?"
        )
        for each in asks.tickets:
            where = "This one" if each.id == bench.ticket.id else f"#{each.id}"
            values = {"message_id": asks.message_id, "chosen_ticket": each.id}
            label = f"{where}: {words.plain(each.subject)}"
            bench.button(label, "choose_copy", key=f"choose-{each.id}", values=values, width="stretch")
        none = {"message_id": asks.message_id, "chosen_ticket": None}
        bench.button("None of them", "choose_copy", key="choose-none", values=none, type="tertiary")


def _press(do: Do, what: str, ticket: int, version: int, values: Mapping[str, Any], fields: Mapping[str, str]) -> None:
    filled = {name: st.session_state.get(key) for name, key in fields.items()}
    do(what, ticket, version=version, **values, **filled)


def _answered_earlier(bench: Bench) -> None:
    earlier = st.popover("Answered earlier", key=bench.key("earlier"), on_change="rerun")
    if not earlier.open:
        return
    with earlier:
        local = bench.now.astimezone(bench.zone)
        st.datetime_input(
            "Answered in Seller Central at",
            local.replace(tzinfo=None, second=0, microsecond=0),
            key=bench.key("at"),
            step=60,
        )
        bench.button("Mark answered", "answered", key="answered-at", type="primary", fields={"at": bench.key("at")})


def _closed(bench: Bench) -> None:
    bench.button("Add a follow-up ticket", "follow_up", icon=":material/add:")
    if bench.actor.is_supervisor:
        with st.popover("Reopen", key=bench.key("reopen-menu"), icon=":material/lock_open:"):
            st.text_input("Why it is opened again", key=bench.key("reopen"), max_chars=300)
            bench.button(
                "Reopen", "status", values={"status": "open"}, fields={"reason": bench.key("reopen")}, type="primary"
            )


def _assign(bench: Bench) -> None:
    if bench.ticket.closed:
        return
    if bench.actor.name not in bench.ticket.owners:
        bench.button(
            "Assign to me", "assign", shortcut="m", icon=":material/person_add:", values={"person": bench.actor.name}
        )
    others = [name for name in bench.people if name not in bench.ticket.owners and name != bench.actor.name]
    if others:
        _menu(bench, "Assign", others, {name: {"person": name} for name in others}, what="assign")


def _status(bench: Bench) -> None:
    if bench.ticket.closed:
        return
    choices = dict(_statuses(bench))
    if choices:
        _menu(bench, "Status", list(choices), choices, what="status")


def _statuses(bench: Bench) -> Iterator[tuple[str, dict[str, Any]]]:
    owed = bench.ticket.awaiting_since is not None
    for status, label in LABELS.items():
        refused = ticket_status.may_change(bench.ticket.status, status, owed, bench.actor.is_supervisor)
        if refused or status in ("new", "open") or status == bench.ticket.status:
            continue
        if status == "solved":
            yield from (
                (f"Solved: {text}", {"status": status, "solved_reason": code}) for code, text in SOLVED_REASONS.items()
            )
        else:
            yield label, {"status": status}


def _note(bench: Bench) -> None:
    is_open = f"note-open-{bench.ticket.id}"
    args = (is_open, not st.session_state.get(is_open, False))
    st.button("Note", key=f"note-{is_open}", icon=":material/edit_note:", shortcut="i", on_click=_set, args=args)


def draw_note_field(bench: Bench) -> None:
    """The field for an internal note, once it was asked for.

    It is no popover, because one that is closed with Escape forgets what was just typed. Its key does not change with
    the version: nobody loses a text because somebody else did something.
    """
    is_open = f"note-open-{bench.ticket.id}"
    if not st.session_state.get(is_open):
        return
    key = f"note-{bench.ticket.id}-{st.session_state.get(f'notes-{bench.ticket.id}', 0)}"
    with st.container(border=True, gap="small", key="note-box"):
        st.text_area("Internal note: the team reads it, no buyer does", key=key, height=96, persist_state="session")
        with st.container(horizontal=True, gap="small"):
            bench.button("Save the note", "note", fields={"text": key}, type="primary", shortcut="Ctrl+Enter")
            st.button("Hide", key="note-hide", type="tertiary", on_click=_set, args=(is_open, False))


def _set(key: str, value: bool) -> None:
    st.session_state[key] = value


def _snooze(bench: Bench) -> None:
    if bench.ticket.closed:
        return
    if bench.ticket.snoozed_until:
        bench.button("Wake up", "unsnooze", icon=":material/alarm_off:")
        return
    choices = dict(_snoozes(bench))
    if choices:
        _menu(bench, "Snooze", list(choices), choices, what="snooze")


def _snoozes(bench: Bench) -> Iterator[tuple[str, dict[str, Any]]]:
    tomorrow = bench.now.astimezone(bench.zone).date() + timedelta(days=1)
    moments = {label: bench.now + length for label, length in SNOOZES.items()}
    moments["Tomorrow 09:00"] = datetime.combine(tomorrow, MORNING, bench.zone)
    due = bench.ticket.due_at
    if due:
        moments["1 hour before it is due"] = due - timedelta(hours=1)
    for label, until in sorted(moments.items(), key=lambda item: item[1]):
        if until > bench.now and (due is None or until <= due):
            yield label, {"until": until}


def _menu(bench: Bench, label: str, options: list[str], values: Mapping[str, dict[str, Any]], *, what: str) -> None:
    key = bench.key(f"menu-{what}")
    args = (bench.do, what, bench.ticket.id, bench.ticket.version, key, values)
    st.menu_button(label, options, key=key, on_click=_picked, args=args, format_func=words.plain)


def _picked(do: Do, what: str, ticket: int, version: int, key: str, values: Mapping[str, dict[str, Any]]) -> None:
    choice = st.session_state.get(key)
    if isinstance(choice, str) and choice in values:
        do(what, ticket, version=version, **values[choice])


def _edit(bench: Bench) -> None:
    menu = st.popover("Edit", icon=":material/tune:", key=bench.key("edit"), on_change="rerun")
    if not menu.open:
        return
    with menu, st.container(width=430):
        ticket = bench.ticket
        if ticket.closed:
            st.caption(ticket_status.may_edit(ticket.status) or "")
            return
        _change_type(bench)
        with _line(bench, "subject"):
            st.text_input("Subject for the team", ticket.subject, key=bench.key("subject"), max_chars=300)
            _submit(bench, "Change", "subject", {"subject": bench.key("subject")})
        _change_order(bench)
        if bench.actor.is_supervisor and ticket.owners:
            with _line(bench, "unassign"):
                st.selectbox("Take off", ticket.owners, key=bench.key("off"))
                st.text_input("Why", key=bench.key("why"), max_chars=300)
                _submit(bench, "Take off", "unassign", {"person": bench.key("off"), "reason": bench.key("why")})
        bench.button("Set to unread", "unread", icon=":material/mark_email_unread:", type="tertiary")


@contextmanager
def _line(bench: Bench, name: str) -> Iterator[None]:
    """A form of its own in one line, so that Enter saves just this."""
    form = st.form(bench.key(f"{name}-form"), border=False)
    with form, st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        yield


def _change_type(bench: Bench) -> None:
    locked = ticket_status.may_change_type(bench.ticket.type, bench.ticket.status)
    if locked:
        st.caption(words.plain(locked))
        return
    types = sorted({*bench.types(), bench.ticket.type})
    with _line(bench, "type"):
        at = types.index(bench.ticket.type)
        st.selectbox("Type", types, at, key=bench.key("type"), accept_new_options=True)
        _submit(bench, "Change", "type", {"type": bench.key("type")})


def _change_order(bench: Bench) -> None:
    with _line(bench, "order"):
        st.text_input("Order number", key=bench.key("order"), placeholder="123-1234567-1234567")
        _submit(bench, "Attach", "attach_order", {"order_id": bench.key("order")})
    if bench.ticket.order_id:
        label = f"Detach {bench.ticket.order_id}"
        bench.button(words.plain(label), "detach_order", icon=":material/link_off:", type="tertiary")


def _submit(bench: Bench, label: str, what: str, fields: Mapping[str, str]) -> None:
    args = (bench.do, what, bench.ticket.id, bench.ticket.version)
    key = bench.key(f"submit-{what}")
    st.form_submit_button(label, key=key, on_click=_press, args=args, kwargs={"values": {}, "fields": fields})
