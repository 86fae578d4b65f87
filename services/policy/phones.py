"""Phone numbers: certain with a plus, a call word or a clear national form; other likely numbers are doubtful."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from functools import lru_cache

import phonenumbers

from services.policy import identifiers, numbers
from services.policy.normalise import View

REGIONS: dict[str, tuple[str, ...]] = {
    "en": ("US", "GB", "IE", "AU", "IN", "SG", "ZA"), "de": ("DE", "AT", "CH"), "fr": ("FR", "BE", "CH"),
    "it": ("IT",),
    "es": ("ES", "MX"), "ja": ("JP",), "nl": ("NL", "BE"), "sv": ("SE",), "pl": ("PL",), "pt": ("BR", "PT"),
}  # fmt: skip
MAIN = ("US", "GB", "DE", "FR", "IT", "ES", "JP", "NL", "SE", "PL", "BR", "PT", "MX", "AT", "CH", "BE")

_SEP = r"[ \t\-./()_*~·|]{1,3}"
_CANDIDATE = re.compile(
    rf"(?<![A-Za-z0-9.,/@#_-])(?:\+|plus |\(\+)?\s?\(?\d(?:{_SEP}|)(?:\d(?:{_SEP}|\n|"
    rf")){{4,15}}(?<=[\d)])(?![A-Za-z0-9]|[.,:/-]\d)",
    re.I,
)
_SINGLES = re.compile(r"(?<![A-Za-z0-9])(?:\d[ ,.\-_*~|/]{1,3}){6,14}\d(?![A-Za-z0-9])")
_VANITY = re.compile(
    r"(?<!\w)1?[- ]?\(?8(?:00|88|77|66|55|44|33)\)?[- .](?=[A-Z0-9-]*[A-Z]{3})[A-Z0-9][A-Z0-9-]{5,9}(?!\w)"
)
_LEET = re.compile(
    r"(?<![A-Za-z0-9])(?=(?:[^A-Za-z\n]{0,20}[OolI]){1,4}[^A-Za-z])"
    r"[+0-9OolI][0-9OolI \-/()]{6,16}[0-9OolI](?![A-Za-z0-9])"
)
_CALL_BEFORE = re.compile(
    r"(?<![a-z])(?:call(?:ing)?|phone|tele?phone|tel|dial|ring|text|sms|whats ?app|viber|signal|telegram|wechat|"
    r"hotline|helpline|fax|"
    r"mobile|cell|landline|toll[- ]free|reach (?:us|me)|contact (?:us|me) (?:at|on|under)|our number|my number|"
    r"number is|"
    r"anruf\w*|ruf\w*|telefon(?:nu\w+|nr|o|os|e|isch|iczn\w+|u|em)?|handy(?:nummer|nr)?|mobil(?:nummer|"
    r"telefon\w*|e)?|rufnummer|durchwahl|erreich\w*|unsere nummer|meine nummer|"
    r"servicenummer|"
    r"klingel\w*|durchklingeln|appel\w*|telephon\w*|joign\w*|joindre|portable|fixe|standard|notre numero|mon "
    r"numero|numero vert|"
    r"chiam\w*|cellulare|numero verde|nostro numero|mio numero|contatt\w+ al|recapito|"
    r"llam\w*|movil|marque|marcar|nuestro numero|mi numero|contact\w+ (?:al|en el|no|pelo)|"
    r"bel(?:len|t)?(?: ons| mij)?|telefoon(?:nummer)?|telefonnummer\w*|gsm|mobiel|ons nummer|mijn nummer|"
    r"bereik\w*|opbellen|"
    r"ring(?:a|er)?|sla en signal|vart nummer|mitt nummer|nas pa|nå oss på|"
    r"zadzwon\w*|dzwon\w*|komork\w*|komorkow\w*|infolini\w*|nasz numer|moj numer|pod numerem|"
    r"lig(?:ar|ue|a|uem)|telefone|telemovel|celular|nosso numero|meu numero|zap|"
    r"電話\w*|お電話|でんわ|tel|携帯\w*|ケータイ|フリーダイヤル|連絡先|ファックス|サポートダイヤル|直通)(?![a-z])"
    r"(?P<gap>(?:[^\n.!?。;]|\.(?=\S)|\. ?(?=[:+(\d]|$)){0,28})$"
)
_CALL_AFTER = re.compile(
    r"^[^\n.!?。;\d]{0,14}(?:\ban\b(?!\s+\w+ (?:adress|der))|anrufen|erreichbar|erreichen|zu erreichen|telefon|"
    r"to call|by phone|appeler|"
    r"bellen|llamar|chiamare|ringa|zadzwon|ligar|まで(?:お)?(?:電話|ご連絡)|に(?:お)?電話|へお電話|番まで|"
    r"にかけ|へおかけ|\(tel|\(phone|\(mobil|\(fax)"
)
_NOUN_ONLY = re.compile(r"(?:phone|mobile|handy\w*|mobil|cell|portable|signal|standard|ring|text|fixe)[^\n]{0,28}$")
_NANP = re.compile(r"(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}")
_DATE_LIKE = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d{2,4}")

Found = tuple[int, int, bool]


@lru_cache(maxsize=2048)
def _valid(number: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, region))
    except phonenumbers.NumberParseException:
        return False


def find(view: View, words: str, language: str | None) -> Iterator[Found]:
    """(start, end, weak) in the view. `words`: the same text in lower case without accents, position by position."""
    yield from ((start, end, False) for start, end in numbers.hidden(words))
    text = view.text
    yield from ((*match.span(), False) for match in _VANITY.finditer(text))
    if sum(map(str.isdigit, text)) < 5:
        return
    certain = identifiers.certain(text)
    masked = view.blank(certain, "\x00").text
    yield from _leet(masked, words)
    likely = identifiers.likely(masked)
    for match in _CANDIDATE.finditer(masked):
        weak = _judged(words, match, likely, language)
        if weak is not None:
            yield match.start() + len(match[0]) - len(match[0].lstrip()), match.end(), weak
    for match in _SINGLES.finditer(masked):
        if not any(start < match.end() and match.start() < end for start, end in likely):
            yield *match.span(), False


def _leet(masked: str, words: str) -> Iterator[Found]:
    """`O151 23 45 67`: letters for digits, with a call word before it."""
    for match in _LEET.finditer(masked):
        if sum(char.isdigit() for char in match[0]) >= 5 and _called(words, match.start(), match.end(), 8):
            yield *match.span(), False


def _called(words: str, start: int, end: int, digits: int) -> bool:
    before, after = words[max(0, start - 45) : start], words[end : end + 30]
    if _CALL_AFTER.match(after):
        return True
    cue = _CALL_BEFORE.search(before)
    if cue is None or (digits < 7 and len(cue["gap"]) > 6):
        return False
    return digits >= 8 or not _NOUN_ONLY.search(before)


def _judged(words: str, match: re.Match[str], likely: list[identifiers.Span], language: str | None) -> bool | None:
    """False for certainly a phone number, True for perhaps one, None for none."""
    written = match[0].strip()
    digits = re.sub(r"\D", "", written)
    if not 6 <= len(digits) <= 15:
        return None
    plus = written.lower().startswith(("+", "plus", "(+"))
    if plus and len(digits) >= 8:
        return False
    if _called(words, match.start(), match.end(), len(digits)):
        return False
    if any(start < match.end() and match.start() < end for start, end in likely):
        return None
    if digits.startswith("00") and _valid("+" + digits[2:], None):
        return False
    regions = dict.fromkeys((*REGIONS.get(language or "", ()), *MAIN))
    region = next((region for region in regions if _valid(digits, region)), None)
    if region is None or _counts_up(written) or _DATE_LIKE.fullmatch(written):
        return None
    return not _is_clear(written, digits, region, language)


def _counts_up(written: str) -> bool:
    """True for `01 02 03 04 05`: a row of steps, not a number to dial."""
    groups = [int(group) for group in re.findall(r"\d+", written)]
    return len(groups) >= 4 and all(after - before == 1 for before, after in itertools.pairwise(groups))


def _is_clear(written: str, digits: str, region: str, language: str | None) -> bool:
    """True if the number is written the way its country writes phone numbers: groups, with the trunk zero if "
    "it has one."""
    groups = re.findall(r"\d+", written)
    if len(groups) < 2:
        return False
    if region in ("US", "CA"):
        return bool(_NANP.fullmatch(written))
    if digits.startswith("0"):
        return len(groups[0]) >= 2
    return (
        len(groups) >= 3 and region in REGIONS.get(language or "", ()) and all(2 <= len(group) <= 5 for group in groups)
    )
