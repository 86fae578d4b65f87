"""What a reply template may be: its name, text, languages, marketplaces and ticket types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.rules import placeholders
from services.rules.marketplaces import MARKETPLACES

LONGEST_NAME = 80
LONGEST_TEXT = 10_000
LONGEST_TYPE = 60
LANGUAGES: Mapping[str, str] = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "ja": "Japanese", "nl": "Dutch",
    "sv": "Swedish", "pl": "Polish", "pt": "Portuguese", "tr": "Turkish", "ar": "Arabic", "hi": "Hindi",
}  # fmt: skip
"""The languages of Amazon's marketplaces by code."""
_BY_NAME = {name.lower(): code for code, name in LANGUAGES.items()}
_BY_DOMAIN = {place.domain: code for code, place in MARKETPLACES.items()}


@dataclass(frozen=True)
class Wish:
    """What a template is to be. `language` None: any; no `marketplaces` or `types` (ticket types): all."""

    name: str
    text: str
    language: str | None = None
    marketplaces: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    active: bool = True
    shared: bool = False


def tidy(wish: Wish) -> Wish:
    """The same without what nobody means: blanks around, line breaks of other systems."""
    text = wish.text.replace("\r\n", "\n").replace("\r", "\n").strip()
    types = tuple(" ".join(each.split()) for each in wish.types)
    return Wish(
        " ".join(wish.name.split()), text, wish.language or None, wish.marketplaces, types, wish.active, wish.shared
    )


def refused(wish: Wish) -> str | None:
    """Why a template cannot be like this, as a sentence that says what to do; None if it can."""
    return next(_reasons(wish), None)


def language_code(written: str) -> str | None:
    """The code of a language that is written as its code, with a country, or by its English name; None: any."""
    word = written.strip().lower()
    return _BY_NAME.get(word, word.replace("_", "-").partition("-")[0]) or None


def marketplace_code(written: str) -> str:
    """A marketplace by its code or its domain; GB is UK. What is none of ours comes back in capitals."""
    word = written.strip().lower()
    return _BY_DOMAIN.get(word.removeprefix("www."), "UK" if word == "gb" else word.upper())


def _reasons(wish: Wish) -> Iterator[str]:
    if not wish.name or len(wish.name) > LONGEST_NAME or not wish.name.isprintable():
        yield f"Give the template a name of 1 to {LONGEST_NAME} characters."
    yield from _about_text(wish.text)
    if wish.language is not None and wish.language not in LANGUAGES:
        yield f"“{wish.language}” is no language that can be chosen; use one of {', '.join(LANGUAGES)}."
    for code in wish.marketplaces:
        if code not in MARKETPLACES:
            yield f"“{code}” is no marketplace; use codes such as {', '.join(list(MARKETPLACES)[:6])}."
    if any(not each or len(each) > LONGEST_TYPE or not each.isprintable() for each in wish.types):
        yield f"A ticket type has 1 to {LONGEST_TYPE} characters."


def _about_text(text: str) -> Iterator[str]:
    if not text:
        yield "The template has no text; write some."
    if len(text) > LONGEST_TEXT:
        yield f"The text has {len(text):,} characters; {LONGEST_TEXT:,} are allowed. Shorten it."
    if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        yield "The text has characters that cannot be stored; type it anew instead of pasting it."
    if findings := placeholders.parse(text).findings:
        yield " ".join(finding.sentence for finding in findings[:3])
