"""The rule table of replies: what each profile and channel makes of a broken rule."""

from __future__ import annotations

import pytest

from services.rules import policy
from services.rules.policy import CHANNELS, PROFILES, RULES, Channel, Finding, Profile, combine, finding, severity

ALWAYS_BLOCKED = (
    "link",
    "email_address",
    "phone_number",
    "review_steering",
    "incentive",
    "removal_for_refund",
    "private_email_request",
    "placeholder",
    "empty",
    "too_long",
    "order_id_missing",
)


@pytest.mark.parametrize("rule", ALWAYS_BLOCKED)
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("channel", CHANNELS)
def test_what_amazon_forbids_is_blocked_in_every_profile_and_channel(
    rule: str, profile: Profile, channel: Channel
) -> None:
    assert severity(rule, profile, channel) == "block"


@pytest.mark.parametrize(
    ("rule", "strict", "amazon"),
    [
        ("website_word", "block", "off"),
        ("claim_form", "block", "warn"),
        ("attachment", "warn", "off"),
        ("back_to_account", "warn", "off"),
    ],
)
def test_the_house_rules_are_stricter_than_amazon(rule: str, strict: str, amazon: str) -> None:
    assert (severity(rule, "strict", "message"), severity(rule, "amazon", "message")) == (strict, amazon)


@pytest.mark.parametrize("profile", PROFILES)
def test_personal_details_are_blocked_in_public_only(profile: Profile) -> None:
    assert severity("personal_details", profile, "message") == "off"
    assert severity("personal_details", profile, "feedback_reply") == "block"
    assert severity("personal_details", profile, "public_answer") == "block"


def test_every_rule_says_why_and_what_to_do_instead() -> None:
    for rule in RULES.values():
        assert rule.why.endswith(".")
        assert rule.way_out.endswith((".", '"'))


def test_the_allowed_redirect_is_the_documents_sentence() -> None:
    assert policy.REDIRECT == "Please contact our official support team for further assistance."
    assert policy.REDIRECT in RULES["link"].way_out


def test_a_doubtful_finding_warns_and_a_rule_that_is_off_finds_nothing() -> None:
    doubtful = finding("link", (0, 3), profile="strict", channel="message", doubtful=True)
    assert doubtful is not None
    assert doubtful.severity == "warn"
    assert finding("website_word", (0, 3), profile="amazon", channel="message") is None


def test_an_unknown_rule_is_an_error() -> None:
    with pytest.raises(KeyError):
        severity("no_such_rule", "strict", "message")


def _one(rule: str, level: policy.Outcome, start: int, end: int) -> Finding:
    return Finding(rule, level, (start, end), "why.", "out.")


@pytest.mark.parametrize(("levels", "verdict"), [([], "ok"), (["warn"], "warn"), (["warn", "block"], "block")])
def test_the_worst_finding_decides(levels: list[policy.Outcome], verdict: str) -> None:
    assert combine(_one("link", level, i * 10, i * 10 + 5) for i, level in enumerate(levels)).verdict == verdict


def test_findings_stand_in_the_order_of_the_text_and_each_place_once() -> None:
    found = combine(
        [
            _one("link", "block", 8, 12),
            _one("link", "block", 0, 12),
            _one("emoji", "warn", 3, 4),
            _one("link", "warn", 2, 5),
        ]
    )
    assert [(f.rule, f.span) for f in found.findings] == [("link", (0, 12)), ("emoji", (3, 4))]


def test_a_doubtful_finding_never_hides_a_certain_one_inside_it() -> None:
    assert combine([_one("link", "warn", 0, 20), _one("link", "block", 5, 10)]).verdict == "block"
