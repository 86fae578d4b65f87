"""The list of seller feedback with its filters and marks on many, and the open one beside it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui import format as words
from pages.ui.feedback import urls
from pages.ui.feedback.detail import draw_detail, is_foreign
from pages.ui.frame import Frame
from services.feedback import bulk, reading
from services.feedback.shapes import Filters, Line, Page
from services.rules.feedback import ACTIONS, KINDS, STATES

UNDO = "feedback-undo"
LONGEST_LINE = 140


def draw_work(frame: Frame) -> None:
    """The whole view: filters, list, and one of them."""
    filters = draw_filters(frame)
    urls.draw_said()
    page = reading.listing(frame.store, filters, now=frame.now, after=urls.text("after"), before=urls.text("before"))
    left, right = st.columns([2, 3], gap="large")
    with left:
        draw_list(page)
    with right:
        opened = urls.text("id")
        found = reading.detail(frame.store, opened, now=frame.now) if opened else None
        if found is not None:
            draw_detail(found, frame)
        elif opened:
            st.info("There is no such feedback.", icon=":material/search_off:")


def draw_filters(frame: Frame) -> Filters:
    """The filters, all in the URL."""
    places = sorted({place for account in frame.settings.accounts.values() for place in account.marketplaces})
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        state = urls.choice("State", "state", {"todo": "Needs a step", **STATES})
        kind = urls.choice("Kind", "kind", KINDS)
        stars = urls.choice(
            "Stars", "stars", {"negative": "1 and 2 stars", **{n: f"{n} stars" for n in "123"}}, width=140
        )
        place = urls.choice("Marketplace", "mp", {code: code for code in places})
        channel = urls.choice("Sent by", "channel", {"fba": "FBA", "fbm": "FBM"}, width=130)
        can = urls.choice("Removal", "can", {"removal": "Removal fits"}, width=150)
    more = {"account": urls.text("account", 40), "order_id": urls.text("order", 40)}
    return Filters(state=state, kind=kind, stars=stars, can=can, channel=channel, marketplace=place, **more)


def draw_list(page: Page) -> None:
    """A page of the list, what can be done to several at once, and the neighbouring pages."""
    if not page.rows:
        st.caption("Nothing here. Feedback comes with Amazon's report; only 1 to 3 stars are in it.")
    else:
        draw_marks([(line.id, line.version) for line in page.rows])
    for line in page.rows:
        draw_line(line)
    with st.container(horizontal=True, gap="small"):
        for label, param, mark in (("Newer", "before", page.before), ("Older", "after", page.after)):
            if mark:
                st.button(label, on_click=turn, args=(param, mark))


def turn(param: str, mark: str) -> None:
    """Go to a neighbouring page."""
    for old in ("before", "after"):
        st.query_params.pop(old, None)
    st.query_params[param] = mark


def draw_line(line: Line) -> None:
    """One of the list in two lines, with the box that picks it."""
    is_open = urls.text("id") == line.id
    with st.container(border=True, gap=None, key=f"line-{line.order_id}"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.checkbox("Pick", key=f"pick-{line.id}", label_visibility="collapsed", width="content")
            about = f"{stars(line.rating)} · {line.marketplace or 'unknown'} · {line.order_id}"
            st.button(
                words.plain(about), f"open-{line.id}", on_click=st.query_params.update, kwargs={"id": line.id},
                type="tertiary", disabled=is_open,
            )  # fmt: skip
            st.caption(f"{STATES[line.state]} · {line.day:%d %b}", width="stretch", text_alignment="right")
        said = " ".join(line.comment.split())[:LONGEST_LINE] or "No comment"
        mark = f"{line.language} · " if is_foreign(line) else ""
        st.caption(words.plain(f"{KINDS[line.kind]} · {mark}{said}"))


def stars(n: int) -> str:
    """`1 star`, `2 stars`."""
    return words.plural(n, "star")


def draw_marks(targets: list[bulk.Target]) -> None:
    """What can be done to the picked ones, and how the last of it is taken back."""
    picked = [target for target in targets if st.session_state.get(f"pick-{target[0]}")]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.popover(f"Mark {len(picked)} picked" if picked else "Mark picked", disabled=not picked):
            kind = st.selectbox("Kind", list(KINDS), format_func=KINDS.__getitem__, key="bulk-kind")
            st.button("Set the kind", on_click=mark, args=(picked, "kind"), kwargs={"kind": kind})
            steps = [name for name in ACTIONS if name != "removal_request"]
            step = st.selectbox("Next step", steps, format_func=ACTIONS.__getitem__, key="bulk-step")
            st.button("Set the step", on_click=mark, args=(picked, "action"), kwargs={"action": step})
            st.button("Close them", on_click=mark, args=(picked, "close"))
        if token := st.session_state.get(UNDO):
            st.button("Undo", icon=":material/undo:", on_click=take_back, args=(token,))


def mark(targets: list[bulk.Target], what: str, **values: Any) -> None:
    """Do something to all that were picked."""
    done: bulk.BulkResult | None = urls.write(bulk.do, what, targets, **values)
    if done is not None:
        st.session_state[UNDO] = done.undo
        _say(done, "marked")
        for id_, _ in targets:
            st.session_state[f"pick-{id_}"] = False


def take_back(token: str) -> None:
    """Take the last mark on many back."""
    st.session_state.pop(UNDO, None)
    done: bulk.BulkResult | None = urls.write(bulk.undo, token)
    if done is not None:
        _say(done, "taken back")


def _say(done: bulk.BulkResult, what: str) -> None:
    left = f" {len(done.refused)} left as they were: {next(iter(done.refused.values()))}" if done.refused else ""
    st.session_state[urls.SAID] = f"{done.done} {what}.{left}"
