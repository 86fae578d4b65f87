"""Looks whether the spreadsheets of the settings can be read as they are: access, tab, headings. For `doctor`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from data.store import Store
from services.errors import NeedsPerson, RetryLater, Within24Error
from services.rules.sheet_columns import NAMES
from services.rules.sheet_rows import SheetRead
from services.settings import Settings
from services.sources.sheets import source
from services.sync.memory import StoreMemory


class Look(NamedTuple):
    """How one spreadsheet is."""

    name: str
    ok: bool
    message: str
    what_to_do: str = ""


def look(store: Store, settings: Settings) -> Iterator[Look]:
    """Read each Google spreadsheet of the settings once; nothing is stored or written."""
    for stream in source.connect(settings, StoreMemory(store, settings.state_dir)):
        label = f"sheet {stream.name} of {stream.account}"
        try:
            read: SheetRead = stream.look()  # type: ignore[attr-defined]
        except NeedsPerson as error:
            yield Look(label, False, str(error), error.what_to_do)
        except RetryLater as error:
            yield Look(label, False, str(error), "Try again later; the sync does so by itself.")
        except Within24Error as error:
            yield Look(label, False, str(error), "Check it in the settings file.")
        else:
            yield _told(label, read)


def _told(label: str, read: SheetRead) -> Look:
    if read.problem or read.reading is None:
        return Look(label, False, read.problem or "it cannot be read")
    columns = ", ".join(f"{NAMES[role]}: {heading}" for role, heading in read.reading.columns.in_use.items())
    return Look(label, True, f'"{read.title}", {len(read.reading.lines)} rows; {columns}')
