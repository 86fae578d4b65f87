"""The mail of a reply: to a buyer's relay address only, plain text, one Re:, ids whole, the question below."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import Rejected
from services.outbox import compose
from services.outbox.compose import File, Letter

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TO = "k3x9q7m2w8r5tz+5f0c1d2e-1111-4222-8333-444455556666@marketplace.amazon.de"
LONG_ID = "<0102019abcde1234-7f6e5d4c-1111-2222-3333-444455556666-000000@eu-west-1.amazonses.com>"
PDF = File("invoice.pdf", b"%PDF-1.7 example")


def made(**more: Any) -> tuple[bytes, EmailMessage]:
    about = {"sender": "support@shop.example", "to_address": TO, "subject": "Re: Question", "body": "Hello"} | more
    raw = compose.mail(Letter(message_id="<1@shop.example>", **about), at=AT)
    found = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return raw, found


def test_it_goes_to_the_relay_address_with_its_case() -> None:
    assert made()[1]["To"] == TO


@pytest.mark.parametrize(
    "address",
    [
        "buyer@example.com",
        "k3x9q7m2w8r5tz@marketplace.amazon.com.evil.example",
        "donotreply@marketplace.amazon.de",
        "no-reply@amazon.de",
        "k3x9q7m2w8r5tz@marketplace.amazon.de, other@example.com",
        "k3x9q7m2w8r5tz@marketplace.amazon.de\r\nBcc: other@example.com",
        "",
        None,
    ],
)
def test_nothing_goes_to_any_other_address(address: str | None) -> None:
    with pytest.raises(Rejected, match="Answer it in Seller Central"):
        made(to_address=address)


@pytest.mark.parametrize(
    ("subject", "kept"),
    [
        ("Where is it?", "Re: Where is it?"),
        ("Re: Where is it?", "Re: Where is it?"),
        ("RE: AW: Re : Where is it?", "Re: Where is it?"),
        ("返信：どこ", "Re: どこ"),
        ("Where\r\nBcc: x@example.com", "Re: Where Bcc: x@example.com"),
        ("", "Re:"),
        ("Regarding Re: it", "Re: Regarding Re: it"),
    ],
)
def test_the_subject_is_kept_behind_one_re(subject: str, kept: str) -> None:
    assert compose.reply_subject(subject) == kept
    assert made(subject=kept)[1]["Subject"] == kept


def test_long_message_ids_stay_whole() -> None:
    other = LONG_ID.replace("0102", "0103")
    raw, mail = made(in_reply_to=LONG_ID, references=(other, LONG_ID))
    assert f"In-Reply-To: {LONG_ID}\r\n".encode() in raw
    assert mail["References"].split() == [other, LONG_ID]


def test_only_real_ids_are_referred_to_and_ten_at_most() -> None:
    many = [f"<{n}@example.com>" for n in range(20)]
    strange = [None, "no id", "<a b@c>", "<x@y>\r\nBcc: z", "<ü@y>"]
    assert compose.known_ids([*strange, *many, many[-1]]) == tuple(many[-10:])


def test_nothing_says_that_a_machine_wrote_it_and_nothing_tracks() -> None:
    raw, mail = made(files=(PDF,))
    assert {name.lower() for name in mail} == {
        *("from", "to", "subject", "date", "message-id", "mime-version", "content-type")
    }
    assert b"html" not in raw.lower()


def test_message_ids_are_new_and_of_the_senders_domain() -> None:
    two = {compose.new_message_id("Support@Shop.Example") for _ in range(2)}
    assert len(two) == 2
    assert all(each.endswith("@shop.example>") for each in two)


@pytest.mark.parametrize(
    ("written", "leaves"),
    [
        ("Hello\r\nworld\r", "Hello\nworld"),
        ("\n\nHello  \n\n\n\n\n\nworld\n", "Hello\n\n\nworld"),
        ("A\tB\x00\x07C\x85", "A BC"),
        ("\ud800Hello", "Hello"),
    ],
)
def test_paragraphs_are_as_amazon_wants_them(written: str, leaves: str) -> None:
    assert compose.tidy(written) == leaves


@given(st.text(max_size=500))
def test_tidy_words_have_at_most_two_blank_lines_and_stay_as_they_are(written: str) -> None:
    tidy = compose.tidy(written)
    assert "\n\n\n\n" not in tidy
    assert compose.tidy(tidy) == tidy


@given(st.text(max_size=2000), st.text(max_size=300))
def test_whatever_is_written_arrives_as_it_was(words: str, quoted: str) -> None:
    body = compose.with_quote(compose.tidy(words), quoted)
    raw, mail = made(body=body)
    assert mail.get_content().replace("\r\n", "\n") == body + "\n"
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


def test_the_buyers_message_stands_below_quoted() -> None:
    assert compose.with_quote("Hello", "Where\n\nis it?\r\n") == "Hello\n\n> Where\n>\n> is it?"
    assert compose.with_quote("Hello", " \n") == "Hello"


def test_files_keep_their_names_and_bytes() -> None:
    files = (File("Größe 寸法.pdf", b"%PDF" + bytes(range(256))), File("a.txt", b"line\r\n.\r\n"))
    found = list(made(files=files)[1].iter_attachments())
    assert [each.get_filename() for each in found] == ["Größe 寸法.pdf", "a.txt"]
    assert [each.get_payload(decode=True) for each in found] == [file.content for file in files]
    assert found[0].get_content_type() == "application/pdf"


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ([File("a.exe", b"MZ")], "a.exe cannot be attached"),
        ([File("page.html", b"<html>")], "cannot be attached"),
        ([File("noextension", b"x")], "cannot be attached"),
        ([File("a.pdf", b"MZ not a pdf")], "is not what its name says"),
        ([File("a.pdf", b"")], "is empty"),
        ([File("../a.pdf", b"%PDF")], "needs a name"),
        ([File("a\n.pdf", b"%PDF")], "needs a name"),
        ([File("a.pdf", b"%PDF" + b"x" * 10 * 1024 * 1024)], "10 MB"),
        ([File("a.pdf", b"%PDF" + b"x" * 30_000_000)], "28.6 MB"),
        ([File(f"{n}.pdf", b"%PDF" + b"x" * 2_000_000) for n in range(6)], "10 MB"),
        ([PDF] * 11, "10 are allowed"),
    ],
)
def test_files_that_amazon_would_not_take_are_refused_with_a_sentence(files: list[File], why: str) -> None:
    with pytest.raises(Rejected, match=why):
        compose.check_files(files)


@pytest.mark.parametrize(
    "file",
    [PDF, File("a.JPG", b"\xff\xd8\xff\xe0"), File("a.png", b"\x89PNG\r\n\x1a\n"), File("a.gif", b"GIF89a"),
     File("a.txt", b"x"), File("a.doc", b"\xd0\xcf\x11\xe0"), File("a.docx", b"PK\x03\x04")],
)
def test_allowed_files_pass(file: File) -> None:
    compose.check_files([file])
