"""Exceptions, grouped by what the caller must do next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any


class Within24Error(Exception):
    """Base of all errors raised on purpose; `str(error)` is a sentence for a person."""


class RetryLater(Within24Error):
    """Temporary trouble outside: leave everything as it is and try again after `after`."""

    def __init__(self, message: str, after: timedelta | None = None) -> None:
        super().__init__(message)
        self.after = after


class Waiting(RetryLater):
    """Nothing is wrong: something outside is not ready yet, or may be asked for again only `after` a while."""


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


class Blocked(Rejected):
    """The policy check forbids a reply; `findings` say where, why, and what to write instead."""

    def __init__(self, findings: Sequence[Any]) -> None:
        n = sum(getattr(finding, "severity", "block") == "block" for finding in findings)
        super().__init__(f"This reply breaks {n} rule{'' if n == 1 else 's'} for messages to buyers; it was not sent.")
        self.findings = tuple(findings)


class SettingsError(NeedsPerson):
    """The settings file or environment cannot be used as it is."""
