"""The settings file and the environment: what they may say, and the sentence when they may not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services import settings
from services.errors import SettingsError
from services.settings import ROOT

ACME = '[accounts.acme]\nmarketplaces = ["US", "CA"]\n'
MAILBOX = ACME + '[accounts.acme.mailbox]\nhost = "imap.example.com"\nuser = "support@example.com"\n'


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "within24.toml"
    file.write_text(text, encoding="utf-8")
    return file


def refused(file: Path) -> str:
    with pytest.raises(SettingsError) as error:
        settings.load(file)
    assert error.value.what_to_do
    return str(error.value)


def test_the_contracts_example_is_accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACME_IMAP_PASSWORD", "ACME_SMTP_PASSWORD", "ACME_LWA_ID", "ACME_LWA_SECRET", "ACME_REFRESH_TOKEN"):
        monkeypatch.setenv(name, f"value-of-{name}")
    monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT", "{}")
    loaded = settings.load(write(tmp_path, CONTRACT))
    account = loaded.accounts["acme"]
    assert account.folder is not None
    assert account.mailbox is not None
    assert account.mailbox.password is not None
    assert account.folder.path == tmp_path / "exports"
    assert account.mailbox.password.get_secret_value() == "value-of-ACME_IMAP_PASSWORD"
    assert (loaded.policy.profile, loaded.clock.ignore_unanswered_before_days) == ("strict", 30)
    assert loaded.is_sample is False
    assert "value-of-ACME_IMAP_PASSWORD" not in repr(loaded)


CONTRACT = """
[accounts.acme]
marketplaces = ["US", "CA", "MX"]
[accounts.acme.folder]
path = "exports"
[accounts.acme.mailbox]
host = "imap.example.com"
port = 993
security = "tls"
user = "support@example.com"
password = "env:ACME_IMAP_PASSWORD"
folders = ["INBOX", "Junk"]
[accounts.acme.smtp]
host = "smtp.example.com"
port = 587
security = "starttls"
user = "support@example.com"
password = "env:ACME_SMTP_PASSWORD"
sender = "support@example.com"
[accounts.acme.sp_api]
client_id = "env:ACME_LWA_ID"
client_secret = "env:ACME_LWA_SECRET"
refresh_token = "env:ACME_REFRESH_TOKEN"
endpoint = "http://127.0.0.1:9000"
token_endpoint = "http://127.0.0.1:9000"
[[accounts.acme.sheets]]
key = "spreadsheet-key"
kind = "shipping_info_missing"
tab = "Sheet1"
credentials = "env:GOOGLE_SERVICE_ACCOUNT"
endpoint = "http://127.0.0.1:9100"
[policy]
profile = "strict"
[clock]
ignore_unanswered_before_days = 30
[retention]
personal_data_days = 30
[auth]
redirect_uri = "http://localhost:8501/oauth2callback"
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "accounts: Field required"),
        ("accounts = 3", "accounts"),
        ("[[accounts]]\nx = 1", "accounts"),
        ("accounts.acme = 3", "accounts.acme"),
        ("[accounts.acme\n", "not valid TOML"),
        (ACME.replace("CA", "GB"), "'GB' is no marketplace; known are US"),
        (ACME + "colour = 1", "accounts.acme.colour: Extra inputs"),
        (ACME + "[accounts.acme.folder]\n", "accounts.acme.folder.path: Field required"),
        (MAILBOX, 'give password = "env:NAME"'),
        (MAILBOX + 'password = "env:NOT_SET_HERE"', "the environment variable NOT_SET_HERE is not set"),
        (MAILBOX + 'password = "x"\nsecurity = "none"', "security"),
        (MAILBOX + 'password = "x"\nport = "many"', "accounts.acme.mailbox.port"),
        (ACME + "[clock]\nignore_unanswered_before_days = -1", "clock.ignore_unanswered_before_days"),
        (ACME + '[policy]\nprofile = "lax"', "policy.profile"),
        (
            '[accounts.acme]\nmarketplaces = ["US", "DE"]\n[accounts.acme.sp_api]\nclient_id = "x"\n',
            "one seller in one region",
        ),
    ],
)
def test_what_cannot_be_used_is_named_in_a_sentence(tmp_path: Path, text: str, words: str) -> None:
    assert words in refused(write(tmp_path, text))


SP_API = ACME + """[accounts.acme.sp_api]
client_id = "id"
client_secret = "hunter2"
refresh_token = "hunter3"
"""


def test_access_to_amazon_is_read_and_kept_secret(tmp_path: Path) -> None:
    text = SP_API + 'endpoint = "http://127.0.0.1:9000/"\ntoken_endpoint = "http://localhost:9001"\n'
    loaded = settings.load(write(tmp_path, text))
    access = loaded.accounts["acme"].sp_api
    assert access is not None
    assert (access.endpoint, access.token_endpoint) == ("http://127.0.0.1:9000", "http://localhost:9001")
    assert access.refresh_token.get_secret_value() == "hunter3"
    assert "hunter" not in repr(loaded)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (SP_API.replace('client_secret = "hunter2"', ""), "accounts.acme.sp_api.client_secret: Field required"),
        (SP_API.replace('"id"', '"env:NOT_SET_HERE"'), "the environment variable NOT_SET_HERE is not set"),
        (SP_API.replace('"id"', '" "'), "must not be empty"),
        (SP_API + 'endpoint = "https://sellingpartnerapi-na.amazon.com"', "only name a test server on this machine"),
        (SP_API + 'endpoint = "http://127.0.0.1.example.com"', "only name a test server on this machine"),
        (SP_API + 'token_endpoint = "ftp://127.0.0.1"', "only name a test server on this machine"),
        (SP_API + 'token_endpoint = "127.0.0.1:9000"', "only name a test server on this machine"),
        (SP_API + "colour = 1", "accounts.acme.sp_api.colour: Extra inputs"),
        (SP_API.replace('"CA"', '"DE"'), "one seller in one region, not EU and NA; make one account per region"),
        (SP_API.replace('"US", "CA"', ""), "name at least one marketplace"),
    ],
)
def test_access_to_amazon_that_cannot_be_used_is_named_in_a_sentence(tmp_path: Path, text: str, words: str) -> None:
    said = refused(write(tmp_path, text))
    assert words in said
    assert "hunter" not in said


@pytest.mark.parametrize(
    ("name", "value"), [("SP_API_DEFAULT_MARKETPLACE", "DE"), ("AWS_ENV", "staging")]
)
def test_what_the_library_reads_from_the_environment_by_itself_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    assert f"unset the environment variable {name}" in refused(write(tmp_path, SP_API))
    assert settings.load(write(tmp_path, ACME)).accounts["acme"].sp_api is None


def test_a_sentence_never_shows_a_secret(tmp_path: Path) -> None:
    said = refused(write(tmp_path, MAILBOX + 'password = "hunter2"\nport = "hunter2"\noauth = "hunter2"\n'))
    assert "hunter2" not in said


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a = \x00"])
def test_a_file_that_is_no_text_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.toml").write_bytes(content)
    assert "not valid TOML" in refused(tmp_path / "a.toml")


def test_a_file_that_is_not_there_is_refused_and_a_folder_too(tmp_path: Path) -> None:
    assert "there is no settings file" in refused(tmp_path / "none.toml")
    assert "there is no settings file" in refused(tmp_path)


def test_a_windows_editors_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbf" + ACME.encode())
    assert list(settings.load(tmp_path / "a.toml").accounts) == ["acme"]


def test_the_environment_names_file_store_and_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WITHIN24_CONFIG", str(write(tmp_path, ACME)))
    monkeypatch.setenv("WITHIN24_STATE_DIR", str(tmp_path / "state"))
    loaded = settings.load()
    assert loaded.file == tmp_path / "within24.toml"
    assert loaded.state_dir == tmp_path / "state"
    assert loaded.database_url.get_secret_value() == f"sqlite:///{tmp_path}/state/within24.db"
    monkeypatch.setenv("WITHIN24_DATABASE_URL", "postgresql://desk:hunter2@db/within24")
    loaded = settings.load()
    assert loaded.database_url.get_secret_value() == "postgresql://desk:hunter2@db/within24"
    assert "hunter2" not in repr(loaded)


def test_without_a_file_it_is_the_sample_seller(tmp_path: Path) -> None:
    if (ROOT / "within24.toml").exists():
        pytest.skip("this checkout has a within24.toml of its own")
    loaded = settings.load()
    assert (loaded.is_sample, list(loaded.accounts)) == (True, ["nordlicht"])


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T09:00:00Z", datetime(2026, 11, 22, 9, tzinfo=UTC)),
        ("2026-11-22T09:00:00", datetime(2026, 11, 22, 9, tzinfo=UTC)),
        ("2026-11-22T18:00:00+09:00", datetime(2026, 11, 22, 9, tzinfo=UTC)),
        ("2026-11-22", datetime(2026, 11, 22, tzinfo=UTC)),
    ],
)
def test_now_can_be_frozen_and_real_time_cannot(monkeypatch: pytest.MonkeyPatch, text: str, moment: datetime) -> None:
    assert not settings.is_frozen()
    monkeypatch.setenv("WITHIN24_NOW", text)
    assert (settings.now(), settings.now().tzinfo, settings.is_frozen()) == (moment, UTC, True)
    assert abs(settings.real_now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_now_that_is_no_time_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WITHIN24_NOW", "tomorrow")
    with pytest.raises(SettingsError, match="WITHIN24_NOW='tomorrow'"):
        settings.now()
