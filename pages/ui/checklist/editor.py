"""The duties: a list of them, and the form with which a supervisor adds, changes or ends one from a day on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from functools import partial
from typing import Any

import streamlit as st

from pages.ui.checklist import asked
from pages.ui.checklist.table import WEEKDAYS
from pages.ui.frame import Frame
from pages.ui.tables import draw_table
from pages.ui.ticket_list import Line as Row
from pages.ui.ticket_list import ticket_list
from services.checklist import Line, Version, Wording
from services.rules.checklist import RHYTHMS, SCOPES
from services.rules.checks import PAGES, PROOFS
from services.rules.marketplaces import MARKETPLACES

EMPTY = Wording("")


def draw_list(frame: Frame, lines: Sequence[Line], selected: int | None) -> None:
    """Every duty that holds or will hold, then those that ended; a click opens one."""
    rows = sorted((row_of(line, frame.now.date()) for line in lines), key=lambda row: row["chip"] == "ended")
    picked = ticket_list(rows, key="duties", label="Duties", now=frame.now, at_risk=timedelta(0),
                         empty="No duty yet.", selected=selected, fill=True)  # fmt: skip
    if picked is not None and picked != selected:
        asked.put(duty=str(picked))
        st.rerun()


def row_of(line: Line, today: date) -> Row:
    """A duty as a row of the list."""
    last = line.last
    ended = last.valid_to is not None and last.valid_to <= today
    said = last.wording
    return {
        "id": line.id,
        "title": said.title,
        "sub": f"{RHYTHMS[line.rhythm]} {days_words(said)}, {scope_words(said)}",
        "side": PROOFS[said.proof].label if said.proof in PROOFS else "by signature",
        "due": None,
        "chip": "ended" if ended else "ends" if last.valid_to else "",
        "tone": "plain",
        "unread": False,
    }


def days_words(said: Wording) -> str:
    """`by 17:00`, `Fri by 16:00`, `on day 3 by 12:00`."""
    at = f"by {said.at:%H:%M}"
    if said.rhythm == "monthly":
        return f"on day {said.days[0]} {at}" if said.days else at
    return " ".join([*(WEEKDAYS[day] for day in said.days), at])


def scope_words(said: Wording) -> str:
    """Where it is to be done."""
    return ", ".join(said.marketplaces) if said.scope == "chosen" else SCOPES[said.scope].lower()


def draw_duty(frame: Frame, line: Line | None, today: date) -> None:
    """The form, and what the duty said before."""
    may, key = frame.actor.is_supervisor, f"duty-{line.id}-{line.version}-" if line else "duty-new-"
    said = line.last.wording if line else EMPTY
    _draw_form(key, said, is_new=line is None, fixed=not may)
    if may:
        _draw_buttons(key, line, today)
    else:
        st.caption("Only a supervisor may change duties.")
    if line:
        st.markdown("**What it says and said**")
        heads = ("From", "Until", "Duty", "By")
        draw_table(heads, map(_version_row, reversed(line.versions)), wide=2, label="Versions")


def _version_row(each: Version) -> tuple[str, str, str, str]:
    until = "never held" if each.was_dropped else f"{each.valid_to:%d %b %Y}" if each.valid_to else ""
    said = f"{each.wording.title}, {days_words(each.wording)}, {scope_words(each.wording)}"
    return f"{each.valid_from:%d %b %Y}", until, said, each.made_by


def _draw_form(key: str, said: Wording, *, is_new: bool, fixed: bool) -> None:
    st.text_input("Duty", said.title, key=f"{key}title", max_chars=80, disabled=fixed)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        rhythm = st.segmented_control("Rhythm", list(RHYTHMS), default=said.rhythm, format_func=RHYTHMS.__getitem__,
                                      key=f"{key}rhythm", required=True, disabled=fixed or not is_new)  # fmt: skip
        _draw_days(key, str(rhythm or said.rhythm), said, fixed)
        st.time_input("By", said.at, key=f"{key}at", disabled=fixed, width=120)
    left, right = st.columns(2)
    with left:
        scope = _choose(f"{key}scope", "Where", SCOPES, said.scope, fixed)
        if scope == "chosen":
            st.multiselect(
                "Marketplaces", list(MARKETPLACES), list(said.marketplaces), key=f"{key}places", disabled=fixed
            )
    with right:
        proofs = {"": "None: by signature", **{name: each.label for name, each in PROOFS.items()}}
        _choose(f"{key}proof", "Proof by the store", proofs, said.proof, fixed)
        pages = {"": "None", **{name: each.label for name, each in PAGES.items()}}
        _choose(f"{key}page", "Page of Seller Central", pages, said.page, fixed)
    st.text_area("How it is done", said.how, key=f"{key}how", max_chars=2000, height=110, disabled=fixed)


def _draw_days(key: str, rhythm: str, said: Wording, fixed: bool) -> None:
    if rhythm == "monthly":
        held = said.days[0] if said.days and said.rhythm == "monthly" else 1
        st.number_input("Day of the month", 1, 31, held, key=f"{key}day", disabled=fixed, width=150,
                        help="In a shorter month its last day.")  # fmt: skip
    elif rhythm == "weekly":
        held = said.days[0] if said.days and said.rhythm == "weekly" else 4
        st.selectbox("On", range(7), held, format_func=WEEKDAYS.__getitem__, key=f"{key}weekday", disabled=fixed,
                     width=110)  # fmt: skip
    else:
        held_days = list(said.days) if said.rhythm == "daily" else []
        st.multiselect("On", range(7), held_days, format_func=WEEKDAYS.__getitem__, key=f"{key}weekdays",
                       placeholder="Every day", disabled=fixed, width=200)  # fmt: skip


def _choose(key: str, label: str, options: Mapping[str, str], held: str, fixed: bool) -> str:
    names = list(options)
    at = names.index(held) if held in names else 0
    return str(st.selectbox(label, names, at, format_func=options.__getitem__, key=key, disabled=fixed))


def _draw_buttons(key: str, line: Line | None, today: date) -> None:
    take = partial(typed, key, line.last.wording if line else EMPTY, today)
    version = line.version if line else 0
    number = line.id if line else 0
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        help_ = "A change holds from the first day, week or month that begins then." if line else None
        first = today + timedelta(days=1) if line else today
        st.date_input("From", first, min_value=today, key=f"{key}from", width=140, help=help_)
        label = "Save" if line else "Add"
        st.button(label, key=f"{key}save", type="primary", on_click=asked.save, args=(number, version, take))
        if line:
            st.button("End it", key=f"{key}end", on_click=asked.end, args=(number, version, take))


def typed(key: str, held: Wording, today: date) -> tuple[Wording, date]:
    """What stands in the fields, and from which day on it is to hold."""
    state = st.session_state
    rhythm = str(state.get(f"{key}rhythm") or held.rhythm)
    chosen: dict[str, Any] = {name: state.get(f"{key}{name}") for name in ("title", "scope", "proof", "page", "how")}
    wording = Wording(
        rhythm=rhythm,
        days=tuple(_days(key, rhythm)),
        at=state.get(f"{key}at") or time(17),
        marketplaces=tuple(state.get(f"{key}places") or ()),
        **{name: str(value or "") for name, value in chosen.items()},
    )
    begins = state.get(f"{key}from")
    return wording, begins if isinstance(begins, date) else today


def _days(key: str, rhythm: str) -> Iterator[int]:
    state = st.session_state
    if rhythm == "daily":
        yield from (int(day) for day in state.get(f"{key}weekdays") or ())
    else:
        yield int(state.get(f"{key}{'day' if rhythm == 'monthly' else 'weekday'}") or 0)
