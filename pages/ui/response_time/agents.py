"""Fair figures of agents: whose time went where, and to whom a late answer is charged."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame
from pages.ui.response_time import asked, charts
from pages.ui.response_time.overview import draw_chart
from pages.ui.tables import draw_table
from services import people
from services.response_time import fair
from services.response_time.fair import AgentLine
from services.response_time.shapes import Wanted

EXPLAINED = (
    "The parts of each answer add up to the time between the message and the answer. Charged: messages, whoever "
    "answered them, whose 24 hours ran out in this agent's hands. Taken over late: answers whose time had run out "
    "before, which are not charged to who answered."
)


def draw_agents(frame: Frame, wanted: Wanted) -> None:
    """Where the time of their answers went, as a chart and as a table."""
    working = [person.name for person in people.people(frame.store) if not person.disabled]
    lines = fair.of_agents(frame.store, wanted, working=working)
    if not lines:
        st.info("Nothing was answered in this period.", icon=":material/inbox:")
        return
    with st.container(border=True, gap="small"):
        st.markdown("**Mean hours until an answer, and where they went**")
        alt = "Mean hours until an answer, by agent and by part"
        draw_chart("agents", charts.agents(lines), alt, _show)
        st.caption(words.plain(EXPLAINED))
        if any(line.share.importing for line in lines):
            st.caption("A message that was answered before it was read here, as in a first import, waited to be read "
                       "all the time.")  # fmt: skip
    heads = [
        "Agent",
        "Answers",
        "Late",
        "Charged",
        "Taken over late",
        *(name for _, name, _ in charts.PARTS),
        "Together",
    ]
    draw_table(heads, [_row(line) for line in lines], wide=0, label="Where the time of answers went, by agent")
    if wanted.known_at is not None:
        st.caption("Who was on a ticket is taken from the activity log as it is now.")


def _show(at: list[str]) -> None:
    asked.show("all", of="agent", name=at[0])


def _row(line: AgentLine) -> tuple[str, ...]:
    share = line.share
    parts = [words.hours(charts.mean_hours(line, part)) if share.answers else "—" for part, _, _ in charts.PARTS]
    whole = share.whole / timedelta(hours=1) / share.answers if share.answers else None
    return (
        charts.agent_words(line),
        words.count(share.answers),
        words.count(share.late),
        words.count(share.charged),
        words.count(share.inherited),
        *parts,
        words.hours(whole),
    )
