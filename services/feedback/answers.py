"""Public answers to product questions, product reviews and seller feedback: one each, and everybody will read it."""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data import journal
from data import public_answers as rows
from data.models.casework import PublicAnswer
from data.store import Store
from services.errors import Blocked, Rejected, Stale
from services.feedback import cards
from services.people import Person, check_access
from services.rules import identity
from services.rules.marketplaces import MARKETPLACES
from services.rules.policy import Verdict
from services.rules.public_answers import CHANNELS, KINDS, STATES, refusal, seller_central
from services.settings import Settings

LONGEST_ASKED = 10_000
LONGEST_ANSWER = 4_000
"""Characters; what Amazon itself takes in public answers is not documented, so this is only a sane end."""
GONE = "Somebody else changed this since you opened it; your text is still in the form. Look again, then save."


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; empty strings do not narrow."""

    state: str = ""
    kind: str = ""
    account: str = ""
    marketplace: str = ""


@dataclass(frozen=True)
class Answer:
    """One question or feedback with its answer; `link` is where it is copied to, `about` the order or product."""

    id: int
    version: int
    kind: str
    account: str
    marketplace: str
    order_id: str | None
    asin: str | None
    stars: int | None
    asked: str
    answer: str
    state: str
    link: str
    created_at: datetime
    created_by: str
    final_at: datetime | None
    final_by: str | None
    posted_at: datetime | None
    posted_by: str | None

    @property
    def about(self) -> str:
        """The order or the product."""
        return self.order_id or self.asin or ""


@dataclass(frozen=True)
class Page:
    """A page of answers, newest first; `next` is the mark of the following page."""

    rows: tuple[Answer, ...]
    next: int | None


def answers(store: Store, filters: Filters, *, mark: int | None = None, limit: int = 20) -> Page:
    """One page, in one statement; filters that do not exist find nothing narrower than all."""
    wanted = {name: value for name, value in vars(filters).items() if _is_known(name, value)}
    with store.read() as session:
        found = rows.page(session, wanted, before=mark, limit=limit + 1)
    shown = tuple(_shape(row) for row in found[:limit])
    return Page(shown, shown[-1].id if len(found) > limit else None)


def counts(store: Store) -> dict[str, int]:
    """How many are in state draft and final, counted up to a thousand."""
    with store.read() as session:
        return rows.counts(session)


def answer(store: Store, answer_id: int) -> Answer | None:
    """One of them."""
    with store.read() as session:
        row = rows.get(session, answer_id)
        return _shape(row) if row else None


def enter(
    store: Store,
    settings: Settings,
    *,
    kind: str,
    account: str,
    marketplace: str,
    about: str,
    asked: str,
    stars: int | None = None,
    actor: Person,
    now: datetime,
) -> int:
    """A new question, review or feedback by hand; its id. `about`: an order number for feedback, else an ASIN.

    `stars` (1 to 5) are a review's. Raises Rejected with a sentence.
    """
    given = {"kind": kind, "account": account, "marketplace": marketplace, "about": about, "asked": asked}
    wanted = checked(settings, **given, stars=stars, actor=actor)
    with store.write() as session:
        answer_id, entry = add(session, wanted, actor=actor, now=now)
        journal.append(session, entry)
    return answer_id


def checked(
    settings: Settings,
    *,
    kind: str,
    account: str,
    marketplace: str,
    about: str,
    asked: str,
    stars: int | None,
    actor: Person,
) -> dict[str, Any]:
    """The column values of a new one. Raises Rejected with a sentence."""
    check_access(actor)
    order_id, asin = _about(kind, about)
    known = settings.accounts.get(account)
    if known is None:
        raise Rejected(f"There is no account {account!r} in the settings.")
    if marketplace not in MARKETPLACES or marketplace not in known.marketplaces:
        raise Rejected(f"The account {account} does not sell in {marketplace or 'no marketplace'}; choose another one.")
    words = _tidy(asked)
    if not words or len(words) > LONGEST_ASKED:
        raise Rejected(f"Give the buyer's words, 1 to {LONGEST_ASKED:,} characters.")
    if kind == "product_review" and stars not in range(1, 6):
        raise Rejected("Give the stars of the review, 1 to 5.")
    return {
        "kind": kind,
        "account": account,
        "marketplace": marketplace,
        "order_id": order_id,
        "asin": asin,
        "stars": stars if kind == "product_review" else None,
        "asked": words,
    }


def add(session: Session, values: dict[str, Any], *, actor: Person, now: datetime) -> tuple[int, journal.Entry]:
    """Store a new one with an empty draft; its id, and what is to be written into the log at the end."""
    row = rows.add(session, **values, answer="", state="draft", created_at=now, created_by=actor.name, version=1)
    entry = {"kind": values["kind"], "marketplace": values["marketplace"]}
    return row.id, journal.Entry(now, actor.name, "public.enter", f"public:{row.id}", None, entry)


def check(settings: Settings, kind: str, text: str) -> Verdict:
    """What the policy check says of a public answer: personal details block."""
    from services.policy.check import check as look

    verdict: Verdict = look(text, channel=CHANNELS[kind], profile=settings.policy.profile)
    return verdict


def save(store: Store, answer_id: int, version: int, *, actor: Person, now: datetime, text: str) -> int:
    """Keep a draft, whatever it says; the new version. Raises Stale, or Rejected once it is final."""
    words = _tidy(text)
    _refuse_long(words)
    with _opened(store, answer_id, version, actor, now) as at:
        if at.row.state != "draft":
            raise Rejected(refusal(at.row.state, "draft") or "")
        at.values["answer"] = words
        at.say("public.draft", characters=len(words))
    return version + 1


def finish(
    store: Store, settings: Settings, answer_id: int, version: int, *, actor: Person, now: datetime, text: str
) -> int:
    """Mark an answer final, as `text` says it (what the confirmation showed); nobody edits it afterwards.

    Raises Stale, Blocked (with findings) or Rejected; nothing was written then.
    """
    words = _tidy(text)
    _refuse_long(words)
    with _opened(store, answer_id, version, actor, now) as at:
        _refuse(refusal(at.row.state, "final"))
        verdict = check(settings, at.row.kind, words)
        if verdict.verdict == "block":
            raise Blocked(verdict.findings)
        at.values |= {"answer": words, "state": "final", "final_at": now, "final_by": actor.name}
        at.say("public.final", characters=len(words))
    return version + 1


def posted(store: Store, answer_id: int, version: int, *, actor: Person, now: datetime) -> int:
    """Somebody copied the final answer to Seller Central."""
    with _opened(store, answer_id, version, actor, now) as at:
        _refuse(refusal(at.row.state, "posted"))
        at.values |= {"state": "posted", "posted_at": now, "posted_by": actor.name}
        at.say("public.posted")
        key = (at.row.account, at.row.order_id or "")
    if at.row.kind == "feedback":
        with store.write() as session:
            cards.refresh(session, [key], now=now)
    return version + 1


def discard(store: Store, answer_id: int, version: int, *, actor: Person, now: datetime) -> int:
    """Take a draft that needs no answer off the list; it can be put back."""
    return _move(store, answer_id, version, "discarded", actor, now)


def restore(store: Store, answer_id: int, version: int, *, actor: Person, now: datetime) -> int:
    """Put a discarded one back."""
    return _move(store, answer_id, version, "draft", actor, now)


@dataclass
class _Open:
    """One answer inside a write: its row, the values to be written, and the log."""

    session: Session
    row: PublicAnswer
    actor: Person
    now: datetime
    values: dict[str, Any] = field(default_factory=dict)
    said: list[journal.Entry] = field(default_factory=list)

    def say(self, what: str, **after: Any) -> None:
        """No words of anybody's are in the log."""
        name = f"public:{self.row.id}"
        self.said.append(journal.Entry(self.now, self.actor.name, what, name, {"state": self.row.state}, after or None))


@contextmanager
def _opened(store: Store, answer_id: int, version: int, actor: Person, now: datetime) -> Iterator[_Open]:
    check_access(actor)
    with store.write() as session:
        row = rows.get(session, answer_id)
        if row is None:
            raise Rejected("There is no such question or feedback any more.")
        at = _Open(session, row, actor, now)
        if row.version != version:
            raise Stale(GONE)
        yield at
        if not rows.change(session, answer_id, version, **at.values):
            raise Stale(GONE)
        journal.append(session, *at.said)


def _move(store: Store, answer_id: int, version: int, state: str, actor: Person, now: datetime) -> int:
    with _opened(store, answer_id, version, actor, now) as at:
        _refuse(refusal(at.row.state, state))
        at.values["state"] = state
        at.say("public.discard" if state == "discarded" else "public.restore")
    return version + 1


def _about(kind: str, about: str) -> tuple[str | None, str | None]:
    """(order id, ASIN) of what was typed."""
    words = about.strip()
    if kind not in KINDS:
        raise Rejected(f"Choose what it is: {' or '.join(name.lower() for name in KINDS.values())}.")
    if kind == "feedback":
        if identity.order_id(words) != words:
            raise Rejected("Feedback belongs to an order: give its number, 17 digits like 123-1234567-1234567.")
        return words, None
    asin = words.upper()
    if identity.asin(f"[ASIN: {asin}]") != asin:
        raise Rejected(
            "A question or review belongs to a product: give its ASIN, 10 letters and digits like B0EXAMPLE1."
        )
    return None, asin


def _tidy(text: str) -> str:
    plain = text.encode("utf-8", "ignore").decode().replace("\r\n", "\n").replace("\0", "")
    return "\n".join(line.rstrip() for line in plain.split("\n")).strip()


def _refuse_long(words: str) -> None:
    if len(words) > LONGEST_ANSWER:
        raise Rejected(f"The answer has {len(words):,} characters; {LONGEST_ANSWER:,} are allowed. Shorten it.")



def _refuse(why: str | None) -> None:
    if why:
        raise Rejected(why)


def _is_known(name: str, value: str) -> bool:
    known: dict[str, Container[str]] = {"state": STATES, "kind": KINDS, "marketplace": MARKETPLACES}
    return bool(value) and (name not in known or value in known[name])


def _shape(row: PublicAnswer) -> Answer:
    names = [name for name in Answer.__dataclass_fields__ if name != "link"]
    link = seller_central(row.kind, row.marketplace, asin=row.asin)
    return Answer(link=link, **{name: getattr(row, name) for name in names})
