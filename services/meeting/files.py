"""Writes a pack's files: HTML, XLSX and PPTX always, PDF where a browser is found."""

from __future__ import annotations

import logging
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data.store import Store
from services.errors import Rejected
from services.meeting import html, keep, pack
from services.meeting.keep import Closed
from services.meeting.pack import Ticket
from services.meeting.shapes import Pack
from services.rules import periods
from services.rules.periods import Period
from services.settings import Settings

log = logging.getLogger(__name__)

FORMS = {
    "html": "text/html",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "chrome")
BROWSER_SECONDS = 30
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--no-pdf-header-footer",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip
"""The file is our own and names no other place; without a sandbox it prints in containers and for root too."""
_PDF_TIME = re.compile(rb"\((D:\d{14})")


@dataclass(frozen=True)
class Made:
    """A pack to be drawn, and where its ticket rows come from; `closed` if it is a kept one."""

    store: Store
    pack: Pack
    period: Period
    now: datetime
    closed: Closed | None

    def tickets(self) -> Iterator[Ticket]:
        """Its ticket rows, streamed."""
        if self.closed is not None:
            return keep.tickets(self.store, self.closed)
        return pack.tickets(self.store, self.period, self.now)

    def draw(self, form: str) -> bytes:
        """One of FORMS as bytes. The libraries behind slides and workbooks are only loaded when they are needed."""
        if form == "html":
            return html.draw(self.pack)
        if form == "pptx":
            from services.meeting import pptx

            return pptx.draw(self.pack)
        from services.meeting import xlsx

        with tempfile.TemporaryDirectory(prefix="within24-") as folder:
            file = Path(folder) / f"{self.pack.stem}.xlsx"
            xlsx.draw(self.pack, self.tickets(), file)
            return file.read_bytes()


def made(store: Store, settings: Settings, period: Period, *, by: str, now: datetime) -> Made:
    """The pack of a period to hand out: one that is over is closed by this, so that it is the same for ever.

    Raises Rejected if a kept one is not what was closed any more.
    """
    if periods.is_over(period, now):
        closed = keep.close(store, settings, period, by=by, now=now)
        if not keep.is_whole(store, closed):
            raise Rejected(f"The kept pack of {period.title} was changed in the store; restore it from a backup.")
        return Made(store, closed.pack, period, now, closed)
    return Made(store, pack.build(store, settings, period, now), period, now, None)


def write(found: Made, folder: Path, *, with_pdf: bool = True) -> list[Path]:
    """Write all files into a folder, each complete or not at all; their paths. Raises Rejected if it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = list(_written(found, folder))
    except OSError as error:
        raise Rejected(f"The files cannot be written to {folder}: {error.strerror or error}.") from None
    pdf = _pdf(folder / f"{found.pack.stem}.html", found.pack) if with_pdf else None
    return [*written, pdf] if pdf else written


def _written(found: Made, folder: Path) -> Iterable[Path]:
    for form in FORMS:
        file = folder / f"{found.pack.stem}.{form}"
        part = file.with_suffix(f".{form}.new")
        try:
            if form == "xlsx":
                from services.meeting import xlsx

                xlsx.draw(found.pack, found.tickets(), part)
            else:
                part.write_bytes(found.draw(form))
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
        yield file


def browser() -> str | None:
    """A browser that prints, if this machine has one."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def _pdf(page: Path, pack_: Pack) -> Path | None:
    """The HTML file printed; None, with a word in the log, if there is no browser or it fails."""
    path, file = browser(), page.with_suffix(".pdf")
    if path is None:
        return None
    with tempfile.TemporaryDirectory(prefix="within24-", ignore_cleanup_errors=True) as folder:
        part = Path(folder) / "print.pdf"
        where = (f"--user-data-dir={folder}", f"--print-to-pdf={part}", page.resolve().as_uri())
        try:
            subprocess.run([path, *FLAGS, *where], check=True, capture_output=True, timeout=BROWSER_SECONDS)
            stamp = re.sub(r"\D", "", pack_.as_of)[:14].encode()
            file.write_bytes(_PDF_TIME.sub(rb"(D:" + stamp, part.read_bytes()))
        except (OSError, subprocess.SubprocessError) as error:
            log.warning("no PDF: the browser %s could not print (%s)", path, type(error).__name__)
            return None
    return file
