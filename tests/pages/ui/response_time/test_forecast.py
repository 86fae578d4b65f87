"""The forecast on its page: what it says before it has learned, where it is no good, and where it is shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from data import forecasts
from data.store import Store
from pages.ui.response_time.forecast import absence_chart, calibration_chart
from services.response_time.forecast import NAME, Absence
from tests.desks import NOW
from tests.pages.conftest import RESPONSE_TIME, parts, shown
from tests.services.rules.test_backtest import tried

Visit = Callable[..., AppTest]


def learned(store: Store, *, error: float | None = None) -> None:
    """What a busy team's past taught; with another squared error than it had."""
    values = tried().to_json()
    if error is not None:
        values = {**values, "scores": {**values["scores"], "error": error}}
    with store.write() as session:
        forecasts.keep(session, NAME, at=NOW, zone="UTC", values=values)


def test_a_young_desk_says_that_there_is_no_forecast_yet_and_why(desk: Store, visit: Visit) -> None:
    app = visit(RESPONSE_TIME, view="forecast")
    assert not app.exception
    assert "There is no forecast yet" in shown(app)
    assert "it takes 10 to say whether" in shown(app)


def test_a_forecast_that_is_no_better_than_time_left_is_not_shown(desk: Store, visit: Visit) -> None:
    learned(desk, error=1e9)
    app = visit(RESPONSE_TIME, view="forecast")
    assert "no better than sorting by Time Left" in shown(app)
    assert "Most likely to miss" not in shown(app)
    assert "Brier score of sorting by Time Left" in shown(app)


def test_a_good_one_shows_days_tickets_absences_and_how_good_it_was(desk: Store, visit: Visit) -> None:
    learned(desk)
    app = visit(RESPONSE_TIME, view="forecast")
    assert not app.exception
    assert [metric.label for metric in app.metric][-3:] == ["Late today", "Late tomorrow", "Waiting and still in time"]
    (part,) = [part for part in parts(app) if part.get("label") == "Likely misses"]
    assert {row["id"] for row in part["rows"]} == {3, 4}
    assert "before it" in part["rows"][0]["sub"]
    for words in ("If nobody works on one of the next days", "True misses flagged 6 hours ahead", "False alarms"):
        assert words in shown(app)


def test_the_charts_carry_what_they_show() -> None:
    scores = tried().scores
    figure = calibration_chart(scores)
    assert len(figure.data) == 2
    assert sum(figure.data[1].customdata) == scores.looks
    absences = [Absence(NOW.date(), 2.0, 7.0), Absence(NOW.date(), 3.0, 3.0)]
    assert [list(bar.y) for bar in absence_chart(absences).data] == [[2.0, 3.0], [5.0, 0.0]]


@pytest.mark.parametrize(("usual", "then", "more"), [(2.0, 7.4, 5), (3.0, 3.0, 0)])
def test_an_absence_says_how_many_more(usual: float, then: float, more: int) -> None:
    assert Absence(NOW.date(), usual, then).more == more
