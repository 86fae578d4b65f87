"""Tables of what Amazon's reports and API say, written by the sync only; nothing in them names or locates a buyer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id

UNSHIPPED = ("Unshipped", "PartiallyShipped", "UNSHIPPED", "PARTIALLY_SHIPPED", "Shipping")
"""The words of reports and API for an order that still has to be shipped."""
_TO_SHIP = text(f"status IN {UNSHIPPED} AND channel = 'fbm'")


class AmazonOrder(Base):
    """One order. Amounts in minor units of `currency`.

    `status` is the report's or API's own word; `channel` is fba or fbm. `updated_at` is Amazon's time of the last
    change: what is older than it never overwrites. `packages`: list of {carrier, tracking, shipped_at, status}.
    """

    __tablename__ = "amazon_order"
    __table_args__ = (
        Index(
            "ix_amazon_order_to_ship",
            "account",
            "marketplace",
            "ship_by",
            sqlite_where=_TO_SHIP,
            postgresql_where=_TO_SHIP,
        ),
        Index("ix_amazon_order_purchased_at", "purchased_at"),
        # All that the order defect rate counts, so that counting orders never reads them.
        Index("ix_amazon_order_counted", "account", "marketplace", "channel", "purchased_at", "status"),
    )

    account: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(primary_key=True)
    marketplace: Mapped[str | None]
    status: Mapped[str | None]
    channel: Mapped[str | None]
    purchased_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]
    service_level: Mapped[str | None]
    ship_by: Mapped[datetime | None]
    deliver_by: Mapped[datetime | None]
    currency: Mapped[str | None]
    total: Mapped[int | None] = mapped_column(BigInteger)
    is_business: Mapped[bool | None]
    is_prime: Mapped[bool | None]
    replaces_order_id: Mapped[str | None]
    cancel_requested: Mapped[bool | None]
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    packages: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    first_seen_at: Mapped[datetime]
    read_at: Mapped[datetime]


class OrderItem(Base):
    """One line of an order as one source shows it; prices are of the whole line.

    `source` is report (`line` is `SKU|ASIN|n`, n counting equal lines from 1, as reports give no id) or api (`line` is
    Amazon's order item id). Both may describe one order: readers take one of them, never the sum.
    """

    __tablename__ = "order_item"

    account: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str] = mapped_column(Text, primary_key=True)
    sku: Mapped[str | None] = mapped_column(Text)
    asin: Mapped[str | None]
    title: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str | None]
    quantity: Mapped[int | None]
    shipped: Mapped[int | None]
    currency: Mapped[str | None]
    price: Mapped[int | None] = mapped_column(BigInteger)
    tax: Mapped[int | None] = mapped_column(BigInteger)
    shipping: Mapped[int | None] = mapped_column(BigInteger)
    promotion: Mapped[int | None] = mapped_column(BigInteger)
    purchased_at: Mapped[datetime | None]
    updated_at: Mapped[datetime | None]
    cancel_requested: Mapped[bool | None]
    cancel_reason: Mapped[str | None] = mapped_column(Text)
    first_seen_at: Mapped[datetime]
    read_at: Mapped[datetime]


class SellerFeedback(Base):
    """One seller feedback; an order has at most one.

    `date_raw` is the report's own spelling. `guess` is the marketplace that the report and the forms of its dates speak
    for; `marketplace` and `day` follow from the order where it is known, and are made again when it arrives.
    """

    __tablename__ = "seller_feedback"
    __table_args__ = (
        Index("ix_seller_feedback_day", "day"),
        Index("ix_seller_feedback_account_guess_last_seen_at", "account", "guess", "last_seen_at", "day"),
    )

    account: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(primary_key=True)
    marketplace: Mapped[str | None]
    guess: Mapped[str | None]
    day: Mapped[date | None]
    date_raw: Mapped[str]
    rating: Mapped[int]
    comment: Mapped[str] = mapped_column(Text, default="")
    response: Mapped[str] = mapped_column(Text, default="")
    first_seen_at: Mapped[datetime]
    read_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]


class FeedbackChange(Base):
    """What a later report said differently of a feedback: `field` is rating, comment, response or listed.

    `listed` (yes, no): a later report of the same days names it no more, or again.
    """

    __tablename__ = "feedback_change"
    __table_args__ = (Index("ix_feedback_change_account_order_id", "account", "order_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    account: Mapped[str]
    order_id: Mapped[str]
    at: Mapped[datetime]
    field: Mapped[str]
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)


class CustomerReturn(Base):
    """One returned unit (fba, `key` = license plate number) or return line (fbm, `key` = `RMA|ASIN|SKU`).

    `reason_raw`, `disposition`, `state` and `resolution` are Amazon's words. An fba unit that is listed several times
    stands once, as it was last. Amounts in minor units of `currency`.
    """

    __tablename__ = "customer_return"
    __table_args__ = (Index("ix_customer_return_returned_at", "returned_at"),)

    account: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    marketplace: Mapped[str | None]
    sku: Mapped[str | None] = mapped_column(Text)
    asin: Mapped[str | None]
    title: Mapped[str | None] = mapped_column(Text)
    quantity: Mapped[int]
    returned_at: Mapped[datetime]
    reason_raw: Mapped[str | None]
    disposition: Mapped[str | None]
    state: Mapped[str | None] = mapped_column(Text)
    comment: Mapped[str | None] = mapped_column(Text)
    center: Mapped[str | None]
    resolution: Mapped[str | None]
    return_type: Mapped[str | None]
    in_policy: Mapped[bool | None]
    a_to_z: Mapped[bool | None]
    is_prime: Mapped[bool | None]
    label_payer: Mapped[str | None]
    tracking: Mapped[str | None] = mapped_column(Text)
    currency: Mapped[str | None]
    refunded: Mapped[int | None] = mapped_column(BigInteger)
    order_amount: Mapped[int | None] = mapped_column(BigInteger)
    safet_id: Mapped[str | None]
    safet_state: Mapped[str | None]
    safet_amount: Mapped[int | None] = mapped_column(BigInteger)
    delivered_at: Mapped[datetime | None]
    first_seen_at: Mapped[datetime]
    read_at: Mapped[datetime]


class FbaReplacement(Base):
    """One unit line that Amazon sent instead of another."""

    __tablename__ = "fba_replacement"
    __table_args__ = (Index("ix_fba_replacement_account_order_id", "account", "order_id"),)

    account: Mapped[str] = mapped_column(primary_key=True)
    replacement_order_id: Mapped[str] = mapped_column(primary_key=True)
    sku: Mapped[str] = mapped_column(Text, primary_key=True)
    order_id: Mapped[str]
    asin: Mapped[str | None]
    shipped_at: Mapped[datetime]
    quantity: Mapped[int]
    reason_raw: Mapped[str | None]
    center: Mapped[str | None]
    first_seen_at: Mapped[datetime]
    read_at: Mapped[datetime]


class FinanceEvent(Base):
    """One amount that Amazon moved; `kind` is claim, chargeback, refund or safe_t.

    Amazon gives no id, so `key` is a hash over list, order, time, item, type and amount. `amount` is signed, in minor
    units; `part` is charge, fee, tax, promotion or reimbursement.
    """

    __tablename__ = "finance_event"
    __table_args__ = (
        Index("ix_finance_event_account_order_id", "account", "order_id"),
        Index("ix_finance_event_kind_posted_at", "kind", "posted_at"),
    )

    account: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    order_id: Mapped[str | None]
    marketplace: Mapped[str | None]
    posted_at: Mapped[datetime | None]
    sku: Mapped[str | None] = mapped_column(Text)
    part: Mapped[str]
    type: Mapped[str]
    amount: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str]
    claim_id: Mapped[str | None]
    reason: Mapped[str | None] = mapped_column(Text)
    first_seen_at: Mapped[datetime]
    read_at: Mapped[datetime]


class HealthMetric(Base):
    """One metric of one account health report: Amazon keeps no history, so each report stays as a snapshot.

    Rates are fractions. `word` is the value of metrics that are no number; `details` holds the counts behind a rate.
    """

    __tablename__ = "health_metric"
    __table_args__ = (Index("ix_health_metric_account_taken_at", "account", "taken_at"),)

    account: Mapped[str] = mapped_column(primary_key=True)
    marketplace: Mapped[str] = mapped_column(primary_key=True)
    metric: Mapped[str] = mapped_column(primary_key=True)
    taken_at: Mapped[datetime] = mapped_column(primary_key=True)
    value: Mapped[float | None]
    word: Mapped[str | None]
    target: Mapped[float | None]
    condition: Mapped[str | None]
    status: Mapped[str | None]
    window_from: Mapped[datetime | None]
    window_to: Mapped[datetime | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    first_seen_at: Mapped[datetime]
    read_at: Mapped[datetime]
