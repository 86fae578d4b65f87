"""Settings: people and roles, the team's own settings with effective dates, and what the settings file says."""

from __future__ import annotations

from datetime import time
from typing import Any
from zoneinfo import available_timezones

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame, at_work, page_frame
from pages.ui.sheets.columns import draw_sheets
from services import people, team
from services.errors import Rejected
from services.people import ROLES, Person

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SAID = "settings-said"


def add_person() -> None:
    """Invite the person whose name was typed."""
    frame, state = at_work(), st.session_state
    try:
        added = people.add(frame.store, state.new_name, state.new_role, actor=frame.actor, now=frame.now)
        state.new_name = ""
        st.session_state[SAID] = f"{added.name} can now be assigned."
    except Rejected as refused:
        st.session_state[SAID] = str(refused)


def change_person(name: str, *, role: str | None = None, disabled: bool | None = None) -> None:
    """Give a person another role, or close or open their access."""
    frame = at_work()
    try:
        if role:
            people.set_role(frame.store, name, role, actor=frame.actor, now=frame.now)
        if disabled is not None:
            people.set_disabled(frame.store, name, disabled, actor=frame.actor, now=frame.now)
    except Rejected as refused:
        st.session_state[SAID] = str(refused)


def save_team() -> None:
    """Let the values on the form hold from now on."""
    frame, state = at_work(), st.session_state
    try:
        team.change(
            frame.store,
            actor=frame.actor,
            now=frame.now,
            zone=state.team_zone or "",
            shift_end=state.team_shift_end,
            closed_weekdays=[WEEKDAYS.index(day) for day in state.team_closed],
            at_risk_hours=state.team_at_risk,
            target_percent=state.team_target,
        )
        state[SAID] = "Saved. It holds from now on; what was is judged by what held then."
    except Rejected as refused:
        state[SAID] = str(refused)


def draw_people(frame: Frame) -> None:
    """Everybody with role and access, and the line to add somebody."""
    st.subheader("People", anchor=False)
    for person in people.people(frame.store):
        _person(person, frame.actor)
    if not frame.actor.is_supervisor:
        st.caption("Supervisors add people and change roles.")
        return
    with st.form("new-person", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Name", key="new_name", max_chars=people.LONGEST_NAME, placeholder="As the team calls them")
        st.selectbox("Role", ROLES, key="new_role", width=160)
        st.form_submit_button("Add person", icon=":material/person_add:", on_click=add_person)


def _person(person: Person, actor: Person) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"person-{person.name}"):
        st.markdown(words.plain(person.name), width="stretch")
        st.caption("no access" if person.disabled else person.role, width="content")
        if actor.is_supervisor and person.name != actor.name:
            other = "agent" if person.is_supervisor else "supervisor"
            access = "Give access" if person.disabled else "Close access"
            _change(f"Make {other}", f"role-{person.name}", person.name, role=other)
            _change(access, f"access-{person.name}", person.name, disabled=not person.disabled)


def _change(label: str, key: str, name: str, **change: Any) -> None:
    st.button(label, key=key, type="tertiary", on_click=change_person, args=(name,), kwargs=change)


def draw_team(frame: Frame) -> None:
    """The team's settings as a form."""
    held = team.team(frame.store, now=frame.now)
    zones = ["", *sorted(available_timezones())]
    may = frame.actor.is_supervisor
    st.subheader("Team", anchor=False)
    with st.form("team", border=False):
        st.selectbox(
            "Time zone of the house",
            zones,
            index=zones.index(held.zone) if held.zone in zones else 0,
            format_func=lambda zone: zone or "UTC",
            key="team_zone",
            disabled=not may,
        )
        st.time_input("End of the shift", held.shift_end or time(18), key="team_shift_end", disabled=not may)
        st.multiselect(
            "Closed days of the house rule",
            WEEKDAYS,
            [WEEKDAYS[day] for day in sorted(held.closed_weekdays)],
            key="team_closed",
            disabled=not may,
            help="A second clock beside Amazon's, never instead of it: Amazon counts weekends and holidays.",
        )
        label = "At risk from (hours before due)"
        st.number_input(label, 1, 23, held.at_risk_hours, key="team_at_risk", disabled=not may)
        st.number_input("Aim within 24 h (%)", 50, 100, held.target_percent, key="team_target", disabled=not may)
        st.form_submit_button("Save", on_click=save_team, disabled=not may)


def draw_file(frame: Frame) -> None:
    """What the settings file says, without secrets."""
    st.subheader("Settings file", anchor=False)
    file = frame.settings.file
    none = "There is none: the sample seller is shown. README says how to write one."
    st.caption(words.plain(f"Read from {file}") if file else none)
    for name, account in frame.settings.accounts.items():
        sources = [word for word, there in (("mail folder", account.folder), ("mailbox", account.mailbox)) if there]
        with st.container(border=True):
            st.markdown(f"**{words.plain(name)}** · {', '.join(account.marketplaces)}")
            st.caption(words.plain(", ".join(sources) or "no source yet"))
            if account.mailbox:
                st.caption(words.plain(f"{account.mailbox.name}, folders {', '.join(account.mailbox.folders)}"))
    days = frame.settings.clock.ignore_unanswered_before_days
    st.caption(f"First import: unanswered mail older than {days} days opens no clock.")


frame = page_frame("Settings")
if said := st.session_state.pop(SAID, ""):
    st.info(words.plain(said))
left, right = st.columns(2, gap="large")
with left:
    draw_people(frame)
with right:
    draw_team(frame)
    draw_file(frame)
draw_sheets(frame)
