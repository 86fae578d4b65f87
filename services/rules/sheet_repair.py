"""What a write hit if rows or columns of a sheet were moved just while it was on its way, and how to put it right.

Google addresses cells by position only. So after each write the sheet is read again and compared with what it said
right before: a value of ours in a row that it was not meant for is replaced by what stood there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from services.rules.sheet_rows import Cell, Reading

Named = dict[str, str]
"""A row as {heading: text}, without empty cells."""


@dataclass(frozen=True)
class Damage:
    """One row that was hit: `wrong` is {heading: what we wrote}, `right` all that it said before, by heading.

    `key` is the row's key, None for headings, titles and empty rows, which are known by what else they say.
    """

    key: str | None
    wrong: Mapping[str, str]
    right: Mapping[str, str]


def damages(before: Reading, sent: Sequence[Cell], after: Reading, owed: Iterable[Damage] = ()) -> list[Damage]:
    """What has to be put right: all of `owed`, and what the last write hit by mistake.

    `sent` are the cells as they were addressed in `before`. Cells that arrived are none, wherever their row is now.
    """
    keys_before, keys_after = _keys(before), _keys(after)
    groups = _groups(sent)
    astray = {
        row: values for row, values in groups.items() if not _arrived(before, after, row, keys_before.get(row), values)
    }
    found = list(owed)
    if astray:
        columns_moved = _columns_moved(before, sent, after)
        for place in _changed_rows(before, after):
            key = keys_after.get(place)
            others = [values for row, values in astray.items() if key is None or keys_before.get(row) != key]
            meant = [values for row, values in groups.items() if key is not None and keys_before.get(row) == key]
            hit = _hit(before, after, place, key, others, meant, columns_moved=columns_moved)
            found += [_behind(hit, found)] if hit else []
    return found


def mend(owed: Sequence[Damage], reading: Reading) -> tuple[list[Cell], list[Damage]]:
    """(the cells to write, the damages that are still there). What a person typed over is theirs."""
    cells: dict[tuple[int, int], Cell] = {}
    left: list[Damage] = []
    labels, keys = reading.columns.labels, _keys(reading)
    for damage in owed:
        for place, row in enumerate(reading.grid):
            now = _named(labels, row)
            wrong = {label for label, text in damage.wrong.items() if now.get(label, "") == text and label in labels}
            if wrong and _is_it(damage, keys.get(place), now):
                left.append(replace(damage, wrong={label: damage.wrong[label] for label in wrong}))
                for label in wrong:
                    column = labels.index(label)
                    cells[place, column] = Cell(place, column, damage.right.get(label, ""))
                break
    return list(cells.values()), left


def _is_it(damage: Damage, key: str | None, now: Named) -> bool:
    if damage.key is not None:
        return damage.key == key
    return _without(now, damage.wrong) == _without(damage.right, damage.wrong)


def _behind(damage: Damage, owed: Iterable[Damage]) -> Damage:
    """The same, if the row said something wrong before already: with what it said before that."""
    right = dict(damage.right)
    for other in owed:
        if other.key == damage.key and damage.key is not None:
            right |= {label: other.right.get(label, "") for label, text in other.wrong.items()
                      if label in damage.wrong and right.get(label, "") == text}  # fmt: skip
        elif other.key is None and damage.key is None and _said(other) == damage.right:
            return Damage(None, {**other.wrong, **damage.wrong}, other.right)
    return replace(damage, right=right)


def _said(damage: Damage) -> Named:
    """What a row said once it was hit."""
    return {label: text for label, text in {**damage.right, **damage.wrong}.items() if text}


def _hit(
    before: Reading,
    after: Reading,
    place: int,
    key: str | None,
    astray: Sequence[Mapping[int, str]],
    meant: Iterable[Mapping[int, str]],
    *,
    columns_moved: bool,
) -> Damage | None:
    """What of the values that did not arrive this row holds and did not before."""
    labels = after.columns.labels
    now = _named(labels, after.grid[place])
    # Columns may have been moved before the write arrived or after it.
    told = [
        {named[column]: text for column, text in values.items() if column < len(named)}
        for named in dict.fromkeys((labels, before.columns.labels))
        for values in astray
    ]
    if key is not None and key in before.lines:
        was = _named(before.columns.labels, before.grid[before.lines[key].at[0]])
        hits = [values for values in told if _may_have_hit(values, was, now)]
        ours = {label: text for each in hits for label, text in each.items() if now.get(label, "") == text}
        own = {(_at(before.columns.labels, column), text) for values in meant for column, text in values.items()}
        ours = dict(ours.items() - own)
    else:
        whole = [each for each in told if all(now.get(label, "") == text for label, text in each.items())]
        ours = max(whole, key=lambda each: (sum(map(bool, each.values())), len(each)), default={})
        rest, key = _without(now, ours), None
        known = next((row for row in _rows(before) if rest and _without(row, ours) == rest), None)
        if known is None and rest and columns_moved:
            return None
        # What was not there before was put in just now: nobody fills in these cells that fast.
        was = known or rest
        if ours and place == after.columns.header:
            was = rest | _headings(before, labels, ours)
    wrong = {label: text for label, text in ours.items() if text != was.get(label, "")}
    return Damage(key, wrong, was) if wrong else None


def _may_have_hit(values: Mapping[str, str], was: Mapping[str, str], now: Mapping[str, str]) -> bool:
    """Whether all that was written into one row is here, but for what a person has typed over since."""
    return all(now.get(label, "") == text or now.get(label, "") != was.get(label, "") for label, text in values.items())


def _headings(before: Reading, labels: Sequence[str], hit: Iterable[str]) -> Named:
    """What stood in the cells of the headings that were hit, by what they are called now."""
    columns = [labels.index(label) for label in hit]
    return {labels[column]: _at(before.columns.labels, column) for column in columns}


def _columns_moved(before: Reading, sent: Sequence[Cell], after: Reading) -> bool:
    """Whether a column that we wrote to stands elsewhere now."""
    one, other = before.columns.labels, after.columns.labels
    return any(_at(one, cell.column) != _at(other, cell.column) and _at(one, cell.column) in other for cell in sent)


def _arrived(before: Reading, after: Reading, row: int, key: str | None, values: Mapping[int, str]) -> bool:
    """Whether a row says all of ours."""
    if key is None:
        was = _named(before.columns.labels, before.grid[row])
        ours = {_at(before.columns.labels, column): value for column, value in values.items()}
        meant = {label: text for label, text in {**was, **ours}.items() if text}
        # One empty row is as another: only in its old place it is the one.
        there = after.grid[row : row + 1]
        return meant in (list(_rows(after)) if meant else [_named(after.columns.labels, cells) for cells in there])
    named = {_at(before.columns.labels, column): value for column, value in values.items()}
    rows = after.lines[key].at if key in after.lines else ()
    found = [_named(after.columns.labels, after.grid[place]) for place in rows]
    return any(all(now.get(label, "") == text for label, text in named.items()) for now in found)


def _rows(reading: Reading) -> Iterator[Named]:
    return (_named(reading.columns.labels, row) for row in reading.grid)


def _named(labels: Sequence[str], row: Sequence[str]) -> Named:
    return {label: text.strip() for label, text in zip(labels, row, strict=False) if text.strip()}


def _without(row: Mapping[str, str], labels: Iterable[str]) -> Named:
    left_out = set(labels)
    return {label: text for label, text in row.items() if label not in left_out}


def _groups(sent: Sequence[Cell]) -> dict[int, dict[int, str]]:
    """{row: {column: text as shown}}."""
    found: dict[int, dict[int, str]] = {}
    for cell in sent:
        shown = cell.value if isinstance(cell.value, str) else str(cell.value).upper()
        found.setdefault(cell.row, {})[cell.column] = shown.strip()
    return found


def _keys(reading: Reading) -> dict[int, str]:
    return {row: key for key, line in reading.lines.items() for row in line.at}


def _changed_rows(before: Reading, after: Reading) -> list[int]:
    """The rows that say something that no row said before."""
    known = {tuple(row.items()) for row in _rows(before)}
    return [place for place, row in enumerate(_rows(after)) if row and tuple(row.items()) not in known]


def _at(row: Sequence[str], column: int) -> str:
    return row[column].strip() if column < len(row) else ""
