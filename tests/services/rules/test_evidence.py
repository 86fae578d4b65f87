"""Evidence: what is wanted and there, what fits a box, and names of files that can do no harm."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.evidence import EVIDENCE, LONGEST_NAME, Known, Names, Tick, checklist, fitted, wanted

FULL = Known("DHL", "123", datetime(2026, 11, 1, tzinfo=UTC), True, False, 2, 1, ("12.34 EUR",), ("1 x NL-1",))


def missing(kind: str, reason: str | None, known: Known, **ticks: bool) -> list[str]:
    told = {name: Tick(has, "Ana") for name, has in ticks.items()}
    return [each.name for each in checklist(kind, reason, known, told) if each.wanted and not each.has]


def test_what_is_missing_is_listed_and_a_tick_outweighs_the_rows() -> None:
    assert missing("a_to_z", None, Known()) == list(EVIDENCE)
    assert missing("a_to_z", None, FULL) == []
    assert missing("a_to_z", None, FULL, delivery=False) == ["delivery"]
    assert missing("a_to_z", None, Known(), delivery=True, tracking=True) == ["thread", "refunds", "return"]


@pytest.mark.parametrize(
    ("kind", "reason", "is_wanted"),
    [
        ("a_to_z", None, True),
        ("a_to_z", "Item is damaged", True),
        ("a_to_z", "Item not received", False),
        ("a_to_z", "Package has not been delivered", False),
        ("a_to_z", "Artikel nicht angekommen", False),
        ("a_to_z", "Colis non reçu", False),
        ("chargeback", "Item is damaged", False),
    ],
)
def test_a_return_is_wanted_only_where_something_can_come_back(kind: str, reason: str | None, is_wanted: bool) -> None:
    assert ("return" in wanted(kind, reason)) is is_wanted


def test_what_amazon_shipped_needs_no_tracking_of_ours() -> None:
    assert missing("a_to_z", "Item not received", Known(by_amazon=True, asked=1)) == ["refunds"]


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system32\\evil.exe", "evil.exe"),
        ("con.txt", "_con.txt"),
        ("a\x00b\x1f.pdf", "a_b_.pdf"),
        ("invoice\u202efdp.exe", "invoice_fdp.exe"),
        ("...", "file"),
        ("", "file"),
        ("a" * 300 + ".jpeg", "a" * (LONGEST_NAME - 5) + ".jpeg"),
        ("what?*|<>.png", "what_____.png"),
        (".htaccess", "htaccess"),
    ],
)
def test_hostile_names_become_harmless(name: str, safe: str) -> None:
    assert Names().safe(name) == safe


def test_equal_names_are_told_apart_whatever_their_case() -> None:
    names = Names()
    assert [names.safe(name) for name in ("a.jpg", "A.jpg", "x/a.jpg")] == ["a.jpg", "A (2).jpg", "a (3).jpg"]


@given(st.lists(st.text(max_size=120), max_size=20))
def test_any_names_give_different_plain_file_names(given_names: list[str]) -> None:
    names = Names()
    made = [names.safe(name) for name in given_names]
    assert len({name.casefold() for name in made}) == len(made)
    assert not [name for name in made if re.search(r'[\x00-\x1f/\\:*?"<>|]', name) or name in ("", ".", "..")]
    assert all(len(name) <= LONGEST_NAME + 6 for name in made)


LINES = st.lists(st.tuples(st.integers(1, 9), st.text("abc ", max_size=30)), min_size=1, max_size=15)


@given(LINES, st.integers(1, 90))
def test_a_text_fits_its_box_and_says_what_it_left_out(lines: list[tuple[int, str]], longest: int) -> None:
    text, out = fitted(lines, longest)
    assert len(text) <= longest
    if len("\n".join(line for _, line in lines)) <= longest:
        assert (text, out) == ("\n".join(line for _, line in lines), ())


def test_the_heaviest_lines_stay() -> None:
    assert fitted([(9, "Claim"), (1, "x" * 50), (5, "Tracking 1")], 20) == ("Claim\nTracking 1", ("x" * 50,))
