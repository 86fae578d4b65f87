"""Who works here: the local user, the first sign-in, invitations, roles and closed access."""

from __future__ import annotations

import pytest

from data.store import Store
from services import people
from services.errors import Rejected
from services.people import Person
from tests.desks import NOW

BOSS = Person("Boss", "supervisor", False, None)
AGENT = Person("Agent", "agent", False, None)


def test_the_local_user_is_one_supervisor_however_often_asked(every_store: Store) -> None:
    assert people.local_person(every_store) == people.local_person(every_store)
    assert people.local_person(every_store).is_supervisor
    assert len(people.people(every_store)) == 1


def test_the_first_who_signs_in_is_a_supervisor_and_the_next_an_agent(every_store: Store) -> None:
    first = people.signed_in(every_store, "id-1", "Ana  Example", "ana@example.com")
    second = people.signed_in(every_store, "id-2", "Ben Example", None)
    assert first is not None
    assert second is not None
    assert [(p.name, p.role) for p in (first, second)] == [("Ana Example", "supervisor"), ("Ben Example", "agent")]
    assert people.signed_in(every_store, "id-1", "Another Name", None) == first


def test_two_people_of_one_name_are_two(store: Store) -> None:
    names = [people.signed_in(store, f"id-{n}", "Ana", None) for n in range(3)]
    assert [person.name for person in names if person] == ["Ana", "Ana 2", "Ana 3"]


def test_an_invited_agent_is_found_again_at_the_first_sign_in(store: Store) -> None:
    people.signed_in(store, "id-0", "Boss", None)
    people.add(store, "Ana", "agent", actor=BOSS, now=NOW)
    ana = people.signed_in(store, "id-1", "Ana", None)
    assert ana is not None
    assert (ana.name, ana.role, len(people.people(store))) == ("Ana", "agent", 2)


def test_the_first_to_sign_in_is_a_supervisor_even_if_invited_as_an_agent(store: Store) -> None:
    people.add(store, "Ana", "agent", actor=BOSS, now=NOW)
    ana = people.signed_in(store, "id-1", "Ana", None)
    assert ana is not None
    assert (ana.name, ana.role) == ("Ana", "supervisor")


@pytest.mark.parametrize("taken", ["Sue", people.LOCAL, "Gone"])
def test_a_display_name_gives_nobody_a_supervisors_rights(store: Store, taken: str) -> None:
    people.local_person(store)
    people.signed_in(store, "id-0", "Boss", None)
    people.add(store, "Sue", "supervisor", actor=BOSS, now=NOW)
    people.add(store, "Gone", "agent", actor=BOSS, now=NOW)
    people.set_disabled(store, "Gone", True, actor=BOSS, now=NOW)
    somebody = people.signed_in(store, "id-1", taken, None)
    assert somebody is not None
    assert (somebody.name, somebody.role) == (f"{taken} 2", "agent")


def test_closed_access_stays_closed_at_the_next_sign_in(store: Store) -> None:
    people.signed_in(store, "id-0", "Boss", None)
    people.signed_in(store, "id-1", "Ana", None)
    people.set_disabled(store, "Ana", True, actor=BOSS, now=NOW)
    assert people.signed_in(store, "id-1", "Ana", None) is None
    with pytest.raises(Rejected, match="disabled"):
        people.by_name(store, "Ana")
    people.set_disabled(store, "Ana", False, actor=BOSS, now=NOW)
    assert people.signed_in(store, "id-1", "Ana", None) is not None


def test_only_supervisors_manage_people_and_none_locks_themselves_out(store: Store) -> None:
    people.add(store, "Boss", "supervisor", actor=BOSS, now=NOW)
    for forbidden in (
        lambda: people.add(store, "X", "agent", actor=AGENT, now=NOW),
        lambda: people.set_role(store, "Boss", "agent", actor=AGENT, now=NOW),
        lambda: people.set_disabled(store, "Boss", True, actor=AGENT, now=NOW),
        lambda: people.set_role(store, "Boss", "agent", actor=BOSS, now=NOW),
        lambda: people.set_disabled(store, "Boss", True, actor=BOSS, now=NOW),
        lambda: people.set_role(store, "Nobody", "agent", actor=BOSS, now=NOW),
        lambda: people.set_role(store, "Boss", "king", actor=BOSS, now=NOW),
        lambda: people.add(store, "Boss", "agent", actor=BOSS, now=NOW),
    ):
        with pytest.raises(Rejected):
            forbidden()
    assert [(p.name, p.role, p.disabled) for p in people.people(store)] == [("Boss", "supervisor", False)]


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x00b"])
def test_a_name_is_a_name(store: Store, name: str) -> None:
    with pytest.raises(Rejected, match="1 to 60"):
        people.add(store, name, "agent", actor=BOSS, now=NOW)
    with pytest.raises(Rejected, match="1 to 60"):
        people.by_name(store, name)


def test_a_script_is_added_as_an_agent_once(store: Store) -> None:
    assert people.by_name(store, "script") == people.by_name(store, " script ")
    assert people.by_name(store, "script").role == "agent"


def test_preferences_are_each_persons_own(store: Store) -> None:
    ana, ben = people.by_name(store, "Ana"), people.by_name(store, "Ben")
    people.set_preference(store, ana, "zone", "Asia/Tokyo")
    people.set_preference(store, ana, "dense", True)
    assert people.preference(store, ana, "zone", "UTC") == "Asia/Tokyo"
    assert people.preference(store, ben, "zone", "UTC") == "UTC"
