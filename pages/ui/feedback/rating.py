"""The seller rating of a marketplace with its typed-in totals, and what product reviews there complain of."""

from __future__ import annotations

import streamlit as st

from pages.ui import format as words
from pages.ui.feedback import urls
from pages.ui.frame import Frame
from pages.ui.tables import draw_table
from services.feedback import ratings, themes
from services.feedback.shapes import Rating, Theme


def draw_rating(frame: Frame) -> None:
    """The whole view: a marketplace, its three windows, and the form."""
    known = {
        f"{name}/{place}": f"{name} {place}" if len(frame.settings.accounts) > 1 else place
        for name, account in frame.settings.accounts.items()
        for place in account.marketplaces
    }
    if not known:
        st.caption("No account is set up yet.")
        return
    chosen = urls.choice("Marketplace", "of", known, width=220, everything=False)
    urls.draw_said()
    account, _, place = chosen.partition("/")
    found = ratings.ratings(frame.store, account, place, now=frame.now)
    st.markdown(f"**Ratings in {words.plain(known[chosen])}**")
    heads = ("Window", "Positive", "1 and 2 stars", "3 stars", "All ratings", "What this rests on")
    draw_table(heads, [_row(each) for each in found], wide=5, label="Seller rating")
    with st.form("feedback-total", border=True):
        st.caption("Amazon's reports leave 4 and 5 stars out. Type in the count that Feedback Manager shows.")
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.selectbox("Window", ratings.WINDOWS, format_func=lambda days: f"{days} days", key="total-days")
            st.date_input("Day on which you looked", frame.now.astimezone(frame.zone).date(), key="total-day")
            st.number_input("All ratings", 0, ratings.MOST, 0, key="total-ratings")
            st.form_submit_button("Save", on_click=_save, args=(account, place))
    draw_themes(frame, account, place)


def draw_themes(frame: Frame, account: str, place: str) -> None:
    """The complaints of product reviews, the most frequent first."""
    st.markdown("**What product reviews complain of**")
    found = themes.themes(frame.store, account, place)
    if not found:
        st.caption("Amazon has told nothing yet. It sums up reviews in US, UK, FR, IT, DE, ES and JP, by item.")
        return
    rows = (_theme(each, frame) for each in found)
    draw_table(("ASIN", "Mentions", "Of all reviews", "Stars", "Complaint", "As of"), rows, wide=4, label="Themes")


def _theme(each: Theme, frame: Frame) -> tuple[str, ...]:
    mentions = words.count(each.mentions) if each.mentions is not None else "—"
    impact = f"{each.impact:+.2f}" if each.impact is not None else "—"
    asked = words.ago(each.asked_at, frame.now)
    return each.asin, mentions, words.share(each.share), impact, each.topic, asked


def _row(each: Rating) -> tuple[str, ...]:
    total = words.count(each.total) if each.total is not None else "—"
    year = f" {each.first.year}" if each.first.year != each.last.year else ""
    span = f"{each.days} days, {each.first:%d %b}{year} to {each.last:%d %b %Y}"
    return span, words.share(each.share), words.count(each.negative), words.count(each.neutral), total, each.why


def _save(account: str, place: str) -> None:
    state = st.session_state
    typed = {"days": state["total-days"], "day": state["total-day"], "ratings": int(state["total-ratings"] or 0)}
    urls.write(ratings.enter_total, settings=True, account=account, marketplace=place, **typed)
