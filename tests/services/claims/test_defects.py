"""Our own order defect rate from real rows: reports, feedback, claims; beside Amazon's figure."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import Any

from services.claims import defects, queue
from services.claims.defects import Counted
from services.claims.shapes import Filters
from tests import reports as made
from tests.claims import DENIED, decided, opened, report
from tests.desks import DAY, NOW, ORDERS, Desk
from tests.pages.conftest import statements


def orders(desk: Desk, *rows: dict[str, Any], name: str = "orders.txt") -> None:
    made_rows = []
    for row in rows:
        iso = row.pop("at").isoformat()
        usual = {"fulfillment_channel": "Merchant", "purchase_date": iso, "last_updated_date": iso}
        made_rows.append(made.order_row(**{**usual, **row}))
    report(desk, name, made.tsv(made.ALL_ORDERS, made_rows))


def counted(desk: Desk, **more: str) -> Counted:
    usual = {"account": "acme", "marketplace": "US", "channel": "fbm"}
    return defects.counted(desk.store, **{**usual, **more}, now=NOW)


def some(desk: Desk) -> None:
    """Ten merchant orders of the window, one old, one cancelled, one of Amazon's; one with two defects, one claim."""
    rows = [{"amazon_order_id": order, "at": NOW - (n + 5) * DAY} for n, order in enumerate(ORDERS[:10])]
    rows += [
        {"amazon_order_id": ORDERS[20], "at": NOW - 70 * DAY},
        {"amazon_order_id": ORDERS[21], "at": NOW - DAY, "order_status": "Cancelled"},
        {"amazon_order_id": ORDERS[22], "at": NOW - DAY, "fulfillment_channel": "Amazon"},
    ]
    orders(desk, *rows)
    day = f"{NOW - 2 * DAY:%m/%d/%y}"
    given = {ORDERS[0]: "1", ORDERS[1]: "3", ORDERS[20]: "1", ORDERS[22]: "2"}
    stars = [made.feedback_row(order=order, date=day, rating=rating) for order, rating in given.items()]
    report(desk, "feedback.txt", made.feedback("US", *stars))
    desk.read(*(opened(order, NOW - 3 * DAY) for order in (ORDERS[0], ORDERS[2], ORDERS[3])))
    desk.read(decided(ORDERS[3], NOW - DAY, DENIED))


def test_each_order_of_the_window_counts_once_and_channels_stand_apart_on_both_databases(every_desk: Desk) -> None:
    some(every_desk)
    found = counted(every_desk)
    assert (found.rate.orders, found.rate.defects, found.rate.value) == (10, 2, Fraction(1, 5))
    assert found.rate.reasons == {
        ORDERS[0]: frozenset({"feedback", "a_to_z"}), ORDERS[2]: frozenset({"a_to_z"}),
    }  # fmt: skip
    assert (counted(every_desk, channel="fba").rate.orders, counted(every_desk, channel="fba").rate.defects) == (1, 1)
    assert counted(every_desk, marketplace="DE").rate.value is None


def test_winning_a_claim_and_more_orders_lower_it(desk: Desk) -> None:
    some(desk)
    rate = counted(desk).rate
    assert (rate.headroom, rate.orders_needed) == (0, 191)
    assert defects.what_if(rate, without=[(ORDERS[2], "a_to_z")], more_orders=0).defects == 1
    assert defects.what_if(rate, without=[], more_orders=191).is_good
    assert defects.labels(counted(desk).defects)[ORDERS[2], "a_to_z"] == f"A-to-z claim {ORDERS[2]}"


def test_it_stands_beside_amazons_figure_with_the_difference(desk: Desk) -> None:
    some(desk)
    start, end = NOW - timedelta(days=63), NOW - 3 * DAY
    window = {"reportingDateFrom": start.isoformat(), "reportingDateTo": end.isoformat()}
    rate = {
        "reportingDateRange": window, "status": "GOOD", "targetValue": 0.01, "rate": 0.3,
        "orderCount": 10, "orderWithDefects": {"count": 3, "status": "BAD"}, "claims": {"count": 3},
        "negativeFeedback": {"count": 1}, "chargebacks": {"count": 0},
    }  # fmt: skip
    health = {
        "accountStatuses": [{"marketplaceId": "ATVPDKIKX0DER", "status": "NORMAL"}],
        "performanceMetrics": [{"marketplaceId": "ATVPDKIKX0DER", "orderDefectRate": {"mfn": rate}}],
    }
    report(desk, "health.json", health)
    desk.sync()
    found = counted(desk)
    assert found.amazons is not None
    assert (found.amazons.value, found.amazons.orders) == (0.3, 10)
    assert found.difference == ("A-to-z claim: Amazon 3, we 2.", "Orders with a defect: Amazon 3, we 2.")


def test_a_case_says_what_it_does_to_the_rate_and_until_when(desk: Desk) -> None:
    from services.claims import detail

    some(desk)
    desk.read(opened(ORDERS[30], NOW - DAY), opened(ORDERS[20], NOW - DAY))
    said = {}
    for line in queue.cases_page(desk.store, Filters(), now=NOW).rows:
        found = detail.case(desk.store, line.id, now=NOW)
        assert found is not None
        said[line.order_id] = found.weight
    both = "20.00 % with this case, 10.00 % without it."
    assert said[ORDERS[2]].sentence == f"Order defect rate US, shipped by us: {both}"
    assert said[ORDERS[2]].leaves_at == NOW + 53 * DAY
    assert said[ORDERS[0]].sentence.endswith("20.00 % with this case, 20.00 % without it.")
    assert said[ORDERS[3]].sentence == "It does not count in the order defect rate."
    assert "not in our reports" in said[ORDERS[30]].sentence
    assert "older than 60 days" in said[ORDERS[20]].sentence


def test_a_thousand_orders_cost_as_many_statements_as_ten(desk: Desk) -> None:
    def cost() -> int:
        with statements(desk.store) as seen:
            counted(desk)
        return len(seen)

    some(desk)
    before = cost()
    more = [{"amazon_order_id": f"111-{n:07}-0000009", "at": NOW - 9 * DAY} for n in range(1000)]
    orders(desk, *more, name="more.txt")
    desk.sync()
    assert counted(desk).rate.orders == 1010
    assert cost() == before
