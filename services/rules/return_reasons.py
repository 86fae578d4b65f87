"""Why buyers return: Amazon's codes in one spelling, whichever report they come from."""

from __future__ import annotations

import re

CODES = frozenset(
    {
        "apparel_style", "apparel_too_large", "apparel_too_small", "damaged_by_carrier", "damaged_by_fc", "defective",
        "did_not_like_color", "did_not_like_fabric", "different_product", "excessive_installation", "extra_item",
        "found_better_price", "jewelry_bad_clasp", "jewelry_battery", "jewelry_loose_stone", "jewelry_no_cert",
        "jewelry_no_docs", "jewelry_tarnished", "jewelry_too_large", "jewelry_too_small", "misordered",
        "missed_estimated_delivery", "missing_parts", "never_arrived", "not_as_described", "not_as_photo",
        "not_compatible", "no_reason_given", "ordered_wrong_item", "other", "part_not_compatible", "poor_fit",
        "quality_unacceptable", "switcheroo", "unauthorized_purchase", "und_unknown",
        "undeliverable_carrier_miss_sorted",
        "undeliverable_failed_delivery_attempts", "undeliverable_insufficient_address", "undeliverable_missing_label",
        "undeliverable_refused", "undeliverable_unclaimed", "undeliverable_unknown", "unknown_other_reason",
        "unwanted_item", "warranty", "amz_pg_bad_item", "amz_pg_bad_desc", "amz_pg_damaged", "amz_pg_misordered",
        "amz_pg_app_too_small", "amz_pg_app_too_large", "amz_pg_app_style",
    }
)  # fmt: skip
"""The codes that were seen in FBA and merchant returns, without `CR-`; Amazon publishes no list."""
_PREFIX = re.compile(r"^CR-", re.I)


def reason(raw: str | None) -> str:
    """Amazon's code in lower case without `CR-`; `other` for one that is not known."""
    code = _PREFIX.sub("", (raw or "").strip()).lower()
    return code if code.replace("-", "_") in CODES else "other"
