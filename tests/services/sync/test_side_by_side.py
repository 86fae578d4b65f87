"""Amazon's rows are stored beside the mail: over the same orders, at once, nothing is lost and nothing locks up."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable
from typing import Any

import pytest

from data import orders
from data.store import Store
from services.reports.base import Row
from services.sources import report_files
from services.sync import engine, rows, runner
from tests import mails
from tests import reports as made
from tests.desks import DAY, HOUR, NOW, Desk, ask

ORDERS = tuple(f"114-{n:07}-7770001" for n in range(1, 41))
KINDS = ("orders", "feedback", "returns", "claims", "tickets", "messages")
OURS = ("id", "ticket_id", "message_ids", "imported_at", "first_seen_at")
"""What depends on who was first."""


def claim(order: str, n: int) -> bytes:
    html = f"<p>A buyer has filed a claim for 45.90 USD. Please answer within 3 days.</p><p>Order ID: {order}</p>"
    return mails.notice(
        "A claim was filed",
        html,
        type_header="A_Z_CLAIM_RESPONDENT_NOTIFY",
        date=NOW - 2 * DAY,
        message_id=f"<claim-{n}@example.amazonses.com>",
    )


def fill(desk: Desk) -> None:
    """A buyer's message and a claim for each order, and what reports say of it: in two versions, the later holds."""
    for n, order in enumerate(ORDERS):
        desk.put(ask(n, NOW - HOUR, order=order, alias=f"alias{n:09}"), claim(order, n))
    folder = desk.root / "acme" / "reports"
    folder.mkdir()
    for version in (1, 2):
        rating = str(version)
        later = f"2026-11-1{version}T09:00:00+00:00"
        files = {
            "feedback": made.feedback("US", *(made.feedback_row(each, rating=rating) for each in ORDERS)),
            "orders": made.tsv(
                made.ALL_ORDERS,
                [made.order_row(amazon_order_id=each, last_updated_date=later) for each in ORDERS],
            ),
            "returns": made.tsv(
                made.FBA_RETURNS,
                [
                    made.fba_return(order_id=each, license_plate_number=f"LPN{each}", return_date=later)
                    for each in ORDERS
                ],
            ),
        }
        for at, (name, text) in enumerate(files.items()):
            place = folder / f"{name}-{version}.txt"
            place.write_text(text, encoding="utf-8")
            os.utime(place, (1000 * version + at, 1000 * version + at))


def together(desk: Desk, seed: int) -> list[runner.Outcome]:
    """Both streams of the folder at once, each in a thread of its own, as the mail and Amazon's are."""
    outcomes: list[runner.Outcome] = []
    streams = engine.connect(desk.store, desk.settings)
    random.Random(seed).shuffle(streams)
    start = threading.Barrier(len(streams))

    def run(stream: Any) -> None:
        start.wait()
        outcomes.append(runner.run_stream(desk.store, desk.settings, stream))

    threads = [threading.Thread(target=run, args=(stream,)) for stream in streams]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert not [thread for thread in threads if thread.is_alive()], "locked up"
    return outcomes


def seen(desk: Desk) -> dict[str, list[str]]:
    exported = {kind: desk.rows(kind) for kind in KINDS}
    return {
        kind: sorted(repr({key: value for key, value in row.items() if key not in OURS}) for row in found)
        for kind, found in exported.items()
    }


def test_mail_and_reports_at_once_come_to_what_they_come_to_one_after_the_other(
    every_desk: Desk, fresh_store: Callable[[], Store], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WITHIN24_NOW", NOW.isoformat())
    monkeypatch.setattr(report_files, "BATCH_ROWS", 7)
    expected = Desk(fresh_store(), tmp_path / "alone")
    fill(expected)
    expected.sync()
    fill(every_desk)
    outcomes = together(every_desk, seed=24)
    assert [(outcome.state, outcome.message) for outcome in outcomes] == [("ok", "")] * 3
    assert seen(every_desk) == seen(expected)
    assert len(every_desk.rows("claims")) == len(ORDERS)
    assert {row["rating"] for row in every_desk.rows("feedback")} == {2}


def test_two_that_store_the_same_orders_in_opposite_order_do_not_lock_each_other_up(every_store: Store) -> None:
    troubles: list[Exception] = []

    def put(numbers: list[str], version: int) -> None:
        rows_ = [
            Row("order", {"account": "acme", "order_id": each, "marketplace": "US", "status": f"S{version}",
                          "updated_at": NOW + version * HOUR})
            for each in numbers
        ]  # fmt: skip
        said = [
            Row("feedback", {"account": "acme", "order_id": each, "marketplace": "US", "guess": "US", "rating": 1,
                             "day": NOW.date(), "date_raw": "11/22/26", "comment": f"{version}", "response": ""})
            for each in numbers
        ]  # fmt: skip
        try:
            for again in range(6):
                with every_store.write() as session:
                    rows.store(session, [*rows_, *said] if again % 2 else [*said, *rows_], NOW)
        except Exception as error:
            troubles.append(error)

    numbers = [f"114-{n:07}-7770001" for n in range(300)]
    threads = [
        threading.Thread(target=put, args=(numbers[::-1] if version % 2 else numbers, version)) for version in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert troubles == []
    with every_store.read() as session:
        assert {each.status for each in orders.stream_rows(session)} == {"S3"}
