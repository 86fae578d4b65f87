"""The words by which a feedback is told apart, per language: delivery, product, order and question; and abuse.

A word ends where it stands, a `*` lets it go on (`deliver*`). Words that say little by themselves, such as "item", are
left out. Each language's words were written for short reviews of parcels and goods; corrections by people are kept to
improve them.
"""

from __future__ import annotations

TOPICS = ("delivery", "product", "order", "question")

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "delivery": "deliver*, arriv*, shipping, shipment, shipped, courier, carrier, tracking, parcel, postage, "
        "came late, too late, days late, weeks late, never came, never received, not received, lost in transit, "
        "took weeks, took forever, package lost",
        "product": "quality, broke, breaks, stopped working, does not work, doesn't work, didn't work, not working, "
        "defect*, faulty, flimsy, cheap*, plastic, material*, battery, batteries, charger, too small, too big, "
        "too bright, too dim, too dark, flicker*, smell*, noisy, colour, color, uncomfortable, leak*, rust*, "
        "product is, bad product, poor product, terrible product, useless product, bulb, switch, durable, fell apart",
        "order": "seller, customer service, support team, support never, refund*, money back, wrong item, "
        "wrong product, wrong size, wrong colour, wrong color, sent me the wrong, missing, no reply, never replied, "
        "no response, no answer, rude, ignored, return*, cancel*, invoice, packag*, packed, used item, was used, "
        "counterfeit, fake, not as described, scam, damaged box",
        "question": "how do i, how can i, how to, where can i, where do i, can i, could you tell, is it possible, "
        "does it, do you sell, instructions, manual, spare part*",
    },
    "de": {
        "delivery": "liefer*, zustell*, versand*, paket*, sendung*, angekommen, ankam, kam zu spät, zu spät, "
        "nie angekommen, nicht angekommen, nicht erhalten, nie erhalten, spediteur, kurier, bote, dhl, hermes, "
        "unterwegs, verloren gegangen",
        "product": "qualität*, kaputt, defekt*, funktioniert*, billig*, plastik, material*, akku*, batterie*, "
        "zu klein, zu groß, zu gross, zu hell, zu dunkel, flacker*, riecht, stinkt, geruch, farbe, laut, wackel*, "
        "rost*, undicht, produkt ist, schlechtes produkt, lampe*, verarbeitung, schalter, haltbar*",
        "order": "verkäufer*, händler*, kundenservice, kundendienst, erstattung*, erstattet, geld zurück, "
        "falscher artikel, falschen artikel, falsches produkt, falsche größe, falsche farbe, falsch geliefert, fehlt, "
        "fehlte, fehlten, keine antwort, nie geantwortet, meldet sich nicht, unfreundlich, frech, retoure*, "
        "rücksend*, rückgabe, storn*, rechnung, verpack*, gebraucht, fälschung, betrug, nicht wie beschrieben",
        "question": "wie kann ich, wie bekomme ich, wo finde ich, wo kann ich, kann man, kann ich, gibt es, "
        "ist es möglich, anleitung, ersatzteil*, bitte um auskunft",
    },
    "fr": {
        "delivery": "livraison*, livré*, livreur*, expédi*, colis, arrivé*, transporteur, suivi, en retard, "
        "trop tard, jamais reçu, pas reçu, perdu en route, chronopost, colissimo",
        "product": "qualité, cassé*, ne fonctionne*, ne marche*, défectueu*, défaut*, plastique, matériau*, "
        "matière, batterie*, pile*, trop petit*, trop grand*, trop faible, trop sombre, clignote*, odeur, "
        "sent mauvais, couleur, bruyant*, rouille*, fragile, camelote, mauvais produit, produit est, ampoule*, "
        "interrupteur",
        "order": "vendeur*, service client, sav, rembours*, mauvais article, mauvaise taille, mauvaise couleur, "
        "erreur d'article, manqu*, aucune réponse, pas de réponse, jamais répondu, impoli*, retour*, annul*, "
        "facture, emball*, occasion, contrefaçon, faux, arnaque, non conforme, pas conforme",
        "question": "comment puis-je, comment faire, comment, où puis-je, est-ce que, puis-je, est-il possible, "
        "notice, mode d'emploi, pièce de rechange, pièces de rechange",
    },
    "it": {
        "delivery": "consegn*, spedizion*, spedito, corriere, pacco, arrivat*, arriva, in ritardo, troppo tardi, "
        "mai ricevut*, non ricevut*, non ho ricevuto, non è arrivat*, tracking, tracciamento",
        "product": "qualità, rott*, non funziona*, difett*, plastica, materiale, batteria, batterie, troppo piccol*, "
        "troppo grand*, troppo debole, sfarfall*, puzza, odore, colore, rumoros*, ruggine, fragile, scadente, "
        "pessimo prodotto, prodotto è, lampad*, interruttore",
        "order": "venditore, assistenza, servizio clienti, rimbors*, articolo sbagliato, prodotto sbagliato, "
        "misura sbagliata, colore sbagliato, manca*, nessuna risposta, non risponde, mai risposto, maleducat*, reso, "
        "restitu*, annull*, fattura, imball*, usato, contraffatt*, falso, truffa, non conforme",
        "question": "come posso, come si, dove posso, si può, è possibile, posso, istruzioni, manuale, ricambi*, "
        "pezzo di ricambio",
    },
    "es": {
        "delivery": "entreg*, envío*, envio*, enviado, paquete, llegó, llego, llegado, mensajero, transportista, "
        "seguimiento, con retraso, tarde, nunca recib*, no recib*, no he recibido, perdido",
        "product": "calidad, roto, rota, se rompió, no funciona*, dejó de funcionar, defect*, plástico, material*, "
        "batería, baterías, pila*, demasiado pequeñ*, demasiado grande, muy pequeñ*, parpade*, huele, olor, color, "
        "ruidos*, óxido, frágil, mal producto, producto es, lámpara, bombilla, interruptor",
        "order": "vendedor*, atención al cliente, servicio al cliente, reembols*, artículo equivocado, "
        "producto equivocado, talla equivocada, color equivocado, falta*, sin respuesta, no responde*, "
        "nunca respond*, grosero, devol*, cancel*, factura, embal*, empaque, usado, falsific*, falso, estafa, "
        "no es lo que pedí",
        "question": "cómo puedo, como puedo, dónde puedo, donde puedo, se puede, es posible, puedo, instrucciones, "
        "manual, repuesto*, recambio*",
    },
    "ja": {
        "delivery": "配送, 配達, 届か, 届き, 届い, 到着, 発送, 遅れ, 遅い, 運送, 宅配, 荷物, 送料",
        "product": "品質, 壊れ, 故障, 不良, 動作しな, 動かな, 使えな, 点灯, 安っぽ, プラスチック, 素材, 電池, "
        "バッテリー, 小さすぎ, 大きすぎ, 明るさ, 暗い, 臭い, 匂い, 色が, うるさい, 錆",
        "order": "出品者, 販売者, ショップ, 店の対応, 対応が, 返金, 返品, 違う商品, 別の商品, 注文と違, 足りな, "
        "不足, 入っていな, 返信, 連絡がな, 問い合わせ, キャンセル, 領収書, 請求書, 梱包, 箱が, 中古, 偽物, 詐欺",
        "question": "ですか, でしょうか, ますか, 使い方, 説明書, 部品だけ, 教えて",
    },
    "nl": {
        "delivery": "lever*, gelever*, bezorg*, verzend*, verzonden, verzending, pakket*, pakje, aangekomen, "
        "koerier, postnl, te laat, nooit ontvangen, niet ontvangen, kwijtgeraakt",
        "product": "kwaliteit, kapot, defect*, werkt niet, doet het niet, goedkoop*, plastic, materiaal, batterij*, "
        "accu, te klein, te groot, te zwak, flikker*, stinkt, geur, ruikt, kleur, lawaai*, roest*, slecht product, "
        "product is, lampje, schakelaar",
        "order": "verkoper*, klantenservice, terugbeta*, geld terug, verkeerd artikel, verkeerde artikel, "
        "verkeerde maat, verkeerde kleur, verkeerd product, ontbre*, geen antwoord, geen reactie, reageert niet, "
        "onbeleefd, onvriendelijk, retour*, annul*, factuur, verpak*, gebruikt, namaak, nep, oplicht*",
        "question": "hoe kan ik, waar kan ik, kan ik, is het mogelijk, kunt u, handleiding, gebruiksaanwijzing, "
        "reserveonderde*",
    },
    "sv": {
        "delivery": "leverans*, leverer*, frakt*, paket*, skickad*, anlän*, kom fram, försen*, för sent, "
        "aldrig fått, inte fått, aldrig mottagit, postnord, bud",
        "product": "kvalité*, kvalitet*, trasig*, gick sönder, fungerar inte, defekt*, billig*, plast*, material*, "
        "batteri*, för liten, för litet, för stor*, för svag*, flimrar, blinkar, luktar, lukt, färg*, bullrig*, "
        "rost*, dålig produkt, produkten är, lampan, lampa, strömbrytare",
        "order": "säljare*, kundtjänst, kundservice, återbetal*, pengarna tillbaka, fel vara, fel artikel, "
        "fel storlek, fel färg, fel produkt, saknas, saknades, inget svar, svarar inte, otrevlig*, retur*, "
        "avbeställ*, faktura, kvitto, förpack*, begagnad*, kopia, förfalsk*, bedrägeri",
        "question": "hur kan jag, hur gör jag, var kan jag, kan jag, går det att, är det möjligt, bruksanvisning, "
        "manual, reservdel*",
    },
    "pl": {
        "delivery": "dostaw*, dostarcz*, przesyłk*, paczk*, wysyłk*, wysłan*, kurier*, dotarł*, doszł*, "
        "opóźni*, za późno, nie otrzymał*, nigdy nie otrzymał*, zagin*",
        "product": "jakoś*, zepsut*, zepsuł*, nie działa*, przestał* działać, wadliw*, usterk*, tandet*, plastik*, "
        "materiał*, bateri*, za mał*, za duż*, za słab*, migocz*, śmierdzi, zapach, kolor, głośn*, rdza, rdzew*, "
        "zły produkt, produkt jest, lampk*, włącznik*",
        "order": "sprzedaw*, obsług*, zwrot*, zwróc*, zły towar, niewłaściw*, zły rozmiar, zły kolor, brak*, "
        "brakuje, bez odpowiedzi, nie odpowiad*, niegrzeczn*, anulow*, faktur*, opakowan*, zapakowan*, używan*, "
        "podrób*, oszust*, niezgodn*",
        "question": "jak mogę, gdzie mogę, czy mogę, czy można, czy jest, instrukcj*, część zamienn*, części zamienn*",
    },
    "pt": {
        "delivery": "entreg*, envio*, enviado, encomenda, transportadora, pacote, chegou, chega, correios, atras*, "
        "rastre*, nunca recebi, não recebi, tarde demais, extravi*",
        "product": "qualidade, quebr*, partiu, não funciona*, parou de funcionar, defeit*, plástico, material*, "
        "bateria*, pilha*, muito pequen*, muito grande, muito frac*, pisca*, cheiro, cheira, cor do, barulhent*, "
        "ferrugem, frágil, produto ruim, mau produto, produto é, lâmpada, interruptor",
        "order": "vendedor*, atendimento, apoio ao cliente, reembols*, artigo errado, produto errado, item errado, "
        "tamanho errado, cor errada, falta*, faltou, sem resposta, não responde*, nunca respond*, mal educad*, "
        "devol*, cancel*, fatura, nota fiscal, embal*, usado, falsific*, falso, golpe, burla",
        "question": "como posso, como faço, onde posso, posso, é possível, será que, instruções, manual, "
        "peça de reposição, peças de reposição",
    },
}  # fmt: skip

ABUSE: dict[str, str] = {
    "en": "fuck*, shit*, asshole*, bastard*, bitch*, cunt*, motherfuck*, dickhead*",
    "de": "arschloch*, scheiß*, scheiss*, wichser*, hurensohn*, fotze*, drecksau*, verpiss*",
    "fr": "connard*, connasse*, salaud*, putain, enculé*, merde, salope*, fils de pute",
    "it": "stronz*, merda, vaffanculo, cazzo, puttana, bastard*, coglion*",
    "es": "mierda, puta, puto, cabrón*, cabron*, gilipollas, hijo de puta, hijos de puta, pendejo*, joder",
    "ja": "死ね, クソ野郎, くそ野郎, 馬鹿野郎, ばかやろう",
    "nl": "klootzak*, kut, hoer*, godverdomme, lul, kanker*, eikel*",
    "sv": "fan ta, jävla, jävlar, skit*, fitta, kuk, helvete",
    "pl": "kurw*, chuj*, pierdol*, skurwys*, dupek, gówno, jeban*",
    "pt": "merda, puta, caralho, foda-se, filho da puta, porra, cabrão",
}
"""Words that are commonly understood to be obscene; "crap" or "rubbish" are not."""
