"""The Sync page with an account that has API access: twenty streams, readable; trouble on top, the rest quiet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from data import budgets, leases, report_jobs, streams
from data.models.ledger import Lease, MailboxState, StreamState
from data.store import Store
from services import settings, sync_status
from services.rules.usage_plans import PLANS
from services.settings import real_now
from tests.desks import NOW
from tests.pages.conftest import SYNC, shown, statements

Visit = Callable[..., AppTest]
NAMES = [
    *(name for name in sync_status.STREAMS if name != "sheets"),
    *(f"seller_feedback {code}" for code in ("US", "CA", "MX", "UK", "DE", "FR")),
]


def put(desk: Store, *names: str, **values: Any) -> None:
    """Streams of Amazon's that stand like this; up to date unless something else is said."""
    given = {"state": "ok", "last_ok_at": NOW - timedelta(minutes=3), "next_at": real_now()} | values
    with desk.write() as session:
        for name in names:
            row = streams.state(session, ("amazon", "acme", name))
            for key, value in given.items():
                setattr(row, key, value)


def text_of(app: AppTest) -> str:
    return shown(app).replace("\\", "")


def test_twenty_streams_that_are_well_take_one_line(desk: Store, visit: Visit) -> None:
    put(desk, *NAMES[:18])
    put(desk, *NAMES[18:], state="waiting", message="Amazon is making the report.")
    text = text_of(visit(SYNC))
    assert "Amazon's API" in text
    assert "18 up to date, 2 waiting" in text
    assert "Finance events" not in text
    assert "making the report" not in text


def test_trouble_stands_on_top_with_what_to_do_and_the_others_stay_quiet(desk: Store, visit: Visit) -> None:
    put(desk, *NAMES)
    said = {"message": "Amazon does not let acme call searchOrders.", "what_to_do": "Give the app the role."}
    put(desk, "orders", state="needs_person", failing_since=NOW - timedelta(hours=2), **said)
    app = visit(SYNC)
    text = text_of(app)
    assert "Needs a person" in text
    assert "Changed orders" in text
    assert "does not let acme call searchOrders" in text
    assert "Finance events" not in text
    assert f"The others: {len(NAMES) - 1} up to date" in [each.label.replace("\\", "") for each in app.expander]
    assert sync_status.groups(desk, settings.load(), now=NOW)[0].source == "amazon"


def test_the_page_costs_the_same_for_two_streams_and_for_fifty(desk: Store, visit: Visit) -> None:
    def cost() -> int:
        with statements(desk) as seen:
            sync_status.groups(desk, settings.load(), now=NOW)
        return len([each for each in seen if each.startswith("SELECT")])

    few = cost()
    put(desk, *NAMES, *(f"seller_feedback {n}" for n in range(30)))
    assert cost() == few == 2


def test_what_may_still_be_called_and_the_reports_are_told_in_words(desk: Store) -> None:
    now = real_now()
    with desk.write() as session:
        plan = PLANS["searchOrders"]
        row, _ = budgets.held(session, "acme", "searchOrders", full=plan.capacity, real_now=real_now)
        row.tokens, row.refused_at = 4.5, now
        job = {"account": "acme", "kind": "fba_returns", "marketplaces": "US,CA", "slot": "", "state": "parked"}
        times = {"window_from": NOW - timedelta(days=45), "window_to": NOW, "made_at": now, "changed_at": now}
        report_jobs.begin(session, job | times | {"message": "In Amazon's queue for 3 hours.", "version": 1})
    (budget,) = sync_status.budgets_left(desk, "acme")
    assert (budget.what_for, budget.left, budget.most) == ("Changed and unshipped orders", 4, 19)
    assert timedelta(minutes=40) < budget.full_in < timedelta(minutes=50)
    assert budget.refused_at == now
    (found,) = sync_status.jobs(desk, "acme")
    assert (found.title, found.marketplaces, found.words) == ("FBA returns", "US, CA", "Waiting long in Amazon's queue")
    assert found.message == "In Amazon's queue for 3 hours."


def test_the_parts_of_the_amazon_box_open(desk: Store, visit: Visit) -> None:
    put(desk, *NAMES)
    app = visit(SYNC)
    labels = [each.label for each in app.expander]
    assert "Calls left and reports" in labels
    assert app.exception == []


def test_each_stream_has_a_history_of_its_own(desk: Store) -> None:
    with desk.write() as session:
        for n in range(40):
            name = ("amazon", "acme", "orders" if n % 2 else "topics")
            streams.end_run(session, streams.start_run(session, name, at=NOW), state="ok", rows_new=n)
    found = sync_status.history(desk, "amazon", "acme", "orders")
    assert [run.rows_new for run in found] == list(range(39, 9, -2))


def test_run_now_wakes_one_stream(desk: Store, visit: Visit) -> None:
    put(desk, *NAMES)
    put(desk, "orders", state="retry", message="Amazon has trouble of its own (503).")
    with desk.write() as session:
        leases.take(session, Lease(name="sync", holder="x", host="h", pid=1, started=1.0), real_now=real_now(),
                    is_alive=lambda _: True)  # fmt: skip
    app = visit(SYNC)
    (button,) = [each for each in app.button if each.key == "run-amazon-acme-orders"]
    assert not button.disabled
    button.click().run()
    with desk.read() as session:
        wanted = {name[2] for name, row in streams.states(session).items() if row.wanted_at}
    assert wanted == {"orders"}


def test_mails_that_were_lost_are_called_by_their_names(desk: Store, visit: Visit) -> None:
    with desk.write() as session:
        lost = {"lost": 1, "missing": 1, "lost_names": ["mail/007.eml"]}
        session.execute(update(MailboxState).values(**lost))
    text = text_of(visit(SYNC))
    assert "Not accounted for: mail/007.eml" in text


def test_a_frozen_time_makes_no_stream_stale(desk: Store, visit: Visit) -> None:
    put(desk, "orders", last_ok_at=NOW - timedelta(days=9))
    with desk.read() as session:
        assert session.get(StreamState, ("amazon", "acme", "orders")) is not None
    assert "Silent for too long" not in text_of(visit(SYNC))
