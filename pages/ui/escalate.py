"""Escalating from any page: the button, the form, and what stands about the thing already.

A page offers it with `draw_way_in` (or `ask_for` in a callback) and calls `draw_asked` once.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame, at_work
from pages.ui.tables import draw_table
from services.errors import Rejected, SettingsError
from services.escalations import acts, reading
from services.escalations.shapes import About, Detail, Line, StepLine, Wish
from services.rules.escalations import LONGEST_SENTENCE, URGENCIES, initials_of

__all__ = ["PAGES", "About", "ask_for", "draw_asked", "draw_opened", "draw_way_in", "have_seen", "stands"]

ASKED, SAID, REFUSED = "escalate-about", "escalate-said", "escalate-refused"
PARAM = "escalation"
STATES = {
    "queued": "Waits to leave",
    "sending": "Is being sent",
    "sent": "Sent",
    "unknown": "May have left; not sent again",
    "failed": "Did not work",
    "cancelled": "Not needed any more",
}
PAGES = {
    **{name: f"pages/work/{name}.py" for name in ("inbox", "claims", "returns", "feedback", "followups")},
    **{name: f"pages/review/{name}.py" for name in ("health", "checklist", "meeting")},
    **{name: f"pages/admin/{name}.py" for name in ("sync", "data_problems")},
}
"""Where the things are that can be escalated, by the names that services.escalations gives their pages."""
ANYBODY = "Any supervisor"
LEADS = {"now": timedelta(hours=2), "today": timedelta(hours=8), "normal": timedelta(days=2)}


def draw_way_in(about: About, *, key: str) -> None:
    """The button that opens the form for this thing."""
    st.button("Escalate", key=key, icon=":material/campaign:", type="tertiary", on_click=ask_for, args=(about,),
              help="Ask a supervisor or a colleague in one sentence")  # fmt: skip


def ask_for(about: About) -> None:
    """Open the form when the page is drawn next."""
    st.session_state[ASKED] = about


def draw_asked(frame: Frame) -> None:
    """Draw the form if somebody asked for it, and what became of the last one."""
    if said := st.session_state.pop(SAID, ""):
        st.toast(words.plain(said), icon=":material/campaign:")
    about = st.session_state.get(ASKED)
    if isinstance(about, About):
        _draw_dialog(frame, about)


def _draw_dialog(frame: Frame, about: About) -> None:
    @st.dialog("Escalate", on_dismiss=_forget)
    def show() -> None:
        if st.session_state.get(ASKED) is None:
            # A dialog is drawn again by itself; it goes only with the whole page.
            st.rerun()
        st.caption(words.plain(about.label))
        if why := st.session_state.pop(REFUSED, ""):
            st.error(words.plain(why))
        for line in reading.standing(frame.store, about, actor=frame.actor):
            draw_standing(frame, line)
        draw_form(frame, about)

    show()


def _forget() -> None:
    st.session_state.pop(ASKED, None)


def draw_standing(frame: Frame, line: Line) -> None:
    """What was asked about this thing already, and what can be done about that."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{words.plain(line.sentence)}** \\-{words.plain(line.initials)}")
        st.caption(words.plain(stands(line, frame)))
        draw_acts(frame, line)


def draw_form(frame: Frame, about: About) -> None:
    """One sentence, what is needed, whom, how urgent, by when."""
    names = ["", *reading.addressees(frame.store, frame.actor)]
    st.text_input("In one sentence", key="esc_sentence", max_chars=LONGEST_SENTENCE)
    st.text_input("What is needed", key="esc_needed", max_chars=500)
    left, right = st.columns(2)
    left.selectbox("Whom", names, format_func=lambda name: name or ANYBODY, key="esc_to")
    urgency = right.selectbox("How urgent", list(URGENCIES), 2, format_func=URGENCIES.__getitem__, key="esc_urgency")
    by = (frame.now + LEADS[urgency]).astimezone(frame.zone)
    day, clock, who = st.columns(3)
    # What is asked for by when follows the urgency until somebody says otherwise.
    day.date_input("By", by.date(), key=f"esc_day_{urgency}")
    clock.time_input("At", time(by.hour, by.minute // 15 * 15), key=f"esc_time_{urgency}")
    who.text_input("Your initials", initials_of(frame.actor.name), key="esc_initials", max_chars=4)
    st.button("Escalate", key="esc_send", type="primary", on_click=_send, args=(about, urgency))


def _send(about: About, urgency: str) -> None:
    state: Any = st.session_state
    try:
        frame = at_work()
        by = _moment(state.get(f"esc_day_{urgency}"), state.get(f"esc_time_{urgency}"), frame.zone)
        words_ = (state.esc_sentence or "", state.esc_needed or "", state.esc_to or "")
        wish = Wish(*words_, by, urgency, state.esc_initials or "")
        acts.ask(frame.store, about, wish, actor=frame.actor, now=frame.now)
    except (Rejected, SettingsError) as refused:
        state[REFUSED] = str(refused)
        return
    _forget()
    state[SAID] = f"Escalated to {wish.to or ANYBODY.lower()}. The answer comes back to Today."


def _moment(day: Any, clock: Any, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(day, clock, zone) if day and clock else None


def stands(line: Line, frame: Frame) -> str:
    """Where an escalation stands, in one line."""
    parts = [f"{line.by} to {line.whom}, {words.ago(line.opened_at, frame.now)}"]
    if line.state == "closed":
        parts.append(
            f"closed by {line.closed_by}: {line.closed_why}" if line.closed_why else f"closed by {line.closed_by}"
        )
    elif line.state == "answered":
        parts.append(f"{line.answered_by} answered")
    elif line.state == "acknowledged":
        parts.append(f"{line.acknowledged_by} has seen it")
    else:
        parts.append(words.left(line.needed_by, frame.now) + (", asked again" if line.reached > 1 else ""))
    if line.doubtful and line.state == "asked":
        parts.append("one way did not work, or nobody knows")
    return " · ".join(parts)


def draw_acts(frame: Frame, line: Line) -> None:
    """Acknowledge, answer and close, as far as whoever looks may."""
    if line.answer:
        st.markdown(f"{words.plain(line.answered_by or '')}: {words.plain(line.answer)}")
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        if line.for_me and line.state == "asked":
            st.button("I have seen it", key=f"esc-ack-{line.id}", icon=":material/visibility:", on_click=_act,
                      args=("acknowledge", line.id, line.version))  # fmt: skip
        if line.for_me and not line.by_itself:
            with st.popover("Answer", icon=":material/reply:", key=f"esc-pop-{line.id}-{line.version}"):
                key = f"esc-answer-{line.id}-{line.version}"
                st.text_area("Your answer", key=key, max_chars=acts.LONGEST_ANSWER, height=90)
                st.button("Send the answer", key=f"{key}-send", type="primary", on_click=_act,
                          args=("answer", line.id, line.version, key))  # fmt: skip
        if line.state != "closed" and (line.mine or line.for_me or frame.actor.is_supervisor):
            label = "Done" if line.state == "answered" and line.mine else "Close"
            st.button(label, key=f"esc-close-{line.id}", type="tertiary", icon=":material/done:", on_click=_act,
                      args=("close", line.id, line.version))  # fmt: skip


def have_seen(frame: Frame, escalation_id: int) -> None:
    """Whoever looks has seen it; of no consequence where it is not theirs, or over."""
    with suppress(Rejected):
        acts.acknowledge(frame.store, escalation_id, actor=frame.actor, now=frame.now)


def draw_opened(frame: Frame) -> None:
    """The escalation that the URL names, with its ladder, until it is closed again."""
    asked = st.query_params.get(PARAM, "")
    if not asked:
        return
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else 0
    found = reading.detail(frame.store, frame.settings, number, actor=frame.actor, now=frame.now)
    if found is None:
        st.info("There is no such escalation.", icon=":material/search_off:")
        return

    @st.dialog("Escalation", width="large", on_dismiss=forget)
    def show() -> None:
        now_found = reading.detail(frame.store, frame.settings, number, actor=frame.actor, now=frame.now)
        if now_found is not None:
            draw_detail(frame, now_found)

    show()


def forget() -> None:
    """The dialog was closed."""
    st.query_params.pop(PARAM, None)


def draw_detail(frame: Frame, found: Detail) -> None:
    """One escalation: the sentence, what is needed by when, the answer, what was tried and what comes next."""
    line = found.line
    if said := st.session_state.pop(SAID, ""):
        st.info(words.plain(said))
    st.markdown(f"**{words.plain(line.sentence)}** \\-{words.plain(line.initials)}")
    st.caption(words.plain(stands(line, frame)))
    by = words.when(line.needed_by, frame.zone, frame.now)
    st.markdown(words.plain(f"Needed by {by}" + (f": {line.needed}" if line.needed else "")))
    if line.about.page in PAGES:
        st.page_link(PAGES[line.about.page], label=words.plain(line.about.label), icon=":material/open_in_new:",
                     query_params=dict(line.about.target))  # fmt: skip
    draw_acts(frame, line)
    if found.steps:
        rows = [_step(step, frame) for step in found.steps]
        draw_table(("When", "How", "To", "", ""), rows, wide=4, label="What was tried")
    if found.next:
        at = words.when(found.next.due_at, frame.zone, frame.now)
        again = ", again" if found.next.attempt > 1 else ""
        st.caption(words.plain(f"If nobody has seen it: {channel(found.next.channel)}{again}, {at}."))
    middle, number = reading.median_answer(frame.store, now=frame.now)
    if middle is not None:
        st.caption(f"Half of all answers came within {words.span(middle)} ({words.plural(number, 'answer')}, 90 days).")


def _step(step: StepLine, frame: Frame) -> tuple[str, str, str, str, str]:
    state = "Shown" if step.channel == "product" else STATES.get(step.state, step.state)
    return words.when(step.at, frame.zone, frame.now), channel(step.channel), step.person, state, step.error


def channel(name: str) -> str:
    """What a channel is called."""
    return {"product": "Today", "mail": "E-mail"}.get(name, name.replace("_", " ").capitalize())


def _act(what: str, escalation_id: int, version: int, key: str = "") -> None:
    try:
        frame = at_work()
        common: dict[str, Any] = {"actor": frame.actor, "now": frame.now}
        if what == "acknowledge":
            acts.acknowledge(frame.store, escalation_id, **common)
        elif what == "answer":
            acts.answer(frame.store, escalation_id, version, text=st.session_state.get(key) or "", **common)
        else:
            acts.close(frame.store, escalation_id, version, **common)
    except (Rejected, SettingsError) as refused:
        st.session_state[SAID] = str(refused)
