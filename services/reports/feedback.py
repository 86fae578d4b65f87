"""Seller feedback: six columns in a fixed order under headings in the marketplace's language; ratings of 1 to 3 stars.

The rater's address is never read. The marketplace is the order's, known later; what the form of the dates says is kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.reports import cells as cell
from services.reports.base import Context, Row
from services.reports.flat import Flat, Reader
from services.reports.tsv import Cells, Columns, name_of
from services.rules import report_dates

_PLACES = ("date", "rating", "comments", "your-response", "order-id", "rater-email")
# Headings as far as they are known; others are recognised by what stands below them.
_FIRST = frozenset(["date", "datum", "fecha", "data", "日付", "päivämäärä", "tarih", "التاريخ"])
_SECOND = frozenset(
    [
        "rating", "bewertung", "valoración", "calificación", "note", "évaluation", "valutazione", "評価", "avaliação",
        "beoordeling", "betyg", "ocena",
    ]
)
_LANGUAGES = {
    "bewertung": ("DE",),
    "ihre-antwort": ("DE",),
    "e-mail-des-bewertenden": ("DE",),
    "tu-respuesta": ("MX",),
    "fecha": ("MX", "ES"),
    "comentarios": ("ES", "MX"),
    "número-de-pedido": ("ES", "MX"),
    "commentaires": ("FR", "BE", "CA"),
    "valutazione": ("IT",),
    "commenti": ("IT",),
    "評価": ("JP",),
    "日付": ("JP",),
}
_RATING = re.compile(r"\s*([1-5])(?:[.,]0)?\s*(?:/\s*5)?\s*")


def by_place(heading: Sequence[str], first: Sequence[str]) -> Columns | None:
    """Six columns with a rating and an order id below; without a row to look at, two headings that are known."""
    if len(heading) != 6:
        return None
    if first:
        fits = len(first) == 6 and bool(_RATING.fullmatch(first[1])) and _is_order_id(first[4])
    else:
        fits = name_of(heading[0]) in _FIRST and name_of(heading[1]) in _SECOND
    return Columns({name: at for at, name in enumerate(_PLACES)} | _languages(heading), 6) if fits else None


def reader(columns: Columns, sample: Sequence[Cells], context: Context) -> Reader:
    """Rows for `feedback`; `guess` is the marketplace that the report speaks for."""
    date, rating = columns.at("date"), columns.at("rating")
    comments, response, order = columns.at("comments"), _answer(columns), columns.at("order-id")
    guess = _guess(columns, [row[date] for row in sample], context)

    def make(cells: Cells) -> tuple[Row]:
        stars = _RATING.fullmatch(cells[rating])
        if stars is None:
            raise ValueError(f"The rating is {cell.shown(cells[rating])}, not 1 to 5")
        order_id, raw = cell.order_id(cells[order]), cells[date]
        try:
            day = report_dates.feedback_day(raw, [guess], context.now)
        except ValueError:
            raise ValueError(f"The date is {cell.shown(raw)}, which is no day between 2000 and today") from None
        return (Row("feedback", {
            "account": context.account,
            "order_id": order_id,
            "marketplace": guess,
            "guess": guess,
            "day": day,
            "date_raw": raw,
            "rating": int(stars[1]),
            "comment": cells[comments],
            "response": cells[response],
        }),)  # fmt: skip

    return make


def _answer(columns: Columns) -> int:
    found = (columns.at(name) for name in ("your-response", "response"))
    return next((at for at in found if at >= 0), -1)


def _guess(columns: Columns, dates: Sequence[str], context: Context) -> str | None:
    """The one asked for; else those whose form the dates have, of them one that writes such headings."""
    if context.only:
        return context.only
    days = [text.strip().partition(" ")[0] for text in dates]
    likely = report_dates.likely_marketplaces(days, context.marketplaces, context.now)
    spoken = [code for name, codes in _LANGUAGES.items() if name in columns.places for code in codes]
    return next((code for code in likely if code in spoken), next(iter(likely), None))


def _languages(heading: Sequence[str]) -> dict[str, int]:
    return {name_of(each): at for at, each in enumerate(heading) if name_of(each) in _LANGUAGES}


def _is_order_id(text: str) -> bool:
    try:
        return bool(cell.order_id(text))
    except ValueError:
        return False


FLAT = Flat(
    "seller_feedback",
    "seller feedback",
    frozenset({"date", "rating", "comments", "order-id"}),
    reader,
    by_place,
    private=("rater-email",),
)
