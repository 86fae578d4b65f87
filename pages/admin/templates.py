"""Templates: prepared replies, shared or one's own; the list, the sheet to write on, and how it reads filled in."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from pages.ui import format as words
from pages.ui import template_tools as tools
from pages.ui.frame import Frame, at_work, page_frame
from pages.ui.template_editor import Sheet, draw_buttons, draw_fields, draw_preview, forget, sheet
from pages.ui.template_list import draw_template_filters, draw_template_list
from pages.ui.template_tools import Said, say
from services import templates
from services.errors import Rejected, Stale
from services.templates import Template, Wish

NEW = "new"


def act(what: str, *about: Any) -> None:
    """Do what a button says and tell what happened; what was typed stays if it is refused."""
    frame = at_work()
    try:
        show(*DEEDS[what](frame.store, *about, actor=frame.actor, now=frame.now))
    except Stale as stale:
        say(Said(str(stale), warns=True, over=True))
    except Rejected as refused:
        say(Said(str(refused), warns=True))


def show(template_id: int | str | None, said: Said | None = None) -> None:
    """Open a template as it is stored, whatever was typed; None: the first of the list."""
    st.query_params.pop("template", None)
    if template_id:
        forget(template_id)
        st.query_params["template"] = str(template_id)
    say(said)


def _save(store: Any, found: Template | None, held: Sheet, seen: int | None = None, **how: Any) -> tuple[int, Said]:
    wish, version = held.typed(), held.version if seen is None else seen
    saved = templates.save(store, found.id, version, wish, **how) if found else templates.add(store, wish, **how)
    forget(found.id if found else NEW)
    return saved.id, Said(f"Saved “{saved.name}”.")


def _copy(store: Any, found: Template, _sheet: Sheet, **how: Any) -> tuple[int, Said]:
    copied = templates.copy(store, found.id, **how)
    return copied.id, Said(f"“{copied.name}” is now your own.")


def _delete(store: Any, found: Template, held: Sheet, **how: Any) -> tuple[None, Said]:
    version = templates.delete(store, found.id, held.version, **how)
    return None, Said(f"Deleted “{found.name}”.", undo=(found.id, version))


def _discard(_store: Any, found: Template | None, _sheet: Sheet, **_how: Any) -> tuple[int | str, None]:
    return found.id if found else NEW, None


def _restore(store: Any, template_id: int, version: int, **how: Any) -> tuple[int, Said]:
    templates.restore(store, template_id, version, **how)
    return template_id, Said("It is back.")


def _starters(store: Any, **how: Any) -> tuple[None, Said]:
    return None, Said(f"{words.plural(templates.add_starter_set(store, **how), 'template')} added.")


def _import(store: Any, key: str, shared: bool, **how: Any) -> tuple[None, Said]:
    done = templates.import_csv(store, tools.uploaded(key), shared=shared, **how)
    return None, tools.imported(done.added, done.known, done.rejected)


def _name(store: Any, name: str, *, actor: Any, **_now: Any) -> tuple[str | None, Said]:
    called = templates.set_reply_name(store, name, actor=actor) or "nothing yet"
    return st.query_params.get("template"), Said(f"Replies call you {called}.")


DEEDS: dict[str, Any] = {"save": _save, "copy": _copy, "delete": _delete, "discard": _discard}
DEEDS |= {"restore": _restore, "starters": _starters, "import": _import, "name": _name}


def draw_tools(frame: Frame) -> None:
    """What can be done on any template and on none."""
    with st.container(horizontal=True, gap="small"):
        st.button("New", icon=":material/add:", type="primary", on_click=show, args=(NEW,))
        give = partial(templates.export_csv, frame.store, actor=frame.actor)
        tools.draw_files(partial(act, "import"), give, may_share=frame.actor.is_supervisor)
        tools.draw_reply_name(partial(templates.reply_name, frame.store, frame.actor), partial(act, "name"))


def sheet_of(frame: Frame, found: Template | None) -> Sheet:
    """The sheet for a template, or a blank one."""
    may_share, types = frame.actor.is_supervisor, templates.types_in_use(frame.store)
    if found is None:
        return sheet(NEW, 0, Wish("", "", shared=may_share), may_edit=True, may_share=may_share, types=types)
    return sheet(found.id, found.version, found.wish, may_edit=found.may_edit, may_share=may_share, types=types)


def draw_sheet(frame: Frame, found: Template | None, held: Sheet) -> None:
    """The fields of a template with its buttons, and how it reads filled in."""
    at = words.when(found.changed_at, frame.zone, frame.now) if found else ""
    about = f"{'Shared' if found.owner is None else 'Your own'} · {tools.who(found.changed_by)}, {at}" if found else ""
    draw_fields(held)
    draw_buttons(held, lambda what: act(what, found, held), about=about)
    how: dict[str, Any] = {"actor": frame.actor, "now": frame.now}
    how |= {"ticket_id": tools.choose_ticket(templates.recent(frame.store, **how)), "language": held.typed().language}
    shown = templates.preview_for(frame.store, frame.settings, held.typed().text, **how)
    draw_preview(shown.filled, shown.policy)


def draw_page(frame: Frame, asked: str) -> None:
    """The list, and the template that the URL names or the first of the list."""
    number = int(asked) if asked.isdecimal() and len(asked) < 16 else None
    left, right = st.columns([2, 3], gap="large")
    with left:
        draw_tools(frame)
        how: dict[str, Any] = {"mark": st.query_params.get("after"), **draw_template_filters()}
        page = templates.listing(frame.store, actor=frame.actor, **how)
        number = number if asked else next((row.id for row in page.rows), None)
        picked = draw_template_list(page.rows, shown=number, following=page.next, now=frame.now)
        if picked is not None and str(picked) != asked:
            st.query_params["template"] = str(picked)
            say(None)
            st.rerun()
    found = templates.template(frame.store, number, actor=frame.actor) if number is not None else None
    held = sheet_of(frame, found)
    with right:
        over = (partial(act, "save", found, held, found.version), partial(show, found.id)) if found else ()
        tools.draw_said(partial(act, "restore"), *over)
        if found and found.deleted:
            st.info("This template was deleted.")
            st.button("Put it back", on_click=act, args=("restore", found.id, found.version))
        elif found or asked == NEW:
            draw_sheet(frame, found, held)
        elif asked:
            st.info(words.plain(f"There is no template {asked[:20]}."))


frame, asked = page_frame("Templates"), st.query_params.get("template", "")
if asked or templates.any_there(frame.store, actor=frame.actor):
    draw_page(frame, asked)
else:
    tools.draw_said(partial(act, "restore"))
    draw_tools(frame)
    tools.draw_none(frame.actor.is_supervisor, partial(act, "starters"))
