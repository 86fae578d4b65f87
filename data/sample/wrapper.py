"""What Amazon puts around a buyer's words, per language: subjects, markers, footers."""

from __future__ import annotations

from dataclasses import dataclass

LINE = "-------------"


@dataclass(frozen=True)
class Wrapper:
    """One language's wrapper. Texts are in the manner of Amazon's, written for this sample."""

    received: str
    start: str
    end: str
    helpful: str
    resolve: str
    report: str
    note: str
    copy_subject: str
    copy_line: str
    copy_start: str
    copy_end: str
    subject: str
    order_suffix: str


WRAPPERS = {
    "en": Wrapper(
        "You have received a message.", "Message:", "End message", "Was this e-mail helpful?", "Resolve case",
        "Report questionable activity", "Messages are kept for two years and may be filtered to protect both sides.",
        "Your email to {name}", "We have sent your message to the customer.", "Begin message", "End message",
        "{topic}Inquiry from Amazon customer {name}", " (Order: {order})",
    ),
    "de": Wrapper(
        "Sie haben eine Nachricht erhalten.", "Nachricht:", "Ende der Nachricht", "War diese E-Mail hilfreich?",
        "Fall abschließen", "Verdächtige Aktivität melden",
        "Nachrichten werden zwei Jahre aufbewahrt und zum Schutz beider Seiten gefiltert.",
        "Ihre E-Mail an {name}", "Ihre Nachricht wurde an den Kunden gesendet.", "Beginn der Nachricht",
        "Ende der Nachricht", "Frage von Amazon-Kunde {name}", " (Bestellung: {order})",
    ),
    "fr": Wrapper(
        "Vous avez reçu un message.", "Message:", "Fin du message", "Cet e-mail vous a-t-il été utile ?",
        "Résoudre le cas", "Signaler une activité suspecte",
        "Les messages sont conservés deux ans et filtrés pour protéger les deux parties.",
        "Votre e-mail à {name}", "Votre message a été envoyé au client.", "Début du message", "Fin du message",
        "Demande de renseignements de la part du client Amazon {name}", " (Commande : {order})",
    ),
    "it": Wrapper(
        "Hai ricevuto un messaggio.", "Messaggio:", "Fine messaggio", "Questa e-mail ti è stata utile?",
        "Risolvi il caso", "Segnala attività sospette",
        "I messaggi sono conservati per due anni e filtrati a tutela di entrambe le parti.",
        "La tua e-mail a {name}", "Il tuo messaggio è stato inviato al cliente.", "Inizio messaggio",
        "Fine messaggio", "Messaggio dall'acquirente {name}", " (Ordine: {order})",
    ),
    "es": Wrapper(
        "Has recibido un mensaje.", "Message:", "Finalizar mensaje", "¿Te ha resultado útil este correo?",
        "Resolver el caso", "Informar de actividad sospechosa",
        "Los mensajes se guardan dos años y se filtran para proteger a ambas partes.",
        "Tu correo electrónico a {name}", "Tu mensaje se ha enviado al cliente.", "Iniciar mensaje",
        "Finalizar mensaje", "Consulta del cliente de Amazon {name}", " (Pedido: {order})",
    ),
    "ja": Wrapper(
        "メッセージが届きました。", "メッセージ：", "メッセージの終わり", "このEメールは役に立ちましたか。",
        "ケースを解決", "不審な行為を報告", "メッセージは二年間保存され、保護のため検査されます。",
        "{name} 様へのEメール", "お客様にメッセージを送信しました。", "メッセージの始まり", "メッセージの終わり",
        "Amazonのカスタマー {name} 様から{topic}に関するお問い合わせ", "(注文: {order})",
    ),
}  # fmt: skip
TOPIC_SUBJECTS = {
    "en": {
        "parcel_late": "Order delivery", "parcel_missing": "Order delivery", "how_to": "Product details",
        "compat": "Product details", "return": "Return policy", "refund_status": "Return policy",
        "warranty": "Product details",
    },
    "ja": {
        "parcel_late": "配送状況", "parcel_missing": "配送状況", "return": "返品", "refund_status": "返品",
        "cancel": "注文のキャンセル", "invoice": "領収書",
    },
}  # fmt: skip
# Whole subjects that Amazon writes for some contact reasons; the missing space is as seen.
WHOLE_SUBJECTS = {
    "de": {
        "parcel_missing": "Paket nicht angekommen: Gutschrift anfordern(Bestellung: {order})",
        "invoice": "Rechnung für Bestellung {order}",
    },
    "fr": {
        "parcel_missing": "Le colis n'est pas arrivé (Commande : {order})",
        "damaged": "Article endommagé (Commande : {order})",
    },
    "en": {"wrong_item": "RE: Exchange request for order (Order: {order})"},
}


def subject(lang: str, code: str, topic: str, name: str, order: str | None) -> str:
    """The subject of a buyer message of one marketplace on one topic."""
    base = topic.split(":")[0]
    if order and base in WHOLE_SUBJECTS.get(lang, {}):
        return WHOLE_SUBJECTS[lang][base].format(order=order)
    wrap = WRAPPERS[lang]
    label = TOPIC_SUBJECTS.get(lang, {}).get(base, "商品の詳細情報" if lang == "ja" else "")
    text = wrap.subject.format(name=name, topic=label if lang == "ja" else f"{label} ".lstrip())
    if lang == "en":
        word = "Enquiry" if code == "UK" else "Inquiry"
        text = text.replace("Inquiry", word.lower() if label else word)
    return text + (wrap.order_suffix.format(order=order) if order else "")
