"""A shop with three weeks behind it, read by the real sync: on time, late, never answered, a claim lost."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.store import open_store
from services.meeting import files, pack
from services.meeting.shapes import Pack
from services.rules import periods
from tests import claims, mails
from tests.desks import DAY, HOUR, NOW, ORDERS, Desk, ask, copy

W46 = periods.week("2026-W46")
W47 = periods.week("2026-W47")
TUESDAY = datetime(2026, 11, 10, 8, 0, tzinfo=UTC)
"""In week 46."""
AFTER = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
"""When the meeting about week 46 is held."""
BUYERS = ("Ana Example", "Ben Example", "Cleo Example", "Dora Example", "Emil Example", "Fay Example")
SECRET = "my telephone is 555 0100"


def some_weeks() -> list[bytes]:
    """W45: two on time. W46: one on time, one late (30 h), one never answered, and Japan for the first time."""
    before = TUESDAY - 7 * DAY
    return [
        asked(1, before),
        answered(1, before + 3 * HOUR),
        asked(2, before + HOUR, marketplace="DE"),
        answered(2, before + 9 * HOUR),
        asked(3, TUESDAY, text=SECRET),
        answered(3, TUESDAY + 2 * HOUR),
        asked(4, TUESDAY + HOUR, marketplace="DE"),
        answered(4, TUESDAY + 31 * HOUR),
        asked(5, TUESDAY + 2 * HOUR),
        asked(6, TUESDAY + 3 * HOUR, marketplace="JP"),
        answered(6, TUESDAY + 4 * HOUR),
        claims.opened(ORDERS[5], TUESDAY),
        claims.decided(ORDERS[5], TUESDAY + 2 * DAY, "We have granted the claim to the buyer."),
    ]


def asked(n: int, at: datetime, **more: object) -> bytes:
    """Message no. `n` of a buyer of its own."""
    return ask(n, at, name=BUYERS[(n - 1) % 6], alias=f"k3x9q7m2w8r{n:03}", order=ORDERS[n], **more)


def answered(n: int, at: datetime) -> bytes:
    """Our answer to it."""
    return copy(n, at, name=BUYERS[(n - 1) % 6], order=ORDERS[n])


@pytest.fixture(scope="session")
def kept_weeks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of that shop."""
    root = tmp_path_factory.mktemp("weeks")
    desk = Desk(open_store(f"sqlite:///{root / 'within24.db'}"), root / "shop")
    desk.read(*some_weeks(), mails.buyer_mail("Late for all.", date=NOW - HOUR, order=None), now=NOW)
    desk.store.close()
    return root


@pytest.fixture
def weeks(kept_weeks: Path, tmp_path: Path) -> Iterator[Desk]:
    """A copy of that shop."""
    shutil.copytree(kept_weeks, tmp_path / "copy")
    store = open_store(f"sqlite:///{tmp_path / 'copy' / 'within24.db'}")
    desk = Desk(store, tmp_path / "copy" / "shop")
    desk._numbers = iter(range(1000, 9999))  # type: ignore[assignment]
    yield desk
    store.close()


@pytest.fixture(scope="session")
def made(kept_weeks: Path) -> Iterator[Pack]:
    """The pack of week 46, as counted at the meeting about it."""
    store = open_store(f"sqlite:///{kept_weeks / 'within24.db'}")
    yield pack.build(store, Desk(store, kept_weeks / "shop").settings, W46, AFTER)
    store.close()


def written(desk: Desk, folder: Path, *, period: periods.Period = W46, now: datetime = NOW) -> dict[str, bytes]:
    """The files of a pack by their endings."""
    found = files.made(desk.store, desk.settings, period, by="test", now=now)
    return {file.suffix[1:]: file.read_bytes() for file in files.write(found, folder, with_pdf=False)}
