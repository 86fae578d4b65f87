"""Words as classes: a text becomes sentences of words, each with what it can mean in which language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

Classes = frozenset[str]
NOTHING: Classes = frozenset()
MOST_WORDS = 20_000
"""Words whose meanings are remembered; then the memory starts anew."""
_KANA_OR_KANJI = re.compile(r"[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff]")
_SENTENCE = re.compile(
    r"[.!?。！？…]+(?=\s|$|[\"')\]]|[^\x00-\x7f])|\n\s*\n|\n(?=\s*(?:[-*•]|\d+[.)])\s)|(?<=[。！？])"
)
_COMMAS = ",;:、，()\n–"
_WORD_OR_COMMA = re.compile(rf"[^\W_]+|[{_COMMAS}]")


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
    start = 0
    for mark in [*_SENTENCE.finditer(text), None]:
        end = mark.end() if mark else len(text)
        if end > start:
            words = _words(text, start, end, lexicon)
            if words:
                yield words
        start = end


def _words(text: str, start: int, end: int, lexicon: Lexicon) -> list[Word]:
    tokens: list[re.Match[str]] = []
    clauses: list[int] = []
    clause = 0
    for match in _WORD_OR_COMMA.finditer(text, start, end):
        if match[0] in _COMMAS:
            clause += 1
        else:
            tokens.append(match)
            clauses.append(clause)
    found: list[Word] = []
    skip = 0
    for at, token in enumerate(tokens):
        if not token[0].isascii() and _KANA_OR_KANJI.search(token[0]):
            found += _japanese(token, at, clauses[at], lexicon)
        elif at >= skip:
            meanings, count = _looked_up(tokens, at, lexicon)
            skip = at + count
            found.append(Word(token.start(), tokens[skip - 1].end(), at, clauses[at], token[0], meanings))
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
    alone, phrases = lexicon.known(tokens[at][0])
    fitting = [entry for entry in phrases if _follows(entry, tokens, at)] if phrases else []
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


def _follows(entry: Entry, tokens: list[re.Match[str]], at: int) -> bool:
    size = len(entry.parts)
    return at + size <= len(tokens) and all(_fits(entry.parts[i], tokens[at + i][0]) for i in range(1, size))
