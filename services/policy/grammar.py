"""Words as classes: a text becomes sentences of words, each with what it can mean in which language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

Classes = frozenset[str]
NOTHING: Classes = frozenset()
MOST_WORDS = 20_000
"""Words whose meanings are remembered; then the memory starts anew."""
_KANA_OR_KANJI = re.compile(r"[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff]")
_SENTENCE = re.compile(
    r"[.!?。！？…]{1,12}(?=\s|$|[\"')\]]|[^\x00-\x7f])|\n\s{0,40}\n|\n(?=\s{0,40}(?:[-*•]|\d+[.)])\s)|(?<=[。！？])"
)
_COMMAS = ",;:、，()\n–"
_WORD_OR_COMMA = re.compile(rf"[^\W_]+|[{_COMMAS}]")


class Word(NamedTuple):
    """A word or a set phrase at [start, end) of the view; `at` counts words, `clause` counts commas before it."""

    start: int
    end: int
    at: int
    clause: int
    text: str
    meanings: dict[str, Classes]


@dataclass(frozen=True)
class Entry:
    """One line's word of a lexicon: its parts, each a whole word, a beginning (`x*`) or an ending (`*x`)."""

    parts: tuple[str, ...]
    language: str
    name: str


@dataclass
class Lexicon:
    """All entries, found by the first letters of their first part."""

    first: dict[str, list[Entry]] = field(default_factory=dict)
    endings: list[Entry] = field(default_factory=list)
    japanese: dict[str, set[str]] = field(default_factory=dict)
    scan: re.Pattern[str] | None = None
    seen: dict[str, tuple[dict[str, Classes], list[Entry]]] = field(default_factory=dict)

    def add(self, name: str, language: str, written: str) -> None:
        """One entry, in the lexicons' writing: `gift_card*`, `*link`."""
        if language == "ja":
            self.japanese.setdefault(written, set()).add(name)
            if _KANA_OR_KANJI.search(written):
                return
        parts = tuple(written.split("_"))
        entry = Entry(parts, language, name)
        if parts[0].startswith("*"):
            self.endings.append(entry)
        else:
            self.first.setdefault(parts[0].rstrip("*")[:3], []).append(entry)

    def known(self, word: str) -> tuple[dict[str, Classes], list[Entry]]:
        """What a word means alone, by language, and the set phrases that it may begin; words come again and again."""
        if word not in self.seen:
            if len(self.seen) >= MOST_WORDS:
                self.seen.clear()
            keys = dict.fromkeys((word[:3], word[:2], word[:1]))
            fitting = [entry for key in keys for entry in self.first.get(key, ()) if _fits(entry.parts[0], word)]
            fitting += [entry for entry in self.endings if _fits(entry.parts[0], word)]
            alone: dict[str, Classes] = {}
            for entry in fitting:
                if len(entry.parts) == 1:
                    alone[entry.language] = alone.get(entry.language, NOTHING) | {entry.name}
            self.seen[word] = alone, [entry for entry in fitting if len(entry.parts) > 1]
        return self.seen[word]

    def close(self) -> Lexicon:
        """Ready for use: the longest Japanese phrases are looked for first."""
        longest = sorted(self.japanese, key=len, reverse=True)
        self.scan = re.compile("|".join(map(re.escape, longest))) if longest else None
        return self


def load(*sources: str) -> Lexicon:
    """A lexicon from text: `NAME` on a line, then lines `en: word word`; an indented line goes on."""
    lexicon, name, language = Lexicon(), "", ""
    for line in "\n".join(sources).splitlines():
        head, colon, words = line.partition(":")
        if line.startswith(" "):
            words = line
        elif colon:
            language = head
        else:
            name = head or name
            continue
        for word in words.split():
            lexicon.add(name, language, word)
    return lexicon.close()


def sentences(text: str, lexicon: Lexicon) -> Iterator[list[Word]]:
    """The known words of each sentence of a text in lower case without accents, in order."""
    for tokens in _tokens(text):
        words = _words(text, tokens, lexicon)
        if words:
            yield words


Token = tuple[str, int, int, int]
"""(word, start, end, commas before it in its sentence)"""


@lru_cache(maxsize=4)
def _tokens(text: str) -> list[list[Token]]:
    """The words of each sentence; several lexicons read the same text one after the other."""
    found, start = [], 0
    for mark in [*_SENTENCE.finditer(text), None]:
        end = mark.end() if mark else len(text)
        if end > start:
            found.append(_sentence(text, start, end))
        start = end
    return found


def _sentence(text: str, start: int, end: int) -> list[Token]:
    tokens: list[Token] = []
    clause = 0
    for match in _WORD_OR_COMMA.finditer(text, start, end):
        word = match[0]
        if word in _COMMAS:
            clause += 1
        else:
            tokens.append((word, *match.span(), clause))
    return tokens


def _words(text: str, tokens: list[Token], lexicon: Lexicon) -> list[Word]:
    found: list[Word] = []
    skip = 0
    for at, token in enumerate(tokens):
        word, start, end, clause = token
        if not word.isascii() and _KANA_OR_KANJI.search(word):
            found += _japanese(text, token, at, lexicon)
        elif at >= skip:
            meanings, phrases = lexicon.known(word)
            skip = at + 1
            if phrases:
                meanings, count = _longest(meanings, phrases, tokens, at)
                skip, end = at + count, tokens[at + count - 1][2]
            found.append(Word(start, end, at, clause, word, meanings))
    return _numbered(found) if not text.isascii() else found


def _numbered(words: list[Word]) -> list[Word]:
    """Japanese has no spaces: four letters count as a word of distance."""
    if not any("ja" in word.meanings for word in words):
        return words
    first = words[0].start
    return [Word(w.start, w.end, (w.start - first) // 4, w.clause, w.text, w.meanings) for w in words]


def _japanese(text: str, token: Token, at: int, lexicon: Lexicon) -> Iterator[Word]:
    if lexicon.scan is None:
        return
    for match in lexicon.scan.finditer(text, token[1], token[2]):
        names = frozenset(lexicon.japanese[match[0]])
        yield Word(match.start(), match.end(), at, token[3], match[0], {"ja": names})


def _fits(part: str, word: str) -> bool:
    if part.endswith("*"):
        return word.startswith(part[:-1]) if not part.startswith("*") else part[1:-1] in word
    return word.endswith(part[1:]) and len(word) > len(part) + 1 if part.startswith("*") else word == part


def _longest(
    alone: dict[str, Classes], phrases: list[Entry], tokens: list[Token], at: int
) -> tuple[dict[str, Classes], int]:
    """What the word here means, by language, and how many words the longest set phrase takes."""
    fitting = [entry for entry in phrases if _follows(entry, tokens, at)]
    if not fitting:
        return alone, 1
    best = dict(alone)
    lengths: dict[str, int] = {}
    for entry in sorted(fitting, key=lambda entry: -len(entry.parts)):
        longest = lengths.setdefault(entry.language, len(entry.parts))
        if len(entry.parts) == longest:
            before = best[entry.language] if best.get(entry.language) is not alone.get(entry.language) else NOTHING
            best[entry.language] = before | {entry.name}
    return best, max(lengths.values())


def _follows(entry: Entry, tokens: list[Token], at: int) -> bool:
    parts = entry.parts
    if at + len(parts) > len(tokens) or not _fits(parts[1], tokens[at + 1][0]):
        return False
    return len(parts) == 2 or all(_fits(parts[i], tokens[at + i][0]) for i in range(2, len(parts)))
