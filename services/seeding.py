"""Fills a store with synthetic tickets, for benches: invented, the same for the same seed, as the desk keeps it."""

from __future__ import annotations

import gc
import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from types import SimpleNamespace
from typing import Any

from sqlalchemy.orm import Session

from data import bulk, counts, mail_counts, response_cells
from data.facts import MessageFact, TicketFacts
from data.models.derived import Card, Response
from data.models.ledger import RawMail
from data.models.mirrored import Message, ThreadKey
from data.models.ours import Assignee, Mark, Person, Ticket
from data.store import Store, insert_new
from services import desk
from services.rules.copies import name_key
from services.rules.marketplaces import MARKETPLACES
from services.seed_words import Writer

ACCOUNTS = {"example-eu": ("DE", "UK", "FR"), "example-us": ("US", "CA"), "example-jp": ("JP",)}
SHARES = (6, 3, 1)
PEOPLE = ("Amira", "Ben", "Chiara", "Daichi", "Elif", "Femi")
TOPICS = ("Product Details", "Shipping", "Return", "Order", "Other", "Warranty")
NOTICES = ("return_request", "cancellation_request", "a_to_z_opened", "order_notice")
MOST_OWED = 500
PIECE = 1000
"""Tickets that are stored at once: few enough for their times to be written as text only once."""
SPAN = timedelta(days=1095)
"""What 1,000,000 tickets are spread over; fewer in proportion, but never less than a month."""


@dataclass
class _Ids:
    """The last id given per table."""

    ticket: int
    message: int
    mark: int
    raw_mail: int


@dataclass
class _Rows:
    """What one ticket adds to the store, by table."""

    ticket: dict[str, Any]
    card: dict[str, Any]
    messages: list[dict[str, Any]]
    responses: list[dict[str, Any]]
    keys: list[dict[str, Any]]
    marks: list[dict[str, Any]]
    assignees: list[dict[str, Any]]
    raw_mails: list[dict[str, Any]]


def fill(store: Store, tickets: int, *, seed: int, now: datetime, owed: int | None = None) -> int:
    """Add `tickets` tickets of about three messages each; the number added.

    `owed` of them are owed an answer: 2 %, but at most 500, since open work does not grow with history. Cards,
    responses and counts are what `desk.rebuild` derives. Mails have ledger rows without their bytes, as after a purge.
    """
    with store.read() as session:
        before = bulk.highest_id(session, Ticket)
    with _without_collector(), bulk.loading(store, put_indexes_aside=tickets >= before) as session:
        ids = _Ids(*(bulk.highest_id(session, table) for table in (Ticket, Message, Mark, RawMail)))
        made = _Maker(Random(f"{seed} {before}"), ids, tickets, now, owed)
        _hire(session)
        moved: Counter[counts.Place] = Counter()
        piece: list[_Rows] = []
        for rows in made.all():
            moved[(rows.card["account"], rows.card["marketplace"] or "", rows.card["status"])] += 1
            piece.append(rows)
            if len(piece) == PIECE:
                _add(session, piece)
                piece.clear()
        _add(session, piece)
        counts.apply(session, moved)
        response_cells.forget(session)
        mail_counts.recount(session)
        bulk.ids_continue(session, (Ticket, Message, Mark, RawMail))
    return tickets


@contextmanager
def _without_collector() -> Iterator[None]:
    """Rows have no cycles, but going through millions of them again and again costs a sixth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _hire(session: Session) -> None:
    rows = [{"name": name, "role": "agent", "preferences": {}} for name in PEOPLE]
    insert_new(session, Person, rows, key=("name",))


def _add(session: Session, piece: list[_Rows]) -> None:
    bulk.add(session, Ticket, [rows.ticket for rows in piece])
    bulk.add(session, Card, [rows.card for rows in piece])
    for table, name in (
        (RawMail, "raw_mails"),
        (Message, "messages"),
        (Response, "responses"),
        (ThreadKey, "keys"),
        (Mark, "marks"),
        (Assignee, "assignees"),
    ):
        bulk.add(session, table, [row for rows in piece for row in getattr(rows, name)])


@dataclass(frozen=True)
class _Buyer:
    """Somebody invented who writes about an order."""

    account: str
    marketplace: str
    language: str
    name: str
    relay: str
    order_id: str | None
    subject: str
    key: str | None


class _Maker:
    """Makes tickets one by one, oldest first; the last ones are owed an answer."""

    def __init__(self, random: Random, ids: _Ids, tickets: int, now: datetime, owed: int | None) -> None:
        self.random, self.ids, self.tickets, self.now = random, ids, tickets, now
        self.owed = min(MOST_OWED, -(-tickets // 50)) if owed is None else min(owed, tickets)
        self.span = max(timedelta(days=30), SPAN * (tickets / 1_000_000))
        self.writer = Writer(random)

    def all(self) -> Iterator[_Rows]:
        """Every ticket."""
        start = self.now - self.span
        step = (self.span - timedelta(days=2)) / max(1, self.tickets)
        for n in range(self.tickets):
            if n >= self.tickets - self.owed:
                yield self._ticket(self.now - timedelta(seconds=self.random.randrange(1, 30 * 3600)), owed=True)
            else:
                yield self._ticket(start + step * n, owed=False)

    def _ticket(self, at: datetime, *, owed: bool) -> _Rows:
        random, ids = self.random, self.ids
        ids.ticket += 1
        at = at.replace(microsecond=0)
        shape = "owed" if owed else random.choices(("answered", "marked", "unneeded", "notice"), (86, 5, 4, 5))[0]
        buyer = self._buyer()
        messages = self._messages(buyer, shape, at)
        ticket = self._decided(shape, messages, buyer)
        marks = self._marks(shape, messages)
        people = self._people(owed)
        assigned = [(person, at) for person in people]
        # Plain objects in place of the mapped ones, which cost four times as much to make.
        marked: list[Mark] = [_like(each) for each in marks]
        facts = TicketFacts(_like(ticket), [_fact(each) for each in messages], marked, assigned)
        judged = desk.judge(facts)
        return _Rows(
            ticket=ticket,
            card=desk.card_of(judged),
            messages=messages,
            responses=desk.responses_of(judged),
            keys=_keys(ids.ticket, messages, buyer),
            marks=marks,
            assignees=[{"ticket_id": ids.ticket, "person": each, "at": at, "by": each} for each in people],
            raw_mails=[_raw_mail(each) for each in messages],
        )

    def _buyer(self) -> _Buyer:
        random = self.random
        account = random.choices(tuple(ACCOUNTS), SHARES)[0]
        marketplace = random.choice(ACCOUNTS[account])
        place = MARKETPLACES[marketplace]
        # Some buyers come back: about one number in five is drawn more than once.
        number = random.randrange(3 * self.tickets)
        alias = hashlib.blake2b(f"{account} {number}".encode(), digest_size=9).hexdigest()
        order = f"{random.randrange(100, 999)}-{random.randrange(10**7):07}-{random.randrange(10**7):07}"
        order_id = order if random.random() < 0.9 else None
        name = self.writer.name(place.languages[0], number)
        return _Buyer(
            account,
            marketplace,
            place.languages[0],
            name,
            f"{alias}@marketplace.{place.domain}",
            order_id,
            f"Inquiry from Amazon customer {name}{f' (Order: {order_id})' if order_id else ''}",
            name_key(name) or None,
        )

    def _messages(self, buyer: _Buyer, shape: str, at: datetime) -> list[dict[str, Any]]:
        """The mails of one ticket by time; `at` is the first one's, of an owed ticket the last one's."""
        if shape == "notice":
            return [self._message(buyer, self.random.choice(NOTICES[:3]), at)]
        if shape in ("marked", "unneeded"):
            return [self._message(buyer, "buyer_message", at)]
        rounds = self.random.choices((1, 2, 3), (60, 30, 10))[0]
        kinds = ["buyer_message", "reply_confirmation"] * rounds
        if self.random.random() < 0.25:
            kinds.insert(0, "buyer_message")
        if shape == "owed":
            kinds = kinds[:-1] if rounds > 1 else ["buyer_message"]
            at -= timedelta(hours=9) * (len(kinds) - 1)
        made = []
        for kind in kinds:
            made.append(self._message(buyer, kind, at))
            at += timedelta(hours=9) if shape == "owed" else timedelta(minutes=self.random.randrange(5, 26 * 60))
        return made

    def _message(self, buyer: _Buyer, kind: str, at: datetime) -> dict[str, Any]:
        ids, random = self.ids, self.random
        ids.message += 1
        ids.raw_mail += 1
        asked, copy = kind == "buyer_message", kind == "reply_confirmation"
        at = min(at, self.now)
        token = f"{ids.message:09}"
        return {
            "id": ids.message,
            "account": buyer.account,
            "key": f"m:A{token}" if asked else f"i:<{token}@mail.example>",
            "ticket_id": ids.ticket,
            "raw_mail_id": ids.raw_mail,
            "marketplace": buyer.marketplace,
            "kind": kind,
            "direction": "buyer" if asked else "agent" if copy else "amazon",
            "starts_clock": asked,
            "before_horizon": False,
            "sent_at": at,
            "received_at": at + timedelta(seconds=20),
            "imported_at": min(at + timedelta(seconds=60), self.now),
            "subject": buyer.subject,
            "buyer_name": buyer.name,
            "buyer_key": buyer.key,
            "relay": None if copy else buyer.relay,
            "reply_to": buyer.relay if asked else None,
            "order_id": buyer.order_id,
            "asin": f"B0{random.randrange(10**8):08}" if asked else None,
            "amazon_message_id": f"A{token}" if asked else None,
            "thread_id": f"T{ids.ticket:09}" if asked else None,
            "case_id": None,
            "message_id": f"<{token}@mail.example>",
            "content_hash": f"{ids.message:064x}",
            "topic": random.choice(TOPICS) if asked else None,
            "text": self.writer.text(buyer.language),
            "text_from": "pre" if asked else "whole",
            "language": buyer.language if asked else None,
            "joined_by": "new" if asked else None,
            "console_url": None,
            "attachments": [],
            "facts": {},
        }

    def _decided(self, shape: str, messages: list[dict[str, Any]], buyer: _Buyer) -> dict[str, Any]:
        """The ticket's row: old ones are solved or closed, those of the last week may still be pending."""
        first, last = messages[0], messages[-1]
        over = last["sent_at"] + timedelta(days=self.random.randrange(1, 7))
        decided = None
        if shape != "owed" and over < self.now - timedelta(days=1):
            decided = self.random.choices(("solved", "closed"), (2, 1))[0]
        read = over if decided else last["imported_at"] if shape == "owed" and self.random.random() < 0.5 else None
        return {
            "id": self.ids.ticket,
            "account": buyer.account,
            "key": first["key"],
            "opened_at": first["sent_at"],
            "opened_by": "mail",
            "decided": decided,
            "decided_at": over if decided else None,
            "decided_by": self.random.choice(PEOPLE) if decided else None,
            "solved_reason": self.random.choice(("known_fix", "customer_confirmed", "silence")) if decided else None,
            "type_chosen": None,
            "subject_chosen": None,
            "order_chosen": None,
            "order_detached": False,
            "snoozed_until": None,
            "snoozed_at": None,
            "unread_at": None,
            "read_at": read,
            "read_by": self.random.choice(PEOPLE) if read else None,
            "follow_up_of": None,
            "version": 2 if decided else 1,
        }

    def _marks(self, shape: str, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        kind = {"marked": "answered", "unneeded": "no_response_needed"}.get(shape)
        if kind is None:
            return []
        self.ids.mark += 1
        message = messages[0]
        at = min(message["sent_at"] + timedelta(minutes=self.random.randrange(5, 1500)), self.now)
        return [
            {
                "id": self.ids.mark,
                "ticket_id": message["ticket_id"],
                "message_id": message["id"],
                "message_key": message["key"],
                "kind": kind,
                "at": at,
                "by": self.random.choice(PEOPLE),
                "made_at": at,
                "confirmed_at": None,
                "confirmed_by": None,
                "undone_at": None,
            }
        ]

    def _people(self, owed: bool) -> list[str]:
        some = 0.6 if owed else 0.9
        return [self.random.choice(PEOPLE)] if self.random.random() < some else []


def _like(values: dict[str, Any]) -> Any:
    return SimpleNamespace(**values)


def _fact(message: dict[str, Any]) -> MessageFact:
    found: MessageFact = _like({**message, "start": message["text"][:240], "home": 0, "order_from": None})
    return found


def _keys(ticket_id: int, messages: list[dict[str, Any]], buyer: _Buyer) -> list[dict[str, Any]]:
    """What leads later mails to the ticket, as `sync.threads` learns it."""
    found = {("reference", message["message_id"]) for message in messages if message["kind"] != "reply_confirmation"}
    if buyer.order_id:
        found.add(("order", buyer.order_id))
    if messages[0]["starts_clock"]:
        found |= {("thread", messages[0]["thread_id"]), ("alias", buyer.relay)}
        if buyer.order_id:
            found.add(("order_alias", f"{buyer.order_id} {buyer.relay}"))
    return [
        {"account": buyer.account, "kind": kind, "value": value, "ticket_id": ticket_id}
        for kind, value in sorted(found)
    ]


def _raw_mail(message: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": message["raw_mail_id"],
        "account": message["account"],
        "mailbox_account": message["account"],
        "mailbox": f"support@{message['account']}.example",
        "folder": "INBOX",
        "uidvalidity": 1,
        "uid": message["raw_mail_id"],
        "path": "",
        "sha256": message["content_hash"],
        "size": 11_000,
        "date_hint": message["sent_at"],
        "received_at": message["received_at"],
        "seen_at": message["imported_at"],
        "unreadable": None,
        "disposition": "ticketed",
        "rule": message["kind"],
        "reason": None,
        "kind": message["kind"],
        "message_id": message["message_id"],
        "message_row": message["id"],
        "parsed_at": message["imported_at"],
        "parser": 1,
        "decided": None,
    }
