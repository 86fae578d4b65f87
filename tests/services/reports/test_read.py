"""Reports are recognised by what stands in them, and bad rows are rejected one by one."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports import read as reports
from services.reports.base import Context, Row, Unread
from tests import reports as made
from tests.reports import ORDER, OTHER, feedback, feedback_row, tsv

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
XML = (
    '<?xml version="1.0"?><AmazonEnvelope><Message><return_details><item_details><item_name>Lamp &amp; co</item_name>'
    "<asin>B0TEST0001</asin><return_reason_code>CR-DEFECTIVE</return_reason_code><merchant_sku>NL-1</merchant_sku>"
    "<in_policy>Y</in_policy><return_quantity>2</return_quantity><resolution>Refund</resolution><refund_amount>10.50"
    "</refund_amount></item_details><item_details><asin>B0TEST0002</asin><merchant_sku>NL-2</merchant_sku>"
    "<return_quantity>1</return_quantity><return_reason_code>NEW-ONE</return_reason_code></item_details>"
    "<order_id>114-5550001-7770001</order_id><order_date>2026-11-02T10:00:00Z</order_date><amazon_rma_id>DRMA1</amazon_rma_id>"
    "<return_request_date>2026-11-16T12:34:56Z</return_request_date><return_request_status>Approved"
    "</return_request_status><a_to_z_claim>Y</a_to_z_claim><label_details><currency_code>USD</currency_code>"
    "<tracking_id>1Z</tracking_id></label_details></return_details></Message></AmazonEnvelope>"
)
WHOLE = {
    "account_health": json.dumps({"accountStatuses": [{"marketplaceId": "ATVPDKIKX0DER", "status": "NORMAL"}]}),
    "finance_events": json.dumps({"payload": {"FinancialEvents": {"RefundEventList": []}}}),
    "orders": json.dumps({"orders": [{"orderId": ORDER}]}),
    "fbm_returns_xml": XML,
}
FLAT = {
    "seller_feedback": feedback("US", feedback_row()),
    "fba_returns": tsv(made.FBA_RETURNS, [made.fba_return()]),
    "fbm_returns": tsv(made.FBM_RETURNS, [made.fbm_return()]),
    "fba_replacements": tsv(
        made.REPLACEMENTS, [("2026-11-01T08:00:00+00:00", "NL-1", "B0TEST0001", "DTM2", "", "1", "3", OTHER, ORDER)]
    ),
    "all_orders": tsv(made.ALL_ORDERS, [made.order_row()]),
    "unshipped": tsv(made.UNSHIPPED, [made.unshipped_row()]),
}


def context(*marketplaces: str, marketplace: str | None = None, now: datetime = NOW) -> Context:
    return Context("acme", marketplaces or ("US",), marketplace, "file.txt", now)


def run(text: str, *marketplaces: str, kind: str | None = None) -> tuple[list[Row], list[Unread]]:
    kind = kind or reports.recognise(text)
    assert kind, "not recognised"
    found = list(reports.read(kind, io.StringIO(text, newline=""), context(*marketplaces)))
    return [row for row in found if isinstance(row, Row)], [each for each in found if isinstance(each, Unread)]


def only(text: str, *marketplaces: str, table: str = "") -> dict[str, Any]:
    rows, problems = run(text, *marketplaces)
    assert problems == []
    (row,) = [row for row in rows if row.table == (table or rows[0].table)]
    return row.values


@pytest.mark.parametrize(("kind", "text"), [*FLAT.items(), *WHOLE.items()])
def test_each_report_is_recognised_by_its_content(kind: str, text: str) -> None:
    assert reports.recognise(text) == kind
    assert reports.recognise(text.encode()) == kind
    assert reports.wrong(kind, text) is None
    assert set(reports.KINDS) == set(FLAT) | set(WHOLE)


@pytest.mark.parametrize(("kind", "text"), FLAT.items())
def test_the_same_rows_come_from_what_a_spreadsheet_program_saved(kind: str, text: str) -> None:
    rows = run(text)[0]
    for delimiter in (";", ",", "|"):
        lines = [line.split("\t") for line in text.strip("\r\n").split("\r\n")]
        quoted = "\n".join(delimiter.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
        assert run(quoted)[0] == rows
        assert run(f"sep={delimiter}\n{quoted}\n{delimiter * (len(lines[0]) - 1)}\n")[0] == rows


@pytest.mark.parametrize(("kind", "text"), FLAT.items())
def test_extra_columns_other_order_and_other_spelling_change_nothing(kind: str, text: str) -> None:
    rows = run(text)[0]
    heading, *lines = [line.split("\t") for line in text.strip("\r\n").split("\r\n")]
    turned = [["Brand New Column", *reversed(heading)], *(["x", *reversed(line)] for line in lines)]
    turned[0] = [name.replace("-", "_").title() for name in turned[0]] if kind != "seller_feedback" else turned[0]
    assert run("\n".join("\t".join(line) for line in turned))[0] == rows


@pytest.mark.parametrize(("kind", "text"), FLAT.items())
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_line_ends_and_blank_lines_change_nothing(kind: str, text: str, end: str) -> None:
    rows = run(text)[0]
    again, problems = run("\ufeff" + text.replace("\r\n", end) + end + end)
    assert (again, problems) == (rows, [])


@pytest.mark.parametrize(("kind", "text"), FLAT.items())
def test_a_wrong_number_of_columns_rejects_that_row_only(kind: str, text: str) -> None:
    heading, row = text.strip("\r\n").split("\r\n")
    rows, problems = run("\n".join([heading, "one\ttwo", row, row + "\textra", ""]))
    assert [(p.place, p.raw.decode()) for p in problems] == [
        ("file.txt:2", "one\ttwo"),
        ("file.txt:4", row.replace(made.RATER.partition("@")[0], "****") + "\textra"),
    ]
    assert all(str(len(heading.split("\t"))) in problem.reason for problem in problems)
    assert rows == run(text)[0]


@pytest.mark.parametrize(("kind", "text"), FLAT.items())
def test_headings_alone_are_an_empty_report(kind: str, text: str) -> None:
    assert run(text.split("\r\n")[0] + "\r\n") == ([], [])


@pytest.mark.parametrize("first", FLAT)
@pytest.mark.parametrize("second", FLAT)
def test_two_reports_glued_together_are_both_read(first: str, second: str) -> None:
    rows, problems = run(FLAT[first] + FLAT[second], kind=first)
    assert problems == []
    assert rows == run(FLAT[first])[0] + run(FLAT[second])[0]


def test_a_lone_quote_swallows_nothing() -> None:
    text = feedback("US", feedback_row(comment='"never again'), feedback_row(OTHER, comment='5" too short'))
    rows, problems = run(text)
    assert [row.values["comment"] for row in rows] == ['"never again', '5" too short']
    assert problems == []
    comma = text.replace("\t", ",")
    rows, problems = run(comma)
    assert len(rows) + len(problems) == 2
    assert [row.values["order_id"] for row in rows] == [OTHER]
    assert problems[0].place == "file.txt:2"


def test_a_quoted_line_break_of_a_spreadsheet_belongs_to_its_cell() -> None:
    heading = ",".join(made.FEEDBACK["US"])
    row = only(f'{heading}\n11/20/26,1,"too late,\nand ""broken""",,{ORDER},x\n')
    assert row["comment"] == 'too late,\nand "broken"'


def test_a_lone_cr_in_a_cell_is_no_line_end() -> None:
    rows, problems = run(feedback("US", feedback_row(comment="one\rtwo"), feedback_row(OTHER)))
    assert ([row.values["comment"] for row in rows], problems) == (["one two", "Never again"], [])


def test_a_line_of_many_megabytes_is_set_aside_without_being_kept() -> None:
    rows, problems = run(feedback("US", feedback_row(), ("x" * 3_000_000,), feedback_row(OTHER)))
    assert len(rows) == 2
    assert [p.place for p in problems] == ["file.txt:3"]
    assert len(problems[0].raw) <= 65536


@pytest.mark.parametrize(
    ("code", "date_raw", "expected"),
    [
        ("US", "11/02/26", date(2026, 11, 2)),
        ("UK", "11/02/26", date(2026, 2, 11)),
        ("DE", "02.11.26", date(2026, 11, 2)),
        ("ES", "02/11/26", date(2026, 11, 2)),
        ("MX", "02/11/26", date(2026, 11, 2)),
        ("JP", "26/11/02", date(2026, 11, 2)),
        ("FR", "02/11/2026", date(2026, 11, 2)),
        ("UK", "2026-11-02", date(2026, 11, 2)),
        ("US", "11/2/2026", date(2026, 11, 2)),
        ("SE", "2026-11-02", date(2026, 11, 2)),
    ],
)
def test_feedback_days_are_read_as_their_marketplace_writes_them(code: str, date_raw: str, expected: date) -> None:
    headings = made.FEEDBACK.get(code, made.FEEDBACK["US"])
    row = only(tsv(headings, [feedback_row(date=date_raw)]), code)
    assert (row["day"], row["marketplace"], row["date_raw"]) == (expected, code, date_raw)


@pytest.mark.parametrize(
    ("headings", "dates", "marketplaces", "expected"),
    [
        ("US", ["11/02/26", "10/30/26"], ("UK", "US"), "US"),
        ("US", ["11/02/26", "30/10/26"], ("US", "UK"), "UK"),
        ("US", ["02.11.26"], ("US", "DE"), "DE"),
        ("DE", ["02.11.26"], ("UK", "DE", "FR"), "DE"),
        ("US", ["26/11/02"], ("US", "UK", "JP"), "JP"),
        ("JP", ["26/11/02"], ("US", "JP"), "JP"),
        ("MX", ["02/11/26"], ("US", "CA", "MX"), "MX"),
        ("ES", ["02/11/26"], ("UK", "IT", "ES"), "ES"),
        ("US", ["2026-11-02"], ("SE", "US"), "SE"),
        ("FR", ["20/11/26"], ("US", "FR"), "FR"),
        ("DE", ["11/20/26"], ("US", "DE"), "US"),
    ],
)
def test_the_form_of_the_days_tells_the_marketplace(
    headings: str, dates: Sequence[str], marketplaces: tuple[str, ...], expected: str
) -> None:
    orders = [f"114-555{n:04}-7770001" for n in range(len(dates))]
    rows, problems = run(
        feedback(headings, *(feedback_row(order, date) for order, date in zip(orders, dates, strict=True))),
        *marketplaces,
    )
    assert {row.values["marketplace"] for row in rows} == {expected}
    assert problems == []


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (feedback_row(date="31/31/26"), "no day"),
        (feedback_row(date="11/23/36"), "no day"),
        (feedback_row(date=""), "empty"),
        (feedback_row(rating="0"), "not 1 to 5"),
        (feedback_row(rating="great"), "not 1 to 5"),
        (feedback_row(order="114-555-777"), "no order id"),
    ],
)
def test_a_feedback_that_makes_no_sense_is_rejected_without_the_raters_address(
    row: tuple[str, ...], words: str
) -> None:
    rows, (problem,) = run(feedback("US", feedback_row(OTHER), row))
    assert len(rows) == 1
    assert problem.place == "file.txt:3"
    assert words in problem.reason
    assert b"marketplace.amazon.com" not in problem.raw


def test_feedback_keeps_words_and_drops_the_rater() -> None:
    row = only(feedback("US", feedback_row(comment=" Bad \x0b quality ", response="Sorry")))
    assert (row["comment"], row["response"], row["rating"]) == ("Bad   quality", "Sorry", 1)
    assert not any("marketplace.amazon" in str(value) for value in row.values())


def test_an_fba_return_is_a_unit_by_its_plate() -> None:
    row = only(FLAT["fba_returns"], "US", "DE")
    assert row["key"] == "LPNRR0000001"
    assert row["marketplace"] is None
    assert row["returned_at"] == datetime(2026, 11, 18, 7, 12, 33, tzinfo=UTC)
    assert row["title"] == 'Lamp 12" wide'
    assert (row["channel"], row["disposition"], row["reason_raw"]) == ("fba", "SELLABLE", "UNWANTED_ITEM")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-11-18T07:12:33-08:00", datetime(2026, 11, 18, 15, 12, 33, tzinfo=UTC)),
        ("2026-11-18T07:12:33Z", datetime(2026, 11, 18, 7, 12, 33, tzinfo=UTC)),
        ("18-11-2026", datetime(2026, 11, 18, tzinfo=UTC)),
        ("18.11.2026 07:12", datetime(2026, 11, 18, 7, 12, tzinfo=UTC)),
        ("11/18/2026 7:12:33 PM", datetime(2026, 11, 18, 19, 12, 33, tzinfo=UTC)),
        ("18-Nov-2026", datetime(2026, 11, 18, tzinfo=UTC)),
        ("18-Nov-26", datetime(2026, 11, 18, tzinfo=UTC)),
    ],
)
def test_times_of_reports_and_of_spreadsheets(written: str, expected: datetime) -> None:
    assert only(tsv(made.FBA_RETURNS, [made.fba_return(return_date=written)]))["returned_at"] == expected


def test_a_unit_without_a_plate_is_known_by_its_row() -> None:
    text = tsv(made.FBA_RETURNS, [made.fba_return(license_plate_number=""), made.fba_return(license_plate_number="")])
    (first, second), _ = run(text)
    assert first.values["key"].startswith("row:")
    assert first == second


def test_a_merchant_return_flat_and_xml() -> None:
    flat = only(FLAT["fbm_returns"])
    assert flat["key"] == "DRMA1RRMA|B0TEST0001|NL-1"
    assert (flat["returned_at"], flat["a_to_z"], flat["order_amount"]) == (
        datetime(2026, 11, 16, tzinfo=UTC),
        False,
        4590,
    )
    rows, problems = run(XML)
    assert problems == []
    assert [row.values["key"] for row in rows] == ["DRMA1|B0TEST0001|NL-1", "DRMA1|B0TEST0002|NL-2"]
    one, two = (row.values for row in rows)
    assert (one["quantity"], one["refunded"], one["title"], one["tracking"]) == (2, 1050, "Lamp & co", "1Z")
    assert one["returned_at"] == datetime(2026, 11, 16, 12, 34, 56, tzinfo=UTC)
    assert one["a_to_z"] is two["a_to_z"] is True


def test_merchant_returns_under_foreign_headings_are_read_by_place() -> None:
    foreign = [f"Spalte {n}" for n in range(33)]
    row = only(tsv(foreign, [(*made.fbm_return(), "Home")]))
    assert (row["key"], row["state"]) == ("DRMA1RRMA|B0TEST0001|NL-1", "Approved")


@pytest.mark.parametrize("cut", [100, 400, len(XML) - 5])
def test_damaged_xml_gives_nothing_but_a_reason(cut: int) -> None:
    rows, (problem,) = run(XML[:cut], kind="fbm_returns_xml")
    assert rows == []
    assert problem.place == "file.txt"
    assert "damaged or cut off" in problem.reason


def test_xml_with_entities_of_its_own_is_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + XML[21:]
    rows, (problem,) = run(bomb, kind="fbm_returns_xml")
    assert rows == []
    assert "document type" in problem.reason


def test_an_order_line_gives_an_order_and_an_item_and_no_place_of_delivery() -> None:
    rows, _ = run(tsv(made.ALL_ORDERS, [made.order_row(), made.order_row(), made.order_row(amazon_order_id=OTHER)]))
    order, item = rows[0].values, rows[1].values
    assert order["status"] == "Shipped"
    assert (order["channel"], order["marketplace"]) == ("fba", "US")
    assert (item["price"], item["tax"], item["shipping"], item["promotion"], item["quantity"]) == (
        9180,
        734,
        499,
        500,
        2,
    )
    assert [row.values["line"] for row in rows if row.table == "item"] == [
        "NL-1|B0TEST0001|1", "NL-1|B0TEST0001|2", "NL-1|B0TEST0001|1",
    ]  # fmt: skip
    assert not any("Springfield" in str(row) or "62704" in str(row) for row in rows)


@pytest.mark.parametrize(
    ("shop", "marketplace"), [("Amazon.de", "DE"), ("Amazon.co.uk", "UK"), ("Non-Amazon", None), ("amazon.co.jp", "JP")]
)
def test_the_sales_channel_is_the_marketplace(shop: str, marketplace: str | None) -> None:
    row = only(tsv(made.ALL_ORDERS, [made.order_row(sales_channel=shop)]), "US", "DE", table="order")
    assert row["marketplace"] == marketplace


def test_yen_have_no_cents() -> None:
    text = tsv(made.ALL_ORDERS, [made.order_row(currency="JPY", item_price="4590", item_tax="", shipping_price="0")])
    row = only(text, table="item")
    assert (row["price"], row["tax"], row["shipping"]) == (4590, None, 0)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"amazon-order-id": "?"}, "no order id"),
        ({"purchase-date": "soon"}, "not a date"),
        ({"quantity": "two"}, "not a whole number"),
        ({"item-price": "a lot"}, "not an amount"),
    ],
)
def test_an_order_line_that_makes_no_sense_is_rejected(given: dict[str, str], words: str) -> None:
    rows, (problem,) = run(
        tsv(
            made.ALL_ORDERS,
            [
                made._row(made.ALL_ORDERS, dict(zip(made.ALL_ORDERS, made.order_row(), strict=True)), given),
                made.order_row(),
            ],
        )
    )
    assert len(rows) == 2
    assert words in problem.reason
    assert b"Springfield" not in problem.raw


def test_unshipped_orders_leave_names_and_addresses_behind() -> None:
    rows, (problem,) = run(tsv(made.UNSHIPPED, [made.unshipped_row(), made.unshipped_row(order_id="?")]))
    (row,) = rows
    assert (row.values["status"], row.values["channel"], row.values["is_prime"]) == ("Unshipped", "fbm", True)
    for told in (str(row), problem.raw.decode()):
        assert not any(word in told for word in ("Carol", "Invented", "555 0100", "marketplace.amazon"))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ('{"errorDetails": "The dates are wrong"}', "The dates are wrong"),
        ("<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "AccessDenied"),
        ('{"hello": 1}', "none of the reports"),
        ("<html><body>503</body></html>", "none of the reports"),
        ("hello world\nhow are you\n", "none of the reports"),
        ("return-date\torder-id\tsku\tquantity\n", "without the columns"),
        ("", "none of the reports"),
    ],
)
def test_what_is_no_report_is_said_to_be_none(raw: str, words: str) -> None:
    assert reports.recognise(raw) is None
    assert words in (reports.wrong("fba_returns", raw) or "")


def test_spreadsheets_are_told_how_to_be_saved() -> None:
    assert "tab-delimited" in reports.unknown(b"PK\x03\x04" + b"\0" * 50)


def test_a_document_of_another_kind_is_named() -> None:
    assert reports.wrong("fbm_returns_xml", FLAT["unshipped"]) == (
        "This is a report of unshipped orders, not of merchant returns (XML)."
    )
    assert reports.wrong("fbm_returns", XML) is None


@given(st.sampled_from(sorted(FLAT)), st.data())
def test_no_mutation_raises_or_loses_a_line(kind: str, data: st.DataObject) -> None:
    text = FLAT[kind] + FLAT[kind].split("\r\n")[1] + "\r\n"
    at = data.draw(st.integers(text.index("\r\n") + 2, len(text) - 1))
    noise = data.draw(st.text(max_size=5))
    found = list(reports.read(kind, io.StringIO(text[:at] + noise + text[at + 1 :], newline=""), context("US", "JP")))
    assert found


@given(st.text(max_size=300))
def test_recognising_never_raises(text: str) -> None:
    reports.recognise(text)
    assert reports.unknown(text)
