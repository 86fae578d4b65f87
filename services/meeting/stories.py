"""The worst cases of a period with their story: the longest waits and the costliest claims, without a buyer's name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from data import cases
from data import meeting_figures as rows
from data.models.cases import CaseCard
from data.models.derived import Card, Response
from data.models.journal import Activity
from services.claims.shapes import KINDS
from services.meeting.messages import WORST, Tally
from services.meeting.numbers import Scene
from services.meeting.shapes import Section, Story
from services.rules.money import decimal_string
from services.rules.ticket_status import LABELS

MOST_LINES = 12
CLAIMS = 3
HOUR = timedelta(hours=1)
# Only what holds no words that somebody typed: a reason or a note may name a buyer.
ACTS = {
    "assign": "assigned to {value}",
    "unassign": "{value} taken off",
    "note.add": "internal note",
    "mark.no_response_needed": "marked No Response Needed",
    "mark.answered": "marked as answered in Seller Central",
    "snooze": "snoozed",
    "unsnooze": "snooze ended",
    "decide": "status chosen: {status}",
    "reply.queue": "reply written",
    "reply.bounced": "reply not delivered: the clock runs again",
    "reply.rejected": "reply not accepted by the mail server",
    "reply.unknown": "reply may or may not have left",
    "question.ask": "a colleague was asked",
    "question.answer": "the colleague answered",
    "merge": "another ticket merged into this one",
}
MAILS = {
    "buyer_message": "buyer wrote",
    "amazon_cs_message": "Amazon wrote for the buyer",
    "reply_confirmation": "answered",
    "cancellation_request": "cancellation asked for",
    "return_request": "return asked for",
    "refund_issued": "refund issued",
    "a_to_z_opened": "A-to-z claim opened",
    "a_to_z_decision": "A-to-z claim decided",
    "chargeback_opened": "chargeback opened",
    "chargeback_decision": "chargeback decided",
    "bounce": "our mail bounced",
}
RULINGS = {"granted": "granted to the buyer", "denied": "denied: we won", "withdrawn": "withdrawn by the buyer"}


def worst_section(scene: Scene, found: Tally) -> Section:
    """The longest waits of the period, and the claims that cost most."""
    waits = _longest(found.waits)
    with scene.store.read() as session:
        stories = [*_waits(session, scene, waits), *_claims(session, scene)]
    return Section("worst", "Worst cases", "" if stories else "No message was missed and no claim was lost.",
                   stories=tuple(stories))  # fmt: skip


def _longest(waits: Iterable[tuple[float, int, int]]) -> list[tuple[float, int, int]]:
    """The longest wait of each ticket, longest first."""
    found: dict[int, tuple[float, int, int]] = {}
    for each in sorted(waits, reverse=True):
        found.setdefault(each[2], each)
    return list(found.values())[:WORST]


def _waits(session: Session, scene: Scene, waits: Sequence[tuple[float, int, int]]) -> list[Story]:
    tickets = [ticket for _, _, ticket in waits]
    if not tickets:
        return []
    cards, told = rows.cards(session, tickets), _timelines(session, tickets, scene.at.as_of)
    answers = {each.message_id: each for each in rows.answers(session, tickets)}
    return [
        _story(scene, cards[ticket], hours, answers.get(message), told.get(ticket, []))
        for hours, message, ticket in waits
        if ticket in cards
    ]


def _story(scene: Scene, card: Card, hours: float, answer: Response | None, lines: list[tuple[datetime, str]]) -> Story:
    known = answer is not None and answer.answered_at is not None and answer.answered_at <= scene.at.as_of
    by = f" by {answer.agent}" if known and answer and answer.agent else ""
    waited = f"{hours / 24:.1f} days" if hours >= 48 else f"{hours:.1f} hours"
    why = f"Answered{by} after {waited}." if known else f"Not answered after {waited}."
    about = [card.marketplace or "no marketplace", card.type, card.order_id or "no order"]
    return Story(f"Ticket {card.ticket_id}: {', '.join(about)}", _link(scene, f"inbox?ticket={card.ticket_id}&box=all"),
                 why, _written(lines))  # fmt: skip


def _timelines(session: Session, tickets: Sequence[int], until: datetime) -> dict[int, list[tuple[datetime, str]]]:
    """(when, what) of each ticket until then, oldest first; two statements."""
    found: dict[int, list[tuple[datetime, str]]] = {}
    for mail in rows.mails(session, tickets, until, limit=100 * len(tickets)):
        found.setdefault(mail.ticket_id, []).append((mail.sent_at, _mail(mail)))
    for act in rows.acts(session, tickets, list(ACTS), until):
        found.setdefault(int(act.object.partition(":")[2]), []).append((act.at, _act(act)))
    return {ticket: sorted(lines) for ticket, lines in found.items()}


def _mail(mail: Any) -> str:
    usual = {"agent": "answered", "automatic": "automatic answer; the clock runs on", "buyer": "buyer wrote"}
    return MAILS.get(mail.kind) or usual.get(mail.direction, "notice from Amazon")


def _act(row: Activity) -> str:
    after = row.after or {}
    value = after.get("value", (row.before or {}).get("value", ""))
    words = ACTS[row.what].format(value=value, status=LABELS.get(after.get("status", ""), "taken back"))
    return f"{words} ({row.actor})"


def _claims(session: Session, scene: Scene) -> list[Story]:
    """The lost cases with the highest amounts; currencies are not compared, the first of each comes first."""
    start, end = scene.at.period.starts_at, scene.at.as_of
    lost = rows.worst_case(session, start, end, months_of(start, end))
    by_currency: dict[str, list[CaseCard]] = {}
    for card in lost:
        by_currency.setdefault(card.currency or "", []).append(card)
    turns = [(place, currency, card) for currency, mine in by_currency.items() for place, card in enumerate(mine)]
    chosen = [card for _, _, card in sorted(turns, key=lambda each: (each[0], each[1]))[:CLAIMS]]
    return [_claim(session, scene, card) for card in chosen]


def _claim(session: Session, scene: Scene, card: CaseCard) -> Story:
    tickets = [each.ticket_id for each in cases.tickets(session, card.account, card.order_id)]
    told = _timelines(session, tickets, scene.at.as_of) if tickets else {}
    lines = sorted({line for mine in told.values() for line in mine})
    if card.opened_at:
        lines.append((card.opened_at, f"{KINDS[card.kind]} opened"))
    if card.decided_at:
        lines.append((card.decided_at, f"{KINDS[card.kind]} {RULINGS.get(card.outcome or '', 'closed')}"))
    sum_ = f"{decimal_string(card.amount, card.currency)} {card.currency or ''}".strip() if card.amount else "no amount"
    title = f"{KINDS[card.kind]}: {card.marketplace or 'no marketplace'}, {card.order_id}"
    return Story(title, _link(scene, f"claims?case={card.case_id}"), f"Lost, {sum_}.", _written(sorted(set(lines))))


def _written(lines: Sequence[tuple[datetime, str]]) -> tuple[tuple[str, str], ...]:
    """The lines as words; of many the first ones and the last ones."""
    shown = [(f"{at:%a} {at.day} {at:%b %H:%M}", what) for at, what in lines]
    if len(shown) > MOST_LINES:
        half = MOST_LINES // 2
        shown = [*shown[:half], ("", f"{len(shown) - MOST_LINES} more"), *shown[-half:]]
    return tuple(shown)


def _link(scene: Scene, path: str) -> str:
    return f"{scene.settings.notifications.base_url}/{path}"


def months_of(start: datetime, end: datetime) -> tuple[str, ...]:
    """The months (YYYY-MM) that [start, end) touches."""
    first, last = start.year * 12 + start.month - 1, end.year * 12 + end.month - 1
    return tuple(f"{month // 12:04}-{month % 12 + 1:02}" for month in range(first, last + 1))
