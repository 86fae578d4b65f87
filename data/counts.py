"""How many tickets there are per account, marketplace and status; kept by differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.models.derived import CardCount
from data.store import add_up

Place = tuple[str, str, str]
"""(account, marketplace or "", status)"""


def apply(session: Session, differences: Mapping[Place, int]) -> None:
    """Add the differences to the stored counts, in one order of rows, so that two writers cannot block each other."""
    rows = [
        {"account": account, "marketplace": marketplace, "status": status, "n": n}
        for (account, marketplace, status), n in sorted(differences.items())
        if n
    ]
    add_up(session, CardCount, rows, key=("account", "marketplace", "status"), number="n")


def by_status(session: Session, *, account: str = "", marketplace: str = "") -> Counter[str]:
    """Tickets per status, of one account or marketplace or of all."""
    query = select(CardCount.status, func.sum(CardCount.n)).group_by(CardCount.status)
    if account:
        query = query.where(CardCount.account == account)
    if marketplace:
        query = query.where(CardCount.marketplace == marketplace)
    return Counter({status: int(n) for status, n in session.execute(query)})
