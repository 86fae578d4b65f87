"""`python -m services review`: the files it wrote on stdout, a sentence and exit code 1 for what it cannot do."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services import __main__ as commands_
from services import runtime
from tests.desks import Desk


@pytest.fixture
def here(weeks: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The shop as the commands find it."""
    folder = weeks.root.parent
    file = folder / "within24.toml"
    file.write_text('[accounts.acme]\nmarketplaces = ["US", "DE", "JP"]\n[accounts.acme.folder]\npath = "shop/acme"\n')
    monkeypatch.setenv("WITHIN24_STATE_DIR", str(folder))
    monkeypatch.setenv("WITHIN24_NOW", datetime(2026, 11, 22, 9, tzinfo=UTC).isoformat())
    runtime.forget()
    return weeks


def call(capfd: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[str], str]:
    """(exit code, lines on stdout, stderr)."""
    capfd.readouterr()
    before, sys.argv = sys.argv, ["within24", "review", *words]
    try:
        commands_.main()
        code: object = 0
    except SystemExit as ended:
        code = ended.code
    finally:
        sys.argv = before
    out, err = capfd.readouterr()
    return int(str(code or 0)), out.splitlines(), err


def test_it_prints_the_files_that_it_wrote(here: Desk, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    config = str(here.root.parent / "within24.toml")
    out = tmp_path / "a" / "b"
    code, lines, err = call(capfd, "--week", "2026-W46", "--out", str(out), "--config", config, "--no-pdf")
    assert (code, err) == (0, "")
    assert lines == [str(out / f"meeting-2026-W46.{form}") for form in ("html", "xlsx", "pptx")]
    assert sorted(map(str, out.iterdir())) == sorted(lines)
    code, lines, _ = call(capfd, "--month", "2026-11", "--out", str(out), "--config", config, "--no-pdf")
    assert (code, len(lines)) == (0, 3)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--week", "2026-W48"), "Week 48 of 2026, 23 to 29 Nov has not begun; the newest is 2026-W47."),
        (("--month", "2027-01"), "January 2027 has not begun; the newest is 2026-11."),
        (("--week", "2025-W53"), "2025 has no week 53; its last is week 52."),
        (("--week", "soon"), "'soon' is no week; write it like 2026-W47."),
        (("--month", ""), "'' is no month; write it like 2026-11."),
        ((), "Give either --week 2026-W47 or --month 2026-11."),
        (("--week", "2026-W46", "--month", "2026-11"), "Give either --week 2026-W47 or --month 2026-11."),
    ],
)
def test_what_it_cannot_do_is_a_sentence_and_exit_code_1(
    here: Desk, words: tuple[str, ...], sentence: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, lines, err = call(capfd, *words, "--out", str(tmp_path / "out"))
    assert (code, lines) == (1, [])
    assert err.strip() == sentence
    assert not (tmp_path / "out").exists()
