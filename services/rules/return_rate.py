"""Return rates: units returned over units sold with what they can mean, what is our fault, and reasons by weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959963984540054
FEW = 30
"""Below so many units sold a rate is marked as resting on a small number: each unit moves it by 3 % and more."""
FAULTS: Mapping[str, str] = {
    "defective": "Defective",
    "wrong_item": "Wrong or incomplete",
    "damaged": "Damaged on the way",
}
"""What went wrong on the seller's or carrier's side, by code."""
_DEFECTIVE = frozenset(
    {
        "defective", "quality_unacceptable", "warranty", "amz_pg_bad_item", "jewelry_bad_clasp", "jewelry_battery",
        "jewelry_loose_stone", "jewelry_tarnished",
    }
)  # fmt: skip
_WRONG_ITEM = frozenset({"switcheroo", "different_product", "extra_item", "missing_parts"})
_DAMAGED = frozenset({"damaged_by_carrier", "damaged_by_fc", "amz_pg_damaged"})
_BY_DISPOSITION = {"DEFECTIVE": "defective", "CARRIER_DAMAGED": "damaged", "DAMAGED": "damaged"}


@dataclass(frozen=True)
class Rate:
    """Units returned of units sold. `low` and `high` are the 95 % Wilson limits; None where nothing was sold."""

    returned: int
    sold: int
    value: float | None
    low: float | None
    high: float | None

    @property
    def is_small(self) -> bool:
        """Whether too little was sold to read much into the rate."""
        return self.sold < FEW


@dataclass(frozen=True)
class Bar:
    """One bar of a Pareto chart: its units, its share of all and the share of all bars up to it, as fractions."""

    name: str
    units: int
    share: float
    up_to: float


def rate(returned: int, sold: int) -> Rate:
    """The rate of counts; negative ones count as nothing, and no rate passes one."""
    returned, sold = max(returned, 0), max(sold, 0)
    if not sold:
        return Rate(returned, 0, None, None, None)
    low, high = wilson(min(returned, sold), sold)
    return Rate(returned, sold, min(returned / sold, 1.0), low, high)


def wilson(hits: int, of: int, z: float = Z_95) -> tuple[float, float]:
    """The Wilson score interval of a proportion (E. B. Wilson, 1927): it stays within 0 and 1 for small counts too."""
    share, weight = hits / of, z * z / of
    middle = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * sqrt(share * (1 - share) / of + weight / (4 * of))
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    # Rounding must not shut out the share itself at the ends.
    return (0.0 if hits == 0 else low), (1.0 if hits == of else high)


def fault(reason: str, disposition: str | None) -> str:
    """defective, wrong_item, damaged, or empty where nobody on our side is at fault.

    The buyer's reason counts first, then what Amazon found when it looked at the unit.
    """
    code = reason.replace("-", "_")
    for name, codes in (("defective", _DEFECTIVE), ("wrong_item", _WRONG_ITEM), ("damaged", _DAMAGED)):
        if code in codes:
            return name
    return _BY_DISPOSITION.get((disposition or "").strip().upper(), "")


def pareto(units: Mapping[str, int]) -> tuple[Bar, ...]:
    """Bars by weight, the heaviest first and equal ones by name; what has no units is left out."""
    counted = sorted(((max(n, 0), name) for name, n in units.items() if n > 0), key=lambda each: (-each[0], each[1]))
    total, so_far, bars = sum(n for n, _ in counted), 0, []
    for n, name in counted:
        so_far += n
        bars.append(Bar(name, n, n / total, so_far / total))
    return tuple(bars)
