"""Report files in a folder: found, read once, read again when changed, and refused with a reason."""

from __future__ import annotations

import gzip
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.errors import NeedsPerson
from services.reports.base import Row
from services.sources import report_files
from services.sources.base import Batch, Problem, ReadAgain
from services.sources.report_files import ReportFiles
from tests import reports as made
from tests.reports import ORDER, OTHER, feedback, feedback_row, tsv

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "reports").mkdir()
    return tmp_path


def put(root: Path, name: str, content: str | bytes, mtime: float | None = None) -> Path:
    path = root / "reports" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    if mtime is not None:
        os.utime(path, (mtime, mtime))
    return path


def fetch(root: Path, cursor: str | None = None, now: datetime = NOW) -> list[Batch]:
    return list(ReportFiles("acme", root, ("US", "DE", "JP")).fetch(cursor, now))


def rows(batches: list[Batch]) -> list[Row]:
    return [row for batch in batches for row in batch.rows]


def problems(batches: list[Batch]) -> list[Problem]:
    return [problem for batch in batches for problem in batch.rejected]


def read(root: Path) -> tuple[list[Row], list[Problem]]:
    batches = fetch(root)
    return rows(batches), problems(batches)


def test_without_reports_there_is_one_quiet_batch(tmp_path: Path) -> None:
    (batch,) = fetch(tmp_path)
    assert (batch.rows, batch.rejected) == ((), ())
    assert fetch(tmp_path, batch.cursor)[0].cursor == batch.cursor


def test_a_missing_folder_needs_a_person(tmp_path: Path) -> None:
    with pytest.raises(NeedsPerson, match="is not there"):
        fetch(tmp_path / "gone")


def test_a_file_is_read_once_and_again_when_it_changes(root: Path) -> None:
    put(root, "a.txt", feedback("US", feedback_row()), mtime=1000)
    first = fetch(root)
    assert len(rows(first)) == 1
    cursor = first[-1].cursor
    (quiet,) = fetch(root, cursor)
    assert (quiet.rows, quiet.cursor) == ((), cursor)
    put(root, "a.txt", feedback("US", feedback_row(), feedback_row(OTHER)), mtime=2000)
    again = fetch(root, cursor)
    assert len(rows(again)) == 2
    assert ReadAgain("a.txt") in [fact for batch in again for fact in batch.facts]


def test_the_same_content_under_another_name_is_passed_over(root: Path) -> None:
    text = feedback("US", feedback_row(), ("a", "b"))
    for name in ("a.txt", "b.txt", "deep/er/c.dat"):
        put(root, name, text, mtime=1000)
    found, bad = read(root)
    assert len(found) == 1
    assert [problem.place for problem in bad] == ["a.txt:3"]


def test_older_files_come_first(root: Path) -> None:
    put(root, "a.txt", feedback("US", feedback_row(comment="new")), mtime=2000)
    put(root, "b.txt", feedback("US", feedback_row(comment="old")), mtime=1000)
    assert [row.values["comment"] for row in read(root)[0]] == ["old", "new"]


def test_a_stop_between_two_files_goes_on_with_the_second(root: Path) -> None:
    put(root, "a.txt", feedback("US", feedback_row()), mtime=1000)
    put(root, "b.txt", feedback("US", feedback_row(OTHER)), mtime=2000)
    whole = rows(fetch(root))
    for stop in range(1, len(fetch(root)) + 1):
        done = fetch(root)[:stop]
        rest = rows(fetch(root, done[-1].cursor))
        assert {str(row) for row in (*rows(done), *rest)} == {str(row) for row in whole}


def test_a_large_report_comes_in_bounded_batches_and_half_of_it_does_not_count_as_read(root: Path) -> None:
    ids = [f"114-{n:07}-7770001" for n in range(12_000)]
    put(root, "a.txt", tsv(made.FBA_RETURNS, [made.fba_return(order_id=each) for each in ids]))
    batches = fetch(root)
    assert max(len(batch.rows) for batch in batches) <= report_files.BATCH_ROWS
    assert [row.values["order_id"] for row in rows(batches)] == ids
    assert len(rows(fetch(root, batches[1].cursor))) == len(ids)
    assert fetch(root, batches[-1].cursor)[0].rows == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"hello\n", "none of the reports"),
        (os.urandom(2000), "none of the reports"),
        (b"PK\x03\x04" + b"x" * 500, "spreadsheet"),
        (b'{"errorDetails": "No permission"}', "No permission"),
        (gzip.compress(feedback("US", feedback_row()).encode())[:-9], "damaged or cut off"),
        (b"\x1f\x8b\x08 not really", "damaged or cut off"),
        (b'{"accountStatuses": []}', "neither a status nor a metric"),
    ],
)
def test_what_is_no_report_is_set_aside_with_its_beginning_and_a_reason(root: Path, content: bytes, words: str) -> None:
    put(root, "x.txt", content)
    put(root, "good.txt", feedback("US", feedback_row()))
    found, bad = read(root)
    assert len(found) == 1
    (problem,) = bad
    assert problem.place == "x.txt"
    assert words in problem.reason
    assert content.startswith(problem.raw)
    assert bool(problem.raw) == bool(content)


def test_ten_gigabytes_are_refused_by_their_size_without_being_read(root: Path) -> None:
    with (root / "reports" / "big.txt").open("wb") as file:
        file.truncate(10 * 1024**3)
    found, (problem,) = read(root)
    assert found == []
    assert "10.0 GB" in problem.reason
    assert len(problem.raw) <= 65536


def test_a_packed_file_that_unpacks_to_too_much_is_refused_before_a_row_is_kept(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_files, "LARGEST", 100_000)
    put(root, "a.gz", gzip.compress(feedback("US", *[feedback_row()] * 4000).encode()))
    found, (problem,) = read(root)
    assert found == []
    assert "more than" in problem.reason


@pytest.mark.parametrize("code", ["US", "DE", "JP"])
def test_packed_and_in_any_charset_a_report_is_the_same(root: Path, code: str) -> None:
    charset = {"US": "utf-16", "DE": "cp1252", "JP": "cp932"}[code]
    date = {"US": "11/20/26", "DE": "20.11.26", "JP": "26/11/20"}[code]
    comment = {"US": "don’t", "DE": "Größe", "JP": "とても遅い"}[code]
    text = feedback(code, feedback_row(date=date, comment=comment))
    put(root, "a.gz", gzip.compress(text.encode(charset)))
    ((row,), bad) = read(root)
    assert bad == []
    assert (row.values["comment"], row.values["marketplace"], str(row.values["day"])) == (comment, code, "2026-11-20")


def test_names_that_are_no_reports_are_passed_over(root: Path) -> None:
    for name in (".DS_Store", "~$a.xlsx", "a.txt.part", ".hidden/a.txt", "b.crdownload"):
        put(root, name, "x")
    assert read(root) == ([], [])


def test_links_are_followed_only_within_the_folder(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside") / "a.txt"
    outside.write_text(feedback("US", feedback_row()))
    (root / "reports" / "out.txt").symlink_to(outside)
    (root / "reports" / "gone.txt").symlink_to("nowhere")
    (root / "reports" / "loop").symlink_to(root / "reports")
    found, bad = read(root)
    assert found == []
    assert {problem.place for problem in bad} == {"out.txt", "gone.txt", "loop"}


def test_a_snapshot_is_as_old_as_its_file(root: Path) -> None:
    moment = datetime(2026, 11, 20, 6, tzinfo=UTC)
    put(
        root,
        "h.json",
        '{"accountStatuses": [{"marketplaceId": "ATVPDKIKX0DER", "status": "NORMAL"}]}',
        mtime=moment.timestamp(),
    )
    assert read(root)[0][0].values["taken_at"] == moment
    put(
        root,
        "h.json",
        '{"accountStatuses": [{"marketplaceId": "ATVPDKIKX0DER", "status": "AT_RISK"}]}',
        mtime=NOW.timestamp() + 9999,
    )
    assert read(root)[0][0].values["taken_at"] == NOW


def test_a_cursor_that_cannot_be_read_starts_anew(root: Path) -> None:
    put(root, "a.txt", feedback("US", feedback_row()))
    for cursor in ("", "{}", "[1]", "nonsense", '{"parser": 0, "files": {}}', '{"parser": 1}'):
        assert len(rows(fetch(root, cursor))) == 1


def test_the_order_of_a_row_is_the_orders_own(root: Path) -> None:
    put(root, "a.txt", feedback("US", feedback_row()))
    assert read(root)[0][0].values["order_id"] == ORDER
