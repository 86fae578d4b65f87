"""Pages of a desk that was filled by the real sync, run through app.py as Streamlit runs them."""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from streamlit.testing.v1 import AppTest

from data.store import Store
from services import people, runtime
from services.people import Person
from services.settings import ROOT
from services.sync import engine
from tests import mails
from tests.desks import HOUR, NOW, ORDERS, ask, copy

TODAY, INBOX = "pages/work/today.py", "pages/work/inbox.py"
RESPONSE_TIME = "pages/review/response_time.py"
SYNC, PROBLEMS, SETTINGS = "pages/admin/sync.py", "pages/admin/data_problems.py", "pages/admin/settings.py"
PAGES = (TODAY, INBOX, RESPONSE_TIME, SYNC, PROBLEMS, SETTINGS)

RUDE = '<img src="https://evil.example/x.png">\n![](https://evil.example/y.png) **bold** :red[late] $x$'


def some_mail() -> list[bytes]:
    """Tickets by time left: late (Ana, US), at risk (Ben, DE), fine (Cleo, JP), answered (Dora, US); and one riddle."""
    return [
        ask(1, NOW - 30 * HOUR, text="Where is my lamp?", name="Ana Example", alias="ana1example", order=ORDERS[0]),
        ask(2, NOW - 22 * HOUR, text=RUDE, name="Ben Example", alias="ben1example", order=ORDERS[1], marketplace="DE"),
        ask(
            3,
            NOW - 2 * HOUR,
            text="領収書をお願いします。" * 30,
            name="Cleo Example",
            alias="cleo1example",
            marketplace="JP",
            files=[("lamp photo.jpg", "image/jpeg", b"not really a picture")],
        ),
        ask(4, NOW - 50 * HOUR, text="Is it dimmable?", name="Dora Example", alias="dora1example", order=ORDERS[3]),
        copy(4, NOW - 47 * HOUR, name="Dora Example", order=ORDERS[3]),
        mails.message(sender='"Somebody" <win@lottery.example>', subject="You have won", plain="Click here.", date=NOW),
    ]


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that the real sync has filled with `some_mail`."""
    root = tmp_path_factory.mktemp("filled")
    mail = root / "exports" / "mail"
    mail.mkdir(parents=True)
    for number, raw in enumerate(some_mail()):
        (mail / f"{number:03}.eml").write_bytes(raw)
    write_settings(root)
    before = dict(os.environ)
    os.environ |= {"WITHIN24_CONFIG": str(root / "within24.toml"), "WITHIN24_STATE_DIR": str(root / "state")}
    os.environ["WITHIN24_NOW"] = NOW.isoformat()
    runtime.forget()
    made = runtime.runtime()
    engine.run_once(made.store, made.settings, only=None, stop=threading.Event())
    made.store.close()
    runtime.forget()
    os.environ.clear()
    os.environ.update(before)
    return root


@pytest.fixture
def empty_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A desk with an account and no mail yet; now stands still."""
    (tmp_path / "exports" / "mail").mkdir(parents=True)
    return _served(tmp_path, monkeypatch)


@pytest.fixture
def desk(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A desk with `some_mail` of its own; now stands still."""
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    return _served(tmp_path, monkeypatch)


@pytest.fixture
def me(request: pytest.FixtureRequest) -> Person:
    """The local user of the desk of this test."""
    name = "desk" if "desk" in request.fixturenames else "empty_desk"
    return people.local_person(request.getfixturevalue(name))


def _served(root: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    write_settings(root)
    monkeypatch.setenv("WITHIN24_CONFIG", str(root / "within24.toml"))
    monkeypatch.setenv("WITHIN24_STATE_DIR", str(root / "state"))
    monkeypatch.setenv("WITHIN24_NOW", NOW.isoformat())
    runtime.forget()
    return runtime.runtime().store


def write_settings(root: Path) -> None:
    """One account over the folder `exports`."""
    text = '[accounts.acme]\nmarketplaces = ["US", "DE", "JP"]\n[accounts.acme.folder]\npath = "exports"\n'
    (root / "within24.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def visit() -> Callable[..., AppTest]:
    """Opens a page of the app by its file and the parameters of its URL."""
    return open_page


def open_page(page: str, /, **parameters: str) -> AppTest:
    """The page as a new visitor sees it."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.context = {"timezone": "Europe/Berlin"}
    app.run()
    if page != TODAY:
        app.switch_page(page)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def shown(app: AppTest) -> str:
    """All words on the page, those inside our own parts included."""
    texts = []
    for element in app.main:
        proto = getattr(element, "proto", None)
        texts += [str(getattr(proto, name, "")) for name in ("body", "label", "value", "json", "text") if proto]
    return "\n".join(texts)


def parts(app: AppTest) -> list[dict[str, Any]]:
    """What our own parts were given to draw."""
    return [json.loads(each.proto.json) for each in app.get("bidi_component") if each.proto.json]


def tickets_listed(app: AppTest, label: str = "tickets by time left") -> list[int]:
    """The ids in the list whose label ends like this, in the order shown."""
    (found,) = [part for part in parts(app) if str(part.get("label", "")).endswith(label)]
    return [row["id"] for row in found["rows"]]


def press(app: AppTest, label: str) -> AppTest:
    """Press the one button of this label, then look at the whole page."""
    (button,) = [each for each in app.button if each.label == label]
    button.click().run()
    return app.run()


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """Collects the SQL statements that are executed."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    for engine_ in store.engines:
        event.listen(engine_, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine_ in store.engines:
            event.remove(engine_, "before_cursor_execute", note)
