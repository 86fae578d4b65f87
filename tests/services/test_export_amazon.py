"""Exported feedback, claims and returns against odd input: what is joined, what is told apart, what stays unknown."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data.store import open_store
from tests import mails
from tests import reports as made
from tests.claims import DENIED, GRANTED, bought, decided, opened, report
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, Row, z

PROMISED = {
    "feedback": "account marketplace order_id date rating comment response category action state window_ends",
    "claims": "account marketplace order_id kind state opened_at respond_by amount currency reason outcome source",
    "returns": "account marketplace order_id channel sku asin quantity returned_at reason_raw reason disposition state "
    "comment key",
}
(PLAIN, EARLY, BOTH, PARTS, MIXED, LONE, NOWHERE, GERMAN, BACK, WON, TWICE) = ORDERS[:11]
BOUGHT = NOW - 30 * DAY


def chargeback(order: str, text: str = "Please respond within 7 days.", *, kind: str = "opened") -> bytes:
    sender = "cb-seller-notification@amazon.com" if kind == "opened" else "cb-seller-query@amazon.com"
    html = f"<p>Order number: {order}</p><p>Chargeback amount: 12.34 USD</p><p>{text}</p>"
    subject = f"{order}, Amazon.com Chargeback" + (" Dispute Funding Decision" if kind == "decision" else "")
    at = NOW - (1 if kind == "decision" else 2) * DAY
    return mails.notice(subject, html, sender=sender, date=at, message_id=f"<cb-{kind}-{order}@x.example>")


def adjusted(order: str, *amounts: tuple[float, str], kind: str = "GuaranteeClaim", name: str = "Amazon.com") -> Any:
    """Finances with one item for each (amount, currency), and a fee that nobody pays the buyer."""
    items = [
        {
            "SellerSKU": "NL-1", "OrderAdjustmentItemId": str(number),
            "ItemChargeAdjustmentList": [
                {"ChargeType": "Principal", "ChargeAmount": {"CurrencyCode": currency, "CurrencyAmount": amount}}],
            "ItemFeeAdjustmentList": [
                {"FeeType": "Commission", "FeeAmount": {"CurrencyCode": currency, "CurrencyAmount": 1.5}}],
        }
        for number, (amount, currency) in enumerate(amounts)
    ]  # fmt: skip
    event = {"AmazonOrderId": order, "PostedDate": (NOW - DAY).isoformat(), "MarketplaceName": name,
             "ShipmentItemAdjustmentList": items}  # fmt: skip
    return {"payload": {"FinancialEvents": {f"{kind}EventList": [event]}}}


@pytest.fixture(scope="module")
def shop(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk over all the odd input of this file, read by one sync."""
    root = tmp_path_factory.mktemp("odd")
    shutil.copy(migrated_file, root / "within24.db")
    store = open_store(f"sqlite:///{root / 'within24.db'}")
    desk = Desk(store, root / "shop", {"acme": ("US", "CA", "DE", "UK", "JP", "SE", "MX", "FR")})
    _claims(desk)
    _feedback(desk)
    _returns(desk)
    desk.sync()
    yield desk
    store.close()


def _claims(desk: Desk) -> None:
    start = NOW - 3 * DAY
    desk.put(
        opened(PLAIN, start), opened(PLAIN, start + HOUR, n=1),
        decided(EARLY, NOW - 5 * DAY, GRANTED), opened(EARLY, start),
        opened(BOTH, start, days="no time named"), chargeback(BOTH),
        opened(PARTS, start, amount="$45.90"), opened(MIXED, start, amount="45,90 EUR"), opened(GERMAN, start),
        mails.notice(
            f"Refund request received for order {NOWHERE}", f"<p>Order ID: {NOWHERE}</p>", date=start,
            type_header="A_Z_CLAIM_RESPONDENT_NOTIFY", sender="atoz-guarantee-no-reply@amazon.com",
            message_id="<nowhere@x.example>",
        ),
        opened(BACK, start), opened(WON, NOW - 9 * DAY), decided(WON, NOW - 6 * DAY, GRANTED),
        decided(WON, NOW - DAY, DENIED, n=1), chargeback(TWICE), chargeback(TWICE, "It was denied.", kind="decision"),
    )  # fmt: skip
    report(desk, "german.txt", bought(GERMAN, BOUGHT, sales_channel="Amazon.de"))
    report(desk, "parts.json", adjusted(PARTS, (-40, "USD"), (-10, "USD"), (4.1, "USD")))
    report(desk, "mixed.json", adjusted(MIXED, (-9, "USD"), (-45.9, "EUR")))
    report(desk, "lone.json", adjusted(LONE, (-1234, "JPY"), kind="Chargeback", name="Amazon.co.jp"))
    report(desk, "back.json", adjusted(BACK, (-45.9, "USD"), (45.9, "USD")))


CLAIMS: dict[str, dict[str, Any]] = {
    PLAIN: {"opened_at": z(NOW - 3 * DAY), "respond_by": z(NOW), "state": "action_required", "outcome": None},
    EARLY: {"opened_at": z(NOW - 3 * DAY), "respond_by": z(NOW), "state": "action_required", "outcome": None},
    PARTS: {"amount": "45.90", "currency": "USD", "source": "mail+finances", "state": "closed", "outcome": "granted"},
    MIXED: {"amount": "45.90", "currency": "EUR", "source": "mail+finances", "outcome": "granted"},
    LONE: {"kind": "chargeback", "amount": "1234", "currency": "JPY", "source": "finances", "marketplace": "JP",
           "respond_by": None, "opened_at": z(NOW - DAY), "state": "closed"},
    GERMAN: {"marketplace": "DE", "amount": "45.90", "currency": "USD"},
    NOWHERE: {"marketplace": "US", "amount": None, "currency": None, "respond_by": z(NOW - DAY)},
    BACK: {"amount": "45.90", "state": "closed", "outcome": None},
    WON: {"opened_at": z(NOW - 9 * DAY), "respond_by": z(NOW - 6 * DAY), "state": "closed", "outcome": "denied"},
    TWICE: {"kind": "chargeback", "state": "closed", "outcome": "denied", "respond_by": z(NOW + 5 * DAY)},
}  # fmt: skip


@pytest.mark.parametrize("order", CLAIMS)
def test_a_claim_is_one_row_whatever_tells_of_it(shop: Desk, order: str) -> None:
    (row,) = [each for each in shop.rows("claims") if each["order_id"] == order]
    usual = {"kind": "a_to_z", "account": "acme"}
    assert {name: row[name] for name in {**usual, **CLAIMS[order]}} == {**usual, **CLAIMS[order]}


def test_a_claim_and_a_chargeback_of_one_order_are_two_rows_with_their_own_deadlines(shop: Desk) -> None:
    rows = {each["kind"]: each for each in shop.rows("claims") if each["order_id"] == BOTH}
    assert rows["a_to_z"]["respond_by"] == z(NOW - DAY)  # no time is named: 48 hours
    assert (rows["chargeback"]["respond_by"], rows["chargeback"]["amount"]) == (z(NOW + 5 * DAY), "12.34")


FEEDBACK: tuple[tuple[str, str, str, str | None, str | None, str | None], ...] = (
    # (headings, date as written, the order's marketplace, exported date, exported marketplace)
    ("US", "11/02/26", "Amazon.com", "2026-11-02", "US", None),
    ("UK", "11/02/26", "Amazon.co.uk", "2026-02-11", "UK", None),
    ("DE", "02.11.26", "Amazon.de", "2026-11-02", "DE", None),
    ("JP", "26/11/02", "Amazon.co.jp", "2026-11-02", "JP", None),
    ("FR", "02/11/2026", "Amazon.fr", "2026-11-02", "FR", None),
    ("MX", "02/11/26", "Amazon.com.mx", "2026-11-02", "MX", None),
    ("US", "2026-11-02", "Amazon.se", "2026-11-02", "SE", None),
    ("US", "2-Nov-2026", "Amazon.com", "2026-11-02", "US", None),
    ("US", "11/2/2026", "Amazon.com", "2026-11-02", "US", None),
    # The order's marketplace cannot have written this day: it is read as another one writes it, not lost.
    ("US", "11/20/26", "Amazon.co.uk", "2026-11-20", "UK", None),
    # Without an order the form of the date tells.
    ("DE", "03.11.26", "", "2026-11-03", "DE", None),
    ("JP", "26/11/03", "", "2026-11-03", "JP", None),
    # No marketplace, and no day, can be told from these: set aside with the reason.
    ("US", "31/31/26", "", None, None, "no day"),
    ("US", "11/23/36", "", None, None, "no day"),
)


def _feedback(desk: Desk) -> None:
    for number, (headings, written, shop_, *_) in enumerate(FEEDBACK):
        order = f"114-{number:07}-5550001"
        heading = made.FEEDBACK[headings]
        report(desk, f"feedback-{number}.txt", made.tsv(heading, [made.feedback_row(order, written)]))
        if shop_:
            rows = [made.order_row(amazon_order_id=order, sales_channel=shop_)]
            report(desk, f"ordered-{number}.txt", made.tsv(made.ALL_ORDERS, rows))


@pytest.mark.parametrize("number", range(len(FEEDBACK)))
def test_feedback_has_the_day_that_its_marketplace_meant(shop: Desk, number: int) -> None:
    _, written, _, day, place, why = FEEDBACK[number]
    found = [each for each in shop.rows("feedback") if each["order_id"] == f"114-{number:07}-5550001"]
    if why:
        reasons = [each["reason"] for each in shop.rows("rejects") if f"feedback-{number}.txt" in each["place"]]
        assert (found, len(reasons)) == ([], 1)
        assert why in reasons[0]
    else:
        assert [(each["date"], each["marketplace"]) for each in found] == [(day, place)], written


def _returns(desk: Desk) -> None:
    unit = {"license_plate_number": "LPNODD1", "order_id": ORDERS[20]}
    rows = [
        made.fba_return(**unit, return_date="2026-11-18T07:12:33+00:00", status="Reimbursed"),
        made.fba_return(**unit, return_date="2026-11-19T07:12:33+00:00", reason="FELL_FROM_THE_MOON"),
        made.fba_return(order_id=ORDERS[21], reason="", detailed_disposition="", license_plate_number="LPNODD2"),
    ]
    report(desk, "fba.txt", made.tsv(made.FBA_RETURNS, rows))
    merchant = [
        made.fbm_return({"Order ID": ORDERS[22], "Amazon RMA ID": "DODDRRMA", "Return Reason": "CR-SWITCHEROO",
                         "Return quantity": "3", "ASIN": "B0ODD00001"}),
    ]  # fmt: skip
    report(desk, "fbm.txt", made.tsv(made.FBM_RETURNS, merchant))
    report(desk, "fba-order.txt", bought(ORDERS[20], BOUGHT, sales_channel="Amazon.co.uk"))
    desk.put(mails.notice(
        f"Return authorization notification for order {ORDERS[23]}", f"<p>Order ID: {ORDERS[23]}</p>",
        type_header="RETURN_REQUEST", marketplace="US", date=NOW - DAY, message_id="<return@x.example>",
    ))  # fmt: skip


RETURNS: dict[str, dict[str, Any]] = {
    ORDERS[20]: {"key": "LPNODD1", "returned_at": "2026-11-19T07:12:33Z", "reason": "other", "marketplace": "UK",
                 "reason_raw": "FELL_FROM_THE_MOON", "channel": "fba"},
    ORDERS[21]: {"key": "LPNODD2", "reason": "other", "marketplace": None, "disposition": None},
    ORDERS[22]: {"key": "DODDRRMA|B0ODD00001|NL-1", "reason": "switcheroo", "reason_raw": "CR-SWITCHEROO",
                 "quantity": 3, "channel": "fbm", "returned_at": "2026-11-16T00:00:00Z"},
}  # fmt: skip


@pytest.mark.parametrize("order", RETURNS)
def test_a_return_is_one_row_with_the_code_in_one_spelling(shop: Desk, order: str) -> None:
    (row,) = [each for each in shop.rows("returns") if each["order_id"] == order]
    assert {name: row[name] for name in RETURNS[order]} == RETURNS[order]


def test_a_return_mail_alone_is_no_row_but_a_tickets_notice(shop: Desk) -> None:
    assert ORDERS[23] not in {each["order_id"] for each in shop.rows("returns")}
    assert ORDERS[23] in {each["order_id"] for each in shop.rows("tickets")}


@pytest.mark.parametrize("kind", PROMISED)
def test_every_row_has_every_promised_key_once(shop: Desk, kind: str) -> None:
    rows: list[Row] = shop.rows(kind)
    assert rows
    assert all(set(PROMISED[kind].split()) <= row.keys() for row in rows)
    key = {"feedback": ("order_id",), "claims": ("order_id", "kind"), "returns": ("order_id", "key")}[kind]
    assert len({tuple(row[name] for name in key) for row in rows}) == len(rows)
