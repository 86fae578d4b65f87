"""Number words of ten languages: enough of them in a row are a number that was meant to be hidden."""

from __future__ import annotations

import re
from functools import lru_cache

from services.policy.normalise import listed

# Zero to nineteen, then the tens; German and Dutch write `vierundzwanzig`, so any of them may be joined.
_WORDS = listed(
    "zero oh one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety double triple hundred "
    "null eins ein zwei zwo drei vier funf fuenf sechs sieben acht neun zehn elf zwolf zwoelf zwanzig dreissig "
    "vierzig funfzig sechzig siebzig achtzig neunzig zero un une deux trois quatre cinq six sept huit neuf dix "
    "onze douze treize quatorze quinze seize vingt vingts trente quarante cinquante soixante septante octante "
    "nonante zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici "
    "quindici sedici diciassette diciotto diciannove venti trenta quaranta cinquanta sessanta settanta ottanta "
    "novanta cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince veinte "
    "treinta cuarenta cincuenta sesenta setenta ochenta noventa nul een twee drie vier vijf zes zeven acht "
    "negen tien elf twaalf dertien veertien vijftien twintig dertig veertig vijftig zestig zeventig tachtig "
    "negentig noll ett en tva tre fyra fem sex sju atta nio tio elva tolv tretton fjorton femton sexton sjutton "
    "arton nitton tjugo trettio fyrtio femtio sextio sjuttio attio nittio zero jeden dwa trzy cztery piec szesc "
    "siedem osiem dziewiec dziesiec jedenascie dwanascie dwadziescia trzydziesci czterdziesci piecdziesiat "
    "szescdziesiat siedemdziesiat osiemdziesiat dziewiecdziesiat zero um dois duas tres quatro cinco seis meia "
    "sete oito nove dez onze doze treze quatorze catorze quinze dezesseis dezasseis vinte trinta quarenta "
    "cinquenta sessenta setenta oitenta noventa"
)
# Words that are something else as a rule; they count only between others.
_JOINERS = ["y", "e", "et", "und", "en", "i", "and", "plus", "tiret", "dash", "strich", "guion", "trattino"]
_ONE = "|".join(sorted(set(_WORDS), key=len, reverse=True))
_NUMBER = rf"(?:{_ONE})(?:(?:und|en|y|e)?(?:{_ONE}))?"
_ITEM = rf"(?:{_NUMBER}|\d{{1,4}})"
_RUN = re.compile(
    rf"(?<![a-z0-9]){_ITEM}(?:[\s,.\-/]{{1,3}}(?:(?:{'|'.join(_JOINERS)})[\s,.\-/]{{1,3}})?{_ITEM}){{4,}}(?![a-z0-9])"
)
_WORD = re.compile(_NUMBER)
_TOKEN = re.compile(r"[a-z0-9]+")
_ALONE = re.compile(_ITEM)
_AT_LEAST = 5
_KANA = listed(
    "ゼロ れい レイ まる マル いち イチ に ニ さん サン よん ヨン し シ ご ゴ ろく ロク なな ナナ しち シチ "
    "はち ハチ きゅう キュウ く ク"
)
_KANA_RUN = re.compile(
    rf"(?:(?:{'|'.join(sorted(_KANA, key=len, reverse=True))})[\s、・,.\-ーの]{{0,2}}){{9,}}|"
    rf"(?:[〇零一二三四五六七八九][\s・\-ーのー]?){{9,}}"
)


def hidden(text: str) -> list[tuple[int, int]]:
    """Runs of number words as long as a phone number, in a text in lower case without accents."""
    found = []
    for match in _RUN.finditer(text) if _may_have_run(text) else ():
        words = len(_WORD.findall(match[0]))
        figures = sum(char.isdigit() for char in match[0])
        if words >= 6 or (words >= 2 and words + figures >= 8):
            found.append(match.span())
    if not text.isascii():
        found += [match.span() for match in _KANA_RUN.finditer(text)]
    return found


def _may_have_run(text: str) -> bool:
    """Whether so many words of a run follow each other, whatever lies between: a twentieth of the run's own cost."""
    count = 0
    for word in _TOKEN.findall(text):
        if _is_item(word):
            count += 1
            if count == _AT_LEAST:
                return True
        elif word not in _JOINERS:
            count = 0
    return False


@lru_cache(maxsize=4096)
def _is_item(word: str) -> bool:
    return _ALONE.fullmatch(word) is not None
