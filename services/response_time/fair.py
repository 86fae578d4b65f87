"""Fair figures of agents: where the time of their answers went, so that nobody is charged with another's delay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session

from data import response_cells, response_work
from data.response_work import TicketWork
from data.store import Store
from services.response_time import reading
from services.response_time.shapes import Wanted
from services.rules.response_cells import MICROSECOND, UNKNOWN, Fact, fate
from services.rules.response_split import PARTS, Question, Split, Turn, split


class Share(NamedTuple):
    """Sums over one agent's answers: counts, and microseconds by part; the parts add up to the time until the answers.

    `charged` counts messages whose 24 hours ran out in this agent's hands, whoever answered them in the end.
    """

    answers: int = 0
    late: int = 0
    inherited: int = 0
    charged: int = 0
    importing: int = 0
    unowned: int = 0
    mine: int = 0
    others: int = 0
    supervisor: int = 0

    def plus(self, other: Iterable[int]) -> Share:
        """Both together."""
        return Share(*(a + b for a, b in zip(self, other, strict=True)))

    @property
    def whole(self) -> timedelta:
        """All the time between the messages and their answers."""
        return MICROSECOND * (self.importing + self.unowned + self.mine + self.others + self.supervisor)


@dataclass(frozen=True)
class AgentLine:
    """One agent's share; `left`: they do not work here any more."""

    agent: str
    share: Share
    left: bool


def shares(session: Session, facts: Sequence[Fact], *, as_of: datetime, by_place: bool) -> dict[tuple[str, str], Share]:
    """(marketplace or "", agent) -> share, of the messages answered by `as_of`."""
    answered = [fact for fact in facts if fate(fact, as_of) in ("within", "late")]
    imported = response_work.imports(session, [fact.message_id for fact in answered])
    works = response_work.of_tickets(session, {fact.ticket_id for fact in answered})
    found: dict[tuple[str, str], Share] = {}
    for fact in answered:
        agent, made = fact.agent or UNKNOWN, split_of(fact, imported, works)
        sums = Share(1, int(bool(made.ran_out)), int(made.inherited), 0, *_microseconds(made))
        for place in ("", fact.marketplace) if by_place and fact.marketplace else ("",):
            found[place, agent] = found.get((place, agent), Share()).plus(sums)
            if made.charged:
                blamed = (place, made.charged)
                found[blamed] = found.get(blamed, Share()).plus(Share(charged=1))
    return found


def split_of(fact: Fact, imported: Mapping[int, datetime], works: Mapping[int, TicketWork]) -> Split:
    """Where the time of one answer went."""
    assert fact.answered_at is not None
    work = works.get(fact.ticket_id) or TicketWork()
    return split(
        sent_at=fact.sent_at,
        imported_at=imported.get(fact.message_id, fact.sent_at),
        answered_at=fact.answered_at,
        agent=fact.agent,
        turns=[Turn(*turn) for turn in work.turns],
        questions=[Question(*question) for question in work.questions],
    )


def of_agents(store: Store, wanted: Wanted, *, working: Iterable[str]) -> tuple[AgentLine, ...]:
    """The shares of a period by agent, those with the most answers first; `working` are the names of who works here."""
    with store.read() as session:
        found = reading.read(session, wanted, ())
        sums = {agent: share for (_, agent), share in shares(
            session, found.raw, as_of=wanted.as_of, by_place=False).items()}  # fmt: skip
        if found.days:
            for row in response_cells.shares(session, wanted.marketplace or "", min(found.days), max(found.days)):
                if row.day in found.days:
                    stored = Share(*(getattr(row, name) for name in Share._fields))
                    sums[row.agent] = sums.get(row.agent, Share()).plus(stored)
    here = {*working, UNKNOWN}
    lines = (AgentLine(agent, share, agent not in here) for agent, share in sums.items())
    return tuple(sorted(lines, key=lambda line: (-line.share.answers, line.agent)))


def _microseconds(made: Split) -> list[int]:
    return [getattr(made, part) // MICROSECOND for part in PARTS]
