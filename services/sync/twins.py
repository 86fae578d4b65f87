"""Finds the stored message that an incoming mail repeats: by Amazon's message id, then Message-ID, then content.

Amazon mails one buyer message to every notification address, each copy with its own Message-ID; and a reading that is
repeated from the ledger must find its own earlier message.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from data import messages


@dataclass(frozen=True)
class Identity:
    """What tells messages apart; `raw_mail_id` is the ledger row, `has_text` whether the content can be compared."""

    raw_mail_id: int
    amazon_message_id: str | None
    message_id: str | None
    content_hash: str
    has_text: bool


@dataclass
class Twin:
    """A message that is there already; `id` is null until the batch it came with is stored."""

    identity: Identity
    id: int | None
    ticket_id: int | None


class Twins:
    """The stored messages that a batch of one account may repeat, and those of the batch itself."""

    def __init__(self, session: Session, account: str, batch: Collection[Identity]) -> None:
        self._learnt: list[Twin] = []
        self._by_row: dict[int, Twin] = {}
        self._by_amazon_id: dict[str, Twin] = {}
        self._by_message_id: dict[str, Twin] = {}
        self._by_content: dict[str, Twin] = {}
        stored = messages.twins(
            session,
            account,
            amazon_ids={each.amazon_message_id for each in batch if each.amazon_message_id},
            message_ids={each.message_id for each in batch if each.message_id},
            hashes={each.content_hash for each in batch},
        )
        for row in stored:
            identity = Identity(row.raw_mail_id, row.amazon_message_id, row.message_id, row.content_hash, True)
            self.remember(Twin(identity, row.id, row.ticket_id))

    def find(self, incoming: Identity) -> Twin | None:
        """The message that this mail repeats, or None if it is new."""
        if incoming.raw_mail_id in self._by_row:
            return self._by_row[incoming.raw_mail_id]
        if incoming.amazon_message_id in self._by_amazon_id:
            return self._by_amazon_id[incoming.amazon_message_id]
        candidates = (
            self._by_message_id.get(incoming.message_id or ""),
            self._by_content.get(incoming.content_hash) if incoming.has_text else None,
        )
        # Different Amazon ids are different messages, even under one Message-ID.
        return next(
            (t for t in candidates if t and not (t.identity.amazon_message_id and incoming.amazon_message_id)), None
        )

    def remember(self, twin: Twin) -> None:
        """Know this message from now on; the first of several stays."""
        identity = twin.identity
        self._by_row.setdefault(identity.raw_mail_id, twin)
        if identity.amazon_message_id:
            self._by_amazon_id.setdefault(identity.amazon_message_id, twin)
        if identity.message_id:
            self._by_message_id.setdefault(identity.message_id, twin)
        self._by_content.setdefault(identity.content_hash, twin)

    def learn(self, twin: Twin, amazon_message_id: str | None) -> None:
        """A copy may name the Amazon id that the message itself had lost; then another id is another message."""
        if amazon_message_id and not twin.identity.amazon_message_id:
            twin.identity = replace(twin.identity, amazon_message_id=amazon_message_id)
            self._by_amazon_id.setdefault(amazon_message_id, twin)
            self._learnt.append(twin)

    def learnt(self) -> list[dict[str, Any]]:
        """What copies told of stored messages, as columns of `message`."""
        return [{"id": twin.id, "amazon_message_id": twin.identity.amazon_message_id} for twin in self._learnt]
