"""What the settings file says about spreadsheets: their keys, kinds and columns; `services.settings` reads it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from services.errors import SettingsError

_COLUMN_ROLES = {
    "orderid": "order_id",
    "order": "order_id",
    "ordernumber": "order_id",
    "item": "item",
    "sku": "item",
    "product": "item",
    "date": "dated",
    "dated": "dated",
    "contacted": "contacted",
    "contactdate": "date",
    "contactedat": "date",
    "contactedon": "date",
    "datecontacted": "date",
    "agent": "agent",
    "contactedby": "agent",
    "by": "agent",
    "note": "note",
    "notes": "note",
    "comment": "note",
}


class SheetSettings(BaseModel):
    """A Google spreadsheet; or without `key` only the columns of the files of a kind below sheets/.

    `columns` is {role: heading} with the roles order_id, item, dated (the row's own date), contacted, date (of the
    contact), agent and note. `credentials` is a service account's key as JSON, or the path of such a file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str = ""
    kind: str
    tab: str = ""
    credentials: SecretStr | None = None
    endpoint: str | None = None
    columns: dict[str, str] = Field(default_factory=dict)

    @field_validator("key")
    @classmethod
    def _is_key(cls, key: str) -> str:
        found = re.search(r"/spreadsheets/d/([\w-]+)", key)
        key = found[1] if found else key.strip()
        if not re.fullmatch(r"[\w.:-]*", key):
            raise ValueError("it is the part of the spreadsheet's address between /d/ and /edit")
        return key

    @field_validator("kind")
    @classmethod
    def _has_kind(cls, kind: str) -> str:
        if not kind.strip() or len(kind) > 100:
            raise ValueError('name it, like "shipping_info_missing"')
        return kind.strip()

    @field_validator("columns", mode="before")
    @classmethod
    def _roles(cls, columns: object) -> object:
        if not isinstance(columns, dict):
            return columns
        found: dict[str, object] = {}
        for one, other in columns.items():
            role = _COLUMN_ROLES.get(re.sub(r"[\W_]+", "", str(one)).casefold())
            turned = _COLUMN_ROLES.get(re.sub(r"[\W_]+", "", str(other)).casefold())
            if role is None and turned is None:
                known = "order_id, item, date, contacted, contact_date, agent and notes"
                raise ValueError(f"{one!r} is no column that Within24 knows; known are {known}")
            found[role or str(turned)] = other if role else one
        return found

    @model_validator(mode="after")
    def _is_usable(self) -> SheetSettings:
        if self.key and not self.endpoint and not (self.credentials and self.credentials.get_secret_value().strip()):
            raise ValueError('give credentials = "env:NAME" (a service account\'s JSON key, or the path of its file)')
        if not self.key and not self.columns:
            raise ValueError("give the spreadsheet's key, or the [columns] of the files of this kind")
        return self

    def service_account(self) -> dict[str, Any]:
        """The service account's key. Raises SettingsError with a sentence if it cannot be used."""
        told = self.credentials.get_secret_value().strip() if self.credentials else ""
        sentence = "The key of the Google service account is no JSON."
        advice = "Check credentials under [[accounts.….sheets]]: the JSON key of a Google service account, or its path."
        try:
            found = json.loads(told if told.startswith("{") else Path(told).read_text(encoding="utf-8-sig"))
        except OSError as error:
            sentence = f"The key of the Google service account cannot be read: {error.strerror}."
            raise SettingsError(sentence, advice) from None
        except ValueError:
            raise SettingsError(sentence, advice) from None
        if not isinstance(found, dict) or not {"client_email", "private_key", "token_uri"} <= found.keys():
            raise SettingsError("The key of the Google service account lacks client_email or private_key.", advice)
        return found


def each_once(sheets: tuple[SheetSettings, ...]) -> tuple[SheetSettings, ...]:
    """The same; raises ValueError if one tab of a spreadsheet is named twice."""
    named = [(each.key, each.tab) for each in sheets if each.key]
    if len(set(named)) < len(named):
        raise ValueError("a spreadsheet's tab stands here twice; name each once")
    return sheets


def loopback_only(address: str | None, loopback: Sequence[str]) -> str | None:
    """The address of a test server without a slash at its end; raises ValueError for one elsewhere."""
    parts = urlsplit(address or "")
    if address and (parts.scheme not in ("http", "https") or parts.hostname not in loopback):
        raise ValueError("it may only name a test server on this machine, like http://127.0.0.1:9100")
    return address.rstrip("/") if address else None


def find_keys(sheets: object, folder: Path) -> None:
    """Make the paths of key files absolute; those in the settings file are relative to its folder."""
    for sheet in sheets if isinstance(sheets, list) else ():
        told = sheet.get("credentials") if isinstance(sheet, dict) else None
        if isinstance(told, str) and not told.lstrip().startswith(("{", "env:")):
            sheet["credentials"] = str((folder / Path(told).expanduser()).resolve())
