"""Words that may not stand in a reply by themselves: website and link, claim forms, marketing; and empty thanks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.policy.grammar import Word, sentences
from services.policy.normalise import listed
from services.policy.words import Clause, Hit, plain_lexicon

_LINKS_NOUN = re.compile(
    r"(?:die|diese|diesen|folgende|folgenden|unsere|unseren|den|alle|weitere|beide|deze|onze|volgende|the|these|our|"
    r"following|any|some|useful|los|estos|les|ces|i|questi|nasze)\s+$"
)
_LINKS = re.compile(r"(?<![^\W_])links(?![^\W_])")
_KANA = "ァ-ヶー"
_JA_LINK = re.compile(
    rf"(?<![{_KANA}])リンク(?![{_KANA}])|(?:ウェブ|ダウンロード|トラッキング|サポート|ショート|"
    rf"フォーム)リンク(?![{_KANA}])"
    rf"|(?<![{_KANA}])サイト(?![{_KANA}])"
)


def _names(word: Word, language: str | None) -> set[str]:
    names = {name for meanings in word.meanings.values() for name in meanings}
    if "OFWEB" in (word.meanings.get(language or "", frozenset())):
        names.add("WEB")
    return names


def find(text: str, cased: str, language: str | None) -> Iterator[Hit]:
    """Findings of single terms. `cased`: the same text in its own case; `language`: of the reply, if known."""
    for words in sentences(text, plain_lexicon()):
        for word in words:
            if not word.meanings:
                continue
            names = _names(word, language)
            if "WEB" in names and "NOWEB" not in names:
                yield Hit("website_word", word.start, word.end)
            if "CLAIM" in names:
                yield _claim(words, word)
            if "MARKETING" in names:
                yield Hit("marketing", word.start, word.end)
        yield from _signed_forms(words)
        yield from _account(words)
    yield from _links_left_or_web(text, cased, language)
    if not text.isascii():
        yield from (Hit("website_word", *match.span()) for match in _JA_LINK.finditer(text))


def _links_left_or_web(text: str, cased: str, language: str | None) -> Iterator[Hit]:
    """`links` is a direction in German and Dutch; with an article, or elsewhere, it is what we may not name."""
    for match in _LINKS.finditer(text):
        noun = bool(_LINKS_NOUN.search(text[max(0, match.start() - 40) : match.start()]))
        if language == "de" or (language is None and not noun):
            noun = noun and cased[match.start()].isupper()
        if noun or language not in ("de", "nl", None):
            yield Hit("website_word", *match.span())


def _claim(words: list[Word], word: Word) -> Hit:
    """A claim form; a denied one ("you need not fill in a claim form") only warns."""
    index = words.index(word)
    from_words = words[max(0, index - 8) : index + 12]
    denied = any(w.text in _NOT_JA for w in words if w.start > word.start) or any(
        w.text in _NOT and w.clause == word.clause for w in from_words if w.start < word.start or w.text in _NOT_AFTER
    )
    return Hit("claim_form", word.start, word.end, denied)


_NOT = frozenset(
    listed(
        "not no never without t nicht kein keine keinen keinerlei ohne pas aucun aucune sans non nessun nessuna "
        "senza ningun ninguna sin niet geen zonder inte inget ingen utan nie bez zadnego nao nenhum nenhuma sem"
    )
)
_NOT_JA = frozenset(
    listed("必要ありません 必要はありません 必要はございません 不要 お願いしておりません 必要ございません 不要です")
)
_NOT_AFTER = frozenset(["nicht", "niet", "ikke", "inte"])


def _signed_forms(words: list[Word]) -> Iterator[Hit]:
    """SIGN and FORM within a few words: the same request without the word claim."""
    for language in sorted({language for word in words for language in word.meanings}):
        clause = Clause(words, language)
        for form in clause.all("FORM"):
            near = [sign for sign in clause.all("SIGN") if clause.gap(sign, form) <= 6 and sign != form]
            if near:
                hit = clause.hit("claim_form", near[0], form)
                denied = any(w.text in _NOT for w in words[max(0, near[0] - 7) : max(near[0], form)])
                yield Hit(hit.rule, hit.start, hit.end, denied)
                return


def _account(words: list[Word]) -> Iterator[Hit]:
    """Sending a buyer back to the account is for returns and subscriptions only (S3)."""
    known = [word for word in words if word.meanings]
    names = [{name for meanings in word.meanings.values() for name in meanings} for word in known]
    if any("ACCOUNTFINE" in found for found in names):
        return
    for word, found in zip(known, names, strict=True):
        if "ACCOUNT" in found:
            yield Hit("back_to_account", word.start, word.end)


def is_only_thanks(text: str) -> bool:
    """True if nothing is left beside greeting, thanks and signature."""
    known = left = thanks = 0
    for words in sentences(text, plain_lexicon()):
        for word in words:
            names = {name for meanings in word.meanings.values() for name in meanings}
            polite = bool(names & {"GREETING", "POLITE"})
            known += polite
            left += not polite
            thanks += "POLITE" in names and word.text.startswith(_THANKS)
    kana = len(re.findall(r"[\u3040-\u30ff\u4e00-\u9fff]", text))
    if kana:
        return (
            "ありがとうございま" in text
            and kana <= 45
            and known > 0
            and not re.search(r"返金|交換|発送|確認|手配|配送|届|返品|交換品", text)
        )
    return thanks > 0 and left <= 2


_THANKS = ("thank", "dank", "merci", "grazie", "gracias", "bedankt", "tack", "dziek", "obrig", "agradec")
