"""The sample's single cases: long, short, odd and contradictory messages that a desk meets."""

from __future__ import annotations

import unicodedata

from data.sample import wire

PHOTO = ("IMG_0412.jpg", "image/jpeg", wire.TINY_JPEG)
PHOTO_DE = ("Schaden Gehäuse – rechts.jpg", "image/jpeg", wire.TINY_JPEG)
RETURN_SLIP = ("Rücksendebeleg März.pdf", "application/pdf", wire.tiny_pdf("Ruecksendebeleg"))
LETTER_JA = ("領収書の宛名.pdf", "application/pdf", wire.tiny_pdf("Receipt name"))

LONG_JA = """\
お世話になっております。
先日購入した商品について、少し長くなりますがご相談させてください。

届いたのは先週の金曜日の夜です。
箱には傷がなく、配達の方もとても丁寧でした。
その日は遅かったので、翌朝に開封しました。

まず、付属品を確認しました。
本体、ケーブル、説明書、固定用の部品がすべて揃っていました。
ここまでは何も問題ありませんでした。

次に、説明書の通りに机に取り付けました。
机の厚さは四センチです。
しっかり固定でき、ぐらつきもありません。

問題は電源を入れた後です。
一番明るい設定では普通に点灯します。
ところが、少し暗くすると細かくちらつきます。
カメラで撮ると、縞模様がはっきり写ります。

試したことを順に書きます。
一、別の部屋のコンセントに差しました。
二、別の充電器とケーブルを使いました。
三、十分ほど電源を抜いてから入れ直しました。
四、色を暖かい色と白い色の両方で試しました。

結果はどれも同じでした。
明るさを七割以下にすると必ずちらつきます。
三割以下では、消えたり点いたりすることもあります。

仕事で一日八時間ほど使うため、目がとても疲れます。
デザインは気に入っているので、できれば使い続けたいです。

そこで、次の三点を教えてください。
一、これは故障でしょうか、それとも仕様でしょうか。
二、故障の場合、交換品はいつ頃届きますか。
三、古い商品は返送が必要でしょうか。

来週の水曜日から出張のため、火曜日までに届くと助かります。
難しい場合は、翌週の月曜日以降の配達を希望します。

写真も撮ってありますので、必要でしたらお送りします。
お忙しいところ恐れ入りますが、よろしくお願いいたします。"""

ANGRY_LONG = """\
To whom it may concern,

this is my fourth message about the same parcel. First you told me to wait. Then you told me to ask the carrier.
The carrier told me to ask you. I have done what everybody asked and I still have nothing in my hands.

What I want is simple:
1. tell me where the parcel is, or
2. send a new one today, or
3. give me my money back.

Please do not send me another text that starts with "thank you for your patience". I have none left."""

# Decomposed accents, as some phones type them: e followed by a combining accent.
DECOMPOSED_FR = unicodedata.normalize(
    "NFD", "Bonjour,\nla lampe reçue est très abîmée, le câble a été sectionné. Que faire ?\nHélène"
)
EMOJI = "Best little charger I ever had, thank you! \N{GRINNING FACE}"
FAKE_LINK = (
    "Hi, I keep getting this link from somebody, is it from you?\n"
    "https://sellercentral.amazon.com/messaging/no-response-needed?t=A0FAKE&m=A0FAKE&mp=ATVPDKIKX0DER&c=1&h=0&s=1\n"
    "I did not click it. I only want to know when my replacement comes."
)
ORDER_IN_WORDS = "Hello, I am writing about order {order}. The box was open when it came and the cable is gone. Pat"
FROM_LINE = "From what I can see the light is warmer on the left side than on the right.\nIs that normal?"
ORDERED_NOW = {
    "en": (
        "Great, I have ordered it now. Could you make sure that it leaves before Friday? Thanks!",
        "Thank you for your order. It is packed already and leaves with today's collection.",
    ),
    "de": (
        "Prima, jetzt habe ich bestellt. Geht das Paket noch vor Freitag raus? Danke!",
        "vielen Dank für die Bestellung. Das Paket geht heute noch mit der Abholung hinaus.",
    ),
    "fr": (
        "Parfait, je viens de commander. L'envoi est-il possible avant vendredi ?",
        "merci pour votre commande, elle est prête et part aujourd'hui.",
    ),
}
ONE_WORD = {"en": "Hello??", "de": "Danke", "fr": "Merci", "ja": "返品"}

AMAZON_CS = {
    "en": (
        "We've been contacted by a customer regarding the order identified below.\n\n"
        "--------------------\nOrder#: {order}\nItem: {title}\nReason: {reason}\n\nDetails: {details}\n"
        "--------------------\n\nTo respond to this customer, please reply to this e-mail.\n\n"
        "Amazon.com Customer Service"
    ),
    "it": (
        "Siamo stati contattati da un cliente in merito all'ordine indicato di seguito.\n\n"
        "--------------------\nOrdine #: {order}\nArticolo: {title}\nASIN: {asin}\nMotivo: {reason}\n\n"
        "Dettagli: {details}\n"
        "--------------------\n\nServizio Clienti Amazon"
    ),
}  # fmt: skip
CS_CASES = {
    "en": (
        ("Where's my stuff", "The customer says that the tracking has shown no movement for five days."),
        ("Item is defective", "The customer has tried the suggested steps and would like a replacement."),
        ("Other question about the order", "The customer asks for an invoice with the company's name."),
        ("Return or refund", "The customer has sent the item back and asks when the refund will be issued."),
    ),
    "it": (("Articolo danneggiato", "Il cliente chiede la sostituzione del prodotto arrivato rotto."),),
}
