"""Lives that end in the middle: a piece of work is stopped at any statement, commit or mail, and begun anew.

A kill is an exception that nothing catches, so that all that was not committed is undone as by SIGKILL; the next life
has another name, and the one before counts as dead.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from data.store import Store
from services.outbox import holders
from services.outbox import send as post


class Killed(BaseException):
    """The end of a life."""


class Killer:
    """Counts what a life does, and ends it when its time has come."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
        self.store, self.random = store, random.Random(seed)
        self.kills = self.life = 0
        self.left: int | None = None
        monkeypatch.setattr(holders, "me", lambda: f"life {self.life}")
        monkeypatch.setattr(holders, "is_alive", lambda holder: holder == f"life {self.life}")
        self._send = post.send
        monkeypatch.setattr(post, "send", self._sending)

    def lives(self, work: Callable[[], Any], *, longest: int) -> None:
        """Lives of up to `longest` steps, until one of them has done all the work."""
        with self._listening():
            for _ in range(10_000):
                self.life += 1
                self.left = self.random.randint(1, longest)
                try:
                    work()
                except Killed:
                    self.kills += 1
                    continue
                finally:
                    self.left = None
                return
        raise AssertionError("the work never came to an end")

    def _step(self, *_: object) -> None:
        if self.left is None:
            return
        self.left -= 1
        if self.left < 0:
            raise Killed

    def _sending(self, *args: Any, **more: Any) -> Any:
        self._step()
        outcome = self._send(*args, **more)
        self._step()
        return outcome

    @contextmanager
    def _listening(self) -> Iterator[None]:
        for engine in self.store.engines:
            event.listen(engine, "before_cursor_execute", self._step)
            event.listen(engine, "commit", self._step)
        try:
            yield
        finally:
            for engine in self.store.engines:
                event.remove(engine, "before_cursor_execute", self._step)
                event.remove(engine, "commit", self._step)
