"""Rules: what is done to arriving mail before anybody looks; tried on the mail of 90 days before it is switched on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame, at_work, page_frame
from pages.ui.rule_editor import Offer, draw_rule, typed
from pages.ui.rule_list import draw_examples, draw_list
from pages.ui.rule_result import draw_found
from pages.ui.tables import draw_table
from services import triage_rules as service
from services.errors import Rejected
from services.rules.triage import Actions, Rule
from services.team import team
from services.triage_rules import RuleLine

INBOX = "pages/work/inbox.py"
SAID, GONE, NEW = "rules-said", "rules-gone", "new"
EMPTY = Rule(service.NEW, "", (), Actions())


def act(write: Callable[..., Any], *about: Any, **values: Any) -> Any:
    """Do what a button says; a refusal is said, and what was typed stays."""
    frame = at_work()
    try:
        return write(frame.store, *about, actor=frame.actor, now=frame.now, **values)
    except Rejected as refused:
        st.session_state[SAID] = str(refused)
    return None


def show(rule_id: int | str | None) -> None:
    st.query_params.clear()
    if rule_id:
        st.query_params["rule"] = str(rule_id)


def start(rule: Rule) -> None:
    show(act(service.create, rule))


def save(line: RuleLine | None, key: str) -> None:
    rule, new_view = typed(key)
    if line:
        act(service.change, line.id, line.version, rule=rule, new_view=new_view)
    elif made := act(service.create, rule, new_view=new_view):
        show(made)


def delete(line: RuleLine) -> None:
    if left := act(service.delete, line.id, line.version):
        st.session_state[GONE] = (line.id, left, line.rule.name)
        show(None)


def move(line: RuleLine, up: bool) -> None:
    act(service.move, line.id, line.version, up=up)


def undo() -> None:
    rule_id, version, _name = st.session_state.pop(GONE)
    act(service.restore, rule_id, version)
    show(rule_id)


def draw_editor(frame: Frame, line: RuleLine | None) -> None:
    """The form; a rule that is on goes off with another wording."""
    accounts, choices = frame.settings.accounts, service.choices(frame.store)
    places = tuple(sorted({place for account in accounts.values() for place in account.marketplaces}))
    offer = Offer(tuple(accounts), places, choices.people, choices.types, choices.views)
    key = f"rule-{line.id}-{line.version}-" if line else "rule-new-"
    fixed = not frame.actor.is_supervisor
    with st.form(f"{key}form", border=False):
        draw_rule(key, line.rule if line else EMPTY, offer, fixed=fixed)
        if not fixed:
            st.form_submit_button("Save the rule", type="primary", on_click=save, args=(line, key))
    if line and line.on_since:
        st.caption("With other conditions or actions it goes off, until their dry run was looked at.")


def draw_switch(frame: Frame, line: RuleLine) -> None:
    """The dry run, on and off, delete."""
    if not frame.actor.is_supervisor:
        return
    with st.container(horizontal=True, gap="small"):
        tries = st.button("Dry run over 90 days", icon=":material/science:")
        label, tried = ("Switch off", True) if line.on_since else ("Switch on", bool(line.dry_run_at))
        args, values = (service.switch, line.id, line.version), {"on": line.on_since is None}
        why = None if tried else "Do the dry run of this wording first."
        st.button(label, disabled=not tried, help=why, on_click=act, args=args, kwargs=values)
        st.button("Delete", icon=":material/delete:", type="tertiary", on_click=delete, args=(line,))
    if tries:
        act(service.dry_run, line.id, progress=st.progress(0.0, "Asking the rule about the mail of 90 days").progress)
        st.rerun()


def draw_one(frame: Frame, line: RuleLine) -> None:
    """A rule with its dry run, its form and its history."""
    draw_switch(frame, line)
    # A dry run opens its tab: with the key of the old one the browser would stay on the wording.
    key, first = f"rule-tabs-{line.id}-{line.dry_run_at}", "Dry run" if line.dry_run_at else "Wording"
    tried, wording, who = st.tabs(["Dry run", "Wording", "History"], default=first, key=key, on_change="rerun")
    with tried:
        found = service.last_dry_run(frame.store, line.id, now=frame.now)
        if found is None:
            st.caption("This wording was not tried yet.")
        else:
            house = team(frame.store, now=frame.now)
            if picked := draw_found(found, zone=frame.zone, now=frame.now, at_risk=house.at_risk):
                st.switch_page(INBOX, query_params={"ticket": str(picked), "box": "all"})
    with wording:
        draw_editor(frame, line)
    with who:
        history = service.history(frame.store, line.id)
        at = [words.when(each.at, frame.zone, frame.now) for each in history]
        rows = [(when, each.by, f"{each.what} {each.sentence}".strip()) for when, each in zip(at, history, strict=True)]
        draw_table(("When", "Who", "What"), rows, wide=2, label="History")


def main() -> None:
    frame = page_frame("Rules")
    if said := st.session_state.pop(SAID, ""):
        st.warning(words.plain(said), icon=":material/info:")
    lines, asked = service.rules(frame.store), st.query_params.get("rule", "")
    may = frame.actor.is_supervisor
    left, right = st.columns([36, 64], gap="large")
    line = next((each for each in lines if str(each.id) == asked), None) or (lines[0] if lines and not asked else None)
    with left, st.container(gap="small"):
        if not lines:
            draw_examples(start if may else None)
        draw_list(lines, str(line.id) if line else "", show, move if may else None)
        if may:
            st.button("New rule", icon=":material/add:", on_click=show, args=(NEW,))
        if gone := st.session_state.get(GONE):
            st.button(f"{words.plain(gone[2])} deleted: undo", key="rule-undo", type="tertiary", on_click=undo)
    with right:
        if line:
            draw_one(frame, line)
        elif asked == NEW and may:
            draw_editor(frame, None)
        elif asked:
            st.info("There is no such rule.", icon=":material/search_off:")


main()
