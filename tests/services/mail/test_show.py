"""The original on the screen, harmless, and its attachments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import Rejected
from services.mail.names import safe_name
from services.mail.show import attachment, clean_html, original
from tests import mails

HOSTILE = (
    '<script>alert(1)</script><img src="https://evil.example/p.gif"><p style="background:url(https://evil.example)"'
    ' onclick="x()">words</p><iframe src="https://evil.example"></iframe><svg onload="x()"></svg>'
    '<form action="https://evil.example"><input></form><a href="javascript:x()">a</a><link href="https://evil.example">'
    '<a href="https://evil.example">b</a><style>@import "https://evil.example"</style><base href="https://evil.example">'
    '<table background="https://evil.example"><tr><td>cell</td></tr></table><video poster="https://evil.example">'
)


def test_nothing_remote_or_active_is_left():
    html = clean_html(HOSTILE)
    assert "words" in html
    assert "cell" in html
    for bad in ("evil.example", "script", "<img", "style", "onclick", "iframe", "svg", "form", "javascript", "<link"):
        assert bad not in html


def test_links_to_amazon_stay_but_never_one_that_closes_the_case():
    html = clean_html(f'<a href="{mails.resolve_link()}">Resolve</a> <a href="{mails.report_link()}">Report</a>')
    assert "no-response-needed" not in html
    assert "Resolve" in html
    assert "fi=caseId" in html
    assert 'rel="noopener noreferrer nofollow"' in html


def test_the_original_has_html_text_and_headers():
    shown = original(mails.buyer_mail("Où est-il ?", subject="Ça va"))
    assert shown.html is not None
    assert "Où est-il ?" in shown.html
    assert "Où est-il ?" in shown.text
    assert ("Subject", "Ça va") in shown.headers


@pytest.mark.parametrize("raw", [b"", b"\0", b"\xff" * 50, mails.buyer_mail()[:700], b"x" * 41_000_000])
def test_the_original_of_damaged_mail_is_still_shown(raw):
    shown = original(raw)
    shown.text.encode("utf-8")
    assert shown.text or shown.headers or shown.html


def test_html_nested_beyond_reason_is_shown_as_text_only():
    shown = original(mails.notice("Hello", "<div>" * 100_000 + "deep"))
    assert (shown.html, shown.text) == (None, "deep")


@given(st.binary(max_size=600))
def test_no_bytes_make_the_original_raise(raw):
    original(raw)


def test_an_attachment_comes_back_whole_under_its_index():
    raw = mails.buyer_mail(files=[("one.pdf", "application/pdf", b"%PDF"), ("two.png", "image/png", b"\x89PNG\0")])
    assert attachment(raw, 0) == ("one.pdf", "application/pdf", b"%PDF")
    assert attachment(raw, 1) == ("two.png", "image/png", b"\x89PNG\0")
    for index in (-1, 2):
        with pytest.raises(Rejected, match="no number"):
            attachment(raw, index)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\photo.jpg", "photo.jpg"),
        ("pho\nto\0.jpg", "photo.jpg"),
        ("gpj.\u202eexe.jpg", "gpj.exe.jpg"),
        ("con.txt", "_con.txt"),
        ("  .hidden. ", "hidden"),
        ("写真.jpg", "写真.jpg"),
        ("..", "attachment-1.pdf"),
        (None, "attachment-1.pdf"),
        ("a" * 300 + ".pdf", "a" * 116 + ".pdf"),
    ],
)
def test_file_names_are_made_safe(name, safe):
    assert safe_name(name, "application/pdf", 0) == safe


@given(st.text(max_size=300))
def test_no_file_name_leaves_its_folder(name):
    safe = safe_name(name, "text/plain", 0)
    assert safe
    assert len(safe) <= 120
    assert not set(safe) & set('/\\\0\n\r"<>')
    assert safe not in (".", "..")
