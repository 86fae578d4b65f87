"""Draws a pack as one HTML file that needs nothing else: no script, no network; light, dark and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from pathlib import Path

from services.meeting import svg
from services.meeting.shapes import Chart, Figure, Pack, Section, Story, Table
from services.meeting.words import RIGHT, against, cell
from services.rules.meeting_figures import shown

NAMES = {"week": "Weekly meeting", "month": "Monthly meeting"}
NARROW = 4
"""Columns of a table that may stand beside another."""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def draw(pack: Pack) -> bytes:
    """The file, UTF-8."""
    title = escape(f"{NAMES[pack.kind]}: {pack.title}")
    parts = [
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{title}</title><style>{_style()}</style></head><body>",
        f"<header><h1>{title}</h1>{_covers(pack)}{_contents(pack.sections)}</header>",
        f"<main>{_figures(pack)}",
        *map(_section, pack.sections),
        "</main></body></html>\n",
    ]
    return "\n".join(parts).encode("utf-8", "backslashreplace")


@cache
def _style() -> str:
    return (Path(__file__).parent / "style.css").read_text(encoding="utf-8").replace("\n", "")


def _covers(pack: Pack) -> str:
    lines = "".join(f"<li>{escape(line)}</li>" for line in pack.covers)
    return f'<p class="soft">{escape(pack.seller)}</p><ul class="covers">{lines}</ul>'


def _contents(sections: Iterable[Section]) -> str:
    return "<nav>" + "".join(f'<a href="#{each.key}">{escape(each.title)}</a>' for each in sections) + "</nav>"


def _figures(pack: Pack) -> str:
    return f'<ul class="figures">{"".join(_figure(each, pack) for each in pack.figures)}</ul>'


def _figure(figure: Figure, pack: Pack) -> str:
    lines = "".join(
        f"<span>{escape(what)}" + (f' <em class="{tone}">{escape(change)}</em>' if change else "") + "</span>"
        for what, change, tone in against(figure, pack)
    )
    value = escape(shown(figure.form, figure.value))
    return f"<li><span>{escape(figure.label)}</span><b>{value}</b>{lines}</li>"


def _section(section: Section) -> str:
    note = f'<p class="soft">{escape(section.note)}</p>' if section.note else ""
    charts = "".join(map(_chart, section.charts))
    body = [f'<section id="{section.key}"><h2>{escape(section.title)}</h2>{note}']
    body += [f'<div class="charts">{charts}</div>'] if charts else []
    body += [_tables(section.tables), *map(_story, section.stories), "</section>"]
    return "\n".join(body)


def _tables(tables: Sequence[Table]) -> str:
    """Narrow tables stand side by side, wide ones over the full width; their order stays."""
    drawn, beside = [], ""
    for table in tables:
        if len(table.columns) <= NARROW:
            beside += _table(table)
            continue
        drawn += [f'<div class="beside">{beside}</div>'] if beside else []
        drawn, beside = [*drawn, _table(table)], ""
    return "\n".join([*drawn, f'<div class="beside">{beside}</div>'] if beside else drawn)


def _chart(chart: Chart) -> str:
    return f"<figure><figcaption>{escape(chart.title)}</figcaption>{svg.draw(chart)}</figure>"


def _table(table: Table) -> str:
    if not table.rows:
        head = f"<h3>{escape(table.title)}</h3>" if table.title else ""
        return f'<div>{head}<p class="none">{escape(table.empty)}</p></div>'
    side = ['class="n"' if column.form in RIGHT else "" for column in table.columns]
    heads = "".join(
        f'<th scope="col" {at}>{escape(column.label)}</th>' for at, column in zip(side, table.columns, strict=True)
    )
    lines = []
    for row in table.rows:
        cells = zip(side, table.columns, row, strict=True)
        lines.append(
            "<tr>" + "".join(f"<td {at}>{escape(cell(c.form, value))}</td>" for at, c, value in cells) + "</tr>"
        )
    caption = f"<caption>{escape(table.title)}</caption>" if table.title else ""
    return (
        f'<div class="wide"><table>{caption}<thead><tr>{heads}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _story(story: Story) -> str:
    lines = "".join(f"<li><time>{escape(when)}</time> {escape(what)}</li>" for when, what in story.lines)
    link = f'<a href="{escape(story.link, quote=True)}">{escape(story.title)}</a>'
    return f"<article><h3>{link}</h3><p>{escape(story.why)}</p><ol>{lines}</ol></article>"
