"""Returns: FBA and merchant returns in one list, what each needs and how it ended; rates, reasons and the trend."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from pages.ui.frame import Frame, page_frame
from pages.ui.order_story import draw_asked
from pages.ui.returns import asked
from pages.ui.returns.alarms import draw_alarms
from pages.ui.returns.detail import draw_detail
from pages.ui.returns.figures import draw_choices, draw_figures
from pages.ui.returns.listed import draw_board, draw_list, draw_said, reason_words
from services.returns import figures, listing
from services.returns.shapes import BOXES, CHANNELS, Filters
from services.rules.return_rate import FAULTS
from services.rules.return_reasons import CODES
from services.rules.return_requests import OUTCOMES

VIEWS = {"": "Returns", "figures": "Figures", "batches": "Bad batches"}
FOUND = ("SELLABLE", "DAMAGED", "CUSTOMER_DAMAGED", "CARRIER_DAMAGED", "DEFECTIVE", "EXPIRED")
"""What Amazon finds when it looks at a unit (its six dispositions)."""


def draw_top(frame: Frame, wanted: Filters) -> str:
    """The list or the figures, and the filters of both; all in the address."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="returns-top"):
        view = asked.choice("view", VIEWS, "")
        key = f"view-{view}"
        st.segmented_control(
            "View", list(VIEWS), default=view, required=True, format_func=VIEWS.__getitem__, key=key,
            on_change=asked.keep, args=("view", key), label_visibility="collapsed",
        )  # fmt: skip
        if not view:
            choose("box", "Box", BOXES, wanted.box)
            key = f"q-{wanted.text}"
            st.text_input(
                "Find", wanted.text, key=key, placeholder="Order, SKU, ASIN, plate", label_visibility="collapsed",
                icon=":material/search:", width=230, on_change=asked.keep, args=("q", key),
            )  # fmt: skip
        active = asked.active()
        label = f"Filters ({len(active)})" if active else "Filters"
        popover = st.popover(label, icon=":material/filter_alt:", key="returns-filters", on_change="rerun")
    if popover.open:
        with popover:
            draw_filters(frame, wanted, bool(active))
    return view


def draw_filters(frame: Frame, wanted: Filters, is_narrowed: bool) -> None:
    accounts = frame.settings.accounts
    places = sorted({place for account in accounts.values() for place in account.marketplaces})
    choose("channel", "Fulfilled by", any_of(CHANNELS), wanted.channel)
    choose("mp", "Marketplace", any_of({code: code for code in places}), wanted.marketplace)
    if len(accounts) > 1:
        choose("account", "Account", any_of({name: name for name in accounts}), wanted.account)
    choose("fault", "Fault", any_of(FAULTS), wanted.fault)
    choose("reason", "Reason", any_of({code: reason_words(code) for code in sorted(CODES)}), wanted.reason)
    choose("found", "Condition", any_of({code: code for code in FOUND}), wanted.disposition)
    choose("outcome", "Outcome", any_of(OUTCOMES), wanted.outcome)
    for param, label, value in (("sku", "SKU", wanted.sku), ("asin", "ASIN", wanted.asin)):
        key = f"{param}-{value}"
        st.text_input(label, value, key=key, on_change=asked.keep, args=(param, key))
    if wanted.start or wanted.end:
        what = "Bought" if wanted.by == "sale" else "Returned"
        st.caption(f"{what} {wanted.start or 'any day'} to {wanted.end or 'today'} (UTC)")
    if is_narrowed:
        st.button("Clear the filters", on_click=asked.clear, type="tertiary", icon=":material/filter_alt_off:")


def any_of(known: Mapping[str, str]) -> dict[str, str]:
    return {"": "Any", **known}


def choose(param: str, label: str, known: Mapping[str, str], value: str) -> None:
    """A choice that stands in the address."""
    options = known if value in known else {**known, value: value}
    key, is_box = f"{param}-{value}", param == "box"
    st.selectbox(
        label,
        list(options),
        list(options).index(value),
        format_func=options.__getitem__,
        key=key,
        on_change=asked.keep,
        args=(param, key),
        label_visibility="collapsed" if is_box else "visible",
        width=190 if is_box else "stretch",
    )


def draw_returns(frame: Frame, wanted: Filters) -> None:
    draw_said()
    left, right = st.columns([3, 2], gap="medium")
    with left, st.container(gap="small"):
        if wanted.box in ("all", "needs") and not asked.active():
            draw_board(listing.board(frame.store, now=frame.now), frame)
        page = listing.page(frame.store, wanted, actor=frame.actor, mark=st.query_params.get("page"))
        draw_list(page, frame)
        if page.next:
            st.button("Older", on_click=st.query_params.update, kwargs={"page": page.next}, type="tertiary")
    with right, st.container(gap="small"):
        number = asked.opened()
        found = listing.detail(frame.store, number, now=frame.now) if number is not None else None
        if found is not None:
            draw_detail(found, frame)
        elif "id" in st.query_params:
            st.info("There is no such return.", icon=":material/search_off:")
        else:
            st.caption("Pick a return to see what became of its order.")


here = page_frame("Returns")
draw_asked(here)
filters = asked.filters()
view = draw_top(here, filters)
if view == "batches":
    draw_alarms(here)
elif view == "figures":
    draw_choices()
    numbers = figures.figures(
        here.store, filters, now=here.now, weeks=asked.weeks(), name=asked.name(), basis=asked.basis()
    )
    draw_figures(numbers, here)
else:
    draw_returns(here, filters)
