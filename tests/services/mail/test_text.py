"""Finding the person's words in Amazon's wrapper."""

import time

import pytest

from services.mail.text import Reading, buyer_words, html_text, links
from tests import mails

TEXT = "Hello,\n\nit is broken -- see https://shop.example/x.\nThanks"
LINK = mails.resolve_link()


@pytest.mark.parametrize("language", mails.MARKERS)
def test_the_dash_markers_of_every_language_are_found(language):
    plain = mails.buyer_plain(TEXT, order=mails.ORDER, markers=mails.MARKERS[language], links=[LINK])
    found = buyer_words(plain, None)
    assert (found.text, found.source, found.links) == (TEXT, "markers", (LINK,))
    assert mails.ORDER in found.head


@pytest.mark.parametrize(
    "markers",
    [
        ("Begin message", "End message"),
        ("Begin message / Début du message", "End message / Fin du message"),
        ("De\u0301but du message", "Fin du message"),
        ("Iniciar mensagem", "Mensagem final"),
        ("Ang simula ng mensahe", "Ang katapusan ng mensahe"),
    ],
)
def test_old_bilingual_and_never_seen_markers_are_found(markers):
    found = buyer_words(mails.buyer_plain(TEXT, order=None, markers=markers, links=[LINK]), None)
    assert (found.text, found.source) == (TEXT, "markers")


def test_the_pre_of_the_html_comes_first():
    plain = mails.buyer_plain("from plain", order=None, markers=mails.MARKERS["en"], links=[LINK])
    found = buyer_words(plain, mails.buyer_html("from <pre> & more", order=None, links=[LINK]))
    assert (found.text, found.source) == ("from <pre> & more", "pre")


def test_a_blank_pre_is_a_photo_only_message():
    plain = mails.buyer_plain("", order=None, markers=mails.MARKERS["en"], links=[LINK])
    found = buyer_words(plain, mails.buyer_html("", order=None, links=[LINK]))
    assert (found.text, found.source) == ("", "pre")


def test_a_pre_that_was_cut_off_is_not_trusted():
    plain = mails.buyer_plain(TEXT, order=None, markers=mails.MARKERS["en"], links=[LINK])
    html = mails.buyer_html(TEXT, order=None, links=[LINK]).replace("</pre>", "")
    assert buyer_words(plain, html).source == "markers"


def test_breaks_inside_the_pre_are_line_ends():
    html = mails.buyer_html("AA", order=None, links=[LINK]).replace("AA", "one<br/>two &lt;3 &amp; <b>three</b>")
    assert buyer_words(None, html).text == "one\ntwo <3 & three"


def test_quoted_history_stays_with_the_answer():
    text = "Thanks!\n\n> ------------- Begin message -------------\n> old\n\n-----Original Message-----\nolder"
    found = buyer_words(mails.buyer_plain(text, order=None, markers=mails.MARKERS["en"], links=[LINK]), None)
    assert found.text == text


def test_an_end_marker_inside_the_words_does_not_cut_them():
    text = f"I paste\n------------- End message -------------\n{mails.resolve_link(m='A0FAKE')}\nmore"
    found = buyer_words(mails.buyer_plain(text, order=None, markers=mails.MARKERS["en"], links=[LINK]), None)
    assert found.text == text
    assert found.links == (LINK,)


def test_a_lost_end_marker_is_replaced_by_the_footer_and_says_so():
    plain = mails.buyer_plain(TEXT, order=mails.ORDER, markers=mails.MARKERS["en"], links=[LINK])
    plain = plain.replace("------------- End message -------------", "The end")
    found = buyer_words(plain, None)
    assert (found.text, found.source) == (f"{TEXT}\n\nThe end", "footer")
    assert found.links == (LINK,)


@pytest.mark.parametrize("footer", ["[commMgrTok:A1B2]", "SPC-EUAmazon-1", "© 2026 Amazon.com", mails.resolve_link()])
def test_without_markers_the_footer_is_cut(footer):
    found = buyer_words(f"{TEXT}\n\n{footer}\n", None)
    assert (found.text, found.source) == (TEXT, "footer")


def test_links_are_trusted_only_beside_amazons_own_words():
    assert buyer_words(f"{TEXT}\n{LINK}\nSPC-EUAmazon-1\n", None).links == (LINK,)
    assert buyer_words(f"{TEXT}\n{LINK}\n", None).links == ()
    assert buyer_words(f"I paste {LINK} here", None) == Reading(f"I paste {LINK} here", "whole", "", ())


def test_without_anything_known_the_whole_body_is_shown_and_no_link_is_trusted():
    found = buyer_words("Only words https://shop.example/1", None)
    assert (found.text, found.source, found.links) == ("Only words https://shop.example/1", "whole", ())


def test_html_without_a_pre_is_read_by_its_markers():
    html = (
        "<style>x</style><p>------------- Iniciar mensagem -------------</p><p>Bom dia<br>Alex</p>"
        f'<p>------------- Mensagem final -------------</p><a href="{LINK}">x</a>'
    )
    found = buyer_words(None, html)
    assert (found.text, found.source, found.links) == ("Bom dia\nAlex", "markers", (LINK,))


def test_html_becomes_lines_without_style_or_script():
    html = (
        "<head><title>T</title></head><p>One&nbsp;two</p><table><tr><td>a</td><td>b</td></tr></table><script>x</script>"
    )
    assert html_text(html) == "One two\na b"


def test_deep_html_is_read():
    begun = time.process_time()
    for html in ("<div>" * 300_000, "</div>" * 9_000 + "<div>" * 200_000, "<span></b>" * 100_000, "<ul><li>" * 100_000):
        assert html_text(html + "deep") == "deep"
    assert time.process_time() - begun < 10


def test_links_are_read_from_both_forms():
    assert links('<a href="https://a.example/?x=1&amp;m=2">t</a>') == ("https://a.example/?x=1&m=2",)
    assert links("see https://a.example/?x=1&m=2. And") == ("https://a.example/?x=1&m=2",)
