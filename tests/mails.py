"""Builds invented mails in Amazon's forms, as bytes; every detail is a keyword with a sensible default."""

from __future__ import annotations

import html as entities
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from services.rules.marketplaces import MARKETPLACES

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SENT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ORDER = "114-5550001-5550002"
ALIAS = "k3x9q7m2w8r5tz"
CASE = "5f0c1d2e-1111-4222-8333-444455556666"
M = "A0EXAMPLEMESSAGE01"
T = "A0EXAMPLETHREAD001"
MARKERS = {
    "en": ("Message:", "End message"),
    "fr": ("Message:", "Fin du message"),
    "it": ("Messaggio:", "Fine messaggio"),
    "es": ("Message:", "Finalizar mensaje"),
    "pt": ("Mensagem:", "Encerrar mensagem"),
    "de": ("Nachricht:", "Ende der Nachricht"),
    "ja": ("メッセージ:", "メッセージ終了"),
    "nl": ("Bericht:", "Einde bericht"),
    "sv": ("Meddelande:", "Slut på meddelandet"),
    "pl": ("Wiadomość:", "Koniec wiadomości"),
    "tr": ("Mesaj:", "Mesaj sonu"),
    "ar": ("رسالة:", "نهاية الرسالة"),
}
FILE = tuple[str, str, bytes]


def resolve_link(marketplace: str = "US", *, m: str = M, t: str = T) -> str:
    """Amazon's no-response-needed link."""
    place = MARKETPLACES[marketplace]
    return (
        f"https://{place.seller_central}/messaging/no-response-needed?t={t}&m={m}&mp={place.id}&c=1&h={'0a' * 20}&s=1"
    )


def report_link(marketplace: str = "US", *, case: str = CASE) -> str:
    """Amazon's report link, which names the case."""
    shop = f"https://www.{MARKETPLACES[marketplace].domain}"
    return f"{shop}/messaging/inbox?fi=caseId&ss={case}&cc={CASE}&ref=bsm_email_report"


def relay_address(marketplace: str = "US", *, alias: str = ALIAS, case: str | None = None) -> str:
    """A buyer's relay address."""
    plus = f"+{case}" if case else ""
    return f"{alias}{plus}@marketplace.{MARKETPLACES[marketplace].domain}"


def buyer_plain(
    text: str, *, order: str | None, markers: tuple[str, str], links: Sequence[str], asin: str = "B0EXAMPLE1"
) -> str:
    """The plain part of a buyer's message, in the layout of 2026."""
    block = f"# {order}:\n1 / Example lamp [ASIN: {asin}]\n\n" if order else ""
    footer = "\n".join(f"Link: {link}" for link in links)
    return (
        f"You have received a message.\n\n{block}------------- {markers[0]}  -------------\n\n{text}\n\n"
        f"------------- {markers[1]} -------------\n\nWas this e-mail helpful?\n{footer}\n"
        "Copyright 2026 Amazon.com, Inc.\nSPC-USAmazon-1000000000001\n"
    )


def buyer_html(text: str, *, order: str | None, links: Sequence[str], asin: str = "B0EXAMPLE1") -> str:
    """The HTML part of a buyer's message: the words in the one `<pre>`."""
    block = f"<p># {order}:<br>1 / Example lamp [ASIN: {asin}]</p>" if order else ""
    footer = "".join(f'<p><a href="{entities.escape(link)}">Link</a></p>' for link in links)
    return (
        "<html><head><style>p { color: #111 }</style></head><body><p>You have received a message.</p>"
        f'{block}<pre style="white-space: pre-wrap; white-space: -moz-pre-wrap; white-space: -o-pre-wrap;">'
        f"{entities.escape(text)}</pre>{footer}<p>SPC-USAmazon-1000000000001</p></body></html>"
    )


def buyer_mail(
    text: str = "Hello,\nwhere is my parcel? It should have been here on Monday.\nThank you",
    *,
    marketplace: str = "US",
    name: str = "Alex Example",
    alias: str = ALIAS,
    case: str | None = None,
    order: str | None = ORDER,
    subject: str | None = None,
    m: str = M,
    t: str = T,
    markers: tuple[str, str] = MARKERS["en"],
    type_header: str | None = "BBC_MESSAGE_SENT_TO_MERCHANT",
    marketplace_header: str | None = None,
    date: datetime | None = SENT,
    message_id: str | None = "<0102-example-000000@eu-west-1.amazonses.com>",
    plain: bool | str = True,
    html: bool | str = True,
    links: Sequence[str] | None = None,
    files: Sequence[FILE] = (),
    headers: Mapping[str, str] | None = None,
    sender: str | None = None,
) -> bytes:
    """A buyer's message as Amazon's relay sends it; `plain` and `html` may be a body of your own, or False."""
    bracket = f" (Order: {order})" if order else ""
    footer = [resolve_link(marketplace, m=m, t=t), report_link(marketplace)] if links is None else links
    made = {
        "X-Space-Notification-Type": type_header,
        "X-Marketplace-ID": marketplace_header,
        **(headers or {}),
    }
    return message(
        sender=sender or f'"{name}" <{relay_address(marketplace, alias=alias, case=case)}>',
        subject=f"Inquiry from Amazon customer {name}{bracket}" if subject is None else subject,
        date=date,
        message_id=message_id,
        plain=buyer_plain(text, order=order, markers=markers, links=footer) if plain is True else plain or None,
        html=buyer_html(text, order=order, links=footer) if html is True else html or None,
        files=files,
        headers=made,
    )


def notice(
    subject: str,
    html: str,
    *,
    sender: str = '"Amazon Seller Central" <donotreply@amazon.com>',
    type_header: str | None = None,
    marketplace: str | None = None,
    plain: str | None = None,
    date: datetime | None = SENT,
    message_id: str | None = "<0103-example-000000@eu-west-1.amazonses.com>",
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """A notice of Amazon's: HTML only, with the type header and the marketplace's id when they are given."""
    made = {
        "X-Space-Notification-Type": type_header,
        "X-Marketplace-ID": MARKETPLACES[marketplace].id if marketplace else None,
        **(headers or {}),
    }
    return message(
        sender=sender, subject=subject, date=date, message_id=message_id, plain=plain, html=html, headers=made
    )


def reply_copy(
    text: str = "Hello, your parcel is on its way.",
    *,
    name: str = "Alex Example",
    subject: str | None = None,
    order: str | None = None,
    markers: tuple[str, str] = ("Begin message", "End message"),
    date: datetime | None = SENT,
    message_id: str = "<0104-example-000000@email.amazonses.com>",
    type_header: str | None = "BBC_MESSAGE_CONFIRMATION_TO_MERCHANT",
    marketplace: str | None = "US",
) -> bytes:
    """Amazon's copy of a reply that the seller sent."""
    block = f"<p>Order ID {order}:</p>" if order else ""
    body = "<br>".join(entities.escape(text).split("\n"))
    frame = (
        f"<p>------------- {markers[0]} -------------</p><p>{body}</p><p>------------- {markers[1]} -------------</p>"
    )
    return notice(
        subject or f"Your email to {name}",
        f"<html><body><p>This is a copy of the message you sent.</p>{block}{frame}<p>SPC-USAmazon-2</p></body></html>",
        type_header=type_header,
        marketplace=marketplace,
        date=date,
        message_id=message_id,
        headers={"Reply-To": "no-reply@amazon.com"},
    )


def delivery_report(
    *,
    original_id: str = "<our-reply-1@support.example>",
    recipient: str | None = None,
    order: str | None = ORDER,
    date: datetime | None = SENT,
    action: str = "failed",
) -> bytes:
    """A mail server's report that our mail to a buyer was not delivered."""
    to = recipient or relay_address()
    return (
        "From: MAILER-DAEMON@mail.support.example (Mail Delivery System)\r\nReturn-Path: <>\r\n"
        f"To: support@support.example\r\nSubject: Undelivered Mail Returned to Sender\r\nDate: {_date(date)}\r\n"
        "Message-ID: <report-1@mail.support.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="RR"\r\n\r\n'
        "--RR\r\nContent-Type: text/plain\r\n\r\nYour mail could not be delivered.\r\n"
        "--RR\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.support.example\r\n\r\n"
        f"Final-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: 5.7.1\r\n"
        "Diagnostic-Code: smtp; 550 5.7.1 sender is not approved\r\n\r\n"
        "--RR\r\nContent-Type: message/rfc822\r\n\r\nFrom: support@support.example\r\n"
        f"To: {to}\r\nMessage-ID: {original_id}\r\nSubject: Re: Inquiry (Order: {order})\r\n"
        f"Date: {_date(date)}\r\n\r\nOur answer.\r\n--RR--\r\n"
    ).encode()


def message(
    *,
    sender: str,
    subject: str,
    date: datetime | None = SENT,
    message_id: str | None = "<0105-example@mail.example>",
    plain: str | None = None,
    html: str | None = None,
    files: Sequence[FILE] = (),
    headers: Mapping[str, str | None] | None = None,
    to: str = "support@support.example",
) -> bytes:
    """Any mail; headers whose value is None are left out."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    if date is not None:
        mail["Date"] = _date(date)
    if message_id is not None:
        mail["Message-ID"] = message_id
    for name, value in (headers or {}).items():
        if value is not None:
            mail[name] = value
    if plain is not None or html is None:
        mail.set_content(plain or "")
    if html is not None:
        mail.add_alternative(html, subtype="html")
    for name, media_type, content in files:
        kind, _, subtype = media_type.partition("/")
        mail.add_attachment(content, maintype=kind, subtype=subtype, filename=name)
    return mail.as_bytes()


def _date(when: datetime | None) -> str:
    return format_datetime(when) if when else ""
