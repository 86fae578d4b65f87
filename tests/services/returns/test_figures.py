"""The figures of returns: rates by both dates, reasons, faults, a bad batch; what they cover and how old they are."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from data.models.ledger import StreamState
from data.return_cards import mark_stale, monday
from data.store import Store
from services.reports.base import Row
from services.returns.figures import Figures, figures
from services.returns.shapes import Filters
from tests.desks import DAY, HOUR, NOW
from tests.returned import fba, fbm, item, order, put, sales

WEEK = timedelta(days=7)
OLD = NOW - 60 * DAY


def of(store: Store, filters: Filters | None = None, **more: str) -> Figures:
    return figures(store, filters or Filters(), now=NOW, weeks=13, **more)


def test_a_rate_is_units_returned_over_units_sold_by_sale_and_by_return_date(store: Store) -> None:
    put(store, *sales(40, at=OLD), *sales(10, start=41, at=NOW - 10 * DAY))
    put(store, *(fba(n, NOW - 20 * DAY) for n in (1, 2, 3)), fba(41, NOW - DAY))
    found = of(store)
    assert (found.by_return.returned, found.by_return.sold) == (4, 50)
    # The ten of ten days ago may still come back, so they are left out.
    assert (found.by_sale.returned, found.by_sale.sold) == (3, 40)
    assert found.by_sale.value == pytest.approx(0.075)
    assert found.ripe == date(2026, 9, 28)


def test_rates_by_sku_and_by_asin_name_the_heaviest_first_and_mark_small_numbers(store: Store) -> None:
    put(store, *sales(100, at=OLD), *sales(5, start=200, at=OLD, sku="NL-2"))
    put(store, *(fba(n, NOW - 20 * DAY) for n in range(1, 9)), fba(200, NOW - 20 * DAY, sku="NL-2", asin="B0TEST0002"))
    found = of(store)
    assert [(unit.name, unit.by_sale.returned, unit.by_sale.sold) for unit in found.units] == [
        ("NL-1", 8, 100),
        ("NL-2", 1, 5),
    ]
    assert [unit.by_sale.is_small for unit in found.units] == [False, True]
    assert {unit.name for unit in of(store, name="asin").units} == {"B0TEST0001", "B0TEST0002"}


def test_a_sku_clearly_above_all_others_stands_out(store: Store) -> None:
    put(store, *sales(400, at=OLD), *sales(60, start=1000, at=OLD, sku="BAD"))
    put(store, *(fba(n, NOW - 20 * DAY) for n in range(1, 13)))
    put(store, *(fba(n, NOW - 20 * DAY, sku="BAD", reason_raw="DEFECTIVE") for n in range(1000, 1020)))
    found = of(store)
    assert [(unit.name, unit.stands_out) for unit in found.units] == [("BAD", True), ("NL-1", False)]
    assert found.units[0].faults == {"defective": 20}


def test_reasons_are_ranked_and_faults_counted(store: Store) -> None:
    put(store, *sales(20, at=OLD))
    given = ("DEFECTIVE", "DEFECTIVE", "SWITCHEROO", "UNWANTED_ITEM", "UNWANTED_ITEM", "UNWANTED_ITEM", "XYZ")
    put(store, *(fba(n, NOW - DAY, reason_raw=raw) for n, raw in enumerate(given, 1)))
    found = of(store)
    assert [(bar.name, bar.units) for bar in found.reasons] == [
        ("unwanted_item", 3), ("defective", 2), ("other", 1), ("switcheroo", 1),
    ]  # fmt: skip
    assert found.faults == {"defective": 2, "wrong_item": 1, "damaged": 0}


@pytest.mark.parametrize("basis", ["sale", "return"])
def test_a_bad_batch_stands_out_in_the_trend(basis: str, store: Store) -> None:
    start, rows = monday(NOW) - 25 * WEEK, []
    for week in range(26):
        at = NOW.replace(year=start.year, month=start.month, day=start.day, hour=1) + week * WEEK
        rows += sales(40, start=1 + 100 * week, at=at)
        came = 14 if week == 10 else 2
        rows += [fba(1 + 100 * week + n, min(at + 3 * DAY + n * HOUR, NOW)) for n in range(came)]
    put(store, *rows)
    found = figures(store, Filters(), now=NOW, weeks=26, basis=basis)
    bad = [point for point in found.trend.points if point.verdict == "high"]
    assert [point.start for point in bad] == [start + 10 * WEEK]
    assert found.trend.points[-1].high is None  # this week is not over


@pytest.mark.parametrize(
    ("filters", "units"),
    [
        (Filters(), 3), (Filters(channel="fbm"), 1), (Filters(marketplace="DE"), 1), (Filters(sku="NL-2"), 1),
        (Filters(account="acme"), 3), (Filters(account="nobody"), 0),
    ],
)  # fmt: skip
def test_filters_narrow_the_figures(filters: Filters, units: int, store: Store) -> None:
    put(store, order(1, OLD), item(1, OLD), fba(1, NOW - DAY))
    put(store, order(2, OLD, marketplace="DE"), item(2, OLD, sku="NL-2"), fba(2, NOW - DAY, sku="NL-2"))
    put(store, order(3, OLD, channel="fbm"), item(3, OLD), fbm(3, NOW - DAY))
    assert sum(bar.units for bar in of(store, filters).reasons) == units


def test_figures_say_window_coverage_and_age(store: Store) -> None:
    put(store, order(1, OLD), item(1, OLD), fba(1, NOW - DAY), fba(2, NOW - DAY))
    with store.write() as session:
        state = {"state": "ok", "message": "", "what_to_do": "", "failures": 0}
        session.add(StreamState(source="folder", account="acme", stream="reports", last_ok_at=NOW - HOUR, **state))
        mark_stale(session, "acme", [date(2026, 11, 16)], now=NOW)
    found = of(store, Filters(marketplace="", channel="fba"))
    assert found.covers == (
        "2 units returned 2026-08-24 to 2026-11-22 (UTC), FBA; 1 of them of orders that no report names"
    )
    assert (found.read_at, found.waiting) == (NOW - HOUR, 1)


def test_a_store_without_returns_has_figures_without_rates(store: Store) -> None:
    found = of(store)
    assert (found.by_sale.value, found.units, found.reasons, found.trend.centre) == (None, (), (), None)
    assert found.covers.startswith("0 units returned")


def test_what_was_sold_nowhere_has_no_rate_but_is_named(store: Store) -> None:
    put(store, fba(1, NOW - DAY), fba(2, NOW - 2 * DAY))
    (unit,) = of(store).units
    assert (unit.by_return.returned, unit.by_return.value) == (2, None)


def test_figures_cost_as_many_statements_over_many_returns_as_over_few(every_store: Store) -> None:
    put(every_store, *sales(5, at=OLD), *(fba(n, NOW - DAY) for n in range(1, 4)))
    few = _cost(every_store)
    rows: list[Row] = [fba(n, NOW - (n % 80) * DAY, sku=f"NL-{n % 90}") for n in range(10, 1010)]
    put(every_store, *rows)
    assert _cost(every_store) == few == 4


def _cost(store: Store) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    for engine in store.engines:
        event.listen(engine, "before_cursor_execute", note)
    of(store)
    for engine in store.engines:
        event.remove(engine, "before_cursor_execute", note)
    return len([each for each in seen if each.lstrip().upper().startswith("SELECT") and "PG_" not in each.upper()])
