"""Duties: the starter set, and what supervisors change of them, always from a coming period on."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, cast

from sqlalchemy.orm import Session

from data import checklist as rows
from data import journal
from data.models.checklist import Duty, DutyVersion
from data.store import Store
from services.checklist import plan
from services.errors import Rejected, Stale
from services.people import Person, check_access
from services.rules import checklist as rules
from services.rules.checklist import RHYTHMS, SCOPES, Rhythm
from services.rules.checks import PAGES, PROOFS
from services.rules.marketplaces import MARKETPLACES
from services.settings import ROOT, Settings

STARTER_SET = ROOT / "data" / "starter_duties.csv"
LONGEST_TITLE, LONGEST_HOW = 80, 2000
STALE = "Somebody changed this duty since it was shown; look at it first."
FIELDS = ("title", "days", "at", "scope", "marketplaces", "proof", "page", "how")


@dataclass(frozen=True)
class Wording:
    """What a supervisor says of a duty; `days`, `scope`, `marketplaces` as in `services.rules.checklist.Duty`."""

    title: str
    rhythm: str = "daily"
    days: tuple[int, ...] = ()
    at: time = time(17)
    scope: str = "each"
    marketplaces: tuple[str, ...] = ()
    proof: str = ""
    page: str = ""
    how: str = ""


@dataclass(frozen=True)
class Version:
    """A wording with the days on which it holds, who wrote it and when."""

    wording: Wording
    valid_from: date
    valid_to: date | None
    made_at: datetime
    made_by: str

    @property
    def was_dropped(self) -> bool:
        """Whether it was ended before it ever held."""
        return self.valid_to is not None and self.valid_to <= self.valid_from


@dataclass(frozen=True)
class Line:
    """A duty with all its versions, oldest first; `version` is what a change has to name."""

    id: int
    version: int
    rhythm: str
    versions: tuple[Version, ...]

    @property
    def last(self) -> Version:
        """The latest version that holds or will hold, else the very last."""
        return next((each for each in reversed(self.versions) if not each.was_dropped), self.versions[-1])


def listing(store: Store) -> tuple[Line, ...]:
    """Every duty, those that ended too; one statement."""
    with store.read() as session:
        found = rows.all_duties(session)
    by_id: dict[int, tuple[Duty, list[Version]]] = {}
    for duty, version in found:
        by_id.setdefault(duty.id, (duty, []))[1].append(_version(duty, version))
    lines = [Line(duty.id, duty.version, duty.rhythm, tuple(mine)) for duty, mine in by_id.values()]
    order = list(RHYTHMS)
    return tuple(sorted(lines, key=lambda line: (order.index(line.rhythm), line.last.wording.at, line.id)))


def add(store: Store, settings: Settings, wording: Wording, *, from_day: date, actor: Person, now: datetime) -> int:
    """A new duty from a day on, today at the earliest; its id. Raises Rejected."""
    _only_supervisors(actor)
    values = checked(wording)
    with store.write() as session:
        begins = max(from_day, _today(session, settings, now))
        values = {**values, "valid_from": begins, "valid_to": None}
        made = rows.add_duty(session, values, rhythm=wording.rhythm, key=None, by=actor.name, at=now)
        _say(session, "duty.add", made, actor, now, None, {"from": begins.isoformat(), "title": values["title"]})
    return made


def change(
    store: Store, settings: Settings, duty_id: int, version: int, wording: Wording, *, from_day: date, actor: Person,
    now: datetime,
) -> date:  # fmt: skip
    """Another wording from the first period on that begins on `from_day` or later, never today's; that day.

    Periods before it keep theirs, and what was planned for later is replaced. Raises Stale or Rejected.
    """
    _only_supervisors(actor)
    with store.write() as session:
        duty = _duty(session, duty_id, version)
        values = checked(replace(wording, rhythm=duty.rhythm))
        day = rules.first_start(_rhythm(duty), from_day, _today(session, settings, now))
        old = _holding(session, duty_id, day)
        rows.end_versions(session, duty_id, day)
        rows.drop_version(session, duty_id, day)
        rows.add_version(session, duty_id, {**values, "valid_from": day, "valid_to": None}, by=actor.name, at=now)
        duty.version += 1
        before = {name: getattr(old, name) for name in FIELDS if old and getattr(old, name) != values[name]}
        after = {name: values[name] for name in before}
        _say(session, "duty.change", duty_id, actor, now, before, {**after, "from": day.isoformat()})
    return day


def end(
    store: Store, settings: Settings, duty_id: int, version: int, *, from_day: date, actor: Person, now: datetime
) -> date:
    """No more cells from the first period on that begins on `from_day` or later; that day. Raises Stale or Rejected."""
    _only_supervisors(actor)
    with store.write() as session:
        duty = _duty(session, duty_id, version)
        day = rules.first_start(_rhythm(duty), from_day, _today(session, settings, now))
        if _holding(session, duty_id, day) is None:
            raise Rejected("This duty has ended by then already.")
        rows.end_versions(session, duty_id, day)
        rows.drop_version(session, duty_id, day)
        duty.version += 1
        _say(session, "duty.end", duty_id, actor, now, None, {"from": day.isoformat()})
    return day


def begin(session: Session, today: date, *, now: datetime) -> None:
    """Put the starter set in if there never was a duty."""
    if rows.all_duties(session):
        return
    with STARTER_SET.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            values = checked(_starter(row))
            dates = {"valid_from": today, "valid_to": None}
            rows.add_duty(session, {**values, **dates}, rhythm=row["rhythm"], key=row["key"], by="starter set", at=now)


def checked(wording: Wording) -> dict[str, Any]:
    """A wording as it is stored. Raises Rejected with a sentence."""
    title, how = " ".join(wording.title.split()), wording.how.replace("\0", "").strip()
    if not 1 <= len(title) <= LONGEST_TITLE:
        raise Rejected(f"Give the duty a name of 1 to {LONGEST_TITLE} characters.")
    if len(how) > LONGEST_HOW:
        raise Rejected(f"Say how it is done in at most {LONGEST_HOW:,} characters.")
    if wording.rhythm not in RHYTHMS or wording.scope not in SCOPES:
        raise Rejected("Choose daily, weekly or monthly, and where it is to be done.")
    if wording.proof not in ("", *PROOFS) or wording.page not in ("", *PAGES):
        raise Rejected("Choose the proof and the page from the lists.")
    places = sorted(set(wording.marketplaces)) if wording.scope == "chosen" else []
    if wording.scope == "chosen" and not places:
        raise Rejected("Choose at least one marketplace.")
    if unknown := [code for code in places if code not in MARKETPLACES]:
        raise Rejected(f"{unknown[0]} is no marketplace.")
    days = _days(wording)
    return {
        "title": title, "days": ",".join(map(str, days)), "at": f"{wording.at:%H:%M}", "scope": wording.scope,
        "marketplaces": ",".join(places), "proof": wording.proof, "page": wording.page, "how": how,
    }  # fmt: skip


def _days(wording: Wording) -> list[int]:
    days = sorted(set(wording.days))
    least, most = (1, 31) if wording.rhythm == "monthly" else (0, 6)
    if any(not least <= day <= most for day in days):
        raise Rejected("Choose days of the week, or a day of the month from 1 to 31.")
    if wording.rhythm != "daily" and len(days) != 1:
        raise Rejected("Choose the one day on which it is due.")
    return [] if days == list(range(7)) else days


def _starter(row: dict[str, str]) -> Wording:
    days = plan.days_of(row["days"])
    at, places = time.fromisoformat(row["at"]), tuple(filter(None, row["marketplaces"].split(" ")))
    words = (row["title"], row["rhythm"], days, at, row["scope"], places, row["proof"], row["page"], row["how"])
    return Wording(*words)


def _version(duty: Duty, row: DutyVersion) -> Version:
    places = tuple(filter(None, row.marketplaces.split(",")))
    days, at = plan.days_of(row.days), time.fromisoformat(row.at)
    wording = Wording(row.title, duty.rhythm, days, at, row.scope, places, row.proof, row.page, row.how)
    return Version(wording, row.valid_from, row.valid_to, row.made_at, row.made_by)


def _duty(session: Session, duty_id: int, version: int) -> Duty:
    duty = rows.duty(session, duty_id)
    if duty is None:
        raise Rejected("There is no such duty.")
    if duty.version != version:
        raise Stale(STALE)
    return duty


def _holding(session: Session, duty_id: int, day: date) -> DutyVersion | None:
    """What would hold on a day, or begin after it."""
    found = [each for each in rows.versions(session, duty_id) if each.valid_to is None or each.valid_to > day]
    return next((each for each in found if each.valid_from <= day), next(iter(found), None))


def _today(session: Session, settings: Settings, now: datetime) -> date:
    return plan.load(session, settings, now=now, first=now.date(), last=now.date()).today


def _rhythm(duty: Duty) -> Rhythm:
    return cast(Rhythm, duty.rhythm)


def _say(
    session: Session, what: str, duty_id: int, actor: Person, now: datetime, before: dict[str, Any] | None,
    after: dict[str, Any],
) -> None:  # fmt: skip
    journal.append(session, journal.Entry(now, actor.name, what, f"duty:{duty_id}", before, after))


def _only_supervisors(actor: Person) -> None:
    check_access(actor)
    if not actor.is_supervisor:
        raise Rejected("Only a supervisor may change duties.")
