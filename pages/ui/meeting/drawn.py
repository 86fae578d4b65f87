"""Draws the sections of a pack on the page: headline figures, charts, tables and stories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages.ui import format as words
from services.meeting.numbers import Values
from services.meeting.shapes import Chart, Figure, Pack, Section, Story, Table
from services.meeting.words import RIGHT, cell
from services.rules.meeting_figures import changed, shown

COLOURS = {
    "within": "#8ba3c4", "late": "#e08e2b", "unanswered": "#c4361f", "pending": "#c9d0db", "now": "#4f7fe0",
    "then": "#8490a5",
}  # fmt: skip
LINE = "#7a8496"
NARROW = 4
IN_A_ROW = 4
_EDGE = "1px solid color-mix(in srgb,currentColor 14%,transparent)"
_CELL = f"border:0;border-bottom:{_EDGE};padding:.3rem .8rem .3rem 0;vertical-align:top"


def draw_figures(pack: Pack) -> None:
    """The headline figures, each with the change against the period before; more in its help."""
    for at in range(0, len(pack.figures), IN_A_ROW):
        for column, each in zip(st.columns(IN_A_ROW, gap="small"), pack.figures[at : at + IN_A_ROW], strict=False):
            _draw_figure(column, each, pack)


def _draw_figure(column: Any, each: Figure, pack: Pack) -> None:
    # The sign tells Streamlit which way the arrow points, so it has to be the keyboard's.
    change = changed(each.form, each.value, each.last).replace("−", "-")
    column.metric(
        each.label,
        shown(each.form, each.value),
        change if change and change != "±0" else None,
        delta_color={"up": "normal", "down": "inverse"}.get(each.better, "off"),
        delta_description=_was(each) or None,
        help=words.plain(_held_against(each, pack)),
        border=True,
        height="stretch",
    )


def _was(figure: Figure) -> str:
    """What it was before, and usually is, in a few words."""
    told = (("was", figure.last), ("usually", figure.usual))
    return ", ".join(f"{name} {shown(figure.form, value)}" for name, value in told if value is not None)


def _held_against(figure: Figure, pack: Pack) -> str:
    last = f"{pack.last}: {shown(figure.form, figure.last)}."
    if figure.usual is None:
        return last
    change = changed(figure.form, figure.value, figure.usual)
    return f"{last} {pack.usual}: {shown(figure.form, figure.usual)}, {change} now."


def draw_beside(pack: Pack, now: Values, later: int) -> None:
    """Each headline figure as it was closed, and as it is with all that is known now."""
    st.caption(f"Something about {words.plural(later, 'message')} became known only after the end of the period.")
    lines = tuple(
        (each.label, shown(each.form, each.value), shown(each.form, now.get(each.name)),
         changed(each.form, now.get(each.name), each.value) or "—")
        for each in pack.figures
    )  # fmt: skip
    _html(_rows("As closed and as known now", ("Figure", "As closed", "As known now", "Change"), lines,
                ("text", "count", "count", "count")))  # fmt: skip


def draw_section(section: Section) -> None:
    """One section under its own heading."""
    st.markdown(f"**{words.plain(section.title)}**")
    if section.note:
        st.caption(words.plain(section.note))
    charts = [each for each in section.charts if any(value for one in each.series for value in one.values)]
    for at in range(0, len(charts), 2):
        pair = charts[at : at + 2]
        for column, chart in zip(st.columns(2, gap="medium"), pair, strict=False):
            with column.container(border=True, gap="small"):
                st.markdown(f"**{words.plain(chart.title)}**")
                options: dict[str, Any] = {"config": {"displayModeBar": False}, "alt": chart.title}
                st.plotly_chart(drawn(chart), key=f"{section.key}-{chart.key}", **options)
    _draw_tables(section.tables)
    for story in section.stories:
        _draw_story(story)


def drawn(chart: Chart) -> go.Figure:
    """A chart of a pack as a plotly Figure."""
    figure, scale = go.Figure(), 100 if chart.form == "share" else 1
    lying = chart.kind == "bars"
    for series in chart.series:
        values = [None if value is None else value * scale for value in series.values]
        colour, texts = COLOURS.get(series.tone, LINE), [cell(_form(chart), value) for value in series.values]
        if chart.kind == "lines":
            line = {"color": colour, "width": 2}
            figure.add_scatter(x=chart.categories, y=values, name=series.label, mode="lines+markers+text", text=texts,
                               textposition="top center", line=line, hoverinfo="skip")  # fmt: skip
            continue
        figure.add_bar(
            x=values if lying else chart.categories, y=chart.categories if lying else values, name=series.label,
            orientation="h" if lying else "v", marker_color=colour, marker_line_width=0, customdata=texts,
            text=texts if lying else None, textposition="outside" if lying else None, cliponaxis=False,
            hovertemplate=f"%{{{'y' if lying else 'x'}}}<br>{series.label}: %{{customdata}}<extra></extra>",
        )  # fmt: skip
    if chart.target is not None:
        line, across = {"color": LINE, "dash": "dash", "width": 1.5}, [chart.target * scale] * len(chart.categories)
        name = f"Target {cell(chart.form, chart.target)}"
        figure.add_scatter(x=chart.categories, y=across, name=name, mode="lines", line=line, hoverinfo="skip")
    _lay_out(figure, chart)
    return figure


def _form(chart: Chart) -> str:
    return "signed" if chart.form == "number" else chart.form


def _lay_out(figure: go.Figure, chart: Chart) -> None:
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"}
    height = 90 + 34 * len(chart.categories) if chart.kind == "bars" else 280
    figure.update_layout(height=height, margin={"l": 8, "r": 24, "t": 8, "b": 8}, legend=legend, dragmode=False,
                         showlegend=len(figure.data) > 1, bargap=0.25,
                         barmode="stack" if chart.kind == "stacked" else "group")  # fmt: skip
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    if chart.kind == "bars":
        figure.update_yaxes(autorange="reversed", type="category", automargin=True)
        figure.update_xaxes(showticklabels=False, zeroline=True)
        return
    figure.update_xaxes(type="category")
    figure.update_yaxes(rangemode="tozero", ticksuffix=" %" if chart.form == "share" else "")


def _draw_tables(tables: Sequence[Table]) -> None:
    """Two narrow tables stand side by side."""
    waiting: list[Table] = []
    for table in tables:
        if len(table.columns) <= NARROW:
            waiting.append(table)
            continue
        _draw_pairs(waiting)
        waiting = []
        _draw_table(table)
    _draw_pairs(waiting)


def _draw_pairs(tables: Sequence[Table]) -> None:
    for at in range(0, len(tables), 2):
        for column, table in zip(st.columns(2, gap="medium"), tables[at : at + 2], strict=False):
            with column:
                _draw_table(table)


def _draw_table(table: Table) -> None:
    if table.title:
        st.markdown(f"**{words.plain(table.title)}**")
    if not table.rows:
        st.caption(words.plain(table.empty))
        return
    forms = [column.form for column in table.columns]
    rows = [[cell(form, value) for form, value in zip(forms, row, strict=True)] for row in table.rows]
    _html(_rows(table.title, [column.label for column in table.columns], rows, forms))


def _rows(label: str, heads: Sequence[str], rows: Sequence[Sequence[str]], forms: Sequence[str]) -> str:
    sides = ["right;font-variant-numeric:tabular-nums" if form in RIGHT else "left" for form in forms]
    head = "".join(
        f'<th scope="col" style="{_CELL};font-weight:500;opacity:.75;text-align:{side}">{words.escaped(text)}</th>'
        for side, text in zip(sides, heads, strict=True)
    )
    body = "".join(
        "<tr>" + "".join(
            f'<td style="{_CELL};overflow-wrap:break-word;text-align:{side}">{words.escaped(text)}</td>'
            for side, text in zip(sides, row, strict=True)
        ) + "</tr>"
        for row in rows
    )  # fmt: skip
    style = "width:100%;border-collapse:collapse;font-size:.95em;margin:0;border:0"
    inner = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<table aria-label="{words.escaped(label)}" style="{style}">{inner}</table>'


def _html(table: str) -> None:
    st.html(f'<div style="overflow-x:auto">{table}</div>')


def _draw_story(story: Story) -> None:
    path, _, query = story.link.rpartition("/")[2].partition("?")
    parameters = dict(pair.split("=", 1) for pair in query.split("&") if "=" in pair)
    with st.container(border=True, gap="small"):
        st.page_link(f"pages/work/{path}.py", label=words.plain(story.title), icon=":material/open_in_new:",
                     query_params=parameters)  # fmt: skip
        st.markdown(words.plain(story.why))
        lines = "".join(
            f"<tr><td style='{_CELL};white-space:nowrap;opacity:.75'>{words.escaped(when)}</td>"
            f"<td style='{_CELL};width:100%'>{words.escaped(what)}</td></tr>"
            for when, what in story.lines
        )
        _html(f"<table style='border-collapse:collapse;font-size:.95em;border:0;margin:0'>{lines}</table>")
