"""Small tables of facts as real HTML tables; whatever comes from outside is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from pages.ui.format import escaped

_LINE = "1px solid color-mix(in srgb,currentColor 14%,transparent)"
_CELL = f"border:0;border-bottom:{_LINE};padding:.35rem .9rem .35rem 0;overflow-wrap:anywhere;vertical-align:top"


def draw_table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[int] = (), label: str) -> None:
    """A table over the full width; the columns in `numbers` are aligned to the right."""
    body = "".join(f"<tr>{_cells(row, numbers, 'td')}</tr>" for row in rows)
    head = f'<thead style="font-size:.88em;opacity:.75"><tr>{_cells(heads, numbers, "th")}</tr></thead>'
    style = "width:100%;border-collapse:collapse;font-size:.95em;margin:0;border:0"
    st.html(f'<table aria-label="{escaped(label)}" style="{style}">{head}<tbody>{body}</tbody></table>')


def _cells(row: Sequence[str], numbers: Sequence[int], tag: str) -> str:
    return "".join(
        f'<{tag} style="{_CELL};text-align:{"right" if at in numbers else "left"};'
        f'font-variant-numeric:tabular-nums">{escaped(cell)}</{tag}>'
        for at, cell in enumerate(row)
    )
