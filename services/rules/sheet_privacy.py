"""Which columns of a sheet look personal, so that exports leave them out unless somebody asks for them (law 7)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

_PERSONAL = re.compile(
    r"customer|buyer|client|recipient|addressee|consignee|(first|last|sur|full|user|nick)[ ]?name|^names?$|name of"
    r"|ship(ping)? to|deliver to|e ?mail|\bmail\b|phone|telefon|\btel\b|mobile|mobil|whatsapp|\bfax\b|address|adresse"
    r"|anschrift|direcci|indirizzo|street|stra(ss|ß)e|\brue\b|calle|house n|zip|post ?code|postal|\bplz\b|\bcity\b"
    r"|\btown\b|\bort\b|stadt|\bville\b|ciudad|k(ä|ae?)ufer|kund|empf(ä|ae?)nger|vorname|nachname|cliente?\b|acheteur"
    r"|pr[ée]nom|\bnom\b|nombre|cognome|氏名|名前|お客様|住所|電話|メール|郵便",
    re.I,
)  # fmt: skip
_THINGS = re.compile(
    r"\b(customer|buyer|client|kunden?)[ ]?(order|contacted|informed|asked|po)\b|e?mail(ed)?[ ]?(sent|date)", re.I
)
"""Columns about what was done, not about who it is."""
_ADDRESS = re.compile(r"[\w.+=~-]{1,64}@(?:[\w-]{1,63}\.)+[a-z]{2,24}", re.I)


def looks_personal(heading: str) -> bool:
    """Whether a heading speaks of a person's name, address, mail address or telephone."""
    words = " ".join(re.sub(r"[_\W]+", " ", heading).split())
    return bool(_PERSONAL.search(words)) and not _THINGS.search(words)


def without_people(cells: Mapping[str, str], own: Collection[str] = ()) -> dict[str, str]:
    """The cells without columns that look personal; `own` are headings of ours that stay whatever they are called.

    A mail address in any other cell is replaced by a dash.
    """
    kept = {heading: text for heading, text in cells.items() if heading in own or not looks_personal(heading)}
    return {heading: _ADDRESS.sub("-", text) for heading, text in kept.items()}
