"""What words mean for incentives and requests for contact; written as in `lexicon_reviews`."""

from __future__ import annotations

INCENTIVES = """
REWARD
en: free gift_card* giftcard* voucher* coupon* reward* bonus cashback cash_back free_product* free_item* free_gift* gift
  gifts paypal free_sample* store_credit free_unit free_replacement
de: gutschein* geschenk* pramie* praemie* belohn* bonus gratis* kostenlos* cashback guthaben paypal *gutschein
fr: bon_d_achat bons_d_achat cheque_cadeau carte_cadeau cartes_cadeau* cadeau* recompens* gratuit* bonus prime
  coupon* bon_de_reduction paypal
it: buono buoni regalo regali omaggio premio ricompens* gratis gratuit* coupon bonus paypal
es: tarjeta_regalo tarjetas_regalo cupon* vale regalo* recompens* gratis gratuit* bono premio paypal
ja: ギフト クーポン 特典 プレゼント 謝礼 無料 キャッシュバック ポイント 商品券 進呈 差し上げ
nl: cadeaubon* cadeau* tegoedbon* waardebon* beloning* gratis bonus kortingsbon* paypal
sv: presentkort* gava* belon* gratis bonus vardecheck* present* kupong* rabattkod* paypal
pl: bon karta_podarunkow* karte_podarunkow* prezent* nagrod* gratis kupon* bonus darmow* voucher* paypal gratisow*
pt: cartao_presente vale_presente vale_oferta vale cupom cupons cupao brinde* recompens* gratis gratuit* premio*
  presente paypal
MONEY
en: refund* reimburs* discount* money_back replacement credit compensat* 5_off 10_off
de: erstatt* ruckerstatt* rueckerstatt* rabatt* nachlass entschadig* ersatz* geld *erstattung
fr: rembours* remise* reduction* dedommag*
it: rimbors* sconto sconti risarc*
es: reembols* descuento* compensac* devolv*_el_dinero
ja: 返金 割引 値引 補償 払い戻
nl: terugbetal* korting* vergoed* restitutie terug_te_betalen terug
sv: aterbetal* rabatt* ersattning* kompens* pengarna
pl: zwrot* rabat* znizk* rekompensat* pieniad*
pt: reembols* desconto* compensac* dinheiro
EXCHANGE
en: to_thank_you as_our_thanks in_exchange in_return in_turn exchange_for as_a_thank_you as_thanks as_a_reward
  as_a_token for_leaving for_writing for_every for_each
de: um_ihnen_zu_danken um_uns_zu_bedanken im_gegenzug als_dank als_dankeschon als_dankeschoen im_austausch dafur
  als_gegenleistung gegen als_kleines fur_eine fur_ihre fur_jede
fr: pour_vous_remercier en_guise en_echange en_contrepartie en_retour en_remerciement pour_un pour_votre pour_chaque
  contre
it: per_ringrazia* in_cambio come_ringraziamento per_una per_ogni in_segno
es: para_agradecer* a_cambio como_agradecimiento en_agradecimiento por_una por_su por_cada
ja: お礼 代わりに 引き換え 引換 謝礼 御礼 交換
nl: om_u_te_bedanken in_ruil als_dank als_bedankje voor_een voor_uw voor_elke in_return
sv: for_att_tacka i_utbyte som_tack mot for_en for_ditt for_varje
pl: w_zamian w_podziekowaniu za jako_podziekow*
pt: para_agradecer em_troca como_agradecimento por_uma por_cada pela
"""

PREPOSITIONS = """
FOR
en: for
de: fur
fr: pour contre
it: per
es: por
nl: voor
sv: for mot
pl: za
pt: por pela
"""

REQUESTS = """
ASK
en: send share give provide tell need require forward what_is may_i_have could_i_have can_i_have let_us_know have
  drop what_s supply reply_with
de: senden sende schicken schick teilen nennen nenn geben gib lautet benotigen benotige brauchen brauche mitteil*
  mitzuteilen zukommen zusenden zuzusenden angeben nennt verraten hinterlassen schreiben ubermitteln bekommen haben
fr: envoy* communiqu* donn* indiqu* fourni* transmet* besoin partag* quelle_est laiss*
it: invi* mand* forn* comunic* dare dia dai servire* serve bisogno indic* condivid* qual_e lasci*
es: envi* mand* facilit* proporcion* indi* comuni* dar den* necesit* compart* cual_es dej*
ja: 教えて お知らせ 送って お送り ご連絡 記入 お聞かせ ご提示 知らせて 頂け いただけ
nl: stuur* sturen geef geven doorgeven delen deel nodig wat_is laat_weten vermeld* mail
sv: skicka* ge ange uppge delge dela behover vad_ar meddela lamna*
pl: podac poda* przesl* przeslac wysl* potrzeb* prosi* udostepn* jaki_jest przekaz*
pt: envi* mand* fornec* inform* dar pass* precis* compartilh* qual_e indi* diga
TOUS
en: me us with please also kindly just over your the a an of private personal direct own current best or
de: mir uns bitte sie doch auch einfach ihre ihren private personliche eigene kurz gerne noch
fr: moi nous s il vous plait votre de d une personnelle bien veuillez me
it: mi ci noi il la l suo sua tuo di un
es: me nos por favor su tu la el de una un
nl: mij ons me a u alstublieft svp uw je het
sv: mig oss oss_garna din er garna en ditt
pl: mi nam nas prosze o swoj pana pani swojego panstwa
pt: me nos por favor o a seu sua um de
EMAIL
en: email e_mail emails email_address e_mail_address mail_address mail_id email_id e_mail_id
de: e_mail* email* mail_adresse* mailadresse* mailkontakt mail
fr: e_mail* email* mail adresse_electronique courriel adresse_mail adresse_e_mail adresse_email mel
it: e_mail* email* mail posta_elettronica indirizzo_email indirizzo_e_mail indirizzo_mail
es: correo_electronico correo e_mail* email* mail
ja: メールアドレス メアド eメール 電子メールアドレス
nl: e_mail* email* mailadres* mail
sv: e_post* epost* mejl* mail* e_mail* *epostadress
pl: e_mail* mail maila mailowy email* adres*_e_mail adres*_poczt* adres*_mailow* adres*_email
pt: e_mail* email* correio_eletronico
PHONENUMBER
en: phone_number* telephone_number* mobile_number* cell_number phone_no contact_number
de: telefonnummer* handynummer* rufnummer* mobilnummer*
fr: numero_de_telephone numero_de_portable numero_de_mobile
it: numero_di_telefono numero_di_cellulare
es: numero_de_telefono telefono numero_de_movil
ja: 電話番号 携帯番号
nl: telefoonnummer* mobiel_nummer gsm_nummer
sv: telefonnummer* mobilnummer*
pl: numer_telefonu numeru_telefonu
pt: numero_de_telefone telefone telemovel
PRIVATE
en: private personal direct own
de: private* personliche* eigene*
fr: personnel* prive*
it: personal* privat*
es: personal* privad*
ja: 個人 プライベート 私用 ご自身 お客様
nl: prive persoonlijk* eigen
sv: privat* personlig* egen
pl: prywatn* osobist*
pt: pessoal* particular* privad*
MESSENGER
en: whatsapp telegram instagram facebook tiktok wechat viber skype snapchat youtube twitter discord messenger signal
  linkedin pinterest zalo kakaotalk
ja: ライン ワッツアップ インスタ インスタグラム フェイスブック テレグラム ツイッター
FOLLOW
en: contact write text_us text_me reach follow add_us add_me find_us find_me chat_with message_us message_me join_us
  dm reach_us
de: schreib* kontaktier* folg* erreich* anschreiben melden meld
fr: contact* ecri* suiv* rejoign* ajoutez_nous
it: contatt* scriv* segu* aggiung*
es: contact* escrib* sig* agreg*
ja: 連絡 フォロー 友だち追加 お問い合わせ
nl: contact* schrijf* volg* bereik* app_ons
sv: kontakt* skriv* folj*
pl: kontakt* skontakt* napis* obserwuj*
pt: contat* contact* fal* escrev* sig* adicion*
BY
en: via on by through over
de: uber per auf via bei
fr: via sur par
it: tramite su via
es: por en via
ja: で
nl: via op per
sv: via pa
pl: przez na poprzez
pt: pelo via no por
"""
