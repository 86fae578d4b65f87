"""Every figure opens exactly its messages: each bar, point and cell of the page against the list behind it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from data.models.amazon import OrderItem
from data.models.mirrored import Message
from data.store import Store
from services.response_time import counting, views
from services.response_time.behind import Behind, behind
from services.response_time.shapes import GROUPS, Wanted
from services.rules.response_time import Numbers
from tests.pages.conftest import statements
from tests.responses import DAY, NOW, fact, fill, some


def sell(session: Session) -> None:
    """Some orders: of one item, of two, and of two where the message names one of them."""
    for n, (order, asin, sku) in enumerate([
        ("1", "A1", "LAMP"), ("2", "A1", "LAMP"), ("2", "A2", "BULB"), ("3", "A1", "LAMP"), ("3", "A2", "BULB")
    ]):  # fmt: skip
        what = {"asin": asin, "sku": sku, "first_seen_at": NOW, "read_at": NOW}
        session.add(OrderItem(account="acme", order_id=order, source="report", line=str(n), **what))
    for number, (order, asin) in {1: ("1", None), 2: ("2", None), 3: ("3", "A2"), 4: ("9", None)}.items():
        message = session.get(Message, number)
        assert message is not None
        message.order_id, message.asin = order, asin


@pytest.fixture(scope="module")
def shop(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Two hundred messages, counted."""
    file = tmp_path_factory.mktemp("behind") / "within24.db"
    file.write_bytes(migrated_file.read_bytes())
    store = Store(f"sqlite:///{file}")
    with store.write() as session:
        fill(session, some(random.Random(11), 200))
        sell(session)
    counting.recount(store, now=NOW)
    yield store
    store.close()


WANTED = Wanted((NOW - 15 * DAY).date(), (NOW - 2 * DAY).date(), NOW, ZoneInfo("Europe/Berlin"))
ASKED = (
    WANTED,
    replace(WANTED, as_of=NOW - 5 * DAY),
    replace(WANTED, as_of=NOW - 5 * DAY, known_at=NOW - 5 * DAY),
    replace(WANTED, marketplace="DE"),
)


def opened(store: Store, wanted: Wanted, clicked: Behind) -> int:
    """How many messages are behind something, page by page."""
    found, mark = behind(store, wanted, clicked, limit=30)
    ids = [line.message_id for line in found]
    places = [(line.sent_at, line.message_id) for line in found]
    while mark:
        more, mark = behind(store, wanted, clicked, mark=mark, limit=30)
        ids += [line.message_id for line in more]
        places += [(line.sent_at, line.message_id) for line in more]
    assert len(ids) == len(set(ids))
    assert places == sorted(places, reverse=True)
    return len(ids)


def parts(numbers: Numbers) -> dict[str, int]:
    return {
        "all": numbers.messages,
        "within": numbers.answered_within_24h,
        "late": numbers.late,
        "unanswered": numbers.unanswered_over_24h,
        "missed": numbers.late + numbers.unanswered_over_24h,
        "pending": numbers.pending,
    }


@pytest.mark.parametrize("wanted", ASKED)
def test_the_headline_opens_its_messages(shop: Store, wanted: Wanted) -> None:
    total = views.overview(shop, wanted).total
    assert {group: opened(shop, wanted, Behind(group)) for group in GROUPS} == parts(total)


@pytest.mark.parametrize("wanted", ASKED)
@pytest.mark.parametrize("by", ["day", "week"])
def test_each_bar_of_the_trend_opens_its_messages(shop: Store, wanted: Wanted, by: str) -> None:
    for day, numbers in views.trend(shop, wanted, by)[::3]:
        for group in ("all", "missed"):
            assert opened(shop, wanted, Behind(group, day=day, by=by)) == parts(numbers)[group], day


@pytest.mark.parametrize("wanted", ASKED)
def test_each_hour_of_the_week_and_each_bar_of_the_distribution_opens_its_messages(shop: Store, wanted: Wanted) -> None:
    slots = views.week(shop, wanted)
    for slot in sorted(slots)[::9]:
        assert opened(shop, wanted, Behind(slot=slot)) == slots[slot].messages, slot
    free = next((d, h) for d in range(7) for h in range(24) if (d, h) not in slots)
    assert opened(shop, wanted, Behind(slot=free)) == 0
    for bar, n in list(enumerate(views.overview(shop, wanted).bars))[::4]:
        assert opened(shop, wanted, Behind(bar=bar)) == n, bar


@pytest.mark.parametrize("wanted", ASKED)
@pytest.mark.parametrize("by", list(views.BY))
def test_each_group_opens_its_messages(shop: Store, wanted: Wanted, by: str) -> None:
    found = views.groups(shop, wanted, by)
    assert found.rows
    for name, numbers in found.rows:
        if by == "agent":
            clicked = [Behind(group, agent=name) for group in ("within", "late")]
            assert sum(opened(shop, wanted, each) for each in clicked) == numbers.messages
        else:
            assert opened(shop, wanted, Behind(**{by: name})) == numbers.messages, name


@pytest.mark.parametrize("wanted", [WANTED, replace(WANTED, marketplace="US")])
def test_each_bar_of_the_backlog_opens_what_waited_then(shop: Store, wanted: Wanted) -> None:
    for waiting in views.backlog(shop, wanted)[::3]:
        assert opened(shop, wanted, Behind(tick=waiting.day)) == sum(waiting.ages), waiting.day


def test_a_message_is_about_the_sku_that_it_names_or_the_only_one_of_its_order(shop: Store) -> None:
    with shop.write() as session:
        fill(session, [fact(901, NOW - 3 * DAY, 1), fact(902, NOW - 3 * DAY, 1)])
        for number, order in ((901, "2"), (902, "1")):
            message = session.get(Message, number)
            assert message is not None
            message.order_id = order
    wanted = replace(WANTED, first=(NOW - 25 * DAY).date(), last=NOW.date())
    named = {name for name, _ in views.groups(shop, wanted, "sku").rows}
    assert named <= {"", "LAMP", "BULB", "several"}
    assert {"", "LAMP", "several"} <= named


def test_a_page_of_messages_costs_one_statement_however_many_there_are(shop: Store) -> None:
    with statements(shop) as seen:
        behind(shop, WANTED, Behind("late"), limit=5)
    assert len([each for each in seen if "SELECT" in each.upper()]) == 1


def test_a_line_says_what_became_of_the_message_as_of_then(shop: Store) -> None:
    with shop.write() as session:
        fill(session, [fact(950, NOW - 40 * DAY, 30)])
    day = (NOW - 40 * DAY).date()
    for hours, group, took in ((10, "pending", 10), (26, "unanswered", 26), (31, "late", 30)):
        as_of = NOW - 40 * DAY + timedelta(hours=hours)
        ((line,), _) = behind(shop, Wanted(day, day, as_of), Behind())
        assert (line.group, line.hours, line.answered_at is None) == (group, took, group != "late")
