"""A loopback Google Sheets: tabs that people edit, the calls of its API, its quota, and every way in which it fails.

    with Sheets() as google:
        book = google.book("key", [["Order ID", "Contacted"], ["111-…", ""]])
        google.fail(TOO_MANY)                                # the next call; then it answers as it should
        book.tab().sort(0); book.tab().insert(1, ["…"])      # what people do
        ...                                                  # endpoint is google.base, or a session google.session()

Faithful as far as Google's reference says: metadata, values.get, batchGet, batchUpdate and update; values as shown, as
typed, or as formulas; empty ends left out; RAW values never parsed; a write outside the grid or into a covered cell of
a merge; sixty reads and sixty writes a minute. `now` (seconds) may be a clock of the test's own. The same model
answers over a socket and, where thousands of calls are made, through `session()` without one.
"""

from __future__ import annotations

import io
import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import requests
from requests.adapters import BaseAdapter

QUOTA, WINDOW = 60, 60.0
_RANGE = re.compile(r"([A-Za-z]*)(\d*)(?::([A-Za-z]*)(\d*))?")


@dataclass(frozen=True)
class Typed:
    """A cell that is shown otherwise than it is kept: a date, a number with leading zeros, a formula."""

    shown: str
    value: Any = None
    formula: str = ""


Cell = str | bool | Typed


@dataclass(frozen=True)
class Fault:
    """What happens to a call instead of its right answer; `drop`: the connection is cut before or after the work."""

    status: int = 0
    message: str = ""
    wait: float = 0.0
    drop: str = ""
    body: bytes | None = None


TOO_MANY = Fault(429, "Quota exceeded for quota metric 'Read requests' and limit 'Read requests per minute per user'")
UNAVAILABLE = Fault(503, "The service is currently unavailable.")
FORBIDDEN = Fault(403, "The caller does not have permission")
NOT_THERE = Fault(404, "Requested entity was not found.")
PROTECTED = Fault(400, "Invalid data[0]: You are trying to edit a protected cell or object.")
DROPPED = Fault(drop="before")
DROPPED_AFTER = Fault(drop="after")
NOT_JSON = Fault(200, body=b"<html>surprise</html>")


@dataclass
class Tab:
    """One tab; rows and columns count from 0. The grid is always a little larger than what is in it."""

    title: str
    id: int
    rows: list[list[Cell]]
    hidden: bool = False
    merges: list[dict[str, int]] = field(default_factory=list)

    def text(self, row: int, column: int) -> str:
        """A cell as it is shown."""
        return shown(self.rows[row][column]) if row < len(self.rows) and column < len(self.rows[row]) else ""

    def texts(self) -> list[list[str]]:
        """All cells as shown, without empty ends."""
        return [_trimmed([shown(cell) for cell in row]) for row in self.rows]

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Type into a cell."""
        while len(self.rows) <= row:
            self.rows.append([])
        cells = self.rows[row]
        cells += [""] * (column + 1 - len(cells))
        cells[column] = cell

    def sort(self, column: int, *, header: int = 0, backwards: bool = False) -> None:
        """Sort the rows below the headings."""
        below = self.rows[header + 1 :]
        below.sort(key=lambda row: shown(row[column]) if column < len(row) else "", reverse=backwards)
        self.rows[header + 1 :] = below

    def insert(self, at: int, cells: Sequence[Cell] = ()) -> None:
        """Insert a row before another."""
        self.rows.insert(at, list(cells))

    def delete(self, at: int) -> None:
        """Delete a row."""
        del self.rows[at]

    def insert_column(self, at: int, heading: str = "", *, header: int = 0) -> None:
        """Insert a column before another."""
        for row in self.rows:
            if len(row) > at:
                row.insert(at, "")
        self.put(header, at, heading)

    def delete_column(self, at: int) -> None:
        """Delete a column."""
        for row in self.rows:
            if len(row) > at:
                del row[at]

    def merge(self, top: int, bottom: int, left: int, right: int) -> None:
        """Merge cells (ends excluded): only the first keeps its text."""
        names = ("startRowIndex", "endRowIndex", "startColumnIndex", "endColumnIndex")
        self.merges.append(dict(zip(names, (top, bottom, left, right), strict=True)))
        for row in range(top, bottom):
            for column in range(left, right):
                if (row, column) != (top, left):
                    self.put(row, column, "")

    def covered(self, row: int, column: int) -> bool:
        """Whether a cell lies under another one."""
        for each in self.merges:
            inside = each["startRowIndex"] <= row < each["endRowIndex"]
            inside = inside and each["startColumnIndex"] <= column < each["endColumnIndex"]
            if inside and (row, column) != (each["startRowIndex"], each["startColumnIndex"]):
                return True
        return False

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the grid."""
        return max(1000, len(self.rows) + 100), max(26, *(len(row) for row in self.rows), 0)


@dataclass
class Book:
    """A spreadsheet. `access`: write, read or none. `written` are the cells that the API wrote, in order."""

    key: str
    tabs: list[Tab]
    access: str = "write"
    written: list[tuple[str, int, int, Any]] = field(default_factory=list)

    def tab(self, title: str = "") -> Tab:
        """A tab by its title, else the first."""
        return next(tab for tab in self.tabs if title in ("", tab.title))


class Refused(Exception):
    """An error as Google answers it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class Sheets:
    """The server; `calls` are (operation, time), `modes` the input options of all writes."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self.books: dict[str, Book] = {}
        self.calls: list[tuple[str, float]] = []
        self.modes: set[str] = set()
        self.throttled = 0
        self.before_write: Callable[[list[tuple[int, int]]], None] | None = None
        """Called with the cells that a write is about to hit, when it has arrived and nothing is written yet."""
        self.before_read: Callable[[], None] | None = None
        self.base = "http://127.0.0.1:9"
        self._faults: deque[Fault] = deque()
        self._recent: dict[str, deque[float]] = {"read": deque(), "write": deque()}
        self._lock = threading.RLock()
        self._server: ThreadingHTTPServer | None = None

    def book(self, key: str, rows: Iterable[Sequence[Cell]], *, title: str = "Sheet1") -> Book:
        """A new spreadsheet with one tab."""
        self.books[key] = Book(key, [Tab(title, 0, [list(row) for row in rows])])
        return self.books[key]

    def fail(self, *faults: Fault) -> None:
        """Let the next calls fail, one fault each."""
        self._faults.extend(faults)

    def count(self, operation: str = "") -> int:
        """How many calls there were, of an operation or in all."""
        return sum(operation in ("", name) for name, _ in self.calls)

    def answer(self, method: str, url: str, body: bytes) -> tuple[int, bytes]:
        """(status, body) of a call. Raises ConnectionError where the connection is cut."""
        fault = self._faults.popleft() if self._faults else Fault()
        if fault.wait:
            time.sleep(fault.wait)
        if fault.drop == "before":
            raise ConnectionError("dropped")
        with self._lock:
            status, found = self._carried_out(method, url, body, fault)
        if fault.drop == "after":
            raise ConnectionError("dropped")
        return status, fault.body if fault.body is not None else json.dumps(found).encode()

    def _carried_out(self, method: str, url: str, body: bytes, fault: Fault) -> tuple[int, Any]:
        try:
            operation = "read" if method == "GET" else "write"
            self._count(operation)
            if fault.status >= 400:
                raise Refused(fault.status, fault.message)
            return 200, self._found(method, urlsplit(url), json.loads(body or b"{}"))
        except Refused as error:
            words = {"code": error.status, "message": error.message, "status": "FAILED"}
            return error.status, {"error": words}

    def _count(self, operation: str) -> None:
        now, recent = self.now(), self._recent[operation]
        self.calls.append((operation, now))
        while recent and now - recent[0] >= WINDOW:
            recent.popleft()
        recent.append(now)
        if len(recent) > QUOTA:
            self.throttled += 1
            raise Refused(429, TOO_MANY.message)

    def _found(self, method: str, url: Any, body: dict[str, Any]) -> Any:
        found = re.fullmatch(r"/v4/spreadsheets/([^/:]+)(?:/(values)(?:/([^:]+(?::[^:]+)?))?)?(?::(\w+))?", url.path)
        book = self.books.get(found[1]) if found else None
        if found is None or book is None:
            raise Refused(404, NOT_THERE.message)
        if book.access == "none" or (method != "GET" and book.access == "read"):
            raise Refused(403, FORBIDDEN.message)
        params = parse_qs(url.query)
        call = {
            ("GET", None, None): lambda: _metadata(book),
            ("GET", "values", None): lambda: self._get(book, unquote(found[3] or ""), params),
            ("GET", "values", "batchGet"): lambda: self._batch_get(book, params),
            ("POST", "values", "batchUpdate"): lambda: self._batch_update(book, body),
            ("PUT", "values", None): lambda: self._update(book, unquote(found[3] or ""), params, body),
        }.get((method, found[2], found[4]))
        if call is None:
            raise Refused(404, f"no such method: {method} {url.path}")
        return call()

    def _batch_get(self, book: Book, params: dict[str, list[str]]) -> Any:
        if self.before_read:
            self.before_read()
        how = params.get("valueRenderOption", ["FORMATTED_VALUE"])[0]
        return {
            "spreadsheetId": book.key,
            "valueRanges": [_values(book, each, how) for each in params.get("ranges", [])],
        }

    def _get(self, book: Book, place: str, params: dict[str, list[str]]) -> Any:
        return _values(book, place, params.get("valueRenderOption", ["FORMATTED_VALUE"])[0])

    def _batch_update(self, book: Book, body: dict[str, Any]) -> Any:
        self.modes.add(body["valueInputOption"])
        places = [(_place(book, each["range"]), each["values"]) for each in body["data"]]
        if self.before_write:
            self.before_write([(top, left) for (_, top, left, _, _), _ in places])
        for (tab, top, left, _, _), rows in places:
            if top + len(rows) > tab.size[0] or left + max(map(len, rows), default=0) > tab.size[1]:
                raise Refused(400, f"Range ({tab.title}!) exceeds grid limits.")
        n = sum(_write(book, place, rows) for place, rows in places)
        return {"spreadsheetId": book.key, "totalUpdatedCells": n}

    def _update(self, book: Book, place: str, params: dict[str, list[str]], body: dict[str, Any]) -> Any:
        mode = params.get("valueInputOption", [""])[0]
        return self._batch_update(book, {"valueInputOption": mode, "data": [{"range": place, **body}]})

    def session(self) -> requests.Session:
        """A session whose requests come here without a socket."""
        session = requests.Session()
        session.trust_env = False
        session.mount("http://", _Straight(self))
        return session

    def __enter__(self) -> Sheets:
        handler = type("Handler", (_Handler,), {"sheets": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()


def shown(cell: Cell) -> str:
    """A cell as people see it."""
    if isinstance(cell, Typed):
        return cell.shown
    return ("TRUE" if cell else "FALSE") if isinstance(cell, bool) else cell


def _rendered(cell: Cell, how: str) -> Any:
    if how == "FORMULA" and isinstance(cell, Typed):
        return cell.formula or (cell.value if cell.value is not None else cell.shown)
    if how == "UNFORMATTED_VALUE" and not isinstance(cell, str):
        return cell if isinstance(cell, bool) else cell.value
    return shown(cell)


def _metadata(book: Book) -> Any:
    sheets = []
    for index, tab in enumerate(book.tabs):
        rows, columns = tab.size
        grid = {"rowCount": rows, "columnCount": columns}
        properties = {
            "sheetId": tab.id,
            "title": tab.title,
            "index": index,
            "sheetType": "GRID",
            "gridProperties": grid,
        }
        merges = {"merges": [{"sheetId": tab.id, **each} for each in tab.merges]} if tab.merges else {}
        sheets.append({"properties": properties | ({"hidden": True} if tab.hidden else {}), **merges})
    return {"spreadsheetId": book.key, "properties": {"title": book.key}, "sheets": sheets}


Place = tuple[Tab, int, int, int, int]
"""A tab, the first row and column, and the row and column after the last."""


def _place(book: Book, text: str) -> Place:
    title, mark, cells = text.rpartition("!")
    if not mark:
        named = text.strip("'").replace("''", "'")
        title, cells = (text, "") if any(tab.title == named for tab in book.tabs) else ("", text)
    title = title[1:-1].replace("''", "'") if title.startswith("'") else title
    tab = next((tab for tab in book.tabs if tab.title == title), None) if title else book.tabs[0]
    found = _RANGE.fullmatch(cells)
    if tab is None or found is None:
        raise Refused(400, f"Unable to parse range: {text}")
    rows, columns = tab.size
    left, top = _column(found[1]) or 0, int(found[2] or 1) - 1
    if ":" not in cells:
        return (tab, top, left, top + 1, left + 1) if cells else (tab, 0, 0, rows, columns)
    right = _column(found[3])
    return tab, top, left, int(found[4] or rows), columns if right is None else right + 1


def _column(letters: str) -> int | None:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1 if letters else None


def _values(book: Book, text: str, how: str) -> Any:
    tab, top, left, bottom, right = _place(book, text)
    rows = [_trimmed([_rendered(cell, how) for cell in row[left:right]]) for row in tab.rows[top:bottom]]
    while rows and not rows[-1]:
        rows.pop()
    found = {"range": f"'{tab.title}'!A1", "majorDimension": "ROWS"}
    return found | ({"values": rows} if rows else {})


def _trimmed(row: list[Any]) -> list[Any]:
    while row and row[-1] == "":
        row.pop()
    return row


def _write(book: Book, place: Place, rows: list[list[Any]]) -> int:
    tab, top, left, *_ = place
    n = 0
    for row, cells in enumerate(rows, top):
        for column, value in enumerate(cells, left):
            if value is None or tab.covered(row, column):
                continue
            tab.put(row, column, value if isinstance(value, bool) else str(value))
            book.written.append((tab.title, row, column, value))
            n += 1
    return n


class _Straight(BaseAdapter):
    """Carries requests to the model in this process."""

    def __init__(self, sheets: Sheets) -> None:
        super().__init__()
        self.sheets = sheets

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        body = request.body or b""
        content = body.encode() if isinstance(body, str) else bytes(body)
        try:
            status, found = self.sheets.answer(str(request.method).upper(), str(request.url), content)
        except ConnectionError as error:
            raise requests.ConnectionError(str(error)) from None
        response = requests.Response()
        response.status_code, response.raw, response.url, response.request = status, io.BytesIO(found), "", request
        return response

    def close(self) -> None:
        """There is nothing to close."""


class _Handler(BaseHTTPRequestHandler):
    sheets: Sheets
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            status, found = self.sheets.answer(self.command, self.path, body)
        except ConnectionError:
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("Content-Length", str(len(found)))
        self.end_headers()
        self.wfile.write(found)

    do_GET = do_POST = do_PUT = _answer  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""
