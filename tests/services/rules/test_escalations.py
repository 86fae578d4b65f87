"""The ladder: steps in their order, each once, after its patience, when people may be disturbed."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.rules.escalations import (
    Calendar,
    Done,
    Facts,
    Found,
    Step,
    following,
    initials_of,
    median,
    merged,
    next_step,
    refusal,
    to_stand,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Monday, 10 o'clock in Berlin.
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ALWAYS = Calendar()
BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Calendar(BERLIN, (time(20), time(7)), frozenset({6}), frozenset({date(2026, 12, 25)}))
ALL = ("product", "mail", "chat")


def climbed(facts: Facts, calendar: Calendar, until: datetime, becomes: str = "sent") -> list[Step]:
    """All steps that are made if the desk looks every hour."""
    now, made = facts.opened_at, []
    while now <= until:
        while step := next_step(facts, now, calendar):
            made.append(step)
            done = Done(step.channel, step.attempt, becomes if step.channel != "product" else "sent", now)
            facts = Facts(facts.opened_at, facts.urgency, facts.channels, (*facts.done, done), patience=facts.patience)
        now += HOUR
    return made


def test_each_channel_is_tried_twice_before_the_next_with_two_days_between() -> None:
    made = climbed(Facts(MONDAY, "normal", ALL), ALWAYS, MONDAY + 30 * DAY)
    assert [(each.channel, each.attempt, each.due_at - MONDAY) for each in made] == [
        ("product", 1, 0 * DAY), ("product", 2, 2 * DAY), ("mail", 1, 4 * DAY), ("mail", 2, 6 * DAY),
        ("chat", 1, 8 * DAY), ("chat", 2, 10 * DAY),
    ]  # fmt: skip


@pytest.mark.parametrize(("urgency", "hours"), [("now", 1), ("today", 8), ("normal", 48), ("whatever", 48)])
def test_patience_goes_by_urgency(urgency: str, hours: int) -> None:
    made = climbed(Facts(MONDAY, urgency, ("product",)), ALWAYS, MONDAY + 9 * DAY)
    assert made[1].due_at - made[0].due_at == hours * HOUR


def test_the_settings_patience_counts_before_the_usual_one() -> None:
    made = climbed(Facts(MONDAY, "normal", ("product",), patience=3 * HOUR), ALWAYS, MONDAY + DAY)
    assert made[1].due_at - made[0].due_at == 3 * HOUR


def test_an_acknowledgement_ends_the_ladder() -> None:
    assert next_step(Facts(MONDAY, "normal", ALL, stopped=True), MONDAY + 9 * DAY, ALWAYS) is None


def test_a_channel_that_fails_lets_the_next_one_begin_at_once_and_is_not_tried_again() -> None:
    made = climbed(Facts(MONDAY, "normal", ("mail", "chat")), ALWAYS, MONDAY + 9 * DAY, becomes="failed")
    assert [(each.channel, each.attempt, each.due_at) for each in made] == [
        ("mail", 1, MONDAY), ("chat", 1, MONDAY),
    ]  # fmt: skip


@pytest.mark.parametrize("state", ["queued", "sending"])
def test_nothing_else_begins_while_a_step_is_under_way(state: str) -> None:
    facts = Facts(MONDAY, "normal", ALL, (Done("mail", 1, state, MONDAY),))
    assert following(facts, MONDAY + 9 * DAY, ALWAYS) is None


def test_a_step_of_unknown_fate_counts_as_sent_and_is_never_repeated() -> None:
    facts = Facts(MONDAY, "normal", ("mail",), (Done("mail", 1, "unknown", MONDAY),))
    assert next_step(facts, MONDAY + DAY, ALWAYS) is None
    step = next_step(facts, MONDAY + 2 * DAY, ALWAYS)
    assert step is not None
    assert (step.channel, step.attempt) == ("mail", 2)


def test_what_is_due_at_night_on_a_sunday_or_on_a_holiday_waits_for_the_next_morning() -> None:
    local = {
        "evening": (datetime(2026, 11, 23, 21, tzinfo=BERLIN), datetime(2026, 11, 24, 7, tzinfo=BERLIN)),
        "before dawn": (datetime(2026, 11, 24, 5, tzinfo=BERLIN), datetime(2026, 11, 24, 7, tzinfo=BERLIN)),
        "saturday night": (datetime(2026, 11, 28, 22, tzinfo=BERLIN), datetime(2026, 11, 30, 7, tzinfo=BERLIN)),
        "christmas": (datetime(2026, 12, 25, 12, tzinfo=BERLIN), datetime(2026, 12, 26, 7, tzinfo=BERLIN)),
        "noon": (datetime(2026, 11, 23, 12, tzinfo=BERLIN), datetime(2026, 11, 23, 12, tzinfo=BERLIN)),
    }
    assert {name: OFFICE.opens(asked) == opens for name, (asked, opens) in local.items()} == dict.fromkeys(local, True)


def test_the_product_itself_disturbs_nobody_and_what_is_urgent_now_may_pass_the_night() -> None:
    night = datetime(2026, 11, 23, 22, tzinfo=BERLIN).astimezone(UTC)
    assert next_step(Facts(night, "normal", ("product",)), night, OFFICE) is not None
    assert next_step(Facts(night, "normal", ("mail",)), night, OFFICE) is None
    assert next_step(Facts(night, "now", ("mail",)), night, OFFICE) is not None
    strict = Calendar(BERLIN, OFFICE.quiet, now_passes=False)
    assert next_step(Facts(night, "now", ("mail",)), night, strict) is None


def test_a_step_that_was_due_by_day_does_not_leave_at_night_because_the_desk_was_off() -> None:
    night = datetime(2026, 11, 23, 23, tzinfo=BERLIN).astimezone(UTC)
    facts = Facts(MONDAY, "normal", ("mail",))
    assert next_step(facts, night, OFFICE) is None
    assert following(facts, night, OFFICE) == Step(0, "mail", 1, datetime(2026, 11, 24, 6, tzinfo=UTC))


def test_closed_days_do_not_use_up_patience() -> None:
    friday = datetime(2026, 11, 27, 12, tzinfo=BERLIN)
    weekend = Calendar(BERLIN, None, frozenset({5, 6}))
    assert weekend.after(friday, 2 * DAY) == datetime(2026, 12, 1, 12, tzinfo=BERLIN)
    assert OFFICE.after(friday, 2 * DAY) == datetime(2026, 11, 30, 12, tzinfo=BERLIN)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_the_change_of_the_clocks_costs_no_hour_of_the_night(day: date) -> None:
    calendar = Calendar(BERLIN, (time(22), time(2, 30)))
    night = datetime.combine(day, time(0, 30), BERLIN).astimezone(UTC)
    opens = calendar.opens(night)
    assert calendar.opens(opens) == opens
    assert timedelta(0) < opens - night <= 3 * HOUR
    assert opens.astimezone(BERLIN).time() >= time(2, 30)


PARTS = st.builds(
    Calendar,
    st.sampled_from([UTC, BERLIN, ZoneInfo("America/Los_Angeles"), ZoneInfo("Pacific/Auckland")]),
    st.none() | st.tuples(st.times(), st.times()),
    st.frozensets(st.integers(0, 6), max_size=6),
    st.frozensets(st.dates(date(2026, 10, 1), date(2026, 12, 31)), max_size=5),
)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=60)).map(lambda later: datetime(2026, 10, 1, tzinfo=UTC) + later)


@settings(max_examples=60, deadline=None)
@given(PARTS, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=5)))
def test_a_calendar_opens_later_never_sooner_and_once_open_stays_open(
    calendar: Calendar, moment: datetime, patience: timedelta
) -> None:
    opens = calendar.opens(moment)
    assert opens >= moment
    assert calendar.opens(opens) == opens
    assert not calendar.is_closed(opens.astimezone(calendar.zone).date())
    assert calendar.after(moment, patience) >= moment + patience


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["now", "today", "normal"]),
    st.lists(st.sampled_from(["product", "mail", "chat", "sms"]), unique=True, max_size=4),
    st.lists(st.sampled_from(["sent", "unknown", "failed"]), min_size=8, max_size=8),
    PARTS,
)
def test_however_it_goes_no_step_is_made_twice_and_the_ladder_ends(
    urgency: str, channels: list[str], fates: list[str], calendar: Calendar
) -> None:
    facts, now, made = Facts(MONDAY, urgency, tuple(channels)), MONDAY, list[Step]()
    for fate in fates:
        step = following(facts, now, calendar)
        if step is None:
            break
        made.append(step)
        now = max(now, step.due_at)
        done = (*facts.done, Done(step.channel, step.attempt, fate, now))
        facts = Facts(facts.opened_at, urgency, facts.channels, done)
    places = [(step.rung, step.attempt) for step in made]
    assert places == sorted(set(places))
    outward = [step for step in made if step.channel != "product" and urgency != "now"]
    assert [step for step in outward if calendar.opens(step.due_at) != step.due_at] == []


def test_rows_of_one_step_are_one_and_reach_somebody_if_one_row_does() -> None:
    rows = [Done("mail", 1, state, MONDAY) for state in ("failed", "sent")] + [Done("mail", 2, "failed", MONDAY)]
    assert {(each.attempt, each.state) for each in merged(rows)} == {(1, "sent"), (2, "failed")}


def test_of_many_things_at_once_five_are_named_and_what_stands_keeps_standing() -> None:
    late = [Found("late", "acme", f"late:{n}", MONDAY + n * HOUR) for n in range(9)]
    one_by_one, rest = to_stand(late, {"late:8"})
    assert [each.key for each in one_by_one] == ["late:8", "late:0", "late:1", "late:2", "late:3"]
    assert rest == {"late:acme": 4}
    assert to_stand(late[:5], ()) == (late[:5], {})


@pytest.mark.parametrize(
    ("sentence", "by", "urgency", "initials", "says"),
    [
        ("", DAY, "normal", "AB", "one sentence"),
        ("a" * 201, DAY, "normal", "AB", "201 characters"),
        ("A buyer threatens to sue.", -HOUR, "normal", "AB", "still to come"),
        ("A buyer threatens to sue.", DAY, "soon", "AB", "how urgent"),
        ("A buyer threatens to sue.", DAY, "normal", "A1", "initials"),
        ("A buyer threatens to sue.", DAY, "normal", "äö", None),
    ],
)
def test_a_sentence_a_time_and_initials_are_wanted(
    sentence: str, by: timedelta, urgency: str, initials: str, says: str | None
) -> None:
    found = refusal(sentence, MONDAY + by, urgency, initials, MONDAY)
    assert found is None if says is None else says in (found or "")


@pytest.mark.parametrize(("name", "letters"), [("Anna Berg", "AB"), ("You", "Y"), ("李 雷", "李雷"), ("42", "X")])
def test_initials_come_from_the_name(name: str, letters: str) -> None:
    assert initials_of(name) == letters


def test_the_median_of_nothing_is_nothing() -> None:
    assert median([]) is None
    assert median([HOUR, 3 * HOUR, 30 * HOUR]) == 3 * HOUR
