"""A-to-z claims and chargebacks: one per order and kind, made of Amazon's notices and of the money that moved.

Amazon's interface lists no claims, so the notices tell that one was opened and the finances that one was decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from services.rules.money import decimal_string

State = Literal["action_required", "under_review", "option_to_appeal", "closed"]
DAYS_TO_ANSWER = {"a_to_z": 2, "chargeback": 7}
"""Days from the notice's Date in which Amazon wants an answer, where the notice names none."""
SOURCES = ("mail", "finances", "return", "csv", "hand")
"""Who tells of claims, the most trusted first: what a later one says only fills what is unknown."""
STATES: tuple[State, ...] = ("action_required", "under_review", "option_to_appeal", "closed")
OUTCOMES = ("granted", "denied", "withdrawn")
LONGEST_APPEAL_DAYS = 60
_EARLY = "The decision of {decided} is dated before the opening of {opened}; look in Seller Central which one holds."
_KINDS = {
    "a_to_z_opened": ("a_to_z", True),
    "a_to_z_decision": ("a_to_z", False),
    "chargeback_opened": ("chargeback", True),
    "chargeback_decision": ("chargeback", False),
}


@dataclass(frozen=True)
class Notice:
    """A mail about a claim; `facts` as services.mail.notices reads them."""

    account: str
    order_id: str
    marketplace: str | None
    kind: str
    sent_at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Money:
    """What moved for an order: `kind` claim or chargeback, `part` charge, fee, …; signed minor units."""

    account: str
    order_id: str
    marketplace: str | None
    kind: str
    part: str
    currency: str
    amount: int
    first_at: datetime | None = None
    last_at: datetime | None = None


@dataclass(frozen=True)
class Claim:
    """One claim or chargeback. `amount` is a positive decimal string; `outcome` is granted (to the buyer), denied,
    withdrawn or None; `source` is mail, finances or mail+finances, and whatever else told of it, as in SOURCES.
    `respond_by` is None where no answer is asked for. `asked_at` is when Amazon asked again, in an appeal; `appeal_by`
    the end of the time to appeal where the decision names it. `was_granted`: at some time the buyer had won. `doubts`
    are sentences about what the sources say differently; nobody guesses which is right.
    """

    account: str
    order_id: str
    kind: str
    marketplace: str | None = None
    state: State = "action_required"
    opened_at: datetime | None = None
    respond_by: datetime | None = None
    decided_at: datetime | None = None
    amount: str | None = None
    currency: str | None = None
    reason: str | None = None
    outcome: str | None = None
    source: str = "mail"
    asked_at: datetime | None = None
    appeal_by: datetime | None = None
    was_granted: bool = False
    doubts: tuple[str, ...] = ()


def claims(notices: Iterable[Notice], moneys: Iterable[Money]) -> list[Claim]:
    """The claims, by account, order and kind."""
    found: dict[tuple[str, str, str], Claim] = {}
    for notice in sorted(notices, key=lambda each: each.sent_at):
        kind, opens = _KINDS[notice.kind]
        key = (notice.account, notice.order_id, kind)
        before = found.get(key)
        found[key] = _opened(before, notice, kind) if opens else _decided(before, notice, kind)
    for key, parts in _by_claim(moneys).items():
        found[key] = _with_money(found.get(key), key, parts)
    return [found[key] for key in sorted(found)]


def _opened(before: Claim | None, notice: Notice, kind: str) -> Claim:
    """A second notice about a claim that waits is a reminder; after a decision a question about the appeal, if it says
    so, else a claim anew.
    """
    if before is not None and before.decided_at is None:
        return _stated(before, notice)
    respond_by = notice.sent_at + _days(notice, kind) * timedelta(hours=24)
    if before is not None and before.respond_by is not None and notice.facts.get("about_appeal"):
        asked: dict[str, Any] = {"asked_at": notice.sent_at, "respond_by": respond_by}
        again = replace(before, state="action_required", outcome=None, decided_at=None, appeal_by=None, **asked)
        return _stated(again, notice)
    doubts = before.doubts if before else ()
    if before is not None and before.respond_by is None:
        doubts = (*doubts, _EARLY.format(decided=_day(before.decided_at), opened=_day(notice.sent_at)))
    fresh = Claim(notice.account, notice.order_id, kind, opened_at=notice.sent_at, respond_by=respond_by)
    was_granted = bool(before and before.was_granted)
    marketplace = before.marketplace if before else None
    return _stated(replace(fresh, marketplace=marketplace, was_granted=was_granted, doubts=doubts), notice)


def _days(notice: Notice, kind: str) -> int:
    """The days to answer that the notice names, else the usual ones."""
    days = notice.facts.get("respond_days")
    return days if isinstance(days, int) and days > 0 else DAYS_TO_ANSWER[kind]


def _decided(before: Claim | None, notice: Notice, kind: str) -> Claim:
    claim = before or Claim(notice.account, notice.order_id, kind, opened_at=notice.sent_at)
    outcome = notice.facts.get("outcome") or claim.outcome
    appeal = bool(notice.facts.get("may_appeal")) and outcome != "denied"
    state: State = "option_to_appeal" if appeal else "closed"
    was_granted = claim.was_granted or outcome == "granted"
    decided = replace(claim, state=state, outcome=outcome, decided_at=notice.sent_at, was_granted=was_granted)
    return _stated(replace(decided, appeal_by=_appeal_by(notice) if appeal else None), notice)


def _appeal_by(notice: Notice) -> datetime | None:
    """Until when the decision says that an appeal is open."""
    days = notice.facts.get("appeal_days")
    if not isinstance(days, int) or not 0 < days <= LONGEST_APPEAL_DAYS:
        return None
    return notice.sent_at + days * timedelta(hours=24)


def _stated(claim: Claim, notice: Notice) -> Claim:
    facts = notice.facts
    amount = facts.get("amount")
    said = _differs(claim, amount, facts.get("currency"), "A later mail")
    return replace(
        claim,
        marketplace=claim.marketplace or notice.marketplace,
        amount=claim.amount or (str(amount).lstrip("-") if amount else None),
        currency=claim.currency or facts.get("currency"),
        reason=claim.reason or facts.get("reason"),
        doubts=_added(claim.doubts, said),
    )


def _by_claim(moneys: Iterable[Money]) -> dict[tuple[str, str, str], list[Money]]:
    found: dict[tuple[str, str, str], list[Money]] = {}
    for money in moneys:
        kind = "a_to_z" if money.kind == "claim" else "chargeback"
        found.setdefault((money.account, money.order_id, kind), []).append(money)
    return found


def _with_money(claim: Claim | None, key: tuple[str, str, str], moneys: Sequence[Money]) -> Claim:
    """The buyer's part of the money is the amount; money that moves after the notice means that it was decided."""
    sums = _sums(moneys)
    currency = _main_currency(sums, claim.currency if claim else None)
    amount = abs(sums[currency])
    first = min((money.first_at for money in moneys if money.first_at), default=None)
    last = max((money.last_at for money in moneys if money.last_at), default=None)
    source = "mail+finances" if claim else "finances"
    outcome = "granted" if amount else None
    claim = claim or Claim(*key, state="closed", opened_at=first, decided_at=last, outcome=outcome, source=source)
    came_after = last is None or claim.opened_at is None or last >= claim.opened_at
    if came_after and claim.decided_at is None:
        claim = replace(claim, state="closed", decided_at=last)
    if came_after and amount:
        outcome = claim.outcome or "granted"
        claim = replace(claim, outcome=outcome, was_granted=claim.was_granted or outcome == "granted")
    told = [_differs(claim, decimal_string(amount, currency), currency, "What Amazon moved") if amount else None]
    told += _strange(sums, currency)
    marketplace = next((money.marketplace for money in moneys if money.marketplace), None)
    return replace(
        claim,
        marketplace=claim.marketplace or marketplace,
        amount=decimal_string(amount, currency) if amount else claim.amount,
        currency=currency,
        source=source,
        doubts=_added(claim.doubts, *told),
    )


def _sums(moneys: Sequence[Money]) -> dict[str, int]:
    """What moved by currency: the buyer's part, else whatever moved."""
    sums: dict[str, int] = {}
    for money in [each for each in moneys if each.part == "charge"] or moneys:
        sums[money.currency] = sums.get(money.currency, 0) + money.amount
    return sums


def _main_currency(sums: Mapping[str, int], stated: str | None) -> str:
    """The one that the mail names, else the one in which most units moved."""
    return stated if stated and stated in sums else max(sorted(sums), key=lambda each: abs(sums[each]))


def _strange(sums: Mapping[str, int], currency: str) -> list[str]:
    """Sentences about money that no single amount can tell."""
    others = [f"{decimal_string(abs(n), name)} {name}" for name, n in sorted(sums.items()) if name != currency and n]
    said = [f"Amazon moved {' and '.join(others)} too, which is not in the amount."] if others else []
    if sums[currency] > 0:
        said.append(f"In all Amazon gave back {decimal_string(sums[currency], currency)} {currency}; "
                    "look in Seller Central what it took before.")  # fmt: skip
    if sums[currency] == 0:
        said.append(f"All {currency} that Amazon took it gave back.")
    return said


@dataclass(frozen=True)
class Told:
    """What somebody entered, or a return row's A-to-Z flag says, of a claim; `source` is return, csv or hand.

    `amount` is a positive decimal string. What is None is not known.
    """

    account: str
    order_id: str
    kind: str
    source: str
    marketplace: str | None = None
    opened_at: datetime | None = None
    respond_by: datetime | None = None
    amount: str | None = None
    currency: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Choice:
    """What a person says became of a claim, and when they said so; `asked_at`: when Amazon asked again."""

    state: str
    outcome: str | None
    at: datetime
    asked_at: datetime | None = None


def joined(found: Iterable[Claim], told: Iterable[Told]) -> list[Claim]:
    """Claims with what else is told of them laid under; what nobody else knows of is a claim of its own."""
    claims_ = {(claim.account, claim.order_id, claim.kind): claim for claim in found}
    for each in sorted(told, key=lambda one: SOURCES.index(one.source)):
        key = (each.account, each.order_id, each.kind)
        claims_[key] = _with_told(claims_.get(key), key, each)
    return [claims_[key] for key in sorted(claims_)]


def _with_told(claim: Claim | None, key: tuple[str, str, str], told: Told) -> Claim:
    sources = [*(claim.source.split("+") if claim else ()), told.source]
    claim = claim or Claim(*key, source=told.source)
    said = [_differs(claim, told.amount, told.currency, f"The {_NAMES[told.source]}")]
    if told.opened_at and claim.opened_at and abs(told.opened_at - claim.opened_at) > timedelta(days=1):
        said.append(f"The {_NAMES[told.source]} says it was opened on {_day(told.opened_at)}.")
    if told.marketplace and claim.marketplace and told.marketplace != claim.marketplace:
        said.append(f"The {_NAMES[told.source]} says {told.marketplace}, not {claim.marketplace}.")
    is_open = claim.state == "action_required"
    # An amount and its currency come from one source, or from none.
    amount = (claim.amount, claim.currency) if claim.amount else (told.amount, told.currency or claim.currency)
    return replace(
        claim,
        source="+".join(dict.fromkeys(sources)),
        marketplace=claim.marketplace or told.marketplace,
        opened_at=claim.opened_at or told.opened_at,
        respond_by=claim.respond_by or (told.respond_by if is_open else None),
        amount=amount[0],
        currency=amount[1],
        reason=claim.reason or told.reason,
        doubts=_added(claim.doubts, *said),
    )


def placed(claim: Claim, marketplace: str | None) -> Claim:
    """The claim in its order's marketplace, which outweighs what anybody else says, and says so."""
    if not marketplace or marketplace == claim.marketplace:
        return claim
    said = f"The order is of {marketplace}, not {claim.marketplace}." if claim.marketplace else None
    return replace(claim, marketplace=marketplace, doubts=_added(claim.doubts, said))


def chosen(claim: Claim, choice: Choice | None) -> Claim:
    """The claim as a person marked it, unless Amazon has told something newer since."""
    news = max((at for at in (claim.opened_at, claim.decided_at, claim.asked_at) if at), default=None)
    if choice is None or (news is not None and news > choice.at):
        return claim
    state: State = next((each for each in STATES if each == choice.state), claim.state)
    outcome = choice.outcome or (claim.outcome if state in ("closed", "option_to_appeal") else None)
    decided = claim.decided_at or (choice.at if state in ("closed", "option_to_appeal") else None)
    was_granted = claim.was_granted or outcome == "granted"
    asked_at = choice.asked_at if state == "action_required" else claim.asked_at
    chosen_ = replace(claim, state=state, outcome=outcome, decided_at=decided, was_granted=was_granted)
    return replace(chosen_, asked_at=asked_at or claim.asked_at)


def result(claim: Claim) -> str:
    """What it came to for us: open, lost, recovered (the buyer had won first), kept, or unknown."""
    if claim.state != "closed":
        return "open"
    if claim.outcome == "granted":
        return "lost"
    if claim.outcome in ("denied", "withdrawn"):
        return "recovered" if claim.was_granted else "kept"
    return "unknown"


RESULTS = {
    "open": "Open",
    "lost": "Lost",
    "recovered": "Recovered",
    "kept": "Won",
    "unknown": "Closed, outcome unknown",
}
_NAMES = {"return": "returns report", "csv": "CSV", "hand": "entry by hand"}


def _differs(claim: Claim, amount: object, currency: object, who: str) -> str | None:
    """A sentence if somebody names another amount than the claim has."""
    if not amount or not claim.amount:
        return None
    same_currency = currency is None or claim.currency is None or currency == claim.currency
    if same_currency and Decimal(str(amount)).copy_abs() == Decimal(claim.amount):
        return None
    named = f"{str(amount).lstrip('-')} {currency or ''}".rstrip()
    return f"{who} says {named}; until then it was {claim.amount} {claim.currency or ''}".rstrip() + "."


def _added(doubts: tuple[str, ...], *said: str | None) -> tuple[str, ...]:
    return (*doubts, *(each for each in dict.fromkeys(said) if each and each not in doubts))


def _day(moment: datetime | None) -> str:
    return f"{moment.day} {moment:%b %Y}" if moment else "an unknown day"
