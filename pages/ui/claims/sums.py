"""What claims came to by month, and the order defect rate with its what-if."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages.ui import format as words
from pages.ui.claims import asked
from pages.ui.order_story import ask_for
from pages.ui.tables import draw_table
from pages.ui.ticket_list import Line, ticket_list
from services.claims.shapes import Month
from services.rules.claims import RESULTS
from services.rules.defect_rate import LABELS, Rate
from services.rules.money import decimal_string

COLOURS = {"open": "#c9d0db", "lost": "#c4361f", "recovered": "#4f7fe0", "kept": "#8ba3c4", "unknown": "#8490a5"}
CHART = "claims-months"
MOST_MORE = 1_000_000
MOST_ORDERS = 50


def by_month(months: Sequence[Month], names: Sequence[str]) -> go.Figure:
    """Cases by month and result, stacked, over all months of `names`; a bar carries [month, result] as `customdata`."""
    bars: list[dict[str, Any]] = []
    for result, label in RESULTS.items():
        counts = [sum(each.cases for each in months if (each.month, each.result) == (name, result)) for name in names]
        if any(counts):
            marker = {"color": COLOURS[result], "line": {"width": 0}}
            hover = f"%{{x}}<br>{label}: %{{y}}<extra></extra>"
            bars.append({"type": "bar", "name": label, "x": list(names), "y": counts, "marker": marker,
                         "customdata": [[name, result] for name in names], "hovertemplate": hover})  # fmt: skip
    most = max((sum(each.cases for each in months if each.month == name) for name in names), default=0)
    layout: dict[str, Any] = {
        "height": 290, "margin": {"l": 8, "r": 8, "t": 8, "b": 8}, "barmode": "stack", "bargap": 0.25,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
        "dragmode": False, "clickmode": "event+select", "xaxis": {"fixedrange": True, "type": "category"},
        "yaxis": {"fixedrange": True, "rangemode": "tozero", "dtick": 1 if most < 10 else None},
    }  # fmt: skip
    # Plotly's own checks take longer than all the rest of the page; a test makes them instead.
    return go.Figure(data=bars, layout=layout, _validate=False)


def picked() -> None:
    """A bar was clicked: its cases are listed."""
    points = st.session_state[CHART]["selection"]["points"]
    if points and points[0].get("customdata"):
        month, result = points[0]["customdata"][:2]
        show(str(month), str(result))


def show(month: str, result: str) -> None:
    """List the cases of a month and result."""
    asked.clear()
    for param, value in (("view", ""), ("month", month), ("result", result), ("case", "")):
        asked.put(param, value)


def draw_months(months: Sequence[Month], names: Sequence[str]) -> None:
    """The chart and the money by month, which currencies never mix in."""
    if not months:
        st.info("No claim or chargeback in the last twelve months.", icon=":material/inbox:")
        return
    st.markdown("**Cases by month of the decision (of the opening while open): click a bar to list them**")
    alt = "Claims and chargebacks by month and result"
    options: dict[str, Any] = {"selection_mode": "points", "config": {"displayModeBar": False}, "alt": alt}
    st.plotly_chart(by_month(months, names), key=CHART, on_select=picked, **options)
    rows = [
        (each.month, RESULTS[each.result], str(each.cases), _money(each))
        for each in sorted(months, key=lambda one: one.month, reverse=True)
    ]
    draw_table(("Month", "Result", "Cases", "Amount"), rows, wide=3, label="Claims by month")


def _money(month: Month) -> str:
    return f"{decimal_string(month.amount, month.currency)} {month.currency}" if month.amount else "not known"


Counted = Any
"""`services.claims.defects.Counted`."""
WhatIf = Callable[..., Rate]


def draw_place(asked_for: Mapping[str, tuple[str, Mapping[str, str]]]) -> None:
    """Whose rate: what each parameter of the URL is now, and what it may be; of one choice nothing is drawn."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        for param, (chosen, labels) in asked_for.items():
            if len(labels) > 1:
                key = f"rate-{param}-{chosen}"
                options: dict[str, Any] = {"format_func": labels.__getitem__, "label_visibility": "collapsed"}
                st.selectbox(param, list(labels), list(labels).index(chosen), key=key, on_change=asked.choose,
                             args=(param, key), width=190, **options)  # fmt: skip


def draw_rate(found: Counted, labels: Mapping[tuple[str, str], str], what_if: WhatIf, now: datetime) -> None:
    """Our rate beside Amazon's, the difference explained, the orders behind it, and the what-if."""
    rate, theirs = found.rate, found.amazons
    amazon = "—" if theirs is None or theirs.value is None else f"{100 * theirs.value:.2f} %"
    figures = {
        "Ours, 60 days": _percent(rate), "Amazon's": amazon, "Orders": words.count(rate.orders),
        "With a defect": words.count(rate.defects), "Headroom": words.count(rate.headroom),
    }  # fmt: skip
    helps = {"Headroom": "So many more orders with a defect would still be under 1 %."}
    for column, (label, value) in zip(st.columns(len(figures)), figures.items(), strict=True):
        column.metric(label, value, border=True, help=helps.get(label))
    covers = f"{found.marketplace}, account {found.account}. Target: under 1 %. Claims count until they are denied."
    age = f" Amazon's figure is of {theirs.taken_at:%d %b %Y}." if theirs else " Amazon's figure has not been read."
    st.caption(words.plain(covers + age))
    for sentence in found.difference:
        st.markdown(f"- {words.plain(sentence)}")
    left, right = st.columns([1, 1], gap="medium")
    with left, st.container(gap="small"):
        draw_what_if(rate, labels, what_if)
    with right, st.container(gap="small"):
        _draw_reasons(rate, found.defects, found.account, now)


def draw_what_if(rate: Rate, labels: Mapping[tuple[str, str], str], what_if: WhatIf) -> None:
    """Take defects away, expect more orders, and see the new rate."""
    st.markdown("**What if**")
    mine = {f"{kind}|{order}": label for (order, kind), label in labels.items() if order in rate.reasons}
    gone: Collection[str] = st.multiselect("Feedback removed, claims won", list(mine), format_func=mine.__getitem__,
                                           key="what-if-gone")  # fmt: skip
    more = st.number_input("More orders without a defect", 0, MOST_MORE, 0, 10, key="what-if-more")
    without = [(each.partition("|")[2], each.partition("|")[0]) for each in gone]
    new = what_if(rate, without=without, more_orders=int(more))
    still = f"{words.count(new.orders_needed)} more orders bring it under 1 %."
    room = f"{words.plural(new.headroom, 'more defect')} would still be under 1 %."
    room = room if new.headroom else "the next defect brings it to 1 % or more."
    st.markdown(words.plain(f"New rate {_percent(new)}: {room if new.is_good else still}"))


def _draw_reasons(rate: Rate, defects: Sequence[Any], account: str, now: datetime) -> None:
    """The orders behind the rate; one that is picked tells its story."""
    bought = {each.order_id: each.purchased_at for each in defects}
    ordered = sorted(rate.reasons.items(), key=lambda one: bought[one[0]])[:MOST_ORDERS]
    lines: list[Line] = [
        {"id": at, "title": order, "sub": ", ".join(LABELS[kind] for kind in sorted(kinds)), "side": "Order story",
         "due": None, "chip": f"{bought[order]:%d %b %Y}", "tone": "plain", "unread": False}
        for at, (order, kinds) in enumerate(ordered)
    ]  # fmt: skip
    st.markdown("**Orders with a defect, the next to leave first**")
    label = "Orders with a defect, by the day of the order"
    picked = ticket_list(lines, key="defects", label=label, now=now, at_risk=timedelta(0), empty="None.")
    if picked is not None and 0 <= picked < len(ordered):
        ask_for(account, ordered[picked][0])
        st.rerun()


def _percent(rate: Rate) -> str:
    return "—" if rate.value is None else f"{100 * float(rate.value):.2f} %"
