"""Grammar of Amazon's identifiers: relay addresses, order ids, ASINs; and the masking of addresses in logs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.rules.marketplaces import BY_TLD, Marketplace, by_domain

ORDER = re.compile(r"(?<![0-9])[0-9]{3}-[0-9]{7}-[0-9]{7}(?![0-9])")
"""An order id: 17 digits as 3-7-7."""

_ASIN_BLOCK = re.compile(r"\[ASIN:\s*([A-Z0-9]{10})\]", re.I)
_ASIN_LINK = re.compile(r"/(?:dp|gp/product)/(B0[A-Z0-9]{8}|[0-9]{9}[0-9X])(?![A-Z0-9])")
_ALIAS = re.compile(r"[a-z0-9][a-z0-9._=-]{0,63}")
_CASE = re.compile(r"[a-z0-9._-]{1,64}")
_ADDRESS = re.compile(r"[\w.+=~-]{1,256}@(?=[\w-]{1,64}\.)", re.A)
_SYSTEM: tuple[str, ...] = ("donotreply", "noreply", "naoresponda", "nepasrepondre", "nichtantworten")
_SYSTEM += ("norispondere", "noresponder", "mailerdaemon", "postmaster")
# What people and phones type for the digits and hyphens of an order id.
_PLAIN_DIGITS = str.maketrans("０１２３４５６７８９٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹‐‑‒–—−－ー", "0123456789" * 3 + "-" * 8)


@dataclass(frozen=True)
class Relay:
    """A buyer's address at Amazon: one alias per buyer and marketplace, with the case it is about, if any."""

    alias: str
    case: str | None
    marketplace: Marketplace

    @property
    def key(self) -> str:
        """The customer key: the address without its case part, in lower case."""
        return f"{self.alias}@marketplace.{self.marketplace.domain}"

    @property
    def address(self) -> str:
        """Where a reply goes: the address with its case part."""
        case = f"+{self.case}" if self.case else ""
        return f"{self.alias}{case}@marketplace.{self.marketplace.domain}"


def split_address(address: str | None) -> tuple[str, str]:
    """Local part and domain in lower case; both empty when there is no single `@`."""
    local, at, domain = (address or "").strip().lower().rpartition("@")
    return (local, domain.rstrip(".")) if at and local and "@" not in local else ("", "")


def is_system_local(local: str) -> bool:
    """Whether a local part is one of Amazon's machines (`donotreply`, `no-reply`, …), never a buyer."""
    return re.sub(r"[._-]", "", local.partition("+")[0].lower()).startswith(_SYSTEM)


def relay_marketplace(address: str | None) -> Marketplace | None:
    """The marketplace whose relay domain this address has, by the whole domain, or None."""
    domain = split_address(address)[1]
    prefix = "marketplace.amazon."
    return BY_TLD.get(domain.removeprefix(prefix)) if domain.startswith(prefix) else None


def relay(address: str | None) -> Relay | None:
    """A buyer's relay address taken apart; None for anything else, Amazon's system addresses included."""
    place = relay_marketplace(address)
    if place is None:
        return None
    local = split_address(address)[0]
    alias, _, case = local.partition("+")
    if is_system_local(local) or not _ALIAS.fullmatch(alias):
        return None
    return Relay(alias, case if _CASE.fullmatch(case) else None, place)


def is_amazon(address: str | None) -> bool:
    """Whether the domain is `amazon.<tld>` of a known marketplace, or below it, by whole labels."""
    domain = split_address(address)[1]
    return domain.isascii() and by_domain(domain) is not None


def looks_like_amazon(address: str | None) -> bool:
    """Whether an address has Amazon's name in its domain without being Amazon's."""
    return "amazon" in split_address(address)[1] and not is_amazon(address)


def order_id(text: str) -> str | None:
    """The first order id in a text, also in full-width or Arabic digits or with other hyphens, or None."""
    found = ORDER.search(text)
    if found is None and not text.isascii():
        found = ORDER.search(text.translate(_PLAIN_DIGITS))
    return found.group() if found else None


def asin(text: str) -> str | None:
    """The product a text names: `[ASIN: …]`, else a product link of Amazon's form; or None."""
    found = _ASIN_BLOCK.search(text) or _ASIN_LINK.search(text)
    return found.group(1).upper() if found else None


def mask_address(text: str) -> str:
    """A text with the local part of every mail address masked, for logs: `abcd****@marketplace.amazon.de`."""
    return _ADDRESS.sub(lambda found: f"{found.group()[: min(4, len(found.group()) // 2)]}****@", text)
