"""What can be done to the open ticket, as data for the parts that draw it: buttons, menus and small forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pages.ui import format as words
from services.inbox.shapes import Candidate, Conversation
from services.people import Person
from services.rules import ticket_status
from services.rules.ticket_status import LABELS, SOLVED_REASONS

Spec = dict[str, Any]
"""One action. `kind` is button, link, menu or form; `key` its letter on the keyboard; the rest is for its kind."""

SNOOZES = {
    "1 hour": timedelta(hours=1),
    "3 hours": timedelta(hours=3),
    "3 days": timedelta(days=3),
    "7 days": timedelta(days=7),
}
MORNING = time(9, 0)
LONGEST_LINE = 300


@dataclass(frozen=True)
class Bench:
    """What decides about the actions: the ticket, who acts, who else works here, the known types and tags, and when."""

    ticket: Conversation
    actor: Person
    people: tuple[str, ...]
    types: tuple[str, ...]
    tags: tuple[str, ...]
    now: datetime
    zone: ZoneInfo

    @property
    def owed(self) -> bool:
        """Whether a buyer waits."""
        return self.ticket.awaiting_since is not None


def button(label: str, what: str, *, values: Mapping[str, Any] | None = None, **more: Any) -> Spec:
    """A button that does `what`."""
    return {"kind": "button", "label": label, "what": what, "values": dict(values or {}), **more}


def link(label: str, url: str, **more: Any) -> Spec:
    """A link that opens in a window of its own."""
    return {"kind": "link", "label": label, "url": url, **more}


def menu(label: str, what: str, items: Sequence[Spec], **more: Any) -> Spec:
    """A menu of ways to do `what`; an item has a label and values."""
    return {"kind": "menu", "name": f"{what}-menu", "label": label, "what": what, "items": list(items), **more}


def form(label: str, name: str, parts: Sequence[Spec], **more: Any) -> Spec:
    """Fields that open below the buttons; each part of it is sent by itself."""
    return {"kind": "form", "name": name, "label": label, "parts": list(parts), **more}


def part(what: str, submit: str, *fields: Spec, **more: Any) -> Spec:
    """Some fields with the button that sends them."""
    return {"what": what, "submit": submit, "fields": list(fields), **more}


def field(name: str, label: str, kind: str = "text", **more: Any) -> Spec:
    """One field: text, area, moment or choice."""
    return {"name": name, "label": label, "type": kind, **more}


def actions(bench: Bench) -> list[Spec]:
    """All that can be done now, in the order in which it is shown."""
    return [*_answering(bench), *_sorting(bench)]


def boxes(bench: Bench) -> list[Spec]:
    """What waits for a person's word above the conversation: questions, marks to confirm, copies to place."""
    return [*_questions(bench), *_marks(bench), *_copies(bench)]


def _answering(bench: Bench) -> Iterator[Spec]:
    help_ = "Answer there, then mark it here"
    yield link("Seller Central", bench.ticket.seller_central, icon="open_in_new", help=help_)
    for entry in bench.ticket.entries:
        if entry.leaving and entry.leaving.to_copy:
            yield {"kind": "copy", "label": "Copy the reply", "text": entry.text, "icon": "content_copy", "key": "y"}
            values = {"outbox_id": entry.leaving.outbox_id}
            yield button("Sent there", "by_hand", values=values, icon="done_all", key="d", tone="primary")
    if bench.owed:
        yield button("Mark answered", "answered", values={"at": None}, icon="done", key="a")
        yield _answered_earlier(bench)
        yield button("No response needed", "no_response_needed", icon="notifications_off", key="n")
    if bench.ticket.closed:
        yield button("Add a follow-up ticket", "follow_up", icon="add")
        if bench.actor.is_supervisor:
            why = field("reason", "Why it is opened again", longest=LONGEST_LINE)
            reopen = part("status", "Reopen", why, values={"status": "open"}, tone="primary")
            yield form("Reopen", "reopen", [reopen], icon="lock_open")


def _answered_earlier(bench: Bench) -> Spec:
    local = f"{bench.now.astimezone(bench.zone):%Y-%m-%dT%H:%M}"
    at = field("at", "Answered in Seller Central at", "moment", value=local, latest=local)
    then = part("answered", "Mark answered then", at, tone="primary")
    return form("Earlier", "earlier", [then], help="Answered earlier")


def _sorting(bench: Bench) -> Iterator[Spec]:
    if not bench.ticket.closed:
        yield from _assign(bench)
        statuses = list(_statuses(bench))
        if statuses:
            yield menu("Status", "status", statuses)
    yield _note()
    facts = {"account": bench.ticket.account, "order_id": bench.ticket.order_id or ""}
    yield button("Escalate", "escalate", values=facts, icon="campaign", help="Ask until somebody has seen it")
    if not bench.ticket.closed:
        yield _ask(bench)
        yield from _snooze(bench)
        yield form("Edit", "edit", list(_edits(bench)), icon="tune", key="e")


def _assign(bench: Bench) -> Iterator[Spec]:
    if bench.actor.name not in bench.ticket.owners:
        mine = {"person": bench.actor.name}
        yield button("Assign to me", "assign", values=mine, icon="person_add", key="m")
    others = [name for name in bench.people if name not in bench.ticket.owners and name != bench.actor.name]
    if others:
        yield menu("Assign", "assign", [{"label": name, "values": {"person": name}} for name in others])


def _statuses(bench: Bench) -> Iterator[Spec]:
    ticket = bench.ticket
    for status, label in LABELS.items():
        refused = ticket_status.may_change(ticket.status, status, bench.owed, bench.actor.is_supervisor)
        if refused or status in ("new", "open") or status == ticket.status:
            continue
        if status != "solved":
            yield {"label": label, "values": {"status": status}}
            continue
        for code, text in SOLVED_REASONS.items():
            yield {"label": f"Solved: {text}", "values": {"status": status, "solved_reason": code}}


def _note() -> Spec:
    text = field("text", "Internal note: the team reads it, no buyer does", "area", longest=20_000)
    return form("Note", "note", [part("note", "Save the note", text, tone="primary")], icon="edit_note", key="i")


def _ask(bench: Bench) -> Spec:
    anyone = {"label": "Any supervisor", "value": ""}
    to = field("to", "Whom", "choice", options=[anyone, *(name for name in bench.people if name != bench.actor.name)])
    question = field("question", "What you need to know; the buyer's clock goes on", "area", longest=5_000)
    return form("Ask", "ask", [part("ask", "Ask", to, question, tone="primary")], icon="help", key="q")


def _snooze(bench: Bench) -> Iterator[Spec]:
    if bench.ticket.snoozed_until:
        yield button("Wake up", "unsnooze", icon="alarm_off")
        return
    choices = [{"label": label, "values": {"until": words.epoch(until)}} for label, until in _snoozes(bench)]
    if choices:
        yield menu("Snooze", "snooze", choices)


def _snoozes(bench: Bench) -> Iterator[tuple[str, datetime]]:
    moments, due = wakings(bench.now, bench.zone), bench.ticket.due_at
    if due:
        moments["1 hour before it is due"] = due - timedelta(hours=1)
    for label, until in sorted(moments.items(), key=lambda item: item[1]):
        if until > bench.now and (due is None or until <= due):
            yield label, until


def wakings(now: datetime, zone: ZoneInfo) -> dict[str, datetime]:
    """Times until which a ticket may sleep, by what they are called."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    moments = {label: now + length for label, length in SNOOZES.items()}
    return {**moments, "Tomorrow 09:00": datetime.combine(tomorrow, MORNING, zone)}


def _edits(bench: Bench) -> Iterator[Spec]:
    ticket = bench.ticket
    locked = ticket_status.may_change_type(ticket.type, ticket.status)
    if locked:
        yield part("unread", "Set to unread", text=locked)
    else:
        known = sorted({*bench.types, ticket.type})
        yield part("type", "Change", field("type", "Type", value=ticket.type, options=known, longest=80))
    subject = field("subject", "Subject for the team", value=ticket.subject, longest=LONGEST_LINE)
    yield part("subject", "Change", subject)
    yield part("attach_order", "Attach", field("order_id", "Order number", placeholder="123-1234567-1234567"))
    if ticket.order_id:
        yield part("detach_order", f"Detach {ticket.order_id}")
    if bench.actor.is_supervisor and ticket.owners:
        who = field("person", "Take off", "choice", options=list(ticket.owners))
        yield part("unassign", "Take off", who, field("reason", "Why", longest=LONGEST_LINE))
    if not locked:
        yield part("unread", "Set to unread")
    yield from _tags(bench)
    yield from _regrouping(bench)


def _tags(bench: Bench) -> Iterator[Spec]:
    yield part("tag", "Add", field("tag", "Tag", options=list(bench.tags), longest=60))
    for tag in bench.ticket.tags:
        yield part("untag", f"Take off the tag {tag}", values={"tag": tag})


def _regrouping(bench: Bench) -> Iterator[Spec]:
    other = field("other_ticket", "Number of a ticket that is the same case", placeholder="#")
    sure = field("across_orders", "Orders", "choice", options=[
        {"label": "only if it is the same order", "value": "no"},
        {"label": "even if it is another order", "value": "yes"},
    ])  # fmt: skip
    yield part("merge", "Merge into this one", other, sure)
    starts = list(_starts(bench))
    if starts:
        yield part("split", "Into a ticket of its own", field("message_ids", "Split off", "choice", options=starts))
    for each in bench.ticket.regrouped:
        if each.may_undo:
            label = f"Take back: {each.kind} {'with' if each.kind == 'merge' else 'of'} #{each.other} by {each.by}"
            yield part("regroup_undo", label, values={"regrouping_id": each.id})


def _starts(bench: Bench) -> Iterator[Spec]:
    """Where a conversation can be cut: at each message of the buyer's but the first."""
    entries = sorted(bench.ticket.entries, key=lambda entry: entry.sent_at)
    for at, entry in enumerate(entries):
        if at and entry.direction == "buyer":
            since = words.when(entry.sent_at, bench.zone, bench.now)
            label = f"from {since} on: {' '.join(entry.text.split())[:40]}"
            yield {"label": label, "value": ",".join(str(each.id) for each in entries[at:])}


def _questions(bench: Bench) -> Iterator[Spec]:
    """A question between colleagues: a field for whoever may answer, a way back for whoever asked."""
    for asked in bench.ticket.questions:
        if asked.state != "open":
            continue
        since = words.when(asked.asked_at, bench.zone, bench.now)
        text = f"{asked.asked_by} asks {asked.to or 'a supervisor'} since {since}: {asked.question}"
        values, is_mine = {"question_id": asked.id}, asked.asked_by == bench.actor.name
        answer = part("answer", "Answer", field("text", "Your answer", "area", longest=5_000), values=values)
        may_answer = not is_mine and (bench.actor.is_supervisor or bench.actor.name == asked.to)
        withdraw = button("Withdraw", "withdraw", values=values, tone="bare")
        yield {
            "name": f"question-{asked.id}",
            "text": text,
            "acts": [withdraw] if is_mine or bench.actor.is_supervisor else [],
            "parts": [answer] if may_answer else [],
        }


def _marks(bench: Bench) -> Iterator[Spec]:
    """No Response Needed has two sides: what is marked here waits until somebody has set it in Amazon too."""
    marks = [m.id for m in bench.ticket.marks if m.kind == "no_response_needed" and m.confirmed_at is None]
    if marks:
        values = {"mark_ids": marks}
        confirm = button("Confirm", "confirm", values=values, icon="done_all")
        undo = button("Undo", "undo", values=values, tone="bare")
        yield {
            "text": "Done here. Confirm once No Response Needed is also set in Amazon.",
            "acts": [confirm, undo],
        }


def _copies(bench: Bench) -> Iterator[Spec]:
    """A copy of a reply that fits several conversations: nothing changes until somebody says which."""
    asks = bench.ticket.asks
    if asks is None:
        return
    sent = words.when(asks.sent_at, bench.zone, bench.now)
    text = f"Somebody answered {asks.buyer or 'a buyer'} on {sent}. Several conversations were waiting: which was it?"
    yield {"text": text, "acts": list(_candidates(asks, bench.ticket.id))}


def _candidates(asks: Candidate, here: int) -> Iterator[Spec]:
    for each in asks.tickets:
        where = "This one" if each.id == here else f"#{each.id}"
        values = {"message_id": asks.message_id, "chosen_ticket": each.id}
        yield button(f"{where}: {each.subject}", "choose_copy", values=values)
    none = {"message_id": asks.message_id, "chosen_ticket": None}
    yield button("None of them", "choose_copy", values=none, tone="bare")


def bulk_actions(actor: Person, people: tuple[str, ...], now: datetime, zone: ZoneInfo) -> list[Spec]:
    """What can be done to several tickets at once."""
    others = [{"label": name, "values": {"person": name}} for name in people if name != actor.name]
    solved = [{"label": f"Solved: {text}", "values": {"status": "solved", "solved_reason": code}}
              for code, text in SOLVED_REASONS.items()]  # fmt: skip
    statuses = [{"label": LABELS[status], "values": {"status": status}} for status in ("pending", "on_hold")]
    sleeps = [{"label": label, "values": {"until": words.epoch(until)}} for label, until in wakings(now, zone).items()]
    return [
        button("Assign to me", "assign", values={"person": actor.name}, icon="person_add"),
        *([menu("Assign", "assign", others)] if others else []),
        menu("Status", "status", [*statuses, *solved]),
        button("No response needed", "no_response_needed", icon="notifications_off"),
        menu("Snooze", "snooze", sleeps),
        form("Tag", "tag", [part("tag", "Add", field("tag", "Tag", longest=60))]),
    ]
