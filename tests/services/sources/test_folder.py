"""The folder source: every file below mail/ and every mbox entry is one row, whatever is in it."""

from __future__ import annotations

import json
import mailbox as stdlib_mailbox
import os
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import NeedsPerson
from services.settings import Account, Folder, Settings
from services.sources import folder, mbox
from services.sources.base import Batch
from services.sources.mail_rows import ArrivedMail, Looked
from tests.servers.tools import open_folder

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
A = b"Date: Thu, 19 Nov 2026 10:00:00 +0000\nSubject: a\n\nWhere is it?\n"
B = b"Date: Wed, 18 Nov 2026 10:00:00 +0000\nSubject: b\n\nThanks\n"
SEPARATOR = b"From ann@example.com Thu Nov 19 10:00:00 2026\n"
NO_FILE = "This is neither a file nor a folder, or it is a link to a folder; it is not read."
EMPTY_MBOX = "This file is empty."


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "mail").mkdir()
    return tmp_path


def put(root: Path, name: str, content: bytes, mtime: int = 1_700_000_000) -> Path:
    """Write a file below mail/, dated so that every later change shows."""
    file = root / "mail" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    os.utime(file, (mtime, mtime))
    return file


def as_mbox(*mails: bytes) -> bytes:
    return b"".join(SEPARATOR + mail + b"\n" for mail in mails)


def stream(root: Path) -> folder.MailFiles:
    settings = Settings(accounts={"acme": Account(marketplaces=("DE",), folder=Folder(path=root))})
    found = [stream for stream in folder.connect(settings, None) if isinstance(stream, folder.MailFiles)]
    return found[0]


def read(root: Path, cursor: str | None = None) -> tuple[list[ArrivedMail], str | None, Looked]:
    batches: list[Batch] = list(stream(root).fetch(cursor, NOW))
    return [row for batch in batches for row in batch.rows], batches[-1].cursor, batches[-1].facts[0]


def keys(rows: list[ArrivedMail]) -> list[tuple[str, int, int]]:
    return [(row.path, row.uidvalidity, row.uid) for row in rows]


def test_every_file_is_one_row_in_the_order_of_its_date(root: Path) -> None:
    put(root, "z/newer.eml", A)
    put(root, "older.EML", B)
    put(root, "undated.eml", b"Subject: x\n\ny")
    rows, _, looked = read(root)
    assert keys(rows) == [("mail/older.EML", 0, 0), ("mail/z/newer.eml", 0, 0), ("mail/undated.eml", 0, 0)]
    assert [row.raw for row in rows] == [B, A, b"Subject: x\n\ny"]
    first = rows[0]
    assert (first.account, first.mailbox, first.folder) == ("acme", "folder:acme", "")
    assert first.date_hint == datetime(2026, 11, 18, 10, tzinfo=UTC)
    assert looked == Looked("folder:acme", "", 0, present=3, missing=0)


def test_files_of_the_same_date_come_by_path(root: Path) -> None:
    for name in ("b.eml", "a.eml", "c.mbox"):
        put(root, name, as_mbox(A) if name.endswith("mbox") else A)
    assert [row.path for row in read(root)[0]] == ["mail/a.eml", "mail/b.eml", "mail/c.mbox"]


def test_an_mbox_is_one_row_per_entry_even_for_empty_and_identical_ones(root: Path) -> None:
    put(root, "all.mbox", as_mbox(A, A, b"", B))
    rows, _, looked = read(root)
    assert keys(rows) == [("mail/all.mbox", 0, index) for index in range(4)]
    assert [row.raw for row in rows] == [A, A, b"", B]
    assert [row.unreadable for row in rows] == [None, None, "This entry of the mbox file is empty.", None]
    assert looked.present == 4


def test_the_second_look_finds_nothing_new_and_opens_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(root, "a.eml", A)
    put(root, "all.mbox", as_mbox(A, B))
    put(root, "readme.txt", b"hello")
    _, cursor, before = read(root)

    def no_open(*args: object, **kwargs: object) -> None:
        raise AssertionError("an unchanged file was opened again")

    monkeypatch.setattr(Path, "open", no_open)
    rows, again, looked = read(root, cursor)
    assert rows == []
    assert again == cursor
    assert looked == before
    assert looked.present == 4


def test_a_new_file_is_read_the_next_time(root: Path) -> None:
    put(root, "a.eml", A)
    _, cursor, _ = read(root)
    put(root, "b.eml", B)
    rows, _, looked = read(root, cursor)
    assert keys(rows) == [("mail/b.eml", 0, 0)]
    assert looked.present == 2


def test_changed_content_is_a_new_generation_and_a_mere_touch_is_not(root: Path) -> None:
    put(root, "a.eml", A[:-9])
    _, cursor, _ = read(root)
    put(root, "a.eml", A[:-9], mtime=1_700_000_100)
    rows, cursor, _ = read(root, cursor)
    assert rows == []
    put(root, "a.eml", A, mtime=1_700_000_200)
    rows, cursor, looked = read(root, cursor)
    assert keys(rows) == [("mail/a.eml", 1, 0)]
    assert rows[0].raw == A
    assert looked.present == 1
    put(root, "a.eml", B, mtime=1_700_000_300)
    assert keys(read(root, cursor)[0]) == [("mail/a.eml", 2, 0)]


def test_a_deleted_file_that_comes_back_is_new_only_if_its_content_is(root: Path) -> None:
    file = put(root, "today.eml", A)
    _, cursor, _ = read(root)
    file.unlink()
    rows, cursor, looked = read(root, cursor)
    assert (rows, looked.present) == ([], 0)
    put(root, "today.eml", A, mtime=1_700_000_100)
    rows, cursor, looked = read(root, cursor)
    assert (rows, looked.present) == ([], 1)
    put(root, "today.eml", B, mtime=1_700_000_200)
    assert keys(read(root, cursor)[0]) == [("mail/today.eml", 1, 0)]


def test_an_mbox_that_grew_hands_over_only_its_new_entries(root: Path) -> None:
    put(root, "all.mbox", as_mbox(A, B))
    _, cursor, _ = read(root)
    put(root, "all.mbox", as_mbox(A, B, A, B), mtime=1_700_000_100)
    rows, cursor, looked = read(root, cursor)
    assert keys(rows) == [("mail/all.mbox", 0, 2), ("mail/all.mbox", 0, 3)]
    assert [row.raw for row in rows] == [A, B]
    assert looked.present == 4
    put(root, "all.mbox", as_mbox(A, B, A, B, A), mtime=1_700_000_200)
    assert keys(read(root, cursor)[0]) == [("mail/all.mbox", 0, 4)]


@pytest.mark.parametrize("later", [
    as_mbox(B),
    as_mbox(B, A),
    as_mbox(A, A + b"more", B),
    as_mbox(A, A, B),
])
def test_an_mbox_that_was_rewritten_is_a_new_generation(root: Path, later: bytes) -> None:
    put(root, "all.mbox", as_mbox(A, B))
    _, cursor, _ = read(root)
    put(root, "all.mbox", later, mtime=1_700_000_100)
    rows, _, looked = read(root, cursor)
    assert {row.uidvalidity for row in rows} == {1}
    assert len(rows) == looked.present == later.count(SEPARATOR)


def test_an_mbox_caught_half_written_is_read_again_whole(root: Path) -> None:
    whole = as_mbox(A, B)
    put(root, "all.mbox", whole[:-4])
    _, cursor, _ = read(root)
    put(root, "all.mbox", whole, mtime=1_700_000_100)
    rows, _, _ = read(root, cursor)
    assert keys(rows) == [("mail/all.mbox", 1, 0), ("mail/all.mbox", 1, 1)]
    assert rows[1].raw == B


def test_an_empty_mbox_is_a_row_and_what_is_written_to_it_later_is_read(root: Path) -> None:
    put(root, "all.mbox", b"")
    rows, cursor, looked = read(root)
    assert [(row.uid, row.raw, row.unreadable) for row in rows] == [(0, b"", EMPTY_MBOX)]
    assert looked.present == 1
    put(root, "all.mbox", b"", mtime=1_700_000_100)
    rows, cursor, _ = read(root, cursor)
    assert rows == []
    put(root, "all.mbox", as_mbox(A), mtime=1_700_000_200)
    rows, _, _ = read(root, cursor)
    assert [(row.uidvalidity, row.uid, row.raw) for row in rows] == [(1, 0, A)]


def test_what_is_no_mail_file_is_a_row_with_its_bytes_and_a_reason(root: Path) -> None:
    put(root, "photo.jpg", b"\xff\xd8")
    put(root, ".DS_Store", b"x")
    put(root, "empty.eml", b"")
    rows, _, looked = read(root)
    assert {row.path: (row.raw, row.unreadable) for row in rows} == {
        "mail/photo.jpg": (b"\xff\xd8", "This is no mail file: only .eml and .mbox files are read."),
        "mail/.DS_Store": (b"x", "This is no mail file: only .eml and .mbox files are read."),
        "mail/empty.eml": (b"", EMPTY_MBOX),
    }
    assert looked.present == 3


def test_a_folder_called_like_a_mail_is_just_a_folder(root: Path) -> None:
    put(root, "x.eml/inside.eml", A)
    assert keys(read(root)[0]) == [("mail/x.eml/inside.eml", 0, 0)]


def test_links_are_followed_inside_the_folder_only(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.eml"
    secret.write_bytes(b"Subject: secret\n\nnot yours")
    real = put(root, "real.eml", A)
    (root / "mail" / "inside.eml").symlink_to(real)
    (root / "mail" / "outside.eml").symlink_to(secret)
    (root / "mail" / "outside").symlink_to(secret.parent)
    (root / "mail" / "up.eml").symlink_to("../../" + root.name + "/../" + "elsewhere.eml")
    (root / "mail" / "round").symlink_to(root / "mail")
    (root / "mail" / "loop.eml").symlink_to("loop.eml")
    rows, cursor, looked = read(root)
    assert {row.path: (row.raw, row.unreadable) for row in rows} == {
        "mail/real.eml": (A, None),
        "mail/inside.eml": (A, None),
        "mail/outside.eml": (b"", "This link leads out of the folder, so it is not followed."),
        "mail/outside": (b"", "This link leads out of the folder, so it is not followed."),
        "mail/up.eml": (b"", "This link leads nowhere."),
        "mail/round": (b"", NO_FILE),
        "mail/loop.eml": (b"", "This link leads nowhere."),
    }
    assert looked.present == 7
    assert read(root, cursor)[0] == []


def test_mail_itself_as_a_link_out_of_the_folder_is_not_followed(
        tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (tmp_path_factory.mktemp("elsewhere") / "secret.eml").write_bytes(A)
    (tmp_path / "mail").symlink_to(tmp_path_factory.getbasetemp())
    assert [(row.path, row.raw) for row in read(tmp_path)[0]] == [("mail", b"")]


def test_a_broken_link_that_is_mended_is_read(root: Path) -> None:
    (root / "mail" / "x.eml").symlink_to("later.txt")
    rows, cursor, _ = read(root)
    assert rows[0].unreadable == "This link leads nowhere."
    put(root, "later.txt", A)
    rows, _, _ = read(root, cursor)
    assert ("mail/x.eml", 1, 0) in keys(rows)
    assert A in [row.raw for row in rows]


def test_a_pipe_does_not_hang_the_sync(root: Path) -> None:
    os.mkfifo(root / "mail" / "pipe.eml")
    assert read(root)[0][0].unreadable == NO_FILE


@contextmanager
def as_nobody() -> Iterator[None]:
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_files_and_folders_without_permission_are_rows_and_are_read_once_they_may_be() -> None:
    with open_folder("w24-mail-") as root:
        put(root, "closed.eml", A)
        put(root, "closed.mbox", as_mbox(A, B))
        put(root, "closed/inside.eml", B)
        for name, mode in (("closed.eml", 0), ("closed.mbox", 0), ("closed", 0)):
            (root / "mail" / name).chmod(mode)
        with as_nobody():
            rows, cursor, looked = read(root)
            again = read(root, cursor)[0]
        assert {row.path: row.unreadable for row in rows} == dict.fromkeys(
            ("mail/closed", "mail/closed.eml", "mail/closed.mbox"), "This file may not be read: permission denied.")
        assert (looked.present, again) == (3, [])
        (root / "mail" / "closed").chmod(0o755)
        (root / "mail" / "closed.eml").chmod(0o644)
        (root / "mail" / "closed.mbox").chmod(0o644)
        with as_nobody():
            rows, cursor, looked = read(root, cursor)
        assert sorted(keys(rows)) == [("mail/closed.eml", 1, 0), ("mail/closed.mbox", 1, 0),
                                      ("mail/closed.mbox", 1, 1), ("mail/closed/inside.eml", 0, 0)]
        assert looked.present == 4
        assert read(root, cursor)[0] == []


def test_file_names_that_are_no_utf8_do_not_stop_the_sync(root: Path) -> None:
    name = os.fsencode(root / "mail") + b"/gr\xfc\xdfe.eml"
    with open(name, "wb") as file:  # noqa: PTH123
        file.write(A)
    rows, cursor, _ = read(root)
    assert [(row.path, row.raw) for row in rows] == [("mail/gr\\xfc\\xdfe.eml", A)]
    assert read(root, cursor)[0] == []


def test_a_missing_folder_needs_a_person_and_a_missing_mail_folder_does_not(tmp_path: Path) -> None:
    assert read(tmp_path)[0] == []
    with pytest.raises(NeedsPerson, match="is not there") as caught:
        read(tmp_path / "gone")
    assert "[accounts.acme.folder]" in caught.value.what_to_do


def test_only_the_last_batch_moves_the_cursor_and_a_stopped_pass_is_repeated(root: Path) -> None:
    put(root, "first.eml", B)
    _, cursor, _ = read(root)
    for number in range(450):
        put(root, f"{number:03}.eml", A + str(number).encode())
    batches = stream(root).fetch(cursor, NOW)
    half = [next(batches)]
    batches.close()
    assert half[0].cursor == cursor
    again = list(stream(root).fetch(half[0].cursor, NOW))
    assert [len(batch.rows) for batch in again] == [200, 200, 50]
    assert [batch.cursor == cursor for batch in again] == [True, True, False]
    assert half[0].rows == again[0].rows
    assert again[-1].progress == (450, 450)
    assert read(root, again[-1].cursor)[0] == []


def test_batches_and_huge_files_are_bounded(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (folder, mbox):
        monkeypatch.setattr(module, "WHOLE_BYTES", 5_000)
        monkeypatch.setattr(module, "PART_BYTES", 1_000)
    monkeypatch.setattr(folder, "BATCH_BYTES", 6_000)
    huge = A + b"x" * 6_000
    put(root, "1.eml", huge)
    put(root, "2.mbox", as_mbox(huge, A))
    put(root, "3.bin", huge)
    for number in range(4, 8):
        put(root, f"{number}.eml", A + b"x" * 4_000)
    batches = list(stream(root).fetch(None, NOW))
    rows = [row for batch in batches for row in batch.rows]
    assert [(row.path, row.uid, len(row.raw)) for row in rows if not row.complete] == [
        ("mail/1.eml", 0, 1000), ("mail/2.mbox", 0, 1000), ("mail/3.bin", 0, 1000)]
    assert len(rows) == 8
    assert all(sum(len(row.raw) for row in batch.rows) <= 6_000 for batch in batches)
    put(root, "1.eml", huge[:-1] + b"y", mtime=1_700_000_100)
    assert keys(read(root, batches[-1].cursor)[0]) == [("mail/1.eml", 1, 0)]


def test_memory_does_not_grow_with_an_mbox(root: Path) -> None:
    with (root / "mail" / "big.mbox").open("wb") as file:
        for _ in range(40):
            file.write(SEPARATOR + A + (b"x" * 900 + b"\n") * 2_400 + b"\n")
    tracemalloc.start()
    try:
        assert sum(len(batch.rows) for batch in stream(root).fetch(None, NOW)) == 40
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 45_000_000, "85 MB of mail must not all be in memory"


@pytest.mark.parametrize("cursor", ["", "nonsense", "[]", "null", '{"mail/a.eml": "x"}', '{"mail/a.eml": []}'])
def test_a_cursor_that_cannot_be_read_means_from_the_start(root: Path, cursor: str) -> None:
    put(root, "a.eml", A)
    assert len(read(root, cursor)[0]) == 1


def test_the_cursor_is_small_json(root: Path) -> None:
    put(root, "a.eml", A)
    put(root, "all.mbox", as_mbox(A, B))
    stored = json.loads(read(root)[1] or "")
    assert stored["mail/a.eml"][:2] == [len(A), 1_700_000_000 * 10**9]
    assert stored["mail/all.mbox"][4] == 2


def split(content: bytes) -> list[bytes]:
    return [entry.raw for entry in mbox.entries(BytesIO(content), len(content))]


@pytest.mark.parametrize(("content", "expected"), [
    (b"", []),
    (b"\n\n\n", []),
    (as_mbox(A), [A]),
    (SEPARATOR + A, [A]),
    (as_mbox(A, B).replace(b"\n", b"\r\n"), [A.replace(b"\n", b"\r\n"), B.replace(b"\n", b"\r\n")]),
    (as_mbox(A + b"\n\n"), [A + b"\n\n"]),
    (as_mbox(A + b">From here\n"), [A + b">From here\n"]),
    (as_mbox(A + b"From inside\n"), [A + b"From inside\n"]),
    (as_mbox(A + b"\nFrom our side all is well\nsaid she\n"), [A + b"\nFrom our side all is well\nsaid she\n"]),
    (b"From ann\n" + A + b"\nFrom ben\n" + B, [A, B]),
    (SEPARATOR + A + SEPARATOR + B, [A, B]),
    (SEPARATOR + A + b"\n" + SEPARATOR + b"\xff\x00 no header\n", [A, b"\xff\x00 no header\n"]),
    (b"\n\n" + as_mbox(A), [A]),
    (A, [A]),
    (b"garbage\n\n" + as_mbox(A), [b"garbage\n", A]),
    (SEPARATOR + SEPARATOR, [b"", b""]),
    (SEPARATOR + b"\n" + SEPARATOR + A, [b"", A]),
    (SEPARATOR.rstrip(), [b""]),
])
def test_an_mbox_is_split_byte_for_byte(content: bytes, expected: list[bytes]) -> None:
    assert split(content) == expected


def test_a_line_longer_than_the_buffer_is_not_split(root: Path) -> None:
    long = A + b"x" * (mbox.LINE_BYTES * 2) + b"From ann@example.com Thu Nov 19 10:00:00 2026\n"
    assert split(as_mbox(long, B)) == [long, B]


def test_a_file_that_grows_while_it_is_read_is_read_up_to_where_it_was() -> None:
    content = as_mbox(A, B)
    assert [entry.raw for entry in mbox.entries(BytesIO(content + as_mbox(A)), len(content))] == [A, B]


LINES = st.lists(st.sampled_from(
    [b"", b"x", b"From here on", b">From there", SEPARATOR.strip(), b"Subject: y", b"\xff\x00", b"\x85"]))


@given(st.lists(LINES.map(lambda lines: b"Subject: x\n\n" + b"\n".join(lines) + b"\n"), max_size=6))
def test_what_the_standard_library_writes_is_split_as_it_reads_it(
        tmp_path_factory: pytest.TempPathFactory, mails: list[bytes]) -> None:
    file = tmp_path_factory.mktemp("mbox") / "x.mbox"
    box = stdlib_mailbox.mbox(file)
    for mail in mails:
        box.add(mail)
    box.flush()
    written = [box.get_bytes(key) for key in box.keys()]  # noqa: SIM118
    box.close()
    content = file.read_bytes()
    assert split(content) == written
