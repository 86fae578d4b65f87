"""What words mean for reviews, by class and language: lower case, no accents; `_` joins words, `*` is open."""

from __future__ import annotations

REVIEWS = """
REVIEW
en: review reviews rating ratings testimonial* star_rating*
de: bewertung* rezension* verkauferbewertung* produktbewertung* *bewertung *bewertungen *rezension *rezensionen
  produktrezension* sternebewertung*
fr: avis evaluation* bonne_note meilleure_note note_maximale
it: recension* valutazion*
es: resena resenas valoracion valoraciones calificacion calificaciones evaluacion evaluaciones opinion opiniones
  puntuacion
ja: レビュー 評価 評価して 評価を 評価いただ ご評価 低評価 高評価 最高評価 口コミ クチコミ ★★★★★
nl: beoordeling* review reviews recensie* *beoordeling *beoordelingen *recensie
sv: recension* omdome* betyg betyget betygen *recension *omdome *betyg
pl: opini* ocena oceny ocene ocenie ocen recenzj*
pt: avaliacao avaliacoes resenha* opiniao opinioes review reviews classificac*
WEAK
en: feedback feedbacks comment comments
de: feedback* kommentar* verkauferfeedback
fr: commentaire* feedback note notes
it: feedback voto commento commenti giudizio giudizi
es: comentario comentarios feedback
ja: フィードバック コメント 感想
nl: feedback commentaar opmerking*
sv: feedback aterkoppling* kommentar*
pl: komentarz* feedback
pt: comentario comentarios feedback nota notas
IGNORE
en: feel_free would_like d_like like_to seller_feedback_rating review_the review_your_order happy_to pleased_to glad_to
  review_it under_review review_of_your
fr: avis_de_passage a_votre_avis a_mon_avis a_notre_avis avis_de_livraison avis_d_expedition avis_contraire
  chang*_d_avis s_il_vous_plait s_il_te_plait note_que note_bien bien_note note_d note_de avis_de_souffrance
  avis_de_reception
it: cambi*_opinione
es: cambi*_de_opinion en_nuestra_opinion en_mi_opinion si_gusta gustaria*
pl: w_naszej_opinii w_mojej_opinii zmien*_zdanie pana_opinie_na_temat
pt: nota_fiscal notas_fiscais em_nossa_opiniao na_nossa_opiniao mud*_de_opiniao gostaria
  gostariamos gostaria_de se_gostaria
STARS
en: star stars
de: stern sterne sternen
fr: etoile etoiles
it: stelle stella stelline
es: estrella estrellas
ja: つ星 星
nl: ster sterren
sv: stjarna stjarnor
pl: gwiazdek gwiazdki gwiazdka gwiazdke
pt: estrela estrelas
FIVE
en: 5star 5_star* five_star* 4_star* four_star* all_5_star*
de: 5star 5_stern* funf_stern* fuenf_stern* funfstern* 5sterne* volle_punktzahl hochstwertung*
fr: 5star 5_etoile* cinq_etoile*
it: 5star 5_stell* cinque_stell*
es: 5star 5_estrella* cinco_estrella*
ja: 5star 星5 星五つ 五つ星 5つ星 星5つ 星を5 星を5つ 五つ星 最高評価 高評価 満点 ★5 ★★★★★ 星いつつ
nl: 5star 5_ster* vijf_ster* vijfsterren*
sv: 5star 5_stjarn* fem_stjarn* femstjarn* hogsta_betyg
pl: 5star 5_gwiazd* piec_gwiazd* pieciu_gwiazd* pieciogwiazdk* najwyzsz*_ocen*
pt: 5star 5_estrela* cinco_estrela*
POSITIVE
en: positive good great excellent favourable favorable nice kind best top wonderful amazing glowing perfect
  fantastic
de: positiv* gut gute guten guter gutes tolle* toll super beste besten hervorragend* ausgezeichnet* nette*
  freundliche* perfekt* sehr_gut*
fr: positif positifs positive positives positivement bon bons bonne bonnes excellent* favorable* meilleur* parfait*
it: positiv* buona buone buono buon ottim* eccellent* favorevol* bella bel
es: positiv* buena buenas bueno buenos buen excelent* favorable* mejor* maxim*
ja: 良い 好意的 ポジティブ 高い いい 素晴らしい 最高 プラスの よい 良好な
nl: positie* goede goed uitstekend* mooie mooi
sv: positiv* bra god goda gott fint fina utmarkt* hogt
pl: pozytywn* dobr* swietn* najlepsz* najwyzsz* wysok* przychyln*
pt: positiv* boa boas bom bons excelent* otim* favorav*
NEGATIVE
en: negative bad poor critical low unfavourable unfavorable 1_star* one_star* 2_star* two_star* 3_star*
de: negativ* schlecht* 1_stern* ein_stern* 2_stern* kritisch*
fr: negatif negatifs negative negatives mauvais mauvaise* defavorable* 1_etoile une_etoile
it: negativ* cattiv* brutt* 1_stella una_stella
es: negativ* mala malas malo malos 1_estrella una_estrella
ja: 悪い 低い ネガティブ 低評価 否定的 マイナスの 星1
nl: negatie* slecht* 1_ster een_ster
sv: negativ* dalig* 1_stjarn* lagt
pl: negatywn* zl* 1_gwiazd* slab* nisk*
pt: negativ* ruim ruins mau ma mas 1_estrela
WRITE
en: leave leaving give write writing post posting submit drop share provide add put
de: hinterlass* abgeben abzugeben geben schreib* verfass* veroffentlich* vergeben schenken teilen posten dalass*
  da_lassen gib
fr: laiss* ecrire ecrivez ecris donn* depos* publi* mettre mettez mets attribu* post* redig* partag*
it: lasci* scriv* dare dai dia dateci datemi darci dia_una pubblic* postare post* rilasci* condivid*
es: regala regale regalenos regalarnos dej* deje escrib* dar dé denos danos publi* pon* poner compart* otorg*
ja: 書いて 投稿 ご記入 残して つけて 付けて 入れて いただける お願い いただけ 頂け 記入 書き込
nl: schrijf* schrijven achterlaten achterlaat achter_te_laten achter geef geeft geven plaats* laat delen laten
sv: lamna* skriv* ge ger posta publicer* dela satt satta
pl: zostaw* napis* wystaw* doda* dac opublik* pozostaw*
pt: deix* escrev* dar de_nos publi* post* poste compartilh* coloc*
RATE
en: rate rating_us
de: bewerten bewerte bewertet
fr: notez noter evaluez evaluer note
it: valutare valuta valutate valutaci valutarci valuti valutateci vot*
es: calificar califique califiquenos valorar valore valorenos puntuar puntue evaluar evalue
ja: 評価して 評価を 評価いただ ご評価
nl: beoordeel beoordelen beoordeelt waardeer
sv: betygsatt* betygsatta recensera
pl: ocenic ocen ocencie oceni
pt: avaliar avalie avaliem classificar classifique
WISH
en: appreciate grateful love thankful help mean means delighted hope hoping ask asking request requesting
  looking_forward please
de: freuen freut freue dankbar helfen hilft hoffen hoffe bitten bitte wunschen wunsche begrussen
fr: apprecier* reconnaissant* aider* aiderait esper* souhait* demand* ravi* heureux plaisir prions merci_de prie svp
  serait
it: apprezz* grat* aiut* speri* chied* preg* piacere felici saremmo
es: agradecer* apreci* ayud* esper* rog* pedi* encantar* gustar* solicit*
ja: ませんか ありませんか ませんでしょうか ありませんでしょうか ないでしょうか 幸い ありがた 嬉しい うれしい お願い
  助かり いただける いただけ 頂け
nl: waarderen dankbaar helpt helpen hopen hoop vragen verzoeken blij fijn graag
sv: uppskatta* tacksam* hjalp* hopp* ber be garna glada
pl: wdzieczn* pomog* pomoze licz* prosi* ucieszy* bedzie* mile_widzian*
pt: agradec* apreci* ajud* esper* ped* adorar* ficar*
CHANGE
en: change changing update updating revise revising edit editing modify modifying amend amending remove removing
  delete deleting take_down taking_down withdraw withdrawing retract retracting reconsider reconsidering rethink
  raise adjust adjusting removal deletion modification revision upgrade withdrawal erase cancel correct improve
  take_back
de: ander* andern aendern aender* abzuandern abandern abaendern losch* loesch* geloscht entfern* zuruckzieh*
  zuruckzuzieh* zurucknehm* zuruckzunehm* anpass* anzupass* korrigier* uberarbeit* ueberarbeit* aktualisier*
  uberdenk* revidier* bearbeiten aufwert* verbessern zu_andern uberdenken anderung losung herausnehm* erhoh*
fr: modifi* chang* supprim* suppress* retir* retrait mettre_a_jour mise_a_jour mettez_a_jour revoir revoyez corrig*
  effac* reconsider* enlev* revis* annul* ameliorer rectifi*
it: modific* cambi* rimuov* rimoz* cancell* elimin* aggiorn* rivedere riveda ritir* togli* tolg* corregg*
  riconsider* rettific*
es: cambi* modifi* elimin* borr* corrij* actualiz* retir* quit* revis* edit* correg* reconsider* suprim*
ja: 変更 修正 削除 取り消 取消 編集 撤回 更新 見直 訂正 消して 書き換え 取り下げ 改めて 引き上げ
nl: wijzig* aanpass* aan_te_passen verwijder* intrekk* in_te_trekken bijwerk* verander* herzien corriger*
  heroverweg* bewerk* weghal* trek pas
sv: andra andrar ta_bort tar_bort radera* uppdatera* revidera* redigera* dra_tillbaka justera* borttag* andring*
  omprova* raderar andra_pa korrigera* hoja
pl: zmien* zmian* usun* skasow* edytow* edytuj* skorygow* popraw* wycof* zaktualizow* aktualiz* usuniec* przemysl*
  podnie*
pt: alter* mud* modifi* remov* remoc* exclu* apag* delet* elimin* atualiz* edit* retir* revis* revej* corrig*
  corrij* reconsider*
SEPARABLE
sv: ta tar dra drar
de: nehmen nimm ziehen zieh passen pass
nl: trek trekt pas past haal haalt
PARTICLE
sv: bort tillbaka
de: zuruck an
nl: in aan weg
CHANGED
en: changed updated removed deleted revised edited withdrawn amended raised reconsidered
MODAL
en: could would can may might
fr: pourrait peut pourriez
it: potrebbe puo
es: podria puede
sv: kan skulle
pl: mogl* moze mozna
pt: poderia pode
LIGHT
en: your the this that my a an our seller product star stars amazon 1 2 3 4 5 of previous first original public any
  existing current posted left you on about us recent for
de: ihre ihrer ihren deine deiner eine die der das diese dieser diesen produkt verkaufer amazon sie bitte doch noch
  einmal uns ihr dein euer eure abgegebene bisherige von auf 1 2 3 4 5 stern
fr: votre vos ton ta le la les l un une cet ce ces de d du amazon sur vendeur produit des
it: la sua tua il suo tuo vostra vostro una un della del questa le di l amazon vostre sue
es: su sus tu la el las los una un esa esta de del amazon vendedor producto
nl: uw je jouw de het een deze van die dat over amazon jullie op
sv: ditt din dina er ert ett en det den av detta denna amazon om du ni
pl: swoja swojej swoj panska panstwa twoja twojej ta te tej pana pani o na amazon tego wystawiona swojego wasza
pt: sua seu a o as os tua teu uma um essa esta da do de amazon na sobre
YOUR
en: your
de: ihre ihrer ihren ihr deine deiner dein ihrem euer eure
fr: votre vos ton ta tes
it: sua suo tua tuo vostra vostro sue vostre
es: su sus tu tus vuestra
ja: お客様の ご あなたの
nl: uw je jouw jullie
sv: ditt din dina er ert era
pl: swoja swojej swoj swojego panska panstwa twoja pana pani twoj panstwu wasza panski
pt: sua seu tua teu suas vossa
THANKS
en: thank thanks glad pleased_to_read happy_to_read happy_to_see delighted_to_read
de: danke dank bedanken vielen_dank herzlichen_dank
fr: merci remerci*
it: grazie ringrazi*
es: gracias agradecemos agradezco
ja: ありがとう 有難う 感謝 御礼 頂き いただきました いただき
nl: bedankt dank dankjewel bedanken
sv: tack tackar
pl: dziekuj* dzieki
pt: obrigad* agradecemos agradeco
ADVANCE
en: in_advance advance
de: im_voraus voraus vorab
fr: par_avance d_avance
it: in_anticipo anticipatamente
es: de_antemano por_adelantado por_anticipado
ja: あらかじめ 前もって
nl: bij_voorbaat alvast
sv: pa_forhand
pl: z_gory
pt: antecipadamente desde_ja
BEFORE
en: before prior
de: bevor ehe vor
fr: avant
it: prima
es: antes
ja: 前に 前は まえに 前にまず
nl: voordat alvorens voor vooraleer
sv: innan fore
pl: zanim przed
pt: antes
INSTEAD
en: instead rather_than
de: anstatt statt anstelle
fr: au_lieu plutot_que
it: invece anziche
es: en_lugar en_vez
ja: 代わりに ではなく
nl: in_plaats
sv: istallet i_stallet
pl: zamiast
pt: em_vez ao_inves
CONTACT
en: contact contacting reach message messaging write_to get_in_touch let_us talk_to tell_us email
de: kontaktier* wenden kontakt melden schreiben_sie_uns ansprech* sagen
fr: contact* ecrivez_nous ecrire adress* parler dites
it: contatt* scriver* rivolg* scriv* parlar*
es: contact* escrib* comuni* avis*
ja: 連絡 ご連絡 問い合わせ 問合せ 相談 お知らせ ご一報
nl: contact neem_contact bericht laat_het
sv: kontakt* hor_av skriv*
pl: kontakt* skontakt* napis* daj*_znac
pt: contat* contact* fal* escrev* avis*
IF
en: if when once as_soon_as after should_you provided whoever everyone_who in_case
de: wenn falls sobald nachdem sofern sollten sollte wer
fr: si lorsque lorsqu quand des_que des_reception une_fois apres
it: se quando appena dopo una_volta qualora
es: si cuando una_vez en_cuanto despues tras
ja: たら なら れば ましたら 場合 ければ 次第 後に 方に 方へ いただけると
nl: als wanneer zodra nadat indien mocht
sv: om nar sa_snart efter
pl: jesli jezeli gdy po kiedy kiedy_tylko o_ile
pt: se quando assim_que apos depois caso logo_que
HAPPY
en: happy satisfied pleased like_it like_the like_your like_our like_this love enjoy enjoyed liked loved enjoying
  content
de: zufrieden gefall* gefiel glucklich begeistert
fr: satisfait* content* plait aim* plu apprecie appreciez ravi* heureux
it: soddisfatt* content* piac* felic* apprezzat*
es: satisfech* content* gust* feliz encant* conform*
ja: 満足 気に入
nl: tevreden bevalt blij
sv: nojd* gillar trivs tycker_om
pl: zadowolon* podoba* podobal* spodob*
pt: satisfeit* gost* contente* feliz
NOT
en: not no never t cannot don without unless
de: nicht kein* nie niemals ohne
fr: pas ne aucun* jamais sans n ni
it: non nessun* mai senza
es: no nunca ningun* sin
ja: ません ございません ありません 不要 必要はありません 必要ありません しないで ていない
nl: niet geen nooit zonder
sv: inte ingen inga aldrig utan inget
pl: nie nigdy bez zadn*
pt: nao nunca nenhum* sem
FORGET
en: forget hesitate
de: vergess* zoger*
fr: oubli* hesit*
it: dimentic* esit*
es: olvid* dud*
ja: 忘れ 遠慮
nl: verge* aarzel*
sv: glom* tvek*
pl: zapom* wah*
pt: esquec* hesit*
AVOID
en: avoid refrain
de: verzicht* abseh* abzuseh* vermeid* unterlass*
fr: evit* abst*
it: evit* asten*
es: evit* absten* abstén*
ja: 控え 避け やめて
nl: vermijd* afzien af_te_zien
sv: undvik* avsta
pl: unik* powstrzym*
pt: evit* absten* abster*
"""
