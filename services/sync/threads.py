"""Finds the ticket that a mail belongs to, in Amazon's order of certainty; closed tickets are found too.

Footer thread id, case id, References, order id + alias, alias with mail within 30 days; else a new ticket.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from data import casework, messages
from data.messages import Key
from services.mail.read import Mail
from services.rules.copies import name_key

ALIAS_REACH = timedelta(days=30)


@dataclass
class Known:
    """What threading must know of a ticket: its order, its first and last mail, and whether a buyer wrote in it."""

    order_id: str | None
    first_at: datetime
    last_at: datetime
    has_buyer: bool

    def reaches(self, at: datetime) -> bool:
        """Whether a mail of this time is within 30 days of the conversation, before or after."""
        return self.distance(at) <= ALIAS_REACH

    def distance(self, at: datetime) -> timedelta:
        """How far from the conversation a time is; nothing within it."""
        return max(self.first_at - at, at - self.last_at, timedelta(0))


class Threads:
    """The threads that a batch of mails of one account may touch; knows tickets opened in the batch as well."""

    def __init__(self, session: Session, account: str, mails: Sequence[Mail]) -> None:
        self._session = session
        self._account = account
        self._tickets = messages.tickets_by_key(session, account, {key for mail in mails for key in _keys(mail)})
        ids = {ticket_id for found in self._tickets.values() for ticket_id in found}
        self._known = {
            card.ticket_id: Known(card.order_id, card.opened_at, card.last_at, card.last_buyer_at is not None)
            for card in messages.cards(session, ids)
        }
        self.regrouped = Regrouped(session, account)
        if self.regrouped.is_used:
            self._know_homes(ids)
        self._new: dict[tuple[str, str, int], None] = {}

    def _know_homes(self, ids: set[int]) -> None:
        """What people merged and split is known by its own mail, as if nobody had: so that it can be undone."""
        homes = casework.involved(self._session, ids) | (ids - self._known.keys())
        for home, rows in casework.home_facts(self._session, homes).items():
            if rows:
                order_id = next((row.order_id for row in rows if row.order_id), None)
                has_buyer = any(row.starts_clock for row in rows)
                self._known[home] = Known(order_id, rows[0].sent_at, rows[-1].sent_at, has_buyer)
        for ticket in messages.opened(self._session, homes - self._known.keys()):
            self._known[ticket.id] = Known(ticket.order_chosen, ticket.opened_at, ticket.opened_at, False)
        known = self._known.keys()
        self._tickets = {key: found & known for key, found in self._tickets.items() if found & known}

    def seat(self, home: int, mail: Mail, message_key: str) -> tuple[int, int]:
        """(ticket, home): where a mail with this home shows, after all that people merged and split."""
        return self.regrouped.seat(home, message_key, following_keys(mail))

    def find(self, mail: Mail, at: datetime) -> tuple[int, str] | None:
        """The ticket of a buyer's mail and the key that led there, or None for a new conversation."""
        for key in _certain_keys(mail):
            if found := self._tickets.get(key):
                return max(found, key=self._freshness), key[0]
        return self._by_alias(mail, at) or self._notices_only(mail)

    def find_for_notice(self, mail: Mail, at: datetime) -> int | None:
        """The ticket that a notice concerns: by what it answers, by buyer address, by order."""
        found = self.find(mail, at)
        if found:
            return found[0]
        same_order = self._tickets.get(("order", mail.order_id or ""), set())
        return max(same_order, key=self._freshness, default=None)

    def learn(self, ticket_id: int, mail: Mail, at: datetime, *, from_buyer: bool) -> None:
        """Remember what leads to this ticket from now on."""
        known = self._known.setdefault(ticket_id, Known(None, at, at, from_buyer))
        known.order_id = known.order_id or mail.order_id
        known.first_at, known.last_at = min(known.first_at, at), max(known.last_at, at)
        known.has_buyer = known.has_buyer or from_buyer
        for key in _lasting_keys(mail, known, from_buyer=from_buyer):
            self._tickets.setdefault(key, set()).add(ticket_id)
            self._new[(*key, ticket_id)] = None

    def save(self) -> None:
        """Store the keys learnt in this batch."""
        rows = [
            {"account": self._account, "kind": kind, "value": value, "ticket_id": ticket_id}
            for kind, value, ticket_id in self._new
        ]
        messages.add_keys(self._session, rows)

    def hangs_on_replies(self, mail: Mail, at: datetime, replied: Collection[str | None]) -> bool:
        """Whether a buyer's mail would join a conversation if only that had gone on until later.

        Then it must be known first where the copies of replies belong that were read with it; `replied` are the names
        (as `name_key` gives them) and orders that those are about.
        """
        certain = any(key in self._tickets for key in _certain_keys(mail))
        if certain or not replied or self._by_alias(mail, at):
            return False
        orders = {self._known[ticket_id].order_id for ticket_id in self._of_alias(mail)}
        return bool(orders) and not {name_key(mail.buyer_name), *orders}.isdisjoint(replied)

    def _by_alias(self, mail: Mail, at: datetime) -> tuple[int, str] | None:
        near = [ticket_id for ticket_id in self._of_alias(mail) if self._known[ticket_id].reaches(at)]
        # The conversation that it follows, or is part of; mail may be read in any order.
        by_distance = sorted(near, key=self._freshness, reverse=True)
        nearest = min(by_distance, key=lambda ticket_id: self._known[ticket_id].distance(at), default=None)
        return (nearest, "alias") if nearest is not None else None

    def _of_alias(self, mail: Mail) -> list[int]:
        """The conversations of the buyer's address that are not about another order."""
        mine = self._tickets.get(("alias", mail.relay or ""), ())
        return [ticket_id for ticket_id in mine if _orders_agree(self._known[ticket_id].order_id, mail.order_id)]

    def _notices_only(self, mail: Mail) -> tuple[int, str] | None:
        """A ticket that so far holds only Amazon's notices about this order: the buyer's first mail joins it."""
        silent = [t for t in self._tickets.get(("order", mail.order_id or ""), ()) if not self._known[t].has_buyer]
        return (max(silent, key=self._freshness), "order") if silent else None

    def _freshness(self, ticket_id: int) -> tuple[datetime, int]:
        return self._known[ticket_id].last_at, ticket_id


class Regrouped:
    """What people merged and split in one account, as incoming mail must follow it; costs nothing where nobody did."""

    def __init__(self, session: Session, account: str) -> None:
        self._session = session
        self._account = account
        self.is_used = casework.is_used(session, account)

    def seat(self, home: int, message_key: str, keys: Sequence[Key]) -> tuple[int, int]:
        """(ticket, home) of a message: fixed by a person, following a split, or as threading found it."""
        if not self.is_used:
            return home, home
        fixed = casework.pins_for(self._session, self._account, [message_key]).get(message_key)
        if fixed is None:
            split = casework.splits_for(self._session, self._account, keys)
            fixed = next((split[key] for key in keys if key in split), home)
        return casework.now_in(self._session, [fixed])[fixed], fixed


def following_keys(mail: Mail) -> list[Key]:
    """The keys by which a mail follows messages that were split off: its thread, its case, what it answers."""
    return [key for key in _certain_keys(mail) if key[0] != "order_alias"]


def _orders_agree(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other


def _certain_keys(mail: Mail) -> Iterator[Key]:
    if mail.thread_id:
        yield "thread", mail.thread_id
    if mail.case_id:
        yield "case", mail.case_id
    yield from (("reference", reference) for reference in _answered(mail))
    if mail.order_id and mail.relay:
        yield "order_alias", f"{mail.order_id} {mail.relay}"


def _answered(mail: Mail) -> Iterable[str]:
    """Message-IDs that this mail answers; for a bounce, of the mail that came back."""
    original = mail.facts.get("original_message_id")
    return (*mail.references, str(original)) if original else mail.references


def _keys(mail: Mail) -> Iterator[Key]:
    yield from _certain_keys(mail)
    if mail.relay:
        yield "alias", mail.relay
    if mail.order_id:
        yield "order", mail.order_id


def _lasting_keys(mail: Mail, known: Known, *, from_buyer: bool) -> Iterator[Key]:
    if mail.message_id:
        yield "reference", mail.message_id
    if mail.order_id:
        yield "order", mail.order_id
    if not from_buyer:
        return
    if mail.thread_id:
        yield "thread", mail.thread_id
    if mail.case_id:
        yield "case", mail.case_id
    if mail.relay:
        yield "alias", mail.relay
        for order_id in {known.order_id, mail.order_id} - {None}:
            yield "order_alias", f"{order_id} {mail.relay}"
