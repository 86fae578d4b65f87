"""Invented names and wordings for synthetic tickets, in the languages of the larger marketplaces."""

from __future__ import annotations

from random import Random

_WORDS = {
    "en": """the a my order parcel lamp kettle chair cable charger box was is not has arrived yet since monday friday
    please could you send refund replace broken missing wrong colour size tracking number says delivered but nobody
    here neighbour receipt invoice warranty screws manual working anymore after two weeks thank hello i we it and with
    for on about address changed need before birthday return label printer question does fit battery hours battery
    green blue large small kitchen garden door office still waiting answer kindly regards help soon""",
    "de": """die der das meine bestellung paket lampe stuhl kabel karton ist nicht noch angekommen seit montag freitag
    bitte können sie erstattung ersatz schicken kaputt fehlt falsche farbe größe sendungsnummer zugestellt aber niemand
    hier nachbar rechnung garantie schrauben anleitung funktioniert mehr nach zwei wochen danke hallo ich wir und mit
    für auf wegen adresse geändert brauche vor geburtstag rücksendung etikett drucker frage passt akku stunden grün
    blau groß klein küche garten tür büro warte immer antwort grüße hilfe bald""",
    "fr": """la le les ma commande colis lampe chaise câble carton est pas encore arrivé depuis lundi vendredi merci
    pouvez vous envoyer remboursement remplacer cassé manquant mauvaise couleur taille numéro suivi livré mais personne
    ici voisin facture garantie vis notice fonctionne plus après deux semaines bonjour je nous et avec pour sur adresse
    changée besoin avant anniversaire retour étiquette imprimante question batterie heures vert bleu grand petit
    cuisine jardin porte bureau attends toujours réponse cordialement aide bientôt""",
}
_JAPANESE = """注文した商品が まだ届いていません 先週の 金曜日に 返金を お願いします 交換 していただけますか 電源が
入りません 説明書が 見当たりません 色が 違います サイズが 合いませんでした 配達済みと 表示されていますが 荷物は
受け取っていません 住所を 変更したいのですが 領収書を 送ってください ネジが 足りません お世話になっております
ご確認ください よろしくお願いいたします 返品の ラベルを 印刷できません 何日ほど かかりますか 至急 ご連絡ください"""
_FIRST = {
    "en": "Alex Sam Robin Jamie Taylor Jordan Casey Morgan Riley Avery Quinn Harper Rowan Skyler Emery Finley",
    "de": "Anna Jonas Lena Felix Clara Moritz Greta Emil Frieda Oskar Ida Anton Mathilda Karl Lotte Bruno",
    "fr": "Camille Louis Manon Hugo Chloé Jules Inès Léo Zoé Paul Alice Émile Jeanne Arthur Rose Victor",
    "ja": "陽菜 蓮 葵 湊 結衣 樹 凛 悠真 紬 大和 咲良 朝陽 杏 律 美月 颯",
}
_LAST = {
    "en": "Example Sample Placeholder Specimen Testfield Mockford Demoson Trialton Fixture Dummett Loremson Ipsumdale",
    "de": "Beispiel Muster Probe Vorlage Platzhalter Musterfeld Probst Beispielmann Testfeld Vorbild Entwurf Skizze",
    "fr": "Exemple Modèle Essai Specimen Gabarit Maquette Ébauche Témoin Échantillon Prototype Esquisse Patron",
    "ja": "例 見本 試験 仮名 雛形 模型 標本 試作 下書 手本 素案 図案",
}
_SENTENCES = 4000
_TEXTS = 1 << 13


class Writer:
    """Writes texts of about 45 words from a stock of sentences that one random source made."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._stock = {language: [self._sentence(words.split()) for _ in range(_SENTENCES)]
                       for language, words in _WORDS.items()}
        phrases = _JAPANESE.split()
        self._stock["ja"] = ["".join(random.choices(phrases, k=4)) + "。" for _ in range(_SENTENCES)]
        self._texts: dict[str, list[str]] = {}

    def text(self, language: str) -> str:
        """A buyer's or agent's words; a language without a vocabulary is written in English."""
        key = language if language in self._stock else "en"
        if key not in self._texts:
            self._texts[key] = ["\n".join(self._random.choices(self._stock[key], k=5)) for _ in range(_TEXTS)]
        return self._random.choice(self._texts[key])

    def name(self, language: str, number: int) -> str:
        """The name of buyer `number`; a few buyers share theirs."""
        key = language if language in _FIRST else "en"
        first, last = _FIRST[key].split(), _LAST[key].split()
        full = first[number % len(first)], last[number // len(first) % len(last)]
        middle = number // (len(first) * len(last)) % 26
        return f"{full[1]} {full[0]}" if key == "ja" else f"{full[0]} {chr(65 + middle)}. {full[1]}"

    def _sentence(self, words: list[str]) -> str:
        return " ".join(self._random.choices(words, k=9)).capitalize() + "."
