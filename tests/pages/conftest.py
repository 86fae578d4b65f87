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
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest

from data.store import Store
from services import people, runtime
from services.people import Person
from services.settings import ROOT
from services.sync import engine
from tests import mails
from tests.desks import HOUR, NOW, ORDERS, ask, copy

TODAY, INBOX = "pages/work/today.py", "pages/work/inbox.py"
FEEDBACK = "pages/work/feedback.py"
RETURNS = "pages/work/returns.py"
CLAIMS = "pages/work/claims.py"
FOLLOWUPS = "pages/work/followups.py"
RESPONSE_TIME = "pages/review/response_time.py"
MEETING = "pages/review/meeting.py"
HEALTH = "pages/review/health.py"
CHECKLIST = "pages/review/checklist.py"
SYNC, PROBLEMS, SETTINGS = "pages/admin/sync.py", "pages/admin/data_problems.py", "pages/admin/settings.py"
TEMPLATES = "pages/admin/templates.py"
PAGES = (
    TODAY,
    INBOX,
    FEEDBACK,
    RETURNS,
    CLAIMS,
    FOLLOWUPS,
    HEALTH,
    RESPONSE_TIME,
    CHECKLIST,
    MEETING,
    SYNC,
    PROBLEMS,
    SETTINGS,
    TEMPLATES,
)

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
        texts += [str(getattr(proto, name, "")) for name in ("body", "label", "value", "text") if proto]
        # Our own parts are given JSON, where a letter of another script may be an escape.
        texts += [json.dumps(json.loads(proto.json), ensure_ascii=False)] if getattr(proto, "json", "") else []
    return "\n".join(texts)


def parts(app: AppTest) -> list[dict[str, Any]]:
    """What our own parts were given to draw."""
    return [json.loads(each.proto.json) for each in app.get("bidi_component") if each.proto.json]


def tickets_listed(app: AppTest, label: str = "tickets by time left") -> list[int]:
    """The ids in the list whose label ends like this, in the order shown."""
    (found,) = [part for part in parts(app) if str(part.get("label", "")).endswith(label)]
    return [row["id"] for row in found["rows"]]


def press(app: AppTest, label: str, **typed: Any) -> AppTest:
    """Press what is called like this, in Streamlit or in a part of ours, with what was typed into its fields."""
    buttons = [each for each in app.button if each.label == label]
    if buttons:
        (button,) = buttons
        button.click().run()
        return app.run()
    ((key, data, spec),) = [found for found in _ways(app) if found[2].get("label") == label]
    ticket, version = spec.get("ticket", data["id"]), None if "ticket" in spec else data["version"]
    values = {**spec.get("values", {}), **typed}
    return answer(app, key, "act", {"what": spec["what"], "ticket": ticket, "version": version, "values": values})


def offered(app: AppTest) -> list[str]:
    """The labels of all that can be pressed in our own parts."""
    return [spec["label"] for _, _, spec in _ways(app)]


def answer(app: AppTest, key: str, name: str, value: object, *, whole: bool = True) -> AppTest:
    """Let a part of ours answer as it does in the browser, then look at the whole page (or at what it changed)."""
    (part,) = [each for each in app.get("bidi_component") if each.proto.id.endswith(f"-{key}")]
    states = app._tree.get_widget_states()
    state = states.widgets.add()
    state.id = _make_trigger_id(part.proto.id, "events")
    state.json_trigger_value = json.dumps([{"event": name, "value": value}])
    app._run(states)
    return app.run() if whole else app


def _ways(app: AppTest) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for each in app.get("bidi_component"):
        data = json.loads(each.proto.json)
        if "acts" not in data:
            continue
        key = each.proto.id.rsplit("-", 1)[-1]
        boxes = [box for box in [data.get("strip"), *data.get("boxes", ()), *data.get("entries", ())] if box]
        above = [spec for box in boxes for spec in box["acts"]]
        asking = [{"kind": "form", "label": "", "parts": box["parts"]} for box in boxes if box.get("parts")]
        for spec in [*data["acts"], *above, *asking]:
            for found in _leaves(spec):
                yield key, data, found


def _leaves(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if spec["kind"] == "menu":
        yield from ({"what": spec["what"], "within": spec["label"], **item} for item in spec["items"])
    elif spec["kind"] == "form":
        yield from ({"label": part["submit"], "within": spec["label"], **part} for part in spec["parts"])
    elif spec["kind"] == "button":
        yield spec


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
