"""What holds for every page: it renders on an empty and on a filled store, and its cost does not grow with rows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from data.models.ledger import Reject
from data.store import Store
from services import seeding
from tests.desks import NOW
from tests.pages.conftest import INBOX, PAGES, PROBLEMS, RESPONSE_TIME, TODAY, shown, statements

Visit = Callable[..., AppTest]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_renders_on_an_empty_store(page: str, empty_desk: Store, visit: Visit) -> None:
    app = visit(page)
    assert not app.exception
    assert shown(app).strip()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_renders_on_a_filled_store(page: str, desk: Store, visit: Visit) -> None:
    app = visit(page)
    assert not app.exception


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_that_time_stands_still(page: str, desk: Store, visit: Visit) -> None:
    assert "Time stands at Sun 22 Nov 10:00" in shown(visit(page))


@pytest.mark.parametrize("page", [INBOX, TODAY, RESPONSE_TIME])
def test_a_page_over_many_tickets_costs_as_many_statements_as_over_few(
    page: str, empty_desk: Store, visit: Visit
) -> None:
    seeding.fill(empty_desk, 800, seed=1, now=NOW)  # enough that no box of Today is empty
    few = _cost(page, empty_desk, visit)
    seeding.fill(empty_desk, 2000, seed=2, now=NOW)
    assert _cost(page, empty_desk, visit) == few


def test_a_page_of_problems_costs_as_many_statements_over_a_thousand_as_over_ten(
    empty_desk: Store, visit: Visit
) -> None:
    _break(empty_desk, 10)
    few = _cost(PROBLEMS, empty_desk, visit)
    _break(empty_desk, 1000)
    assert _cost(PROBLEMS, empty_desk, visit) == few


def _cost(page: str, store: Store, visit: Visit) -> int:
    app = visit(page)
    with statements(store) as seen:
        app.run()
    assert not app.exception
    return len(seen)


def _break(store: Store, n: int) -> None:
    with store.write() as session:
        session.add_all(
            Reject(source="folder", stream="mail", account="acme", place=f"{n}/{each}", reason="No sender.", at=NOW)
            for each in range(n)
        )
