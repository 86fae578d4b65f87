"""Answers about a single order or item: whether its buyer may be asked for a review, and what its reviews speak of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from services.reports import shapes
from services.reports.base import Context, Row

LISTS = {"positiveTopics": "positive", "negativeTopics": "negative"}


def actions_in(answer: Mapping[str, Any]) -> list[str]:
    """The names of the actions that a Solicitations (or Messaging) answer offers."""
    links = shapes.objects(shapes.mapping(answer.get("_links")).get("actions"))
    return sorted({name for link in links if (name := shapes.text(link.get("name")))})


def read_solicitation(order_id: str, actions: list[str], context: Context) -> Iterator[Row]:
    """One row for `solicitation`; no actions: Amazon offers nothing for the order now."""
    yield Row("solicitation", {"account": context.account, "order_id": order_id, "actions": actions})


def read_topics(asin: str, answer: Mapping[str, Any], context: Context) -> Iterator[Row]:
    """Rows for `topic`, and one without a topic that says that the item was asked about."""
    about = {"account": context.account, "marketplace": context.marketplace, "asin": asin}
    yield Row("topic", about | {"sentiment": "", "topic": "", **_figures({})})
    lists = shapes.mapping(answer.get("topics"))
    for name, sentiment in LISTS.items():
        for each in shapes.objects(lists.get(name)):
            topic = shapes.text(each.get("topic"))
            if topic:
                figures = _figures(shapes.mapping(each.get("asinMetrics")))
                yield Row("topic", about | {"sentiment": sentiment, "topic": topic, **figures})


def _figures(metrics: Mapping[str, Any]) -> dict[str, Any]:
    percentage = shapes.number(metrics.get("occurrencePercentage"))
    return {
        "mentions": shapes.count(metrics.get("numberOfMentions")),
        "share": percentage / 100 if percentage is not None else None,
        "impact": shapes.number(metrics.get("starRatingImpact")),
    }
