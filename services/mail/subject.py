"""What the subject of a mail says beside its order id: the buyer's reason for writing and a name."""

from __future__ import annotations

import re

from services.rules.mail_words import REPLY_TO_NAME

_PREFIX = re.compile(r"^(?:(?:re|aw|sv|antw|odp|rif|r|res|enc|fwd?|wg|tr|ynt|返信|رد) ?[:：] *)+", re.I)
_BRACKET = re.compile(r"\s*[(（\[][^()（）\[\]]{0,30}?[0-9]{3}-[0-9]{7}-[0-9]{7}\s*[)）\]]?\s*$")
_ORDER_END = re.compile(
    r"\s*(?:,|-|–)?\s*(?:(?:für|for|pour|per|para|voor|för|dla) )?(?:(?:the|die|la|l'|el|o|il|de) ?)?"
    r"(?:order|bestellung|commande|ordine|pedido|bestelling|beställning|zamówieni\w|sipariş|注文)?"
    r"(?: (?:id|number|nr\.?|numero))?[ :：#]*[0-9]{3}-[0-9]{7}-[0-9]{7}\s*$",
    re.I,
)
_FOR_ORDER = re.compile(
    r"\s+(?:for|from|about|für|pour|per|para|voor) (?:order|bestellung|commande|ordine|pedido)$", re.I
)
# The frame that Amazon puts around reason and name, per language; a missing reason is a plain question.
_FRAMES = tuple(
    re.compile(frame, re.I)
    for frame in (
        r"(?:(?P<topic>.+?) )?(?:inquiry|enquiry) from amazon customer (?P<name>.+)",
        r"(?P<topic>order information) from amazon seller .+",
        r"(?:(?P<topic>.+?)[ -]+)?(?:frage|anfrage) von amazon-?kunden? (?P<name>.+)",
        r"(?:(?P<topic>.+?)[ -]+)?(?:demande de renseignements|question) de la part du client amazon (?P<name>.+)",
        r"(?:(?P<topic>.+?)[ -]+)?(?:richiesta(?: di informazioni)?|domanda) (?:da parte )?del cliente amazon"
        r" (?P<name>.+)",
        r"(?:(?P<topic>.+?)[ -]+)?(?:consulta|pregunta) del cliente (?:de )?amazon (?P<name>.+)",
        r"(?P<topic>.+?) amazon (?P<name>.+?) pergunta do cliente",
        r"(?:(?P<topic>.+?)[ -]+)?(?:vraag|aanvraag) van amazon-?klant (?P<name>.+)",
        r"(?:(?P<topic>.+?)[ -]+)?(?:fråga|förfrågan) från amazon-?kund(?:en)? (?P<name>.+)",
        r"(?:(?P<topic>.+?)[ -]+)?zapytanie od klienta amazon (?P<name>.+)",
        r"amazonの(?:カスタマー|お客様)\s*(?P<name>.+?)\s*(?:様|さん)から(?:の)?(?P<topic>.*?)(?:に関する)?(?:お問い合わせ|ご質問)",
        r"amazon müşterisi (?P<name>.+?)(?:'?[dt][ae]n)? (?:gelen )?(?:soru|mesaj|sorgu)(?:su)?",
        r"(?:استفسار|سؤال|رسالة) من عميل أمازون (?P<name>.+)",
        # "Message from the buyer NAME", where the name may be missing.
        *(
            rf"(?:(?P<topic>.+?)[ -]+)?{message_from}(?:[ :：-]+(?P<name>.+))?"
            for message_from in (
                r"message from (?:the |your |an? )?(?:amazon )?(?:buyer|customer)",
                r"(?:messaggio|richiesta|domanda) (?:dall'acquirente|da un acquirente|dal cliente)",
                r"(?:mensaje|consulta|pregunta) (?:del|de la|de un|de tu) (?:comprador[a]?|cliente)",
                r"(?:message|question|demande) (?:de l'acheteur|d'un acheteur|du client)",
                r"(?:nachricht|anfrage|frage) (?:vom|von|des|ihres|eines) (?:käufers?|kunden)",
                r"(?:mensagem|pergunta) (?:do|da|de um|de) (?:comprador[a]?|cliente)",
                r"(?:bericht|vraag) van (?:de |uw |een )?(?:koper|klant)",
                r"(?:meddelande|fråga) från (?:en )?(?:köparen?|kunden?)",
                r"(?:wiadomość|pytanie) od (?:kupującego|klienta)",
                r"(?:alıcıdan|müşteriden)(?: gelen)? (?:mesaj|soru)",
                r"(?:رسالة|سؤال) من (?:المشتري|العميل)",
            )
        ),
        r"(?P<name>.+?)(?: adlı)? (?:alıcıdan|müşteriden)(?: gelen)? (?:mesaj|soru)",
        r"(?:購入者|お客様|カスタマー)\s*(?:(?P<name>.+?)\s*(?:様|さん))?から(?:の)?(?:メッセージ|お問い合わせ|ご質問)",
    )
)


def topic_and_name(subject: str) -> tuple[str | None, str | None]:
    """The contact reason in its own words and the name that the subject gives; each None when it has none.

    The name may be the seller's by a defect of Amazon's: the sender's display name is better.
    """
    line = _PREFIX.sub("", subject.replace("’", "'").strip())
    bare = _BRACKET.sub("", line).rstrip(" -–:：")
    for frame in _FRAMES:
        found = frame.fullmatch(bare)
        if found:
            groups = found.groupdict()
            return _tidy(groups.get("topic")), _tidy(groups.get("name"))
    without = _FOR_ORDER.sub("", _ORDER_END.sub("", bare))
    return (_tidy(without), None) if without != line else (None, None)


def reply_name(subject: str) -> str | None:
    """The buyer's name in the subject of a copy of our own reply, or None."""
    found = REPLY_TO_NAME.match(_BRACKET.sub("", subject.strip()))
    return _tidy(next((name for name in found.groups() if name), None)) if found else None


def _tidy(words: str | None) -> str | None:
    words = (words or "").strip(" -–:：,")
    return words[:200] or None
