"""Loading the sample seller moves its times exactly, once, and all or nothing."""

from __future__ import annotations

import mailbox
import re
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.sample import make
from data.sample.story import ANCHOR, Story
from services import sample
from services.mail.read import read

NOW = datetime(2027, 3, 2, 6, 41, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("state") / "sample"
    assert sample.materialise(target, NOW)
    return target


def raw_mails(folder: Path) -> dict[str, bytes]:
    """Every readable mail below a folder by Message-ID."""
    found = [path.read_bytes() for path in sorted(folder.glob("mail/recent/*.eml"))]
    for path in sorted(folder.glob("mail/*.mbox")):
        box = mailbox.mbox(path)
        found += [box.get_bytes(key) for key in box.keys()]  # noqa: SIM118
        box.close()
    return {str(message_from_bytes(raw)["Message-ID"]): raw for raw in found if b"\nMessage-ID: " in raw}


def test_every_mail_keeps_its_age_to_the_second(loaded: Path) -> None:
    after = raw_mails(loaded)
    before = {str(message_from_bytes(mail.raw)["Message-ID"]): mail.raw for mail in make.mails()}
    assert set(after) == set(before)
    for key, raw in before.items():
        old, new = message_from_bytes(raw), message_from_bytes(after[key])
        for name in ("Date", "Received"):
            for was, moved in zip(old.get_all(name, []), new.get_all(name, []), strict=True):
                ago = ANCHOR - parsedate_to_datetime(was.rpartition(";")[2])
                assert NOW - parsedate_to_datetime(moved.rpartition(";")[2]) == ago
                assert was.split()[-2:] == moved.split()[-2:] or was.split()[-1] == moved.split()[-1]


def test_the_weekday_that_a_date_names_is_the_right_one(loaded: Path) -> None:
    for raw in raw_mails(loaded).values():
        written = str(message_from_bytes(raw)["Date"])
        assert written.startswith(f"{parsedate_to_datetime(written):%a}, ")


def test_mbox_lines_and_the_days_named_in_notices_move_with_the_mail(loaded: Path) -> None:
    lines = re.findall(rb"^From mail@nordlicht.example (.*)$", (loaded / "mail" / "archive-3.mbox").read_bytes(), re.M)
    moments = [datetime.strptime(line.decode(), "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC) for line in lines]
    assert moments
    assert all(timedelta(days=2) < NOW - moment < timedelta(days=31) for moment in moments)
    named = 0
    for raw in raw_mails(loaded).values():
        mail = message_from_bytes(raw, policy=policy.default)
        body = "".join(str(part.get_content()) for part in mail.walk() if part.get_content_type() == "text/html")
        for day in re.findall(r"date:</b> (\d{4}-\d\d-\d\d)", body):
            named += 1
            assert abs(datetime.fromisoformat(day).date() - mail["Date"].datetime.date()) <= timedelta(days=1)
    assert named > 20


def test_nothing_but_times_changes(loaded: Path) -> None:
    before = make.files()
    unlike = re.compile(rb"\d{4}-\d\d-\d\d|\w{3}, \d{1,2} \w{3} \d{4} [\d:]{8}|(?m:^From mail@nordlicht.example .*$)")
    for name, content in before.items():
        assert unlike.sub(b"", (loaded / "mail" / name).read_bytes()) == unlike.sub(b"", content)


@given(st.integers(min_value=-2_000_000_000, max_value=2_000_000_000))
def test_moving_there_and_back_gives_the_same_bytes(seconds: int) -> None:
    raw = (
        b"From a@b.example Thu Jan  1 09:00:00 2026\nDate: Thu, 1 Jan 2026 09:00:00 -0800 (PST)\n"
        b"Received: by x; Wed, 31 Dec 2025 23:59:59 +0000 (UTC)\nX-Order: 111-2026011-0101010\n"
    )
    by = timedelta(seconds=seconds)
    assert sample.shift(sample.shift(raw, by), -by) == raw


def test_reports_keep_their_ages_and_the_form_of_their_days(loaded: Path) -> None:
    by = NOW - ANCHOR
    for name, content in make.report_files().items():
        moved_name, moved = sample.shift_report(name, content, by)
        assert (loaded / "reports" / moved_name).read_bytes() == moved
        assert sample.shift_report(moved_name, moved, -by) == (name, content)
    newest, _ = sample.shift_report(f"account-health-{ANCHOR:%Y-%m-%d}.json", b"", by)
    assert (loaded / "reports" / newest).stat().st_mtime == NOW.timestamp()


def test_the_products_own_reader_rejects_nothing_of_the_reports(loaded: Path) -> None:
    from services.settings import sample_accounts
    from services.sources.report_files import ReportFiles

    places = tuple(sample_accounts(loaded)["nordlicht"]["marketplaces"])
    batches = list(ReportFiles("nordlicht", loaded, places).fetch(None, NOW))
    assert [problem for batch in batches for problem in batch.rejected] == []
    tables = {row.table for batch in batches for row in batch.rows}
    assert tables == {"order", "item", "return", "feedback", "replacement", "finance", "health"}
    told = {row.values["order_id"] for batch in batches for row in batch.rows if row.table == "order"}
    asked = {talk.order for talk in Story().tell() if talk.order}
    assert asked <= told
    for batch in batches:
        for row in batch.rows:
            if row.table == "feedback":
                assert row.values["order_id"] in told
                assert row.values["day"] <= NOW.date()
            if row.table == "health":
                assert row.values["taken_at"] <= NOW


def test_a_second_load_changes_nothing(loaded: Path) -> None:
    before = {path: path.read_bytes() for path in loaded.rglob("*") if path.is_file()}
    assert sample.materialise(loaded, NOW + timedelta(days=3)) is False
    assert {path: path.read_bytes() for path in loaded.rglob("*") if path.is_file()} == before
    assert (loaded / ".loaded-at").read_text().strip() == NOW.isoformat()
    assert sorted(path.name for path in loaded.iterdir()) == [".loaded-at", "mail", "reports", "sheets"]


def test_a_load_that_fails_half_way_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, data: bytes) -> int:
        if self.suffix == ".mbox" and "3" in self.name:
            raise OSError(28, "No space left on device")
        return len(data)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="No space left"):
            sample.materialise(tmp_path / "sample", NOW)
    assert list(tmp_path.iterdir()) == []
    assert sample.materialise(tmp_path / "sample", NOW) is True


def test_somebody_elses_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "sample").mkdir()
    (tmp_path / "sample" / "mine.txt").write_text("mine")
    assert sample.materialise(tmp_path / "sample", NOW) is False
    assert [path.name for path in (tmp_path / "sample").iterdir()] == ["mine.txt"]


def test_loading_takes_less_than_two_seconds(tmp_path: Path) -> None:
    began = time.process_time()
    sample.materialise(tmp_path / "sample", NOW)
    assert time.process_time() - began < 2


def test_the_products_own_reader_finds_every_kind_name_order_and_word(loaded: Path) -> None:
    expected = {str(message_from_bytes(mail.raw)["Message-ID"]): mail for mail in make.mails()}
    wrong = []
    for key, raw in raw_mails(loaded).items():
        mail, told = read(raw, now=NOW), expected[key]
        if mail.kind != told.kind or mail.sent_at != NOW - (ANCHOR - told.sent):
            wrong.append((told.kind, mail.kind, mail.subject))
        elif told.kind in ("buyer_message", "reply_confirmation") and mail.buyer_name != told.name:
            wrong.append((told.kind, mail.buyer_name, told.name))
    assert wrong == []


@pytest.mark.parametrize("name", ["garbage.eml", "empty.eml"])
def test_the_two_broken_files_are_read_as_broken(loaded: Path, name: str) -> None:
    mail = read((loaded / "mail" / "recent" / name).read_bytes(), now=NOW)
    assert mail.kind == "broken"
    assert mail.problem
