"""The operations that we call, each with Amazon's usage plan and what its answer must hold.

Rates and bursts are those of Amazon's API models of 2026; see `services.rules.rate_budget`.
"""

from __future__ import annotations

from dataclasses import dataclass

from services.rules.rate_budget import Plan


@dataclass(frozen=True)
class Operation:
    """One operation: the library's class, its version and method, the plan, and the keys of a right answer.

    `expects`: one of these keys must be there. `repeatable`: calling it twice does no harm. `next_param`: the
    parameter that takes the token of the next page; `token_only`: it must then be the only parameter.
    """

    name: str
    api: str
    method: str
    plan: Plan
    expects: tuple[str, ...] = ()
    version: str | None = None
    repeatable: bool = True
    next_param: str = ""
    token_only: bool = False
    may_be_empty: bool = False
    role: str = ""


_REPORTS = "Amazon Fulfillment, Inventory and Order Tracking, Selling Partner Insights"
_ORDERS = "2026-01-01"
OPERATIONS: dict[str, Operation] = {
    each.name: each
    for each in (
        Operation("createReport", "Reports", "create_report", Plan(0.0167, 15), ("reportId",), repeatable=False,
                  role=_REPORTS),
        Operation("getReport", "Reports", "get_report", Plan(2, 15), ("processingStatus",), role=_REPORTS),
        Operation("getReports", "Reports", "get_reports", Plan(0.0222, 10), ("reports",), next_param="nextToken",
                  token_only=True, role=_REPORTS),
        Operation("getReportDocument", "Reports", "get_report_document", Plan(0.0167, 15), ("url",), role=_REPORTS),
        Operation("cancelReport", "Reports", "cancel_report", Plan(0.0222, 10), may_be_empty=True, role=_REPORTS),
        Operation("searchOrders", "Orders", "search_orders", Plan(0.0056, 20), ("orders",), _ORDERS,
                  next_param="paginationToken", role="Inventory and Order Tracking"),
        Operation("getOrder", "Orders", "get_order", Plan(0.5, 30), ("order",), _ORDERS,
                  role="Inventory and Order Tracking"),
        Operation("listFinancialEvents", "Finances", "list_financial_events", Plan(0.5, 30), ("FinancialEvents",),
                  "v0", next_param="NextToken", role="Finance and Accounting"),
        Operation("getMarketplaceParticipations", "Sellers", "get_marketplace_participation", Plan(0.016, 15),
                  ("payload",), role="any"),
        Operation("getSolicitationActionsForOrder", "Solicitations", "get_solicitation_actions_for_order",
                  Plan(1, 5), ("_links", "_embedded"), role="Buyer Solicitation"),
        Operation("getMessagingActionsForOrder", "Messaging", "get_messaging_actions_for_order", Plan(1, 5),
                  ("_links", "_embedded"), role="Buyer Communication"),
        # No rate is documented for Customer Feedback; half a call a second is what others assume.
        Operation("getItemReviewTopics", "CustomerFeedback", "get_item_review_topics", Plan(0.5, 5), ("topics",),
                  may_be_empty=True, role="Selling Partner Insights"),
        Operation("getItemReviewTrends", "CustomerFeedback", "get_item_review_trends", Plan(0.5, 5),
                  ("reviewTrends",), may_be_empty=True, role="Selling Partner Insights"),
    )
}  # fmt: skip
