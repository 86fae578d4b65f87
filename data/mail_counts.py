"""How many mails came to which disposition, per mailbox folder and rule; kept by differences, checked by `doctor`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, event, func, insert, select
from sqlalchemy.orm import Session

from data.models.ledger import MailCount, RawMail
from data.store import add_up

Place = tuple[str, str, str, str]
"""(mailbox, folder, disposition or "" for not read yet, rule or "")"""
KEY = ("mailbox", "folder", "disposition", "rule")
_PENDING = "mail_counts"


def place(row: Any) -> Place:
    """Where a row of the ledger is counted."""
    return row.mailbox, row.folder, row.disposition or "", (row.rule or "") if row.disposition else ""


def moved(session: Session, *, to: Iterable[Place] = (), away: Iterable[Place] = ()) -> None:
    """Count mails at their new places instead of their old ones.

    It is written when the transaction commits: last of all, so that two writers never wait for each other's counts
    and for something else at once.
    """
    if _PENDING not in session.info:
        session.info[_PENDING] = Counter()
        event.listen(session, "before_commit", _write, once=True)
    session.info[_PENDING].update(to)
    session.info[_PENDING].subtract(away)


def by_mailbox(session: Session) -> dict[str, Counter[str]]:
    """Mails per disposition of each mailbox."""
    counted: dict[str, Counter[str]] = {}
    query = select(MailCount.mailbox, MailCount.disposition, func.sum(MailCount.n))
    for mailbox, disposition, n in session.execute(query.group_by(MailCount.mailbox, MailCount.disposition)):
        counted.setdefault(mailbox, Counter())[disposition] = int(n)
    return counted


def by_rule(session: Session, mailbox: str) -> list[tuple[str, str, int]]:
    """(disposition, rule, how many) of the mails of a mailbox that were read, most used first."""
    n = func.sum(MailCount.n)
    query = select(MailCount.disposition, MailCount.rule, n).where(
        MailCount.mailbox == mailbox, MailCount.disposition != ""
    )
    grouped = query.group_by(MailCount.disposition, MailCount.rule).having(n > 0)
    ordered = grouped.order_by(n.desc(), MailCount.disposition, MailCount.rule)
    return [(disposition, rule, int(count)) for disposition, rule, count in session.execute(ordered)]


def of_folder(session: Session, mailbox: str, folder: str) -> int:
    """How many mails of this folder are in the ledger."""
    mine = select(func.sum(MailCount.n)).where(MailCount.mailbox == mailbox, MailCount.folder == folder)
    return int(session.scalar(mine) or 0)


def recount(session: Session) -> None:
    """Count everything anew: after changes to more mails than one would look at singly."""
    session.flush()
    session.info.pop(_PENDING, None)
    session.execute(delete(MailCount))
    rows = [dict(zip((*KEY, "n"), (*place, n), strict=True)) for place, n in _true(session).items()]
    if rows:
        session.execute(insert(MailCount), rows)


def wrong(session: Session) -> dict[Place, tuple[int, int]]:
    """Where the stored counts differ from the rows of the ledger: place -> (stored, true); empty if they are right."""
    rows = session.execute(select(*(getattr(MailCount, name) for name in (*KEY, "n"))))
    stored: Mapping[Place, int] = {(row[0], row[1], row[2], row[3]): row[4] for row in rows}
    true = _true(session)
    places = sorted({*stored, *true})
    return {each: (stored.get(each, 0), true[each]) for each in places if stored.get(each, 0) != true[each]}


def _true(session: Session) -> Counter[Place]:
    columns = (RawMail.mailbox, RawMail.folder, RawMail.disposition, RawMail.rule)
    found: Counter[Place] = Counter()
    for row in session.execute(select(*columns, func.count().label("n")).group_by(*columns)):
        found[place(row)] += row.n
    return found


def _write(session: Session) -> None:
    differences: Counter[Place] = session.info.pop(_PENDING, Counter())
    rows = [dict(zip((*KEY, "n"), (*place, n), strict=True)) for place, n in sorted(differences.items()) if n]
    add_up(session, MailCount, rows, key=KEY, number="n")
