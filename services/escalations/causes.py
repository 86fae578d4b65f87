"""What escalates by itself: opened once per occurrence, closed when its cause ends.

A status of the account that is not as Amazon wants it, mail of an unknown kind, a source that is silent for too long,
claims near their deadline, and buyers who wait for longer than 24 hours.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from data import escalations as rows
from data import streams, waiting
from data.models.escalations import Escalation
from data.models.ledger import StreamState
from data.store import Store
from services import health, sync_status
from services.claims.shapes import KINDS as CLAIM_KINDS
from services.escalations.acts import about_columns
from services.escalations.shapes import ITSELF, About
from services.health import Place
from services.rules import escalations as rules
from services.rules import health as health_rules
from services.rules.escalations import Found
from services.rules.identity import mask_address
from services.settings import Settings, is_frozen, real_now

MOST = 300
"""So many of a kind are looked at; the rest of a really bad day is in the sentence about all of them."""
HOUR, NEAR = timedelta(hours=1), timedelta(hours=24)
SILENT = timedelta(hours=2)
BAD = 3
"""The rank from which a word of Amazon's is not good (services.rules.health.rank)."""
MANY = {
    "late": "{account}: buyers who have waited longer than 24 hours, beside those named: {number}.",
    "claim": "{account}: claims that are due within a day, beside those named: {number}.",
    "mail": "{account}: mails of an unknown kind, beside those named: {number}.",
}
WHERE = {"late": ("inbox", (("box", "late"),)), "claim": ("claims", (("due", "day"),)), "mail": ("data_problems", ())}
ENDED = {
    "late": "Nobody waits any more.",
    "claim": "The claim does not wait for us any more, or its deadline is another.",
    "mail": "The mail was dealt with.",
    "source": "The source is being read again.",
    "status": "Amazon shows nothing bad any more.",
}


@dataclass(frozen=True)
class Cause:
    """One thing that escalates by itself, as it is opened."""

    found: Found
    about: About
    sentence: str
    needed: str
    needed_by: datetime
    urgency: str = "today"


def look(store: Store, settings: Settings, *, now: datetime) -> tuple[int, int]:
    """Open what is new, close what is over: (opened, ended). Writes nothing if all is as it was."""
    places = health.overview(store, settings, now=now).places
    with store.read() as session:
        found = [*_of_work(session, now), *_silent(session, now), *_bad(places, now)]
        standing = rows.causes(session)
    wanted = _limited(found, standing, now)
    gone = [key for key in standing if key not in wanted]
    fresh = [each for key, each in wanted.items() if key not in standing]
    if not gone and not fresh:
        return 0, 0
    with store.write() as session:
        opened = sum(_open(session, each, now) for each in fresh)
        _end(session, gone, now)
    return opened, len(gone)


def _limited(found: Sequence[Cause], standing: Mapping[str, Escalation], now: datetime) -> dict[str, Cause]:
    by_key = {each.found.key: each for each in found}
    chosen, rest = rules.to_stand([each.found for each in found], standing)
    wanted = {each.key: by_key[each.key] for each in chosen}
    for group, number in rest.items():
        kind, _, account = group.partition(":")
        if kind in MANY:
            many = _many(kind, account, number, now)
            wanted[many.found.key] = many
    return wanted


def _many(kind: str, account: str, number: int, now: datetime) -> Cause:
    page, target = WHERE[kind]
    subject = {"late": "ticket", "claim": "claim", "mail": "problem"}[kind]
    found = Found(kind, account, f"many:{kind}:{account}", now)
    about = About(subject, f"many/{account}", f"{account}: many at once", page, target, account)
    sentence = MANY[kind].format(account=account, number=number)
    return Cause(found, about, sentence, "Decide who works on them.", now + 4 * HOUR)


def _of_work(session: Session, now: datetime) -> Iterator[Cause]:
    for card in waiting.late(session, now=now, limit=MOST):
        since = card.awaiting_since or now
        found = Found("late", card.account, f"late:{card.ticket_id}:{int(since.timestamp())}", since)
        about = About(
            "ticket", str(card.ticket_id), f"Ticket {card.ticket_id}, {card.order_id or 'no order'}", "inbox",
            (("ticket", str(card.ticket_id)), ("box", "late")), card.account, card.marketplace, card.order_id,
            card.ticket_id,
        )  # fmt: skip
        place = f" in {card.marketplace}" if card.marketplace else ""
        yield Cause(
            found, about, f"A buyer{place} has waited longer than 24 hours.", "Answer the buyer.", now + 4 * HOUR
        )
    for case in waiting.claims_due(session, now=now, until=now + NEAR, limit=MOST):
        due = case.due_at or now
        found = Found("claim", case.account, f"claim:{case.case_id}:{int(due.timestamp())}", due)
        name = CLAIM_KINDS[case.kind]
        about = About(
            "claim", str(case.case_id), f"{name} {case.order_id}", "claims", (("case", str(case.case_id)),),
            case.account, case.marketplace, case.order_id,
        )  # fmt: skip
        sentence = f"{name} {case.order_id} is due within a day: {case.due_what or 'look in Seller Central'}."
        yield Cause(found, about, sentence, "Make sure that it is answered.", max(due, now + HOUR))
    for reject in waiting.unknown_mail(session, limit=MOST):
        found = Found("mail", reject.account, f"mail:{reject.id}", reject.at)
        about = About(
            "problem", str(reject.id), f"Mail set aside, no. {reject.id}", "data_problems", (), reject.account
        )
        sentence = mask_address(f"{reject.account}: {' '.join(reject.reason.split())}")[: rules.LONGEST_SENTENCE]
        yield Cause(found, about, sentence, "Say what is to be done with mail of this kind.", now + 2 * NEAR, "normal")


def _silent(session: Session, now: datetime) -> Iterator[Cause]:
    for (source, account, stream), row in streams.states(session).items():
        why = _why_silent(row, now)
        if why is None:
            continue
        title = sync_status.title_of(source, stream)
        ref = f"{source}/{account}/{stream}"
        found = Found("source", account, f"source:{ref}", row.failing_since or row.last_ok_at or now)
        about = About("source", ref, f"{title} of {account}", "sync", (), account)
        yield Cause(
            found, about, f"{title} of {account} {why}", "Have it mended; the Sync page says how.", now + 4 * HOUR
        )


def _why_silent(row: StreamState, now: datetime) -> str | None:
    """How a stream is silent, None if it is not. Its next run is reckoned by the real clock, as the sync does."""
    if row.state == "needs_person":
        return "cannot be read until somebody acts."
    if row.failing_since is not None and now - row.failing_since > SILENT:
        return "could not be read for hours."
    overdue = row.next_at is not None and not is_frozen() and real_now() - row.next_at > SILENT
    return "has been silent for hours." if overdue and row.last_ok_at is not None else None


def _bad(places: Sequence[Place], now: datetime) -> Iterator[Cause]:
    for place in places:
        worst = max(place.figures, key=lambda each: health_rules.rank(each.reading), default=None)
        if worst is None or health_rules.rank(worst.reading) < BAD or not place.summary:
            continue
        key = f"{place.account}/{place.marketplace}"
        target = (("account", place.account), ("mp", place.marketplace), ("metric", worst.metric))
        label = f"Account health, {place.marketplace}"
        about = About("metric", f"{key}/{worst.metric}", label, "health", target, place.account, place.marketplace)
        found = Found("status", place.account, f"status:{key}", place.taken_at)
        yield Cause(found, about, place.summary, "Find out why, and decide what is done.", now + NEAR)


def _open(session: Session, cause: Cause, now: datetime) -> bool:
    values = {
        **about_columns(cause.about), "sentence": cause.sentence, "needed": cause.needed, "needed_by": cause.needed_by,
        "urgency": cause.urgency, "by": ITSELF, "initials": "W", "opened_at": now, "token": uuid.uuid4().hex,
        "cause": cause.found.key,
    }  # fmt: skip
    # It is no work of a person's, so the activity log knows nothing of it: its own row says when and why.
    return rows.add_by_itself(session, values) is not None


def _end(session: Session, keys: Sequence[str], now: datetime) -> None:
    """Close what is over and still open, saying why; what a person closed before is only remembered as over."""
    for key in keys:
        row = rows.causes_of(session, key)
        if row is None:
            continue
        row.cause_ended_at = now
        if row.closed_at is None:
            kind = key.split(":")[1 if key.startswith("many:") else 0]
            row.closed_at, row.closed_by, row.closed_why = now, ITSELF, ENDED[kind]
            row.version += 1
            rows.cancel_waiting(session, row.id, at=now)
