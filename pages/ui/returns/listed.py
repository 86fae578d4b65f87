"""The list of returns, what is due above it, and what can be done to several at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame, at_work
from pages.ui.inbox.events import asked as answered
from pages.ui.returns import asked
from pages.ui.ticket_list import Line, ticket_list
from services.errors import Rejected
from services.returns import writes
from services.returns.shapes import CHANNELS, AskedByMail, Board, Page
from services.returns.shapes import Line as Return
from services.returns.writes import BulkResult
from services.rules.return_rate import FAULTS
from services.rules.return_requests import NEEDS, OUTCOMES

KEY, DUE, SAID = "returns", "returns-due", "returns-said"
RISK = timedelta(hours=4)
INBOX = "pages/work/inbox.py"


class Said(NamedTuple):
    """What became of the last action; with a token it can be taken back."""

    text: str
    token: str = ""


def draw_list(page: Page, frame: Frame) -> None:
    """A page of the list."""
    ticket_list(
        [line_of(row, frame) for row in page.rows],
        key=KEY,
        label="Returns, newest first",
        now=frame.now,
        at_risk=RISK,
        empty="No return fits. Clear the filters, or wait for the next report.",
        selected=asked.opened(),
        keys=True,
        bulk=bulk_acts(),
        done=st.session_state.get("returns-done", 0),
        on_open=lambda: open_from(KEY),
        on_bulk=do_many,
    )


def draw_board(board: Board, frame: Frame) -> None:
    """What needs us by a time: the most urgent first, nothing at all if there is nothing."""
    if not board.lines and not board.by_mail:
        return
    n = words.count(board.count + len(board.by_mail), board.capped)
    st.markdown(f"**Due** · {n}")
    lines = [line_of(row, frame, due=True) for row in board.lines]
    lines += [_by_mail(each) for each in board.by_mail]
    tickets = {-each.message_id: each.ticket for each in board.by_mail}
    lines.sort(key=lambda line: line["due"] or 0)
    label = "Returns that need us by a time"
    picked = ticket_list(lines, key=DUE, label=label, now=frame.now, at_risk=RISK)
    if picked is None:
        return
    if picked >= 0:
        asked.put(id=str(picked))
        st.rerun()
    elif tickets.get(picked):
        st.switch_page(INBOX, query_params={"ticket": str(tickets[picked]), "box": "all"})


def draw_said() -> None:
    """What was just done, and the way back."""
    said = st.session_state.get(SAID)
    if not isinstance(said, Said):
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="returns-said-row"):
        st.caption(words.plain(said.text), width="content")
        if said.token:
            st.button("Undo", key="returns-undo", icon=":material/undo:", on_click=undo, args=(said.token,))
        st.button("Close", key="returns-close", type="tertiary", on_click=say, args=(None,))


def say(said: Said | None) -> None:
    """Show this above the list from the next drawing on."""
    st.session_state[SAID] = said


def line_of(row: Return, frame: Frame, *, due: bool = False) -> Line:
    """A return as a row of two lines."""
    units = f"{row.quantity} × " if row.quantity != 1 else ""
    facts = [reason_words(row.reason), row.disposition, row.comment, row.order_id, row.marketplace]
    came = words.when(row.returned_at, frame.zone, frame.now)
    tags = [FAULTS[row.fault]] if row.fault else []
    ended = OUTCOMES.get(row.outcome or "", "")
    need, product = NEEDS.get(row.need or "", ""), row.sku or row.asin or "Unknown product"
    return {
        "id": row.id,
        "title": f"{f'{need}: ' if need else ''}{units}{product} · {row.title or ''}".rstrip(" ·"),
        "sub": " · ".join(str(fact) for fact in facts if fact),
        "side": " · ".join(word for word in (row.assignee or "", CHANNELS.get(row.channel, row.channel)) if word),
        "due": words.epoch(row.due_at) if row.due_at and (due or row.need) else None,
        "chip": ended or f"{row.amazon_state or ''} · {came}".strip(" ·"),
        "tone": "plain",
        "unread": False,
        "version": row.version,
        "tags": tags,
    }


def reason_words(code: str) -> str:
    """`wrong item` for a code."""
    return code.replace("_", " ").replace("-", " ")


def bulk_acts() -> list[dict[str, Any]]:
    """What can be done to several returns at once."""
    ends = [
        {"label": label, "values": {"outcome": code}} for code, label in OUTCOMES.items() if code != "refund_partial"
    ]
    return [
        {"kind": "menu", "name": "outcome-menu", "label": "Outcome", "what": "outcome", "items": ends},
        {"kind": "button", "label": "Assign to me", "what": "assign", "values": {}, "icon": "person_add"},
        {"kind": "button", "label": "Authorised in Seller Central", "what": "authorised", "values": {}},
        {"kind": "button", "label": "Reopen", "what": "reopen", "values": {}},
    ]


def open_from(key: str) -> None:
    """The callback of the list: open what was picked."""
    picked = answered(key, "open")
    if isinstance(picked, int | float) and not isinstance(picked, bool):
        st.query_params["id"] = str(int(picked))
    st.rerun()


def do_many() -> None:
    """The callback of the list: do what was asked for all chosen returns, and say what became of it."""
    frame = at_work()
    try:
        what, targets, values = read_bulk(answered(KEY, "bulk"))
        result = writes.do_many(frame.store, what, targets, actor=frame.actor, now=frame.now, **values)
        say(Said(sentence(result), result.undo or ""))
    except Rejected as refused:
        say(Said(str(refused)))
    st.session_state["returns-done"] = st.session_state.get("returns-done", 0) + 1
    st.rerun()


def undo(token: str) -> None:
    """Take the last action on several back."""
    frame = at_work()
    try:
        say(Said(f"Taken back: {sentence(writes.undo(frame.store, token, actor=frame.actor, now=frame.now))}"))
    except Rejected as refused:
        say(Said(str(refused)))


def read_bulk(raw: object) -> tuple[str, list[tuple[int, int]], Mapping[str, str]]:
    """(what, targets, values) of an answer of the list. Raises Rejected if it makes no sense."""
    given = raw if isinstance(raw, dict) else {}
    what, targets, values = given.get("what"), given.get("targets"), given.get("values")
    pairs = [tuple(each) for each in targets if isinstance(each, list)] if isinstance(targets, list) else []
    whole = all(len(pair) == 2 and all(type(number) is int for number in pair) for pair in pairs)
    allowed = {"outcome": {"outcome"}}.get(str(what), set())
    kept = {name: str(value) for name, value in values.items()} if isinstance(values, dict) else {}
    if not isinstance(what, str) or not whole or kept.keys() != allowed:
        raise Rejected("The page is older than the program. Reload it.")
    return what, [(pair[0], pair[1]) for pair in pairs], kept


def sentence(result: BulkResult) -> str:
    """What became of several, in a sentence; the first reasons of those that were refused."""
    said = words.plural(len(result.done), "return") + " changed."
    reasons = list(dict.fromkeys(result.refused.values()))[:2]
    return said + (f" {len(result.refused)} not: {' '.join(reasons)}" if result.refused else "")


def _by_mail(each: AskedByMail) -> Line:
    facts = (each.buyer, each.order_id, each.marketplace, "only a mail tells of it so far")
    return {
        "id": -each.message_id,
        "title": "Return request",
        "sub": " · ".join(fact for fact in facts if fact),
        "side": "Mail",
        "due": words.epoch(each.due_at),
        "chip": "",
        "tone": "plain",
        "unread": False,
    }
