"""What a template may be, and how languages and marketplaces are understood in whatever way they are written."""

from __future__ import annotations

import pytest

from services.rules.marketplaces import MARKETPLACES
from services.rules.templates import LANGUAGES, Wish, language_code, marketplace_code, refused, tidy


@pytest.mark.parametrize(
    ("written", "code"),
    [("de", "de"), (" DE-at ", "de"), ("pt_BR", "pt"), ("German", "de"), ("", None), (" ", None), ("tlh", "tlh")],
)
def test_a_language_is_understood_as_code_with_a_country_or_by_name(written: str, code: str | None) -> None:
    assert language_code(written) == code


@pytest.mark.parametrize(
    ("written", "code"),
    [("de", "DE"), ("GB", "UK"), ("Amazon.co.uk", "UK"), ("www.amazon.com", "US"), (" jp ", "JP"), ("ebay", "EBAY")],
)
def test_a_marketplace_is_understood_as_code_or_domain(written: str, code: str) -> None:
    assert marketplace_code(written) == code


def test_every_language_of_a_marketplace_can_be_chosen() -> None:
    assert {language for place in MARKETPLACES.values() for language in place.languages} == set(LANGUAGES)


def test_tidying_is_done_once_and_for_all_and_makes_nothing_refused() -> None:
    wish = Wish("  a \t b ", "\r\n x\ry \r\n", "", types=(" a  b ",))
    assert tidy(wish) == tidy(tidy(wish)) == Wish("a b", "x\ny", None, types=("a b",))
    assert refused(tidy(wish)) is None


def test_a_refusal_names_the_first_thing_to_mend() -> None:
    assert refused(Wish("", "")) == "Give the template a name of 1 to 80 characters."
    assert (
        refused(Wish("a", "{{x"))
        == "“{{x”: The two closing braces are missing. Choose one from the list, or take it out."
    )
