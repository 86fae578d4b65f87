"""The labels and table headings of Amazon's notices, in its languages, and the values beside them."""

from __future__ import annotations

import re


def _words(text: str) -> re.Pattern[str]:
    return re.compile("|".join(text.split("/")), re.I)


# Canonical name -> words that a label or heading has; the first that fits wins.
_HEADINGS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("asin", _words(r"\basin\b")),
    ("sku", _words(r"\bsku\b")),
    (
        "tracking",
        _words("track/numero di tracciamento/numero di spedizione/seguimiento/suivi/sendungs/rastreamento/śledzenia"),
    ),
    ("tracking", _words("追跡/takip")),
    (
        "carrier",
        _words("carrier/corriere/transportista/transporteur/versanddienst/zusteller/transportadora/przewoźnik"),
    ),
    ("carrier", _words("配送業者/kargo")),
    ("comment", _words("comment/comentario/comentário/kommentar/opmerking/komentarz/コメント/açıklama/yorum")),
    ("reason", _words(r"reason/motivo/motif/raison/grund\b/\brazón/reden\b/anledning/orsak/powód/neden/理由/سبب")),
    ("quantity", _words("^qty/^quant/^cantidad/^menge/^anzahl/^aantal/^antal/^ilość/^数量/^adet/^miktar/^الكمية")),
    ("policy", _words("polic/criteri/política/politique/richtlini/beleid/zasad")),
    ("request_date", _words("request.{0,12}date/return.{0,12}date/data (?:della |di )?richiesta/antragsdatum")),
    ("request_date", _words("fecha de (?:la )?solicitud/date de (?:la )?demande/data da solicitação/依頼日")),
    ("amount", _words("amount/importo/importe/montant/betrag/valor/bedrag/belopp/kwota/tutar/金額/返金額/المبلغ")),
    ("title", _words("^items?(?: purchased)?$/^product(?: name)?$/^title$/^articol[oi]$/^prodott[oi]$/^artículos?$")),
    ("title", _words(r"^productos?$/^articles?$/^produits?$/^artikel$/^produkt\w*$/^produtos?$/^商品名?$/^ürün$")),
)
_LABEL = re.compile(r"^[ \t]*([^\n:：]{2,60}?)[ \t]*[:：][ \t]*(.*)$", re.M)


def labels(text: str) -> dict[str, str]:
    """Canonical name -> value of the `Label: value` lines; the first of each name, its value perhaps a line lower."""
    found: dict[str, str] = {}
    for match in _LABEL.finditer(text):
        name = heading(match[1])
        if name and name not in found:
            value = match[2].strip() or text[match.end() :].lstrip("\n ").partition("\n")[0].strip()
            if value:
                found[name] = value[:500]
    return found


def heading(words: str) -> str | None:
    """The canonical name of a label or table heading, or None."""
    words = words.strip().rstrip(":：")
    return next((name for name, pattern in _HEADINGS if pattern.search(words)), None) if len(words) <= 60 else None
