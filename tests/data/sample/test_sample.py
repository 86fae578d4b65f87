"""The committed sample is what the generator writes, and its story is the one that demos rely on."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from statistics import median

import pytest

from data.sample import make
from data.sample.mails import Mail, Said, Talk
from data.sample.phrases import table
from data.sample.story import ANCHOR, DAYS, Story

FOLDER = Path(make.__file__).parent
KINDS = {
    "buyer_message", "amazon_cs_message", "reply_confirmation", "cancellation_request", "return_request",
    "refund_issued", "a_to_z_opened", "a_to_z_decision", "chargeback_opened", "chargeback_decision", "opt_out",
    "bounce", "order_notice", "fba_notice", "unknown_notice", "spam",
}  # fmt: skip
AMAZON = r"amazon\.(?:com|ca|co\.uk|de|fr|it|es|co\.jp)"
ALLOWED = re.compile(rf"(?:[\w-]+\.)*(?:{AMAZON}|amazonses\.com|example)")


@pytest.fixture(scope="module")
def mails() -> list[Mail]:
    return make.mails()


@pytest.fixture(scope="module")
def talks() -> list[Talk]:
    return Story().tell()


@pytest.fixture(scope="module")
def words(mails: list[Mail]) -> dict[bytes, str]:
    """Headers and decoded text of every mail."""
    return {mail.raw: words_of(message_from_bytes(mail.raw, policy=policy.default)) for mail in mails}


def digests(files: dict[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def answered(talk: Talk) -> list[tuple[Said, timedelta | None]]:
    """Each message that starts a clock with the time until the next answer."""
    pairs = []
    for at, said in enumerate(talk.said):
        if said.by != "agent":
            reply = next((later.at for later in talk.said[at:] if later.by == "agent"), None)
            pairs.append((said, reply and reply - said.at))
    return pairs


def words_of(mail: EmailMessage) -> str:
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*(f"{name}: {value}" for name, value in mail.items()), *map(str, parts)])


def test_what_is_committed_is_what_the_generator_writes_twice() -> None:
    root = FOLDER / "nordlicht" / "mail"
    committed = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    first = digests(make.files())
    assert first == digests(make.files())
    assert digests(committed) == first
    assert datetime.fromisoformat((FOLDER / "anchor.txt").read_text().strip()) == ANCHOR


def test_the_committed_reports_are_what_the_generator_writes_twice() -> None:
    root = FOLDER / "nordlicht" / "reports"
    first = digests(make.report_files())
    assert first == digests(make.report_files())
    assert digests({path.name: path.read_bytes() for path in root.iterdir()}) == first
    assert sum(map(len, make.report_files().values())) < 1_500_000


def test_the_committed_sheets_are_what_the_generator_writes_and_name_orders_of_the_reports() -> None:
    root = FOLDER / "nordlicht" / "sheets"
    made = make.sheet_files()
    assert {path.name: path.read_bytes() for path in root.iterdir()} == made
    orders = b"".join(content for name, content in make.report_files().items() if name.startswith("orders"))
    named = [line.split(b",")[0] for content in made.values() for line in content.splitlines()[1:]]
    assert len(named) > 12
    assert [order for order in named if order not in orders] == []


def test_merchant_returns_wait_for_a_hand_and_one_for_its_money() -> None:
    lines = make.report_files()["merchant-returns.txt"].decode().splitlines()
    rows = [dict(zip(lines[0].split("\t"), line.split("\t"), strict=True)) for line in lines[1:]]
    by_hand = [row["Return request date"] for row in rows if row["Return request status"] == "Pending"]
    assert by_hand == ["14-Jan-2026", "15-Jan-2026"]
    assert [row["Refunded Amount"] for row in rows if row["Return delivery date"]] == [""]
    assert len({row["Order ID"] for row in rows}) == len(rows)


def test_the_folder_is_small(mails: list[Mail]) -> None:
    assert sum(map(len, make.files().values())) < 4_000_000
    assert 800 < len(mails) < 1_050


def test_every_kind_of_mail_is_there(mails: list[Mail]) -> None:
    kinds = Counter(mail.kind for mail in mails)
    assert set(kinds) == KINDS
    assert kinds["unknown_notice"] == kinds["spam"] == 2


def test_no_domain_is_named_but_amazons_and_example(mails: list[Mail], words: dict[bytes, str]) -> None:
    named = set()
    for mail in mails:
        text = words[mail.raw].lower()
        named |= set(re.findall(r"(?:@|//)([\w.-]+)", text))
        named |= set(re.findall(r"\b((?:[\w-]+\.)+(?:com|net|org|info|io|de|fr|eu|uk|jp))\b", text))
    strangers = {host for host in named if not ALLOWED.fullmatch(host.rstrip("."))}
    assert strangers == set()
    assert any(host.startswith("marketplace.amazon.com.evil") for host in named)


def test_all_mails_lie_within_the_three_months_before_now(mails: list[Mail]) -> None:
    assert all(ANCHOR - timedelta(days=DAYS + 1) < mail.sent <= ANCHOR for mail in mails)
    for mail in mails:
        head = message_from_bytes(mail.raw, policy=policy.default)
        assert head["Date"].datetime == mail.sent


def test_no_line_of_a_mail_looks_like_the_start_of_another(mails: list[Mail]) -> None:
    assert not any(b"\nFrom " in mail.raw for mail in mails)


def test_conversations_are_told_in_order_and_have_one_to_six_messages(talks: list[Talk]) -> None:
    for talk in talks:
        times = [said.at for said in talk.said]
        assert times == sorted(times)
        assert 1 <= len(times) <= 6


def test_response_times_are_those_of_a_busy_small_team(talks: list[Talk]) -> None:
    done = [(said, took) for talk in talks for said, took in answered(talk) if took]
    hours = [took / timedelta(hours=1) for _, took in done]
    assert 6 <= median(hours) <= 8
    assert 0.91 <= sum(hour <= 24 for hour in hours) / len(hours) <= 0.95
    ill = [took / timedelta(hours=1) for said, took in done if 32 < (ANCHOR - said.at) / timedelta(days=1) < 39]
    assert median(ill) > 1.6 * median(hours)
    weekend = [took / timedelta(hours=1) for said, took in done if said.at.weekday() >= 5]
    assert median(weekend) > 1.2 * median(hours)


def test_what_waits_at_now_is_late_soon_due_or_fine(talks: list[Talk]) -> None:
    unanswered = [[said.at for said, took in answered(talk) if took is None] for talk in talks]
    waiting = [ANCHOR - min(times) for times in unanswered if times]
    day, forgotten = timedelta(hours=24), [age for age in waiting if age > timedelta(days=30)]
    left = [day - age for age in waiting if age <= timedelta(hours=34)]
    assert len(forgotten) == 3
    assert len(left) + len(forgotten) == len(waiting)
    assert len(left) == 55
    late = [-time for time in left if time < timedelta(0)]
    assert len(late) == 6
    assert min(late) < timedelta(minutes=21)
    assert max(late) > timedelta(hours=9)
    soon = [time for time in left if timedelta(0) <= time < timedelta(hours=4)]
    assert len(soon) == 12
    assert timedelta(minutes=10) < min(soon) < timedelta(minutes=11)
    assert timedelta(hours=23, minutes=50) < max(left) < timedelta(hours=23, minutes=51)


def test_a_message_that_was_delivered_more_than_once_keeps_its_amazon_id(
    mails: list[Mail], words: dict[bytes, str]
) -> None:
    found: dict[str, list[bytes]] = {}
    for mail in mails:
        if mail.kind == "buyer_message":
            for message in set(re.findall(r"no-response-needed\?t=A0\w{19}&m=(A0\w{19})&mp", words[mail.raw])):
                found.setdefault(message, []).append(mail.raw)
    several = [copies for copies in found.values() if len(copies) > 1]
    assert sorted(map(len, several)) == [2, 2, 3, 3, 4, 4]
    for copies in several:
        assert len({message_from_bytes(raw)["Message-ID"] for raw in copies}) == len(copies)


@pytest.mark.parametrize(("lang", "least"), [("en", 150), ("de", 90), ("fr", 50), ("it", 20), ("es", 20), ("ja", 20)])
def test_buyers_of_each_language_do_not_repeat_each_other(talks: list[Talk], lang: str, least: int) -> None:
    texts = [said.text for talk in talks if talk.lang == lang for said in talk.said if said.by == "buyer"]
    assert len(set(texts)) >= least
    assert len(set(texts)) > 0.85 * len(texts)


@pytest.mark.parametrize("lang", ["en", "de", "fr", "it", "es", "ja"])
def test_each_language_has_more_than_forty_combinations_and_an_answer_to_each_question(lang: str) -> None:
    phrases = table(lang)
    topics = {name: kinds for name, kinds in phrases.items() if "+" in kinds}
    assert sum(len(kinds["?"]) * (1 + len(kinds["+"])) for kinds in topics.values()) > 40
    for name, kinds in phrases.items():
        if name in topics or name.startswith("more:"):
            assert ">" in kinds or all(" | " in line for line in kinds["?"]), name


def test_attachments_open_as_what_they_say(mails: list[Mail]) -> None:
    files = [
        (part.get_filename(), part.get_content())
        for mail in mails
        for part in message_from_bytes(mail.raw, policy=policy.default).walk()
        if part.get_content_disposition() == "attachment"
    ]
    assert "Rücksendebeleg März.pdf" in [name for name, _ in files]
    for name, content in files:
        assert content.startswith(b"%PDF-1." if name.endswith(".pdf") else b"\xff\xd8\xff")
