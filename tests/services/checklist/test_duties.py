"""Duties: the starter set, and changes that hold from a coming period on and leave the past alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from data.store import Store
from services import checklist
from services.checklist import Wording, duties
from services.errors import Rejected, Stale
from services.rules.checklist import Key
from services.rules.checks import PAGES, PROOFS, seller_central
from services.rules.marketplaces import MARKETPLACES
from services.settings import Settings
from tests.checks import BEGIN, agent, duty, look, me, settings

DAY = timedelta(days=1)
TODAY = BEGIN.date()


@pytest.fixture
def known() -> Settings:
    return settings()


def only(store: Store) -> checklist.Line:
    (line,) = checklist.listing(store)
    return line


def titles(store: Store, known: Settings, first: date, last: date) -> list[str]:
    _, cells = look(store, known, first, last, BEGIN)
    return [cell.period.duty.title for cell in cells if cell.place.marketplace == "US"]


def test_the_starter_set_is_there_once_and_every_duty_of_it_is_usable(store: Store, known: Settings) -> None:
    for _ in range(2):
        with store.write() as session:
            duties.begin(session, TODAY, now=BEGIN)
    lines = checklist.listing(store)
    assert {line.rhythm for line in lines} == {"daily", "weekly", "monthly"}
    assert len(lines) == len({line.last.wording.title for line in lines}) >= 20
    assert all(line.last.wording.how for line in lines)
    # Every proof is asked for by a duty, and every page is opened by one, but for Seller Central's start.
    assert {line.last.wording.proof for line in lines} - {""} == set(PROOFS)
    assert {line.last.wording.page for line in lines} - {""} == set(PAGES)


def test_a_changed_duty_keeps_the_past_and_today(every_store: Store, known: Settings) -> None:
    store = every_store
    number = duty(store, known)
    later = BEGIN + 3 * DAY
    wording = Wording("Mails", at=time(12))
    since = checklist.change(store, known, number, 1, wording, from_day=TODAY, actor=me(store), now=later)
    assert since == later.date() + DAY
    assert titles(store, known, TODAY, TODAY + 5 * DAY) == ["Messages"] * 4 + ["Mails"] * 2
    ended = checklist.end(store, known, number, 2, from_day=since + 2 * DAY, actor=me(store), now=later)
    assert titles(store, known, TODAY, TODAY + 20 * DAY) == ["Messages"] * 4 + ["Mails"] * 2
    assert ended == TODAY + 6 * DAY
    assert [each.wording.title for each in only(store).versions] == ["Messages", "Mails"]


def test_a_change_of_what_was_planned_takes_its_place(store: Store, known: Settings) -> None:
    number = duty(store, known)
    at: dict[str, Any] = {"actor": me(store), "now": BEGIN}
    checklist.change(store, known, number, 1, Wording("Later"), from_day=TODAY + 9 * DAY, **at)
    checklist.change(store, known, number, 2, Wording("Sooner"), from_day=TODAY + 4 * DAY, **at)
    checklist.change(store, known, number, 3, Wording("Corrected"), from_day=TODAY + 4 * DAY, **at)
    assert titles(store, known, TODAY, TODAY + 11 * DAY) == ["Messages"] * 4 + ["Corrected"] * 8
    assert [each.was_dropped for each in only(store).versions] == [False, False, True]
    assert only(store).last.wording.title == "Corrected"


def test_a_duty_that_ended_may_begin_again(store: Store, known: Settings) -> None:
    number = duty(store, known)
    at: dict[str, Any] = {"actor": me(store), "now": BEGIN}
    checklist.end(store, known, number, 1, from_day=TODAY + 2 * DAY, **at)
    with pytest.raises(Rejected, match="ended by then"):
        checklist.end(store, known, number, 2, from_day=TODAY + 3 * DAY, **at)
    checklist.change(store, known, number, 2, Wording("Again"), from_day=TODAY + 5 * DAY, **at)
    assert titles(store, known, TODAY, TODAY + 6 * DAY) == ["Messages"] * 2 + ["Again"] * 2


def test_a_monthly_duty_changes_with_a_month(store: Store, known: Settings) -> None:
    number = duty(store, known, rhythm="monthly", days=(28,))
    wording = Wording("Other", "daily", days=(3,))
    since = checklist.change(store, known, number, 1, wording, from_day=TODAY, actor=me(store), now=BEGIN)
    assert since == date(2028, 1, 1)
    _, cells = look(store, known, TODAY, date(2028, 2, 29), BEGIN)
    due = [cell.period.due_day for cell in cells if cell.place.marketplace == "US"]
    assert due == [date(2027, 12, 28), date(2028, 1, 3), date(2028, 2, 3)]


def test_only_supervisors_change_duties_and_only_what_they_saw(store: Store, known: Settings) -> None:
    number = duty(store, known)
    said: dict[str, Any] = {"from_day": TODAY, "now": BEGIN}
    for do in (
        lambda who: checklist.add(store, known, Wording("x"), actor=who, **said),
        lambda who: checklist.change(store, known, number, 1, Wording("x"), actor=who, **said),
        lambda who: checklist.end(store, known, number, 1, actor=who, **said),
    ):
        with pytest.raises(Rejected, match="Only a supervisor"):
            do(agent(store))
    with pytest.raises(Stale, match="Somebody changed"):
        checklist.change(store, known, number, 7, Wording("x"), actor=me(store), **said)
    with pytest.raises(Rejected, match="no such duty"):
        checklist.end(store, known, 99, 1, actor=me(store), **said)
    assert only(store).version == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": "  "}, "name of 1 to"),
        ({"title": "x" * 81}, "name of 1 to"),
        ({"how": "x" * 2001}, "at most 2,000"),
        ({"rhythm": "yearly"}, "daily, weekly or monthly"),
        ({"scope": "nowhere"}, "where it is to be done"),
        ({"scope": "chosen"}, "at least one marketplace"),
        ({"scope": "chosen", "marketplaces": ("XX",)}, "XX is no marketplace"),
        ({"proof": "magic"}, "from the lists"),
        ({"page": "https://evil.example"}, "from the lists"),
        ({"rhythm": "weekly"}, "the one day"),
        ({"rhythm": "monthly", "days": (0,)}, "1 to 31"),
        ({"rhythm": "monthly", "days": (1, 2)}, "the one day"),
        ({"days": (7,)}, "days of the week"),
    ],
)
def test_a_duty_that_makes_no_sense_is_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Rejected, match=sentence):
        duties.checked(replace(Wording("Messages"), **change))


def test_seven_days_of_the_week_are_every_day() -> None:
    assert duties.checked(Wording("x", days=tuple(range(7))))["days"] == ""
    assert duties.checked(Wording("x", days=(4, 0, 4)))["days"] == "0,4"


def test_links_lead_to_the_marketplaces_own_seller_central_and_nowhere_else() -> None:
    found = {seller_central(page, code) for page in PAGES for code in MARKETPLACES}
    hosts = {link.split("/")[2] for link in found}
    assert hosts == {place.seller_central for place in MARKETPLACES.values()}
    assert all(link.startswith("https://sellercentral.amazon.") for link in found)
    assert seller_central("messages", "JP") == "https://sellercentral.amazon.co.jp/messaging/inbox"
    assert seller_central("https://evil.example", "JP") == seller_central("messages", "") == ""


def test_the_scope_decides_where_a_duty_stands(store: Store) -> None:
    known = settings("US DE", hand={"marketplaces": ["JP"], "mailbox": {
        "host": "127.0.0.1", "security": "none", "user": "x", "password": "x"}})  # fmt: skip
    ids = {
        scope: duty(store, known, scope, scope=scope, marketplaces=("DE", "JP"))
        for scope in ("each", "chosen", "account", "by_hand")
    }
    _, cells = look(store, known, TODAY, TODAY, BEGIN)
    found = {scope: {cell.key for cell in cells if cell.key.duty_id == number} for scope, number in ids.items()}
    places = {scope: {(key.account, key.marketplace) for key in keys} for scope, keys in found.items()}
    assert places == {
        "each": {("acme", "US"), ("acme", "DE"), ("hand", "JP")},
        "chosen": {("acme", "DE"), ("hand", "JP")},
        "account": {("acme", ""), ("hand", "")},
        # Nothing brings reports of the second account.
        "by_hand": {("hand", "JP")},
    }
    assert Key(ids["account"], "acme", "", TODAY) in found["account"]
