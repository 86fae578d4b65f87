"""Reads the phrase tables and composes what buyers and agents write, without saying the same twice in a row."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

HERE = Path(__file__).parent


@cache
def table(lang: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """The phrases of one language: section, then kind of line (?, +, >), then texts."""
    sections: dict[str, dict[str, list[str]]] = {}
    for line in (HERE / "texts" / f"{lang}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = sections.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            section.setdefault(line[0], []).append("" if line[2:] == "-" else line[2:])
    return {name: {kind: tuple(texts) for kind, texts in kinds.items()} for name, kinds in sections.items()}


class Deck:
    """Deals the phrases of a section like cards: each once before any comes again."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._hands: dict[tuple[str, str, str], list[str]] = {}

    def deal(self, lang: str, section: str, kind: str = "?") -> str:
        """The next phrase of that section and kind."""
        hand = self._hands.setdefault((lang, section, kind), [])
        if not hand:
            hand += self._rng.sample(table(lang)[section][kind], k=len(table(lang)[section][kind]))
        return hand.pop()

    def buyer(self, lang: str, topic: str, item: str, name: str) -> tuple[str, str]:
        """A buyer's first message on a topic, and the answer to it if that has to be a certain one."""
        details = min(self._rng.choices((0, 1, 2), (3, 5, 2))[0], len(table(lang)[topic].get("+", ())))
        asks, _, reply = self.deal(lang, topic).partition(" | ")
        core = [asks, *(self.deal(lang, topic, "+") for _ in range(details))]
        body = self._rng.choice(("" if lang == "ja" else " ", "\n")).join(core)
        return self._letter(lang, "greeting", body, "closing", item, name), reply

    def follow_up(self, lang: str, section: str, item: str, name: str) -> tuple[str, str]:
        """What a buyer writes later in the same conversation, mostly without ceremony, and the answer to it."""
        asks, _, reply = self.deal(lang, section).partition(" | ")
        if self._rng.random() < 0.6:
            return _fill(asks, item, name), reply
        return self._letter(lang, "greeting", asks, "closing", item, name), reply

    def agent(self, lang: str, topic: str, reply: str, item: str, name: str) -> str:
        """Our answer: `reply` if a certain one is due, else one for the topic."""
        body = reply or self.deal(lang, topic, ">")
        body = body[0].lower() + body[1:] if lang == "fr" else body
        return self._letter(lang, "answer", body, "sign", item, name)

    def _letter(self, lang: str, opens: str, body: str, closes: str, item: str, name: str) -> str:
        parts = (self.deal(lang, opens), body, self.deal(lang, closes))
        gap = self._rng.choice(("\n", "\n\n")) if opens == "greeting" else "\n\n"
        return _fill(gap.join(part for part in parts if part), item, name)


def _fill(text: str, item: str, name: str) -> str:
    text = text.replace("{item}", item).replace("{name}", name)
    return text[:1].upper() + text[1:]
