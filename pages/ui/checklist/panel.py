"""One cell: what is to be done and where, what the store proves, who signed, and the form to sign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import streamlit as st

from pages.ui import escalate
from pages.ui import format as words
from pages.ui.checklist import asked
from pages.ui.checklist.table import LATE
from pages.ui.frame import Frame
from pages.ui.tables import draw_table
from services.checklist.reading import Detail
from services.rules.checklist import RHYTHMS, STATES, is_late
from services.rules.checks import PROOFS

ROWS = {
    "ticket": ("work/inbox", "ticket", "Ticket {}"),
    "case": ("work/claims", "case", "Case {}"),
    "return": ("work/returns", "id", "Return {}"),
    "followup": ("work/followups", "id", "Follow-up {}"),
}
"""Rows with a page of their own: page, parameter, label."""
LINKED, NAMED = 4, 8


def draw_cell(frame: Frame, found: Detail) -> None:
    """All of one cell."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{words.plain(found.duty.title)}** · {words.plain(found.place)}", width="content")
        is_late = found.state == "due" and frame.now > found.due_at
        color: Literal["red", "orange", "gray"] = "red" if found.state == "missed" else "orange" if is_late else "gray"
        st.badge(LATE.capitalize() if is_late else STATES[found.state].capitalize(), color=color)
    st.caption(words.plain(_when(found, frame)))
    if found.how:
        st.markdown(words.plain(found.how))
    _draw_ways(found)
    if found.closed_by is not None:
        _draw_closed(found, frame)
    if found.proof:
        _draw_proof(found, frame)
    if found.closed_by is None:
        _draw_form(found)
    if found.taken_back:
        _draw_taken_back(found, frame)


def _when(found: Detail, frame: Frame) -> str:
    due = words.when(found.due_at, frame.zone, frame.now)
    end = words.when(found.closes_at, frame.zone, frame.now)
    ending = f"; over since {end}" if found.state == "missed" else f"; over {end}" if found.closed_by is None else ""
    return f"{RHYTHMS[found.duty.rhythm]} · {found.period} · due {due}{ending}"


def _draw_ways(found: Detail) -> None:
    """To Seller Central, to the rows here, and to a colleague."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if found.link:
            help_ = f"{found.trail[:1].upper()}{found.trail[1:]}" if found.trail else None
            label = f"{found.page} in Seller Central"
            st.link_button(label, found.link, icon=":material/open_in_new:", type="tertiary", help=help_)
        if found.proof:
            page, parameters = PROOFS[found.duty.proof].page
            st.page_link(f"pages/{page}.py", label="Rows here", icon=":material/list:", query_params=dict(parameters))
        if asked.view() != "day":
            st.button("Whole day", key="whole-day", icon=":material/calendar_view_day:", type="tertiary",
                      on_click=asked.put, kwargs={"view": "", "day": found.due_day.isoformat()})  # fmt: skip
        about = escalate.About(
            "check", str(found.key), f"{found.duty.title}, {found.place}, {found.period}", "checklist",
            (("cell", str(found.key)),), account=found.key.account, marketplace=found.key.marketplace or None,
        )  # fmt: skip
        escalate.draw_way_in(about, key=f"escalate-{found.key}")
    if not found.covered:
        st.caption("No source covers all of this marketplace: sweep it by hand in Seller Central.")


def _draw_closed(found: Detail, frame: Frame) -> None:
    mark = found.closed_by
    assert mark is not None
    at = words.when(mark.at, frame.zone, frame.now)
    what = words.plural(mark.found, "thing") + " found" if mark.found else "nothing found"
    by = "by the store itself" if mark.by == "sync" else f"by {mark.by}"
    said = f"Proved {by}, {at}." if mark.how == "proof" else f"Signed {by}, {at}: {what}."
    st.markdown(words.plain(said))
    if is_late(mark.at, found.closes_at):
        st.markdown(f":material/history: {words.plain(f'Signed after its time: {mark.reason}')}")
    if mark.note:
        st.text(mark.note)
    if found.undo:
        st.button("Take back", key="take-back", icon=":material/undo:", on_click=asked.undo, args=(found.undo,))


def _draw_proof(found: Detail, frame: Frame) -> None:
    """What the store said when it was asked, and a button to ask it now."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**Proof**: {words.plain(found.proof)}", width="content")
        if found.can_prove:
            st.button("Ask the store now", key="prove", icon=":material/fact_check:", on_click=asked.prove,
                      args=(found.key,))  # fmt: skip
    if found.asked:
        draw_table(("Asked", "Answer", "Data of"), _answers(found, frame), wide=1, label="Proof")
        _draw_rows(found.asked[0].rows, found.asked[0].figure or 0)
    elif found.closed_by is None and found.state != "missed":
        st.caption("The store is asked by itself when the time has come.")


def _answers(found: Detail, frame: Frame) -> Iterator[tuple[str, str, str]]:
    for each in found.asked[:5]:
        heard = words.when(each.heard_at, frame.zone, frame.now) if each.heard_at else "\u2013"
        said = each.why or each.sentence + (", proved" if each.holds else ", not proved")
        yield words.when(each.taken_at, frame.zone, frame.now), said, heard


def _draw_rows(rows: list[str], figure: int) -> None:
    """The rows behind the figure: links where they have a page, else their names."""
    named = [each.partition(":") for each in rows]
    linked = [each for each in named if each[0] in ROWS][:LINKED]
    others = [ref for kind, _, ref in named if kind not in ROWS][:NAMED]
    with st.container(horizontal=True, gap="small"):
        for kind, _, ref in linked:
            page, parameter, label = ROWS[kind]
            more = {"box": "all"} if kind == "ticket" else {}
            st.page_link(f"pages/{page}.py", label=label.format(ref), query_params={parameter: ref, **more})
    hidden = figure - len(linked) - len(others)
    said = [*others, *([f"and {hidden:,} more"] if rows and hidden > 0 else [])]
    if said:
        st.caption(words.plain(", ".join(said)))


def _draw_form(found: Detail) -> None:
    """Sign with nothing found, or with how many were found."""
    if not found.has_begun:
        st.caption("It can be signed once its time has begun.")
        return
    form = f"sign-{found.key}-{len(found.taken_back)}-"
    is_over = found.state == "missed"
    st.markdown("**Sign it**")
    what = st.segmented_control("What was found", ["Nothing found", "Found"], default="Nothing found", required=True,
                                key=f"{form}what", label_visibility="collapsed")  # fmt: skip
    others = {each.name: each.key for each in found.siblings if each.state in ("due", "missed")}
    if what == "Found":
        st.number_input("How many", 1, 100_000, key=f"{form}found", width=160)
    elif others:
        st.multiselect("Also for", list(others), key=f"{form}also", placeholder="Other marketplaces where you looked")
    if is_over:
        st.text_input("Why only now", key=f"{form}reason", max_chars=2000, placeholder="It stays flagged")
    hint = "What was found and what is done about it" if what == "Found" else "If there is something to say"
    st.text_area("Note", key=f"{form}note", max_chars=2000, height=80, placeholder=hint)
    st.button("Sign", key=f"{form}sign", type="primary", icon=":material/draw:", on_click=asked.sign,
              args=(found.key, form, others))  # fmt: skip


def _draw_taken_back(found: Detail, frame: Frame) -> None:
    for mark in found.taken_back:
        if mark.undone_at:
            said = f"Signed by {mark.by} {words.when(mark.at, frame.zone, frame.now)}"
            st.caption(words.plain(f"{said}, taken back {words.when(mark.undone_at, frame.zone, frame.now)}."))
