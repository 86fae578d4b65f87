"""Seller feedback: its kind with the words that decided, whether Amazon would remove it, its state and next step.

Kinds are those of the daily procedure; the criteria are Amazon's (Seller Central help 20231, 201101660).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from services.rules.feedback_words import ABUSE, TOPICS, WORDS

KINDS = {
    "order": "Order",
    "delivery": "Delivery",
    "product_inquiry": "Product inquiry",
    "product_review": "Product review",
}
STATES = {
    "open": "Open",
    "asked": "Removal asked",
    "refused": "Removal refused",
    "granted": "Removed by Amazon",
    "answered": "Answered",
    "contacted": "Buyer contacted",
    "closed": "Closed",
    "removed": "Gone from Amazon",
}
WAITING = ("open", "refused")
"""States in which somebody still has to choose a step."""
ACTIONS = {
    "removal_request": "Ask for removal",
    "public_reply": "Reply in public",
    "contact_buyer": "Contact the buyer",
    "none": "Nothing",
}
WINDOW = timedelta(days=90)
"""How long after its date Amazon takes a request to remove a feedback."""
NEGATIVE = 2
"""So many stars or fewer are negative; 3 are neutral."""
LONGEST = 10_000
"""Characters of a comment that are looked at."""

_TOPIC_OF = {"product_review": "product", "delivery": "delivery"}
_FIRST = ("order", "delivery", "product", "question")
_KIND_OF = {"order": "order", "delivery": "delivery", "question": "product_inquiry", "product": "product_review"}
_ORDER = re.compile(r"(?<!\d)\d{3}-\d{7}-\d{7}(?!\d)")
_PERSONAL = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"  # an e-mail address
    r"|(?<![\w.,])\+?\(?\d{2,5}\)?(?:[ /.-]{0,2}\d{2,5}){2,5}(?![\w-])"  # a telephone number
)
_DIGITS = re.compile(r"\d")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")

CLAUSES = {
    "personal_data": "contains seller-specific, personally identifiable information",
    "abuse": "contains words commonly understood to be obscene or profane",
    "product_review": "the entire feedback comment is a product review",
    "fba_delivery": "the entire comment is related to delivery of an order fulfilled by Amazon",
}
"""Criterion -> Amazon's clause. `fba_delivery` is struck through instead of removed; it lifts the defect rate too."""
CRITERIA = {
    "personal_data": "Personal data",
    "abuse": "Abusive words",
    "product_review": "Wholly a product review",
    "fba_delivery": "Wholly about delivery by Amazon",
}
SOURCE = "Seller Central help, page 20231"


@dataclass(frozen=True)
class Reading:
    """What the words of a comment say: `words` decided the `kind`; `topics` are all that were found, by topic."""

    kind: str
    words: tuple[str, ...]
    topics: Mapping[str, tuple[str, ...]]
    abuse: tuple[str, ...]
    personal: tuple[str, ...]
    is_empty: bool

    @property
    def mixed(self) -> bool:
        """Whether it speaks of more than one of delivery, product and order."""
        return sum(name in self.topics for name in ("delivery", "product", "order")) > 1


@dataclass(frozen=True)
class Removal:
    """Whether Amazon's criteria for a removal fit: the criterion or None, its clause, the words, and why."""

    criterion: str | None
    clause: str
    words: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Step:
    """What to do next, and why."""

    action: str
    why: str


def read(comment: str, languages: Iterable[str]) -> Reading:
    """The kind of a comment by the words of these languages (two letters); of all if they find nothing.

    Of several topics the seller's own part counts first, then delivery, then the product: that is who must act.
    """
    text = plain(comment)
    known = tuple(dict.fromkeys(each for each in languages if each in WORDS))
    topics = _topics(text, known) or _topics(text, tuple(WORDS))
    decided = next((name for name in _FIRST if name in topics), "order")
    if decided == "product" and "question" in topics and "?" in text:
        decided = "question"
    # Only in languages that it may be in: what is late in French is abuse in English.
    abuse = _abuse(text, dict.fromkeys((*known, "en")) if known else ABUSE)
    return Reading(_KIND_OF[decided], topics.get(decided, ()), topics, abuse, _personal(text), not text)


def plain(comment: str) -> str:
    """A comment as the rules look at it: one form for each letter, small letters, single spaces."""
    text = unicodedata.normalize("NFKC", comment[:LONGEST]).casefold().replace("’", "'")
    return " ".join(text.split())


def removal(reading: Reading, *, kind: str, channel: str | None, rating: int, day: date, today: date) -> Removal:
    """Whether to ask Amazon for removal. `kind` is the chosen one or the reading's; `channel` is fba or fbm."""
    if rating > 3:
        return _refused("Only feedback of 1 to 3 stars is worth a request.")
    if today > window_ends(day):
        return _refused(f"The {WINDOW.days} days in which Amazon takes requests ended on {window_ends(day)}.")
    if reading.personal:
        return _fits("personal_data", reading.personal)
    if reading.abuse:
        return _fits("abuse", reading.abuse)
    return _wholly(reading, kind, channel)


def _wholly(reading: Reading, kind: str, channel: str | None) -> Removal:
    topic = _TOPIC_OF.get(kind)
    if topic is None:
        return _refused(f"Amazon does not remove feedback about this: {KINDS[kind].lower()}.")
    others = {name: words for name, words in reading.topics.items() if name not in (topic, "question")}
    if reading.is_empty:
        return _refused("There is no comment that could be removed; the stars stay.")
    if others:
        words = tuple(word for found in others.values() for word in found)
        named = " and ".join(name for name in ("product", "delivery", "order") if name in {topic, *others})
        return Removal(None, "", words, f"Mixed comments stay: this one speaks of {named}.")
    if kind == "product_review":
        return _fits("product_review", reading.topics.get("product", ()))
    if channel != "fba":
        why = "Amazon answers for delivery only where it delivered (FBA)" + ("." if channel else "; no order says so.")
        return _refused(why)
    return _fits("fba_delivery", reading.topics.get("delivery", ()))


def window_ends(day: date) -> date:
    """The last day on which Amazon takes a request to remove feedback of `day`."""
    return day + WINDOW


def state(*, gone: bool, asked: bool, decision: str | None, closed: bool, answered: bool, contacted: bool) -> str:
    """Where a feedback stands. Amazon's word comes first, then what waits for it, then what people did."""
    if gone or decision == "granted":
        return "granted" if decision == "granted" else "removed"
    if asked and decision is None:
        return "asked"
    done = (("closed", closed), ("answered", answered), ("contacted", contacted), ("refused", decision == "refused"))
    return next((name for name, is_so in done if is_so), "open")


def next_step(state_now: str, found: Removal, *, kind: str, rating: int) -> Step:
    """What the rules propose now."""
    if state_now not in WAITING:
        return Step("none", f"{STATES[state_now]}.")
    if found.criterion and state_now == "open":
        return Step("removal_request", f"{CRITERIA[found.criterion]}.")
    if rating > NEGATIVE:
        return Step("public_reply", "A short answer shows others that you care.")
    if state_now == "refused" or kind == "product_review":
        return Step("public_reply", found.why if state_now == "open" else "Amazon refused the removal.")
    return Step("contact_buyer", "Put it right with the buyer first; then reply in public.")


def share_positive(total: int | None, low: int) -> float | None:
    """Positive ratings over all, from the total of a window and its 1 to 3 star ones; None without a usable total."""
    return None if not total or low > total else (total - low) / total


def _fits(criterion: str, words: Sequence[str]) -> Removal:
    return Removal(criterion, CLAUSES[criterion], tuple(words), CRITERIA[criterion] + ".")


def _refused(why: str) -> Removal:
    return Removal(None, "", (), why)


def _topics(text: str, languages: Sequence[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for topic in TOPICS:
        words = [match.group() for each in languages for match in _pattern(each, topic).finditer(text)]
        if words:
            found[topic] = tuple(dict.fromkeys(words))
    return found


@cache
def _pattern(language: str, topic: str) -> re.Pattern[str]:
    return _compiled(WORDS[language][topic], spaced=language != "ja")


@cache
def _abusive(language: str) -> re.Pattern[str]:
    return _compiled(ABUSE[language], spaced=language != "ja")


def _compiled(words: str, *, spaced: bool) -> re.Pattern[str]:
    each = sorted((plain(word) for word in words.split(",")), key=len, reverse=True)
    if not spaced:
        return re.compile("|".join(map(re.escape, each)))
    ends = (re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else r"(?!\w)") for word in each)
    return re.compile(rf"(?<!\w)(?:{'|'.join(ends)})")


def _abuse(text: str, languages: Iterable[str]) -> tuple[str, ...]:
    found = (match.group() for each in languages for match in _abusive(each).finditer(text))
    return tuple(dict.fromkeys(found))


def _personal(text: str) -> tuple[str, ...]:
    found = (match.group() for match in _PERSONAL.finditer(_ORDER.sub(" ", text)))
    return tuple(dict.fromkeys(each for each in found if "@" in each or _is_phone(each)))


def _is_phone(text: str) -> bool:
    return 8 <= len(_DIGITS.findall(text)) <= 15 and not _DATE.fullmatch(text)
