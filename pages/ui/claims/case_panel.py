"""One case: what is due, what can be done, the evidence and its packet, the timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import streamlit as st

from pages.ui import escalate
from pages.ui import format as words
from pages.ui.claims import asked
from pages.ui.frame import Frame
from pages.ui.order_story import draw_way_in
from pages.ui.tables import draw_table
from services.claims.shapes import KINDS, OUTCOMES, SOURCES, STATES, Detail, Line, Piece, Unbacked

NEXT = {
    "action_required": (("under_review", "I have answered Amazon", "send"),),
    "under_review": (("action_required", "Amazon asks again", "undo"),),
    "option_to_appeal": (("under_review", "I have appealed", "gavel"), ("granted", "We accept it", "done")),
    "closed": (("action_required", "Open again", "undo"),),
}
Archive = Callable[[], bytes]


def draw_case(frame: Frame, detail: Detail, owners: Sequence[str], archive: Archive) -> None:
    """All of one case and what can be done with it now."""
    line = detail.line
    title = f"{KINDS[line.kind]} · {line.order_id}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{words.plain(title)}**", width="content")
        st.badge(STATES[line.state], color="gray")
        if line.outcome:
            st.badge(OUTCOMES.get(line.outcome, line.outcome), color="gray")
    st.markdown(words.plain(due_words(line, frame)))
    for doubt in line.doubts:
        st.markdown(f":material/warning: {words.plain(doubt)}")
    draw_actions(frame, detail, owners)
    draw_facts(frame, detail)
    left, right = st.columns([1, 1], gap="medium")
    with left, st.container(gap="small"):
        draw_evidence(line, detail.evidence)
    with right, st.container(gap="small"):
        draw_packet(detail, archive)
    draw_timeline(frame, detail)


def draw_unbacked(kept: Unbacked) -> None:
    """What people did about a case that left the list."""
    title = f"{KINDS[kept.kind]} · {kept.order_id}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{words.plain(title)}**", width="content")
        draw_way_in(kept.account, kept.order_id, key=f"story-{kept.id}")
    st.info("No mail or report tells of this case any more. What people did about it is kept.")
    rows = [("Marked", STATES.get(kept.state or "", "")), ("Owner", kept.owner or "")]
    rows += [(f"Note by {note.who}", note.text) for note in kept.notes]
    draw_table(("", ""), [row for row in rows if row[1]], wide=1, label="Facts")


def due_words(line: Line, frame: Frame) -> str:
    """The one next deadline, or why there is none."""
    if line.due_at is None:
        return line.why_none
    when = words.when(line.due_at, frame.zone, frame.now)
    return f"{line.due_what} by {when}: {words.left(line.due_at, frame.now)}"


def draw_actions(frame: Frame, detail: Detail, owners: Sequence[str]) -> None:
    """The next step as a button, the outcomes, who works on it, and where else to look."""
    line = detail.line
    target = ((line.id, line.version),)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for at, (way, label, icon) in enumerate(NEXT[line.state]):
            look = {"type": "primary" if at == 0 and line.state != "closed" else "secondary"}
            st.button(label, f"way-{way}", icon=f":material/{icon}:", on_click=asked.mark, args=(way, target), **look)  # type: ignore[arg-type]
        if line.state != "closed":
            with st.popover("Close"):
                for outcome, label in OUTCOMES.items():
                    st.button(label, f"close-{outcome}", on_click=asked.mark, args=(outcome, target), width="stretch")
        _draw_owner(frame, line, owners)
        for ticket in detail.tickets[:2]:
            st.page_link("pages/work/inbox.py", label=f"Ticket {ticket.id}", icon=":material/inbox:",
                         query_params={"ticket": str(ticket.id), "box": "all"})  # fmt: skip
        draw_way_in(line.account, line.order_id, key=f"story-{line.id}")
        escalate.draw_way_in(_about(line), key=f"escalate-{line.id}")
        if detail.link:
            st.link_button("Seller Central", detail.link, icon=":material/open_in_new:", type="tertiary")


def _about(line: Line) -> escalate.About:
    ref, label = str(line.id), f"{KINDS[line.kind]} {line.order_id}"
    where = (line.account, line.marketplace, line.order_id)
    return escalate.About("claim", ref, label, "claims", (("case", ref),), *where)


def _draw_owner(frame: Frame, line: Line, owners: Sequence[str]) -> None:
    names = ["", *dict.fromkeys([frame.actor.name, *owners, *([line.owner] if line.owner else [])])]
    key = f"owner-of-{line.id}-{line.version}"

    def give() -> None:
        asked.mark("assign", ((line.id, line.version),), person=str(st.session_state.get(key) or ""))

    st.selectbox("Owner", names, names.index(line.owner or ""), key=key, label_visibility="collapsed", width=150,
                 format_func=lambda name: name or "No owner", on_change=give)  # fmt: skip


def draw_facts(frame: Frame, detail: Detail) -> None:
    """What is known of the case in one table."""
    line, weight = detail.line, detail.weight
    days = {"Opened": line.opened_at, "Decided": line.decided_at}
    rows = [(name, words.when(at, frame.zone, frame.now)) for name, at in days.items() if at]
    if line.amount:
        rows.insert(0, ("Amount", f"{line.amount} {line.currency or ''}".strip()))
    if line.reason:
        rows.append(("Reason", line.reason))
    rows.append(("Told by", ", ".join(SOURCES.get(each, each) for each in line.sources)))
    until = f" It leaves the window on {weight.leaves_at:%d %b %Y}." if weight.leaves_at else ""
    rows.append(("Weight", weight.sentence + (until if weight.leaves_at and weight.leaves_at > frame.now else "")))
    draw_table(("", ""), rows, wide=1, label="Facts")


def draw_evidence(line: Line, pieces: Sequence[Piece]) -> None:
    """The checklist: what is there, what is missing; a tick says otherwise than the data."""
    missing = [piece.label.lower() for piece in pieces if piece.wanted and not piece.has]
    st.markdown("**Evidence**")
    st.caption(words.plain(f"Missing: {', '.join(missing)}" if missing else "Nothing is missing."))
    for piece in pieces:
        key = f"has-{line.id}-{line.version}-{piece.name}"
        by = f", ticked by {piece.ticked_by}" if piece.ticked_by else ""
        label = f"{piece.label} ({piece.found.rstrip('.')}{by})" + ("" if piece.wanted else ", not needed")
        st.checkbox(words.plain(label), piece.has, key=key, on_change=asked.tick,
                    args=(line.id, line.version, piece.name, key))  # fmt: skip


def draw_packet(detail: Detail, archive: Archive) -> None:
    """The text for Amazon's box, and all evidence as one file."""
    line = detail.line
    st.markdown("**Evidence packet**")
    st.code(detail.text, language=None, wrap_lines=True, height=190)
    st.caption("Amazon's box takes no files: attach them in Buyer-Seller Messages, as the text says.")
    if detail.text_left_out:
        st.caption(f"{words.plural(len(detail.text_left_out), 'line')} did not fit; the file has them.")
    name = f"evidence-{line.kind.replace('_', '-')}-{line.order_id}.zip"
    label = f"Packet with {words.plural(detail.files, 'file')}"
    st.download_button(label, archive, name, "application/zip", key=f"packet-{line.id}", on_click="ignore",
                       icon=":material/download:")  # fmt: skip


def draw_timeline(frame: Frame, detail: Detail) -> None:
    """What happened, the latest first, and a note."""
    line = detail.line
    st.markdown("**What happened**")
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.text_input("Note", key=f"note-{line.id}", placeholder="A note for colleagues",
                      label_visibility="collapsed", max_chars=4000)  # fmt: skip
        st.button("Add note", key="add-note", on_click=asked.note, args=(line.id,))
    draw_table(("When", "What", ""), _events(frame, detail), wide=2, label="What happened")


def _events(frame: Frame, detail: Detail) -> Iterator[tuple[str, str, str]]:
    for event in reversed(detail.timeline[-60:]):
        who = f"{event.who}: " if event.who else ""
        yield words.when(event.at, frame.zone, frame.now), event.what, who + event.text
