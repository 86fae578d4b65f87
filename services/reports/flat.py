"""One flat report: its heading row, a reader for its rows, and what becomes of the rows that cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from services.reports import cells as cell
from services.reports import tsv
from services.reports.base import Context, Row, Unread, unread
from services.reports.tsv import Cells, Columns, Lines

SAMPLE = 1000
Reader = Callable[[Cells], Sequence[Row]]


@dataclass(frozen=True)
class Flat:
    """A kind of flat report.

    `needed` are the columns it is known by and cannot do without. `reader` takes the columns, the first rows (what
    their dates and numbers look like) and the context, and gives a function from cells (with an empty one after the
    last) to rows, which raises ValueError for a row that makes no sense. `by_place` finds the columns of a report
    whose headings are in another language. `private` are columns that are not even kept in a reject.
    """

    kind: str
    label: str
    needed: frozenset[str]
    reader: Callable[[Columns, Sequence[Cells], Context], Reader]
    by_place: Callable[[Sequence[str], Sequence[str]], Columns | None] | None = None
    private: tuple[str, ...] = ()

    def columns(self, heading: Sequence[str], first: Sequence[str]) -> Columns | None:
        """The columns if these are its headings; `first` is the first row after them, or empty."""
        columns = tsv.columns_of(heading)
        if self.needed <= columns.places.keys():
            return columns
        return self.by_place(heading, first) if self.by_place else None


def read(flat: Flat, columns: Columns, lines: Lines, delimiter: str, context: Context,
         is_heading: Callable[[str], bool]) -> Iterator[Row | Unread]:  # fmt: skip
    """The rows up to the next heading row."""
    found = tsv.rows(lines, delimiter, columns.count, is_heading)
    first = list(islice(found, SAMPLE))
    make = flat.reader(columns, [cell.cleaned(cells) for _, _, cells in first if cells], context)
    hidden = [columns.at(name) for name in flat.private if columns.at(name) >= 0]
    for part in (first, found):
        for number, line, cells in part:
            if cells is None:
                yield unread(context, number, line, _miscounted(line, delimiter, columns))
                continue
            clean = cell.cleaned(cells)
            clean.append("")
            try:
                made = make(clean)
            except ValueError as trouble:
                raw = _without(cells, hidden, delimiter) if hidden else line
                yield unread(context, number, raw, f"{trouble}.")
                continue
            yield from made


def _miscounted(line: str, delimiter: str, columns: Columns) -> str:
    if isinstance(line, tsv.TooLong):
        return "The line is longer than a megabyte."
    found = len(tsv.split(line, delimiter))
    return f"{found} columns where the headings have {columns.count}."


def _without(cells: Cells, hidden: Sequence[int], delimiter: str) -> str:
    kept = ["…" if at in hidden and text else text for at, text in enumerate(cells)]
    return delimiter.join(kept)
