"""Data problems of report files: rows of one file stand together, name nobody, and are read again with their file."""

from __future__ import annotations

import os

import pytest

from data import rejects
from services import data_problems
from services.people import Person
from services.reports.base import without_addresses
from tests.desks import NOW, Desk
from tests.reports import ORDER, OTHER, RATER, feedback, feedback_row

ANA = Person("Ana", "agent", False, None)
BROKEN = ("11/20/26", "1", "Too few", RATER)


@pytest.fixture
def shop(every_desk: Desk) -> Desk:
    """A desk that has read a file with two bad rows, and then a newer one with one."""
    put(every_desk, "old.txt", feedback("US", feedback_row(rating="1"), BROKEN, feedback_row("nonsense")), 1000)
    every_desk.sync()
    put(every_desk, "new.txt", feedback("US", feedback_row(rating="5"), BROKEN, feedback_row(OTHER)), 2000)
    every_desk.sync()
    return every_desk


def put(desk: Desk, name: str, content: str, mtime: float) -> None:
    place = desk.root / "acme" / "reports" / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(content, encoding="utf-8")
    os.utime(place, (mtime, mtime))


def problems(desk: Desk) -> list[data_problems.Problem]:
    return list(data_problems.problems(desk.store).rows)


def ratings(desk: Desk) -> dict[str, int]:
    return {row["order_id"]: row["rating"] for row in desk.rows("feedback")}


def test_the_rows_of_one_file_stand_together(shop: Desk) -> None:
    groups = data_problems.by_file(problems(shop))
    assert [(group.file, [row.line for row in group.rows]) for group in groups] == [
        ("new.txt", ["3"]),
        ("old.txt", ["4", "3"]),
    ]
    assert sum(n for _, n in groups[1].reasons) == 2


def test_the_kept_form_names_no_rater(shop: Desk) -> None:
    raws = [data_problems.raw(shop.store, problem.id)[1] for problem in problems(shop)]
    assert len(raws) == 3
    assert all(b"k3jd82" not in raw for raw in raws)
    assert sum(b"****@marketplace.amazon.com" in raw for raw in raws) == 2
    assert any(b"Too few" in raw for raw in raws)


def test_a_row_is_read_again_with_its_file_and_leaves_the_list_when_it_can_be_read(shop: Desk) -> None:
    assert ratings(shop) == {ORDER: 5, OTHER: 1}
    old = [problem for problem in problems(shop) if problem.file == "old.txt"]
    assert data_problems.retry(shop.store, [old[0].id], actor=ANA, now=NOW) == 1
    assert old[0].id not in [problem.id for problem in problems(shop)]
    shop.sync()
    # In vain: it is back with all the others, and what the newer file said still holds.
    assert {problem.place for problem in problems(shop)} == {"old.txt:3", "old.txt:4", "new.txt:3"}
    assert ratings(shop) == {ORDER: 5, OTHER: 1}
    put(shop, "old.txt", feedback("US", feedback_row(rating="1"), feedback_row("114-5550009-7770009")), 1000)
    data_problems.retry(shop.store, [problem.id for problem in problems(shop)], actor=ANA, now=NOW)
    shop.sync()
    assert {problem.place for problem in problems(shop)} == {"new.txt:3"}
    assert ratings(shop) == {ORDER: 5, OTHER: 1, "114-5550009-7770009": 1}


def test_a_row_whose_file_is_gone_comes_back_to_the_list(shop: Desk) -> None:
    (shop.root / "acme" / "reports" / "old.txt").unlink()
    before = {problem.place for problem in problems(shop)}
    data_problems.retry(shop.store, [problem.id for problem in problems(shop)], actor=ANA, now=NOW)
    shop.sync()
    assert {problem.place for problem in problems(shop)} == before
    with shop.store.read() as session:
        assert rejects.wanted_again(session, ("folder", "acme", "reports")) == []


def test_reading_again_is_written_down(shop: Desk) -> None:
    (problem, *_) = problems(shop)
    data_problems.retry(shop.store, [problem.id], actor=ANA, now=NOW)
    (entry,) = [row for row in shop.rows("activity") if row["what"] == "problem.retry"]
    assert (entry["actor"], entry["object"]) == ("Ana", f"problem:{problem.id}")


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (b"a\tx.y+1@marketplace.amazon.co.jp\tb", b"a\t****@marketplace.amazon.co.jp\tb"),
        (b"<buyer-email>k@a.example</buyer-email>", b"<buyer-email>****@a.example</buyer-email>"),
        ("é@shop.example".encode("cp1252"), b"****@shop.example"),
        (b"3 @ 4 EUR, no address", b"3 @ 4 EUR, no address"),
    ],
)
def test_addresses_are_masked_in_any_charset(raw: bytes, kept: bytes) -> None:
    assert without_addresses(raw) == kept
