"""Response time: the headline, the charts' figures, and the messages behind them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from data.store import Store
from tests.pages.conftest import RESPONSE_TIME, parts, shown

Visit = Callable[..., AppTest]


def test_the_headline_counts_what_became_of_the_messages(desk: Store, visit: Visit) -> None:
    found = {metric.label: metric.value for metric in visit(RESPONSE_TIME).metric}
    assert found == {
        "Within 24 h": "50.0 %",
        "Median": "3.0 h",
        "90th percentile": "3.0 h",
        "Answered late": "0",
        "Unanswered 24 h+": "1",
        "Still in time": "2",
    }


def test_the_headline_says_what_it_covers_and_how_old_it_is(desk: Store, visit: Visit) -> None:
    text = shown(visit(RESPONSE_TIME)).replace("\\", "")
    assert "4 buyer messages that Amazon received 2026-10-24 to 2026-11-22 (UTC), all marketplaces" in text
    assert "mail read" in text


@pytest.mark.parametrize(
    ("parameters", "buyers"),
    [
        ({"group": "unanswered"}, ["Ana Example"]),
        ({"group": "pending"}, ["Cleo Example", "Ben Example"]),
        ({"group": "pending", "mp": "DE"}, ["Ben Example"]),
        ({"group": "all", "day": "2026-11-20"}, ["Dora Example"]),
        ({"group": "late"}, []),
        ({"group": "all", "day": "broken"}, ["Cleo Example", "Ben Example", "Ana Example", "Dora Example"]),
    ],
)
def test_the_messages_behind_a_figure_are_listed(
    parameters: dict[str, str], buyers: list[str], desk: Store, visit: Visit
) -> None:
    (listed,) = [part for part in parts(visit(RESPONSE_TIME, **parameters)) if "rows" in part]
    assert [row["sub"].split(" · ")[0] for row in listed["rows"]] == buyers


@pytest.mark.parametrize("parameters", [{"group": "nonsense"}, {"period": "1000 years"}, {"mp": "XX"}])
def test_what_the_url_says_wrongly_does_no_harm(parameters: dict[str, str], desk: Store, visit: Visit) -> None:
    assert not visit(RESPONSE_TIME, **parameters).exception


def test_a_period_without_messages_says_so(empty_desk: Store, visit: Visit) -> None:
    assert "No buyer message counts in this period" in shown(visit(RESPONSE_TIME))
