"""What sources keep between runs, in the store: rate budgets and the reports that were asked of Amazon."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from data import asked, budgets, order_wishes, report_jobs, sheets
from data.models.amazon_work import RateBudget, ReportJob
from data.store import Store
from services.errors import Stale
from services.rules import rate_budget
from services.rules.rate_budget import Bucket, Plan
from services.rules.report_jobs import Job
from services.settings import real_now as machine_clock

REMEMBERED = timedelta(days=90)
"""Closed jobs are looked at this far back: as long as Amazon lists reports."""


@dataclass(frozen=True)
class StoreMemory:
    """`sources.base.Memory` over the store. Budgets go by the database's clock where machines share it."""

    store: Store
    folder: Path
    real_now: Callable[[], datetime] = machine_clock

    def spend(self, account: str, operation: str, plan: Plan) -> timedelta:
        """Take one call; see `sources.base.Memory`."""
        with self.store.write() as session:
            row, now = self._held(session, account, operation, plan)
            bucket, wait = rate_budget.take(Bucket(row.tokens, row.at), _current(plan, row), now)
            row.tokens, row.at = bucket.tokens, bucket.at
        return wait

    def refused(self, account: str, operation: str, plan: Plan) -> None:
        """Empty the budget."""
        with self.store.write() as session:
            row, now = self._held(session, account, operation, plan)
            bucket = rate_budget.refused(now)
            row.tokens, row.at, row.refused_at = bucket.tokens, bucket.at, now

    def corrected(self, account: str, operation: str, rate: float | None) -> None:
        """Note the rate that Amazon named."""
        with self.store.read() as session:
            known = session.get(RateBudget, (account, operation))
        if known is None or known.rate == rate:
            return
        with self.store.write() as session:
            row = session.get(RateBudget, (account, operation), with_for_update=True)
            if row is not None:
                row.rate = rate

    def begin(self, job: Job) -> Job:
        """Store a new job, or find the one under way."""
        with self.store.write() as session:
            return _job(report_jobs.begin(session, self._values(job) | {"version": 1}))

    def save(self, job: Job) -> Job:
        """Store a step. Raises Stale."""
        values = self._values(job)
        with self.store.write() as session:
            if not report_jobs.change(session, job.id, job.version, values):
                raise Stale("Another process is at work on this report.")
        return replace(job, version=job.version + 1, changed_at=values["changed_at"])

    def jobs(self, account: str, kind: str, marketplaces: tuple[str, ...]) -> Sequence[Job]:
        """Open and lately closed jobs, oldest first."""
        since = self.real_now() - REMEMBERED
        with self.store.read() as session:
            rows = report_jobs.recent(session, account, kind, ",".join(marketplaces), since=since)
            return [_job(row) for row in rows]

    def known(self, account: str, report_ids: Collection[str]) -> set[str]:
        """Those of the reports that are ours."""
        with self.store.read() as session:
            return report_jobs.known(session, account, report_ids)

    def wanted_orders(self, account: str) -> Sequence[str]:
        """Orders that people want."""
        with self.store.read() as session:
            return order_wishes.waiting(session, account)

    def answered(self, account: str, order_id: str, message: str) -> None:
        """Close a wish."""
        with self.store.write() as session:
            order_wishes.answer(session, account, order_id, at=self.real_now(), message=message)

    def orders_to_ask(self, account: str, now: datetime) -> Sequence[tuple[str, str]]:
        """Orders to ask about."""
        with self.store.read() as session:
            return asked.orders_due(session, account, now)

    def items_to_ask(self, account: str, now: datetime) -> Sequence[tuple[str, str]]:
        """Items to ask about."""
        with self.store.read() as session:
            return asked.items_due(session, account, now)

    def sheet_columns(self, account: str, sheet: str, tab: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
        """Columns of a sheet, as chosen and as in use."""
        with self.store.read() as session:
            chosen, known = sheets.chosen(session, account, sheet, tab), sheets.sheet(session, account, sheet, tab)
            return (chosen.columns if chosen else {}), (known.columns if known else {})

    def _held(self, session: Session, account: str, operation: str, plan: Plan) -> tuple[RateBudget, datetime]:
        return budgets.held(session, account, operation, full=plan.capacity, real_now=self.real_now)

    def _values(self, job: Job) -> dict[str, Any]:
        values = {name: getattr(job, name) for name in _NAMES if name not in ("id", "version")}
        marketplaces, live = ",".join(job.marketplaces), True if job.is_open else None
        return values | {"marketplaces": marketplaces, "live": live, "changed_at": self.real_now()}


def _current(plan: Plan, row: RateBudget) -> Plan:
    return plan if row.rate is None else replace(plan, rate=row.rate)


_NAMES = tuple(field.name for field in fields(Job) if field.name != "marketplaces")


def _job(row: ReportJob) -> Job:
    return Job(marketplaces=tuple(row.marketplaces.split(",")), **{name: getattr(row, name) for name in _NAMES})
