"""Product reviews and public questions from a CSV file; a bad row is given back with its line and reason."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from data import journal, public_answers
from data.store import Store
from services.errors import Rejected
from services.feedback import answers
from services.people import Person, check_access
from services.settings import Settings

MOST_BYTES = 2_000_000
MOST_ROWS = 2_000
UNDO_WITHIN = timedelta(hours=1)
HEADINGS: Mapping[str, str] = {
    **dict.fromkeys(("kind", "type"), "kind"),
    **dict.fromkeys(("marketplace", "country", "store"), "marketplace"),
    **dict.fromkeys(("asin", "product", "productasin"), "about"),
    **dict.fromkeys(("stars", "rating", "starrating"), "stars"),
    **dict.fromkeys(("text", "comment", "review", "question", "reviewtext", "body", "reviewbody"), "asked"),
}
"""Heading without case, spaces and punctuation -> column; other headings are ignored."""
KINDS = {"review": "product_review", "productreview": "product_review", "question": "product_question",
         "productquestion": "product_question", "qa": "product_question"}  # fmt: skip


@dataclass(frozen=True)
class Imported:
    """How many were added, (line in the file, why not) of the others, and the ids by which `take_back` undoes it."""

    added: int
    rejected: tuple[tuple[int, str], ...]
    ids: tuple[int, ...] = ()


def bring(store: Store, settings: Settings, content: bytes, *, account: str, actor: Person, now: datetime) -> Imported:
    """Add the reviews and questions of a file. A row without a kind is a review if it has stars, else a question.

    Raises Rejected if the file cannot be used at all. What is here already is given back as such.
    """
    check_access(actor)
    good, bad = [], []
    for line, cells in _rows(content):
        try:
            kind, stars = _kind(cells), _stars(cells.get("stars", ""))
            place = cells.get("marketplace", "").strip().upper()
            texts = {"about": cells.get("about", ""), "asked": cells.get("asked", "")}
            values = answers.checked(
                settings, kind=kind, account=account, marketplace=place, stars=stars, actor=actor, **texts
            )
            good.append((line, values))
        except Rejected as error:
            bad.append((line, str(error)))
    said: list[tuple[int, journal.Entry]] = []
    with store.write() as session:
        there = public_answers.about_product(session, account, {values["asin"] for _, values in good})
        for line, values in good:
            same = values["kind"], values["marketplace"], values["asin"], values["asked"]
            if same in there:
                bad.append((line, "This is here already."))
                continue
            there.add(same)
            said.append(answers.add(session, values, actor=actor, now=now))
        journal.append(session, *(entry for _, entry in said))
    return Imported(len(said), tuple(sorted(bad)), tuple(answer_id for answer_id, _ in said))


def take_back(store: Store, ids: Collection[int], *, actor: Person, now: datetime) -> int:
    """Take out again within the hour what one's own file brought and nobody worked on since; how many.

    Raises Rejected if there is none.
    """
    check_access(actor)
    with store.write() as session:
        gone = public_answers.remove_untouched(session, ids, by=actor.name, since=now - UNDO_WITHIN)
        if not gone:
            raise Rejected(
                "It is too late to take this back, or somebody has worked on it; discard the rows one by one."
            )
        journal.append(session, *(journal.Entry(now, actor.name, "public.undo", f"public:{each}") for each in gone))
    return len(gone)


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    text = _decoded(content)
    head = text.partition("\n")[0]
    delimiter = max("\t;,", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names = [HEADINGS.get(re.sub(r"[\W_]+", "", each.casefold()), "") for each in next(reader, [])]
    missing = [name for name, shown in (("about", "ASIN"), ("asked", "Text")) if name not in names for name in [shown]]
    if missing:
        raise Rejected(f"The first line names no column {' and no column '.join(missing)}.")
    try:
        for n, row in enumerate(reader):
            if n >= MOST_ROWS:
                raise Rejected(f"The file has more than {MOST_ROWS:,} rows; split it.")
            if any(cell.strip() for cell in row):
                yield reader.line_num, {name: cell for name, cell in zip(names, row, strict=False) if name}
    except csv.Error as error:
        raise Rejected(f"Line {reader.line_num} cannot be read as CSV ({error}).") from None


def _decoded(content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise Rejected(f"The file is larger than {MOST_BYTES // 1_000_000} MB; split it.")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise Rejected("This is no CSV file. Save it as CSV in the spreadsheet first.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _kind(cells: Mapping[str, str]) -> str:
    said = re.sub(r"[\W_]+", "", cells.get("kind", "").casefold())
    if not said:
        return "product_review" if cells.get("stars", "").strip() else "product_question"
    if said not in KINDS:
        raise Rejected(f"The kind {cells['kind'].strip()[:40]!r} is neither review nor question.")
    return KINDS[said]


def _stars(cell: str) -> int | None:
    found = re.fullmatch(r"\s*([1-5])(?:[.,]0)?(?:\s*(?:/|out of)\s*5)?\s*(?:stars?)?\s*", cell.casefold())
    if found is None and cell.strip():
        raise Rejected(f"{cell.strip()[:40]!r} are no stars from 1 to 5.")
    return int(found[1]) if found else None
