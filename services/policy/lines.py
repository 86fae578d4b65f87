"""`check-replies`: JSON lines of replies in, JSON lines of verdicts out; a broken line is answered too."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from services.policy.check import check
from services.rules.policy import CHANNELS, Profile, Verdict


def answers(lines: Iterable[bytes | str], profile: Profile) -> Iterator[str]:
    """One JSON line for each line that is not blank: a verdict, or `{"id", "error"}` for what cannot be read."""
    for line in lines:
        if line.strip():
            yield json.dumps(_answer(line, profile), ensure_ascii=False)


def _answer(line: bytes | str, profile: Profile) -> dict[str, Any]:
    row: Any = None
    try:
        row = json.loads(line.decode("utf-8-sig") if isinstance(line, bytes) else line.lstrip("\ufeff"))
        return _checked(row, profile)
    except (ValueError, RecursionError) as error:
        return {
            "id": row.get("id") if isinstance(row, dict) else None,
            "error": f"this line cannot be checked: {error}",
        }


def _checked(row: Any, profile: Profile) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise ValueError("it is no JSON object")
    text, channel = row.get("text"), row.get("channel") or "message"
    if not isinstance(text, str):
        raise ValueError("text is missing or no string")
    if channel not in CHANNELS:
        raise ValueError(f"channel {channel!r} is not one of {', '.join(CHANNELS)}")
    verdict = check(
        text, channel=channel, language=_string(row, "language"), order_id=_string(row, "order_id"), profile=profile
    )
    return {"id": row.get("id"), **as_json(verdict)}


def _string(row: dict[str, Any], key: str) -> str | None:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{key} is no string")
    return value or None


def as_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict as the contract's object, without the id."""
    findings = [
        {"rule": f.rule, "severity": f.severity, "span": list(f.span), "why": f.why, "way_out": f.way_out}
        for f in verdict.findings
    ]
    return {"verdict": verdict.verdict, "findings": findings}
