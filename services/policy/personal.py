"""Personal details, which a public answer may not carry: ids, names, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.policy import identifiers
from services.policy.normalise import listed
from services.policy.words import Hit

_NAME = r"[A-ZÀ-ÞŁŚŻŹĆ][a-zà-ÿąćęłńóśźż'’-]+"
_FULL = rf"{_NAME}(?: (?:van|de|von|der|den|da|do|di|le|la|del|{_NAME}))*"
_GREETING = re.compile(
    r"(?:^|(?<=[\n.!]))\s{0,8}(?:Dear|Hi|Hello|Hey|Hallo|Liebe[rs]?|Guten (?:Tag|Morgen|Abend)|Bonjour|Cher|Chère|"
    r"Gentile|Caro|Cara|Ciao|Salve|Hola|"
    r"Estimad[oa]|Querid[oa]|Beste|Geachte|Hej|Kära|Dzień dobry|Drog[ia]|Szanown[ya]|Olá|Oi|Car[oa]|Prezad[oa]|"
    r"Good (?:morning|afternoon|day))\s{1,8}"
    rf"(?P<name>{_FULL})\s{{0,8}}(?=[,!:.\n–-]|$)",
    re.M,
)
_NOBODY = frozenset(
    listed(
        "customer buyer sir madam there all everyone everybody friend friends amazon team client cliente "
        "clients kunde kundin kunden kundschaft zusammen damen herren herr frau monsieur madame mesdames "
        "messieurs klant klanten mevrouw heer kund kunder cliente clienti signore signora clientes senor señor "
        "senora señora panie pani panstwo państwo kliencie klientko comprador käufer kaufer acheteur acquirente "
        "consumidor shopper reader seller customers dear valued tag"
    )
)
_TITLED = re.compile(
    rf"(?<![A-Za-zÀ-ɏ])(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herrn?|Frau|Fr|Hr|M|Mme|Mlle|Monsieur|Madame|Sig|Sig\.ra|"
    rf"Signora?|Signor|Sr|Sra|Srta|Señora?|Don|Doña|"
    rf"Dhr|Mevr|Mevrouw|Meneer|Pan|Pani|Pana|Panu|Fru|Senhora?)\.? (?!Customer|Buyer|Kunde|Kundin|"
    rf"Client)(?P<name>{_FULL})"
)
_JA_NAME = re.compile(
    r"(?<![お客皆購入買消費者同異多各仕模王の])(?<!お客)(?:[一-龯々]{1,4}|"
    r"[ァ-ヶー]{2,8})(?:\s?[一-龯々]{1,3})?\s?(?:様|さま|さん|殿)(?![子々相式態])"
)
_JA_NOBODY = re.compile(
    r"(?:お客|客|皆|購入者|購入|お買い上げ|消費者|ご利用者|利用者|ユーザー|カスタマー|注文者|顧客|各位|奥|お子|"
    r"王|神|同|異|多|有|模|仕|出品者|業者|他|配送業者|アマゾン|メーカー)\s?(?:様|さま|さん|殿)"
)
_STREET = re.compile(
    r"(?<![A-Za-zÀ-ɏ])(?:\d{1,5}[a-z]? (?:[A-Z][a-zà-ÿ]+ ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|"
    r"Dr|Boulevard|Blvd|Court|Ct|Way|Place|Square|Close|Terrace)\b"
    r"|[A-ZÄÖÜ][a-zäöüß-]*(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|gracht|"
    r"plein|dijk|gatan|vägen|gränd|stigen) ?\d{1,4}[a-z]?"
    r"|(?:[A-ZÄÖÜ][a-zäöüß]+(?:er|en)? )(?:Straße|Strasse|Str\.|Weg|Platz|Allee|Ring) \d{1,4}[a-z]?"
    r"|\d{1,4}(?: ?bis)?,? (?:rue|avenue|boulevard|place|chemin|impasse|allée|quai) [^\n,.]{3,40}"
    r"|(?:[Vv]ia|[Vv]iale|[Pp]iazza|[Cc]orso|[Vv]icolo|[Cc]alle|[Cc]/|[Aa]venida|[Pp]laza|[Pp]aseo|[Rr]ua|"
    r"[Tt]ravessa|[Pp]raça|[Uu]l\.|[Uu]lica|[Aa]l\.|[Oo]s\.) ?"
    r"[^\n,.;:]{2,35}?,? ?(?:n[.º°]? ?)?\d{1,4}(?![\d%])"
    r"|〒\s?\d{3}-?\d{4}|[一-龯]{2,3}[都道府県][一-龯]{1,5}[市区町村郡]|\d{1,3}丁目|\d{1,4}番地)"
)
_POSTCODE = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|[A-Z]{2} \d{5}(?:-\d{4})?|\d{4} ?[A-Z]{2} [A-Z][a-z]+|"
    r"\d{2}-\d{3} [A-ZŁŚŻ][a-zó]+|"
    r"\d{4}-\d{3} [A-ZÀ-Þ][a-zà-ÿ]+|\d{5}-\d{3}|\d{5} [A-ZÄÖÜÀ-Þ][a-zäöüßà-ÿ]{2,}|\d{3} \d{2} "
    r"[A-ZÅÄÖ][a-zåäö]+)(?![A-Za-z0-9])"
)
_LIVES = re.compile(
    rf"(?:my name is|your name|ich hei(?:ß|ss)e|je m'appelle|mi chiamo|me llamo|mijn naam is|jag heter|nazywam "
    rf"się|meu nome é) {_FULL}"
)
_UNITS = re.compile(r"^\d{5} (?:Stück|Pieces|Lumen|Umdrehungen|Stunden|Watt|Kunden|Euro|Einheiten)")


def find(text: str) -> Iterator[Hit]:
    """Findings in the original text, for public channels."""
    for pattern in (identifiers.ORDER_ID, identifiers.TRACKING, _STREET, _LIVES):
        yield from (Hit("personal_details", *match.span()) for match in pattern.finditer(text))
    for match in _POSTCODE.finditer(text):
        if not _UNITS.match(match[0]):
            yield Hit("personal_details", *match.span())
    for match in [*_GREETING.finditer(text), *_TITLED.finditer(text)]:
        if not {word.lower().strip("-'’") for word in match["name"].split()} & _NOBODY:
            yield Hit("personal_details", *match.span("name"))
    for match in _JA_NAME.finditer(text):
        if not _JA_NOBODY.search(match[0]) and not _JA_NOBODY.search(text[max(0, match.start() - 4) : match.end()]):
            yield Hit("personal_details", *match.span())
