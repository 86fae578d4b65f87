"""Taking a mail apart, however damaged it is."""

from datetime import UTC, datetime

import pytest

from services.mail.mime import MAX_BYTES, TooDamaged, addresses, authentication, date, open_mail
from tests import mails

HEAD = b"From: a@b.example\r\nDate: Fri, 20 Nov 2026 09:30:00 +0000\r\n"


def nested(depth):
    lines = [b"From: a@b.example", b'Content-Type: multipart/mixed; boundary="b0"', b""]
    for level in range(depth):
        lines += [b"--b%d" % level, b'Content-Type: multipart/mixed; boundary="b%d"' % (level + 1), b""]
    return b"\r\n".join(lines)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "empty"),
        (b"\r\n \0\r\n", "empty"),
        (nested(1500), "nested parts"),
        (HEAD + b"\r\n" + b"x" * MAX_BYTES, "40 MB"),
        (HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 2000, "parts"),
    ],
    ids=["empty", "blank", "nested", "huge", "many"],
)
def test_what_must_not_be_taken_apart_is_refused_with_a_reason(raw, says):
    with pytest.raises(TooDamaged, match=says):
        open_mail(raw)


def test_ordinary_nesting_is_read():
    assert open_mail(nested(20)).parts is not None


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ('"Alex Example" <A@B.example>', [("Alex Example", "a@b.example")]),
        ("a@b.example (Alex)", [("Alex", "a@b.example")]),
        ('"a@marketplace.amazon.com" <x@evil.example>', [("a@marketplace.amazon.com", "x@evil.example")]),
        ('"Example, Alex" <a@b.example>, c@d.example', [("Example, Alex", "a@b.example"), ("", "c@d.example")]),
        ("=?utf-8?Q?J=C3=BCrgen?= <a@b.example>", [("Jürgen", "a@b.example")]),
        (", , <>,x@", []),
        ("", []),
    ],
)
def test_addresses_are_read_and_never_taken_from_a_display_name(value, found):
    assert addresses(value) == found


@pytest.mark.parametrize(
    ("value", "when"),
    [
        ("Fri, 20 Nov 2026 09:30:00 +0000", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("Fri, 20 Nov 2026 18:30:00 +0900 (JST)", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("20 Nov 2026 09:30:00", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("Fri, 20 Nov 2026 09:30:00 -0000", datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        ("yesterday", None),
        ("Fri, 99 Nov 2026 09:30:00 +0000", None),
        ("Fri, 20 Nov 99999 09:30:00 +0000", None),
        ("", None),
    ],
)
def test_dates_are_utc_or_nothing(value, when):
    assert date(value) == when


def test_a_nul_in_the_headers_does_not_hide_the_rest():
    envelope = open_mail(b"From: a@b.example\r\nX-Odd: a\0b\r\nSubject: still here\r\n\r\nwords")
    assert envelope.text("subject") == "still here"


def test_eight_bit_headers_are_read():
    envelope = open_mail("From: José <a@b.example>\r\nSubject: Où est-il ?\r\n\r\n".encode("latin-1"))
    assert envelope.addresses("from") == [("José", "a@b.example")]
    assert envelope.text("subject") == "Où est-il ?"


def test_parts_are_found_when_the_boundary_parameter_was_lost():
    raw = (
        HEAD
        + b"Content-Type: multipart/alternative\r\n\r\n--=_1\r\nContent-Type: text/plain\r\n\r\nwords\r\n--=_1--\r\n"
    )
    plain, _ = open_mail(raw).bodies
    assert plain is not None
    assert plain.text.strip() == "words"


def test_a_mail_that_was_cut_keeps_what_is_there():
    raw = mails.buyer_mail("Where is it?", files=[("big.pdf", "application/pdf", b"x" * 9000)])
    envelope = open_mail(raw[: len(raw) - 6000])
    assert envelope.bodies[0] is not None
    assert "Where is it?" in envelope.bodies[0].text
    assert [part.name for part in envelope.attachments] == ["big.pdf"]


def test_the_size_of_a_file_is_its_decoded_size():
    for length in (0, 1, 2, 3, 1000, 1001):
        raw = mails.buyer_mail(files=[("f.bin", "application/octet-stream", b"\xff" * length)])
        assert open_mail(raw).attachments[0].size == length


def test_a_forwarded_mail_is_one_part():
    envelope = open_mail(mails.delivery_report())
    assert [part.media_type for part in envelope.parts] == ["text/plain", "message/delivery-status", "message/rfc822"]


def test_ids_are_cleaned_and_kept_once():
    raw = b"In-Reply-To: <b@x>\r\nReferences: <a@x>\r\n <b@x> junk <c d@x> <e@x>\r\n\r\n"
    assert open_mail(raw).ids("in-reply-to", "references") == ("<b@x>", "<a@x>", "<e@x>")


def test_only_the_topmost_authentication_counts_and_comments_do_not():
    raw = (
        b"Authentication-Results: mx.example; dkim=pass (dmarc=fail, not said) header.d=amazon.com;\r\n dmarc=pass\r\n"
        b"Authentication-Results: elsewhere.example; dkim=fail; dmarc=fail\r\n\r\n"
    )
    assert authentication(open_mail(raw)) == {"dkim": ("pass",), "dmarc": ("pass",)}
