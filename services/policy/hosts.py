"""Links, bare domains and e-mail addresses in a text, and which of them are Amazon's own."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal
from urllib.parse import unquote

from linkify_it import LinkifyIt  # type: ignore[import-untyped]

from services.policy import suffixes
from services.policy.normalise import View
from services.rules.marketplaces import by_domain

Kind = Literal["link", "email_address", "amazon", "amazon_email", "file"]


@dataclass(frozen=True)
class Host:
    """An address found at [start, end) of the original; `weak` ones may be ordinary words."""

    kind: Kind
    start: int
    end: int
    weak: bool = False


_L = r"[A-Za-z0-9\u00c0-\u024f]"
_LABEL = rf"{_L}(?:[A-Za-z0-9\u00c0-\u024f_-]{{0,61}}{_L})?"
_HOST = re.compile(rf"(?<![A-Za-z0-9\u00c0-\u024f_@])(?:{_LABEL}\.){{1,40}}{_LABEL}(?![A-Za-z0-9_])")
_KANA_HOST = re.compile(
    r"[ぁ-んァ-ヶー一-龯]{2,}\.(?:com|net|org|shop|info|biz|co\.jp|or\.jp|ne\.jp|jp)(?![A-Za-z])", re.I
)
_URL = re.compile(r"(?<![A-Za-z])([A-Za-z][A-Za-z0-9+-]{1,11}):\s?[/\\]{2,3}\s?[^\s<>\"」』】）、。]+")
_OTHER_SCHEME = re.compile(r"(?<![A-Za-z])(?:mailto|whatsapp|skype|callto|tg|sip):\s?[+\w][^\s<>\"]*", re.I)
_LOCAL = r"[A-Za-z0-9\u00c0-\u024f](?:[A-Za-z0-9\u00c0-\u024f._%+-]{0,120}[A-Za-z0-9_\u00c0-\u024f])?"
_MAIL = re.compile(rf"(?<![A-Za-z0-9]){_LOCAL}@(?P<host>(?:{_LABEL}\.)*{_LABEL})", re.I)
_PATH = re.compile(r"(?::\d{2,5})?(?:[/?#\\][^\s<>\"」』】）、。]*)?")
_NESTED = re.compile(r"(?:https?:)?[/\\]{2}[^/\\?#&\s]+", re.I)
_FILE_WORD = re.compile(
    r"(?:files?|datei(?:en)?|fichiers?|archivos?|ficheros?|bestand(?:en)?|fil(?:en)?|plik(?:u|i)?|ficheiros?|"
    r"arquivos?|ファイル|"
    r"document[oi]?s?|dokument|attach\w*|anhang|allegat\w*|adjunt\w*|bijlage|bilaga|zalacznik\w*|anexo|script|"
    r"firmware|"
    r"download|version|添付)\W{0,4}(?:\w+\W{1,3})?$",
    re.I,
)
POINTS_TO = re.compile(
    r"(?:^|[\s(])(?:visit\w*|at|on|via|see|from|under|over|check|browse|open|go to|find us|store|shop|site|"
    r"website|web|url|"
    r"bei|auf|unter|von|uber|über|besuch\w*|schau\w*|seite|webseite|www|sur|chez|consult\w*|en|su|da|presso|"
    r"sul|negozio|tienda|"
    r"boutique|op|bij|winkel|na|pod|sklep|em|no|loja|pa|på|hos|fran|från|butik|to|zu|nach|en el|no site|"
    r"domain)[\s:]{1,3}$|[:>→=]\s*$",
    re.I,
)


@cache
def _linkify() -> LinkifyIt:
    return LinkifyIt({}, {"fuzzy_link": False, "fuzzy_email": True, "fuzzy_ip": False})


def is_amazon(host: str) -> bool:
    """True for a host at or below exactly `amazon.<tld>` of a marketplace, in plain ASCII."""
    return host.isascii() and by_domain(host) is not None and not host.startswith("-")


def _url_is_amazon(url: str) -> bool:
    """True if an http(s) address leads to Amazon and nowhere else: no user name, no address inside."""
    match = re.fullmatch(r"https?://([^/?#]*)(.*)", url, re.I | re.S)
    if not match or "\\" in url or "@" in match[1] or not is_amazon(match[1].partition(":")[0]):
        return False
    inner = unquote(unquote(match[2]))
    return all(is_amazon(found[0].rpartition("/")[2]) for found in _NESTED.finditer(inner))


def find(original: str, view: View, language: str | None) -> list[Host]:
    """Every address in the view, as stretches of the original. `language`: whose words may follow a full stop."""
    text = view.text
    if "." not in text and "@" not in text and "/" not in text and ":" not in text:
        return []
    found: list[Host] = []
    taken: list[tuple[int, int]] = []
    for kind, start, end, weak in _all(original, view, language):
        at = bisect_left(taken, (end, 0))
        if at and taken[at - 1][1] > start:
            continue
        taken.insert(at, (start, end))
        found.append(Host(kind, *view.span(start, end), weak))
    return found


_Raw = tuple[Kind, int, int, bool]


def _all(original: str, view: View, language: str | None) -> Iterator[_Raw]:
    text = view.text
    if ":" in text:
        for match in _URL.finditer(text):
            end = match.start() + len(match[0].rstrip(".,;:!?)]}'*_"))
            url = _as_written(original, view, match.start(), end)
            yield ("amazon" if _url_is_amazon(url) else "link"), match.start(), end, False
        yield from (("link", match.start(), match.end(), False) for match in _OTHER_SCHEME.finditer(text))
    if "@" in text:
        yield from _mails(original, view)
    for match in _HOST.finditer(text):
        yield from _bare(original, view, match, language)
    if not text.isascii():
        yield from (("link", match.start(), match.end(), False) for match in _KANA_HOST.finditer(text))


def _as_written(original: str, view: View, start: int, end: int) -> str:
    """The original of a stretch: a look-alike or hidden letter in it keeps it from being Amazon's."""
    first, last = view.span(start, end)
    written = original[first:last]
    return written if written == view.text[start:end] else view.text[start:end] + "\u2260"


def _mails(original: str, view: View) -> Iterator[_Raw]:
    for match in _MAIL.finditer(view.text):
        host = match["host"]
        while "." in host and not suffixes.is_ending(host.rpartition(".")[2]):
            host = host.rpartition(".")[0]
        end = match.start("host") + len(host)
        ours = is_amazon(_as_written(original, view, match.start("host"), end))
        literal = "@" in original[slice(*view.span(match.start(), end))] or "\uff20" in original
        if "." in host or literal:
            yield ("amazon_email" if ours else "email_address"), match.start(), end, False
    for found in _linkify().match(view.text) or []:
        if found.schema == "mailto:" and not is_amazon(found.url.rpartition("@")[2]):
            yield "email_address", found.index, found.last_index, False


def _bare(original: str, view: View, match: re.Match[str], language: str | None) -> Iterator[_Raw]:
    """A host without a scheme, if the token is one: file names, abbreviations and forgotten spaces are not."""
    host = _cut(match[0])
    if host is None:
        return
    start, end = match.start(), match.start() + len(host)
    path = _PATH.match(view.text, end)
    tail = path[0].rstrip(".,;:!?)]}'*_") if path and len(host) == len(match[0]) else ""
    written = _as_written(original, view, start, end)
    if is_amazon(written):
        bad = "\\" in tail or any(
            not is_amazon(n[0].rpartition("/")[2]) for n in _NESTED.finditer(unquote(unquote(tail)))
        )
        yield ("link" if bad else "amazon"), start, end + len(tail), False
        return
    before, after = view.text[max(0, start - 40) : start], view.text[end : end + 20]
    # Written apart, it was put together on purpose: nothing about it is an accident.
    hidden = written.endswith("\u2260") and not _only_folded(original, view, start, end)
    verdict = "block" if hidden else _judged(host, tail, before, after, language)
    if verdict == "file":
        yield "file", start, end + len(tail), False
    elif verdict:
        yield "link", start, end + len(tail), verdict == "warn"


def _only_folded(original: str, view: View, start: int, end: int) -> bool:
    """True if the original has as many characters: accents and width changed at most, nothing was put together."""
    first, last = view.span(start, end)
    return last - first == end - start and "." in original[first:last]


def _cut(token: str) -> str | None:
    """The part of a dotted token that ends like an address: `shop.de` of `shop.de.Wir` and of `shop.de-Konto`."""
    labels = token.split(".")
    if labels[-1].lower() in suffixes.FILE and not suffixes.is_ending(labels[-1]):
        return None
    if suffixes.is_ending(labels[-1]) or (labels[0].lower() == "www" and len(labels) > 2):
        return token
    last, _, rest = labels[-1].partition("-")
    if rest and suffixes.is_ending(last):
        return ".".join([*labels[:-1], last])
    for count in range(len(labels) - 1, 1, -1):
        if suffixes.is_ending(labels[count - 1]) and labels[count][0].isupper():
            return ".".join(labels[:count])
    return None


def _judged(host: str, tail: str, before: str, after: str, language: str | None) -> str:
    """`block`, `warn`, `file`, or nothing for what is no address."""
    labels = host.split(".")
    name, ending = labels[-2], labels[-1]
    low = ending.lower()
    if labels[0].lower() == "www" or low.startswith("xn--"):
        return "block"
    if _is_shorthand(labels, tail):
        return ""
    if low in suffixes.FILE_OR_SUFFIX and not tail.startswith("/"):
        cue = labels[0].lower().startswith(tuple(suffixes.FILE_STEMS)) or bool(_FILE_WORD.search(before))
        if low in suffixes.ALWAYS_FILE or (cue and low not in ("pl", "dev", "mobi", "in")):
            return "file"
    if not suffixes.has_owner(host):
        return "block" if tail.startswith("/") else ""
    if tail.startswith("/") and len(tail) > 1:
        return "block"
    return _forgotten_space(name, ending, before, after, language)


def _is_shorthand(labels: list[str], tail: str) -> bool:
    """`e.g`, `Art.Nr`, `12.in`, `5.5.kg`: an abbreviation or a figure with its unit."""
    name, ending = labels[-2], labels[-1].lower()
    if all(len(label) == 1 for label in labels[:-1]) and not (tail.startswith("/") or ending in ("com", "net", "org")):
        return True
    if all(label.isdigit() for label in labels[:-1]) and ending not in ("com", "net", "org", "de", "shop"):
        return True
    if ending in ("nr", "no", "st", "ltd", "inc") and not tail and (len(name) <= 6 or ending == "nr"):
        return name.lower() in suffixes.ABBREVIATIONS or ending == "nr" or name.lower().endswith(("nr", "no"))
    return (
        name.lower() in suffixes.ABBREVIATIONS
        and not tail
        and ending not in ("com", "org", "shop")
        and len(labels) == 2
    )


def _forgotten_space(name: str, ending: str, before: str, after: str, language: str | None) -> str:
    low = ending.lower()
    ours = suffixes.WORDS.get(language or "", suffixes.ANY_WORD)
    plain_word = low in ours or (low not in suffixes.HARD and len(low) > 2)
    new_sentence = ending[0].isupper() and not (ending.isupper() and name.isupper())
    if new_sentence and not name[-1].isupper():
        if name[0].islower() or not name[0].isalpha():
            return "" if plain_word or low in suffixes.ANY_WORD else "block"
        return "" if plain_word else ("warn" if low in suffixes.ANY_WORD - suffixes.HARD else "block")
    if not plain_word:
        return "block"
    points = bool(POINTS_TO.search(before)) or bool(re.search(r"[\d-]", name))
    goes_on = bool(re.match(r"\s+[^\W\d_]", after)) or bool(re.match(r",", after))
    return "block" if points or not goes_on else "warn"
