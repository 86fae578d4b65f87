"""Data problems: what could not be read, with its raw form; try again, discard, or open a ticket for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from data import journal, ledger, rejects, streams
from data.models.ledger import RawMail, Reject
from data.store import Store
from services.errors import Rejected
from services.people import Person
from services.rules.identity import mask_address

PREVIEW = 4000
_PART = re.compile(r"(:\d+|#[0-9a-f]{8})$")
_HEADER = re.compile(rb"^(from|subject):[ \t]*((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Problem:
    """One thing that could not be read; `kind` is the kind of mail it seems to be."""

    id: int
    source: str
    account: str
    stream: str
    place: str
    reason: str
    at: datetime
    kind: str
    state: str
    size: int
    is_mail: bool

    @property
    def file(self) -> str:
        """The document that it is a row or a part of; "" for a mail, which stands for itself."""
        return "" if self.is_mail else _PART.sub("", self.place)

    @property
    def line(self) -> str:
        """Its line in that document; "" for the whole, or for a part without a line."""
        found = re.search(r":(\d+)$", "" if self.is_mail else self.place)
        return found[1] if found else ""


@dataclass(frozen=True)
class FileOfProblems:
    """Problems of one document that follow each other on a page; a mail, or a single problem, is a group of one."""

    file: str
    rows: tuple[Problem, ...]

    @property
    def reasons(self) -> tuple[tuple[str, int], ...]:
        """What is wrong with its rows, most frequent first."""
        return tuple(Counter(each.reason for each in self.rows).most_common())


def by_file(rows: Sequence[Problem]) -> tuple[FileOfProblems, ...]:
    """The problems of a page in groups; the order stays."""
    groups: list[FileOfProblems] = []
    for _, found in groupby(rows, key=lambda each: (each.source, each.account, each.stream, each.file or each.id)):
        mine = tuple(found)
        groups.append(FileOfProblems(mine[0].file, mine))
    return tuple(groups)


@dataclass(frozen=True)
class ProblemPage:
    """Problems newest first, and the mark of the next page."""

    rows: tuple[Problem, ...]
    next: int | None


def problems(
    store: Store, *, state: str = "open", text: str = "", mark: int | None = None, limit: int = 50
) -> ProblemPage:
    """A page of problems: one statement."""
    with store.read() as session:
        found = rejects.page(session, state=state, text=text.strip(), before=mark, limit=limit + 1)
    rows = tuple(problem_of(reject, mail) for reject, mail in found[:limit])
    return ProblemPage(rows, rows[-1].id if len(found) > limit else None)


def problem_of(reject: Reject, mail: RawMail | None) -> Problem:
    """A stored problem as it is shown."""
    details = reject.details or {}
    return Problem(
        id=reject.id,
        source=reject.source,
        account=reject.account,
        stream=reject.stream,
        place=reject.place,
        reason=reject.reason,
        at=mail.seen_at if mail else reject.at,
        kind=str(details.get("kind", "")),
        state=reject.state,
        size=int(details.get("size") or len(reject.raw or b"")),
        is_mail=reject.raw_mail_id is not None,
    )


def raw(store: Store, problem_id: int) -> tuple[str, bytes]:
    """A safe file name and the raw bytes. Raises Rejected if they were removed by retention."""
    with store.read() as session:
        found = rejects.some(session, [problem_id])
        if not found:
            raise Rejected("There is no such problem any more.")
        reject = found[0]
        content = ledger.raw_of(session, reject.raw_mail_id) if reject.raw_mail_id else reject.raw
    if content is None:
        raise Rejected("The raw form was removed by the retention of personal data.")
    suffix = "eml" if reject.raw_mail_id else "txt"
    return f"within24-problem-{problem_id}.{suffix}", content


def preview(store: Store, problem_id: int) -> str:
    """The beginning of the raw form as plain text."""
    _, content = raw(store, problem_id)
    text = content[:PREVIEW].decode("utf-8", errors="replace").replace("\x00", "�")
    return text + ("\n…" if len(content) > PREVIEW else "")


def headline(store: Store, problem_id: int) -> tuple[str, str]:
    """(masked sender, subject) as the raw mail has them; empty where it has none."""
    _, content = raw(store, problem_id)
    found = {m[1].lower(): m[2].decode("utf-8", errors="replace") for m in _HEADER.finditer(content[:65536])}
    return mask_address(found.get(b"from", "")), found.get(b"subject", "")


def retry(store: Store, ids: Collection[int], *, actor: Person, now: datetime) -> int:
    """Have these read again by the sync: mails from their raw form, rows with their whole document; how many."""
    with store.write() as session:
        found = rejects.some(session, ids)
        mails = [each.raw_mail_id for each in found if each.raw_mail_id is not None]
        rows = [each for each in found if each.raw_mail_id is None and each.state == "open"]
        ledger.forget_readings(session, mails)
        for row in rows:
            row.state = rejects.AGAIN
        for name in {(row.source, row.account, row.stream) for row in rows}:
            streams.want(session, name, at=now)
        _note(session, "problem.retry", ids, actor, now)
    return len(mails) + len(rows)


def discard(store: Store, ids: Collection[int], *, actor: Person, now: datetime, reason: str = "") -> None:
    """Take problems off the list; their raw form and this decision are kept."""
    with store.write() as session:
        for reject in rejects.some(session, ids):
            reject.state = "discarded"
        _note(session, "problem.discard", ids, actor, now, reason)


def restore(store: Store, ids: Collection[int], *, actor: Person, now: datetime) -> None:
    """Put discarded problems back on the list."""
    with store.write() as session:
        for reject in rejects.some(session, ids):
            reject.state = "open"
        _note(session, "problem.restore", ids, actor, now)


def open_ticket(store: Store, problem_id: int, *, actor: Person, now: datetime) -> None:
    """A person says that this mail is from a buyer: it becomes a ticket at the next reading, with its clock."""
    with store.write() as session:
        found = rejects.some(session, [problem_id])
        if not found or found[0].raw_mail_id is None:
            raise Rejected("Only a mail can become a ticket.")
        if (found[0].details or {}).get("kind") == "broken":
            raise Rejected("This mail cannot be read at all, so no ticket can be made of it; look at the raw form.")
        ledger.decide(session, found[0].raw_mail_id, "buyer")
        _note(session, "problem.open_ticket", [problem_id], actor, now)


def _note(
    session: object, what: str, ids: Collection[int], actor: Person, now: datetime, reason: str = ""
) -> None:
    after = {"reason": reason.strip()[:300]} if reason.strip() else None
    entries = [journal.Entry(now, actor.name, what, f"problem:{each}", None, after) for each in ids]
    journal.append(session, *entries)  # type: ignore[arg-type]
