"""Cases entered by hand or from a CSV: joined to what is known already, or set aside with the reason; never guessed."""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from data import cases, journal, rejects
from data.models.cases import ClaimCase
from data.store import Store
from services.claims import actions, cards
from services.errors import Rejected
from services.people import Person, check_access
from services.reports import decode
from services.rules import identity
from services.rules.claims import OUTCOMES, STATES
from services.rules.marketplaces import MARKETPLACES
from services.rules.money import decimal_string, minor
from services.settings import Settings

MOST_ROWS, MOST_BYTES, AT_ONCE = 5000, 5_000_000, 200
LONGEST_REASON = 500
COLUMNS = ("order_id", "kind", "marketplace", "opened_at", "respond_by", "amount", "currency", "reason", "state",
           "outcome")  # fmt: skip
_OTHER_NAMES = {"order": "order_id", "ordernumber": "order_id", "opened": "opened_at", "respondby": "respond_by",
                "due": "respond_by", "type": "kind", "status": "state", "result": "outcome"}  # fmt: skip
_KINDS = {"atoz": "a_to_z", "atozclaim": "a_to_z", "az": "a_to_z", "claim": "a_to_z", "chargeback": "chargeback",
          "chargebacks": "chargeback"}  # fmt: skip
_THREE_DIGITS = re.compile(r"[^\d]*\d{1,3}[.,]\d{3}[^\d.,]*")
_CURRENCIES = frozenset(place.currency for place in MARKETPLACES.values())


@dataclass(frozen=True)
class Entry:
    """A case as somebody told it, tidied and checked; what was left out is None."""

    account: str
    order_id: str
    kind: str
    marketplace: str | None
    opened_at: datetime | None
    respond_by: datetime | None
    amount: str | None
    currency: str | None
    reason: str | None
    state: str | None
    outcome: str | None

    @property
    def key(self) -> cases.Key:
        """The natural key of its case."""
        return self.account, self.order_id, self.kind


@dataclass(frozen=True)
class Imported:
    """What became of a CSV: new cases, known cases that rows joined, and (line, reason) of what was set aside.

    `undo` is the token by which `actions.undo` takes it back within the hour; None if nothing was entered.
    """

    new: int
    joined: int
    set_aside: tuple[tuple[int, str], ...]
    undo: str | None = None


class Entered(NamedTuple):
    """The case of an entry by hand, whether it is new, and the token by which it can be taken back."""

    case_id: int
    is_new: bool
    undo: str


def enter(store: Store, settings: Settings, *, actor: Person, now: datetime, account: str, **told: str) -> Entered:
    """Enter a case by hand. `told` are COLUMNS as they were typed. Raises Rejected."""
    check_access(actor)
    entry = check(settings, account, told, now)
    doing = _Doing("hand", actor, now)
    with store.write() as session:
        new = _keep(session, [entry], doing)
        found = cases.of_orders(session, account, [entry.order_id])
    case_id = next(case.id for case in found if cases.key_of(case) == entry.key)
    return Entered(case_id, bool(new), doing.token)


def read_csv(
    store: Store, settings: Settings, raw: bytes, name: str, *, account: str, actor: Person, now: datetime
) -> Imported:
    """Enter the rows of a CSV with a heading row. Raises Rejected if it is none at all."""
    check_access(actor)
    if account not in settings.accounts:
        raise Rejected(f"There is no account {account!r} in the settings.")
    good: list[Entry] = []
    bad: list[tuple[int, str, str]] = []
    for line, row in _rows(raw):
        try:
            good.append(check(settings, account, row, now))
        except Rejected as error:
            bad.append((line, str(error), ",".join(f"{key}={value}" for key, value in row.items())))
    new, doing = 0, _Doing("csv", actor, now)
    for some in _at_once(good):
        with store.write() as session:
            new += _keep(session, some, doing)
    if bad:
        with store.write() as session:
            rejects.add(session, [_problem(account, name, each, now) for each in bad])
    distinct = len({entry.key for entry in good})
    undo = doing.token if good else None
    return Imported(new, distinct - new, tuple((line, why) for line, why, _ in bad), undo)


def check(settings: Settings, account: str, told: Mapping[str, str], now: datetime) -> Entry:
    """What was typed, checked. Raises Rejected with a sentence that says what to write instead."""
    known = settings.accounts.get(account)
    if known is None:
        raise Rejected(f"There is no account {account!r} in the settings.")
    given = {name: " ".join(str(told.get(name) or "").replace("\0", "").split()) for name in COLUMNS}
    order_id = given["order_id"]
    if identity.order_id(order_id) != order_id or not order_id:
        raise Rejected("Give the order number, 17 digits like 123-1234567-1234567.")
    kind = _KINDS.get(re.sub(r"[^a-z]", "", given["kind"].lower()))
    if kind is None:
        raise Rejected("Say whether it is an A-to-z claim or a chargeback.")
    place = given["marketplace"].upper() or None
    if place and place not in known.marketplaces:
        raise Rejected(f"The account {account} does not sell in {place}; choose another marketplace.")
    opened, respond = (_moment(given[name], name) for name in ("opened_at", "respond_by"))
    if opened and opened > now:
        raise Rejected("The day on which it was opened is still to come; correct it.")
    if opened and respond and respond < opened:
        raise Rejected("The answer cannot be due before the case was opened; correct one of both.")
    amount, currency = _money(given["amount"], given["currency"].upper())
    state, outcome = _choice(given["state"], STATES, "state"), _choice(given["outcome"], OUTCOMES, "outcome")
    if state == "closed" and outcome is None:
        raise Rejected("Say how it ended: granted, denied or withdrawn.")
    reason = given["reason"][:LONGEST_REASON] or None
    return Entry(account, order_id, kind, place, opened, respond, amount, currency, reason, state, outcome)


def _money(amount: str, currency: str) -> tuple[str | None, str | None]:
    if currency and currency not in _CURRENCIES:
        raise Rejected(f"{currency} is no currency of Amazon's; write three letters like EUR.")
    if not amount:
        return None, currency or None
    if not currency:
        raise Rejected("Say in which currency the amount is.")
    if currency != "JPY" and _THREE_DIGITS.fullmatch(amount):
        raise Rejected(f"{amount} may mean thousands or thousandths; write it with two decimals.")
    try:
        value = minor(amount, currency)
    except ValueError:
        raise Rejected(f"{amount[:40]} is no amount; write it like 45.90.") from None
    if not value or value < 0:
        raise Rejected("The amount is more than nothing; write it without a minus.")
    return decimal_string(value, currency), currency


def _moment(text: str, name: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        why = f"{text[:40]} could be read in several ways; write {name} like 2026-11-22 14:30 (UTC)."
        raise Rejected(why) from None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _choice(text: str, known: tuple[str, ...], what: str) -> str | None:
    found = text.lower().replace(" ", "_").replace("-", "_")
    if found and found not in known:
        raise Rejected(f"{text[:40]} is no {what}; write {', '.join(each.replace('_', ' ') for each in known)}.")
    return found or None


def _rows(raw: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """(line, values by our names) of each row."""
    if len(raw) > MOST_BYTES:
        raise Rejected(f"The file is larger than {MOST_BYTES // 1_000_000} MB; split it.")
    text = decode.open_text(io.BytesIO(raw), decode.look(io.BytesIO(raw))).read()
    first = text.split("\n", 1)[0]
    sign = max(",;\t", key=first.count)
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=sign))
    except csv.Error as error:
        raise Rejected(f"This is no CSV ({error}).") from None
    names = [_name(cell) for cell in table[0]] if table else []
    if "order_id" not in names or "kind" not in names:
        raise Rejected("The first row names the columns; it needs at least order_id and kind.")
    if len(table) > MOST_ROWS + 1:
        raise Rejected(f"The file has {len(table) - 1:,} rows; {MOST_ROWS:,} can be read at once.")
    for line, row in enumerate(table[1:], 2):
        if any(cell.strip() for cell in row):
            yield line, {name: cell for name, cell in zip(names, row, strict=False) if name}


def _name(cell: str) -> str:
    plain = re.sub(r"[^a-z]", "", cell.lower())
    by_plain = {name.replace("_", ""): name for name in COLUMNS} | _OTHER_NAMES
    return by_plain.get(plain, "")


@dataclass(frozen=True)
class _Doing:
    """Who enters something from where, and the token by which all of it is taken back."""

    source: str
    actor: Person
    now: datetime
    token: str = field(default_factory=lambda: uuid.uuid4().hex)


def _at_once(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """The entries in parts that are stored together; all of one case in one part, in their order."""
    part: list[Entry] = []
    for _, mine in groupby(sorted(entries, key=lambda entry: entry.key), key=lambda entry: entry.key):
        part += mine
        if len(part) >= AT_ONCE:
            yield part
            part = []
    if part:
        yield part


def _keep(session: Session, entries: Sequence[Entry], doing: _Doing) -> int:
    """Store entries, join them to what is known, and make the rows anew; how many cases are new."""
    new, said = 0, []
    for account, several in groupby(sorted(entries, key=lambda entry: entry.account), key=lambda entry: entry.account):
        mine = list(several)
        order_ids = {entry.order_id for entry in mine}
        stored, fresh = _locked(session, account, mine, doing)
        new += len(fresh)
        touched = {entry.key: stored[entry.key] for entry in mine}
        before = {key: actions.before(case, with_told=True) for key, case in touched.items()}
        for entry in mine:
            said.append(_enter(stored[entry.key], entry, doing))
        same = {"token": doing.token, "what": "enter", "person": doing.actor.name, "at": doing.now}
        steps = [{**same, "case_id": case.id, "version": case.version, "before": before[key]}
                 for key, case in touched.items()]  # fmt: skip
        session.flush()
        cases.remember(session, steps)
        cards.refresh(session, account, order_ids, now=doing.now)
    journal.append(session, *said)
    return new


def _locked(
    session: Session, account: str, entries: Sequence[Entry], doing: _Doing
) -> tuple[dict[cases.Key, ClaimCase], set[cases.Key]]:
    """(the cases of these entries' orders by key, locked; the keys of those that were made for it)."""
    order_ids = {entry.order_id for entry in entries}
    known = {cases.key_of(case) for case in cases.of_orders(session, account, order_ids)}
    fresh = {entry.key for entry in entries} - known
    cases.add(session, sorted(fresh), at=doing.now, by=doing.actor.name)
    ids = [case.id for case in cases.of_orders(session, account, order_ids)]
    return {cases.key_of(case): case for case in cases.lock(session, ids)}, fresh


def _enter(case: ClaimCase, entry: Entry, doing: _Doing) -> journal.Entry:
    told = {**_told(entry), "source": doing.source, "by": doing.actor.name, "at": doing.now.isoformat()}
    if not any(_same(told, each) for each in case.told):
        case.told = [*case.told, told]
    if entry.state:
        case.state_chosen, case.outcome_chosen = entry.state, entry.outcome
        case.chosen_at, case.chosen_by = doing.now, doing.actor.name
    case.version += 1
    what = {"source": doing.source, "state": entry.state}
    return journal.Entry(doing.now, doing.actor.name, "case.enter", f"case:{case.id}", None, what)


def _told(entry: Entry) -> dict[str, Any]:
    names = ("marketplace", "opened_at", "respond_by", "amount", "currency", "reason")
    values = {name: getattr(entry, name) for name in names}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def _same(told: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(told[name] == other.get(name) for name in told if name not in ("at", "by"))


def _problem(account: str, name: str, bad: tuple[int, str, str], now: datetime) -> dict[str, Any]:
    line, why, raw = bad
    place = f"{name[:100]}:{line}"
    same = {"source": "csv", "account": account, "stream": "claims", "state": "open", "at": now}
    return {**same, "place": place, "raw": raw.encode(), "reason": why}
