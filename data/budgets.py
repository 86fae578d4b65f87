"""Rate budgets: the token buckets of all accounts, changed under a lock so that machines share them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.leases import shared_now
from data.models.amazon_work import RateBudget
from data.store import ensure


def held(
    session: Session, account: str, operation: str, *, full: float, real_now: Callable[[], datetime]
) -> tuple[RateBudget, datetime]:
    """The budget, locked until the transaction ends, and the time by the clock that all its users share.

    A budget that is asked for the first time is made with `full` tokens.
    """
    first = {"account": account, "operation": operation, "tokens": full, "rate": None, "refused_at": None}
    ensure(session, RateBudget, first | {"at": shared_now(session, real_now())}, key=("account", "operation"))
    this = (RateBudget.account == account, RateBudget.operation == operation)
    row = session.scalars(select(RateBudget).where(*this).with_for_update()).one()
    # The time is read last: waiting for the lock took some, in which others moved the bucket.
    return row, shared_now(session, real_now())


def of_account(session: Session, account: str) -> list[RateBudget]:
    """Every budget of an account, by operation, as it was last changed."""
    query = select(RateBudget).where(RateBudget.account == account).order_by(RateBudget.operation)
    return list(session.scalars(query))
