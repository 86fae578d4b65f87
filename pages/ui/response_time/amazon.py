"""Amazon's late response rate: our twin of it, the house's clock beside it, and Amazon's own figure as typed in."""

from __future__ import annotations

from datetime import date

import streamlit as st

from pages.ui import format as words
from pages.ui.frame import Frame, at_work
from pages.ui.response_time import asked
from pages.ui.tables import draw_table
from services.errors import Rejected
from services.response_time import amazon
from services.response_time.amazon import Twin, Typed
from services.response_time.shapes import Wanted
from services.rules.response_rate import WINDOWS
from services.team import Team

SAID = "amazon-said"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def draw_amazon(frame: Frame, wanted: Wanted, team: Team) -> None:
    """Both rates, both clocks, and the drift."""
    twins = amazon.twins(frame.store, now=wanted.as_of, marketplace=wanted.marketplace, account=wanted.account)
    for column, twin in zip(st.columns(len(twins)), twins, strict=True):
        with column.container(border=True, gap="small"):
            _twin(twin)
    with st.container(border=True, gap="small"):
        st.markdown("**Two clocks**")
        draw_table(
            ["Missed", *(f"{twin.days} days" for twin in twins)], _clocks(twins, team), wide=0, label="Two clocks"
        )
        st.caption("The house's rule stands beside Amazon's clock and never replaces it. Each message is judged by the "
                   "rule that held when it came.")  # fmt: skip
    with st.container(border=True, gap="small"):
        _typed(frame, wanted)


def _twin(twin: Twin) -> None:
    st.metric(f"Late response rate, {twin.days} days", words.share(twin.rate))
    if not twin.judged:
        st.caption("No message has been judged yet.")
        return
    st.caption(f"{words.count(twin.missed)} of {words.plural(twin.judged, 'message')}: {words.count(twin.late)} late, "
               f"{words.count(twin.unanswered)} unanswered")  # fmt: skip
    if twin.needed:
        st.markdown(f":red[Over 10 %.] {words.plural(twin.needed, 'answer')} in time, and none missed, bring it back.")
    else:
        st.markdown(f"You can still miss **{words.count(twin.can_still_miss)}** before 10 %.")
    if st.button("Show the missed ones", key=f"missed-{twin.days}", type="tertiary"):
        st.query_params.pop("view", None)
        asked.show("missed", **{"from": twin.first.isoformat(), "to": twin.last.isoformat()})
        st.rerun()


def _clocks(twins: tuple[Twin, ...], team: Team) -> list[tuple[str, ...]]:
    closed = ", ".join(DAYS[day] for day in sorted(team.closed_weekdays))
    rule = f"House, without {closed}" if closed else "House, every day open"
    return [
        (
            "Amazon, every hour counts",
            *(f"{words.share(twin.rate)} ({twin.missed} of {twin.judged})" for twin in twins),
        ),
        (rule, *(f"{words.share(twin.house.rate)} ({twin.house.missed} of {twin.house.judged})" for twin in twins)),
    ]


def _typed(frame: Frame, wanted: Wanted) -> None:
    st.markdown("**Amazon's own figure**")
    st.caption("Once a week, read it in Seller Central and write it down: the drift shows whether both count alike.")
    accounts = list(frame.settings.accounts)
    account = wanted.account if wanted.account in accounts else accounts[0] if accounts else ""
    if not account:
        st.caption("There is no account yet.")
        return
    if said := st.session_state.pop(SAID, ""):
        st.info(words.plain(said))
    _form(frame, account, wanted)
    rows = amazon.typed(frame.store, account=account)
    if rows:
        heads = ["Read on", "Marketplace", "Window", "Amazon", "Ours then", "Drift", "By"]
        draw_table(heads, [_row(row) for row in rows], wide=6, label="Amazon's late response rate and ours")
        newest = max(rows, key=lambda row: (row.at, row.id))
        what = f"{newest.days} days, read on {newest.taken_on}"
        st.button("Take the last one back", type="tertiary", icon=":material/undo:", on_click=_take_back,
                  args=(newest.id,), help=what)  # fmt: skip


def _form(frame: Frame, account: str, wanted: Wanted) -> None:
    places = ["", *frame.settings.accounts[account].marketplaces]
    chosen = places.index(wanted.marketplace) if wanted.marketplace in places else 0
    with st.form("amazon-rate", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox("Marketplace of it", places, chosen, key="amazon_place", width=170,
                     format_func=lambda code: code or "All marketplaces")  # fmt: skip
        st.selectbox("Window", WINDOWS, key="amazon_days", format_func=lambda days: f"{days} days", width=110)
        st.number_input("Late response rate in %", 0.0, 100.0, None, 0.1, key="amazon_percent", width=190)
        st.date_input("Read on", frame.now.date(), key="amazon_day", format="YYYY-MM-DD", width=150)
        st.form_submit_button("Write down", icon=":material/edit:", on_click=_write, args=(account,))


def _write(account: str) -> None:
    frame, state = at_work(), st.session_state
    try:
        if state.amazon_percent is None or not isinstance(state.amazon_day, date):
            raise Rejected("Type the percentage that Seller Central shows, and the day.")
        amazon.type_in(
            frame.store, actor=frame.actor, now=frame.now, account=account, marketplace=state.amazon_place,
            days=state.amazon_days, percent=state.amazon_percent, taken_on=state.amazon_day,
        )  # fmt: skip
        state[SAID] = "Written down, beside ours at this moment."
    except Rejected as refused:
        state[SAID] = str(refused)


def _take_back(rate_id: int) -> None:
    frame = at_work()
    try:
        amazon.take_back(frame.store, rate_id, actor=frame.actor, now=frame.now)
        st.session_state[SAID] = "Taken back."
    except Rejected as refused:
        st.session_state[SAID] = str(refused)


def _row(row: Typed) -> tuple[str, ...]:
    drift = "—" if row.drift is None else f"{100 * row.drift:+.1f} points"
    place = row.marketplace or "All"
    return (
        row.taken_on.isoformat(),
        place,
        f"{row.days} days",
        words.share(row.rate),
        words.share(row.ours),
        drift,
        row.by,
    )
