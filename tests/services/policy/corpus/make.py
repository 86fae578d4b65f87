"""The labelled corpus: carriers with their slots filled, plain and hidden, by seed. `texts()` is what the "
"tests read."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.services.policy.corpus.carriers import TEXT

LANGUAGES = ("en", "de", "fr", "it", "es", "ja", "nl", "sv", "pl", "pt")
DOT = {
    "en": "dot",
    "de": "Punkt",
    "fr": "point",
    "it": "punto",
    "es": "punto",
    "ja": "ドット",
    "nl": "punt",
    "sv": "punkt",
    "pl": "kropka",
    "pt": "ponto",
}
AT = {
    "en": "at",
    "de": "Klammeraffe",
    "fr": "arobase",
    "it": "chiocciola",
    "es": "arroba",
    "ja": "アットマーク",
    "nl": "apenstaartje",
    "sv": "snabel-a",
    "pl": "małpa",
    "pt": "arroba",
}
TLD = {
    "en": "com",
    "de": "de",
    "fr": "fr",
    "it": "it",
    "es": "es",
    "ja": "jp",
    "nl": "nl",
    "sv": "se",
    "pl": "pl",
    "pt": "com.br",
}
DIGITS = {
    "en": "zero one two three four five six seven eight nine",
    "de": "null eins zwei drei vier fünf sechs sieben acht neun",
    "fr": "zéro un deux trois quatre cinq six sept huit neuf",
    "it": "zero uno due tre quattro cinque sei sette otto nove",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve",
    "ja": "ゼロ イチ ニ サン ヨン ゴ ロク ナナ ハチ キュウ",
    "nl": "nul een twee drie vier vijf zes zeven acht negen",
    "sv": "noll ett två tre fyra fem sex sju åtta nio",
    "pl": "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć",
    "pt": "zero um dois três quatro cinco seis sete oito nove",
}
PHONES = {
    "en": "(415) 555-26##",
    "de": "0151 234567##",
    "fr": "06 12 34 56 ##",
    "it": "347 12345##",
    "es": "612 345 6##",
    "ja": "03-1234-56##",
    "nl": "020 12345##",
    "sv": "08-123 45 ##",
    "pl": "512 345 6##",
    "pt": "(11) 98765-43##",
}
SHOPS = (
    "lampenwelt-nord",
    "mustershop",
    "brightlamps",
    "casaluce",
    "tiendaluz",
    "sklepzlampa",
    "lojaluz",
    "butiklampa",
    "akaribo",
)


@dataclass(frozen=True)
class Example:
    """One labelled text: the rules that must block it (none: it must not be blocked)."""

    text: str
    language: str
    rule: str | None
    half: str


def carriers() -> dict[str, dict[str, list[str]]]:
    """{language: {list: carriers}}"""
    found: dict[str, dict[str, list[str]]] = {}
    for line in TEXT.strip().splitlines():
        if line.startswith("="):
            language = found.setdefault(line[1:], {})
        elif line.startswith("-"):
            sentences = language.setdefault(line[1:], [])
        else:
            sentences.append(line)
    return found


def _digits(dice: random.Random, n: int) -> str:
    return "".join(dice.choice(string.digits) for _ in range(n))


def _fill(pattern: str, dice: random.Random) -> str:
    return "".join(dice.choice("23456789") if char == "#" else char for char in pattern)


def _slots(dice: random.Random, language: str) -> dict[str, str]:
    day, month = dice.randint(1, 28), dice.randint(1, 12)
    dates = [f"{day:02}.{month:02}.2026", f"2026-{month:02}-{day:02}", f"{month}/{day}/2026", f"{day:02}/{month:02}/26"]
    tracks = [
        "1Z" + _digits(dice, 16),
        "TBA" + _digits(dice, 12),
        "JJD" + _digits(dice, 18),
        "RR" + _digits(dice, 9) + "DE",
        "00" + _digits(dice, 18),
        _digits(dice, 12),
        _digits(dice, 14),
        "9400 1000 " + " ".join(_digits(dice, 4) for _ in range(3)),
        " ".join(["1234", _digits(dice, 4), _digits(dice, 4)]).replace(" ", "-"),
        "3STBJG" + _digits(dice, 9),
    ]
    prices = [
        f"{day},99 €",
        f"${day}.99",
        f"1.{_digits(dice, 3)},00 EUR",
        f"£{day}.50",
        f"{day}{_digits(dice, 3)} kr",
        f"¥{day},{_digits(dice, 3)}",
    ]
    return {
        "ORDER": f"{_digits(dice, 3)}-{_digits(dice, 7)}-{_digits(dice, 7)}",
        "DATE": dice.choice(dates),
        "TRACK": dice.choice(tracks),
        "PRICE": dice.choice(prices),
        "EAN": "4006381" + _digits(dice, 6),
        "MODEL": dice.choice(["XR-200/B", "SL-M2020W", "NX 500-12", "4155552671", "WH-1000XM4"]),
        "SERIAL": dice.choice(["0151 23456789", "SN-2290-118-3345", "4155552671", "A1B2-C3D4-9981", "612 345 678"]),
        "FILE": dice.choice(["README.md", "setup.py", "manual.pdf", "firmware.zip", "install.sh", "Rechnung.2026.pdf"]),
        "AMAZON": dice.choice(
            [
                "amazon.com",
                "Amazon.de",
                "https://www.amazon.co.uk/dp/B0ABCDEFGH",
                "www.amazon.fr",
                "amazon.co.jp",
                "https://sellercentral.amazon.it/orders",
                "amazon.com.br",
                "https://www.amazon.pl/gp/help?ref=link&id=1",
            ]
        ),
    }


def _wide(text: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


def _spaced(text: str) -> str:
    return " ".join(text)


Hide = Callable[[str, str, random.Random], str]
LINKS: tuple[Hide, ...] = (
    lambda host, _l, _d: f"https://www.{host}/help",
    lambda host, _l, _d: host,
    lambda host, _l, _d: f"www.{host}",
    lambda host, _l, _d: f"http://{host}?id=1",
    lambda host, language, _d: host.replace(".", f" {DOT[language]} "),
    lambda host, _l, _d: host.replace(".", "[.]"),
    lambda host, _l, _d: host.replace(".", " (dot) "),
    lambda host, _l, _d: f"hxxps://{host}",
    lambda host, _l, _d: _spaced(f"www.{host}".replace("-", "")),
    lambda host, _l, _d: _wide(host),
    lambda host, _l, _d: host.replace("o", "о").replace("a", "а", 1),
    lambda host, _l, _d: host[:3] + "\u200b" + host[3:-1] + "\u2060" + host[-1],
    lambda _h, _l, dice: dice.choice(
        [
            "amazon.com.evil.shop",
            "https://amazon.com@evil.shop/x",
            "аmazon.com",
            "amaz0n-help.com",
            "https://amazon.de.login.shop",
            "bit.ly/3xYz",
            "https://www.amazon.de/r?u=https%3A%2F%2Fevil.shop",
        ]
    ),
)
MAILS: tuple[Hide, ...] = (
    lambda host, _l, _d: f"info@{host}",
    lambda host, _l, _d: f"service.team+x@{host}",
    lambda host, _l, _d: f"info (at) {host}",
    lambda host, _l, _d: f"info[at]{host}".replace(".", "[dot]"),
    lambda host, language, _d: f"info {AT[language]} {host}".replace(".", f" {DOT[language]} "),
    lambda host, _l, _d: _wide(f"info@{host}"),
    lambda host, _l, _d: f"info @ {host}",
    lambda host, _l, _d: f"i\u200bnfo@\u2060{host}",
    lambda host, _l, _d: _spaced(f"info@{host}".replace("-", "")),
)


def _phone(language: str, dice: random.Random) -> str:
    return _fill(PHONES[language], dice)


def _words(number: str, language: str) -> str:
    names = DIGITS[language].split()
    return " ".join(names[int(char)] for char in number if char.isdigit())


CALLS: tuple[Callable[[str, str, random.Random], str], ...] = (
    lambda number, _l, _d: number,
    lambda _n, _l, dice: f"+49 30 {_digits(dice, 3)} {_digits(dice, 4)}",
    lambda _n, _l, dice: "+1" + "415555" + _digits(dice, 4),
    lambda number, language, _d: _words(number, language),
    lambda number, _l, _d: _wide(number),
    lambda number, _l, _d: " ".join(char for char in number if char.isdigit()),
    lambda number, _l, _d: number.replace(" ", "\u00a0").replace("-", "–"),
    lambda number, _l, _d: "".join(char + "\u200b" if char.isdigit() else char for char in number),
    lambda number, _l, _d: "".join(char for char in number if char.isdigit()),
)


def _about(language: str, lists: dict[str, list[str]], sentence: str, dice: random.Random) -> str:
    """The sentence between an opener and a closer, all slots filled."""
    gap = "\n" if dice.random() < 0.5 else "\n\n"
    parts = [dice.choice(lists["open"]), sentence, dice.choice(lists["close"])]
    text = gap.join(parts if dice.random() < 0.7 else parts[1:])
    while True:
        slots = _slots(dice, language)
        name = next((name for name in slots if "{" + name + "}" in text), None)
        if name is None:
            return text
        text = text.replace("{" + name + "}", slots[name], 1)


def _host(language: str, dice: random.Random) -> str:
    return f"{dice.choice(SHOPS)}.{dice.choice([TLD[language], 'com', 'shop'])}"


def _violations(language: str, lists: dict[str, list[str]], dice: random.Random) -> Iterator[tuple[str, str]]:
    for hide in LINKS:
        yield "link", dice.choice(lists["visit"]).replace("{LINK}", hide(_host(language, dice), language, dice))
    for hide in MAILS:
        yield "email_address", dice.choice(lists["mail"]).replace("{MAIL}", hide(_host(language, dice), language, dice))
    for write in CALLS:
        yield (
            "phone_number",
            dice.choice(lists["call"]).replace("{PHONE}", write(_phone(language, dice), language, dice)),
        )
    for rule in (
        "website_word",
        "claim_form",
        "review_steering",
        "incentive",
        "removal_for_refund",
        "private_email_request",
        "placeholder",
    ):
        yield from ((rule, sentence) for sentence in lists[rule])


def texts(seed: int = 24) -> list[Example]:
    """All examples; each is put into the development or the held-out half by the dice."""
    dice = random.Random(seed)
    found: list[Example] = []
    for language, lists in carriers().items():
        for rule, sentence in _violations(language, lists, dice):
            found.append(
                Example(
                    _about(language, lists, sentence, dice), language, rule, dice.choice(["development", "held out"])
                )
            )
        for _ in range(4):
            for sentence in lists["clean"]:
                text = _about(language, lists, sentence, dice)
                found.append(Example(text, language, None, dice.choice(["development", "held out"])))
    return found
