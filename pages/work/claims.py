"""Claims: A-to-z claims and chargebacks with deadline, evidence and outcome, by month, and the order defect rate."""

from __future__ import annotations

from functools import partial

import streamlit as st

from pages.ui import escalate
from pages.ui import format as words
from pages.ui.claims import asked, listed, sums
from pages.ui.claims.case_panel import draw_case, draw_unbacked
from pages.ui.frame import Frame, page_frame
from pages.ui.order_story import draw_asked
from services.claims import defects, detail, packet, queue


def main() -> None:
    frame = page_frame("Claims")
    draw_asked(frame)
    escalate.draw_asked(frame)
    draw_head(frame)
    draw_said()
    {"cases": draw_cases, "months": draw_months, "rate": draw_rate}[asked.view()](frame)


def draw_head(frame: Frame) -> None:
    """The three views, and how many cases want something."""
    waiting = queue.waiting(frame.store, now=frame.now)
    chosen = asked.view()
    key = f"view-{chosen}"
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.segmented_control("View", list(asked.VIEWS), default=chosen, format_func=asked.VIEWS.__getitem__, key=key,
                             label_visibility="collapsed", on_change=asked.choose, args=("view", key))  # fmt: skip
        counts = [words.count(n, queue.is_capped(n)) for n in waiting.values()]
        st.caption(f"{counts[0]} need an answer · {counts[1]} may be appealed", width="content")


def draw_said() -> None:
    """What became of the last click, with the way to take it back."""
    text, token = st.session_state.pop(asked.SAID, ("", None))
    if not text:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(words.plain(text), width="content")
        if token:
            st.button("Undo", key="undo", icon=":material/undo:", type="tertiary", on_click=asked.undo, args=(token,))


def draw_cases(frame: Frame) -> None:
    owners = queue.owners(frame.store)
    listed.draw_filters(frame, owners)
    mark, backwards = asked.place()
    page = queue.cases_page(frame.store, asked.filters(), now=frame.now, mark=mark, backwards=backwards)
    chosen = chosen_case(frame)
    if chosen is None and page.rows and "ticket" not in st.query_params:
        chosen = page.rows[0].id
    left, right = st.columns([2, 3], gap="medium")
    with left:
        listed.draw_list(frame, page, chosen, owners)
    with right:
        found = detail.case(frame.store, chosen, now=frame.now) if chosen is not None else None
        if found is not None:
            draw_case(frame, found, owners, partial(archive, frame, found.line.id))
        else:
            draw_nothing(frame, chosen)


def chosen_case(frame: Frame) -> int | None:
    """The case that the URL names, by itself or by a ticket about its order."""
    ticket = asked.number("ticket")
    if ticket is None:
        return asked.number("case") if "case" in st.query_params else None
    found = queue.of_ticket(frame.store, ticket)
    return found[0].id if found else None


def archive(frame: Frame, case_id: int) -> bytes:
    return packet.archive(frame.store, case_id)[1]


def draw_nothing(frame: Frame, chosen: int | None) -> None:
    if chosen is not None and (kept := detail.unbacked(frame.store, chosen)):
        draw_unbacked(kept)
    elif "ticket" in st.query_params:
        st.info("There is no claim about this ticket's order.", icon=":material/search_off:")
    elif "case" in st.query_params:
        st.info("There is no such case.", icon=":material/search_off:")


def draw_months(frame: Frame) -> None:
    filters = asked.filters()
    found = queue.months(frame.store, now=frame.now, account=filters.account, marketplace=filters.marketplace)
    sums.draw_months(found, queue.last_months(frame.now))


def draw_rate(frame: Frame) -> None:
    filters, served = asked.filters(), frame.settings.accounts
    fitting = [name for name, each in served.items() if filters.marketplace in each.marketplaces]
    account = filters.account if filters.account in served else next(iter([*fitting, *served]), "")
    codes = list(served[account].marketplaces) if account else []
    place = filters.marketplace if filters.marketplace in codes else next(iter(codes), "")
    channel = st.query_params.get("channel", "")
    channel = channel if channel in defects.CHANNELS else "fbm"
    sums.draw_place({
        "account": (account, {name: name for name in served}),
        "mp": (place, {code: code for code in codes}),
        "channel": (channel, defects.CHANNELS),
    })  # fmt: skip
    found = defects.counted(frame.store, account=account, marketplace=place, channel=channel, now=frame.now)
    st.markdown(f"**{words.plain(f'{place}, {defects.CHANNELS[channel]}')}**")
    sums.draw_rate(found, defects.labels(found.defects), defects.what_if, frame.now)


main()
