"""The background sync script: `python -m services.sync [--once] [--only SOURCE] [--config F]`."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from typing import Annotated

import typer

from services import logs, runtime, sample, settings, templates
from services.errors import SettingsError
from services.sources import SOURCES
from services.sync import engine, garbage
from services.sync.lease import HeldElsewhere, SyncLease

log = logging.getLogger("services.sync")

OK, NEEDS_PERSON, HELD = 0, 1, 3


def main(
    once: Annotated[bool, typer.Option(help="Run everything once and end.")] = False,
    only: Annotated[str | None, typer.Option(help="One source: " + ", ".join(s.name for s in SOURCES))] = None,
    config: Annotated[str | None, typer.Option(help="The settings file.")] = None,
) -> None:
    """Keep the store fresh from mailboxes and folders."""
    if config:
        os.environ["WITHIN24_CONFIG"] = config
    try:
        sys.exit(_run(once, only))
    except SettingsError as error:
        typer.echo(f"{error} {error.what_to_do}", err=True)
        sys.exit(NEEDS_PERSON)


def _run(once: bool, only: str | None) -> int:
    chosen = settings.load()
    logs.configure(chosen, "sync")
    if only and only not in {source.name for source in SOURCES}:
        raise SettingsError(f"there is no source {only!r}", f"Known: {', '.join(s.name for s in SOURCES)}.")
    stop = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: stop.set())
    store = runtime.opened(chosen)
    garbage.collect_rarely()
    try:
        with SyncLease(store) as lease:
            threading.Thread(target=_stop_when_lost, args=(lease, stop), daemon=True).start()
            if chosen.is_sample and sample.materialise(chosen.state_dir / "sample", settings.now()):
                templates.begin_sample(store, now=settings.now())
            if not once:
                engine.run_forever(store, chosen, only=only, stop=stop)
                return OK
            outcomes = engine.run_once(store, chosen, only=only, stop=stop)
    except HeldElsewhere as error:
        typer.echo(f"Not started: {error}.", err=True)
        return HELD
    for outcome in outcomes:
        if outcome.state == "needs_person":
            typer.echo(f"{outcome.message} {outcome.what_to_do}", err=True)
    return NEEDS_PERSON if any(outcome.state == "needs_person" for outcome in outcomes) else OK


def _stop_when_lost(lease: SyncLease, stop: threading.Event) -> None:
    lease.lost.wait()
    log.warning("the lease was taken over by another process; stopping")
    stop.set()


if __name__ == "__main__":
    typer.run(main)
