"""Exceptions, grouped by what the caller must do next."""

from __future__ import annotations

from datetime import timedelta


class Within24Error(Exception):
    """Base of all errors raised on purpose; `str(error)` is a sentence for a person."""


class RetryLater(Within24Error):
    """Temporary trouble outside: leave everything as it is and try again after `after`."""

    def __init__(self, message: str, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after


class NeedsPerson(Within24Error):
    """Nothing will change until somebody acts: wrong password, missing folder, revoked access.

    `what_to_do` completes the message with the next step.
    """

    def __init__(self, message: str, what_to_do: str = "") -> None:
        super().__init__(message)
        self.what_to_do = what_to_do


class Rejected(Within24Error):
    """This one thing cannot be accepted; the rest goes on."""


class Stale(Rejected):
    """The row was changed by somebody else since it was read; nothing was written."""


class SettingsError(NeedsPerson):
    """The settings file or environment cannot be used as it is."""
