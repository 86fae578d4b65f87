"""Views and tags: exactly what fits or was put in, counts that agree, who may change what, and the same cost always."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import event, select, text

from data.models.derived import Card
from data.models.triage import TicketLabel
from data.store import Store
from services import people, seeding
from services.errors import Rejected, Stale
from services.inbox import actions, marks, tags, views
from services.inbox.conversation import conversation
from services.inbox.queue import choices, counts, queue
from services.inbox.shapes import Filters, SavedView
from services.people import Person
from tests.desks import HOUR, NOW, ORDERS, Desk, ask, copy

ANA = Person("Ana", "agent", False, None)
BEN = Person("Ben", "agent", False, None)


@pytest.fixture
def shop(every_desk: Desk) -> Desk:
    """Twelve talks, some answered, some with an owner, some with tags."""
    store, boss, r = every_desk.store, every_desk.supervisor(), random.Random(5)
    people.add(store, "Ana", "agent", actor=boss, now=NOW)
    mail = []
    for n in range(1, 13):
        place, at = r.choice(["US", "DE", "JP"]), NOW - n * 2 * HOUR
        words = r.choice(
            ["Where is the parcel?", "I want to return this lamp", "Ich möchte die Lampe zurückgeben bitte"]
        )
        mail.append(ask(n, at, order=ORDERS[n], alias=f"alias{n:09}", text=words, name=f"Kim {n}", marketplace=place))
        if n % 3 == 0:
            mail.append(copy(n, at + HOUR, order=ORDERS[n], name=f"Kim {n}", marketplace=place))
    every_desk.read(*mail)
    for ticket in [row["id"] for row in every_desk.tickets()]:
        for tag in r.sample(["vip", "return", "late"], r.randrange(3)):
            tags.add(store, ticket, 0, actor=ANA, now=NOW, tag=tag)
        if r.random() < 0.4:
            actions.assign(store, ticket, 0, actor=boss, now=NOW, person="Ana")
    return every_desk


def rows(desk: Desk, filters: Filters, actor: Person = ANA, limit: int = 1000) -> list[int]:
    return [row.id for row in queue(desk.store, filters, now=NOW, actor=actor, limit=limit).rows]


def save(desk: Desk, filters: Filters | None, name: str = "A view", *, actor: Person = ANA, shared: bool = True) -> int:
    return views.save(desk.store, name, filters, shared=shared, actor=actor, now=NOW)


def put(desk: Desk, view: int, *tickets: int) -> None:
    for ticket in tickets:
        tags.into_view(desk.store, ticket, 0, actor=ANA, now=NOW, view=view)


def saved(desk: Desk, actor: Person = ANA) -> SavedView:
    (found,) = views.saved(desk.store, now=NOW, actor=actor)
    return found


KEPT = (
    Filters(box="late"),
    Filters(box="all", marketplace="DE", language="de"),
    Filters(box="all", tag="return"),
    Filters(box="waiting", tag="vip", account="acme"),
    Filters(box="all", owner="Ana", kind="buyer_message"),
    Filters(box="all", text="return this"),
    Filters(box="pending"),
)
NARROWED: tuple[dict[str, str], ...] = ({}, {"marketplace": "JP"}, {"tag": "vip"}, {"owner": "Ana"}, {"text": "lamp"})


def test_a_view_holds_exactly_what_fits_its_filters_or_was_put_into_it(shop: Desk) -> None:
    order = rows(shop, Filters(box="all"))
    put_in = order[::4]
    held = cache(lambda filters: set(rows(shop, filters)))
    for n, kept in enumerate(KEPT):
        view = save(shop, kept, f"View {n}")
        put(shop, view, *put_in)
        for box, more in itertools.product({kept.box, "all"}, NARROWED):
            narrowed = Filters(box=box, view=str(view)).only(**more)
            fits, everything = held(kept.only(box="all")), held(Filters(box=box).only(**more))
            expected = [id_ for id_ in order if id_ in everything and (id_ in fits or id_ in put_in)]
            assert rows(shop, narrowed) == expected, (kept, box, more)


def test_a_view_without_filters_holds_what_was_put_into_it(shop: Desk) -> None:
    view, order = save(shop, None), rows(shop, Filters(box="all"))
    put(shop, view, order[3], order[1])
    assert rows(shop, Filters(box="all", view=str(view))) == [order[1], order[3]]
    assert (saved(shop).box, saved(shop).filters, saved(shop).count) == ("all", None, 2)


def test_pages_of_views_and_tags_hold_every_ticket_once_both_ways(shop: Desk) -> None:
    view = save(shop, Filters(box="all", tag="return"))
    put(shop, view, *rows(shop, Filters(box="all"))[::3])
    for filters, limit in itertools.product(
        (Filters(box="all", view=str(view)), Filters(box="all", tag="vip"), Filters(box="waiting", view=str(view))),
        (1, 3),
    ):
        whole = rows(shop, filters)
        assert len(whole) > 2
        found: list[int] = []
        mark = None
        while True:
            page = queue(shop.store, filters, now=NOW, actor=ANA, mark=mark, limit=limit)
            found += [row.id for row in page.rows]
            mark = page.next
            if mark is None:
                break
        assert found == whole
        mark, found = f"{10**12}.0", []
        while mark:
            page = queue(shop.store, filters, now=NOW, actor=ANA, mark=mark, backwards=True, limit=limit)
            found = [row.id for row in page.rows] + found
            mark = page.previous
        assert found == whole


def test_the_numbers_beside_views_are_what_they_hold(shop: Desk) -> None:
    order = rows(shop, Filters(box="all"))
    for n, kept in enumerate([*KEPT, None]):
        put(shop, save(shop, kept, f"View {n:02}"), *order[:5])
    for view in views.saved(shop.store, now=NOW, actor=ANA):
        held = len(rows(shop, Filters(box=view.box, view=str(view.id))))
        over_history = view.filters is not None and view.box in ("all", "pending")
        assert view.count == (None if over_history else held), view
        assert not view.capped


def test_the_boxes_count_within_a_view_and_a_tag(shop: Desk) -> None:
    view = save(shop, Filters(tag="vip"))
    put(shop, view, *rows(shop, Filters(box="all"))[:3])
    for narrowing in ({"view": str(view)}, {"tag": "return"}, {"language": "en"}, {"view": str(view), "tag": "late"}):
        counted = counts(shop.store, Filters().only(**narrowing), now=NOW, actor=ANA).boxes
        for box in ("waiting", "late", "risk", "unassigned", "mine", "asks", "snoozed"):
            assert counted[box] == len(rows(shop, Filters(box=box).only(**narrowing))), (narrowing, box)


def test_labels_follow_their_ticket_through_the_queue(shop: Desk) -> None:
    view, first = save(shop, None), rows(shop, Filters())[0]
    put(shop, view, first)
    tags.add(shop.store, first, 0, actor=ANA, now=NOW, tag="moved")
    shown = conversation(shop.store, first, now=NOW)
    assert shown is not None
    marks.no_response_needed(shop.store, first, shown.version, actor=ANA, now=NOW)
    with shop.store.read() as session:
        places = session.execute(
            select(TicketLabel.sort_key, Card.sort_key).join(Card, Card.ticket_id == TicketLabel.ticket_id)
        ).all()
    assert len(places) > 5
    assert all(mine == cards for mine, cards in places)
    assert rows(shop, Filters(tag="moved")) == []
    assert rows(shop, Filters(box="all", tag="moved")) == [first]


# Tags


def test_a_tag_is_put_on_and_taken_off_and_the_log_says_so(every_desk: Desk) -> None:
    every_desk.read(ask(1, NOW - HOUR))
    store, ticket = every_desk.store, every_desk.only_ticket()["id"]
    old = queue(store, Filters(), now=NOW, actor=ANA).rows[0].version
    assert tags.add(store, ticket, old, actor=ANA, now=NOW, tag="  VIP   Buyer ") != old
    version = tags.add(store, ticket, old, actor=ANA, now=NOW, tag="vip buyer")
    assert queue(store, Filters(), now=NOW, actor=ANA).rows[0].tags == ("vip buyer",)
    assert choices(store).tags == ("vip buyer",)
    with pytest.raises(Stale):
        tags.remove(store, ticket, old, actor=ANA, now=NOW, tag="vip buyer")
    tags.remove(store, ticket, version, actor=ANA, now=NOW, tag="vip buyer")
    assert every_desk.only_ticket()["tags"] == []
    shown = conversation(store, ticket, now=NOW)
    assert shown is not None
    assert [act.sentence for act in shown.activity] == ["took off the tag vip buyer", "added the tag vip buyer"]


@pytest.mark.parametrize("tag", ["", "  ", "x" * 41, "a,b", "a\x00b", "a\u202eb"])
def test_a_tag_that_cannot_be_kept_is_refused(desk: Desk, tag: str) -> None:
    desk.read(ask(1, NOW - HOUR))
    with pytest.raises(Rejected, match="1 to 40 characters"):
        tags.add(desk.store, 1, 0, actor=ANA, now=NOW, tag=tag)


def test_a_ticket_has_at_most_twenty_tags(desk: Desk) -> None:
    desk.read(ask(1, NOW - HOUR))
    for n in range(tags.MOST_TAGS):
        tags.add(desk.store, 1, 0, actor=ANA, now=NOW, tag=f"tag {n}")
    with pytest.raises(Rejected, match="up to 20 tags"):
        tags.add(desk.store, 1, 0, actor=ANA, now=NOW, tag="one more")


def test_a_closed_ticket_keeps_its_tags(desk: Desk) -> None:
    desk.read(ask(1, NOW - 3 * HOUR, order=ORDERS[1]), copy(1, NOW - HOUR, order=ORDERS[1]))
    version = queue(desk.store, Filters(box="all"), now=NOW, actor=ANA).rows[0].version
    actions.set_status(desk.store, 1, version, actor=desk.supervisor(), now=NOW, status="closed")
    with pytest.raises(Rejected, match="Closed and frozen"):
        tags.add(desk.store, 1, 0, actor=ANA, now=NOW, tag="x")


# Who may do what


def test_an_own_view_is_seen_by_nobody_else(desk: Desk) -> None:
    view = save(desk, Filters(), shared=False)
    assert [each.id for each in views.saved(desk.store, now=NOW, actor=ANA)] == [view]
    assert views.saved(desk.store, now=NOW, actor=BEN) == ()
    assert views.look_up(desk.store, view, actor=BEN) is None
    with pytest.raises(Rejected, match="no such view"):
        tags.into_view(desk.store, _ticket(desk), 0, actor=BEN, now=NOW, view=view)
    with pytest.raises(Rejected, match="no such view"):
        views.rename(desk.store, view, 1, actor=BEN, now=NOW, name="Mine")


def test_a_shared_view_is_changed_by_its_maker_and_by_supervisors_only(desk: Desk) -> None:
    view = save(desk, Filters(marketplace="DE"))
    assert not saved(desk, BEN).may_edit
    with pytest.raises(Rejected, match="view of Ana"):
        views.delete(desk.store, view, 1, actor=BEN, now=NOW)
    views.rename(desk.store, view, 1, actor=desk.supervisor(), now=NOW, name="Germany")
    views.change(desk.store, view, 2, actor=ANA, now=NOW, filters=Filters(box="late", marketplace="DE"))
    assert (saved(desk).name, saved(desk).box, saved(desk).version) == ("Germany", "late", 3)
    with pytest.raises(Stale):
        views.share(desk.store, view, 2, actor=ANA, now=NOW, shared=False)
    logged = [row["what"] for row in desk.rows("activity") if row["object"] == f"view:{view}"]
    assert logged == ["view.add", "view.rename", "view.change"]


def test_a_deleted_view_comes_back_with_all_that_was_put_into_it(desk: Desk) -> None:
    view, ticket = save(desk, None), _ticket(desk)
    put(desk, view, ticket)
    left = views.delete(desk.store, view, 1, actor=ANA, now=NOW)
    assert views.saved(desk.store, now=NOW, actor=ANA) == ()
    save(desk, Filters(), "A view")
    views.restore(desk.store, view, left, actor=ANA, now=NOW)
    assert [each.name for each in views.saved(desk.store, now=NOW, actor=ANA)] == ["A view", "A view 2"]
    assert rows(desk, Filters(box="all", view=str(view))) == [ticket]
    tags.out_of_view(desk.store, ticket, _version(desk), actor=ANA, now=NOW, view=view)
    assert rows(desk, Filters(box="all", view=str(view))) == []


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x00b"])
def test_a_name_that_cannot_be_kept_is_refused(desk: Desk, name: str) -> None:
    with pytest.raises(Rejected, match="1 to 60 characters"):
        save(desk, Filters(), name)


def test_a_name_is_taken_once(desk: Desk) -> None:
    save(desk, Filters())
    with pytest.raises(Rejected, match="called A view already"):
        save(desk, Filters(), " A  view ")


def _ticket(desk: Desk) -> int:
    desk.read(ask(1, NOW - HOUR))
    return int(desk.only_ticket()["id"])


def _version(desk: Desk) -> int:
    return queue(desk.store, Filters(box="all"), now=NOW, actor=ANA).rows[0].version


# Cost


@contextmanager
def listened(store: Store) -> Iterator[list[tuple[str, object]]]:
    heard: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        if statement.startswith(("SELECT", "WITH")):
            heard.append((statement, parameters))

    for engine in store.engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield heard
    finally:
        for engine in store.engines:
            event.remove(engine, "before_cursor_execute", note)


def large(store: Store, n: int) -> tuple[int, int]:
    """A seeded store where every fifth ticket is tagged and in a view; the view with filters, and the one without."""
    seeding.fill(store, n, seed=1, now=NOW)
    common = {"actor": ANA, "now": NOW}
    fits = views.save(store, "Fits", Filters(marketplace="DE", tag="vip"), shared=True, **common)  # type: ignore[arg-type]
    holds = views.save(store, "Holds", None, shared=True, **common)  # type: ignore[arg-type]
    with store.write() as session:
        for kind, value in (("tag", "vip"), ("view", str(fits)), ("view", str(holds))):
            session.execute(
                text(
                    "insert into ticket_label(ticket_id, kind, value, at, by, sort_key) "
                    "select ticket_id, :kind, :value, opened_at, 'x', sort_key from card where ticket_id % 5 = 0"
                ),
                {"kind": kind, "value": value},
            )
    return fits, holds


def screens(store: Store, fits: int, holds: int) -> dict[str, Callable[[], object]]:
    def listed(**filters: str) -> Callable[[], object]:
        return lambda: queue(store, Filters().only(**filters), now=NOW, actor=ANA)

    return {
        "tag": listed(tag="vip"),
        "tag, all of one marketplace": listed(tag="vip", box="all", marketplace="DE"),
        "tag, solved": listed(tag="vip", box="solved"),
        "language": listed(language="de", box="all"),
        "view": listed(view=str(fits)),
        "view, all": listed(view=str(fits), box="all"),
        "view without filters": listed(view=str(holds), box="all"),
        "view without filters, late": listed(view=str(holds), box="late"),
        "counts of a view": lambda: counts(store, Filters(view=str(fits)), now=NOW, actor=ANA),
        "views with counts": lambda: views.saved(store, now=NOW, actor=ANA),
        "choices": lambda: choices(store),
    }


def test_a_thousand_tickets_take_as_many_statements_as_ten_and_always_an_index(
    fresh_store: Callable[[], Store], tmp_path: Path
) -> None:
    taken = []
    for n in (10, 1000):
        store = fresh_store()
        ids = large(store, n)
        used = {}
        for name, screen in screens(store, *ids).items():
            with listened(store) as heard:
                screen()
            used[name] = len(heard)
            for statement, parameters in heard:
                if "FROM card" in statement or "ticket_label" in statement:
                    _explain(store, name, statement, parameters)
        taken.append(used)
    assert taken[0] == taken[1]
    assert taken[0]["view"] == 3
    assert taken[0]["views with counts"] == 3


def _explain(store: Store, name: str, statement: str, parameters: object) -> None:
    """The database walks along an index, never through a table, and sorts no more than two pages."""
    with store.read() as session:
        plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()  # type: ignore[arg-type]
    steps = [row[3] for row in plan]
    scans = [step for step in steps if step.startswith(("SCAN card", "SCAN ticket_label")) and "INDEX" not in step]
    scans = [step for step in scans if step != "SCAN card_count"]
    assert scans == [], (name, steps)
    if "tag" in name or name.startswith("view without"):
        assert any("ix_ticket_label_kind_value_sort_key" in step for step in steps), (name, steps)
        assert not any("TEMP B-TREE FOR ORDER BY" in step for step in steps), (name, steps)
    if "language" not in name and "choices" not in name:
        assert not any(step.startswith("SCAN card") and step != "SCAN card_count" for step in steps), (name, steps)
