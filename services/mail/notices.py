"""What Amazon's notices state: amounts, deadlines, reasons, items; read by headings, never by position."""

from __future__ import annotations

import re
from email.message import Message

from selectolax.lexbor import LexborHTMLParser, LexborNode

from services.mail.headings import heading, labels
from services.mail.mime import Envelope, date, open_headers
from services.mail.money import money_in
from services.mail.terms import appeal_days, outcome, respond_days, speaks_of_appeal
from services.mail.text import too_deep
from services.rules.identity import order_id, relay

_MAX_ITEMS = 100

_QUANTITY_OF = re.compile(r"^([0-9]{1,5}) (?:of|x|di|de|von) \(?(.+?)\)?$", re.I)
_MAILTO = re.compile(r"[a-z0-9][\w.=-]{0,63}(?:\+[a-z0-9-]{6,64})?@marketplace\.amazon\.[a-z.]{2,6}", re.I)
_ORIGINAL_ID = re.compile(r"^[>\s]*Message-ID:\s*(<[^<>\s]{1,990}>)", re.I | re.M)


def notice_facts(kind: str, subject: str, text: str, html: str | None, currency: str | None) -> dict[str, object]:
    """The facts of a notice of this kind: amount and currency, respond_days, reason, items, outcome, blocked_…

    Of an appeal: about_appeal, may_appeal, appeal_days. Amounts are decimal strings; only what is stated is there.
    """
    facts: dict[str, object] = {}
    if kind in ("refund_issued", "a_to_z_opened", "a_to_z_decision", "chargeback_opened", "chargeback_decision"):
        facts |= _amount(subject, text, currency)
    if kind in ("a_to_z_opened", "chargeback_opened"):
        facts |= _present(respond_days=respond_days(text), about_appeal=speaks_of_appeal(text) or None)
    if kind in ("a_to_z_decision", "chargeback_decision"):
        facts |= _outcome(text)
    if kind in ("return_request", "refund_issued", "chargeback_opened", "cancellation_request", "a_to_z_opened"):
        facts |= _stated(text, html)
    if kind == "opt_out":
        facts |= _blocked(text, html)
    return facts


def items_in(html: str) -> list[dict[str, str]]:
    """The rows of tables whose heading row names at least two known columns, as canonical name -> cell."""
    items: list[dict[str, str]] = []
    columns: list[str | None] = []
    table = -1
    for row in LexborHTMLParser("" if too_deep(html) else html).css("tr"):
        cells = [_cell(cell) for cell in row.iter() if cell.tag in ("td", "th")]
        names = [heading(cell) for cell in cells]
        if len({name for name in names if name}) >= 2 and not any(":" in cell for cell in cells):
            columns, table = names, _table(row)
        elif columns and _table(row) == table and len(cells) == len(columns):
            item = {name: cell[:500] for name, cell in zip(columns, cells, strict=True) if name and cell}
            if item:
                items.append(item)
        if len(items) >= _MAX_ITEMS:
            break
    return items


def bounce_facts(envelope: Envelope, text: str) -> dict[str, object]:
    """What was not delivered: original_message_id, original_subject, recipient, action, status, diagnostic."""
    facts: dict[str, object] = {}
    for part in envelope.parts:
        if part.media_type == "message/delivery-status":
            facts |= _delivery_status(part.content)
        elif part.media_type in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            facts |= _original(part.message, part.content)
    if "original_message_id" not in facts:
        stated = _ORIGINAL_ID.search(text)
        facts |= _present(original_message_id=stated.group(1) if stated else None)
    if "recipient" not in facts:
        to = envelope.addresses("x-failed-recipients") or [("", one) for one in _MAILTO.findall(text)]
        facts |= _present(recipient=(to[0][1].lower() if to else None) or envelope.raw("x-failed-recipients") or None)
    return facts


def _present(**facts: object) -> dict[str, object]:
    return {name: value for name, value in facts.items() if value is not None and value != ""}


def _amount(subject: str, text: str, currency: str | None) -> dict[str, object]:
    stated = labels(text).get("amount", "")
    found = money_in(subject, currency) or money_in(stated, currency) or money_in(text, currency)
    return _present(amount=found[0], currency=found[1]) if found else {}


def _stated(text: str, html: str | None) -> dict[str, object]:
    found: dict[str, object] = dict(labels(text))
    found.pop("amount", None)
    items = items_in(html) if html else []
    title = found.pop("title", None)
    if not items and isinstance(title, str):
        counted = _QUANTITY_OF.match(title)
        items = [{"quantity": counted[1], "title": counted[2]} if counted else {"title": title}]
    if items:
        found["items"] = items
        found = {name: items[0][name] for name in ("reason", "comment") if name in items[0]} | found
    return found


def _outcome(text: str) -> dict[str, object]:
    decided, may_appeal = outcome(text)
    return _present(outcome=decided, may_appeal=may_appeal or None, appeal_days=appeal_days(text))


def _blocked(text: str, html: str | None) -> dict[str, object]:
    found = _MAILTO.search(text) or (_MAILTO.search(html) if html else None)
    to = relay(found.group()) if found else None
    return _present(blocked_order=order_id(text), blocked_relay=to.key if to else None)


def _cell(node: LexborNode) -> str:
    return " ".join(node.text(separator=" ").split())


def _table(row: LexborNode) -> int:
    node: LexborNode | None = row
    while node is not None and node.tag != "table":
        node = node.parent
    return node.mem_id if node is not None else -1


def _delivery_status(content: bytes) -> dict[str, object]:
    fields = open_headers(re.sub(rb"\n\s*\n", b"\n", content.replace(b"\r\n", b"\n").strip()))
    recipient = fields.raw("final-recipient") or fields.raw("original-recipient")
    return _present(
        recipient=recipient.rpartition(";")[2].strip(" <>").lower(),
        action=fields.raw("action").lower(),
        status=fields.raw("status"),
        diagnostic=fields.raw("diagnostic-code")[:500],
    )


def _original(message: Message, content: bytes) -> dict[str, object]:
    inner = message.get_payload()
    first = inner[0] if isinstance(inner, list) and inner else None
    original = Envelope(first) if isinstance(first, Message) else open_headers(content)
    to = original.addresses("to")
    sent = date(original.raw("date"))
    ids = original.ids("message-id")
    found = _present(
        original_message_id=ids[0] if ids else None,
        original_subject=original.text("subject"),
        original_sent_at=sent.isoformat().replace("+00:00", "Z") if sent else None,
    )
    return found | _present(original_to=to[0][1] if to else None)
