"""One mail, from its bytes to what the desk needs to know of it: kind, identity, times, words, facts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.mail.charset import repair
from services.mail.footer import Footer, marketplace_in_links, order_in_links, read_footer
from services.mail.language import language_of
from services.mail.mime import Envelope, TooDamaged, authentication, open_headers, open_mail, times
from services.mail.names import safe_name
from services.mail.notices import bounce_facts, notice_facts
from services.mail.problems import problem_of
from services.mail.subject import reply_name, topic_and_name
from services.mail.text import Reading, buyer_words, html_text, is_html, links
from services.rules import identity
from services.rules.mail_kinds import KINDS, MailFacts, amazon_wrote_it, classify
from services.rules.marketplaces import MARKETPLACES, by_domain, by_id

PARSER_VERSION = 1

_WORDS_KINDS = {"buyer_message", "amazon_cs_message", "reply_confirmation"}
_MAX_TEXT = 2_000_000
_MAX_SUBJECT = 1000
_NAME_SUFFIX = re.compile(r"\s*[-–]\s*Amazon(?:\s+Marketplace|\.[a-z.]{2,6})\s*$", re.I)
_BLOCK_LINE = re.compile(r"^[ \t]*(?:#|Order ID|[\w .#-]{2,24}[#:：])[ \t]*([0-9]{3}-[0-9]{7}-[0-9]{7})[ \t]*:?", re.M)
_PHOTO = re.compile(
    r"\b(?:photo item|élément photo|elemento foto(?:grafico)?|foto-?element|item de foto)\b|写真アイテム", re.I
)
_AWAY = re.compile(
    r"out of (?:the )?office|automatic(?:ally generated)? reply|auto-?reply|abwesenheits(?:notiz|nachricht)"
    r"|automatische (?:antwort|reactie)|réponse automatique|risposta automatica|respuesta automática"
    r"|resposta automática|autosvar|automatiskt svar|odpowiedź automatyczna|otomatik yanıt|自動返信|رد تلقائي",
    re.I,
)


@dataclass(frozen=True)
class Attached:
    """A part that is not the mail's text: its place among them, safe file name, media type and size in bytes."""

    index: int
    name: str
    media_type: str
    size: int


@dataclass(frozen=True)
class Mail:
    """What one mail says. `problem` is a sentence when a person must look at it; times are aware UTC.

    `relay` is the customer key, `reply_to` the full address. `marketplace_header` is only what X-Marketplace-ID names.
    `text` is all that the buyer (of a copy: the agent) wrote, of a notice its readable text; `text_from` is pre,
    markers, footer or whole. `facts` holds what only some kinds have, ready for JSON.
    """

    kind: str
    rule: str
    direction: str
    problem: str | None = None
    subject: str = ""
    from_address: str = ""
    buyer_name: str | None = None
    relay: str | None = None
    reply_to: str | None = None
    marketplace: str | None = None
    marketplace_header: str | None = None
    order_id: str | None = None
    order_from: str | None = None
    asin: str | None = None
    topic: str | None = None
    amazon_message_id: str | None = None
    thread_id: str | None = None
    case_id: str | None = None
    message_id: str | None = None
    references: tuple[str, ...] = ()
    sent_at: datetime | None = None
    received_at: datetime | None = None
    text: str = ""
    text_from: str | None = None
    language: str | None = None
    content_hash: str = ""
    console_url: str | None = None
    attachments: tuple[Attached, ...] = ()
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class _Opened:
    """A mail in hand: its envelope, sender, bodies, and which kind they make it."""

    envelope: Envelope
    name: str
    sender: str
    subject: str
    plain: str | None
    html: str | None
    repaired: bool
    auth: dict[str, tuple[str, ...]]

    @property
    def trusted(self) -> bool:
        """Whether the sender's domain is Amazon's, so that its headers and links mean something."""
        return identity.is_amazon(self.sender)


def read(raw: bytes, *, now: datetime, arrived: datetime | None = None) -> Mail:
    """Read one mail; never raises: what cannot be read is of kind broken, with the reason in `problem`.

    `arrived` is when its mailbox says that it came in, for mail whose own headers give no time that can be used.
    """
    try:
        return _read(open_mail(raw), now, arrived)
    except TooDamaged as problem:
        return _broken(raw, now, arrived, str(problem))
    except Exception as error:
        return _broken(raw, now, arrived, f"This mail could not be read ({type(error).__name__}).")


def _read(envelope: Envelope, now: datetime, arrived: datetime | None) -> Mail:
    mail = _open(envelope)
    notice = "" if identity.relay(mail.sender) else _notice_text(mail)
    reading = Reading(notice, "whole", "", ())
    if not notice or mail.trusted:
        reading = buyer_words(mail.plain, mail.html)
    kind, rule = classify(_kind_facts(mail, notice or reading.text))
    found = _words(mail, kind, rule, reading) if kind in _WORDS_KINDS else _notice(mail, kind, rule, notice)
    return _finish(mail, found, times(envelope, now, arrived))


def _open(envelope: Envelope) -> _Opened:
    name, sender = _sender(envelope)
    plain_part, html_part = envelope.bodies
    plain, fixed_plain = repair(plain_part.text[:_MAX_TEXT]) if plain_part else (None, False)
    html, fixed_html = repair(html_part.text[:_MAX_TEXT]) if html_part else (None, False)
    if plain and html is None and is_html(plain):
        plain, html = None, plain
    subject = envelope.text("subject")[:_MAX_SUBJECT]
    auth = authentication(envelope)
    return _Opened(envelope, name, sender, subject, plain, html, fixed_plain or fixed_html, auth)


def _sender(envelope: Envelope) -> tuple[str, str]:
    stated = envelope.addresses("from")
    others = (found for header in ("reply-to", "sender", "return-path") for found in envelope.addresses(header))
    sender = stated[0] if stated else next((found for found in others if identity.relay(found[1])), None)
    if sender:
        return sender
    if "mailer-daemon" in envelope.raw("from").lower():
        return "", "mailer-daemon@localhost"
    raise TooDamaged("No sender can be read in this mail.")


def _notice_text(mail: _Opened) -> str:
    if mail.html is not None:
        return html_text(mail.html) or (mail.plain or "").strip()
    return (mail.plain or "").strip()


def _kind_facts(mail: _Opened, body: str) -> MailFacts:
    envelope = mail.envelope
    content_type = envelope.raw("content-type").lower()
    # Links say what a notice is about even when its words are in a language not yet listed.
    about = "\n".join(links(mail.html)) if mail.html and mail.trusted else ""
    return MailFacts(
        from_address=mail.sender,
        from_name=mail.name,
        reply_to=_first(envelope.addresses("reply-to")),
        to=tuple(address for header in ("to", "cc") for _, address in envelope.addresses(header)),
        type_header=envelope.raw("x-space-notification-type").upper(),
        subject=mail.subject,
        body=f"{body[:4000]}\n{about}" if about and not identity.relay(mail.sender) else body,
        report=content_type.startswith("multipart/report") and "disposition-notification" not in content_type,
        empty_return_path=envelope.raw("return-path").replace(" ", "") == "<>",
        dkim=mail.auth["dkim"],
        dmarc=mail.auth["dmarc"],
    )


def _first(found: list[tuple[str, str]]) -> str:
    return found[0][1] if found else ""


def _words(mail: _Opened, kind: str, rule: str, reading: Reading) -> Mail:
    """A mail in which a person speaks: the buyer, Amazon for a customer, or one of us in a copy."""
    footer = read_footer(reading.links)
    person = _relay_of(mail.envelope)
    topic, named = topic_and_name(mail.subject)
    copy = kind == "reply_confirmation"
    name = reply_name(mail.subject) if copy else _buyer_name(mail.name) or named
    order_id, order_from = _order(mail.subject, reading)
    case = person.case if person and not copy else None
    return Mail(
        kind,
        rule,
        KINDS[kind].direction,
        buyer_name=name,
        relay=person.key if person else None,
        reply_to=person.address if person else None,
        marketplace=_marketplace(mail, footer, person, reading.links),
        order_id=order_id,
        order_from=order_from,
        asin=identity.asin(reading.head) or identity.asin(reading.text),
        topic=None if copy or _names(topic, name) else topic,
        amazon_message_id=footer.amazon_message_id,
        thread_id=footer.thread_id,
        case_id=case or footer.case_id,
        console_url=footer.console_url,
        text=reading.text,
        text_from=reading.source,
        facts=_words_facts(mail, reading.text),
    )


def _names(topic: str | None, name: str | None) -> bool:
    """Whether a reason holds the buyer's name: then the subject has a form that is not known yet."""
    return bool(topic and name and name.casefold() in topic.casefold())


def _words_facts(mail: _Opened, text: str) -> dict[str, object]:
    facts: dict[str, object] = {}
    if _looks_automatic(mail.envelope, mail.subject, text):
        facts["looks_automatic"] = True
    if _PHOTO.search(text) and not mail.envelope.attachments:
        facts["photo_mentioned"] = True
    return facts


def _looks_automatic(envelope: Envelope, subject: str, text: str) -> bool:
    submitted = envelope.raw("auto-submitted").lower()
    bulk = envelope.raw("precedence").lower() in ("bulk", "auto_reply", "junk", "list")
    answered = bool(submitted) and not submitted.startswith("no")
    return answered or bulk or bool(envelope.raw("x-autoreply")) or bool(_AWAY.search(f"{subject}\n{text[:300]}"))


def _notice(mail: _Opened, kind: str, rule: str, text: str) -> Mail:
    """A mail in which a machine speaks."""
    targets = links(mail.html or mail.plain or "") if mail.trusted else ()
    marketplace = _marketplace(mail, Footer(), None, targets)
    place = MARKETPLACES.get(marketplace or "")
    facts = notice_facts(kind, mail.subject, text, mail.html, place.currency if place else None)
    subject_order = identity.order_id(mail.subject)
    if kind == "bounce":
        facts |= bounce_facts(mail.envelope, text)
        subject_order = identity.order_id(str(facts.get("original_subject", ""))) or subject_order
    order = subject_order or order_in_links(targets) or identity.order_id(text)
    to = _concerned(mail, facts)
    return Mail(
        kind,
        rule,
        KINDS[kind].direction,
        problem=problem_of(rule, mail.sender, mail.envelope.raw("x-space-notification-type")),
        marketplace=marketplace or (to.marketplace.code if to else None),
        relay=to.key if to else None,
        order_id=order,
        order_from=("subject" if identity.order_id(mail.subject) == order else "block") if order else None,
        asin=identity.asin(text) if mail.trusted else None,
        text=text,
        text_from="whole",
        facts=facts,
    )


def _concerned(mail: _Opened, facts: dict[str, object]) -> identity.Relay | None:
    """The buyer that a notice is about: whom we could not reach, or whom an answer would go to."""
    stated = [facts.get(name) for name in ("blocked_relay", "recipient", "original_to")]
    answers = [address for _, address in mail.envelope.addresses("reply-to")] if mail.trusted else []
    found = (identity.relay(str(address)) for address in (*stated, *answers) if address)
    return next((one for one in found if one), None)


def _finish(mail: _Opened, found: Mail, at: tuple[datetime | None, datetime | None]) -> Mail:
    """What every mail has, whatever its kind; `at` is when it was sent and received."""
    envelope = mail.envelope
    sent_at, received_at = at
    header = by_id(envelope.raw("x-marketplace-id")) if mail.trusted else None
    facts = found.facts | ({"mojibake_repaired": True} if mail.repaired else {})
    auth = {method: list(results) for method, results in mail.auth.items() if results}
    found = replace(
        found,
        subject=mail.subject,
        from_address=mail.sender,
        marketplace_header=header.code if header else None,
        message_id=_message_id(envelope),
        references=envelope.ids("in-reply-to", "references"),
        sent_at=sent_at,
        received_at=received_at,
        language=language_of(found.text, found.marketplace) if found.kind in _WORDS_KINDS else None,
        attachments=tuple(_attachments(envelope)),
        facts=facts | ({"auth": auth} if auth else {}),
    )
    if sent_at is None:
        reason = "It has no date that can be used: no readable Date or Received header that is not in the future."
        found = replace(found, kind="broken", rule="broken:date", direction="automatic", problem=reason)
    return replace(found, content_hash=_hash(found))


def _relay_of(envelope: Envelope) -> identity.Relay | None:
    """The buyer's address, from the header that has its case part, else from the first that has it at all."""
    headers = ("reply-to", "from", "return-path")
    found = [identity.relay(address) for header in headers for _, address in envelope.addresses(header)]
    relays = [one for one in found if one]
    return next((one for one in relays if one.case), relays[0] if relays else None)


def _buyer_name(name: str) -> str | None:
    name = _NAME_SUFFIX.sub("", name).strip(" \"'")
    return None if not name or "@" in name or name.lower().startswith("amazon") else name[:120]


def _order(subject: str, reading: Reading) -> tuple[str | None, str | None]:
    block = _BLOCK_LINE.search(reading.text) if reading.source == "whole" or amazon_wrote_it(reading.text) else None
    places: Iterable[tuple[str | None, str]] = (
        (identity.order_id(subject), "subject"),
        (identity.order_id(reading.head) or (block.group(1) if block else None), "block"),
        (identity.order_id(reading.text), "text"),
    )
    return next(((order, place) for order, place in places if order), (None, None))


def _marketplace(mail: _Opened, footer: Footer, person: identity.Relay | None, targets: Iterable[str]) -> str | None:
    """The header's, then the footer link's, the relay domain's, the sender's; Amazon.com sends for all shops."""
    header = by_id(mail.envelope.raw("x-marketplace-id"))
    if not mail.trusted:
        return None
    if header or footer.marketplace or person:
        return header.code if header else footer.marketplace or (person.marketplace.code if person else None)
    sender = by_domain(identity.split_address(mail.sender)[1])
    named = by_domain(mail.name.strip().lower()) if "." in mail.name else None
    if named or (sender and sender.tld != "com"):
        return (named or sender).code  # type: ignore[union-attr]
    return marketplace_in_links(targets) or (sender.code if sender else None)


def _message_id(envelope: Envelope) -> str | None:
    stated = envelope.raw("message-id")
    found = re.search(r"<[^<>\s]+>", stated)
    return (found.group() if found else " ".join(stated.split())[:500]) or None


def _attachments(envelope: Envelope) -> Iterable[Attached]:
    for index, part in enumerate(envelope.attachments):
        yield Attached(index, safe_name(part.name, part.media_type, index), part.media_type, part.size)


def _hash(mail: Mail) -> str:
    """Over who, what and when: copies of one message agree, other words or another Date do not."""
    when = mail.sent_at.isoformat() if mail.sent_at else ""
    files = ",".join(f"{one.name}:{one.size}" for one in mail.attachments)
    who = mail.relay or f"{mail.from_address} {mail.subject}"
    return hashlib.sha256("\0".join((who, " ".join(mail.text.split()), when, files)).encode()).hexdigest()


def _broken(raw: bytes, now: datetime, arrived: datetime | None, problem: str) -> Mail:
    """A mail that was not read, with what its headers still tell."""
    blank = Mail("broken", "broken:parse", "automatic", problem, content_hash=hashlib.sha256(raw).hexdigest())
    try:
        envelope = open_headers(raw)
        sent_at, received_at = times(envelope, now, arrived)
        person = _relay_of(envelope)
        return replace(
            blank,
            subject=envelope.text("subject")[:_MAX_SUBJECT],
            from_address=_first(envelope.addresses("from")),
            relay=person.key if person else None,
            message_id=_message_id(envelope),
            sent_at=sent_at,
            received_at=received_at,
        )
    except Exception:
        return blank
