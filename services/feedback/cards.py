"""Keeps the list rows of seller feedback: derived from stored facts after every write, the sync's or a person's."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from data import feedback_work as rows
from data.feedback_work import Facts, Key
from data.models.amazon import SellerFeedback
from data.models.feedback_work import FeedbackCard, FeedbackWork
from services.rules import feedback as rules
from services.rules.feedback import Reading, Removal, Step
from services.rules.marketplaces import MARKETPLACES

AT_ONCE = 200


class Verdict(NamedTuple):
    """What follows from the facts on a day."""

    reading: Reading
    kind: str
    removal: Removal
    step: Step


def refresh(session: Session, keys: Collection[Key], *, now: datetime, reread: bool = False) -> None:
    """Derive the list rows of these keys anew; a fixed number of statements for every 200 of them.

    `reread`: the comment may have changed, so its language is looked at again.
    """
    wanted = sorted(set(keys))
    for start in range(0, len(wanted), AT_ONCE):
        facts = rows.facts(session, wanted[start : start + AT_ONCE])
        again = [_key(each.said) for each in facts if each.gone_at and each.said.last_seen_at > each.gone_at]
        rows.note_listed(session, again, listed=True, now=now)
        rows.write_cards(session, [_card(each, reread=reread) for each in facts])


def note_gone(session: Session, *, now: datetime, limit: int = 500) -> int:
    """Write down what the newest reports leave out; how many."""
    gone = rows.not_listed(session, since=now.date() - rules.WINDOW, limit=limit)
    rows.note_listed(session, gone, listed=False, now=now)
    refresh(session, gone, now=now)
    return len(gone)


def verdict(said: SellerFeedback, work: FeedbackWork | None, card: FeedbackCard, *, state: str, today: date) -> Verdict:
    """What the rules say of a feedback on a day."""
    return _judge(said, work, card.channel, card.language, card.day, state, today)


def today_in(marketplace: str | None, now: datetime) -> date:
    """The day that it is in a marketplace."""
    place = MARKETPLACES.get(marketplace or "")
    return now.astimezone(ZoneInfo(place.zone)).date() if place else now.date()


def state_of(each: Facts) -> str:
    """Where a feedback stands."""
    said, work = each.said, each.work
    return rules.state(
        gone=each.gone_at is not None and said.last_seen_at <= each.gone_at,
        asked=bool(work and work.asked_at),
        decision=work.decision if work else None,
        closed=bool(work and work.closed_at),
        answered=bool(said.response.strip() or each.posted_at),
        contacted=bool(work and work.contacted_at),
    )


def _card(each: Facts, *, reread: bool) -> dict[str, Any]:
    said, work = each.said, each.work
    day, state = said.day or said.first_seen_at.date(), state_of(each)
    language = _language(said) if reread or each.card is None else each.card.language
    found = _judge(said, work, each.channel, language, day, state, day)
    return {
        "account": said.account,
        "order_id": said.order_id,
        "marketplace": said.marketplace,
        "day": day,
        "rating": said.rating,
        "channel": each.channel,
        "language": language,
        "kind": found.kind,
        "kind_from": "person" if work and work.kind_chosen else "rule",
        "state": state,
        "criterion": found.removal.criterion,
        "window_ends": rules.window_ends(day),
        "ticket_id": work.ticket_id if work else None,
    }


def _judge(
    said: SellerFeedback,
    work: FeedbackWork | None,
    channel: str | None,
    language: str | None,
    day: date,
    state: str,
    today: date,
) -> Verdict:
    reading = rules.read(said.comment, _languages(language, said.marketplace))
    kind = (work.kind_chosen if work else None) or reading.kind
    found = rules.removal(reading, kind=kind, channel=channel, rating=said.rating, day=day, today=today)
    return Verdict(reading, kind, found, rules.next_step(state, found, kind=kind, rating=said.rating))


def _languages(language: str | None, marketplace: str | None) -> Iterable[str]:
    place = MARKETPLACES.get(marketplace or "")
    return (*([language] if language else []), *(place.languages if place else ()))


def _language(said: SellerFeedback) -> str | None:
    if not said.comment.strip():
        return None
    from services.mail.language import language_of  # its model is loaded only where there is something new to read

    return language_of(said.comment, said.marketplace)


def _key(said: SellerFeedback) -> Key:
    return said.account, said.order_id
