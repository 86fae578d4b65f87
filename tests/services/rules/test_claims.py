"""Claims out of notices and money: one per order and kind, with the deadline and state that follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.claims import Choice, Claim, Money, Notice, Told, chosen, claims, joined, placed, result
from services.rules.money import decimal_string

AT = datetime(2026, 11, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def notice(kind: str, at: datetime = AT, order: str = "1", **facts: Any) -> Notice:
    return Notice("acme", order, "US", kind, at, facts)


def money(*amounts: int, kind: str = "claim", part: str = "charge", at: datetime | None = AT + 9 * DAY) -> list[Money]:
    return [Money("acme", "1", "US", kind, part, "USD", amount, at, at) for amount in amounts]


def only(*told: Notice | Money) -> Claim:
    (found,) = claims([n for n in told if isinstance(n, Notice)], [m for m in told if isinstance(m, Money)])
    return found


@pytest.mark.parametrize(
    ("kind", "facts", "days"),
    [
        ("a_to_z_opened", {"respond_days": 3}, 3),
        ("a_to_z_opened", {}, 2),
        ("a_to_z_opened", {"respond_days": 0}, 2),
        ("a_to_z_opened", {"respond_days": "soon"}, 2),
        ("chargeback_opened", {}, 7),
        ("chargeback_opened", {"respond_days": 10}, 10),
    ],
)
def test_the_deadline_is_so_many_times_24_hours_after_the_mails_date(
    kind: str, facts: dict[str, Any], days: int
) -> None:
    found = only(notice(kind, **facts))
    assert (found.respond_by, found.opened_at, found.state) == (AT + days * DAY, AT, "action_required")


@pytest.mark.parametrize(
    ("facts", "state", "outcome"),
    [
        ({"outcome": "granted", "may_appeal": True}, "option_to_appeal", "granted"),
        ({"outcome": "granted"}, "closed", "granted"),
        ({"outcome": "denied", "may_appeal": True}, "closed", "denied"),
        ({"outcome": "withdrawn"}, "closed", "withdrawn"),
        ({}, "closed", None),
    ],
)
def test_a_decision_closes_a_claim_or_leaves_an_appeal(facts: dict[str, Any], state: str, outcome: str | None) -> None:
    found = only(notice("a_to_z_opened"), notice("a_to_z_decision", AT + 5 * DAY, **facts))
    assert (found.state, found.outcome, found.opened_at, found.respond_by) == (state, outcome, AT, AT + 2 * DAY)
    alone = only(notice("a_to_z_decision", **facts))
    assert (alone.state, alone.outcome, alone.opened_at, alone.respond_by) == (state, outcome, AT, None)


def test_a_reminder_does_not_move_the_deadline_and_a_claim_after_a_decision_is_a_new_one() -> None:
    again = notice("a_to_z_opened", AT + DAY)
    assert only(notice("a_to_z_opened"), again).respond_by == AT + 2 * DAY
    anew = only(notice("a_to_z_opened"), notice("a_to_z_decision", AT + DAY), notice("a_to_z_opened", AT + 9 * DAY))
    assert (anew.state, anew.respond_by, anew.outcome) == ("action_required", AT + 11 * DAY, None)


def test_the_order_in_which_mail_is_read_does_not_matter() -> None:
    told = [notice("a_to_z_opened"), notice("a_to_z_decision", AT + DAY, outcome="denied")]
    assert claims(told, []) == claims(told[::-1], [])


def test_money_gives_the_amount_and_the_end() -> None:
    found = only(
        notice("a_to_z_opened", amount="45.90", currency="USD"), *money(-4590, -367, 20), *money(689, part="fee")
    )
    assert (found.amount, found.currency, found.state, found.outcome) == ("49.37", "USD", "closed", "granted")
    assert found.source == "mail+finances"


def test_money_from_before_the_notice_decides_nothing() -> None:
    found = only(notice("a_to_z_opened"), *money(-100, at=AT - DAY))
    assert (found.state, found.outcome, found.amount) == ("action_required", None, "1.00")


def test_a_decision_by_mail_outweighs_the_money() -> None:
    decided = notice("a_to_z_decision", AT + 5 * DAY, outcome="granted", may_appeal=True)
    assert only(notice("a_to_z_opened"), decided, *money(-100)).state == "option_to_appeal"


def in_currency(currency: str, *amounts: int) -> list[Money]:
    return [replace(each, currency=currency) for each in money(*amounts)]


@pytest.mark.parametrize(
    ("mail", "moved", "amount", "outcome", "doubts"),
    [
        ({}, in_currency("EUR", -4590), ("45.90", "EUR"), "granted", ()),
        ({}, in_currency("EUR", -4000, -690, 100), ("45.90", "EUR"), "granted", ()),
        ({}, in_currency("JPY", -4590), ("4590", "JPY"), "granted", ()),
        # Two currencies never add up: the mail's own is the amount, the other is said.
        (
            {"amount": "45.90", "currency": "USD"}, [*in_currency("EUR", -9000), *in_currency("USD", -4590)],
            ("45.90", "USD"), "granted", ("Amazon moved 90.00 EUR too, which is not in the amount.",),
        ),
        (
            {}, [*in_currency("EUR", -100), *in_currency("USD", -4590), *in_currency("SEK", 0)],
            ("45.90", "USD"), "granted", ("Amazon moved 1.00 EUR too, which is not in the amount.",),
        ),
        (
            {"amount": "45.90", "currency": "USD"}, in_currency("USD", -4590, 4590),
            ("45.90", "USD"), None, ("All USD that Amazon took it gave back.",),
        ),
        (
            {}, in_currency("USD", 4590), ("45.90", "USD"), "granted",
            ("In all Amazon gave back 45.90 USD; look in Seller Central what it took before.",),
        ),
    ],
)  # fmt: skip
def test_the_amount_is_the_sum_in_one_currency_and_what_is_strange_is_said(
    mail: dict[str, Any], moved: list[Money], amount: tuple[str, str], outcome: str | None, doubts: tuple[str, ...]
) -> None:
    found = only(notice("a_to_z_opened", **mail), *moved)
    assert ((found.amount, found.currency), found.outcome, found.doubts) == (amount, outcome, doubts)
    assert found == only(notice("a_to_z_opened", **mail), *moved[::-1])


def test_money_alone_that_came_back_decides_nothing() -> None:
    found = only(*money(-4590, 4590))
    assert (found.state, found.outcome, found.amount, result(found)) == ("closed", None, None, "unknown")


@given(st.lists(st.integers(-99999, 99999).filter(bool), min_size=1, max_size=6), st.sampled_from(["EUR", "JPY"]))
def test_an_exported_amount_is_the_positive_sum_or_unknown(amounts: list[int], currency: str) -> None:
    found = only(*in_currency(currency, *amounts))
    expected = decimal_string(abs(sum(amounts)), currency) if sum(amounts) else None
    assert (found.amount, found.currency) == (expected, currency)


def test_money_says_how_a_decision_without_words_went() -> None:
    told = only(notice("a_to_z_opened"), notice("a_to_z_decision", AT + DAY), *money(-100))
    assert (told.state, told.outcome) == ("closed", "granted")


def test_money_alone_is_a_decided_claim() -> None:
    found = only(*money(-4590, kind="chargeback"))
    assert (found.kind, found.state, found.outcome, found.source, found.respond_by) == (
        "chargeback", "closed", "granted", "finances", None,
    )  # fmt: skip
    assert (found.opened_at, found.amount) == (AT + 9 * DAY, "45.90")


def test_a_claim_and_a_chargeback_of_one_order_are_two_and_orders_are_apart() -> None:
    told = [notice("a_to_z_opened"), notice("chargeback_opened"), notice("a_to_z_opened", order="2")]
    assert [(claim.order_id, claim.kind) for claim in claims(told, money(-1))] == [
        ("1", "a_to_z"), ("1", "chargeback"), ("2", "a_to_z"),
    ]  # fmt: skip


def test_the_amount_of_a_mail_is_positive() -> None:
    assert only(notice("chargeback_opened", amount="-12.50", currency="EUR", reason="Fraud")).amount == "12.50"


def told(source: str, **more: Any) -> Told:
    return Told("acme", "1", "a_to_z", source, **more)


@pytest.mark.parametrize("turn", range(4))
def test_whoever_tells_first_the_same_case_comes_out(turn: int) -> None:
    tellers = [told("hand", amount="45.90", currency="USD"), told("csv", reason="Damaged"), told("return"),
               told("hand", marketplace="US")]  # fmt: skip
    (found,) = joined(claims([notice("a_to_z_opened")], money(-4590)), tellers[turn:] + tellers[:turn])
    assert (found.source, found.amount, found.reason) == ("mail+finances+return+csv+hand", "45.90", "Damaged")
    assert found.doubts == ()


@pytest.mark.parametrize(
    ("more", "doubt"),
    [
        ({"amount": "10.00", "currency": "USD"}, "The entry by hand says 10.00 USD; until then it was 45.90 USD."),
        ({"amount": "45.90", "currency": "EUR"}, "The entry by hand says 45.90 EUR; until then it was 45.90 USD."),
        ({"opened_at": AT - 3 * DAY}, "The entry by hand says it was opened on 29 Oct 2026."),
        ({"marketplace": "DE"}, "The entry by hand says DE, not US."),
    ],
)
def test_what_is_told_differently_changes_nothing_and_is_said(more: dict[str, Any], doubt: str) -> None:
    base = claims([notice("a_to_z_opened", amount="45.90", currency="USD")], [])
    (found,) = joined(base, [told("hand", **more)])
    assert found.doubts == (doubt,)
    assert (found.amount, found.currency, found.opened_at, found.marketplace) == ("45.90", "USD", AT, "US")


def test_the_orders_marketplace_outweighs_what_is_told_and_says_so() -> None:
    (base,) = claims([notice("a_to_z_opened")], [])
    assert placed(base, "CA").doubts == ("The order is of CA, not US.",)
    assert placed(base, None) == placed(base, "US") == base


def test_a_persons_word_holds_until_amazon_tells_something_newer() -> None:
    (base,) = claims([notice("a_to_z_opened")], [])
    assert chosen(base, Choice("under_review", None, AT + DAY)).state == "under_review"
    assert chosen(base, Choice("under_review", None, AT - DAY)) == base
    lost = chosen(base, Choice("closed", "granted", AT + DAY))
    assert (lost.outcome, lost.decided_at, result(lost)) == ("granted", AT + DAY, "lost")


@pytest.mark.parametrize(
    ("words", "came_to"),
    [(("granted",), "lost"), (("denied",), "kept"), (("withdrawn",), "kept"), (("granted", "denied"), "recovered"),
     ((None,), "unknown"), ((), "open")],
)  # fmt: skip
def test_what_it_came_to(words: tuple[str | None, ...], came_to: str) -> None:
    decisions = [notice("a_to_z_decision", AT + (n + 1) * DAY, outcome=word) for n, word in enumerate(words)]
    assert result(only(notice("a_to_z_opened"), *decisions)) == came_to


LOST = notice("a_to_z_decision", AT + 3 * DAY, outcome="granted", may_appeal=True, appeal_days=3)
ASKED = notice("a_to_z_opened", AT + 5 * DAY, about_appeal=True, respond_days=3)


def test_a_question_about_the_appeal_is_no_new_claim() -> None:
    found = only(notice("a_to_z_opened"), LOST, ASKED)
    assert (found.state, found.outcome, found.decided_at, found.appeal_by) == ("action_required", None, None, None)
    assert (found.opened_at, found.asked_at, found.respond_by) == (AT, AT + 5 * DAY, AT + 8 * DAY)
    won = only(notice("a_to_z_opened"), LOST, ASKED, notice("a_to_z_decision", AT + 9 * DAY, outcome="denied"))
    assert result(won) == "recovered"
    assert only(notice("a_to_z_opened", about_appeal=True)).asked_at is None  # nothing was decided yet
    assert only(LOST, ASKED).opened_at == AT + 5 * DAY  # what was decided first is not known


@pytest.mark.parametrize(
    ("days", "ends"), [(3, AT + 6 * DAY), (30, AT + 33 * DAY), (0, None), (999, None), ("3", None)]
)
def test_the_time_to_appeal_is_taken_from_the_decision_if_it_makes_sense(days: Any, ends: datetime | None) -> None:
    found = only(replace(LOST, facts={**LOST.facts, "appeal_days": days}))
    assert (found.state, found.appeal_by) == ("option_to_appeal", ends)


def test_a_question_outweighs_what_somebody_marked_before_it() -> None:
    found = only(notice("a_to_z_opened"), LOST, ASKED)
    assert chosen(found, Choice("under_review", None, AT + 4 * DAY)).state == "action_required"
    answered = chosen(found, Choice("under_review", None, AT + 6 * DAY))
    assert (answered.state, answered.asked_at) == ("under_review", AT + 5 * DAY)
    again = chosen(found, Choice("action_required", None, AT + 7 * DAY, AT + 7 * DAY))
    assert (again.asked_at, again.respond_by) == (AT + 7 * DAY, AT + 8 * DAY)
