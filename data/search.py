"""Search: cards by order number, ticket number, or words in their messages; the words are taken literally."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, literal_column, or_, select, text, union
from sqlalchemy.orm import Session

from data.migrations.search import HAYSTACK
from data.models.derived import Card
from data.models.mirrored import Message

SEARCHED = 400
"""A search looks at this many newest matching messages."""

_CARD = Card.__table__.c
OWN = Card.__table__.alias()
"""The cards once more, for looking some up beside those that are listed."""


def among(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Cards for which one of the conditions holds: each is looked up by its own index before any order is thought of.

    Left to itself SQLite walks through all cards in the queue's order, and for an "or" over two tables always.
    """
    looked_up = [select(OWN.c.ticket_id).where(condition) for condition in conditions]
    return _CARD.ticket_id.in_(union(*looked_up) if len(looked_up) > 1 else looked_up[0])


def found(session: Session, words: str) -> ColumnElement[bool]:
    """Cards with the order id, or with a message that contains the words; the newest matches."""
    if words.isdecimal() and len(words) < 9:
        by_id = _CARD.ticket_id == int(words)
        return by_id if len(words) < 3 else or_(by_id, _by_words(session, words))
    if _is_order_id(words):
        of_order = select(Message.ticket_id).where(Message.order_id == words, Message.ticket_id.is_not(None))
        return among(OWN.c.order_id == words, OWN.c.ticket_id.in_(of_order))
    return _by_words(session, words)


def _by_words(session: Session, words: str) -> ColumnElement[bool]:
    matching = _matching_messages(session, words).limit(SEARCHED).subquery()
    return _CARD.ticket_id.in_(select(matching.c.ticket_id).where(matching.c.ticket_id.is_not(None)))


def _matching_messages(session: Session, words: str) -> Select[Any]:
    base = select(Message.ticket_id).order_by(Message.id.desc())
    if session.get_bind().dialect.name == "postgresql":
        return base.where(literal_column(HAYSTACK).ilike(_pattern(words), escape="\\"))
    if len(words) < 3:
        # Trigrams need three characters; common two-character words of Japanese are looked up the slow way.
        columns = (Message.subject, Message.buyer_name, Message.text)
        return base.where(or_(*(column.ilike(_pattern(words), escape="\\") for column in columns)))
    phrase = '"' + words.replace('"', '""') + '"'
    matching = text(
        "message.id in (select rowid from message_fts where message_fts match :phrase order by rowid desc limit :most)"
    )
    given: tuple[Any, ...] = (bindparam("phrase", phrase, unique=True), bindparam("most", SEARCHED, unique=True))
    return base.where(matching.bindparams(*given))


def _is_order_id(words: str) -> bool:
    parts = words.split("-")
    return [len(p) for p in parts] == [3, 7, 7] and all(p.isdigit() for p in parts)


def _pattern(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
