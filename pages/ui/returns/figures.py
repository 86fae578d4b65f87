"""The figures of the Returns page; every bar and every point opens its rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame
from pages.ui.returns import asked, charts
from services.returns.figures import BASES, NAMES, PERIODS, USUAL, Figures
from services.rules.return_rate import FAULTS, Rate, fault


def draw_choices() -> None:
    """Period, SKU or ASIN, and by what the trend goes; all in the address."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="returns-choices"):
        _switch("Period", "period", {name: name for name in PERIODS}, USUAL)
        _switch("Per", "per", NAMES, "sku")
        _switch("Rates", "basis", BASES, "sale")


def draw_figures(found: Figures, frame: Frame) -> None:
    """Headline, trend, reasons and rates, with what they cover and how old they are."""
    _headline(found)
    st.caption(words.plain(_covers(found, frame)))
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, gap="small"):
        st.markdown("**Trend by week**")
        alt = "Share of units that came back, by week, between the limits of chance"
        _chart("returns-trend", charts.trend(found.trend), alt, lambda data: _week(str(data[0])))
        st.caption(_trend_words(found))
    with right.container(border=True, gap="small"):
        st.markdown("**Reasons, the heaviest first**")
        ours = {bar.name: fault(bar.name, None) for bar in found.reasons}
        alt = "Units returned by reason, and their share of all added up"
        _chart("returns-reasons", charts.pareto(found.reasons, ours), alt, lambda data: _rows(found, reason=data[0]))
        st.caption("Amber: defective, wrong or damaged items. Click a bar for its returns.")
    with st.container(border=True, gap="small"):
        st.markdown(f"**Rates by {NAMES[asked.name()]}**")
        draw_units(found)


def draw_units(found: Figures) -> None:
    """Rates of the heaviest SKUs or ASINs."""
    if not found.units:
        st.caption("Nothing was returned in this period.")
        return
    name, basis = asked.name(), asked.basis()
    alt = "Return rates with their 95 percent limits"
    _chart("returns-rates", charts.rates(found.units, basis), alt, lambda data: _rows(found, **{name: str(data[0])}))
    out = [unit.name or "unknown" for unit in found.units if unit.stands_out]
    said = [f"Clearly above all others: {', '.join(out)}."] if out else []
    if found.names > len(found.units):
        said.append(f"{len(found.units)} of {found.names:,} are shown: those above all others, then by units.")
    unsold = [unit for unit in found.units if _rate(unit).value is None]
    if unsold:
        each = ", ".join(f"{unit.name or 'unknown'}: {_rate(unit).returned}" for unit in unsold[:5])
        said.append(f"Returned without known sales in this period, so without a rate: {each}.")
    said.append("Few: fewer than 30 units sold, so chance decides much.")
    st.caption(words.plain(" ".join(said)))


def _headline(found: Figures) -> None:
    by_sale, by_return = found.by_sale, found.by_return
    shown: Mapping[str, tuple[str, str]] = {
        "Came back, by sale": (words.share(by_sale.value), _of(by_sale)),
        "By return date": (words.share(by_return.value), _of(by_return)),
        **{label: (words.count(found.faults[code]), code) for code, label in FAULTS.items()},
    }
    for column, (label, (value, more)) in zip(st.columns(len(shown)), shown.items(), strict=True):
        column.metric(label, value, border=True, help=more if more not in FAULTS else None)
        if more in FAULTS and found.faults[more]:
            column.button("Show them", key=f"fault-{more}", type="tertiary", on_click=_rows, args=(found,),
                          kwargs={"fault": more})  # fmt: skip


def _of(rate: Rate) -> str:
    few = " Few: chance decides much." if rate.is_small else ""
    return f"{rate.returned:,} of {rate.sold:,} units.{few}"


def _covers(found: Figures, frame: Frame) -> str:
    age = f"returns read {words.ago(found.read_at, frame.now)}" if found.read_at else "returns were never read"
    again = f"; {words.plural(found.waiting, 'week is', 'weeks are')} being counted again" if found.waiting else ""
    ripe = f"By sale counts what was bought up to {found.ripe + timedelta(days=6)}; later sales may still come back."
    return f"{found.covers}; {age}{again}. {ripe}"


def _trend_words(found: Figures) -> str:
    if found.trend.centre is None:
        return "Too few weeks with sales to say what is usual."
    high = [point for point in found.trend.points if point.verdict == "high"]
    weeks = ", ".join(f"{point.start.day} {point.start:%b}" for point in high[-6:])
    said = f"More than chance explains: week of {weeks}." if high else "No week stands out."
    return f"{said} Open points are not judged yet. Click a point for its returns."


def _chart(key: str, figure: go.Figure, alt: str, show: Callable[[Any], None]) -> None:
    options: dict[str, Any] = {"selection_mode": "points", "config": {"displayModeBar": False}, "alt": alt}
    st.plotly_chart(figure, key=key, on_select=lambda: _picked(key, show), **options)


def _picked(key: str, show: Callable[[Any], None]) -> None:
    """A bar or a point was clicked."""
    points = st.session_state[key]["selection"]["points"]
    if points and points[0].get("customdata"):
        show(points[0]["customdata"])


def _week(monday: str) -> None:
    start = date.fromisoformat(monday)
    asked.show_rows(**{"from": monday, "to": (start + timedelta(days=6)).isoformat(), "by": asked.basis()})


def _rows(found: Figures, **narrow: str) -> None:
    asked.show_rows(**{"from": found.first.isoformat(), "to": found.last.isoformat(), "by": "return", **narrow})


def _rate(unit: Any) -> Rate:
    rate: Rate = unit.by_sale if asked.basis() == "sale" else unit.by_return
    return rate


def _switch(label: str, param: str, known: Mapping[str, str], usual: str) -> None:
    chosen = asked.choice(param, known, usual)
    key = f"{param}-{chosen}"
    st.segmented_control(
        label, list(known), default=chosen, required=True, format_func=known.__getitem__, key=key,
        on_change=asked.keep, args=(param, key), label_visibility="collapsed",
    )  # fmt: skip
