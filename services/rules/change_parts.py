"""Why the number of messages that missed 24 hours changed: parts that sum exactly to the change.

Messages that missed = volume x share of each marketplace x share of each reason in it x share that each agent (or
nobody) answered x how much of that was missed. Each factor's part is its Shapley value: the mean, over all orders in
which the factors could have changed one after the other, of what changing it did. All is counted in exact fractions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import NamedTuple

FACTORS = {
    "volume": "More or fewer messages",
    "marketplaces": "Mix of marketplaces",
    "reasons": "Mix of contact reasons",
    "staffing": "Who answered, or nobody",
    "pace": "How fast each answered",
}
"""Factor -> words, from the outside in."""
_NAMES = tuple(FACTORS)


class Cell(NamedTuple):
    """Where a message belongs; `agent` "" is nobody: not answered by then."""

    marketplace: str
    reason: str
    agent: str


class Count(NamedTuple):
    """Messages of a cell, and how many of them were answered late or not within 24 hours."""

    messages: int
    missed: int


Cells = Mapping[Cell, Count]


@dataclass(frozen=True)
class Parts:
    """What each factor did to the number of missed messages: in all, and by marketplace.

    `by_factor` sums to `change`, and so does `by_marketplace` over both its keys.
    """

    before: int
    after: int
    by_factor: Mapping[str, Fraction]
    by_marketplace: Mapping[str, Mapping[str, Fraction]]

    @property
    def change(self) -> int:
        """After less before."""
        return self.after - self.before


def parts(before: Cells, after: Cells) -> Parts:
    """The change between two periods, taken apart. Cells without messages count as absent."""
    two = _levels(before, after)
    places = sorted({cell.marketplace for cell in two})
    values = {chosen: _by_place(two, chosen, places) for chosen in _subsets(_NAMES)}
    by_marketplace = {}
    for place in places:
        mine = {chosen: found[place] for chosen, found in values.items()}
        by_marketplace[place] = {name: _shapley(name, mine) for name in _NAMES}
    by_factor = {name: sum((by_marketplace[place][name] for place in places), Fraction(0)) for name in _NAMES}
    return Parts(_missed(before), _missed(after), by_factor, by_marketplace)


def rounded(values: Sequence[Fraction], total: Fraction, digits: int = 1) -> tuple[float, ...]:
    """Values to so many digits that still sum to the rounded total: what is left over goes to those nearest to it.

    `values` must sum to `total`. No value moves by a whole unit of the last digit or more.
    """
    scale = 10**digits
    floors = [value * scale // 1 for value in values]
    goal = round(total * scale)
    order = sorted(range(len(values)), key=lambda at: (floors[at] - values[at] * scale, at))
    missing = goal - sum(floors)
    raised = set(order[:missing]) if missing >= 0 else set()
    lowered = set(order[missing:]) if missing < 0 else set()
    return tuple((floor + (at in raised) - (at in lowered)) / scale for at, floor in enumerate(floors))


Chosen = frozenset[str]


class _Level(NamedTuple):
    """The factors of one cell, before and after: (then, now) each."""

    volume: tuple[Fraction, Fraction]
    marketplaces: tuple[Fraction, Fraction]
    reasons: tuple[Fraction, Fraction]
    staffing: tuple[Fraction, Fraction]
    pace: tuple[Fraction, Fraction]


def _levels(before: Cells, after: Cells) -> dict[Cell, _Level]:
    sums = [_sums(before), _sums(after)]
    cells = {cell for each in (before, after) for cell, count in each.items() if count.messages}
    found = {}
    for cell in sorted(cells):
        keys = [cell[:depth] for depth in range(4)]
        shares = [
            _both(tuple(_share(each.get(keys[depth + 1], 0), each.get(keys[depth], 0)) for each in sums))
            for depth in range(3)
        ]
        misses = _both(
            tuple(_share(_count(each, cell).missed, _count(each, cell).messages) for each in (before, after))
        )
        volumes = (Fraction(sums[0].get((), 0)), Fraction(sums[1].get((), 0)))
        found[cell] = _Level(volumes, shares[0], shares[1], shares[2], misses)
    return found


def _count(cells: Cells, cell: Cell) -> Count:
    return cells.get(cell, Count(0, 0))


def _sums(cells: Cells) -> dict[tuple[str, ...], int]:
    """Messages below each beginning of a cell: of all, of a marketplace, of a reason in it, of the cell."""
    found: dict[tuple[str, ...], int] = {}
    for cell, count in cells.items():
        for depth in range(4):
            found[cell[:depth]] = found.get(cell[:depth], 0) + count.messages
    return found


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole else None


def _both(pair: tuple[Fraction | None, ...]) -> tuple[Fraction, Fraction]:
    """What cannot be known of one period (nothing was there) is taken from the other: it did not change."""
    then, now = pair
    known = next((each for each in pair if each is not None), Fraction(0))
    return (known if then is None else then, known if now is None else now)


def _by_place(two: Mapping[Cell, _Level], chosen: Chosen, places: Iterable[str]) -> dict[str, Fraction]:
    """Missed messages by marketplace if only the `chosen` factors had changed."""
    found = dict.fromkeys(places, Fraction(0))
    for cell, level in two.items():
        product = Fraction(1)
        for name, pair in zip(_NAMES, level, strict=True):
            product *= pair[name in chosen]
        found[cell.marketplace] += product
    return found


def _shapley(name: str, value: Mapping[Chosen, Fraction]) -> Fraction:
    count, whole = len(_NAMES), Fraction(0)
    others = tuple(each for each in _NAMES if each != name)
    for chosen in _subsets(others):
        weight = Fraction(factorial(len(chosen)) * factorial(count - len(chosen) - 1), factorial(count))
        whole += weight * (value[chosen | {name}] - value[chosen])
    return whole


def _subsets(names: Sequence[str]) -> list[Chosen]:
    return [frozenset(some) for size in range(len(names) + 1) for some in combinations(names, size)]


def _missed(cells: Cells) -> int:
    return sum(count.missed for count in cells.values())
