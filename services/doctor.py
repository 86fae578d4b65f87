"""Looks at everything that Within24 needs, settings to mailboxes; says of each how it is and what to do."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

from imapclient.exceptions import IMAPClientError
from sqlalchemy import DateTime, false, func, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from data import bulk, clock, facts, figure_prints, journal, ledger, mail_counts, streams
from data.models.ledger import Lease
from data.models.ours import Ticket
from data.store import Store, Unusable, open_store
from services import amazon_access, desk, run, settings, sheet_access, sync_status
from services.errors import NeedsPerson, SettingsError, Within24Error
from services.outbox import send
from services.response_time import counting, prints
from services.settings import Mailbox, Settings
from services.sources import imap, mailbox

FREE_BYTES = 1_000_000_000
CLOCKS_APART = timedelta(seconds=5)
FEW = 20_000
"""Up to this many tickets every cache is checked, beyond it a sample."""
SAMPLE = 1000
DAYS_CHECKED = 30
REBUILD = "Report it with the ticket's number; `python -m services ledger reparse` makes all cards anew."


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; a warning is `ok`, and its message then says what would be better."""

    name: str
    ok: bool
    message: str
    what_to_do: str = ""


def examine() -> Iterator[Check]:
    """Every check, one after the other; an older store is migrated, nothing else is changed. Never names a secret."""
    try:
        loaded = settings.load()
    except SettingsError as error:
        yield Check("settings", False, str(error), error.what_to_do)
        return
    yield _settings(loaded)
    yield from _time()
    yield _sign_in()
    yield from _state_dir(loaded)
    yield from _store(loaded)
    yield from _folders(loaded)
    yield from _mailboxes(loaded)
    yield from _senders(loaded)
    yield from _amazon(loaded)
    yield from _sheets(loaded)


def _settings(loaded: Settings) -> Check:
    if loaded.is_sample:
        return Check("settings", True, "no settings file, so the sample seller is shown")
    names = ", ".join(loaded.accounts) or "no account"
    return Check("settings", bool(loaded.accounts), f"{loaded.file}: {names}", "Add an [accounts.NAME] section.")


def _time() -> Iterator[Check]:
    if settings.is_frozen():
        try:
            moment = settings.now()
        except SettingsError as error:
            yield Check("time", False, str(error), error.what_to_do)
            return
        held = f"WITHIN24_NOW holds the time at {moment:%Y-%m-%d %H:%M} UTC"
        yield Check("time", True, f"warning: {held}; nothing falls due")


def _sign_in() -> Check:
    try:
        address = run._safe_address(settings.ROOT)
    except run.CannotStart as error:
        return Check("sign-in", False, str(error), "The dashboard does not start before that.")
    return Check("sign-in", True, f"listens on {address}")


def _state_dir(loaded: Settings) -> Iterator[Check]:
    folder = loaded.state_dir
    there = next(each for each in (folder, *folder.parents) if each.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        advice = "Give this user the right to write it, or set WITHIN24_STATE_DIR."
        yield Check("state folder", False, f"{folder} cannot be written", advice)
        return
    yield Check("state folder", True, str(folder))
    free = shutil.disk_usage(there).free
    yield Check("disk", free >= FREE_BYTES, f"{free / 1e9:.1f} GB free", "Make room; the ledger keeps every mail.")
    database = make_url(loaded.database_url.get_secret_value())
    if database.get_backend_name() == "sqlite" and database.database:
        yield from _readable_by_others(Path(database.database))


def _readable_by_others(file: Path) -> Iterator[Check]:
    if os.name != "posix" or not file.exists():
        return
    mode = stat.S_IMODE(file.stat().st_mode)
    doors = [each for each in file.resolve().parents if not stat.S_IMODE(each.stat().st_mode) & stat.S_IXOTH]
    if mode & stat.S_IROTH and not doors:
        advice = f"`chmod 600 {file}` closes it"
        yield Check("privacy", True, f"warning: everybody on this machine can read the store; {advice}")
    else:
        yield Check("privacy", True, "the store is closed to other users")


def _store(loaded: Settings) -> Iterator[Check]:
    url = loaded.database_url.get_secret_value()
    shown = make_url(url).render_as_string(hide_password=True)
    try:
        store = open_store(url)
        with store.write() as session:
            session.execute(update(Lease).where(false()).values(pid=0))
    except (SQLAlchemyError, OSError, Unusable) as error:
        reason = str(getattr(error, "orig", None) or error).strip().split("\n")[0]
        yield Check("store", False, f"{shown}: {reason}", "Check WITHIN24_DATABASE_URL and the rights on the store.")
        return
    yield Check("store", True, f"{shown} is migrated and can be written")
    for look in (_clocks, _caches, _figures, _ledger, _journal, _sync):
        yield from _asked(store, look)


def _asked(store: Store, look: Callable[[Store, Session], Iterator[Check]]) -> Iterator[Check]:
    with store.read() as session:
        yield from look(store, session)


def _clocks(store: Store, session: Session) -> Iterator[Check]:
    if store.is_sqlite:
        yield Check("clocks", True, "the store uses this machine's clock")
        return
    theirs = session.scalar(select(func.clock_timestamp(type_=DateTime(timezone=True))))
    apart = abs(settings.real_now() - theirs) if theirs else timedelta(0)
    message = f"this machine and the database are {apart.total_seconds():.0f} s apart"
    yield Check("clocks", apart <= CLOCKS_APART, message, "Set both clocks by NTP.")


def _caches(_store: Store, session: Session) -> Iterator[Check]:
    """The queue and the response times against the mail: wholly in a small store, else a sample spread over it."""
    last = bulk.highest_id(session, Ticket)
    if last <= FEW:
        wrong = [str(each) for each in clock.drift(session, limit=3)]
        looked = "all tickets"
    else:
        ids = range(1, last + 1, max(1, last // SAMPLE))
        wrong = list(_stale(session, ids))
        looked = f"{len(ids)} of {last} tickets"
    message = "; ".join(wrong[:3]) if wrong else f"the queue says what the mail says ({looked})"
    yield Check("queue", not wrong, message, REBUILD)


def _stale(session: Session, ids: Sequence[int]) -> Iterator[str]:
    for each in facts.of_tickets(session, ids):
        if each.card is None:
            continue
        derived = desk.card_of(desk.judge(each))
        for name in ("awaiting_since", "due_at", "status", "sort_key"):
            if getattr(each.card, name) != derived[name]:
                yield f"ticket {each.ticket.id}: {name} is {getattr(each.card, name)}, the mail says {derived[name]}"


def _figures(_store: Store, session: Session) -> Iterator[Check]:
    """The counted days of response times against the messages, a sample of them; and the nightly fingerprints."""
    days = counting.some_days(session, most=DAYS_CHECKED)
    wrong = counting.wrong(session, days)
    shown = ", ".join(str(day) for day in wrong[:3])
    message = f"counted wrongly: {shown}" if wrong else f"{len(days)} counted days say what the messages say"
    yield Check("response times", not wrong, message, "`python -m services figures recount` counts all days anew.")
    broken = figure_prints.first_broken(session)
    if broken is not None:
        message = f"the fingerprint of {broken:%Y-%m-%d} does not fit the chain"
        yield Check("fingerprints", False, message, "Somebody or something changed it; compare with a backup.")
    found = prints.last_replay(session)
    if found is not None:
        about = f"the figures of {found.as_of:%Y-%m-%d} as known then"
        differ = f"{about} come out otherwise now: {', '.join(found.differ[:5])}"
        message = f"{about} come out the same" if found.same else differ
        yield Check("figures as known then", found.same, message, "Somebody changed stored facts; compare a backup.")


def _ledger(_store: Store, session: Session) -> Iterator[Check]:
    """The counts of the mail ledger against its rows, and whether any mail is unexplained."""
    wrong = mail_counts.wrong(session)
    for (mailbox_, folder, disposition, _), (stored, true) in list(wrong.items())[:3]:
        what = f"{mailbox_} {folder}".strip()
        message = f"{what}: {stored} mails are counted as {disposition or 'not read'}, there are {true}"
        yield Check("mail ledger", False, message, "`python -m services ledger reparse` counts them anew.")
    if wrong:
        return
    lines = ledger.lines(session)
    for line in lines:
        named = f", such as {', '.join(line.lost[:3])}" if line.lost else ""
        if line.unexplained:
            message = f"{line.mailbox}: {line.unexplained} mails are unexplained{named}"
            yield Check("mail ledger", False, message, "Run `python -m services.sync --once`; look again.")
    if not any(line.unexplained for line in lines):
        seen = sum(line.seen for line in lines)
        yield Check("mail ledger", True, f"{seen} mails, every one is ticketed, filed or set aside")


def _journal(_store: Store, session: Session) -> Iterator[Check]:
    checked, broken = journal.first_broken(session)
    if broken is None:
        yield Check("activity log", True, f"{checked} entries, all fit")
    else:
        what_to_do = "Somebody or something changed it; compare with a backup."
        yield Check("activity log", False, f"entry {broken} does not fit the chain", what_to_do)


def _sync(store: Store, session: Session) -> Iterator[Check]:
    if sync_status.is_working(store):
        yield Check("sync", True, "a sync process is at work")
        return
    states = streams.states(session).values()
    if not states:
        yield Check("sync", True, "nothing was read yet; `make run` or `python -m services.sync` starts it")
        return
    read = max((state.last_ok_at for state in states if state.last_ok_at), default=None)
    fresh = read is not None and settings.now() - read < sync_status.STALE_AFTER
    when = f"mail was last read {read:%Y-%m-%d %H:%M} UTC" if read else "nothing was read yet"
    yield Check("sync", fresh, f"no sync process is running; {when}", "Start `make run` or `python -m services.sync`.")


def _folders(loaded: Settings) -> Iterator[Check]:
    for name, account in loaded.accounts.items():
        if account.folder is None:
            continue
        path = account.folder.path
        label = f"folder of {name}"
        if loaded.is_sample and not path.exists():
            yield Check(label, True, "the sample is written when the sync first runs")
        elif not path.is_dir():
            yield Check(label, False, f"{path} is not there", f"Check path under [accounts.{name}.folder].")
        elif not os.access(path, os.R_OK | os.X_OK):
            yield Check(label, False, f"{path} cannot be read", "Give this user the right to read it.")
        else:
            inside = ", ".join(_inside(path, each) for each in ("mail", "reports", "sheets"))
            yield Check(label, True, f"{path}: {inside}")


def _inside(path: Path, name: str) -> str:
    inside = path / name
    if not inside.is_dir():
        return f"there is no {name}/ in it yet"
    return f"{name}/ is there" if os.access(inside, os.R_OK | os.X_OK) else f"warning: {name}/ may not be read"


def _mailboxes(loaded: Settings) -> Iterator[Check]:
    """Sign in to every mailbox once and open its folders for reading only; the time-outs are the sync's own."""
    boxes: dict[str, list[mailbox.MailFolder]] = {}
    for stream in mailbox.connect(loaded):
        boxes.setdefault(stream.box.name, []).append(stream)
    for folders in boxes.values():
        yield from _mailbox(folders[0].box, folders)


def _senders(loaded: Settings) -> Iterator[Check]:
    """Sign in to every mail server that replies leave by; nothing is sent."""
    for name, account in loaded.accounts.items():
        if account.smtp is None:
            continue
        outcome = send.probe(account.smtp)
        label = f"mail server of {name}"
        if outcome.kind == "accepted":
            signed_in = f"signed in to {account.smtp.host}:{account.smtp.port} ({account.smtp.security})"
            yield Check(label, True, f"{signed_in}; nothing was sent")
        else:
            advice = f"Check [accounts.{name}.smtp] in the settings file; replies wait until it works."
            yield Check(label, False, outcome.sentence.replace("accounts.…", f"accounts.{name}"), advice)


def _amazon(loaded: Settings) -> Iterator[Check]:
    """Each account's API access; not without the store, which keeps what may still be called."""
    if not any(account.sp_api for account in loaded.accounts.values()):
        return
    try:
        store = open_store(loaded.database_url.get_secret_value())
        found = [Check(each.name, each.ok, each.message, each.what_to_do) for each in amazon_access.look(store, loaded)]
    except (SQLAlchemyError, OSError, Unusable):
        found = [Check("Amazon's API", False, "not looked at without the store", "Mend the store first.")]
    yield from found


def _sheets(loaded: Settings) -> Iterator[Check]:
    """Each Google spreadsheet; not without the store, which keeps what may still be asked."""
    if not any(sheet.key for account in loaded.accounts.values() for sheet in account.sheets):
        return
    try:
        store = open_store(loaded.database_url.get_secret_value())
        yield from (Check(*each) for each in sheet_access.look(store, loaded))
    except (SQLAlchemyError, OSError, Unusable):
        yield Check("Google Sheets", False, "not looked at without the store", "Mend the store first.")


def _mailbox(box: Mailbox, folders: Sequence[mailbox.MailFolder]) -> Iterator[Check]:
    label = f"mailbox {box.name}"
    try:
        with imap.session(box, folders[0].tokens) as client:
            yield Check(label, True, f"signed in ({box.security})")
            for folder in folders:
                yield _folder_of(label, partial(imap.open_folder, client, box, folder.name), folder.name)
    except Within24Error as error:
        yield _trouble(label, error)
    except (IMAPClientError, OSError):
        yield Check(label, False, "the connection broke off", "Try again; it may pass by itself.")


def _folder_of(label: str, opened: Callable[[], imap.OpenFolder], name: str) -> Check:
    try:
        return Check(f"{label}, {name}", True, f"{opened().exists} mails, opened for reading only")
    except Within24Error as error:
        return _trouble(f"{label}, {name}", error)


def _trouble(label: str, error: Within24Error) -> Check:
    passes = "It is tried again by itself; look again if it lasts."
    return Check(label, False, str(error), error.what_to_do if isinstance(error, NeedsPerson) else passes)
