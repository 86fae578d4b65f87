"""The commands as users call them: data on stdout, sentences on stderr, exit codes, and no secret anywhere."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from data import store as store_
from services import __main__ as commands_
from services import export, logs, runtime
from services.sync import __main__ as sync_
from services.sync.lease import SyncLease
from tests.commands import CONFIG, Commands
from tests.desks import HOUR, NOW, ORDERS, amazon_id, ask, copy, z

AT = NOW - 30 * HOUR


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Commands:
    """A shop that was synced once, in processes of their own."""
    shop = Commands(tmp_path_factory.mktemp("stocked") / "shop")
    shop.put("1.eml", ask(1, AT, order=ORDERS[1], text="=1+1 ü 日本"))
    shop.put("2.eml", copy(1, AT + HOUR, order=ORDERS[1]))
    shop.put("3.eml", ask(2, NOW - 26 * HOUR, order=ORDERS[2], alias="bbbbbbbbbbbbbb"))
    shop.put("4.eml", ask(3, NOW - HOUR, order=ORDERS[3], alias="cccccccccccccc"))
    shop.put("5.eml", b"broken")
    shop.sync()
    return shop


@pytest.fixture
def shop(stocked: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """A copy of that shop, whose commands run in this process."""
    shutil.copytree(stocked.home, tmp_path / "shop")
    copied = object.__new__(Commands)
    copied.home = tmp_path / "shop"
    copied.env = {name: value.replace(str(stocked.home), str(copied.home)) for name, value in stocked.env.items()}
    for name, value in copied.env.items():
        if name.startswith("WITHIN24_"):
            monkeypatch.setenv(name, value)
    return copied


def call(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """(exit code, stdout, stderr) of a command, run in this process."""
    runtime.forget()
    capfd.readouterr()
    before, sys.argv = sys.argv, ["within24", *words]
    try:
        commands_.main()
        code: object = 0
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.argv = before
        store_._opened.cache_clear()
    out, err = capfd.readouterr()
    return int(str(code or 0)), out, err


def test_only_data_is_on_stdout_and_logs_are_on_stderr(stocked: Commands) -> None:
    done = stocked.run("services", "export", "tickets")
    assert done.returncode == 0
    tickets = [json.loads(line) for line in done.stdout.splitlines()]
    assert [ticket["order_id"] for ticket in tickets] == [ORDERS[1], ORDERS[2], ORDERS[3]]
    assert [ticket["status"] for ticket in tickets] == ["pending", "new", "new"]
    assert done.stderr == ""


def test_a_reader_that_has_had_enough_ends_an_export_quietly(stocked: Commands) -> None:
    command = [sys.executable, "-m", "services", "export", "ledger"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=stocked.home, env=stocked.env, **pipes) as export_:  # type: ignore[call-overload]
        export_.stdout.close()
        said = export_.stderr.read()
    assert (export_.returncode, said) == (0, b"")


def test_export_takes_formats_days_and_a_file(
    shop: Commands, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, out, _ = call(capfd, "export", "messages", "--since", "2026-11-22")
    assert (code, len(out.splitlines())) == (0, 1)
    code, out, _ = call(capfd, "export", "messages", "--format", "csv")
    assert code == 0
    assert "'=1+1 ü 日本" in out
    file = tmp_path / "out.xlsx"
    code, out, err = call(capfd, "export", "ledger", "--format", "xlsx", "--out", str(file))
    assert (code, out) == (0, "")
    assert "5 rows" in err
    assert file.stat().st_size > 1000


@pytest.mark.parametrize(
    "words",
    [
        ("export", "everything"),
        ("export", "tickets", "--format", "pdf"),
        ("export", "tickets", "--format", "xlsx"),
        ("export", "tickets", "--since", "yesterday"),
        ("export", "tickets", "--out", "/nowhere/at/all.jsonl"),
        ("metrics",),
        ("metrics", "--from", "2026-11-22", "--to", "2026-11-01"),
        ("mark", "1"),
        ("mark", "1", "--no-response-needed", "--answered-at", "2026-11-22T08:00:00Z"),
        ("mark", "1", "--answered-at", "soon"),
        ("mark", "99", "--no-response-needed"),
        ("mark", "1", "--no-response-needed", "--as", " "),
        ("mark", "1", "--answered-at", "2031-01-01T00:00:00Z"),
        ("journal",),
        ("frobnicate",),
    ],
)
def test_what_makes_no_sense_is_a_sentence_on_stderr_and_no_traceback(
    shop: Commands, capfd: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    code, out, err = call(capfd, *words)
    assert code in (1, 2)
    assert "Traceback" not in err
    assert err.strip() or words == ("journal",)
    assert "{" not in out


def test_mark_makes_both_marks_for_scripts(shop: Commands, capfd: pytest.CaptureFixture[str]) -> None:
    ids = {row["amazon_message_id"]: row["id"] for row in exported(capfd, "messages")}
    second, third = ids[amazon_id(2)], ids[amazon_id(3)]
    code, out, _ = call(capfd, "mark", str(second), "--answered-at", z(NOW - 3 * HOUR), "--as", "Ana")
    assert (code, json.loads(out)["mark"], json.loads(out)["by"]) == (0, "answered", "Ana")
    code, out, _ = call(capfd, "mark", str(third), "--no-response-needed")
    assert (code, json.loads(out)["by"]) == (0, "script")
    found = {row["id"]: row for row in exported(capfd, "messages")}
    assert (found[second]["answered_at"], found[second]["answered_by"]) == (z(NOW - 3 * HOUR), "reply")
    assert (found[third]["answered_by"], found[third]["within_24h"]) == ("no_response_needed", None)
    assert [row["awaiting_since"] for row in exported(capfd, "tickets")] == [None] * 3


def exported(capfd: pytest.CaptureFixture[str], kind: str) -> list[dict[str, object]]:
    code, out, err = call(capfd, "export", kind)
    assert code == 0, err
    return [json.loads(line) for line in out.splitlines()]


def test_metrics_are_one_json_object_with_the_promised_figures(
    shop: Commands, capfd: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = call(capfd, "metrics", "--from", "2026-11-01", "--to", "2026-11-30")
    found = json.loads(out)
    assert code == 0
    figures = {
        name: found[name] for name in ("messages", "answered_within_24h", "late", "unanswered_over_24h", "pending")
    }
    assert figures == {
        "messages": 3,
        "answered_within_24h": 1,
        "late": 0,
        "unanswered_over_24h": 1,
        "pending": 1,
    }
    assert (found["late_response_rate"], found["p50_hours"], found["p90_hours"]) == (0.5, 1.0, 1.0)
    assert {"from", "to", "as_of", "by_day", "by_marketplace", "by_agent", "by_kind"} <= set(found)
    code, out, _ = call(
        capfd, "metrics", "--from", "2026-11-01", "--to", "2026-11-30", "--as-of", z(AT + timedelta(minutes=30))
    )
    assert json.loads(out)["answered_within_24h"] == 0
    code, out, _ = call(
        capfd, "metrics", "--from", "2026-11-01", "--to", "2026-11-30", "--as-of", z(AT), "--known-at", "then"
    )
    assert (code, json.loads(out)["messages"]) == (0, 0)
    assert call(capfd, "figures", "recount")[0] == 0
    assert call(capfd, "figures", "replay")[0] == 0


def test_the_ledger_adds_up_and_can_be_read_again(shop: Commands, capfd: pytest.CaptureFixture[str]) -> None:
    line = "folder:acme: seen 5 = 4 ticketed + 0 filed + 1 set aside, unexplained: 0\n"
    assert call(capfd, "ledger")[:2] == (0, line)
    before = [exported(capfd, kind) for kind in ("tickets", "messages", "ledger", "activity")]
    assert call(capfd, "ledger", "reparse")[:2] == (0, "5 mails read again\n")
    assert call(capfd, "ledger", "reparse", "--set-aside")[:2] == (0, "1 mails read again\n")
    assert [exported(capfd, kind) for kind in ("tickets", "messages", "ledger", "activity")] == before


def test_reading_again_beside_a_living_sync_is_refused_with_a_sentence(
    shop: Commands, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SyncLease.__init__, "__kwdefaults__", {"wait": 0.1})
    store = store_.open_store(f"sqlite:///{shop.home}/state/within24.db")
    with SyncLease(store):
        code, _, err = call(capfd, "ledger", "reparse")
    assert code == 1
    assert "another sync is at work" in err
    assert "Traceback" not in err


def test_a_chain_that_holds_ends_with_0_and_a_broken_one_with_1(
    shop: Commands, capfd: pytest.CaptureFixture[str]
) -> None:
    call(capfd, "mark", "1", "--no-response-needed")
    code, out, _ = call(capfd, "journal", "verify")
    assert code == 0
    assert "all fit" in out
    store = store_.open_store(f"sqlite:///{shop.home}/state/within24.db")
    with store.write() as session:
        session.connection().exec_driver_sql("update activity set actor = 'Nobody' where id = 2")
    code, out, _ = call(capfd, "journal", "verify")
    assert code == 1
    assert "entry 2 " in out


def test_the_settings_file_is_taken_before_and_after_the_commands_name(
    shop: Commands, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in (("--config", "/nowhere.toml", "ledger"), ("ledger", "--config", "/nowhere.toml")):
        monkeypatch.setenv("WITHIN24_CONFIG", str(shop.home / "within24.toml"))
        code, _, err = call(capfd, *words)
        assert code == 1
        assert "there is no settings file /nowhere.toml" in err


def test_another_store_is_used_when_the_environment_says_so(
    shop: Commands, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WITHIN24_DATABASE_URL", f"sqlite:///{tmp_path}/deep/er/other.db")
    assert exported(capfd, "tickets") == []
    assert (tmp_path / "deep/er/other.db").exists()


def test_frozen_time_decides_what_is_late(
    shop: Commands, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def late() -> list[object]:
        return [row["within_24h"] for row in exported(capfd, "messages") if row["direction"] == "buyer"]

    assert late() == [True, False, None]
    monkeypatch.setenv("WITHIN24_NOW", z(NOW + 23 * HOUR + timedelta(seconds=1)))
    assert late() == [True, False, False]
    monkeypatch.setenv("WITHIN24_NOW", "noon")
    code, _, err = call(capfd, "export", "messages")
    assert code == 1
    assert "WITHIN24_NOW='noon' is not an ISO time" in err


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ("accounts = 3", "accounts"),
        ("[accounts", "is not valid TOML"),
        ('[accounts.acme]\nmarketplaces = ["XX"]', "'XX' is no marketplace"),
        ('[accounts.acme]\nmarketplaces = ["US"]\ncolour = "red"', "accounts.acme.colour"),
        (
            CONFIG + '[accounts.acme.mailbox]\nhost = "h"\nuser = "u@example.com"\npassword = "env:NOT_SET_ANYWHERE"\n',
            "NOT_SET_ANYWHERE is not set",
        ),
    ],
)
def test_settings_that_cannot_be_used_are_one_sentence_and_exit_1(
    shop: Commands, capfd: pytest.CaptureFixture[str], config: str, words: str
) -> None:
    (shop.home / "within24.toml").write_text(config, encoding="utf-8")
    code, out, err = call(capfd, "export", "tickets")
    assert (code, out, len(err.strip().splitlines())) == (1, "", 1)
    assert words in err


SECRET = "hunter2-secret"


def test_no_secret_and_no_address_is_in_output_or_logs(tmp_path: Path) -> None:
    mailbox = (
        '[accounts.acme.mailbox]\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\nuser = "support@example.com"\n'
        'password = "env:ACME_PASSWORD"\n'
    )
    shop = Commands(tmp_path / "shop", config=CONFIG + mailbox)
    shop.put("1.eml", ask(1, AT))
    shop.put("2.eml", b"From: aliasaliasalias@marketplace.amazon.com\r\n\r\n")
    done = shop.run("services.sync", "--once", env={"ACME_PASSWORD": SECRET})
    said = done.stdout + done.stderr + (shop.home / "state/logs/sync.log").read_text(encoding="utf-8")
    store = store_.open_store(f"sqlite:///{shop.home}/state/within24.db")
    runs = list(export.rows(store, "runs", now=NOW))
    assert {run["state"] for run in runs} == {"ok", "retry"}
    said += json.dumps(runs)
    assert SECRET not in said
    assert "support@example.com" not in (shop.home / "state/logs/sync.log").read_text(encoding="utf-8")
    assert "Traceback" not in said


def test_a_database_password_is_not_shown_when_it_does_not_answer(
    shop: Commands, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WITHIN24_DATABASE_URL", f"postgresql://desk:{SECRET}@127.0.0.1:1/within24")
    code, out, err = call(capfd, "export", "tickets")
    assert (code, out) == (1, "")
    assert "the store cannot be opened" in err
    assert SECRET not in err
    assert "Traceback" not in err


# The sync


@pytest.fixture
def no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log of this process stays pytest's."""
    monkeypatch.setattr(logs, "configure", lambda *_: None)


@pytest.mark.usefixtures("no_log")
def test_a_sync_beside_a_living_one_ends_with_3(
    shop: Commands, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SyncLease.__init__, "__kwdefaults__", {"wait": 0.1})
    store = store_.open_store(f"sqlite:///{shop.home}/state/within24.db")
    with SyncLease(store):
        assert sync_._run(once=True, only=None) == 3
    assert f"process {os.getpid()} on " in capfd.readouterr().err


@pytest.mark.usefixtures("no_log")
def test_a_sync_that_needs_a_person_ends_with_1_and_says_what_to_do(
    shop: Commands, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(shop.home / "exports")
    assert sync_._run(once=True, only=None) == 1
    err = capfd.readouterr().err
    assert "Check path under [accounts.acme.folder]" in err
