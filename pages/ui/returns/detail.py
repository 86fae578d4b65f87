"""One return: what Amazon says, how it ended, the way to the buyer, and the story of its order."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame, at_work
from pages.ui.order_story import draw_story
from pages.ui.returns.listed import Said, reason_words, say
from pages.ui.tables import draw_table
from services.errors import Rejected
from services.returns import writes
from services.returns.shapes import CHANNELS, Detail
from services.rules.money import decimal_string
from services.rules.return_rate import FAULTS
from services.rules.return_requests import NEEDS, OUTCOMES, needs_authorisation

INBOX = "pages/work/inbox.py"
LONGEST_NOTE = 4000


def draw_detail(found: Detail, frame: Frame) -> None:
    """All of one return."""
    line = found.line
    product = line.sku or line.asin or "Unknown product"
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"**{words.plain(f'{product} · {line.order_id}')}**", width="content")
        label = "Open the ticket" if line.ticket else "Write to the buyer"
        if st.button(label, key=f"contact-{line.id}", icon=":material/mail:"):
            contact(line.id)
    for note in found.notes:
        st.caption(f":material/info: {words.plain(note)}")
    if line.comment:
        with st.container(border=True):
            st.caption("The buyer wrote")
            st.text(line.comment)
    draw_table(("", ""), facts(found, frame), wide=1, label="What Amazon says")
    draw_work(found, frame)
    st.markdown("**The order so far**")
    draw_story(found.story, frame, key=f"story-{line.id}")


def facts(found: Detail, frame: Frame) -> list[tuple[str, str]]:
    """What is known, as pairs of words."""
    line = found.line
    told = (line.reason_raw or "").removeprefix("CR-")
    raw = f" ({line.reason_raw})" if told and reason_words(told.lower()) != reason_words(line.reason) else ""
    rows = {
        "Product": " · ".join(word for word in (line.title, line.asin, words.plural(line.quantity, "unit")) if word),
        "Reason": f"{reason_words(line.reason)}{raw}",
        "Fault": FAULTS.get(line.fault, ""),
        "Condition": line.disposition,
        "Amazon's state": line.amazon_state,
        "Where": " · ".join(w for w in (CHANNELS.get(line.channel), line.marketplace, found.center) if w),
        "Returned" if line.channel == "fba" else "Asked for": words.when(line.returned_at, frame.zone, frame.now),
        "Bought": words.when(found.sold_at, frame.zone, frame.now) if found.sold_at else None,
        "Back with us": words.when(found.delivered_at, frame.zone, frame.now) if found.delivered_at else None,
        "Refunded": _money(found.refunded, found.currency),
        "Order amount": _money(found.order_amount, found.currency),
        "Resolution": found.resolution,
        "In policy": {True: "yes", False: "no"}.get(found.in_policy) if found.in_policy is not None else None,
        "A-to-z claim": "yes" if found.a_to_z else None,
        "Tracking": found.tracking,
        "SAFE-T": found.safet,
        "Number": found.key,
    }
    return [(label, value) for label, value in rows.items() if value]


def draw_work(found: Detail, frame: Frame) -> None:
    """How it ended, or the ways in which it can; the note and who has it."""
    line = found.line
    if line.due_at and line.need:
        st.markdown(words.plain(f"{NEEDS[line.need]}: {words.left(line.due_at, frame.now)}"))
    if line.state == "done":
        ended(found, frame)
    else:
        draw_endings(found)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(words.plain(line.assignee or "Nobody has it yet"), width="content")
        if line.assignee != frame.actor.name:
            _button("Assign to me", "assign", found, type="tertiary")
    key = f"note-{line.id}-{line.version}"
    st.text_area("Note for the team", found.note, key=key, height=80, max_chars=LONGEST_NOTE, on_change=_keep_note,
                 args=(found, key))  # fmt: skip


def ended(found: Detail, frame: Frame) -> None:
    """The recorded outcome and the way back."""
    money = _money(found.amount, found.currency)
    when = words.when(found.decided_at, frame.zone, frame.now) if found.decided_at else ""
    said = [OUTCOMES.get(found.line.outcome or "", "Done"), money, found.decided_by, when]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(words.plain(" · ".join(word for word in said if word)), width="content")
        _button("Reopen", "reopen", found)


def draw_endings(found: Detail) -> None:
    """The ways in which a return may end."""
    line = found.line
    with st.container(horizontal=True, gap="small"):
        if needs_authorisation(line.channel, line.amazon_state) and not found.authorised_at:
            _button("Authorised in Seller Central", "authorised", found, type="primary")
        for code, label in OUTCOMES.items():
            if code != "refund_partial":
                _button(label, "outcome", found, outcome=code)
        with st.popover(OUTCOMES["refund_partial"]), st.form(f"partial-{line.id}", border=False):
            key = f"amount-{line.id}"
            st.text_input(f"Amount in {found.currency or 'the currency of the order'}", key=key, max_chars=20)
            st.form_submit_button("Record", on_click=_record_part, args=(found, key))
    if found.authorised_at:
        st.caption(words.plain(f"Authorised in Seller Central: {found.authorised_by}"))


def act(what: str, return_id: int, version: int, **values: Any) -> None:
    """Do one thing to this return; a refusal is said."""
    frame = at_work()
    try:
        writes.do(frame.store, what, return_id, version, actor=frame.actor, now=frame.now, **values)
        say(None)
    except Rejected as refused:
        say(Said(str(refused)))


def contact(return_id: int) -> None:
    """Go to the ticket of the order; one is opened if there is none."""
    frame = at_work()
    try:
        ticket = writes.contact(frame.store, frame.settings, return_id, actor=frame.actor, now=frame.now)
    except Rejected as refused:
        say(Said(str(refused)))
        st.rerun()
    st.switch_page(INBOX, query_params={"ticket": str(ticket), "box": "all"})


def _button(label: str, what: str, found: Detail, *, type: Any = "secondary", **values: str) -> None:
    key = f"{what}-{values.get('outcome', '')}-{found.line.id}"
    st.button(label, key=key, type=type, on_click=act, args=(what, found.line.id, found.line.version), kwargs=values)


def _record_part(found: Detail, key: str) -> None:
    amount = str(st.session_state.get(key) or "")
    act("outcome", found.line.id, found.line.version, outcome="refund_partial", amount=amount)


def _keep_note(found: Detail, key: str) -> None:
    act("note", found.line.id, found.line.version, text=str(st.session_state.get(key) or ""))


def _money(amount: int | None, currency: str | None) -> str | None:
    return None if amount is None else f"{decimal_string(amount, currency)} {currency or ''}".strip()
