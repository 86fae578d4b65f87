"""Public answers: a page of them, one of them, and the versioned write."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from data.models.casework import PublicAnswer

NARROWS = ("state", "kind", "account", "marketplace")
CAP = 1000
"""Counting stops here, so that its cost does not grow with history."""


def page(session: Session, wanted: Mapping[str, str], *, before: int | None, limit: int) -> list[PublicAnswer]:
    """Answers, newest first, narrowed by those of NARROWS that are not empty; `before` is the last id shown."""
    query = select(PublicAnswer)
    for name in NARROWS:
        if wanted.get(name):
            query = query.where(getattr(PublicAnswer, name) == wanted[name])
    if before is not None:
        query = query.where(PublicAnswer.id < before)
    return list(session.scalars(query.order_by(PublicAnswer.id.desc()).limit(limit)))


def counts(session: Session) -> dict[str, int]:
    """How many drafts there are, and how many are to be copied, each up to the cap."""
    some = {
        state: select(PublicAnswer.id).where(PublicAnswer.state == state).limit(CAP).subquery()
        for state in ("draft", "final")
    }
    row = session.execute(
        select(*(select(func.count()).select_from(each).scalar_subquery().label(s) for s, each in some.items()))
    ).one()
    return dict(row._mapping)


def get(session: Session, answer_id: int) -> PublicAnswer | None:
    """An answer as it is stored now."""
    return session.get(PublicAnswer, answer_id, populate_existing=True)


def add(session: Session, **values: Any) -> PublicAnswer:
    """A new one, with its id."""
    row = PublicAnswer(**values)
    session.add(row)
    session.flush()
    return row


def change(session: Session, answer_id: int, version: int, **values: Any) -> bool:
    """Write values if the version is still this one: False if somebody was quicker."""
    mine = update(PublicAnswer).where(PublicAnswer.id == answer_id, PublicAnswer.version == version)
    done = session.execute(mine.values(**values, version=version + 1).execution_options(synchronize_session=False))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def remove_untouched(session: Session, ids: Collection[int], *, by: str, since: datetime) -> list[int]:
    """Delete those of these that this person entered since then and that nobody has worked on; their ids."""
    fresh = (PublicAnswer.version == 1, PublicAnswer.state == "draft", PublicAnswer.answer == "")
    mine = select(PublicAnswer.id).where(
        PublicAnswer.id.in_(list(ids)), *fresh, PublicAnswer.created_by == by, PublicAnswer.created_at >= since
    )
    gone = sorted(session.scalars(mine.with_for_update()))
    session.execute(delete(PublicAnswer).where(PublicAnswer.id.in_(gone)))
    return gone


def of_order(session: Session, account: str, order_id: str) -> PublicAnswer | None:
    """The newest answer to the feedback of an order that was not discarded."""
    mine = PublicAnswer.account == account, PublicAnswer.order_id == order_id, PublicAnswer.kind == "feedback"
    query = select(PublicAnswer).where(*mine, PublicAnswer.state != "discarded")
    return session.scalars(query.order_by(PublicAnswer.id.desc()).limit(1)).one_or_none()


def about_product(session: Session, account: str, asins: Collection[str]) -> set[tuple[str, str, str, str]]:
    """(kind, marketplace, ASIN, words) of all questions and reviews of some products."""
    columns = PublicAnswer.kind, PublicAnswer.marketplace, PublicAnswer.asin, PublicAnswer.asked
    query = select(*columns).where(PublicAnswer.account == account, PublicAnswer.asin.in_(list(asins)))
    return {(kind, place, asin or "", asked) for kind, place, asin, asked in session.execute(query)}
