"""Words as classes: a text becomes sentences of words, each with what it can mean in which language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

Classes = frozenset[str]
NOTHING: Classes = frozenset()
_WORD = re.compile(r"[^\W_]+")
_KANA_OR_KANJI = re.compile(r"[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff]")
_SENTENCE = re.compile(r"[.!?。！？…]+(?=\s|$|[\"')\]]|[^\x00-\x7f])|\n\s*\n|\n(?=\s*(?:[-*•]|\d+[.)])\s)|(?<=[。！？])")
_COMMA = re.compile(r"[,;:、，()\n–]")


@dataclass(frozen=True)
class Word:
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

    def add(self, name: str, language: str, written: str) -> None:
        """One entry, in the lexicons' writing: `gift_card*`, `*link`."""
        if language == "ja" and _KANA_OR_KANJI.search(written):
            self.japanese.setdefault(written, set()).add(name)
            return
        parts = tuple(written.split("_"))
        entry = Entry(parts, language, name)
        if parts[0].startswith("*"):
            self.endings.append(entry)
        else:
            self.first.setdefault(parts[0].rstrip("*")[:3], []).append(entry)

    def close(self) -> Lexicon:
        """Ready for use: the longest Japanese phrases are looked for first."""
        longest = sorted(self.japanese, key=len, reverse=True)
        self.scan = re.compile("|".join(map(re.escape, longest))) if longest else None
        return self


def load(*sources: str) -> Lexicon:
    """A lexicon from text: `NAME` on a line of its own, then lines `en: word word`."""
    lexicon, name = Lexicon(), ""
    for line in "\n".join(sources).splitlines():
        language, colon, words = line.strip().partition(":")
        if not colon:
            name = language or name
            continue
        for word in words.split():
            lexicon.add(name, language, word)
    return lexicon.close()


def sentences(text: str, lexicon: Lexicon) -> Iterator[list[Word]]:
    """The known words of each sentence of a text in lower case without accents, in order."""
    start = 0
    for mark in [*_SENTENCE.finditer(text), None]:
        end = mark.end() if mark else len(text)
        if end > start:
            words = _words(text, start, end, lexicon)
            if words:
                yield words
        start = end


def _words(text: str, start: int, end: int, lexicon: Lexicon) -> list[Word]:
    tokens = [match for match in _WORD.finditer(text, start, end)]
    found: list[Word] = []
    clause, last, skip = 0, start, 0
    for at, token in enumerate(tokens):
        clause += len(_COMMA.findall(text, last, token.start()))
        last = token.end()
        if not token[0].isascii() and _KANA_OR_KANJI.search(token[0]):
            found += _japanese(token, at, clause, lexicon)
            continue
        if at < skip:
            continue
        meanings, count = _looked_up(tokens, at, lexicon)
        if count > 1:
            skip = at + count
        found.append(Word(token.start(), tokens[at + count - 1].end(), at, clause, token[0], meanings))
    return _numbered(found) if not text.isascii() else found


def _numbered(words: list[Word]) -> list[Word]:
    """Japanese has no spaces: four letters count as a word of distance."""
    if not any("ja" in word.meanings for word in words):
        return words
    first = words[0].start
    return [Word(w.start, w.end, (w.start - first) // 4, w.clause, w.text, w.meanings) for w in words]


def _japanese(token: re.Match[str], at: int, clause: int, lexicon: Lexicon) -> Iterator[Word]:
    if lexicon.scan is None:
        return
    for match in lexicon.scan.finditer(token.string, token.start(), token.end()):
        names = frozenset(lexicon.japanese[match[0]])
        yield Word(match.start(), match.end(), at, clause, match[0], {"ja": names})


def _fits(part: str, word: str) -> bool:
    if part.endswith("*"):
        return word.startswith(part[:-1]) if not part.startswith("*") else part[1:-1] in word
    return word.endswith(part[1:]) and len(word) > len(part) + 1 if part.startswith("*") else word == part


def _looked_up(tokens: list[re.Match[str]], at: int, lexicon: Lexicon) -> tuple[dict[str, Classes], int]:
    """What the word here means, by language, and how many words the longest set phrase takes."""
    word = tokens[at][0]
    best: dict[str, set[str]] = {}
    lengths: dict[str, int] = {}
    candidates = [*lexicon.first.get(word[:3], ()), *lexicon.first.get(word[:2], ()), *lexicon.first.get(word[:1], ())]
    if len(word) < 3:
        candidates = list(dict.fromkeys(candidates))
    for entry in [*candidates, *(e for e in lexicon.endings if word.endswith(e.parts[0].strip("*")))]:
        size = len(entry.parts)
        if size < lengths.get(entry.language, 1) or at + size > len(tokens):
            continue
        if all(_fits(part, tokens[at + i][0]) for i, part in enumerate(entry.parts)):
            if size > lengths.get(entry.language, 1):
                best[entry.language] = set()
                lengths[entry.language] = size
            best.setdefault(entry.language, set()).add(entry.name)
    count = max(lengths.values(), default=1)
    return {language: frozenset(names) for language, names in best.items()}, count
