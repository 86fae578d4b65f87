"""Small tables of facts as real HTML tables; whatever comes from outside is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from pages.ui.format import escaped

_LINE = "1px solid color-mix(in srgb,currentColor 14%,transparent)"
_CELL = f"border:0;border-bottom:{_LINE};padding:.35rem .9rem .35rem 0;vertical-align:top"


def draw_table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, wide: int, label: str) -> None:
    """A table over the full width. Only the column `wide` breaks its lines; the others take what they need."""
    body = "".join(f"<tr>{_cells(row, wide, 'td')}</tr>" for row in rows)
    head = f'<thead style="font-size:.88em;opacity:.75"><tr>{_cells(heads, wide, "th")}</tr></thead>'
    style = "width:100%;border-collapse:collapse;font-size:.95em;margin:0;border:0"
    st.html(f'<table aria-label="{escaped(label)}" style="{style}">{head}<tbody>{body}</tbody></table>')


def _cells(row: Sequence[str], wide: int, tag: str) -> str:
    breaks = {True: "overflow-wrap:anywhere;width:100%", False: "white-space:nowrap"}
    return "".join(
        f'<{tag} style="{_CELL};text-align:left;{breaks[at == wide]}">{escaped(cell)}</{tag}>'
        for at, cell in enumerate(row)
    )
