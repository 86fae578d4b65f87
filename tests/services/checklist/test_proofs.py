"""What the store proves by itself: each question on both databases, the age of the data, and what the sync takes."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from data import checklist as rows
from data.models.amazon import AmazonOrder, HealthMetric, SellerFeedback
from data.models.cases import CaseCard
from data.models.checklist import CheckMark, CheckProof, ServedPlace
from data.models.derived import Card
from data.models.feedback_work import FeedbackCard
from data.models.followups import FollowupCard
from data.models.ledger import MailboxState, MailCount, Reject
from data.models.return_figures import ReturnCard
from data.models.sheets import Sheet
from data.store import Store
from services import checklist
from services.checklist import keeping
from services.checklist.proofs import Oracle
from services.errors import Rejected, Stale
from services.rules.checklist import Key
from services.rules.checks import PROOFS
from services.settings import Settings
from tests.checks import BEGIN, agent, duty, look, mail_read, me, settings, state
from tests.desks import NOW, Desk, ask

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TODAY = BEGIN.date()
ACME: dict[str, Any] = {"account": "acme"}


def card(n: int, due_at: datetime | None, place: str | None = "US") -> Card:
    told = {"subject": "x", "type": "Other", "kind": "buyer_message", "status": "open", "opened_at": BEGIN}
    return Card(ticket_id=n, **ACME, marketplace=place, due_at=due_at, last_at=BEGIN, sort_key=n, version=1, **told)


def case(n: int, state: str, due_at: datetime, owner: str | None) -> CaseCard:
    told = {"kind": "a_to_z", "result": "open", "source": "mail", "month": "2027-12", "version": 1, "seen_at": BEGIN}
    mine = {"case_id": n, "order_id": f"114-555000{n}-7770001", "state": state, "due_at": due_at, "owner": owner}
    return CaseCard(**ACME, marketplace="US", sort_key=n, **mine, **told)


def feedback(n: int, rating: int, state: str, ends: date) -> FeedbackCard:
    told = {"day": TODAY, "kind": "order", "kind_from": "rule"}
    mine = {"order_id": f"114-555000{n}-7770001", "rating": rating, "state": state, "window_ends": ends}
    return FeedbackCard(**ACME, marketplace="US", **mine, **told)


def returned(n: int, need: str | None) -> ReturnCard:
    told = {"channel": "fbm", "quantity": 1, "returned_at": BEGIN, "reason": "other", "fault": "", "state": "open"}
    return ReturnCard(id=n, **ACME, order_id=f"114-555000{n}-7770001", key=str(n), marketplace="US", need=need, **told)


def followup(n: int, state: str, due_at: datetime, snoozed_until: datetime | None = None) -> FollowupCard:
    told = {"sheet": "s", "row_key": str(n), "kind": "shipping_info_missing", "began_at": BEGIN, "sort_key": n}
    return FollowupCard(id=n, **ACME, state=state, due_at=due_at, snoozed_until=snoozed_until, **told)


def order(n: int, status: str, channel: str = "fbm") -> AmazonOrder:
    told = {"marketplace": "US", "purchased_at": BEGIN - HOUR, "first_seen_at": BEGIN, "read_at": BEGIN}
    return AmazonOrder(**ACME, order_id=f"114-555000{n}-7770001", status=status, channel=channel, **told)


def metric(name: str, word: str, place: str = "US") -> HealthMetric:
    told = {"taken_at": BEGIN - HOUR, "first_seen_at": BEGIN, "read_at": BEGIN, "details": {}}
    return HealthMetric(**ACME, marketplace=place, metric=name, word=word, status=word, **told)


def problem(n: int, state: str, mail: int | None) -> Reject:
    told = {"source": "folder", "stream": "mail", "reason": "?", "at": BEGIN, "place": str(n)}
    return Reject(id=n, **ACME, state=state, raw_mail_id=mail, **told)


SAID = SellerFeedback(
    **ACME, order_id="114-5550001-7770001", guess="US", date_raw="x", rating=1, first_seen_at=BEGIN, read_at=BEGIN,
    last_seen_at=BEGIN,
)  # fmt: skip

SHEET = Sheet(
    **ACME, sheet="s.csv", tab="", kind="shipping_info_missing", place="file", source="folder", stream="sheets"
)

# kind -> rows that do not count, the row that does, and what it is called
CASES: dict[str, tuple[list[Any], Any, str]] = {
    "no_late_messages": (
        [card(1, BEGIN), card(2, None), card(3, BEGIN + HOUR), card(9, BEGIN - HOUR, "JP")],
        card(4, BEGIN - HOUR, None), "ticket:4",
    ),
    "claims_in_hand": (
        [case(1, "action_required", BEGIN + DAY, "Ana"), case(2, "under_review", BEGIN - DAY, None),
         case(3, "option_to_appeal", BEGIN - DAY, None)],
        case(4, "action_required", BEGIN - DAY, "Ana"), "case:4",
    ),
    "feedback_looked_at": (
        [SAID, feedback(1, 4, "open", TODAY), feedback(2, 1, "asked", TODAY), feedback(3, 1, "open", TODAY - DAY)],
        feedback(4, 3, "open", TODAY), "feedback:114-5550004-7770001",
    ),
    "followups_contacted": (
        [SHEET, followup(1, "contacted", BEGIN), followup(2, "to_contact", BEGIN + DAY),
         followup(3, "to_contact", BEGIN, BEGIN + DAY)],
        followup(4, "to_contact", BEGIN), "followup:4",
    ),
    "unshipped": (
        [order(1, "Shipped"), order(2, "Unshipped", "fba")], order(3, "Unshipped"), "order:114-5550003-7770001",
    ),
    "account_health": (
        [metric("account_status", "NORMAL"), metric("odr_mfn", "AT_RISK", "DE")], metric("odr_mfn", "AT_RISK"),
        "metric:US:odr_mfn",
    ),
    "set_aside": ([problem(1, "mended", 1), problem(2, "open", None)], problem(3, "open", 3), "problem:3"),
    "unexplained": (
        [MailboxState(mailbox="m", folder="f", account="acme", missing=0, looked_at=BEGIN)],
        MailboxState(mailbox="n", folder="f", account="acme", missing=1, looked_at=BEGIN), "mailbox:n",
    ),
}  # fmt: skip


def put(store: Store, *made: Any) -> None:
    with store.write() as session:
        session.add_all([type(each)(**_values(each)) for each in made])


def _values(row: Any) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def answer(store: Store, kind: str, place: str = "US", now: datetime = BEGIN, known: Settings | None = None) -> Any:
    with store.read() as session:
        return Oracle(session, known or settings("US DE JP"), now).ask(kind, "acme", place)


@pytest.fixture(scope="module")
def asked() -> dict[str, Any]:
    """Rows are made once; each test puts its own copies."""
    return dict(CASES)


def test_each_question_is_answered_by_the_rows_that_speak_against_it(every_store: Store, asked: dict[str, Any]) -> None:
    store = every_store
    mail_read(store, BEGIN)
    mail_read(store, BEGIN, stream="sheets")
    for kind, (harmless, _, _) in asked.items():
        put(store, *harmless)
        found = answer(store, kind)
        assert (found.holds, found.figure, found.why, found.rows) == (True, 0, "", ()), kind
    for kind, (_, against, name) in asked.items():
        put(store, against)
        found = answer(store, kind)
        assert (found.holds, found.figure, found.rows) == (False, 1, (name,)), kind
        assert found.sentence.startswith("1 "), kind
        assert answer(store, kind, "").figure >= 1, kind
    assert not answer(store, "account_health", "DE").holds
    assert answer(store, "no_late_messages", "DE").figure == 1, "a message of no known marketplace counts everywhere"
    assert answer(store, "claims_in_hand", "DE").holds


def test_returns_that_wait_for_authorisation_are_asked_of_fresh_returns_only(store: Store) -> None:
    put(store, returned(1, "refund"), returned(2, None), returned(3, "authorise"))
    assert answer(store, "returns_authorised").why == "Nothing is known here of returns: look yourself and sign."


@pytest.mark.parametrize("kind", [kind for kind, proof in PROOFS.items() if proof.data == "mail"])
def test_old_mail_proves_nothing(kind: str, store: Store) -> None:
    assert answer(store, kind).why == "Nothing is known here of mail: look yourself and sign."
    mail_read(store, BEGIN - timedelta(minutes=15))
    assert answer(store, kind).holds
    mail_read(store, BEGIN - 3 * HOUR)
    found = answer(store, kind)
    assert (found.holds, found.figure) == (False, None)
    assert found.why == "Mail was last read 3 h ago; a proof takes no more than 15 min."


def test_one_mailbox_that_was_not_read_is_enough_to_prove_nothing(store: Store) -> None:
    known = settings(other={"marketplaces": ["JP"], "folder": {"path": "there"}})
    mail_read(store, BEGIN)
    mail_read(store, BEGIN - DAY, account="other")
    mail_read(store, BEGIN - DAY, account="long gone")
    assert not answer(store, "no_late_messages", known=known).holds
    mail_read(store, BEGIN, account="other")
    assert answer(store, "no_late_messages", known=known).holds


def test_mail_that_nobody_sorted_yet_proves_nothing(store: Store) -> None:
    mail_read(store, BEGIN)
    put(store, MailCount(mailbox="m", folder="f", disposition="", rule="", n=3),
        MailboxState(mailbox="m", folder="f", account="acme", looked_at=BEGIN))  # fmt: skip
    assert answer(store, "no_late_messages").why == "3 mails wait to be sorted, so nothing is proved yet."


@pytest.mark.parametrize(
    ("kind", "fresh", "stale"),
    [("unshipped", 3, 5), ("feedback_looked_at", 26, 27), ("account_health", 25, 27), ("followups_contacted", 1, 2)],
)
def test_each_proof_says_how_old_its_data_may_be(kind: str, fresh: int, stale: int, store: Store) -> None:
    put(store, order(1, "Shipped"), SAID, metric("account_status", "GOOD"), SHEET)
    mail_read(store, BEGIN, stream="sheets")
    found = answer(store, kind, now=BEGIN + fresh * HOUR - HOUR)
    assert (found.holds, found.why) == (True, "")
    found = answer(store, kind, now=BEGIN + stale * HOUR)
    assert not found.holds
    assert "a proof takes no more than" in found.why
    assert found.heard_at is not None


def test_a_sheet_that_cannot_be_read_proves_nothing_and_neither_does_none(store: Store) -> None:
    mail_read(store, BEGIN, stream="sheets")
    assert answer(store, "followups_contacted").why == "Nothing is known here of the sheets: look yourself and sign."
    put(store, SHEET)
    assert answer(store, "followups_contacted").holds
    with store.write() as session:
        session.execute(update(Sheet).values(problem="The tab was renamed."))
    assert not answer(store, "followups_contacted").holds


@pytest.mark.parametrize("trouble", ["needs_person", "retry"])
def test_a_source_in_trouble_is_named(trouble: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WITHIN24_NOW", BEGIN.isoformat())
    assert answer(store, "sources_fresh").rows == ("stream:none was ever read",)
    mail_read(store, BEGIN)
    assert answer(store, "sources_fresh").holds
    mail_read(store, BEGIN, stream="reports", state=trouble)
    found = answer(store, "sources_fresh")
    assert found.rows == ("stream:folder/acme/reports",)


@pytest.fixture
def known() -> Settings:
    return settings("US")


def proofs(session: Session) -> list[tuple[str, bool, int | None]]:
    found = session.scalars(select(CheckProof).order_by(CheckProof.id))
    return [(each.by, each.holds, each.figure) for each in found]


def test_the_sync_asks_when_the_time_has_come_and_until_it_is_proved(every_store: Store, known: Settings) -> None:
    store = every_store
    number = duty(store, known, at=time(10), proof="no_late_messages")
    mine, late = Key(number, "acme", "US", TODAY), BEGIN + HOUR
    put(store, card(4, BEGIN))
    for at in (BEGIN, late - timedelta(seconds=1), late, late + HOUR):
        mail_read(store, at)
        assert keeping.tend(store, known, at) == 0
    with store.write() as session:
        assert proofs(session) == [("sync", False, 1)], "asked when due, kept once"
        session.execute(update(Card).values(due_at=None))
    mail_read(store, late + 2 * HOUR)
    assert keeping.tend(store, known, late + 2 * HOUR) == 1
    assert state(store, known, mine, late + 2 * HOUR) == "proved"
    assert keeping.tend(store, known, late + 3 * HOUR) == 0
    with store.read() as session:
        assert proofs(session) == [("sync", False, 1), ("sync", True, 0)]
    assert state(store, known, mine, BEGIN + 9 * DAY) == "proved"
    with pytest.raises(Stale):
        checklist.sign(store, known, [mine], actor=me(store), now=late + 3 * HOUR)


def test_a_period_that_is_over_is_never_proved(store: Store, known: Settings) -> None:
    number = duty(store, known, at=time(10), proof="no_late_messages")
    mine, after = Key(number, "acme", "US", TODAY), BEGIN + DAY
    mail_read(store, after)
    assert keeping.tend(store, known, after) == 0
    with pytest.raises(Rejected, match="only how things are now"):
        checklist.prove(store, known, mine, actor=me(store), now=after)
    assert state(store, known, mine, after) == "missed"


def test_somebody_who_signs_meanwhile_is_not_overruled(store: Store, known: Settings) -> None:
    number = duty(store, known, at=time(10), proof="no_late_messages")
    mine, at = Key(number, "acme", "US", TODAY), BEGIN + 2 * HOUR
    mail_read(store, at)
    _, (cell,) = look(store, known, TODAY, TODAY, at)
    found = answer(store, "no_late_messages", now=at, known=known)
    checklist.sign(store, known, [mine], actor=agent(store), now=at, found=1, note="One by telephone.")
    assert keeping._keep(store, [(cell, found)], at) == 0
    with store.read() as session:
        assert [mark.by for mark in session.scalars(select(CheckMark))] == ["Ana"]


def test_the_first_tend_begins_the_checklist_and_the_next_has_nothing_to_do(store: Store) -> None:
    known = settings("US DE")
    for _ in range(3):
        keeping.tend(store, known, BEGIN)
    with store.read() as session:
        assert {(row.account, row.marketplace) for row in rows.places(session)} == {
            ("acme", ""), ("acme", "US"), ("acme", "DE"),
        }  # fmt: skip
    assert len(checklist.listing(store)) >= 20


def test_marketplaces_come_and_go_with_the_settings(store: Store) -> None:
    number = duty(store, settings("US DE"))
    for n, places in enumerate(("US DE", "US", "US JP", "US DE JP", "US DE JP")):
        keeping.tend(store, settings(places), BEGIN + n * DAY)
    _, cells = look(store, settings("US DE JP"), TODAY, TODAY + 4 * DAY, BEGIN + 4 * DAY)
    mine = [cell.key for cell in cells if cell.key.duty_id == number]
    days = {
        place: [(key.starts - TODAY).days for key in mine if key.marketplace == place] for place in ("US", "DE", "JP")
    }
    assert days == {"US": [0, 1, 2, 3, 4], "DE": [0, 3, 4], "JP": [2, 3, 4]}


def test_what_is_covered_otherwise_from_a_day_on_is_swept_by_hand_from_then(store: Store) -> None:
    hand = {"hand": {"marketplaces": ["JP"], "mailbox": {
        "host": "127.0.0.1", "security": "none", "user": "x", "password": "x"}}}  # fmt: skip
    covered = {"hand": {"marketplaces": ["JP"], "folder": {"path": Path("there")}}}
    for n, accounts in enumerate((hand, hand, covered)):
        keeping.tend(store, settings("US", **accounts), BEGIN + n * DAY)
    with store.read() as session:
        stretches = session.scalars(select(ServedPlace).where(ServedPlace.marketplace == "JP")).all()
    assert [(row.since, row.until, row.by_hand) for row in stretches] == [
        (TODAY, TODAY + 2 * DAY, True), (TODAY + 2 * DAY, None, False),
    ]  # fmt: skip
    (found,) = [each for each in checklist.coverage(settings("US", **hand)) if each.account == "hand"]
    assert (found.mail, found.reports, found.by_hand) == ("mailbox", "by hand", True)


def test_an_account_that_left_the_settings_is_proved_nothing_of(store: Store) -> None:
    before = settings("US", gone={"marketplaces": ["JP"], "folder": {"path": "there"}})
    number = duty(store, before, rhythm="weekly", days=(0,), at=time(10), proof="sources_fresh", scope="account")
    after, now = settings("US"), BEGIN + 2 * DAY
    mail_read(store, now)
    keeping.tend(store, after, now)
    left = Key(number, "gone", "", TODAY)
    assert state(store, after, left, now) == "due"
    found = checklist.prove(store, after, left, actor=me(store), now=now)
    assert found.why == "The settings name this account no more, so nothing is proved."


def test_a_button_asks_now_and_the_real_mail_answers(desk: Desk) -> None:
    """Through the real sync: a late message names its ticket, and its answer closes the cell."""
    desk.read(ask(1, NOW - 30 * HOUR, marketplace="US"), now=NOW)
    number = duty(desk.store, desk.settings, now=NOW, proof="no_late_messages")
    mine = Key(number, "acme", "US", NOW.date())
    at: dict[str, Any] = {"actor": desk.supervisor(), "now": NOW}
    found = checklist.prove(desk.store, desk.settings, mine, **at)
    assert (found.holds, found.sentence) == (False, "1 conversation unanswered over 24 h")
    assert found.rows == (f"ticket:{desk.only_ticket()['id']}",)
    assert checklist.prove(desk.store, desk.settings, mine._replace(marketplace="DE"), **at).holds
    unproved = duty(desk.store, desk.settings, "By hand", now=NOW)
    with pytest.raises(Rejected, match="cannot prove"):
        checklist.prove(desk.store, desk.settings, mine._replace(duty_id=unproved), **at)
    with pytest.raises(Stale):
        checklist.prove(desk.store, desk.settings, mine._replace(marketplace="DE"), **at)


def test_the_sync_itself_keeps_the_checklist(desk: Desk) -> None:
    desk.sync(NOW.replace(hour=20))
    with desk.store.read() as session:
        kinds = set(session.scalars(select(CheckProof.kind)))
        closed = set(session.scalars(select(CheckMark.how)))
    assert {"sources_fresh", "no_late_messages", "unexplained"} <= kinds
    assert closed == {"proof"}
