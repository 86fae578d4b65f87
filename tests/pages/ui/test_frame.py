"""The gate: nobody gets in who may not, and nothing is served beyond this machine without sign-in."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.store import Store
from services import people, runtime
from services.settings import ROOT
from tests.desks import NOW
from tests.pages.conftest import shown

AUTH = {"redirect_uri": "http://127.0.0.1/oauth2callback", "cookie_secret": "x", "client_id": "a", "client_secret": "b"}
FAR, PAST = 4102444800, 1000000000


def test_without_sign_in_the_local_user_works(empty_desk: Store) -> None:
    assert "Late" in shown(_visit(None, None))


def test_with_sign_in_nobody_sees_anything_before(empty_desk: Store) -> None:
    app = _visit(AUTH, {"is_logged_in": False})
    assert [button.label for button in app.button] == ["Sign in"]
    assert "Late" not in shown(app)


def test_whoever_signed_in_works_under_their_name(empty_desk: Store) -> None:
    app = _visit(AUTH, _user(exp=FAR))
    assert "Late" in shown(app)
    assert "Bea" in [person.name for person in people.people(empty_desk)]


@pytest.mark.parametrize("exp", [PAST, None, "soon"])
def test_a_sign_in_that_has_run_out_is_none(exp: object, empty_desk: Store) -> None:
    app = _visit(AUTH, _user(exp=exp))
    assert "Your sign-in has run out" in shown(app)
    assert "Late" not in shown(app)


def test_a_disabled_person_is_told_so_and_sees_nothing(empty_desk: Store) -> None:
    _visit(AUTH, _user(exp=FAR))
    people.set_disabled(empty_desk, "Bea", True, actor=people.local_person(empty_desk), now=NOW)
    app = _visit(AUTH, _user(exp=FAR))
    assert "Your access is closed" in shown(app)
    assert "Late" not in shown(app)


@pytest.mark.parametrize("address", ["0.0.0.0", "", "192.168.0.5"])
def test_an_open_address_without_sign_in_is_refused(
    address: str, empty_desk: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    _listen_on(monkeypatch, address)
    app = _visit(None, None)
    assert "does not serve" in app.error[0].value
    assert "Late" not in shown(app)


def test_an_open_address_with_sign_in_is_served(empty_desk: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _listen_on(monkeypatch, "0.0.0.0")
    assert "Late" in shown(_visit(AUTH, _user(exp=FAR)))


def test_settings_that_cannot_be_used_are_said_in_a_sentence(
    empty_desk: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WITHIN24_CONFIG", "/nowhere/within24.toml")
    runtime.forget()
    app = _visit(None, None)
    assert not app.exception
    assert "there is no settings file" in app.error[0].value


def _listen_on(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    real = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: address if name == "server.address" else real(name))


def _user(exp: object) -> dict[str, Any]:
    known = {"iss": "https://id.example", "sub": "42", "name": "Bea", "email": "bea@example.com"}
    return {"is_logged_in": True, "exp": exp, **known}


def _visit(auth: dict[str, str] | None, user: dict[str, Any] | None) -> AppTest:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    if auth:
        app.secrets["auth"] = auth
    if user:
        app.user = user
    return app.run()
