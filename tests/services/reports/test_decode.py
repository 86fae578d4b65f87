"""Charsets of report documents: the ladder, marks, mixtures, and what is replaced in the end."""

from __future__ import annotations

import codecs
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports import decode
from services.reports.base import Unreadable

GERMAN = "Datum\tBewertung\r\n20.11.26\tUnbrauchbar für Gläser, 5 € zu teuer\r\n"
JAPANESE = "日付\t評価\tコメント\r\n26/11/20\t1\tとても遅い、壊れています\r\n"


def text(raw: bytes, marketplaces: tuple[str, ...] = ("DE",), declared: str | None = None) -> str:
    stream = io.BytesIO(raw)
    return decode.open_text(stream, decode.look(stream, marketplaces, declared)).read()


@pytest.mark.parametrize(
    ("charset", "marketplaces", "declared"),
    [
        ("utf-8", ("DE",), None),
        ("utf-8", ("DE",), "iso-8859-1"),
        ("utf-8", ("JP",), "Shift_JIS"),
        ("utf-8-sig", ("DE",), None),
        ("utf-16", ("DE",), None),
        ("utf-16", ("DE",), "utf-8"),
        ("cp1252", ("DE",), None),
        ("cp1252", ("DE",), "iso-8859-1"),
        ("cp1252", ("US", "DE", "JP"), None),
        ("iso-8859-15", ("DE",), "iso-8859-15"),
    ],
)
def test_german_is_read_right_whatever_it_was_written_in(
    charset: str, marketplaces: tuple[str, ...], declared: str | None
) -> None:
    assert text(GERMAN.encode(charset), marketplaces, declared) == GERMAN


@pytest.mark.parametrize(
    ("marketplaces", "declared"), [(("JP",), None), (("US", "JP"), None), (("US",), "Windows-31J"), (("JP",), "sjis")]
)
def test_japanese_of_windows_is_read_right(marketplaces: tuple[str, ...], declared: str | None) -> None:
    assert text(JAPANESE.encode("cp932"), marketplaces, declared) == JAPANESE


def test_utf16_without_a_mark_is_noticed() -> None:
    assert text("order-id\tsku\r\n114\tNL-1\r\n".encode("utf-16-le")) == "order-id\tsku\r\n114\tNL-1\r\n"


def test_in_a_mixture_each_line_is_read_by_the_charset_it_is_in() -> None:
    raw = "grün\n".encode() + "grün\n".encode("cp1252") + b"blau\n"
    assert text(raw) == "grün\ngrün\nblau\n"


def test_bytes_of_no_charset_are_kept_as_letters_and_said() -> None:
    stream = io.BytesIO(b"a\x81\x8d\xffb\n\xc3\n")
    seen = decode.look(stream)
    assert seen.replaced
    assert decode.open_text(stream, seen).read().startswith("a")


def test_a_letter_across_two_pieces_is_no_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = ("x" * (64 * 1024 - 1) + "ü" + "y" * 100).encode()
    stream = io.BytesIO(raw)
    assert decode.look(stream).charset == "utf-8"


def test_more_than_is_allowed_is_refused_while_unpacking() -> None:
    with pytest.raises(Unreadable, match="more than"):
        decode.look(io.BytesIO(b"x" * 200_000), most=100_000)


def test_the_same_content_has_the_same_digest() -> None:
    assert decode.look(io.BytesIO(b"a\n")).digest == decode.look(io.BytesIO(b"a\n")).digest
    assert decode.look(io.BytesIO(b"a\n")).digest != decode.look(io.BytesIO(b"b\n")).digest


@given(st.binary(max_size=400), st.sampled_from([(), ("JP",), ("US", "JP")]))
def test_any_bytes_become_text(raw: bytes, marketplaces: tuple[str, ...]) -> None:
    assert isinstance(text(raw, marketplaces), str)


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs"]), max_size=200))
def test_utf8_comes_back_unchanged(words: str) -> None:
    raw = words.encode()
    if not raw.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)) and "\0" not in words:
        assert text(raw) == words
