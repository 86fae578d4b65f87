"""Numbers that are no phone numbers: order ids, tracking, ASINs, serials with a label, prices, dates, times, EANs."""

from __future__ import annotations

import re

ORDER_ID = re.compile(r"(?<![\w-])[SD]?\d{2,3} ?- ?\d{7} ?- ?\d{7}(?![\w-]|\d)", re.I)
_TRACKING = (
    r"(?<![A-Za-z0-9])(?:"
    r"1Z(?: ?[0-9A-Z]){16}"
    r"|TB[ACM] ?\d{9,13}"
    r"|JJ?[A-Z]{1,2} ?(?:\d ?){13,20}"
    r"|3S[A-Z0-9]{9,15}"
    r"|[A-Z]{2} ?\d{2,3}(?: ?\d{3}){2} ?\d? ?[A-Z]{2}"
    r"|[A-Z]{2}\d{9}[A-Z]{2}"
    r"|LP\d{14}|[A-Z]{1,4}\d{10,20}|\d[A-Z]\d{11}|[A-Z]{2,3}-?\d{8,}"
    r"|(?:00)?\d{18,20}"
    r"|\d{4}(?:[ -]\d{4}){3,5}(?:[ -]\d{1,4})?"
    r"|\d{12,30}"
    r")(?![A-Za-z0-9])"
)
TRACKING = re.compile(_TRACKING)
_CODES = re.compile(
    r"(?<![A-Za-z0-9])(?:B0[A-Z0-9]{8}|X00[A-Z0-9]{7}|LPN[A-Z]{0,3}\d{6,12}|"
    r"97[89][- ]?\d{1,5}[- ]?\d{1,7}[- ]?\d{1,7}[- ]?[\dX]|"
    r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,4})?|"
    r"(?=[A-Z0-9/-]{0,80}[A-Z])(?=[A-Z0-9/-]{0,80}\d)[A-Z0-9]{1,80}(?:[-/][A-Z0-9]{1,80})+|"
    r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?(?!\.\d)|"
    r"\d{1,2}[./]\d{1,2}\.?\s?(?:-|bis|to|au|a|al|do|t/m|até|ate|~)\s?\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?\.?"
    r")(?![A-Za-z0-9])"
)
_CURRENCY = (
    r"(?:€|\$|£|¥|zł|zl|kr|R\$|EUR|USD|GBP|SEK|PLN|BRL|JPY|CHF|CAD|AUD|MXN|NOK|DKK|euros?|dollars?|円|zloty\w*|"
    r"kronor|reais|pounds?)"
)
_AMOUNT = re.compile(
    rf"(?:{_CURRENCY}\s?-?\d[\d.,' ]*\d?(?!\d)|(?<![\w+])\d{{1,3}}(?:[., "
    rf"']\d{{3}})*(?:[.,]\d{{1,2}})?\s?{_CURRENCY}(?![a-z]))",
    re.I,
)
_DATE = re.compile(
    r"(?<![\d./-])(?:(?:19|20)\d\d([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.]) ?\d{1,2}\2 ?(?:19|20)\d\d|"
    r"\d{1,2}([-/.])\d{1,2}\3\d\d)"
    r"(?:T\d\d:\d\d(?::\d\d)?(?:\.\d+)?Z?)?(?![-/.]?\d)"
    r"|(?:19|20)\d\d年|\d{1,2}月\d{1,2}日"
)
_TIME = re.compile(r"(?<![\d:.])\d{1,2}[:.h]\d{2}(?::\d{2})?(?![\d:]|[.]\d)")
_MEASURE = re.compile(
    r"(?<![\w+])\d[\d.,]{0,20}(?:\s?[x×*-]\s?\d[\d.,]{0,20}){0,6}\s?"
    r"(?:mm|cm|km|m|kg|g|mg|l|ml|oz|lbs?|mAh|Ah|kWh|Wh|W|V|A|Hz|MHz|GHz|GB|TB|MB|K|px|dpi|rpm|°|%|″|\"|"
    r"inch(?:es)?|zoll|stück|pcs|個|台|本)"
    r"(?![A-Za-z])",
    re.I,
)
# Labels that say what a number is. The general ones (number, Nr.) say little: a call word beside them wins.
_SPECIFIC = (
    r"serial|serien\w*|s/?n|sn|seri(?:al|e)|numero de serie|n(?:o|º|°|r)?\.? ?de (?:serie|série|commande|suivi|"
    r"pedido|seguimiento)|matricola|"
    r"serienummer|seriennr\.?|nr seryjny|numer(?:u|em)? seryjn\w*|série|シリアル(?:番号|ナンバー)?|製造番号|"
    r"models?|modell\w*|mod[eè]le|modello|modelo|modelnummer|型番|型式|品番|"
    r"sku|ean|upc|gtin|isbn|asin|fnsku|jan(?:コード)?|mpn|imei|vin|lpn|hs[- ]?code|barcode|strichcode|codice a barre|"
    r"ref\w*|réf\w*|rma|ticket\w*|case|fall\w*|vorgang\w*|aktenzeichen|dossier|pratica|caso|zaak\w*|ärende\w*|"
    r"arende\w*|sprawa|sprawy|"
    r"zgłoszeni\w*|zgloszeni\w*|processo|protocolo|"
    r"invoice\w*|rechnung\w*|facture|fattura|factura|factuur\w*|faktur\w*|fatura|請求書\w*|"
    r"order\w*|bestell\w*|auftrag\w*|commande|ordine|pedido|bestelling\w*|ordernummer|zamówieni\w*|"
    r"zamowieni\w*|encomenda|注文\w*|"
    r"track\w*|sendung\w*|paket\w*|suivi|colis|spedizione|tracciamento|seguimiento|env[ií]o|rastre\w*|"
    r"zending\w*|pakket\w*|"
    r"försändelse\w*|forsandelse\w*|kolli\w*|spårning\w*|sparning\w*|przesyłk\w*|przesylk\w*|śledzeni\w*|"
    r"paczk\w*|追跡\w*|伝票\w*|"
    r"お?問い?合わ?せ番号|問合番号|送り状\w*|管理番号|受付番号|"
    r"parcel|shipment|awb|waybill|consignment|lot\w*|batch\w*|charge\w*|charg\w*|partida|partij\w*|partii|ロット\w*|"
    r"article|artikel\w*|articolo|artículo|articulo|artigo|artykuł\w*|art|item|part|teil\w*|ersatzteil\w*|"
    r"pièce|piece|ricambio|pieza|peça|"
    r"onderdeel\w*|reservdel\w*|część|czesc|部品\w*|商品(?:番号|コード)|"
    r"kunden\w*|customer|client|klant\w*|kund\w*|klient\w*|cliente|"
    r"return|retour\w*|rücksende\w*|ruecksende\w*|retoure\w*|reso|devoluci[oó]n|devoluç\w*|retur\w*|zwrot\w*|"
    r"返品\w*|claim|"
    r"iban|vat|ust\w*|tva|p\.? ?iva|nif|cif|nip|regon|kvk|hrb|siret|siren|登録番号|license|licence|lizenz\w*|"
    r"patent|din|iso|iec|fcc|ral|"
    r"code|codice|código|codigo|kod\w*|firmware|version|software|build|pin|postcode|zip|plz|"
    r"transaction|transaktion\w*|transazione|transacci[oó]n|transação|kontonummer|account"
)
_GENERAL = r"number|numéro|numero|número|nummer|nummern|numer|no|nr|nº|n°|n\.º|番号|id"
# What a label can begin with: in a text without spaces most places need no second look.
_BEGINS = "A-Za-zÀ-ɏ" + "".join(sorted(set(re.findall("[^\x00-\x7f]", _SPECIFIC))))
_LABELLED = re.compile(
    rf"(?<![A-Za-zÀ-ɏ0-9])(?=[{_BEGINS}])(?:(?:{_SPECIFIC})(?:[\s-]{{0,8}}(?:{_GENERAL}|card|code|label)\.?)?)"
    r"(?:\s{0,8}(?:is|ist|lautet|est|è|es|är|jest|to|het|é|was|war|de|of|der|ihrer|du|della|del|van|の|は|が|：)){0,2}"
    r"\s{0,8}[:#=(.]{0,3}\s{0,8}[A-Z]{0,4}[- ]?(?P<value>\d[A-Za-z0-9]*(?:[ ./_-]{1,2}[A-Z]?\d[A-Za-z0-9]*)*)",
    re.I,
)
_GENERIC = re.compile(
    rf"(?<![A-Za-zÀ-ɏ0-9])(?:{_GENERAL}|#)\.?\s{{0,8}}[:#=]?\s{{0,8}}"
    r"(?P<value>\d[\dA-Za-z]*(?:[ ./_-]\d[\dA-Za-z]*)*)",
    re.I,
)
_ALL = (ORDER_ID, _DATE, _CODES, _AMOUNT, _MEASURE, _TIME)

Span = tuple[int, int]
LABEL_BEFORE, UNIT_AFTER = 160, 40
_FIGURES = re.compile(r"\d+|年|月")


def certain(text: str) -> list[Span]:
    """Stretches whose form or label says what they are; a phone number with a plus is never among them."""
    near = _near_digits(text)
    spans = [match.span() for pattern in _ALL for where in near for match in pattern.finditer(text, *where)]
    spans += [match.span("value") for where in near for match in _LABELLED.finditer(text, *where)]
    return spans


def _near_digits(text: str) -> list[Span]:
    """Where a figure, its label before it and its unit after it can stand: the rest of a reply need not be read."""
    found: list[Span] = []
    for match in _FIGURES.finditer(text):
        start, end = max(0, match.start() - LABEL_BEFORE), match.end() + UNIT_AFTER
        if found and end <= found[-1][1]:
            continue
        space = text.find(" ", end)
        end = space if space >= 0 else len(text)
        if found and start <= found[-1][1]:
            start = found.pop()[0]
        found.append((start, end))
    return found


def likely(text: str) -> list[Span]:
    """Long runs of digits that are tracking numbers unless a call word stands beside them."""
    return [match.span() for pattern in (TRACKING,) for match in pattern.finditer(text)] + [
        match.span("value") for match in _GENERIC.finditer(text)
    ]
