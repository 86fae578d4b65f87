"""Which marketplaces the settings name, what covers them, and since when: noticed by the sync day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from data import checklist as rows
from services.rules.checklist import WHOLE
from services.settings import Account, Settings

BY_HAND = "by hand"


@dataclass(frozen=True)
class Coverage:
    """What reads the mail and what reads the reports of a marketplace: mailbox, API, files, or nobody (by hand)."""

    account: str
    marketplace: str
    mail: str
    reports: str

    @property
    def by_hand(self) -> bool:
        """Whether some of it has to be looked up in Seller Central."""
        return BY_HAND in (self.mail, self.reports)


def coverage(settings: Settings) -> tuple[Coverage, ...]:
    """What covers each marketplace, as the settings say. A mailbox may bring the mail of every account."""
    shared = any(account.mailbox for account in settings.accounts.values())
    return tuple(
        Coverage(name, code, _mail(account, shared), _reports(account))
        for name, account in settings.accounts.items()
        for code in account.marketplaces
    )


def _mail(account: Account, shared: bool) -> str:
    if account.mailbox or shared:
        return "mailbox"
    return "files" if account.folder else BY_HAND


def _reports(account: Account) -> str:
    if account.sp_api:
        return "Amazon's API"
    return "files" if account.folder else BY_HAND


def served(settings: Settings) -> dict[tuple[str, str], bool]:
    """(account, marketplace, or WHOLE for the account itself) -> whether it has to be swept by hand."""
    found = {(name, WHOLE): False for name in settings.accounts}
    return found | {(each.account, each.marketplace): each.by_hand for each in coverage(settings)}


def notice(session: Session, settings: Settings, today: date) -> bool:
    """Write down what came, went or is covered otherwise from today on; whether there was anything."""
    wanted = served(settings)
    holding = {(row.account, row.marketplace): row for row in rows.places(session) if row.until is None}
    for name, row in holding.items():
        if wanted.get(name) != row.by_hand:
            row.until = today
    session.flush()
    news = {name: hand for name, hand in wanted.items() if name not in holding or holding[name].until is not None}
    for (account, marketplace), by_hand in news.items():
        rows.begin_place(session, account, marketplace, since=today, by_hand=by_hand)
    return bool(news) or any(row.until is not None for row in holding.values())
