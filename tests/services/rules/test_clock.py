"""The 24-hour clock against a naive simulation, and its edges one by one."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from services.rules import clock
from services.rules.clock import Asked, Reply, Verdict, judge
from tests.services.rules.clock_oracle import (
    DAY,
    Event,
    Fate,
    given,
    last_state,
    moment,
    simulate,
    thread,
    without_second_marks,
)

T0 = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY = frozenset({6})

THREADS = 100_000


def judged(events: list[Event], r: random.Random | None = None) -> tuple[Verdict, ...]:
    found = given(events, r)
    return judge(found.asked, found.replies, found.waived)


def as_fates(verdicts: tuple[Verdict, ...]) -> dict[int, Fate]:
    return {
        v.id: Fate(
            int(v.sent_at.timestamp()),
            None if v.answered_at is None else int(v.answered_at.timestamp()),
            v.answered_by,
            v.agent,
            v.hidden,
        )
        for v in verdicts
    }


def due_second(verdicts: tuple[Verdict, ...]) -> int | None:
    due = clock.due_at(clock.awaiting_since(verdicts))
    return None if due is None else int(due.timestamp())


def test_a_hundred_thousand_threads_end_as_the_simulation_ends_to_the_second():
    r = random.Random(20261120)
    owed = waived = in_a_row = 0
    for n in range(THREADS):
        events = without_second_marks(thread(r))
        verdicts = judged(events, r)
        pad = last_state(events)
        oldest = pad.oldest()
        assert as_fates(verdicts) == pad.fates(), (n, events)
        assert due_second(verdicts) == (None if oldest is None else oldest + DAY), (n, events)
        owed += oldest is not None
        waived += any(fate.by == "no_response_needed" for fate in pad.done.values())
        in_a_row += len(pad.waiting) > 1
    # The generator is worth nothing if it never reaches the cases that matter.
    assert min(owed, waived, in_a_row) > THREADS // 20


def test_at_every_moment_of_a_thread_the_due_time_is_what_it_was_then():
    r = random.Random(7)
    for _ in range(10_000):
        events = without_second_marks(thread(r))
        for second, pad in simulate(events):
            known = [event for event in events if event.at <= second]
            oldest = pad.oldest()
            assert due_second(judged(known, r)) == (None if oldest is None else oldest + DAY), events


def test_nothing_that_is_not_an_answer_moves_a_due_time():
    r = random.Random(11)
    for _ in range(5_000):
        events = without_second_marks(thread(r))
        plain = judged(events)
        noise = [Event(r.choice(events).at + r.choice((-1, 0, 1, DAY)), "auto", by="Ana") for _ in range(3)]
        # Shuffled, doubled and moved into other zones; with automatic replies; both.
        assert judged(events, r) == plain
        assert judged(events + noise) == plain
        assert judged(events + noise, r) == plain


def test_later_events_never_change_how_an_answered_message_was_answered():
    r = random.Random(13)
    for _ in range(5_000):
        events = without_second_marks(thread(r))
        end = max(event.at for event in events)
        before = as_fates(judged(events))
        later = events + [Event(end + 1, "asked", 999), Event(end + 2, "replied", by="Bo")]
        after = as_fates(judged(later))
        assert after[999] == Fate(end + 1, end + 2, "reply", "Bo")
        assert all(after[id_] == fate for id_, fate in before.items() if fate.by is not None)


def test_the_clock_of_a_thread_is_that_of_its_oldest_unanswered_message():
    asked = [Asked(1, T0), Asked(2, T0 + 5 * HOUR)]
    assert clock.awaiting_since(judge(asked, [], {})) == T0


def test_the_next_message_after_a_reply_starts_the_clock_again():
    asked = [Asked(1, T0), Asked(2, T0 + 3 * HOUR)]
    assert clock.awaiting_since(judge(asked, [Reply(T0 + HOUR)], {})) == T0 + 3 * HOUR


def test_one_reply_answers_all_earlier_messages_and_none_of_its_own_second():
    asked = [Asked(1, T0), Asked(2, T0 + HOUR), Asked(3, T0 + 2 * HOUR)]
    verdicts = judge(asked, [Reply(T0 + 2 * HOUR, "Ana")], {})
    assert [(v.answered_at, v.agent) for v in verdicts] == [(T0 + 2 * HOUR, "Ana")] * 2 + [(None, None)]


def test_an_automatic_reply_is_no_answer():
    (verdict,) = judge([Asked(1, T0)], [Reply(T0 + HOUR, automatic=True)], {})
    assert verdict.answered_by is None


@pytest.mark.parametrize(
    ("reply_after", "answered_by", "answered_after"),
    [
        (None, "no_response_needed", 2 * HOUR),
        (3 * HOUR, "no_response_needed", 2 * HOUR),
        (2 * HOUR, "no_response_needed", 2 * HOUR),
        (2 * HOUR - SECOND, "reply", 2 * HOUR - SECOND),
    ],
)
def test_of_a_mark_and_a_reply_the_earlier_one_counts(reply_after, answered_by, answered_after):
    replies = [] if reply_after is None else [Reply(T0 + reply_after, "Ana")]
    (verdict,) = judge([Asked(1, T0)], replies, {1: T0 + 2 * HOUR})
    assert (verdict.answered_by, verdict.answered_at) == (answered_by, T0 + answered_after)


def test_no_response_needed_takes_out_one_message_only():
    asked = [Asked(1, T0), Asked(2, T0 + HOUR)]
    assert clock.awaiting_since(judge(asked, [], {1: T0 + 2 * HOUR})) == T0 + HOUR


def test_a_mark_of_an_unknown_message_changes_nothing():
    assert clock.awaiting_since(judge([Asked(1, T0)], [], {2: T0})) == T0


def test_a_hidden_message_is_never_owed_but_can_be_answered():
    unanswered, answered = Asked(1, T0, hidden=True), [Reply(T0 + 30 * HOUR)]
    (verdict,) = judge([unanswered], [], {})
    assert clock.awaiting_since([verdict]) is None
    assert clock.within_24h(verdict, T0 + 100 * HOUR) is None
    (verdict,) = judge([unanswered], answered, {})
    assert clock.within_24h(verdict, T0 + 100 * HOUR) is False


def test_a_message_given_twice_with_different_times_counts_from_the_earlier_in_either_order():
    twice = [Asked(1, T0 + HOUR), Asked(1, T0)]
    assert judge(twice, [], {}) == judge(twice[::-1], [], {}) == judge([Asked(1, T0)], [], {})


def test_verdicts_come_in_the_order_of_their_time_then_id():
    asked = [Asked(3, T0), Asked(1, T0 + HOUR), Asked(2, T0)]
    assert [v.id for v in judge(asked, [], {})] == [2, 3, 1]


def test_the_repeated_hour_of_a_dst_day_is_two_different_hours():
    # 02:30 happens twice in Berlin on this day; the message came in the first, the reply in the second.
    sent = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    reply = sent.replace(fold=1)
    (verdict,) = judge([Asked(1, sent)], [Reply(reply)], {})
    assert verdict.answered_at == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert judge([Asked(1, reply)], [Reply(sent)], {})[0].answered_at is None


@pytest.mark.parametrize(
    ("sent", "due"),
    [
        (datetime(2026, 10, 24, 12, 0, tzinfo=BERLIN), datetime(2026, 10, 25, 11, 0, tzinfo=BERLIN)),
        (datetime(2026, 3, 28, 12, 0, tzinfo=BERLIN), datetime(2026, 3, 29, 13, 0, tzinfo=BERLIN)),
        (datetime(2026, 12, 31, 18, 0, tzinfo=UTC), datetime(2027, 1, 1, 18, 0, tzinfo=UTC)),
        (datetime(2028, 2, 28, 18, 0, tzinfo=UTC), datetime(2028, 2, 29, 18, 0, tzinfo=UTC)),
        (datetime(2026, 11, 21, 18, 0, tzinfo=UTC), datetime(2026, 11, 22, 18, 0, tzinfo=UTC)),
    ],
)
def test_due_is_twenty_four_hours_later_through_dst_years_and_weekends(sent, due):
    assert clock.due_at(sent) == due.astimezone(UTC)


def test_nothing_owed_is_never_due():
    assert clock.due_at(None) is None
    assert clock.urgency(None, T0) is None


@pytest.mark.parametrize(
    ("after", "in_time"), [(24 * HOUR - SECOND, True), (24 * HOUR, True), (24 * HOUR + SECOND, False)]
)
def test_exactly_24_hours_is_in_time(after, in_time):
    (verdict,) = judge([Asked(1, T0)], [Reply(T0 + after)], {})
    assert clock.within_24h(verdict, T0 + 90 * HOUR) is in_time


@pytest.mark.parametrize(
    ("after", "in_time"), [(0 * HOUR, None), (24 * HOUR, None), (24 * HOUR + SECOND, False)]
)
def test_an_unanswered_message_is_undecided_until_24_hours_have_passed(after, in_time):
    (verdict,) = judge([Asked(1, T0)], [], {})
    assert clock.within_24h(verdict, T0 + after) is in_time


def test_no_response_needed_is_neither_in_time_nor_late():
    (verdict,) = judge([Asked(1, T0)], [], {1: T0 + 50 * HOUR})
    assert clock.within_24h(verdict, T0 + 90 * HOUR) is None


def test_being_in_time_is_measured_across_dst_in_real_hours():
    sent = datetime(2026, 10, 24, 12, 0, tzinfo=BERLIN)
    verdict = Verdict(1, sent, datetime(2026, 10, 25, 12, 0, tzinfo=BERLIN), "reply", None, False)
    assert clock.within_24h(verdict, sent) is False


@pytest.mark.parametrize(
    ("left", "urgency"),
    [
        (-SECOND, "late"),
        (0 * HOUR, "at_risk"),
        (4 * HOUR, "at_risk"),
        (4 * HOUR + SECOND, "fine"),
    ],
)
def test_urgency_follows_the_time_left(left, urgency):
    assert clock.urgency(T0 + left, T0) == urgency
    assert clock.time_left(T0 + left, T0) == left


def test_what_is_at_risk_can_be_chosen():
    assert clock.urgency(T0 + 5 * HOUR, T0, at_risk=6 * HOUR) == "at_risk"


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="has no zone"):
        judge([Asked(1, datetime(2026, 11, 20))], [], {})  # noqa: DTZ001


@pytest.mark.parametrize(
    ("awaiting", "due"),
    [
        ("2026-11-20T09:00:00+01:00", "2026-11-21T09:00:00+01:00"),  # Friday: Saturday is open
        ("2026-11-21T18:00:00+01:00", "2026-11-23T18:00:00+01:00"),  # Saturday evening: Sunday does not count
        ("2026-11-21T00:00:00+01:00", "2026-11-22T00:00:00+01:00"),  # a whole Saturday ends as Sunday begins
        ("2026-11-22T13:00:00+01:00", "2026-11-24T00:00:00+01:00"),  # Sunday: a whole Monday
        ("2026-10-24T23:00:00+02:00", "2026-10-26T23:00:00+01:00"),  # the closed Sunday has 25 hours
        ("2026-03-28T23:00:00+01:00", "2026-03-30T23:00:00+02:00"),  # the closed Sunday has 23 hours
    ],
)
def test_the_house_clock_leaves_sunday_out(awaiting, due):
    found = clock.house_due_at(datetime.fromisoformat(awaiting), BERLIN, SUNDAY)
    assert found == datetime.fromisoformat(due)


def test_the_house_clock_of_an_open_dst_sunday_still_counts_real_hours():
    found = clock.house_due_at(datetime(2026, 10, 24, 12, 0, tzinfo=BERLIN), BERLIN, frozenset({0}))
    assert found == datetime(2026, 10, 25, 11, 0, tzinfo=BERLIN).astimezone(UTC)


def test_a_house_that_is_always_closed_is_refused():
    with pytest.raises(ValueError, match="every weekday is closed"):
        clock.house_due_at(T0, BERLIN, frozenset(range(7)))


HOUSE_ZONES = [
    *("Europe/Berlin", "America/New_York", "America/St_Johns", "America/Havana", "Asia/Kathmandu"),
    *("Australia/Lord_Howe", "Africa/Cairo", "Asia/Beirut", "Atlantic/Azores", "Pacific/Chatham"),
]


def stepped_house_due(second: int, zone: ZoneInfo, closed: frozenset[int]) -> int:
    """Walk in quarters of an hour, within which no zone changes its day today; count the open ones."""
    left = DAY
    while True:
        quarter = min(900 - second % 900, left)
        if moment(second, zone).weekday() not in closed:
            left -= quarter
            if left == 0:
                return second + quarter
        else:
            quarter = 900 - second % 900
        second += quarter


def test_the_house_clock_agrees_with_counting_quarters_of_hours():
    r = random.Random(17)
    for _ in range(3_000):
        zone = ZoneInfo(r.choice(HOUSE_ZONES))
        closed = frozenset(r.sample(range(7), r.randint(0, 4)))
        # Every day of two years, so that all changes of the clocks are met.
        second = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) + r.randrange(730 * DAY)
        found = clock.house_due_at(moment(second, zone), zone, closed)
        assert int(found.timestamp()) == stepped_house_due(second, zone, closed), (second, zone, closed)


def test_the_house_clock_passes_a_midnight_that_came_twice():
    # In 2009 St. John's put its clocks back at 00:01, so that Sunday 1 November began twice: at 02:30Z, 03:30Z.
    sent, saturday = datetime(2009, 11, 1, 3, 0, tzinfo=UTC), frozenset({5})
    due = clock.house_due_at(sent, ZoneInfo("America/St_Johns"), saturday)
    assert due == datetime(2009, 11, 2, 3, 30, tzinfo=UTC)


seconds = st.integers(min_value=0, max_value=10 * DAY)
asked_lists = st.lists(st.tuples(st.integers(1, 6), seconds, st.booleans()), max_size=8)
reply_lists = st.lists(st.tuples(seconds, st.sampled_from(["Ana", None]), st.booleans()), max_size=6)
marks = st.dictionaries(st.integers(1, 6), seconds, max_size=4)


def after(second: int) -> datetime:
    return T0 + timedelta(seconds=second)


@settings(max_examples=300, deadline=None)
@for_all(asked_lists, reply_lists, marks)
def test_each_message_has_one_verdict_and_what_is_owed_is_unanswered(asked, replies, waived):
    verdicts = judge(
        [Asked(id_, after(at), hidden) for id_, at, hidden in asked],
        [Reply(after(at), by, automatic) for at, by, automatic in replies],
        {id_: after(at) for id_, at in waived.items()},
    )
    assert sorted(v.id for v in verdicts) == sorted({id_ for id_, _, _ in asked})
    human = {after(at) for at, _, automatic in replies if not automatic}
    for v in verdicts:
        assert (v.answered_at is None) == (v.answered_by is None)
        assert v.answered_by != "reply" or (v.answered_at in human and v.answered_at > v.sent_at)
        assert v.answered_by is not None or not any(at > v.sent_at for at in human)
        assert v.answered_by is not None or v.id not in waived
    owed = [v.sent_at for v in verdicts if v.answered_by is None and not v.hidden]
    assert clock.awaiting_since(verdicts) == (min(owed) if owed else None)


@settings(max_examples=200, deadline=None)
@for_all(seconds, st.sampled_from(HOUSE_ZONES), st.frozensets(st.integers(0, 6), max_size=6))
def test_the_house_clock_is_never_earlier_than_amazons(second, zone, closed):
    due = clock.house_due_at(after(second), ZoneInfo(zone), closed)
    amazon = clock.due_at(after(second))
    assert due >= amazon
    assert closed or due == amazon
