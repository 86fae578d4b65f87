"""Streams the rows of a flat report: tabs without quoting as Amazon writes it, or as a spreadsheet program saved it."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TextIO

PIECE = 1 << 18
LONGEST_LINE = 1 << 20
LONGEST_QUOTED = 200
DELIMITERS = ("\t", ";", ",", "|")
_SEPARATOR_HINT = re.compile(r"sep=(.)", re.I)
_BETWEEN = re.compile(r"[\s_-]+")

Cells = list[str]


class TooLong(str):
    """The beginning of a line that is longer than any report's."""


@dataclass(frozen=True)
class Columns:
    """Where the columns stand; `at` gives -1 for one that is not there, and each row ends with an empty cell."""

    places: dict[str, int]
    count: int

    def at(self, name: str) -> int:
        """The place of a column, by its normal name."""
        return self.places.get(name, -1)


def name_of(heading: str) -> str:
    """A heading as names are compared: `Order ID`, `order_id` and `"order-id"` are `order-id`."""
    return _BETWEEN.sub("-", heading.strip().strip('\ufeff"').strip()).casefold()


def columns_of(cells: Sequence[str]) -> Columns:
    """The columns of a heading row; of two that are called the same the first counts."""
    places: dict[str, int] = {}
    for at, cell in enumerate(cells):
        places.setdefault(name_of(cell), at)
    return Columns(places, len(cells))


def numbered_lines(stream: TextIO) -> Iterator[tuple[int, str]]:
    """(number, line without its end). A lone CR is a line's end only in a document without any LF."""
    number, rest, end = 0, "", ""
    while piece := stream.read(PIECE):
        rest += piece
        end = end or _line_end(rest)
        lines = rest.split(end)
        rest = lines.pop()
        for line in lines:
            number += 1
            yield number, line[:-1] if line.endswith("\r") else line
        if len(rest) > LONGEST_LINE:
            number += 1
            yield number, TooLong(rest[:PIECE])
            rest = _skip_line(stream, end)
    if rest.strip("\r"):
        yield number + 1, rest.rstrip("\r")


def _line_end(text: str) -> str:
    return "\n" if "\n" in text or "\r" not in text else "\r"


def _skip_line(stream: TextIO, end: str) -> str:
    while piece := stream.read(PIECE):
        if end in piece:
            return piece.partition(end)[2]
    return ""


def split(line: str, delimiter: str) -> Cells:
    """The cells of one line: literal between tabs, with a spreadsheet's quoting between other signs."""
    if delimiter == "\t":
        return line.split("\t")
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def hinted_delimiter(line: str) -> str | None:
    """What `sep=;` says, as spreadsheet programs put it before the headings."""
    found = _SEPARATOR_HINT.fullmatch(line.strip().strip("\ufeff\""))
    return found[1] if found else None


class Lines:
    """The lines of a document with the possibility to give some back."""

    def __init__(self, stream: TextIO) -> None:
        self._source = numbered_lines(stream)
        self._back: deque[tuple[int, str]] = deque()

    def __iter__(self) -> Iterator[tuple[int, str]]:
        # A generator over the rest: going on costs half of what calling `__next__` here would, for each line.
        while True:
            if self._back:
                yield self._back.popleft()
                continue
            for line in self._source:
                yield line
                if self._back:
                    break
            else:
                if not self._back:
                    return

    def __next__(self) -> tuple[int, str]:
        return self._back.popleft() if self._back else next(self._source)

    def give_back(self, lines: Sequence[tuple[int, str]]) -> None:
        """These come next again, in this order."""
        self._back.extendleft(reversed(lines))


def rows(
    lines: Lines, delimiter: str, count: int, is_heading: Callable[[str], bool]
) -> Iterator[tuple[int, str, Cells | None]]:
    """(line number, line, cells), cells None where the number of columns is wrong, until a heading row comes.

    The heading row is given back to `lines`. Empty lines, also those of separators only, are passed over.
    """
    for number, line in lines:
        cells = split(line, delimiter) if delimiter == "\t" else _quoted(lines, line, delimiter, count)
        if len(cells) == count:
            if is_heading(cells[0]):
                lines.give_back([(number, line)])
                return
            if cells[0] or any(cells):
                yield number, line, cells
        elif type(line) is TooLong:
            yield number, line, None
        elif is_heading(cells[0] if cells else ""):
            lines.give_back([(number, line)])
            return
        elif any(cells) and line.strip():
            yield number, line, None


def _quoted(lines: Lines, line: str, delimiter: str, count: int) -> Cells:
    """The cells of a line, with the lines after it if a quoted cell goes on there; a stray quote swallows nothing."""
    cells = split(line, delimiter)
    if len(cells) >= count or line.count('"') % 2 == 0:
        return cells
    taken, text = [], line
    for next_number, next_line in lines:
        taken.append((next_number, next_line))
        if len(split(next_line, delimiter)) == count:
            break
        text += "\n" + next_line
        joined = next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter), [])
        if len(joined) == count and text.count('"') % 2 == 0:
            return joined
        if len(taken) == LONGEST_QUOTED or len(joined) > count:
            break
    lines.give_back(taken)
    return cells
