"""The evidence packet: a text that fits Amazon's box, and a ZIP with the thread, the order's facts and the files."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime

from data.models.mirrored import Message
from data.store import Store
from services.claims import dossier as dossiers
from services.claims.dossier import Dossier
from services.claims.shapes import KINDS
from services.errors import Rejected
from services.inbox.conversation import attachment
from services.rules.evidence import Known, Names, checklist, fitted
from services.rules.money import decimal_string

LONGEST = 2000
"""Characters of Amazon's box that we hold to; Amazon documents no number."""
MOST_BYTES = 40_000_000
_STAMP = (2020, 1, 1, 0, 0, 0)
"""Files in the packet carry one time, so that the same facts make the same bytes."""
File = Callable[[int, int], tuple[str, str, bytes]]


def statement(dossier: Dossier, longest: int = LONGEST) -> tuple[str, tuple[str, ...]]:
    """The text for Amazon's box without names or addresses, and the lines that did not fit.

    It is English whatever the marketplace: Amazon's investigators take English everywhere, and its facts are numbers,
    dates and Amazon's own words. What buyers wrote stays in their language, in the packet.
    """
    return fitted(list(_lines(dossier)), longest)


def _lines(dossier: Dossier) -> Iterator[tuple[int, str]]:
    """(weight, line): what weighs least is left out first where the box is too small."""
    card, known = dossier.card, dossiers.known(dossier)
    order = dossier.order
    yield 9, f"{KINDS[card.kind]} for order {card.order_id}"
    if card.reason:
        yield 3, f"Reason given: {card.reason}"
    if order and order.purchased_at:
        yield 5, f"Ordered on {_day(order.purchased_at)}."
    for item in dossier.items[:5]:
        yield 2, f"Item: {item.quantity or 1} x {(item.title or item.sku or item.asin or '')[:120]}"
    yield from _shipped(dossier, known)
    for refund in known.refunds:
        yield 8, f"Refunded: {refund}."
    for returned in known.returns:
        yield 6, f"Returned: {returned}."
    yield from _talked(dossier)
    pieces = checklist(card.kind, card.reason, known, dossier.ticks)
    # What Amazon shipped it has on record; nobody attaches that.
    amazons = {"tracking", "delivery"} if known.by_amazon else set()
    held = [each.label.lower() for each in pieces
            if each.has and each.wanted and (each.ticked_by or each.name not in amazons)]  # fmt: skip
    if held:
        yield 7, f"Attached in Buyer-Seller Messages: {', '.join(held)}."


def _shipped(dossier: Dossier, known: Known) -> Iterator[tuple[int, str]]:
    if known.by_amazon:
        yield 8, "Fulfilled by Amazon: shipping and delivery were in Amazon's hands."
    elif known.tracking:
        yield 8, f"Shipped with {known.carrier or 'the carrier'}, tracking number {known.tracking}."
    for package in (dossier.order.packages or [])[:3] if dossier.order else []:
        if package.get("shipped_at"):
            yield 7, f"Handed over on {str(package['shipped_at'])[:10]}."
    if known.delivered:
        yield 8, "The carrier confirms delivery."


def _talked(dossier: Dossier) -> Iterator[tuple[int, str]]:
    asked = [each.sent_at for each in dossier.messages if each.starts_clock]
    answers = [each.sent_at for each in dossier.messages if each.direction == "agent"]
    answers += [each.handed_over_at for each in dossier.replies if each.handed_over_at]
    if asked:
        yield 5, f"The buyer wrote {_times(len(asked))}, first on {_day(min(asked))}."
    if answers:
        yield 6, f"We answered {_times(len(answers))}, last on {_day(max(answers))}."


def archive(store: Store, case_id: int) -> tuple[str, bytes]:
    """(file name, ZIP) of the evidence of a case. Raises Rejected if there is no such case."""
    with store.read() as session:
        found = dossiers.load(session, case_id)
    if found is None:
        raise Rejected("There is no such case any more.")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packet:
        for name, data in _files(found, lambda message, index: attachment(store, message, index)):
            packet.writestr(zipfile.ZipInfo(name, _STAMP), data, zipfile.ZIP_DEFLATED)
    return f"evidence-{found.card.kind.replace('_', '-')}-{found.card.order_id}.zip", content.getvalue()


def _files(dossier: Dossier, fetch: File) -> Iterator[tuple[str, bytes]]:
    """The files of the packet: (name, content)."""
    text, left_out = statement(dossier)
    yield "1-statement.txt", "\n".join([text, *left_out]).encode()
    yield "2-conversation.txt", _thread(dossier).encode()
    yield "3-order.csv", _table(_order(dossier))
    yield "4-money.csv", _table(_money(dossier))
    missing = []
    names, left = Names(), MOST_BYTES
    for message in dossier.talk:
        for index, told in enumerate(message.attachments):
            name = str(told.get("name") or "file")
            try:
                _, _, data = fetch(message.id, index)
            except Rejected as error:
                missing.append(f"{name}: {error}")
                continue
            if len(data) > left:
                missing.append(f"{name}: too large for this packet ({len(data):,} bytes)")
                continue
            left -= len(data)
            yield f"files/{names.safe(f'{message.sent_at:%Y-%m-%d} {name.rsplit(chr(47), 1)[-1]}')}", data
    if missing:
        yield "not-in-this-packet.txt", "\n".join(missing).encode()


def _thread(dossier: Dossier) -> str:
    said = [(each.sent_at, _who(each), each.text or "(no text)") for each in dossier.talk]
    said += [(each.handed_over_at, "Seller", each.text) for each in dossier.replies if each.handed_over_at]
    parts = [f"{_moment(at)}  {who}\n{text.strip()}\n" for at, who, text in sorted(said)]
    return "\n".join(parts) or "No message about this order is known.\n"


def _who(message: Message) -> str:
    if message.direction == "agent":
        return "Seller"
    return "Amazon" if message.kind == "amazon_cs_message" else "Buyer"


def _order(dossier: Dossier) -> Iterator[tuple[str, str]]:
    order, card = dossier.order, dossier.card
    yield "Order", card.order_id
    yield "Marketplace", card.marketplace or ""
    if order:
        names = {"Status": order.status, "Ordered": order.purchased_at, "Ship by": order.ship_by}
        yield from ((name, str(value or "")) for name, value in names.items())
        for package in order.packages or []:
            yield "Package", ", ".join(f"{name} {value}" for name, value in package.items() if value)
    for item in dossier.items:
        yield "Item", f"{item.quantity or 1} x {item.sku or ''} {item.title or ''}".strip()
    yield from (("Returned", each) for each in dossiers.known(dossier).returns)


def _money(dossier: Dossier) -> Iterator[tuple[str, ...]]:
    yield "Posted", "Kind", "Part", "Type", "Amount", "Currency"
    for row in dossier.moved:
        posted = _moment(row.posted_at) if row.posted_at else ""
        yield posted, row.kind, row.part, row.type, decimal_string(row.amount, row.currency), row.currency


def _table(rows: Iterator[tuple[str, ...]]) -> bytes:
    """A CSV that no spreadsheet takes for formulas."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return made.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    return f"'{cell}" if cell[:1] in ("=", "+", "@", "\t", "\r") else cell


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y}"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
