"""From bytes to text, whatever the bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mail.charset import clean, decode, header_text, repair


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("Grüße".encode(), "utf-8", "Grüße"),
        ("Grüße".encode("latin-1"), "iso-8859-1", "Grüße"),
        ("“Grüße”".encode("cp1252"), "iso-8859-1", "“Grüße”"),
        ("Grüße".encode(), None, "Grüße"),
        ("Grüße".encode("latin-1"), None, "Grüße"),
        ("Grüße".encode("latin-1"), "utf-8", "Grüße"),
        ("Grüße".encode(), "x-no-such-charset", "Grüße"),
        ("Grüße".encode(), "us-ascii", "Grüße"),
        ("商品が届きません".encode("iso2022_jp"), "ISO-2022-JP", "商品が届きません"),
        ("商品が届きません".encode("iso2022_jp"), None, "商品が届きません"),
        ("商品が届きません".encode("shift_jis"), "Shift_JIS", "商品が届きません"),
        ("货物没有到".encode("gb18030"), "gb2312", "货物没有到"),
        ("Grüße und mehr".encode()[:-1] + b"\xc3", "utf-8", "Grüße und meh\ufffd"),
        ("これはどこですか".encode("shift_jis"), None, "これはどこですか"),
        ("これはどこですか".encode("euc_jp"), "x-unknown", "これはどこですか"),
        (b"plain", "idna", "plain"),
        (b"plain", "rot13", "plain"),
        (b"plain", "\0", "plain"),
    ],
)
def test_text_is_read_by_the_declared_charset_or_the_likeliest(data, charset, text):
    assert decode(data, charset) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?B?UsO8Y2s=?= =?utf-8?Q?sende?=", "Rücksende"),
        ("=?utf-8?Q?R=C3?=\r\n =?utf-8?Q?=BCck?= to you", "Rück to you"),
        ("=?iso-2022-jp?B?GyRCQ21KOBsoQg==?=", "注文"),
        ("=?utf-8?B?broken", "=?utf-8?B?broken"),
        ("=?no-such?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?utf-8?B?A?=", "A"),
        ("Re: a\u00a0b", "Re: a b"),
        ("re\u0301sume\u0301", "résumé"),
    ],
)
def test_header_words_are_decoded(value, text):
    assert header_text(value) == text


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("Le colis nâ€™est pas arrivÃ©", "Le colis n’est pas arrivé"),
        ("商品が届きません".encode().decode("latin-1"), "商品が届きません"),
        ("Das ist für Sie\nDas ist fÃ¼r Sie", "Das ist für Sie\nDas ist für Sie"),
    ],
)
def test_mojibake_is_put_right(text, fixed):
    assert repair(text) == (fixed, True)


@pytest.mark.parametrize(
    "text", ["VOILÀ “CAFÉ”", "São Paulo: NÃO, obrigado", "naïve Ãbc", "plain", "Ä Ö Ü ß", "Â la carte"]
)
def test_text_that_is_right_stays_as_it_is(text):
    assert repair(text) == (text, False)


@given(st.text(alphabet=st.characters(max_codepoint=0x24F), max_size=60))
def test_text_without_the_tell_tale_pairs_never_changes(text):
    if not any(pair in text for pair in "ÃÂâã"):
        assert repair(text) == (text, False)


@given(
    st.binary(max_size=300), st.one_of(st.none(), st.text(max_size=12), st.sampled_from(["utf-8", "utf-16", "gb2312"]))
)
def test_every_result_can_be_stored(data, charset):
    text = clean(decode(data, charset))
    text.encode("utf-8")
    assert "\0" not in text
