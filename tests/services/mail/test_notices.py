"""What Amazon's notices state, by their headings."""

import pytest

from services.mail.money import decimal_string, money_in
from services.mail.read import read
from services.mail.terms import respond_days
from tests import mails
from tests.mails import NOW, ORDER


def seen(raw):
    return read(raw, now=NOW)


def table(headings, *rows):
    head = "".join(f"<th>{heading}</th>" for heading in headings)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<table cellpadding="10"><tr>{head}</tr>{body}</table>'


@pytest.mark.parametrize(
    ("text", "currency", "found"),
    [
        ("rimborso 169.01 EUR avviato", None, ("169.01", "EUR")),
        ("119,00\u00a0€", None, ("119.00", "EUR")),
        ("€ 1.234,56", None, ("1234.56", "EUR")),
        ("1,234.56 USD", None, ("1234.56", "USD")),
        ("$12.34", "CAD", ("12.34", "CAD")),
        ("$12.34", None, ("12.34", None)),
        ("￥1,200", "JPY", ("1200", "JPY")),
        ("1,200円", "JPY", ("1200", "JPY")),
        ("R$ 50,00", "BRL", ("50.00", "BRL")),
        ("1\u202f234,50 kr", "SEK", ("1234.50", "SEK")),
        ("49,99 zł", "PLN", ("49.99", "PLN")),
        ("US$5", "MXN", ("5", "USD")),
        ("order 114-5550001-5550002", "USD", None),
        ("3 days", "USD", None),
    ],
)
def test_money_is_read_in_both_notations(text, currency, found):
    assert money_in(text, currency) == found


@pytest.mark.parametrize(
    ("cents", "notation"), [(n, form) for n in (1, 99, 12345, 123456789) for form in (",.", ".,", " ,", "’.")]
)
def test_every_notation_of_an_amount_gives_the_same_number(cents, notation):
    written = f"{cents // 100:,}".replace(",", notation[0]) + f"{notation[1]}{cents % 100:02}"
    assert decimal_string(written) == f"{cents // 100}.{cents % 100:02}"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Please answer within 3 calendar days.", 3),
        ("Rispondi entro 3 giorni di calendario.", 3),
        ("Responda en un plazo de 3 días naturales.", 3),
        ("Veuillez répondre dans les 3 jours calendaires.", 3),
        ("Bitte antworten Sie innerhalb von 3 Kalendertagen.", 3),
        ("Responda no prazo de 3 dias corridos.", 3),
        ("Reageer binnen 3 kalenderdagen, we wachten op uw antwoord.", 3),
        ("Respond within three (3) days.", 3),
        ("Reply within 48 hours.", 2),
        ("Reply within 72 hours.", 3),
        ("3日以内に回答してください", 3),
        ("Lütfen 3 takvim günü içinde yanıt verin", 3),
        ("Buyers may claim within 90 days. You must respond within 7 calendar days.", 7),
        ("Refunds arrive within 5 days. Please respond within 2 days.", 2),
        ("No action is needed.", None),
    ],
)
def test_the_days_to_answer_are_read_from_the_text(text, days):
    assert respond_days(text) == days


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        (
            ("Item", "ASIN", "SKU", "Quantity", "Reason", "Buyer comment"),
            ("Lamp", "B0EXAMPLE1", "L-1", "1", "Defective", "It broke"),
        ),
        (("Articolo", "Quantità", "Motivo"), ("Lamp", "1", "Defective")),
        (("Quantity", "Return reason", "Item"), ("1", "Defective", "Lamp")),
    ],
)
def test_return_items_are_read_by_heading_whatever_the_columns(headings, row):
    html = (
        f"<p><b>Order ID:</b> {ORDER}<br><b>Request date:</b> 19 Nov 2026<br><b>Carrier:</b> Example Post</p>"
        "<table><tr><td>Hello</td></tr></table>" + table(headings, row)
    )
    mail = seen(
        mails.notice(f"Return authorization notification for order {ORDER}", html, type_header="RETURN_REQUEST")
    )
    item = mail.facts["items"][0]
    assert mail.kind == "return_request"
    assert (item["title"], item["quantity"], item["reason"]) == ("Lamp", "1", "Defective")
    assert (mail.facts["reason"], mail.facts["carrier"]) == ("Defective", "Example Post")
    assert mail.facts["request_date"] == "19 Nov 2026"
    assert ("comment" in mail.facts) == ("Buyer comment" in headings)


def test_two_partial_refunds_of_one_order_are_two_mails_with_their_amounts():
    first, second = (
        seen(
            mails.notice(
                f"Refund Initiated for Order {ORDER}",
                f"<p><b>Order ID:</b> {ORDER}<br><b>Refund amount:</b> {amount}</p>",
                type_header="REFUND_ISSUED",
                marketplace="US",
                message_id=f"<{amount}@eu-west-1.amazonses.com>",
            )
        )
        for amount in ("$10.00", "$2.50")
    )
    assert [first.facts["amount"], second.facts["amount"]] == ["10.00", "2.50"]
    assert first.facts["currency"] == "USD"
    assert first.content_hash != second.content_hash


def test_an_open_claim_has_amount_reason_and_days_to_answer():
    html = (
        f"<p>Ordine: {ORDER}</p><p>Importo della richiesta: 119,00&nbsp;€</p><p>Motivo: articolo non ricevuto</p>"
        "<p>Se Amazon lo chiede, rispondi entro 3 giorni di calendario.</p>"
    )
    mail = seen(
        mails.notice(
            f"Richiesta di rimborso ricevuta per l’ordine {ORDER}",
            html,
            sender="Garanzia dalla A alla Z di Amazon <atoz-guarantee-no-reply@amazon.it>",
            type_header="A_Z_CLAIM_RESPONDENT_NOTIFY",
            marketplace="IT",
        )
    )
    assert (mail.kind, mail.order_id) == ("a_to_z_opened", ORDER)
    assert mail.facts | {} == {
        "amount": "119.00",
        "currency": "EUR",
        "respond_days": 3,
        "reason": "articolo non ricevuto",
    }


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("We have granted the claim. You may appeal.", "granted"),
        ("The claim was denied.", "denied"),
        ("Der Antrag wurde abgelehnt.", "denied"),
        ("The buyer withdrew the claim.", "withdrawn"),
        ("There is news.", None),
    ],
)
def test_a_decision_says_how_it_ended(text, outcome):
    mail = seen(mails.notice("Decision", f"<p>{text}</p>", type_header="A_Z_CLAIM_RESPONDENT_CLOSE"))
    assert (mail.kind, mail.facts.get("outcome")) == ("a_to_z_decision", outcome)
    assert mail.facts.get("may_appeal") is (True if "appeal" in text else None)


def test_a_chargeback_is_read_by_its_labels():
    html = (
        f"<p>Order number: {ORDER}</p><p>Chargeback amount: 12.34 USD</p>"
        "<p>Items purchased: 1 of (Example lamp)</p><p>Shipping address: 1 Example Street</p>"
    )
    mail = seen(mails.notice("Chargeback", html, sender="cb-seller-notification@amazon.com"))
    assert (mail.kind, mail.order_id, mail.order_from) == ("chargeback_opened", ORDER, "block")
    assert (mail.facts["amount"], mail.facts["currency"]) == ("12.34", "USD")
    assert mail.facts["items"] == [{"quantity": "1", "title": "Example lamp"}]


def test_an_opt_out_names_the_order_and_the_buyer():
    relay = mails.relay_address("IT")
    html = (
        f"<p>Il messaggio per l'ordine [{ORDER}] non è stato consegnato: l'acquirente ha scelto di non ricevere.</p>"
        f'<a href="mailto:{relay}?subject=[Importante]">scrivi</a>'
    )
    subject = "Il tuo messaggio all'acquirente non è stato consegnato."
    sender = '"Amazon.it" <auto-communication@amazon.com>'
    for type_header in ("BUYER_OPTED_OUT_BSM_MESSAGES", None):
        mail = seen(mails.notice(subject, html, sender=sender, type_header=type_header))
        assert (mail.kind, mail.order_id, mail.relay, mail.marketplace) == ("opt_out", ORDER, relay, "IT")
        assert (mail.facts["blocked_order"], mail.facts["blocked_relay"]) == (ORDER, relay)


def test_a_delivery_report_names_our_mail_and_whom_it_did_not_reach():
    mail = seen(mails.delivery_report())
    assert (mail.kind, mail.direction, mail.order_id) == ("bounce", "automatic", ORDER)
    assert mail.facts["original_message_id"] == "<our-reply-1@support.example>"
    assert mail.facts["recipient"] == mail.relay == mails.relay_address()
    assert (mail.facts["action"], mail.facts["status"]) == ("failed", "5.7.1")


def test_a_report_in_plain_words_names_our_mail_too():
    raw = mails.message(
        sender="Mail Delivery System <mailer-daemon@mail.example>",
        subject="Mail delivery failed",
        plain="It failed.\n\n--- copy ---\nMessage-ID: <our-reply-2@support.example>\n",
        headers={"X-Failed-Recipients": mails.relay_address()},
    )
    mail = seen(raw)
    assert mail.facts["original_message_id"] == "<our-reply-2@support.example>"
    assert mail.relay == mails.relay_address()


def test_a_report_of_a_delay_says_so():
    assert seen(mails.delivery_report(action="delayed")).facts["action"] == "delayed"


def test_amazons_own_notice_of_non_delivery_is_a_bounce():
    html = f"<p>We were unable to deliver the message you sent about order {ORDER}.</p>"
    mail = seen(mails.notice("Your message could not be delivered", html))
    assert (mail.kind, mail.order_id) == ("bounce", ORDER)
