"""The policy check of a reply of 1,500 characters, as the composer asks for it while somebody writes."""

from __future__ import annotations

from collections.abc import Iterator

from bench.measure import Result, at_most
from services.policy.check import check

MOST_MS = 5.0
LENGTH = 1500
# The same reply in five languages; the words of each are repeated up to the length.
REPLIES = {
    "en": (
        "Hello Alex, thank you for writing to us about your order 111-1234567-1234567. We are sorry that the "
        "lamp arrived with a broken shade. We have checked the shipment with our warehouse in detail and can "
        "send you a replacement tomorrow, or refund the price of 39.90 USD in full, whichever you prefer. "
        "Please let us know which of the two suits you better. The parcel will be on its way within 2 days, "
        "and you can keep the damaged part in the meantime. If the cable is too short for your desk, measure "
        "1.5 m from the socket. "
    ),
    "de": (
        "Guten Tag Jonas, vielen Dank für Ihre Nachricht zu Ihrer Bestellung 303-1234567-1234567. Es tut uns "
        "leid, dass die Lampe mit einem gebrochenen Schirm angekommen ist. Wir haben die Sendung mit unserem "
        "Lager geprüft und können Ihnen morgen einen Ersatz schicken oder den Preis von 39,90 EUR vollständig"
        " erstatten, ganz wie Sie möchten. Bitte teilen Sie uns mit, was Ihnen lieber ist. Das Paket geht "
        "innerhalb von 2 Tagen auf den Weg, und das beschädigte Teil dürfen Sie so lange behalten. Größe und "
        "Farbe bleiben gleich. "
    ),
    "pl": (
        "Dzień dobry, dziękujemy za wiadomość w sprawie zamówienia 408-1234567-1234567. Bardzo nam przykro, "
        "że lampa dotarła z uszkodzonym kloszem. Sprawdziliśmy przesyłkę w naszym magazynie i możemy jutro "
        "wysłać nowy egzemplarz albo zwrócić pełną kwotę 159,90 PLN, zgodnie z Państwa życzeniem. Prosimy o "
        "informację, które rozwiązanie jest lepsze. Paczka zostanie nadana w ciągu 2 dni, a uszkodzoną część "
        "mogą Państwo na razie zatrzymać. Rozmiar oraz kolor pozostają bez zmian. "
    ),
    "fr": (
        "Bonjour Camille, merci pour votre message à propos de votre commande 406-1234567-1234567. Nous "
        "sommes désolés que la lampe soit arrivée avec un abat-jour cassé. Nous avons vérifié l'envoi avec "
        "notre entrepôt et pouvons vous expédier demain un remplacement ou rembourser le prix de 39,90 EUR en"
        " totalité, selon votre préférence. Dites-nous ce qui vous convient le mieux. Le colis partira dans "
        "les 2 jours et vous pouvez garder la pièce abîmée en attendant. La taille et la couleur restent les "
        "mêmes. "
    ),
    "ja": (
        "お世話になっております。ご注文250-1234567-1234567についてご連絡いただきありがとう"
        "ございます。ランプのシェードが破損した状態で届いたとのこと、誠に申し訳ございません。倉庫で配送状況を"
        "確認いたしましたので、明日交換品を発送するか、代金3,990円を全額返金するか、ご希望をお知らせくだ"
        "さい。荷物は2日以内に発送され、破損した部品はそのままお持ちいただいて構いません。サイズと色は同じで"
        "す。"
    ),
}


def results() -> Iterator[Result]:
    """A row for each language."""
    for language, words in REPLIES.items():
        text = (words * 10)[:LENGTH]
        name = f"policy check of {LENGTH:,} characters, {language}"

        def work(text: str = text, language: str = language) -> object:
            return check(text, language=language, order_id="111-1234567-1234567")

        yield at_most(name, work, MOST_MS)
