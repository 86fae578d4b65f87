"""Data problems: what could not be read is listed with its reason and raw form until a person is done with it."""

from __future__ import annotations

import pytest

from services import data_problems
from services.errors import Rejected
from services.people import Person
from services.sync import reparse
from tests import mails
from tests.desks import HOUR, NOW, Desk, ask

ANA = Person("Ana", "agent", False, None)


@pytest.fixture
def troubled(every_desk: Desk) -> Desk:
    """Five mails from strangers and one that is broken."""
    every_desk.put(
        *(
            mails.message(
                sender=f"Stranger <stranger{n}@shop.example>",
                subject=f"Offer {n}",
                plain="Buy now",
                date=NOW - n * HOUR,
                message_id=f"<offer-{n}@shop.example>",
            )
            for n in range(1, 6)
        )
    )
    every_desk.put(b"\x00\x01\x02 broken")
    every_desk.sync()
    return every_desk


def ids(desk: Desk, **narrowed: str) -> list[int]:
    return [row.id for row in data_problems.problems(desk.store, **narrowed).rows]


def test_they_are_listed_newest_first_by_pages(troubled: Desk) -> None:
    whole = ids(troubled)
    assert (len(whole), whole) == (6, sorted(whole, reverse=True))
    found, mark = [], None
    while True:
        page = data_problems.problems(troubled.store, mark=mark, limit=4)
        found += [row.id for row in page.rows]
        mark = page.next
        if mark is None:
            break
    assert found == whole


def test_they_can_be_searched_by_place_and_reason(troubled: Desk) -> None:
    assert len(ids(troubled, text="mail/00003")) == 1
    assert len(ids(troubled, text="shop.example")) == 5
    assert ids(troubled, text="100%") == ids(troubled, text="_") == []


def test_raw_form_and_headline_are_there_with_the_sender_masked(troubled: Desk) -> None:
    (problem,) = data_problems.problems(troubled.store, text="mail/00002").rows
    name, raw = data_problems.raw(troubled.store, problem.id)
    assert (name, problem.size, problem.is_mail) == (f"within24-problem-{problem.id}.eml", len(raw), True)
    sender, subject = data_problems.headline(troubled.store, problem.id)
    assert subject.strip() == "Offer 2"
    assert "stranger2@" not in sender
    assert "Buy now" in data_problems.preview(troubled.store, problem.id)


def test_a_broken_one_can_be_looked_at_too(troubled: Desk) -> None:
    (problem,) = data_problems.problems(troubled.store, text="mail/00006").rows
    assert "\x00" not in data_problems.preview(troubled.store, problem.id)
    assert data_problems.headline(troubled.store, problem.id) == ("", "")
    with pytest.raises(Rejected, match="cannot be read at all"):
        data_problems.open_ticket(troubled.store, problem.id, actor=ANA, now=NOW)


def test_what_is_discarded_stays_discarded_until_it_is_restored(troubled: Desk) -> None:
    first, second = ids(troubled)[:2]
    data_problems.discard(troubled.store, [first, second], actor=ANA, now=NOW, reason=" spam ")
    reparse.reparse(troubled.store, troubled.settings, NOW, only_set_aside=False)
    assert ids(troubled, state="discarded") == [first, second]
    data_problems.restore(troubled.store, [first], actor=ANA, now=NOW)
    assert first in ids(troubled)
    entries = [(row["what"], row["object"], row["after"]) for row in troubled.rows("activity")]
    assert entries == [
        ("problem.discard", f"problem:{first}", {"reason": "spam"}),
        ("problem.discard", f"problem:{second}", {"reason": "spam"}),
        ("problem.restore", f"problem:{first}", None),
    ]


def test_trying_again_in_vain_changes_nothing(troubled: Desk) -> None:
    before = ids(troubled), troubled.rows("ledger")
    assert data_problems.retry(troubled.store, before[0], actor=ANA, now=NOW) == 6
    troubled.sync()
    assert (ids(troubled), troubled.rows("ledger")) == before


def test_a_ticket_can_be_made_of_a_mail_and_its_problem_is_then_gone(troubled: Desk) -> None:
    (problem,) = data_problems.problems(troubled.store, text="mail/00001").rows
    data_problems.open_ticket(troubled.store, problem.id, actor=ANA, now=NOW)
    troubled.sync()
    assert troubled.only_ticket()["subject"] == "Offer 1"
    assert problem.id not in ids(troubled)


def test_a_good_mail_is_no_problem(desk: Desk) -> None:
    desk.read(ask(1, NOW - HOUR))
    assert ids(desk) == []
    with pytest.raises(Rejected, match="no such problem"):
        data_problems.raw(desk.store, 1)
