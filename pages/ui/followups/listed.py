"""The list of follow-ups, its filters, and what can be done to several rows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from pages.ui import format as words
from pages.ui.followups import asked, said
from pages.ui.frame import Frame
from pages.ui.inbox.events import asked as answered
from pages.ui.ticket_list import Line, ticket_list
from services.errors import Rejected
from services.followups import listing
from services.followups.shapes import BOXES, Page, SheetState
from services.followups.shapes import Line as Followup
from services.rules import followups as rules

KEY = "followups"
RELOAD = "The page is older than the program. Reload it."
EMPTY = {
    "to_contact": "Nobody has to be contacted.",
    "late": "Nothing is late.",
    "proposed": "Amazon and the tickets propose nothing.",
    "conflicts": "The sheets say what we wrote.",
    "snoozed": "Nothing is put off.",
}
ALLOWED: Mapping[str, frozenset[str]] = {
    "contacted": frozenset({"how"}),
    "snooze": frozenset({"until"}),
    "resolve": frozenset({"why"}),
    "accept": frozenset(),
    "assign": frozenset({"person"}),
    "reopen": frozenset(),
}
"""What may be done to several, and which values each takes."""


def draw_list(page: Page, frame: Frame, owners: Sequence[str], selected: int | None) -> None:
    """A page of the list and the ways to its neighbours."""
    box = asked.filters().box
    narrowed = "No row fits. Clear the filters." if asked.active() else EMPTY.get(box, "There is nothing here.")
    ticket_list(
        [line_of(row, frame) for row in page.rows],
        key=KEY,
        label="Follow-ups, the most urgent first",
        now=frame.now,
        at_risk=rules.ESCALATE_AFTER / 12,
        empty=narrowed,
        selected=selected,
        keys=True,
        bulk=bulk_acts(frame, owners),
        done=st.session_state.get(said.DONE, 0),
        on_open=open_picked,
        on_bulk=do_many,
    )
    with st.container(horizontal=True):
        for param, mark, label in (("before", page.before, "Earlier"), ("after", page.next, "More")):
            if mark:
                st.button(label, key=f"turn-{param}", type="tertiary", on_click=asked.turn, args=(param, mark))


def line_of(row: Followup, frame: Frame) -> Line:
    """A follow-up as a row of two lines."""
    title = " · ".join(word for word in (row.order_id or "No order number", row.item) if word)
    by = f"by {row.contacted_by}" if row.state == "contacted" and row.contacted_by else ""
    why = rules.PROPOSALS[row.proposal].why if row.proposal else ""
    facts = [row.label, by, row.marketplace, row.order_status, why]
    return {
        "id": row.id,
        "title": title,
        "sub": " · ".join(fact for fact in facts if fact),
        "side": row.owner or "no owner",
        "due": words.epoch(row.due_at) if row.state == "to_contact" else None,
        "chip": chip(row, frame),
        "tone": "plain",
        "unread": False,
        "version": row.version,
        "tags": list(tags(row)),
    }


def chip(row: Followup, frame: Frame) -> str:
    """How far a row is, where nothing is due."""
    if row.state == "snoozed" and row.snoozed_until:
        return f"until {words.when(row.snoozed_until, frame.zone, frame.now)}"
    if row.state == "contacted":
        day = words.when(row.contacted_at, frame.zone, frame.now)[:-6] if row.contacted_at else ""
        return " · ".join(word for word in ("Contacted", day) if word)
    return rules.STATES.get(row.state, row.state)


def tags(row: Followup) -> Sequence[str]:
    """What a row needs beside the contact."""
    does = rules.PROPOSALS[row.proposal].does if row.proposal else ""
    proposed = {"close": "May be closed", "contacted": "We wrote"}.get(does, "")
    wanted = (("Sheet differs", row.conflicts), (proposed, proposed), ("Escalate", row.for_others))
    return [tag for tag, is_so in wanted if is_so]


def bulk_acts(frame: Frame, owners: Sequence[str]) -> list[dict[str, Any]]:
    """What can be done to several rows at once."""
    hows = [{"label": label, "values": {"how": code}} for code, label in rules.HOWS.items() if code != "sheet"]
    until = said.snoozes(frame.now, frame.zone).items()
    people = [{"label": name, "values": {"person": name}} for name in owners if name != frame.actor.name]
    menus = {
        "Contacted": ("contacted", hows),
        "Snooze": ("snooze", [{"label": label, "values": {"until": words.epoch(at)}} for label, at in until]),
        "Resolve": ("resolve", [{"label": label, "values": {"why": code}} for code, label in rules.WHYS.items()]),
        "Assign": ("assign", people),
    }
    return [
        *(_menu(label, what, items) for label, (what, items) in menus.items() if items),
        _button("Assign to me", "assign", {"person": frame.actor.name}),
        _button("Accept the proposals", "accept", {}),
        _button("Reopen", "reopen", {}),
    ]


def open_picked() -> None:
    """The callback of the list: open what was picked."""
    picked = answered(KEY, "open")
    if isinstance(picked, int | float) and not isinstance(picked, bool):
        st.query_params["id"] = str(int(picked))
    st.rerun()


def do_many() -> None:
    """The callback of the list: do what was asked for all chosen rows."""
    try:
        what, targets, values = read_bulk(answered(KEY, "bulk"))
        said.do_many(what, targets, **values)
    except Rejected as refused:
        said.say(said.Said(str(refused)))
    st.session_state[said.DONE] = st.session_state.get(said.DONE, 0) + 1
    st.rerun()


def read_bulk(raw: object) -> tuple[str, list[tuple[int, int]], dict[str, Any]]:
    """(what, targets, values) of an answer of the list. Raises Rejected if it makes no sense."""
    given = raw if isinstance(raw, dict) else {}
    what, targets, values = given.get("what"), given.get("targets"), given.get("values")
    pairs = [tuple(each) for each in targets if isinstance(each, list)] if isinstance(targets, list) else []
    whole = all(len(pair) == 2 and all(type(number) is int for number in pair) for pair in pairs)
    known = ALLOWED.get(what) if isinstance(what, str) else None
    if known is None or not whole or not isinstance(values, dict) or set(values) != known:
        raise Rejected(RELOAD)
    return str(what), [(pair[0], pair[1]) for pair in pairs], {name: _value(each) for name, each in values.items()}


def draw_filters(frame: Frame, sheets: Sequence[SheetState], owners: Sequence[str], counts: Mapping[str, int]) -> None:
    """The boxes with their numbers, the search, and what else narrows; all in the address."""
    wanted = asked.filters()
    told = {code: f" ({words.count(n, listing.is_capped(n))})" for code, n in counts.items() if n}
    boxes = {code: f"{label}{told.get(code, '')}" for code, label in BOXES.items()}
    choose("box", "Box", boxes, wanted.box, hidden=True)
    key = f"q-{wanted.text}"
    st.text_input(
        "Find", wanted.text, key=key, placeholder="Order, item or key", label_visibility="collapsed",
        icon=":material/search:", width=210, on_change=asked.keep, args=("q", key),
    )  # fmt: skip
    active = asked.active()
    label = f"Filters ({len(active)})" if active else "Filters"
    popover = st.popover(label, icon=":material/filter_alt:", key="followups-filters", on_change="rerun")
    if not popover.open:
        return
    with popover:
        accounts = frame.settings.accounts
        places = sorted({place for account in accounts.values() for place in account.marketplaces})
        choose("kind", "Kind", {"": "Any", **{each.kind: each.label for each in sheets}}, wanted.kind)
        choose("sheet", "Sheet", {"": "Any", **{each.sheet: each.title for each in sheets}}, wanted.sheet)
        choose("mp", "Marketplace", {"": "Any", **{code: code for code in places}}, wanted.marketplace)
        if len(accounts) > 1:
            choose("account", "Account", {"": "Any", **{name: name for name in accounts}}, wanted.account)
        choose("owner", "Owner", {"": "Anybody", "-": "Nobody", **{name: name for name in owners}}, wanted.owner)
        if active:
            st.button("Clear the filters", on_click=asked.clear, type="tertiary", icon=":material/filter_alt_off:")


def choose(param: str, label: str, known: Mapping[str, str], value: str, *, hidden: bool = False) -> None:
    """A choice that stands in the address."""
    options = known if value in known else {**known, value: value}
    key = f"{param}-{value}"
    st.selectbox(
        label,
        list(options),
        list(options).index(value),
        format_func=lambda code: options[code],
        key=key,
        on_change=asked.keep,
        args=(param, key),
        label_visibility="collapsed" if hidden else "visible",
        width=200 if hidden else "stretch",
    )


def _value(raw: object) -> object:
    if isinstance(raw, bool) or not isinstance(raw, str | int) or (isinstance(raw, str) and len(raw) > asked.LONGEST):
        raise Rejected(RELOAD)
    return datetime.fromtimestamp(raw, UTC) if isinstance(raw, int) and 0 < raw < 2**33 else str(raw)


def _menu(label: str, what: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"kind": "menu", "name": f"{what}-menu", "label": label, "what": what, "items": items}


def _button(label: str, what: str, values: dict[str, str]) -> dict[str, Any]:
    return {"kind": "button", "label": label, "what": what, "values": values}
