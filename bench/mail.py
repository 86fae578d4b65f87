"""Importing mail end to end against the standard library's parse of the same bytes, and how memory grows with it."""

from __future__ import annotations

import email
import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import default
from functools import partial
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path
from random import Random

from bench.measure import Result
from data.sample.mails import render
from data.sample.story import Story
from data.store import Store, open_store
from services.rules.marketplaces import MARKETPLACES
from services.settings import Account, Folder, Settings
from services.sync import engine, runner

ACCOUNT = "bench"
STYLE = (
    '<table width="100%" cellpadding="0" cellspacing="0" role="presentation" style="border-collapse:collapse;'
    'font-family:Arial,Helvetica,sans-serif;font-size:13px;line-height:18px;color:#0f1111"><tr><td '
    'style="padding:8px 20px;border-bottom:1px solid #e7e7e7">&nbsp;</td></tr></table>\n'
)


def mails(count: int) -> list[bytes]:
    """Invented mails of buyers and copies of replies, always the same, with as much layout around as Amazon's have."""
    return list(islice(_mails(), count))


def _mails() -> Iterator[bytes]:
    for number in range(10_000):
        rng = Random(f"bench {number}")
        told = [mail for talk in Story(f"bench {number}").tell() for mail in render(talk, rng)]
        for mail in sorted(told, key=lambda each: (each.sent, each.raw)):
            yield _laid_out(mail.raw, rng)


def _laid_out(raw: bytes, rng: Random) -> bytes:
    """Real mails have about 12 KB, most of it tables around the words."""
    return raw.replace(b"</body>", STYLE.encode() * rng.randrange(10, 30) + b"</body>")


def import_cost(count: int = 2000, rounds: int = 3) -> Result:
    """CPU seconds per 1,000 mails: ledger, parse, thread, clock and store, against parsing to usable text."""
    raws = mails(count)
    ours, theirs = [], []
    with tempfile.TemporaryDirectory(prefix="w24-bench-") as folder:
        write_mbox(Path(folder), raws)
        for number in range(rounds):
            theirs.append(_timed(lambda: [usable(raw) for raw in raws]))
            ours.append(_timed(partial(import_all, Path(folder), f"{number}.db")))
    per_1000 = 1000 / count
    value, limit = statistics.median(ours) * per_1000, statistics.median(theirs) * per_1000
    name = f"mail import end to end, 1,000 mails of {sum(map(len, raws)) / count / 1000:.1f} KB"
    return Result(name, value, limit, 2.5, "s CPU", "email policy.default to usable text")


def memory_growth(few: int = 8000, many: int = 20_000) -> Result:
    """Peak memory of a process that imports many mails against one that imports few.

    Up to about 8,000 mails SQLite's two page caches (32 MB each) fill, 116 MiB at 2,000 and 142 at 8,000; what grows
    beyond that grows with the mailbox.
    """
    name = f"import memory, {many:,} mails against {few:,}"
    return Result(name, _peak_mib(many), _peak_mib(few), 1.1, "MiB", f"the same with {few:,}")


def write_mbox(folder: Path, raws: list[bytes]) -> None:
    """The mails as an account's folder, in files of 500."""
    (folder / "mail").mkdir(parents=True, exist_ok=True)
    for at in range(0, len(raws), 500):
        entries = (b"From bench@example.com Thu Jan  1 00:00:00 2026\n" + raw + b"\n" for raw in raws[at : at + 500])
        (folder / "mail" / f"{at:06}.mbox").write_bytes(b"".join(entries))


def import_all(folder: Path, name: str) -> Store:
    """A fresh store with every mail of the folder in it."""
    store = open_store(f"sqlite:///{folder / name}")
    account = Account(marketplaces=tuple(MARKETPLACES), folder=Folder(path=folder))
    settings = Settings(accounts={ACCOUNT: account}, state_dir=folder)
    stream = next(each for each in engine.connect(store, settings, "folder") if each.name == "mail")
    outcome = runner.run_stream(store, settings, stream)
    if outcome.state != "ok" or not outcome.tally.new:
        raise RuntimeError(f"the import ended as {outcome}")
    return store


def usable(raw: bytes) -> tuple[object, ...]:
    """What a reader needs of a mail by the standard library alone: who, when, what about, and the words."""
    mail = email.message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain", "html"))
    words = body.get_content() if body else ""
    if body and body.get_content_type() == "text/html":
        words = _text(words)
    names = [part.get_filename() for part in mail.iter_attachments()]
    return str(mail["From"]), str(mail["Subject"]), mail["Date"].datetime, str(mail["Message-ID"]), words, names


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _text(html: str) -> str:
    parser = _Words()
    parser.feed(html)
    return " ".join(parser.words)


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _peak_mib(count: int) -> float:
    """In a process of its own, so that nothing before counts."""
    folder = Path(tempfile.mkdtemp(prefix="w24-bench-"))
    try:
        write_mbox(folder, mails(count))
        command = [sys.executable, "-m", "bench.mail", str(folder)]
        done = subprocess.run(command, check=True, capture_output=True, timeout=1800)
        return float(json.loads(done.stdout)["peak_mib"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _own_peak_mib() -> float:
    """This program's own peak: on Linux getrusage still counts what the parent held when it started us."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    import_all(Path(sys.argv[1]), "memory.db")
    sys.stdout.write(json.dumps({"peak_mib": _own_peak_mib()}))
