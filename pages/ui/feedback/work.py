"""The list of seller feedback with its filters and marks on many, and the open one beside it."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

import streamlit as st

from pages.ui import format as words
from pages.ui.feedback import urls
from pages.ui.feedback.detail import draw_detail, is_foreign
from pages.ui.frame import Frame
from pages.ui.inbox.actions import button, menu
from pages.ui.inbox.events import asked as answered
from pages.ui.ticket_list import Line as Row
from pages.ui.ticket_list import ticket_list
from services.feedback import bulk, reading
from services.feedback.shapes import Filters, Line, Page
from services.rules.feedback import ACTIONS, KINDS, STATES

LIST, IDS, DONE, UNDO = "feedback", "feedback-ids", "feedback-done", "feedback-undo"
AT_RISK = timedelta(days=7)
LONGEST_LINE = 140
VALUES: Mapping[str, set[str]] = {"kind": {"kind"}, "action": {"action"}, "close": set()}
"""What can be done to many, and the values that each takes."""


def draw_work(frame: Frame) -> None:
    """The whole view: filters, list, and one of them; the first, if the address names none."""
    filters = draw_filters(frame)
    draw_said()
    page = reading.listing(frame.store, filters, now=frame.now, after=urls.text("after"), before=urls.text("before"))
    opened = urls.text("id") or (page.rows[0].id if page.rows else "")
    left, right = st.columns([2, 3], gap="medium")
    with left:
        draw_list(page, opened, frame)
    with right:
        found = reading.detail(frame.store, opened, now=frame.now) if opened else None
        if found is not None:
            draw_detail(found, frame)
        elif opened:
            st.info("There is no such feedback.", icon=":material/search_off:")


def draw_filters(frame: Frame) -> Filters:
    """The filters, all in the URL."""
    places = sorted({place for account in frame.settings.accounts.values() for place in account.marketplaces})
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        state = urls.choice("State", "state", {"todo": "Needs a step", **STATES}, width=146)
        kind = urls.choice("Kind", "kind", KINDS, width=138)
        stars = urls.choice(
            "Stars", "stars", {"negative": "1 and 2 stars", **{n: f"{n} stars" for n in "123"}}, width=128
        )
        place = urls.choice("Marketplace", "mp", {code: code for code in places}, width=148)
        channel = urls.choice("Sent by", "channel", {"fba": "FBA", "fbm": "FBM"}, width=116)
        can = urls.choice("Removal", "can", {"removal": "Removal fits"}, width=124)
    more = {"account": urls.text("account", 40), "order_id": urls.text("order", 40)}
    return Filters(state=state, kind=kind, stars=stars, can=can, channel=channel, marketplace=place, **more)


def draw_said() -> None:
    """What became of the last click, and the way to take the last mark on many back."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        urls.draw_said()
        if token := st.session_state.get(UNDO):
            st.button("Undo", icon=":material/undo:", on_click=take_back, args=(token,))


def draw_list(page: Page, opened: str, frame: Frame) -> None:
    """A page of the list, and the neighbouring pages."""
    # The list answers with numbers; what they stand for is kept as it was drawn.
    numbers = {number_of(line.id): line.id for line in page.rows}
    st.session_state[IDS] = numbers
    ticket_list(
        [row_of(line) for line in page.rows], key=LIST, label="feedback, newest first", now=frame.now,
        at_risk=AT_RISK, empty="Nothing here. Feedback comes with Amazon's report; only 1 to 3 stars are in it.",
        selected=number_of(opened) if opened else None, fill=True, keys=True, bulk=bulk_acts(),
        done=st.session_state.get(DONE, 0), on_open=picked, on_bulk=marked_many,
    )  # fmt: skip
    with st.container(horizontal=True, gap="small"):
        for label, param, mark in (("Newer", "before", page.before), ("Older", "after", page.after)):
            if mark:
                st.button(label, on_click=turn, args=(param, mark))


def turn(param: str, mark: str) -> None:
    """Go to a neighbouring page."""
    for old in ("before", "after", "id"):
        st.query_params.pop(old, None)
    st.query_params[param] = mark


def number_of(line_id: str) -> int:
    """The number by which the list knows a feedback; an order's number has more digits than a browser can count."""
    digits = "".join(sign for sign in line_id if sign in "0123456789")[-15:]
    return zlib.crc32(line_id.encode()) * 2**20 + int(digits or 0) % 2**20


def row_of(line: Line) -> Row:
    """A feedback as a row; while its removal can be asked for, the time that is left for it."""
    waits = line.state in ("open", "refused") and line.removal.criterion is not None
    ends = datetime.combine(line.window_ends + timedelta(days=1), time.min, UTC) if waits else None
    said = " ".join(line.comment.split())[:LONGEST_LINE] or "No comment"
    language = line.language if is_foreign(line) else ""
    channel = line.channel.upper() if line.channel else ""
    about = (KINDS[line.kind], line.marketplace or "unknown marketplace", line.order_id, channel, language)
    return {
        "id": number_of(line.id),
        "title": f"{words.plural(line.rating, 'star')} · {said}",
        "sub": " · ".join(word for word in about if word),
        "side": f"{line.day.day} {line.day:%b}",
        "due": words.epoch(ends),
        "chip": STATES[line.state],
        "tone": "plain",
        "unread": False,
        "version": line.version,
        "tags": ["removal"] if waits else [],
    }


def bulk_acts() -> list[dict[str, Any]]:
    """What can be done to several at once; removal is asked for one by one, as Amazon wants it."""
    kinds = [{"label": label, "values": {"kind": code}} for code, label in KINDS.items()]
    steps = [{"label": label, "values": {"action": code}} for code, label in ACTIONS.items()
             if code != "removal_request"]  # fmt: skip
    return [menu("Kind", "kind", kinds), menu("Next step", "action", steps), button("Close", "close")]


def picked() -> None:
    """The callback of the list: open what was picked."""
    number = answered(LIST, "open")
    line_id = st.session_state.get(IDS, {}).get(number)
    if line_id:
        st.query_params["id"] = line_id
    st.rerun()


def marked_many() -> None:
    """The callback of the list: do what was asked for to all that were chosen."""
    raw = answered(LIST, "bulk")
    given = raw if isinstance(raw, dict) else {}
    what, targets, values = given.get("what"), given.get("targets"), given.get("values")
    numbers = st.session_state.get(IDS, {})
    pairs = [each for each in targets if isinstance(each, list) and len(each) == 2] if isinstance(targets, list) else []
    chosen = [(numbers[number], version) for number, version in pairs if number in numbers]
    kept = {name: str(value) for name, value in values.items()} if isinstance(values, dict) else {}
    if not isinstance(what, str) or kept.keys() != VALUES.get(what) or not chosen:
        st.session_state[urls.SAID] = "The page is older than the program. Reload it."
    else:
        mark(chosen, what, **kept)
    st.session_state[DONE] = st.session_state.get(DONE, 0) + 1
    st.rerun()


def mark(targets: list[bulk.Target], what: str, **values: Any) -> None:
    """Do something to all that were picked."""
    done: bulk.BulkResult | None = urls.write(bulk.do, what, targets, **values)
    if done is not None:
        st.session_state[UNDO] = done.undo
        _say(done, "marked")


def take_back(token: str) -> None:
    """Take the last mark on many back."""
    st.session_state.pop(UNDO, None)
    done: bulk.BulkResult | None = urls.write(bulk.undo, token)
    if done is not None:
        _say(done, "taken back")


def _say(done: bulk.BulkResult, what: str) -> None:
    left = f" {len(done.refused)} left as they were: {next(iter(done.refused.values()))}" if done.refused else ""
    st.session_state[urls.SAID] = f"{done.done} {what}.{left}"
