"""What every page starts with: the sign-in gate, the title, how fresh the mail is, and who works at what time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from pages.ui import format as words
from services import people, settings, sync_status
from services.errors import Rejected, SettingsError
from services.escalations import reading
from services.people import Person
from services.runtime import Runtime, runtime
from services.settings import LOOPBACK, Settings

POLL = timedelta(seconds=20)
HOME = "Today"


@dataclass(frozen=True)
class Frame:
    """Who looks at the page, at what time, in which zone, and over which store."""

    desk: Runtime
    actor: Person
    now: datetime
    zone: ZoneInfo

    @property
    def store(self) -> Any:
        """The store, which pages only hand on to services."""
        return self.desk.store

    @property
    def settings(self) -> Settings:
        """What the settings file says."""
        return self.desk.settings


def page_frame(title: str) -> Frame:
    """Let only people in who may, draw the title row, and give what the page works with."""
    try:
        frame = at_work()
    except SettingsError as error:
        _refuse(f"{error}. {error.what_to_do}")
    except Rejected as error:
        _sign_in(str(error))
    _title_row(title, frame)
    return frame


def at_work() -> Frame:
    """The same without drawing, for callbacks and fragments: every write asks anew who is there.

    Raises Rejected with a sentence if nobody may work here now, SettingsError if the settings cannot be used.
    """
    desk = runtime()
    return Frame(desk, _actor(desk), settings.now(), _zone())


def refuse_open_door() -> None:
    """Stop unless the page is only served to this machine, or people have to sign in."""
    address = str(st.get_option("server.address") or "every address")
    if address not in LOOPBACK and not _asks_for_sign_in():
        _refuse(
            f"Within24 does not serve {address} without sign-in. Add [auth] to .streamlit/secrets.toml, "
            'or set server.address = "127.0.0.1" in .streamlit/config.toml.'
        )


def _asks_for_sign_in() -> bool:
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


def _actor(desk: Runtime) -> Person:
    if not _asks_for_sign_in():
        return people.local_person(desk.store)
    if not st.user.get("is_logged_in"):
        raise Rejected("Sign in to see the desk.")
    expires = st.user.get("exp")
    if not isinstance(expires, int | float) or expires <= settings.real_now().timestamp():
        raise Rejected("Your sign-in has run out.")
    login = f"{st.user.get('iss', '')}|{st.user.get('sub', '')}"
    name = str(st.user.get("name") or st.user.get("email") or "")
    person = people.signed_in(desk.store, login, name, _text(st.user.get("email")))
    if person is None:
        raise Rejected("Your access is closed. Ask a supervisor to open it on the Settings page.")
    return person


def _text(value: object) -> str | None:
    return str(value) if value else None


def _zone() -> ZoneInfo:
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _sign_in(sentence: str) -> None:
    st.subheader("Within24")
    st.write(sentence)
    if "closed" in sentence:
        st.button("Sign out", on_click=st.logout)
    else:
        st.button("Sign in", type="primary", icon=":material/login:", on_click=st.login)
    st.stop()


def _refuse(sentence: str) -> None:
    st.subheader("Within24 cannot start")
    st.error(words.plain(sentence), icon=":material/lock:")
    st.stop()


def _title_row(title: str, frame: Frame) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="title-row"):
        st.subheader(title, anchor=False, width="content")
        if frame.settings.is_sample:
            st.badge(
                "Sample seller",
                color="gray",
                help="Everything shown is invented. README says how to connect a mailbox.",
            )
        if settings.is_frozen():
            st.badge(f"Time stands at {words.when(frame.now, frame.zone, frame.now)}", color="gray")
        if title != HOME:
            _escalated(frame)
        _freshness()
        if _asks_for_sign_in():
            _account(frame.actor)


def _escalated(frame: Frame) -> None:
    """What somebody must see, on every page but Today, which shows it."""
    number = reading.count_for(frame.store, frame.settings, frame.actor)
    if number:
        label = f"{words.plural(number, 'escalation')} for you"
        st.page_link("pages/work/today.py", label=label, icon=":material/campaign:", width="content")


@st.fragment(run_every=POLL)
def _freshness() -> None:
    desk = runtime()
    fresh, now = sync_status.fresh_at(desk.store), settings.now()
    if fresh is None:
        st.caption("Not all mail has been read yet", text_alignment="right")
    elif not settings.is_frozen() and now - fresh > sync_status.STALE_AFTER:
        st.caption(f"Stale: mail last read {words.ago(fresh, now)}", text_alignment="right")
    else:
        st.caption(f"Mail read {words.ago(fresh, now)}", text_alignment="right")


def _account(actor: Person) -> None:
    with st.popover(words.plain(actor.name), type="tertiary", icon=":material/account_circle:"):
        st.caption(actor.role.capitalize())
        st.button("Sign out", icon=":material/logout:", on_click=st.logout)
