"""What incoming mail says of our replies: Amazon's copies confirm them, notices of non-delivery refute them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from data import outgoing
from data.models.outgoing import Outgoing
from services.desk import Changes
from services.outbox import states
from services.outbox.states import OUTBOX, Way
from services.rules import outbox
from services.rules.copies import Talk, name_key
from services.rules.outbox import Sent

SAME_MAIL = timedelta(minutes=15)
"""Mail providers may give our mail another Message-ID; then its Date in the report must be that of our attempt."""
OPTED_OUT = (
    "The buyer opted out of messages from sellers, so Amazon did not deliver this reply. Only messages that the order "
    "cannot do without get through: write [Important] into the subject in Seller Central, and only for those."
)


@dataclass(frozen=True)
class Notice:
    """A notice that something was not delivered, as far as it says what. `kind`: bounce or opt_out."""

    kind: str
    at: datetime
    facts: Mapping[str, Any]
    relay: str | None = None
    order_id: str | None = None


@dataclass(frozen=True)
class Own:
    """Our replies in some conversations: by id, and by conversation (a follow-up ticket's is the one it follows)."""

    rows: Mapping[int, Outgoing]
    by_talk: Mapping[int, Sequence[Outgoing]]

    def replied(self, ticket_id: int) -> list[datetime]:
        """When we replied there; replies with a copy are left out, their copy stands for them."""
        rows = self.by_talk.get(ticket_id, ())
        return [r.handed_over_at for r in rows if r.handed_over_at and r.copy_message_id is None and _counts(r)]

    def places(self) -> dict[int, int]:
        """Copies (message id) that are known to confirm a reply: the ticket of that reply."""
        return {r.copy_message_id: r.ticket_id for r in self.rows.values() if r.copy_message_id is not None}


def own_replies(session: Session, ticket_ids: Collection[int], *, opened: Collection[int] = ()) -> Own:
    """Our replies in these conversations that left, may have, or wait to be copied by hand.

    `opened`: tickets that people opened about the same orders, in which no buyer may have written.
    """
    parents = outgoing.follow_ups_of(session, ticket_ids)
    rows = outgoing.confirmable(session, {*ticket_ids, *parents, *opened})
    by_talk: dict[int, list[Outgoing]] = {}
    for row in rows:
        by_talk.setdefault(parents.get(row.ticket_id, row.ticket_id), []).append(row)
    return Own({row.id: row for row in rows}, by_talk)


def match(session: Session, own: Own, copies: Sequence[Any], talks: Sequence[Talk]) -> dict[int, int]:
    """Which copies (rows of `data.messages.talk`) confirm which reply: message id -> outbox id, the new ones only."""
    known = own.places()
    fresh = [copy for copy in copies if copy.id not in known]
    if not fresh or not own.rows:
        return {}
    texts = outgoing.texts(session, [copy.id for copy in fresh])
    free = {row.id: _sent(row) for row in own.rows.values() if row.copy_message_id is None}
    found: dict[int, int] = {}
    for copy in sorted(fresh, key=lambda each: (each.sent_at, each.id)):
        near = [t.ticket_id for t in talks if _is_about(copy, t)]
        about = [r for r in own.rows.values() if copy.order_id and r.order_id == copy.order_id]
        rows = {r.id: r for r in (*about, *(r for ticket_id in near for r in own.by_talk.get(ticket_id, ())))}
        candidates = [free[row_id] for row_id in rows if row_id in free]
        sent = outbox.copy_of(copy.sent_at, texts.get(copy.id, ""), candidates)
        if sent is not None:
            found[copy.id] = sent.id
            del free[sent.id]
    return found


def confirm(session: Session, own: Own, links: Mapping[int, int], copies: Sequence[Any], changes: Changes) -> set[int]:
    """Settle replies by their copies; the tickets that change. Their cards are the caller's to derive."""
    at = {copy.id: copy.sent_at for copy in copies}
    touched = set()
    for message_id, outbox_id in links.items():
        way = Way(session, own.rows[outbox_id], changes, OUTBOX)
        if way.row.state in ("unknown", "sending"):
            states.handed_over(way, at=min(at[message_id], way.row.tried_at or at[message_id]))
        elif way.row.state == "queued":
            states.handed_over(way, at=at[message_id], what="by_hand")
        if way.move("confirmed", copy_message_id=message_id, settled_at=changes.now):
            way.say("confirmed")
            touched.add(way.row.ticket_id)
    session.flush()
    return touched


def refute(session: Session, account: str, notices: Sequence[Notice], changes: Changes) -> set[int]:
    """Settle replies that did not reach their buyer; the tickets that change, their cards derived."""
    touched = set()
    for notice in sorted(notices, key=lambda each: each.at):
        row = _refuted(session, account, notice)
        if row is None:
            continue
        way = Way(session, row, changes, OUTBOX)
        if states.came_back(way, "bounced", _sentence(notice)):
            touched.add(row.ticket_id)
            way.derive()
    return touched


def _refuted(session: Session, account: str, notice: Notice) -> Outgoing | None:
    if notice.kind == "bounce" and not outbox.is_failure(str(notice.facts.get("action") or "") or None):
        return None
    stated = notice.facts.get("original_message_id")
    if stated and (row := outgoing.by_message_id(session, account, str(stated))):
        return row
    relay = str(notice.facts.get("blocked_relay") or notice.relay or "") or None
    order_id = str(notice.facts.get("blocked_order") or notice.order_id or "") or None
    rows = {row.id: row for row in outgoing.sent_to(session, account, relay=relay, order_id=order_id)}
    candidates = [_sent(row) for row in rows.values()]
    if stated:
        written = _moment(notice.facts.get("original_sent_at"))
        candidates = [sent for sent in candidates if written and abs(sent.at - written) <= SAME_MAIL]
    sent = outbox.bounced_by(notice.at, relay=relay, order_id=order_id, candidates=candidates)
    return rows[sent.id] if sent else None


def _sentence(notice: Notice) -> str:
    if notice.kind == "opt_out":
        return OPTED_OUT
    why = " ".join(str(notice.facts.get(name) or "") for name in ("status", "diagnostic")).strip()
    said = f" ({why[:300]})" if why else ""
    return f"It came back undelivered{said}. Answer in Seller Central, or mend it and send it again."


def _sent(row: Outgoing) -> Sent:
    at = row.handed_over_at or row.tried_at or row.queued_at
    words = outbox.words_key(row.text)
    return Sent(row.id, row.ticket_id, at, words, row.state, row.relay, row.order_id, row.copy_message_id)


def _is_about(copy: Any, talk: Talk) -> bool:
    """Whether a copy can belong to a conversation: the same order, else the same buyer."""
    if copy.order_id and talk.order_ids:
        return copy.order_id in talk.order_ids
    return bool(copy.buyer_key) and name_key(copy.buyer_key) in talk.buyers


def _counts(row: Outgoing) -> bool:
    return row.state in outbox.COUNTS


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None
