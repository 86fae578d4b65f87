"""The operations that we call, each with Amazon's usage plan and what its answer must hold."""

from __future__ import annotations

from dataclasses import dataclass

from services.rules.rate_budget import Plan
from services.rules.usage_plans import PLANS


@dataclass(frozen=True)
class Operation:
    """One operation: the library's class, its version and method, and the keys of a right answer.

    `expects`: one of these keys must be there. `repeatable`: calling it twice does no harm. `next_param`: the
    parameter that takes the token of the next page; `token_only`: it must then be the only parameter.
    """

    name: str
    api: str
    method: str
    expects: tuple[str, ...] = ()
    version: str | None = None
    repeatable: bool = True
    next_param: str = ""
    token_only: bool = False
    may_be_empty: bool = False
    role: str = ""

    @property
    def plan(self) -> Plan:
        """How often it may be called."""
        return PLANS[self.name]


_REPORTS = "Amazon Fulfillment, Inventory and Order Tracking, Selling Partner Insights"
_ORDERS = "2026-01-01"
OPERATIONS: dict[str, Operation] = {
    each.name: each
    for each in (
        Operation("createReport", "Reports", "create_report", ("reportId",), repeatable=False,
                  role=_REPORTS),
        Operation("getReport", "Reports", "get_report", ("processingStatus",), role=_REPORTS),
        Operation("getReports", "Reports", "get_reports", ("reports",), next_param="nextToken",
                  token_only=True, role=_REPORTS),
        Operation("getReportDocument", "Reports", "get_report_document", ("url",), role=_REPORTS),
        Operation("cancelReport", "Reports", "cancel_report", may_be_empty=True, role=_REPORTS),
        Operation("searchOrders", "Orders", "search_orders", ("orders",), _ORDERS,
                  next_param="paginationToken", role="Inventory and Order Tracking"),
        Operation("getOrder", "Orders", "get_order", ("order",), _ORDERS,
                  role="Inventory and Order Tracking"),
        Operation("listFinancialEvents", "Finances", "list_financial_events", ("FinancialEvents",),
                  "v0", next_param="NextToken", role="Finance and Accounting"),
        Operation("getMarketplaceParticipations", "Sellers", "get_marketplace_participation",
                  ("payload",), role="any"),
        Operation("getSolicitationActionsForOrder", "Solicitations", "get_solicitation_actions_for_order",
                  ("_links", "_embedded"), role="Buyer Solicitation"),
        Operation("getMessagingActionsForOrder", "Messaging", "get_messaging_actions_for_order",
                  ("_links", "_embedded"), role="Buyer Communication"),
        Operation("getItemReviewTopics", "CustomerFeedback", "get_item_review_topics", ("topics",),
                  may_be_empty=True, role="Selling Partner Insights"),
        Operation("getItemReviewTrends", "CustomerFeedback", "get_item_review_trends",
                  ("reviewTrends",), may_be_empty=True, role="Selling Partner Insights"),
    )
}  # fmt: skip
