"""What speaks for the seller in a claim or chargeback: which pieces are wanted, which are there, and how to name files.

Source: Seller Central help 1781 (claims: carrier, tracking, proof of delivery, return address, correspondence) and
G202145040 (chargebacks: ship date, method, tracking, correspondence).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

EVIDENCE = {
    "tracking": "Carrier and tracking number",
    "delivery": "Proof of delivery",
    "thread": "Conversation with the buyer",
    "refunds": "Refund history",
    "return": "Return and its label",
}
_NOT_RECEIVED = re.compile(
    r"not (?:yet )?(?:been )?(?:received|arrived|delivered)|never (?:arrived|received)|non[- ]?(?:receipt|delivery)"
    r"|nicht (?:angekommen|erhalten|geliefert)|non (?:ricevut|arrivat|consegnat)|no (?:ha )?(?:recibid|llegad)"
    r"|(?:pas|non) (?:reçu|livré|arrivé)|届い",
    re.I,
)
LONGEST_NAME = 80
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.I)


@dataclass(frozen=True)
class Known:
    """What the rows know of an order; counts of messages, times in UTC, the rest as words."""

    carrier: str | None = None
    tracking: str | None = None
    shipped_at: datetime | None = None
    delivered: bool = False
    by_amazon: bool = False
    asked: int = 0
    answered: int = 0
    refunds: tuple[str, ...] = ()
    returns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tick:
    """A person's word on a piece of evidence."""

    has: bool
    by: str


@dataclass(frozen=True)
class Found:
    """One piece: whether it is there, and what was found, in words."""

    name: str
    label: str
    has: bool
    found: str
    wanted: bool
    ticked_by: str | None = None


def checklist(kind: str, reason: str | None, known: Known, ticks: Mapping[str, Tick]) -> tuple[Found, ...]:
    """The pieces in their order; a person's tick outweighs the rows. What is wanted and missing has `has` False."""
    about = _about(known)
    needed = wanted(kind, reason)
    found = []
    for name, label in EVIDENCE.items():
        has, words = about[name]
        tick = ticks.get(name)
        found.append(Found(name, label, tick.has if tick else has, words, name in needed, tick.by if tick else None))
    return tuple(found)


def wanted(kind: str, reason: str | None) -> frozenset[str]:
    """What helps: of an item that never arrived no return, of a chargeback none either."""
    is_return_wanted = kind == "a_to_z" and not _NOT_RECEIVED.search(reason or "")
    return frozenset(EVIDENCE) - (frozenset() if is_return_wanted else {"return"})


def _about(known: Known) -> dict[str, tuple[bool, str]]:
    track = " ".join(each for each in (known.carrier, known.tracking) if each)
    shipped = "Shipped by Amazon: Amazon has it itself." if known.by_amazon else "Not in our order data."
    arrived = "Delivered, says the carrier." if known.delivered else shipped
    talk = f"{known.asked} from the buyer, {known.answered} from us"
    return {
        "tracking": (bool(known.tracking) or known.by_amazon, track or shipped),
        "delivery": (known.delivered or known.by_amazon, arrived),
        "thread": (known.asked + known.answered > 0, talk),
        "refunds": (bool(known.refunds), "; ".join(known.refunds) or "No refund is known."),
        "return": (bool(known.returns), "; ".join(known.returns) or "No return is known."),
    }


@dataclass
class Names:
    """Gives each file of a packet a name of its own that can do no harm on any machine."""

    used: set[str] = field(default_factory=set)

    def safe(self, name: str) -> str:
        """`name` without folders, control and direction signs, reserved names; shortened, and told from others."""
        plain = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
        kept = "".join(each if _may_stay(each) else "_" for each in plain).strip(" .")
        stem, dot, end = kept.rpartition(".")
        if not dot or len(end) > 10:
            stem, end = kept, ""
        stem = stem[: LONGEST_NAME - len(end) - 1].strip(" .") or "file"
        stem = f"_{stem}" if _RESERVED.match(f"{stem}.") else stem
        return self._alone(stem, f".{end}" if end else "")

    def _alone(self, stem: str, end: str) -> str:
        made, n = f"{stem}{end}", 2
        while made.casefold() in self.used:
            made, n = f"{stem} ({n}){end}", n + 1
        self.used.add(made.casefold())
        return made


def _may_stay(sign: str) -> bool:
    return sign not in '<>:"|?*/\\~' and unicodedata.category(sign)[0] not in "C" and sign not in "\u2028\u2029"


def fitted(lines: list[tuple[int, str]], longest: int) -> tuple[str, tuple[str, ...]]:
    """(the text, lines that did not fit): lines of (weight, text) in their order, the lightest left out first."""
    kept = list(range(len(lines)))
    while len("\n".join(lines[at][1] for at in kept)) > longest and len(kept) > 1:
        # Of equal weight the last one goes first.
        kept.remove(min(kept, key=lambda at: (lines[at][0], -at)))
    out = tuple(lines[at][1] for at in range(len(lines)) if at not in kept)
    return "\n".join(lines[at][1] for at in kept)[:longest], out
