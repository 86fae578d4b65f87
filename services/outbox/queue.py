"""What Send does: checks a reply and queues it, with its Message-ID, for the sender; taking it back; settling it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from data import casework, drafts, messages, outgoing
from data.models.mirrored import Message
from data.models.outgoing import Outgoing
from data.store import Store
from services.errors import Blocked, Rejected
from services.inbox.actions import Desk, _opened, _refuse
from services.outbox import compose, states
from services.outbox.compose import File
from services.people import Person
from services.rules import important as rule
from services.rules import outbox, ticket_status
from services.rules.marketplaces import MARKETPLACES
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
    important: bool = False
    important_reason: str = ""


@dataclass(frozen=True)
class Receiver:
    """Whom a reply reaches and what it answers: the buyer's messages, oldest first, or a known address without one."""

    asked: Sequence[Message]
    stated: str | None
    """The address that mail gives, whatever it is worth; None where Seller Central is the only way."""

    @property
    def last(self) -> Message | None:
        """The message that is answered; None where the buyer did not ask."""
        return self.asked[-1] if self.asked else None


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
    important: bool = False,
    important_reason: str = "",
    check: Check | None = None,
) -> int:
    """Queue a reply; its outbox id. The author's draft in this ticket is gone then.

    `version`: the ticket as the author saw it; None skips that check. `important` marks the subject [Important] and
    needs one of `rules.important.REASONS`. Raises Stale, Blocked (with findings) or Rejected; nothing was written then.
    """
    why = override_reason.strip()[:300]
    wish = Wish(text, tuple(attachments), after_send, promise_until, why, important, important_reason)
    words = _checked_words(wish, now)
    with _opened(store, ticket_id, version, actor=actor, now=now, frozen=False, durable=True) as at:
        _refuse(ticket_status.may_reply(at.card.type, at.card.status))
        if outgoing.has_unknown(at.session, ticket_id):
            raise Rejected("An earlier reply here may or may not have been sent: settle that one first.")
        receiver = _receiver(at)
        _refuse_opted_out(at, settings, wish, receiver)
        overridden = _pass_policy(at, settings, wish, words, check or _policy, proactive=receiver.last is None)
        row = _row(at, settings, wish, words, overridden, receiver)
        outbox_id = outgoing.add(at.session, row, [(f.name, f.media_type, f.content) for f in wish.attachments])
        drafts.drop(at.session, ticket_id, actor.name)
        _note_down(at, row, overridden)
        if wish.important:
            at.note_down("reply.important", None, {"value": important_reason, "reply": outbox_id})
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
    if wish.important:
        _refuse(rule.refusal(wish.important_reason))
    return words


def _receiver(at: Desk) -> Receiver:
    """Who is written to: whoever asked here, or in the ticket that this one follows; else who is known to the order."""
    session, ticket = at.session, at.ticket
    asked = outgoing.last_asked(session, ticket.id)
    if not asked and ticket.follow_up_of:
        parent = casework.now_in(session, [ticket.follow_up_of])[ticket.follow_up_of]
        asked = outgoing.last_asked(session, parent)
    if asked:
        return Receiver(asked, asked[-1].reply_to or asked[-1].relay)
    if not at.card.order_id and not ticket.relay_chosen and not ticket.buyer_chosen:
        raise Rejected("Nothing says any more to whom this goes: attach the order to the ticket, then send it.")
    known = messages.about_order(session, at.card.account, at.card.order_id) if at.card.order_id else []
    return Receiver((), ticket.relay_chosen or next((m.relay for m in known if m.relay), None))


def _refuse_opted_out(at: Desk, settings: Settings, wish: Wish, receiver: Receiver) -> None:
    """A buyer who opted out is reached only by an answer to what they ask afterwards, or by an important message."""
    if wish.important or not _smtp(settings, at.card.account):
        return
    since = receiver.last.sent_at if receiver.last else None
    if outgoing.opted_out(at.session, at.ticket.id, at.card.account, at.card.order_id, since=since):
        raise Rejected(
            "The buyer opted out of messages, so Amazon would not deliver this. Mark it [Important] if the order "
            f"cannot do without it. {rule.RULE}"
        )


def _pass_policy(at: Desk, settings: Settings, wish: Wish, words: str, check: Check, *, proactive: bool) -> bool:
    """Whether a supervisor overrode a block. Raises Blocked."""
    verdict = check(
        words,
        channel="message",
        language=at.card.language,
        order_id=at.card.order_id,
        profile=settings.policy.profile,
        attachments=[file.name for file in wish.attachments],
        proactive=proactive,
    )
    if verdict.verdict != "block":
        return False
    if not (at.actor.is_supervisor and wish.override_reason):
        raise Blocked(verdict.findings)
    rules = sorted({str(finding.rule) for finding in verdict.findings})
    at.note_down("reply.override", None, {"reason": wish.override_reason, "rules": rules})
    return True


def _row(at: Desk, settings: Settings, wish: Wish, words: str, overridden: bool, receiver: Receiver) -> Outgoing:
    smtp, last = _smtp(settings, at.card.account), receiver.last
    if last is None and receiver.stated is None:
        # Nobody wrote about this order yet, so no address is known: Seller Central finds the buyer by the order.
        smtp = None
    ids = compose.known_ids([message.message_id for message in receiver.asked])
    return Outgoing(
        ticket_id=at.ticket.id,
        account=at.card.account,
        channel="smtp" if smtp else "seller_central",
        **_address(receiver.stated, by_mail=smtp is not None),
        order_id=at.card.order_id,
        subject=_subject(at, wish, last),
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


def _subject(at: Desk, wish: Wish, last: Message | None) -> str:
    """The buyer's own behind Re:, else the ticket's with its order; marked where a person wants it."""
    subject = compose.reply_subject(last.subject) if last else compose.new_subject(at.card.subject, at.card.order_id)
    place = MARKETPLACES.get(at.card.marketplace or "")
    return f"{rule.prefix(place.languages[0] if place else None)} {subject}" if wish.important else subject


def _address(stated: str | None, *, by_mail: bool) -> dict[str, str]:
    """To whom, as column values. By mail there must be a buyer's address; by hand Seller Central knows it."""
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
