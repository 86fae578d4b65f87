"""The original of a mail for the screen: cleaned HTML without anything remote, headers, and its attachments."""

from __future__ import annotations

from dataclasses import dataclass

import nh3

from services.errors import Rejected
from services.mail.charset import header_text
from services.mail.footer import resolves_case, trusted
from services.mail.mime import Envelope, TooDamaged, open_headers, open_mail
from services.mail.names import safe_name
from services.mail.text import html_text, is_html, too_deep

_MAX_HTML = 1_000_000
_TAGS = {"p", "b", "i", "u", "em", "strong", "br", "hr", "a", "pre", "code", "blockquote", "div", "span", "small"}
_TAGS |= {"ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "center", "sub", "sup"}
_TAGS |= {"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption"}
_ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_DROPPED_WITH_CONTENT = {"script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math"}


@dataclass(frozen=True)
class Original:
    """A mail as it came: `html` cleaned (None if it has none), its plain text, all headers as readable pairs."""

    html: str | None
    text: str
    headers: tuple[tuple[str, str], ...]


def original(raw: bytes) -> Original:
    """The original of a mail, safe to draw: no scripts, styles, images or other remote content; never raises.

    Links stay only if they lead to Amazon by https and do not close a case; others are shown as their text.
    """
    try:
        envelope = open_mail(raw)
    except TooDamaged as problem:
        return Original(None, str(problem), _headers(_headers_only(raw)))
    plain_part, html_part = envelope.bodies
    plain = plain_part.text if plain_part else ""
    html = html_part.text if html_part else None
    if html is None and is_html(plain):
        plain, html = "", plain
    text = plain or (html_text(html) if html else "")
    return Original(clean_html(html) if html and not too_deep(html) else None, text, _headers(envelope))


def attachment(raw: bytes, index: int) -> tuple[str, str, bytes]:
    """(safe file name, media type, content) of the attachment that `Mail.attachments` lists under `index`.

    Raises Rejected when the mail has no such attachment or cannot be taken apart.
    """
    try:
        parts = open_mail(raw).attachments
    except TooDamaged as problem:
        raise Rejected(str(problem)) from problem
    if not 0 <= index < len(parts):
        raise Rejected(f"This mail has {len(parts)} attachments; there is no number {index + 1}.")
    part = parts[index]
    return safe_name(part.name, part.media_type, index), part.media_type, part.content


def clean_html(html: str) -> str:
    """HTML of a mail without scripts, styles, images, forms and any remote content."""
    return nh3.clean(
        html[:_MAX_HTML],
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=_keep,
        url_schemes={"https"},
        link_rel="noopener noreferrer nofollow",
    )


def _keep(_element: str, attribute: str, value: str) -> str | None:
    if attribute == "href" and (trusted(value) is None or resolves_case(value)):
        return None
    return value


def _headers_only(raw: bytes) -> Envelope | None:
    try:
        return open_headers(raw)
    except TooDamaged:
        return None


def _headers(envelope: Envelope | None) -> tuple[tuple[str, str], ...]:
    return tuple((name, header_text(value)) for name, value in envelope.headers) if envelope else ()
