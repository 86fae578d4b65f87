"""Cells add up to what counting all messages at once gives, and both to a plain brute force."""

from __future__ import annotations

import random
import statistics
from array import array
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules import response_cells as cells
from services.rules.response_cells import Ages, Fact, Tally, fate
from services.rules.response_time import numbers

T0 = datetime(2026, 11, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
EVER = datetime.max.replace(tzinfo=UTC)


def fact(sent=T0, took=None, by="reply", *, n=1, marketplace="DE", agent="Ana", hidden=False, first=True, **more):
    """`took` in hours; None is unanswered."""
    answered = None if took is None else sent + took * HOUR
    who = agent if answered and by == "reply" else None
    values = {"kind": "buyer_message", "language": "de", **more}
    return Fact(n, n, "acme", marketplace, values["kind"], values["language"], sent, answered,
                by if answered else None, who, hidden, first)  # fmt: skip


def never(sent_at):
    return sent_at + 10_000 * HOUR


@pytest.mark.parametrize(
    ("message", "as_of", "expected"),
    [
        (fact(took=24), EVER, "within"),
        (fact(took=24 + 1 / 3600), EVER, "late"),
        (fact(took=30), T0 + 24 * HOUR, "pending"),
        (fact(took=30), T0 + 24 * HOUR + SECOND, "unanswered"),
        (fact(took=30), T0 + 30 * HOUR, "late"),
        (fact(), T0 - SECOND, ""),
        (fact(took=2, by="no_response_needed"), T0 + HOUR, "pending"),
        (fact(took=2, by="no_response_needed"), T0 + 2 * HOUR, ""),
        (fact(hidden=True), EVER, ""),
        (fact(took=2, hidden=True), EVER, "within"),
    ],
)
def test_what_became_of_a_message_depends_on_when_it_is_looked_at(message, as_of, expected):
    assert fate(message, as_of) == expected


def some_facts(seed, n):
    r = random.Random(seed)
    made = []
    for number in range(n):
        sent = T0 + timedelta(seconds=r.randrange(9 * 86400))
        took = r.choice((None, r.random() * 100, 24, 24 + 1 / 3600, 0.5, 300))
        by = r.choice(("reply", "reply", "reply", "no_response_needed"))
        place, agent = r.choice(("DE", "US", None)), r.choice(("Ana", "Bo", None))
        made.append(
            fact(
                sent,
                took,
                by,
                n=number,
                marketplace=place,
                agent=agent,
                hidden=r.random() < 0.1,
                first=r.random() < 0.5,
                language=r.choice(("de", None)),
            )  # fmt: skip
        )
    return made


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 60), st.integers(0, 14))
def test_cells_agree_with_a_brute_force_on_every_level_and_marketplace(seed, n, days):
    as_of = T0 + timedelta(days=days)
    facts = some_facts(seed, n)
    found, waiting = cells.count(facts, as_of=as_of, house=never, by_place=True)
    assert sorted(f.message_id for f in waiting) == [
        f.message_id for f in facts if fate(f, as_of) in ("unanswered", "pending")
    ]
    for place in ("", "DE", "US"):
        mine = [f for f in facts if fate(f, as_of) in ("within", "late") and place in ("", f.marketplace)]
        for level in cells.LEVELS:
            expected = {}
            for f in mine:
                expected.setdefault((f.sent_at.date(), cells.name_on(level, f)), []).append(f)
            got = {(k.day, k.name): t for k, t in found.items() if (k.place, k.level) == (place, level)}
            assert {key: sorted(t.took) for key, t in got.items()} == {
                key: sorted((f.answered_at - f.sent_at) // timedelta(microseconds=1) for f in some)
                for key, some in expected.items()
            }
            for key, some in expected.items():
                late = sum((f.answered_at - f.sent_at).total_seconds() > 86400 for f in some)
                assert (got[key].late, got[key].within) == (late, len(some) - late)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=40), st.integers(0, 9))
def test_figures_of_joined_cells_have_exact_percentiles(took, cut):
    first, second = Tally(took=array("q", took[:cut])), Tally(took=array("q", took[cut:]))
    first.add(second)
    found = numbers(first, 0, 0)
    assert found.p50_hours == pytest.approx(statistics.median(took) / 3.6e9, abs=1e-4)
    if len(took) > 1:
        percent = statistics.quantiles(took, n=100, method="inclusive")
        assert found.p90_hours == pytest.approx(percent[89] / 3.6e9, abs=1e-4)
        assert found.p99_hours == pytest.approx(percent[98] / 3.6e9, abs=1e-4)


@given(st.lists(st.integers(-(10**6), 10**14), max_size=20))
def test_what_is_packed_comes_back_in_order(took):
    assert list(cells.unpacked(Tally(took=array("q", took)).packed())) == sorted(took)


def test_packing_is_the_same_on_every_machine():
    assert Tally(took=array("q", [256, 1])).packed() == bytes([1, *[0] * 7, 0, 1, *[0] * 6])


def test_the_house_is_only_asked_about_what_is_late():
    asked = []
    facts = [fact(took=1, n=1), fact(took=30, n=2), fact(took=50, n=3)]

    def house(sent_at):
        asked.append(sent_at)
        return sent_at + 48 * HOUR

    found, _ = cells.count(facts, as_of=EVER, house=house, by_place=False, levels=("all",))
    (tally,) = found.values()
    assert (tally.late, tally.house_late, len(asked)) == (2, 1, 2)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 40), st.integers(0, 16))
def test_the_backlog_agrees_with_looking_at_every_midnight(seed, n, days):
    facts, as_of = some_facts(seed, n), T0 + timedelta(days=days, hours=5)
    parts = [cells.backlog(facts, as_of=as_of, by_place=False, answered=which) for which in (True, False)]
    for k in range(30):
        tick, end = (T0 + timedelta(days=k)).date(), T0 + timedelta(days=k + 1)
        got = Ages()
        for part in parts:
            for (_, at, _), ages in part.items():
                got = got.plus(ages) if at == tick else got
        expected = [0, 0, 0, 0]
        for f in facts:
            kept = fate(f, as_of)
            until = f.answered_at if kept in ("within", "late") else as_of
            if kept and f.sent_at <= end and (end < until or (until is as_of and end <= as_of)):
                age = (end - f.sent_at) / HOUR
                expected[0 if age <= 12 else 1 if age <= 24 else 2 if age <= 72 else 3] += 1
        assert got == Ages(*expected), tick


@pytest.mark.parametrize(
    ("hours", "bar"), [(0, 0), (2, 0), (2.001, 1), (24, 11), (24.001, 12), (48, 23), (48.001, 24), (500, 24)]
)
def test_each_answer_stands_in_one_bar_and_24_hours_end_one(hours, bar):
    bars = cells.distribution([round(hours * cells.PER_HOUR)])
    assert [n for n, value in enumerate(bars) if value] == [bar]
    assert len(bars) == 25


def test_a_cells_day_is_the_utc_day():
    found, _ = cells.count(
        [fact(datetime(2026, 11, 2, 23, 59, tzinfo=UTC), took=1)], as_of=EVER, house=never, by_place=False
    )
    assert {key.day for key in found} == {date(2026, 11, 2)}
