"""Product reviews and questions from CSV files: what is taken, and the line and reason of what is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.errors import Rejected
from services.feedback import answers, files
from services.feedback.answers import Answer, Filters
from services.people import Person
from tests.desks import HOUR, NOW, Desk

ANA = Person("Ana", "agent", False, None)
GOOD = "Marketplace,ASIN,Stars,Text\nUS,B0EXAMPLE1,2,Too dim\nDE,b0example2,,Is it dimmable?\n"


def bring(desk: Desk, text: str | bytes, account: str = "acme") -> files.Imported:
    content = text if isinstance(text, bytes) else text.encode()
    return files.bring(desk.store, desk.settings, content, account=account, actor=ANA, now=NOW)


def kept(desk: Desk) -> list[Answer]:
    return sorted(answers.answers(desk.store, Filters()).rows, key=lambda each: each.id)


def test_reviews_and_questions_become_drafts(every_desk: Desk) -> None:
    done = bring(every_desk, GOOD)
    review, question = kept(every_desk)
    assert done == files.Imported(2, (), (review.id, question.id))
    assert (review.kind, review.marketplace, review.asin, review.stars, review.asked, review.state) == (
        "product_review", "US", "B0EXAMPLE1", 2, "Too dim", "draft")  # fmt: skip
    assert (question.kind, question.stars, question.asin) == ("product_question", None, "B0EXAMPLE2")
    assert [row["what"] for row in every_desk.rows("activity")] == ["public.enter"] * 2


def test_the_same_file_again_adds_nothing(desk: Desk) -> None:
    bring(desk, GOOD)
    again = bring(desk, GOOD)
    assert again == files.Imported(0, ((2, "This is here already."), (3, "This is here already.")))
    assert len(kept(desk)) == 2


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("FR,B0EXAMPLE1,2,Too dim,", "does not sell in FR"),
        ("US,lamp,2,Too dim,", "give its ASIN"),
        ("US,B0EXAMPLE1,9,Too dim,", "'9' are no stars from 1 to 5"),
        ("US,B0EXAMPLE1,2,,", "Give the buyer's words"),
        ("US,B0EXAMPLE1,2,Too dim,rumour", "'rumour' is neither review nor question"),
        ("US,B0EXAMPLE1,,Too dim,review", "Give the stars of the review"),
    ],
)
def test_a_bad_row_is_named_and_the_others_are_taken(desk: Desk, row: str, why: str) -> None:
    heads, good = "Country,ASIN,Rating,Review text,Type", "US,B0EXAMPLE9,4 out of 5,Fine,Product review"
    done = bring(desk, f"{heads}\n{row}\n{good}\n")
    ((number, reason),) = done.rejected
    assert (done.added, number) == (1, 2)
    assert why in reason
    assert kept(desk)[0].stars == 4


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "names no column ASIN and no column Text"),
        (b"Name,Value\n1,2\n", "names no column ASIN"),
        (b"PK\x03\x04\x00\x00", "no CSV file"),
        (b"x" * (files.MOST_BYTES + 1), "larger than 2 MB"),
        (("Marketplace,ASIN,Text\n" + "US,B0EXAMPLE1,x\n" * (files.MOST_ROWS + 1)).encode(), "more than 2,000 rows"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_whole(desk: Desk, content: bytes, why: str) -> None:
    with pytest.raises(Rejected, match=why):
        bring(desk, content)
    assert kept(desk) == []


@pytest.mark.parametrize("encode", [lambda text: text.encode("utf-16"), lambda text: text.encode("cp1252")])
def test_other_charsets_and_separators_are_understood(desk: Desk, encode: Callable[[str], bytes]) -> None:
    text = "Marketplace;ASIN;Stars;Text\nDE;B0EXAMPLE1;1;Größe stimmt nicht\n"
    assert bring(desk, encode(text)).added == 1
    assert kept(desk)[0].asked == "Größe stimmt nicht"


def test_an_unknown_account_takes_nothing(desk: Desk) -> None:
    done = bring(desk, GOOD, account="nobody")
    assert (done.added, len(done.rejected)) == (0, 2)


def test_a_file_is_taken_back_but_for_what_somebody_worked_on_since(every_desk: Desk) -> None:
    done = bring(every_desk, GOOD)
    review, question = kept(every_desk)
    answers.save(every_desk.store, review.id, 1, actor=ANA, now=NOW, text="We are sorry.")
    ben = Person("Ben", "agent", False, None)
    for actor, now in ((ben, NOW), (ANA, NOW + 2 * HOUR)):
        with pytest.raises(Rejected, match="one by one"):
            files.take_back(every_desk.store, done.ids, actor=actor, now=now)
    assert files.take_back(every_desk.store, done.ids, actor=ANA, now=NOW + HOUR) == 1
    assert [each.id for each in kept(every_desk)] == [review.id]
    assert bring(every_desk, GOOD).added == 1
    undone = [row["object"] for row in every_desk.rows("activity") if row["what"] == "public.undo"]
    assert undone == [f"public:{question.id}"]
