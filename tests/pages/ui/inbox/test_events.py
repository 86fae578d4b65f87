"""What a part of the Inbox may answer: every value is known by name and converted, everything else is refused."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.ui.inbox import events
from services.errors import Rejected

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("values", "read"),
    [
        ({"at": "2026-11-22T09:30"}, {"at": datetime(2026, 11, 22, 8, 30, tzinfo=UTC)}),
        ({"at": None}, {"at": None}),
        ({"until": 1795338000}, {"until": datetime(2026, 11, 22, 9, 0, tzinfo=UTC)}),
        ({"promise_until": None}, {"promise_until": None}),
        ({"message_ids": "3,5,-7"}, {"message_ids": (3, 5, -7)}),
        ({"mark_ids": [1, 2]}, {"mark_ids": (1, 2)}),
        ({"other_ticket": " #292 "}, {"other_ticket": 292}),
        ({"across_orders": "yes"}, {"across_orders": True}),
        ({"across_orders": "no"}, {"across_orders": False}),
        ({"to": ""}, {"to": None}),
        ({"text": "Grüße\n🙂"}, {"text": "Grüße\n🙂"}),
        ({"chosen_ticket": None}, {"chosen_ticket": None}),
    ],
)
def test_values_are_converted_by_their_names(values: dict[str, Any], read: dict[str, Any]) -> None:
    found = events.read({"what": "x", "ticket": 1, "version": 2, "values": values}, BERLIN)
    assert (found.what, found.ticket, found.version, dict(found.values)) == ("x", 1, 2, read)


@pytest.mark.parametrize(
    "values",
    [
        {"store": "another"},
        {"at": "yesterday"},
        {"until": 10**30},
        {"until": True},
        {"message_ids": "1;2"},
        {"mark_ids": ["1"]},
        {"other_ticket": "the other one"},
        {"text": "x" * (events.LONGEST + 1)},
        {"text": 3},
        {"outbox_id": "3"},
    ],
)
def test_what_cannot_be_converted_is_refused_in_a_sentence(values: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        events.read({"what": "x", "ticket": 1, "version": 2, "values": values}, BERLIN)


def test_many_tickets_come_with_their_versions() -> None:
    asked = {"what": "assign", "targets": [[3, 1], [5, 2]], "values": {"person": "Ana"}}
    found = events.read_bulk(asked, BERLIN)
    assert (found.what, found.targets, dict(found.values)) == ("assign", ((3, 1), (5, 2)), {"person": "Ana"})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, st.sampled_from(["ticket", "version", "what", "values", "targets"]), JSON)
def test_nothing_a_browser_may_say_breaks_the_page(said: Any, name: str, value: Any) -> None:
    shaped = {"what": "x", "ticket": 1, "version": 1, "values": {}, "targets": [[1, 1]], name: value}
    for raw in (said, shaped):
        for read in (events.read, events.read_bulk):
            with suppress(Rejected):
                read(raw, BERLIN)
