"""The form of a reply: placeholders left open, emoji, markup, blank lines, shouting, length."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.policy.words import Hit

LONGEST = 20_000
"""Characters; a reply of this length or more is not sent."""

_FIELD = (
    r"(?:name|order|kunden?|customer|buyer|product|produkt\w*|produit|prodotto|producto|produto|item|article|"
    r"artikel|issue|problem|amount|betrag|"
    r"montant|importo|importe|cantidad|quantia|bedrag|belopp|kwota|date|datum|data|fecha|tracking|sendungs\w*|"
    r"agent|seller|shop|address|adresse|"
    r"bestell\w*|commande|ordine|pedido|bestelling|zam[oó]wieni\w*|imi[eę]|nazw\w*|naam|namn|nom|nome|nombre|"
    r"insert|placeholder|variable|link|"
    r"reason|grund|model|sku|first|last|vorname|nachname|anrede|pr[eé]nom|apellido|cognome|voornaam|f[oö]rnamn|"
    r"brand|refund|price|xxx+|todo|tbd)"
)
_PLACEHOLDERS = (
    re.compile(r"\{\{[^{}\n]{0,60}\}\}|\{%[^%\n]{0,60}%\}|\$\{[^{}\n]{0,60}\}|\{[A-Za-z_À-ɏ][\w .-]{0,40}\}|\{\d\}"),
    # Half of a template's field too: whatever opens or closes with two braces was never meant for the buyer.
    re.compile(r"[{｛]{2,}[ \t]?[\w.]{0,40}|[}｝]{2,}"),
    re.compile(rf"[\[【［〔]\s*[^\[\]\n】］〕]{{0,30}}{_FIELD}[^\[\]\n】］〕]{{0,30}}[\]】］〕]", re.I),
    re.compile(r"\[[A-Z][A-Z _-]{2,40}\]"),
    re.compile(
        rf"<\s*(?:your |the |insert )?{_FIELD}[A-Za-zÀ-ɏ _-]{{0,30}}>|<[A-Z][A-Z _-]{{2,40}}>|<[a-z]+_[a-z_]+>", re.I
    ),
    re.compile(rf"\(\s*(?:{_FIELD}|PRODUCT|ISSUE|xxx)\s*\)", re.I),
    re.compile(
        r"%[A-Z_]{3,30}%|%\([a-z_]+\)s|(?<!\d)%s\b|#[A-Z_]{3,30}#|@@[\w]{2,30}@@|__[A-Z][A-Z_]{2,30}__|"
        r"\$[A-Z]{3,}_[A-Z_]+"
    ),
    re.compile(
        r"(?<![\w-])X{3,}(?![\w-])|(?<![A-Za-z])(?:TODO|TBD|FIXME|LOREM IPSUM)(?![A-Za-z])|(?<=\S )_{3,}|"
        r"_{3,}(?= ?\S)"
    ),
    re.compile(
        r"[【［\[][^】］\]\n]{0,8}(?:お客様名|氏名|お名前|注文番号|商品名|金額|日付|追跡番号|担当者|会社名|"
        r"型番)[^】］\]\n]{0,8}[】］\]]"
    ),
    re.compile(r"[〇○●◯□■]{2,}(?=\s?(?:様|円|日|月|番|さん|の|を|に|商品|株式))"),
)
_BRACKETS_THAT_STAY = re.compile(r"\[(?:important|importante|wichtig|viktigt|belangrijk|sic|ważne|wazne|重要)\]", re.I)
_EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u26ff\u2702-\u2712\u2714\u2716\u271d\u2721\u2728\u2733\u2734\u2744\u2747\u274c\u274e\u2753-\u2757"
    "\u2763-\u2767\u2795-\u2797\u27a1\u27b0\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u231a\u231b\u23e9-\u23f3]\ufe0f?"
)
_FACE = re.compile(r"(?<![\w:;])(?:[:;]-?[)(DPp](?![\w)])|<3(?!\d)|\^_\^|\(\^\^\))")
_MARKUP = re.compile(
    r"</?(?:b|i|u|p|br|div|span|font|center|strong|em|h[1-6]|a|img|ul|ol|li|table|tr|td)\b[^<>\n]{0,200}>"
    r"|\*\*[^*\n]{1,80}\*\*|^#{1,4} \S|^={4,}$|^-{6,}$|^_{4,}$|\[[^\]\n]{1,60}\]\([^)\n]{1,200}\)|!\[",
    re.I | re.M,
)
_GAPS = re.compile(r"\n(?:[ \t\u3000]*\r?\n){3,}")
_SHOUT = re.compile(r"[A-ZÀ-Þ]{3,60}(?:[ ,!]{1,9}[A-ZÀ-Þ]{2,60}){4,}")
_NOTHING = re.compile(r"[\W_]*")


def find(text: str) -> Iterator[Hit]:
    """Findings in the original text."""
    if len(text) >= LONGEST:
        yield Hit("too_long", 0, len(text))
        text = text[:LONGEST]
    for pattern in _PLACEHOLDERS:
        for match in pattern.finditer(text):
            if not _BRACKETS_THAT_STAY.fullmatch(match[0]) and not (match[0].startswith("_") and _is_rule(text, match)):
                yield Hit("placeholder", *match.span())
    if not text.isascii():
        yield from (Hit("emoji", *match.span()) for match in _EMOJI.finditer(text))
    yield from (Hit("emoji", *match.span()) for match in _FACE.finditer(text))
    yield from (Hit("formatting", *match.span()) for match in _MARKUP.finditer(text))
    yield from (Hit("blank_lines", *match.span()) for match in _GAPS.finditer(text))
    yield from (Hit("shouting", *match.span()) for match in _SHOUT.finditer(text))


def _is_rule(text: str, match: re.Match[str]) -> bool:
    """True for a line of underscores and nothing else: a ruler, not a gap to fill in."""
    start, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
    return not text[start : end if end >= 0 else len(text)].strip("_ \t")


def is_empty(plain: str) -> bool:
    """True if nothing can be read: no letter and no digit."""
    return _NOTHING.fullmatch(plain) is not None
