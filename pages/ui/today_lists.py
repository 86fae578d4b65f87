"""Two short lists of Today: questions between colleagues, and promises made to buyers. Each line opens its ticket."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame
from pages.ui.ticket_list import Line, ticket_list
from services.inbox.shapes import PromiseLine, QuestionLine
from services.team import Team

INBOX = "pages/work/inbox.py"


def draw_questions(frame: Frame, questions: Sequence[QuestionLine], house: Team) -> None:
    """What colleagues want to know from whoever looks, and answers that they have not seen."""
    _draw(frame, "Questions", [_question(each, frame) for each in questions], house, box="questions")


def draw_promises(frame: Frame, promises: Sequence[PromiseLine], house: Team) -> None:
    """Buyers who were told until when they hear from us."""
    _draw(frame, "Promised to buyers", [_promise(each) for each in promises], house, box="all")


def _draw(frame: Frame, title: str, lines: list[Line], house: Team, *, box: str) -> None:
    if not lines:
        return
    st.markdown(f"**{title}** · {len(lines)}")
    picked = ticket_list(lines, key=f"today-{title}", label=title, now=frame.now, at_risk=house.at_risk)
    if picked is not None:
        st.switch_page(INBOX, query_params={"ticket": str(picked), "box": box})


def _question(question: QuestionLine, frame: Frame) -> Line:
    is_answer = question.state != "open"
    said = question.answer if is_answer else question.question
    who = f"{question.answered_by} answered" if is_answer else f"{question.asked_by} asks"
    return {
        "id": question.ticket_id,
        "title": f"{who}: {' '.join(said.split())}",
        "sub": " · ".join(fact for fact in (question.buyer, question.marketplace, question.subject) if fact),
        "side": f"#{question.ticket_id}",
        "due": None,
        "chip": words.ago(question.answered_at or question.asked_at, frame.now),
        "tone": "plain",
        "unread": is_answer,
    }


def _promise(promise: PromiseLine) -> Line:
    return {
        "id": promise.ticket_id,
        "title": promise.subject or "No subject",
        "sub": " · ".join(fact for fact in (promise.buyer, promise.marketplace) if fact),
        "side": promise.by,
        "due": words.epoch(promise.until),
        "chip": "",
        "tone": "plain",
        "unread": False,
    }
