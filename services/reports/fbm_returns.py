"""Returns to the merchant, flat and XML: one row per RMA, ASIN and SKU, re-read as their state changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TextIO
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from services.reports import cells as cell
from services.reports.base import Context, Row, Unread, Unreadable, unread
from services.reports.flat import Flat, Reader
from services.reports.tsv import Cells, Columns
from services.rules import report_dates

HEADINGS = (
    "order-id", "order-date", "return-request-date", "return-request-status", "amazon-rma-id", "merchant-rma-id",
    "label-type", "label-cost", "currency-code", "return-carrier", "tracking-id", "label-to-be-paid-by",
    "a-to-z-claim", "is-prime", "asin", "merchant-sku", "item-name", "return-quantity", "return-reason",
    "in-policy", "return-type", "resolution", "invoice-number", "return-delivery-date", "order-amount",
    "order-quantity", "safet-action-reason", "safet-claim-id", "safet-claim-state", "safet-claim-creation-time",
    "safet-claim-reimbursement-amount", "refunded-amount",
)
# The XML twin's names where they differ.
_IN_XML = {
    "return-reason": "return_reason_code",
    "refunded-amount": "refund_amount",
    "item-name": "item_name",
}
PIECE = 1 << 18


def by_place(heading: Sequence[str], first: Sequence[str]) -> Columns | None:
    """The documented 32 columns, or 33 with the category, under headings in another language."""
    if len(heading) not in (32, 33) or len(first) != len(heading):
        return None
    try:
        cell.order_id(first[0])
        cell.whole(first[17], "")
    except ValueError:
        return None
    return Columns({name: at for at, name in enumerate(HEADINGS)}, len(heading)) if len(first[14]) == 10 else None


def reader(columns: Columns, sample: Sequence[Cells], context: Context) -> Reader:
    """Rows for `return`."""
    places = [(name, columns.at(name)) for name in HEADINGS]
    date = columns.at("return-request-date")
    form = report_dates.likely_order([row[date] for row in sample], context.marketplaces, context.now)

    def make(cells: Cells) -> tuple[Row]:
        return (_row({name: cells[at] for name, at in places}, form, context),)

    return make


def read_xml(stream: TextIO, context: Context) -> Iterator[Row | Unread]:
    """The same rows from the XML report; nothing at all of a document that is damaged. Raises Unreadable."""
    made: list[Row | Unread] = []
    for details in _details(stream):
        made += _xml_rows(details, context)
    yield from made


def _details(stream: TextIO) -> Iterator[Element]:
    parser: XMLPullParser[Any] = XMLPullParser(("start", "end"))
    parents: list[Element] = []
    try:
        while piece := stream.read(PIECE):
            if "<!DOCTYPE" in piece or "<!ENTITY" in piece:
                raise Unreadable("The XML has a document type of its own, which Amazon's reports never have.")
            parser.feed(piece)
            yield from _finished(parser, parents)
        parser.close()
    except ParseError as trouble:
        raise Unreadable(f"The XML is damaged or cut off: {trouble}.") from None
    yield from _finished(parser, parents)


def _finished(parser: XMLPullParser[Any], parents: list[Element]) -> Iterator[Element]:
    """The return_details that are complete; what was read of them is let go."""
    events: Iterator[Any] = parser.read_events()
    for event, element in events:
        if event == "start":
            parents.append(element)
            continue
        parents.pop()
        if _name(element) == "return_details":
            yield element
            element.clear()
            if parents:
                parents[-1].clear()


def _xml_rows(details: Element, context: Context) -> Iterator[Row | Unread]:
    shared = _texts(details)
    label = next((each for each in details if _name(each) == "label_details"), None)
    shared |= _texts(label) if label is not None else {}
    items = [each for each in details if _name(each) == "item_details"] or [details]
    for item in items:
        values = shared | _texts(item)
        try:
            yield _row({name: values.get(_xml_name(name), "") for name in HEADINGS}, "dmy", context)
        except ValueError as trouble:
            yield unread(context, None, repr(values), f"{trouble}.")


def _xml_name(name: str) -> str:
    return _IN_XML.get(name, name.replace("-", "_"))


def _texts(element: Element) -> dict[str, str]:
    return {_name(each): (each.text or "").strip() for each in element if len(each) == 0}


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _row(values: Mapping[str, str], form: str, context: Context) -> Row:
    currency = values["currency-code"].strip().upper() or None
    key = (values["amazon-rma-id"], values["asin"], values["merchant-sku"])

    def amount(name: str) -> int | None:
        return cell.amount(values[name].strip(), currency, f"The {name}")

    def text(name: str) -> str | None:
        return (values[name] or None)

    return Row("return", {
        "account": context.account,
        "order_id": cell.order_id(values["order-id"]),
        "channel": "fbm",
        "key": "|".join(part.strip() for part in key),
        "marketplace": context.only,
        "sku": text("merchant-sku"),
        "asin": text("asin"),
        "title": text("item-name"),
        "quantity": cell.whole(values["return-quantity"], "The return quantity") if values["return-quantity"] else 1,
        "returned_at": cell.moment(values["return-request-date"].strip(), "The return request date", form),
        "reason_raw": text("return-reason"),
        "disposition": None,
        "state": text("return-request-status"),
        "comment": None,
        "resolution": text("resolution"),
        "return_type": text("return-type"),
        "in_policy": cell.flag(values["in-policy"]),
        "a_to_z": cell.flag(values["a-to-z-claim"]),
        "is_prime": cell.flag(values["is-prime"]),
        "label_payer": text("label-to-be-paid-by"),
        "tracking": text("tracking-id"),
        "currency": currency,
        "refunded": amount("refunded-amount"),
        "order_amount": amount("order-amount"),
        "safet_id": text("safet-claim-id"),
        "safet_state": text("safet-claim-state"),
        "safet_amount": amount("safet-claim-reimbursement-amount"),
        "delivered_at": cell.moment_or_none(values["return-delivery-date"], "The return delivery date", form),
    })  # fmt: skip


FLAT = Flat(
    "fbm_returns",
    "merchant returns",
    frozenset({"order-id", "return-request-date", "amazon-rma-id", "return-reason"}),
    reader,
    by_place,
)
