"""Placeholders are found with their places, filled once and literally, and what is none is said, never dropped."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.rules.placeholders import (
    EXAMPLES,
    PLACEHOLDERS,
    Field,
    day_words,
    fill,
    first_name,
    missing,
    names_in,
    parse,
    suggestion,
)

ROOT = Path(__file__).resolve().parents[3]
NAMES = sorted(PLACEHOLDERS)
braces_and_words = st.text(st.sampled_from("{}｛｝ \nabc_order_id.buyer%"), max_size=60) | st.sampled_from(
    ["{{buyer_name}}", "{{ ORDER_ID }}", "{{buyer", "item}}", "{{ordr_id}}"]
)
texts = st.lists(braces_and_words, max_size=6).map("".join)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("form", ["{{%s}}", "{{ %s }}", "{{\t%s}}"])
def test_every_word_of_the_vocabulary_is_found_with_its_place(name: str, form: str) -> None:
    for written in (form % name, form % name.upper()):
        text = f"Hello {written}, good day."
        assert parse(text).fields == (Field(name, 6, 6 + len(written)),)
        assert parse(text).findings == ()


@pytest.mark.parametrize(
    ("text", "written", "instead"),
    [
        ("Your order {{ordr_id}} left.", "{{ordr_id}}", "order_id"),
        ("Hello {{buyer, thank you", "{{buyer", "buyer_name"),
        ("Hello {{ buyer_first_name, thank you", "{{ buyer_first_name", "buyer_first_name"),
        ("Hello buyer_name}}, thank you", "buyer_name}}", "buyer_name"),
        ("Hello {{buyer_name}, thank you", "{{buyer_name}", "buyer_name"),
        ("Hello {{{buyer_name}}}, thank you", "{{{buyer_name}}}", "buyer_name"),
        ("Hello {buyer_name}, thank you", "{buyer_name}", "buyer_name"),
        ("こんにちは、｛｛buyer_name｝｝様", "｛｛buyer_name｝｝", "buyer_name"),
        ("Hello {{customer.first_name}}", "{{customer.first_name}}", "buyer_first_name"),
        ("Hello {{ticket.requester.name}}", "{{ticket.requester.name}}", "buyer_name"),
        ("{{agent.signature_colour_of_the_moon}}", "{{agent.signature_colour_of_the_moon}}", ""),
        ("Hello {{}}", "{{}}", ""),
        ("{{   }} x", "{{   }}", ""),
        ("a {{", "{{", ""),
        ("}} b", "}}", ""),
        ("{{buyer\n}}", "{{buyer", "buyer_name"),
    ],
)
def test_what_only_looks_like_a_placeholder_is_a_finding_with_a_way_out(text: str, written: str, instead: str) -> None:
    first = parse(text).findings[0]
    assert (first.written, first.instead) == (written, instead)
    assert text[first.start : first.end] == written
    assert (f"Did you mean {{{{{instead}}}}}?" in first.sentence) == bool(instead)
    assert first.why.endswith(".")


@pytest.mark.parametrize("text", ["", "No fields.", "{0} and {a: 1}", "f(x) { return x }", "100 % {sic}", "A } B { C"])
def test_other_braces_are_left_alone(text: str) -> None:
    assert parse(text) == parse("")


def test_values_are_put_in_where_the_placeholders_stood() -> None:
    found = fill("Hello {{ Buyer_First_Name }}, order {{order_id}}.", {"buyer_first_name": "Ana", "order_id": "1"})
    assert (found.text, found.unfilled, found.findings) == ("Hello Ana, order 1.", (), ())


def test_a_buyer_who_is_called_like_a_placeholder_is_not_expanded_again() -> None:
    values = {"buyer_name": "{{order_id}}", "order_id": "SECRET"}
    assert fill("{{buyer_name}} {{buyer_name}}", values).text == "{{order_id}} {{order_id}}"


@pytest.mark.parametrize("blank", [{}, {"order_id": ""}, {"order_id": " \n"}])
def test_a_placeholder_without_a_value_stays_and_is_listed_with_its_place(blank: dict[str, str]) -> None:
    found = fill("Hello {{buyer_name}}: {{ ORDER_id }} {{oops}}", {"buyer_name": "Ana", **blank})
    assert found.text == "Hello Ana: {{order_id}} {{oops}}"
    assert found.unfilled == (Field("order_id", 11, 23),)
    assert [found.text[each.start : each.end] for each in found.findings] == ["{{oops}}"]


@given(texts)
def test_places_are_in_order_inside_the_text_and_never_overlap(text: str) -> None:
    parsed = parse(text)
    spans = sorted([(f.start, f.end) for f in parsed.fields] + [(f.start, f.end) for f in parsed.findings])
    ends = [0, *(end for _, end in spans)]
    assert all(before <= start < end <= len(text) for before, (start, end) in zip(ends, spans, strict=False))


@given(texts)
def test_filling_with_nothing_changes_only_how_placeholders_are_spelled(text: str) -> None:
    once = fill(text, {})
    assert fill(once.text, {}) == once
    assert [each.name for each in once.unfilled] == [each.name for each in parse(text).fields]
    for each in once.unfilled:
        assert once.text[each.start : each.end] == f"{{{{{each.name}}}}}"
    for finding in once.findings:
        assert once.text[finding.start : finding.end] == finding.written


@given(st.lists(st.tuples(st.text(st.characters(exclude_characters="{}｛｝"), max_size=12), st.sampled_from(NAMES))))
def test_filled_text_is_the_text_between_with_the_values(pieces: list[tuple[str, str]]) -> None:
    values = {name: f"<{{{{{name}}}}}>" for name in NAMES}
    text = "".join(f"{between}{{{{{name}}}}}" for between, name in pieces)
    found = fill(text, values)
    assert found.text == "".join(between + values[name] for between, name in pieces)
    assert (found.unfilled, found.findings) == ((), ())


@given(texts)
@example("{aitem}}")
def test_two_opening_or_closing_braces_never_pass_unnoticed(text: str) -> None:
    parsed = parse(text)
    for pair in ("{{", "}}", "｛｛", "｝｝"):
        at = text.find(pair)
        if at >= 0:
            assert any(each.start <= at < each.end for each in (*parsed.fields, *parsed.findings))


def test_the_vocabulary_is_described_for_its_writers() -> None:
    described = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "templates.md").read_text(encoding="utf-8"), re.M)
    assert sorted(described) == NAMES


def test_names_are_listed_once_in_order() -> None:
    assert list(names_in("{{item}} {{asin}} {{item}}")) == ["item", "asin"]


@pytest.mark.parametrize("name", NAMES)
def test_every_placeholder_has_an_example_and_a_way_out(name: str) -> None:
    assert EXAMPLES[name].strip()
    assert missing(name).endswith(".")
    assert suggestion(name) == suggestion(name.replace("_", " ").title()) == name


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Ana Example", "Ana"),
        ("  Ana   María  Example ", "Ana"),
        ("Dr. Ana Example", "Ana"),
        ("J. Example", "J. Example"),
        ("J Example", "J Example"),
        ("山田 太郎", "山田 太郎"),
        ("Example, Ana", "Example, Ana"),
        ("Mr.", "Mr."),
        ("Żaneta Example", "Żaneta"),
        ("", ""),
    ],
)
def test_somebody_is_called_by_the_first_name_only_where_there_is_one(name: str, called: str) -> None:
    assert first_name(name) == called


@pytest.mark.parametrize(
    ("language", "place", "words"),
    [
        ("de", "DE", "05.11.2026"),
        ("fr", "FR", "05/11/2026"),
        ("it", "IT", "05/11/2026"),
        ("es", "MX", "05/11/2026"),
        ("nl", "NL", "05-11-2026"),
        ("sv", "SE", "2026-11-05"),
        ("ja", "JP", "2026年11月5日"),
        ("en", "US", "November 5, 2026"),
        ("en", "UK", "5 November 2026"),
        (None, None, "5 November 2026"),
    ],
)
def test_a_date_is_written_as_its_readers_write_it(language: str | None, place: str | None, words: str) -> None:
    assert day_words(date(2026, 11, 5), language, place) == words
