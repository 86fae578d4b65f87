"""All that is stored about the order of one case, read in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from data import cases, journal, orders, returns
from data.models.amazon import AmazonOrder, CustomerReturn, FinanceEvent, OrderItem
from data.models.cases import CaseCard, CaseNote, ClaimCase
from data.models.derived import Card
from data.models.journal import Activity
from data.models.mirrored import Message
from data.models.outgoing import Outgoing
from services.rules.evidence import Known, Tick
from services.rules.money import decimal_string

MOST_MESSAGES = 300


@dataclass(frozen=True)
class Dossier:
    """The rows behind one case."""

    case: ClaimCase
    card: CaseCard
    tickets: Sequence[Card]
    messages: Sequence[Message]
    replies: Sequence[Outgoing]
    moved: Sequence[FinanceEvent]
    returned: Sequence[CustomerReturn]
    order: AmazonOrder | None
    items: Sequence[OrderItem]
    notes: Sequence[CaseNote]
    acts: Sequence[Activity]

    @property
    def talk(self) -> list[Message]:
        """What buyer and seller wrote to each other."""
        return [each for each in self.messages if each.direction in ("buyer", "agent") or each.starts_clock]

    @property
    def ticks(self) -> dict[str, Tick]:
        """What people said about pieces of evidence."""
        return {name: Tick(bool(each["has"]), str(each["by"])) for name, each in self.case.evidence.items()}


def load(session: Session, case_id: int) -> Dossier | None:
    """The case and its order; None if there is no such case."""
    found = cases.get(session, case_id)
    if found is None:
        return None
    case, card = found
    account, order_id = case.account, case.order_id
    tickets = cases.tickets(session, account, order_id)
    ids = [ticket.ticket_id for ticket in tickets]
    return Dossier(
        case,
        card,
        tickets,
        cases.messages(session, account, order_id, ids, MOST_MESSAGES),
        cases.replies(session, ids),
        cases.moved(session, account, order_id),
        [row for row, _ in returns.of_order(session, account, [order_id])],
        orders.order(session, account, order_id),
        orders.items(session, account, order_id),
        cases.notes(session, case_id),
        journal.of_object(session, f"case:{case_id}"),
    )


def known(dossier: Dossier) -> Known:
    """What the rows know that may speak for the seller."""
    order = dossier.order
    packages = [each for each in (order.packages or [] if order else []) if isinstance(each, dict)]
    package = next((each for each in packages if each.get("tracking")), packages[0] if packages else {})
    asked = [each for each in dossier.messages if each.starts_clock]
    answered = [each for each in dossier.messages if each.direction == "agent"]
    return Known(
        carrier=_word(package.get("carrier")),
        tracking=_word(package.get("tracking")),
        delivered=any(str(each.get("status") or "").upper() == "DELIVERED" for each in packages),
        by_amazon=bool(order and order.channel == "fba"),
        asked=len(asked),
        answered=len(answered) + len(dossier.replies),
        refunds=tuple(refunds(dossier)),
        returns=tuple(_returned(each) for each in dossier.returned),
    )


def refunds(dossier: Dossier) -> list[str]:
    """What went back to the buyer, by finances, else by Amazon's notices: `12.34 EUR on 3 Nov 2026`."""
    sums: dict[tuple[str, str], int] = {}
    for each in dossier.moved:
        if each.kind == "refund" and each.part == "charge":
            day = f"{each.posted_at.day} {each.posted_at:%b %Y}" if each.posted_at else "an unknown day"
            sums[day, each.currency] = sums.get((day, each.currency), 0) - each.amount
    if sums:
        return [f"{decimal_string(amount, currency)} {currency} on {day}" for (day, currency), amount in sums.items()]
    told = [each for each in dossier.messages if each.kind == "refund_issued" and each.facts.get("amount")]
    return [
        f"{each.facts['amount']} {each.facts.get('currency') or ''}".rstrip()
        + f" on {each.sent_at.day} {each.sent_at:%b %Y} (by mail)"
        for each in told
    ]


def _returned(row: CustomerReturn) -> str:
    day = f"{row.returned_at.day} {row.returned_at:%b %Y}"
    parts = (f"{row.quantity} x {row.sku or row.asin or 'item'} on {day}", row.state, row.disposition)
    label = f"return tracking {row.tracking}" if row.tracking else None
    return ", ".join(each for each in (*parts, label) if each)


def _word(value: object) -> str | None:
    return str(value)[:80] if value else None
