"""Which row holds the headings and which column is what, however people lay out their sheets."""

from __future__ import annotations

import pytest

from services.rules import sheet_columns
from services.rules.sheet_columns import Columns, find, labels_of

ORDER = "111-5550001-7770001"
USUAL = ["Order ID", "Item", "Date", "Contacted", "Contact date", "Agent", "Notes"]
IN_USE = dict(zip(("order_id", "item", "dated", "contacted", "date", "agent", "note"), USUAL, strict=True))


def found(*grid: list[str], **how: dict[str, str]) -> Columns:
    columns = find(grid, how.get("chosen"), how.get("used"))
    assert columns is not None
    return columns


@pytest.mark.parametrize(
    "headings",
    [
        USUAL,
        ["ORDER_ID", "item", "date", "CONTACTED?", "contact-date", "Agent:", "notes"],
        ["Bestellnummer", "Artikel", "Datum", "Kontaktiert", "Kontaktdatum", "Bearbeiter", "Bemerkungen"],
        ["Numéro de commande", "Produit", "Date commande", "Contacté", "Date de contact", "Opérateur", "Remarques"],
        ["Número de pedido", "Producto", "Fecha", "Contactado", "Fecha de contacto", "Agente", "Comentarios"],
        ["Numero ordine", "Prodotto", "Data", "Contattato", "Data contatto", "Operatore", "Note"],
        ["注文番号", "商品名", "注文日", "連絡済み", "連絡日", "担当者", "備考"],
        ["Amazon Order-Id", "SKU", "Order date", "Customer contacted", "Contacted on", "Contacted by", "Comments"],
    ],
)
def test_headings_are_found_in_the_languages_of_the_marketplaces(headings: list[str]) -> None:
    assert found(headings).in_use == dict(zip(IN_USE, headings, strict=True))


def test_the_headings_need_not_stand_in_the_first_row() -> None:
    columns = found(["Shipping info missing"], [], ["", "week 47"], USUAL, [ORDER])
    assert columns.header == 3
    assert columns.in_use == IN_USE


def test_a_date_to_the_right_of_contacted_is_the_day_of_the_contact() -> None:
    assert found(["Order ID", "Contacted", "Date", "Agent"]).in_use == {
        "order_id": "Order ID", "contacted": "Contacted", "date": "Date", "agent": "Agent"}  # fmt: skip
    both = found(["Order ID", "Date", "Contacted", "Date", "Agent"]).in_use
    assert (both["dated"], both["date"]) == ("Date", "Date (2)")
    assert "date" not in found(["Order ID", "Date", "Contacted"]).in_use


def test_headings_that_stand_there_twice_and_empty_ones_have_names_of_their_own() -> None:
    assert labels_of(["Note", "", "Note", " Note "], 5) == ("Note", "Column B", "Note (2)", "Note (3)", "Column E")


def test_order_ids_under_an_empty_heading_are_found_by_what_they_are() -> None:
    columns = found(["", "Contacted", "Notes"], [ORDER, "", ""], ["111-5550002-7770001", "", ""])
    assert (columns.header, columns.in_use["order_id"]) == (0, "Column A")
    without = found([ORDER, "x"], ["111-5550002-7770001", ""])
    assert (without.header, without.labels) == (-1, ("Column A", "Column B"))


def test_without_any_order_id_nothing_is_found() -> None:
    assert find([["a", "b"], ["1", "2"]]) is None
    assert find([]) is None


def test_what_people_chose_goes_before_what_is_guessed() -> None:
    chosen = {"contacted": "Reached?", "note": ""}
    columns = found([*USUAL, "Reached?"], chosen=chosen)
    assert columns.in_use["contacted"] == "Reached?"
    assert "note" not in columns.in_use


def test_a_chosen_column_that_is_gone_is_missing_and_nothing_takes_its_place() -> None:
    columns = found(USUAL, chosen={"contacted": "Reached?"})
    assert columns.missing == ("contacted",)
    assert "contacted" not in columns.at


def test_a_column_in_use_that_is_gone_is_missing() -> None:
    assert found(USUAL[:3] + USUAL[4:], used=IN_USE).missing == ("contacted",)
    assert found(USUAL, used=IN_USE).missing == ()


def test_a_new_column_does_not_make_other_rows_of_the_same_ones() -> None:
    used = {"order_id": "Order ID", "contacted": "Contacted"}
    assert found(USUAL, used=used).in_use.keys() == IN_USE.keys() - {"item", "dated"}
    assert "item" in found(USUAL, used=used, chosen={"item": "Item"}).at


def test_a_sheet_of_ones_own_needs_no_order_id_if_its_columns_are_named() -> None:
    columns = found(["Part", "Done"], chosen={"item": "Part", "contacted": "Done"})
    assert columns.in_use == {"item": "Part", "contacted": "Done"}


@pytest.mark.parametrize(
    ("text", "order_id"),
    [
        (ORDER, ORDER), ("11155500017770001", ORDER), (" 111 5550001 7770001 ", ORDER), (f"Order {ORDER}!", ORDER),
        ("1.115E+16", None), ("111-555001-7770001", None), ("9111-5550001-7770001", None), ("", None),
    ],
)  # fmt: skip
def test_order_ids_are_read_with_and_without_dashes(text: str, order_id: str | None) -> None:
    assert sheet_columns.order_id(text) == order_id


@pytest.mark.parametrize(("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (701, "ZZ"), (702, "AAA")])
def test_columns_have_the_letters_of_spreadsheets(column: int, name: str) -> None:
    assert sheet_columns.letters(column) == name
