"""Amazon's words in the subjects and bodies of its notices, per language, for mail that lost its type header.

Forms that were seen in real mail stand beside plausible forms of the other languages; texts are matched as
`mail_kinds.normal` leaves them (lower case, straight apostrophes, single spaces).
"""

from __future__ import annotations

import re


def _any(patterns: str) -> re.Pattern[str]:
    """One alternative a line."""
    return re.compile("|".join(line.strip() for line in patterns.strip().splitlines()))


UNDELIVERED = _any(r"""
    unable to deliver (?:the|your) (?:message|e-?mail)
    your (?:message|e-?mail)(?: to (?:the |your )?(?:buyer|customer))? was not (?:delivered|sent)
    your (?:message|e-?mail)(?: to (?:the |your )?(?:buyer|customer))? could not be (?:delivered|sent)
    messaggio all'acquirente non è stato consegnato
    impossibile (?:consegnare|recapitare) il (?:tuo )?messaggio
    mensaje (?:al|para el) comprador no (?:se ha|se pudo|pudo|ha sido|fue)(?: podido)?(?: ser)? ?entreg
    (?:no (?:se )?(?:hemos podido|pudimos|ha podido)) entregar (?:el|tu|su) mensaje
    message à l'acheteur n'a pas (?:été|pu être) (?:livré|remis|envoyé|distribué)
    n'avons pas pu (?:remettre|livrer|distribuer|transmettre) (?:le|votre) (?:message|e-?mail)
    nachricht an den käufer (?:wurde nicht|konnte nicht) (?:zugestellt|übermittelt)
    (?:ihre )?(?:nachricht|e-mail) konnte(?:n wir)? nicht (?:zugestellt|zustellen|übermittelt)
    mensagem (?:ao|para o) comprador não (?:foi|pôde ser) (?:entregue|enviada)
    não (?:foi possível|conseguimos) entregar a (?:sua )?mensagem
    bericht aan de koper is niet (?:bezorgd|afgeleverd)
    bericht kon niet worden (?:bezorgd|afgeleverd)
    meddelande till köparen (?:levererades inte|kunde inte levereras)
    kunde inte leverera (?:ditt )?meddelande
    wiadomość do kupującego nie została (?:dostarczona|doręczona)
    nie udało się dostarczyć (?:twojej )?wiadomości
    alıcıya (?:gönderdiğiniz )?mesaj(?:ınız)? (?:iletilemedi|teslim edilemedi)
    (?:購入者|お客様)(?:へ|宛)の(?:メッセージ|eメール)(?:は|を|が)(?:配信|送信|お届け)?(?:されません|できません)
    メッセージを(?:配信|送信)できませんでした
    لم يتم تسليم (?:ال)?رسال
    """)
"""Amazon could not deliver our message: in a subject or a body."""

NOT_DELIVERED = _any(r"""
    (?:not|n't|never) (?:be |been )?(?:delivered|sent)
    undelivered|blocked|rejected|failed
    non (?:è stat[oa]|può essere) (?:consegnat|recapitat|inviat)
    no (?:se ha|se pudo|pudo|fue|ha sido).{0,20}(?:entreg|envi)
    n'a(?: pas| pu).{0,20}(?:remis|livré|envoyé|distribué)
    não (?:foi|pôde).{0,20}(?:entreg|envi)
    nicht (?:zugestellt|übermittelt|gesendet)
    niet (?:bezorgd|afgeleverd|verzonden)
    inte levere
    nie (?:została|został|udało).{0,25}(?:dostarcz|doręcz|wysła)
    (?:配信|送信|お届け)(?:され|でき)ません
    (?:iletilemedi|teslim edilemedi|gönderilemedi)
    """)
"""Words that make of "Your email to NAME …" the opposite of a copy of a sent reply."""

DELIVERY_FAILED = _any(r"""
    delivery (?:status notification|has failed|failure|failed)
    undeliver(?:able|ed)
    returned mail
    mail delivery failed
    unzustellbar
    échec de (?:la )?remise
    mancato recapito
    配信不能
    não entregue
    """)
"""Any mail server's words for it: in a subject only, because refunds too have the reason "undeliverable"."""
OPTED_OUT = _any(r"""
    opted[ -]out
    opt[ -]out
    chosen not to receive
    unsubscribed
    (?:ha )?(?:scelto|deciso) di non ricevere
    disattivato la ricezione
    (?:ha )?(?:optado|elegido|decidido) (?:por )?no recibir
    dado de baja
    (?:a )?choisi de ne (?:pas|plus) recevoir
    désabonné
    désinscrit
    (?:vom|von dem) empfang .{0,60}abgemeldet
    keine (?:unaufgeforderten )?nachrichten .{0,40}(?:erhalten|empfangen)
    optou por não receber
    cancelou o recebimento
    afgemeld
    geen (?:ongevraagde )?berichten .{0,30}ontvangen
    valt (?:bort )?att inte ta emot
    avböjt
    zrezygnował\w* z otrzymywania
    almamayı tercih
    受信(?:しない|を拒否|を停止)
    受け取らない
    オプトアウト
    配信停止
    عدم تلقي
    إلغاء الاشتراك
    """)

REPLY_TO_NAME = re.compile(
    r"^(?:re: *)?(?:"
    r"your (?:e-?mail|message) to (?P<en>.+)"
    r"|(?:seu|sua) (?:e-?mail|mensagem) para (?P<pt>.+)"
    r"|(?:ihre|deine) (?:e-?mail|nachricht) an (?P<de>.+)"
    r"|votre (?:e-?mail|courriel|message) (?:à|pour) (?P<fr>.+)"
    r"|(?:(?:la )?(?:tua|sua) e-?mail|il (?:tuo|suo) messaggio) (?:a|per) (?P<it>.+)"
    r"|(?:tu|su) (?:correo(?: electrónico)?|e-?mail|mensaje) (?:a|para) (?P<es>.+)"
    r"|(?:uw|je|jouw) (?:e-?mail|bericht) aan (?P<nl>.+)"
    r"|(?:ditt|din) (?:e-?post(?:meddelande)?|mejl|mail|meddelande) till (?P<sv>.+)"
    r"|(?:twój|twoja|państwa) (?:e-?mail|wiadomość(?: e-mail)?) do (?P<pl>.+)"
    r"|(?P<tr>.+?)(?: adlı)?(?: (?:alıcıya|müşteriye|kişisine))? (?:gönderdiğiniz )?(?:e-postanız|mesajınız)"
    r"|(?P<ja>.+?) *(?:様|さん)? *(?:へ|宛|宛て)の?(?:[eｅ]?メール|メッセージ).*"
    r"|(?:رسالتك|رسالة البريد الإلكتروني الخاصة بك)(?: الإلكترونية)? إلى (?P<ar>.+)"
    r")$",
    re.I,
)
"""The subject of a copy of our own reply; the group that matched is the buyer's name."""

SUBJECTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "cancellation_request",
        _any(r"""
    cancell?ation request
    request(?:ed)? (?:to cancel|cancell?ation)
    richiesta di annullamento
    solicitud de cancelación
    solicitação de cancelamento
    pedido de cancelamento
    demande d'annulation
    stornierungs(?:anfrage|antrag|wunsch)
    (?:antrag auf|anfrage zur|bitte um) stornierung
    annuleringsverzoek
    verzoek (?:om|tot) annulering
    begäran om (?:avbokning|avbeställning|annullering)
    (?:prośba|wniosek) o anulowanie
    iptal (?:talebi|isteği)
    キャンセル(?:リクエスト|依頼|の?申請)
    طلب إلغاء
    """),
    ),
    (
        "return_request",
        _any(r"""
    return authori[sz]ation
    ^(?:amazon )?return request(?:ed)?\b
    notifi\w* of return
    autorizzazione (?:del|al|di) reso
    richiesta di reso
    autorización de (?:la )?devolución
    solicitud de devolución
    autorisation de retour
    demande de retour
    autorização (?:de|da) devolução
    solicitação de devolução
    rücksende(?:genehmigung|antrag|autorisierung)
    rückgabe(?:genehmigung|antrag)
    retouren(?:genehmigung|antrag)
    (?:autorisierung|genehmigung) (?:der|einer|ihrer) (?:rücksendung|rückgabe|retoure)
    retour(?:autorisatie|verzoek|machtiging)
    autorisatie (?:van|voor) (?:de )?retour
    retur(?:godkännande|begäran|auktorisering)
    auktorisering av retur
    autoryzacj\w+ zwrotu
    prośba o zwrot towaru
    iade (?:onay|yetki|talebi)
    返品(?:の)?(?:承認|許可|リクエスト|依頼)
    (?:طلب|تفويض) (?:ال)?إرجاع
    """),
    ),
    (
        "a_to_z_decision",
        _any(r"""
    (?:a[ -]to[ -]z|(?<!safe-t )claim).{0,60}(?:decision|granted|denied|closed|withdrawn|approved|resolved|outcome)
    (?:decision|outcome) .{0,40}(?:a[ -]to[ -]z|(?<!safe-t )claim)
    décision concernant (?:la|votre) réclamation
    su reclamación bajo la garantía de la a a la z
    decisión .{0,40}(?:reclamación|garantía de la a)
    decisione .{0,40}(?:reclamo|garanzia dalla a|richiesta di rimborso)
    reclamo .{0,80}(?:approvato|respinto|chiuso)
    entscheidung .{0,60}(?:a-bis-z|a-z-garantie|garantieantrag|antrag)
    decisão .{0,60}(?:garantia de a a z|reclamação)
    beslissing .{0,60}(?:claim|a-tot-z)
    beslut .{0,60}(?:a-till-ö|a till z|a-z|anspråk)
    decyzja .{0,60}roszczeni
    (?:マーケットプレイス保証|a-to-z).{0,40}(?:決定|結果|承認|却下)
    a'dan z'ye .{0,60}karar
    """),
    ),
    (
        "a_to_z_opened",
        _any(r"""
    a[ -]to[ -]z.{0,60}(?:claim|received|filed|submitted|opened)
    refund request received for order
    (?<!safe-t )claim received
    richiesta di rimborso ricevuta
    reclamo .{0,40}garanzia dalla a alla z
    garanzia dalla a alla z
    solicitud de reembolso recibida
    reclamación .{0,40}recibida
    garantía de la a a la z
    demande de remboursement reçue
    réclamation .{0,40}(?:reçue|garantie a à z)
    garantie a à z
    (?:rück)?erstattungs(?:antrag|anfrage) .{0,40}(?:erhalten|eingegangen)
    a-bis-z-garantie
    a-z-garantie
    pedido de reembolso recebido
    solicitação de reembolso recebida
    garantia de a a z
    terugbetalingsverzoek .{0,40}ontvangen
    a-tot-z-garantie
    återbetalningsbegäran .{0,40}mottagen
    a-till-ö-garanti
    otrzymano wniosek o zwrot
    gwarancj\w+ od a do z
    返金リクエスト.{0,20}受
    マーケットプレイス保証
    a'dan z'ye garanti
    """),
    ),
    (
        "chargeback_decision",
        _any(r"""
    chargeback.{0,40}(?:decision|outcome|closed|resolved|funding)
    """),
    ),
    (
        "chargeback_opened",
        _any(r"""
    chargeback
    rückbuchung
    rétrofacturation
    contestation de paiement
    contestación de cargo
    contracargo
    storno di addebito
    estorno de cobrança
    チャージバック
    terugboeking
    ters ibraz
    """),
    ),
    (
        "refund_issued",
        _any(r"""
    refund .{0,40}(?:initiated|issued)
    refund (?:initiated|issued)
    rimborso .{0,40}(?:avviato|emesso|effettuato)
    reembolso .{0,40}(?:iniciado|emitido)
    remboursement .{0,40}(?:initié|émis|lancé|effectué)
    (?:rück)?erstattung .{0,60}(?:veranlasst|eingeleitet|initiiert|ausgelöst|vorgenommen)
    terugbetaling .{0,40}(?:gestart|geïnitieerd|in gang)
    återbetalning .{0,40}(?:initierad|påbörjad|inledd)
    zwrot .{0,40}(?:zainicjowany|rozpoczęty|środków|pieniędzy)
    para iadesi
    返金.{0,20}(?:開始|手続き|処理)
    (?:تم )?(?:بدء|إصدار) استرداد
    """),
    ),
    ("reply_confirmation", REPLY_TO_NAME),
    (
        "fba_notice",
        _any(r"""
    fulfil?lment by amazon
    fba inbound
    versand durch amazon
    expédié par amazon
    logistica di amazon
    """),
    ),
    (
        "order_notice",
        _any(r"""
    ^sold, ship now
    ^amazon listing created
    ^(?:your|the) order [0-9-]{0,20} ?(?:has|was)(?: been)? (?:shipped|dispatched|delivered)
    ^vendu,? (?:expédie|à expédier|envoye)
    ^verkauft[,:–-]? ?(?:bitte|jetzt)? ?(?:versenden|verschicken|versand)
    ^venduto,? spedi
    ^vendido,? (?:envía|enviar|envie)
    ^verkocht,? (?:verzend|nu)
    ^såld[at]?,? (?:skicka|leverera)
    ^sprzedan[eoy],? (?:wyślij|nadaj)
    ^satıldı,? (?:şimdi )?(?:kargola|gönder)
    ^(?:商品が)?(?:売れました|注文確定)
    ^ship(?:ment|ping) (?:confirmation)
    ^orders? (?:ready|shipped)
    """),
    ),
)

BODIES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "cancellation_request",
        _any(r"""
    /orders-v3/order/[0-9-]{19}/cancel-order
    buyer has requested (?:to cancel|cancell?ation)
    """),
    ),
    (
        "opt_out",
        _any(r"""
    (?:buyer|customer) has (?:opted out|chosen not to receive)
    acquirente ha scelto di non ricevere
    """),
    ),
    (
        "chargeback_opened",
        _any(r"""
    chargeback amount ?:
    (?:filed|disputed) .{0,60}chargeback
    """),
    ),
    (
        "a_to_z_opened",
        _any(r"""
    (?:filed|submitted|opened) an? a[ -]to[ -]z
    a[ -]to[ -]z (?:guarantee )?claim (?:was|has been) (?:filed|opened|submitted)
    """),
    ),
    (
        "a_to_z_decision",
        _any(r"""
    (?:granted|denied|closed|decided) .{0,40}a[ -]to[ -]z
    """),
    ),
    (
        "return_request",
        _any(r"""
    return authori[sz]ation (?:request )?(?:for|notification)
    """),
    ),
)

AMAZON_CS: tuple[re.Pattern[str], ...] = (
    re.compile(
        r"\A.{0,300}?we(?:['’]ve| have) been contacted by a customer regarding the order identified below",
        re.I | re.S,
    ),
    # Order#: … and Reason: … (Ordine #: … Motivo: …) on lines of their own, as only Amazon's form has them.
    re.compile(
        r"^[ \t]*[^\n:：]{2,24}?[ \t]?#[ \t]*[:：][ \t]*[0-9]{3}-[0-9]{7}-[0-9]{7}"
        r"(?s:.{0,900}?)^[ \t]*(?:reason|motivo|grund|raison|motif|理由|reden|anledning|powód|neden)[ \t]*[:：]",
        re.I | re.M,
    ),
)
"""Openings of a message that Amazon's customer service writes for a customer."""
