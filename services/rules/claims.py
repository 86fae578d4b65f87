"""A-to-z claims and chargebacks: one per order and kind, made of Amazon's notices and of the money that moved.

Amazon's interface lists no claims, so the notices tell that one was opened and the finances that one was decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from services.rules.money import decimal_string

State = Literal["action_required", "under_review", "option_to_appeal", "closed"]
DAYS_TO_ANSWER = {"a_to_z": 2, "chargeback": 7}
"""Days from the notice's Date in which Amazon wants an answer, where the notice names none."""
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
    withdrawn or None; `source` is mail, finances or mail+finances. `respond_by` is None where no answer is asked for.
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
    """A second notice about a claim that waits is a reminder; after a decision it is a claim anew."""
    if before is not None and before.decided_at is None:
        return _stated(before, notice)
    days = notice.facts.get("respond_days")
    days = days if isinstance(days, int) and days > 0 else DAYS_TO_ANSWER[kind]
    respond_by = notice.sent_at + days * timedelta(hours=24)
    fresh = Claim(notice.account, notice.order_id, kind, opened_at=notice.sent_at, respond_by=respond_by)
    return _stated(replace(fresh, marketplace=before.marketplace if before else None), notice)


def _decided(before: Claim | None, notice: Notice, kind: str) -> Claim:
    claim = before or Claim(notice.account, notice.order_id, kind, opened_at=notice.sent_at)
    outcome = notice.facts.get("outcome") or claim.outcome
    appeal = bool(notice.facts.get("may_appeal")) and outcome != "denied"
    state: State = "option_to_appeal" if appeal else "closed"
    return _stated(replace(claim, state=state, outcome=outcome, decided_at=notice.sent_at), notice)


def _stated(claim: Claim, notice: Notice) -> Claim:
    facts = notice.facts
    amount = facts.get("amount")
    return replace(
        claim,
        marketplace=claim.marketplace or notice.marketplace,
        amount=claim.amount or (str(amount).lstrip("-") if amount else None),
        currency=claim.currency or facts.get("currency"),
        reason=claim.reason or facts.get("reason"),
    )


def _by_claim(moneys: Iterable[Money]) -> dict[tuple[str, str, str], list[Money]]:
    found: dict[tuple[str, str, str], list[Money]] = {}
    for money in moneys:
        kind = "a_to_z" if money.kind == "claim" else "chargeback"
        found.setdefault((money.account, money.order_id, kind), []).append(money)
    return found


def _with_money(claim: Claim | None, key: tuple[str, str, str], moneys: Sequence[Money]) -> Claim:
    """The buyer's part of the money is the amount; money that moves after the notice means that it was decided."""
    charges = [money for money in moneys if money.part == "charge"] or list(moneys)
    currency = charges[0].currency
    amount = abs(sum(money.amount for money in charges if money.currency == currency))
    first = min((money.first_at for money in moneys if money.first_at), default=None)
    last = max((money.last_at for money in moneys if money.last_at), default=None)
    source = "mail+finances" if claim else "finances"
    claim = claim or Claim(*key, state="closed", opened_at=first, decided_at=last, outcome="granted", source=source)
    came_after = last is None or claim.opened_at is None or last >= claim.opened_at
    if came_after and claim.decided_at is None:
        claim = replace(claim, state="closed", decided_at=last)
    if came_after and amount:
        claim = replace(claim, outcome=claim.outcome or "granted")
    marketplace = next((money.marketplace for money in moneys if money.marketplace), None)
    return replace(
        claim,
        marketplace=claim.marketplace or marketplace,
        amount=decimal_string(amount, currency) if amount else claim.amount,
        currency=currency,
        source=source,
    )
