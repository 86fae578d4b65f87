"""What a notice says in prose: in how many days Amazon wants an answer, and how it decided."""

from __future__ import annotations

import re

_NUMBER_WORDS = {
    word: number
    for number, words in {
        2: "two due dos deux zwei dois twee",
        3: "three tre tres trois drei três drie trzy",
        4: "four quattro cuatro quatre vier quatro",
        5: "five cinque cinco cinq fünf vijf",
        7: "seven sette siete sept sieben sete zeven",
        10: "ten dieci diez dix zehn dez tien",
    }.items()
    for word in words.split()
}
_N = r"(?P<n>[0-9]{1,3}|" + "|".join(_NUMBER_WORDS) + ")"
_HOURS = r"hours?|hrs?|or[ae]|horas?|heures?|stunden|uur|timmar|godzin\w*|saat|時間|ساعة"
_DAYS = r"days?|giorni|días?|dias?|jours?|tage?n?|dagen|dagar|dni|gün|日|أيام"
_TERM = re.compile(
    r"(?:within|entro|innerhalb(?: von)?|binnen|dans|délai|plazo|próximos|prazo|até|inom|ciągu|dentro de|خلال)"
    rf"\W(?:[\w']+\W){{0,3}}?{_N}\W{{0,3}}(?:\([0-9]+\)\W{{1,3}})?(?:\w+[ -])?"
    rf"(?:kalender|werk)?(?P<unit>{_HOURS}|{_DAYS})\b"
    r"|(?P<m>[0-9]{1,3}) ?(?:takvim )?(?P<after>時間|日|gün\w*|saat)(?:以内|間以内| içinde)",
    re.I,
)
_ANSWER = re.compile(
    r"respon|answer|reply|risp|respuesta|répon|antwort|beantwoord|svar|odpowie|yanıt|cevap|回答|返信|represent|inform",
    re.I,
)
_LONGEST_TERM_DAYS, _LONGEST_APPEAL_DAYS = 14, 60

_OUTCOMES = tuple(
    (name, re.compile(words.replace("/", "|")))
    for name, words in (
        ("withdrawn", "withdrawn/withdrew/ritirat/retirad/retiré/zurückgezogen/取り下げ"),
        ("denied", "denied/in your favou?r/respint/a tuo favore/denegad/a (?:tu|su) favor/rejetée/en votre faveur"),
        ("denied", "refusée/covered this chargeback/abgelehnt/zu ihren gunsten/negad/却下"),
        ("granted", "granted/in (?:the )?(?:buyer|customer)'s favou?r/approvat/accolt/a favore dell'acquirente"),
        ("granted", "ha sido aceptad/concedid/aprobad/acceptée/accordée/stattgegeben/aprovad/承認"),
        ("granted", "zugunsten des käufers"),
    )
)
_APPEAL = re.compile(r"appeal|ricors|apel|recurs|faire appel|einspruch|contestar a decisão|異議", re.I)


def respond_days(text: str) -> int | None:
    """In how many days Amazon wants an answer, from the text (hours are rounded up to days), or None."""
    terms = [(match, _days(match)) for match in _TERM.finditer(text)]
    short = [(match, days) for match, days in terms if days and days <= _LONGEST_TERM_DAYS]
    asked = [days for match, days in short if _ANSWER.search(_sentence(text, match))]
    return next((days for days in [*asked, *(days for _, days in short)]), None)


def appeal_days(text: str) -> int | None:
    """In how many days (hours are rounded up) an appeal may be made, from a sentence that speaks of it, or None."""
    terms = ((match, _days(match)) for match in _TERM.finditer(text))
    said = (
        days
        for match, days in terms
        if days and days <= _LONGEST_APPEAL_DAYS and speaks_of_appeal(_sentence(text, match))
    )
    return next(said, None)


def speaks_of_appeal(text: str) -> bool:
    """Whether a text mentions an appeal."""
    return bool(_APPEAL.search(text.lower().replace("’", "'")))


def _sentence(text: str, match: re.Match[str]) -> str:
    before = re.split(r"[.!?。\n]", text[max(0, match.start() - 300) : match.start()])[-1]
    after = re.split(r"[.!?。\n]", text[match.end() : match.end() + 300])[0]
    return f"{before} {match.group()} {after}"


def outcome(text: str) -> tuple[str | None, bool]:
    """(granted, denied or withdrawn, as far as the text says; whether it mentions an appeal)."""
    low = text.lower().replace("’", "'")
    found = next((name for name, words in _OUTCOMES if words.search(low)), None)
    return found, speaks_of_appeal(text)


def _days(match: re.Match[str]) -> int | None:
    number = (match["n"] or match["m"] or "").lower()
    count = _NUMBER_WORDS.get(number) or int(number)
    unit = match["unit"] or match["after"]
    return -(-count // 24) if re.fullmatch(_HOURS, unit, re.I) else count
