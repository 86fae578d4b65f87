"""How many tickets there are per account, marketplace and status; kept by differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models.derived import CardCount
from data.store import upsert

Place = tuple[str, str, str]
"""(account, marketplace or "", status)"""


def apply(session: Session, differences: Mapping[Place, int]) -> None:
    """Add the differences to the stored counts."""
    wanted = {place: n for place, n in differences.items() if n}
    if not wanted:
        return
    known = {(row.account, row.marketplace, row.status): row.n for row in session.scalars(select(CardCount))}
    upsert(
        session,
        CardCount,
        [
            {"account": a, "marketplace": m, "status": s, "n": known.get((a, m, s), 0) + n}
            for (a, m, s), n in wanted.items()
        ],
        key=("account", "marketplace", "status"),
    )


def by_status(session: Session, *, account: str = "", marketplace: str = "") -> Counter[str]:
    """Tickets per status, of one account or marketplace or of all."""
    query = select(CardCount.status, func.sum(CardCount.n)).group_by(CardCount.status)
    if account:
        query = query.where(CardCount.account == account)
    if marketplace:
        query = query.where(CardCount.marketplace == marketplace)
    return Counter({status: int(n) for status, n in session.execute(query)})
