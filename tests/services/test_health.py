"""The Account health page's figures: kept words, trends, coverage, unshipped orders, and the rows behind a figure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from data.models.amazon import AmazonOrder, FinanceEvent, HealthMetric, SellerFeedback
from data.models.ledger import StreamState
from data.store import Store
from services import health
from services.health import UNSHIPPED, Line, Overview, overview
from services.settings import Settings
from tests.desks import DAY, HOUR, NOW, ORDERS

WINDOW = (NOW - 74 * DAY, NOW - 14 * DAY)


def settings(**accounts: list[str]) -> Settings:
    found = accounts or {"acme": ["US", "DE", "JP"]}
    return Settings.model_validate({"accounts": {name: {"marketplaces": codes} for name, codes in found.items()}})


def metric(name: str, value: float | None = None, at: datetime = NOW, place: str = "US", **more: Any) -> HealthMetric:
    usual = {"account": "acme", "status": "GOOD", "details": {}, "first_seen_at": at, "read_at": at}
    return HealthMetric(marketplace=place, metric=name, taken_at=at, value=value, **usual | more)


def order(n: int, **more: Any) -> AmazonOrder:
    usual = {
        "account": "acme", "order_id": ORDERS[n], "marketplace": "US", "status": "Shipped", "channel": "fbm",
        "purchased_at": NOW - 2 * HOUR, "first_seen_at": NOW, "read_at": NOW,
    }  # fmt: skip
    return AmazonOrder(**usual | more)


def put(store: Store, *rows: Any) -> None:
    with store.write() as session:
        session.add_all(rows)


def look(store: Store, now: datetime = NOW, **asked: str) -> Overview:
    return overview(store, settings(), now=now, **asked)


def attention(store: Store, now: datetime = NOW) -> tuple[Line, ...]:
    with store.read() as session:
        return health.attention(session, settings(), now=now)


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    for engine in store.engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in store.engines:
            event.remove(engine, "before_cursor_execute", note)


def test_amazons_words_values_and_windows_are_kept_as_they_stand(every_store: Store) -> None:
    put(
        every_store,
        metric("account_status", word="AT_RISK", status="AT_RISK"),
        metric("odr_mfn", 0.0044, target=0.02, condition="LESS_THAN", window_from=WINDOW[0], window_to=WINDOW[1],
               details={"orders": 900, "defects": 4, "claims": 1}),
    )  # fmt: skip
    (place,) = look(every_store).places
    status, rate = place.figure("account_status"), place.figure("odr_mfn")
    assert status is not None
    assert rate is not None
    assert status.reading.status == "AT_RISK"
    assert rate.target is not None
    assert (rate.reading.value, rate.target.value, rate.target.source) == (0.0044, 0.02, "Amazon's report")
    assert (rate.window_from, rate.window_to) == WINDOW
    assert rate.reading.counts["claims"] == 1
    assert rate.headroom is not None
    assert rate.headroom.left == 14


def test_the_worst_marketplace_and_its_worst_metric_come_first_and_are_opened(store: Store) -> None:
    put(
        store,
        metric("odr_mfn", 0.001),
        metric("odr_mfn", 0.02, place="DE", status="BAD"),
        metric("late_shipment_rate", 0.01, place="DE"),
        metric("account_status", place="JP", word="DEACTIVATED", status="DEACTIVATED"),
    )
    found = look(store)
    assert [place.marketplace for place in found.places] == ["JP", "DE", "US"]
    assert [figure.metric for figure in found.places[1].figures] == ["odr_mfn", "late_shipment_rate"]
    assert found.opened is not None
    assert (found.opened.place, found.opened.metric) == (found.places[0], "account_status")


def test_the_trend_is_made_of_our_own_snapshots_a_week_apart(every_store: Store) -> None:
    put(every_store, *(metric("odr_mfn", 0.001 * age, at=NOW - age * DAY) for age in range(1, 10)))
    (place,) = look(every_store).places
    (figure,) = place.figures
    assert place.taken_at == NOW - DAY
    assert figure.trend is not None
    assert (figure.trend.words, figure.trend.direction) == ("-0.6 points in 6 days", "better")


def test_the_history_has_one_point_a_day_and_marketplace(store: Store) -> None:
    put(
        store,
        *(metric("odr_mfn", 0.001, at=NOW - n * 6 * HOUR, place=place) for n in range(8) for place in ("US", "DE")),
        metric("odr_mfn", 0.5, at=NOW - 100 * DAY),
    )
    opened = look(store).opened
    assert opened is not None
    days = [(point.marketplace, point.taken_at.date()) for point in opened.points]
    assert len(days) == len(set(days)) == 6
    assert opened.points[-1].taken_at == NOW


@pytest.mark.parametrize(("age", "stale"), [(timedelta(hours=26), False), (timedelta(hours=27), True)])
def test_an_old_snapshot_is_stale(age: timedelta, stale: bool, store: Store) -> None:
    put(store, metric("odr_mfn", 0.001, at=NOW - age))
    (place,) = look(store).places
    assert (place.stale, place.figures[0].stale) == (stale, stale)


def test_what_the_last_report_leaves_out_is_stale_and_no_news(store: Store) -> None:
    put(
        store,
        metric("odr_mfn", 0.001),
        metric("warningStates.spam", at=NOW - DAY, word="WARN", status="WARN"),
        metric("warningStates.older", at=NOW - 9 * DAY, word="WARN", status="WARN"),
    )
    (place,) = look(store).places
    assert [(figure.metric, figure.stale) for figure in place.figures] == [
        ("odr_mfn", False),
        ("warningStates.spam", True),
    ]
    assert attention(store) == ()


def test_a_snapshot_of_more_than_90_days_ago_counts_as_none(store: Store) -> None:
    put(store, metric("odr_mfn", 0.001, at=NOW - 91 * DAY))
    found = look(store)
    assert (found.places, found.opened, found.missing) == ((), None, ("US", "DE", "JP"))


def test_the_marketplaces_without_a_report_are_named(store: Store) -> None:
    put(store, metric("odr_mfn", 0.001, place="DE"))
    assert look(store).missing == ("US", "JP")


def test_with_several_accounts_each_marketplace_is_named_with_its_own(store: Store) -> None:
    put(store, metric("odr_mfn", 0.02, status="BAD"))
    found = overview(store, settings(acme=["US"], other=["US", "CA"]), now=NOW)
    assert found.missing == ("other US", "other CA")
    assert (found.places[0].summary or "").startswith("acme US: Order defect rate, merchant is BAD")


def test_an_account_that_left_the_settings_is_not_shown(store: Store) -> None:
    put(store, metric("odr_mfn", 0.02, status="BAD", account="gone"))
    assert look(store).places == ()


@pytest.mark.parametrize("asked", [{"marketplace": "XX"}, {"metric": "nonsense"}, {"account": "nobody"}])
def test_what_does_not_exist_opens_the_worst(asked: dict[str, str], store: Store) -> None:
    put(store, metric("odr_mfn", 0.02, status="BAD"), metric("odr_afn", 0.001))
    opened = look(store, **asked).opened
    assert opened is not None
    assert opened.metric == "odr_mfn"


def test_unshipped_counts_merchant_orders_and_those_past_their_ship_by_date(every_store: Store) -> None:
    put(
        every_store,
        order(1, status="Unshipped", ship_by=NOW - HOUR),
        order(2, status="PARTIALLY_SHIPPED", ship_by=NOW + HOUR),
        order(3, status="Unshipped", marketplace="DE"),
        order(4, status="Unshipped", channel="fba"),
        order(5),
    )
    waiting = look(every_store).waiting
    assert (waiting.total, waiting.of("acme", "US"), waiting.of("acme", "DE")) == (3, (2, 1), (1, 0))
    assert (waiting.heard_at, waiting.stale) == (NOW - 2 * HOUR, False)
    opened = look(every_store, metric=UNSHIPPED).opened
    assert opened is not None
    assert [case.order_id for case in opened.cases if case.late] == [ORDERS[1]]
    assert {case.order_id for case in opened.cases} == {ORDERS[1], ORDERS[2], ORDERS[3]}
    put(every_store, metric("odr_mfn", 0.001, place="DE"))
    opened = look(every_store, metric=UNSHIPPED, marketplace="DE").opened
    assert opened is not None
    assert [case.order_id for case in opened.cases] == [ORDERS[3]]


def test_no_unshipped_order_is_believed_only_while_order_data_is_fresh(store: Store) -> None:
    assert look(store).waiting.heard_at is None
    put(store, order(1, purchased_at=NOW - 3 * DAY))
    assert look(store).waiting.stale
    put(store, StreamState(source="amazon", account="acme", stream="unshipped", last_ok_at=NOW - HOUR))
    assert (look(store).waiting.heard_at, look(store).waiting.stale) == (NOW - HOUR, False)


def test_the_orders_behind_an_order_defect_rate_are_those_of_its_window_channel_and_marketplace(
    every_store: Store,
) -> None:
    inside, before = NOW - 30 * DAY, NOW - 80 * DAY
    feedback = {"account": "acme", "date_raw": "", "comment": "", "response": "", "first_seen_at": NOW, "read_at": NOW}
    feedback |= {"marketplace": "US", "last_seen_at": NOW, "rating": 1, "day": inside.date()}
    money = {"account": "acme", "kind": "claim", "part": "charge", "type": "Principal", "amount": -500}
    money |= {"currency": "USD", "posted_at": inside, "first_seen_at": NOW, "read_at": NOW}
    put(
        every_store,
        metric("odr_mfn", 0.001, window_from=WINDOW[0], window_to=WINDOW[1]),
        order(1, purchased_at=inside),
        order(2, purchased_at=inside, channel="fba"),
        order(3, purchased_at=before),
        order(4, purchased_at=inside, marketplace="DE"),
        *(SellerFeedback(order_id=ORDERS[n], **feedback) for n in (1, 2, 3)),
        SellerFeedback(order_id=ORDERS[5], **feedback | {"rating": 3}),
        *(FinanceEvent(key=f"k{n}", order_id=ORDERS[n], **money) for n in (1, 4)),
    )
    opened = look(every_store, metric="odr_mfn").opened
    assert opened is not None
    assert [(case.order_id, case.what) for case in opened.cases] == [(ORDERS[1], "Negative feedback, A-to-z claim")]


def test_today_hears_of_all_that_is_not_well_orders_past_their_date_first(store: Store) -> None:
    put(
        store,
        metric("odr_mfn", 0.02, status="BAD"),
        metric("account_health_rating", 150, place="DE", word="WARNED", status="WARNED"),
        metric("odr_mfn", 0.0095, place="JP"),
    )
    assert [line.marketplace for line in attention(store)] == ["DE", "US"]
    put(store, order(1, status="Unshipped", ship_by=NOW + HOUR))
    assert [line.metric for line in attention(store)] == ["account_health_rating", "odr_mfn", UNSHIPPED]
    put(store, order(2, status="Unshipped", ship_by=NOW - HOUR))
    first = attention(store)[0]
    assert (first.metric, first.stale) == (UNSHIPPED, False)
    assert first.sentence == "2 merchant orders still have to be shipped today (US 2), 1 of them past the ship-by date."


def test_today_says_when_what_it_says_is_stale(store: Store) -> None:
    put(store, metric("odr_mfn", 0.02, status="BAD", at=NOW - 2 * DAY))
    assert [line.stale for line in attention(store)] == [True]


def test_every_view_takes_four_statements_at_most_with_one_snapshot_and_with_four_hundred(store: Store) -> None:
    asked: tuple[dict[str, str], ...] = ({}, {"metric": "odr_mfn"}, {"metric": UNSHIPPED}, {"marketplace": "DE"})
    put(store, *_snapshots(1), order(1, status="Unshipped"))
    few = [_cost(store, each) for each in asked]
    put(store, *_snapshots(400, since=1))
    assert [_cost(store, each) for each in asked] == few
    assert max(few) <= 4


def _snapshots(n: int, since: int = 0) -> list[HealthMetric]:
    names = ("odr_mfn", "odr_afn", "valid_tracking_rate", "account_status")
    window = {"window_from": WINDOW[0], "window_to": WINDOW[1]}
    return [
        metric(name, 0.02, at=NOW - age * 5 * HOUR, place=place, **window)
        for age in range(since, n)
        for name in names
        for place in ("US", "DE")
    ]


def _cost(store: Store, asked: dict[str, str]) -> int:
    with statements(store) as seen:
        assert look(store, **asked).opened is not None
    return len([each for each in seen if each.lstrip().upper().startswith(("SELECT", "WITH"))])
