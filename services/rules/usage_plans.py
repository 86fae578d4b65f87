"""Amazon's usage plan of each operation that we call: calls per second in the long run, and how many at once.

Source: the rates and bursts of Amazon's API models of 2026; `services.rules.rate_budget` keeps to them.
"""

from __future__ import annotations

from services.rules.rate_budget import Plan

PLANS: dict[str, Plan] = {
    "createReport": Plan(0.0167, 15),
    "getReport": Plan(2, 15),
    "getReports": Plan(0.0222, 10),
    "getReportDocument": Plan(0.0167, 15),
    "cancelReport": Plan(0.0222, 10),
    "searchOrders": Plan(0.0056, 20),
    "getOrder": Plan(0.5, 30),
    "listFinancialEvents": Plan(0.5, 30),
    "getMarketplaceParticipations": Plan(0.016, 15),
    "getSolicitationActionsForOrder": Plan(1, 5),
    "getMessagingActionsForOrder": Plan(1, 5),
    # No rate is documented for Customer Feedback; half a call a second is what others assume.
    "getItemReviewTopics": Plan(0.5, 5),
    "getItemReviewTrends": Plan(0.5, 5),
}

WHAT_FOR: dict[str, str] = {
    "createReport": "Asking for reports",
    "getReport": "Looking whether a report is ready",
    "getReports": "Looking for reports that exist already",
    "getReportDocument": "Fetching reports",
    "cancelReport": "Giving reports up",
    "searchOrders": "Changed and unshipped orders",
    "getOrder": "Single orders",
    "listFinancialEvents": "Finance events",
    "getMarketplaceParticipations": "The doctor's sign-in",
    "getSolicitationActionsForOrder": "Review requests",
    "getMessagingActionsForOrder": "Messages that may be sent",
    "getItemReviewTopics": "Review topics",
    "getItemReviewTrends": "Review trends",
}
