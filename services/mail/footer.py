"""What the links in Amazon's footer say: message, thread, marketplace, case. They are read, never fetched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, urlsplit

from services.rules.marketplaces import MARKETPLACES, by_domain, by_id

_CENTRAL = {place.seller_central for place in MARKETPLACES.values()} | {
    "sellercentral-europe.amazon.com",
    "sellercentral-japan.amazon.com",
    "sellercentral.amazon.com",
}
_SHOPS = {f"www.{place.domain}" for place in MARKETPLACES.values()}
_RESOLVE = {"/messaging/no-response-needed", "/gp/communication-manager/no-response-needed.html"}
_ID = re.compile(r"[A-Za-z0-9_.-]{4,128}")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)
_ORDER_PATH = re.compile(r"/orders-v3/order/([0-9]{3}-[0-9]{7}-[0-9]{7})(?:/|$)")


@dataclass(frozen=True)
class Footer:
    """Ids from the footer; each is None when no trusted link gives it. `marketplace` is our code."""

    amazon_message_id: str | None = None
    thread_id: str | None = None
    marketplace: str | None = None
    case_id: str | None = None
    console_url: str | None = None


def read_footer(links: Iterable[str]) -> Footer:
    """The ids in the links after the buyer's words; the last no-response-needed link counts.

    Only https links to the exact hosts of Seller Central (and, for the report link, of Amazon's shops) are read.
    """
    resolve: dict[str, str] = {}
    case: tuple[str | None, str | None] = (None, None)
    for link in links:
        url = trusted(link)
        if url is None:
            continue
        if url.path in _RESOLVE and url.hostname in _CENTRAL:
            resolve = _query(url)
        elif url.path.startswith("/messaging/"):
            case = _case(url) or case
    place = by_id(resolve.get("mp"))
    message = resolve.get("m") or resolve.get("msg")
    return Footer(_id(message), _id(resolve.get("t")), place.code if place else None, *case)


def trusted(link: str) -> SplitResult | None:
    """A link taken apart if it is https and its host is exactly Seller Central's or a shop's, else None."""
    try:
        url = urlsplit(link)
        host, port = url.hostname, url.port
    except ValueError:
        return None
    plain = url.scheme == "https" and port in (None, 443) and not url.username
    return url if plain and (host in _CENTRAL or host in _SHOPS) else None


def resolves_case(link: str) -> bool:
    """Whether following a link would close the case at Amazon; such a link is never offered as a link."""
    return "no-response-needed" in link


def order_in_links(links: Iterable[str]) -> str | None:
    """The order id that a Seller Central link of a notice is about, or None."""
    for link in links:
        url = trusted(link)
        found = _ORDER_PATH.search(url.path) if url else None
        if found:
            return found.group(1)
    return None


def marketplace_in_links(links: Iterable[str]) -> str | None:
    """The marketplace whose own Seller Central or shop the links lead to, or None; `.com` says nothing."""
    for link in links:
        url = trusted(link)
        place = by_domain(url.hostname) if url else None
        if place is not None and place.tld != "com":
            return place.code
    return None


def _query(url: SplitResult) -> dict[str, str]:
    try:
        return {key: values[-1] for key, values in parse_qs(url.query, max_num_fields=50).items()}
    except ValueError:
        return {}


def _id(value: str | None) -> str | None:
    return value if value and _ID.fullmatch(value) else None


def _case(url: SplitResult) -> tuple[str, str] | None:
    query = _query(url)
    case, customer = query.get("ss", ""), query.get("cc", "")
    if query.get("fi") != "caseId" or not _UUID.fullmatch(case):
        return None
    place = by_domain(url.hostname)
    host = url.hostname if url.hostname in _CENTRAL else place.seller_central if place else None
    cc = f"&cc={customer}" if _UUID.fullmatch(customer) else ""
    return case.lower(), f"https://{host}/messaging/inbox?fi=caseId&ss={case}{cc}"
