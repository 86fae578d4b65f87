"""What Today's board lists beside messages: cases, returns and feedback with the next deadline of each."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data import cases
from data.models.cases import CaseCard
from data.models.feedback_work import FeedbackCard
from data.models.return_figures import ReturnCard

CAP = cases.CAP
Found = tuple[list[CaseCard], list[ReturnCard], list[FeedbackCard], int]


def waiting(session: Session, *, now: datetime, soon: datetime, limit: int) -> Found:
    """(cases, returns, feedback that may be removed and whose window ends before `soon`, how many in all up to CAP).

    The first `limit` of each, the nearest due first. Four statements.
    """
    returns = select(ReturnCard).where(ReturnCard.due_at.is_not(None))
    removable = select(FeedbackCard).where(
        FeedbackCard.state == "open",
        FeedbackCard.criterion.is_not(None),
        FeedbackCard.window_ends.between(now.date(), soon.date()),
    )
    few = [cases.waits(select(CaseCard.case_id), now), returns.with_only_columns(ReturnCard.id),
           removable.with_only_columns(FeedbackCard.rating)]  # fmt: skip
    counts = [select(func.count()).select_from(each.limit(CAP).subquery()).scalar_subquery() for each in few]
    count = session.execute(select(*counts)).one()
    return (
        cases.due(session, now=now, limit=limit),
        list(session.scalars(returns.order_by(ReturnCard.due_at, ReturnCard.id).limit(limit))),
        list(session.scalars(removable.order_by(FeedbackCard.window_ends, FeedbackCard.order_id).limit(limit))),
        min(sum(count), CAP),
    )
