"""The buyer's own words in Amazon's wrapper: by the HTML `<pre>`, the dash markers, footer cuts, or whole."""

from __future__ import annotations

import html as entities
import re
from collections import Counter
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

_MAX_HTML = 2_000_000
_SMALL_HTML = 20_000
_MAX_DEPTH = 3_000
_NAME = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
# Elements that are empty or end by themselves.
_FLAT = {"p", "li", "td", "th", "tr", "tbody", "br", "hr", "img", "meta", "link", "input", "col", "dd", "dt", "option"}

_PRE = re.compile(r"<pre\b[^<>]{0,2000}?white-space:\s*-o-pre-wrap[^<>]{0,2000}>", re.I)
_PRE_END = re.compile(r"</pre\s*>", re.I)
_BREAK = re.compile(r"<br\b[^<>]*>\n?|</(?:p|div)\s*>", re.I)
_TAG = re.compile(r"</?[a-z!][^<>]*>", re.I)
_BLOCK = re.compile(r"<(?:br|hr|/p|/div|/tr|/li|/h[1-6]|/table|/pre|/td|/th)\b[^<>]*>", re.I)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]{1,4000})"|'([^']{1,4000})')""", re.I)
_URL = re.compile(r"https?://[^\s<>\"']{4,4000}")
_HTML_START = re.compile(r"\s*<(?:!doctype html|html|body|div|table)\b", re.I)

_DASH = "[-‐‑–—―─－]"
_MARKER = re.compile(rf"^[ \t]*{_DASH}{{3,}}[ \t]*(?P<words>[^\W_][^\n]{{0,70}}?)[ \t]*{_DASH}{{3,}}[ \t]*$", re.M)
_START_WORDS = re.compile(
    r"message|begin message|(?:begin message / )?début du message|messaggio|inizio (?:del )?messaggio|mensaje"
    r"|(?:iniciar|inicio del) mensaje|mensagem|iniciar mensagem|nachricht|(?:beginn|anfang) der nachricht|bericht"
    r"|begin (?:van )?bericht|meddelande|wiadomość|początek wiadomości|mesaj|メッセージ|رسالة",
)
_END_WORDS = re.compile(
    r"\b(?:end|fin|fine|final|finaliz\w+|fim|encerr\w+|terminar|ende|endet|beenden|einde|slut\w*|avsluta|koniec"
    r"|zakończ\w*|son|sonu|bitir|bitti)\b|終|ここまで|نهاية|إنهاء"
)
_QUOTE_WORDS = re.compile(
    r"original|forwarded|weitergeleitet|ursprünglich|transféré|d'origine|inoltrat|reenviad|encaminhad|doorgestuurd"
    r"|oorspronkelijk|vidarebefordra|przekazan|転送|元の"
)
# Only Amazon's footer says these; a link alone may have been pasted by the buyer.
_FOOTER_WORDS = (
    r"(?:\[commMgrTok:|\bSPC-[A-Z]{2}Amazon-|customAttribute1Value=|Was this e-?mail helpful"
    r"|(?:Copyright|©)\s*(?:\d{4}|\(c\))[^\n]{0,40}Amazon|Report questionable activity|Resolve case"
    r"|retain all messages buyers and sellers|Cet e-?mail vous a-t-il été utile|War diese E-Mail hilfreich"
    r"|Questa e-?mail ti è stata utile|¿Te ha (?:resultado|sido) útil este|Este e-?mail foi útil"
    r"|Was deze e-mail nuttig|このEメールは(?:役に|お役に))"
)
_FOOTER = re.compile(rf"^[^\n]{{0,200}}?{_FOOTER_WORDS}", re.I | re.M)
_FOOTER_IN_HTML = re.compile(_FOOTER_WORDS, re.I)
_CENTRAL_LINE = re.compile(r"\s*<?https://sellercentral[\w-]*\.amazon\.[a-z.]{2,6}/\S*\s*", re.I)


@dataclass(frozen=True)
class Reading:
    """What a person wrote, what decided that, and what Amazon wrote before and after it.

    `source`: pre, markers, footer or whole. `links` are those after the person's words, in order; a link that was
    pasted by the person is never among them.
    """

    text: str
    source: str
    head: str
    links: tuple[str, ...]


def buyer_words(plain: str | None, html: str | None) -> Reading:
    """The person's words from the bodies of a mail; empty text for a photo-only message."""
    framed = _by_markers(plain) if plain else None
    pre = _by_pre(html) if html else None
    if pre is not None and (pre.text or framed is None or not framed.text):
        head = framed.head if framed else pre.head
        return Reading(pre.text, "pre", head, (*(framed.links if framed else ()), *pre.links))
    if framed is not None:
        return framed
    if html and not (plain or "").strip():
        return _from_html(html)
    return _by_footer(plain or "")


def html_text(html: str) -> str:
    """The readable text of HTML: a line per block, no script or style, no doubled spaces."""
    flat = _BLOCK.sub(_with_space, " ".join(html[:_MAX_HTML].split()))
    if too_deep(flat):
        return _tidy(entities.unescape(_TAG.sub("", flat)))
    tree = LexborHTMLParser(flat)
    for node in tree.css("script,style,head,title,template,noscript"):
        node.decompose()
    return _tidy(tree.body.text() if tree.body else "")


def too_deep(html: str) -> bool:
    """Whether elements are nested beyond reason; HTML parsers take quadratic time for that."""
    if len(html) < _SMALL_HTML:
        return False
    open_now: Counter[str] = Counter()
    depth = 0
    for closes, name in _NAME.findall(html):
        tag = name.lower()
        if tag in _FLAT or (closes and not open_now[tag]):
            continue
        step = -1 if closes else 1
        open_now[tag] += step
        depth += step
        if depth > _MAX_DEPTH:
            return True
    return False


def _tidy(text: str) -> str:
    lines = [" ".join(line.split()) for line in text.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def links(text: str) -> tuple[str, ...]:
    """All link targets in HTML or plain text, in order."""
    hrefs = [entities.unescape(double or single) for double, single in _HREF.findall(text)]
    return tuple(hrefs or [entities.unescape(url).rstrip(".,;)]") for url in _URL.findall(text)])


def is_html(text: str) -> bool:
    """Whether a part that calls itself plain text is HTML."""
    return bool(_HTML_START.match(text))


def _with_space(found: re.Match[str]) -> str:
    return found.group() + (" " if found.group()[2:3].lower() == "t" and found.group()[3:4].lower() in "dh" else "\n")


def _by_pre(html: str) -> Reading | None:
    start = _PRE.search(html)
    # Without its end tag the mail was cut, and the rest of the page would pass for the buyer's words.
    end = _PRE_END.search(html, start.end()) if start else None
    if start is None or end is None:
        return None
    inner = _BREAK.sub("\n", html[start.end() : end.start()])
    text = entities.unescape(_TAG.sub("", inner)).strip()
    head = entities.unescape(_TAG.sub(" ", html[: start.start()]))
    return Reading(text, "pre", head, links(html[end.end() :]))


def _by_markers(text: str) -> Reading | None:
    marks = [mark for mark in _MARKER.finditer(text) if not _QUOTE_WORDS.search(_words(mark))]
    if not marks:
        return None
    ends = [mark for mark in marks if not _START_WORDS.fullmatch(_words(mark))]
    start = next((mark for mark in marks if not _END_WORDS.search(_words(mark))), None)
    if start is None:
        return _by_footer(text[: ends[-1].start()], tail=text[ends[-1].end() :], otherwise="footer")
    if not ends or ends[-1].start() <= start.start():
        return _by_footer(text[start.end() :], head=text[: start.start()], otherwise="footer")
    inner = text[start.end() : ends[-1].start()].strip()
    return Reading(inner, "markers", text[: start.start()], links(text[ends[-1].end() :]))


def _words(mark: re.Match[str]) -> str:
    return mark["words"].lower().replace("’", "'").rstrip(" :：")


def _by_footer(text: str, head: str = "", tail: str = "", otherwise: str = "whole") -> Reading:
    cut = _FOOTER.search(text)
    end = _above_links(text, cut.start() if cut else len(text))
    # Without Amazon's own words after it, nothing proves that a link is Amazon's.
    below = f"{text[end:]}\n{tail}" if cut else tail
    found = cut is not None or bool(text[end:].strip())
    return Reading(text[:end].strip(), "footer" if found else otherwise, head, links(below))


def _above_links(text: str, end: int) -> int:
    """Where the last lines before `end` begin that are nothing but Seller Central links."""
    lines = text[:end].split("\n")
    while lines and (not lines[-1].strip() or _CENTRAL_LINE.fullmatch(lines[-1])):
        lines.pop()
    return len("\n".join(lines))


def _from_html(html: str) -> Reading:
    text = html_text(html)
    reading = _by_markers(text) or _by_footer(text)
    last = [mark["words"] for mark in _MARKER.finditer(text)][-1:]
    footer = _FOOTER_IN_HTML.search(html)
    at = html.rfind(last[0]) if last else footer.start() if footer else len(html)
    return Reading(reading.text, reading.source, reading.head, links(html[at:]))
