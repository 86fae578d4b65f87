"""What the store can prove of the checklist by itself, and the pages of Seller Central where the rest is looked up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from services.rules.marketplaces import MARKETPLACES

_MAIL, _REPORT = timedelta(minutes=15), timedelta(hours=26)


class Proof(NamedTuple):
    """A question to the store; the figure 0 proves the duty done.

    `words`: what is counted, after the figure: of one, of several. `data` is what it is read from; no answer is
    believed whose data is older than `within` (the mail is read all the time, reports once a day or more often).
    `page` shows the rows behind it: page and parameters of its URL.
    """

    label: str
    words: tuple[str, str]
    data: str
    within: timedelta
    page: tuple[str, Mapping[str, str]]


PROOFS: Mapping[str, Proof] = {
    "no_late_messages": Proof(
        "No message unanswered over 24 h",
        ("conversation unanswered over 24 h", "conversations unanswered over 24 h"), "mail",
        _MAIL, ("work/inbox", {"box": "late"}),
    ),
    "claims_in_hand": Proof(
        "Every claim has an owner and is in time",
        ("claim without an owner or late", "claims without an owner or late"), "mail", _MAIL,
        ("work/claims", {"state": "action_required"}),
    ),
    "feedback_looked_at": Proof(
        "No feedback of 3 stars or fewer without a step", ("feedback without a step", "feedback without a step"),
        "feedback", _REPORT, ("work/feedback", {}),
    ),
    "returns_authorised": Proof(
        "No return waits for authorisation", ("return to authorise", "returns to authorise"), "returns", _REPORT,
        ("work/returns", {"box": "needs"}),
    ),
    "followups_contacted": Proof(
        "No follow-up is due for contact", ("follow-up due for contact", "follow-ups due for contact"), "sheets",
        timedelta(hours=1), ("work/followups", {}),
    ),
    "unshipped": Proof(
        "Unshipped is 0", ("order still to be shipped", "orders still to be shipped"), "orders", timedelta(hours=4),
        ("review/health", {"metric": "unshipped"}),
    ),
    "account_health": Proof(
        "Account health is NORMAL, GOOD or GREAT",
        ("figure not as Amazon wants it", "figures not as Amazon wants them"), "health", _REPORT, ("review/health", {}),
    ),
    "set_aside": Proof(
        "No mail is set aside", ("mail set aside", "mails set aside"), "mail", _MAIL, ("admin/data_problems", {}),
    ),
    "unexplained": Proof(
        "Every mail is explained", ("mail unexplained", "mails unexplained"), "mail", _MAIL, ("admin/sync", {}),
    ),
    "sources_fresh": Proof(
        "Every source is up to date", ("source not up to date", "sources not up to date"), "", _MAIL,
        ("admin/sync", {}),
    ),
}  # fmt: skip
DATA = {
    "mail": ("mail", "Mail was last read {} ago"),
    "feedback": ("feedback", "Feedback was last read {} ago"),
    "returns": ("returns", "The latest news of returns is {} old"),
    "orders": ("orders", "The latest news of orders is {} old"),
    "health": ("account health", "The last snapshot of account health is {} old"),
    "sheets": ("the sheets", "The sheets were last read {} ago"),
}
"""What proofs are read from: its name, and how its age is said."""


NOT_SERVED = "The settings name this account no more, so nothing is proved."


class Page(NamedTuple):
    """A page of Seller Central: what it is called, its fixed path, and the way there through the menus."""

    label: str
    path: str
    trail: str = ""


PAGES: Mapping[str, Page] = {
    "home": Page("Home", "/home"),
    "messages": Page("Buyer messages", "/messaging/inbox", "the envelope at the top right"),
    "permissions": Page("Messaging permissions", "/messaging/inbox", "the settings beside the messages"),
    "notifications": Page("Notification preferences", "/notifications/preferences", "the gear at the top right"),
    "feedback": Page("Feedback Manager", "/feedback-manager/index.html", "Performance, Feedback"),
    "claims": Page("A-to-z Guarantee claims", "/performance/dashboard", "Performance, A-to-z Guarantee claims"),
    "chargebacks": Page("Chargeback claims", "/gp/chargebacks/home.html", "Performance, Chargeback claims"),
    "returns": Page("Manage returns", "/gp/returns/list/v2", "Orders, Manage returns"),
    "unshipped": Page("Unshipped orders", "/orders-v3/mfn/unshipped", "Orders, Manage orders"),
    "health": Page("Account health", "/performance/dashboard", "Performance, Account health"),
    "reviews": Page("Customer reviews", "/brand-customer-reviews", "Brands, Customer reviews"),
    "profile": Page("Account info", "/hz/sc/account-information", "the gear, Account info"),
}  # fmt: skip


def seller_central(page: str, marketplace: str) -> str:
    """The address of a page in a marketplace's own Seller Central; "" where page or marketplace is unknown."""
    place, found = MARKETPLACES.get(marketplace), PAGES.get(page)
    return f"https://{place.seller_central}{found.path}" if place and found else ""


def sentence(kind: str, figure: int) -> str:
    """`0 messages unanswered over 24 h`."""
    one, several = PROOFS[kind].words
    return f"{figure:,} {one if figure == 1 else several}"


def too_old(kind: str, heard_at: datetime | None, now: datetime) -> str:
    """Why the data behind a proof is not to be believed, in a sentence; "" if it is."""
    proof = PROOFS[kind]
    if not proof.data or (heard_at is not None and now - heard_at <= proof.within):
        return ""
    name, age = DATA[proof.data]
    if heard_at is None:
        return f"Nothing is known here of {name}: look yourself and sign."
    return f"{age.format(_span(now - heard_at))}; a proof takes no more than {_span(proof.within)}."


def not_parsed(mails: int) -> str:
    """Why mail that arrived and was not looked into yet proves nothing; "" if there is none."""
    if not mails:
        return ""
    return f"{mails:,} mail{' waits' if mails == 1 else 's wait'} to be sorted, so nothing is proved yet."


def _span(length: timedelta) -> str:
    minutes = int(length.total_seconds()) // 60
    if minutes < 120:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} days"
