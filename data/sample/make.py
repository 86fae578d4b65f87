"""Writes the sample seller's mail and reports, always the same bytes; a developer runs `python -m data.sample.make`."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from data.sample import notices, reports, sheets, wire
from data.sample.mails import Mail, Talk, render
from data.sample.shop import PRODUCTS, STORES
from data.sample.story import ANCHOR, DAYS, Story

HERE = Path(__file__).parent
RECENT = timedelta(hours=48)
BLOCK = timedelta(days=30)


def mails() -> list[Mail]:
    """Every mail of the sample in the order of its Date, with what the tests may expect of it."""
    talks = Story().tell()
    rng = Random("nordlicht wire")
    told = [mail for talk in talks for mail in render(talk, rng)]
    told += about_orders(talks, Random("nordlicht notices")) + about_nothing(Random("nordlicht noise"))
    return sorted(told, key=lambda mail: (mail.sent, mail.raw))


def about_orders(talks: list[Talk], rng: Random) -> list[Mail]:
    """The notices that concern an order somebody has written about; one of each kind has lost its X- headers."""
    made: list[Mail] = []
    cancelled = [talk for talk in _of(talks, "cancel") if talk.lang in notices.CANCEL][:6]
    for talk in cancelled:
        made.append(notices.cancellation(talk, _near(talk, rng, 2), rng, bare=talk is _english(cancelled)))
    returned = _returned(talks)
    for number, talk in enumerate(returned):
        columns, bare = (6, 3)[number % 2], talk is _english(returned)
        made.append(notices.return_request(talk, _near(talk, rng, 8), rng, columns, bare=bare))
    refunded = _refunded(talks)
    for number, talk in enumerate(refunded):
        full = talk.product.price
        parts = (full // 2, full - full // 2) if number in (2, 6) else (full,)
        for part, amount in enumerate(parts):
            at = _near(talk, rng, 30) + timedelta(hours=20 * part)
            made.append(notices.refund(talk, at, rng, amount, bare=talk is _english(refunded)))
    return made + claims(talks, rng) + undelivered(talks, rng)


def _returned(talks: list[Talk]) -> list[Talk]:
    return _of(talks, "return")[:16]


def _refunded(talks: list[Talk]) -> list[Talk]:
    return (_of(talks, "refund_status") + _of(talks, "parcel_missing")[-4:])[:13]


def _english(talks: list[Talk]) -> Talk | None:
    return next((talk for talk in talks if talk.lang == "en"), None)


def claims(talks: list[Talk], rng: Random) -> list[Mail]:
    """Guarantee claims and chargebacks: some decided, some open with days to go."""
    made = []
    for days, lang, decided in (
        (44, "it", False),
        (20, "de", False),
        (2, "en", False),
        (36, "es", True),
        (12, "fr", True),
    ):
        talk = _about(talks, lang, days)
        made.append(notices.a_to_z(talk, _after(talk, days), rng, decided))
    for days, decided in ((58, False), (5, False), (45, True)):
        talk = _about(talks, "en", 58 if days == 45 else days)
        made.append(notices.chargeback(talk, _after(talk, days), rng, decided))
    return made


def undelivered(talks: list[Talk], rng: Random) -> list[Mail]:
    """Opt-outs and a bounce."""
    made = [notices.opt_out(_about(talks, lang, days), ANCHOR - timedelta(days=days, hours=3), rng)
            for lang, days in (("it", 31), ("en", 8))]  # fmt: skip
    return made + [
        notices.bounce(_about(talks, "en", days), ANCHOR - timedelta(days=days, hours=2), rng) for days in (47, 6)
    ]


def about_nothing(rng: Random) -> list[Mail]:
    """Orders, warehouse notices, warnings and spam."""
    made: list[Mail] = []
    for day in range(-DAYS + 2, 0, 6):
        at = ANCHOR + timedelta(days=day, seconds=rng.randrange(3600, 30000))
        made.append(notices.sold(STORES[rng.choice(("US", "DE", "UK", "FR"))], at, rng))
    for day in range(-DAYS + 4, 0, 11):
        at = ANCHOR + timedelta(days=day, seconds=rng.randrange(3600, 30000))
        made.append(notices.fba(STORES[rng.choice(("US", "DE"))], at, rng))
    made.append(notices.policy_warning(STORES["US"], ANCHOR - timedelta(days=3, seconds=4111), rng, PRODUCTS[1]))
    made.append(notices.account_notice(ANCHOR - timedelta(days=17, seconds=911), rng))
    for days, sender, subject, text, pretends in _SPAM:
        made.append(
            notices.spam(ANCHOR - timedelta(days=days, seconds=days * 97), rng, sender, subject, text, pretends)
        )
    return made


_SPAM = (
    (61, "Prize Office <winner@lottery.example>", "You have won 1,000,000", "Send us your bank details.", False),
    (15, "Anna <k3jd82ms0qpx1v@marketplace.amazon.com.evil.example>",
     "Inquiry from Amazon customer Anna (Order: 111-2223334-5556667)",
     "Your account is on hold. Please confirm your password at https://signin.evil.example/amazon", True),
)  # fmt: skip


_DISPUTED = ("parcel_missing", "parcel_late", "damaged", "angry", "defect", "refund_status")


def _of(talks: list[Talk], topic: str) -> list[Talk]:
    old = ANCHOR - timedelta(days=3)
    return [
        t
        for t in talks
        if t.topic == topic and t.order and t.said[0].order and t.said[0].at < old and t.store.code != "JP"
    ]


def _about(talks: list[Talk], lang: str, days: int) -> Talk:
    """The last conversation about an order, in that language, that began before so many days ago."""
    before = ANCHOR - timedelta(days=days, hours=20)
    fit = [t for t in talks if t.lang == lang and t.order and t.said[0].at < before and t.topic in _DISPUTED]
    return max(fit, key=lambda t: t.said[0].at)


def _near(talk: Talk, rng: Random, hours: int) -> datetime:
    return talk.said[0].at + timedelta(seconds=rng.randrange(600, hours * 3600))


def _after(talk: Talk, days: int) -> datetime:
    return max(ANCHOR - timedelta(days=days, hours=-1, seconds=29), talk.said[0].at + timedelta(hours=1))


def files() -> dict[str, bytes]:
    """The folder as path below `mail/` to content: three mbox archives, the last two days as single mails."""
    out: dict[str, bytes] = {}
    archives: dict[str, list[Mail]] = {}
    recent = 0
    for mail in mails():
        age = ANCHOR - mail.sent
        if age <= RECENT:
            recent += 1
            out[f"recent/{recent:03d}.eml"] = mail.raw.replace(b"\n", b"\r\n")
        else:
            archives.setdefault(f"archive-{max(1, 4 - int(age / BLOCK) - 1)}.mbox", []).append(mail)
    for name, content in archives.items():
        out[name] = mbox(content)
    out["recent/garbage.eml"] = Random("nordlicht garbage").randbytes(700)
    out["recent/empty.eml"] = b""
    return dict(sorted(out.items()))


def report_files() -> dict[str, bytes]:
    """Amazon's reports about the same orders, as file name below `reports/` to content."""
    talks = Story().tell()
    return reports.files(talks, _chosen(talks), ANCHOR)


def sheet_files() -> dict[str, bytes]:
    """The team's spreadsheets about the same orders, as file name below `sheets/` to content."""
    talks = Story().tell()
    return sheets.files(reports.all_sales(talks, _chosen(talks), ANCHOR), ANCHOR)


def _chosen(talks: list[Talk]) -> reports.Chosen:
    """What the mails are about."""
    moved = [(_about(talks, lang, days), "a_to_z", ANCHOR - timedelta(days=days - 12))
             for days, lang in ((44, "it"), (20, "de"), (36, "es"))]  # fmt: skip
    moved.append((_about(talks, "de", 75), "chargeback", ANCHOR - timedelta(days=50)))
    return reports.Chosen(_returned(talks), _refunded(talks), moved)


def mbox(content: list[Mail]) -> bytes:
    """Mails in the mbox form. Now and then a later one stands first, as mail servers do."""
    order = list(content)
    for at in range(16, len(order) - 1, 17):
        order[at], order[at + 1] = order[at + 1], order[at]
    return b"".join(
        wire.from_line("mail@nordlicht.example", mail.sent) + mail.raw.rstrip(b"\n") + b"\n\n" for mail in order
    )


def main() -> None:
    """Replace mail, reports and sheets below data/sample/nordlicht, and anchor.txt."""
    for folder, made in (("mail", files()), ("reports", report_files()), ("sheets", sheet_files())):
        target = HERE / "nordlicht" / folder
        shutil.rmtree(target, ignore_errors=True)
        for name, content in made.items():
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    (HERE / "nordlicht" / ".gitattributes").write_text("* -text\n", encoding="utf-8")
    (HERE / "anchor.txt").write_text(f"{ANCHOR:%Y-%m-%dT%H:%M:%SZ}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
