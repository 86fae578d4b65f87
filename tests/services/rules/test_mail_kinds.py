"""Which kind a mail is, by type, sender and words."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.rules.mail_kinds import KINDS, STARTS_CLOCK, TYPES, MailFacts, classify

RELAY = "k3x9q7m2w8r5tz@marketplace.amazon.com"
BUS = "donotreply@amazon.com"
ORDER = "114-5550001-5550002"


def kind_of(**facts):
    return classify(MailFacts(**{"from_address": BUS, **facts}))[0]


def test_there_are_seventeen_kinds_and_two_start_the_clock():
    assert len(KINDS) == 17
    assert {"buyer_message", "amazon_cs_message"} == STARTS_CLOCK


@pytest.mark.parametrize(("type_header", "kind"), TYPES.items())
def test_the_type_header_decides_for_amazon_senders(type_header, kind):
    assert classify(MailFacts(BUS, type_header=type_header, subject="anything")) == (kind, f"type:{type_header}")


@pytest.mark.parametrize("type_header", TYPES)
def test_the_type_header_means_nothing_from_elsewhere(type_header):
    assert classify(MailFacts("a@shop.example", type_header=type_header)) == ("spam", "sender:not amazon")


def test_the_relay_address_comes_before_the_type_header():
    assert kind_of(from_address=RELAY, type_header="RETURN_REQUEST") == "buyer_message"


@pytest.mark.parametrize(
    ("sender", "kind"),
    [
        ("cb-seller-notification@amazon.com", "chargeback_opened"),
        ("cb-seller-query@amazon.com", "chargeback_decision"),
        ("fba-noreply@amazon.com", "fba_notice"),
        ("fba-ship-confirm@amazon.com", "fba_notice"),
        ("ship-notify@amazon.com", "order_notice"),
        ("atoz-guarantee-no-reply@amazon.it", "a_to_z_opened"),
        ("donotreply@marketplace.amazon.de", "unknown_notice"),
        ("no-reply@marketplace.amazon.de", "unknown_notice"),
        ("community-help@amazon.com", "unknown_notice"),
        ("mailer-daemon@amazonses.com", "bounce"),
        ("MAILER-DAEMON@mail.shop.example", "bounce"),
        ("postmaster@shop.example", "bounce"),
        ("news@shop.example", "spam"),
    ],
)
def test_the_sender_decides_when_there_is_no_type(sender, kind):
    assert kind_of(from_address=sender, subject="Hello") == kind


SUBJECTS = [
    ("cancellation_request", "Order cancellation request for Order ID: " + ORDER),
    ("cancellation_request", "Richiesta di annullamento per l’ordine numero: " + ORDER),
    ("cancellation_request", "Solicitud de cancelación del pedido para el número de pedido: " + ORDER),
    ("cancellation_request", "Demande d’annulation de commande"),
    ("cancellation_request", "Stornierungsanfrage für Bestellung " + ORDER),
    ("cancellation_request", "Annuleringsverzoek voor bestelling " + ORDER),
    ("cancellation_request", "注文のキャンセルリクエスト: " + ORDER),
    ("return_request", "Return authorization notification for order " + ORDER),
    ("return_request", "Notifica di autorizzazione del reso per l'ordine " + ORDER),
    ("return_request", "Notificación de autorización de devolución para el pedido " + ORDER),
    ("return_request", "Notification d'autorisation de retour"),
    ("return_request", "Benachrichtigung über die Rücksendegenehmigung für " + ORDER),
    ("refund_issued", "Refund Initiated for Order " + ORDER),
    ("refund_issued", "rimborso 169.01 EUR avviato - ordine " + ORDER),
    ("refund_issued", "Remboursement initié pour la commande " + ORDER),
    ("refund_issued", "Reembolso iniciado para el pedido " + ORDER),
    ("refund_issued", "Erstattung für Bestellung " + ORDER + " veranlasst"),
    ("a_to_z_opened", "Richiesta di rimborso ricevuta per l’ordine " + ORDER),
    ("a_to_z_opened", "A-to-z Guarantee claim received for order " + ORDER),
    ("a_to_z_decision", "Su reclamación bajo la Garantía de la A a la Z de Amazon para el pedido " + ORDER),
    ("a_to_z_decision", "Décision concernant la réclamation"),
    ("a_to_z_decision", "Your A-to-z Guarantee claim was denied"),
    ("chargeback_decision", ORDER + ", Amazon.com Chargeback Dispute Funding Decision"),
    ("chargeback_opened", "Chargeback notification " + ORDER),
    ("reply_confirmation", "Your email to Alex Example"),
    ("reply_confirmation", "Seu e-mail para Alex"),
    ("reply_confirmation", "Ihre E-Mail an Alex"),
    ("reply_confirmation", "Votre e-mail à Alex"),
    ("reply_confirmation", "La tua e-mail a Alex"),
    ("reply_confirmation", "Tu correo electrónico a Alex"),
    ("reply_confirmation", "Uw e-mail aan Alex"),
    ("reply_confirmation", "Ditt e-postmeddelande till Alex"),
    ("reply_confirmation", "Twój e-mail do Alex"),
    ("reply_confirmation", "山田様へのEメール"),
    ("bounce", "Your message to Alex could not be delivered"),
    ("bounce", "Il tuo messaggio all'acquirente non è stato consegnato."),
    ("order_notice", "Sold, ship now: Example lamp"),
    ("order_notice", "Amazon Listing Created - Example lamp"),
    ("fba_notice", "Fulfillment by Amazon: shipment received"),
    ("unknown_notice", "Important: your account"),
    ("unknown_notice", "SAFE-T claim approved"),
    ("unknown_notice", "Action required: the order was not delivered"),
]


@pytest.mark.parametrize(("kind", "subject"), SUBJECTS)
def test_the_subject_decides_when_headers_were_stripped(kind, subject):
    assert kind_of(subject=subject) == kind


def test_a_claim_sender_with_a_decision_in_its_subject_is_a_decision():
    sender = "atoz-guarantee-no-reply@amazon.com"
    assert kind_of(from_address=sender, subject="A-to-z claim closed") == "a_to_z_decision"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("bounce", "We were unable to deliver the message you sent to the buyer."),
        ("opt_out", "We were unable to deliver the message you sent, because this buyer has opted out."),
        ("amazon_cs_message", "We’ve been contacted by a customer regarding the order identified below."),
        ("cancellation_request", f"https://sellercentral.amazon.com/orders-v3/order/{ORDER}/cancel-order"),
        ("unknown_notice", "Reason: Undeliverable. Nothing else is known."),
    ],
)
def test_the_body_decides_last(kind, body):
    assert kind_of(subject="Notice", body=body) == kind


@pytest.mark.parametrize(
    "body",
    [
        "We've been contacted by a customer regarding the order identified below.\nOrder#: " + ORDER,
        f"Hello\nOrdine #: {ORDER}\nASIN: B0EXAMPLE1\nMotivo: Dov'è il mio articolo",
        f"Order#: {ORDER}\nItem: 1 lamp\nReason: Where is my stuff",
    ],
)
def test_amazon_writing_for_a_customer_is_known_by_its_opening(body):
    assert kind_of(from_address=RELAY, body=body) == "amazon_cs_message"


def test_a_buyer_who_names_a_reason_is_still_a_buyer():
    assert kind_of(from_address=RELAY, body=f"My order {ORDER}\nReason: it is broken") == "buyer_message"


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"from_address": "k3x9q7m2w8r5tz@marketplace.amazon.com.evil.example"}, "suspect:domain"),
        ({"from_address": "a@amazon-refunds.example"}, "suspect:domain"),
        ({"from_address": RELAY, "dmarc": ("fail",)}, "suspect:dmarc"),
        ({"from_address": RELAY, "dkim": ("fail",)}, "suspect:dkim"),
        ({"from_address": BUS, "dmarc": ("fail",), "type_header": "REFUND_ISSUED"}, "suspect:dmarc"),
        ({"from_address": "a@shop.example", "from_name": "Amazon Marketplace"}, "sender:not amazon"),
        ({"from_address": "a@shop.example", "reply_to": RELAY}, "reply_to:relay"),
    ],
)
def test_what_pretends_to_be_amazon_is_spam(facts, rule):
    assert classify(MailFacts(**facts)) == ("spam", rule)


@pytest.mark.parametrize(
    "auth", [{}, {"dkim": ("pass", "fail")}, {"dkim": ("fail",), "dmarc": ("pass",)}, {"dkim": ("none",)}]
)
def test_a_missing_or_partly_good_authentication_is_no_failure(auth):
    assert kind_of(from_address=RELAY, **auth) == "buyer_message"


def test_our_own_mail_to_a_buyer_is_for_a_person_to_look_at():
    assert classify(MailFacts("support@shop.example", to=(RELAY,))) == ("unknown_notice", "to:relay")


def test_a_relay_address_to_answer_makes_an_untyped_amazon_mail_a_buyers():
    assert classify(MailFacts(BUS, reply_to=RELAY)) == ("buyer_message", "reply_to:relay")


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        ({"report": True}, "bounce"),
        ({"empty_return_path": True, "subject": "Mail delivery failed: returning message"}, "bounce"),
        ({"empty_return_path": True, "subject": "Out of office"}, "spam"),
    ],
)
def test_delivery_failures_of_mail_servers_are_bounces(facts, kind):
    assert classify(MailFacts("server@mail.example", **facts))[0] == kind


@given(
    st.sampled_from([RELAY, BUS, "a@shop.example", "x@marketplace.amazon.com.evil.example", ""]),
    st.text(max_size=80),
    st.text(max_size=80),
    st.sampled_from([*TYPES, "", "SOMETHING_NEW"]),
)
def test_every_mail_has_a_known_kind(sender, subject, body, type_header):
    kind, rule = classify(MailFacts(sender, subject=subject, body=body, type_header=type_header))
    assert kind in KINDS
    assert rule
    if kind in STARTS_CLOCK:
        assert sender in (RELAY, BUS)


def test_thousands_of_mails_are_classified_in_a_second():
    mails = [MailFacts(BUS, subject=subject, body="A body of some words. " * 20) for _, subject in SUBJECTS] * 50
    begun = time.process_time()
    for mail in mails:
        classify(mail)
    assert len(mails) / (time.process_time() - begun) > 1000
