"""Templates go into CSV files and come out of them: other tools' headings, broken rows, the starter set."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from contextlib import suppress
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data import journal
from data.store import Store
from services import templates
from services.errors import Rejected
from services.people import Person
from services.policy.check import check
from services.rules import placeholders
from services.rules.policy import PROFILES, Profile
from services.templates import Imported, Wish, files
from services.templates.writing import STARTER_SET
from tests.desks import NOW

BOSS = Person("Boss", "supervisor", False, None)
ANA = Person("Ana", "agent", False, None)
STARTERS = [line.values for line in files.read(STARTER_SET.read_bytes())]
cells = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=40)


def load(store: Store, content: str | bytes, *, shared: bool = True, actor: Person = BOSS) -> Imported:
    raw = content.encode() if isinstance(content, str) else content
    return templates.import_csv(store, raw, shared=shared, actor=actor, now=NOW)


@pytest.mark.parametrize(
    "content",
    [
        'name,language,marketplaces,text\nHallo,de,"DE, UK",Größe {{order_id}}\n',
        "Template Name;Locale;Channel;Body\nHallo;de-DE;amazon.de|GB;Größe {{order_id}}",
        "TITLE\tlang\tcountry\tMessage\textra\nHallo\tGerman\tde;uk\tGröße {{order_id}}\tx",
        "\n".join(["text,name,Lang,Marketplace", '"Größe {{order_id}}",Hallo,de_AT,"www.amazon.de\nUK"', "", ",,,"]),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_of_other_tools_are_understood(store: Store, content: str, encoding: str) -> None:
    assert load(store, content.encode(encoding)) == Imported(1, 0, ())
    (found,) = templates.listing(store, actor=BOSS).rows
    assert (found.name, found.language, found.marketplaces, found.text) == (
        "Hallo",
        "de",
        ("DE", "UK"),
        "Größe {{order_id}}",
    )
    assert (found.owner, found.active) == (None, True)


def test_bad_rows_are_named_with_line_and_reason_and_the_others_are_kept(every_store: Store) -> None:
    content = "\n".join(
        [
            "name,text,language,active",
            "Good,Hello,en,no",
            '"Two lines","Hello\nagain",en,',
            ",No name,en,",
            "Broken,Hello {{buyer,en,",
            "Unknown,Hello {{customer.first_name}},en,",
            "Short,Hello",
            "good,Another text,en,",
            "Good,Hello,en,no",
            'Quoted,"a" b,en,',
            "Klingon,Hello,tlh,",
            "Last,Bye,,",
        ]
    )
    found = load(every_store, content)
    assert (found.added, found.known) == (3, 1)
    assert [(line, reason[:30]) for line, reason in found.rejected] == [
        (5, "Give the template a name of 1 "),
        (6, "“{{buyer”: The two closing bra"),
        (7, "“{{customer.first_name}}”: The"),
        (8, "It has 2 cells, the first line"),
        (9, "There is a template called “go"),
        (11, "It cannot be read as CSV: ',' "),
        (12, "“tlh” is no language that can "),
    ]
    rows = templates.listing(every_store, actor=BOSS).rows
    assert [(row.name, row.text, row.active) for row in rows] == [
        ("Good", "Hello", False),
        ("Last", "Bye", True),
        ("Two lines", "Hello\nagain", True),
    ]
    assert load(every_store, content).added == 0
    with every_store.read() as session:
        assert [row.what for row in journal.everything(session)] == ["template.import"] * 3


def test_a_quote_that_never_ends_loses_only_its_own_row(store: Store) -> None:
    found = load(store, 'name,text\nGood,Hello\nBad,"Hello\nLost,Hello\n')
    assert (found.added, [line for line, _ in found.rejected]) == (1, [3])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "first line must name"),
        (b"name,subject\nA,B", "first line must name"),
        (b"PK\x03\x04\0\0", "no CSV file"),
        (b'"name\n', "first line"),
        (b"name,text\n" + b"x" * 2_000_001, "larger than 2 MB"),
    ],
)
def test_what_is_no_such_file_is_refused_with_a_sentence(store: Store, content: bytes, says: str) -> None:
    with pytest.raises(Rejected, match=says):
        load(store, content)


def test_a_very_long_cell_or_file_stops_nothing_else(store: Store) -> None:
    found = load(store, "name,text\nLong," + "x" * 200_000 + "\nGood,Hello\n")
    assert (found.added, [line for line, _ in found.rejected]) == (1, [2])
    many = load(store, "name,text\n" + "\n".join(f"T{n},Hello" for n in range(2005)))
    assert (many.added, [line for line, _ in many.rejected]) == (2000, [2002])


def test_an_agent_imports_for_themselves_only(store: Store) -> None:
    with pytest.raises(Rejected, match="supervisors"):
        load(store, "name,text\nA,B", actor=ANA)
    assert load(store, "name,text\nA,B", actor=ANA, shared=False).added == 1
    assert templates.listing(store, actor=BOSS).rows == ()


def test_what_is_exported_can_be_imported_elsewhere(fresh_store: Callable[[], Store]) -> None:
    here, there = fresh_store(), fresh_store()
    wishes = [
        Wish('A, "quoted"', 'Hello,\n\n"you"; {{order_id}}', "de", ("DE", "UK"), ("Return, late", "x"), shared=True),
        Wish("=1+1", "-- \n+49 is a code", None, active=False, shared=True),
        Wish("'=1", "'tis", "en", shared=True),
    ]
    for wish in wishes:
        templates.add(here, wish, actor=BOSS, now=NOW)
    raw = templates.export_csv(here, actor=BOSS)
    assert raw.startswith(b"\xef\xbb\xbfname,")
    for row in csv.reader(io.StringIO(raw.decode("utf-8-sig"))):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)
    assert load(there, raw) == Imported(3, 0, ())

    def told(store: Store) -> list[tuple[object, ...]]:
        rows = templates.listing(store, actor=BOSS).rows
        return [(r.name, r.text, r.language, r.marketplaces, r.types, r.active) for r in rows]

    assert told(there) == told(here)


@given(st.lists(st.tuples(cells, cells), max_size=5))
@settings(max_examples=60)
def test_any_cell_survives_the_way_through_a_file(rows: list[tuple[str, str]]) -> None:
    raw = files.write({"name": name, "text": text} for name, text in rows)
    found = [(line.values.get("name"), line.values.get("text")) for line in files.read(raw)]
    # `active` and the other columns are empty, so a row without name and text is an empty row.
    assert found == [row for row in rows if any(cell.strip() for cell in row)]


@given(st.binary(max_size=300))
@settings(max_examples=60)
def test_any_bytes_are_rows_or_are_refused(raw: bytes) -> None:
    lines: list[files.Line] = []
    with suppress(Rejected):
        lines += files.read(b"name,text\n" + raw)
    assert all(line.why.endswith(".") if line.why else set(line.values) == {"name", "text"} for line in lines)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("starter", STARTERS, ids=lambda row: f"{row['language']}-{row['name'][:24]}")
def test_every_starter_keeps_the_rules_for_replies(starter: dict[str, str], profile: Profile) -> None:
    filled = placeholders.fill(starter["text"], placeholders.EXAMPLES)
    assert (filled.unfilled, filled.findings) == ((), ())
    order = placeholders.EXAMPLES["order_id"]
    verdict = check(filled.text, language=starter["language"], order_id=order, profile=profile)
    assert verdict.findings == ()


def test_the_starter_set_has_the_same_situations_in_six_languages(store: Store) -> None:
    by_language: dict[str, list[str]] = {}
    for row in STARTERS:
        by_language.setdefault(row["language"], []).append(row["name"])
    assert sorted(by_language) == ["de", "en", "es", "fr", "it", "ja"]
    assert all(names == by_language["en"] for names in by_language.values())
    assert len(by_language["en"]) >= 8
    for name in by_language["en"]:
        used = {frozenset(placeholders.names_in(row["text"])) for row in STARTERS if row["name"] == name}
        assert len({names - {"buyer_name", "buyer_first_name"} for names in used}) == 1


def test_the_starter_set_is_added_once_by_a_supervisor(store: Store) -> None:
    with pytest.raises(Rejected, match="supervisors"):
        templates.add_starter_set(store, actor=ANA, now=NOW)
    taken = Wish("Invoice", "Ours.", "en", shared=True)
    templates.add(store, taken, actor=BOSS, now=NOW)
    assert templates.add_starter_set(store, actor=BOSS, now=NOW) == len(STARTERS) - 1
    assert templates.add_starter_set(store, actor=BOSS, now=NOW) == 0
    (ours,) = [row for row in templates.listing(store, actor=BOSS, text="ours.").rows if row.text == "Ours."]
    assert ours.version == 1


def test_numbers_of_lines_are_those_of_the_file() -> None:
    number = count(2)
    content = "name,text\n" + "".join(f"T{n},x\n" for n in range(5))
    assert [line.number for line in files.read(content.encode())] == [next(number) for _ in range(5)]
