"""Takes stored raw mail through its steps: read, find the ticket, store the message, start clocks, file it.

Every step can be repeated from the ledger; a mail is read outside the transaction and placed inside one.
"""

from __future__ import annotations

import hashlib
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import InterfaceError, InternalError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session

from data import claims as claim_facts
from data import ledger, messages, rejects
from data.ledger import Waiting
from data.store import Store
from services import desk, triage
from services.claims import cards as claim_cards
from services.mail.read import PARSER_VERSION, Mail, read
from services.outbox import settle as outbox
from services.outbox.settle import Notice
from services.rules import copies
from services.rules.copies import name_key
from services.rules.mail_kinds import STARTS_CLOCK
from services.settings import Settings
from services.sync import replies
from services.sync.threads import Threads
from services.sync.twins import Identity, Twin, Twins

log = logging.getLogger(__name__)

BATCH = 200
OPENS_TICKET = frozenset(
    {"cancellation_request", "return_request", "a_to_z_opened", "chargeback_opened", "opt_out", "bounce"}
)
TOO_MUCH = "54"
"""PostgreSQL's class of "program limit exceeded", such as a value too long for an index."""
REFUTES = frozenset({"opt_out", "bounce"})
NEVER_TICKETED = frozenset({"order_notice", "fba_notice"})


@dataclass(frozen=True)
class Arrival:
    """A mail that has been read: its ledger row, what it says, the account it belongs to and its time."""

    waiting: Waiting
    mail: Mail
    account: str
    at: datetime
    content_hash: str

    @property
    def key(self) -> str:
        """The message's unique key: Amazon's id, else the Message-ID, else the hash of what it says."""
        if self.mail.amazon_message_id:
            return f"m:{self.mail.amazon_message_id}"
        return f"i:{self.mail.message_id}" if self.mail.message_id else f"h:{self.content_hash}"

    @property
    def identity(self) -> Identity:
        """What tells this message from others."""
        mail = self.mail
        # A mail without words or any id is told from others by its content alone.
        comparable = bool(mail.text) or self.key.startswith("h:")
        return Identity(self.waiting.row.id, mail.amazon_message_id, mail.message_id, self.content_hash, comparable)

    @property
    def starts_clock(self) -> bool:
        """Only buyer messages and Amazon writing for a customer start the 24 hours."""
        return self.mail.kind in STARTS_CLOCK

    def refused(self, error: Exception) -> Arrival:
        """The same mail as one that the store would not take, without anything that came from it."""
        reason = f"This mail could not be stored ({type(error).__name__}); the log has the details."
        return replace(self, mail=Mail("broken", "broken:store", "automatic", reason))


def digest(
    store: Store,
    settings: Settings,
    now: datetime,
    *,
    keep_going: Callable[[], bool] = lambda: True,
    on_batch: Callable[[int], None] = lambda _n: None,
) -> int:
    """Read all mail that waits in the ledger, batch by batch; the number of mails read. May be stopped anywhere."""
    done = 0
    while keep_going():
        with store.read() as session:
            batch = ledger.unread(session, limit=BATCH)
        if not batch:
            break
        arrivals = [_read(waiting, settings) for waiting in batch]
        _place_safely(store, settings, arrivals, now)
        done += len(batch)
        on_batch(len(batch))
    return done


def _place_safely(store: Store, settings: Settings, arrivals: Sequence[Arrival], now: datetime) -> None:
    """Store a batch; if that fails, each mail alone, and set aside the one that cannot be stored.

    One mail that the database refuses must not keep all others waiting for ever. Trouble with the database itself is
    raised.
    """
    try:
        with store.write() as session:
            place(session, settings, arrivals, now=now)
    except Exception as error:
        if not _is_about_content(error):
            raise
        log.warning("a batch of %d mails could not be stored (%s)", len(arrivals), type(error).__name__)
        if len(arrivals) > 1:
            for arrival in arrivals:
                _place_safely(store, settings, [arrival], now)
            return
        log.exception("mail %d could not be stored", arrivals[0].waiting.row.id)
        with store.write() as session:
            place(session, settings, [arrivals[0].refused(error)], now=now)


def _is_about_content(error: Exception) -> bool:
    """Whether the mail's own content is refused (too long, not storable), and not the database in trouble."""
    if isinstance(error, OperationalError | ProgrammingError | InterfaceError | InternalError):
        return str(getattr(error.orig, "sqlstate", "")).startswith(TOO_MUCH)
    return True


def place(session: Session, settings: Settings, arrivals: Sequence[Arrival], *, now: datetime) -> None:
    """Store a batch of read mails: messages, threads, copies of replies, cards, dispositions."""
    messages.one_at_a_time(session)
    changes = desk.Changes(now)
    while arrivals:
        arrivals = _place_some(session, settings, arrivals, changes)
    changes.write(session)


def _place_some(
    session: Session, settings: Settings, arrivals: Sequence[Arrival], changes: desk.Changes
) -> list[Arrival]:
    """Store mails up to one that hangs on what was read before it; those that are left."""
    now = changes.now
    outcomes: list[dict[str, Any]] = []
    touched: set[int] = set()
    left: list[Arrival] = []
    by_account: dict[str, list[Arrival]] = defaultdict(list)
    for arrival in arrivals:
        if arrival.mail.problem:
            outcomes.append(_set_aside(session, arrival, now))
        else:
            by_account[arrival.account].append(arrival)
    horizons = _horizons(session, settings, arrivals, now)
    # What is read again may name another order than before: its case must know that too.
    claims = claim_facts.named_by(session, [row for each in arrivals if (row := each.waiting.row.message_row)])
    for account, group in by_account.items():
        changed, placed, rest = _place_account(session, account, group, horizons, now)
        touched |= changed
        outcomes += placed
        left += rest
    ledger.settle(session, outcomes)
    rejects.mended(session, [o["row_id"] for o in outcomes if o["disposition"] != "set_aside"])
    desk.derive(session, touched, changes)
    later = {arrival.waiting.row.id for arrival in left}
    for account, group in by_account.items():
        placed_now = [arrival for arrival in group if arrival.waiting.row.id not in later]
        if bearing := _bearing(placed_now, touched):
            desk.derive(session, replies.settle(session, account, bearing, changes), changes)
        outbox.refute(session, account, _notices(placed_now, outcomes), changes)
        triage.arrived(session, _first_ticketed(placed_now, outcomes), changes)
        claims += [(account, each.mail.kind, each.mail.order_id) for each in placed_now]
    claim_cards.told_by_mail(session, claims, now=now)
    return left


def _read(waiting: Waiting, settings: Settings) -> Arrival:
    row = waiting.row
    mail = _reading(waiting)
    # A mail that has a message already stays where it is: read again it must not become a second one.
    account = row.account if row.message_row else _account(settings, mail, row.mailbox_account)
    at = mail.sent_at or mail.received_at or row.date_hint or row.seen_at
    return Arrival(waiting, mail, account, at, _content_hash(mail))


def _reading(waiting: Waiting) -> Mail:
    """What the mail says; with the source's own reason where there is no mail to read."""
    row = waiting.row
    mail = read(waiting.raw or b"", now=row.seen_at, arrived=row.received_at)
    if row.unreadable:
        return replace(mail, kind="broken", rule="unreadable", problem=row.unreadable)
    if row.decided == "buyer" and mail.problem and mail.kind != "broken":
        return replace(mail, kind="buyer_message", rule="decided by a person", direction="buyer", problem=None)
    return mail


def _account(settings: Settings, mail: Mail, own: str) -> str:
    """The account whose marketplaces include the mail's X-Marketplace-ID, else the mailbox's."""
    code = mail.marketplace_header
    mine = settings.accounts.get(own)
    if code is None or (mine and code in mine.marketplaces):
        return own
    return next((name for name, other in settings.accounts.items() if code in other.marketplaces), own)


def _content_hash(mail: Mail) -> str:
    if mail.kind in STARTS_CLOCK:
        return mail.content_hash
    # Notices share wording; their subject (with the order id) tells two of one second apart.
    return hashlib.sha256(f"{mail.content_hash} {mail.kind} {mail.subject} {mail.order_id}".encode()).hexdigest()


def _horizons(session: Session, settings: Settings, arrivals: Sequence[Arrival], now: datetime) -> dict[str, datetime]:
    reach = timedelta(days=settings.clock.ignore_unanswered_before_days)
    return {
        mailbox: ledger.horizon(session, mailbox, opens_from=now - reach, now=now)
        for mailbox in {arrival.waiting.row.mailbox for arrival in arrivals}
    }


def _place_account(
    session: Session, account: str, group: Sequence[Arrival], horizons: Mapping[str, datetime], now: datetime
) -> tuple[set[int], list[dict[str, Any]], Sequence[Arrival]]:
    """Store one account's mails; the tickets that changed, the outcomes for the ledger, and the mails that are left."""
    twins = Twins(session, account, [arrival.identity for arrival in group])
    threads = Threads(session, account, [arrival.mail for arrival in group])
    placed: list[tuple[Arrival, Twin, str]] = []
    new: dict[str, tuple[Twin, dict[str, Any]]] = {}
    again: list[dict[str, Any]] = []
    replied, left = set[str | None](), len(group)
    for at, arrival in enumerate(group):
        if arrival.starts_clock and threads.hangs_on_replies(arrival.mail, arrival.at, replied):
            left = at
            break
        if arrival.mail.kind == replies.COPY:
            replied |= {name_key(arrival.mail.buyer_name), arrival.mail.order_id} - {None, ""}
        twin = twins.find(arrival.identity)
        if twin and twin.identity.raw_mail_id != arrival.waiting.row.id:
            placed.append((arrival, twin, "copy"))
            twins.learn(twin, arrival.mail.amazon_message_id)
            continue
        ticket_id, how, home = _ticket_for(session, threads, arrival, twin)
        values = {**_message(arrival, ticket_id, how, now, horizons), "home_ticket_id": home}
        if twin:
            twin.ticket_id = ticket_id
            again.append({"id": twin.id, **_second_reading(values)})
        else:
            twin = Twin(arrival.identity, None, ticket_id)
            twins.remember(twin)
            new[arrival.key] = (twin, values)
        placed.append((arrival, twin, arrival.mail.rule))
    ids = messages.add(session, [values for _, values in new.values()])
    for key, (twin, _) in new.items():
        twin.id = ids[(account, key)]
    messages.rewrite(session, again)
    messages.rewrite(session, twins.learnt())
    threads.save()
    touched = {twin.ticket_id for _, twin, rule in placed if twin.ticket_id and rule != "copy"}
    return touched, [_outcome_of(arrival, twin, rule, now) for arrival, twin, rule in placed], group[left:]


def _ticket_for(
    session: Session, threads: Threads, arrival: Arrival, twin: Twin | None
) -> tuple[int | None, str | None, int | None]:
    """The ticket of a mail, how it was found, and its home if that shows in this ticket only by people's merging.

    It is opened now if this kind opens one.
    """
    mail = arrival.mail
    if twin and twin.ticket_id:
        return twin.ticket_id, None, None
    if mail.kind in NEVER_TICKETED or mail.kind == "reply_confirmation":
        return None, None, None
    if arrival.starts_clock:
        ticket_id, how = threads.find(mail, arrival.at) or (None, None)
    else:
        ticket_id, how = threads.find_for_notice(mail, arrival.at), "notice"
    if ticket_id is None and (arrival.starts_clock or mail.kind in OPENS_TICKET):
        opened = {"account": arrival.account, "key": arrival.key, "opened_at": arrival.at, "opened_by": "mail"}
        ticket_id, how = messages.open_ticket(session, {**opened, "order_detached": False, "version": 1}), "new"
    if ticket_id is None:
        return None, how, None
    threads.learn(ticket_id, mail, arrival.at, from_buyer=arrival.starts_clock)
    shown, home = threads.seat(ticket_id, mail, arrival.key)
    return shown, how, None if home == shown else home


def _message(
    arrival: Arrival, ticket_id: int | None, how: str | None, now: datetime, horizons: Mapping[str, datetime]
) -> dict[str, Any]:
    mail, row = arrival.mail, arrival.waiting.row
    return {
        "account": arrival.account,
        "key": arrival.key,
        "ticket_id": ticket_id,
        "raw_mail_id": row.id,
        "marketplace": mail.marketplace,
        "kind": mail.kind,
        "direction": mail.direction,
        "starts_clock": arrival.starts_clock,
        "before_horizon": arrival.at < horizons[row.mailbox],
        "sent_at": arrival.at,
        "received_at": mail.received_at or row.received_at,
        "imported_at": now,
        "subject": mail.subject,
        "buyer_name": mail.buyer_name,
        "buyer_key": name_key(mail.buyer_name) or None,
        "relay": mail.relay,
        "reply_to": mail.reply_to,
        "order_id": mail.order_id,
        "order_from": mail.order_from,
        "asin": mail.asin,
        "amazon_message_id": mail.amazon_message_id,
        "thread_id": mail.thread_id,
        "case_id": mail.case_id,
        "message_id": mail.message_id,
        "content_hash": arrival.content_hash,
        "topic": mail.topic,
        "text": mail.text,
        "text_from": mail.text_from,
        "language": mail.language,
        "joined_by": how,
        "console_url": mail.console_url,
        "attachments": [vars(attached) for attached in mail.attachments],
        "facts": dict(mail.facts),
    }


def _second_reading(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a second reading may change: not the message's identity, nor where it was put, nor when it came in."""
    kept = {"account", "key", "imported_at", "raw_mail_id"}
    if values["joined_by"] is None:
        kept |= {"joined_by", "ticket_id", "home_ticket_id"}
    if values["amazon_message_id"] is None:
        kept.add("amazon_message_id")
    return {name: value for name, value in values.items() if name not in kept}


def _outcome_of(arrival: Arrival, twin: Twin, rule: str, now: datetime) -> dict[str, Any]:
    ticketed = twin.ticket_id is not None and rule != "copy"
    if ticketed and arrival.mail.kind == replies.COPY:
        rule = copies.place(twin.ticket_id, asks=False)[1]
    return _outcome(arrival, "ticketed" if ticketed else "filed", rule, now, message_row=twin.id)


def _outcome(
    arrival: Arrival, disposition: str, rule: str | None, now: datetime, *, reason: str | None = None,
    message_row: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "row_id": arrival.waiting.row.id,
        "account": arrival.account,
        "disposition": disposition,
        "rule": rule,
        "reason": reason,
        "kind": arrival.mail.kind,
        "message_id": arrival.mail.message_id,
        "message_row": message_row,
        "parsed_at": now,
        "parser": PARSER_VERSION,
    }


def _set_aside(session: Session, arrival: Arrival, now: datetime) -> dict[str, Any]:
    row, mail = arrival.waiting.row, arrival.mail
    reason = mail.problem or ""
    rejects.open_for_mail(session, row, account=arrival.account, reason=reason, kind=mail.kind, now=now)
    return _outcome(arrival, "set_aside", mail.rule, now, reason=reason)


def _bearing(group: Sequence[Arrival], touched: Collection[int]) -> replies.Bearing | None:
    """What these mails may change about the places of copies; None if nothing."""
    bear = [arrival for arrival in group if arrival.starts_clock or arrival.mail.kind == replies.COPY]
    if not bear:
        return None
    names = {name_key(arrival.mail.buyer_name) for arrival in bear if arrival.mail.buyer_name}
    orders = {arrival.mail.order_id for arrival in bear if arrival.mail.order_id}
    moments = [arrival.at for arrival in bear]
    return replies.Bearing(names, orders, touched, min(moments), max(moments))


def _notices(group: Sequence[Arrival], outcomes: Sequence[Mapping[str, Any]]) -> list[Notice]:
    """What came in for the first time and says that something was not delivered."""
    copies_ = {outcome["row_id"] for outcome in outcomes if outcome["rule"] == "copy"}
    return [
        Notice(a.mail.kind, a.at, a.mail.facts, a.mail.relay, a.mail.order_id)
        for a in group
        if a.mail.kind in REFUTES and a.waiting.row.message_row is None and a.waiting.row.id not in copies_
    ]


def _first_ticketed(arrivals: Sequence[Arrival], outcomes: Sequence[Mapping[str, Any]]) -> list[int]:
    """The messages, by id, that came into a ticket now and were not known before."""
    first = {a.waiting.row.id for a in arrivals if a.waiting.row.message_row is None}
    return [o["message_row"] for o in outcomes if o["row_id"] in first and o["disposition"] == "ticketed"]
