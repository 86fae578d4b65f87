"""The address of the Follow-ups page: what it asks for, and how a choice gets into it."""

from __future__ import annotations

import streamlit as st

from services.followups.shapes import BOXES, USUAL_BOX, Filters

TEXTS = {
    "kind": "kind", "sheet": "sheet", "mp": "marketplace", "account": "account", "owner": "owner", "q": "text",
}  # fmt: skip
"""Parameter of the address -> filter."""
PLACES = ("before", "after")
LONGEST = 200


def filters() -> Filters:
    """What the address narrows to; what makes no sense is left out."""
    given = {name: st.query_params.get(param, "")[:LONGEST] for param, name in TEXTS.items()}
    box = st.query_params.get("box", USUAL_BOX)
    return Filters(**given, box=box if box in BOXES else USUAL_BOX)


def opened() -> int | None:
    """The follow-up that the address names."""
    asked = st.query_params.get("id", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else None


def place() -> tuple[str | None, bool]:
    """(mark, backwards) of the page of the list."""
    back = st.query_params.get("before")
    return (back, True) if back else (st.query_params.get("after"), False)


def keep(param: str, key: str) -> None:
    """Let a choice stand in the address; the list begins anew."""
    put(**{param: str(st.session_state.get(key) or "").strip()})


def put(**parameters: str) -> None:
    """Write parameters into the address, empty ones out of it; the list begins anew."""
    for old in PLACES:
        st.query_params.pop(old, None)
    for param, value in parameters.items():
        if value:
            st.query_params[param] = value
        else:
            st.query_params.pop(param, None)


def turn(param: str, mark: str) -> None:
    """Go to another page of the list."""
    put()
    st.query_params[param] = mark


def clear() -> None:
    """Take all filters off."""
    put(**dict.fromkeys(TEXTS, ""))


def active() -> list[str]:
    """The parameters that narrow."""
    return [param for param in TEXTS if st.query_params.get(param)]
