"""From a file in the folder to a follow-up and back beside the file: the road that every sheet takes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from services.followups import detail, listing, marking, writes
from services.followups.shapes import Filters
from tests.desks import NOW, ORDERS, Desk

HEADINGS = "Order ID,Date,Customer Name,Item,Contacted,Contact date,Agent,Notes\n"


def put(desk: Desk, text: str, name: str = "shipping_info_missing.csv") -> None:
    folder = desk.root / "acme" / "sheets"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def rows(desk: Desk) -> dict[str, dict[str, Any]]:
    return {row["order_id"]: row for row in desk.rows("followups")}


def test_a_sheet_becomes_follow_ups_whatever_order_its_rows_are_in(desk: Desk) -> None:
    lines = [
        f"{ORDERS[1]},2026-11-18,Ana Example,01067,,,,\n",
        f"{ORDERS[2]},2026-11-18,Ben Example,Lamp,yes,2026-11-21,Bo,\n",
        f"{ORDERS[2]},2026-11-18,Ben Example,Lamp,yes,2026-11-21,Bo,\n",
        f"{ORDERS[3]},2026-11-18,Cleo Example,Lamp,2026-11-20,,Bo,\n",
    ]
    put(desk, HEADINGS + "".join(lines))
    desk.sync()
    found = rows(desk)
    assert {order: (row["state"], row["contacted_at"], row["contacted_by"]) for order, row in found.items()} == {
        ORDERS[1]: ("to_contact", None, None),
        ORDERS[2]: ("contacted", "2026-11-21T00:00:00Z", "Bo"),
        ORDERS[3]: ("contacted", "2026-11-20T00:00:00Z", "Bo"),
    }
    assert found[ORDERS[1]]["cells"]["Item"] == "01067"
    assert "Customer Name" not in found[ORDERS[1]]["cells"]
    marking.mark(desk.store, found[ORDERS[1]]["row_key"], contacted_by="Cleo", now=NOW)
    put(desk, HEADINGS + "".join(reversed(lines)))
    desk.sync()
    assert {order: row["row_key"] for order, row in rows(desk).items()} == {
        order: row["row_key"] for order, row in found.items()
    }
    assert rows(desk)[ORDERS[1]]["contacted_by"] == "Cleo"


def test_a_mark_goes_into_a_copy_beside_the_file_and_out_of_it_again(desk: Desk) -> None:
    put(desk, f"{HEADINGS}{ORDERS[1]},2026-11-18,Ana Example,Lamp,,,,\n")
    desk.sync()
    (line,) = listing.page(desk.store, Filters(), now=NOW).rows
    marking.mark(desk.store, line.row_key, contacted_by="Cleo", now=NOW, at=datetime(2026, 11, 20, 8, tzinfo=UTC))
    desk.sync()
    copy = desk.root / "acme" / "sheets" / "shipping_info_missing.within24.csv"
    assert "Lamp,yes,2026-11-20,Cleo," in copy.read_text(encoding="utf-8-sig")
    assert len(rows(desk)) == 1
    found = detail.detail(desk.store, line.id, now=NOW)
    assert found is not None
    assert (found.in_copy, found.unmarked_there, found.waiting) == (True, False, ())
    writes.do(desk.store, "not_contacted", line.id, 2, actor=desk.supervisor(), now=NOW)
    desk.sync()
    assert "Lamp,,,," in copy.read_text(encoding="utf-8-sig")
    assert rows(desk)[ORDERS[1]]["state"] == "to_contact"


@pytest.mark.parametrize(("cell", "kept"), [("Zoe", "Zoe"), ("", "Cleo")])
def test_what_somebody_writes_into_the_file_meanwhile_is_never_lost(cell: str, kept: str, desk: Desk) -> None:
    put(desk, f"{HEADINGS}{ORDERS[1]},2026-11-18,Ana Example,Lamp,,,,\n")
    desk.sync()
    (line,) = listing.page(desk.store, Filters(), now=NOW).rows
    marking.mark(desk.store, line.row_key, contacted_by="Cleo", now=NOW)
    put(desk, f"{HEADINGS}{ORDERS[1]},2026-11-18,Ana Example,Lamp,,,{cell},\n")
    desk.sync()
    copy = desk.root / "acme" / "sheets" / "shipping_info_missing.within24.csv"
    assert f"Lamp,yes,2026-11-22,{kept}," in copy.read_text(encoding="utf-8-sig")
    conflicts = listing.page(desk.store, Filters(box="conflicts"), now=NOW).rows
    assert len(conflicts) == bool(cell)
    for each in conflicts:
        found = detail.detail(desk.store, each.id, now=NOW)
        assert found is not None
        asked = [(differing.write, differing.version) for differing in found.conflicts]
        writes.settle(desk.store, each.id, each.version, asked, choice="ours", actor=desk.supervisor(), now=NOW)
        desk.sync()
        assert "Lamp,yes,2026-11-22,Cleo," in copy.read_text(encoding="utf-8-sig")


def test_a_row_that_is_deleted_is_gone_and_its_mark_is_there_when_it_comes_back(desk: Desk) -> None:
    line = f"{ORDERS[1]},2026-11-18,Ana Example,Lamp,,,,\n"
    put(desk, HEADINGS + line)
    desk.sync()
    marking.mark(desk.store, rows(desk)[ORDERS[1]]["row_key"], contacted_by="Cleo", now=NOW)
    put(desk, HEADINGS + f"{ORDERS[2]},2026-11-18,Ben Example,Lamp,,,,\n")
    desk.sync()
    assert rows(desk)[ORDERS[1]]["state"] == "gone"
    put(desk, HEADINGS + line)
    desk.sync()
    assert (rows(desk)[ORDERS[1]]["state"], rows(desk)[ORDERS[2]]["state"]) == ("contacted", "gone")
