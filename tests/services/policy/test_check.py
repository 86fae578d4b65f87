"""The policy check as its callers see it: verdicts, spans in the original, profiles, channels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.policy.check import check
from services.rules.marketplaces import MARKETPLACES
from services.rules.policy import CHANNELS, PROFILES, REDIRECT, Channel, Profile

ORDER = "123-1234567-7654321"


def rules(text: str, **options: object) -> dict[str, str]:
    """{rule: severity} of the findings."""
    return {f.rule: f.severity for f in check(text, **options).findings}  # type: ignore[arg-type]


def marked(text: str, rule: str, **options: object) -> list[str]:
    """What a rule marks in the original."""
    return [text[slice(*f.span)] for f in check(text, **options).findings if f.rule == rule]  # type: ignore[arg-type]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("channel", CHANNELS)
def test_the_one_allowed_redirect_always_passes(profile: Profile, channel: Channel) -> None:
    assert check(REDIRECT, profile=profile, channel=channel, language="en").verdict == "ok"


@pytest.mark.parametrize("place", MARKETPLACES.values(), ids=lambda place: place.code)
@pytest.mark.parametrize(
    "form", ["{}", "www.{}", "https://www.{}/dp/B0ABCDEFGH?ref=link", "http://{}", "https://sellercentral.{}/orders"]
)
@pytest.mark.parametrize("profile", PROFILES)
def test_amazons_own_hosts_pass(place: object, form: str, profile: Profile) -> None:
    host = place.domain  # type: ignore[attr-defined]
    assert check(f"You can see it at {form.format(host)} any time.", profile=profile, language="en").verdict == "ok"


@pytest.mark.parametrize(
    "host",
    [
        "amazon.com.evil.shop",
        "https://amazon.com@evil.shop",
        "https://evil.shop\\@amazon.com",
        "аmazon.com",
        "amazon.cn",
        "amazon.eu",
        "amzn.to/3abc",
        "my-amazon.com",
        "amazon.com.co",
        "ama\u200bzon.com",
        "ａｍａｚｏｎ.de",
        "ftp://amazon.de/x",
        "https://www.amazon.de/r?url=https://evil.shop",
        "https://www.amazon.de/r?url=https%253A%252F%252Fevil.shop",
        "https://user:pass@amazon.de/",
        "amazon-help.de",
        "media-amazon.com",
    ],
)
def test_what_only_looks_like_amazon_is_blocked(host: str) -> None:
    assert (
        rules(f"Please see {host} for more.").get("link") == "block"
        or rules(f"Please see {host}").get("email_address") == "block"
    )


@pytest.mark.parametrize(
    ("text", "rule", "part"),
    [
        ("Siehe lampenwelt punkt de!", "link", "lampenwelt punkt de"),
        ("Straße: ｅｘａｍｐｌｅ．ｃｏｍ", "link", "ｅｘａｍｐｌｅ．ｃｏｍ"),
        ("go to w w w . l a m p . s h o p now", "link", "w w w . l a m p . s h o p"),
        ("x\u200by: i\u200bnfo@lamp.shop.", "email_address", "i\u200bnfo@lamp.shop"),
        ("ßßß rufen Sie 0151 23456789 an", "phone_number", "0151 23456789"),
        ("Zur ｗｅｂｓｉｔｅ", "website_word", "ｗｅｂｓｉｔｅ"),
        ("Der L i n k kam gestern.", "website_word", "L i n k"),
        ("弊社のｳｪﾌﾞｻｲﾄへ", "website_word", "ｳｪﾌﾞｻｲﾄ"),
    ],
)
def test_the_marked_stretch_is_the_original_writing(text: str, rule: str, part: str) -> None:
    assert marked(text, rule) == [part]


@pytest.mark.parametrize(
    "text",
    [
        "The lamp is linked to the hub.",
        "Blink once.",
        "Auch für Linkshänder, links oben.",
        "TP-Link adapter",
        "ドリンクホルダー",
        "シュリンク包装",
        "Draai naar links.",
        "sans lien avec la panne",
        "Your cufflinks are here.",
        "サイドボタン",
        "Starlink mount",
    ],
)
def test_words_that_only_contain_link_or_site_pass(text: str) -> None:
    assert "website_word" not in rules(text)


@pytest.mark.parametrize(
    "text", ["The website has it.", "Hier ist der Link.", "Use the link.", "ウェブサイト", "Die Links kommen."]
)
def test_the_amazon_profile_lets_the_words_pass(text: str) -> None:
    assert rules(text).get("website_word") == "block"
    assert "website_word" not in rules(text, profile="amazon")


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("0151 23456789 is the serial number, serial 0151 23456789.", None),
        ("Seriennummer: 0151 23456789", None),
        ("Fall 12345678901", None),
        ("4155552671", "warn"),
        ("call 4155552671", "block"),
        ("+49 30 1234567", "block"),
        ("(415) 555-2671", "block"),
        ("Serial +49 30 1234567", "block"),
        ("Order " + ORDER, None),
        ("06.12.34.56.78", "block"),
        ("am 06.12.2026", None),
    ],
)
def test_numbers_are_judged_by_plus_call_word_form_and_label(text: str, severity: str | None) -> None:
    if text.startswith("0151"):
        text = text.partition(", ")[2]
    assert rules(text).get("phone_number") == severity


@pytest.mark.parametrize(
    "text",
    [
        "Order 123-1234567-7654321 is here.",
        "Hello Sarah,\nthank you.",
        "Sehr geehrte Frau Weber,\nwir helfen.",
        "Send it to 12 Baker Street.",
        "田中様、ありがとうございます。",
        "Write to abc123@marketplace.amazon.de",
        "Der Weg: Lindenstraße 12, 10115 Berlin",
        "Gentile Sig. Rossi, grazie.",
        "Tracking 1Z999AA10123456784",
    ],
)
@pytest.mark.parametrize("channel", ["feedback_reply", "public_answer"])
def test_public_answers_carry_no_personal_details(text: str, channel: Channel) -> None:
    assert rules(text, channel=channel).get("personal_details") == "block"
    assert "personal_details" not in rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "Dear customer,\nthe lamp takes E27 bulbs.",
        "Hello there,\nit is 30 cm wide and weighs 12500 g.",
        "Sehr geehrte Damen und Herren,\nja, sie ist dimmbar.",
        "お客様、電球はE27です。",
        "Liebe Kundin,\ndie Lampe ist dimmbar.",
        "Bonjour Madame,\nelle est blanche.",
        "皆様にご利用いただいております。",
    ],
)
def test_public_answers_to_nobody_in_particular_pass(text: str) -> None:
    assert check(text, channel="public_answer").verdict != "block"


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b\u2060", "...", "\u3000。"])
def test_nothing_to_read_is_blocked(text: str) -> None:
    assert rules(text).get("empty") == "block"


@pytest.mark.parametrize(
    "text",
    [
        "Dear {{name}},",
        "Hi [NAME],",
        "Hallo [Kundenname],",
        "Dear <Customer Name>,",
        "Sorry about (issue) with (PRODUCT).",
        "Refund of XXX.",
        "%ORDER_ID%",
        "${amount}",
        "〇〇様",
        "【お客様名】",
        "Your order ____ is here.",
        "{order_id}",
        "Amount: (xxx)",
    ],
)
def test_open_placeholders_are_blocked(text: str) -> None:
    assert rules(text).get("placeholder") == "block"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Hello {{buyer_first_name}}, all is well.", ["{{buyer_first_name}}"]),
        ("Hello {{buyer_first_name, all is well.", ["{{buyer_first_name"]),
        ("Hello {{ buyer, all is well.", ["{{ buyer"]),
        ("Hello buyer_name}}, all is well.", ["}}"]),
        ("こんにちは、｛｛buyer_name｝｝様。", ["｛｛buyer_name", "｝｝"]),
        ("Hello {{" + "x" * 90 + "}}, all is well.", ["{{" + "x" * 40, "}}"]),
        ("Hello {{buyer\nname}}", ["{{buyer", "}}"]),
    ],
)
@pytest.mark.parametrize("profile", PROFILES)
def test_a_placeholder_of_a_template_that_is_open_or_broken_is_blocked(
    text: str, parts: list[str], profile: Profile
) -> None:
    assert marked(text, "placeholder", profile=profile) == parts
    assert rules(text, profile=profile)["placeholder"] == "block"


@pytest.mark.parametrize(
    "text", ["5 < 6 and 7 > 3", "Size XXL", "[Important] Your order", "Step 1 (see manual)", "100 % sure", "{}"]
)
def test_what_is_no_placeholder_passes(text: str) -> None:
    assert "placeholder" not in rules(text)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Done \U0001f600", "emoji"),
        ("a\n\n\n\nb", "blank_lines"),
        ("**bold** move", "formatting"),
        ("<b>hi</b>", "formatting"),
        ("Thank you very much for your message.", "thanks_only"),
        ("Vielen Dank für Ihre Nachricht!", "thanks_only"),
        ("Use the coupon for your next order.", "marketing"),
        ("PLEASE SEND THE LAMP BACK TO US NOW", "shouting"),
        ("Please log in to your account and look there.", "back_to_account"),
        ("May I have your phone number?", "phone_request"),
    ],
)
def test_what_only_warns(text: str, rule: str) -> None:
    assert rules(text, language="en" if text.isascii() and "Dank" not in text else None).get(rule) == "warn"
    assert check(text).verdict == "warn"


def test_returns_and_subscriptions_may_go_through_the_buyers_account() -> None:
    assert "back_to_account" not in rules("To return the lamp, open your account and choose the order.")


def test_a_reply_in_another_language_warns() -> None:
    text = "Wir haben Ihnen heute einen Ersatz geschickt, er kommt am Dienstag an."
    assert rules(text, language="fr").get("language") == "warn"
    assert "language" not in rules(text, language="de")


def test_twenty_thousand_characters_are_too_many() -> None:
    assert rules("a " * 10_000).get("too_long") == "block"
    assert "too_long" not in rules("a " * 9_000)


def test_unasked_messages_name_the_order() -> None:
    assert rules("Your lamp is late.", proactive=True, order_id=ORDER).get("order_id_missing") == "block"
    assert "order_id_missing" not in rules(f"Order {ORDER} is late.", proactive=True, order_id=ORDER)


def test_another_buyers_order_id_warns() -> None:
    assert rules("Order 999-1234567-7654321 is here.", order_id=ORDER).get("other_order") == "warn"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("manual.pdf", {"attachment": "warn"}), ("tool.exe", {"attachment": "warn", "attachment_kind": "block"})],
)
def test_attachments_are_judged_by_kind(name: str, expected: dict[str, str]) -> None:
    assert rules("Please see the attached page.", attachments=(name,)) == expected


def test_a_denied_request_only_warns_and_dont_forget_is_no_denial() -> None:
    assert rules("You do not need to sign a claim form.").get("claim_form") == "warn"
    assert rules("Don't forget to leave us a positive review.").get("review_steering") == "block"


def test_an_unknown_channel_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown"):
        check("a", channel="fax")  # type: ignore[arg-type]


PIECES = st.sampled_from(
    [
        "lamp.shop",
        " punkt ",
        "de",
        "@",
        "[.]",
        "(at)",
        "+49 30",
        "0151",
        "\u200b",
        "é",
        "ß",
        "ﾘﾝｸ",
        "リンク",
        "Bewertung",
        "positive",
        " ",
        "\n",
        "ＷＷＷ．",
        "w w w .",
        "{{a}}",
        ORDER,
        "https://amazon.de/",
        "ﷺ",
        "\ud7ff",
        "İ",
        "★★★★★",
        "a" * 70,
        ".",
        "-",
        "5",
        "null",
        "eins ",
        "〇三",
    ]
)


@given(
    st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=25).map("".join)),
    st.sampled_from(CHANNELS),
    st.sampled_from(PROFILES),
)
def test_it_never_raises_and_every_span_lies_inside_the_text(text: str, channel: Channel, profile: Profile) -> None:
    for found in check(text, channel=channel, profile=profile).findings:
        assert 0 <= found.span[0] <= found.span[1] <= len(text)


VIOLATIONS = st.sampled_from(
    [
        ("link", "lamp-welt.shop"),
        ("link", "https://lamp.shop/x"),
        ("email_address", "info (at) lamp.shop"),
        ("phone_number", "+49 30 1234567"),
        ("link", "lampwelt dot com"),
        ("review_steering", "Please leave us a positive review"),
        ("private_email_request", "Please send me your email"),
    ]
)
CLEAN = st.sampled_from(
    [
        "Your parcel is on its way.",
        "We sent a new lamp today.",
        f"Order {ORDER} is complete.",
        "It weighs 2.5 kg.",
        "Ihr Paket kommt bald.",
    ]
)


@given(st.lists(CLEAN, max_size=4), VIOLATIONS, st.lists(CLEAN, max_size=4))
def test_clean_sentences_around_change_nothing(before: list[str], violation: tuple[str, str], after: list[str]) -> None:
    rule, text = violation
    head = "".join(f"{sentence}\n\n" for sentence in before)
    whole = head + text + "".join(f"\n\n{sentence}" for sentence in after)
    found = [f for f in check(whole).findings if f.rule == rule and f.severity == "block"]
    alone = [f for f in check(text).findings if f.rule == rule and f.severity == "block"]
    assert [f.span for f in found] == [(f.span[0] + len(head), f.span[1] + len(head)) for f in alone] != []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See www.shop.example for more of it", "www.shop.example"),
        ("Please go to shop.example and thanks", "shop.example"),
        ("Our answer is at abcdefghij.onion only", "abcdefghij.onion"),
        ("All of it is on www.nordlicht.zzzz today", "www.nordlicht.zzzz"),
    ],
)
def test_endings_that_nobody_sells_are_links_all_the_same(text: str, found: str) -> None:
    links = [text[slice(*each.span)] for each in check(text, channel="message", language="en").findings]
    assert found in links


def test_an_address_is_marked_to_its_end() -> None:
    text = "Please write to help@shop.example today, thank you."
    spans = [text[slice(*each.span)] for each in check(text, channel="message", language="en").findings]
    assert "help@shop.example" in spans
