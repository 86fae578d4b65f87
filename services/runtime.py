"""The settings and the store of this process, made once."""

from __future__ import annotations

import functools
import threading
from dataclasses import dataclass

from data.store import Store, Unusable, open_store
from services import settings
from services.errors import SettingsError
from services.settings import Settings

_LOCK = threading.Lock()


@dataclass(frozen=True)
class Runtime:
    """What every page and command works with."""

    settings: Settings
    store: Store


def runtime() -> Runtime:
    """The process's settings and store; raises SettingsError if the settings cannot be used."""
    # Two sessions that arrive at once must not both migrate.
    with _LOCK:
        return _made()


@functools.lru_cache(maxsize=1)
def _made() -> Runtime:
    loaded = settings.load()
    return Runtime(loaded, opened(loaded))


def opened(loaded: Settings) -> Store:
    """The store that the settings name; raises SettingsError if it cannot be used."""
    try:
        return open_store(loaded.database_url.get_secret_value())
    except Unusable as error:
        advice = "Check WITHIN24_DATABASE_URL and WITHIN24_STATE_DIR, and that the database is running."
        raise SettingsError(f"{error}.", advice) from None


def forget() -> None:
    """Read the settings anew the next time; for tests that run several desks in one process."""
    _made.cache_clear()
