"""What happened at the sample seller in three months: who wrote when, and when we answered."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from data.sample import shop, specials
from data.sample.mails import File, Said, Talk
from data.sample.phrases import Deck, table
from data.sample.shop import NAMES, STORE_WEIGHTS, STORES, TOPICS, Store

# "Now" in the sample, a Thursday; materialising moves it to the time of first loading.
ANCHOR = datetime(2026, 1, 15, 12, 0, 0, tzinfo=UTC)
DAYS = 92
# Starts of conversations per weekday, Monday first.
WEEKDAYS = (3.4, 2.6, 2.3, 2.2, 2.1, 1.6, 1.8)
ILL = range(-39, -32)
# Days before "now" after which a parcel depot's strike brings more and more mail.
SURGE = {-6: 1, -5: 2, -4: 4, -3: 6, -2: 9}
HOURS = (1, 1, 0, 0, 0, 1, 2, 3, 4, 5, 5, 5, 6, 6, 5, 5, 5, 6, 8, 9, 10, 9, 6, 3)
LATE_BY = (20, 55, 105, 190, 330, 540)
DUE_IN = (10, 24, 43, 58, 75, 95, 118, 140, 161, 183, 206, 231)
OTHERS = 36
WAITING_STORES = [
    "US",
    "DE",
    "US",
    "UK",
    "DE",
    "FR",
    "US",
    "JP",
    "DE",
    "IT",
    "US",
    "CA",
    "UK",
    "ES",
    "US",
    "DE",
    "FR",
    "US",
]
ANSWERED_TODAY = 9


class Story:
    """Makes the conversations, always the same ones."""

    def __init__(self, seed: str = "nordlicht") -> None:
        self.seed = seed
        self.deck = Deck(Random(f"{seed} deck"))
        self.talks: list[Talk] = []
        self._names: set[str] = set()

    def rng(self, key: str) -> Random:
        """A generator of its own for one thing, so that changing one leaves the others as they are."""
        return Random(f"{self.seed} {key}")

    def talk(self, key: str, code: str, topic: str = "", lang: str = "", order: bool | None = None, name: str = "",
             family: str = "") -> Talk:  # fmt: skip
        """A conversation without messages; what is not given is drawn."""
        rng = self.rng(key)
        store = STORES[code]
        lang = lang or ("fr" if code == "CA" and rng.random() < 0.45 else store.lang)
        topic = topic or rng.choices(list(TOPICS), list(TOPICS.values()))[0]
        product = shop.product_for(topic, family, rng)
        topic = f"{topic}:{product.family}" if topic in ("compat", "how_to") else topic
        if order is None:
            order = not (rng.random() < 0.8 if topic.startswith("compat") else rng.random() < 0.05)
        made = Talk(
            key, store, lang, name or self._name(lang, rng), topic, product, shop.alias(rng), shop.uuid(rng),
            shop.amazon_id(rng), shop.order_id(store, rng) if order else None,
            old_layout=lang != "ja" and store.region == "US" and rng.random() < 0.06, bare=rng.random() < 0.13,
        )  # fmt: skip
        self.talks.append(made)
        return made

    def _name(self, lang: str, rng: Random) -> str:
        while True:
            first, last = rng.choice(NAMES[lang].split()), rng.choice("ABCDEFGHKLMNOPRSTVWZ")
            forms = (first, f"{first} {last}.", f"{first} {last}", f"{first[0]}. {last}.", first.lower())
            name = rng.choice(forms[:3] if lang == "ja" else forms)
            key = name.casefold().replace(".", "")
            if key not in self._names:
                self._names.add(key)
                return name

    def says(self, talk: Talk, at: datetime, text: str | None = None, *, files: tuple[File, ...] = (), copies: int = 1,
             order: bool = True) -> None:  # fmt: skip
        """Let the buyer write; without `text` it is drawn by topic, or as a follow-up."""
        reply = ""
        if text is None:
            asked = any(said.by == "buyer" for said in talk.said)
            draw = self.deck.follow_up if asked else self.deck.buyer
            section = shop.more_of(talk.topic) if asked else talk.topic
            text, reply = draw(talk.lang, section, talk.product.model, talk.name)
        talk.said.append(Said("buyer", at, text, files, copies, order, reply))

    def answers(self, talk: Talk, at: datetime, order: bool = True) -> None:
        """Let us answer, in the buyer's language."""
        reply = talk.said[-1].reply if talk.said else ""
        topic = talk.topic if ">" in table(talk.lang)[talk.topic] else "warranty"
        text = self.deck.agent(talk.lang, topic, reply, talk.product.model, talk.name)
        talk.said.append(Said("agent", at, text, order=order))

    def respond(self, talk: Talk, asked: datetime, rng: Random) -> datetime:
        """When we answered something asked then: about 6.5 hours in the middle, slower when few were in."""
        hours = 6.3 * math.exp(rng.gauss(0, 0.72))
        day = (asked - ANCHOR).days
        if asked.weekday() >= 5 or (asked.weekday() == 4 and asked.hour >= 16):
            hours *= 1.5
        if talk.store.code == "JP":
            hours *= 1.7
        if day in ILL:
            hours *= 2.2
        return asked + timedelta(seconds=int(min(hours, 38.0) * 3600) + rng.randrange(60))

    def run(self, talk: Talk, start: datetime, stop: datetime, rng: Random) -> None:
        """Let a conversation take its course from `start`; every message is answered before `stop`."""
        asked = start
        for turn in range(3):
            self.says(talk, asked)
            oldest, reply = asked, self.respond(talk, asked, rng)
            if reply >= stop:
                reply = oldest + (stop - oldest) * rng.uniform(0.3, 0.9)
                reply = reply.replace(microsecond=0)
            if reply - oldest > timedelta(hours=8) and rng.random() < 0.25:
                self.says(talk, (oldest + (reply - oldest) * rng.uniform(0.4, 0.8)).replace(microsecond=0))
            self.answers(talk, reply)
            asked = reply + timedelta(seconds=int(9 * 3600 * math.exp(rng.gauss(0, 0.9))))
            over = talk.topic == "compliment" or len(talk.said) > 3 or asked > stop - timedelta(hours=36)
            if over or rng.random() > (0.3, 0.45, 0)[turn]:
                return

    # The parts of the story, in the order in which they are told.

    def everyday(self) -> None:
        """The ordinary business of three months."""
        for day in range(-DAYS, -1):
            rng = self.rng(f"day {day}")
            date = (ANCHOR + timedelta(days=day)).replace(hour=0)
            rate = WEEKDAYS[date.weekday()] * (1 + (day + DAYS) / 460) * rng.uniform(0.65, 1.35) + SURGE.get(day, 0)
            for number in range(int(rate) + (rng.random() < rate % 1)):
                code = rng.choices(list(STORE_WEIGHTS), list(STORE_WEIGHTS.values()))[0]
                at = _moment(date, STORES[code], rng)
                if at < ANCHOR - timedelta(hours=36):
                    self.run(self.talk(f"{day}/{number}", code), at, ANCHOR - timedelta(minutes=20), rng)

    def today(self) -> None:
        """What came in the last day and a half and has its answer already."""
        for number in range(ANSWERED_TODAY):
            rng = self.rng(f"today {number}")
            age = timedelta(seconds=rng.randrange(5 * 3600, 33 * 3600))
            talk = self.talk(f"today {number}", WAITING_STORES[(number * 5) % len(WAITING_STORES)])
            self.says(talk, ANCHOR - age)
            limit = min(age, timedelta(hours=20))
            self.answers(talk, ANCHOR - age + timedelta(seconds=int(limit.total_seconds() * rng.uniform(0.15, 0.8))))

    def waiting(self) -> None:
        """What waits for an answer now: some late, some due soon, the rest fine."""
        for number, age in enumerate(waiting_ages()):
            rng, code = self.rng(f"waiting {number}"), WAITING_STORES[number % len(WAITING_STORES)]
            at = ANCHOR - age
            case = _SPECIAL.get(number)
            if case:
                case(self, at)
                continue
            talk = self.talk(f"waiting {number}", code)
            if number % 4 == 1:
                self._earlier(talk, at, rng)
            self.says(talk, at)
            if number % 7 == 3 and age > timedelta(hours=10):
                self.says(talk, ANCHOR - timedelta(seconds=int(age.total_seconds() * 0.4) - rng.randrange(3600)))

    def _earlier(self, talk: Talk, before: datetime, rng: Random) -> None:
        """One to two answered exchanges before the message that waits now."""
        asked = before - timedelta(seconds=rng.randrange(60 * 3600, 130 * 3600))
        for _ in range(1 if talk.topic == "compliment" else rng.choice((1, 1, 2))):
            self.says(talk, asked)
            asked += timedelta(seconds=rng.randrange(2 * 3600, 15 * 3600))
            self.answers(talk, asked)
            asked += timedelta(seconds=rng.randrange(2 * 3600, 12 * 3600))

    def forgotten(self) -> None:
        """Three messages older than the horizon that nobody ever answered."""
        for number, (days, code) in enumerate(((83, "US"), (58, "ES"), (41, "DE"))):
            self.says(
                self.talk(f"forgotten {number}", code, order=True), ANCHOR - timedelta(days=days, hours=5, seconds=17)
            )

    def odd(self) -> None:
        """Single cases in the past: copies, late orders, amazon's own service, two orders of one buyer."""
        for number, (days, code, copies) in enumerate(
            ((70, "FR", 4), (52, "DE", 2), (33, "US", 3), (19, "IT", 2), (9, "UK", 4))
        ):
            talk = self.talk(f"copies {number}", code, order=True)
            self.says(talk, _ago(days, number), copies=copies)
            self.answers(talk, _ago(days, number) + timedelta(hours=5, minutes=number))
        for number, (days, code) in enumerate(((64, "US"), (37, "DE"), (14, "FR"), (5, "UK"))):
            self._ordered_later(number, _ago(days, number), code)
        for number, (days, code, which) in enumerate(((75, "US", 0), (49, "UK", 1), (28, "IT", 0), (11, "US", 2))):
            talk = self.talk(f"service {number}", code, "damaged", order=True, name="Amazon Customer Service")
            talk.said.append(Said("amazon", _ago(days, number), service_text(talk, which)))
            self.answers(talk, _ago(days, number) + timedelta(hours=7 + number, seconds=41))
        first, second = (self.talk(f"two orders {n}", "DE", t, order=True) for n, t in enumerate(("invoice", "defect")))
        second.alias, second.name = first.alias, first.name
        for talk, days in ((first, 24), (second, 21)):
            self.says(talk, _ago(days, 1))
            self.answers(talk, _ago(days, 1) + timedelta(hours=4, seconds=days))
        self._said_before(27, "US", specials.EMOJI, "compliment", "charger")
        self._said_before(22, "US", specials.FAKE_LINK, "defect")
        self._said_before(16, "FR", specials.DECOMPOSED_FR, "damaged", "lamp")
        self._said_before(13, "US", specials.FROM_LINE, "damaged", "lamp")
        self._said_before(46, "DE", specials.ONE_WORD["de"], "compliment")

    def _said_before(self, days: int, code: str, text: str, topic: str, family: str = "") -> None:
        talk = self.talk(f"said {days}", code, topic, order=True, family=family)
        self.says(talk, _ago(days, days), text)
        self.answers(talk, _ago(days, days) + timedelta(hours=3 + days % 9, seconds=days))

    def _ordered_later(self, number: int, at: datetime, code: str) -> None:
        """A question before the purchase, whose conversation gains its order later."""
        talk = self.talk(f"ordered later {number}", code, "compat", order=True)
        talk.old_layout = False
        self.says(talk, at, order=False)
        self.answers(talk, at + timedelta(hours=6, seconds=number), order=False)
        text, reply = specials.ORDERED_NOW[talk.lang]
        talk.said.append(Said("buyer", at + timedelta(hours=20, seconds=7), text, reply=reply))
        self.answers(talk, at + timedelta(hours=25, seconds=9))

    def tell(self) -> list[Talk]:
        """All conversations."""
        self.everyday()
        self.today()
        self.waiting()
        self.forgotten()
        self.odd()
        return self.talks


def service_text(talk: Talk, which: int) -> str:
    """What Amazon's customer service writes for a buyer."""
    reason, details = specials.CS_CASES[talk.lang][which]
    product = talk.product
    return specials.AMAZON_CS[talk.lang].format(
        order=talk.order, title=product.title, asin=product.asin, reason=reason, details=details
    )


def waiting_ages() -> Iterator[timedelta]:
    """How long each waiting message has waited, oldest first."""
    rng = Random("nordlicht ages")
    for late in reversed(LATE_BY):
        yield timedelta(hours=24, minutes=late, seconds=rng.randrange(1, 50))
    rest = [
        250 + int((1430 - 250) * at / (OTHERS - 1)) + rng.randrange(-12, 12) * (0 < at < OTHERS - 1)
        for at in range(OTHERS)
    ]
    for left in (*DUE_IN, *rest):
        yield timedelta(hours=24) - timedelta(minutes=left, seconds=rng.randrange(1, 50))


def _ago(days: int, salt: int) -> datetime:
    """A moment in the afternoon so many days before now."""
    return ANCHOR - timedelta(days=days) + timedelta(minutes=37 * (salt % 9), seconds=13 * salt % 59)


def _moment(date: datetime, store: Store, rng: Random) -> datetime:
    """A moment of that day at which buyers of a marketplace write."""
    local = rng.choices(range(24), HOURS)[0]
    seconds = local * 3600 + rng.randrange(3600)
    return date + timedelta(seconds=seconds) - timedelta(hours=store.hours)


def _namesakes(story: Story, at: datetime) -> None:
    """Two buyers of one name who both ask before buying; one copy of an answer that may be for either."""
    for number in range(2):
        talk = story.talk(f"namesake {number}", "US", "compat", order=False, name="Chris")
        talk.old_layout = talk.bare = False
        story.says(talk, at - timedelta(minutes=52 * number))


def _copy_for_either(story: Story, at: datetime) -> None:
    """The answer to "Chris": it belongs to no conversation of its own, so it is told as one that has no question."""
    talk = story.talk("copy for either", "US", "compat", order=False, name="Chris")
    story.answers(talk, at)
    _ordinary(story, at, "DE", "parcel_late")


def _ordinary(story: Story, at: datetime, code: str, topic: str) -> None:
    story.says(story.talk(f"ordinary {at:%H%M}", code, topic, order=True), at)


def _with(code: str, topic: str, text: str | None = None, files: tuple[File, ...] = (), copies: int = 1,
          family: str = "") -> Callable[[Story, datetime], None]:  # fmt: skip
    """A message of its own kind, the first of its conversation."""

    def tell(story: Story, at: datetime) -> None:
        lang = "fr" if code == "CA" else ""
        talk = story.talk(f"special {code} {at:%d %H%M}", code, topic, lang, order=True, family=family)
        talk.old_layout = False
        story.says(talk, at, text, files=files, copies=copies)

    return tell


def _service(story: Story, at: datetime) -> None:
    talk = story.talk("service waiting", "US", "return", order=True, name="Amazon Customer Service")
    talk.old_layout = False
    talk.said.append(Said("amazon", at, service_text(talk, 3)))


def _order_in_words(story: Story, at: datetime) -> None:
    """The order is named by the buyer only, neither in the subject nor in Amazon's block."""
    talk = story.talk("order in words", "UK", "missing_part", order=True, name="Pat")
    story.says(talk, at, specials.ORDER_IN_WORDS.format(order=talk.order), order=False)


_SPECIAL: dict[int, Callable[[Story, datetime], None]] = {
    0: _with("US", "angry", specials.ANGRY_LONG),
    6: _with("UK", "parcel_missing"),
    7: _with("JP", "defect", specials.LONG_JA, family="lamp"),
    9: _with("DE", "damaged", files=(specials.PHOTO_DE,)),
    12: _service,
    15: _with("US", "damaged", "", files=(specials.PHOTO,)),
    20: _with("US", "defect", specials.ONE_WORD["en"]),
    22: _with("DE", "refund_status", files=(specials.RETURN_SLIP,)),
    25: _with("FR", "invoice", copies=3),
    27: _namesakes,
    30: _order_in_words,
    33: _with("JP", "invoice", files=(specials.LETTER_JA,)),
    36: _copy_for_either,
    39: _with("CA", "compliment", specials.ONE_WORD["fr"]),
    44: _with("JP", "return", specials.ONE_WORD["ja"]),
    46: _with("DE", "damaged", ""),
}
