"""What the Account health page shows as tables: all marketplaces at a glance, and every metric of one of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from pages.ui import escalate
from pages.ui import format as words
from pages.ui.figures import Cell
from pages.ui.frame import Frame
from services.health import UNSHIPPED, Case, Figure, Overview, Place
from services.rules import health as rules

Name = Callable[[str, str], str]
COLUMNS = {
    "account_status": "Status",
    "account_health_rating": "Rating",
    "odr_mfn": "Order defects, merchant",
    "odr_afn": "Order defects, FBA",
    "late_shipment_rate": "Late shipment",
    "pre_fulfillment_cancellation_rate": "Cancellation",
    "valid_tracking_rate": "Valid tracking",
    "on_time_delivery_rate": "On-time delivery",
    "invoice_defect_rate": "Invoice defects",
}
POLICY = "policy"
EMPTY: Cell = {"text": "—", "tone": "stale"}
TONES = {"bad": "bad", "near": "near"}


HOW_TO_GET_IT = (
    "There is no account health report of the last 90 days. Connect the account's SP-API (README, Settings), and the "
    "report is fetched every day; or put a file of Amazon's report GET_V2_SELLER_PERFORMANCE_REPORT into the folder "
    "reports of the account."
)


@dataclass(frozen=True)
class Reader:
    """Who reads, when and where; `name` says how a marketplace is called."""

    now: datetime
    zone: tzinfo
    name: Name


def pick_of(account: str, marketplace: str, metric: str) -> str:
    """What a cell answers with."""
    return f"{account}|{marketplace}|{metric}"


def trust(found: Overview, now: datetime) -> str:
    """How old the figures are, and what they cover; there is one at least."""
    oldest = min(place.taken_at for place in found.places)
    stale = sum(place.stale for place in found.places)
    says = [f"{words.plural(len(found.places), 'marketplace')}, oldest snapshot {words.ago(oldest, now)}"]
    if stale:
        says.append(f"{stale} stale (older than 26 h), in grey")
    if found.missing:
        says.append(f"no report of {', '.join(found.missing)}")
    return "; ".join(says) + ". Each metric has a window of its own."


def unshipped(found: Overview, now: datetime) -> str:
    """How many merchant orders have to be shipped: none may be left when the day ends."""
    waiting = found.waiting
    if waiting.heard_at is None:
        return "Unshipped orders: no order data yet."
    age = f"{'stale, ' if waiting.stale else ''}newest order data {words.ago(waiting.heard_at, now)}"
    late = sum(each.late for each in waiting.places)
    past = f", {late} past the ship-by date" if late else ""
    many = words.plural(waiting.total, "merchant order")
    return f"Unshipped: {many}{past}; must be 0 by the end of the day ({age})."


def glance_heads(found: Overview) -> list[str]:
    """The columns that any marketplace has something for."""
    return ["Marketplace", *(COLUMNS[each] for each in _measured(found)), "Policy", "Unshipped"]


def glance(found: Overview, reader: Reader) -> list[list[Cell]]:
    """A line for each marketplace, the worst first; the cells open the figure."""
    return [[*_line(place, _measured(found), reader), _unshipped(place, found)] for place in found.places]


def _measured(found: Overview) -> list[str]:
    there = {figure.metric for place in found.places for figure in place.figures}
    return [each for each in COLUMNS if each in there]


def _line(place: Place, metrics: Sequence[str], reader: Reader) -> list[Cell]:
    head: Cell = {"text": reader.name(place.account, place.marketplace)}
    if place.stale:
        head = {**head, "sub": f"stale, {words.ago(place.taken_at, reader.now)}", "tone": "stale"}
    return [head, *(_cell(place, place.figure(each)) for each in metrics), _policy(place)]


def _cell(place: Place, figure: Figure | None) -> Cell:
    if figure is None:
        return EMPTY
    reading = figure.reading
    said = reading.status or reading.word or "no status"
    is_word = rules.unit(figure.metric) == "word"
    made: Cell = {
        "text": said if is_word else rules.shown(figure.metric, reading.value),
        "pick": pick_of(place.account, place.marketplace, figure.metric),
        "tone": tone(figure),
    }
    return made if is_word else {**made, "sub": said}


def tone(figure: Figure) -> str:
    """Grey before all else: a stale figure is neither good nor bad news."""
    return "stale" if figure.stale else TONES.get(figure.level, "stale" if figure.level == "unknown" else "")


def _policy(place: Place) -> Cell:
    """All counts and warnings in one cell: how many there are, and the worst of them to open."""
    mine = [each for each in place.figures if each.metric not in COLUMNS]
    if not mine:
        return EMPTY
    worst = mine[0]
    counted = sum(each.reading.value or 0 for each in mine if rules.unit(each.metric) == "count" and not each.stale)
    warnings = sum(1 for each in mine if rules.unit(each.metric) == "word" and tone(each) == "bad")
    sub = rules.label(worst.metric) if worst.level == "bad" else ""
    text = f"{counted:g}" + (f" + {words.plural(warnings, 'warning')}" if warnings else "")
    return {
        "text": text,
        "sub": sub,
        "tone": tone(worst),
        "pick": pick_of(place.account, place.marketplace, worst.metric),
    }


def _unshipped(place: Place, found: Overview) -> Cell:
    waiting = found.waiting
    if waiting.heard_at is None:
        return EMPTY
    n, late = waiting.of(place.account, place.marketplace)
    made: Cell = {"text": str(n), "sub": f"{late} late" if late else "to ship" if n else ""}
    if n:
        made["pick"] = pick_of(place.account, place.marketplace, UNSHIPPED)
    made["tone"] = "stale" if waiting.stale else "bad" if late else "near" if n else ""
    return made


METRIC_HEADS = ("Metric", "Value", "Target", "Headroom", "Trend", "Amazon says")


def metrics(place: Place, reader: Reader) -> list[list[Cell]]:
    """Every metric of a marketplace, the worst first; the parts of an order defect rate stand below it."""
    return [line for figure in place.figures for line in _metric(place, figure, reader)]


def _metric(place: Place, figure: Figure, reader: Reader) -> list[list[Cell]]:
    reading, dim = figure.reading, "stale" if figure.stale else ""
    head: Cell = {
        "text": rules.label(figure.metric),
        "sub": window(figure, reader),
        "pick": pick_of(place.account, place.marketplace, figure.metric),
        "tone": dim,
    }
    goal: Cell = {"text": rules.wanted(figure.metric, figure.target), "tone": dim}
    if figure.target and figure.target.source != "Amazon's report":
        goal["help"] = f"From {figure.target.source}"
    said = reading.status or (reading.word if rules.unit(figure.metric) == "word" else "") or "no status"
    missing = f"not in the report of {words.when(place.taken_at, reader.zone, reader.now)}"
    left_out = figure.stale and not place.stale
    line: list[Cell] = [
        head,
        {"text": rules.shown(figure.metric, reading.value, reading.word), "tone": dim},
        goal,
        {"text": figure.headroom.words if figure.headroom else "", "tone": dim},
        {"text": figure.trend.words if figure.trend else "", "sub": _direction(figure), "tone": dim},
        {"text": said, "tone": tone(figure), "chip": True, "sub": missing if left_out else ""},
    ]
    return [line, *_parts(figure, dim)]


def _direction(figure: Figure) -> str:
    return figure.trend.direction if figure.trend and figure.trend.direction != "steady" else ""


def _parts(figure: Figure, dim: str) -> list[list[Cell]]:
    """Negative feedback, claims and chargebacks: how many orders have each, and Amazon's word for it."""
    counts, lines = figure.reading.counts, list[list[Cell]]()
    for name, label in rules.PARTS.items():
        if isinstance(counts.get(name), int):
            of = f"of {counts['orders']:,} orders" if isinstance(counts.get("orders"), int) else ""
            said = str(counts.get(f"{name}_status") or "")
            bad = said.upper() not in rules.FINE | rules.SILENT
            last: Cell = {"text": said, "tone": dim or ("bad" if bad else ""), "chip": True}
            part: Cell = {"text": label, "inner": True, "tone": dim}
            number: Cell = {"text": str(counts[name]), "tone": dim}
            lines.append([part, number, {"text": of, "tone": dim}, {"text": ""}, {"text": ""}, last])
    return lines


def window(figure: Figure, reader: Reader) -> str:
    """`9 Sep to 8 Nov`: the days that Amazon counted."""
    if figure.window_from is None or figure.window_to is None:
        return ""
    start, end = figure.window_from, figure.window_to
    # The end is the first moment that does not count any more.
    last = end - timedelta(seconds=1) if end > start else end
    year = f" {last.year}" if last.year != reader.now.year else ""
    return f"{start.day} {start:%b} to {last.day} {last:%b}{year}"


def ship_by(case: Case, now: datetime, zone: tzinfo) -> str:
    """When an order is to be shipped, and how much of that is left."""
    if case.due is None:
        return "not known"
    return f"{words.when(case.due, zone, now)}, {words.left(case.due, now)}"


def day(moment: date | None) -> str:
    """`21 Nov 2026`."""
    return f"{moment.day} {moment:%b %Y}" if moment else ""


def draw_escalate(frame: Frame, place: Place, metric: str) -> None:
    """The way to ask a supervisor about the opened metric, and the form once it is asked for."""
    if metric == UNSHIPPED:
        return
    label = f"{rules.label(metric)}, {place.marketplace}"
    target = (("account", place.account), ("mp", place.marketplace), ("metric", metric))
    ref = f"{place.account}/{place.marketplace}/{metric}"
    about = escalate.About("metric", ref, label, "health", target, place.account, place.marketplace)
    escalate.draw_way_in(about, key=f"escalate-{ref}")
    escalate.draw_asked(frame)
