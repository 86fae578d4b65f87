"""Notices, money and returns about claims, as a desk's sync reads them, for tests."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from tests import mails
from tests import reports as made
from tests.desks import Desk

ATOZ = "atoz-guarantee-no-reply@amazon.com"


def opened(order: str, at: datetime, *, amount: str = "45.90 USD", days: str = "3 calendar days", n: int = 0) -> bytes:
    """Amazon's notice that a claim was opened."""
    html = f"<p>A buyer has filed a claim for {amount}. Please answer within {days}.</p><p>Order ID: {order}</p>"
    return mails.notice(
        f"Refund request received for order {order}", html, type_header="A_Z_CLAIM_RESPONDENT_NOTIFY", sender=ATOZ,
        marketplace="US", date=at, message_id=f"<opened-{order}-{n}@example.amazonses.com>",
    )  # fmt: skip


def decided(order: str, at: datetime, words: str, *, n: int = 0) -> bytes:
    """Amazon's notice of a decision."""
    return mails.notice(
        f"Your A-to-z Guarantee claim for order {order}", f"<p>{words}</p><p>Order ID: {order}</p>",
        type_header="A_Z_CLAIM_RESPONDENT_CLOSE", sender=ATOZ, marketplace="US", date=at,
        message_id=f"<decided-{order}-{n}@example.amazonses.com>",
    )  # fmt: skip


GRANTED = "We have granted the claim. You may appeal this decision."
DENIED = "The claim was denied in your favor."


def report(desk: Desk, name: str, content: Any, account: str = "acme") -> None:
    """A file in the reports folder."""
    path: Path = desk.root / account / "reports" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8", newline="")


def money(order: str, at: datetime, *amounts: float, kind: str = "GuaranteeClaim") -> dict[str, Any]:
    """Finances that debited (negative) or gave back amounts."""
    items = [
        {
            "SellerSKU": "NL-1",
            "OrderAdjustmentItemId": f"{number}",
            "ItemChargeAdjustmentList": [
                {"ChargeType": "Principal", "ChargeAmount": {"CurrencyCode": "USD", "CurrencyAmount": amount}}
            ],
        }
        for number, amount in enumerate(amounts)
    ]
    event = {"AmazonOrderId": order, "PostedDate": at.isoformat(), "MarketplaceName": "Amazon.com",
             "ShipmentItemAdjustmentList": items}  # fmt: skip
    return {"payload": {"FinancialEvents": {f"{kind}EventList": [event]}}}


def flagged(order: str) -> str:
    """A merchant return on which Amazon says that there is a claim."""
    return made.tsv(made.FBM_RETURNS, [made.fbm_return({"Order ID": order, "A-to-Z Claim": "Y"})])


def bought(order: str, at: datetime, **more: str) -> str:
    """An order report of one merchant order."""
    iso = at.isoformat()
    values = {"fulfillment_channel": "Merchant", "purchase_date": iso, "last_updated_date": iso, **more}
    return made.tsv(made.ALL_ORDERS, [made.order_row(amazon_order_id=order, **values)])
