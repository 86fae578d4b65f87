"""Where the streams stand: cursors, runs and their history, wishes to run now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from data.models.ledger import Run, StreamState

Name = tuple[str, str, str]
"""(source, account, stream)"""


def state(session: Session, name: Name) -> StreamState:
    """The state of a stream, made when it is first asked for."""
    row = session.get(StreamState, name)
    if row is None:
        source, account, stream = name
        row = StreamState(
            source=source, account=account, stream=stream, failures=0, state="never", message="", what_to_do=""
        )
        session.add(row)
        session.flush()
    return row


def states(session: Session) -> dict[Name, StreamState]:
    """All streams' states."""
    return {(row.source, row.account, row.stream): row for row in session.scalars(select(StreamState))}


def start_run(session: Session, name: Name, *, at: datetime) -> int:
    """A new run's id; the stream is marked as running."""
    source, account, stream = name
    row = state(session, name)
    row.running_since, row.wanted_at = at, None
    row.progress_done = row.progress_total = None
    run = Run(source=source, account=account, stream=stream, marketplace=None, started_at=at, state="waiting")
    session.add(run)
    session.flush()
    return run.id


def end_run(session: Session, run_id: int, **values: Any) -> None:
    """Write down how a run ended."""
    session.execute(update(Run).where(Run.id == run_id).values(**values))


def latest(session: Session, *, limit: int, before: int | None = None) -> list[Run]:
    """The newest runs that brought something or went wrong, and the newest quiet ones, newest first."""
    query = select(Run).order_by(Run.id.desc()).limit(limit)
    return list(session.scalars(query.where(Run.id < before) if before else query))


def history(session: Session, name: Name, *, limit: int) -> list[Run]:
    """The newest runs of one stream, newest first."""
    source, account, stream = name
    mine = (Run.source == source, Run.account == account, Run.stream == stream)
    return list(session.scalars(select(Run).where(*mine).order_by(Run.id.desc()).limit(limit)))


def want(session: Session, name: Name, *, at: datetime) -> None:
    """Ask the sync to run a stream now."""
    state(session, name).wanted_at = at


def interrupted(session: Session, *, at: datetime) -> None:
    """Close the runs that a dead process left open."""
    session.execute(
        update(Run).where(Run.ended_at.is_(None)).values(ended_at=at, state="retry", message="The process ended.")
    )
    session.execute(update(StreamState).where(StreamState.running_since.is_not(None)).values(running_since=None))


def forget_quiet(session: Session, *, keep: int) -> None:
    """Remove the runs that brought nothing, but for the newest `keep` of all runs."""
    oldest_kept = select(Run.id).order_by(Run.id.desc()).offset(keep).limit(1).scalar_subquery()
    quiet = (Run.state.in_(("ok", "waiting")), Run.rows_new == 0, Run.rows_changed == 0, Run.rejected == 0)
    session.execute(delete(Run).where(Run.id <= oldest_kept, Run.ended_at.is_not(None), *quiet))


def stream_rows(session: Session) -> Iterator[Run]:
    """All runs, oldest first, streamed."""
    yield from session.scalars(select(Run).order_by(Run.id).execution_options(yield_per=500))
