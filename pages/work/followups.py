"""Follow-ups: the rows of shared sheets whose buyers must hear from us, and what the sheets are told about it."""

from __future__ import annotations

import streamlit as st

from pages.ui import escalate, order_story
from pages.ui.followups import asked
from pages.ui.followups.detail import draw_detail
from pages.ui.followups.listed import draw_filters, draw_list
from pages.ui.followups.said import draw_said
from pages.ui.followups.sheets import draw_coverage, draw_none
from pages.ui.frame import Frame, page_frame
from services.followups import detail, listing
from services.followups.shapes import SheetState


def main() -> None:
    frame = page_frame("Follow-ups")
    escalate.draw_asked(frame)
    order_story.draw_asked(frame)
    sheets = listing.all_sheets(frame.store, now=frame.now)
    if sheets:
        draw_followups(frame, sheets)
    else:
        draw_none(frame)


def draw_followups(frame: Frame, sheets: tuple[SheetState, ...]) -> None:
    """The filters, the list, and one row beside it: the one in the address, else the first."""
    owners, wanted = listing.owners(frame.store), asked.filters()
    counts = listing.counts(frame.store, wanted, now=frame.now)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="followups-top"):
        draw_filters(frame, sheets, owners, counts)
        draw_coverage(sheets, frame)
    draw_said()
    mark, backwards = asked.place()
    page = listing.page(frame.store, wanted, now=frame.now, mark=mark, backwards=backwards)
    chosen = asked.opened()
    if chosen is None and page.rows and "id" not in st.query_params:
        chosen = page.rows[0].id
    left, right = st.columns([2, 3], gap="medium")
    with left:
        draw_list(page, frame, owners, chosen)
    with right, st.container(gap="small"):
        found = detail.detail(frame.store, chosen, now=frame.now) if chosen is not None else None
        if found is not None:
            draw_detail(found, frame, owners)
        elif "id" in st.query_params:
            st.info("There is no such follow-up.", icon=":material/search_off:")


main()
