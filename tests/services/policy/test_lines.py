"""`check-replies`: one answer for each line, whatever the line is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from services.policy.lines import answers

ROOT = Path(__file__).resolve().parents[3]


def test_each_line_is_answered_with_verdict_and_findings() -> None:
    text = "Bitte besuchen Sie lampenwelt.de"
    [line] = answers(
        [json.dumps({"id": "a", "channel": "message", "language": "de", "text": text, "order_id": None})], "strict"
    )
    answer = json.loads(line)
    assert (answer["id"], answer["verdict"]) == ("a", "block")
    [found] = answer["findings"]
    assert (found["rule"], found["severity"], text[slice(*found["span"])]) == ("link", "block", "lampenwelt.de")
    assert found["why"]
    assert found["way_out"]


@pytest.mark.parametrize(
    "line",
    [
        b"nonsense",
        b"[1]",
        b"3",
        b'{"id": 1}',
        b'{"id": 1, "text": 5}',
        b'{"id": 1, "text": "a", "channel": "fax"}',
        b'{"id": 1, "text": "a", "language": 5}',
        b"\xff\xfe{",
        b"[" * 100_000,
        b'{"id": 1, "text": "a", "channel": [1]}',
    ],
)
def test_a_broken_line_is_answered_with_an_error_and_the_rest_goes_on(line: bytes) -> None:
    broken, fine = answers([line, b"\n", b'{"id": 2, "text": "Your lamp ships today."}'], "strict")
    assert "cannot be checked" in json.loads(broken)["error"]
    assert json.loads(fine) == {"id": 2, "verdict": "ok", "findings": []}


def test_the_profile_decides() -> None:
    line = json.dumps({"id": 1, "language": "en", "text": "The manual is on our website."})
    verdicts = [json.loads(next(answers([line], profile)))["verdict"] for profile in ("strict", "amazon")]
    assert verdicts == ["block", "ok"]


@pytest.mark.parametrize(("profile", "verdict"), [("strict", "block"), ("amazon", "ok")])
def test_the_command_reads_the_profile_from_the_settings(tmp_path: Path, profile: str, verdict: str) -> None:
    file = tmp_path / "within24.toml"
    file.write_text(f'[accounts.a]\nmarketplaces = ["DE"]\n[policy]\nprofile = "{profile}"\n', encoding="utf-8")
    line = json.dumps(
        {"id": "ü", "language": "de", "text": "Der Link kommt für Sie.", "channel": "message"}, ensure_ascii=False
    )
    done = subprocess.run(
        [sys.executable, "-m", "services", "check-replies", "--config", str(file)],
        cwd=ROOT,
        input=line.encode(),
        capture_output=True,
        timeout=60,
        check=True,
    )
    answer = json.loads(done.stdout.decode("utf-8"))
    assert (answer["id"], answer["verdict"]) == ("ü", verdict)
