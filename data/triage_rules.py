"""Triage rules as stored: their order and history, dry runs, what they were asked about and what they have done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.orm import Session

from data import tags
from data.models.derived import Card, Response
from data.models.ledger import RawMail
from data.models.mirrored import Message
from data.models.ours import Assignee, Ticket
from data.models.triage import TriageApplied, TriageChange, TriageDryRun, TriageRule
from data.store import ensure

PIECE = 500
"""Messages that a dry run holds in memory at once."""


@dataclass(frozen=True)
class Arrival:
    """A message that opened a ticket or that a buyer wrote, as rules see it. `path` is empty for a mailbox."""

    id: int
    account: str
    key: str
    ticket_id: int
    kind: str
    marketplace: str | None
    subject: str
    buyer_name: str | None
    relay: str | None
    reply_to: str | None
    text: str
    language: str | None
    sent_at: datetime
    starts_clock: bool
    path: str | None


@dataclass
class Standing:
    """A ticket with what was decided about it and when. `asked`: (sent, answered or None) per buyer message."""

    ticket: Ticket
    card: Card
    owners: list[tuple[str, datetime]] = field(default_factory=list)
    labels: dict[tags.Label, datetime] = field(default_factory=dict)
    asked: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    put_by_rules: set[tags.Label] = field(default_factory=set)


def everything(session: Session) -> list[TriageRule]:
    """All rules that are not deleted, in their order."""
    rules = select(TriageRule).where(TriageRule.deleted_at.is_(None))
    return list(session.scalars(rules.order_by(TriageRule.place, TriageRule.id)))


def switched_on(session: Session) -> list[TriageRule]:
    """The rules that are on, in their order."""
    return [rule for rule in everything(session) if rule.on_since]


def one(session: Session, rule_id: int) -> TriageRule | None:
    """A rule to be written, also a deleted one; locked until the transaction ends where the database can."""
    return session.get(TriageRule, rule_id, with_for_update=True)


def add(session: Session, name: str, wording: Mapping[str, Any], fingerprint: str) -> TriageRule:
    """A new rule after all others; it is off."""
    last = session.scalar(select(func.max(TriageRule.place))) or 0
    rule = TriageRule(name=name, place=last + 1, wording=dict(wording), fingerprint=fingerprint)
    session.add(rule)
    session.flush()
    return rule


def note_change(session: Session, rule: TriageRule, what: str, *, by: str, at: datetime) -> None:
    """Add to the history of a rule."""
    change = TriageChange(rule_id=rule.id, what=what, at=at, by=by, version=rule.version, wording=rule.wording)
    session.add(change)
    session.flush()


def history(session: Session, rule_id: int, *, limit: int = 50) -> list[TriageChange]:
    """What was done to a rule, newest first."""
    mine = select(TriageChange).where(TriageChange.rule_id == rule_id)
    return list(session.scalars(mine.order_by(TriageChange.id.desc()).limit(limit)))


def by_id(session: Session, rule_id: int) -> TriageRule | None:
    """A rule to be looked at."""
    return session.get(TriageRule, rule_id)


def dry_runs(session: Session) -> dict[tuple[int, str], datetime]:
    """When each wording (rule id, fingerprint) was last dry-run."""
    newest = select(TriageDryRun.rule_id, TriageDryRun.fingerprint, func.max(TriageDryRun.at))
    rows = session.execute(newest.group_by(TriageDryRun.rule_id, TriageDryRun.fingerprint))
    return {(rule_id, fingerprint): at for rule_id, fingerprint, at in rows}


def keep_dry_run(
    session: Session,
    rule_id: int,
    fingerprint: str,
    result: Mapping[str, Any],
    *,
    since: datetime,
    by: str,
    at: datetime,
) -> TriageDryRun:
    """Store what a dry run found."""
    values = {"rule_id": rule_id, "fingerprint": fingerprint, "result": dict(result), "since": since}
    kept = TriageDryRun(**values, by=by, at=at)
    session.add(kept)
    session.flush()
    return kept


def last_dry_run(session: Session, rule_id: int, fingerprint: str) -> TriageDryRun | None:
    """The newest dry run of a wording of a rule."""
    mine = select(TriageDryRun).where(TriageDryRun.rule_id == rule_id, TriageDryRun.fingerprint == fingerprint)
    return session.scalars(mine.order_by(TriageDryRun.id.desc()).limit(1)).first()


# What rules are asked about


_ARRIVAL = (
    Message.id,
    Message.account,
    Message.key,
    Message.ticket_id,
    Message.kind,
    Message.marketplace,
    Message.subject,
    Message.buyer_name,
    Message.relay,
    Message.reply_to,
    Message.text,
    Message.language,
    Message.sent_at,
    Message.starts_clock,
    RawMail.path,
)


def _arrivals() -> Select[Any]:
    counts = or_(Message.starts_clock, Message.joined_by == "new")
    columns: Sequence[Any] = _ARRIVAL
    query = select(*columns).outerjoin(RawMail, RawMail.id == Message.raw_mail_id)
    return query.where(Message.ticket_id.is_not(None), counts).order_by(Message.sent_at, Message.id)


def arrivals(session: Session, message_ids: Collection[int]) -> list[Arrival]:
    """Those of the messages that rules are asked about, oldest first; not those before the horizon."""
    mine = _arrivals().where(Message.id.in_(list(message_ids)), Message.before_horizon.is_(False))
    return [Arrival(*row) for row in session.execute(mine)]


def arrivals_since(session: Session, since: datetime, after: tuple[datetime, int] | None) -> list[Arrival]:
    """The next piece of the messages since a time, by (time, id) after a mark."""
    query = _arrivals().where(Message.sent_at >= since).limit(PIECE)
    if after is not None:
        query = query.where(tuple_(Message.sent_at, Message.id) > after)
    return [Arrival(*row) for row in session.execute(query)]


def opened_by_hand(session: Session, since: datetime, until: datetime) -> Iterator[list[int]]:
    """The ids of tickets that people opened in a time, in pieces."""
    by_hand = (Ticket.opened_by != "mail", Ticket.follow_up_of.is_(None), Ticket.key.not_like("split:%"))
    mine = select(Ticket.id).where(*by_hand, Ticket.opened_at >= since, Ticket.opened_at <= until)
    for piece in session.scalars(mine.order_by(Ticket.id).execution_options(yield_per=PIECE)).partitions():
        yield list(piece)


def standing(session: Session, ticket_ids: Collection[int]) -> dict[int, Standing]:
    """What was decided about these tickets; six statements however many."""
    ids = list(ticket_ids)
    pairs = select(Ticket, Card).join(Card, Card.ticket_id == Ticket.id).where(Ticket.id.in_(ids))
    found = {ticket.id: Standing(ticket, card) for ticket, card in session.execute(pairs)}
    owners = select(Assignee).where(Assignee.ticket_id.in_(ids)).order_by(Assignee.at, Assignee.person)
    for each in session.scalars(owners):
        found[each.ticket_id].owners.append((each.person, each.at))
    for ticket_id, labels in tags.of_tickets(session, list(found)).items():
        found[ticket_id].labels = labels
    asked = select(Response.ticket_id, Response.sent_at, Response.answered_at).where(Response.ticket_id.in_(ids))
    for row in session.execute(asked.where(Response.hidden.is_(False))):
        found[row.ticket_id].asked.append((row.sent_at, row.answered_at))
    did = select(TriageApplied.ticket_id, TriageApplied.did).where(TriageApplied.ticket_id.in_(ids))
    for ticket_id, done in session.execute(did):
        found[ticket_id].put_by_rules |= {(kind, value) for kind, value in done}
    return found


# What rules have done


def seen(session: Session, keys: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of the messages, by (account, key), that some rule has acted on."""
    by_account: dict[str, list[str]] = defaultdict(list)
    for account, key in keys:
        by_account[account].append(key)
    found: set[tuple[str, str]] = set()
    for account, mine in by_account.items():
        query = select(TriageApplied.message_key).where(TriageApplied.account == account)
        found |= {(account, key) for key in session.scalars(query.where(TriageApplied.message_key.in_(mine)))}
    return found


def remember(session: Session, arrival: Arrival, rule_id: int, did: Sequence[tuple[str, str]], *, at: datetime) -> None:
    """Write down that a rule has acted on a message."""
    row = {
        "account": arrival.account,
        "message_key": arrival.key,
        "rule_id": rule_id,
        "ticket_id": arrival.ticket_id,
        "at": at,
        "did": [list(pair) for pair in did],
    }
    ensure(session, TriageApplied, row, key=("account", "message_key", "rule_id"))
