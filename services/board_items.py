"""Makes things to do of the board's rows, in words, with what each is about and where it is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any, Protocol

from data.board import Found
from services import sync_status
from services.claims.shapes import KINDS as CLAIMS
from services.escalations.shapes import Line as Escalation
from services.returns.alarms import KINDS as BATCHES
from services.rules import followups
from services.rules.feedback import WINDOW
from services.rules.return_requests import NEEDS
from services.rules.today import Item

QUESTION_WITHIN = timedelta(hours=4)
"""So long a colleague's question may wait until it counts as late; a house rule, as are the next two."""
RATING_WITHIN, MAIL_WITHIN = timedelta(days=3), timedelta(hours=24)
LONGEST = 140
REPLIES = {
    "unknown": "A reply may or may not have left: settle it",
    "failed": "A reply did not reach the buyer",
    "copy": "A copy of a reply fits several tickets: choose",
}


def item_of(found: Found, now: datetime) -> Item:
    """A row of the board as a thing to do."""
    return _MAKERS[found.kind](found, now)


def _ticket(found: Found, kind: str, what: str, box: str, now: datetime) -> Item:
    return Item(
        kind=kind,
        keys=frozenset({f"ticket:{found.ticket_id}"}),
        what=what,
        about=" · ".join(fact for fact in (found.who, found.order_id or "no order") if fact),
        due_at=found.due_at,
        since=found.since or now,
        account=found.account or "",
        order_id=found.order_id,
        marketplace=found.marketplace,
        owner=found.owner,
        page="inbox",
        target=(("ticket", str(found.ticket_id)), ("box", box)),
    )


def _message(found: Found, now: datetime) -> Item:
    box = "late" if found.due_at and found.due_at < now else "waiting"
    item = _ticket(found, "message", _title(found), box, now)
    if not found.claim:
        return item
    # The notice of a claim and the claim are one thing, however many pages show it.
    return _with(item, keys=item.keys | {f"claim-of:{found.account}/{found.order_id}"})


def _title(found: Found) -> str:
    """What tells a ticket from its neighbours: the subject, or the first words if Amazon wrote the subject."""
    is_amazons = bool(found.who and found.what and found.who in found.what)
    return (found.more or "No text; look for a photo") if is_amazons or not found.what else found.what


def _reply(found: Found, now: datetime) -> Item:
    what = REPLIES.get(found.who or "", REPLIES["failed"])
    item = _ticket(found._replace(who=None), "reply", what, "asks", now)
    return _with(item, due_at=found.due_at or (found.since or now) + MAIL_WITHIN)


def _promise(found: Found, now: datetime) -> Item:
    return _ticket(found, "promise", f"Promised to hear from us: {_title(found)}", "all", now)


def _question(found: Found, now: datetime) -> Item:
    since = found.since or now
    is_answer = bool(found.n)
    said = found.more if is_answer else found.what
    words = " ".join((said or "").split())[:LONGEST]
    what = f"{found.who} {'answered' if is_answer else 'asks'}: {words}"
    item = _ticket(found._replace(who=None), "answer" if is_answer else "question", what, "questions", now)
    return _with(item, due_at=since + QUESTION_WITHIN, since=since, asks=True)


def _case(found: Found, now: datetime) -> Item:
    kind = found.what if found.what in ("a_to_z", "chargeback") else "a_to_z"
    what = f"{CLAIMS.get(kind, kind)}: {found.more or 'look in Seller Central'}"
    keys = frozenset({f"claim:{found.id}", f"claim-of:{found.account}/{found.order_id}"})
    return _plain(found, kind, keys, what, "claims", ("case", str(found.id)), now)


def _return(found: Found, now: datetime) -> Item:
    what = f"Return: {NEEDS.get(found.what or '', 'next step').lower()}"
    return _plain(found, "return", frozenset({f"return:{found.id}"}), what, "returns", ("id", str(found.id)), now)


def _feedback(found: Found, now: datetime) -> Item:
    """A removal is due when its window ends; a bad rating without a step soon after it was given."""
    ref = f"{found.account}/{found.order_id}"
    keys = frozenset({f"feedback:{ref}", *([f"ticket:{found.ticket_id}"] if found.ticket_id else [])})
    ends = datetime.combine(found.day or now.date(), time.min, UTC) + timedelta(days=1)
    stars = f"{found.n} star{'' if found.n == 1 else 's'}"
    words = "ask for its removal" if found.kind == "feedback" else "choose a step"
    item = _plain(found, found.kind, keys, f"Feedback, {stars}: {words}", "feedback", ("id", ref), now)
    began = ends - WINDOW
    return _with(item, due_at=ends if found.kind == "feedback" else began + RATING_WITHIN, since=began)


def _followup(found: Found, now: datetime) -> Item:
    label = followups.kind_of(found.what or "").label
    what = f"{label}: two people wrote in one cell" if found.n else f"{label}: contact the buyer"
    keys = frozenset({f"followup:{found.id}", *([f"ticket:{found.ticket_id}"] if found.ticket_id else [])})
    item = _plain(found, "followup", keys, what, "followups", ("id", str(found.id)), now)
    return _with(item, about=found.order_id or found.more or "no order", due_at=found.due_at)


def _decision(found: Found, now: datetime) -> Item:
    """A decision of a meeting is due at the end of its last day."""
    words = " ".join((found.what or "").split())[:LONGEST]
    keys, target = frozenset({f"decision:{found.id}"}), ("decision", str(found.id))
    ends = datetime.combine(found.day or now.date(), time.min, UTC) + timedelta(days=1)
    return _with(_plain(found, "decision", keys, f"Decision overdue: {words}", "meeting", target, now), due_at=ends)


def _batch(found: Found, now: datetime) -> Item:
    kind = BATCHES.get(found.what or "", found.what or "")
    what = f"Bad batch of {found.more}: {kind.lower()}, {found.n} of them"
    item = _plain(found, "batch", frozenset({f"batch:{found.id}"}), what, "returns", ("view", "batches"), now)
    return _with(item, about=found.account or "")


def _problem(found: Found, now: datetime) -> Item:
    """Mails set aside may be a buyer's, so they are due within a day; rows of reports when there is time."""
    number, is_mail = found.n or 0, bool(found.id)
    name = sync_status.title_of(found.what or "", found.more or "")
    things = f"{number} mail{'' if number == 1 else 's'}" if is_mail else f"{number} row{'' if number == 1 else 's'}"
    what = f"{things} could not be read" if not is_mail else f"{things} set aside"
    place = f"problem:{found.account}/{found.what}/{found.more}/{found.id}"
    keys = frozenset({place, *([f"mail-aside:{found.account}"] if is_mail else [])})
    since = found.since or now
    item = _plain(found, "mail" if is_mail else "rows", keys, what, "data_problems", None, now)
    return _with(item, about=f"{name} of {found.account}", due_at=since + MAIL_WITHIN if is_mail else None, since=since)


def _plain(
    found: Found, kind: str, keys: frozenset[str], what: str, page: str, target: tuple[str, str] | None, now: datetime
) -> Item:
    return Item(
        kind=kind,
        keys=keys,
        what=what,
        about=found.order_id or "",
        due_at=found.due_at,
        since=found.since or now,
        account=found.account or "",
        order_id=found.order_id,
        marketplace=found.marketplace,
        owner=found.owner,
        page=page,
        target=(target,) if target else (),
    )


class Waits(Protocol):
    """A line of the checklist as `services.checklist.waiting` gives it."""

    @property
    def what(self) -> str: ...
    @property
    def about(self) -> str: ...
    @property
    def marketplace(self) -> str | None: ...
    @property
    def due_at(self) -> datetime | None: ...
    @property
    def page(self) -> str: ...
    @property
    def target(self) -> tuple[str, str]: ...


def _with(item: Item, **changes: Any) -> Item:
    return replace(item, **changes)


_MAKERS: Mapping[str, Callable[[Found, datetime], Item]] = {
    "message": _message,
    "reply": _reply,
    "promise": _promise,
    "question": _question,
    "case": _case,
    "return": _return,
    "feedback": _feedback,
    "rating": _feedback,
    "followup": _followup,
    "decision": _decision,
    "batch": _batch,
    "problem": _problem,
}


def of_checklist(line: Waits, now: datetime) -> Item:
    """An open cell of the checklist."""
    return Item(
        kind="check",
        keys=frozenset({f"check:{line.target[1]}"}),
        what=line.what,
        about=line.about,
        due_at=line.due_at,
        since=line.due_at or now,
        marketplace=line.marketplace,
        page=line.page,
        target=(line.target,),
    )


MANY = "many/"
"""Of many things at once each is on the board itself."""
AS_WHAT = {"metric": "status", "source": "source", "claim": "a_to_z", "problem": "mail", "ticket": "message"}
"""As what kind of work a thing stands that escalated by itself."""


def of_escalations(lines: Sequence[Escalation], now: datetime) -> Iterator[Item]:
    """What somebody asks whoever looks, answers to their own, and what escalated by itself until somebody saw it."""
    for line in lines:
        if line.mine and line.state == "answered":
            yield _asking(line, "answer", f"{line.answered_by} answered: {line.answer}", line.answered_at or now)
        elif line.for_me and not line.by_itself:
            kind = "now" if line.urgency == "now" else "escalation"
            yield _with(_asking(line, kind, f"{line.by} asks: {line.sentence}", line.opened_at), due_at=line.needed_by)
        elif line.for_me and line.state == "asked" and not line.about.ref.startswith(MANY):
            yield _by_itself(line)


def _asking(line: Escalation, kind: str, what: str, since: datetime) -> Item:
    about = line.about
    return Item(
        kind=kind,
        keys=frozenset(
            {about.key, f"escalation:{line.id}", *([f"ticket:{about.ticket_id}"] if about.ticket_id else [])}
        ),
        what=" ".join(what.split())[:LONGEST],
        about=about.label,
        due_at=since + QUESTION_WITHIN,
        since=since,
        account=about.account,
        order_id=about.order_id,
        marketplace=about.marketplace,
        owner=line.to or None,
        page="today",
        target=(("escalation", str(line.id)),),
        asks=True,
        escalation=line.id,
    )


def _by_itself(line: Escalation) -> Item:
    """It says what the thing itself says, and opens it: whoever opens it has seen it."""
    about = line.about
    kind = AS_WHAT.get(about.kind, "escalation")
    item = _asking(line, kind, line.sentence, line.opened_at)
    # Of a status only today is known, and a source is silent now; the others stand by their own time.
    due = line.needed_by if kind in ("message", "mail", "a_to_z") else None
    keys = item.keys | ({f"mail-aside:{about.account}"} if about.kind == "problem" else frozenset())
    return _with(
        item,
        keys=keys,
        about=about.order_id or "",
        due_at=due,
        owner=None,
        page=about.page,
        target=about.target,
        asks=False,
        is_news=False,
    )
