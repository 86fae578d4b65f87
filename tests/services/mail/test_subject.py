"""The buyer's reason and name in a subject."""

import pytest

from services.mail.subject import reply_name, topic_and_name
from tests.mails import ORDER


@pytest.mark.parametrize(
    ("subject", "topic", "name"),
    [
        (f"Inquiry from Amazon customer Alex Example (Order: {ORDER})", None, "Alex Example"),
        (f"Product details inquiry from Amazon customer Alex (Order: {ORDER})", "Product details", "Alex"),
        (f"Order delivery enquiry from Amazon customer Alex (Order: {ORDER})", "Order delivery", "Alex"),
        (f"Re: Return policy inquiry from Amazon customer Alex (Order: {ORDER})", "Return policy", "Alex"),
        (f"RE: Exchange request for order (Order: {ORDER})", "Exchange request", None),
        ("Re: Order information from Amazon seller Our Shop", "Order information", None),
        (f"Frage von Amazon-Kunde Jürgen (Bestellung: {ORDER})", None, "Jürgen"),
        (
            f"Paket nicht angekommen: Gutschrift anfordern(Bestellung: {ORDER})",
            "Paket nicht angekommen: Gutschrift anfordern",
            None,
        ),
        (f"Rechnung für Bestellung {ORDER}", "Rechnung", None),
        (f"Demande de renseignements de la part du client Amazon Zoé (Commande : {ORDER})", None, "Zoé"),
        (f"Le colis n’est pas arrivé (Commande : {ORDER})", "Le colis n'est pas arrivé", None),
        ("Messaggio dall’acquirente", None, None),
        *(
            (subject.format(name=name, end=end).strip(), None, name or None)
            for name, end in (("Giò Rossi", ""), ("Alex", f"(#: {ORDER})"), ("", ""), ("", f"(#: {ORDER})"))
            for subject in (
                "Messaggio dall’acquirente {name} {end}",
                "RIF: Messaggio dall'acquirente: {name} {end}",
                "Message from buyer {name} {end}",
                "Message from Amazon customer {name} {end}",
                "Nachricht vom Käufer {name} {end}",
                "Nachricht von Kunden {name} {end}",
                "Message de l’acheteur {name} {end}",
                "Mensaje del comprador {name} {end}",
                "Mensagem do comprador {name} {end}",
                "Bericht van koper {name} {end}",
                "Meddelande från köparen {name} {end}",
                "Wiadomość od kupującego {name} {end}",
                "Alıcıdan mesaj: {name} {end}",
                "رسالة من المشتري {name} {end}",
            )
        ),
        (f"購入者 山田 様からのメッセージ(注文: {ORDER})", None, "山田"),
        ("Amazon müşterisi Ayşe'den soru", None, "Ayşe"),
        ("استفسار من عميل أمازون سارة", None, "سارة"),
        (f"Reso - Messaggio dall'acquirente Alex (Ordine: {ORDER})", "Reso", "Alex"),
        ("Detalhes do produto Amazon Ana pergunta do cliente", "Detalhes do produto", "Ana"),
        (f"Amazonのカスタマー 山田 様から商品の詳細情報に関するお問い合わせ(注文: {ORDER})", "商品の詳細情報", "山田"),
        ("Something else", None, None),
        ("", None, None),
    ],
)
def test_topic_and_name_are_read(subject, topic, name):
    assert topic_and_name(subject) == (topic, name)


def test_a_subject_that_is_no_copy_has_no_reply_name():
    assert reply_name("Your order has shipped") is None
    assert reply_name(f"Your email to Alex (Order: {ORDER})") == "Alex"
