"""The messages behind a figure: what was clicked in words, and its messages a page at a time."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame
from pages.ui.response_time import asked, charts
from pages.ui.response_time.patterns import PER, group_words
from pages.ui.ticket_list import Line, ticket_list
from services.response_time import behind
from services.response_time.behind import Behind
from services.response_time.shapes import GROUPS, MessageLine, Wanted
from services.rules.response_cells import BINS

INBOX = "pages/work/inbox.py"


def draw_listed(frame: Frame, wanted: Wanted) -> None:
    """The row of groups, and the messages if one is chosen."""
    clicked = asked.clicked()
    group = clicked.group if clicked else None
    key = f"group-{group}-{abs(hash(clicked))}"
    label = "Messages behind the figures: click in a chart, or choose"
    st.pills(
        label, list(GROUPS), default=group, format_func=GROUPS.__getitem__, key=key, on_change=_choose, args=(key,)
    )
    if clicked is None:
        return
    mark = asked.mark()
    lines, more = behind.behind(frame.store, wanted, clicked, mark=mark)
    st.markdown(f"**{GROUPS[clicked.group]}**{words.plain(_where(wanted, clicked))}: "
                f"{words.count(len(lines), more is not None)}")  # fmt: skip
    chosen = ticket_list(
        [line_of(line, frame, wanted) for line in lines], key="behind", label=GROUPS[clicked.group], now=frame.now,
        at_risk=timedelta(hours=4), empty="None.",
    )  # fmt: skip
    _pages(mark is not None, more)
    if chosen is not None:
        ticket = next((line.ticket_id for line in lines if line.message_id == chosen), None)
        if ticket is not None:
            st.switch_page(INBOX, query_params={"ticket": str(ticket), "box": "all"})


def _choose(key: str) -> None:
    value = st.session_state.get(key) or ""
    kept = {param: st.query_params[param] for param in asked.CLICKED if param in st.query_params and param != "page"}
    asked.put(**{**kept, "group": value} if value else {})


def _pages(is_later: bool, more: tuple[object, int] | None) -> None:
    with st.container(horizontal=True, key="behind-pages"):
        if is_later:
            st.button("Newest", type="tertiary", icon=":material/first_page:", on_click=_turn, args=("",))
        if more:
            mark = f"{more[0]}_{more[1]}".replace(" ", "T")
            st.button("Older", type="tertiary", icon=":material/chevron_right:", on_click=_turn, args=(mark,))


def _turn(mark: str) -> None:
    if mark:
        st.query_params["page"] = mark
    else:
        st.query_params.pop("page", None)


def _where(wanted: Wanted, clicked: Behind) -> str:
    """What was clicked, in words."""
    said = []
    if clicked.tick:
        said.append(f"waiting at the end of {clicked.tick} (UTC)")
    elif clicked.day:
        day = clicked.day
        said.append(f"{'week of ' if clicked.by == 'week' else ''}{day:%a} {day.day} {day:%b}")
    else:
        said.append(f"{wanted.first} to {wanted.last}")
    if clicked.slot:
        said.append(f"{charts.WEEKDAYS[clicked.slot[0]]} {clicked.slot[1]:02}:00 to {(clicked.slot[1] + 1) % 24:02}:00")
    if clicked.bar is not None:
        last = clicked.bar == len(BINS)
        said.append("after more than 48 h" if last else f"after {2 * clicked.bar} to {2 * clicked.bar + 2} h")
    if clicked.turn:
        said.append("first of a ticket" if clicked.turn == "first" else "further messages of a ticket")
    said += [group_words(per, value) for per in PER if (value := getattr(clicked, per)) is not None]
    return ", " + ", ".join(said)


def line_of(line: MessageLine, frame: Frame, wanted: Wanted) -> Line:
    """A message as a row; what became of it stands at the end."""
    took = words.span(timedelta(hours=line.hours))
    fate = f"answered after {took}" if line.answered_at else f"waiting for {took}"
    facts = [line.buyer or "No name", line.marketplace or "", words.when(line.sent_at, wanted.zone, frame.now)]
    return {
        "id": line.message_id,
        "title": line.subject,
        "sub": " · ".join(fact for fact in facts if fact),
        "side": line.agent or "",
        "due": None,
        "chip": fate,
        "tone": "late" if line.group == "unanswered" else "plain",
        "unread": False,
    }
