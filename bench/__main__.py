"""`make bench`: the goals of docs/performance.md as ratios to limits measured in the same run."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from bench import browser, mail, pages, policy, queries, reports, stores
from bench.measure import Result, table
from services.settings import ROOT, real_now

RESULTS = ROOT / "bench" / "results.json"
PAGE = ROOT / "docs" / "performance.md"
ALL = ("mail", "memory", "policy", "reports", "queries", "pages", "browser")
FIELDS = tuple(field.name for field in fields(Result))
MARKS = ("<!-- bench: start -->", "<!-- bench: end -->")


def main() -> int:
    """Run what was asked for; exit code 1 if a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 and 50,000 tickets, fewer mails, memory left out")
    parser.add_argument("--sizes", nargs=2, type=int, metavar="N", help="tickets in the small and the large store")
    parser.add_argument("--only", nargs="+", choices=ALL)
    parser.add_argument("--folder", type=Path, default=ROOT / "data" / "local" / "bench", help="where the stores lie")
    parser.add_argument("--write", action="store_true", help="write the table into docs/performance.md")
    chosen = parser.parse_args()
    os.environ.setdefault("WITHIN24_STATE_DIR", str(chosen.folder))
    few, many = chosen.sizes or ((10_000, 50_000) if chosen.quick else (10_000, 1_000_000))
    found = []
    for result in _all(chosen.folder, few, many, chosen.only, quick=chosen.quick):
        sys.stderr.write(f"{'pass' if result.passed else 'FAIL'}  {result.ratio:6.2f}  {result.name}\n")
        found.append(result)
    _keep(found, write=chosen.write, whole=not chosen.only)
    return 0 if all(result.passed for result in found) else 1


def _all(folder: Path, few: int, many: int, only: Iterable[str] | None, *, quick: bool) -> Iterator[Result]:
    sizes = (f"{few:,} tickets", f"{many:,} tickets")
    wanted = set(only or ALL) - ({"memory"} if quick and not only else set())
    if "mail" in wanted:
        yield mail.import_cost(500 if quick else 2000)
    if "memory" in wanted:
        yield mail.memory_growth()
    if "policy" in wanted:
        yield from policy.results()
    if "reports" in wanted:
        yield from reports.results(100_000 if quick else reports.ROWS)
    if wanted & {"queries", "pages", "browser"}:
        small, large = stores.path(folder, few), stores.path(folder, many)
        rows: dict[str, Callable[[], Iterator[Result]]] = {
            "queries": lambda: queries.results(small, large, sizes),
            "pages": lambda: pages.results(small, large, sizes),
            "browser": lambda: browser.results(large, sizes[1]),
        }
        for name, measured in rows.items():
            if name in wanted:
                yield from measured()


def _keep(found: list[Result], *, write: bool, whole: bool) -> None:
    print(table(found))
    at = real_now().isoformat(timespec="seconds")
    about = {
        "at": at,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "load": list(os.getloadavg()) if hasattr(os, "getloadavg") else None,
    }
    kept = {} if whole else _before()
    rows = {**kept, **{result.name: {**result.as_json(), "at": at, "load": about["load"]} for result in found}}
    text = json.dumps({**about, "results": list(rows.values())}, indent=1, ensure_ascii=False)
    RESULTS.write_text(text + "\n", encoding="utf-8")
    if write:
        first = min(row["at"] for row in rows.values())
        shown = table([Result(**{name: row[name] for name in FIELDS}) for row in rows.values()])
        _write_page(shown, f"Measured between {first} and {at} on {about['machine']}.")


def _before() -> dict[str, dict[str, Any]]:
    """The rows of earlier runs by name: a run of one part leaves those of the others as they were."""
    if not RESULTS.exists():
        return {}
    held = json.loads(RESULTS.read_text(encoding="utf-8"))
    return {row["name"]: {"at": held["at"], "load": held["load"], **row} for row in held["results"]}


def _write_page(shown: str, measured: str) -> None:
    """Replace what stands between the two marks; the words around it are people's."""
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else f"# Performance\n\n{MARKS[0]}\n{MARKS[1]}\n"
    before, _, rest = page.partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    PAGE.write_text(f"{before}{MARKS[0]}\n{measured}\n\n{shown}\n{MARKS[1]}{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
