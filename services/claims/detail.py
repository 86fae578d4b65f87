"""One case with all that stands beside it: the timeline, the deadline, the evidence, and its weight in the rate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from data import cases
from data.models.cases import CaseCard
from data.models.journal import Activity
from data.store import Store
from services.claims import defects, dossier
from services.claims.dossier import Dossier
from services.claims.packet import statement
from services.claims.queue import line_of
from services.claims.shapes import KINDS, OUTCOMES, STATES, Detail, Event, Piece, TicketLine, Unbacked
from services.rules.evidence import EVIDENCE, checklist
from services.rules.marketplaces import MARKETPLACES
from services.rules.money import decimal_string

_NOTICES = {
    "a_to_z_opened": "Amazon: a claim was opened",
    "a_to_z_decision": "Amazon: the claim was decided",
    "chargeback_opened": "Amazon: a chargeback was opened",
    "chargeback_decision": "Amazon: the chargeback was decided",
    "refund_issued": "Amazon: a refund was issued",
    "return_request": "Amazon: a return was asked for",
    "cancellation_request": "Amazon: the buyer asked to cancel",
    "reply_confirmation": "We wrote",
}
_MONEY = {"claim": "Claim", "chargeback": "Chargeback", "refund": "Refund", "safe_t": "SAFE-T"}
PREVIEW = 160


def case(store: Store, case_id: int, *, now: datetime) -> Detail | None:
    """One case, in a fixed number of statements; None if there is no such case."""
    with store.read() as session:
        found = dossier.load(session, case_id)
        if found is None:
            return None
        weight = defects.weight(session, found.card, found.order, now)
    text, left_out = statement(found)
    return Detail(
        line=line_of(found.card),
        timeline=tuple(sorted(_timeline(found), key=lambda each: each.at)),
        evidence=tuple(_evidence(found)),
        tickets=tuple(TicketLine(each.ticket_id, each.subject, each.status) for each in found.tickets),
        weight=weight,
        text=text,
        text_left_out=left_out,
        files=sum(len(each.attachments) for each in found.talk),
        link=_link(found.card),
    )


def unbacked(store: Store, case_id: int) -> Unbacked | None:
    """What people did about a case that no source tells of any more; None if it is listed, or nobody did anything."""
    with store.read() as session:
        found = cases.unbacked(session, case_id)
        if found is None:
            return None
        notes = tuple(Event(note.at, "Note", note.text, note.by) for note in cases.notes(session, case_id))
    if not (notes or found.state_chosen or found.owner or found.evidence):
        return None
    return Unbacked(case_id, found.account, found.order_id, found.kind, found.state_chosen, found.owner, notes)


def _evidence(found: Dossier) -> Iterator[Piece]:
    for each in checklist(found.card.kind, found.card.reason, dossier.known(found), found.ticks):
        yield Piece(each.name, each.label, each.has, each.found, each.wanted, each.ticked_by)


def _timeline(found: Dossier) -> Iterator[Event]:
    order = found.order
    if order and order.purchased_at:
        yield Event(order.purchased_at, "Ordered")
    for message in found.messages:
        yield Event(message.sent_at, _wrote(message.kind, message.direction), _start(message.text), None,
                    message.ticket_id)  # fmt: skip
    for reply in found.replies:
        if reply.handed_over_at:
            yield Event(reply.handed_over_at, "We wrote", _start(reply.text), reply.by, reply.ticket_id)
    for row in found.returned:
        yield Event(row.returned_at, "Return", ", ".join(each for each in (row.state, row.disposition) if each))
    yield from _moved(found)
    for note in found.notes:
        yield Event(note.at, "Note", note.text, note.by)
    for told in found.case.told:
        yield Event(datetime.fromisoformat(told["at"]), "Entered", told.get("reason") or "", told.get("by"))
    for act in found.acts:
        if act.what in _ACTS:
            yield Event(act.at, *_act(act), act.actor)


def _wrote(kind: str, direction: str) -> str:
    if kind in _NOTICES:
        return _NOTICES[kind]
    return {"buyer": "The buyer wrote", "agent": "We wrote", "automatic": "Automatic reply"}.get(direction, "Amazon")


def _moved(found: Dossier) -> Iterator[Event]:
    """One line for all that moved at one moment."""
    sums: dict[tuple[datetime, str, str], int] = {}
    for each in found.moved:
        if each.posted_at:
            key = (each.posted_at, each.kind, each.currency)
            sums[key] = sums.get(key, 0) + each.amount
    for (at, kind, currency), amount in sums.items():
        yield Event(at, f"Money: {_MONEY.get(kind, kind)}", f"{decimal_string(amount, currency)} {currency}")


_ACTS = {
    "case.state": "Marked",
    "case.assign": "Assigned",
    "case.evidence": "Evidence",
    "case.undo": "Taken back",
}


def _act(act: Activity) -> tuple[str, str]:
    after = act.after or {}
    if act.what == "case.state":
        words = (STATES.get(after.get("state", ""), ""), OUTCOMES.get(after.get("outcome") or "", ""))
        return _ACTS[act.what], ", ".join(each for each in words if each)
    if act.what == "case.evidence":
        state = {True: "is there", False: "is missing"}.get(after.get("has"), "as the data tells")  # type: ignore[arg-type]
        return _ACTS[act.what], f"{EVIDENCE.get(after.get('value', ''), '')} {state}".strip()
    return _ACTS[act.what], str(after.get("value", "nobody") if act.what == "case.assign" else "")


def _start(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= PREVIEW else f"{words[:PREVIEW]}…"


def _link(card: CaseCard) -> str:
    """The order in Seller Central, from which claim and chargeback are reached."""
    place = MARKETPLACES.get(card.marketplace or "")
    return f"https://{place.seller_central}/orders-v3/order/{card.order_id}" if place else ""


def title(card_kind: str, order_id: str) -> str:
    """What a case is called."""
    return f"{KINDS[card_kind]} · {order_id}"
