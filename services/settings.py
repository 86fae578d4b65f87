"""The only reader of the settings file and of the environment."""

from __future__ import annotations

import os
import re
import tomllib
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from services.errors import SettingsError
from services.rules import meeting_schedule
from services.rules.marketplaces import MARKETPLACES
from services.settings_sheets import SheetSettings, each_once, find_keys, loopback_only

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+=-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, ignored_types=(cached_property,))


def _secret(value: object) -> object:
    """Replace `env:NAME` by the variable's value; an unset variable is an error that names it."""
    if isinstance(value, str) and value.startswith("env:"):
        name = value.removeprefix("env:")
        if not os.environ.get(name):
            raise ValueError(f"the environment variable {name} is not set")
        return os.environ[name]
    return value


class Folder(_Part):
    """Mail files and Seller Central exports below one folder."""

    path: Path


class Mailbox(_Part):
    """An IMAP mailbox; with `oauth` the token is fetched with the refresh token given beside it."""

    host: str
    port: int = 993
    security: Literal["tls", "starttls", "none"] = "tls"
    user: str
    password: SecretStr | None = None
    oauth: Literal["google", "microsoft"] | None = None
    oauth_client_id: str = ""
    oauth_client_secret: SecretStr | None = None
    oauth_refresh_token: SecretStr | None = None
    oauth_token_endpoint: str | None = None
    folders: tuple[str, ...] = ("INBOX",)
    ca_file: Path | None = None

    _resolve = field_validator(
        "password", "oauth_client_id", "oauth_client_secret", "oauth_refresh_token", mode="before"
    )(_secret)

    @model_validator(mode="after")
    def _is_safe(self) -> Mailbox:
        if self.security == "none" and self.host not in LOOPBACK:
            raise ValueError('security = "none" is allowed on loopback only; use "tls" or "starttls"')
        if self.password is None and self.oauth is None:
            raise ValueError('give password = "env:NAME" or oauth = "google" | "microsoft"')
        return self

    @field_validator("oauth_token_endpoint")
    @classmethod
    def _on_loopback(cls, address: str | None) -> str | None:
        if address and urlsplit(address).hostname not in LOOPBACK:
            raise ValueError("oauth_token_endpoint may only name a test server on this machine")
        return address

    @property
    def name(self) -> str:
        """What the mailbox is called in the ledger: `user@host`, without the port if it is the usual one."""
        return f"{self.user}@{self.host}" if self.port == 993 else f"{self.user}@{self.host}:{self.port}"


class Smtp(_Part):
    """The mail server that takes our replies; `sender` must be an approved sender in Seller Central."""

    host: str
    port: int = 587
    security: Literal["tls", "starttls", "none"] = "starttls"
    user: str = ""
    password: SecretStr | None = None
    sender: str
    ca_file: Path | None = None

    _resolve = field_validator("password", mode="before")(_secret)

    @field_validator("sender")
    @classmethod
    def _is_address(cls, sender: str) -> str:
        if not _ADDRESS.fullmatch(sender):
            raise ValueError(f"{sender!r} is no mail address like support@example.com")
        return sender

    @model_validator(mode="after")
    def _is_safe(self) -> Smtp:
        if self.security == "none" and self.host not in LOOPBACK:
            raise ValueError('security = "none" is allowed on loopback only; use "tls" or "starttls"')
        if bool(self.user) != (self.password is not None):
            raise ValueError('give both user and password = "env:NAME", or neither')
        return self


class SpApi(_Part):
    """The account's access to Amazon's Selling Partner API; the endpoints may only name a test server here."""

    client_id: SecretStr
    client_secret: SecretStr
    refresh_token: SecretStr
    endpoint: str | None = None
    token_endpoint: str | None = None

    _resolve = field_validator("client_id", "client_secret", "refresh_token", mode="before")(_secret)

    @field_validator("endpoint", "token_endpoint")
    @classmethod
    def _on_loopback(cls, address: str | None) -> str | None:
        parts = urlsplit(address or "")
        if address and (parts.scheme not in ("http", "https") or parts.hostname not in LOOPBACK):
            raise ValueError("it may only name a test server on this machine, like http://127.0.0.1:9000")
        return address.rstrip("/") if address else None

    @model_validator(mode="after")
    def _is_usable(self) -> SpApi:
        secrets = (self.client_id, self.client_secret, self.refresh_token)
        if not all(each.get_secret_value().strip() for each in secrets):
            raise ValueError("client_id, client_secret and refresh_token must not be empty")
        # Amazon's client library reads these two by itself; the first sends every account to one marketplace.
        if os.environ.get("SP_API_DEFAULT_MARKETPLACE"):
            raise ValueError("unset the environment variable SP_API_DEFAULT_MARKETPLACE; it overrides every account")
        if os.environ.get("AWS_ENV", "PRODUCTION") not in ("PRODUCTION", "SANDBOX"):
            raise ValueError("unset the environment variable AWS_ENV, or set it to PRODUCTION")
        return self


class Sheet(SheetSettings):
    """A spreadsheet, or the columns of files; see there."""

    _resolve = field_validator("credentials", mode="before")(_secret)
    _is_here = field_validator("endpoint")(lambda address: loopback_only(address, LOOPBACK))


class Account(_Part):
    """One seller account and where its mail and data come from; `shop` is what buyers know it by."""

    marketplaces: tuple[str, ...]
    shop: str = ""
    folder: Folder | None = None
    mailbox: Mailbox | None = None
    smtp: Smtp | None = None
    sp_api: SpApi | None = None
    sheets: tuple[Sheet, ...] = ()

    @field_validator("marketplaces")
    @classmethod
    def _known(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        for code in codes:
            if code not in MARKETPLACES:
                raise ValueError(f"{code!r} is no marketplace; known are {', '.join(MARKETPLACES)}")
        return codes

    _once_each = field_validator("sheets")(each_once)

    @field_validator("sp_api", mode="before")
    @classmethod
    def _one_region(cls, sp_api: object, info: ValidationInfo) -> object:
        regions = {MARKETPLACES[code].region for code in info.data.get("marketplaces", ())}
        if sp_api is not None and len(regions) > 1:
            raise ValueError(
                f"with sp_api an account is one seller in one region, not {' and '.join(sorted(regions))}; "
                "make one account per region"
            )
        if sp_api is not None and not regions and "marketplaces" in info.data:
            raise ValueError("name at least one marketplace in marketplaces")
        return sp_api


class Policy(_Part):
    """Which reply rules hold: the documents' (strict) or Amazon's."""

    profile: Literal["strict", "amazon"] = "strict"


class ClockSettings(_Part):
    """First import: unanswered mail older than this opens no clock."""

    ignore_unanswered_before_days: int = Field(default=30, ge=0)


class Retention(_Part):
    """How long personal data is kept."""

    personal_data_days: int = Field(default=30, ge=1)


class Notifications(_Part):
    """How colleagues are told of what must be decided: by which channels in which order, whom, and when not.

    `chat` names further channels: an Apprise address each, which holds a password. `to` are asked where nobody is
    named; else every supervisor is. `account`: whose [smtp] sends; else the first that has one.
    """

    channels: tuple[str, ...] = ("product", "mail")
    chat: dict[str, SecretStr] = {}
    to: tuple[str, ...] = ()
    account: str = ""
    quiet: tuple[time, time] | None = (time(20), time(7))
    holidays: tuple[date, ...] = ()
    now_passes_quiet: bool = True
    patience_hours: dict[Literal["now", "today", "normal"], float] = {}
    base_url: str = "http://127.0.0.1:8501"

    @field_validator("chat", mode="before")
    @classmethod
    def _resolve(cls, chat: object) -> object:
        for name, address in chat.items() if isinstance(chat, dict) else ():
            if not (isinstance(address, str) and address.startswith("env:")):
                raise ValueError(f'write {name} = "env:NAME": such an address holds a password')
        return {name: _secret(address) for name, address in chat.items()} if isinstance(chat, dict) else chat

    @field_validator("quiet", mode="before")
    @classmethod
    def _none_is_empty(cls, quiet: object) -> object:
        return None if quiet in ([], ()) else quiet

    @field_validator("base_url")
    @classmethod
    def _is_web_address(cls, address: str) -> str:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("write the address at which people open the desk, like https://desk.example.com")
        return address.rstrip("/")

    @model_validator(mode="after")
    def _is_usable(self) -> Notifications:
        unknown = [name for name in self.channels if name not in ("product", "mail", *self.chat)]
        if unknown or len(set(self.channels)) != len(self.channels):
            known = ", ".join(("product", "mail", *self.chat))
            raise ValueError(f"channels = {list(self.channels)} must name each of these at most once: {known}")
        if any(not 0 < hours <= 24 * 30 for hours in self.patience_hours.values()):
            raise ValueError("patience_hours lie above 0 and up to 720")
        return self

    def patience(self, urgency: str) -> timedelta | None:
        """How long to wait for an acknowledgement, if the settings say so."""
        hours = {str(name): hours for name, hours in self.patience_hours.items()}.get(urgency)
        return None if hours is None else timedelta(hours=hours)


class Meeting(_Part):
    """When packs go out by mail ("Mon 08:00", "1 08:00", empty: never), to whom, and by whose [smtp]."""

    weekly: str = ""
    monthly: str = ""
    recipients: tuple[str, ...] = ()
    account: str = ""

    @field_validator("weekly", "monthly")
    @classmethod
    def _is_time(cls, text: str, info: ValidationInfo) -> str:
        if text:
            meeting_schedule.parse("week" if info.field_name == "weekly" else "month", text)
        return text

    @field_validator("recipients")
    @classmethod
    def _are_addresses(cls, recipients: tuple[str, ...]) -> tuple[str, ...]:
        for each in recipients:
            if not _ADDRESS.fullmatch(each):
                raise ValueError(f"{each!r} is no mail address like lead@example.com")
        return tuple(dict.fromkeys(recipients))


class Settings(_Part):
    """Everything that the settings file may say, plus where the store lives."""

    accounts: dict[str, Account]
    policy: Policy = Policy()
    clock: ClockSettings = ClockSettings()
    retention: Retention = Retention()
    notifications: Notifications = Notifications()
    meeting: Meeting = Meeting()
    file: Path | None = Field(default=None, exclude=True)
    state_dir: Path = Field(default=ROOT / "data" / "local", exclude=True)
    database_url: SecretStr = Field(default=SecretStr(""), exclude=True)

    @property
    def is_sample(self) -> bool:
        """True while no settings file exists and the sample seller is shown."""
        return self.file is None


def load(config: str | Path | None = None) -> Settings:
    """Read the settings: `config`, else WITHIN24_CONFIG, else within24.toml beside app.py, else the sample.

    Raises SettingsError with one sentence per thing to mend.
    """
    state_dir = Path(os.environ.get("WITHIN24_STATE_DIR") or ROOT / "data" / "local").resolve()
    file = _settings_file(config)
    raw: dict[str, Any] = _read(file) if file else {"accounts": sample_accounts(state_dir)}
    raw["file"], raw["state_dir"] = file, state_dir
    raw["database_url"] = os.environ.get("WITHIN24_DATABASE_URL") or f"sqlite:///{state_dir / 'within24.db'}"
    try:
        return Settings.model_validate(raw)
    except ValidationError as error:
        raise SettingsError(_sentences(file, error), "Mend the settings file and start again.") from None


def sample_accounts(state_dir: Path) -> dict[str, Any]:
    """The sample seller: one account over a folder that is dated when it is first loaded."""
    path = state_dir / "sample"
    served = ["US", "CA", "UK", "DE", "FR", "IT", "ES", "JP"]
    return {"nordlicht": {"marketplaces": served, "shop": "Nordlicht", "folder": {"path": path}}}


def now() -> datetime:
    """The time that verdicts are made for: WITHIN24_NOW if it is set, else the clock. Aware, UTC."""
    frozen = os.environ.get("WITHIN24_NOW")
    if not frozen:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(frozen)
    except ValueError:
        advice = "Write it as 2026-11-22T09:00:00Z."
        raise SettingsError(f"WITHIN24_NOW={frozen!r} is not an ISO time", advice) from None
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def real_now() -> datetime:
    """The machine's clock, whatever WITHIN24_NOW says: for leases, back-off and expiry. Aware, UTC."""
    return datetime.now(UTC)


def is_frozen() -> bool:
    """True while WITHIN24_NOW holds the time still."""
    return bool(os.environ.get("WITHIN24_NOW"))


def _settings_file(config: str | Path | None) -> Path | None:
    named = config or os.environ.get("WITHIN24_CONFIG")
    if named:
        path = Path(named).expanduser().resolve()
        if not path.is_file():
            raise SettingsError(f"there is no settings file {path}", "Check --config and WITHIN24_CONFIG.")
        return path
    default = ROOT / "within24.toml"
    return default if default.is_file() else None


def _read(file: Path) -> dict[str, Any]:
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SettingsError(f"{file.name} cannot be read: {error.strerror}", "Check its permissions.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file.name} is not valid TOML: {error}", "Mend that line.") from None
    raw.pop("auth", None)
    accounts = raw.get("accounts")
    for account in accounts.values() if isinstance(accounts, dict) else ():
        folder = account.get("folder") if isinstance(account, dict) else None
        if isinstance(folder, dict) and isinstance(folder.get("path"), str):
            folder["path"] = (file.parent / Path(folder["path"]).expanduser()).resolve()
        if isinstance(account, dict):
            find_keys(account.get("sheets"), file.parent)
    return raw


def _sentences(file: Path | None, error: ValidationError) -> str:
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        place = ".".join(str(part) for part in problem["loc"]) or "the file"
        lines.append(f"{place}: {problem['msg'].removeprefix('Value error, ')}")
    return f"{file.name if file else 'settings'}: " + "; ".join(lines)
