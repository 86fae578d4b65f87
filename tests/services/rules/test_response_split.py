"""Where the time of an answer went: the parts add up exactly, and nobody is charged with another's delay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules.response_split import PARTS, Question, Turn, split

T0 = datetime(2026, 11, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def at(hours):
    return T0 + hours * HOUR


def parts(answered=10.0, imported=0.0, agent="Ana", turns=(), questions=()):
    made = split(
        sent_at=T0,
        imported_at=at(imported),
        answered_at=at(answered),
        agent=agent,
        turns=[Turn(at(h), who, on) for h, who, on in turns],
        questions=[Question(at(a), None if b is None else at(b)) for a, b in questions],
    )
    hours = {name: getattr(made, name) / HOUR for name in PARTS if getattr(made, name)}
    return hours, made.ran_out, made.charged, made.inherited


ANA, BO = (2, "Ana", True), (5, "Bo", True)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ({}, {"unowned": 10}),
        ({"imported": 1}, {"importing": 1, "unowned": 9}),
        ({"imported": 20}, {"importing": 10}),
        ({"turns": [ANA]}, {"unowned": 2, "mine": 8}),
        ({"turns": [(-3, "Ana", True)]}, {"mine": 10}),
        ({"turns": [ANA, BO]}, {"unowned": 2, "mine": 8}),
        ({"turns": [ANA, BO], "agent": "Bo"}, {"unowned": 2, "others": 8}),
        ({"turns": [ANA, BO, (6, "Ana", False)], "agent": "Bo"}, {"unowned": 2, "others": 4, "mine": 4}),
        ({"turns": [ANA, (4, "Ana", False)]}, {"unowned": 8, "mine": 2}),
        ({"turns": [ANA], "questions": [(3, 7)]}, {"unowned": 2, "supervisor": 4, "mine": 4}),
        ({"turns": [ANA], "questions": [(3, None)]}, {"unowned": 2, "supervisor": 7, "mine": 1}),
        ({"turns": [ANA], "questions": [(3, 5), (4, 7)]}, {"unowned": 2, "supervisor": 4, "mine": 4}),
        ({"imported": 4, "turns": [ANA]}, {"importing": 4, "mine": 6}),
        ({"agent": None, "turns": [ANA]}, {"unowned": 2, "others": 8}),
        ({"answered": 0}, {}),
        ({"turns": [(12, "Ana", True)]}, {"unowned": 10}),
    ],
)
def test_where_the_time_went(given_, expected):
    hours, ran_out, charged, inherited = parts(**given_)
    assert {name: pytest.approx(value) for name, value in hours.items()} == expected
    assert (ran_out, charged, inherited) == ("", None, False)


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        # In Ana's hands all the time: hers.
        ({"turns": [ANA]}, ("mine", "Ana", False)),
        # Taken over when it was late already: not charged to who answered.
        ({"turns": [(26, "Ana", True)]}, ("unowned", None, True)),
        ({"imported": 25}, ("importing", None, True)),
        ({"turns": [ANA, (20, "Ana", False), (26, "Bo", True)], "agent": "Bo"}, ("unowned", None, True)),
        ({"turns": [ANA, (25, "Bo", True), (25, "Ana", False)], "agent": "Bo"}, ("others", "Ana", True)),
        ({"turns": [ANA], "questions": [(3, 29)]}, ("supervisor", None, True)),
        # Taken in the very moment in which the time ran out: too late to do anything.
        ({"turns": [(24, "Ana", True)]}, ("unowned", None, True)),
    ],
)
def test_lateness_is_charged_to_where_the_time_ran_out(given_, expected):
    _, ran_out, charged, inherited = parts(answered=30, **given_)
    assert (ran_out, charged, inherited) == expected


@pytest.mark.parametrize(("answered", "ran_out"), [(24, ""), (24.001, "mine")])
def test_exactly_24_hours_are_in_time(answered, ran_out):
    assert parts(answered=answered, turns=[(-1, "Ana", True)])[1] == ran_out


moments = st.integers(-50_000, 200_000).map(lambda seconds: T0 + timedelta(seconds=seconds, microseconds=7))
turns = st.builds(Turn, moments, st.sampled_from(("Ana", "Bo", "Cy")), st.booleans())
questions = st.builds(Question, moments, st.one_of(st.none(), moments))


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 200_000), moments, st.sampled_from(("Ana", None)), st.lists(turns, max_size=6),
       st.lists(questions, max_size=3))  # fmt: skip
def test_the_parts_always_add_up_to_the_whole_time(seconds, imported, agent, put, asked):
    answered = T0 + timedelta(seconds=seconds)
    made = split(sent_at=T0, imported_at=imported, answered_at=answered, agent=agent, turns=put, questions=asked)
    assert made.whole == answered - T0
    assert all(getattr(made, name) >= timedelta(0) for name in PARTS)
    assert bool(made.ran_out) == (answered - T0 > timedelta(hours=24))
    if made.charged:
        assert getattr(made, made.ran_out) > timedelta(0)


def test_an_answer_before_the_message_is_refused():
    with pytest.raises(ValueError, match="before"):
        split(sent_at=T0, imported_at=T0, answered_at=T0 - HOUR, agent=None, turns=[], questions=[])
