"""Response time: the headline, every view, the messages behind a figure, and what the address says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from data.store import Store
from services import people
from services.response_time import amazon
from tests.pages.conftest import RESPONSE_TIME, parts, shown, statements
from tests.responses import DAY, HOUR, NOW, fact, fill

Visit = Callable[..., AppTest]
VIEWS = ("", "patterns", "agents", "times", "amazon")


def listed(app: AppTest) -> list[str]:
    (found,) = [part for part in parts(app) if "rows" in part]
    return [row["sub"].split(" · ")[0] for row in found["rows"]]


def test_the_headline_counts_what_became_of_the_messages_and_says_what_it_covers(desk: Store, visit: Visit) -> None:
    app = visit(RESPONSE_TIME)
    assert {metric.label: metric.value for metric in app.metric} == {
        "Within 24 h": "50.0 %",
        "Answered late": "0",
        "Unanswered": "1",
        "Median": "3.0 h",
        "90th percentile": "3.0 h",
        "99th percentile": "3.0 h",
        "Still in time": "2",
    }
    text = shown(app).replace("\\", "")
    assert "4 buyer messages that Amazon received 2026-10-24 to 2026-11-22 (UTC), all marketplaces" in text
    assert "4 messages looked at" in text
    assert "mail read" in text
    assert len(app.get("plotly_chart")) == 4
    assert "Backlog by age" in text


@pytest.mark.parametrize(
    ("parameters", "buyers"),
    [
        ({"group": "unanswered"}, ["Ana Example"]),
        ({"group": "missed", "mp": "US"}, ["Ana Example"]),
        ({"group": "pending", "mp": "DE"}, ["Ben Example"]),
        ({"group": "all", "day": "2026-11-20"}, ["Dora Example"]),
        (
            {"group": "all", "day": "2026-11-16", "by": "week"},
            ["Cleo Example", "Ben Example", "Ana Example", "Dora Example"],
        ),
        ({"group": "late"}, []),
        ({"group": "all", "day": "broken"}, ["Cleo Example", "Ben Example", "Ana Example", "Dora Example"]),
        ({"group": "all", "slot": "6-7"}, ["Cleo Example"]),
        ({"group": "all", "bar": "1"}, ["Dora Example"]),
        ({"group": "all", "tick": "2026-11-21"}, ["Ben Example", "Ana Example"]),
        ({"view": "patterns", "group": "pending", "of": "language", "name": "ja"}, ["Cleo Example"]),
        ({"group": "all", "asof": "2026-11-21T06:00:00Z"}, ["Ana Example", "Dora Example"]),
        ({"group": "all", "asof": "2026-11-21T06:00:00Z", "known": "then"}, []),
    ],
)
def test_the_messages_behind_a_figure_are_listed(
    parameters: dict[str, str], buyers: list[str], desk: Store, visit: Visit
) -> None:
    app = visit(RESPONSE_TIME, **parameters)
    if parameters.get("known"):
        assert "No buyer message counts in this period" in shown(app)
        assert "with what was known then" in shown(app).replace("\\", "")
        return
    assert listed(app) == buyers


@pytest.mark.parametrize(
    "parameters",
    [
        {"group": "nonsense", "period": "1000 years", "mp": "XX", "view": "none", "by": "year"},
        {"from": "2026-11-30", "to": "2026-11-01", "asof": "yesterday", "known": "always"},
        {"from": "1900-01-01", "to": "2999-12-31", "group": "all", "slot": "9-99", "bar": "777", "tick": "x"},
        {"group": "all", "of": "sku", "name": "<b>", "page": "nowhere_1", "lang": "-", "agent": "Nobody"},
    ],
)
def test_what_the_address_says_wrongly_does_no_harm(parameters: dict[str, str], desk: Store, visit: Visit) -> None:
    assert not visit(RESPONSE_TIME, **parameters).exception


def test_a_period_without_messages_says_so_in_every_view(empty_desk: Store, visit: Visit) -> None:
    app = visit(RESPONSE_TIME)
    for view in VIEWS[:-1]:
        app.query_params["view"] = view
        app.run()
        assert "No buyer message counts in this period" in shown(app)
        assert not app.exception
    app.query_params["view"] = "amazon"
    assert "No message has been judged yet" in shown(app.run())


def test_every_view_shows_its_figures_in_words_too(desk: Store, visit: Visit) -> None:
    store, boss = desk, people.local_person(desk)
    people.add(store, "Gone Agent", "agent", actor=boss, now=NOW)
    with store.write() as session:
        fill(
            session, [fact(n, NOW - 3 * DAY - n * HOUR, 30, agent="Gone Agent", language=None) for n in range(501, 507)]
        )
    people.set_disabled(store, "Gone Agent", True, actor=boss, now=NOW)
    app = visit(RESPONSE_TIME, view="patterns", shows="missed", per="language")
    text = shown(app).replace("\\", "")
    assert "Most messages:" in text
    assert "Not known" in text
    assert "16.7 %" not in text
    app.query_params["view"] = "agents"
    text = shown(app.run()).replace("\\", "")
    assert "Gone Agent (left)" in text
    assert "Taken over late" in text
    app.query_params["view"] = "times"
    text = shown(app.run())
    assert "First message of a ticket" in text
    assert "Promises that fell due" in text


def test_amazons_rate_is_typed_in_shown_with_its_drift_and_taken_back(desk: Store, visit: Visit) -> None:
    app = visit(RESPONSE_TIME, view="amazon")
    assert "10 %" in shown(app)
    app.number_input(key="amazon_percent").set_value(40.0)
    app.button[[b.label for b in app.button].index("Write down")].click().run()
    text = shown(app).replace("\\", "")
    assert "Written down" in text
    assert "-10.0 points" in text
    (row,) = amazon.typed(desk, account="acme")
    assert (row.rate, row.ours, row.days) == (0.4, 0.5, 7)
    app.button[[b.label for b in app.button].index("Take the last one back")].click().run()
    assert amazon.typed(desk, account="acme") == ()
    app.number_input(key="amazon_percent").set_value(None)
    app.button[[b.label for b in app.button].index("Write down")].click().run()
    assert "Type the percentage" in shown(app)


def test_an_earlier_time_says_what_became_known_since(desk: Store, visit: Visit) -> None:
    app = visit(RESPONSE_TIME, asof="2026-11-21T06:00:00Z")
    text = shown(app).replace("\\", "")
    assert "As it stood on Sat 21 Nov 2026 06:00 (UTC), with what was known now." in text
    assert "Of 2 messages something became known only later; counted here" in text
    app.button[[b.label for b in app.button].index("Today's figures")].click().run()
    assert "asof" not in app.query_params
    assert {m.label: m.value for m in app.metric}["Still in time"] == "2"


def test_a_choice_stands_in_the_address_and_ends_what_was_clicked(desk: Store, visit: Visit) -> None:
    app = visit(RESPONSE_TIME, group="all", day="2026-11-20")
    app.get_by_key("by-day").set_value("week").run()
    assert app.query_params["by"] == "week"
    assert "day" not in app.query_params
    app.get_by_key("period-30 days").set_value("Other days").run()
    assert (app.query_params["from"], app.query_params["to"]) == ("2026-10-24", "2026-11-22")


def test_a_longer_history_costs_no_more_statements(desk: Store, visit: Visit) -> None:
    app = visit(RESPONSE_TIME, group="all")

    def cost() -> int:
        with statements(desk) as seen:
            app.run()
        return len(seen)

    before = cost()
    with desk.write() as session:
        fill(session, [fact(n, NOW - timedelta(minutes=7 * n), 1) for n in range(1000, 2000)])
    assert cost() == before


def test_older_messages_are_a_page_further(desk: Store, visit: Visit) -> None:
    with desk.write() as session:
        fill(session, [fact(n, NOW - timedelta(minutes=7 * n), 1) for n in range(1000, 1080)])
    app = visit(RESPONSE_TIME, group="within")
    assert len(listed(app)) == 50
    app.button[[b.label for b in app.button].index("Older")].click().run()
    assert len(listed(app)) == 31
    app.button[[b.label for b in app.button].index("Newest")].click().run()
    assert len(listed(app)) == 50
