"""A fetched report is read once more when a person wants it, from its kept file: Amazon is not asked again for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from data.store import Store
from services import data_problems, export
from services.people import Person
from services.reports.base import Row
from services.settings import Account, Settings
from services.sources.amazon import reports
from services.sources.amazon.client import Client
from services.sync import runner
from tests import reports as made
from tests.amazons import START, Simulated
from tests.reports import ORDER, OTHER
from tests.servers.amazon import Amazon, Content, Seller

ANA = Person("Ana", "agent", False, None)
FEEDBACK = "GET_SELLER_FEEDBACK_DATA"


def run(store: Store, client: Client, clock: Simulated, monkeypatch: pytest.MonkeyPatch) -> runner.Outcome:
    settings = Settings(accounts={"acme": Account.model_validate({"marketplaces": ["US"]})})
    (stream,) = [each for each in reports.streams(client, "acme", ("US",)) if each.kind.name == "seller_feedback"]
    for _ in range(20):
        monkeypatch.setenv("WITHIN24_NOW", clock.now().isoformat())
        outcome = runner.run_stream(store, settings, stream)
        if outcome.state == "ok":
            return outcome
        clock.sleep((outcome.after or timedelta(seconds=1)).total_seconds())
    raise AssertionError(outcome)


def ratings(store: Store) -> dict[str, int]:
    return {row["order_id"]: row["rating"] for row in export.rows(store, "feedback", now=START)}


def test_a_report_is_read_again_and_what_later_ones_said_still_holds(
    store: Store, client: Client, seller: Seller, amazon: Amazon, clock: Simulated, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = ("11/20/26", "1", "Too few")
    seller.reports[FEEDBACK] = Content(made.feedback("US", made.feedback_row(rating="1"), bad).encode())
    run(store, client, clock, monkeypatch)
    clock.pass_by(hours=13)
    both = made.feedback("US", made.feedback_row(rating="5"), made.feedback_row(OTHER))
    seller.reports[FEEDBACK] = Content(both.encode())
    run(store, client, clock, monkeypatch)
    assert ratings(store) == {ORDER: 5, OTHER: 1}
    (problem,) = data_problems.problems(store).rows
    asked = len(amazon.requests)

    data_problems.retry(store, [problem.id], actor=ANA, now=START)
    run(store, client, clock, monkeypatch)
    assert [each.id for each in data_problems.problems(store).rows] == [problem.id]
    assert ratings(store) == {ORDER: 5, OTHER: 1}

    # As if a newer version of the reader could read that line too.
    read = reports.readers.read

    def better(kind: str, stream: object, context: object) -> object:
        return (each for each in read(kind, stream, context) if isinstance(each, Row))  # type: ignore[arg-type]

    monkeypatch.setattr(reports.readers, "read", better)
    data_problems.retry(store, [problem.id], actor=ANA, now=START)
    run(store, client, clock, monkeypatch)
    assert data_problems.problems(store).rows == ()
    assert ratings(store) == {ORDER: 5, OTHER: 1}
    assert len(amazon.requests) == asked
