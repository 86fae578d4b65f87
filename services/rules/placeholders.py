"""Placeholders of reply templates: `{{buyer_first_name}}` and the like, found, checked, and filled once.

The vocabulary is PLACEHOLDERS and nothing else. A name may be written in any case and with blanks inside the braces.
Whatever looks like a placeholder and is none is a finding that says what to write instead; it is never dropped.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date


@dataclass(frozen=True)
class Placeholder:
    """One word of the vocabulary: what it stands for, an example, and where its value comes from."""

    name: str
    label: str
    example: str
    source: str


_ROWS = (
    Placeholder("buyer_name", "Buyer's name", "Maria Example", "buyer"),
    Placeholder("buyer_first_name", "Buyer's first name", "Maria", "buyer"),
    Placeholder("order_id", "Order id", "305-1234567-7654321", "order"),
    Placeholder("marketplace", "Marketplace", "Amazon.de", "ticket"),
    Placeholder("item", "Item", "Desk lamp, black", "order"),
    Placeholder("asin", "ASIN", "B0EXAMPLE1", "ticket"),
    Placeholder("carrier", "Carrier", "DHL", "order"),
    Placeholder("tracking_number", "Tracking number", "JD014600003828392837", "order"),
    Placeholder("ship_date", "Ship date", "20.11.2026", "order"),
    Placeholder("delivery_date", "Delivery date", "24.11.2026", "order"),
    Placeholder("refund_amount", "Refund amount", "45,90 EUR", "order"),
    Placeholder("promised_date", "Date promised to the buyer", "25.11.2026", "ticket"),
    Placeholder("agent_name", "Agent's name", "Alex Example", "agent"),
    Placeholder("agent_first_name", "Agent's first name", "Alex", "agent"),
    Placeholder("shop_name", "Shop's name", "Nordlicht", "shop"),
)
PLACEHOLDERS: Mapping[str, Placeholder] = {row.name: row for row in _ROWS}
EXAMPLES: Mapping[str, str] = {row.name: row.example for row in _ROWS}

MISSING: Mapping[str, str] = {
    "buyer": "The buyer's name is not known; write the greeting without it.",
    "order": "This is not known for the order; write it by hand or take it out.",
    "ticket": "This is not known for the ticket; write it by hand or take it out.",
    "agent": "Set your name for replies on the Templates page, or write it by hand.",
    "shop": "Write the shop's name by hand.",
}
"""What to do about a placeholder without a value, by where the value comes from."""

# How other help desks call the same things, without what is neither letter nor digit.
_ALIASES: Mapping[str, str] = {
    "firstname": "buyer_first_name", "customerfirstname": "buyer_first_name", "buyerfirst": "buyer_first_name",
    "ticketrequesterfirstname": "buyer_first_name", "name": "buyer_name", "fullname": "buyer_name",
    "customername": "buyer_name", "customerfullname": "buyer_name", "buyer": "buyer_name", "customer": "buyer_name",
    "ticketrequestername": "buyer_name", "recipientname": "buyer_name", "order": "order_id", "ordernumber": "order_id",
    "orderno": "order_id", "amazonorderid": "order_id", "channel": "marketplace", "country": "marketplace",
    "product": "item", "productname": "item", "producttitle": "item", "itemname": "item", "title": "item",
    "sku": "item", "tracking": "tracking_number", "trackingid": "tracking_number", "trackingcode": "tracking_number",
    "trackingurl": "tracking_number", "shippingcarrier": "carrier", "shipdate": "ship_date",
    "shippingdate": "ship_date", "shippeddate": "ship_date", "refund": "refund_amount", "amount": "refund_amount",
    "agent": "agent_name", "username": "agent_name", "userfullname": "agent_name", "userfirstname": "agent_first_name",
    "signature": "agent_name", "agentfullname": "agent_name", "shop": "shop_name", "store": "shop_name",
    "storename": "shop_name", "account": "shop_name", "seller": "shop_name", "sellername": "shop_name",
    "company": "shop_name", "mailboxname": "shop_name", "promised": "promised_date",
}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """A placeholder in a text: its name in the vocabulary and its character offsets [start, end)."""

    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Finding:
    """What looks like a placeholder and is none; `instead` is the placeholder that is probably meant, or empty."""

    start: int
    end: int
    written: str
    why: str
    way_out: str
    instead: str = ""

    @property
    def sentence(self) -> str:
        """Everything in one line."""
        return f"“{self.written}”: {self.why} {self.way_out}"


@dataclass(frozen=True)
class Parsed:
    """The placeholders of a text and what is wrong with it, both in its order."""

    fields: tuple[Field, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Filled:
    """A filled text. `unfilled`: known placeholders without a value; `findings`: what is none. Offsets into `text`."""

    text: str
    unfilled: tuple[Field, ...]
    findings: tuple[Finding, ...]


_OPEN, _CLOSE = "{｛", "}｝"
_TOKEN = re.compile(
    rf"(?P<open>[{_OPEN}]{{2,}})(?P<inside>[^{_OPEN}{_CLOSE}\n]{{0,60}})(?P<close>[{_CLOSE}]*)"
    rf"|(?P<one>[{_OPEN}][ \t]*(?P<inner>[A-Za-z][\w. -]{{1,40}}?)[ \t]*[{_CLOSE}]+)"
    rf"|(?P<stray>[{_CLOSE}]{{2,}})"
)
_NAME = re.compile(r"[A-Za-z_][\w.]*")
_LOOSE = re.compile(r"[\W_]+")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_TITLES = {"mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau", "mme", "sig", "sra", "sr"}


def parse(text: str) -> Parsed:
    """All placeholders of a text with their places, and a finding for whatever only looks like one."""
    fields: list[Field] = []
    findings: list[Finding] = []
    for match in _TOKEN.finditer(text):
        name = _known(match)
        if name:
            fields.append(Field(name, *match.span()))
        elif found := _finding(text, match, findings[-1].end if findings else 0):
            findings.append(found)
    return Parsed(tuple(fields), tuple(findings))


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Put values in for the placeholders, each once and literally: what stands in a value is never expanded again.

    A placeholder without a value, or with a blank one, stays as `{{name}}`, and is listed in `unfilled`.
    """
    parsed = parse(text)
    pieces: list[str] = []
    unfilled: list[Field] = []
    findings: list[Finding] = []
    length = done = 0
    both: list[Field | Finding] = [*parsed.fields, *parsed.findings]
    for each in sorted(both, key=lambda one: one.start):
        before, written = text[done : each.start], text[each.start : each.end]
        start, done = length + len(before), each.end
        if isinstance(each, Field):
            value = values.get(each.name, "").strip()
            written = value or f"{{{{{each.name}}}}}"
            if not value:
                unfilled.append(Field(each.name, start, start + len(written)))
        else:
            findings.append(_moved(each, start))
        pieces += (before, written)
        length = start + len(written)
    return Filled("".join((*pieces, text[done:])), tuple(unfilled), tuple(findings))


def missing(name: str) -> str:
    """What to do about a placeholder that has no value here. Raises KeyError for a name outside the vocabulary."""
    return MISSING[PLACEHOLDERS[name].source]


def suggestion(written: str) -> str:
    """The name in the vocabulary that is probably meant, or empty: other help desks' words, else the closest."""
    loose = _LOOSE.sub("", written).lower()
    if not loose:
        return ""
    plain = {name.replace("_", ""): name for name in PLACEHOLDERS}
    if exact := plain.get(loose) or _ALIASES.get(loose):
        return exact
    close = difflib.get_close_matches(loose, [*plain, *_ALIASES], n=1, cutoff=0.7)
    return (plain.get(close[0]) or _ALIASES[close[0]]) if close else ""


def first_name(name: str) -> str:
    """What to call somebody by: the first word, or the whole name where that is no first name (山田 太郎, J. Doe)."""
    whole = " ".join(name.split())
    words = [word for word in whole.split(" ") if word.rstrip(".").lower() not in _TITLES]
    is_western = all(letter < "\u0600" for letter in whole)
    if not is_western or not words or len(words[0].rstrip(".")) < 2 or words[0].endswith((".", ",")):
        return whole
    return words[0]


def day_words(day: date, language: str | None, marketplace: str | None = None) -> str:
    """A date as readers of a language write it, in figures; English without the American order has its month's name."""
    y, m, d = f"{day.year:04}", f"{day.month:02}", f"{day.day:02}"
    if language in ("de", "pl"):
        return f"{d}.{m}.{y}"
    if language in ("fr", "it", "es", "pt"):
        return f"{d}/{m}/{y}"
    if language == "nl":
        return f"{d}-{m}-{y}"
    if language == "sv":
        return f"{y}-{m}-{d}"
    if language == "ja":
        return f"{day.year}年{day.month}月{day.day}日"
    month = _MONTHS[day.month - 1]
    return f"{month} {day.day}, {y}" if marketplace in ("US", "CA") else f"{day.day} {month} {y}"


def _known(match: re.Match[str]) -> str:
    """The name of a well-formed placeholder, else empty."""
    if match["open"] != "{{" or match["close"] != "}}":
        return ""
    name = match["inside"].strip().lower()
    return name if name in PLACEHOLDERS else ""


def _finding(text: str, match: re.Match[str], done: int) -> Finding | None:
    if match["one"] is not None:
        # One brace has other uses; it is a finding only where a placeholder is surely meant.
        meant = suggestion(match["inner"])
        why = "A placeholder has two braces on each side."
        is_meant = meant in PLACEHOLDERS and _exact(match["inner"])
        closes_twice = len(match[0]) - len(match[0].rstrip(_CLOSE)) > 1
        return _as(match.span(), match[0], why, meant) if is_meant or closes_twice else None
    if match["stray"] is not None:
        before = re.search(r"[\w.]{1,40}[ \t]?$", text[max(done, match.start() - 41) : match.start()])
        start = match.start() - (len(before[0]) if before else 0)
        return _as((start, match.end()), text[start : match.end()], "The two opening braces are missing.")
    if match["open"] == "{{" and match["close"] == "}}":
        return _unknown(match)
    if not match["close"]:
        return _unclosed(match)
    why = "A placeholder has two plain braces on each side."
    return _as(match.span(), match[0], why, suggestion(match["inside"]))


def _unknown(match: re.Match[str]) -> Finding:
    if not match["inside"].strip():
        return _as(match.span(), match[0], "There is no name between the braces.")
    return _as(match.span(), match[0], "There is no such placeholder.", suggestion(match["inside"]))


def _unclosed(match: re.Match[str]) -> Finding:
    """Two opening braces without an end: up to the end of the name that follows."""
    word = _NAME.match(match["inside"].lstrip())
    blank = len(match["inside"]) - len(match["inside"].lstrip())
    end = match.end("open") + (blank + word.end() if word else 0)
    written = match[0][: end - match.start()]
    return _as((match.start(), end), written, "The two closing braces are missing.")


def _as(span: tuple[int, int], written: str, why: str, meant: str | None = None) -> Finding:
    meant = suggestion(written) if meant is None else meant
    way_out = f"Did you mean {{{{{meant}}}}}?" if meant else "Choose one from the list, or take it out."
    return Finding(*span, written, why, way_out, meant)


def _exact(written: str) -> bool:
    loose = _LOOSE.sub("", written).lower()
    return loose in _ALIASES or any(loose == name.replace("_", "") for name in PLACEHOLDERS)


def _moved(finding: Finding, start: int) -> Finding:
    return replace(finding, start=start, end=start + finding.end - finding.start)


def names_in(text: str) -> Iterator[str]:
    """The placeholders that a text uses, each once, in order."""
    yield from dict.fromkeys(field.name for field in parse(text).fields)
