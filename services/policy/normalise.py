"""A text as a careful reader sees it, with a map from every character back to the original."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class View:
    """A changed text; character i stands for `original[starts[i]:ends[i]]`. Starts never go down."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where [start, end) of this text lies in the original."""
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else (self.ends[-1] if self.ends else 0)
            return at, at
        return self.starts[start], max(self.ends[start:end])

    def find(self, original: int) -> int:
        """The first position whose original starts at or after `original`."""
        return bisect_left(self.starts, original)

    def sub(self, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str | None]) -> View:
        """Replace matches; each new character stands for the whole match. None leaves a match as it is."""
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for match in pattern.finditer(self.text):
            new = replace(match)
            if new is None or match.end() == match.start():
                continue
            pieces += [self.text[done : match.start()], new]
            starts += self.starts[done : match.start()]
            ends += self.ends[done : match.start()]
            first, last = self.span(match.start(), match.end())
            starts += [first] * len(new)
            ends += [last] * len(new)
            done = match.end()
        if not done:
            return self
        pieces.append(self.text[done:])
        return View("".join(pieces), [*starts, *self.starts[done:]], [*ends, *self.ends[done:]])

    def blank(self, spans: Sequence[tuple[int, int]], fill: str = " ") -> View:
        """The same length with these stretches of this view's text filled; line breaks too."""
        text = self.text
        for start, end in spans:
            text = text[:start] + fill * (end - start) + text[end:]
        return View(text, self.starts, self.ends)


def listed(words: str) -> list[str]:
    """Words written one after the other; a list of literals would take a line for each."""
    return words.split()


# Letters of other scripts that look Latin; the product writes no language of these scripts.
_TWINS = dict(
    zip(
        "аеорсухіїјѕһԁԛԝьвкмнтѵүոսցզԍӏАВЕКМНОРСТУХІЇЈЅԌҮ" + "αοιυνκρτεηχγβμωσςζΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "aeopcyxiijshdqwbbkmhtvyouqqglABEKMHOPCTYXIIJSGY" + "aoiuvkptenxybmwoczABEZHIKMNOPTYX",
        strict=True,
    )
)
_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢıɑɡɩοꓲꓳ", "abcdefghijklmnoprstuvwyziagioIO", strict=True))
_MARKS = {
    **dict.fromkeys("‐‑‒–—―−﹣－➖", "-"),
    **dict.fromkeys("‘’‛`´ʼ", "'"),
    **dict.fromkeys("“”„‟", '"'),
    **dict.fromkeys("⁄∕╱⧸", "/"),
    **dict.fromkeys("∶꞉ː", ":"),
    **dict.fromkeys("․﹒", "."),
    "＠": "@",
    "﹫": "@",
}
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f]"
)
_FIVE_STARS = re.compile("[★⭐🌟✭✮]{4,6}|[45] ?[★⭐🌟]|[★⭐🌟] ?[45](?!\\d)")
_KANA_MARK = re.compile("[うか-とは-ほウカ-トハ-ホ][\u3099\u309a]")


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    """What one character is read as; nothing for what is not seen."""
    if char in _MARKS:
        return _MARKS[char]
    if _INVISIBLE.match(char) or unicodedata.category(char) in ("Cf", "Mn", "Me") and char not in "\u3099\u309a":
        return ""
    code = ord(char)
    if 0x1F130 <= code <= 0x1F189 and (code - 0x1F130) % 0x20 < 26:  # squared and circled letters
        return chr(ord("A") + (code - 0x1F130) % 0x20)
    if 0x1F1E6 <= code <= 0x1F1FF:  # the letters that flags are made of
        return chr(ord("A") + code - 0x1F1E6)
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    read = unicodedata.normalize("NFKC", char)
    if read.isspace():
        return "\n" if char in "\n\r\x0b\x0c\x85\u2028\u2029" else " "
    if any(unicodedata.category(part) in ("Mn", "Me") and part not in "\u3099\u309a" for part in read):
        return "".join(part for part in read if not unicodedata.combining(part)).strip()
    return "".join(_TWINS.get(part) or _SMALL_CAPITALS.get(part) or _MARKS.get(part, part) for part in read)


@lru_cache(maxsize=4096)
def _bare(char: str) -> str:
    """A Latin letter in lower case without its accents."""
    special = {"ß": "ss", "ẞ": "ss", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l"}
    if char in special:
        return special[char]
    if ord(char) < 0x250 or 0x1E00 <= ord(char) < 0x1F00:
        return "".join(c for c in unicodedata.normalize("NFD", char) if not unicodedata.combining(c)).lower()
    return char.lower()


def _mapped(view: View, change: Callable[[str], str]) -> View:
    pieces = [char if char.isascii() else change(char) for char in view.text]
    if set(map(len, pieces)) <= {1}:
        return View("".join(pieces), view.starts, view.ends)
    starts: list[int] = []
    ends: list[int] = []
    for at, piece in enumerate(pieces):
        starts += [view.starts[at]] * len(piece)
        ends += [view.ends[at]] * len(piece)
    return View("".join(pieces), starts, ends)


@lru_cache(maxsize=2)
def plain(text: str) -> View:
    """NFKC, nothing unseen, look-alike letters as Latin, all digits, dashes and spaces as ASCII."""
    whole = View(text, range(len(text)), range(1, len(text) + 1))
    if text.isascii():
        return whole
    view = _mapped(whole, _plain).sub(_FIVE_STARS, lambda _: " 5star ")
    return view.sub(_KANA_MARK, lambda match: unicodedata.normalize("NFC", match[0]))


def bare(view: View) -> View:
    """Lower case, Latin letters without accents: what the lexicons are written in."""
    if view.text.isascii():
        return View(view.text.lower(), view.starts, view.ends)
    lowered = _mapped(view, _bare)
    text = lowered.text.lower()
    return View(text if len(text) == len(lowered.text) else lowered.text, lowered.starts, lowered.ends)


def bare_letters(text: str) -> str:
    """As `bare`, but one character for one: where positions matter more than a German sharp s."""
    return text.lower() if text.isascii() else "".join([_bare(char)[:1] or " " for char in text])


_CJK = "\u3000-\u30ff\u4e00-\u9fff"
_SPACED = re.compile(
    rf"(?<![^\s\"'(:,>{_CJK}])(?:[a-z0-9@./:] ){{3,}}[a-z0-9](?![^\s\"'),:;!?.<{_CJK}])"
    rf"|(?<![^\s\"'(:,>{_CJK}])(?:[a-z0-9@.][-_*·|+~.]){{3,}}[a-z0-9](?![^\s\"'),:;!?.<{_CJK}])",
    re.I,
)
_BETWEEN = re.compile(r"[ \-_*·|+~]")
_DOTTED = re.compile(r"[a-z](?:\.[a-z])+", re.I)


def joined(view: View) -> View:
    """Letters written apart (`w w w . s h o p`, `l-i-n-k`) put together; runs of digits alone stay."""

    def join(match: re.Match[str]) -> str | None:
        letters = match[0].replace(".", "") if _DOTTED.fullmatch(match[0]) else _BETWEEN.sub("", match[0])
        return letters if sum(char.isalpha() for char in letters) >= 3 else None

    return view.sub(_SPACED, join)
