"""Today: what is late, due in this shift, without an owner, and set aside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from streamlit.testing.v1 import AppTest

from data.models.amazon import AmazonOrder, HealthMetric
from data.store import Store
from services import people, runtime
from services.inbox import asking, conversation, replying
from services.people import Person
from tests.desks import DAY, HOUR, NOW, ORDERS
from tests.pages.conftest import TODAY, parts, shown, statements

Visit = Callable[..., AppTest]


def test_late_tickets_and_those_due_in_this_shift_are_listed_apart(desk: Store, visit: Visit) -> None:
    found = _panels(visit(TODAY))
    assert found["Late"] == [2]
    assert found["Due before 18:00"] == [3]
    assert found["Unassigned"] == [2, 3, 4]


def test_a_shorter_shift_has_less_to_do(desk: Store, visit: Visit) -> None:
    assert _panels(visit(TODAY, until="11:00"))["Due before 11:00"] == []
    assert _panels(visit(TODAY, until="12:30"))["Due before 12:30"] == [3]


def test_a_broken_end_of_shift_in_the_url_is_the_teams_own(desk: Store, visit: Visit) -> None:
    assert "Due before 18:00" in _panels(visit(TODAY, until="25:99"))


def test_what_was_set_aside_is_named_with_its_reason(desk: Store, visit: Visit) -> None:
    text = shown(visit(TODAY))
    assert "lottery.example" in text
    assert "**Set aside** · 1" in text


def test_an_empty_desk_says_so_in_words(empty_desk: Store, visit: Visit) -> None:
    app = visit(TODAY)
    assert {part["empty"] for part in parts(app)} >= {"Nothing is late.", "Every waiting ticket has an owner."}
    assert "No mail has been read yet" in shown(app)


def test_what_amazon_finds_wrong_is_one_line_each_that_opens_account_health(desk: Store, visit: Visit) -> None:
    before = _links(visit(TODAY))
    with desk.write() as session:
        session.add_all(_reading(f"odr_{kind}", place) for kind in ("mfn", "afn") for place in ("US", "DE"))
        session.add(_unshipped())
    found = _links(visit(TODAY))
    assert [label for label in found if label not in before] == [
        "1 merchant order still has to be shipped today (US 1), 1 of them past the ship-by date.",
        "DE: Order defect rate, merchant is BAD, 2 % where Amazon wants less than 1 %, and 1 more needs attention.",
        "US: Order defect rate, merchant is BAD, 2 % where Amazon wants less than 1 %, and 1 more needs attention.",
    ]


def test_account_health_costs_today_the_same_with_more_snapshots(desk: Store, visit: Visit) -> None:
    costs = []
    for age in (0, 1, 2):
        with desk.write() as session:
            session.add_all(_reading(f"metric{n}", "US", NOW - age * DAY) for n in range(1 + 20 * age))
        app = visit(TODAY)
        with statements(desk) as seen:
            app.run()
        costs.append(len(seen))
    assert len(set(costs)) == 1


def _reading(metric: str, place: str, at: datetime = NOW) -> HealthMetric:
    more = {"status": "BAD", "value": 0.02, "details": {}, "first_seen_at": at, "read_at": at}
    return HealthMetric(account="acme", marketplace=place, metric=metric, taken_at=at, **more)


def _unshipped() -> AmazonOrder:
    more = {"channel": "fbm", "ship_by": NOW - HOUR, "purchased_at": NOW - DAY, "first_seen_at": NOW, "read_at": NOW}
    return AmazonOrder(account="acme", order_id=ORDERS[9], marketplace="US", status="Unshipped", **more)


def _links(app: AppTest) -> list[str]:
    return [each.proto.label.replace("\\", "") for each in app.get("page_link")]


def _panels(app: AppTest) -> dict[str, list[int]]:
    return {part["label"]: [row["id"] for row in part["rows"]] for part in parts(app)}


def test_a_colleagues_question_and_a_promise_to_a_buyer_are_listed(desk: Store, visit: Visit, me: Person) -> None:
    people.add(desk, "Bea", "agent", actor=me, now=NOW)
    asking.ask(desk, 2, None, actor=Person("Bea", "agent", False, None), now=NOW, question="May I refund it?", to=None)
    text, until = "Hello, we ask the carrier and write to you tomorrow at the latest.", NOW + 20 * HOUR
    version = conversation.conversation(desk, 3, now=NOW).version  # type: ignore[union-attr]
    settings = runtime.runtime().settings
    how = {"actor": me, "now": NOW, "text": text, "after_send": "hold", "promise_until": until}
    outbox = replying.send(desk, settings, 3, version, **how)  # type: ignore[arg-type]
    replying.done_in_seller_central(desk, outbox, actor=me, now=NOW)
    lists = {part["label"]: part["rows"] for part in parts(visit(TODAY)) if "rows" in part}
    assert [row["title"] for row in lists["Questions"]] == ["Bea asks: May I refund it?"]
    assert [(row["id"], row["due"]) for row in lists["Promised to buyers"]] == [(3, int(until.timestamp()))]
