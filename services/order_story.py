"""One order, one story: everything that happened to it, in the order of time, each event with where it opens.

A new source of events is a teller in TELLERS (last lines), its kinds in KINDS, and, if it opens a page that is not yet
in `pages.ui.order_story.PLACES`, that page there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from data import cases, feedback, followups, order_story, orders, returns
from data import return_work as return_rows
from data.feedback_work import LISTED
from data.models.amazon import AmazonOrder, FeedbackChange, FinanceEvent
from data.models.cases import ClaimCase
from data.models.casework import PublicAnswer
from data.models.mirrored import Message
from data.store import Store
from services.claims.shapes import KINDS as CASES
from services.claims.shapes import OUTCOMES as RULINGS
from services.claims.shapes import STATES
from services.rules import followups as followup_rules
from services.rules import identity
from services.rules.money import decimal_string
from services.rules.return_reasons import reason
from services.rules.return_requests import OUTCOMES

FIRST_WORDS = 160


class Place(NamedTuple):
    """Where an event opens: a page of ours by name (as in `pages.ui.order_story.PLACES`), and what its address says."""

    page: str
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Event:
    """One thing that happened. `kind` is one of KINDS; `opens` is None where there is nothing more to see.

    `whole_day`: only the day is known, so no time of day is shown.
    """

    at: datetime
    kind: str
    title: str
    detail: str = ""
    opens: Place | None = None
    whole_day: bool = False


KINDS: Mapping[str, str] = {
    "placed": "Placed",
    "shipped": "Shipped",
    "replacement": "Replacement",
    "message": "Message",
    "notice": "Notice",
    "return": "Return",
    "outcome": "Outcome",
    "refund": "Refund",
    "claim": "Claim",
    "chargeback": "Chargeback",
    "safe_t": "SAFE-T",
    "feedback": "Feedback",
    "answer": "Public answer",
    "followup": "Follow-up",
}
_CASES: Mapping[str, str] = {"a_to_z": "claim", "chargeback": "chargeback"}
_MAILS: Mapping[str, tuple[str, str]] = {
    "buyer_message": ("message", "The buyer wrote"),
    "amazon_cs_message": ("message", "Amazon wrote for the buyer"),
    "reply_confirmation": ("message", "We answered"),
    "cancellation_request": ("notice", "The buyer asked to cancel"),
    "return_request": ("return", "The buyer asked for a return"),
    "refund_issued": ("refund", "Amazon told of a refund"),
    "a_to_z_opened": ("claim", "A-to-z claim opened"),
    "a_to_z_decision": ("claim", "A-to-z claim decided"),
    "chargeback_opened": ("chargeback", "Chargeback opened"),
    "chargeback_decision": ("chargeback", "Chargeback decided"),
    "opt_out": ("notice", "The buyer takes no messages"),
    "bounce": ("notice", "A message was not delivered"),
}
_MONEY: Mapping[str, str] = {
    "refund": "Refunded",
    "claim": "Taken for an A-to-z claim",
    "chargeback": "Taken for a chargeback",
    "safe_t": "Reimbursed by SAFE-T",
}


def story(store: Store, account: str, order_id: str, *, now: datetime) -> tuple[Event, ...]:
    """What happened to an order up to now, oldest first; one statement per kind of source."""
    with store.read() as session:
        return told(session, account, order_id, now=now)


def told(session: Session, account: str, order_id: str, *, now: datetime) -> tuple[Event, ...]:
    """The same within a session."""
    if not order_id:
        return ()
    events = [event for tell in TELLERS for event in tell(session, account, order_id)]
    return tuple(sorted((each for each in events if _is_past(each, now)), key=_moment))


def found(store: Store, accounts: Collection[str], asked: str) -> tuple[str, str] | None:
    """(account, order id) of what an address asks for: `acme/114-5550001-7770001`, or only the order's number.

    A number alone is of the account that knows it, else of the first one; None if it is no order number.
    """
    account, _, number = asked.rpartition("/")
    if identity.order_id(number) != number or not number or (account and account not in accounts):
        return None
    if account or len(accounts) < 2:
        return account or next(iter(accounts), ""), number
    with store.read() as session:
        known = order_story.accounts(session, number)
    return next((each for each in accounts if each in known), next(iter(accounts))), number


def _is_past(event: Event, now: datetime) -> bool:
    """Somewhere a new day begins up to fourteen hours before it does in UTC."""
    return event.at <= (now + timedelta(hours=14) if event.whole_day else now)


def _moment(event: Event) -> tuple[datetime, int, str]:
    return event.at, list(KINDS).index(event.kind), event.title


def _order(session: Session, account: str, order_id: str) -> Iterator[Event]:
    order = orders.order(session, account, order_id)
    if order is None:
        return
    if order.purchased_at:
        yield Event(order.purchased_at, "placed", "Order placed", _about(order))
    for package in order.packages or []:
        shipped = _time(package.get("shipped_at")) if isinstance(package, dict) else None
        if shipped:
            named = (str(package.get(name) or "") for name in ("carrier", "tracking", "status"))
            yield Event(shipped, "shipped", "Shipped", " · ".join(word for word in named if word))


def _about(order: AmazonOrder) -> str:
    total = f"{decimal_string(order.total, order.currency)} {order.currency}" if order.total is not None else ""
    channel = {"fba": "FBA", "fbm": "shipped by us"}.get(order.channel or "", "")
    again = f"replaces {order.replaces_order_id}" if order.replaces_order_id else ""
    return " · ".join(word for word in (order.marketplace, channel, total, order.status, again) if word)


def _time(value: object) -> datetime | None:
    """A time in the JSON of an order; whatever it is."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _replacements(session: Session, account: str, order_id: str) -> Iterator[Event]:
    for row in returns.replacements(session, account, order_id):
        detail = f"{row.quantity} of {row.sku} as order {row.replacement_order_id}"
        yield Event(row.shipped_at, "replacement", "Amazon sent a replacement", detail)


def _messages(session: Session, account: str, order_id: str) -> Iterator[Event]:
    for row in order_story.messages(session, account, order_id):
        kind, title = _MAILS.get(row.kind, ("notice", "Notice from Amazon"))
        ticket = Place("inbox", {"ticket": str(row.ticket_id), "box": "all"}) if row.ticket_id else None
        yield Event(row.sent_at, kind, title, _words(row), _case(kind, order_id) or ticket)


def _case(kind: str, order_id: str) -> Place | None:
    """Where claims and chargebacks are worked."""
    return Place("claims", {"order": order_id}) if kind in ("claim", "chargeback") else None


def _words(row: Message) -> str:
    """The first words of people's mail; what a notice states of amount and outcome."""
    if row.direction in ("buyer", "agent") or row.starts_clock:
        return _start(row.text)
    named = (row.facts.get(name) for name in ("amount", "currency", "reason", "outcome"))
    return " ".join(str(word) for word in named if isinstance(word, str) and word)[:FIRST_WORDS]


def _start(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= FIRST_WORDS else f"{words[:FIRST_WORDS]}…"


def _replies(session: Session, account: str, order_id: str) -> Iterator[Event]:
    """Replies that left and have no confirmation copy yet: the copy is the same reply."""
    for row in order_story.replies(session, account, order_id):
        at = row.handed_over_at or row.queued_at
        opens = Place("inbox", {"ticket": str(row.ticket_id), "box": "all"})
        yield Event(at, "message", "We answered", _start(row.text), opens)


def _returns(session: Session, account: str, order_id: str) -> Iterator[Event]:
    for card, row, work in return_rows.of_order(session, account, order_id):
        opens = Place("returns", {"id": str(card.id)})
        words = (row.sku, reason(row.reason_raw).replace("_", " "), row.disposition, row.state)
        title = "Return arrived at Amazon" if row.channel == "fba" else "Return requested"
        yield Event(row.returned_at, "return", title, " · ".join(word for word in words if word), opens)
        if row.delivered_at:
            yield Event(row.delivered_at, "return", "Return delivered to us", row.sku or "", opens)
        if work.decided_at and work.outcome:
            money = f"{decimal_string(work.amount, work.currency)} {work.currency or ''}" if work.amount else ""
            said = " · ".join(word for word in (money.strip(), work.decided_by or "") if word)
            yield Event(work.decided_at, "outcome", OUTCOMES.get(work.outcome, work.outcome), said, opens)


def _money(session: Session, account: str, order_id: str) -> Iterator[Event]:
    """Amounts that moved, those of one moment and kind together."""
    sums: dict[tuple[datetime, str, str], int] = {}
    for row in order_story.finances(session, account, order_id):
        if row.posted_at and row.kind in _MONEY:
            key = (row.posted_at, row.kind, row.currency)
            sums[key] = sums.get(key, 0) + _counts(row)
    for (at, kind, currency), amount in sums.items():
        detail = f"{decimal_string(abs(amount), currency)} {currency}"
        yield Event(at, kind, _MONEY[kind], detail, _case(kind, order_id))


def _counts(row: FinanceEvent) -> int:
    """Fees that Amazon gives back are not what the buyer got."""
    return 0 if row.part == "fee" else row.amount


def _feedback(session: Session, account: str, order_id: str) -> Iterator[Event]:
    opens = Place("feedback", {"order": order_id})
    for row in feedback.of_orders(session, account, [order_id]):
        at = datetime.combine(row.day, time.min, UTC) if row.day else row.first_seen_at
        yield Event(at, "feedback", f"Feedback: {row.rating} of 5", row.comment[:FIRST_WORDS], opens, bool(row.day))
    for change in feedback.changes(session, account, order_id):
        yield Event(change.at, "feedback", *_changed(change), opens)


def _changed(change: FeedbackChange) -> tuple[str, str]:
    """A report that stops listing a feedback is how its removal shows."""
    if change.field == LISTED:
        return (
            ("Feedback is gone", "Amazon's report lists it no more")
            if change.after == "no"
            else ("Feedback is back", "")
        )
    return f"Feedback changed: {change.field}", f"{change.before[:70]} → {change.after[:70]}"


def _removals(session: Session, account: str, order_id: str) -> Iterator[Event]:
    work = order_story.feedback_work(session, account, order_id)
    opens = Place("feedback", {"order": order_id})
    if work and work.asked_at:
        yield Event(work.asked_at, "feedback", "Removal of the feedback asked for", work.asked_by or "", opens)
    if work and work.decided_at:
        yield Event(
            work.decided_at, "feedback", f"Removal of the feedback {work.decision}", work.decided_by or "", opens
        )


def _cases(session: Session, account: str, order_id: str) -> Iterator[Event]:
    """What people entered of claims and chargebacks, and how they marked them."""
    for case in cases.of_orders(session, account, [order_id]):
        kind, opens = _CASES[case.kind], Place("claims", {"order": order_id})
        for told in case.told:
            words = (
                f"{told.get('amount') or ''} {told.get('currency') or ''}".strip(),
                told.get("reason"),
                told.get("by"),
            )
            said = " · ".join(str(word) for word in words if word)
            if at := _time(told.get("at")):
                yield Event(at, kind, f"{CASES[case.kind]} entered", said[:FIRST_WORDS], opens)
        yield from _chosen(case, kind, opens)


def _chosen(case: ClaimCase, kind: str, opens: Place) -> Iterator[Event]:
    if case.chosen_at and case.state_chosen:
        marked = STATES.get(case.state_chosen, case.state_chosen).lower()
        words = (RULINGS.get(case.outcome_chosen or ""), case.chosen_by)
        detail = " · ".join(word for word in words if word)
        yield Event(case.chosen_at, kind, f"{CASES[case.kind]} marked: {marked}", detail, opens)


def _answers(session: Session, account: str, order_id: str) -> Iterator[Event]:
    for row in order_story.answers(session, account, order_id):
        yield Event(*_answered(row), row.answer[:FIRST_WORDS], Place("feedback", {"view": "public", "id": str(row.id)}))


def _answered(row: PublicAnswer) -> tuple[datetime, str, str]:
    if row.posted_at:
        return row.posted_at, "answer", f"Public answer posted by {row.posted_by}"
    if row.final_at:
        return row.final_at, "answer", f"Public answer finished by {row.final_by}"
    return row.created_at, "answer", "Public answer begun"


def _followups(session: Session, account: str, order_id: str) -> Iterator[Event]:
    """The order's rows in shared sheets: since when, when the buyer was contacted, how it ended."""
    for card, work, row in followups.of_order(session, account, order_id):
        label = followup_rules.kind_of(card.kind).label
        opens = Place("followups", {"box": "all", "id": str(card.id)})
        only_day = row is not None and row.dated is not None and card.began_at != row.first_seen_at
        yield Event(card.began_at, "followup", f"In the sheet: {label}", card.item[:FIRST_WORDS], opens, only_day)
        if card.contacted_at:
            how = followup_rules.HOWS.get(work.contacted_how or "sheet", "")
            said = " · ".join(word for word in (card.contacted_by, how) if word)
            yield Event(card.contacted_at, "followup", f"{label}: the buyer was contacted", said, opens,
                        work.contacted_at is None)  # fmt: skip
        if work.resolved_at:
            yield Event(work.resolved_at, "followup", f"{label}: resolved", work.resolved_by or "", opens)


Teller = Callable[[Session, str, str], Iterable[Event]]
TELLERS: tuple[Teller, ...] = (
    _order, _replacements, _messages, _replies, _returns, _money, _cases, _feedback, _removals, _answers,
    _followups,
)  # fmt: skip
"""Each asks its own source, most of them in one statement. Another source of events is a name here."""
