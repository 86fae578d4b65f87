"""Applies the triage rules that are on when a ticket is opened or a buyer writes; once per message, as the rule.

It runs in the transaction that stores the message. What the plan is, `rules.triage` says.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data import journal, people, tags, ticket_work, triage_rules, views
from data.models.triage import TriageRule
from data.triage_rules import Arrival, Standing
from services import desk
from services.rules import triage
from services.rules.triage import Facts, House, Plan, Rule, Step, Ticket

BY_HAND = "by_hand"
WHAT = {"tag": "tag.add", "view": "view.put", "owner": "assign", "type": "type", "status": "decide"}
"""How the activity log names an action: as when a person does it."""


def arrived(session: Session, message_ids: Collection[int], changes: desk.Changes) -> None:
    """Apply the rules to messages that have just come in for the first time; their cards must be derived."""
    if not message_ids:
        return
    stored = triage_rules.switched_on(session)
    if stored:
        _apply(session, stored, triage_rules.arrivals(session, message_ids), changes)


def opened(session: Session, ticket_id: int, changes: desk.Changes) -> None:
    """Apply the rules to a ticket that a person has just opened; its card must be derived."""
    stored = triage_rules.switched_on(session)
    if stored and (found := triage_rules.standing(session, [ticket_id]).get(ticket_id)):
        _apply(session, stored, [arrival_by_hand(found)], changes)


def arrival_by_hand(found: Standing) -> Arrival:
    """A ticket without a mail, as rules see it."""
    card, ticket = found.card, found.ticket
    return Arrival(
        id=0,
        account=card.account,
        key=f"ticket:{ticket.key}",
        ticket_id=ticket.id,
        kind=BY_HAND,
        marketplace=card.marketplace,
        subject=card.subject,
        buyer_name=card.buyer_name,
        relay=card.alias,
        reply_to=None,
        text="",
        language=card.language,
        sent_at=ticket.opened_at,
        starts_clock=False,
        path=None,
    )


def rule_of(row: TriageRule) -> Rule:
    """A stored rule."""
    return triage.rule_of(row.id, row.name, row.wording)


def facts_of(arrival: Arrival) -> Facts:
    """What rules can ask about a message. The value of its order is not known before orders are synced."""
    channel = BY_HAND if arrival.kind == BY_HAND else "folder" if arrival.path else "mailbox"
    return Facts(
        channel=channel,
        account=arrival.account,
        kind=arrival.kind,
        marketplace=arrival.marketplace,
        subject=arrival.subject,
        senders=tuple(each for each in (arrival.relay, arrival.reply_to, arrival.buyer_name) if each),
        text=arrival.text,
        language=arrival.language,
    )


def ticket_at(found: Standing, arrival: Arrival) -> Ticket:
    """The ticket as it was when a message arrived, as far as the store still knows."""
    at, ticket = arrival.sent_at, found.ticket
    waited = any(sent <= at and (answered is None or answered > at) for sent, answered in found.asked)
    return Ticket(
        owed=arrival.starts_clock or waited,
        status=found.card.status,
        type=found.card.type,
        type_chosen=ticket.type_chosen is not None,
        owners=tuple(person for person, since in found.owners if since <= at),
        decided_later=ticket.decided_at is not None and ticket.decided_at > at,
        has=frozenset(label for label, since in found.labels.items() if since <= at),
        taken_off=frozenset(found.put_by_rules - set(found.labels)),
    )


def ticket_now(found: Standing, arrival: Arrival) -> Ticket:
    """The ticket as it is, for a message that has just arrived."""
    then = ticket_at(found, arrival)
    return Ticket(
        owed=then.owed or found.card.awaiting_since is not None,
        status=found.card.status,
        type=found.ticket.type_chosen or found.card.type,
        type_chosen=then.type_chosen,
        owners=tuple(person for person, _ in found.owners),
        decided_later=then.decided_later,
        has=frozenset(found.labels),
        taken_off=then.taken_off,
    )


def house(session: Session) -> House:
    """Who works here, and which views there are."""
    working = frozenset(person.name for person in people.everybody(session) if not person.disabled_at)
    return House(working, frozenset(views.names(session)))


def _apply(session: Session, stored: list[TriageRule], arrivals: list[Arrival], changes: desk.Changes) -> None:
    seen = triage_rules.seen(session, {(arrival.account, arrival.key) for arrival in arrivals})
    waiting = [arrival for arrival in arrivals if (arrival.account, arrival.key) not in seen]
    if not waiting:
        return
    rules, at_home = [rule_of(row) for row in stored], house(session)
    standing = triage_rules.standing(session, {arrival.ticket_id for arrival in waiting})
    names, touched = views.names(session), set()
    for arrival in waiting:
        found = standing[arrival.ticket_id]
        made = triage.plan(rules, facts_of(arrival), ticket_now(found, arrival), at_home)
        for step in made.steps:
            _carry_out(session, step, found, names, changes)
            touched.add(arrival.ticket_id)
        _remember(session, made, arrival, changes.now)
    session.flush()
    desk.derive(session, touched, changes)


def _carry_out(session: Session, step: Step, found: Standing, names: dict[str, str], changes: desk.Changes) -> None:
    """Do one step, and keep in mind that it was done, for the next message of the ticket."""
    by, now, ticket = f"rule {step.rule.name}", changes.now, found.ticket
    before, after = None, {"value": step.value}
    if step.action in (tags.TAG, tags.VIEW):
        label = (step.action, step.value)
        tags.put(session, ticket.id, label, by=by, at=now)
        found.labels[label] = now
        after = {"value": names[step.value], "view": step.value} if step.action == tags.VIEW else after
    elif step.action == "owner":
        ticket_work.assign(session, ticket.id, step.value, by=by, at=now)
        found.owners.append((step.value, now))
    elif step.action == "type":
        before, ticket.type_chosen = {"value": found.card.type}, step.value
    else:
        before, after = {"status": found.card.status}, _decide(found, step.value, by, now)
    ticket.version += 1
    name = f"ticket:{ticket.id}"
    changes.entries.append(journal.Entry(now, by, WHAT[step.action], name, before, after))


def _decide(found: Standing, status: str, by: str, now: datetime) -> dict[str, Any]:
    ticket = found.ticket
    ticket.decided, ticket.decided_at, ticket.decided_by, ticket.solved_reason = status, now, by, None
    return {"status": status, "solved_reason": None, "reason": by if status == "solved" else ""}


def _remember(session: Session, made: Plan, arrival: Arrival, now: datetime) -> None:
    for rule in made.matched:
        did = [(step.action, step.value) for step in made.steps if step.rule is rule]
        triage_rules.remember(session, arrival, rule.id, did, at=now)
