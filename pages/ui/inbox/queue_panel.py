"""The left of the Inbox: which box, the filters, and turning pages. All of it lives in the URL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal

import streamlit as st

from pages.ui import format as words
from pages.ui.inbox import new_ticket, view_menu
from services.inbox.shapes import BOXES, Choices, Counts, Filters, Page
from services.rules.mail_kinds import KINDS
from services.rules.templates import LANGUAGES

MAIN_BOXES = ("waiting", "late", "risk")
PARAMETERS = {
    "mp": "marketplace",
    "account": "account",
    "type": "type",
    "owner": "owner",
    "lang": "language",
    "tag": "tag",
    "kind": "kind",
}
"""What the URL calls a filter, and what `Filters` calls it."""
LABELS = {
    "mp": "Marketplace",
    "account": "Account",
    "type": "Type",
    "owner": "Owner",
    "lang": "Language",
    "tag": "Tag",
    "kind": "Kind of mail",
}

ORDERS = {"": "Time Left", "exposure": "Exposure"}
OPENING_KINDS = tuple(kind.name for kind in KINDS.values() if kind.disposition == "ticketed")
NAMES = {**LANGUAGES, **{name: kind.label for name, kind in KINDS.items()}}


def filters_from_url() -> Filters:
    """What the URL asks for; an unknown box is the queue. A view without a box opens with its own."""
    view = st.query_params.get("view", "")[:20]
    box = st.query_params.get("box") or view_menu.settle_box(view)
    chosen = {name: st.query_params.get(param, "")[:200] for param, name in PARAMETERS.items()}
    order = st.query_params.get("sort", "")
    return Filters(
        box=box if box in BOXES else "waiting",
        text=st.query_params.get("q", "")[:200],
        view=view,
        order=order if order in ORDERS else "",
        **chosen,
    )


def place_from_url() -> tuple[str | None, bool]:
    """The mark of the page of the queue, and whether it is read backwards."""
    mark = st.query_params.get("page", "")
    return mark.removeprefix("-") or None, mark.startswith("-")


def draw_boxes(filters: Filters, counts: Counts) -> None:
    """The boxes that are used all day side by side, the others in a menu."""

    def label(box: str) -> str:
        return f"{BOXES[box]} {words.count(counts.boxes.get(box, 0), box in counts.capped)}"

    others = [box for box in BOXES if box not in MAIN_BOXES]
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="boxes"):
        # A state of its own for each box, so that the URL decides and nothing older.
        key = f"box-{filters.box}"
        chosen = filters.box if filters.box in MAIN_BOXES else None
        st.segmented_control(
            "Box",
            MAIN_BOXES,
            default=chosen,
            format_func=label,
            key=key,
            on_change=_to_box,
            args=(key,),
            label_visibility="collapsed",
        )
        more = label(filters.box) if chosen is None else "More"
        st.menu_button(more, others, format_func=label, key="more-boxes", on_click=_to_box, args=("more-boxes",))


def draw_search(filters: Filters, choices: Callable[[], Choices]) -> None:
    """Search, a menu of filters that says how many are set, and the views."""
    active = [param for param, name in PARAMETERS.items() if getattr(filters, name)]
    if "search" not in st.session_state:
        st.session_state["search"] = filters.text
    with st.container(horizontal=True, gap="xsmall", key="search-row"):
        st.text_input(
            "Search",
            key="search",
            type="search",
            placeholder="Buyer, order, words",
            icon=":material/search:",
            label_visibility="collapsed",
            on_change=_to_url,
            args=("q", "search"),
        )
        label, icon = str(len(active) or ""), ":material/filter_list:"
        popover = st.popover(label, key="filters", icon=icon, help="Filters", on_change="rerun")
        view_menu.draw_views(filters)
    if popover.open:
        with popover:
            _draw_filters(filters, choices(), active)


def nothing(filters: Filters, next_due: datetime | None, now: datetime) -> str:
    """What an empty list says."""
    if filters.text:
        return "Nothing found in subject, buyer, order number and text."
    if filters.view:
        return f"Nothing of this view is in {BOXES[filters.box]}."
    if filters.box not in ("waiting", "late", "risk"):
        return f"Nothing in {BOXES[filters.box]}."
    if next_due is None:
        return "Nobody is waiting for an answer."
    return f"Nothing here. The next answer is due: {words.left(next_due, now)}."


def draw_foot(page: Page, filters: Filters, draw_news: Callable[[], None]) -> None:
    """News since the list was drawn, the neighbours in the queue, and that a search looks into all boxes."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="pager"):
        new_ticket.draw_button()
        draw_news()
        if filters.text:
            st.caption(f"{words.plural(len(page.rows), 'ticket')} shown, from all boxes", width="stretch")
        if page.previous:
            _turn("Previous 50", f"-{page.previous}", ":material/chevron_left:", "left")
        if page.next:
            _turn("Next 50", page.next, ":material/chevron_right:", "right")


def _turn(label: str, mark: str, icon: str, side: Literal["left", "right"]) -> None:
    st.button(label, key=label, icon=icon, icon_position=side, type="tertiary", on_click=_to_page, args=(mark,))


def _draw_order(filters: Filters) -> None:
    """By Time Left, or by exposure; views and tags are always by Time Left."""
    if filters.view or filters.tag:
        return
    key = f"sort-{filters.order}"
    st.segmented_control(
        "Order",
        list(ORDERS),
        default=filters.order,
        required=True,
        format_func=ORDERS.__getitem__,
        key=key,
        on_change=_to_url,
        args=("sort", key),
        help="Exposure: the chance of a defect times its cost. What is due within 4 hours stays in front.",
    )


def _draw_filters(filters: Filters, choices: Choices, active: list[str]) -> None:
    _draw_order(filters)
    options = {
        "mp": choices.marketplaces,
        "account": choices.accounts,
        "type": choices.types,
        "owner": choices.people,
        "lang": choices.languages,
        "tag": choices.tags,
        "kind": OPENING_KINDS,
    }
    for param, found in options.items():
        value = getattr(filters, PARAMETERS[param])
        if not value and (not found or (param == "account" and len(found) < 2)):
            continue
        values = ["", *found] if value in ("", *found) else ["", value, *found]
        key = f"filter-{param}-{value}"
        st.selectbox(
            LABELS[param], values, values.index(value), format_func=_any, key=key, on_change=_to_url, args=(param, key)
        )
    if active:
        st.button("Clear the filters", on_click=_clear, type="tertiary", icon=":material/filter_alt_off:")


def _any(value: str) -> str:
    return NAMES.get(value, value) or "Any"


def _to_box(key: str) -> None:
    _set("box", str(st.session_state.get(key) or "waiting"))
    st.query_params.pop("ticket", None)


def _to_url(param: str, key: str) -> None:
    _set(param, str(st.session_state.get(key) or "").strip())


def _to_page(mark: str) -> None:
    st.query_params["page"] = mark


def _clear() -> None:
    for param in PARAMETERS:
        st.query_params.pop(param, None)


def _set(param: str, value: str) -> None:
    st.query_params.pop("page", None)
    if value:
        st.query_params[param] = value
    else:
        st.query_params.pop(param, None)
