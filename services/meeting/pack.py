"""Makes the pack of a week or a month out of the store: one template for both, and for every file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from data import meeting_figures as rows
from data import people
from data.meeting_figures import Asked
from data.store import Store
from services.errors import Rejected
from services.meeting.decided import decided_section
from services.meeting.duties import checklist_section, followups_section, health_section
from services.meeting.messages import fate, response_section, tally, why_section
from services.meeting.money import money_section
from services.meeting.numbers import Moment, Scene, Values, scene, values
from services.meeting.reasons import reasons_section
from services.meeting.shapes import VERSION, Cell, Figure, Pack, Section
from services.meeting.stories import worst_section
from services.rules import periods
from services.rules.meeting_figures import FIGURES
from services.rules.periods import Kind, Period
from services.settings import Settings

HOUR = timedelta(hours=1)
Ticket = tuple[Cell, ...]
"""A row of the sheet of tickets, in the order of `shapes.TICKET_COLUMNS`."""


def period_of(kind: Kind, name: str, now: datetime) -> Period:
    """The period of a name. Raises Rejected with a sentence if there is none or it has not begun."""
    try:
        found = periods.parse(kind, name)
        periods.as_of(found, now)
    except ValueError as error:
        raise Rejected(str(error)) from None
    return found


def build(store: Store, settings: Settings, period: Period, now: datetime) -> Pack:
    """The pack of a period as known at its end, or until now while it runs. A fixed number of passes over its rows."""
    seen = scene(store, settings, period, now)
    current, before = tally(seen, seen.at), tally(seen, seen.last)
    sections = (
        decided_section(seen),
        response_section(seen),
        why_section(current, before, known=seen.is_known(seen.last)),
        worst_section(seen, current),
        reasons_section(seen, current, before),
        money_section(seen),
        health_section(seen),
        checklist_section(seen),
        followups_section(seen),
    )
    return _pack(seen, sections)


def _pack(seen: Scene, sections: tuple[Section, ...]) -> Pack:
    at, known = seen.at, [each for each in seen.before if seen.is_known(each)]
    word = at.period.kind
    return Pack(
        version=VERSION,
        kind=word,
        period=at.period.name,
        title=at.period.title,
        start=at.period.start.isoformat(),
        end=at.period.end.isoformat(),
        as_of=at.as_of.isoformat().replace("+00:00", "Z"),
        running=at.as_of < at.period.ends_at,
        seller=", ".join(each.shop or name for name, each in sorted(seen.settings.accounts.items())),
        last=seen.last.period.name,
        usual=f"Mean of {len(known)} {word}s",
        covers=tuple(covers(seen)),
        figures=headline(seen, known),
        sections=sections,
    )


def headline(seen: Scene, known: list[Moment]) -> tuple[Figure, ...]:
    """The headline figures with those of the period before and the mean of the known ones before."""
    now = values(seen.store, seen.settings, seen.at, found=seen.numbers)
    before = {each.period.name: values(seen.store, seen.settings, each, found=seen.of(each)) for each in known}
    last = before.get(seen.last.period.name, {})
    return tuple(
        Figure(name, spec.label, spec.form, spec.better, now[name], last.get(name), _mean(before, name))
        for name, spec in FIGURES.items()
        if spec.is_headline
    )


def _mean(before: dict[str, Values], name: str) -> float | None:
    """None where there is only one period before: that is `last` already."""
    told = [value for each in before.values() if (value := each.get(name)) is not None]
    return sum(told) / len(told) if len(before) > 1 and told else None


def covers(seen: Scene) -> Iterator[str]:
    """What the figures are about, and what a reader must know of them, a sentence each."""
    at, period = seen.at, seen.at.period
    total = seen.numbers.total
    yield (
        f"{total.messages:,} buyer messages that Amazon received from {period.start} to {at.last_day} (UTC days), "
        f"as known on {_day(at.as_of)} UTC."
    )
    if at.as_of < period.ends_at:
        yield f"The {period.kind} is still running; what it is held against is the same stretch of the periods before."
    elif total.pending:
        yield f"{total.pending:,} of them were still in time at the end and count in no share."
    if not total.messages:
        yield f"No buyer message came in this {period.kind}."
    if not seen.is_known(seen.last):
        yield f"Nothing is known of the time before: the first message is of {_first(seen)}."
    yield from _added(seen)
    yield from _clock_change(seen)


def _first(seen: Scene) -> str:
    return f"{seen.first_data.date()}" if seen.first_data else "no day yet"


def _added(seen: Scene) -> Iterator[str]:
    """Marketplaces whose first message of all came in the period, while others had been there before."""
    if not seen.is_known(seen.last):
        return
    served = sorted({code for account in seen.settings.accounts.values() for code in account.marketplaces})
    with seen.store.read() as session:
        for code in served:
            first = rows.first_message(session, code)
            if first and seen.at.period.starts_at <= first < seen.at.as_of:
                yield f"{code} was first written to on {first.date()}; it has no period before."


def _clock_change(seen: Scene) -> Iterator[str]:
    with seen.store.read() as session:
        name = people.settings_at(session, seen.at.as_of).get("zone") or "UTC"
    zone, period = ZoneInfo(name), seen.at.period
    offsets = {(period.starts_at + n * HOUR).astimezone(zone).utcoffset() for n in (0, 24 * period.days)}
    if len(offsets) > 1:
        yield f"The clocks of {name} changed in this {period.kind}; days here are UTC days of 24 hours."


def _day(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b %Y %H:%M}"


def tickets(store: Store, period: Period, now: datetime) -> Iterator[Ticket]:
    """One row per ticket that was written to in the period, by ticket, streamed."""
    at = Moment(period, periods.as_of(period, now))
    with store.read() as session:
        found = rows.asked(session, period.starts_at, period.ends_at, by_ticket=True)
        for ticket_id, mine in groupby(found, key=lambda row: row.ticket_id):
            row = _ticket(ticket_id, list(mine), at.as_of)
            if row is not None:
                yield row


def _ticket(ticket_id: int, mine: list[Asked], as_of: datetime) -> Ticket | None:
    fates = [(row, became) for row in mine if (became := fate(row, as_of))]
    if not fates:
        return None
    first, counted = fates[0][0], [became for _, became in fates]
    answers = [row.answered_at for row, became in fates if became in ("within", "late") and row.answered_at]
    agents = sorted({row.agent for row, became in fates if became in ("within", "late") and row.agent})
    waits = [
        ((row.answered_at if became in ("within", "late") else None) or as_of) - row.sent_at for row, became in fates
    ]
    return (
        str(ticket_id), first.account, first.marketplace, first.reason, first.order_id, first.language,
        _minute(first.sent_at), _minute(max(answers)) if answers else None, len(counted),
        *(counted.count(name) for name in ("within", "late", "unanswered", "pending")),
        round(max(waits) / HOUR, 2), ", ".join(agents),
    )  # fmt: skip


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
