"""The policy check: a reply's text in, a verdict with its findings out. The same for composer, outbox and "
"command line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from services.mail.language import language_of
from services.policy import hosts, identifiers, personal, phones, style, terms, words
from services.policy.hidden import revealed
from services.policy.normalise import View, bare, bare_letters, joined, plain
from services.policy.words import Hit
from services.rules import policy
from services.rules.policy import REDIRECT, Channel, Finding, Profile, Verdict

ATTACHMENTS = ("pdf", "jpg", "jpeg", "png", "gif", "txt", "doc", "docx")
"""File kinds that Amazon is known to take (facts on Seller Central 200389080)."""

_PROACTIVE_FILES = re.compile(
    r"invoice|rechnung|facture|fattura|factura|faktur|fatura|請求|manual|anleitung|notice|manuale|handleiding|"
    r"instru|guide|guia|"
    r"説明|warrant|garant|gwaran|guarantee|保証|bruksanvisning",
    re.I,
)
_LONGEST_THANKS = 400
_ENOUGH_WORDS = 6
_LETTERS = re.compile(r"[^\W\d_]{2,}")
LANGUAGES = {
    "en": "English", "de": "German", "fr": "French", "it": "Italian", "es": "Spanish", "ja": "Japanese",
    "nl": "Dutch", "sv": "Swedish", "pl": "Polish", "pt": "Portuguese", "tr": "Turkish", "ar": "Arabic",
}  # fmt: skip
_LIKE = {
    "no": "sv",
    "nb": "sv",
    "nn": "sv",
    "da": "sv",
    "gl": "pt",
    "af": "nl",
    "ca": "es",
    "lb": "de",
    "nds": "de",
    "bs": "pl",
}


def check(
    text: str,
    *,
    channel: Channel = "message",
    language: str | None = None,
    order_id: str | None = None,
    profile: Profile = "strict",
    attachments: Sequence[str] = (),
    proactive: bool = False,
) -> Verdict:
    """What may be said about `text` before it leaves.

    `language`: the buyer's, two letters; `order_id`: the conversation's, 3-7-7; `attachments`: file names;
    `proactive`: the buyer did not ask. Spans are character offsets into `text`. Raises ValueError for a
    channel or profile that does not exist, and nothing else.
    """
    if channel not in policy.CHANNELS or profile not in policy.PROFILES:
        raise ValueError(f"channel {channel!r} or profile {profile!r} is unknown")
    found: list[Finding] = []
    for hit in [
        *_in_text(text, channel, language),
        *_about_order(text, order_id, proactive),
        *_about_files(attachments, proactive),
    ]:
        start, end = max(0, hit.start), min(len(text), hit.end)
        one = policy.finding(hit.rule, (start, max(start, end)), profile=profile, channel=channel, doubtful=hit.weak)
        if one:
            found.append(replace(one, why=hit.why) if hit.why else one)
    return policy.combine(found)


def _in_text(text: str, channel: Channel, language: str | None) -> Iterator[Hit]:
    yield from style.find(text)
    text = text[: style.LONGEST]
    view = plain(text)
    if style.is_empty(view.text):
        yield Hit("empty", 0, len(text))
        return
    written_in = language_of(text, None)
    # A guess from a few words is worth less than what the caller says.
    likely = written_in if written_in and (not language or len(text.split()) >= 6) else language
    yield from _contacts(text, view, channel, likely)
    yield from _wordings(text, view, likely)
    if channel in policy.PUBLIC:
        yield from personal.find(text)
    yield from _in_another(text, written_in, language)


def _in_another(text: str, written_in: str | None, language: str | None) -> Iterator[Hit]:
    """Whether the reply is in another language than the buyer's; a few words are no proof, kana are."""
    wanted = (language or "").lower()[:2]
    if not written_in or not wanted or _family(written_in) == _family(wanted):
        return
    if written_in == "ja" or len(_LETTERS.findall(text)) >= _ENOUGH_WORDS:
        theirs, ours = (LANGUAGES.get(each, each) for each in (wanted, written_in))
        yield Hit("language", 0, len(text), why=f"The buyer writes {theirs}; this reply is in {ours}.")


def _family(language: str) -> str:
    return _LIKE.get(language, language)


def _contacts(text: str, view: View, channel: Channel, language: str | None) -> Iterator[Hit]:
    """Links, e-mail addresses and phone numbers, in the text as read and with spelled-out addresses put back."""
    found = [host for seen in _views(view, language) for host in hosts.find(text, seen, language)]
    mails = [(host.start, host.end) for host in found if host.kind == "email_address"]
    for host in found:
        inside = any(start <= host.start and host.end <= end for start, end in mails)
        if host.kind == "email_address" or (host.kind == "link" and not inside):
            yield Hit(host.kind, host.start, host.end, host.weak)
        elif host.kind == "amazon_email" and channel in policy.PUBLIC:
            yield Hit("personal_details", host.start, host.end)
    masked = _without_addresses(text, view)
    lowered = bare_letters(masked.text)
    for start, end, weak in phones.find(masked, lowered, language):
        yield Hit("phone_number", *masked.span(start, end), weak)


def _views(view: View, language: str | None) -> Iterator[View]:
    yield view
    shown = revealed(joined(view), language)
    if shown.text != view.text:
        yield shown


def _without_addresses(text: str, view: View) -> View:
    """Blank out addresses, so that their figures and words are not read twice."""
    spans = [(view.find(host.start), view.find(host.end)) for host in hosts.find(text, view, None)]
    return view.blank(spans) if spans else view


def _wordings(text: str, view: View, language: str | None) -> Iterator[Hit]:
    quiet = _without_redirect(_without_addresses(text, view))
    together = joined(quiet)
    for seen in (quiet, together) if together.text != quiet.text else (quiet,):
        simple = bare(seen)
        cased = seen.text if len(seen.text) == len(simple.text) else simple.text
        for hit in [*words.find(simple.text), *terms.find(simple.text, cased, language)]:
            yield Hit(hit.rule, *simple.span(hit.start, hit.end), hit.weak)
    if len(text) < _LONGEST_THANKS and terms.is_only_thanks(bare(quiet).text):
        yield Hit("thanks_only", 0, len(text))


def _without_redirect(view: View) -> View:
    """The one allowed sentence is never read as anything else."""
    at = view.text.find(REDIRECT)
    return view.blank([(at, at + len(REDIRECT) - 1)], "x") if at >= 0 else view


def _about_order(text: str, order_id: str | None, proactive: bool) -> Iterator[Hit]:
    named = list(identifiers.ORDER_ID.finditer(plain(text[: style.LONGEST]).text))
    numbers = [re.sub(r"\D", "", match[0]) for match in named]
    ours = re.sub(r"\D", "", order_id or "")
    if proactive and (ours not in numbers if ours else not numbers):
        yield Hit("order_id_missing", 0, len(text))
    if ours and numbers and ours not in numbers:
        start, end = plain(text).span(*named[0].span())
        yield Hit("other_order", start, end)


def _about_files(attachments: Sequence[str], proactive: bool) -> Iterator[Hit]:
    for name in attachments:
        yield Hit("attachment", 0, 0)
        if name.rpartition(".")[2].lower() not in ATTACHMENTS or "." not in name:
            yield Hit("attachment_kind", 0, 0)
        if proactive and not _PROACTIVE_FILES.search(name):
            yield Hit("attachment_use", 0, 0)
