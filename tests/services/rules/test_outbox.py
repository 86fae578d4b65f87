"""Which state may follow which, when it is tried again, and which copy or notice is about which reply."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules import outbox
from services.rules.outbox import Sent, words_key

T0 = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def sent(
    id: int = 1, ticket_id: int = 1, at: datetime = T0, text: str = "Your lamp is on its way.", **more: str
) -> Sent:
    return Sent(id, ticket_id, at, words_key(text), more.pop("state", "handed_over"), **more)  # type: ignore[arg-type]


def test_all_states_are_known_and_have_words() -> None:
    assert set(outbox.MOVES) == set(outbox.WORDS)
    assert {state for after in outbox.MOVES.values() for state in after} <= set(outbox.MOVES)


def reachable(start: str) -> set[str]:
    found, waiting = set(), [start]
    while waiting:
        for state in outbox.MOVES[waiting.pop()] - found:
            found.add(state)
            waiting.append(state)
    return found


@pytest.mark.parametrize("state", ["unknown", "handed_over", "confirmed", "bounced", "rejected", "cancelled"])
def test_nothing_that_may_have_left_is_ever_sent_again(state: str) -> None:
    assert not reachable(state) & {"queued", "sending"}


@pytest.mark.parametrize("state", ["bounced", "rejected", "cancelled"])
def test_an_end_is_an_end(state: str) -> None:
    assert not reachable(state)


def test_every_state_can_be_reached_and_each_leads_to_an_end() -> None:
    assert reachable("queued") | {"queued"} == set(outbox.MOVES)
    assert all(reachable(state) & {"bounced", "confirmed", "rejected"} for state in outbox.LEAVING)


def test_only_what_was_handed_over_counts_as_a_reply() -> None:
    assert {"handed_over", "confirmed"} == outbox.COUNTS
    assert not outbox.COUNTS & outbox.FAILED


def test_words_tell_a_mail_from_a_reply_copied_by_hand() -> None:
    assert outbox.words("handed_over", "smtp") == "Handed over to the mail server"
    assert outbox.words("handed_over", "seller_central") == "Sent in Seller Central"
    assert outbox.words("confirmed", "seller_central") == "Confirmed by Amazon"


def test_pauses_grow_from_seconds_to_a_quarter_of_an_hour() -> None:
    pauses = [outbox.pause(n) for n in range(1, 60)]
    assert pauses[0] == timedelta(seconds=15)
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(minutes=15)


def test_after_a_day_of_attempts_a_person_must_look() -> None:
    assert not outbox.is_given_up(T0, T0 + timedelta(hours=24))
    assert outbox.is_given_up(T0, T0 + timedelta(hours=24, seconds=1))


@given(st.text(max_size=200), st.text(max_size=200))
def test_a_copy_with_the_quote_below_has_the_same_words(words: str, quote: str) -> None:
    ours = words_key(words)
    assert outbox.same_words(ours, words_key(f"{words}\n\n> {quote}")) == bool(ours)


@given(st.text(alphabet="abc ÄöéＡ１\n\t>", min_size=1, max_size=80))
def test_wrapping_width_and_case_do_not_matter(words: str) -> None:
    assert words_key(words.upper().replace(" ", "\n> ")) == words_key(words)


@pytest.mark.parametrize(
    ("copy", "same"),
    [
        ("Your lamp is on its way.", True),
        ("YOUR LAMP\nis on its way", True),
        ("Your lamp is on its way. > Where is it?", True),
        ("Your lamp is on its", False),
        ("Your chair is on its way.", False),
        ("", False),
    ],
)
def test_words_are_compared_as_people_would(copy: str, same: bool) -> None:
    assert outbox.same_words(words_key("Your lamp is on its way."), words_key(copy)) is same


@pytest.mark.parametrize(
    ("after", "found"),
    [
        (timedelta(0), True),
        (timedelta(days=2), True),
        (timedelta(days=2, seconds=1), False),
        (timedelta(minutes=-15), True),
        (timedelta(minutes=-16), False),
    ],
)
def test_a_copy_comes_soon_after_its_reply(after: timedelta, found: bool) -> None:
    assert (outbox.copy_of(T0 + after, "Your lamp is on its way.", [sent()]) is not None) is found


def test_of_two_replies_with_the_same_words_the_nearer_in_time_is_meant() -> None:
    two = [sent(1, at=T0), sent(2, at=T0 + 5 * HOUR)]
    found = [outbox.copy_of(T0 + after, "Your lamp is on its way.", two) for after in (MINUTE, 5 * HOUR + MINUTE)]
    assert [each.id for each in found if each] == [1, 2]


def test_the_same_words_in_two_tickets_prove_nothing() -> None:
    assert outbox.copy_of(T0, "Your lamp is on its way.", [sent(1, 1), sent(2, 2)]) is None


def test_exactly_the_same_words_are_better_than_the_beginning() -> None:
    two = [sent(1, 1, text="Your lamp"), sent(2, 2, text="Your lamp is on its way.")]
    found = outbox.copy_of(T0, "Your lamp is on its way.", two)
    assert found is not None
    assert found.id == 2


@pytest.mark.parametrize("state", ["confirmed", "bounced", "rejected", "cancelled"])
def test_a_settled_reply_takes_no_copy(state: str) -> None:
    assert outbox.copy_of(T0, "Your lamp is on its way.", [sent(state=state)]) is None


RELAY = "k3x9q7m2w8r5tz@marketplace.amazon.de"


@pytest.mark.parametrize(
    ("relay", "order_id", "found"),
    [
        (RELAY, None, True),
        (RELAY, "111-1111111-1111111", True),
        (RELAY, "222-2222222-2222222", False),
        ("somebody@marketplace.amazon.de", "111-1111111-1111111", False),
        (None, "111-1111111-1111111", True),
        (None, None, False),
    ],
)
def test_a_notice_without_our_id_is_about_the_reply_to_that_buyer(
    relay: str | None, order_id: str | None, found: bool
) -> None:
    one = sent(relay=RELAY, order_id="111-1111111-1111111")
    result = outbox.bounced_by(T0 + HOUR, relay=relay, order_id=order_id, candidates=[one])
    assert (result is not None) is found


def test_it_is_about_the_last_reply_before_it() -> None:
    three = [sent(n, at=T0 + n * HOUR, relay=RELAY) for n in (1, 2, 3)]
    found = outbox.bounced_by(T0 + 2 * HOUR + MINUTE, relay=RELAY, order_id=None, candidates=three)
    assert found is not None
    assert found.id == 2
    assert outbox.bounced_by(T0 + timedelta(days=9), relay=RELAY, order_id=None, candidates=three) is None


@pytest.mark.parametrize(
    ("action", "failed"),
    [("failed", True), (None, True), ("", True), ("delayed", False), ("delivered", False), ("relayed", False)],
)
def test_a_report_of_delay_is_no_failure(action: str | None, failed: bool) -> None:
    assert outbox.is_failure(action) is failed
