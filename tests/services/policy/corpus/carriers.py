"""Hand-written carriers in ten languages: `=name` starts a language, `-rule` a list; {SLOTS} are filled by seed."""

TEXT = """
=en
-open
Hello,
Thanks for your message about order {ORDER}.
I am sorry for the trouble with your parcel.
-close
Kind regards, Anna
We are here if anything else comes up.
-clean
Your replacement left our warehouse on {DATE} with tracking number {TRACK}.
We refunded {PRICE} to the card you paid with; it shows up within 3-5 days.
The EAN on the box is {EAN} and the model is {MODEL}.
Please check the serial number {SERIAL} on the back of the unit.
Open {FILE} on the USB stick and follow steps 1 to 4, e.g. with Node.js 18.
We checked with the carrier.It should arrive by {DATE}, between 9 a.m. and 2 p.m.
You can see the product at {AMAZON} under No.5 of the list.
No claim form is needed, we take care of everything for order {ORDER}.
Thank you for leaving us a positive review, we have also noted your wish for a longer cable.
The TP-Link adapter runs at 100-240V, 50/60 Hz and weighs 1.250 kg.
We would be happy to hear your honest feedback, good or bad.
We are not asking for a review in exchange for the refund, it is yours in any case.
The part 0445 110 369 costs {PRICE} and ships today.Please allow 2 days.
We have linked the two orders, {ORDER} and {ORDER}, blink once and it is done.
-visit
Please visit {LINK} for the manual.
You will find the driver at {LINK}.
More about it: {LINK}
-mail
Please write to {MAIL} and we will sort it out.
Send a photo to {MAIL}
-call
Please call us on {PHONE}.
Our phone number is {PHONE}, we are there until six.
-website_word
You can download the manual from our website.
Use the link in the previous message.
Our webshop has more colours.
-claim_form
Please sign the attached claim form so that we can refund you.
We need you to fill in a complaint form and send it back.
-review_steering
Could you please leave us a positive review?
We would appreciate it if you could change your negative review.
Please contact us first before leaving bad feedback.
If you are happy with the lamp, please write a review.
Would you consider removing the rating you left?
A 5-star rating would help our small business a lot.
-incentive
We will send you a gift card in exchange for a review.
Leave a review and receive a free product.
-removal_for_refund
Once you have deleted your review we will refund the full amount.
-private_email_request
Could you send me your private email address so that I can share the guide?
Please provide your e-mail.
-placeholder
Dear [CUSTOMER NAME], your order {{order_id}} is on its way.
=de
-open
Guten Tag,
vielen Dank für Ihre Nachricht zu Bestellung {ORDER}.
es tut mir leid, dass das Paket noch nicht da ist.
-close
Freundliche Grüße, Jonas
Bei Fragen sind wir gern für Sie da.
-clean
Ihr Ersatz wurde am {DATE} mit der Sendungsnummer {TRACK} verschickt.
Wir haben Ihnen {PRICE} erstattet, die Gutschrift dauert 3-5 Tage.
Die EAN auf dem Karton lautet {EAN}, das Modell ist {MODEL}.
Bitte prüfen Sie die Seriennummer {SERIAL} auf der Rückseite.
Öffnen Sie {FILE} auf dem Stick, z.B. mit Node.js 18, und folgen Sie Schritt 1 bis 4.
Wir haben das Paket gestern gesendet.Es tut uns leid, dass es länger dauert.
Sie finden das Produkt bei {AMAZON} unter Nr.5 der Liste.
Sie müssen kein Schadensformular ausfüllen, wir erledigen alles zur Bestellung {ORDER}.
Vielen Dank für Ihre positive Bewertung, den Wunsch nach einem längeren Kabel geben wir weiter.
Drehen Sie den Schalter nach links, links oben leuchtet dann die Lampe; auch für Linkshänder geeignet.
Über Ihre ehrliche Meinung, gut oder schlecht, freuen wir uns.
Das Ersatzteil 0445 110 369 kostet {PRICE} und geht heute raus.In zwei Tagen ist es da.
Unser Vorgang 4711-2026 betrifft die Bestellungen {ORDER} und {ORDER}.
Das Gerät läuft mit 100-240V, 50/60 Hz, ca.5 W, und wiegt 1.250 kg.
-visit
Bitte besuchen Sie {LINK} für die Anleitung.
Den Treiber finden Sie unter {LINK}.
Mehr dazu: {LINK}
-mail
Schreiben Sie bitte an {MAIL}, dann klären wir das.
Senden Sie ein Foto an {MAIL}
-call
Bitte rufen Sie uns unter {PHONE} an.
Unsere Telefonnummer ist {PHONE}, wir sind bis 18 Uhr da.
-website_word
Die Anleitung finden Sie auf unserer Webseite.
Nutzen Sie bitte den Link aus der letzten Nachricht.
In unserem Onlineshop gibt es weitere Farben.
-claim_form
Bitte unterschreiben Sie das Schadensformular, damit wir erstatten können.
Füllen Sie bitte das Reklamationsformular aus.
-review_steering
Wir würden uns sehr über eine positive Bewertung freuen.
Könnten Sie Ihre negative Bewertung bitte ändern?
Bitte kontaktieren Sie uns, bevor Sie eine schlechte Bewertung abgeben.
Wenn Sie mit der Lampe zufrieden sind, schreiben Sie bitte eine Rezension.
Wären Sie bereit, Ihre Rezension zu löschen?
Bitte bewerten Sie uns mit 5 Sternen.
-incentive
Für eine Bewertung erhalten Sie im Gegenzug einen Gutschein.
Schreiben Sie eine Rezension und Sie bekommen ein kostenloses Produkt.
-removal_for_refund
Sobald Sie Ihre Bewertung gelöscht haben, erstatten wir den vollen Betrag.
-private_email_request
Könnten Sie uns bitte Ihre private E-Mail-Adresse nennen?
Bitte teilen Sie mir Ihre E-Mail-Adresse mit.
-placeholder
Hallo [Kundenname], Ihre Bestellung {{order_id}} ist unterwegs.
=fr
-open
Bonjour,
Merci pour votre message concernant la commande {ORDER}.
Je suis désolé pour ce retard de livraison.
-close
Cordialement, Claire
Nous restons à votre écoute.
-clean
Votre remplacement est parti le {DATE} avec le numéro de suivi {TRACK}.
Nous avons remboursé {PRICE} sur votre carte, comptez 3-5 jours.
Le code EAN sur la boîte est {EAN} et le modèle {MODEL}.
Vérifiez le numéro de série {SERIAL} au dos de l'appareil.
Ouvrez {FILE} sur la clé et suivez les étapes 1 à 4, p. ex. avec Node.js 18.
Le colis a bien été expédié.La livraison est prévue le {DATE}, à ce point de vente.
Vous trouverez l'article chez {AMAZON}, no.5 de la liste.
Aucun formulaire de réclamation n'est nécessaire pour la commande {ORDER}.
Merci beaucoup pour votre avis positif, nous transmettons votre remarque sur le câble.
Ce défaut est sans lien avec le transport, en lien avec votre demande nous vérifions le stock.
Le facteur a laissé un avis de passage le {DATE}.
Si vous changez d'avis, l'article peut être repris jusqu'au {DATE}.
La pièce 0445 110 369 coûte {PRICE} et part aujourd'hui.
L'appareil accepte 100-240V, 50/60 Hz et pèse 1,250 kg.
-visit
Consultez {LINK} pour la notice.
Le pilote est disponible sur {LINK}.
Plus d'informations : {LINK}
-mail
Écrivez-nous à {MAIL} et nous réglerons cela.
Envoyez une photo à {MAIL}
-call
Appelez-nous au {PHONE}.
Notre numéro de téléphone est le {PHONE}, jusqu'à 18 h.
-website_word
La notice se trouve sur notre site internet.
Utilisez le lien du message précédent.
Notre boutique en ligne propose d'autres couleurs.
-claim_form
Merci de signer le formulaire de réclamation ci-joint.
Veuillez remplir une déclaration de sinistre.
-review_steering
Pourriez-vous nous laisser un avis positif ?
Nous vous prions de modifier votre commentaire négatif.
Contactez-nous avant de laisser un mauvais avis.
Si vous êtes satisfait de la lampe, laissez un avis.
Accepteriez-vous de supprimer votre évaluation ?
Merci de nous attribuer 5 étoiles.
-incentive
Nous offrons une carte cadeau en échange d'un avis.
Laissez un avis et recevez un produit gratuit.
-removal_for_refund
Dès que vous aurez supprimé votre avis, nous vous rembourserons.
-private_email_request
Pourriez-vous nous communiquer votre adresse e-mail personnelle ?
Indiquez-moi votre adresse e-mail.
-placeholder
Bonjour [NOM DU CLIENT], votre commande {{order_id}} est en route.
=it
-open
Buongiorno,
Grazie per il messaggio sull'ordine {ORDER}.
Mi dispiace per il ritardo della consegna.
-close
Cordiali saluti, Marco
Restiamo a disposizione.
-clean
Il ricambio è partito il {DATE} con il numero di spedizione {TRACK}.
Abbiamo rimborsato {PRICE} sulla sua carta, servono 3-5 giorni.
Il codice EAN sulla scatola è {EAN} e il modello {MODEL}.
Controlli il numero di serie {SERIAL} sul retro.
Apra {FILE} sulla chiavetta e segua i passi da 1 a 4, ad es. con Node.js 18.
Il pacco è stato spedito.La consegna è prevista il {DATE}, a questo punto la ringraziamo.
Trova l'articolo su {AMAZON}, n. 5 della lista.
Non serve nessun modulo di reclamo per l'ordine {ORDER}.
Grazie per la sua recensione positiva, terremo conto del cavo più lungo.
Il collegamento Bluetooth funziona fino a 10 m, il magazzino è sito in via Roma 5.
Saremmo lieti di conoscere la sua opinione sincera.
Il ricambio codice 0445 110 369 costa {PRICE} e parte oggi.In due giorni arriva.
La pratica 4711-2026 riguarda gli ordini {ORDER} e {ORDER}.
L'apparecchio accetta 100-240V, 50/60 Hz e pesa 1,250 kg.
-visit
Visiti {LINK} per il manuale.
Il driver è disponibile su {LINK}.
Maggiori informazioni: {LINK}
-mail
Ci scriva a {MAIL} e risolviamo.
Invii una foto a {MAIL}
-call
Ci chiami al {PHONE}.
Il nostro numero di telefono è {PHONE}, fino alle 18.
-website_word
Il manuale è sul nostro sito web.
Usi il link del messaggio precedente.
Nel nostro negozio online ci sono altri colori.
-claim_form
La preghiamo di firmare il modulo di reclamo allegato.
Compili il modulo di richiesta danni.
-review_steering
Potrebbe lasciarci una recensione positiva?
La preghiamo di modificare la sua recensione negativa.
Ci contatti prima di lasciare un feedback negativo.
Se è soddisfatto della lampada, lasci una recensione.
Sarebbe disposto a rimuovere la sua valutazione?
Ci valuti con 5 stelle.
-incentive
Offriamo un buono regalo in cambio di una recensione.
Lasci una recensione e riceverà un prodotto gratuito.
-removal_for_refund
Appena avrà cancellato la recensione le faremo il rimborso.
-private_email_request
Potrebbe inviarci il suo indirizzo e-mail personale?
Ci comunichi il suo indirizzo email.
-placeholder
Gentile [NOME CLIENTE], il suo ordine {{order_id}} è in viaggio.
=es
-open
Hola:
Gracias por su mensaje sobre el pedido {ORDER}.
Lamento el retraso de la entrega.
-close
Un saludo, Lucía
Quedamos a su disposición.
-clean
El recambio salió el {DATE} con el número de seguimiento {TRACK}.
Hemos reembolsado {PRICE} en su tarjeta, tarda 3-5 días.
El código EAN de la caja es {EAN} y el modelo {MODEL}.
Compruebe el número de serie {SERIAL} en la parte trasera.
Abra {FILE} en la memoria y siga los pasos 1 a 4, p. ej. con Node.js 18.
El paquete fue enviado ayer.La entrega es el {DATE}, el punto de recogida es el mismo.
Puede ver el artículo en {AMAZON}, n.º 5 de la lista.
No hace falta ningún formulario de reclamación para el pedido {ORDER}.
Gracias por su reseña positiva, tomamos nota del cable más largo.
Si cambia de opinión, puede devolverlo hasta el {DATE}; coloque la tapa en su sitio.
Agradecemos su opinión sincera sobre el embalaje.
La pieza 0445 110 369 cuesta {PRICE} y sale hoy.En dos días llega.
El caso 4711-2026 trata de los pedidos {ORDER} y {ORDER}.
El aparato admite 100-240V, 50/60 Hz y pesa 1,250 kg.
-visit
Visite {LINK} para ver el manual.
El controlador está en {LINK}.
Más información: {LINK}
-mail
Escríbanos a {MAIL} y lo resolvemos.
Envíe una foto a {MAIL}
-call
Llámenos al {PHONE}.
Nuestro número de teléfono es {PHONE}, hasta las 18 h.
-website_word
El manual está en nuestro sitio web.
Use el enlace del mensaje anterior.
En nuestra tienda online hay más colores.
-claim_form
Por favor, firme el formulario de reclamación adjunto.
Rellene la hoja de reclamaciones y nos la envía.
-review_steering
¿Podría dejarnos una reseña positiva?
Le rogamos que modifique su comentario negativo.
Contáctenos antes de dejar una mala valoración.
Si está satisfecho con la lámpara, deje una reseña.
¿Estaría dispuesto a eliminar su opinión?
Por favor, califíquenos con 5 estrellas.
-incentive
Le damos una tarjeta regalo a cambio de una reseña.
Deje una reseña y recibirá un producto gratis.
-removal_for_refund
En cuanto borre su reseña le haremos el reembolso.
-private_email_request
¿Podría enviarnos su correo electrónico personal?
Indíqueme su correo electrónico.
-placeholder
Hola [NOMBRE DEL CLIENTE], su pedido {{order_id}} está en camino.
=ja
-open
お客様
ご注文 {ORDER} についてお問い合わせありがとうございます。
お届けが遅れ、申し訳ございません。
-close
今後ともよろしくお願いいたします。
担当 佐藤
-clean
代替品は{DATE}に発送済みで、追跡番号は{TRACK}です。
{PRICE}を返金いたしました。反映まで3-5日かかります。
箱のEANは{EAN}、型番は{MODEL}です。
背面のシリアル番号{SERIAL}をご確認ください。
USBの{FILE}を開き、手順1から4に進んでください。
ドリンクホルダーのサイドボタンを押すと、10cmほど開きます。
商品は{AMAZON}でご覧いただけます。
クレームフォームの記入は必要ありません。
高評価のレビューをいただきありがとうございます。
{DATE}の9:00-12:00にお届けします。
率直なご意見をお聞かせください。
部品番号0445 110 369は{PRICE}です。
ご注文{ORDER}と{ORDER}をまとめて発送します。
電圧は100-240V、50/60Hz、重さは1.250kgです。
-visit
説明書は{LINK}をご覧ください。
こちら{LINK}からダウンロードできます。
詳細：{LINK}
-mail
{MAIL}までご連絡ください。
写真を{MAIL}へお送りください。
-call
{PHONE}までお電話ください。
電話番号は{PHONE}です。
-website_word
説明書は弊社のウェブサイトにございます。
前回のリンクをご利用ください。
当店のホームページをご確認ください。
-claim_form
添付のクレームフォームにご署名ください。
損害申告書にご記入のうえ返送してください。
-review_steering
ぜひ良いレビューを書いていただけますでしょうか。
否定的な評価を変更していただけないでしょうか。
低い評価を投稿される前に、まずはご連絡ください。
商品にご満足いただけましたら、レビューをお願いいたします。
レビューの削除をお願いできますか。
星5つの評価をお願いいたします。
-incentive
レビューのお礼にギフト券を差し上げます。
レビューを書いていただいた方に無料の商品をプレゼントします。
-removal_for_refund
レビューを削除していただければ、全額返金いたします。
-private_email_request
お客様の個人のメールアドレスを教えていただけますか。
メールアドレスをお知らせください。
-placeholder
【お客様名】様、ご注文{{order_id}}を発送しました。
=nl
-open
Hallo,
Bedankt voor uw bericht over bestelling {ORDER}.
Het spijt me dat het pakket vertraagd is.
-close
Met vriendelijke groet, Sanne
We staan voor u klaar.
-clean
Uw vervanging is op {DATE} verzonden met trackingnummer {TRACK}.
We hebben {PRICE} terugbetaald, dat duurt 3-5 dagen.
De EAN op de doos is {EAN} en het model is {MODEL}.
Controleer het serienummer {SERIAL} aan de achterkant.
Open {FILE} op de stick en volg stap 1 t/m 4, bijv. met Node.js 18.
Het pakket is gisteren verzonden.De levering is op {DATE}, op dat punt is alles klaar.
U vindt het artikel bij {AMAZON}, nr.5 van de lijst.
U hoeft geen claimformulier in te vullen voor bestelling {ORDER}.
Bedankt voor uw positieve beoordeling, we geven de wens over de kabel door.
Draai de knop naar links, linksboven brandt dan de lamp.
We horen graag uw eerlijke mening.
Het onderdeel 0445 110 369 kost {PRICE} en gaat vandaag weg.
De zaak 4711-2026 gaat over de bestellingen {ORDER} en {ORDER}.
Het apparaat werkt op 100-240V, 50/60 Hz en weegt 1,250 kg.
-visit
Bezoek {LINK} voor de handleiding.
De driver staat op {LINK}.
Meer informatie: {LINK}
-mail
Schrijf naar {MAIL} en we lossen het op.
Stuur een foto naar {MAIL}
-call
Bel ons op {PHONE}.
Ons telefoonnummer is {PHONE}, tot 18 uur.
-website_word
De handleiding staat op onze website.
Gebruik de link uit het vorige bericht.
In onze webwinkel zijn meer kleuren.
-claim_form
Onderteken alstublieft het claimformulier.
Vul het schadeformulier in en stuur het terug.
-review_steering
Zou u een positieve beoordeling willen achterlaten?
Wilt u alstublieft uw negatieve review aanpassen?
Neem contact met ons op voordat u een slechte beoordeling plaatst.
Als u tevreden bent met de lamp, schrijf dan een review.
Zou u uw beoordeling willen verwijderen?
Geef ons alstublieft 5 sterren.
-incentive
U krijgt een cadeaubon in ruil voor een review.
Schrijf een review en ontvang een gratis product.
-removal_for_refund
Zodra u uw review heeft verwijderd, betalen we de korting terug.
-private_email_request
Kunt u ons uw persoonlijke e-mailadres sturen?
Stuur mij uw e-mailadres.
-placeholder
Beste [NAAM KLANT], uw bestelling {{order_id}} is onderweg.
=sv
-open
Hej,
Tack för ditt meddelande om order {ORDER}.
Jag beklagar att paketet är försenat.
-close
Vänliga hälsningar, Elin
Vi hjälper gärna till.
-clean
Din ersättning skickades {DATE} med spårningsnummer {TRACK}.
Vi har återbetalat {PRICE}, det tar 3-5 dagar.
EAN på kartongen är {EAN} och modellen är {MODEL}.
Kontrollera serienumret {SERIAL} på baksidan.
Öppna {FILE} på stickan och följ steg 1 till 4, t.ex. med Node.js 18.
Paketet skickades i går.Det kommer {DATE}, på den punkten är allt klart.
Du hittar artikeln hos {AMAZON}, nr.5 i listan.
Du behöver inte fylla i någon reklamationsblankett för order {ORDER}.
Tack för din positiva recension, vi för vidare önskemålet om kabeln.
Den blinkande lampan sitter till vänster, bl.a. bredvid knappen.
Vi hör gärna vad du tycker.
Reservdelen 0445 110 369 kostar {PRICE} och skickas i dag.
Ärende 4711-2026 gäller order {ORDER} och {ORDER}.
Apparaten klarar 100-240V, 50/60 Hz och väger 1,250 kg.
-visit
Besök {LINK} för manualen.
Drivrutinen finns på {LINK}.
Mer information: {LINK}
-mail
Skriv till {MAIL} så löser vi det.
Skicka en bild till {MAIL}
-call
Ring oss på {PHONE}.
Vårt telefonnummer är {PHONE}, till klockan 18.
-website_word
Manualen finns på vår webbplats.
Använd länken i förra meddelandet.
På vår hemsida finns fler färger.
-claim_form
Vänligen skriv under reklamationsblanketten.
Fyll i skadeanmälan och skicka tillbaka den.
-review_steering
Skulle du kunna lämna en positiv recension?
Kan du vara snäll och ändra din negativa recension?
Kontakta oss innan du lämnar ett dåligt omdöme.
Om du är nöjd med lampan, skriv gärna en recension.
Skulle du kunna ta bort ditt omdöme?
Ge oss gärna 5 stjärnor.
-incentive
Du får ett presentkort i utbyte mot en recension.
Skriv en recension och få en gratis produkt.
-removal_for_refund
Så snart du har tagit bort din recension får du pengarna: radera din recension så kommer återbetalningen.
-private_email_request
Kan du skicka oss din privata e-postadress?
Ge mig din e-postadress.
-placeholder
Hej [KUNDENS NAMN], din order {{order_id}} är på väg.
=pl
-open
Dzień dobry,
Dziękuję za wiadomość w sprawie zamówienia {ORDER}.
Przykro mi z powodu opóźnienia paczki.
-close
Pozdrawiam, Ania
Jesteśmy do dyspozycji.
-clean
Zamiennik wysłano {DATE}, numer przesyłki {TRACK}.
Zwróciliśmy {PRICE} na kartę, potrwa to 3-5 dni.
Kod EAN na pudełku to {EAN}, a model to {MODEL}.
Proszę sprawdzić numer seryjny {SERIAL} z tyłu.
Proszę otworzyć {FILE} na pendrivie i wykonać kroki 1-4, m.in. w Node.js 18.
Paczka została wysłana wczoraj.To potrwa do {DATE}, ze swojej strony dopilnujemy.
Artykuł znajdą Państwo na {AMAZON}, nr.5 na liście.
Nie trzeba wypełniać formularza reklamacyjnego do zamówienia {ORDER}.
Dziękujemy za pozytywną opinię, przekażemy prośbę o dłuższy kabel.
Po lewej stronie miga lampka, na stronie 5 instrukcji jest opis.
Chętnie poznamy Państwa szczerą opinię.
Część 0445 110 369 kosztuje {PRICE} i wyjdzie dziś.
Sprawa 4711-2026 dotyczy zamówień {ORDER} i {ORDER}.
Urządzenie działa na 100-240V, 50/60 Hz i waży 1,250 kg.
-visit
Proszę odwiedzić {LINK}, tam jest instrukcja.
Sterownik jest na {LINK}.
Więcej informacji: {LINK}
-mail
Proszę napisać na {MAIL}, rozwiążemy to.
Proszę wysłać zdjęcie na {MAIL}
-call
Proszę zadzwonić pod numer {PHONE}.
Nasz numer telefonu to {PHONE}, do godziny 18.
-website_word
Instrukcja jest na naszej stronie internetowej.
Proszę użyć linku z poprzedniej wiadomości.
W naszym sklepie internetowym jest więcej kolorów.
-claim_form
Proszę podpisać formularz reklamacyjny.
Proszę wypełnić formularz szkody i odesłać.
-review_steering
Czy mogłaby Pani zostawić pozytywną opinię?
Prosimy o zmianę negatywnej opinii.
Prosimy o kontakt przed wystawieniem negatywnej oceny.
Jeśli jest Pan zadowolony z lampy, proszę napisać opinię.
Czy mógłby Pan usunąć swoją recenzję?
Proszę ocenić nas na 5 gwiazdek.
-incentive
W zamian za opinię otrzyma Pan kartę podarunkową.
Proszę napisać recenzję, a otrzyma Pani darmowy produkt.
-removal_for_refund
Gdy usunie Pan swoją opinię, zwrócimy pieniądze.
-private_email_request
Czy może Pan podać nam swój prywatny adres e-mail?
Proszę przesłać mi swój e-mail.
-placeholder
Witaj [IMIĘ KLIENTA], zamówienie {{order_id}} jest w drodze.
=pt
-open
Olá,
Obrigado pela sua mensagem sobre o pedido {ORDER}.
Lamento o atraso da entrega.
-close
Atenciosamente, Rita
Ficamos à disposição.
-clean
A substituição saiu em {DATE} com o código de rastreio {TRACK}.
Reembolsamos {PRICE} no seu cartão, demora 3-5 dias.
O EAN da caixa é {EAN} e o modelo é {MODEL}.
Verifique o número de série {SERIAL} na parte de trás.
Abra {FILE} no pendrive e siga os passos 1 a 4, p. ex. com Node.js 18.
O pacote foi enviado ontem.Na próxima semana chega, até {DATE}, ao ponto de entrega.
Veja o artigo na {AMAZON}, n.º 5 da lista.
Não é preciso formulário de reclamação para o pedido {ORDER}.
Obrigado pela sua avaliação positiva, registramos o pedido do cabo mais longo.
A ligação Bluetooth funciona com até 10 m.
Gostaríamos de ouvir a sua opinião sincera.
A peça 0445 110 369 custa {PRICE} e sai hoje.Em dois dias chega.
O caso 4711-2026 trata dos pedidos {ORDER} e {ORDER}.
O aparelho aceita 100-240V, 50/60 Hz e pesa 1,250 kg.
-visit
Visite {LINK} para o manual.
O driver está em {LINK}.
Mais informações: {LINK}
-mail
Escreva para {MAIL} e resolvemos.
Envie uma foto para {MAIL}
-call
Ligue para {PHONE}.
O nosso número de telefone é {PHONE}, até às 18 h.
-website_word
O manual está no nosso site.
Use o link da mensagem anterior.
Na nossa loja online há mais cores.
-claim_form
Por favor, assine o formulário de reclamação.
Preencha a declaração de sinistro e envie.
-review_steering
Poderia deixar uma avaliação positiva?
Pedimos que altere a sua avaliação negativa.
Entre em contato conosco antes de deixar uma avaliação ruim.
Se está satisfeito com a lâmpada, deixe uma avaliação.
Poderia remover a sua avaliação?
Por favor, avalie-nos com 5 estrelas.
-incentive
Damos um vale-presente em troca de uma avaliação.
Deixe uma avaliação e receba um produto grátis.
-removal_for_refund
Assim que apagar a sua avaliação, faremos o reembolso.
-private_email_request
Poderia enviar-nos o seu e-mail pessoal?
Informe-me o seu e-mail.
-placeholder
Olá [NOME DO CLIENTE], o seu pedido {{order_id}} está a caminho.
"""
