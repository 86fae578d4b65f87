"""Any sequence of merges, splits and undos: each message in exactly one ticket, each total and clock constant."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.store import open_store
from services.errors import Rejected
from services.inbox import merging
from services.inbox.conversation import conversation
from tests.desks import HOUR, NOW, ORDERS, Desk, ask, copy
from tests.services.inbox.test_merging import agrees, answers, forget_the_mirror, places

START = NOW - 20 * HOUR
STEPS = st.lists(
    st.tuples(st.sampled_from(["merge", "split", "undo", "mail"]), st.integers(0, 50), st.integers(0, 50)), max_size=7
)


def mails() -> list[bytes]:
    """Four conversations of two orders and none, some answered, some waiting."""
    return [
        ask(1, START, order=ORDERS[1], alias="aaaaaaaaaaaaaa", name="Al Example"),
        ask(2, START + HOUR, order=ORDERS[1], alias="aaaaaaaaaaaaaa", name="Al Example"),
        copy(1, START + 2 * HOUR, order=ORDERS[1], name="Al Example"),
        ask(3, START + 3 * HOUR, order=ORDERS[2], alias="bbbbbbbbbbbbbb", name="Bo Example"),
        copy(2, START + 4 * HOUR, order=ORDERS[2], name="Bo Example"),
        ask(4, START - HOUR, order=None, alias="cccccccccccccc", name="Cy Example"),
        ask(5, START + 5 * HOUR, order=None, alias="dddddddddddddd", name="Di Example"),
        ask(6, START + 6 * HOUR, order=None, alias="dddddddddddddd", name="Di Example"),
    ]


def totals(desk: Desk) -> Mapping[str, Any]:
    """What no regrouping may change."""
    rows = desk.messages()
    return {
        "messages": sorted(row["message_id"] for row in rows),
        "answers": answers(desk),
        "late": [row["within_24h"] for row in rows],
        "ledger": len(desk.rows("ledger")),
        "outbox": len(desk.rows("outbox")),
        "owed": min(t["awaiting_since"] for t in desk.tickets() if t["awaiting_since"]),
    }


def check(desk: Desk, before: Mapping[str, Any]) -> None:
    """Each message is in exactly one exported ticket, the totals are as before, and the caches are right."""
    shown = [each for ticket in desk.tickets() for each in ticket["message_ids"]]
    assert sorted(shown) == sorted(row["id"] for row in desk.messages() if row["ticket_id"])
    where = {each: ticket["id"] for ticket in desk.tickets() for each in ticket["message_ids"]}
    assert all(where[row["id"]] == row["ticket_id"] for row in desk.messages() if row["ticket_id"])
    assert totals(desk) == before
    agrees(desk)


def step(desk: Desk, what: str, one: int, other: int) -> None:
    """One click; a refusal changes nothing."""
    ids = [row["id"] for row in desk.tickets()]
    ticket = ids[one % len(ids)]
    actor = desk.supervisor()
    if what == "merge":
        merging.merge(desk.store, ticket, None, ids[other % len(ids)], None, actor=actor, now=NOW, across_orders=True)
    elif what == "split":
        (row,) = [row for row in desk.tickets() if row["id"] == ticket]
        chosen = [each for n, each in enumerate(row["message_ids"]) if other >> n & 1]
        merging.split(desk.store, ticket, None, chosen, actor=actor, now=NOW)
    else:
        undo(desk, ticket)


def undo(desk: Desk, ticket: int) -> None:
    shown = conversation(desk.store, ticket, now=NOW)
    assert shown is not None
    for each in shown.regrouped[:1]:
        merging.undo(desk.store, ticket, None, actor=desk.supervisor(), now=NOW, regrouping_id=each.id)


def undo_all(desk: Desk) -> None:
    """Take everything back, the latest of all first."""
    while True:
        found = [conversation(desk.store, row["id"], now=NOW) for row in desk.tickets()]
        standing = sorted((each.id, shown.id) for shown in found if shown for each in shown.regrouped)
        if not standing:
            return
        undo(desk, standing[-1][1])


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_sequence_keeps_every_message_and_every_clock(
    steps: list[tuple[str, int, int]], migrated_file: Path
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(migrated_file, Path(folder) / "desk.db")
        store = open_store(f"sqlite:///{Path(folder) / 'desk.db'}")
        desk = Desk(store, Path(folder) / "shop")
        desk.read(*mails())
        at_first = places(desk)
        before, n = totals(desk), 10
        for what, one, other in steps:
            if what == "mail":
                n += 1
                alias = "abcd"[other % 4] * 14
                desk.read(ask(n, NOW - HOUR, order=None, alias=alias, name=f"{alias[0].upper()} Example"))
                at_first |= {key: None for key in places(desk) if key not in at_first}
                before = totals(desk)
            else:
                with suppress(Rejected):
                    step(desk, what, one, other)
            check(desk, before)
        standing = places(desk)
        forget_the_mirror(desk)
        assert places(desk) == standing
        check(desk, before)
        undo_all(desk)
        known = {key: at for key, at in at_first.items() if at}
        assert {key: at for key, at in places(desk).items() if key in known} == known
        check(desk, before)
        store.close()
