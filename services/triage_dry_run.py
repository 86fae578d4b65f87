"""The dry run of a triage rule: what it would have done to the mail of the last 90 days; nothing is changed."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from data import triage_rules
from data.store import Store
from data.triage_rules import Arrival
from services import triage
from services.rules import triage as rules
from services.rules.triage import House, Rule, Step

REACH = timedelta(days=90)
SHOWN = 50
"""Matches that are kept to be looked at, the newest."""
Progress = Callable[[float], None]
"""Told how much of the time has been looked at, from 0 to 1."""


class Once:
    """Which tickets were met before, at one bit each, so that a large store takes no more memory than a small one."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self.tickets = 0

    def first(self, ticket_id: int) -> bool:
        """Whether this ticket was never met before."""
        at, bit = divmod(ticket_id, 8)
        if at >= len(self._bits):
            self._bits.extend(bytes(at + 1 - len(self._bits)))
        met = self._bits[at] >> bit & 1
        self._bits[at] |= 1 << bit
        self.tickets += not met
        return not met


@dataclass
class Tally:
    """What was found so far; its size does not depend on how much mail there is."""

    looked: int = 0
    matched: int = 0
    stopped: int = 0
    done: Counter[tuple[str, str]] = field(default_factory=Counter)
    left: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    days: Counter[str] = field(default_factory=Counter)
    rows: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=SHOWN))
    once: Once = field(default_factory=Once)

    def result(self) -> dict[str, Any]:
        """All of it as JSON values; tickets by id, so that it holds no personal data."""
        return {
            "looked": self.looked,
            "matched": self.matched,
            "tickets": self.once.tickets,
            "stopped": self.stopped,
            "done": [[*what, n] for what, n in self.done.most_common()],
            "left": [[*what, n] for what, n in self.left.most_common()],
            "days": sorted(self.days.items()),
            "rows": list(self.rows)[::-1],
        }


def run(store: Store, above: Sequence[Rule], rule: Rule, *, now: datetime, progress: Progress) -> dict[str, Any]:
    """Ask the rules above and this one about all mail of the last 90 days, piece by piece."""
    tally, since = Tally(), now - REACH
    with store.read() as session:
        house = triage.house(session)
    for piece in _pieces(store, since, now):
        with store.read() as session:
            _judge(session, piece, [*above, rule], house, tally)
        progress(min(1.0, (piece[-1].sent_at - since) / REACH))
    if any(condition.field == "channel" and triage.BY_HAND in condition.values for condition in rule.conditions):
        _judge_opened_by_hand(store, since, now, [*above, rule], house, tally)
    progress(1.0)
    return tally.result()


def _pieces(store: Store, since: datetime, until: datetime) -> Iterator[list[Arrival]]:
    """The mail of the time, oldest first. No transaction stays open in between, so that writers never wait."""
    mark: tuple[datetime, int] | None = None
    while True:
        with store.read() as session:
            found = triage_rules.arrivals_since(session, since, mark)
        piece = [arrival for arrival in found if arrival.sent_at <= until]
        if piece:
            yield piece
        if len(piece) < triage_rules.PIECE:
            return
        mark = (piece[-1].sent_at, piece[-1].id)


def _judge_opened_by_hand(
    store: Store, since: datetime, until: datetime, asked: Sequence[Rule], house: House, tally: Tally
) -> None:
    with store.read() as session:
        for ids in triage_rules.opened_by_hand(session, since, until):
            standing = triage_rules.standing(session, ids)
            _judge(session, [triage.arrival_by_hand(found) for found in standing.values()], asked, house, tally)


def _judge(session: Session, piece: Sequence[Arrival], asked: Sequence[Rule], house: House, tally: Tally) -> None:
    rule = asked[-1]
    tally.looked += len(piece)
    facts = {arrival.id or -arrival.ticket_id: triage.facts_of(arrival) for arrival in piece}
    matching = [each for each in piece if rules.matches(rule, facts[each.id or -each.ticket_id])[0]]
    if not matching:
        return
    standing = triage_rules.standing(session, {arrival.ticket_id for arrival in matching})
    for arrival in matching:
        then = triage.ticket_at(standing[arrival.ticket_id], arrival)
        made = rules.plan(asked, facts[arrival.id or -arrival.ticket_id], then, house)
        if rule not in made.matched:
            tally.stopped += 1
            continue
        mine = [step for step in (*made.steps, *made.left) if step.rule is rule]
        _count(tally, arrival, _second_time(mine) if not tally.once.first(arrival.ticket_id) else mine)


def _second_time(steps: Sequence[Step]) -> list[Step]:
    """What an earlier message of the ticket has brought about need not be done again; a status may."""
    why = "done for an earlier message"
    return [
        step if step.why or step.action == "status" else Step(step.action, step.value, step.rule, why) for step in steps
    ]


def _count(tally: Tally, arrival: Arrival, steps: Sequence[Step]) -> None:
    tally.matched += 1
    tally.days[arrival.sent_at.date().isoformat()] += 1
    does = [[step.action, step.value] for step in steps if not step.why]
    leaves = [[step.action, step.value, step.why] for step in steps if step.why]
    tally.done.update((action, value) for action, value in does)
    tally.left.update((action, value, why) for action, value, why in leaves)
    row = {"ticket": arrival.ticket_id, "at": arrival.sent_at.isoformat(), "does": does, "leaves": leaves}
    tally.rows.append(row)
