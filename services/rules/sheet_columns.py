"""Finds the row of headings in a spreadsheet and which column plays which role, by what the headings say.

Headings match without case, spaces, punctuation or accents. What people chose goes before what is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

READ = ("order_id", "item", "dated")
"""The roles that tell rows apart."""
WRITTEN = ("contacted", "date", "agent", "note")
"""The roles that Within24 may write: contacted or not, when, by whom, and what there is to say."""
ROLES = (*READ, *WRITTEN)
NAMES: Mapping[str, str] = {
    "order_id": "Order ID",
    "item": "Item",
    "dated": "Date",
    "contacted": "Contacted",
    "date": "Contact date",
    "agent": "Agent",
    "note": "Notes",
}
"""What the roles are called for people, and what a heading should say."""
LOOKED_AT = 40
"""So many rows from the top may hold the headings."""
WIDEST = 200
Grid = Sequence[Sequence[str]]

_ORDER = re.compile(r"(?<!\d)(\d{3})[- ]?(\d{7})[- ]?(\d{7})(?!\d)")
_SAMPLED = 200

# English, German, French, Spanish, Italian, Dutch, Japanese; in each line the earlier word wins.
_GUESSES: Mapping[str, str] = {
    "order_id": "orderid amazonorderid ordernumber orderno ordernr orderids order bestellnummer bestellid bestellnr "
    "amazonbestellnummer auftragsnummer bestellung auftrag numerodecommande idcommande ndecommande nocommande commande "
    "numerodepedido iddepedido idpedido npedido pedido numeroordine idordine numerodordine ordine bestelnummer "
    "ordernummer 注文番号 注文id 注文",
    "contacted": "contacted buyercontacted customercontacted iscontacted contactedyn contactedyesno reachedout "
    "kontaktiert kundekontaktiert kaeuferkontaktiert kontaktierung contacte clientcontacte acheteurcontacte contactado "
    "clientecontactado contattato clientecontattato gecontacteerd 連絡済 連絡済み",
    "date": "contactdate datecontacted contactedon contactedat contactedwhen dateofcontact datecontact kontaktdatum "
    "kontaktiertam datumkontakt datedecontact datecontact contactele fechadecontacto fechacontacto datacontatto "
    "datadicontatto contactdatum 連絡日",
    "agent": "agent contactedby agentname csagent handledby contactedbyagent by initials rep csrep staff bearbeiter "
    "kontaktiertvon mitarbeiter bearbeitetvon agente contactadopor atendidopor operateur contactepar operatore "
    "contattatoda medewerker 担当者 担当",
    "note": "notes note comments comment remarks remark notiz notizen bemerkung bemerkungen kommentar kommentare "
    "anmerkung anmerkungen remarque remarques commentaire commentaires notas nota comentarios comentario commenti "
    "commento opmerking opmerkingen メモ 備考",
    "item": "item itemname product productname sku asin title producttitle itemsku model artikel artikelname produkt "
    "artikelnummer artikelbezeichnung article produit articulo producto articolo prodotto 商品名 商品 品名",
    "dated": "date orderdate purchasedate dateadded reporteddate daterecorded dateoforder added addedon entered "
    "createdon created datum bestelldatum auftragsdatum eingetragenam jour datecommande datedecommande fecha "
    "fechadepedido fechapedido data datadordine dataordine besteldatum 日付 注文日 登録日",
}  # fmt: skip
_PLAIN_DATES = frozenset(("date", "datum", "jour", "fecha", "data", "日付"))


@dataclass(frozen=True)
class Columns:
    """Where things stand. `header` is the row of the headings (-1: there are none), `labels` one name per column.

    `at` is {role: column}. `missing` are the roles whose chosen or former column is not there.
    """

    header: int
    labels: tuple[str, ...]
    at: Mapping[str, int]
    missing: tuple[str, ...] = ()

    @property
    def in_use(self) -> dict[str, str]:
        """{role: heading}."""
        return {role: self.labels[place] for role, place in self.at.items()}


@lru_cache(maxsize=4096)
def plain(heading: str) -> str:
    """A heading as names are compared: letters and digits only, lower case, without accents."""
    apart = unicodedata.normalize("NFKD", heading.replace("ß", "ss").casefold())
    kept = "".join(sign for sign in apart if sign.isalnum())
    return unicodedata.normalize("NFC", kept)


_WORDS = {role: {plain(word): place for place, word in enumerate(words.split())} for role, words in _GUESSES.items()}


def order_id(text: str) -> str | None:
    """The first Amazon order id in a cell, dashes or not."""
    found = _ORDER.search(text)
    return "-".join(found.groups()) if found else None


def letters(column: int) -> str:
    """A column as spreadsheets name it: 0 is A, 26 is AA."""
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def find(grid: Grid, chosen: Mapping[str, str] | None = None, used: Mapping[str, str] | None = None) -> Columns | None:
    """The columns of a table; None if nothing tells where the order ids are.

    `chosen` is {role: heading} as people or the settings say ("" for a role that has no column here); what they name
    is never guessed. `used` is {role: heading} as last in use: what is gone of it is told as missing, and what tells
    rows apart stays what it was.
    """
    chosen, used = chosen or {}, used or {}
    best: Columns | None = None
    width = _width(grid)
    for row, cells in enumerate(grid[:LOOKED_AT]):
        if not any(cell.strip() for cell in cells):
            continue
        found = _read(row, labels_of(cells, width), chosen, used)
        if _tells(found, chosen) and (best is None or len(found.at) > len(best.at)):
            best = found
    return best or _by_content(grid, chosen, used)


def labels_of(cells: Sequence[str], width: int) -> tuple[str, ...]:
    """A name for every column: its heading, "Date (2)" for the second of one name, "Column C" for none."""
    seen: dict[str, int] = {}
    labels: list[str] = []
    for place in range(width):
        text = " ".join(cells[place].split()) if place < len(cells) else ""
        label = text or f"Column {letters(place)}"
        seen[label] = seen.get(label, 0) + 1
        labels.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return tuple(labels)


def guess(labels: Sequence[str]) -> dict[str, int]:
    """{role: column} as far as the headings tell; of several the first of the best."""
    names = [plain(label) for label in labels]
    found: dict[str, int] = {}
    for role, words in _WORDS.items():
        fitting = [(words[name], place) for place, name in enumerate(names) if name in words]
        if fitting:
            found[role] = min(fitting)[1]
    if "contacted" not in found and (places := [n for n, name in enumerate(names) if _is_contacted(name)]):
        found["contacted"] = places[0]
    return _with_a_date_beside_contacted(found, names)


def _with_a_date_beside_contacted(found: dict[str, int], names: Sequence[str]) -> dict[str, int]:
    """A plain "Date" to the right of "Contacted" is the day of the contact, if no heading says that outright."""
    if "date" in found or "contacted" not in found:
        return found
    right = [place for place, name in enumerate(names) if name in _PLAIN_DATES and place > found["contacted"]]
    # The labels of a second and third column of one name carry their number.
    right += [
        n
        for n, name in enumerate(names)
        if name[:-1] in _PLAIN_DATES and name[-1:].isdigit() and n > found["contacted"]
    ]
    if right:
        found["date"] = min(right)
        if found.get("dated") == found["date"]:
            del found["dated"]
    return found


def _is_contacted(name: str) -> bool:
    others = ("contactedby", "contactedon", "contactedat", "contactedwhen")
    return name.startswith("contacted") and not name.startswith(others)


def _read(row: int, labels: tuple[str, ...], chosen: Mapping[str, str], used: Mapping[str, str]) -> Columns:
    told = {role: _place(labels, heading) for role, heading in chosen.items() if heading}
    at = {role: place for role, place in told.items() if place is not None}
    for role, place in guess(labels).items():
        if role not in chosen and place not in at.values():
            at[role] = place
    for role, heading in used.items():
        former = _place(labels, heading)
        if role not in chosen and role not in at and former is not None and former not in at.values():
            at[role] = former
    expected = {role for role, heading in {**used, **chosen}.items() if heading}
    for role in set(READ) & at.keys() - chosen.keys() if used else ():
        if role not in used:
            # A new column must not make other rows of the same ones, unless somebody says so.
            del at[role]
    return Columns(row, labels, at, tuple(role for role in ROLES if role in expected and role not in at))


def _place(labels: Sequence[str], heading: str) -> int | None:
    if heading in labels:
        return labels.index(heading)
    names = [plain(label) for label in labels]
    return names.index(plain(heading)) if plain(heading) in names else None


def _tells(found: Columns, chosen: Mapping[str, str]) -> bool:
    """Whether this row of headings will do: it says where the order ids are, or all else that somebody chose."""
    if "order_id" in found.at:
        return True
    named = [role for role, heading in chosen.items() if heading]
    return bool(named) and "order_id" not in named and all(role in found.at for role in named)


def _by_content(grid: Grid, chosen: Mapping[str, str], used: Mapping[str, str]) -> Columns | None:
    """The column that holds order ids under whatever heading; the headings are the row above the first of them."""
    if chosen.get("order_id") is not None:
        return None
    counts: dict[int, int] = {}
    first: dict[int, int] = {}
    for row, place in _order_cells(grid[:_SAMPLED]):
        counts[place] = counts.get(place, 0) + 1
        first.setdefault(place, row)
    if not counts:
        return None
    place = max(counts, key=lambda column: (counts[column], -column))
    header = next((row for row in range(first[place] - 1, -1, -1) if any(cell.strip() for cell in grid[row])), -1)
    labels = labels_of(grid[header] if header >= 0 else (), _width(grid))
    found = _read(header, labels, {role: name for role, name in chosen.items() if role != "order_id"}, used)
    at = {role: column for role, column in found.at.items() if column != place} | {"order_id": place}
    return Columns(header, labels, at, tuple(role for role in found.missing if role != "order_id"))


def _order_cells(grid: Grid) -> Iterator[tuple[int, int]]:
    for row, cells in enumerate(grid):
        for place, cell in enumerate(cells[:WIDEST]):
            if _ORDER.fullmatch(cell.strip()):
                yield row, place


def _width(grid: Grid) -> int:
    return min(WIDEST, max((len(cells) for cells in grid), default=0))
