"""Asks the store whether a duty is done: a figure, the rows behind it, and the age of the data it was read from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from data import check_proofs as rows
from data import health, ledger, sheets, streams
from data.check_proofs import Counts
from data.ledger import Line
from data.models.ledger import StreamState
from data.streams import Name
from services import sync_status
from services.rules import checks
from services.rules.checklist import WHOLE
from services.rules.health import Reading, level
from services.settings import Settings

_STREAMS = {"returns": "fbm_returns", "orders": "unshipped", "feedback": "seller_feedback"}
_SNAPSHOTS = timedelta(days=90)


@dataclass(frozen=True)
class Answer:
    """What the store says to one question at one place. `figure` None: the data is too old to say, `why` says so."""

    kind: str
    holds: bool
    figure: int | None
    sentence: str
    why: str
    rows: tuple[str, ...]
    heard_at: datetime | None


@dataclass
class Oracle:
    """Answers questions of one moment; each kind of data is read once, however many places ask."""

    session: Session
    settings: Settings
    now: datetime
    _counts: dict[str, Counts] = field(default_factory=dict)
    _named: dict[tuple[str, str, str], list[str]] = field(default_factory=dict)
    _states: Mapping[Name, StreamState] | None = None
    _files: list[rows.Heard] | None = None
    _taken: dict[tuple[str, str], datetime] = field(default_factory=dict)
    _lines: list[Line] | None = None

    def ask(self, kind: str, account: str, marketplace: str) -> Answer:
        """The answer; `rows` are only looked up where the figure is not 0. Raises KeyError for no such question."""
        proof = checks.PROOFS[kind]
        if account not in self.settings.accounts:
            return Answer(kind, False, None, proof.label, checks.NOT_SERVED, (), None)
        counts = self._count(kind)
        heard_at = self._heard(proof.data, account, marketplace) if proof.data else self.now
        why = checks.too_old(kind, heard_at, self.now)
        if not why and proof.data == "mail":
            why = checks.not_parsed(sum(line.unread for line in self._ledger()))
        if why:
            return Answer(kind, False, None, proof.label, why, (), heard_at)
        figure = sum(n for place, n in counts.items() if _concerns(place, account, marketplace))
        behind = tuple(self._rows(kind, account, marketplace)) if figure else ()
        return Answer(kind, figure == 0, figure, checks.sentence(kind, figure), "", behind, heard_at)

    def _count(self, kind: str) -> Counts:
        if kind not in self._counts:
            ways = {"account_health": self._health, "unexplained": self._unexplained, "sources_fresh": self._sources}
            way = ways.get(kind)
            accounts = list(self.settings.accounts)
            self._counts[kind] = way() if way else rows.counts(self.session, kind, accounts, now=self.now)
        return self._counts[kind]

    def _rows(self, kind: str, account: str, marketplace: str) -> Iterable[str]:
        if rows.answers(kind):
            return rows.rows(self.session, kind, account, marketplace, now=self.now)
        mine = (names for place, names in self._named.items() if place[0] == kind and place[1] == account
                and (not marketplace or place[2] in (marketplace, WHOLE)))  # fmt: skip
        return [name for names in mine for name in names][: rows.MOST_ROWS]

    def _tell(self, kind: str, account: str, marketplace: str, names: list[str]) -> tuple[tuple[str, str | None], int]:
        """Remember the rows behind a figure that is not counted in the database."""
        self._named[kind, account, marketplace] = names
        return (account, marketplace or None), len(names)

    def _health(self) -> Counts:
        accounts = list(self.settings.accounts)
        since, found = self.now - _SNAPSHOTS, dict[tuple[str, str], list[str]]()
        newest = health.around(self.session, accounts, since=since, before=since, now=self.now)
        for row in newest:
            place = row.account, row.marketplace
            taken_at = self._taken.setdefault(place, row.taken_at)
            said = Reading(row.metric, row.taken_at, row.value, row.word, row.status, row.target, row.condition)
            if row.taken_at == taken_at and level(said) == "bad":
                found.setdefault(place, []).append(f"metric:{row.marketplace}:{row.metric}")
        return Counter(dict(self._tell("account_health", *place, names) for place, names in found.items()))

    def _unexplained(self) -> Counts:
        found: Counts = Counter()
        for line in self._ledger():
            if line.unexplained:
                found[line.account, None] += line.unexplained
                self._named.setdefault(("unexplained", line.account, WHOLE), []).append(f"mailbox:{line.mailbox}")
        return found

    def _ledger(self) -> list[Line]:
        if self._lines is None:
            self._lines = ledger.lines(self.session)
        return self._lines

    def _sources(self) -> Counts:
        states = self._stream_states()
        unread = set(self.settings.accounts) - {state.account for state in states.values()}
        found: dict[str, list[str]] = {account: ["stream:none was ever read"] for account in unread}
        for name, state in states.items():
            if not sync_status.is_well(state, now=self.now):
                found.setdefault(state.account, []).append("stream:" + "/".join(name))
        return Counter(dict(self._tell("sources_fresh", account, WHOLE, names) for account, names in found.items()))

    def _stream_states(self) -> Mapping[Name, StreamState]:
        if self._states is None:
            self._states = streams.states(self.session)
        return self._states

    def _heard(self, data: str, account: str, marketplace: str) -> datetime | None:
        if data == "mail":
            return self._oldest(lambda each: each.source == "mailbox" or each.stream == "mail")
        if data == "sheets":
            return self._sheets_read(account)
        if data == "health":
            taken = [at for place, at in self._taken.items()
                     if place[0] == account and marketplace in (WHOLE, place[1])]  # fmt: skip
            return min(taken, default=None)
        wanted = _STREAMS[data]
        if self.settings.accounts[account].sp_api:
            return self._oldest(lambda each: _is_stream(each, account, wanted, marketplace))
        return self._newest_file(data, account, marketplace)

    def _sheets_read(self, account: str) -> datetime | None:
        """When the sheet that was read longest ago was last read; None if there is none, or one cannot be read."""
        mine = sheets.sheets(self.session, account)
        states = [self._stream_states().get((each.source, account, each.stream)) for each in mine]
        moments = [state.last_ok_at if state else None for state in states]
        known = [at for at in moments if at]
        return min(known) if known and len(known) == len(mine) and not any(each.problem for each in mine) else None

    def _oldest(self, wanted: Callable[[StreamState], bool]) -> datetime | None:
        """When what was read longest ago was last read; None if some of it never was."""
        mine = [each for each in self._stream_states().values() if each.account in self.settings.accounts]
        moments = [each.last_ok_at for each in mine if wanted(each)]
        return min((at for at in moments if at), default=None) if all(moments) else None

    def _newest_file(self, data: str, account: str, marketplace: str) -> datetime | None:
        if self._files is None:
            self._files = rows.heard(self.session, list(self.settings.accounts))
        mine = [each for each in self._files if each.what == data and each.account == account]
        fits = [each.at for each in mine if not marketplace or each.marketplace in (None, marketplace)]
        return max(fits, default=None)


def _concerns(place: tuple[str, str | None], account: str, marketplace: str) -> bool:
    """What names no marketplace speaks against every one of its account."""
    return place[0] == account and (marketplace == WHOLE or place[1] in (None, marketplace))


def _is_stream(state: StreamState, account: str, stream: str, marketplace: str) -> bool:
    name, _, place = state.stream.partition(" ")
    same = state.source == "amazon" and state.account == account and name == stream
    return same and (not place or not marketplace or place == marketplace)
