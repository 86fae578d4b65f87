"""The mails of a conversation: the buyer's message through the relay, and the copy of our answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from random import Random
from typing import Literal

from data.sample import shop, wire
from data.sample.shop import Product, Store
from data.sample.wrapper import LINE, WRAPPERS, Wrapper, subject

OURS = "support@nordlicht.example"
File = tuple[str, str, bytes]


@dataclass(frozen=True)
class Mail:
    """One mail as it is written to disk, with what the tests may expect of it. `sent` is its Date."""

    sent: datetime
    kind: str
    raw: bytes
    talk: str = ""
    name: str = ""


@dataclass
class Said:
    """One message of a conversation.

    `copies` is how often it was delivered; `order` tells whether Amazon names the order with it; `reply` is the
    answer that fits, if only one does.
    """

    by: Literal["buyer", "agent", "amazon"]
    at: datetime
    text: str
    files: tuple[File, ...] = ()
    copies: int = 1
    order: bool = True
    reply: str = ""


@dataclass
class Talk:
    """One conversation between a buyer and the seller."""

    key: str
    store: Store
    lang: str
    name: str
    topic: str
    product: Product
    alias: str
    case: str
    thread: str
    order: str | None
    said: list[Said] = field(default_factory=list)
    old_layout: bool = False
    bare: bool = False

    def order_at(self, said: Said) -> str | None:
        """The order id as far as it was known then."""
        return self.order if said.order else None


def received(store: Store, sent: datetime, rng: Random) -> str:
    """The Received line of our own server, one to three seconds after the mail was sent."""
    at = wire.rfc_date(sent + timedelta(seconds=rng.randrange(1, 4)))
    region = {"US": "us-east-1", "EU": "eu-west-1", "JP": "us-west-2"}[store.region]
    return (
        f"from a{rng.randrange(10, 70)}.smtp-out.{region}.amazonses.com ([192.0.2.{rng.randrange(1, 255)}])\n"
        f"\tby mail.nordlicht.example with ESMTPS id {rng.getrandbits(40):010X}\n\tfor <{OURS}>; {at}"
    )


def zone(store: Store, sent: datetime, rng: Random) -> str:
    """How this mail spells its time zone: mostly UTC, sometimes the Pacific coast's."""
    pacific = "-0700 (PDT)" if sent.month in (4, 5, 6, 7, 8, 9, 10) else "-0800 (PST)"
    local = {"US": pacific, "EU": "+0100", "JP": "+0900 (JST)"}[store.region]
    return rng.choices(("+0000 (UTC)", "+0000", "GMT", local), (62, 22, 4, 12))[0]


def envelope(store: Store, sent: datetime, rng: Random, notification: str) -> list[tuple[str, str]]:
    """The headers that every mail of Amazon's bus carries; an empty `notification` leaves out the X- headers."""
    return [
        ("Received", received(store, sent, rng)),
        ("Authentication-Results", "mail.nordlicht.example; dkim=pass header.d=amazonses.com; dmarc=pass")
        if rng.random() < 0.7
        else ("", ""),
        ("Date", wire.rfc_date(sent, zone(store, sent, rng))),
        ("To", OURS),
        ("Message-ID", shop.ses_id(store, rng)),
        ("X-Space-Notification-Type", notification),
        ("X-Marketplace-ID", store.id if notification else ""),
    ]


def spc(store: Store, rng: Random) -> str:
    """The delivery id in the last line of Amazon's mails."""
    return f"SPC-{store.region}Amazon-{rng.randrange(10**14, 10**15)}"


def buyer(talk: Talk, said: Said, rng: Random) -> list[Mail]:
    """A buyer message (or Amazon's for one) in as many deliveries as it had, the same but for its delivery ids."""
    message = shop.amazon_id(rng)
    kind = "buyer_message" if said.by == "buyer" else "amazon_cs_message"
    mails = []
    for copy in range(said.copies):
        sent = said.at + timedelta(seconds=int(copy > 1))
        mails.append(Mail(sent, kind, _buyer_raw(talk, said, sent, message, rng), talk.key, talk.name))
    return mails


def _buyer_raw(talk: Talk, said: Said, sent: datetime, message: str, rng: Random) -> bytes:
    store, order = talk.store, talk.order_at(said)
    relay = f"@marketplace.amazon.{store.tld}"
    old = talk.old_layout
    shape = Random(f"{talk.key} {said.at}")  # the same for every delivery of one message
    full, plain = f"{talk.alias}+{talk.case}{relay}", f"{talk.alias}{relay}"
    in_reply_to_only = not old and shape.random() < 0.2
    name = f"{talk.name} - Amazon Marketplace" if old or shape.random() < 0.12 else talk.name
    headers = envelope(store, sent, rng, "" if talk.bare else "BBC_MESSAGE_SENT_TO_MERCHANT")
    headers[2:2] = [
        ("From", wire.mailbox(name, plain if in_reply_to_only or old else full)),
        ("Reply-To", full if in_reply_to_only else ""),
    ]
    again = "Re: " if said is not talk.said[0] and shape.random() < 0.3 else ""
    line = again + subject(talk.lang, store.code, talk.topic, talk.name, order)
    headers.append(("Subject", wire.words(line, order or "", shape.choice("BQ"))))
    if old:
        return wire.assemble(headers, wire.text_part(_old_body(talk, said, rng), encoding="8bit"))
    return wire.assemble(headers, _new_body(talk, said, message, rng))


def _new_body(talk: Talk, said: Said, message: str, rng: Random) -> str:
    links = _links(talk, message, rng)
    order, tail = talk.order_at(said), spc(talk.store, rng)
    encoding = "base64" if talk.lang == "ja" else "quoted-printable"
    plain = wire.text_part(_plain(talk, said, order, links, tail), "plain", encoding)
    html = wire.text_part(_html(talk, said, order, links, tail), "html", encoding)
    both = wire.multipart("alternative", (plain, html), wire.boundary(rng))
    if not said.files:
        return both
    files = [wire.file_part(*file) for file in said.files]
    return wire.multipart("mixed", (both, *files), wire.boundary(rng))


def _links(talk: Talk, message: str, rng: Random) -> tuple[str, str, str]:
    """Survey, resolve and report link of one delivery."""
    store = talk.store
    central, case = f"https://sellercentral.amazon.{store.tld}", talk.case
    signed = f"{rng.getrandbits(160):040x}"
    buyer_number = f"A{int(talk.case[:8], 16):013d}"
    return (
        f"https://www.amazon.{store.tld}/gp/f.html?customAttribute1Value=BBC_MESSAGE_SENT_TO_MERCHANT",
        f"{central}/messaging/no-response-needed?t={talk.thread}&m={message}&mp={store.id}&c={buyer_number}&h={signed}&s=1",
        f"{central}/messaging/inbox?fi=caseId&ss={shop.uuid(rng)}&cc={case}&ref=bsm_email_report",
    )


def _item(talk: Talk) -> str:
    return f"1 / {talk.product.title} [ASIN: {talk.product.asin}]"


def _plain(talk: Talk, said: Said, order: str | None, links: tuple[str, str, str], tail: str) -> str:
    wrap = WRAPPERS[talk.lang]
    block = f"# {order}:\n{_item(talk)}\n\n" if order else ""
    return (
        f"{wrap.received}\n\n{block}{LINE}  {wrap.start}  {LINE}\n\n{said.text}\n\n{LINE} {wrap.end} {LINE}\n\n"
        f"{wrap.helpful} {links[0]}\n\n{wrap.resolve}: {links[1]}\n{wrap.report}: {links[2]}\n\n{wrap.note}\n{tail}\n"
    )


def _html(talk: Talk, said: Said, order: str | None, links: tuple[str, str, str], tail: str) -> str:
    wrap = WRAPPERS[talk.lang]
    survey, resolve, report = (escape(link) for link in links)
    block = f"<p># {order}:<br>\n{escape(_item(talk))}</p>\n" if order else ""
    return (
        f"<html><body>\n<p>{wrap.received}</p>\n{block}<p>{LINE} {wrap.start} {LINE}</p>\n"
        '<pre style="white-space: -moz-pre-wrap; white-space: -o-pre-wrap; white-space: pre-wrap;">'
        f"{escape(said.text)}</pre>\n<p>{LINE} {wrap.end} {LINE}</p>\n"
        f'<p>{wrap.helpful} <a href="{survey}">1</a></p>\n'
        f'<p><a href="{resolve}">{wrap.resolve}</a> | <a href="{report}">{wrap.report}</a></p>\n'
        f"<p>{wrap.note}</p>\n<p>{tail}</p>\n</body></html>\n"
    )


def _old_body(talk: Talk, said: Said, rng: Random) -> str:
    """The text-only layout of 2016, bilingual in Canada; it carries no message or thread id."""
    store, order = talk.store, talk.order_at(said)
    opens, closes = "Begin message", "End message"
    if store.code == "CA":
        opens, closes = "Begin message / Début du message", "End message / Fin du message"
    block = f"Order ID {order}:\n1 of {talk.product.title} [ASIN: {talk.product.asin}]\n\n" if order else ""
    central = f"https://sellercentral.amazon.{store.tld}/gp/communication-manager/no-response-needed.html"
    return (
        f"{block}{LINE} {opens} {LINE}\n\n{said.text}\n\n{LINE} {closes} {LINE}\n\n"
        "For Your Information: this message was sent by a buyer.\n\n"
        f"To mark this message as no response needed: {central}?msg={rng.getrandbits(64):016X}\n\n"
        f"[commMgrTok:{shop.amazon_id(rng)}]\n"
    )


def answer_copy(talk: Talk, said: Said, rng: Random) -> Mail:
    """Amazon's copy of an answer that was sent in Seller Central: HTML only, without relay and case."""
    store, wrap = talk.store, WRAPPERS[talk.lang]
    order = talk.order_at(said)
    headers = envelope(store, said.at, rng, "BBC_MESSAGE_CONFIRMATION_TO_MERCHANT")
    headers[2:2] = [
        ("From", f'"Amazon.{store.tld}" <donotreply@amazon.com>'),
        ("Reply-To", "donotreply@amazon.com"),
    ]
    headers.append(("Subject", wire.words(wrap.copy_subject.format(name=talk.name), spelling=rng.choice("BQ"))))
    html = wire.text_part(
        _copy_html(talk, said, order, wrap), "html", "base64" if talk.lang == "ja" else "quoted-printable"
    )
    raw = wire.assemble(headers, wire.multipart("alternative", (html,), wire.boundary(rng)))
    return Mail(said.at, "reply_confirmation", raw, talk.key, talk.name)


def _copy_html(talk: Talk, said: Said, order: str | None, wrap: Wrapper) -> str:
    block = f"<p># {order}:<br>\n{escape(_item(talk))}</p>\n" if order else ""
    text = escape(said.text).replace("\n", "<br>\n")
    return (
        f"<html><body>\n<p>{wrap.copy_line}</p>\n{block}<p>{LINE} {wrap.copy_start} {LINE}</p>\n"
        f"<p>{text}</p>\n<p>{LINE} {wrap.copy_end} {LINE}</p>\n<p>{wrap.note}</p>\n</body></html>\n"
    )


def render(talk: Talk, rng: Random) -> list[Mail]:
    """All mails of a conversation."""
    mails: list[Mail] = []
    for said in talk.said:
        mails += [answer_copy(talk, said, rng)] if said.by == "agent" else buyer(talk, said, rng)
    return mails
