"""The address of the Returns page: what it asks for, and how a choice gets into it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from services.returns.figures import BASES, NAMES, PERIODS, USUAL
from services.returns.shapes import BOXES, Filters

TEXTS = {
    "channel": "channel", "mp": "marketplace", "account": "account", "reason": "reason", "fault": "fault",
    "found": "disposition", "outcome": "outcome", "sku": "sku", "asin": "asin", "q": "text",
}  # fmt: skip
"""Parameter of the address -> filter."""
DAYS = {"from": "start", "to": "end"}
LONGEST = 200


def filters() -> Filters:
    """What the address narrows to; what makes no sense is left out."""
    given = {name: st.query_params.get(param, "")[:LONGEST] for param, name in TEXTS.items()}
    days = {name: _day(st.query_params.get(param, "")) for param, name in DAYS.items()}
    box, by = st.query_params.get("box", "all"), st.query_params.get("by", "")
    known: dict[str, Any] = {**given, **days, "box": box if box in BOXES else "all", "by": by if by in BASES else ""}
    return Filters(**known)


def opened() -> int | None:
    """The return that the address names."""
    asked = st.query_params.get("id", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else None


def choice(param: str, known: Mapping[str, Any], usual: str) -> str:
    """One of some known words."""
    asked = st.query_params.get(param, usual)
    return asked if asked in known else usual


def weeks() -> int:
    """How many weeks the figures are about."""
    return PERIODS[choice("period", PERIODS, USUAL)]


def name() -> str:
    """Whether figures are by SKU or by ASIN."""
    return choice("per", NAMES, "sku")


def basis() -> str:
    """Whether the trend is by sale or by return date."""
    return choice("basis", BASES, "sale")


def keep(param: str, key: str) -> None:
    """Let a choice stand in the address; the list begins anew."""
    put(**{param: str(st.session_state.get(key) or "").strip()})


def put(**parameters: str) -> None:
    """Write parameters into the address, empty ones out of it; the list begins anew."""
    st.query_params.pop("page", None)
    for param, value in parameters.items():
        if value:
            st.query_params[param] = value
        else:
            st.query_params.pop(param, None)


def show_rows(**parameters: str) -> None:
    """Leave the figures for the rows behind one of them."""
    put(view="", id="", **{"box": "all", "q": "", **parameters})


def clear() -> None:
    """Take all filters off."""
    put(**dict.fromkeys((*TEXTS, *DAYS, "by"), ""))


def active() -> list[str]:
    """The parameters that narrow."""
    return [param for param in (*TEXTS, *DAYS) if st.query_params.get(param)]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
