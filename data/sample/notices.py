"""Amazon's notices and the mail that is no conversation: HTML-only pages, bounces, spam, damage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from random import Random

from data.sample import shop, wire
from data.sample.mails import OURS, Mail, Talk, envelope, spc
from data.sample.shop import PRODUCTS, STORES, Product, Store

ROBOTS = {
    "en": "Amazon Seller Central Notifications (Do Not Reply)",
    "de": "Amazon Seller Central-Benachrichtigungen (nicht antworten)",
    "fr": "Notifications Amazon Seller Central (Ne pas répondre)",
    "it": "Notifiche di Amazon Seller Central (non rispondere)",
    "es": "Notificaciones de Amazon Seller Central (no responder)",
    "ja": "Amazon セラーセントラル通知 (返信不可)",
}
CANCEL = {
    "en": ("Order cancellation request for Order ID: {order}", "The buyer has asked to cancel this order."),
    "de": ("Stornierungsanfrage für Bestellnummer: {order}", "Der Käufer möchte diese Bestellung stornieren."),
    "fr": ("Demande d'annulation de commande {order}", "L'acheteur demande l'annulation de cette commande."),
    "it": ("Richiesta di annullamento per l'ordine numero: {order}", "L'acquirente chiede di annullare l'ordine."),
    "es": (
        "Solicitud de cancelación del pedido para el número de pedido: {order}",
        "El comprador solicita la cancelación de este pedido.",
    ),
}
RETURN = {
    "en": "Return authorization notification for order {order}",
    "de": "Benachrichtigung über Rücksendegenehmigung für Bestellung {order}",
    "fr": "Notification d'autorisation de retour pour la commande {order}",
    "it": "Notifica di autorizzazione del reso per l'ordine {order}",
    "es": "Notificación de autorización de devolución para el pedido {order}",
    "ja": "返品承認のお知らせ 注文番号 {order}",
}
REFUND = {
    "en": "Refund Initiated for Order {order}",
    "de": "Erstattung veranlasst für Bestellung {order}",
    "fr": "Remboursement initié pour la commande {order}",
    "it": "rimborso {amount} avviato - ordine {order}",
    "es": "Reembolso iniciado para el pedido {order}",
    "ja": "返金が開始されました 注文番号 {order}",
}
REASONS = ("Defective item", "No longer needed", "Arrived too late", "Different from what was ordered", "Damaged")
CLAIM = {
    "it": (
        "Garanzia dalla A alla Z di Amazon", "it", "Richiesta di rimborso ricevuta per l’ordine {order}",
        "Un acquirente ha richiesto un rimborso di {amount} con la Garanzia dalla A alla Z.",
        "Se Amazon chiede informazioni, rispondi entro 3 giorni di calendario.",
    ),
    "en": (
        "Amazon A-to-z Guarantee", "com", "Refund request received for order {order}",
        "A buyer has filed an A-to-z Guarantee claim for {amount}.",
        "Please answer within 3 calendar days if you want your side to be heard.",
    ),
    "de": (
        "Amazon A-bis-z-Garantie", "de", "Erstattungsantrag für Bestellung {order} erhalten",
        "Ein Käufer hat über die A-bis-z-Garantie {amount} beantragt.",
        "Bitte antworten Sie innerhalb von 3 Kalendertagen.",
    ),
    "fr": (
        "Garantie A à Z d'Amazon", "fr", "Décision concernant la réclamation pour la commande {order}",
        "La réclamation au titre de la Garantie A à Z a été refusée. Montant : {amount}.",
        "Aucune action n'est requise de votre part.",
    ),
    "es": (
        "Garantía de la A a la Z de Amazon", "com",
        "Su reclamación bajo la Garantía de la A a la Z de Amazon para el pedido {order}",
        "La reclamación ha sido aceptada y el importe de {amount} se ha cargado en su cuenta.",
        "Puede apelar esta decisión en un plazo de 30 días naturales.",
    ),
}  # fmt: skip


def _page(
    store: Store,
    at: datetime,
    rng: Random,
    kind: str,
    notification: str,
    sender: str,
    subject: str,
    lines: Sequence[str],
    *,
    talk: str = "",
    more: Sequence[tuple[str, str]] = (),
    fold: str = "",
) -> Mail:
    """An HTML-only notice; short lines, so that no date is cut by a soft line break."""
    headers = envelope(store, at, rng, notification)
    headers[2:2] = [("From", sender)]
    headers += [("Subject", wire.words(subject, fold)), *more]
    inside = "\n".join(lines)
    html = wire.text_part(f"<html><body>\n{inside}\n<p>{spc(store, rng)}</p>\n</body></html>\n", "html")
    return Mail(at, kind, wire.assemble(headers, wire.multipart("alternative", (html,), wire.boundary(rng))), talk)


def _robot(lang: str) -> str:
    return wire.mailbox(ROBOTS[lang], "donotreply@amazon.com")


def cancellation(talk: Talk, at: datetime, rng: Random, bare: bool = False) -> Mail:
    """The buyer asks through Amazon to cancel."""
    subject, line = CANCEL[talk.lang]
    link = f"https://sellercentral.amazon.{talk.store.tld}/orders-v3/order/{talk.order}/cancel-order"
    lines = (
        f"<p>{line}</p>",
        f"<p><b>Order ID:</b> {talk.order}</p>",
        f'<p><a href="{link}">',
        f"{talk.order}</a></p>",
    )
    notification = "" if bare else "BRC_SELLER_NOTIFICATION"
    title = subject.format(order=talk.order)
    return _page(
        talk.store, at, rng, "cancellation_request", notification, _robot(talk.lang), title, lines, talk=talk.key
    )


def return_request(talk: Talk, at: datetime, rng: Random, columns: int, bare: bool = False) -> Mail:
    """A return was asked for or authorised; the table has 3 or 6 columns."""
    product = talk.product
    cells = {
        "Item": product.title, "ASIN": product.asin, "Merchant SKU": product.sku, "Quantity": "1",
        "Return reason": rng.choice(REASONS), "Buyer comment": "It is in the original box.",
    }  # fmt: skip
    shown = list(cells) if columns == 6 else ["Item", "Quantity", "Return reason"]
    lines = [
        f"<p><b>Order ID:</b> {talk.order}<br>",
        f"<b>Return request date:</b> {at:%Y-%m-%d}<br>",
        "<b>Policy check:</b> within policy<br>",
        "<b>Authorization:</b> automatic</p>",
        '<table cellpadding="10"><tr>',
        *(f"<th>{name}</th>" for name in shown),
        "</tr><tr>",
        *(f"<td>{cells[name]}</td>" for name in shown),
        "</tr></table>",
        "<p><b>Return carrier:</b> Sample Parcel</p>",
    ]
    return _page(talk.store, at, rng, "return_request", "" if bare else "RETURN_REQUEST", _robot(talk.lang),
                 RETURN[talk.lang].format(order=talk.order), lines, talk=talk.key, fold=talk.order or "")  # fmt: skip


def refund(talk: Talk, at: datetime, rng: Random, amount: int, bare: bool = False) -> Mail:
    """Money was sent back; it may come more than once per order."""
    shown = shop.money(amount, talk.store)
    lines = (
        f"<p><b>Order ID:</b> {talk.order}<br>",
        f"<b>Item:</b> {talk.product.title}<br>",
        f"<b>Refund amount:</b> {shown}<br>",
        f"<b>Refund date:</b> {at:%Y-%m-%d}</p>",
    )
    subject = REFUND[talk.lang].format(order=talk.order, amount=shown)
    more = (("List-Unsubscribe", f"<https://sellercentral.amazon.{talk.store.tld}/notifications/preferences>"),)
    notification, sender = "" if bare else "REFUND_ISSUED", _robot(talk.lang)
    return _page(talk.store, at, rng, "refund_issued", notification, sender, subject, lines, talk=talk.key, more=more)


def a_to_z(talk: Talk, at: datetime, rng: Random, decided: bool) -> Mail:
    """A guarantee claim was opened (answer within 3 days) or decided."""
    name, tld, subject, line, todo = CLAIM[talk.lang]
    amount = shop.money(talk.product.price, talk.store, comma=talk.lang == "it")
    lines = (f"<p>{line.format(amount=amount)}</p>", f"<p>Order ID: {talk.order}</p>", f"<p>{todo}</p>")
    kind = "a_to_z_decision" if decided else "a_to_z_opened"
    notification = "A_Z_CLAIM_RESPONDENT_CLOSE" if decided else "A_Z_CLAIM_RESPONDENT_NOTIFY"
    sender = wire.mailbox(name, f"atoz-guarantee-no-reply@amazon.{tld}")
    return _page(
        talk.store, at, rng, kind, notification, sender, subject.format(order=talk.order), lines, talk=talk.key
    )


def chargeback(talk: Talk, at: datetime, rng: Random, decided: bool) -> Mail:
    """A bank took the money back, or Amazon tells how that ended."""
    if decided:
        sender, subject = "cb-seller-query@amazon.com", f"{talk.order}, Amazon.com Chargeback Dispute Funding Decision"
        first = "Thank you for your information. We have covered this chargeback, no money was taken from your account."
    else:
        sender, subject = "cb-seller-notification@amazon.com", f"Chargeback notification for order {talk.order}"
        first = "The cardholder's bank has reversed the charge. Please send us your information within 7 calendar days."
    lines = (
        f"<p>{first}</p>",
        f"<p>Order number: {talk.order}<br>",
        f"Chargeback amount: {shop.money(talk.product.price, talk.store)}<br>",
        f"Items purchased: 1 of ({talk.product.title})<br>",
        f"Order date: {at - timedelta(days=40):%Y-%m-%d}<br>",
        "Shipping address: withheld</p>",
    )
    kind = "chargeback_decision" if decided else "chargeback_opened"
    return _page(talk.store, at, rng, kind, "", wire.mailbox("Amazon Payments", sender), subject, lines, talk=talk.key)


def opt_out(talk: Talk, at: datetime, rng: Random) -> Mail:
    """Our message was not delivered, as the buyer does not want unrequested mail."""
    texts = {
        "it": ("Il tuo messaggio all'acquirente non è stato consegnato.",
               "ha scelto di non ricevere messaggi non richiesti. Per comunicazioni essenziali:", "[Importante]"),
        "en": ("Your message to the buyer was not delivered.",
               "has opted out of unsolicited messages. If it is critical for the order:", "[Important]"),
    }  # fmt: skip
    subject, line, word = texts[talk.lang]
    relay = f"{talk.alias}@marketplace.amazon.{talk.store.tld}"
    lines = (
        f"<p>{escape(talk.name)} {line}</p>", f"<p>{at:%Y-%m-%d} [{talk.order}]</p>",
        f'<p><a href="mailto:{relay}?subject={word}">', f"{word}</a></p>",
    )  # fmt: skip
    sender = wire.mailbox(f"Amazon.{talk.store.tld}", "auto-communication@amazon.com")
    return _page(talk.store, at, rng, "opt_out", "BUYER_OPTED_OUT_BSM_MESSAGES", sender, subject, lines, talk=talk.key)


def bounce(talk: Talk, at: datetime, rng: Random) -> Mail:
    """Our own mail server could not hand over an answer that we had sent by mail."""
    relay = f"{talk.alias}+{talk.case}@marketplace.amazon.{talk.store.tld}"
    note = (
        f"I could not deliver your message to\n\n  <{relay}>\n\n550 5.1.1 the recipient does not accept this message\n"
    )
    report = (
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mail.nordlicht.example\n\n"
        f"Final-Recipient: rfc822; {relay}\nAction: failed\nStatus: 5.1.1\n"
    )
    sent = wire.rfc_date(at - timedelta(minutes=1))
    original = (
        f"Content-Type: text/rfc822-headers\n\nDate: {sent}\nFrom: {OURS}\nTo: {relay}\n"
        f"Message-ID: <{rng.getrandbits(64):016x}@nordlicht.example>\n"
        f"Subject: Re: Inquiry from Amazon customer {talk.name} (Order: {talk.order})\n"
    )
    headers = [
        ("Return-Path", "<>"),
        ("Date", wire.rfc_date(at)),
        ("From", "Mail Delivery System <mailer-daemon@mail.nordlicht.example>"),
        ("To", OURS),
        ("Message-ID", f"<{rng.getrandbits(64):016x}@mail.nordlicht.example>"),
        ("Auto-Submitted", "auto-replied"),
        ("Subject", "Undelivered Mail Returned to Sender"),
    ]
    content = wire.multipart(
        "report", (wire.text_part(note), report, original), wire.boundary(rng), " report-type=delivery-status;"
    )
    return Mail(at, "bounce", wire.assemble(headers, content), talk.key)


def sold(store: Store, at: datetime, rng: Random) -> Mail:
    """An order that we must ship."""
    product, order = rng.choice(PRODUCTS), shop.order_id(store, rng)
    lines = (
        "<p>Congratulations, your item has sold.</p>", f"<p>Order ID: {order}<br>", f"Item: {product.title}<br>",
        f"SKU: {product.sku}<br>", "Quantity: 1<br>", f"Ship by: {at + timedelta(days=2):%Y-%m-%d}</p>",
    )  # fmt: skip
    sender = wire.mailbox(f"Amazon.{store.tld}", "seller-notification@amazon.com")
    return _page(store, at, rng, "order_notice", "", sender, f"Sold, ship now: {product.sku} {product.title}", lines)


def fba(store: Store, at: datetime, rng: Random) -> Mail:
    """Something about goods in Amazon's warehouses."""
    product, number = rng.choice(PRODUCTS), f"FBA{rng.randrange(10**8):08d}"
    subject, sender = rng.choice(
        (
            (f"Your FBA shipment {number} has been received", "fba-noreply@amazon.com"),
            ("Fulfillment by Amazon: customer order has shipped", "fba-ship-confirm@amazon.com"),
            ("FBA inventory running low", "fba-noreply@amazon.com"),
        )
    )
    lines = (f"<p>{product.title}<br>", f"SKU: {product.sku}<br>", f"Units: {rng.randrange(1, 90)}</p>")
    return _page(store, at, rng, "fba_notice", "", wire.mailbox("Fulfillment by Amazon", sender), subject, lines)


def policy_warning(store: Store, at: datetime, rng: Random, product: Product) -> Mail:
    """A warning of a kind that the rules do not know."""
    lines = (
        "<p>Hello,</p>", "<p>One of your listings may not follow our",
        "product safety policy. Please review it.</p>", f"<p>ASIN: {product.asin}</p>",
    )  # fmt: skip
    return _page(store, at, rng, "unknown_notice", "", wire.mailbox("Amazon Seller Performance", "notice@amazon.com"),
                 "Policy warning: action needed for your listing", lines)  # fmt: skip


def account_notice(at: datetime, rng: Random) -> Mail:
    """A notice that says too little to be filed by rule."""
    store = STORES["FR"]
    lines = ("<p>Bonjour,</p>", "<p>Une information concernant votre compte", "est disponible dans Seller Central.</p>")
    return _page(store, at, rng, "unknown_notice", "SELLER_ACCOUNT_GENERIC", _robot("fr"),
                 "Notification de compte vendeur Amazon", lines)  # fmt: skip


def spam(at: datetime, rng: Random, sender: str, subject: str, text: str, pretends: bool = False) -> Mail:
    """Mail from nobody we know; one pretends to come through the relay."""
    headers = [
        ("Date", wire.rfc_date(at)),
        ("From", sender),
        ("To", OURS),
        ("Message-ID", f"<{rng.getrandbits(64):016x}@{sender.rsplit('@')[-1].rstrip('>')}>"),
        ("Authentication-Results", "mail.nordlicht.example; dkim=fail; dmarc=fail" if pretends else ""),
        ("X-Space-Notification-Type", "BBC_MESSAGE_SENT_TO_MERCHANT" if pretends else ""),
        ("Subject", subject),
    ]
    return Mail(at, "spam", wire.assemble(headers, wire.text_part(text)))
