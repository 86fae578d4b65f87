"""One follow-up: what is due, what is proposed, where the sheet differs, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from pages.ui import format as words
from pages.ui.escalate import About, draw_way_in
from pages.ui.followups import said
from pages.ui.followups.facts import draw_cells, draw_log, draw_order
from pages.ui.frame import Frame, at_work
from pages.ui.tables import draw_table
from services.followups.shapes import ROLES, Detail, Line
from services.rules import followups as rules

LONGEST_NOTE = 2000


def draw_detail(found: Detail, frame: Frame, owners: Sequence[str]) -> None:
    """All of one row."""
    line = found.line
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        title = " · ".join(word for word in (line.order_id or "No order number", line.item) if word)
        st.markdown(f"**{words.plain(title)}**", width="content")
        with st.container(horizontal=True, gap="small", width="content"):
            draw_way_in(about(line), key=f"escalate-{line.id}")
            label = "Open the ticket" if line.ticket else "Write to the buyer"
            if st.button(label, key=f"write-{line.id}", icon=":material/mail:", shortcut="w"):
                said.write_to_buyer(line.id)
    st.markdown(words.plain(stands(found, frame)))
    draw_proposal(line, frame)
    draw_conflicts(found)
    draw_acts(found, frame)
    draw_work(found, frame, owners)
    draw_waiting(found)
    draw_order(found, frame)
    draw_cells(found, frame)
    draw_log(found, frame)


def about(line: Line) -> About:
    """What an escalation of this row is about."""
    name = f"Follow-up {line.order_id or line.item or line.row_key}, {line.label}"
    return About(
        "followup", str(line.id), name, "followups", (("id", str(line.id)),), account=line.account,
        marketplace=line.marketplace, order_id=line.order_id, ticket_id=line.ticket,
    )  # fmt: skip


def stands(found: Detail, frame: Frame) -> str:
    """How far the row is, in a line."""
    line = found.line
    kind = rules.kind_of(line.kind)
    if line.state in ("to_contact", "snoozed") and line.due_at:
        # The day that stands in the sheet is one of the marketplace.
        day = words.when(line.began_at, rules.zone_of(line.marketplace), frame.now)[:-6]
        since = f"It waits since {day}"
        due = f"{kind.what} by {_when(line.due_at, frame)}: {words.left(line.due_at, frame.now)}. {since}"
        return f"{due}. Snoozed until {_when(line.snoozed_until, frame)}" if line.state == "snoozed" else due
    if line.state == "resolved":
        why = found.resolved_why or ""
        reason = rules.WHYS.get(why) or (rules.PROPOSALS[why].why if why in rules.PROPOSALS else why)
        return f"Resolved by {found.resolved_by}, {_when(found.resolved_at, frame)}: {reason}"
    if line.state == "gone":
        return f"The row is not in the sheet any more, since {_when(found.gone_at, frame)}"
    how = rules.HOWS.get(found.how or "", "")
    facts = (line.contacted_by and f"by {line.contacted_by}", _when(line.contacted_at, frame), how)
    return "Contacted " + " · ".join(fact for fact in facts if fact)


def draw_proposal(line: Line, frame: Frame) -> None:
    """What would close the row, and the two answers."""
    if not line.proposal:
        return
    proposed = rules.PROPOSALS[line.proposal]
    label = "Close the row" if proposed.does == "close" else "Mark it contacted"
    with st.container(border=True, gap="small"):
        since = f": {_when(line.proposed_at, frame)}" if line.proposed_at else ""
        st.markdown(words.plain(f"{proposed.why.rstrip('.')}{since}"))
        with st.container(horizontal=True, gap="small"):
            _button(label, "accept", line, type="primary", icon=":material/check:", code=line.proposal)
            _button("Not so", "refuse", line, code=line.proposal)


def draw_conflicts(found: Detail) -> None:
    """What somebody wrote into the sheet where we were about to write, side by side."""
    if not found.conflicts:
        return
    with st.container(border=True, gap="small"):
        st.markdown("**Somebody changed the sheet meanwhile**")
        cells = [(ROLES.get(each.role, each.role), each.before, each.ours, each.theirs) for each in found.conflicts]
        draw_table(("Cell", "Before", "Mine", "In the sheet"), cells, wide=3, label="What the sheet says differently")
        with st.container(horizontal=True, gap="small"):
            for label, choice in (("Keep mine", "ours"), ("Keep the sheet's", "theirs")):
                st.button(label, key=f"settle-{choice}-{found.line.id}", on_click=said.settle, args=(found, choice))


def draw_acts(found: Detail, frame: Frame) -> None:
    """The next step as buttons."""
    line = found.line
    with st.container(horizontal=True, gap="small"):
        if line.state in ("to_contact", "snoozed"):
            first = "secondary" if line.proposal else "primary"
            _button("Contacted", "contacted", line, type=first, icon=":material/done:", shortcut="m")
            with st.popover("Contacted otherwise"):
                draw_contacted(line, frame)
            draw_snooze(line, frame)
        elif found.marked_here and line.state == "contacted":
            _button("Take the mark back", "not_contacted", line)
        if line.state == "resolved":
            _button("Reopen", "reopen", line)
        elif line.state != "gone":
            with st.popover("Resolve"):
                for code, label in rules.WHYS.items():
                    _button(label, "resolve", line, why=code, width="stretch")
    if found.unmarked_there:
        st.caption(":material/warning: The mark was in the sheet, and somebody took it out there.")


def draw_contacted(line: Line, frame: Frame) -> None:
    """How, when and with which note."""
    keys = {name: f"{name}-{line.id}-{line.version}" for name in ("how", "when", "text")}
    hows = [code for code in rules.HOWS if code != "sheet"]
    with st.form(f"contacted-{line.id}-{line.version}", border=False):
        st.segmented_control("How", hows, default="phone", format_func=rules.HOWS.__getitem__, key=keys["how"])
        local = frame.now.astimezone(frame.zone).replace(tzinfo=None, second=0, microsecond=0)
        st.datetime_input("When", local, max_value=local, key=keys["when"])
        st.text_input("Note for the sheet", key=keys["text"], max_chars=LONGEST_NOTE)
        st.form_submit_button("Mark as contacted", on_click=_contacted, args=(line, keys))


def draw_snooze(line: Line, frame: Frame) -> None:
    """Put it off, or end that."""
    if line.state == "snoozed":
        _button("End the snooze", "unsnooze", line)
        return
    with st.popover("Snooze"):
        for label, until in said.snoozes(frame.now, frame.zone).items():
            _button(label, "snooze", line, width="stretch", until=until)


def draw_work(found: Detail, frame: Frame, owners: Sequence[str]) -> None:
    """Who has it, and the note that stands in the sheet too."""
    line = found.line
    key, note = f"owner-{line.id}-{line.version}", f"note-{line.id}-{line.version}"
    names = list(dict.fromkeys([frame.actor.name, *owners, *([line.owner] if line.owner else [])]))
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox("Owner", names, names.index(line.owner) if line.owner else None, key=key, width=150,
                     placeholder="No owner", on_change=_assign, args=(line, key))  # fmt: skip
        st.text_input("Note, also in the sheet", found.note, key=note, max_chars=LONGEST_NOTE, on_change=_note,
                      args=(line, note))  # fmt: skip


def draw_waiting(found: Detail) -> None:
    """What is not in the sheet yet, and why if that is more than a matter of time."""
    if not found.waiting:
        return
    cells = ", ".join(ROLES.get(each.role, each.role).lower() for each in found.waiting)
    why = next((each.why for each in found.waiting if each.why), "")
    st.caption(words.plain(f"Not in the sheet yet: {cells}. {why}"))


def _button(label: str, what: str, line: Line, **more: object) -> None:
    look = {name: more.pop(name) for name in ("type", "icon", "shortcut", "width") if name in more}
    key = f"{what}-{more.get('why') or more.get('code') or more.get('until') or ''}-{line.id}"
    st.button(label, key=key, on_click=said.act, args=(what, line.id, line.version), kwargs=more, **look)  # type: ignore[arg-type]


def _contacted(line: Line, keys: dict[str, str]) -> None:
    given, zone = st.session_state, at_work().zone
    moment = given.get(keys["when"])
    when = moment.replace(tzinfo=zone) if isinstance(moment, datetime) else None
    said.act("contacted", line.id, line.version, how=str(given.get(keys["how"]) or ""), when=when,
             note=str(given.get(keys["text"]) or ""))  # fmt: skip


def _assign(line: Line, key: str) -> None:
    said.act("assign", line.id, line.version, person=str(st.session_state.get(key) or ""))


def _note(line: Line, key: str) -> None:
    said.act("note", line.id, line.version, text=str(st.session_state.get(key) or ""))


def _when(moment: datetime | None, frame: Frame) -> str:
    return words.when(moment, frame.zone, frame.now) if moment else ""
