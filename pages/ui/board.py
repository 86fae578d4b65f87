"""Today's one list: what is to be done first on top, each line opening where it is done."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui import escalate
from pages.ui import format as words
from pages.ui.frame import Frame
from pages.ui.tables import draw_table
from pages.ui.ticket_list import Line as Row
from pages.ui.ticket_list import ticket_list
from services.board import WHOSE, Board, Line
from services.rules.today import LOSSES
from services.team import Team

KEY, LABEL = "today-list", "What needs a person"
EMPTY = {
    "team": "Nothing needs a person now.",
    "mine": "Nothing waits for you. Look at what has no owner.",
    "unowned": "Everything has an owner.",
}


def draw_board(frame: Frame, found: Board, house: Team, whose: str) -> None:
    """The list, and how it is ordered; the line that was picked is opened."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"**{LABEL}**" + (f" · the first {len(found.lines)}" if found.more else ""), width="content")
        draw_order()
    rows = [_row(line, frame) for line in found.lines]
    picked = ticket_list(rows, key=KEY, label=LABEL, now=frame.now, at_risk=house.at_risk, empty=EMPTY[whose],
                         keys=True)  # fmt: skip
    line = next((each for each in found.lines if each.id == picked), None)
    if line is not None:
        open_line(frame, line)


def open_line(frame: Frame, line: Line) -> None:
    """Go to where it is done. What escalated by itself has been seen then."""
    if line.escalation is not None and line.by_itself:
        # Said twice it is said once, so that it may stand in the script and not in a callback.
        escalate.have_seen(frame, line.escalation)
    if line.page in escalate.PAGES:
        st.switch_page(escalate.PAGES[line.page], query_params=dict(line.target))
    st.query_params.update(dict(line.target))


def draw_order() -> None:
    """The order in words, for whoever asks why."""
    with st.popover(
        "How it is ordered", type="tertiary", icon=":material/sort:", key="order", on_change="rerun"
    ) as box:
        if not box.open:
            return
        st.caption("By the time that is left. What costs more stands ahead as if it were due earlier, "
                   "and what is over its time goes no further up than the last column says.")  # fmt: skip
        rows = [(loss.label, loss.words, _hours(loss.lead.total_seconds()), _floor(loss.floor.total_seconds()))
                for loss in LOSSES.values()]  # fmt: skip
        draw_table(("What", "What is lost", "Ahead", "At most"), rows, wide=1, label="How it is ordered")


def draw_whose(whose: str) -> None:
    """Everything, mine, or what has no owner; it stands in the URL."""
    key = f"whose-{whose}"
    st.segmented_control("Whose", list(WHOSE), default=whose, format_func=WHOSE.__getitem__, key=key,
                         label_visibility="collapsed", on_change=_choose, args=(key,))  # fmt: skip


def asked_whose() -> str:
    """What the URL says; everything if that makes no sense."""
    asked = st.query_params.get("whose", "")
    return asked if asked in WHOSE else "team"


def _choose(key: str) -> None:
    st.query_params["whose"] = str(st.session_state.get(key) or "team")


def _hours(seconds: float) -> str:
    hours = int(seconds // 3600)
    if not hours:
        return "—"
    return words.plural(hours // 24, "day") if hours >= 48 else words.plural(hours, "hour")


def _floor(seconds: float) -> str:
    if not seconds:
        return "due now"
    return f"{_hours(-seconds)} late" if seconds < 0 else f"due in {_hours(seconds)}"


def _row(line: Line, frame: Frame) -> Row:
    facts: Sequence[str] = (line.about, line.marketplace or "", line.why, *line.also)
    return {
        "id": line.id,
        "title": line.what,
        "sub": " · ".join(fact for fact in facts if fact),
        "side": line.owner or ("no owner" if line.kind not in ("check", "rows", "mail", "status", "source") else ""),
        "due": words.epoch(line.due_at),
        "chip": "" if line.due_at else words.ago(line.since, frame.now),
        "tone": "plain",
        "unread": False,
        "tags": ["escalated"] if line.escalation is not None else [],
    }
