"""Reports that were asked of Amazon: begun once, changed step by step, never two of the same under way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from data.models.amazon_work import ReportJob
from data.store import ensure

KEY = ("account", "kind", "marketplaces", "slot", "live")


def begin(session: Session, row: Mapping[str, Any]) -> ReportJob:
    """A new job, or the one that is already under way for the same account, kind, marketplaces and slot."""
    ensure(session, ReportJob, dict(row) | {"live": True}, key=KEY)
    these = [getattr(ReportJob, name) == row[name] for name in KEY[:-1]]
    return session.scalars(select(ReportJob).where(*these, ReportJob.live.is_(True))).one()


def change(session: Session, job_id: int, version: int, values: Mapping[str, Any]) -> bool:
    """Write a step down; False if somebody else changed the job since `version`, and then nothing is written."""
    this = (ReportJob.id == job_id, ReportJob.version == version)
    done = session.execute(update(ReportJob).where(*this).values(**values, version=version + 1))
    return bool(done.rowcount)  # type: ignore[attr-defined]


def recent(session: Session, account: str, kind: str, marketplaces: str, *, since: datetime) -> Sequence[ReportJob]:
    """The open jobs, and those begun since a time, oldest first."""
    these = (ReportJob.account == account, ReportJob.kind == kind, ReportJob.marketplaces == marketplaces)
    wanted = or_(ReportJob.live.is_(True), ReportJob.made_at >= since)
    return session.scalars(select(ReportJob).where(*these, wanted).order_by(ReportJob.id)).all()


def known(session: Session, account: str, report_ids: Collection[str]) -> set[str]:
    """Those of the reports that a job of ours has or had."""
    query = select(ReportJob.report_id).where(ReportJob.report_id.in_(list(report_ids)), ReportJob.account == account)
    return {found for found in session.scalars(query) if found}


def latest(
    session: Session, account: str | None = None, *, limit: int = 50, before: int | None = None
) -> list[ReportJob]:
    """Jobs for the Sync page, newest first; `before` is the last id of the page before."""
    query = select(ReportJob).order_by(ReportJob.id.desc()).limit(limit)
    if account:
        query = query.where(ReportJob.account == account)
    return list(session.scalars(query.where(ReportJob.id < before) if before else query))
