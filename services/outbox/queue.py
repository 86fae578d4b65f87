"""What Send does: checks a reply and queues it, with its Message-ID, for the sender; taking it back; settling it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data import drafts, outgoing
from data.models.mirrored import Message
from data.models.outgoing import Outgoing
from data.store import Store
from services.errors import Blocked, Rejected
from services.inbox.actions import Desk, _opened, _refuse
from services.outbox import compose, states
from services.outbox.compose import File
from services.people import Person
from services.rules import outbox, ticket_status
from services.settings import Settings, Smtp, real_now

AFTER_SEND = ("", "solve", "pending", "hold")
BY_HAND = "seller-central.invalid"
"""Domain of the Message-IDs of replies that a person copies to Seller Central: they name a row, never a mail."""

Check = Callable[..., Any]
"""(text, *, channel, language, order_id, profile, attachments) -> a verdict: `verdict` and `findings`."""


@dataclass(frozen=True)
class Wish:
    """What somebody wants to send, and what is to follow once it is out."""

    text: str
    attachments: Sequence[File] = ()
    after_send: str = ""
    promise_until: datetime | None = None
    override_reason: str = ""


def enqueue(
    store: Store,
    settings: Settings,
    ticket_id: int,
    version: int | None,
    *,
    actor: Person,
    now: datetime,
    text: str,
    attachments: Sequence[File] = (),
    after_send: str = "",
    promise_until: datetime | None = None,
    override_reason: str = "",
    check: Check | None = None,
) -> int:
    """Queue a reply; its outbox id. The author's draft in this ticket is gone then.

    `version`: the ticket as the author saw it; None skips that check. Raises Stale, Blocked (with findings) or
    Rejected; nothing was written then.
    """
    wish = Wish(text, tuple(attachments), after_send, promise_until, override_reason.strip()[:300])
    words = _checked_words(wish, now)
    with _opened(store, ticket_id, version, actor=actor, now=now, frozen=False, durable=True) as at:
        _refuse(ticket_status.may_reply(at.card.type, at.card.status))
        if outgoing.has_unknown(at.session, ticket_id):
            raise Rejected("An earlier reply here may or may not have been sent: settle that one first.")
        overridden = _pass_policy(at, settings, wish, words, check or _policy)
        row = _row(at, settings, wish, words, overridden)
        outbox_id = outgoing.add(at.session, row, [(f.name, f.media_type, f.content) for f in wish.attachments])
        drafts.drop(at.session, ticket_id, actor.name)
        _note_down(at, row, overridden)
    return outbox_id


def cancel(store: Store, outbox_id: int, *, actor: Person, now: datetime) -> bool:
    """Take a reply back before it leaves; its words become a draft again. False if it is too late."""
    with states.opened(store, outbox_id, now=now, actor=actor.name) as way:
        if way is None or not way.move("cancelled", settled_at=now, settled_by=actor.name):
            return False
        states.restore_draft(way)
        way.say("cancel")
        return True


def settle_unknown(
    store: Store, settings: Settings, outbox_id: int, *, arrived: bool, actor: Person, now: datetime
) -> int | None:
    """A person looked: the reply arrived, or it did not and is sent again as a new mail (its outbox id)."""
    with states.opened(store, outbox_id, now=now, actor=actor.name) as way:
        if way is None or way.row.state != "unknown":
            raise Rejected("This reply is settled already; look at the conversation again.")
        settled: dict[str, Any] = {"settled_at": now, "settled_by": actor.name}
        if arrived:
            states.handed_over(way, at=way.row.tried_at or way.row.queued_at, what="arrived", **settled)
            return None
        way.move("rejected", error="It had not arrived, and was sent again.", **settled)
        again = _again(way.row, settings, actor, now)
        files = [(f.name, f.media_type, f.data) for f in outgoing.files(way.session, outbox_id)]
        new_id = outgoing.add(way.session, again, files)
        way.say("again", {"again": new_id})
        return new_id


def done_by_hand(store: Store, outbox_id: int, *, actor: Person, now: datetime, at: datetime | None = None) -> None:
    """A person sent the reply in Seller Central, just now or at a time."""
    moment = at or now
    if moment > now:
        raise Rejected("That time is still to come; say when it was sent.")
    with states.opened(store, outbox_id, now=now, actor=actor.name) as way:
        if way is None or way.row.channel != "seller_central" or way.row.state != "queued":
            raise Rejected("This reply is not waiting to be copied to Seller Central.")
        states.handed_over(way, at=moment, what="by_hand", settled_by=actor.name)


def _checked_words(wish: Wish, now: datetime) -> str:
    words = compose.tidy(wish.text)
    if not words.strip():
        raise Rejected("The reply is empty.")
    if len(words) > compose.LONGEST_TEXT:
        raise Rejected(f"The reply has {len(words):,} characters; {compose.LONGEST_TEXT:,} are allowed. Shorten it.")
    compose.check_files(wish.attachments)
    if wish.after_send not in AFTER_SEND:
        raise Rejected(f"{wish.after_send!r} is nothing that can follow a reply.")
    if wish.after_send == "hold" and (wish.promise_until is None or wish.promise_until <= now):
        raise Rejected("Say until when the buyer is to hear from us; a time that is still to come.")
    return words


def _pass_policy(at: Desk, settings: Settings, wish: Wish, words: str, check: Check) -> bool:
    """Whether a supervisor overrode a block. Raises Blocked."""
    verdict = check(
        words,
        channel="message",
        language=at.card.language,
        order_id=at.card.order_id,
        profile=settings.policy.profile,
        attachments=[file.name for file in wish.attachments],
    )
    if verdict.verdict != "block":
        return False
    if not (at.actor.is_supervisor and wish.override_reason):
        raise Blocked(verdict.findings)
    rules = sorted({str(finding.rule) for finding in verdict.findings})
    at.note_down("reply.override", None, {"reason": wish.override_reason, "rules": rules})
    return True


def _row(at: Desk, settings: Settings, wish: Wish, words: str, overridden: bool) -> Outgoing:
    smtp = _smtp(settings, at.card.account)
    asked = outgoing.last_asked(at.session, at.ticket.id)
    if not asked and at.ticket.follow_up_of:
        asked = outgoing.last_asked(at.session, at.ticket.follow_up_of)
    last = asked[-1] if asked else None
    ids = compose.known_ids([message.message_id for message in asked])
    return Outgoing(
        ticket_id=at.ticket.id,
        account=at.card.account,
        channel="smtp" if smtp else "seller_central",
        **_address(last, by_mail=smtp is not None),
        order_id=at.card.order_id,
        subject=compose.reply_subject(last.subject if last else at.card.subject),
        message_id=compose.new_message_id(smtp.sender if smtp else BY_HAND),
        in_reply_to=ids[-1] if last and ids and ids[-1] == last.message_id else None,
        references=" ".join(ids),
        text=words,
        body=compose.with_quote(words, last.text if last else ""),
        attachments=[
            {"index": n, "name": f.name, "media_type": f.media_type, "size": len(f.content)}
            for n, f in enumerate(wish.attachments)
        ],
        language=at.card.language,
        by=at.actor.name,
        queued_at=at.now,
        not_before=real_now() + outbox.UNDO,
        after_send=wish.after_send,
        promise_until=wish.promise_until if wish.after_send == "hold" else None,
        override_reason=wish.override_reason if overridden else None,
        ticket_version=at.card.version,
    )


def _address(last: Message | None, *, by_mail: bool) -> dict[str, str]:
    """To whom, as column values. By mail there must be a buyer's address; by hand Seller Central knows it."""
    stated = (last.reply_to or last.relay) if last else None
    if not by_mail and not stated:
        return {"to_address": "", "relay": ""}
    to = compose.recipient(stated)
    return {"to_address": to.address, "relay": to.key}


def _again(old: Outgoing, settings: Settings, actor: Person, now: datetime) -> Outgoing:
    """The same reply as a new mail: its own Message-ID, from the beginning."""
    smtp = _smtp(settings, old.account)
    same = (
        *("ticket_id", "account", "to_address", "relay", "order_id", "subject", "in_reply_to", "references"),
        *("text", "body", "attachments", "language", "after_send", "promise_until", "override_reason"),
        "ticket_version",
    )
    return Outgoing(
        **{name: getattr(old, name) for name in same},
        channel="smtp" if smtp else "seller_central",
        message_id=compose.new_message_id(smtp.sender if smtp else BY_HAND),
        by=old.by,
        queued_at=now,
        not_before=real_now(),
        settled_by=actor.name,
        again_of=old.id,
    )


def _smtp(settings: Settings, account: str) -> Smtp | None:
    known = settings.accounts.get(account)
    return known.smtp if known else None


def _note_down(at: Desk, row: Outgoing, overridden: bool) -> None:
    about = {"value": row.id, "channel": row.channel, "after": row.after_send, "characters": len(row.text)}
    at.note_down("reply.queue", None, {**about, "overridden": overridden})


def _policy(*args: Any, **more: Any) -> Any:
    from services.policy.check import check

    return check(*args, **more)
