"""Fingerprints of the figures, one a night, and Amazon's own rate as people read it; both are only added to."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from data.models.response_figures import AmazonRate, FigurePrint
from data.store import ensure

START = ""
LOCK = 24_240_046


def digest(previous: str, figures: dict[str, Any]) -> str:
    """The hash of some figures after those before them."""
    canonical = json.dumps(figures, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{canonical}".encode()).hexdigest()


def one_at_a_time(session: Session) -> None:
    """Wait until nobody else adds a fingerprint, for the rest of the transaction; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"select pg_advisory_xact_lock({LOCK})"))


def last(session: Session) -> FigurePrint | None:
    """The newest fingerprint."""
    return session.scalars(select(FigurePrint).order_by(FigurePrint.as_of.desc()).limit(1)).one_or_none()


def latest(session: Session, *, limit: int) -> list[FigurePrint]:
    """The newest fingerprints, the newest first."""
    return list(session.scalars(select(FigurePrint).order_by(FigurePrint.as_of.desc()).limit(limit)))


def at(session: Session, as_of: datetime) -> FigurePrint | None:
    """The fingerprint of one midnight."""
    return session.scalars(select(FigurePrint).where(FigurePrint.as_of == as_of)).one_or_none()


def first_broken(session: Session) -> datetime | None:
    """The first fingerprint whose hash does not fit its figures and the one before it."""
    previous = START
    for row in session.scalars(select(FigurePrint).order_by(FigurePrint.as_of)):
        if row.previous != previous or row.hash != digest(previous, row.figures):
            return row.as_of
        previous = row.hash
    return None


def add(
    session: Session, *, as_of: datetime, first: date, last_day: date, figures: dict[str, Any], now: datetime
) -> None:
    """Add the fingerprint of a midnight, unless somebody else just did."""
    before = last(session)
    previous = before.hash if before else START
    row = {
        "as_of": as_of,
        "made_at": now,
        "first": first,
        "last": last_day,
        "figures": figures,
        "previous": previous,
        "hash": digest(previous, figures),
    }
    ensure(session, FigurePrint, row, key=("as_of",))


def type_rate(session: Session, **values: Any) -> AmazonRate:
    """Amazon's rate as somebody read it."""
    row = AmazonRate(**values)
    session.add(row)
    session.flush()
    return row


def rate(session: Session, rate_id: int) -> AmazonRate | None:
    """One typed rate."""
    return session.get(AmazonRate, rate_id)


def rates(session: Session, *, account: str, limit: int) -> list[AmazonRate]:
    """The rates that stand, the newest day first; of several for one window and day only the last one typed."""
    same = (AmazonRate.account, AmazonRate.marketplace, AmazonRate.days, AmazonRate.taken_on)
    newest = (
        select(func.max(AmazonRate.id))
        .where(AmazonRate.undone_at.is_(None), AmazonRate.account == account)
        .group_by(*same)
    )
    query = select(AmazonRate).where(AmazonRate.id.in_(newest))
    return list(session.scalars(query.order_by(AmazonRate.taken_on.desc(), AmazonRate.days).limit(limit)))
