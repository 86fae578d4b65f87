"""Response time: how long buyers waited against 24 hours, now or as of any time; every figure opens its messages."""

from __future__ import annotations

import streamlit as st

from pages.ui.frame import Frame, page_frame
from pages.ui.response_time import asked
from pages.ui.response_time.agents import draw_agents
from pages.ui.response_time.amazon import draw_amazon
from pages.ui.response_time.controls import draw_as_of, draw_controls
from pages.ui.response_time.forecast import draw_forecast
from pages.ui.response_time.headline import draw_headline
from pages.ui.response_time.listed import draw_listed
from pages.ui.response_time.overview import draw_overview
from pages.ui.response_time.patterns import draw_patterns
from pages.ui.response_time.times import draw_times
from services import team
from services.response_time import period, views
from services.response_time.shapes import Overview, Wanted
from services.team import Team


def main() -> None:
    frame = page_frame("Response time")
    held = team.team(frame.store, now=frame.now)
    wanted = asked.wanted(frame, held.zone_info)
    view = draw_controls(frame, wanted)
    if view == "forecast":
        draw_forecast(frame)
        return
    found = views.overview(frame.store, wanted)
    draw_headline(frame, found)
    if asked.moment():
        draw_as_of(wanted, *period.since_then(frame.store, wanted))
    if not found.total.messages and view != "amazon":
        st.info("No buyer message counts in this period.", icon=":material/inbox:")
        return
    draw_view(frame, wanted, held, view, found)


@st.fragment
def draw_view(frame: Frame, wanted: Wanted, held: Team, view: str, found: Overview) -> None:
    """The charts come after the headline, and a click in one draws only this part again."""
    if view == "patterns":
        draw_patterns(frame, wanted)
    elif view == "agents":
        draw_agents(frame, wanted)
    elif view == "times":
        draw_times(frame, wanted)
    elif view == "amazon":
        draw_amazon(frame, wanted, held)
        return
    else:
        draw_overview(frame, wanted, found)
    draw_listed(frame, wanted)


main()
