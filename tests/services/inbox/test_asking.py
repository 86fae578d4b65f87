"""Questions between colleagues: who is asked, who may answer, and how the answer comes back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from data.store import Store
from services import people, seeding
from services.errors import Rejected, Stale
from services.inbox import asking
from services.inbox.conversation import conversation, mark_read
from services.inbox.queue import counts, queue
from services.inbox.shapes import Conversation, Filters
from services.people import Person
from services.today import today
from tests.desks import HOUR, NOW, Desk, ask, z
from tests.services.inbox.test_queue import counted

ANA = Person("Ana", "agent", False, None)
BEN = Person("Ben", "agent", False, None)
BOSS = Person("Bea", "supervisor", False, None)


@pytest.fixture
def asked(every_desk: Desk) -> Desk:
    """One question of a buyer, and three people."""
    team(every_desk)
    every_desk.read(ask(1, NOW - 2 * HOUR))
    return every_desk


def team(desk: Desk) -> None:
    for person in (ANA, BEN, BOSS):
        people.add(desk.store, person.name, person.role, actor=desk.supervisor(), now=NOW)


def shown(desk: Desk) -> Conversation:
    found = conversation(desk.store, desk.only_ticket()["id"], now=NOW)
    assert found is not None
    return found


def put(desk: Desk, words: str = "May I refund in full?", to: str | None = None, actor: Person = ANA) -> int:
    """Ask; the question's id."""
    asking.ask(desk.store, shown(desk).id, shown(desk).version, actor=actor, now=NOW, question=words, to=to)
    return shown(desk).questions[-1].id


def box(desk: Desk, actor: Person) -> list[str | None]:
    """What the questions box shows this person: the rows' states."""
    rows = queue(desk.store, Filters(box="questions"), now=NOW, actor=actor).rows
    counted_ = counts(desk.store, Filters(), now=NOW, actor=actor).boxes["questions"]
    count = today(desk.store, desk.settings, now=NOW, actor=actor).board.counts["questions"]
    assert len(rows) == counted_ == count
    return [row.question for row in rows]


def test_a_question_to_nobody_in_particular_waits_for_every_supervisor(asked: Desk) -> None:
    put(asked)
    assert [box(asked, person) for person in (ANA, BEN, BOSS, asked.supervisor())] == [[], [], ["open"], ["open"]]
    (line,) = shown(asked).questions
    assert (line.waits_for, line.asked_at, line.question) == ("a supervisor", NOW, "May I refund in full?")


def test_a_question_to_somebody_waits_for_them_alone(asked: Desk) -> None:
    put(asked, to="Ben")
    assert [box(asked, person) for person in (ANA, BEN, BOSS)] == [[], ["open"], []]
    assert shown(asked).questions[0].waits_for == "Ben"


def test_the_answer_comes_back_until_the_asker_has_looked(asked: Desk) -> None:
    question_id = put(asked)
    asking.answer(asked.store, question_id, actor=BOSS, now=NOW + HOUR, text=" Yes, in full. ")
    assert [box(asked, person) for person in (ANA, BEN, BOSS)] == [["answered"], [], []]
    (line,) = shown(asked).questions
    assert (line.state, line.answer, line.answered_by, line.waits_for) == ("answered", "Yes, in full.", "Bea", "")
    mark_read(asked.store, line.ticket_id, actor=BEN, now=NOW + HOUR)
    assert not asking.look(asked.store, line.ticket_id, actor=BEN, now=NOW + HOUR)
    assert box(asked, ANA) == ["answered"]
    assert asking.look(asked.store, line.ticket_id, actor=ANA, now=NOW + 2 * HOUR)
    assert not asking.look(asked.store, line.ticket_id, actor=ANA, now=NOW + 2 * HOUR)
    assert (box(asked, ANA), shown(asked).questions[0].state) == ([], "seen")


def test_opening_the_ticket_is_looking(asked: Desk) -> None:
    question_id = put(asked)
    asking.answer(asked.store, question_id, actor=BOSS, now=NOW + HOUR, text="Yes.")
    mark_read(asked.store, shown(asked).id, actor=ANA, now=NOW + 2 * HOUR)
    assert box(asked, ANA) == []


def test_an_answered_ticket_is_unread_and_the_askers(asked: Desk) -> None:
    mark_read(asked.store, shown(asked).id, actor=ANA, now=NOW)
    question_id = put(asked)
    assert asked.only_ticket()["assignees"] == ["Ana"]
    asking.answer(asked.store, question_id, actor=BOSS, now=NOW + HOUR, text="Yes.")
    (row,) = queue(asked.store, Filters(box="mine"), now=NOW, actor=ANA).rows
    assert (row.mark, row.question) == ("NEW", "answered")


def test_a_ticket_that_somebody_is_on_stays_theirs(asked: Desk) -> None:
    put(asked, actor=BEN, to="Ana")
    put(asked, actor=ANA)
    assert asked.only_ticket()["assignees"] == ["Ben"]


def test_the_buyers_clock_goes_on(asked: Desk) -> None:
    def clock() -> list[object]:
        return [asked.only_ticket()[name] for name in ("awaiting_since", "due_at")]

    before = clock()
    question_id = put(asked)
    assert clock() == before == [z(NOW - 2 * HOUR), z(NOW + 22 * HOUR)]
    assert shown(asked).status == "open"
    asking.answer(asked.store, question_id, actor=BOSS, now=NOW, text="Yes.")
    assert clock() == before


def test_only_whom_it_was_asked_of_and_supervisors_answer(asked: Desk) -> None:
    question_id = put(asked, to="Ben")
    for nosy in (ANA, Person("Cleo", "agent", False, None)):
        with pytest.raises(Rejected, match="is for Ben"):
            asking.answer(asked.store, question_id, actor=nosy, now=NOW, text="Yes.")
    asking.answer(asked.store, question_id, actor=BOSS, now=NOW, text="Yes.")
    assert shown(asked).questions[0].answered_by == "Bea"


def test_nobody_answers_their_own_question(asked: Desk) -> None:
    question_id = put(asked, actor=BOSS)
    assert (box(asked, BOSS), box(asked, asked.supervisor())) == ([], ["open"])
    with pytest.raises(Rejected, match="a supervisor"):
        asking.answer(asked.store, question_id, actor=BOSS, now=NOW, text="Yes.")


def test_a_question_is_answered_once(asked: Desk) -> None:
    question_id = put(asked, to="Ben")
    asking.answer(asked.store, question_id, actor=BEN, now=NOW, text="Yes.")
    with pytest.raises(Rejected, match="Ben has answered already"):
        asking.answer(asked.store, question_id, actor=BOSS, now=NOW, text="No.")
    with pytest.raises(Rejected, match="Ben has answered already"):
        asking.withdraw(asked.store, question_id, actor=ANA, now=NOW)
    assert shown(asked).questions[0].answer == "Yes."


def test_of_two_answers_at_once_one_is_refused(asked: Desk) -> None:
    question_id = put(asked, to="Ben")
    refused: list[str] = []
    gate = threading.Barrier(2)

    def answer(actor: Person) -> None:
        gate.wait()
        try:
            asking.answer(asked.store, question_id, actor=actor, now=NOW, text=f"{actor.name} says so.")
        except Rejected as error:
            refused.append(str(error))

    threads = [threading.Thread(target=answer, args=(actor,)) for actor in (BEN, BOSS)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    (line,) = shown(asked).questions
    assert refused == [f"{line.answered_by} has answered already; write an internal note if there is more to say."]
    assert line.answer == f"{line.answered_by} says so."


def test_the_asker_or_a_supervisor_takes_a_question_back(asked: Desk) -> None:
    question_id = put(asked)
    with pytest.raises(Rejected, match="Only Ana"):
        asking.withdraw(asked.store, question_id, actor=BEN, now=NOW)
    asking.withdraw(asked.store, question_id, actor=ANA, now=NOW)
    assert (box(asked, BOSS), shown(asked).questions) == ([], ())
    with pytest.raises(Rejected, match="taken back"):
        asking.answer(asked.store, question_id, actor=BOSS, now=NOW, text="Yes.")
    other = put(asked)
    asking.withdraw(asked.store, other, actor=BOSS, now=NOW)


def test_what_was_asked_of_somebody_who_left_waits_for_the_supervisors(asked: Desk) -> None:
    put(asked, to="Ben")
    people.set_disabled(asked.store, "Ben", True, actor=BOSS, now=NOW)
    assert (box(asked, BOSS), box(asked, ANA)) == (["open"], [])


@pytest.mark.parametrize("to", ["Ana", "Nobody", "Gone", ""])
def test_only_colleagues_can_be_asked(asked: Desk, to: str) -> None:
    people.add(asked.store, "Gone", "agent", actor=BOSS, now=NOW)
    people.set_disabled(asked.store, "Gone", True, actor=BOSS, now=NOW)
    with pytest.raises(Rejected, match="choose somebody else"):
        put(asked, to=to)
    assert shown(asked).questions == ()


def test_whoever_supervises_alone_must_name_somebody(desk: Desk) -> None:
    people.add(desk.store, "Ana", "agent", actor=desk.supervisor(), now=NOW)
    desk.read(ask(1, NOW - HOUR))
    with pytest.raises(Rejected, match="no other supervisor"):
        put(desk, actor=desk.supervisor())
    put(desk, actor=desk.supervisor(), to="Ana")


@pytest.mark.parametrize("words", ["", " \n", "\0", "x" * 4001])
def test_questions_and_answers_have_words_and_an_end(asked: Desk, words: str) -> None:
    with pytest.raises(Rejected):
        put(asked, words)
    question_id = put(asked)
    with pytest.raises(Rejected):
        asking.answer(asked.store, question_id, actor=BOSS, now=NOW, text=words)


def test_a_click_too_many_asks_once(asked: Desk) -> None:
    seen = shown(asked)
    for_both = {"actor": ANA, "now": NOW, "question": "May I?"}
    asking.ask(asked.store, seen.id, seen.version, **for_both)
    with pytest.raises(Stale):
        asking.ask(asked.store, seen.id, seen.version, **for_both)
    assert len(shown(asked).questions) == 1


def test_the_log_says_who_asked_whom_and_no_word_of_it(asked: Desk) -> None:
    question_id = put(asked, "Is Alex Example lying?")
    asking.answer(asked.store, question_id, actor=BOSS, now=NOW, text="Alex Example is right.")
    asking.withdraw(asked.store, put(asked, to="Ben"), actor=ANA, now=NOW)
    said = [act.sentence for act in shown(asked).activity if "→" not in act.sentence]
    assert said == [
        "took a question back", "asked Ben", "answered the question of Ana", "assigned Ana", "asked a supervisor",
    ]
    assert "Alex" not in str(asked.rows("activity"))


def test_somebody_whose_access_is_closed_asks_and_answers_nothing(asked: Desk) -> None:
    question_id = put(asked)
    gone = Person("Bea", "supervisor", True, None)
    with pytest.raises(Rejected, match="access is closed"):
        put(asked, actor=gone)
    with pytest.raises(Rejected, match="access is closed"):
        asking.answer(asked.store, question_id, actor=gone, now=NOW, text="Yes.")


def test_there_is_no_question_that_is_not_there(asked: Desk) -> None:
    with pytest.raises(Rejected, match="no such question"):
        asking.answer(asked.store, 99, actor=BOSS, now=NOW, text="Yes.")


def test_two_hundred_tickets_with_questions_cost_as_many_statements_as_ten(
    fresh_store: Callable[[], Store], tmp_path: Path
) -> None:
    taken = []
    for n in (10, 200):
        desk = Desk(fresh_store(), tmp_path / str(n))
        team(desk)
        desk.read(ask(1, NOW - 30 * HOUR), ask(2, NOW - 21 * HOUR, alias="bbbbbbbbbbbbbb"))
        seeding.fill(desk.store, n, seed=1, now=NOW)
        rows = queue(desk.store, Filters(box="all"), now=NOW, actor=ANA, limit=n).rows
        for row in rows[: n // 4]:
            asking.ask(desk.store, row.id, row.version, actor=ANA, now=NOW, question="May I?")
        used = []
        for screen in (
            lambda desk=desk: queue(desk.store, Filters(box="questions"), now=NOW, actor=BOSS),
            lambda desk=desk: queue(desk.store, Filters(box="questions", marketplace="US"), now=NOW, actor=BOSS),
            lambda desk=desk: counts(desk.store, Filters(), now=NOW, actor=BOSS),
            lambda desk=desk: today(desk.store, desk.settings, now=NOW, actor=BOSS),
            lambda desk=desk, row=rows[0]: conversation(desk.store, row.id, now=NOW),
            lambda desk=desk, row=rows[0]: asking.look(desk.store, row.id, actor=ANA, now=NOW),
        ):
            with counted(desk.store) as statements:
                screen()
            used.append(len(statements))
        taken.append(used)
    assert taken[0] == taken[1]
    assert taken[0][0] <= 3
    assert taken[0][-1] == 1
