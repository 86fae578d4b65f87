"""The chart of claims by month: every bar says what it lists, and plotly takes all of it."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from pages.ui.claims import sums
from services.claims.shapes import Month

NAMES = ("2026-09", "2026-10", "2026-11")
FEW = (Month("2026-10", "lost", "USD", 2, 9180), Month("2026-10", "lost", "EUR", 1, 4590),
       Month("2026-11", "open", "", 1, 0))  # fmt: skip
MANY = (Month("2026-11", "kept", "USD", 12, 1),)


@pytest.mark.parametrize("months", [FEW, MANY, ()])
def test_plotly_takes_every_word_of_it(months: tuple[Month, ...]) -> None:
    made = sums.by_month(months, NAMES).to_plotly_json()
    checked = go.Figure(data=made["data"], layout=made["layout"])
    assert checked.to_plotly_json()["data"] == made["data"]
    assert checked.layout.barmode == "stack"


def test_currencies_of_a_month_are_one_bar_that_names_month_and_result() -> None:
    lost = next(bar for bar in sums.by_month(FEW, NAMES).data if bar.name == "Lost")
    assert (list(lost.x), list(lost.y)) == (list(NAMES), [0, 3, 0])
    assert lost.customdata[1] == ["2026-10", "lost"]
