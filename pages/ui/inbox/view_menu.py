"""The views beside the boxes of the Inbox: open one, save the present filters as one, change or delete it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Any

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import at_work
from services.errors import Rejected
from services.inbox import views
from services.inbox.shapes import Filters, SavedView

MENU, ASKED, GONE = "views", "view-asked", "view-gone"
DONE, REFUSED = "view-done", "view-refused"
LEAVE, SAVE, CHANGE = "leave", "save", "change"
ACTIONS = {LEAVE: "Leave the view", SAVE: "Save these filters as a view", CHANGE: "Change this view"}


def settle_box(view: str) -> str:
    """The box that a view opens with, put into the URL so that it is not looked up again."""
    frame = at_work() if view.isdecimal() and len(view) < 16 else None
    found = views.look_up(frame.store, int(view), actor=frame.actor) if frame else None
    if found is None:
        return "waiting"
    st.query_params["box"] = found.box
    return found.box


def draw_views(filters: Filters) -> None:
    """The menu of views with their numbers, and what was asked for in it."""
    frame = at_work()
    saved = {str(each.id): each for each in views.saved(frame.store, now=frame.now, actor=frame.actor)}
    here = saved.get(filters.view)

    def label(option: str) -> str:
        return _numbered(saved[option]) if option in saved else ACTIONS[option]

    title = words.plain(here.name) if here else "No such view" if filters.view else "Views"
    options = [*saved, *_offered(filters, here)]
    st.menu_button(title, options, format_func=label, key=MENU, on_click=_chosen)
    asked = st.session_state.pop(ASKED, "")
    st.session_state.pop(DONE, None)
    if asked == SAVE:
        _save(_all_of(filters, here))
    if asked == CHANGE and here:
        _change(here, filters)
    if gone := st.session_state.get(GONE):
        st.button(f"View {words.plain(gone[2])} deleted: undo", key=GONE + "-undo", type="tertiary", on_click=_undo)


def _numbered(view: SavedView) -> str:
    name = words.plain(view.name)
    return name if view.count is None else f"{name} {words.count(view.count, view.capped)}"


def _offered(filters: Filters, here: SavedView | None) -> list[str]:
    """What can be done now. A view that people and rules fill is no filter, so it cannot be part of another."""
    offered = [LEAVE] if filters.view else []
    if here is None or here.filters is not None:
        offered.append(SAVE)
    return [*offered, CHANGE] if here and here.may_edit else offered


def _all_of(filters: Filters, here: SavedView | None) -> Filters:
    """The filters of the open view, with what it is narrowed to now."""
    own = here.filters if here else None
    if own is None:
        return filters.only(view="")
    mine = {each.name: getattr(filters, each.name) or getattr(own, each.name) for each in fields(Filters)}
    return Filters(**{**mine, "view": ""})


def _chosen() -> None:
    option = str(st.session_state.get(MENU) or "")
    st.session_state.pop(GONE, None)
    if option in (SAVE, CHANGE):
        st.session_state[ASKED] = option
        return
    _go("" if option == LEAVE else option)


def _go(view: str) -> None:
    """Open a view, or the queue without one, and nothing else of the old URL."""
    st.session_state.pop("search", None)
    st.query_params.clear()
    if view:
        st.query_params["view"] = view


@st.dialog("Save as a view")
def _save(filters: Filters) -> None:
    _close_or_say_why()
    st.text_input("Name", max_chars=views.LONGEST_NAME, key="view-name")
    st.checkbox("For everybody", value=True, key="view-shared")
    st.button("Save the view", type="primary", on_click=_do, args=(SAVE, partial(_save_it, filters)))


@st.dialog("Change the view")
def _change(view: SavedView, filters: Filters) -> None:
    _close_or_say_why()
    now_shown = _all_of(filters, view) if view.filters else None
    st.text_input("Name", view.name, max_chars=views.LONGEST_NAME, key=f"view-name-{view.id}")
    st.checkbox("For everybody", value=view.shared, key=f"view-shared-{view.id}")
    if now_shown and now_shown != view.filters:
        st.checkbox("With the filters of now", key=f"view-renew-{view.id}")
    with st.container(horizontal=True):
        act = partial(_change_it, view, now_shown)
        st.button("Save the view", type="primary", on_click=_do, args=(CHANGE, act))
        delete = partial(_delete_it, view)
        st.button("Delete the view", icon=":material/delete:", on_click=_do, args=(CHANGE, delete))


def _save_it(filters: Filters) -> str:
    frame, state = at_work(), st.session_state
    name, shared = str(state.get("view-name") or ""), bool(state.get("view-shared"))
    return str(views.save(frame.store, name, filters, shared=shared, actor=frame.actor, now=frame.now))


def _change_it(view: SavedView, now_shown: Filters | None) -> str:
    frame, state, version = at_work(), st.session_state, view.version
    common: dict[str, Any] = {"actor": frame.actor, "now": frame.now}
    name, shared = str(state.get(f"view-name-{view.id}") or ""), bool(state.get(f"view-shared-{view.id}"))
    if name != view.name:
        views.rename(frame.store, view.id, version, name=name, **common)
        version += 1
    if shared != view.shared:
        views.share(frame.store, view.id, version, shared=shared, **common)
        version += 1
    if now_shown and state.get(f"view-renew-{view.id}"):
        views.change(frame.store, view.id, version, filters=now_shown, **common)
    return str(view.id)


def _delete_it(view: SavedView) -> str:
    frame = at_work()
    left = views.delete(frame.store, view.id, view.version, actor=frame.actor, now=frame.now)
    st.session_state[GONE] = (view.id, left, view.name)
    return ""


def _do(asked: str, write: Callable[[], str]) -> None:
    """Carry out what a dialog asks for and open the view that it gives; refused, the dialog stays and says why."""
    try:
        _go(write())
        st.session_state[DONE] = True
    except Rejected as refused:
        st.session_state[REFUSED] = str(refused)
        st.session_state[ASKED] = asked


def _close_or_say_why() -> None:
    """Inside a dialog: close it if its work is done, or say why it was refused."""
    st.session_state.pop(ASKED, None)
    if st.session_state.pop(DONE, False):
        st.rerun()
    if refused := st.session_state.pop(REFUSED, ""):
        st.error(words.plain(refused))


def _undo() -> None:
    frame, (view, version, _name) = at_work(), st.session_state.pop(GONE)
    try:
        views.restore(frame.store, view, version, actor=frame.actor, now=frame.now)
        _go(str(view))
    except Rejected as refused:
        st.toast(words.plain(str(refused)))
