"""Reads support mailboxes over IMAP: every mail of every configured folder, once, changing nothing there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, ProtocolError

from services.errors import RetryLater
from services.settings import Mailbox, Settings
from services.sources import imap
from services.sources.base import Batch, Memory, Source
from services.sources.mail_rows import (
    BATCH_BYTES,
    BATCH_MAILS,
    COMPARE_EVERY,
    PART_BYTES,
    WHOLE_BYTES,
    ArrivedMail,
    Held,
    Looked,
    date_hint,
    ranges,
)
from services.sources.oauth import AccessTokens

# imaplib refuses lines over 1 MB and SEARCH answers in one line: 50,000 UIDs of ten digits fit.
SEARCH_UIDS = 50_000
RECONNECTS = 10
REFUSED = "The mail server cannot hand over this mail; open it in the mailbox."


@dataclass
class _Reading:
    """How far one run has come; it outlives a dropped connection.

    Mails up to `careful_until` are asked for singly, because a connection dropped among them; `bad` ones
    dropped it even alone, and are handed over as unreadable so that the mails behind them are not held up.
    """

    uidvalidity: int
    last: int
    done: int = 0
    left: int = 0
    present: int = 0
    careful_until: int = 0
    asking: Sequence[int] = ()
    bad: set[int] = field(default_factory=set)

    @classmethod
    def resume(cls, cursor: str | None) -> _Reading:
        try:
            stored = json.loads(cursor or "{}")
            return cls(int(stored["uidvalidity"]), int(stored["last_uid"]))
        except (ValueError, TypeError, KeyError):
            return cls(0, 0)

    @property
    def cursor(self) -> str:
        return json.dumps({"uidvalidity": self.uidvalidity, "last_uid": self.last})

    @property
    def progress(self) -> tuple[int, int]:
        return self.done, self.done + self.left

    def opened(self, folder: imap.OpenFolder) -> None:
        """Another UIDVALIDITY means that the old UIDs say nothing any more: start again."""
        self.present, self.asking = folder.exists, ()
        if folder.uidvalidity != self.uidvalidity:
            self.uidvalidity, self.last, self.careful_until, self.bad = folder.uidvalidity, 0, 0, set()

    def dropped(self, trouble: Exception) -> None:
        """Remember what was being asked for when the connection dropped; a time-out is no mail's fault."""
        if not self.asking:
            return
        alone = len(self.asking) == 1 and self.asking[0] <= self.careful_until
        if alone and not isinstance(trouble, TimeoutError):
            self.bad.add(self.asking[0])
        self.careful_until = max([self.careful_until, *self.asking])

    def handed_over(self, uids: Sequence[int], rows: int) -> None:
        self.last = max([self.last, *uids])
        self.done, self.left = self.done + rows, self.left - len(uids)
        self.present -= len(uids) - rows
        self.asking = ()


@dataclass
class MailFolder:
    """One folder of one mailbox. The cursor is JSON: uidvalidity and last_uid."""

    account: str
    name: str
    box: Mailbox
    tokens: AccessTokens
    source: str = "mailbox"
    every: timedelta = timedelta(seconds=60)
    mode: Literal["merge", "replace"] = "merge"
    compared_at: datetime | None = None

    def fetch(self, cursor: str | None, now: datetime) -> Iterator[Batch]:
        """Yield the mails behind `cursor`, oldest first, and last what the folder holds, as `Looked`.

        Raises RetryLater if the server is not to be had, NeedsPerson for a refused sign-in or a lost folder.
        """
        reading = _Reading.resume(cursor)
        before: tuple[int, int] | None = None
        for _ in range(RECONNECTS):
            try:
                with imap.session(self.box, self.tokens) as client:
                    yield from self._read(client, reading, now)
                    return
            except (IMAPClientAbortError, OSError) as trouble:
                reading.dropped(trouble)
            except IMAPClientError:
                raise RetryLater(f"{self.box.host} gave no sensible answer about {self.name}") from None
            came_to = (reading.last, len(reading.bad))
            if came_to == before:
                break
            before = came_to
        raise RetryLater(f"The connection to {self.box.host} broke off while {self.name} was read")

    def _read(self, client: IMAPClient, reading: _Reading, now: datetime) -> Iterator[Batch]:
        opened = imap.open_folder(client, self.box, self.name)
        reading.opened(opened)
        reading.left, lists = _listed(client, _windows(reading.last + 1, opened))
        for uids in lists:
            for asked in _askings(uids, reading):
                yield from self._mails(client, reading, asked)
        yield self._batch(reading, [], [], self._held(client, reading, opened, now))

    def _held(self, client: IMAPClient, reading: _Reading, opened: imap.OpenFolder, now: datetime) -> Held | None:
        """What the server lists of the mails that were handed over, now and then."""
        if self.compared_at is not None and now - self.compared_at < COMPARE_EVERY:
            return None
        _, lists = _listed(client, _windows(1, opened))
        uids = ranges(uid for found in lists for uid in found if uid <= reading.last)
        self.compared_at = now
        return Held(uids=uids)

    def _mails(self, client: IMAPClient, reading: _Reading, uids: Sequence[int]) -> Iterator[Batch]:
        """The mails `uids`, in batches; one by one if the server refuses them together."""
        reading.asking = uids
        if reading.bad.issuperset(uids):
            yield self._set_aside(client, reading, uids)
            return
        try:
            facts = client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
            for group in _groups(uids, facts):
                reading.asking = group
                yield self._batch(reading, group, self._rows(client, reading, group, facts))
        except IMAPClientAbortError:
            raise
        except IMAPClientError as refusal:
            if imap.passes(refusal):
                raise RetryLater(f"{self.box.host} hands over no mail of {self.name} just now") from None
            yield from self._one_by_one(client, reading, [uid for uid in uids if uid > reading.last])

    def _one_by_one(self, client: IMAPClient, reading: _Reading, uids: Sequence[int]) -> Iterator[Batch]:
        if len(uids) == 1:
            reading.bad.update(uids)
        for uid in uids:
            yield from self._mails(client, reading, [uid])

    def _set_aside(self, client: IMAPClient, reading: _Reading, uids: Sequence[int]) -> Batch:
        there = [uid for uid in uids if _is_there(client, uid)]
        return self._batch(reading, uids, [self._unreadable(reading, uid) for uid in there])

    def _rows(self, client: IMAPClient, reading: _Reading, uids: Sequence[int],
              facts: dict[int, Any]) -> list[ArrivedMail]:
        """The mails of one group; those deleted since they were listed are left out."""
        whole = all(_size(facts.get(uid)) <= WHOLE_BYTES for uid in uids)
        item = "BODY[]" if whole else f"BODY[]<0.{PART_BYTES}>"
        answer = client.fetch(uids, [item.replace("BODY", "BODY.PEEK")])
        key = b"BODY[]" if whole else b"BODY[]<0>"
        rows = []
        for uid in uids:
            if key in answer.get(uid, {}):
                arrived = _utc(facts.get(uid, {}).get(b"INTERNALDATE"))
                raw = _bytes(answer[uid][key])
                rows.append(self._row(reading, uid, raw, complete=whole, received_at=arrived))
            elif _is_there(client, uid):
                rows.append(self._unreadable(reading, uid))
        return rows

    def _row(self, reading: _Reading, uid: int, raw: bytes, *, complete: bool = True,
             received_at: datetime | None = None, unreadable: str | None = None) -> ArrivedMail:
        return ArrivedMail(
            self.account, self.box.name, self.name, reading.uidvalidity, uid, "", raw, complete,
            received_at, date_hint(raw), unreadable,
        )

    def _unreadable(self, reading: _Reading, uid: int) -> ArrivedMail:
        return self._row(reading, uid, b"", complete=False, unreadable=REFUSED)

    def _batch(self, reading: _Reading, uids: Sequence[int], rows: list[ArrivedMail],
               held: Held | None = None) -> Batch:
        reading.handed_over(uids, len(rows))
        looked = Looked(self.box.name, self.name, reading.uidvalidity, reading.present, reading.left, held)
        return Batch(rows, reading.cursor, progress=reading.progress, facts=[looked])


def connect(settings: Settings, _memory: Memory | None = None) -> list[MailFolder]:
    """One stream per mailbox and folder; a mailbox that several accounts name is read once, for the first."""
    owners: dict[tuple[str, int, str], tuple[str, Mailbox, AccessTokens]] = {}
    streams: dict[tuple[tuple[str, int, str], str], MailFolder] = {}
    for name, account in settings.accounts.items():
        if account.mailbox is None:
            continue
        key = (account.mailbox.host.lower(), account.mailbox.port, account.mailbox.user.lower())
        owner, box, tokens = owners.setdefault(key, (name, account.mailbox, AccessTokens(account.mailbox)))
        for folder in account.mailbox.folders:
            known = "INBOX" if folder.upper() == "INBOX" else folder
            streams.setdefault((key, known), MailFolder(owner, known, box, tokens))
    return list(streams.values())


def _windows(first: int, opened: imap.OpenFolder) -> list[tuple[int, int | None]]:
    """UID ranges whose SEARCH answers stay small; None means up to the end."""
    if opened.uidnext is None or opened.exists <= SEARCH_UIDS:
        return [(first, None)]
    end = opened.uidnext
    return [(low, min(low + SEARCH_UIDS, end) - 1) for low in range(first, end, SEARCH_UIDS)]


def _listed(client: IMAPClient, windows: Sequence[tuple[int, int | None]]) -> tuple[int, Iterable[list[int]]]:
    """How many mails there are in the windows, and their UIDs: one window in memory at a time."""
    if len(windows) == 1:
        only = _search(client, windows[0])
        return len(only), [only]
    return sum(len(_search(client, window)) for window in windows), (_search(client, w) for w in windows)


def _search(client: IMAPClient, window: tuple[int, int | None]) -> list[int]:
    # "n:*" always gives the last mail, even if its UID is below n (RFC 3501, 6.4.8).
    first, last = window
    try:
        found = client.search(["UID", f"{first}:{'*' if last is None else last}"])
    except ValueError as nonsense:
        raise ProtocolError(str(nonsense)) from None
    return sorted(uid for uid in found if uid >= first)


def _is_there(client: IMAPClient, uid: int) -> bool:
    # The server tells of deletions with NOOP; before it, the mail may still be listed.
    client.noop()
    return bool(_search(client, (uid, uid)))


def _askings(uids: Sequence[int], reading: _Reading) -> Iterator[Sequence[int]]:
    """Cut into pieces of at most 200, and singly where a connection dropped."""
    at = 0
    while at < len(uids):
        step = 1 if uids[at] <= reading.careful_until else BATCH_MAILS
        yield uids[at:at + step]
        at += step


def _groups(uids: Sequence[int], facts: dict[int, Any]) -> Iterator[Sequence[int]]:
    """Cut where 16 MB are reached; a mail that is read only in part stands alone."""
    group: list[int] = []
    total = 0
    for uid in uids:
        size = _size(facts.get(uid))
        if group and total + size > BATCH_BYTES:
            yield group
            group, total = [], 0
        group.append(uid)
        total += size
    if group:
        yield group


def _size(facts: dict[bytes, Any] | None) -> int:
    size = (facts or {}).get(b"RFC822.SIZE", 0)
    return size if isinstance(size, int) else 0


def _bytes(value: object) -> bytes:
    # The client reads a short quoted answer as a number if it looks like one, and NIL as None.
    return value if isinstance(value, bytes) else b"" if value is None else str(value).encode()


def _utc(moment: object) -> datetime | None:
    try:
        return moment.astimezone(UTC) if isinstance(moment, datetime) and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


SOURCE = Source("mailbox", "Support mailbox", connect)
