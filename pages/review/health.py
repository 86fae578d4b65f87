"""Account health: Amazon's word on every marketplace, each metric against its target, and what is behind it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.ui import charts, health_tables
from pages.ui import format as words
from pages.ui.figures import draw_figures
from pages.ui.frame import Frame, page_frame
from pages.ui.health_tables import METRIC_HEADS, Reader, pick_of
from pages.ui.tables import draw_table
from services import health
from services.health import UNSHIPPED, Opened, Overview, Place
from services.rules import health as rules

SNAPSHOTS = 14
KINDS = {"fba": "FBA", "fbm": "merchant"}


def main() -> None:
    frame = page_frame("Account health")
    asked = {name: st.query_params.get(param, "")[:80] for name, param in PARAMS.items()}
    found = health.overview(frame.store, frame.settings, now=frame.now, **asked)
    reader = Reader(frame.now, frame.zone, lambda account, code: health.name_of(frame.settings, account, code))
    draw_trust(frame, found)
    if found.places:
        draw_glance(found, reader)
    if found.opened:
        draw_opened(found.opened, frame, reader)


PARAMS = {"account": "account", "marketplace": "mp", "metric": "metric"}


def show(pick: str) -> None:
    """Open a figure: it is in the URL."""
    account, _, rest = pick.partition("|")
    marketplace, _, metric = rest.partition("|")
    st.query_params.update({"account": account, "mp": marketplace, "metric": metric})


def draw_trust(frame: Frame, found: Overview) -> None:
    """How old the figures are, what they cover and what is missing; or how to get them."""
    if not found.places:
        st.info(words.plain(health_tables.HOW_TO_GET_IT), icon=":material/monitor_heart:")
    covers = health_tables.trust(found, frame.now) + " " if found.places else ""
    st.caption(words.plain(covers + health_tables.unshipped(found, frame.now)))


def draw_glance(found: Overview, reader: Reader) -> None:
    """All marketplaces at once."""
    heads, rows = health_tables.glance_heads(found), health_tables.glance(found, reader)
    draw_figures(heads, rows, key="glance", label="All marketplaces", picked=picked(found), on_pick=show, tight=True)


def picked(found: Overview) -> str:
    """The cell of the opened figure; none if it is about all marketplaces."""
    opened = found.opened
    if opened is None or opened.place is None or opened.everywhere:
        return ""
    return pick_of(opened.place.account, opened.place.marketplace, opened.metric)


def draw_opened(opened: Opened, frame: Frame, reader: Reader) -> None:
    """The marketplace of the opened figure with all its metrics, and what is behind the figure."""
    place = opened.place
    left, right = st.columns([3, 2], gap="medium")
    if place:
        with left, st.container(gap="small"):
            name = words.plain(reader.name(place.account, place.marketplace))
            taken = words.plain(words.when(place.taken_at, frame.zone, frame.now))
            st.markdown(f"**{name}**, taken {taken}{': stale' if place.stale else ''}")
            rows = health_tables.metrics(place, reader)
            key = pick_of(place.account, place.marketplace, opened.metric)
            draw_figures(METRIC_HEADS, rows, key="metrics", label=f"Metrics of {name}", picked=key, on_pick=show)
            health_tables.draw_escalate(frame, place, opened.metric)
    with right, st.container(gap="small"):
        if opened.metric == UNSHIPPED:
            draw_unshipped(opened, frame)
            return
        draw_trend(opened, place)
        draw_cases(opened)
        draw_snapshots(opened, frame)


def draw_trend(opened: Opened, place: Place | None) -> None:
    """The metric over time, from our own snapshots."""
    label = rules.label(opened.metric)
    st.markdown(f"**{words.plain(label)}** over 90 days, from our own snapshots")
    if not any(point.value is not None for point in opened.points):
        st.caption("It has no number to draw; the words are below.")
        return
    goal = opened.figure.target if opened.figure else None
    figure = charts.trend_by_place(
        [(each.marketplace, each.taken_at, each.value) for each in opened.points],
        place=place.marketplace if place else "",
        rate=rules.unit(opened.metric) == "rate",
        target=goal.value if goal else None,
        name=f"Target: {rules.wanted(opened.metric, goal)}",
    )
    options: dict[str, Any] = {"config": {"displayModeBar": False}, "alt": f"{label} over time by marketplace"}
    st.plotly_chart(figure, key="trend", **options)


def draw_unshipped(opened: Opened, frame: Frame) -> None:
    """The orders that have to be shipped, the most urgent first."""
    everywhere = opened.everywhere or opened.place is None
    where = "all marketplaces" if everywhere or opened.place is None else opened.place.marketplace
    st.markdown(f"**Unshipped**, {words.plain(where)}: {words.count(len(opened.cases))}, most urgent first")
    rows = [
        (each.order_id, each.marketplace or "", health_tables.ship_by(each, frame.now, frame.zone),
         health_tables.day(each.day))
        for each in opened.cases
    ]  # fmt: skip
    if rows:
        draw_table(("Order", "Marketplace", "Ship by", "Placed"), rows, wide=2, label="Unshipped orders")


def draw_cases(opened: Opened) -> None:
    """The orders behind the figure, as far as we know them."""
    if opened.cases:
        rows = [
            (each.order_id, each.what, KINDS.get(each.channel or "", "not known"),
             health_tables.day(each.day))
            for each in opened.cases
        ]  # fmt: skip
        draw_table(("Order", "What", "Fulfilment", "Day"), rows, wide=1, label="Orders behind the figure")
    else:
        st.caption("Amazon tells only how many; which orders these are stands in Seller Central.")
    if opened.link:
        st.link_button("Open in Seller Central", opened.link, icon=":material/open_in_new:")


def draw_snapshots(opened: Opened, frame: Frame) -> None:
    """Our snapshots of the marketplace, newest first."""
    mine = [each for each in opened.points if opened.place and each.marketplace == opened.place.marketplace]
    rows = [
        (words.when(each.taken_at, frame.zone, frame.now), rules.shown(opened.metric, each.value, each.status),
         each.status or "no status")
        for each in reversed(mine[-SNAPSHOTS:])
    ]  # fmt: skip
    if rows:
        with st.expander(f"The last {words.plural(len(rows), 'snapshot')}"):
            draw_table(("Taken", "Value", "Amazon says"), rows, wide=2, label="Snapshots")


main()
