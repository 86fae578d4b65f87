"""What the Follow-ups page does when it is told to, and what it says afterwards, with the way back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame, at_work
from services.errors import Rejected
from services.followups import contact, writes
from services.followups.shapes import Detail
from services.followups.writes import BulkResult

INBOX = "pages/work/inbox.py"
SAID, DONE = "followups-said", "followups-done"
MORNING = time(9)


class Said(NamedTuple):
    """What became of the last action; with a token it can be taken back."""

    text: str
    token: str = ""


def say(said: Said | None) -> None:
    """Show this above the list from the next drawing on."""
    st.session_state[SAID] = said


def draw_said() -> None:
    """What was just done, and the way back."""
    said = st.session_state.get(SAID)
    if not isinstance(said, Said):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="followups-said-row"):
        st.caption(words.plain(said.text), width="content")
        if said.token:
            st.button("Undo", key="followups-undo", icon=":material/undo:", on_click=undo, args=(said.token,))
        st.button("Close", key="followups-close", type="tertiary", on_click=say, args=(None,))


def act(what: str, followup_id: int, version: int, **values: Any) -> None:
    """Do one thing to one row; a refusal is said."""
    _try(lambda frame: writes.do(
        frame.store, what, followup_id, version, actor=frame.actor, now=frame.now, **values
    ))  # fmt: skip


def settle(found: Detail, choice: str) -> None:
    """Keep ours or the sheet's, for all cells of the row that differ."""
    cells = [(cell.write, cell.version) for cell in found.conflicts]
    line = found.line
    _try(lambda frame: writes.settle(
        frame.store, line.id, line.version, cells, choice=choice, actor=frame.actor, now=frame.now
    ))  # fmt: skip


def do_many(what: str, targets: list[tuple[int, int]], **values: Any) -> None:
    """Do one thing to all chosen rows, and say what became of it."""
    frame = at_work()
    result = writes.do_many(frame.store, what, targets, actor=frame.actor, now=frame.now, **values)
    say(Said(sentence(result), result.undo or ""))


def undo(token: str) -> None:
    """Take the last action on several rows back."""
    frame = at_work()
    try:
        say(Said(f"Taken back: {sentence(writes.undo(frame.store, token, actor=frame.actor, now=frame.now))}"))
    except Rejected as refused:
        say(Said(str(refused)))


def write_to_buyer(followup_id: int) -> None:
    """Go to the ticket of the order, where the kind's template waits in the reply box."""
    frame = at_work()
    try:
        found = contact.contact(frame.store, frame.settings, followup_id, actor=frame.actor, now=frame.now)
    except Rejected as refused:
        say(Said(str(refused)))
        st.rerun()
    st.switch_page(INBOX, query_params={"ticket": str(found.ticket), "box": "all"})


def sentence(result: BulkResult) -> str:
    """What became of several, in a sentence; the first reasons of those that were refused."""
    done = words.plural(len(result.done), "row") + " changed."
    reasons = list(dict.fromkeys(result.refused.values()))[:2]
    return done + (f" {len(result.refused)} not: {' '.join(reasons)}" if result.refused else "")


def snoozes(now: datetime, zone: ZoneInfo) -> dict[str, datetime]:
    """Until when a row can be put off, in UTC: mornings of the reader."""
    today = now.astimezone(zone).date()
    days = {"Until tomorrow": 1, "For three days": 3, "For a week": 7}
    return {
        label: datetime.combine(today + timedelta(days=n), MORNING, zone).astimezone(UTC) for label, n in days.items()
    }


def _try(write: Callable[[Frame], object]) -> None:
    try:
        write(at_work())
        say(None)
    except Rejected as refused:
        say(Said(str(refused)))
