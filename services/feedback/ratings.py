"""The seller rating over 30, 90 and 365 days, as far as 1 to 3 star reports and typed-in totals tell it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from data import feedback_work as rows
from data import journal
from data.store import Store
from services.errors import Rejected
from services.feedback import cards
from services.feedback.shapes import Rating
from services.people import Person, check_access
from services.rules.feedback import share_positive
from services.settings import Settings

WINDOWS = (30, 90, 365)
MOST = 10_000_000


def ratings(store: Store, account: str, marketplace: str, *, now: datetime) -> tuple[Rating, ...]:
    """One row for each window; each ends on the day of its total, or today where none was typed in."""
    with store.read() as session:
        totals = rows.totals(session, account, marketplace)
        found = []
        for days in WINDOWS:
            total = totals.get(days)
            last = total.day if total else cards.today_in(marketplace, now)
            first = last - timedelta(days=days - 1)
            negative, neutral = rows.low_ratings(session, account, marketplace, first, last)
            n = total.ratings if total else None
            share = share_positive(n, negative + neutral)
            why = _why(n, negative + neutral)
            found.append(Rating(days, first, last, negative, neutral, n, total.day if total else None, share, why))
    return tuple(found)


def enter_total(
    store: Store, settings: Settings, *, account: str, marketplace: str, days: int, day: date, ratings: int,
    actor: Person, now: datetime,
) -> None:  # fmt: skip
    """Keep how many ratings Seller Central showed for a window on a day. Raises Rejected with a sentence."""
    check_access(actor)
    known = settings.accounts.get(account)
    if known is None or marketplace not in known.marketplaces:
        raise Rejected(f"The account {account or '(none)'} does not sell in {marketplace or 'no marketplace'}.")
    if days not in WINDOWS:
        raise Rejected("A window has 30, 90 or 365 days.")
    if day > cards.today_in(marketplace, now):
        raise Rejected("The day lies ahead; give the day on which you looked.")
    if not 0 <= ratings <= MOST:
        raise Rejected(f"Give the number of ratings, 0 to {MOST:,}.")
    row = {"account": account, "marketplace": marketplace, "days": days, "day": day, "ratings": ratings}
    with store.write() as session:
        rows.write_total(session, {**row, "at": now, "by": actor.name})
        after = {"days": days, "day": day.isoformat(), "ratings": ratings}
        name = f"feedback-total:{account}/{marketplace}"
        journal.append(session, journal.Entry(now, actor.name, "feedback.total", name, None, after))


def _why(total: int | None, low: int) -> str:
    if total is None:
        return "Amazon reports only 1 to 3 stars; type in the number of all ratings to see the share."
    if total == 0:
        return "No ratings in this window."
    if low > total:
        return "More 1 to 3 star feedback is known than ratings were typed in; check the number."
    return "From the typed-in total and the 1 to 3 star feedback of the same days."
