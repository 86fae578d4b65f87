"""Addresses that are spelled out (`shop dot com`, `name (at) shop [.] de`, `hxxp`) written as they are meant."""

from __future__ import annotations

import re
from functools import partial

from services.policy import suffixes
from services.policy.hosts import POINTS_TO
from services.policy.normalise import View, listed

_OPEN, _CLOSE = r"[\[({<|*_\-'\"「【]", r"[\])}>|*_\-'\"」】]"
# The word for a full stop, with the languages in which it is an ordinary word as well.
_DOTS = {
    "dot": "en", "punkt": "de", "point": "fr en", "punto": "it es", "punt": "nl", "ponto": "pt", "kropka": "pl",
    "prick": "sv en", "prik": "", "ドット": "", "どっと": "", "点": "ja", "てん": "ja", "テン": "ja",
    "ピリオド": "ja",
    "period": "en", "stip": "nl", "tecka": "",
}  # fmt: skip
_LATIN_DOT = "|".join(word for word in _DOTS if word.isascii())
_KANA_DOT = "|".join(word for word in _DOTS if not word.isascii())
_DOT_WORD = f"{_LATIN_DOT}|{_KANA_DOT}"
_DOT_BETWEEN = rf"(?:(?<![^\W_])(?:{_LATIN_DOT})(?![^\W_])|{_KANA_DOT})"
_AT_WORDS = (
    "arroba|arrobas|chiocciola|chiocciolina|klammeraffe|klammeraffen|arobase|arobas|arrobase|snabel-?a|malpa|"
    "małpa|małpka|"
    "apenstaartje|apestaartje|apenstaart|at-zeichen|at zeichen|at-tecken|at sign|at-sign|at symbol|at-teken|"
    "アットマーク|アット|あっとまーく|あっと|単価記号|kukac|affenschwanz|kringel-a"
)
# What repeats is bounded everywhere: a hostile text of 20,000 characters must not cost their square.
_AT_PARTS = tuple(word.replace("-?", "").replace("snabela", "snabel") for word in _AT_WORDS.split("|"))
_TOKEN = r"[A-Za-z0-9\u00c0-\u024f](?:[A-Za-z0-9\u00c0-\u024f._-]{0,80}[A-Za-z0-9\u00c0-\u024f])?"
_JA_ENDINGS = {"コム": "com", "ネット": "net", "ジェーピー": "jp", "ジェイピー": "jp", "ショップ": "shop",
               "オルグ": "org", "こむ": "com", "ねっと": "net", "シーオー": "co"}  # fmt: skip
_JA_ENDING = "|".join(_JA_ENDINGS)

_SCHEME = re.compile(r"\bh\s?(?:xx|tt|\*\*|__|\+\+|××)\s?p(s?)\s*(?::|\[:\]|\(:\)|;)?\s*(?:/|\[/\]|\\){2}\s*", re.I)
_SCHEME_WORDS = re.compile(
    r"\bhttp(s?)\s*(?:colon|doppelpunkt|deux points|due punti|dos puntos|dubbele punt|kolon|dwukropek|dois "
    r"pontos|コロン|:)\s*"
    r"(?:(?:slash|schrägstrich|barre|barra|schuine streep|snedstreck|ukośnik|スラッシュ|/)\s*){2}",
    re.I,
)
_BRACKET_DOT = re.compile(rf"\s{{0,8}}{_OPEN}\s{{0,8}}(?:\.|·|•|{_DOT_WORD})\s{{0,8}}{_CLOSE}\s{{0,8}}", re.I)
_BRACKET_AT = re.compile(
    rf"\s{{0,8}}(?:[\[({{<|「【]\s{{0,8}}(?:@|at|a|ät|et|ad|på|{_AT_WORDS})\s{{0,8}}[\])}}>|」】]|[*_-]{{1,8}}(?:at|ät|@|"
    rf"{_AT_WORDS})[*_-]{{1,8}})\s{{0,8}}",
    re.I,
)
_OTHER_DOT = re.compile(r"(?<=[A-Za-z0-9])\s?[·•∙‧⋅・。｡●∘]\s?(?=[A-Za-z0-9])")
_COMMA_DOT = re.compile(r"(?<=[A-Za-z0-9]{2}),(?=(?:com|net|org)\b)", re.I)
_GAPPED_DOT = re.compile(
    r"(?<=[A-Za-z0-9]{2})(?:[ \t]+\.\s*(?=[a-z]{2,6}\b)|(?<=[A-Za-z0-9]{4})\s*\.\s+(?=(?:com|net|org|co\.uk|"
    r"co\.jp|com\.(?:br|mx|au))\b))"
    r"|(?<=\bwww)\s*[. ]\s*(?=[A-Za-z0-9-]+\s*[. ]\s*[A-Za-z]{2,})"
)
_SPLIT_COM = re.compile(r"(?<=[A-Za-z0-9]{2}\.)(?:c om|co m|c o m|n et|ne t|o rg|d e|j p)\b")
_WWW_SPACED = re.compile(r"\bwww\.([A-Za-z0-9-]+) +([a-z]{2,5})\b")
_GLUED = re.compile(
    r"\b([A-Za-z0-9-]{4,60}?)(?:dot|punkt|punto|ponto|kropka)(com|net|org|info|shop|co|de|fr|it|es|nl|se|pl|pt|"
    r"br|eu|jp)\b",
    re.I,
)
_CHAIN = re.compile(
    rf"(?P<left>{_TOKEN})(?P<rest>(?:\s{{0,8}}[-_*~]?{_DOT_BETWEEN}[-_*~]?\s{{0,8}}(?:{_TOKEN}|{_JA_ENDING})){{1,8}})",
    re.I,
)
_LINK = re.compile(rf"\s{{0,8}}[-_*~]?(?P<dot>{_DOT_BETWEEN})[-_*~]?\s{{0,8}}(?P<right>{_JA_ENDING}|{_TOKEN})", re.I)
_JA_NAME = re.compile(rf"[ァ-ヶー]{{2,20}}\s{{0,8}}(?:ドット|・|\.)\s*(?:{_JA_ENDING})(?![ァ-ヶー])")
_WORD_AT = re.compile(rf"(?<=[A-Za-z0-9_.+-])\s*(?<![A-Za-z])(?:{_AT_WORDS})(?![a-z])\s*(?={_TOKEN})", re.I)
_PLAIN_AT = re.compile(
    r"(?<=[A-Za-z0-9_-])\s+(?:at|ät|@)\s+(?=[A-Za-z0-9-]+\.[A-Za-z0-9.-]+)|\s+@\s*(?=\w)|(?<=\w)@\s+(?=\w)", re.I
)
_AT_BEFORE = re.compile(rf"(?:@|\b(?:{_AT_WORDS}))\s*$", re.I)
_MAILBOX = re.compile(
    r"(?:[\w]+[._+\d-][\w.+-]*|info|support|service|contact|sales|hello|help|office|mail|kontakt|hilfe|shop|"
    r"team|care|admin|reply|"
    r"kundenservice|service-?client|assistenza|ayuda|atencion|hulp|kundtjanst|pomoc|biuro|suporte|ajuda|vendas|"
    r"returns?|feedback)$",
    re.I,
)
_MAIL_CUE = re.compile(
    r"(?:e-?mail|mail|mejl|address|adress|adres|correo|courriel|posta)\w*(?: (?:is|ist|est|es|är|to))?:? ?\S*$", re.I
)
_AMAZON_NEXT = re.compile(r"(?:[a-z0-9-]+\.)*amazon\.", re.I)
_FUNCTION_WORD = frozenset(
    listed(
        "the a an this that your our each every one red blue first last main some any no der die das dem den "
        "ein einen dieser diesem diesen jeder kein le la un ce cet au du les au quel tel il lo al nel sul del "
        "el este ese al del cada un primer otro un het de een dit dat elk en ett den det varje ten ta to "
        "jeden o um este esse ao do no cada outro good valid important key weak next of at to gewisser "
        "wichtiger guter bon mon notre votre questo quel ogni"
    )
)


def _is_natural(before: str, left: str, dot: str, right: str, after: str) -> bool:
    """True if `left dot right` can be ordinary words: `au point de vente`, `El punto es que`, `the dot in`."""
    ordinary = _DOTS[dot.lower()].split()
    if left.lower().rpartition(".")[2] in _FUNCTION_WORD and not left.lower().startswith("www"):
        return True
    if not any(right.lower() in suffixes.WORDS[language] for language in ordinary):
        return False
    if POINTS_TO.search(before) or _AT_BEFORE.search(before):
        return False
    return bool(re.match(r"\s+[^\W\d]", after)) and not left.lower().startswith("www")


def _chain(match: re.Match[str]) -> str | None:
    """`shop punto com punto br` as `shop.com.br`, if it ends like an address."""
    whole = match["left"]
    last_left, last = whole, None
    for link in _LINK.finditer(match["rest"]):
        right = _JA_ENDINGS.get(link["right"], link["right"])
        last_left, last = whole, link
        whole = f"{whole}.{right}"
    ending = whole.rpartition(".")[2].lower()
    if last is None or not suffixes.is_ending(ending) or (ending not in suffixes.HARD and len(ending) > 2):
        return None
    chained = whole.count(".") > match["left"].count(".") + 1
    after = match.string[match.end() : match.end() + 20]
    if not chained and _is_natural(
        match.string[max(0, match.start() - 40) : match.start()], last_left, last["dot"], ending, after
    ):
        return None
    return whole


def _before(match: re.Match[str], letters: int) -> str:
    return match.string[max(0, match.start() - letters) : match.start()]


def _bracket_dot(match: re.Match[str]) -> str | None:
    before, after = _before(match, 1), match.string[match.end() : match.end() + 1]
    inner = match[0].strip()
    if not re.search(r"[^\W_]$", before) or not re.match(r"[^\W_]", after):
        return None
    # A dash beside a full stop is no bracket: "end. - Next".
    return None if inner[0] in "-_*|'\"" and (inner[0] != inner[-1] or "." in inner) else "."


def _plain_at(match: re.Match[str]) -> str | None:
    word = match[0].strip()
    if word == "@":
        return "@" if re.match(r"[\w-]+\s?\.", match.string[match.end() : match.end() + 120]) else None
    mailbox: object = _MAILBOX.search(match.string[max(0, match.start() - 40) : match.start()])
    mailbox = (
        mailbox or _MAIL_CUE.search(match.string[max(0, match.start() - 40) : match.start()]) or word.lower() == "ät"
    )
    return "@" if mailbox and not _AMAZON_NEXT.match(match.string, match.end()) else None


def revealed(view: View, language: str | None = None) -> View:
    """The view with spelled-out schemes, dots and at-signs put back; ordinary sentences stay as they are."""
    # Looking for a word is a hundred times cheaper than looking for a pattern around it.
    low = view.text.lower()
    view = view.sub(_SCHEME, lambda match: f"http{match[1]}://").sub(_SCHEME_WORDS, lambda match: f"http{match[1]}://")
    view = view.sub(_BRACKET_AT, lambda match: "@" if re.search(r"\w$", _before(match, 1)) else None)
    view = view.sub(_BRACKET_DOT, _bracket_dot)
    view = (
        view.sub(_OTHER_DOT, lambda _: ".")
        .sub(_COMMA_DOT, lambda _: ".")
        .sub(_GAPPED_DOT, partial(_gapped, language=language))
    )
    view = view.sub(_SPLIT_COM, lambda match: match[0].replace(" ", ""))
    view = view.sub(_WWW_SPACED, lambda match: f"www.{match[1]}.{match[2]}" if suffixes.is_ending(match[2]) else None)
    if not low.isascii():
        view = view.sub(_JA_NAME, _ja_name)
    if any(word in low for word in _DOTS):
        view = view.sub(_GLUED, lambda match: f"{match[1]}.{match[2]}").sub(_CHAIN, _chain)
    if any(word in low for word in _AT_PARTS):
        view = view.sub(_WORD_AT, lambda _: "@")
    return view.sub(_PLAIN_AT, _plain_at) if "@" in low or "at" in low or "ät" in low else view


def _gapped(match: re.Match[str], language: str | None) -> str | None:
    """`shop .com`, `shop. com`: only before an ending that is no word."""
    before, after = _before(match, 3), match.string[match.end() : match.end() + 80]
    ending = re.match(r"[A-Za-z]+", after)
    if language == "pt" and re.match(r"com\s+\w", after):
        return None  # "com" is Portuguese for "with"
    words = suffixes.WORDS.get(language or "", suffixes.ANY_WORD)
    known = ending is not None and ending[0].lower() in suffixes.HARD and ending[0].lower() not in words
    return "." if known or before.lower().endswith("www") else None


def _ja_name(match: re.Match[str]) -> str:
    return "kana." + next(
        latin for kana, latin in sorted(_JA_ENDINGS.items(), key=lambda pair: -len(pair[0])) if match[0].endswith(kana)
    )
