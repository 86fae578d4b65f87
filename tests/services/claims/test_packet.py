"""The evidence packet: a statement without names that fits its box, and a ZIP that can do no harm."""

from __future__ import annotations

import io
import zipfile

import pytest

from services.claims import actions, detail, packet, queue
from services.claims.shapes import Detail, Filters
from services.errors import Rejected
from tests.claims import bought, money, opened, report
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, ask, copy
from tests.pages.conftest import statements
from tests.services.claims.test_cases import ANA

ORDER = ORDERS[1]
HOSTILE = "../../=cmd|evil\u202egpj.exe"


@pytest.fixture
def told(desk: Desk) -> Desk:
    names = {"first": HOSTILE, "second": "photo.jpg", "3": "photo.jpg"}
    files = [(name, "image/jpeg", content.encode()) for content, name in names.items()]
    report(desk, "orders.txt", bought(ORDER, NOW - 20 * DAY))
    report(desk, "refunds.json", money(ORDER, NOW - 2 * DAY, -12.5, kind="Refund"))
    desk.read(
        ask(1, NOW - 9 * DAY, name="Alex Example", order=ORDER, text="It never came.", files=files),
        copy(1, NOW - 8 * DAY, name="Alex Example", order=ORDER),
        opened(ORDER, NOW - DAY),
    )
    return desk


def only(desk: Desk) -> Detail:
    (line,) = queue.cases_page(desk.store, Filters(), now=NOW).rows
    found = detail.case(desk.store, line.id, now=NOW)
    assert found is not None
    return found


def unpacked(desk: Desk) -> dict[str, bytes]:
    _, content = packet.archive(desk.store, only(desk).line.id)
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        assert made.testzip() is None
        return {info.filename: made.read(info) for info in made.infolist()}


def test_the_statement_names_the_facts_and_nobody(told: Desk) -> None:
    text = only(told).text
    facts = [ORDER, "Ordered on 2 Nov 2026", "Refunded: 12.50 USD on 20 Nov 2026"]
    facts += ["The buyer wrote once, first on 13 Nov 2026", "We answered once, last on 14 Nov 2026"]
    for fact in facts:
        assert fact in text
    assert "Alex" not in text
    assert len(text) <= packet.LONGEST


def test_the_packet_has_thread_order_money_and_files_with_harmless_names(told: Desk) -> None:
    files = unpacked(told)
    assert list(files) == [
        "1-statement.txt", "2-conversation.txt", "3-order.csv", "4-money.csv",
        "files/2026-11-13 =cmdevilgpj.exe", "files/2026-11-13 photo.jpg", "files/2026-11-13 photo (2).jpg",
    ]  # fmt: skip
    assert b"It never came." in files["2-conversation.txt"]
    assert b"Answer number 1." in files["2-conversation.txt"]
    assert b"-12.50,USD" in files["4-money.csv"]
    assert only(told).files == 3
    assert unpacked(told) == files


def test_a_cell_that_a_spreadsheet_would_run_is_made_inert(desk: Desk) -> None:
    report(desk, "orders.txt", bought(ORDER, NOW - 20 * DAY, order_status="=HYPERLINK(1)"))
    desk.read(opened(ORDER, NOW - DAY))
    assert b"Status,'=HYPERLINK(1)" in unpacked(desk)["3-order.csv"]


def test_files_that_retention_took_are_named_and_stop_nothing(told: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packet, "MOST_BYTES", 5)
    files = unpacked(told)
    assert b"too large for this packet" in files["not-in-this-packet.txt"]
    assert [name for name in files if name.startswith("files/")] == ["files/2026-11-13 =cmdevilgpj.exe"]


def test_there_is_no_packet_without_a_case(desk: Desk) -> None:
    with pytest.raises(Rejected, match="no such case"):
        packet.archive(desk.store, 7)


def test_the_timeline_tells_everything_in_order(told: Desk) -> None:
    line = only(told).line
    actions.set_state(told.store, line.id, line.version, actor=ANA, now=NOW, state="under_review")
    actions.add_note(told.store, line.id, actor=ANA, now=NOW + HOUR, text="Called the carrier")
    told_ = [event.what for event in only(told).timeline]
    assert told_ == ["Ordered", "The buyer wrote", "We wrote", "Money: Refund", "Amazon: a claim was opened", "Marked",
                     "Note"]  # fmt: skip


def test_a_long_history_costs_as_many_statements_as_a_short_one(told: Desk) -> None:
    def cost() -> int:
        case_id = only(told).line.id
        with statements(told.store) as seen:
            detail.case(told.store, case_id, now=NOW)
        return len(seen)

    before = cost()
    told.read(*(ask(n, NOW - n * HOUR, order=ORDER, alias=f"other{n}example") for n in range(2, 40)))
    assert cost() == before


def test_the_weight_of_a_case_is_said(told: Desk) -> None:
    weight = only(told).weight
    assert weight.sentence == "Order defect rate US, shipped by us: 100.00 % with this case, 0.00 % without it."
    assert weight.leaves_at == NOW + 40 * DAY


def test_what_amazon_shipped_itself_is_not_said_to_be_attached_unless_somebody_ticks_it(desk: Desk) -> None:
    report(desk, "orders.txt", bought(ORDER, NOW - 20 * DAY, fulfillment_channel="Amazon"))
    desk.read(ask(1, NOW - 9 * DAY, order=ORDER), opened(ORDER, NOW - DAY))
    found = only(desk)
    assert "Attached in Buyer-Seller Messages: conversation with the buyer." in found.text
    line = found.line
    actions.tick(desk.store, line.id, line.version, actor=ANA, now=NOW, evidence="delivery", has=True)
    assert "Attached in Buyer-Seller Messages: proof of delivery, conversation with the buyer." in only(desk).text


def test_more_facts_than_the_box_holds_are_in_the_file(desk: Desk) -> None:
    for day in range(1, 81):
        report(desk, f"refund-{day}.json", money(ORDER, NOW - day * DAY, -day, kind="Refund"))
    desk.read(opened(ORDER, NOW - DAY))
    found = only(desk)
    assert len(found.text) <= packet.LONGEST
    assert found.text.startswith(f"A-to-z claim for order {ORDER}")
    assert found.text_left_out
    whole = unpacked(desk)["1-statement.txt"].decode()
    assert all(f"Refunded: {day}.00 USD" in whole for day in range(1, 81))
