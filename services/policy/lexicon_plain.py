"""Words that are a finding by themselves; after `~` only in a reply of that language. Same writing as `lexicon`."""

from __future__ import annotations

WEB = """
WEB
en: website websites web_site web_sites webpage* web_page* homepage* home_page link weblink* hyperlink* backlink*
  permalink* shortlink* deep_link* url urls webshop* webstore* web_store* web_shop* our_online_shop our_online_store
  our_site our_own_site official_site our_web our_page our_homepage our_own_shop our_own_store web_address
  internet_address qr_code qr_codes
de: webseite* webprasenz* internetseite* internetauftritt* internetprasenz* internetadresse* webadresse* onlineshop*
  online_shop* onlineshops internetshop* webauftritt* verlinkung* *webseite *webseiten *website *homepage *link
  *links *linken unsere_seite unserer_seite web_seite web_seiten
fr: site_web sites_web site_internet siteweb page_web pages_web lien liens hyperlien* boutique_en_ligne notre_site
  le_site_officiel site_officiel page_internet adresse_internet adresse_web notre_boutique_web
it: sito_web sito_internet siti_web pagina_web negozio_online indirizzo_web nostro_sito sul_sito collegamento_web
  collegamento_ipertestuale pagina_internet sito_ufficiale shop_online nostro_negozio_on
es: sitio_web sitios_web pagina_web paginas_web enlace enlaces hipervinculo* tienda_online tienda_en_linea
  nuestro_sitio nuestra_web nuestra_pagina la_web pagina_de_internet sitio_oficial pagina_oficial sitio_de_internet
  tienda_web direccion_web hiperenlace*
ja: ウェブサイト ウェブページ ホームページ ウエブサイト webサイト webページ ネットショップ オンラインショップ
  オンラインストア ハイパーリンク ユーアールエル ウェブショップ 公式サイト 当サイト 弊社サイト 自社サイト 専用サイト
  通販サイト サポートサイト ダウンロードリンク 追跡リンク ウェブリンク リンク先 弊社hp 公式hp 当社hp 当店hp 下記url
  url こちらのサイト 当店のサイト
nl: webpagina* webwinkel* webstek* internetpagina* internetsite* onze_site webadres* online_winkel onze_pagina
  *website
sv: webbplats* hemsida* hemsidor* webbsida* webbsidor* sajt sajten webbsajt* lank lanken lankar lankarna lanka
  webbutik* natbutik* webbshop* webbadress* webblank* internetsida* *lanken *lankar *lank var_sida webb_plats
pl: stron*_internetow* stron*_www stron*_web witryn* linku linkiem linki linka linkow linkach linkami odnosnik*
  sklep*_internetow* adres_www naszej_stronie naszej_strony_www nasza_strona sklep*_online hiperlacz*
  lacze_internetowe stron*_domow* nasza_strone adres*_internetow*
pt: sitio_web sitio_na_internet pagina_web pagina_na_internet hiperligac* loja_online loja_virtual nosso_site
  endereco_eletronico_do_site pagina_da_internet nossa_pagina nosso_sitio site_oficial hyperlink* ligacao_web
  loja_on
OFWEB
fr: site
it: sito siti
es: web
nl: site
pt: site sites sitio
sv: sida
NOWEB
en: tp_link d_link zy_link s_link cufflink* cuff_link* chain_link link_chain missing_link uplink downlink powerlink
  starlink homelink magiclink smartlink powerlink thinklink firelink airlink easylink cloudlink interlink crosslink
  unlink web_cam
fr: en_lien_avec en_lien_direct en_lien_etroit sans_lien_avec sans_lien site_logistique site_de_production
  site_d_entreposage site_de_stockage site_industriel lien_de_cause lien_familial notre_site_de_production
  notre_site_logistique notre_site_d_entreposage
it: sito_in_via sito_produttivo sito_logistico sito_di_produzione nostro_sito_produttivo nostro_sito_logistico
  sito_in
es: en_su_sitio la_web_cam web_cam nuestra_web_cam
CLAIM
en: claim*_form* claims_form* complaint*_form* damage_form* loss_form* waiver* release_form* liability_form*
  indemnity_form* affidavit* declaration_of_loss claim_document* statement_of_loss proof_of_loss damage_report_form*
  claim_sheet claim_paper*
de: schadensformular* schadenformular* schadensmeldeformular* schadenmeldung* schadensmeldung* schadenanzeige*
  schadensanzeige* anspruchsformular* reklamationsformular* forderungsformular* beschwerdeformular*
  *reklamationsformular verlusterklarung* claim_formular* eidesstattlich* haftungsausschluss* reklamationsbogen
  schadensbogen erstattungsformular*
fr: formulaire*_de_reclamation formulaire*_de_sinistre declaration*_de_sinistre formulaire*_de_plainte
  formulaire*_de_demande_d_indemnisation formulaire*_d_indemnisation declaration*_sur_l_honneur
  attestation*_sur_l_honneur declaration*_de_perte formulaire*_de_litige constat_de_dommage
it: modul*_di_reclamo modul*_di_richiesta_danni modul*_di_risarcimento modul*_reclami modul*_di_sinistro
  modul*_di_richiesta_di_risarcimento denuncia_di_sinistro modul*_di_contestazione modul*_per_il_reclamo
  modul*_per_reclami autocertificazion*
es: formulario*_de_reclam* hoja*_de_reclam* formulario*_de_queja* formulario*_de_siniestro* declaracion_jurada
  parte_de_siniestro formulario*_de_indemnizacion formulario*_de_danos
ja: クレームフォーム クレーム申請書 クレーム用紙 請求フォーム 申立書 損害申告書 賠償請求書 被害届
  クレーム申請フォーム 申告書 誓約書 同意書 クレーム書類 損害賠償請求書 補償申請書
nl: claimformulier* klachtenformulier* schadeformulier* klachtformulier* reclamatieformulier* schadeaangifte*
  schadeclaimformulier* claim_formulier*
sv: reklamationsblankett* reklamationsformular* skadeanmalan* anspraksformular* klagomalsformular* skadeblankett*
  skadeformular* anspraksblankett* skadestandsblankett*
pl: formularz*_reklamac* formularz*_roszczen* formularz*_szkod* druk*_reklamac* formularz*_zgloszenia_szkody
  protokol*_szkod* oswiadczeni*_o_szkodz* formularz*_skarg*
pt: formulario*_de_reclam* formulario*_de_reivindicac* formulario*_de_sinistro* formulario*_de_queixa*
  declaracao_de_sinistro formulario*_de_danos formulario*_de_indenizac* declaracao_de_extravio
NOT
ja: 必要ありません 必要はありません 必要はございません 不要 お願いしておりません 必要ございません
SIGN
en: sign signed signing signature
de: unterschreib* unterzeichn* unterschrieben* unterschrift
fr: sign*
it: firm* sottoscriv*
es: firm*
ja: 署名 サイン 捺印 ご署名
nl: onderteken* ondertekend teken
sv: underteckna* signera* skriv*_under skriva_under skriva_pa
pl: podpis*
pt: assin*
FORM
en: form forms document declaration statement waiver agreement
de: formular* erklarung* dokument* bogen vordruck*
fr: formulaire* declaration* attestation*
it: modul* dichiaraz*
es: formulario* declaracion* documento*
ja: フォーム 用紙 書類 書面
nl: formulier* verklaring*
sv: formular* blankett* intyg*
pl: formularz* oswiadczen* druk
pt: formulario* declarac* documento*
"""

REST = """
MARKETING
en: coupon* discount_code* promo* newsletter* subscribe special_offer* our_other_products next_order next_purchase
  off_your_next follow_us bestseller* new_arrival* new_collection check_out_our take_a_look_at_our sale_now
  flash_sale limited_offer buy_more shop_now
de: gutscheincode* rabattcode* newsletter* sonderangebot* unsere_anderen_produkte nachste_bestellung
  nachsten_bestellung nachsten_einkauf folgen_sie_uns neuheiten aktionspreis* angebotswoche* weitere_produkte
fr: code_promo* newsletter* offre_speciale* prochaine_commande prochain_achat suivez_nous nos_autres_produits
  nouveaute* soldes infolettre offre_exclusive
it: codice_sconto codici_sconto newsletter* offerta_speciale prossimo_ordine prossimo_acquisto seguiteci seguici
  nostri_altri_prodotti novita promozion* codice_promo*
es: codigo_de_descuento cupon* boletin newsletter* oferta_especial proximo_pedido proxima_compra siganos siguenos
  nuestros_otros_productos novedades promocion* codigo_promo*
ja: クーポンコード 割引コード セール キャンペーン 新商品 メルマガ ニュースレター 次回のご購入 次回のご注文
  他の商品も フォローして お買い得
nl: kortingscode* nieuwsbrief* aanbieding* volgende_bestelling volgende_aankoop volg_ons onze_andere_producten
sv: rabattkod* nyhetsbrev* specialerbjudande* nasta_bestallning nasta_kop folj_oss vara_andra_produkter erbjudande*
pl: kod_rabatow* kody_rabatow* newsletter* promocj* nastepn*_zamowien* nastepn*_zakup* obserwuj_nas
  nasze_inne_produkty ofert*_specjaln*
pt: codigo_de_desconto cupom_de_desconto newsletter* oferta_especial proxima_compra proximo_pedido siga_nos
  nossos_outros_produtos promoc* novidades
ACCOUNT
en: your_amazon_account your_account amazon_account
de: ihr_amazon_konto ihrem_amazon_konto ihr_konto ihrem_konto amazon_konto ihr_kundenkonto ihrem_kundenkonto
  amazon_kundenkonto
fr: votre_compte_amazon votre_compte compte_amazon
it: suo_account tuo_account account_amazon
es: su_cuenta cuenta_de_amazon su_cuenta_de_amazon
ja: アカウントサービス アカウントから アカウントにログイン 注文履歴から
nl: uw_account uw_amazon_account je_account
sv: ditt_amazon_konto ditt_konto
pl: swoje_konto swojego_konta swoim_koncie konto_amazon konta_amazon
pt: sua_conta conta_da_amazon conta_amazon
ACCOUNTFINE
en: return* cancel* subscription* subscri* refund* label*
de: ruckgab* rucksend* retour* stornier* abo* abonnement* ruckerstatt* erstatt* zuruck* kundig*
fr: retour* annul* abonnement* rembours* etiquette
it: reso resi restitu* annull* abbonament* rimbors* rendere
es: devol* cancel* suscripc* reembols*
ja: 返品 キャンセル 定期 解約 返金
nl: retour* annuler* abonnement* terugbetal* terugst*
sv: retur* avbestall* prenumeration* aterbetal* avbryt*
pl: zwrot* zwroc* anulow* subskrypc*
pt: devol* cancel* assinatura* reembols*
GREETING
en: hi hello dear hey customer buyer sir madam good morning afternoon evening day there greetings
de: hallo guten tag morgen abend liebe lieber liebes sehr geehrte geehrter geehrtes damen und herren kunde kundin
  moin servus gruss gott kundschaft frau herr kunden
fr: bonjour bonsoir cher chere madame monsieur client cliente salut
it: buongiorno buonasera salve ciao gentile cliente caro cara egregio signore signora
es: hola estimado estimada cliente buenos buenas dias tardes noches senor senora querido
ja: こんにちは お客様 様 お世話になっております お世話になります いつも
nl: hallo beste goedendag goedemorgen goedemiddag klant geachte heer mevrouw dag
sv: hej basta kund kara hejsan god dag morgon
pl: dzien dobry szanowny szanowna panie pani kliencie witam witaj drogi droga klientko czesc szanowni panstwo
pt: ola prezado prezada cliente bom dia boa tarde noite caro cara oi
POLITE
en: thank thanks you very much so many for your message reply feedback purchase order contacting us again kind
  regards best sincerely yours team support have a nice great day time patience understanding in advance response
  email shopping with choosing the quick answer
de: vielen herzlichen dank danke sehr besten fur ihre ihren die das nachricht antwort bestellung schonen
  freundlichen gruss grusse grussen mit freundliche viele liebe beste team kundenservice ihr einkauf geduld
  verstandnis schnelle ruckmeldung kauf noch
fr: merci beaucoup pour votre message reponse achat commande cordialement bien a vous l equipe service client bonne
  journee patience comprehension votre retour infiniment de rapide confiance
it: grazie mille per il suo messaggio la sua risposta ordine acquisto cordiali saluti distinti team servizio clienti
  buona giornata pazienza molte tante averci contattato comprensione
es: muchas gracias por su mensaje respuesta compra pedido un saludo saludos cordiales atentamente equipo que tenga
  buen dia paciencia comprension mensaje
ja: ありがとうございます ありがとうございました ご連絡 お問い合わせ いただき 頂き 誠に このたびは
  よろしくお願いいたします よろしくお願いします ご購入 感謝いたします カスタマーサポート 御礼申し上げます
  いただきまして お礼 まことに この度は 敬具 サポート
nl: bedankt dank u wel hartelijk voor uw bericht reactie bestelling aankoop met vriendelijke groet groeten team
  klantenservice fijne dag geduld begrip
sv: tack sa mycket for ditt meddelande svar kop din bestallning med vanlig halsning vanliga halsningar teamet
  kundtjanst ha en bra dag talamod
pl: dziekuje dziekujemy bardzo za wiadomosc odpowiedz zakup zamowienie pozdrawiam pozdrawiamy serdecznie z
  powazaniem zespol milego dnia obslugi klienta panstwa pana
pt: muito obrigado obrigada pela sua mensagem resposta compra pelo seu pedido atenciosamente cumprimentos equipe
  equipa tenha um otimo dia contato paciencia melhores agradecemos
"""
