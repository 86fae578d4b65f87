"""Reading whole mails: every kind, every layout, every known way to be damaged."""

import base64
import time
import unicodedata
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.mail.read import Mail, read
from services.rules.mail_kinds import KINDS
from tests import mails
from tests.mails import CASE, MARKERS, NOW, ORDER, SENT, M, T

EVIL = "k3x9q7m2w8r5tz@marketplace.amazon.com.evil.example"


def seen(raw, now=NOW):
    return read(raw, now=now)


# --- buyers' messages ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("with_order", [True, False])
@pytest.mark.parametrize(
    ("language", "marketplace", "text"),
    [
        ("en", "US", "Hello, where is my parcel? It should have arrived on Monday."),
        ("de", "DE", "Guten Tag, wo bleibt mein Paket? Es sollte am Montag ankommen."),
        ("fr", "FR", "Bonjour, où est mon colis ? Il devait arriver lundi dernier."),
        ("it", "IT", "Buongiorno, dov’è il mio pacco? Doveva arrivare lunedì scorso."),
        ("es", "ES", "Hola, ¿dónde está mi paquete? Tenía que llegar el lunes pasado."),
        ("pt", "BR", "Olá, onde está o meu pacote? Deveria ter chegado na segunda-feira."),
        ("ja", "JP", "商品がまだ届いていません。いつ届きますか。"),
    ],
)
def test_a_buyer_message_of_every_language_is_read(language, marketplace, text, with_order):
    order = ORDER if with_order else None
    for form in ({"html": False}, {"plain": False}, {}):
        raw = mails.buyer_mail(text, marketplace=marketplace, order=order, markers=MARKERS[language], **form)
        mail = seen(raw)
        assert (mail.kind, mail.direction, mail.problem) == ("buyer_message", "buyer", None)
        assert mail.text == text
        assert (mail.language, mail.marketplace) == (language, marketplace)
        assert (mail.order_id, mail.order_from) == ((ORDER, "subject") if order else (None, None))
        assert (mail.amazon_message_id, mail.thread_id) == (M, T)
        assert mail.text_from == ("markers" if form == {"html": False} else "pre")
        assert mail.sent_at == SENT


def test_who_wrote_and_where_to_answer():
    mail = seen(mails.buyer_mail(case=CASE, name="Alex Example - Amazon Marketplace"))
    assert mail.relay == mails.relay_address()
    assert mail.reply_to == mails.relay_address(case=CASE)
    assert (mail.case_id, mail.buyer_name) == (CASE, "Alex Example")
    assert mail.rule == "type:BBC_MESSAGE_SENT_TO_MERCHANT"


def test_the_case_part_is_taken_from_reply_to_when_only_that_has_it():
    mail = seen(mails.buyer_mail(headers={"Reply-To": mails.relay_address(case=CASE)}))
    assert (mail.relay, mail.reply_to) == (mails.relay_address(), mails.relay_address(case=CASE))


def test_without_a_type_header_the_relay_address_is_enough():
    assert seen(mails.buyer_mail(type_header=None)).rule == "sender:relay"


def test_the_buyers_name_is_the_senders_even_if_the_subject_has_the_sellers():
    mail = seen(mails.buyer_mail(name="Alex", subject="Product details inquiry from Amazon customer Our Shop"))
    assert (mail.buyer_name, mail.topic, mail.order_id) == ("Alex", "Product details", ORDER)
    assert mail.order_from == "block"


@pytest.mark.parametrize(
    ("subject", "block", "words", "expected"),
    [
        (
            "Inquiry (Order: 114-1111111-1111111)",
            "114-2222222-2222222",
            "114-3333333-3333333",
            ("114-1111111-1111111", "subject"),
        ),
        ("Inquiry", "114-2222222-2222222", "114-3333333-3333333", ("114-2222222-2222222", "block")),
        ("Inquiry", None, "my order 114-3333333-3333333", ("114-3333333-3333333", "text")),
        ("Inquiry", None, "no order yet", (None, None)),
    ],
)
def test_the_order_is_the_subjects_else_the_blocks_else_the_buyers(subject, block, words, expected):
    for form in ({"html": False}, {"plain": False}, {}):
        mail = seen(mails.buyer_mail(words, subject=subject, order=block, **form))
        assert (mail.order_id, mail.order_from) == expected


@pytest.mark.parametrize(
    ("header", "links", "expected"),
    [
        ("APJ6JRA9NG5V4", "DE", ("IT", "IT")),
        (None, "DE", ("DE", None)),
        ("NOSUCHMARKET", None, ("FR", None)),
        (None, None, ("FR", None)),
    ],
)
def test_the_marketplace_is_the_headers_then_the_links_then_the_relay_domains(header, links, expected):
    footer = [mails.resolve_link(links)] if links else []
    mail = seen(mails.buyer_mail(marketplace="FR", marketplace_header=header, links=footer))
    assert (mail.marketplace, mail.marketplace_header) == expected


def test_a_photo_only_message_has_no_text_and_its_file():
    mail = seen(mails.buyer_mail("", files=[("photo 1.jpg", "image/jpeg", b"\xff\xd8jpeg")]))
    assert (mail.kind, mail.text) == ("buyer_message", "")
    assert [(one.name, one.media_type, one.size) for one in mail.attachments] == [("photo 1.jpg", "image/jpeg", 6)]


def test_a_photo_that_is_only_mentioned_is_noted():
    assert seen(mails.buyer_mail("Photo item")).facts["photo_mentioned"] is True


def test_a_pasted_resolve_link_stays_in_the_words_and_gives_no_id():
    fake = mails.resolve_link(m="A0FAKE", t="A0FAKETHREAD")
    for form in ({"html": False}, {"plain": False}, {}):
        mail = seen(mails.buyer_mail(f"Hello, click {fake}", **form))
        assert fake in mail.text
        assert (mail.amazon_message_id, mail.thread_id) == (M, T)
        without = seen(mails.buyer_mail(f"Hello, click {fake}", links=[], **form))
        assert without.amazon_message_id is None


def test_a_mail_with_nothing_but_a_pasted_link_gives_no_id():
    fake = mails.resolve_link(m="A0FAKE")
    mail = seen(mails.buyer_mail(plain=f"Hello {fake} bye", html=False))
    assert (mail.kind, mail.text, mail.text_from) == ("buyer_message", f"Hello {fake} bye", "whole")
    assert (mail.amazon_message_id, mail.thread_id, mail.console_url) == (None, None, None)


def test_a_mail_of_2016_is_read():
    body = (
        f"You have received a message.\n\nOrder ID {ORDER}:\n1 of Example lamp [ASIN: B0EXAMPLE1]\n\n"
        "-------------- Begin message / Début du message -------------\n\nIs it dimmable?\n\n"
        "-------------- End message / Fin du message -------------\n\nFor Your Information: we filter.\n"
        "https://sellercentral.amazon.ca/gp/communication-manager/no-response-needed.html?msg=A1OLD2016&x=1\n"
        "[commMgrTok:A1B2C3]\n"
    )
    raw = mails.buyer_mail(
        plain=body, html=False, marketplace="CA", name="Alex - Amazon Marketplace", type_header=None, subject="Inquiry"
    )
    mail = seen(raw)
    assert (mail.text, mail.text_from, mail.buyer_name) == ("Is it dimmable?", "markers", "Alex")
    assert (mail.order_id, mail.order_from, mail.asin) == (ORDER, "block", "B0EXAMPLE1")
    assert (mail.amazon_message_id, mail.marketplace) == ("A1OLD2016", "CA")


def test_a_german_subject_in_a_spanish_wrapper_is_read():
    raw = mails.buyer_mail(
        "Wo bleibt mein Paket? Ich warte schon lange.",
        marketplace="DE",
        subject=f"Frage von Amazon-Kunde Jürgen (Bestellung: {ORDER})",
        markers=MARKERS["es"],
        html=False,
    )
    mail = seen(raw)
    assert (mail.language, mail.order_id, mail.text_from) == ("de", ORDER, "markers")


def test_four_copies_share_the_message_id_of_amazon_and_the_hash():
    copies = [seen(mails.buyer_mail(message_id=f"<{n}-000000@eu-west-1.amazonses.com>")) for n in range(4)]
    assert {copy.amazon_message_id for copy in copies} == {M}
    assert len({copy.content_hash for copy in copies}) == 1
    assert len({copy.message_id for copy in copies}) == 4


def test_the_hash_tells_buyers_words_and_times_apart():
    hashes = {
        seen(raw).content_hash
        for raw in (
            mails.buyer_mail("a"),
            mails.buyer_mail("b"),
            mails.buyer_mail("a", alias="other0other0oo"),
            mails.buyer_mail("a", date=SENT + timedelta(seconds=1)),
            mails.buyer_mail("a", files=[("x.jpg", "image/jpeg", b"1")]),
        )
    }
    assert len(hashes) == 5


def test_a_follow_up_without_references_keeps_thread_and_key():
    first, second = seen(mails.buyer_mail("one")), seen(mails.buyer_mail("two", m="A0SECOND", subject="Re: order"))
    assert (first.thread_id, first.relay) == (second.thread_id, second.relay)
    assert second.references == ()


def test_references_are_read_for_threading():
    headers = {"In-Reply-To": "<ours@shop.example>", "References": "<a@x.example> <ours@shop.example>"}
    assert seen(mails.buyer_mail(headers=headers)).references == ("<ours@shop.example>", "<a@x.example>")


def test_the_report_link_gives_the_page_of_the_case():
    assert seen(mails.buyer_mail()).console_url == (
        f"https://sellercentral.amazon.com/messaging/inbox?fi=caseId&ss={CASE}&cc={CASE}"
    )
    assert seen(mails.buyer_mail(mails.report_link(), links=[])).console_url is None


@pytest.mark.parametrize(
    "headers", [{"Auto-Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X-Autoreply": "yes"}]
)
def test_automatic_headers_are_noted_and_the_buyer_is_still_heard(headers):
    mail = seen(mails.buyer_mail(headers=headers))
    assert (mail.kind, mail.facts["looks_automatic"]) == ("buyer_message", True)


def test_an_out_of_office_answer_is_noted():
    assert seen(mails.buyer_mail("I am out of the office until Monday.")).facts["looks_automatic"] is True
    assert "looks_automatic" not in seen(mails.buyer_mail(headers={"Auto-Submitted": "no"})).facts


def test_amazon_writing_for_a_customer_is_read_like_a_buyer():
    text = f"We've been contacted by a customer regarding the order identified below.\nOrder#: {ORDER}\nReason: Late"
    mail = seen(mails.buyer_mail(text, subject="Order information", order=None))
    assert (mail.kind, mail.text, mail.order_id) == ("amazon_cs_message", text, ORDER)
    assert (mail.order_from, mail.relay) == ("block", mails.relay_address())


@pytest.mark.parametrize(
    ("text", "marketplace", "language"),
    [
        ("ok", "DE", "de"),
        ("defekt", "SE", "sv"),
        ("👍", "JP", "ja"),
        ("届きません", "US", "ja"),
        ("Wo bleibt denn mein ゲーム? Ich warte schon seit zwei Wochen darauf.", "US", "de"),
        ("Wo ist denn bitte mein Paket geblieben?", "US", "de"),
        ("", "BE", "nl"),
    ],
)
def test_short_texts_have_the_marketplaces_language(text, marketplace, language):
    assert seen(mails.buyer_mail(text, marketplace=marketplace)).language == language


# --- encodings ----------------------------------------------------------------------------------------------------


def test_a_folded_encoded_subject_keeps_its_order():
    subject = "Paket nicht angekommen: Gutschrift anfordern für die schöne große Lampe(Bestellung: " + ORDER + ")"
    raw = mails.buyer_mail(subject=subject, order=None, marketplace="DE")
    assert b"=?utf-8?" in raw.lower()
    mail = seen(raw)
    assert (mail.subject, mail.order_id) == (subject, ORDER)
    assert mail.topic == "Paket nicht angekommen: Gutschrift anfordern für die schöne große Lampe"


def test_mojibake_in_the_words_is_put_right_and_noted():
    broken = "Le colis n’est pas arrivé".encode().decode("cp1252")
    mail = seen(mails.buyer_mail(broken))
    assert (mail.text, mail.facts["mojibake_repaired"]) == ("Le colis n’est pas arrivé", True)


def test_decomposed_accents_are_composed():
    assert seen(mails.buyer_mail("de\u0301ja\u0300 rec\u0327u")).text == "déjà reçu"


def test_soft_line_breaks_inside_links_are_undone():
    raw = mails.buyer_mail(links=[mails.resolve_link(m="A0" + "LONG" * 20)])
    assert b"=\r\n" in raw
    assert seen(raw).amazon_message_id == "A0" + "LONG" * 20


def test_a_japanese_body_in_its_own_charset_is_read():
    body = mails.buyer_plain("商品が届きません", order=None, markers=MARKERS["ja"], links=[mails.resolve_link("JP")])
    raw = (
        f"From: a <{mails.relay_address('JP')}>\r\nDate: Fri, 20 Nov 2026 18:30:00 +0900\r\n"
        "Content-Type: text/plain; charset=ISO-2022-JP\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
    ).encode() + body.encode("iso2022_jp")
    mail = seen(raw)
    assert (mail.text, mail.sent_at, mail.language) == ("商品が届きません", SENT, "ja")


# --- copies of our replies ----------------------------------------------------------------------------------------


def test_a_copy_of_a_reply_has_the_agents_words_and_the_buyers_name():
    mail = seen(mails.reply_copy("Hello Alex,\nit is on its way.", name="Alex Example", order=ORDER))
    assert (mail.kind, mail.direction, mail.problem) == ("reply_confirmation", "agent", None)
    assert (mail.text, mail.buyer_name, mail.order_id) == ("Hello Alex,\nit is on its way.", "Alex Example", ORDER)
    assert (mail.relay, mail.order_from, mail.topic) == (None, "block", None)


def test_a_copy_in_portuguese_is_read_by_its_own_markers():
    mail = seen(
        mails.reply_copy("Bom dia", subject="Seu e-mail para Ana", markers=("Iniciar mensagem", "Mensagem final"))
    )
    assert (mail.text, mail.buyer_name, mail.text_from) == ("Bom dia", "Ana", "markers")


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("Your e-mail to Alex Example", "Alex Example"),
        ("Ihre E-Mail an Jürgen", "Jürgen"),
        ("Votre e-mail à Zoé", "Zoé"),
        ("La tua e-mail a Gió", "Gió"),
        ("Su correo electrónico a José", "José"),
        ("山田様へのEメール", "山田"),
    ],
)
def test_the_name_in_a_copy_is_the_subjects(subject, name):
    mail = seen(mails.reply_copy(subject=subject, type_header=None))
    assert (mail.kind, mail.buyer_name) == ("reply_confirmation", name)


# --- Amazon's notices ---------------------------------------------------------------------------------------------

NOTICES = {
    "cancellation_request": mails.notice(
        f"Richiesta di annullamento per l’ordine numero: {ORDER}",
        f'<p>Motivo: ordinato per errore</p><a href="https://sellercentral.amazon.it/orders-v3/order/{ORDER}/cancel-order">x</a>',
        type_header="BRC_SELLER_NOTIFICATION",
        marketplace="IT",
    ),
    "refund_issued": mails.notice(
        f"rimborso 169.01 EUR avviato - ordine {ORDER}",
        f"<p><b>Order ID:</b> {ORDER}</p>",
        type_header="REFUND_ISSUED",
        marketplace="IT",
    ),
    "a_to_z_decision": mails.notice(
        f"Su reclamación bajo la Garantía de la A a la Z de Amazon para el pedido {ORDER}",
        "<p>Hemos concedido la reclamación. Importe: 119,00 €. Puede presentar una apelación.</p>",
        sender="atoz-guarantee-no-reply@amazon.com",
        type_header="A_Z_CLAIM_RESPONDENT_CLOSE",
        marketplace="ES",
    ),
    "chargeback_decision": mails.notice(
        f"{ORDER}, Amazon.com Chargeback Dispute Funding Decision", "<p>x</p>", sender="cb-seller-query@amazon.com"
    ),
    "order_notice": mails.notice(f"Sold, ship now: lamp {ORDER}", "<p>x</p>", sender="seller-notification@amazon.com"),
    "fba_notice": mails.notice("Your inbound shipment", "<p>x</p>", sender="fba-noreply@amazon.com"),
}


@pytest.mark.parametrize("kind", NOTICES)
def test_a_notice_of_this_kind_is_read(kind):
    mail = seen(NOTICES[kind])
    assert (mail.kind, mail.direction, mail.problem) == (kind, "amazon", None)
    if kind != "fba_notice":
        assert mail.order_id == ORDER
    assert mail.kind not in ("buyer_message", "amazon_cs_message")


def test_an_unknown_notice_asks_a_person():
    mail = seen(mails.notice("Policy warning", "<p>Listing removed</p>", type_header="POLICY_NEW"))
    assert (mail.kind, mail.rule) == ("unknown_notice", "amazon:unknown")
    assert "POLICY_NEW" in (mail.problem or "")


@pytest.mark.parametrize(
    ("sender", "html", "marketplace"),
    [
        ('"Amazon.com.br" <donotreply@amazon.com>', "x", "BR"),
        ("atoz-guarantee-no-reply@amazon.it", "x", "IT"),
        ("donotreply@amazon.com", '<a href="https://sellercentral.amazon.de/home">x</a>', "DE"),
        ("donotreply@amazon.com", "x", "US"),
    ],
)
def test_a_notice_without_header_gets_its_marketplace_from_what_names_it(sender, html, marketplace):
    assert seen(mails.notice("Hello", html, sender=sender)).marketplace == marketplace


# --- not Amazon's -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (mails.buyer_mail(sender=f"Alex <{EVIL}>"), "looks like Amazon"),
        (mails.buyer_mail(sender="Amazon Marketplace <a@shop.example>"), "Not from Amazon"),
        (mails.buyer_mail(sender=f'"{mails.relay_address()}" <a@shop.example>'), "Not from Amazon"),
        (mails.buyer_mail(headers={"Authentication-Results": "mx.example; dkim=fail"}), "DKIM"),
        (mails.buyer_mail(headers={"Authentication-Results": "mx.example; dkim=pass; dmarc=fail"}), "DMARC"),
    ],
)
def test_what_is_not_amazons_is_set_aside_and_says_why(raw, says):
    mail = seen(raw)
    assert (mail.kind, mail.amazon_message_id, mail.relay) == ("spam", None, None)
    assert says in (mail.problem or "")


def test_our_own_sent_mail_is_set_aside():
    raw = mails.message(
        sender="support@shop.example", subject="Re: Inquiry", plain="Our answer", to=mails.relay_address()
    )
    mail = seen(raw)
    assert (mail.kind, mail.rule) == ("unknown_notice", "to:relay")
    assert "our own mail" in (mail.problem or "")


# --- damage -------------------------------------------------------------------------------------------------------


def headed(**headers):
    lines = {"From": f"Alex <{mails.relay_address()}>", "Date": "Fri, 20 Nov 2026 09:30:00 +0000", "Subject": "Hi"}
    made = {**lines, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return "".join(f"{name}: {value}\r\n" for name, value in made.items() if value is not None).encode()


DAMAGED = {
    "unknown charset": headed(Content_Type="text/plain; charset=x-nothing") + b"\r\nGr\xc3\xbc\xc3\x9fe",
    "NUL bytes": headed(X_Odd="a\0b") + b"\r\nwo\0rds\0",
    "no Message-ID": headed() + b"\r\nwords",
    "an empty Message-ID": headed(Message_ID="") + b"\r\nwords",
    "an odd Message-ID": headed(Message_ID="<a b@@[x>") + b"\r\nwords",
    "a cut base64 body": headed(Content_Type="text/plain", Content_Transfer_Encoding="base64")
    + b"\r\n"
    + base64.b64encode(b"some words of a buyer")[:-3],
    "a cut multipart": mails.buyer_mail()[:-900],
    "a missing boundary": headed(Content_Type="multipart/alternative")
    + b"\r\n--x\r\nContent-Type: text/plain\r\n\r\nwords\r\n--x--",
    "a broken content type": headed(Content_Type=";;;=") + b"\r\nwords",
    "an unknown transfer encoding": headed(Content_Transfer_Encoding="x-nothing") + b"\r\nwords",
    "eight-bit headers": headed(X_Odd="x").replace(b"Alex", b"J\xfcrgen\xff") + b"\r\nwords",
    "bare line feeds": (headed() + b"\r\nwords").replace(b"\r\n", b"\n"),
    "an unreadable From beside a good Reply-To": headed(From=", , <>,x@", Reply_To=mails.relay_address())
    + b"\r\nwords",
    "a named body": headed(Content_Type='text/plain; name="body.txt"') + b"\r\nwords",
    "a mbox line": b"From alex@example Fri Nov 20 09:30:00 2026\n" + headed() + b"\r\nwords",
    "a byte order mark": b"\xef\xbb\xbf" + headed() + b"\r\nwords",
    "a broken second part": headed(Content_Type='multipart/mixed; boundary="b"')
    + b"\r\n--b\r\n\r\nwords\r\n--b\r\nContent-Type: image/jpeg\r\n"
    + b"Content-Transfer-Encoding: base64\r\n\r\n\xff\0!!\r\n",
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_mail_is_a_buyers_message_while_sender_and_words_can_be_read(damage):
    mail = seen(DAMAGED[damage])
    assert (mail.kind, mail.problem, mail.sent_at) == ("buyer_message", None, SENT)
    assert mail.relay == mails.relay_address()
    assert mail.text
    assert "\0" not in repr(mail)


def nested():
    raw = headed(Content_Type='multipart/mixed; boundary="b0"') + b"\r\n"
    return raw + b"".join(
        b'--b%d\r\nContent-Type: multipart/mixed; boundary="b%d"\r\n\r\n' % (n, n + 1) for n in range(1500)
    )


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "empty"),
        (b"\0\0\n", "empty"),
        (nested(), "nested"),
        (headed() + b"\r\n" + b"x" * 50_000_000, "40 MB"),
        (headed(From=None) + b"\r\nwords", "No sender"),
        (headed(From=", , <>,x@", Return_Path="<1@eu-west-1.amazonses.com>") + b"\r\nwords", "No sender"),
        (headed(Date=None) + b"\r\nwords", "no date"),
        (headed(Date="Mon, 05 Jan 2037 09:30:00 +0000") + b"\r\nwords", "no date"),
        (b"\xff\xfe\x00random\x80", "No sender"),
    ],
    ids=["empty", "only NUL", "nested", "50 MB", "no From", "bad From", "no Date", "2037", "random"],
)
def test_what_cannot_be_read_is_broken_with_a_reason(raw, says):
    mail = seen(raw)
    assert mail.kind == "broken"
    assert says in (mail.problem or "")
    assert mail.content_hash


def test_a_broken_mail_still_tells_what_its_headers_say():
    mail = seen(nested())
    assert (mail.subject, mail.relay, mail.sent_at) == ("Hi", mails.relay_address(), SENT)


@pytest.mark.parametrize(
    "date", [None, "nonsense", "Mon, 05 Jan 2037 09:30:00 +0000", "Thu, 01 Jan 1970 00:00:00 +0000"]
)
def test_without_a_usable_date_the_newest_received_counts(date):
    received = (
        b"Received: from a by b; Fri, 20 Nov 2026 10:00:05 +0000\r\n"
        b"Received: from c by a; Fri, 20 Nov 2026 10:00:00 +0000\r\n"
    )
    mail = seen(received + headed(Date=date) + b"\r\nwords")
    assert (mail.kind, mail.sent_at) == ("buyer_message", datetime(2026, 11, 20, 10, 0, 5, tzinfo=UTC))
    assert mail.received_at == mail.sent_at


@pytest.mark.parametrize("ahead", [timedelta(seconds=1), timedelta(minutes=4), timedelta(hours=3)])
def test_a_date_after_now_is_no_date(ahead):
    date = format_datetime(NOW + ahead)
    received = b"Received: from a by b; Fri, 20 Nov 2026 10:00:05 +0000\r\n"
    mail = seen(received + headed(Date=date) + b"\r\nwords")
    assert mail.sent_at == datetime(2026, 11, 20, 10, 0, 5, tzinfo=UTC)
    assert seen(headed(Date=format_datetime(NOW)) + b"\r\nwords").sent_at == NOW


@pytest.mark.parametrize("date", [None, "nonsense", "Mon, 05 Jan 2037 09:30:00 +0000"])
def test_without_any_date_of_its_own_the_mailboxs_time_of_arrival_counts(date):
    arrived = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
    mail = read(headed(Date=date) + b"\r\nwords", now=NOW, arrived=arrived)
    assert (mail.kind, mail.sent_at, mail.received_at) == ("buyer_message", arrived, arrived)
    assert read(headed(Date=date) + b"\r\nwords", now=NOW, arrived=NOW + timedelta(days=2)).kind == "broken"
    received = b"Received: from a by b; Fri, 20 Nov 2026 10:00:05 +0000\r\n"
    mail = read(received + headed(Date=date) + b"\r\nwords", now=NOW, arrived=arrived)
    assert mail.sent_at == datetime(2026, 11, 20, 10, 0, 5, tzinfo=UTC)


def test_the_date_of_amazon_counts_and_not_the_arrival():
    received = b"Received: from a by b; Fri, 20 Nov 2026 11:45:00 +0000\r\n"
    mail = seen(received + headed() + b"\r\nwords")
    assert (mail.sent_at, mail.received_at) == (SENT, datetime(2026, 11, 20, 11, 45, tzinfo=UTC))


def test_a_subject_of_a_form_that_is_not_known_makes_no_type_of_the_buyers_name():
    mail = seen(mails.buyer_mail(name="Alex Example", subject=f"Besked fra køberen ALEX Example (Ordre: {ORDER})"))
    assert (mail.topic, mail.buyer_name, mail.order_id) == (None, "Alex Example", ORDER)


# --- never raises -------------------------------------------------------------------------------------------------

SEEDS = [mails.buyer_mail(case=CASE), mails.reply_copy(), mails.delivery_report(), *NOTICES.values(), *DAMAGED.values()]


def whole(mail):
    assert isinstance(mail, Mail)
    assert mail.kind in KINDS
    assert mail.sent_at is None or mail.sent_at.tzinfo is not None
    for value in (mail.text, mail.subject, mail.buyer_name or "", mail.message_id or "", repr(mail.facts)):
        value.encode("utf-8")
        assert "\0" not in value
    assert mail.kind != "broken" or mail.problem


@given(st.binary(max_size=2000))
def test_random_bytes_never_raise(raw):
    whole(seen(raw))


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(SEEDS), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6), st.integers(0, 60)), max_size=6)
)
def test_mutated_mails_never_raise(raw, changes):
    for place, added, dropped in changes:
        at = int(place * len(raw))
        raw = raw[:at] + added + raw[at + dropped :]
    whole(seen(raw))


@settings(max_examples=150, deadline=None)
@given(
    st.text(
        st.one_of(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), st.sampled_from(" \n-<&")),
        max_size=200,
    )
)
def test_whatever_a_buyer_writes_comes_back(text):
    assume(not any(pair in text for pair in "ÃÂâã"))
    expected = unicodedata.normalize("NFC", text).strip()
    for form in ({"html": False}, {"plain": False}, {}):
        assert seen(mails.buyer_mail(text, **form)).text == expected


@pytest.mark.parametrize(
    "body",
    [
        "-" * 400_000,
        "--- a " * 80_000,
        "<pre " * 80_000,
        "<" * 400_000,
        "[ASIN:" * 60_000,
        "(" * 200_000,
        "1 " * 200_000,
    ],
)
def test_hostile_bodies_cost_little(body):
    for raw in (headed() + b"\r\n" + body.encode(), headed(Content_Type="text/html") + b"\r\n" + body.encode()):
        begun = time.process_time()
        seen(raw)
        seen(raw.replace(mails.relay_address().encode(), b"donotreply@amazon.com"))
        assert time.process_time() - begun < 4


@pytest.mark.parametrize("subject", ["-" * 50_000, "a -" * 20_000, "(" * 50_000, "=?utf-8?Q?" * 5_000, "re: " * 20_000])
def test_hostile_subjects_cost_little(subject):
    begun = time.process_time()
    seen(headed(Subject=subject) + b"\r\nwords")
    seen(headed(Subject=subject, From="donotreply@amazon.com") + b"\r\nwords")
    assert time.process_time() - begun < 2
