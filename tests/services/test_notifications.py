"""[notifications] of the settings file: channels in order, secrets from the environment, hours, and what is refused."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

import pytest

from services import settings
from services.errors import SettingsError

ACCOUNT = '[accounts.acme]\nmarketplaces = ["US"]\n[notifications]\n'


def load(tmp_path: Path, text: str) -> settings.Notifications:
    file = tmp_path / "within24.toml"
    file.write_text(ACCOUNT + text, encoding="utf-8")
    return settings.load(file).notifications


def test_without_any_words_it_is_today_then_mail_outside_the_night(tmp_path: Path) -> None:
    told = load(tmp_path, "")
    assert (told.channels, told.quiet, told.holidays) == (("product", "mail"), (time(20), time(7)), ())
    assert told.patience("normal") is None


def test_all_of_it_can_be_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEAM_CHAT", "mmosts://secret@chat.example.com")
    told = load(tmp_path, """
channels = ["product", "team", "mail"]
chat = { team = "env:TEAM_CHAT" }
to = ["Bea"]
quiet = ["21:30", "06:00"]
holidays = ["2026-12-25", 2027-01-01]
patience_hours = { now = 0.5, normal = 24 }
base_url = "https://desk.example.com/"
""")  # fmt: skip
    assert told.chat["team"].get_secret_value() == "mmosts://secret@chat.example.com"
    assert "secret" not in repr(told)
    assert (told.quiet, told.holidays) == ((time(21, 30), time(6)), (date(2026, 12, 25), date(2027, 1, 1)))
    assert (told.patience("now"), told.patience("today")) == (timedelta(minutes=30), None)
    assert told.base_url == "https://desk.example.com"
    assert load(tmp_path, "quiet = []").quiet is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('channels = ["pager"]', "product, mail"),
        ('channels = ["mail", "mail"]', "at most once"),
        ('chat = { team = "slack://token" }', 'team = "env:NAME"'),
        ('chat = { team = "env:NOT_SET" }', "NOT_SET is not set"),
        ('base_url = "desk.example.com"', "like https://desk.example.com"),
        ("patience_hours = { now = 0 }", "above 0"),
        ("patience_hours = { soon = 1 }", "soon"),
        ('quiet = ["20:00"]', "quiet"),
        ('quiet = ["late", "early"]', "quiet"),
        ('holidays = ["christmas"]', "holidays"),
        ("pager = 1", "pager"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(SettingsError, match=r"notifications.*") as refused:
        load(tmp_path, text)
    assert says in str(refused.value)
