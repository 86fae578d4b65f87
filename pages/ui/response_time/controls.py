"""What the Response time page is about: period, marketplace, filters, and as of when; all in the address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Literal

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame
from pages.ui.response_time import asked
from services import people
from services.response_time.shapes import Wanted
from services.rules.response_cells import UNKNOWN

KINDS = {"buyer_message": "Buyer message", "amazon_cs_message": "Amazon customer service"}


def draw_controls(frame: Frame, wanted: Wanted) -> str:
    """Draw them; gives the view that is open."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="response-top"):
        _days(frame, wanted)
        served = sorted({place for account in frame.settings.accounts.values() for place in account.marketplaces})
        place = wanted.marketplace or ""
        _select("mp", "Marketplace", {"": "All marketplaces", **{code: code for code in served}}, place, width=180)
        active = asked.active()
        label = f"Filters ({len(active)})" if active else "Filters"
        popover = st.popover(label, icon=":material/filter_alt:", key="response-filters", on_change="rerun")
        if popover.open:
            with popover:
                _filters(frame, wanted, bool(active))
        back = st.popover("As of", icon=":material/history:", key="response-asof", on_change="rerun")
        if back.open:
            with back:
                _as_of(frame, wanted)
    view = asked.choice("view", asked.VIEWS, "")
    _switch("View", "view", asked.VIEWS, view)
    return view


def _days(frame: Frame, wanted: Wanted) -> None:
    own = asked.has_own_days()
    chosen = asked.OWN if own else asked.choice("period", asked.PERIODS, asked.USUAL)
    key = f"period-{chosen}"
    st.segmented_control(
        "Period", [*asked.PERIODS, asked.OWN], default=chosen, required=True, key=key, on_change=_period,
        args=(key, wanted.first, wanted.last), label_visibility="collapsed",
    )  # fmt: skip
    if own:
        key = f"days-{wanted.first}-{wanted.last}"
        latest = max(frame.now.astimezone(wanted.zone).date(), wanted.last)
        st.date_input(
            "Days", (wanted.first, wanted.last), max_value=latest, key=key, on_change=_own_days, args=(key,),
            label_visibility="collapsed", width=230, format="YYYY-MM-DD",
        )  # fmt: skip


def _period(key: str, first: date, last: date) -> None:
    chosen = st.session_state[key]
    if chosen == asked.OWN:
        asked.put(**{"from": first.isoformat(), "to": last.isoformat()})
    else:
        asked.put(**{"from": "", "to": "", "period": chosen})


def _own_days(key: str) -> None:
    chosen = st.session_state[key]
    if isinstance(chosen, tuple) and len(chosen) == 2:
        asked.put(**{"from": chosen[0].isoformat(), "to": chosen[1].isoformat()})


def _filters(frame: Frame, wanted: Wanted, is_narrowed: bool) -> None:
    names = {name: name for name in [person.name for person in people.people(frame.store)]}
    _select("agent", "Agent", {"": "Any", **names, UNKNOWN: "Not known"}, _address(wanted.agent, UNKNOWN))
    _select("kind", "Kind", {"": "Any", **KINDS}, wanted.kind or "")
    key = f"lang-{wanted.language}"
    st.text_input(
        "Language", _address(wanted.language, asked.NONE), key=key, placeholder="de, en, ja", on_change=asked.keep,
        args=("lang", key), max_chars=12,
    )  # fmt: skip
    if len(frame.settings.accounts) > 1:
        _select("account", "Account", {"": "Any", **{name: name for name in frame.settings.accounts}},
                wanted.account or "")  # fmt: skip
    if is_narrowed:
        st.button("Clear the filters", on_click=_clear, type="tertiary", icon=":material/filter_alt_off:")


def _address(value: str | None, none: str) -> str:
    return none if value == "" else value or ""


def _clear() -> None:
    asked.put(**dict.fromkeys(asked.NARROWS, ""))


def _as_of(frame: Frame, wanted: Wanted) -> None:
    local = wanted.as_of.astimezone(wanted.zone)
    st.caption("How the figures stood at an earlier time.")
    day = st.date_input(
        "Day", local.date(), max_value=frame.now.date(), key=f"asof-day-{local:%F}", format="YYYY-MM-DD"
    )
    at = st.time_input("Time", time(local.hour, local.minute), key=f"asof-time-{local:%H%M}")
    known = st.radio(
        "With what was known", ["now", "then"], index=int(wanted.known_at is not None), horizontal=True,
        key=f"asof-known-{wanted.known_at is not None}",
        help="Then: without mail that arrived later and answers of which we learned later.",
    )  # fmt: skip
    moment = datetime.combine(day, at, wanted.zone).astimezone(UTC) if isinstance(day, date) else wanted.as_of
    st.button("Show", type="primary", on_click=_go_back, args=(moment, known))
    if asked.moment():
        st.button("Show today's figures", type="tertiary", on_click=_go_back, args=(None, ""))


def _go_back(moment: datetime | None, known: str) -> None:
    text = moment.isoformat().replace("+00:00", "Z") if moment else ""
    asked.put(asof=text, known="then" if known == "then" else "")


def draw_as_of(wanted: Wanted, late_news: int, kept_since: datetime | None) -> None:
    """Say that figures are of an earlier time, and what became known since."""
    local = wanted.as_of.astimezone(wanted.zone)
    at = f"{local:%a} {local.day} {local:%b %Y %H:%M} ({words.place(wanted.zone.key)})"
    then = wanted.known_at is not None
    said = f"As it stood on {at}, with what was known {'then' if then else 'now'}. "
    if late_news:
        about = words.plural(late_news, "message")
        said += f"Of {about} something became known only later; {'left out here' if then else 'counted here'}."
    else:
        said += "Nothing about it became known later."
    if then and kept_since is not None and wanted.as_of < kept_since:
        said += f" Before {kept_since:%Y-%m-%d %H:%M} UTC what was known is worked out from mail and marks."
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="asof-said"):
        st.markdown(f":material/history: {words.plain(said)}", width="stretch")
        other = "now" if then else "then"
        st.button(f"As known {other}", type="tertiary", on_click=_go_back, args=(wanted.as_of, other))
        st.button("Today's figures", type="tertiary", on_click=_go_back, args=(None, ""))


def _switch(label: str, param: str, known: Mapping[str, str], chosen: str) -> None:
    key = f"{param}-{chosen}"
    st.segmented_control(
        label, list(known), default=chosen, required=True, format_func=known.__getitem__, key=key,
        on_change=asked.keep, args=(param, key), label_visibility="collapsed",
    )  # fmt: skip


def draw_switch(label: str, param: str, known: Mapping[str, str], chosen: str) -> None:
    """A choice of few words that stands in the address."""
    _switch(label, param, known, chosen)


def _select(
    param: str, label: str, known: Mapping[str, str], value: str, width: int | Literal["stretch"] = "stretch"
) -> None:
    options = known if value in known else {**known, value: value}
    key = f"{param}-{value}"
    st.selectbox(
        label, list(options), list(options).index(value), format_func=options.__getitem__, key=key,
        on_change=asked.keep, args=(param, key), width=width,
        label_visibility="collapsed" if param == "mp" else "visible",
    )  # fmt: skip
