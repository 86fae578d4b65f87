"""The rules of seller feedback: kinds by words, Amazon's criteria for a removal, states and next steps."""

from __future__ import annotations

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules import feedback as rules
from services.rules.feedback import ACTIONS, CLAUSES, KINDS, STATES, WAITING, Reading
from services.rules.feedback_words import ABUSE, TOPICS, WORDS

DAY = date(2026, 11, 1)
COMMENTS = (
    ("en", "delivery", "It arrived three weeks late, no tracking."),
    ("en", "product_review", "Terrible quality, it stopped working after a day."),
    ("en", "order", "They sent me the wrong colour and never replied."),
    ("en", "product_inquiry", "Where can I find the manual?"),
    ("de", "delivery", "Die Lieferung kam viel zu spät."),
    ("de", "product_review", "Schlechte Qualität, nach zwei Tagen kaputt."),
    ("de", "order", "Der Verkäufer meldet sich nicht."),
    ("de", "product_inquiry", "Wo finde ich die Anleitung?"),
    ("fr", "delivery", "Colis jamais reçu, livraison en retard."),
    ("fr", "product_review", "Mauvaise qualité, ne fonctionne plus."),
    ("fr", "order", "Le vendeur n'a pas remboursé."),
    ("it", "delivery", "Consegna in ritardo di due settimane."),
    ("it", "product_review", "Qualità scadente, non funziona."),
    ("it", "order", "Il venditore non risponde."),
    ("es", "delivery", "El paquete llegó con retraso."),
    ("es", "product_review", "Mala calidad, dejó de funcionar."),
    ("es", "order", "El vendedor nunca respondió, quiero mi reembolso."),
    ("ja", "delivery", "配送が一週間遅れました。"),
    ("ja", "product_review", "品質が悪く、すぐに壊れました。"),
    ("ja", "order", "出品者から返信がありません。"),
    ("ja", "product_inquiry", "使い方を教えてください。"),
    ("nl", "delivery", "Het pakket kwam veel te laat."),
    ("nl", "product_review", "Slechte kwaliteit, werkt niet."),
    ("nl", "order", "Verkoper reageert niet."),
    ("sv", "delivery", "Leveransen kom för sent."),
    ("sv", "product_review", "Dålig kvalitet, lampan är trasig."),
    ("sv", "order", "Säljaren svarar inte."),
    ("pl", "delivery", "Paczka dotarła za późno."),
    ("pl", "product_review", "Słaba jakość, nie działa."),
    ("pl", "order", "Sprzedawca nie odpowiada."),
    ("pt", "delivery", "A encomenda chegou com atraso."),
    ("pt", "product_review", "Má qualidade, parou de funcionar."),
    ("pt", "order", "O vendedor não responde."),
)


def removal(
    comment: str, *, channel: str | None = "fba", rating: int = 1, days: int = 0, kind: str = ""
) -> rules.Removal:
    reading = rules.read(comment, ["en"])
    today = DAY + timedelta(days=days)
    return rules.removal(reading, kind=kind or reading.kind, channel=channel, rating=rating, day=DAY, today=today)


@pytest.mark.parametrize(("language", "kind", "comment"), COMMENTS)
def test_each_language_has_its_words_for_each_kind(language: str, kind: str, comment: str) -> None:
    reading = rules.read(comment, [language])
    assert (reading.kind, bool(reading.words)) == (kind, True)
    assert all(word in rules.plain(comment) for word in reading.words)


@pytest.mark.parametrize(("language", "kind", "comment"), COMMENTS)
def test_a_wrong_guess_at_the_language_still_finds_words(language: str, kind: str, comment: str) -> None:
    assert rules.read(comment, []).words


def test_every_language_has_all_topics_and_its_abuse() -> None:
    assert all(set(topics) == set(TOPICS) for topics in WORDS.values())
    assert set(ABUSE) == set(WORDS)


@pytest.mark.parametrize(
    ("comment", "criterion"),
    [
        ("The lamp broke, poor quality", "product_review"),
        ("Arrived two weeks late", "fba_delivery"),
        ("Fucking liars", "abuse"),
        ("Call him at 0171 234 5678", "personal_data"),
        ("Write to someone@shop.example", "personal_data"),
        ("The lamp broke and arrived late", None),
        ("Poor quality and a rude seller", None),
        ("The seller never replied", None),
        ("Order 114-5550001-7770001 of 2026-11-20, wrong item", None),
        ("Never again", None),
        ("", None),
    ],
)
def test_removal_fits_only_amazons_criteria(comment: str, criterion: str | None) -> None:
    found = removal(comment)
    assert found.criterion == criterion
    assert found.clause == CLAUSES.get(criterion or "", "")
    assert found.why.endswith(".")


@pytest.mark.parametrize(("channel", "fits"), [("fba", True), ("fbm", False), (None, False)])
def test_delivery_is_amazons_only_where_it_delivered(channel: str | None, fits: bool) -> None:
    assert (removal("Arrived two weeks late", channel=channel).criterion is not None) is fits


@pytest.mark.parametrize(("days", "fits"), [(0, True), (90, True), (91, False)])
def test_the_window_has_ninety_days(days: int, fits: bool) -> None:
    assert (removal("Poor quality", days=days).criterion is not None) is fits
    assert rules.window_ends(DAY) == date(2027, 1, 30)


def test_mixed_comments_name_what_they_speak_of() -> None:
    assert removal("Arrived late and broke").why == "Mixed comments stay: this one speaks of product and delivery."


def test_a_chosen_kind_does_not_make_a_mixed_comment_removable() -> None:
    assert removal("Poor quality and a rude seller", kind="product_review").criterion is None
    assert removal("Never again", kind="product_review").criterion == "product_review"
    assert removal("Poor quality", kind="order").criterion is None
    assert removal(" ", kind="product_review").why.startswith("There is no comment")


def test_late_in_french_is_no_abuse() -> None:
    assert rules.read("Le colis est arrivé en retard", ["fr"]).abuse == ()


PIECES = {name: WORDS["en"][name].replace("*", "").split(", ") for name in ("product", "delivery", "order")}


@given(st.sampled_from(PIECES["product"]), st.sampled_from(PIECES["delivery"] + PIECES["order"]), st.booleans())
def test_mixed_comments_never_fit_in_whatever_order(product: str, other: str, turned: bool) -> None:
    said = [product, other]
    comment = " and ".join(reversed(said) if turned else said)
    for kind in KINDS:
        for channel in ("fba", "fbm", None):
            assert removal(comment, kind=kind, channel=channel).criterion is None


@given(st.text(max_size=300), st.lists(st.sampled_from([*WORDS, "xx"]), max_size=3))
def test_any_text_has_one_kind_and_the_words_stand_in_it(comment: str, languages: list[str]) -> None:
    reading = rules.read(comment, languages)
    assert reading.kind in KINDS
    found = {*reading.words, *reading.abuse, *(word for words in reading.topics.values() for word in words)}
    assert all(word in rules.plain(comment) for word in found)
    assert reading == rules.read(comment, languages)


@given(st.sampled_from(COMMENTS), st.integers(0, 400), st.integers(1, 5), st.sampled_from(["fba", "fbm", None]))
def test_time_and_stars_only_take_a_removal_away(
    said: tuple[str, str, str], days: int, rating: int, channel: str | None
) -> None:
    early, late = (removal(said[2], days=n, rating=rating, channel=channel) for n in (days, days + 1))
    assert early.criterion is not None or late.criterion is None
    if days > 90 or rating > 3:
        assert early.criterion is None


FLAGS = st.fixed_dictionaries(
    {name: st.booleans() for name in ("gone", "asked", "closed", "answered", "contacted")}
    | {"decision": st.sampled_from([None, "granted", "refused"])}
)


@given(FLAGS, st.sampled_from(list(KINDS)), st.integers(1, 5), st.sampled_from(COMMENTS))
def test_every_feedback_has_one_state_and_one_step(
    facts: dict[str, object], kind: str, rating: int, said: tuple[str, str, str]
) -> None:
    state = rules.state(**facts)  # type: ignore[arg-type]
    assert state in STATES
    step = rules.next_step(state, removal(said[2], rating=rating, kind=kind), kind=kind, rating=rating)
    assert step.action in ACTIONS
    assert (step.action == "none") is (state not in WAITING)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, "open"),
        ({"asked": True}, "asked"),
        ({"asked": True, "answered": True}, "asked"),
        ({"asked": True, "decision": "refused"}, "refused"),
        ({"asked": True, "decision": "refused", "answered": True}, "answered"),
        ({"asked": True, "decision": "granted", "gone": True}, "granted"),
        ({"gone": True, "asked": True}, "removed"),
        ({"closed": True, "contacted": True}, "closed"),
    ],
)
def test_states_follow_from_facts(facts: dict[str, object], state: str) -> None:
    usual = {"gone": False, "asked": False, "decision": None, "closed": False, "answered": False, "contacted": False}
    assert rules.state(**{**usual, **facts}) == state  # type: ignore[arg-type]


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_the_share_is_a_share_or_nothing(total: int, low: int) -> None:
    share = rules.share_positive(total, low)
    assert (share is None) is (total == 0 or low > total)
    assert share is None or 0 <= share <= 1


@pytest.mark.parametrize("comment", ["a" * 10**6, "1-" * 10**5, "a@" * 10**5, "never " * 10**5, "+49 " * 10**5])
def test_hostile_comments_are_read_quickly(comment: str) -> None:
    began = time.process_time()
    assert isinstance(rules.read(comment, []), Reading)
    assert time.process_time() - began < 1
