"""The life of a reply on its way out: which state may follow which, when to try again, which copy is whose.

SMTP's 250 means "handed over", not "delivered": Amazon's confirmation copy confirms it, a non-delivery notice
refutes it. What may or may not have left is `unknown` and is never tried again by itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

MOVES: dict[str, frozenset[str]] = {
    "queued": frozenset({"sending", "cancelled", "handed_over", "rejected"}),
    "sending": frozenset({"handed_over", "queued", "rejected", "unknown", "bounced"}),
    "unknown": frozenset({"handed_over", "bounced", "rejected"}),
    "handed_over": frozenset({"confirmed", "bounced"}),
    "confirmed": frozenset({"bounced"}),
    "bounced": frozenset(),
    "rejected": frozenset(),
    "cancelled": frozenset(),
}
"""State -> the states that may follow. `queued` to `handed_over` is a person's word: "sent it in Seller Central".
`unknown` to `rejected` too: "it did not arrive". What comes back may be quicker than the server's own answer, so that
a reply can be refuted, and confirmed by way of `handed_over`, while it is `sending`. From `unknown` nothing leads back
to `queued` or `sending`."""

COUNTS = frozenset({"handed_over", "confirmed"})
"""States in which a reply stops the clock."""
LEAVING = frozenset({"queued", "sending"})
FAILED = frozenset({"bounced", "rejected"})

WORDS = {
    "queued": "Waiting to be sent",
    "sending": "Being sent",
    "handed_over": "Handed over to the mail server",
    "confirmed": "Confirmed by Amazon",
    "bounced": "Not delivered",
    "rejected": "Not accepted",
    "unknown": "May or may not have been sent",
    "cancelled": "Taken back",
}
BY_HAND_WORDS = {
    "queued": "To be copied to Seller Central",
    "handed_over": "Sent in Seller Central",
    "cancelled": "Taken back",
}

UNDO = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=15)
FIRST_PAUSE = timedelta(seconds=15)
GIVE_UP_AFTER = timedelta(hours=24)
"""A reply that no server took for a day would reach the buyer too late; a person must look."""

COPY_AFTER = timedelta(days=2)
COPY_BEFORE = timedelta(minutes=15)
BOUNCE_AFTER = timedelta(days=5)
SHORTEST_BEGINNING = 40


@dataclass(frozen=True)
class Sent:
    """A reply that left or may have: when it was given to the server, to whom, and its words as `words_key` says."""

    id: int
    ticket_id: int
    at: datetime
    words: str
    state: str
    relay: str = ""
    order_id: str | None = None
    copy_message_id: int | None = None


def may_move(old: str, new: str) -> bool:
    """Whether a reply in state `old` may go to `new`."""
    return new in MOVES.get(old, frozenset())


def words(state: str, channel: str) -> str:
    """The state in words, for people."""
    return (BY_HAND_WORDS if channel == "seller_central" else {}).get(state) or WORDS.get(state, state)


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts that came to nothing: 15 s, 30 s, 1 min … at most 15 min."""
    grown: timedelta = FIRST_PAUSE * 2 ** min(max(attempts - 1, 0), 10)
    return min(grown, LONGEST_PAUSE)


def is_given_up(first_due: datetime, now: datetime) -> bool:
    """Whether it was tried for so long that a person must look."""
    return now - first_due > GIVE_UP_AFTER


def words_key(text: str) -> str:
    """A text as it is compared: letters and digits only, folded in width and case. Wrapping and quotes vanish."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in folded if char.isalnum())


def same_words(ours: str, copy: str) -> bool:
    """Whether a copy (by `words_key`) holds our words: the same, followed by the quote, or cut after a while."""
    if not ours or not copy:
        return False
    return copy.startswith(ours) or (len(copy) >= SHORTEST_BEGINNING and ours.startswith(copy))


def copy_of(copy_at: datetime, copy_text: str, candidates: Iterable[Sent]) -> Sent | None:
    """The reply that a confirmation copy confirms: same words, sent shortly before; the nearest in time of several.

    A queued one is a reply that somebody copies to Seller Central by hand: the copy proves that they did.
    None also if replies in two tickets fit equally well: then the copy is placed as any other.
    """
    key = words_key(copy_text)
    fits = [
        sent
        for sent in candidates
        if sent.copy_message_id is None
        and sent.state in ("handed_over", "unknown", "queued", "sending")
        and sent.at - COPY_BEFORE <= copy_at <= sent.at + COPY_AFTER
        and same_words(sent.words, key)
    ]
    exact = [sent for sent in fits if sent.words == key] or fits
    if len({sent.ticket_id for sent in exact}) > 1:
        return None
    return min(exact, key=lambda sent: (abs(copy_at - sent.at), sent.id), default=None)


def bounced_by(
    notice_at: datetime, *, relay: str | None, order_id: str | None, candidates: Iterable[Sent]
) -> Sent | None:
    """The reply that a notice without our Message-ID says was not delivered: the last to that buyer before it.

    A notice that names neither the buyer's address nor the order names nothing.
    """
    fits = [
        sent
        for sent in candidates
        if sent.state in ("handed_over", "unknown")
        and sent.at - COPY_BEFORE <= notice_at <= sent.at + BOUNCE_AFTER
        and _concerns(sent, relay, order_id)
    ]
    return max(fits, key=lambda sent: (sent.at, sent.id), default=None)


def is_failure(action: str | None) -> bool:
    """Whether a delivery report speaks of failure: "delayed", "relayed" and "delivered" (RFC 3464) do not."""
    return action in (None, "", "failed")


def _concerns(sent: Sent, relay: str | None, order_id: str | None) -> bool:
    if relay:
        return sent.relay == relay and (not order_id or not sent.order_id or sent.order_id == order_id)
    return bool(order_id) and sent.order_id == order_id
