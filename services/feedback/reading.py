"""The list of seller feedback, one of them with its history, and what of it needs a person now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy.orm import Session

from data import feedback as mirror
from data import feedback_work as rows
from data import journal, public_answers
from data.feedback_work import Found, Key, Mark
from data.models.amazon import FeedbackChange
from data.store import Store
from services.feedback import cards
from services.feedback.shapes import Detail, Event, Filters, Line, Page
from services.rules import feedback as rules
from services.rules import identity
from services.rules.feedback import NEGATIVE, WAITING, Step
from services.rules.marketplaces import MARKETPLACES
from services.rules.public_answers import seller_central

PER_PAGE = 20
TODO = "todo"


def listing(
    store: Store, filters: Filters, *, now: datetime, after: str = "", before: str = "", limit: int = PER_PAGE
) -> Page:
    """One page, newest first, in one statement. Filters and marks that make no sense narrow nothing."""
    backwards, mark = bool(before), _mark(before or after)
    fewest, most = _stars(filters.stars)
    with store.read() as session:
        found = rows.page(
            session,
            _wanted(filters),
            states=WAITING if filters.state == TODO else [filters.state] if filters.state in rules.STATES else (),
            most_stars=most,
            fewest_stars=fewest,
            removable=now.date() if filters.can == "removal" else None,
            mark=mark,
            backwards=backwards and mark is not None,
            limit=limit + 1,
        )
    more = len(found) > limit
    shown = found[1:] if more and backwards else found[:limit]
    lines = tuple(_line(each, now) for each in shown)
    older = bool(lines) and (more or backwards)
    newer = bool(lines) and (mark is not None and (more or not backwards))
    return Page(lines, _text(shown[-1]) if older else "", _text(shown[0]) if newer else "")


def detail(store: Store, id_: str, *, now: datetime) -> Detail | None:
    """One of them by its id, or None."""
    with store.read() as session:
        found = rows.get(session, key_of(id_))
        if found is None:
            return None
        line, work = _line(found, now), found.work
        answer = public_answers.of_order(session, line.account, line.order_id)
        return Detail(
            line=line,
            note=work.note if work else "",
            asked_at=work.asked_at if work else None,
            decision=work.decision if work else None,
            answer_id=answer.id if answer else None,
            answer_state=answer.state if answer else None,
            history=tuple(sorted(_history(session, found), key=lambda each: each.at)),
            manager=seller_central("feedback", line.marketplace or "US", asin=None),
        )


def key_of(id_: str) -> Key:
    """(account, order id) of an id; an id that makes no sense is that of nothing."""
    account, _, order_id = id_.rpartition("/")
    return account, order_id


def _line(found: Found, now: datetime) -> Line:
    card, said, work = found
    today = cards.today_in(card.marketplace, now)
    judged = cards.verdict(said, work, card, state=card.state, today=today)
    return Line(
        id=f"{card.account}/{card.order_id}",
        account=card.account,
        order_id=card.order_id,
        marketplace=card.marketplace,
        day=card.day,
        rating=card.rating,
        comment=said.comment,
        response=said.response,
        channel=card.channel,
        language=card.language,
        kind=judged.kind,
        kind_from=card.kind_from,
        proposed=judged.reading.kind,
        words=judged.reading.words,
        state=card.state,
        removal=judged.removal,
        step=_step(work.action_chosen if work else None, judged.step),
        action_chosen=work.action_chosen if work else None,
        window_ends=card.window_ends,
        ticket_id=card.ticket_id,
        version=work.version if work else 0,
    )


def _step(chosen: str | None, proposed: Step) -> Step:
    return Step(chosen, "Chosen by hand.") if chosen else proposed


def _history(session: Session, found: Found) -> Iterator[Event]:
    said = found.said
    yield Event(said.first_seen_at, "", "First seen in Amazon's report")
    for change in mirror.changes(session, said.account, said.order_id):
        yield Event(change.at, "", _changed(change))
    for entry in reversed(journal.of_object(session, f"feedback:{said.account}/{said.order_id}")):
        yield Event(entry.at, entry.actor, _did(entry.what, entry.after or {}))


def _changed(change: FeedbackChange) -> str:
    if change.field == rows.LISTED:
        return "Listed again" if change.after == "yes" else "Not in Amazon's report any more"
    name = {"rating": "Stars", "comment": "Comment", "response": "Our public reply"}.get(change.field, change.field)
    return f"{name} changed from “{change.before or '(nothing)'}” to “{change.after or '(nothing)'}”"


DID = {
    "kind": "sorted it as",
    "action": "chose the step",
    "asked": "asked Amazon for removal:",
    "decision": "noted Amazon's decision:",
    "note": "changed the note",
    "contacted": "contacted the buyer",
    "closed": "closed it",
    "ticket": "put it into ticket",
    "reply": "began a public reply",
    "undo": "took back",
}


def _did(what: str, after: dict[str, str]) -> str:
    name, value = what.removeprefix("feedback."), str(after.get("value", ""))
    labels = {**rules.KINDS, **rules.ACTIONS, **rules.CRITERIA}
    return f"{DID.get(name, name)} {labels.get(value, value)}".strip()


def _wanted(filters: Filters) -> dict[str, str]:
    known = {
        "kind": filters.kind if filters.kind in rules.KINDS else "",
        "channel": filters.channel if filters.channel in ("fba", "fbm") else "",
        "marketplace": filters.marketplace if filters.marketplace in MARKETPLACES else "",
        "account": filters.account,
        "order_id": identity.order_id(filters.order_id) or "",
    }
    return {name: value for name, value in known.items() if value}


def _stars(asked: str) -> tuple[int, int]:
    if asked == "negative":
        return 1, NEGATIVE
    return (int(asked), int(asked)) if asked in ("1", "2", "3", "4", "5") else (1, 5)


def _mark(text: str) -> Mark | None:
    day, _, rest = text.partition("|")
    account, _, order_id = rest.partition("|")
    try:
        return date.fromisoformat(day), account, order_id
    except ValueError:
        return None


def _text(found: Found) -> str:
    return f"{found.card.day.isoformat()}|{found.card.account}|{found.card.order_id}"
