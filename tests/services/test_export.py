"""Exported rows: the promised keys, plain values, days, and files that no spreadsheet runs."""

from __future__ import annotations

import csv
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from services import export
from services.cli import write
from services.inbox import marks
from services.people import Person
from tests import mails
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, ask, copy, z

PROMISED = {
    "tickets": "id account marketplace order_id subject type status assignees opened_at awaiting_since due_at "
    "last_buyer_at last_reply_at solved_reason match message_ids",
    "messages": "id ticket_id account marketplace order_id kind direction amazon_message_id message_id sent_at "
    "received_at imported_at text language answered_at answered_by within_24h attachments",
    "ledger": "account mailbox folder uidvalidity uid path message_id disposition rule reason kind",
    "runs": "source stream account marketplace started_at ended_at state rows_new rows_changed rejected "
    "message next_at",
    "activity": "at actor what object before after hash",
    "rejects": "source stream account place raw reason at",
}


@pytest.fixture
def full(every_desk: Desk) -> Desk:
    """Something of every kind."""
    every_desk.read(
        ask(1, NOW - 3 * DAY, order=ORDERS[1], name="=HYPERLINK(1)", text="=1+1\nis not two", alias="aaaaaaaaaaaaaa"),
        copy(1, NOW - 3 * DAY + HOUR, order=ORDERS[1]),
        ask(2, NOW - HOUR, text="+49 is my country\r\n-- \n@you\tü 日本", alias="bbbbbbbbbbbbbb"),
        mails.message(sender="x@shop.example", subject="Offer", plain="Buy", date=NOW - DAY),
        b"\x00broken",
    )
    ticket = next(t for t in every_desk.tickets() if t["awaiting_since"])
    actor = Person("script", "agent", False, None)
    marks.mark_message(every_desk.store, ticket["message_ids"][0], actor=actor, now=NOW, answered_at=None)
    return every_desk


def test_every_kind_has_the_promised_keys_in_every_row(full: Desk) -> None:
    for kind, promised in PROMISED.items():
        rows = full.rows(kind)
        assert rows, kind
        assert all(set(promised.split()) <= set(row) for row in rows), kind
        assert len({tuple(row) for row in rows}) == 1, kind
        json.dumps(rows)


def test_values_are_plain_and_times_end_with_z(full: Desk) -> None:
    ticket = next(t for t in full.tickets() if t["order_id"] == ORDERS[1])
    assert ticket["opened_at"] == z(NOW - 3 * DAY) == "2026-11-19T09:00:00Z"
    assert (ticket["assignees"], ticket["due_at"], len(ticket["message_ids"])) == ([], None, 2)
    for row in full.messages():
        assert row["answered_by"] in ("reply", "no_response_needed", None)
        assert row["within_24h"] in (True, False, None)
        assert row["direction"] in ("buyer", "agent", "automatic", "amazon")
    for row in full.rows("ledger"):
        assert row["disposition"] in ("ticketed", "filed", "set_aside")
        assert bool(row["reason"]) == (row["disposition"] == "set_aside")
        assert row["rule"]
    assert {row["raw"] for row in full.rows("rejects")} >= {"\x00broken"}


@pytest.mark.parametrize(
    ("since", "until", "n"),
    [
        (None, None, 2),
        (date(2026, 11, 19), None, 2),
        (date(2026, 11, 20), None, 1),
        (None, date(2026, 11, 19), 1),
        (date(2026, 11, 22), date(2026, 11, 22), 1),
        (date(2026, 11, 23), None, 0),
        (None, date(2026, 11, 18), 0),
    ],
)
def test_since_and_until_are_days_and_both_count(desk: Desk, since: date | None, until: date | None, n: int) -> None:
    desk.read(ask(1, NOW - 3 * DAY), ask(2, NOW - HOUR, alias="bbbbbbbbbbbbbb"))
    found = list(export.rows(desk.store, "tickets", now=NOW, since=since, until=until))
    assert len(found) == n
    assert len(list(export.rows(desk.store, "messages", now=NOW, since=since, until=until))) == n


def test_exported_copies_count_at_their_own_date(desk: Desk) -> None:
    desk.read(ask(1, NOW - 40 * HOUR, order=ORDERS[1]), copy(1, NOW - 16 * HOUR, order=ORDERS[1]))
    (row,) = [row for row in desk.messages() if row["direction"] == "buyer"]
    assert (row["answered_at"], row["within_24h"]) == (z(NOW - 16 * HOUR), True)


def test_a_filed_mail_is_read_by_nobody_and_has_no_ticket(desk: Desk) -> None:
    desk.read(
        mails.notice(
            f"Sold, ship now {ORDERS[1]}", "<p>Ship</p>", type_header="NEW_ORDER_NOTIFICATION", date=NOW - HOUR
        )
    )
    assert desk.tickets() == []
    assert [row["ticket_id"] for row in desk.messages()] in ([], [None])


def test_many_rows_are_streamed_in_pieces_and_none_is_lost(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from data import exports

    desk.read(*(ask(n, NOW - n * HOUR, alias=f"alias{n:09}") for n in range(1, 12)))
    whole = {kind: desk.rows(kind) for kind in ("tickets", "messages")}
    monkeypatch.setattr(exports, "PIECE", 4)
    assert {kind: desk.rows(kind) for kind in ("tickets", "messages")} == whole
    assert len(whole["tickets"]) == 11


# Files

NASTY = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1+1",
    "＠x",
    "=cmd|' /C calc'!A0",
    "plain",
    "ü 日本 🙂",
    "lone \ud800 surrogate",
    "nul \x00 and \x1b",
    "x" * 40_000,
]
ROWS: list[dict[str, Any]] = [
    {"n": n, "text": text, "when": None, "yes": True, "list": [text], "share": 0.5} for n, text in enumerate(NASTY)
]


def test_no_cell_of_a_csv_file_begins_like_a_formula(tmp_path: Path) -> None:
    assert write.rows(iter(ROWS), form="csv", out=tmp_path / "a.csv") == len(NASTY)
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(line.replace("\0", "") for line in file))
    assert len(found) == len(NASTY)
    assert [row["text"] for row in found if row["text"].startswith(write.FORMULA_STARTS)] == []
    assert found[0]["text"] == "'=1+1"
    assert found[11]["text"] == "ü 日本 🙂"


def test_no_cell_of_an_xlsx_file_is_a_formula_or_link(tmp_path: Path) -> None:
    write.rows(iter(ROWS), form="xlsx", out=tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as book:
        assert not [name for name in book.namelist() if "external" in name or "rels" in name and "sheet" in name]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    assert len(list(sheet.iter(f"{space}c"))) >= 5 * len(NASTY)
    assert list(sheet.iter(f"{space}f")) == []
    assert list(sheet.iter(f"{space}hyperlink")) == []
    texts = ["".join(cell.itertext()) for cell in sheet.iter(f"{space}is")]
    assert [text for text in texts if text.startswith(write.FORMULA_STARTS)] == []
    assert "'=1+1" in texts


def test_json_lines_hold_the_words_as_they_are(tmp_path: Path) -> None:
    write.rows(iter(ROWS), form="jsonl", out=tmp_path / "a.jsonl")
    lines = (tmp_path / "a.jsonl").read_bytes().decode("utf-8").split("\n")
    found = [json.loads(line)["text"] for line in lines if line]
    assert [text for text in found if "lone" not in text] == [text for text in NASTY if "lone" not in text]


@pytest.mark.parametrize("form", ["jsonl", "csv", "xlsx"])
def test_nothing_to_export_is_an_empty_file(tmp_path: Path, form: str) -> None:
    assert write.rows(iter([]), form=form, out=tmp_path / "a") == 0
    assert (tmp_path / "a").exists()
