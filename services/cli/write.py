"""Writes exported rows as JSON lines, CSV or XLSX; text that a spreadsheet would run as a formula is defused."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, TextIO

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
XLSX_ROWS = 1_048_575
XLSX_CELL = 32_767


def rows(found: Iterable[Mapping[str, Any]], *, form: str, out: Path | None) -> int:
    """Write rows to a file or to stdout; how many. XLSX needs a file; raises ValueError otherwise."""
    if form == "xlsx":
        if out is None:
            raise ValueError("xlsx needs a file: add --out FILE.xlsx")
        return _xlsx(found, out)
    with _opened(out) as target:
        return _jsonl(found, target) if form == "jsonl" else _csv(found, target)
    return 0


def defused(value: Any) -> Any:
    """A cell's value; text that begins like a formula gets an apostrophe in front."""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


@contextmanager
def _opened(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
        try:
            yield sys.stdout
            sys.stdout.flush()
        except BrokenPipeError:
            # Whoever reads has had enough, as `head` has; what is left must not be tried again at the end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return
    with out.open("w", encoding="utf-8", errors="backslashreplace", newline="") as target:
        yield target


def _jsonl(found: Iterable[Mapping[str, Any]], target: TextIO) -> int:
    n = 0
    for row in found:
        n += 1
        # A lone surrogate from a damaged mail must not stop the export.
        target.write(_storable(json.dumps(row, ensure_ascii=False)) + "\n")
    return n


def _csv(found: Iterable[Mapping[str, Any]], target: TextIO) -> int:
    several = iter(found)
    first = next(several, None)
    if first is None:
        return 0
    writer = csv.DictWriter(target, fieldnames=list(first))
    writer.writeheader()
    n = 0
    for row in chain([first], several):
        n += 1
        writer.writerow({name: defused(value) for name, value in row.items()})
    return n


def _storable(text: str) -> str:
    return text.encode("utf-8", errors="backslashreplace").decode()


def _xlsx(found: Iterable[Mapping[str, Any]], out: Path) -> int:
    import xlsxwriter

    safe = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    n = 0
    with xlsxwriter.Workbook(str(out), {"constant_memory": True, **safe}) as book:
        sheet = book.add_worksheet()
        for row in found:
            n += 1
            if n > XLSX_ROWS:
                raise ValueError(f"a sheet holds {XLSX_ROWS:,} rows; narrow it with --since and --until, or use csv")
            if n == 1:
                sheet.write_row(0, 0, list(row))
            for column, value in enumerate(row.values()):
                cell = defused(value)
                sheet.write(n, column, _storable(cell)[:XLSX_CELL] if isinstance(cell, str) else cell)
    return n
