"""When messages are answered late and which: the hours of the week, and by marketplace, agent, kind, language, SKU."""

from __future__ import annotations

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame
from pages.ui.response_time import asked, charts
from pages.ui.response_time.controls import KINDS, draw_switch
from pages.ui.response_time.overview import HEADS, draw_chart, draw_numbers
from services.response_time import views
from services.response_time.shapes import Wanted

SHOWS = {"messages": "Messages", "missed": "Share missed", "median": "Median hours"}
PER = {code: name for code, name in views.BY.items() if code != "turn"}


def draw_patterns(frame: Frame, wanted: Wanted) -> None:
    """The week, and one thing after the other."""
    with st.container(border=True, gap="small"):
        _week(frame, wanted)
    with st.container(border=True, gap="small"):
        _groups(frame, wanted)


def _week(frame: Frame, wanted: Wanted) -> None:
    shows = asked.choice("shows", SHOWS, "messages")
    zone = words.place(wanted.zone.key)
    st.markdown(f"**Hours of the week, by when the buyer wrote** ({words.plain(zone)} time)")
    draw_switch("Cells show", "shows", SHOWS, shows)
    slots = views.week(frame.store, wanted)
    alt = f"{SHOWS[shows]} by weekday and hour"
    draw_chart("week", charts.week(slots, shows), alt, lambda at: asked.show("all", slot=at[0]))
    busy = max(slots.items(), key=lambda item: item[1].messages, default=None)
    slow = [(slot, numbers) for slot, numbers in slots.items() if numbers.late_response_rate and numbers.messages > 4]
    worst = max(slow, key=lambda item: item[1].late_response_rate or 0, default=None)
    said = []
    if busy:
        said.append(f"Most messages: {_slot(busy[0])}, {words.count(busy[1].messages)}.")
    if worst:
        said.append(f"Most missed, of hours with five or more: {_slot(worst[0])}, "
                    f"{words.share(worst[1].late_response_rate)}.")  # fmt: skip
    st.caption(words.plain(" ".join(said)))


def _slot(slot: tuple[int, int]) -> str:
    return f"{charts.WEEKDAYS[slot[0]]} {slot[1]:02}:00 to {(slot[1] + 1) % 24:02}:00"


def _groups(frame: Frame, wanted: Wanted) -> None:
    per = asked.choice("per", PER, "marketplace")
    st.markdown(f"**By {PER[per] if per == 'sku' else PER[per].lower()}**")
    draw_switch("By", "per", PER, per)
    found = views.groups(frame.store, wanted, per)
    if not found.rows:
        st.caption("Nothing was answered yet." if per == "agent" else "No message counts here.")
        return
    rows = [(asked.named(name), group_words(per, name), numbers) for name, numbers in found.rows]
    alt = f"What became of the messages, by {PER[per]}"
    draw_chart("groups", charts.groups(rows), alt, lambda at: asked.show(at[1], of=per, name=at[0]))
    draw_numbers([PER[per], *HEADS], [(name, numbers) for _, name, numbers in rows], label=f"Response times by {per}")
    if found.more:
        st.caption(f"{words.plural(found.more, 'more')} with fewer messages.")


def group_words(per: str, name: str) -> str:
    """A group's name in words."""
    if per == "kind":
        return KINDS.get(name, name or "Not known")
    if per == "sku" and name == "several":
        return "Several SKUs"
    return {"": "Not known", "unknown": "Not known"}.get(name, name)
