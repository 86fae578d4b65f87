"""Charts of a pack as inline SVG: no script, no network, colours by the page's own variables, words beside colour."""

from __future__ import annotations

from html import escape
from math import ceil, floor, log10

from services.meeting.shapes import Chart
from services.meeting.words import cell

WIDTH, HEIGHT = 640, 250
LEFT, RIGHT, TOP, BOTTOM = 56, 12, 14, 26
ROW, LABELS = 20, 210
TICKS = 4


def draw(chart: Chart) -> str:
    """The chart as an `<svg>`; a sentence where there is nothing to draw."""
    if not any(value for series in chart.series for value in series.values):
        return '<p class="none">Nothing to draw.</p>'
    body, height = _lying(chart) if chart.kind == "bars" else _standing(chart)
    words = escape(f"{chart.title}: {', '.join(series.label for series in chart.series)}", quote=True)
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{words}" preserveAspectRatio="xMinYMin meet">'
        f"{body}</svg>{_legend(chart)}"
    )


def _legend(chart: Chart) -> str:
    if len(chart.series) < 2 and chart.target is None:
        return ""
    marks = "".join(f'<li><i class="f-{_tone(s.tone)}"></i>{escape(s.label)}</li>' for s in chart.series)
    if chart.target is not None:
        marks += f'<li><i class="dash"></i>Target {escape(cell(chart.form, chart.target))}</li>'
    return f'<ul class="legend">{marks}</ul>'


def _tone(tone: str) -> str:
    return tone if tone in ("within", "late", "unanswered", "pending", "now", "then") else "now"


def _standing(chart: Chart) -> tuple[str, int]:
    """Bars on top of each other, or lines, over the categories from left to right."""
    count = max(len(chart.categories), 1)
    sums = [sum(series.values[at] or 0 for series in chart.series) for at in range(len(chart.categories))]
    most = max(sums, default=0) if chart.kind == "stacked" else max(_known(chart), default=0)
    top = 1.0 if chart.form == "share" else nice(most)
    step = (WIDTH - LEFT - RIGHT) / count
    parts = [_grid(chart, top), _categories(chart, step)]
    parts.append(_stack(chart, top, step) if chart.kind == "stacked" else _lines(chart, top, step))
    if chart.target is not None:
        at = _y(chart.target, top)
        parts.append(f'<line class="target" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at}" y2="{at}"/>')
    return "".join(parts), HEIGHT


def _known(chart: Chart) -> list[float]:
    return [value for series in chart.series for value in series.values if value is not None]


def nice(most: float) -> float:
    """A round number at or above, for the end of an axis."""
    if most <= 0:
        return 1.0
    scale = 10 ** floor(log10(most))
    top: float = next(step * scale for step in (1, 2, 4, 5, 8, 10) if step * scale >= most)
    return max(top, float(TICKS)) if float(most).is_integer() else top


def _y(value: float, top: float, up: float = 0) -> str:
    return f"{HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top - up:.1f}"


def _grid(chart: Chart, top: float) -> str:
    lines = []
    for n in range(TICKS + 1):
        value = top * n / TICKS
        at, words = _y(value, top), cell("share" if chart.form == "share" else "number", value)
        lines.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at}" y2="{at}"/>')
        lines.append(f'<text class="small end" x="{LEFT - 6}" y="{_y(value, top, up=-4)}">{escape(words)}</text>')
    return "".join(lines)


def _categories(chart: Chart, step: float) -> str:
    every = max(1, ceil(len(chart.categories) * 34 / (WIDTH - LEFT - RIGHT)))
    return "".join(
        f'<text class="small mid" x="{LEFT + step * (at + 0.5):.1f}" y="{HEIGHT - 8}">{escape(name)}</text>'
        for at, name in enumerate(chart.categories)
        if at % every == 0
    )


def _stack(chart: Chart, top: float, step: float) -> str:
    drawn = []
    for at, name in enumerate(chart.categories):
        base = 0.0
        for series in chart.series:
            value = series.values[at] or 0
            if value:
                high, low = float(_y(base + value, top)), float(_y(base, top))
                title = escape(f"{name}, {series.label}: {cell(chart.form, value)}")
                drawn.append(
                    f'<rect class="f-{_tone(series.tone)}" x="{LEFT + step * at + step * 0.12:.1f}" y="{high:.1f}" '
                    f'width="{step * 0.76:.1f}" height="{low - high:.1f}"><title>{title}</title></rect>'
                )
            base += value
    return "".join(drawn)


def _lines(chart: Chart, top: float, step: float) -> str:
    drawn = []
    for series in chart.series:
        tone = _tone(series.tone)
        points = [(LEFT + step * (at + 0.5), v) for at, v in enumerate(series.values) if v is not None]
        path = " ".join(f"{x:.1f},{_y(value, top)}" for x, value in points)
        drawn.append(f'<polyline class="s-{tone}" points="{path}"/>')
        for x, value in points:
            drawn.append(f'<circle class="f-{tone}" cx="{x:.1f}" cy="{_y(value, top)}" r="3.5"/>')
            words = escape(cell(chart.form, value))
            drawn.append(f'<text class="small mid" x="{x:.1f}" y="{_y(value, top, up=9)}">{words}</text>')
    return "".join(drawn)


def _lying(chart: Chart) -> tuple[str, int]:
    """Bars from left to right, also below nothing; each with its number."""
    most = max((abs(value) for value in _known(chart)), default=0) or 1
    signed = any(value < 0 for value in _known(chart))
    space = WIDTH - LABELS - RIGHT - 60
    zero = LABELS + (space / 2 + 30 if signed else 0)
    unit = (space / 2 if signed else space) / most
    thick = ROW if len(chart.series) == 1 else ROW * 0.7
    block = thick * len(chart.series) + 8
    drawn = [_row(chart, at, at * block + 4, thick, zero, unit) for at in range(len(chart.categories))]
    height = int(block * len(chart.categories)) + 8
    axis = f'<line class="axis" x1="{zero:.1f}" x2="{zero:.1f}" y1="0" y2="{height}"/>'
    return "".join([*drawn, axis]), height


def _row(chart: Chart, at: int, top: float, thick: float, zero: float, unit: float) -> str:
    middle = top + thick * len(chart.series) / 2 + 4
    parts = [f'<text class="end" x="{LABELS - 8}" y="{middle:.1f}">{escape(_short(chart.categories[at]))}</text>']
    for n, series in enumerate(chart.series):
        value = series.values[at] or 0
        length, y = abs(value) * unit, top + n * thick
        x = zero if value >= 0 else zero - length
        parts.append(
            f'<rect class="f-{_tone(series.tone)}" x="{x:.1f}" y="{y + 1:.1f}" '
            f'width="{length:.1f}" height="{thick - 2:.1f}"/>'
        )
        where = (x + length + 4, "start") if value >= 0 else (x - 4, "end")
        form = "signed" if chart.form == "number" else chart.form
        words = escape(cell(form, series.values[at]))
        parts.append(f'<text class="small {where[1]}" x="{where[0]:.1f}" y="{y + thick / 2 + 4:.1f}">{words}</text>')
    return "".join(parts)


def _short(name: str, most: int = 32) -> str:
    return name if len(name) <= most else name[: most - 1] + "…"
