"""What a reply asks for in words: reviews steered or bought, private contact, websites, claim forms, marketing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from services.policy import lexicon, lexicon_plain, lexicon_reviews
from services.policy.grammar import NOTHING, Lexicon, Word, load, sentences

# In these languages the verb may follow its object: "Ihre Bewertung ändern".
_VERB_LAST = ("de", "nl", "ja")


@dataclass(frozen=True)
class Hit:
    """A finding in a view: its rule, its stretch, whether it is doubtful (then it only warns), its own reason."""

    rule: str
    start: int
    end: int
    weak: bool = False
    why: str = ""


@cache
def lexicon_of_all() -> Lexicon:
    """Every word class, loaded once."""
    return load(lexicon_reviews.REVIEWS, lexicon.INCENTIVES, lexicon.PREPOSITIONS, lexicon.REQUESTS)


@cache
def plain_lexicon() -> Lexicon:
    """Words that are a finding by themselves."""
    return load(lexicon_plain.WEB, lexicon_plain.REST)


@dataclass(frozen=True)
class Clause:
    """One sentence read in one language."""

    words: list[Word]
    language: str

    def has(self, index: int, *names: str) -> bool:
        """True if the word there can mean one of these."""
        return not self.words[index].meanings.get(self.language, NOTHING).isdisjoint(names)

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """{class: where its words stand}"""
        found: dict[str, list[int]] = {}
        for index, word in enumerate(self.words):
            for name in word.meanings.get(self.language, NOTHING):
                found.setdefault(name, []).append(index)
        return found

    def all(self, *names: str) -> list[int]:
        """Where words of these classes stand."""
        if len(names) == 1:
            return self.places.get(names[0], [])
        return sorted({index for name in names for index in self.places.get(name, ())})

    def gap(self, first: int, second: int) -> int:
        """How many words lie between two, in either order."""
        return abs(self.words[first].at - self.words[second].at)

    def hit(self, rule: str, first: int, last: int, *, weak: bool = False) -> Hit:
        """A finding from one word to another; a denied request is only a warning."""
        low, high = min(first, last), max(first, last)
        return Hit(rule, self.words[low].start, self.words[high].end, weak or self.denied(low, high))

    def denied(self, low: int, high: int) -> bool:
        """True for "you need not …": a negation shortly before, or after it in Japanese; not "don't forget to"."""
        if self.all("FORGET"):
            return False
        if self.language == "ja":
            return any(0 <= self.words[i].at - self.words[high].at <= 6 for i in self.all("NOT"))
        same = self.words[low].clause
        return any(
            0 <= self.words[low].at - self.words[i].at <= 7 and self.words[i].clause == same
            for i in self.all("NOT")
            if i <= low
        )


def find(text: str) -> Iterator[Hit]:
    """Requests and offers in a text in lower case without accents."""
    before: list[Clause] = []
    for words in sentences(text, lexicon_of_all()):
        if not _matters(words):
            before = []
            continue
        languages = {language for word in words for language in word.meanings}
        now = [Clause(words, language) for language in sorted(languages)]
        messenger = any("MESSENGER" in clause.places for clause in now)
        for clause in now:
            if messenger or not _ABOUT.isdisjoint(clause.places):
                for rule in _RULES:
                    yield from rule(clause)
        yield from _over_two(text, before, now)
        before = now


def _matters(words: list[Word]) -> bool:
    """Whether a rule could ever look at this sentence, or at it and the next one."""
    return any(not _CARES.isdisjoint(names) for word in words for names in word.meanings.values())


# A sentence without any of these cannot break a rule.
_ABOUT = frozenset(("REVIEW", "WEAK", "FIVE", "STARS", "RATE", "EMAIL", "PHONENUMBER"))


def _reviews(clause: Clause) -> list[int]:
    return clause.all("REVIEW", "WEAK", "FIVE")


def _changed_reviews(clause: Clause) -> Iterator[Hit]:
    """CHANGE (your negative) REVIEW, or REVIEW … CHANGE where the verb comes last or is asked for."""
    if not clause.all("CHANGE", "CHANGED", "SEPARABLE"):
        return
    for review in clause.all("REVIEW", "WEAK"):
        verb = _verb_before(clause, review)
        if verb is None:
            verb = _verb_apart(clause, review)
        if verb is None:
            verb = _verb_after(clause, review)
        if verb is not None:
            yield clause.hit("review_steering", verb, review, weak=_is_ours(clause, min(verb, review)))
            return


def _verb_before(clause: Clause, review: int) -> int | None:
    """`change your negative review`: only words of the noun phrase lie between."""
    between = ("LIGHT", "YOUR", "POSITIVE", "NEGATIVE", "STARS", "FIVE", "REVIEW", "WEAK")
    at = review - 1
    while at >= 0 and review - at <= 7 and not clause.has(at, "CHANGE") and clause.has(at, *between):
        at -= 1
    near = clause.language != "ja" or clause.gap(max(at, 0), review) <= 3
    return at if at >= 0 and clause.has(at, "CHANGE") and near else None


def _verb_apart(clause: Clause, review: int) -> int | None:
    """`nehmen Sie Ihre Bewertung zurück`: a verb in two parts around the noun."""
    verbs = [i for i in clause.all("SEPARABLE") if i < review and clause.gap(i, review) <= 5]
    parted = verbs and any(verbs[-1] < i and clause.gap(review, i) <= 4 for i in clause.all("PARTICLE"))
    return verbs[-1] if parted else None


def _verb_after(clause: Clause, review: int) -> int | None:
    """`Ihre Bewertung ändern`, `could your review be edited`: the verb follows in the same clause."""
    if clause.language not in _VERB_LAST and not clause.all("IF", "WISH", "ASK", "MODAL"):
        return None
    # A general word such as feedback needs "your" before it: "feedback to improve our lamps" is innocent.
    owned = review > 0 and clause.has(review - 1, "YOUR", "LIGHT")
    if clause.has(review, "WEAK") and not owned and clause.language != "ja":
        return None
    for verb in clause.all("CHANGE", "CHANGED"):
        same = clause.words[verb].clause == clause.words[review].clause
        if verb > review and same and clause.gap(review, verb) <= 6:
            return verb
    return None


def _is_ours(clause: Clause, at: int) -> bool:
    """True if Amazon, not the buyer, does it."""
    return any(word.text == "amazon" and 0 < clause.words[at].at - word.at <= 3 for word in clause.words[:at])


def _praise(clause: Clause) -> Iterator[Hit]:
    """Asking for a positive or five-star review; thanking for one is allowed."""
    asks = clause.all("WRITE", "RATE", "WISH", "ADVANCE")
    if not asks:
        return
    for good in clause.all("POSITIVE", "FIVE"):
        review = next((r for r in clause.all("REVIEW", "WEAK") if r != good and clause.gap(r, good) <= 3), None)
        if review is None and not clause.has(good, "FIVE") and not _rated_well(clause, good):
            continue
        target = good if review is None else review
        low, high = min(good, target), max(good, target)
        # A wish counts from afar, the other verbs close by.
        verbs = [i for i in asks if i != good and clause.gap(i, low) <= (12 if clause.language == "ja" else 10)]
        if not verbs or _thanked(clause, low) or _either(clause, low, high):
            continue
        theirs = any(clause.has(i, "YOUR") for i in range(max(0, low - 3), high)) and clause.language != "ja"
        asked = any(clause.has(i, "WRITE", "RATE", "ADVANCE") and not _by_us(clause, i) for i in verbs)
        yield clause.hit("review_steering", min(low, *verbs), max(high, *verbs), weak=theirs and not asked)
        return


def _rated_well(clause: Clause, good: int) -> bool:
    return any(clause.gap(rate, good) <= 5 for rate in clause.all("RATE"))


def _by_us(clause: Clause, verb: int) -> bool:
    ours = ("we", "i", "wir", "ich", "nous", "je", "noi", "wij", "vi", "nos", "my")
    return any(word.text in ours for word in clause.words[max(0, verb - 3) : verb])


def _thanked(clause: Clause, low: int) -> bool:
    if clause.all("ADVANCE") or any(i < low for i in clause.all("IF")):
        return False
    if clause.language == "ja":
        return any(i > low for i in clause.all("THANKS"))
    return any(0 < clause.words[low].at - clause.words[i].at <= 9 for i in clause.all("THANKS"))


def _either(clause: Clause, low: int, high: int) -> bool:
    """True for "good or bad": honest reviews may be asked for."""
    return any(clause.has(i, "NEGATIVE") for i in range(max(0, low - 3), min(len(clause.words), high + 4)))


def _first_us(clause: Clause) -> Iterator[Hit]:
    """Contact us before (or instead of) leaving a review."""
    for before in clause.all("BEFORE", "INSTEAD"):
        for review in clause.all("REVIEW", "WEAK", "NEGATIVE"):
            follows = review > before if clause.language != "ja" else review < before
            if not follows or clause.gap(before, review) > 9:
                continue
            strong = clause.has(review, "REVIEW") or any(
                clause.has(i, "WRITE") for i in range(min(before, review), max(before, review))
            )
            if strong and (clause.all("CONTACT") or clause.has(before, "INSTEAD")):
                yield clause.hit("review_steering", before, review)
                return


def _happy_only(clause: Clause) -> Iterator[Hit]:
    """If you are satisfied, leave a review: only the happy ones are asked."""
    for review in _reviews(clause):
        if clause.has(review, "WEAK") and not clause.all("WRITE"):
            continue
        for happy in clause.all("HAPPY"):
            if clause.language == "ja":
                ok = happy < review and any(happy < i < review for i in clause.all("IF"))
            else:
                ok = (
                    any(i < happy and clause.gap(i, happy) <= 8 for i in clause.all("IF"))
                    and clause.gap(happy, review) > 1
                )
            low, high = min(happy, review), max(happy, review)
            denied = any(clause.gap(i, happy) <= 4 for i in clause.all("NOT") if i < happy)
            if ok and not denied:
                yield clause.hit("review_steering", low, high)
                return


def _no_bad_ones(clause: Clause) -> Iterator[Hit]:
    """Please do not leave negative feedback."""
    for bad in clause.all("NEGATIVE"):
        review = next((r for r in clause.all("REVIEW", "WEAK", "STARS") if clause.gap(r, bad) <= 3), None)
        if review is None:
            continue
        avoids = [i for i in clause.all("AVOID") if clause.gap(i, bad) <= 8]
        denies = [i for i in clause.all("NOT") if clause.gap(i, bad) <= 8 and clause.all("WRITE", "RATE")]
        if avoids or denies:
            first = min(*avoids, *denies, bad, review)
            yield Hit(
                "review_steering",
                clause.words[first].start,
                clause.words[max(bad, review)].end,
                bool(clause.all("FORGET")),
            )
            return


def _bought(clause: Clause) -> Iterator[Hit]:
    """A reward or money for a review, or for taking one back."""
    reviews, gains = _reviews(clause), clause.all("REWARD", "MONEY")
    if not reviews or not gains:
        return
    prices = [*clause.all("EXCHANGE"), *(at for review in reviews for at in _price(clause, review))]
    swaps = [i for i in prices if not any(t < i and clause.gap(i, t) <= 4 for t in clause.all("THANKS"))]
    changed = any(hit for hit in _changed_reviews(clause))
    acts = clause.all("WRITE", "CHANGE", "CHANGED", "RATE")
    strong = (
        any(clause.has(r, "REVIEW", "FIVE") for r in reviews) or changed or any(clause.has(g, "REWARD") for g in gains)
    )
    gift = any(clause.has(g, "REWARD") and not clause.words[g].text.startswith(_FREE) for g in gains) and bool(
        clause.all("REVIEW", "FIVE")
    )
    conditional = bool(clause.all("IF")) and bool(acts)
    near = any(clause.gap(a, r) <= 7 for a in acts for r in reviews)
    if strong and (gift or swaps or (conditional and near) or changed or (near and _gets(clause, reviews, gains))):
        rule = "removal_for_refund" if changed else "incentive"
        both = [*reviews, *gains]
        yield clause.hit(rule, min(both), max(both))


# Free of charge, or words that also mean something else: alone they are no reward.
_FREE = (
    "grat",
    "kosten",
    "free",
    "bonus",
    "prim",
    "prem",
    "vale",
    "bon",
    "darm",
    "無料",
    "guthaben",
    "paypal",
    "present",
    "tegoed",
    "credit",
)


def _price(clause: Clause, review: int) -> list[int]:
    """The `for` of "a lamp for a review": nothing but the noun phrase lies between."""
    at = review - 1
    while (
        at >= 0
        and review - at <= 5
        and clause.has(at, "LIGHT", "YOUR", "POSITIVE", "FIVE")
        and not clause.has(at, "FOR")
    ):
        at -= 1
    return [at] if at >= 0 and clause.has(at, "FOR") else []


def _gets(clause: Clause, reviews: list[int], gains: list[int]) -> bool:
    """Leave a review and receive a voucher: the reward stands after the review in the same sentence."""
    return any(clause.has(g, "REWARD") and g > r for g in gains for r in reviews) and not clause.all("THANKS")


def _private_contact(clause: Clause) -> Iterator[Hit]:
    """Send me your e-mail address; the same for phone numbers, which only warns."""
    for noun in clause.all("EMAIL", "PHONENUMBER"):
        rule = "private_email_request" if clause.has(noun, "EMAIL") else "phone_request"
        first = noun
        owned = False
        while (
            first > 0
            and noun - first <= 7
            and clause.has(first - 1, "TOUS", "YOUR", "PRIVATE", "LIGHT")
            and not clause.has(first - 1, "ASK")
        ):
            first -= 1
            owned = owned or clause.has(first, "YOUR", "PRIVATE")
        if first > 0 and clause.has(first - 1, "ASK") and (owned or _is_address(clause, noun)):
            yield clause.hit(rule, first - 1, noun)
            return
        later = [i for i in clause.all("ASK") if i > noun and clause.gap(i, noun) <= 5]
        if clause.language in _VERB_LAST and later and (owned or clause.language == "ja"):
            yield clause.hit(rule, first, later[0])
            return


def _is_address(clause: Clause, noun: int) -> bool:
    return "addres" in clause.words[noun].text or "adres" in clause.words[noun].text


def _messengers(clause: Clause) -> Iterator[Hit]:
    """Write to us on a messenger or follow us there."""
    for index, word in enumerate(clause.words):
        if not any("MESSENGER" in names for names in word.meanings.values()):
            continue
        follows = [i for i in clause.all("FOLLOW") if clause.gap(i, index) <= 6]
        if follows:
            yield clause.hit("other_channel", min(index, *follows), max(index, *follows))
        elif index and clause.has(index - 1, "BY"):
            yield clause.hit("other_channel", index - 1, index, weak=True)


_RULES: tuple[Callable[[Clause], Iterator[Hit]], ...] = (
    _changed_reviews, _praise, _first_us, _happy_only, _no_bad_ones, _bought, _private_contact, _messengers,
)  # fmt: skip


_TWO = frozenset(("REVIEW", "FIVE", "REWARD", "MONEY", "HAPPY"))
_CARES = _ABOUT | _TWO | {"MESSENGER"}


def _over_two(text: str, before: list[Clause], now: list[Clause]) -> Iterator[Hit]:
    """What is said in two sentences: a review asked for, then the reward; the happy question, then the review."""
    earlier_by_language = {clause.language: clause for clause in before if clause.places.keys() & _TWO}
    for clause in now:
        earlier = earlier_by_language.get(clause.language)
        if earlier is None or not clause.places.keys() & _TWO:
            continue
        for asking, giving in ((earlier, clause), (clause, earlier)):
            asked = [
                r
                for r in asking.all("REVIEW", "FIVE")
                if any(asking.gap(a, r) <= 6 for a in asking.all("WRITE", "CHANGE", "RATE"))
            ]
            changed = next(_changed_reviews(asking), None)
            gains = giving.all("REWARD", "MONEY") if changed and not changed.weak else giving.all("REWARD")
            if asked and gains and not asking.all("THANKS") and not giving.denied(gains[0], gains[0]):
                rule = "removal_for_refund" if changed else "incentive"
                one, other = asking.words[asked[0]], giving.words[gains[0]]
                yield Hit(rule, min(one.start, other.start), max(one.end, other.end))
                return
        question = text[earlier.words[-1].end : clause.words[0].start]
        if "?" in question and earlier.all("HAPPY") and clause.all("REVIEW") and clause.all("WRITE", "RATE"):
            yield Hit("review_steering", earlier.words[0].start, clause.words[clause.all("REVIEW")[0]].end)
            return
