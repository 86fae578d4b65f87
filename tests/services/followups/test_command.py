"""`python -m services followup` in this process: what it prints, how it ends, and what it says when it refuses."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from data.models.followups import FollowupCard
from data.store import Store
from services import __main__ as commands
from services import runtime
from tests import followups as made
from tests.commands import CONFIG
from tests.desks import NOW


@pytest.fixture
def shop(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A desk with two rows; the commands use its store."""
    (tmp_path / "exports").mkdir()
    (tmp_path / "within24.toml").write_text(CONFIG, encoding="utf-8")
    monkeypatch.setenv("WITHIN24_CONFIG", str(tmp_path / "within24.toml"))
    monkeypatch.setenv("WITHIN24_DATABASE_URL", store.url)
    monkeypatch.setenv("WITHIN24_NOW", NOW.isoformat())
    runtime.forget()
    made.put(store, made.row(1), made.row(2))
    return store


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """A command's exit code."""
    monkeypatch.setattr(sys, "argv", ["services", *words])
    with pytest.raises(SystemExit) as ended:
        commands.main()
    return int(ended.value.code or 0)


def test_it_marks_a_row_and_prints_what_it_did(
    shop: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("--contacted-by", "Cleo", "--at", "2026-11-21T10:00:00+01:00", "--note", "by phone")
    assert run(monkeypatch, "followup", made.key(1), *words) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["contacted_by"], printed["contacted_at"]) == ("Cleo", "2026-11-21T09:00:00Z")
    assert run(monkeypatch, "export", "followups") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["state"], row["contacted_by"]) for row in rows] == [("contacted", "Cleo"), ("to_contact", None)]
    assert "Customer name" not in rows[0]["cells"]
    assert run(monkeypatch, "export", "followups", "--personal", "--format", "csv") == 0
    assert "Ana Example" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("ffff", "--contacted-by", "Cleo"), 1, "No follow-up has the key 'ffff'"),
        ((made.key(1), "--contacted-by", "Cleo", "--at", "2026-11-23T00:00:00Z"), 1, "cannot lie in the future"),
        ((made.key(1), "--contacted-by", "Cleo", "--at", "yesterday"), 2, "is no ISO time"),
        ((made.key(1), "--contacted-by", ""), 1, "Give a name"),
        ((made.key(1),), 2, "--contacted-by"),
    ],
)
def test_what_it_refuses_is_a_sentence_and_changes_nothing(
    words: tuple[str, ...], code: int, sentence: str, shop: Store, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    assert run(monkeypatch, "followup", *words) == code
    said = " ".join(capsys.readouterr().err.replace("│", " ").split())
    assert sentence in said
    with shop.read() as session:
        assert session.get_one(FollowupCard, 1).state == "to_contact"
