"""What stands beside a follow-up: its order with stock and parcels, its tickets, and the sheet's own cells."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from pages.ui import format as words
from pages.ui.followups import asked
from pages.ui.frame import Frame
from pages.ui.order_story import draw_way_in
from pages.ui.tables import draw_table
from services.followups.shapes import Detail
from services.inbox.order_facts import Item, OrderFacts
from services.rules.ticket_status import LABELS

INBOX = "pages/work/inbox.py"
CHANNELS = {"fba": "Amazon", "fbm": "Merchant"}
TICKETS = 3


def draw_order(found: Detail, frame: Frame) -> None:
    """What Amazon says of the order, who else waits for the item, and the tickets."""
    order = found.order
    st.markdown("**The order**")
    if order is None:
        st.caption("No order number can be read in this row. Correct it in the sheet.")
        return
    if order.coverage:
        st.caption(words.plain(order.coverage))
    rows = [(label, value) for label, value in facts(order, frame) if value]
    if rows:
        draw_table(("", ""), rows, wide=1, label="What Amazon says of the order")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        draw_way_in(order.account, order.order_id or "", key=f"story-{found.line.id}")
        for ticket in found.tickets[:TICKETS]:
            left = f", {words.left(ticket.due_at, frame.now)}" if ticket.due_at else ""
            label = f"Ticket {ticket.id}: {LABELS.get(ticket.status, ticket.status)}{left}"
            st.page_link(INBOX, label=label, icon=":material/inbox:",
                         query_params={"ticket": str(ticket.id), "box": "all"})  # fmt: skip
        if found.same_item:
            others = words.plural(found.same_item, "other row waits", "other rows wait")
            st.button(f"{others} for this item", key="same-item", type="tertiary", on_click=asked.put,
                      kwargs={"q": found.line.item, "id": ""})  # fmt: skip


def facts(order: OrderFacts, frame: Frame) -> Iterator[tuple[str, str]]:
    """What is known of the order as pairs of words; nothing that names the buyer."""
    by = CHANNELS.get(order.channel or "", "")
    yield "Status", " · ".join(word for word in (order.status, by and f"shipped by {by}", order.marketplace) if word)
    yield "Bought", words.when(order.purchased_at, frame.zone, frame.now) if order.purchased_at else ""
    if order.unshipped and order.ship_by:
        yield "Ship by", f"{words.when(order.ship_by, frame.zone, frame.now)}, {words.left(order.ship_by, frame.now)}"
    if order.deliver_by:
        yield "Deliver by", words.when(order.deliver_by, frame.zone, frame.now)
    for item in order.items:
        yield "Item", item_words(item)
    for parcel in order.packages:
        shipped = words.when(parcel.shipped_at, frame.zone, frame.now) if parcel.shipped_at else ""
        yield "Parcel", " · ".join(word for word in (parcel.carrier, parcel.tracking, parcel.status, shipped) if word)
    if order.known and not order.packages and order.channel == "fbm":
        yield "Tracking", "none yet"
    if order.cancel_requested:
        yield "Cancellation", f"The buyer asked for it. {order.cancel_reason or ''}".strip()
    if order.updated_at:
        yield "As of", words.when(order.updated_at, frame.zone, frame.now)


def item_words(item: Item) -> str:
    """`2 × Lamp (NL-1), 1 shipped`."""
    amount = f"{item.quantity} × " if item.quantity is not None else ""
    sku = f" ({item.sku})" if item.sku and item.title else ""
    shipped = f", {item.shipped} shipped" if item.shipped is not None and item.shipped != item.quantity else ""
    return f"{amount}{item.title or item.sku or 'No title'}{sku}{shipped}"


def draw_log(found: Detail, frame: Frame) -> None:
    """Who did what to the row, the latest first."""
    if found.acts:
        st.markdown("**What happened**")
        rows = [(words.when(each.at, frame.zone, frame.now), each.who, each.what) for each in found.acts]
        draw_table(("When", "Who", "What"), rows, wide=2, label="What happened to the row")


def draw_cells(found: Detail, frame: Frame) -> None:
    """The row as the sheet has it."""
    line = found.line
    name = found.sheet.title if found.sheet else line.sheet
    st.markdown(f"**{words.plain(f'The row in {name}')}**")
    cells = [(heading, text) for heading, text in found.cells.items() if text]
    if not cells:
        st.caption("The sheet was read anew and has no such row.")
        return
    draw_table(("", ""), cells, wide=1, label="The sheet's own cells")
    seen = f"First seen {words.when(found.first_seen_at, frame.zone, frame.now)}" if found.first_seen_at else ""
    if found.in_copy:
        st.caption("A copy beside the file has what was marked here.")
    where = f"row {found.line_number} when last read" if found.line_number and not found.gone_at else ""
    st.caption(words.plain(", ".join(word for word in (seen, where, f"key {line.row_key}") if word)))
