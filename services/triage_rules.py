"""The Rules page: rules in their order, their wording and history, the dry run, switching on and off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from data import conversations, journal, people, tickets, triage_rules, views
from data.models.triage import TriageDryRun, TriageRule
from data.store import Store
from services import triage, triage_dry_run
from services.errors import Rejected, Stale
from services.inbox import views as saved_views
from services.inbox.queue import row_of
from services.inbox.shapes import Row
from services.inbox.tags import tag_of
from services.people import Person
from services.rules.triage import Actions, Condition, Rule, action_said, fingerprint, said, why_not_savable, wording_of
from services.rules.triage import rule_of as triage_rule
from services.team import team

LONGEST_NAME = 60
NEW = 0
RETURNS = (
    "return",
    "refund",
    "send it back",
    "rücksendung",
    "rückgabe",
    "rembours",
    "retour",
    "restitu",
    "devol",
    "返品",
)
EXAMPLES = (
    Rule(
        NEW,
        "Returns together",
        (Condition("kind", ("return_request",)), Condition("text", RETURNS)),
        Actions(tags=("return",)),
        every=False,
    ),
    Rule(
        NEW,
        "Claims wait for a decision",
        (Condition("kind", ("a_to_z_opened", "chargeback_opened")),),
        Actions(status="on_hold", tags=("claim",)),
        stop=True,
    ),
)
"""What an empty page offers to start from."""


@dataclass(frozen=True)
class RuleLine:
    """A rule in the list: its wording in a sentence, since when it is on, and when its wording was last dry-run."""

    id: int
    version: int
    rule: Rule
    sentence: str
    on_since: datetime | None
    dry_run_at: datetime | None


@dataclass(frozen=True)
class Change:
    """What somebody did to a rule; `sentence` is the wording from then on, where it changed."""

    at: datetime
    by: str
    what: str
    sentence: str


@dataclass(frozen=True)
class Match:
    """A message that a rule would have touched: its ticket as it is now, and what would and would not be done."""

    row: Row
    at: datetime
    does: tuple[str, ...]
    leaves: tuple[str, ...]


@dataclass(frozen=True)
class DryRun:
    """What a dry run found in `looked` messages: how many match, in how many tickets, by day (UTC), and the newest.

    `stopped`: they match too, but a rule above ends the list. `done` and `left`: (in words, how often).
    """

    at: datetime
    by: str
    since: datetime
    looked: int
    matched: int
    tickets: int
    stopped: int
    done: tuple[tuple[str, int], ...]
    left: tuple[tuple[str, int], ...]
    days: tuple[tuple[date, int], ...]
    rows: tuple[Match, ...]


@dataclass(frozen=True)
class Choices:
    """What the editor offers: people, types in use, and shared views by id as text."""

    people: tuple[str, ...]
    types: tuple[str, ...]
    views: dict[str, str]


def rules(store: Store) -> tuple[RuleLine, ...]:
    """All rules in their order."""
    with store.read() as session:
        names = views.names(session)
        tried = triage_rules.dry_runs(session)
        return tuple(
            _line(row, names, tried.get((row.id, row.fingerprint))) for row in triage_rules.everything(session)
        )


def sentence(rule: Rule) -> str:
    """An example in words."""
    return said(rule, {})


def history(store: Store, rule_id: int) -> tuple[Change, ...]:
    """Who did what to a rule, newest first."""
    with store.read() as session:
        names, rows = views.names(session), triage_rules.history(session, rule_id)
    changes = []
    for row in rows:
        sentence = said(triage_rule(row.rule_id, "", row.wording), names) if row.what in ("made", "changed") else ""
        changes.append(Change(row.at, row.by, row.what, sentence))
    return tuple(changes)


def choices(store: Store) -> Choices:
    """What the editor offers."""
    with store.read() as session:
        working = tuple(person.name for person in people.everybody(session) if not person.disabled_at)
        return Choices(working, tuple(tickets.types(session)), views.shared_names(session))


def create(store: Store, rule: Rule, *, actor: Person, now: datetime, new_view: str = "") -> int:
    """Keep a new rule, switched off; `new_view` names a view to be made for its tickets. The rule's id.

    Raises Rejected with what must be mended.
    """
    _only_supervisors(actor)
    name, checked = _name(rule.name), _checked(store, rule, new_view, actor=actor, now=now)
    with store.write() as session:
        _refuse_taken(session, name, 0)
        row = triage_rules.add(session, name, wording_of(checked), fingerprint(checked))
        _note(session, row, "made", actor, now)
        return row.id


def change(
    store: Store, rule_id: int, version: int, *, actor: Person, now: datetime, rule: Rule, new_view: str = ""
) -> None:
    """Give a rule another name or wording. With another wording it goes off until that one is dry-run."""
    _only_supervisors(actor)
    name, checked = _name(rule.name), _checked(store, rule, new_view, actor=actor, now=now)
    with _opened(store, rule_id, version, actor=actor) as (session, row):
        _refuse_taken(session, name, rule_id)
        if row.name != name:
            row.name = name
            _note(session, row, "renamed", actor, now)
        if row.fingerprint != fingerprint(checked):
            row.wording, row.fingerprint = wording_of(checked), fingerprint(checked)
            _note(session, row, "changed", actor, now)
            if row.on_since:
                row.on_since = None
                _note(session, row, "off", actor, now)


def switch(store: Store, rule_id: int, version: int, *, actor: Person, now: datetime, on: bool) -> None:
    """Switch a rule on or off. On only if its present wording was dry-run."""
    with _opened(store, rule_id, version, actor=actor) as (session, row):
        if on and triage_rules.last_dry_run(session, row.id, row.fingerprint) is None:
            raise Rejected("Do the dry run of this wording first, and look at what it would change.")
        if bool(row.on_since) == on:
            return
        row.on_since = now if on else None
        _note(session, row, "on" if on else "off", actor, now)


def move(store: Store, rule_id: int, version: int, *, actor: Person, now: datetime, up: bool) -> None:
    """Let a rule change places with the one above or below it."""
    with _opened(store, rule_id, version, actor=actor) as (session, row):
        ordered = triage_rules.everything(session)
        at = ordered.index(row) + (-1 if up else 1)
        if not 0 <= at < len(ordered):
            return
        other = ordered[at]
        row.place, other.place = other.place, row.place
        _note(session, row, "moved up" if up else "moved down", actor, now)


def delete(store: Store, rule_id: int, version: int, *, actor: Person, now: datetime) -> int:
    """Take a rule away; what it did stays. The version for `restore`."""
    with _opened(store, rule_id, version, actor=actor) as (session, row):
        row.deleted_at, row.on_since = now, None
        _note(session, row, "deleted", actor, now)
    return version + 1


def restore(store: Store, rule_id: int, version: int, *, actor: Person, now: datetime) -> None:
    """Bring a deleted rule back, switched off."""
    with _opened(store, rule_id, version, actor=actor, deleted=True) as (session, row):
        _refuse_taken(session, row.name, rule_id)
        row.deleted_at = None
        _note(session, row, "restored", actor, now)


def dry_run(
    store: Store,
    rule_id: int,
    *,
    actor: Person,
    now: datetime,
    progress: triage_dry_run.Progress = lambda _share: None,
) -> DryRun:
    """Find out what a rule would have done in the last 90 days, and remember it with the rule's present wording."""
    _only_supervisors(actor)
    with store.read() as session:
        ordered = triage_rules.everything(session)
    row = next((each for each in ordered if each.id == rule_id), None)
    if row is None:
        raise Rejected("There is no such rule any more.")
    above = [triage.rule_of(each) for each in ordered[: ordered.index(row)] if each.on_since]
    result = triage_dry_run.run(store, above, triage.rule_of(row), now=now, progress=progress)
    since = now - triage_dry_run.REACH
    with store.write() as session:
        kept = triage_rules.keep_dry_run(session, rule_id, row.fingerprint, result, since=since, by=actor.name, at=now)
        after = {"fingerprint": row.fingerprint, "matched": result["matched"]}
        journal.append(session, journal.Entry(now, actor.name, "rule.dry_run", f"rule:{rule_id}", None, after))
    return _found(store, kept, now=now)


def last_dry_run(store: Store, rule_id: int, *, now: datetime) -> DryRun | None:
    """The newest dry run of a rule's present wording."""
    with store.read() as session:
        row = triage_rules.by_id(session, rule_id)
        kept = triage_rules.last_dry_run(session, rule_id, row.fingerprint) if row else None
    return _found(store, kept, now=now) if kept else None


def _found(store: Store, kept: TriageDryRun, *, now: datetime) -> DryRun:
    result, house = kept.result, team(store, now=now)
    with store.read() as session:
        names = views.names(session)
        cards = {card.ticket_id: card for card in conversations.cards(session, {r["ticket"] for r in result["rows"]})}
    matches = [
        Match(
            row_of(cards[row["ticket"]], now=now, house=house),
            datetime.fromisoformat(row["at"]),
            tuple(action_said(action, value, names) for action, value in row["does"]),
            tuple(f"{action_said(action, value, names)}: {why}" for action, value, why in row["leaves"]),
        )
        for row in result["rows"]
        if row["ticket"] in cards
    ]
    return DryRun(
        at=kept.at,
        by=kept.by,
        since=kept.since,
        **{name: result[name] for name in ("looked", "matched", "tickets", "stopped")},
        done=tuple((action_said(action, value, names), n) for action, value, n in result["done"]),
        left=tuple((f"{action_said(action, value, names)}: {why}", n) for action, value, why, n in result["left"]),
        days=tuple((date.fromisoformat(day), n) for day, n in result["days"]),
        rows=tuple(matches),
    )


@contextmanager
def _opened(
    store: Store, rule_id: int, version: int, *, actor: Person, deleted: bool = False
) -> Iterator[tuple[Session, TriageRule]]:
    """A rule for one write."""
    _only_supervisors(actor)
    with store.write() as session:
        row = triage_rules.one(session, rule_id)
        if row is None or bool(row.deleted_at) != deleted:
            raise Rejected("There is no such rule any more.")
        if row.version != version:
            raise Stale("Somebody changed this rule meanwhile; look at it and try again.")
        yield session, row
        row.version += 1


def _note(session: Session, row: TriageRule, what: str, actor: Person, now: datetime) -> None:
    """To the rule's history with its wording, and to the activity log without, since it may name a buyer."""
    triage_rules.note_change(session, row, what, by=actor.name, at=now)
    after = {"value": row.name, "fingerprint": row.fingerprint, "place": row.place}
    name = f"rule.{what.replace(' ', '_')}"
    journal.append(session, journal.Entry(now, actor.name, name, f"rule:{row.id}", None, after))


def _checked(store: Store, rule: Rule, new_view: str, *, actor: Person, now: datetime) -> Rule:
    """The rule as it is kept, with its new view made. Raises Rejected."""
    tags = tuple(dict.fromkeys(tag_of(tag) for tag in rule.actions.tags))
    actions = replace(rule.actions, tags=tags, type=" ".join(rule.actions.type.split())[:80])
    wanted = replace(rule, actions=replace(actions, view="0") if new_view else actions)
    if why := why_not_savable(wanted):
        raise Rejected(why)
    if not new_view:
        return wanted
    made = saved_views.save(store, new_view, None, shared=True, actor=actor, now=now)
    return replace(wanted, actions=replace(actions, view=str(made)))


def _refuse_taken(session: Session, name: str, rule_id: int) -> None:
    if any(row.name == name and row.id != rule_id for row in triage_rules.everything(session)):
        raise Rejected(f"There is a rule called {name} already; choose another name.")


def _name(name: str) -> str:
    wanted = " ".join(name.split())
    if not wanted or len(wanted) > LONGEST_NAME or not wanted.isprintable():
        raise Rejected(f"Give the rule a name of 1 to {LONGEST_NAME} characters.")
    return wanted


def _only_supervisors(actor: Person) -> None:
    if not actor.is_supervisor or actor.disabled:
        raise Rejected("Only a supervisor may change rules.")


def _line(row: TriageRule, names: dict[str, str], tried: datetime | None) -> RuleLine:
    rule = triage.rule_of(row)
    return RuleLine(row.id, row.version, rule, said(rule, names), row.on_since, tried)
