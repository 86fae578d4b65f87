"""The response-time figures against counting by hand and against a plain brute force."""

from __future__ import annotations

import random
import statistics
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules.response_time import Row, figures, percentile, to_json

START, END = date(2026, 11, 2), date(2026, 11, 8)
T0 = datetime(2026, 11, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
AS_OF = T0 + timedelta(days=20)
NUMBERS = {
    *("messages", "answered_within_24h", "late", "unanswered_over_24h", "pending"),
    *("late_response_rate", "p50_hours", "p90_hours"),
}


def row(sent=T0, took=None, by="reply", marketplace="DE", agent="Ana", kind="buyer_message", hidden=False):
    """`took` in hours; None is unanswered."""
    answered = None if took is None else sent + took * HOUR
    return Row(
        sent, answered, by if answered else None, marketplace, agent if answered else None, kind, hidden
    )


def metrics(*rows, start=START, end=END, as_of=AS_OF):
    return to_json(figures(rows, start=start, end=end, as_of=as_of))


def test_the_keys_are_the_promised_ones():
    found = metrics(row(took=1))
    groups = {"by_day": "day", "by_marketplace": "marketplace", "by_agent": "agent", "by_kind": "kind"}
    assert set(found) == {"from", "to", "as_of", *NUMBERS, *groups}
    for group, key in groups.items():
        assert all(set(one) == {key, *NUMBERS} for one in found[group])
    assert (found["from"], found["to"], found["as_of"]) == (
        "2026-11-02",
        "2026-11-08",
        "2026-11-22T00:00:00Z",
    )


def test_a_range_without_messages_has_zeros_no_rate_and_all_its_days():
    found = metrics()
    assert [found[key] for key in ("messages", "late_response_rate", "p50_hours", "p90_hours")] == [
        0,
        None,
        None,
        None,
    ]
    assert [day["day"] for day in found["by_day"]] == [f"2026-11-0{n}" for n in range(2, 9)]
    assert {day["messages"] for day in found["by_day"]} == {0}
    assert found["by_marketplace"] == found["by_agent"] == found["by_kind"] == []


def test_the_four_counts_and_the_rate():
    as_of = T0 + 60 * HOUR
    found = metrics(
        row(took=1),
        row(took=24),
        row(took=25),
        row(sent=T0 + HOUR),
        row(sent=as_of - 24 * HOUR),
        row(sent=as_of - 24 * HOUR - SECOND),
        as_of=as_of,
    )
    assert found["messages"] == 6
    assert (found["answered_within_24h"], found["late"]) == (2, 1)
    assert (found["unanswered_over_24h"], found["pending"]) == (2, 1)
    assert found["late_response_rate"] == 3 / 5
    assert (found["p50_hours"], found["p90_hours"]) == (24.0, 24.8)


def test_the_rate_is_null_while_everything_is_pending():
    assert metrics(row(), as_of=T0 + HOUR)["late_response_rate"] is None


@pytest.mark.parametrize(
    ("sent", "n"),
    [
        (T0 - SECOND, 0),
        (T0, 1),
        (T0 + timedelta(days=7) - SECOND, 1),
        (T0 + timedelta(days=7), 0),
        (AS_OF + SECOND, 0),
    ],
)
def test_the_range_runs_from_midnight_to_midnight_in_utc(sent, n):
    assert metrics(row(sent=sent))["messages"] == n


def test_what_came_after_as_of_is_not_known_yet():
    as_of = T0 + 30 * HOUR
    later_answer, later_mark = row(took=31), row(took=31, by="no_response_needed")
    found = metrics(later_answer, later_mark, row(sent=as_of + SECOND), row(sent=as_of, took=1), as_of=as_of)
    assert (found["messages"], found["unanswered_over_24h"], found["pending"], found["late"]) == (3, 2, 1, 0)


def test_an_answer_in_the_second_of_as_of_has_happened():
    assert metrics(row(took=2), as_of=T0 + 2 * HOUR)["answered_within_24h"] == 1
    assert metrics(row(took=2), as_of=T0 + 2 * HOUR - SECOND)["pending"] == 1


def test_no_response_needed_is_left_out_from_the_moment_of_the_mark():
    waived = row(took=2, by="no_response_needed")
    assert metrics(waived)["messages"] == 0
    assert metrics(waived, as_of=T0 + 2 * HOUR)["messages"] == 0
    assert metrics(waived, as_of=T0 + 2 * HOUR - SECOND)["pending"] == 1


def test_mail_beyond_the_horizon_counts_only_if_it_was_answered():
    assert metrics(row(hidden=True))["messages"] == 0
    assert metrics(row(took=2, by="no_response_needed", hidden=True), as_of=T0 + HOUR)["messages"] == 0
    assert metrics(row(took=2, hidden=True))["answered_within_24h"] == 1


def test_groups_carry_the_same_figures_and_agents_only_what_was_answered():
    found = metrics(
        row(took=1),
        row(took=30, agent=None, marketplace="US"),
        row(marketplace=None, kind="amazon_cs_message"),
    )
    assert [(one["agent"], one["messages"], one["late"]) for one in found["by_agent"]] == [
        ("Ana", 1, 0),
        ("unknown", 1, 1),
    ]
    assert [one["marketplace"] for one in found["by_marketplace"]] == ["DE", "US", None]
    assert [(one["kind"], one["messages"]) for one in found["by_kind"]] == [
        ("amazon_cs_message", 1),
        ("buyer_message", 2),
    ]
    assert found["by_day"][0]["messages"] == 3


def test_plain_tuples_are_rows_too():
    rows = [tuple(row(took=1))]
    assert figures(rows, start=START, end=END, as_of=AS_OF).total.messages == 1


def test_a_range_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="before it starts"):
        figures([], start=END, end=START, as_of=AS_OF)


def brute(rows, start, end, as_of):
    """The figures by lists: filter, then count each thing on its own."""

    def known_answer(r):
        return r.answered_at if r.answered_at and r.answered_at <= as_of else None

    def is_waived(r):
        return r.answered_by == "no_response_needed" and known_answer(r)

    def never(r):
        return r.hidden and r.answered_by != "reply"

    inside = [r for r in rows if start <= r.sent_at.date() <= end and r.sent_at <= as_of]
    inside = [r for r in inside if not is_waived(r) and not never(r)]
    answered = [r for r in inside if known_answer(r)]
    open_ = [r for r in inside if not known_answer(r)]
    hours = sorted((r.answered_at - r.sent_at).total_seconds() / 3600 for r in answered)
    late = sum(h > 24 for h in hours)
    over = sum((as_of - r.sent_at).total_seconds() > 86400 for r in open_)
    pending = len(open_) - over
    decided = len(inside) - pending
    tenths = statistics.quantiles(hours, n=10, method="inclusive") if len(hours) > 1 else hours * 9
    numbers = {
        "messages": len(inside),
        "answered_within_24h": len(hours) - late,
        "late": late,
        "unanswered_over_24h": over,
        "pending": pending,
        "late_response_rate": (late + over) / decided if decided else None,
        "p50_hours": pytest.approx(statistics.median(hours), abs=1e-4) if hours else None,
        "p90_hours": pytest.approx(tenths[8], abs=1e-4) if hours else None,
    }
    return inside, answered, numbers


def random_row(r):
    sent = T0 + timedelta(seconds=r.randrange(-2 * 86400, 9 * 86400))
    took = r.choice((None, r.random() * 60, 24, 24 + 1 / 3600, 1))
    by = r.choice(("reply", "reply", "reply", "no_response_needed"))
    return row(
        sent,
        took,
        by,
        marketplace=r.choice(("DE", "US", None)),
        agent=r.choice(("Ana", "Bo", None)),
        kind=r.choice(("buyer_message", "amazon_cs_message")),
        hidden=r.random() < 0.1,
    )


def test_the_figures_agree_with_the_brute_force_in_total_and_in_every_group():
    r = random.Random(23)
    for _ in range(400):
        rows = [random_row(r) for _ in range(r.choice((0, 1, 2, 5, 60)))]
        as_of = T0 + r.random() * timedelta(days=10)
        found = metrics(*rows, as_of=as_of)
        inside, answered, numbers = brute(rows, START, END, as_of)
        assert {key: found[key] for key in NUMBERS} == numbers
        for group, key, members, name in (
            ("by_day", "day", inside, lambda m: m.sent_at.date().isoformat()),
            ("by_marketplace", "marketplace", inside, lambda m: m.marketplace),
            ("by_agent", "agent", answered, lambda m: m.agent or "unknown"),
            ("by_kind", "kind", inside, lambda m: m.kind),
        ):
            names = [one[key] for one in found[group]]
            assert len(names) == len(set(names))
            assert {name(member) for member in members} == {
                one[key] for one in found[group] if one["messages"]
            }
            for one in found[group]:
                _, _, expected = brute([m for m in members if name(m) == one[key]], START, END, as_of)
                assert {k: one[k] for k in NUMBERS} == expected


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 40))
def test_the_order_of_the_rows_changes_nothing_and_the_counts_add_up(seed, n):
    r = random.Random(seed)
    rows = [random_row(r) for _ in range(n)]
    found = metrics(*rows, as_of=T0 + timedelta(days=5))
    assert metrics(*r.sample(rows, n), as_of=T0 + timedelta(days=5)) == found
    parts = ("answered_within_24h", "late", "unanswered_over_24h", "pending")
    assert found["messages"] == sum(found[part] for part in parts)
    for group in ("by_day", "by_marketplace", "by_kind"):
        for part in ("messages", *parts):
            assert sum(one[part] for one in found[group]) == found[part]


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        ([], 0.5, None),
        ([3.0], 0.9, 3.0),
        ([1.0, 2.0], 0.5, 1.5),
        ([0.0, 10.0], 0.9, 9.0),
        ([1.0, 2.0, 4.0], 0.9, 3.6),
    ],
)
def test_percentiles_are_linearly_interpolated(values, share, expected):
    assert percentile(values, share) == (None if expected is None else pytest.approx(expected))
