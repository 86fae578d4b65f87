"""Calls Google Sheets through gspread: within the quota, with every answer bounded and every error named.

Google counts 60 reads and 60 writes a minute for each user of a project (developers.google.com/sheets/api/limits); a
service account is one user. The budget is kept in the store, so that all processes and machines share it.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import google.auth.exceptions
import requests
from google.auth.credentials import AnonymousCredentials
from google.auth.transport.requests import AuthorizedSession
from google.oauth2.service_account import Credentials
from gspread.exceptions import APIError, GSpreadException
from gspread.http_client import HTTPClient

from services.errors import NeedsPerson, Rejected, RetryLater, Waiting
from services.rules.rate_budget import Plan
from services.rules.sheet_columns import letters
from services.rules.sheet_rows import Cell, Span
from services.settings import Sheet, real_now
from services.sources.base import Memory

READS = Plan(rate=0.6, burst=20)
WRITES = Plan(rate=0.6, burst=20)
"""A burst and what comes back during the minute after it stay below Google's 60."""
TIMEOUT = (10.0, 30.0)
LONGEST_ANSWER = 120.0
LARGEST_ANSWER = 256 * 1024 * 1024
TRIES = 4
FIRST_PAUSE = 1.0
DEADLINE = timedelta(seconds=90)
SHORT, LONG = timedelta(seconds=5), timedelta(seconds=60)
"""How long a used-up budget is waited for; beyond that the stream comes back later."""
SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
_GOOGLE = re.compile(r"^https://(sheets|www)\.googleapis\.com")
Params = dict[str, str | int | bool | float | list[str] | None]
_FIELDS = "sheets(properties(sheetId,title,index,hidden),merges)"


@dataclass(frozen=True)
class Clock:
    """The real time and the way to let it pass; a test may have its own."""

    now: Callable[[], datetime] = real_now
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Tab:
    """One tab of a spreadsheet."""

    title: str
    hidden: bool = False
    merges: tuple[Span, ...] = ()


class Throttled(RetryLater):
    """429: more calls than the quota allows; this one was not carried out."""


class Broken(RetryLater):
    """A call of which nobody knows whether Google carried it out, or one that it could not carry out now."""


class Google:
    """One spreadsheet as one service account sees it."""

    def __init__(
        self, access: Sheet, memory: Memory, *, clock: Clock | None = None, session: requests.Session | None = None
    ) -> None:
        self.access, self.memory, self.clock = access, memory, clock or Clock()
        self.who = f"google:{urlsplit(access.endpoint).netloc}" if access.endpoint else ""
        self.email = ""
        self._session = session
        self._http: _Http | None = None

    def tabs(self) -> list[Tab]:
        """The tabs in their order."""
        http = self._connected()
        params: Params = {"includeGridData": "false", "fields": _FIELDS}
        found = self._read(lambda: http.fetch_sheet_metadata(self.access.key, params))
        return [_tab(each) for each in sorted(_list(found, "sheets"), key=_index)]

    def values(self, title: str, *, patient: bool = False) -> list[list[str]]:
        """A whole tab as it is shown, row by row, in one call."""
        (grid,) = self._values([_quoted(title)], "FORMATTED_VALUE", patient=patient)
        return grid

    def formulas(self, title: str, cells: Sequence[tuple[int, int]]) -> frozenset[tuple[int, int]]:
        """Those of these cells that hold a formula."""
        ranges = [f"{_quoted(title)}!{a1(row, column)}" for row, column in cells]
        found = self._values(ranges, "FORMULA")
        shown = zip(cells, found, strict=True)
        return frozenset(cell for cell, grid in shown if any(text.startswith("=") for row in grid for text in row))

    def write(self, title: str, cells: Sequence[Cell]) -> None:
        """Put texts into cells as they are (RAW), all in one call, which is not repeated here.

        Raises Throttled or Broken, after which only a new reading tells what the cells say; Rejected if Google will
        not have these values; NeedsPerson without the right to write.
        """
        http = self._connected()
        data = [
            {
                "range": f"{_quoted(title)}!{a1(cell.row, cell.column)}",
                "majorDimension": "ROWS",
                "values": [[cell.value]],
            }
            for cell in cells
        ]
        body = {"valueInputOption": "RAW", "data": data}
        self._spend("write", WRITES, LONG)
        try:
            self._once("write", lambda: http.values_batch_update(self.access.key, body))
        except RetryLater:
            self.clock.sleep(random.uniform(FIRST_PAUSE / 2, FIRST_PAUSE))
            raise

    def _values(self, ranges: list[str], how: str, *, patient: bool = False) -> list[list[list[str]]]:
        http = self._connected()
        params: Params = {"valueRenderOption": how, "majorDimension": "ROWS"}
        found = self._read(lambda: http.values_batch_get(self.access.key, ranges, params), patient=patient)
        grids = _list(found, "valueRanges")
        if len(grids) != len(ranges):
            raise Broken("Google's answer is not what was asked for.")
        return [[[_text(cell) for cell in row] for row in _list(grid, "values")] for grid in grids]

    def _read(self, call: Callable[[], Any], *, patient: bool = False) -> Any:
        """Try a reading again, a few times, with growing pauses."""
        end = self.clock.now() + DEADLINE
        for attempt in range(1, TRIES + 1):
            self._spend("read", READS, LONG if patient else SHORT)
            try:
                return self._once("read", call)
            except RetryLater:
                pause = FIRST_PAUSE * 2 ** (attempt - 1) * random.uniform(0.5, 1.0)
                if attempt == TRIES or self.clock.now() + timedelta(seconds=pause) > end:
                    raise
            self.clock.sleep(pause)
        raise AssertionError("unreachable")

    def _once(self, operation: str, call: Callable[[], Any]) -> Any:
        try:
            found = call()
        except APIError as error:
            raise self._named(operation, error) from None
        except google.auth.exceptions.RefreshError:
            raise self._refused("Google does not accept the key of the service account") from None
        except (ValueError, GSpreadException):
            raise Broken("Google's answer cannot be read.") from None
        except (requests.RequestException, google.auth.exceptions.TransportError) as error:
            # Not the error's own words: they name the address.
            raise Broken(f"Google Sheets cannot be reached: {type(error).__name__}.") from None
        if not isinstance(found, dict):
            raise Broken("Google's answer cannot be read.")
        return found

    def _named(self, operation: str, error: APIError) -> Exception:
        status = error.response.status_code
        said = str(getattr(error, "error", {}).get("message", ""))[:300] if isinstance(error.error, dict) else ""
        if status == 429:
            self.memory.refused(self.who, operation, READS if operation == "read" else WRITES)
            return Throttled("Google asks to call less often.", timedelta(seconds=60))
        if status >= 500 or status == 408:
            return Broken(f"Google Sheets has trouble of its own ({status}).")
        if status == 401:
            return self._refused("Google does not accept the service account")
        if status == 403:
            return self._forbidden(operation, said)
        if status == 404:
            return NeedsPerson("There is no spreadsheet with this key",
                               "Check key under [[accounts.….sheets]]; it may have been deleted.")  # fmt: skip
        return Rejected(f"Google refuses ({status}): {said or 'no reason given'}")

    def _forbidden(self, operation: str, said: str) -> NeedsPerson:
        if "has not been used" in said or "disabled" in said:
            return NeedsPerson("The Google Sheets API is not switched on",
                               "Enable it in the Google Cloud project of the service account.")  # fmt: skip
        who = self.email or "the service account"
        if operation == "write":
            return NeedsPerson("Google lets Within24 read this spreadsheet but not write into it",
                               f"Share it with {who} as an editor, and check for protected ranges.")  # fmt: skip
        return NeedsPerson("Google does not let Within24 read this spreadsheet", f"Share it with {who} as an editor.")

    def _refused(self, sentence: str) -> NeedsPerson:
        return NeedsPerson(sentence, "Make a new key for it in Google Cloud and put it where credentials points to.")

    def _spend(self, operation: str, plan: Plan, patience: timedelta) -> None:
        end = self.clock.now() + patience
        while wait := self.memory.spend(self.who, operation, plan):
            if self.clock.now() + wait > end:
                raise Waiting("Google's calls of this minute are used up.", wait)
            self.clock.sleep(wait.total_seconds())

    def _connected(self) -> _Http:
        if self._http is None:
            self._http = self._connect()
        return self._http

    def _connect(self) -> _Http:
        """Signed in as the service account, or nobody at a test server."""
        if self.access.endpoint:
            session = self._session or requests.Session()
            # A proxy of the environment must not get to see what is meant for this machine.
            session.trust_env = False
            return _Http(session, self.access.endpoint)
        key = self.access.service_account()
        self.email = str(key["client_email"])
        self.who = f"google:{self.email}"
        try:
            credentials = Credentials.from_service_account_info(key, scopes=SCOPES)  # type: ignore[no-untyped-call]
        except (ValueError, google.auth.exceptions.GoogleAuthError):
            raise self._refused("The key of the service account is damaged") from None
        return _Http(AuthorizedSession(credentials), None)  # type: ignore[no-untyped-call]


class _Http(HTTPClient):
    """gspread's client with an end to every answer; it may talk to a test server in Google's place."""

    def __init__(self, session: requests.Session, endpoint: str | None) -> None:
        super().__init__(AnonymousCredentials(), session)  # type: ignore[no-untyped-call]
        self.set_timeout(TIMEOUT)
        self._endpoint = endpoint
        self._send = session.request
        session.request = partial(_bounded, self._send)  # type: ignore[method-assign]

    def request(self, method: str, endpoint: str, *words: Any, **how: Any) -> Any:
        """As gspread asks, but perhaps elsewhere. Raises APIError and requests' errors."""
        return super().request(method, _GOOGLE.sub(self._endpoint or r"\g<0>", endpoint), *words, **how)


def _bounded(send: Callable[..., requests.Response], *words: Any, **how: Any) -> requests.Response:
    """Send a request and read the answer to its end, unless it is too large or trickles."""
    begun, size, pieces = time.monotonic(), 0, []
    with send(*words, stream=True, allow_redirects=False, **how) as answer:
        for piece in answer.iter_content(1 << 16):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST_ANSWER or time.monotonic() - begun > LONGEST_ANSWER:
                raise requests.ReadTimeout("the answer is too large or too slow")
        answer._content = b"".join(pieces)
    if answer.is_redirect:
        answer.status_code = 502
    return answer


def a1(row: int, column: int) -> str:
    """A cell as Google names it: (0, 0) is A1."""
    return f"{letters(column)}{row + 1}"


def _quoted(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"


def _list(found: Any, name: str) -> list[Any]:
    """A list in an answer, empty where Google leaves it out."""
    listed = found.get(name, []) if isinstance(found, dict) else None
    if not isinstance(listed, list):
        raise Broken("Google's answer cannot be read.")
    return listed


def _index(sheet: Any) -> int:
    properties = sheet.get("properties") if isinstance(sheet, dict) else None
    return int(properties.get("index", 0)) if isinstance(properties, dict) else 0


def _tab(sheet: Any) -> Tab:
    properties = sheet.get("properties", {}) if isinstance(sheet, dict) else {}
    names = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
    merges = [each for each in _list(sheet, "merges") if isinstance(each, dict)]
    spans: list[Span] = [tuple(int(each.get(name, 0)) for name in names) for each in merges]  # type: ignore[misc]
    return Tab(str(properties.get("title", "")), bool(properties.get("hidden")), tuple(spans))


def _text(cell: Any) -> str:
    """A cell as text; all of them are, unless a server does not know how values are shown."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if cell is None:
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
