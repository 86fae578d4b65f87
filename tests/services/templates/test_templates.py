"""Templates as their callers use them: who may write them, what is offered, how they are filled, what is counted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from sqlalchemy import event

from data import journal
from data.models.amazon import AmazonOrder, OrderItem
from data.store import Store
from services import people, templates
from services.errors import Rejected, Stale
from services.people import Person
from services.rules.marketplaces import MARKETPLACES
from services.rules.policy import PROFILES
from services.settings import Settings
from services.templates import Template, Wish
from tests.desks import DAY, HOUR, NOW, Desk, ask

BOSS = Person("Boss", "supervisor", False, None)
ANA, BEN = Person("Ana", "agent", False, None), Person("Ben", "agent", False, None)
GONE = Person("Gus", "supervisor", True, None)
NUMBERS = count(1)
HELLO = Wish("Hello", "Hello {{buyer_first_name}}, about order {{order_id}}.", shared=True)
SETTINGS = Settings.model_validate(
    {"accounts": {"acme_eu": {"marketplaces": ["DE"]}, "named": {"marketplaces": ["US"], "shop": "Lamps & Co"}}}
)


@dataclass(frozen=True)
class Ticket:
    """What a template is filled from."""

    account: str = "acme_eu"
    marketplace: str | None = "DE"
    zone: str = "Europe/Berlin"
    buyer: str | None = "Maria Example"
    order_id: str | None = "305-1234567-7654321"
    asin: str | None = None
    language: str | None = "de"
    promised_until: datetime | None = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)


def add(store: Store, actor: Person = BOSS, **change: Any) -> Template:
    return templates.add(store, replace(HELLO, **change), actor=actor, now=NOW)


def names(found: Any) -> list[str]:
    return [each.name for each in found]


def offer(store: Store, **how: Any) -> list[str]:
    asked: dict[str, Any] = {"language": "de", "marketplace": "DE", "type": "Return", "actor": ANA, **how}
    return names(templates.offered(store, **asked))


def fill(store: Store, text: str, ticket: Ticket | None = None, actor: Person = ANA, **more: Any) -> Any:
    made = add(store, actor, name=f"Fill {next(NUMBERS)}", text=text, shared=False)
    return templates.fill_for(store, SETTINGS, made.id, ticket or Ticket(), actor=actor, now=NOW, **more)


def test_a_template_is_kept_as_it_was_written(every_store: Store) -> None:
    made = add(
        every_store,
        name="  Wo   ist\tmein Paket ",
        text="\r\nGuten Tag {{buyer_name}},\r\n\r\n— Ä 領収書 \r\n",
        language="de",
        marketplaces=("DE", "BE"),
        types=("Where is my stuff?", "Return"),
    )
    found = templates.template(every_store, made.id, actor=ANA)
    assert found is not None
    assert (found.name, found.text) == ("Wo ist mein Paket", "Guten Tag {{buyer_name}},\n\n— Ä 領収書")
    assert (found.language, found.marketplaces, found.types) == ("de", ("BE", "DE"), ("Return", "Where is my stuff?"))
    assert (found.owner, found.active, found.version, found.may_edit) == (None, True, 1, False)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": "  "}, "name of 1 to 80"),
        ({"name": "x" * 81}, "name of 1 to 80"),
        ({"name": "a\x00b"}, "name of 1 to 80"),
        ({"text": " \n "}, "no text"),
        ({"text": "x" * 10_001}, "10,001 characters"),
        ({"text": "a\x00b"}, "cannot be stored"),
        ({"text": "a\ud800b"}, "cannot be stored"),
        ({"text": "Hello {{buyer"}, "closing braces are missing"),
        ({"text": "Hello {{ordr_id}}"}, r"Did you mean {{order_id}}\?"),
        ({"language": "xx"}, "no language"),
        ({"marketplaces": ("DE", "GB")}, "“GB” is no marketplace"),
        ({"types": ("x" * 61,)}, "ticket type"),
    ],
)
def test_what_cannot_be_a_template_is_refused_with_a_sentence(store: Store, change: dict[str, Any], says: str) -> None:
    with pytest.raises(Rejected, match=says):
        add(store, **change)
    assert not templates.any_there(store, actor=BOSS)


def test_shared_ones_are_written_by_supervisors_and_own_ones_by_their_owner(store: Store) -> None:
    shared, own = add(store), add(store, ANA, shared=False)
    with pytest.raises(Rejected, match="supervisors"):
        add(store, ANA, name="Another")
    for write in (templates.delete, templates.restore):
        with pytest.raises(Rejected, match="make your own copy"):
            write(store, shared.id, 1, actor=ANA, now=NOW)
        for stranger in (BOSS, BEN):
            with pytest.raises(Rejected, match="no template"):
                write(store, own.id, 1, actor=stranger, now=NOW)
    with pytest.raises(Rejected, match="make your own copy"):
        templates.save(store, shared.id, 1, HELLO, actor=ANA, now=NOW)
    with pytest.raises(Rejected, match="save it as your own"):
        templates.save(store, own.id, 1, HELLO, actor=ANA, now=NOW)
    with pytest.raises(Rejected, match="closed"):
        add(store, GONE, name="Another")
    assert [each.version for each in templates.listing(store, actor=ANA).rows] == [1, 1]


def test_nobody_sees_what_somebody_else_keeps_for_themselves(store: Store) -> None:
    own = add(store, ANA, shared=False)
    assert templates.template(store, own.id, actor=BEN) is None
    assert (names(templates.listing(store, actor=ANA).rows), offer(store, actor=BEN)) == (["Hello"], [])
    with pytest.raises(Rejected, match="not there"):
        templates.fill_for(store, SETTINGS, own.id, Ticket(), actor=BEN, now=NOW)
    with pytest.raises(Rejected, match="not there"):
        templates.copy(store, own.id, actor=BEN, now=NOW)


def test_a_supervisor_shares_an_own_one(store: Store) -> None:
    own = add(store, BOSS, shared=False)
    saved = templates.save(store, own.id, 1, HELLO, actor=BOSS, now=NOW)
    assert (saved.owner, names(templates.listing(store, actor=BEN).rows)) == (None, ["Hello"])


def test_a_stale_version_is_refused_and_nothing_is_written(every_store: Store) -> None:
    made = add(every_store)
    saved = templates.save(every_store, made.id, 1, replace(HELLO, text="First."), actor=BOSS, now=NOW)
    assert saved.version == 2
    for write in (
        lambda: templates.save(every_store, made.id, 1, replace(HELLO, text="Second."), actor=BOSS, now=NOW),
        lambda: templates.delete(every_store, made.id, 1, actor=BOSS, now=NOW),
    ):
        with pytest.raises(Stale, match="Boss changed this template"):
            write()
    found = templates.template(every_store, made.id, actor=BOSS)
    assert found is not None
    assert (found.text, found.version, found.deleted) == ("First.", 2, False)


def test_a_deleted_one_is_in_no_list_and_can_be_put_back(store: Store) -> None:
    made = add(store)
    version = templates.delete(store, made.id, 1, actor=BOSS, now=NOW)
    assert (templates.listing(store, actor=BOSS).rows, offer(store), templates.any_there(store, actor=BOSS)) == (
        (),
        [],
        False,
    )
    with pytest.raises(Rejected, match="not there"):
        templates.fill_for(store, SETTINGS, made.id, Ticket(), actor=BOSS, now=NOW)
    with pytest.raises(Rejected, match="put it back first"):
        templates.save(store, made.id, version, HELLO, actor=BOSS, now=NOW)
    templates.restore(store, made.id, version, actor=BOSS, now=NOW)
    assert offer(store) == ["Hello"]


def test_a_name_is_given_once_per_language_and_owner(store: Store) -> None:
    made = add(store, name="Größe 1")
    for name in ("Größe 1", "GRÖSSE 1", "größe １"):
        with pytest.raises(Rejected, match="another name"):
            add(store, name=name)
    add(store, name="Größe 1", language="de")
    add(store, ANA, name="Größe 1", shared=False)
    version = templates.delete(store, made.id, 1, actor=BOSS, now=NOW)
    add(store, name="Größe 1")
    with pytest.raises(Rejected, match="another name"):
        templates.restore(store, made.id, version, actor=BOSS, now=NOW)


def test_a_copy_is_ones_own_and_gets_a_free_name(store: Store) -> None:
    made = add(store, language="de", marketplaces=("DE",), types=("Return",))
    first, second, third = (templates.copy(store, made.id, actor=ANA, now=NOW) for _ in range(3))
    assert names([first, second, third]) == ["Hello", "Hello (copy)", "Hello (copy 2)"]
    assert (first.owner, first.may_edit, first.text, first.marketplaces) == ("Ana", True, made.text, ("DE",))


def test_every_write_is_in_the_log_without_the_text(every_store: Store) -> None:
    made = add(every_store)
    templates.save(every_store, made.id, 1, replace(HELLO, name="Hi", text="Secret words."), actor=BOSS, now=NOW)
    version = templates.delete(every_store, made.id, 2, actor=BOSS, now=NOW)
    templates.restore(every_store, made.id, version, actor=BOSS, now=NOW)
    copied = templates.copy(every_store, made.id, actor=ANA, now=NOW)
    with every_store.read() as session:
        said = [(row.what, row.actor, row.object) for row in journal.everything(session)]
        changed = list(journal.everything(session))[1]
        assert journal.first_broken(session)[1] is None
    mine = f"template:{made.id}"
    assert said == [
        ("template.add", "Boss", mine),
        ("template.change", "Boss", mine),
        ("template.delete", "Boss", mine),
        ("template.restore", "Boss", mine),
        ("template.add", "Ana", f"template:{copied.id}"),
    ]
    assert changed.before is not None
    assert changed.after is not None
    assert (changed.before["name"], changed.after["name"], changed.after["version"]) == ("Hello", "Hi", 2)
    assert changed.before["text"] != changed.after["text"]
    assert "Secret" not in str(changed.after)


def test_the_tickets_language_comes_first_then_its_marketplace_then_what_was_used_last(every_store: Store) -> None:
    for name, change in {
        "any": {},
        "english": {"language": "en"},
        "german": {"language": "de"},
        "german here": {"language": "de", "marketplaces": ("DE",)},
        "german there": {"language": "de", "marketplaces": ("US",)},
        "german other type": {"language": "de", "types": ("Invoice",)},
        "german this type": {"language": "de", "types": ("Return", "Invoice")},
        "german used": {"language": "de"},
        "german used later": {"language": "de"},
        "switched off": {"language": "de", "active": False},
    }.items():
        made = add(every_store, name=name, **change)
        if "used" in name:
            at = NOW + (HOUR if "later" in name else 0 * HOUR)
            templates.fill_for(every_store, SETTINGS, made.id, Ticket(), actor=ANA, now=at)
    assert offer(every_store) == [
        "german here",
        "german this type",
        "german used later",
        "german used",
        "german",
        "any",
        "english",
    ]
    assert offer(every_store, actor=BEN)[2:5] == ["german", "german used", "german used later"]
    assert offer(every_store, marketplace=None, type=None, language=None)[0] == "any"
    assert offer(every_store, text="GERMAN used", limit=1) == ["german used later"]


def test_a_template_is_found_by_words_of_its_name_and_text(every_store: Store) -> None:
    add(every_store, name="Änderung", text="Straße 100 % Müller_1")
    add(every_store, name="Other", text="領収書を添付しました。")
    for words, found in {
        "änderung": ["Änderung"],
        "ÄNDERUNG strasse": ["Änderung"],
        "100 %": ["Änderung"],
        "müller_1": ["Änderung"],
        "müllerx1": [],
        "%": ["Änderung"],
        "領収書": ["Other"],
        "änderung other": [],
        "\x00": ["Other", "Änderung"],
    }.items():
        assert sorted(offer(every_store, text=words)) == sorted(found), words
        assert sorted(names(templates.listing(every_store, actor=ANA, text=words).rows)) == sorted(found), words


def test_the_list_is_narrowed_by_language_and_marketplace_and_turned_by_pages(store: Store) -> None:
    for n in range(5):
        add(store, name=f"T{n}", language=("de", "fr", None)[n % 3], marketplaces=("DE",) if n % 2 else ())
    add(store, name="T9", active=False)
    assert names(templates.listing(store, actor=ANA, language="de").rows) == ["T0", "T2", "T3", "T9"]
    assert names(templates.listing(store, actor=ANA, marketplace="FR").rows) == ["T0", "T2", "T4", "T9"]
    first = templates.listing(store, actor=ANA, limit=2)
    second = templates.listing(store, actor=ANA, limit=2, mark=first.next)
    third = templates.listing(store, actor=ANA, limit=2, mark=second.next)
    assert names(first.rows + second.rows + third.rows) == ["T0", "T1", "T2", "T3", "T4", "T9"]
    assert third.next is None
    assert templates.listing(store, actor=ANA, limit=2, mark="nonsense") == first


@pytest.mark.parametrize("read", ["listing", "offered", "for_ticket"])
def test_reading_many_costs_as_many_statements_as_reading_few(store: Store, read: str) -> None:
    seen: list[str] = []
    for engine in store.engines:
        event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    add(store)
    seen.clear()
    _read(store, read)
    few = len(seen)
    rows = "\n".join(f"T{n},Text {n}" for n in range(1000))
    templates.import_csv(store, f"name,text\n{rows}".encode(), shared=True, actor=BOSS, now=NOW)
    seen.clear()
    assert _read(store, read) > 40
    assert len(seen) == few


def _read(store: Store, read: str) -> int:
    if read == "for_ticket":
        return len(templates.for_ticket(store, SETTINGS, Ticket(), type=None, actor=ANA))
    return len(templates.listing(store, actor=ANA).rows if read == "listing" else offer(store))


def test_a_reply_is_filled_from_buyer_order_agent_and_shop(store: Store) -> None:
    text = (
        "{{buyer_name}}|{{buyer_first_name}}|{{order_id}}|{{marketplace}}|{{agent_name}}|{{agent_first_name}}|"
        "{{shop_name}}|{{promised_date}}"
    )
    found = fill(store, text)
    assert found.text == "Maria Example|Maria|305-1234567-7654321|Amazon.de|Ana|Ana|Acme eu|25.11.2026"
    assert (found.unfilled, found.findings) == ((), ())
    assert fill(store, "{{shop_name}}", Ticket(account="named")).text == "Lamps & Co"


def test_what_is_not_known_yet_stays_open_and_is_named(store: Store) -> None:
    found = fill(store, "Hello {{buyer_name}}: {{tracking_number}} {{item}}", Ticket(buyer=None, promised_until=None))
    assert found.text == "Hello {{buyer_name}}: {{tracking_number}} {{item}}"
    assert [each.name for each in found.unfilled] == ["buyer_name", "tracking_number", "item"]
    assert fill(store, "{{refund_amount}}.", more={"refund_amount": "12,00 EUR"}).text == "12,00 EUR."


def test_an_order_that_was_read_gives_item_carrier_tracking_number_and_dates(every_store: Store) -> None:
    key = {"account": "acme_eu", "order_id": Ticket().order_id, "first_seen_at": NOW, "read_at": NOW}
    packages = [
        {"carrier": "DHL", "tracking": "JD01", "shipped_at": "2026-11-20T23:30:00+00:00"},
        {"carrier": "DHL", "tracking": "JD02", "shipped_at": None},
        "nonsense",
    ]
    with every_store.write() as session:
        session.add(AmazonOrder(**key, packages=packages, deliver_by=NOW + 2 * DAY))
        item = {**key, "title": "Desk\nlamp, {{asin}}", "asin": "B0EXAMPLE1"}
        session.add_all([OrderItem(**item, source=source, line="1") for source in ("api", "report")])
    text = "{{item}}|{{asin}}|{{carrier}}|{{tracking_number}}|{{ship_date}}|{{delivery_date}}"
    found = fill(every_store, text)
    assert found.text == "Desk lamp, {{asin}}|B0EXAMPLE1|DHL|JD01, JD02|21.11.2026|24.11.2026"
    assert found.unfilled == ()
    assert fill(every_store, text, Ticket(account="named")).text == text


def test_dates_are_written_for_the_readers_of_the_template(store: Store) -> None:
    made = add(store, language="fr", text="{{promised_date}}")
    assert templates.fill_for(store, SETTINGS, made.id, Ticket(), actor=ANA, now=NOW).text == "25/11/2026"


def test_the_local_user_is_nobody_to_buyers_until_they_say_their_name(store: Store) -> None:
    me = people.local_person(store)
    assert [each.name for each in fill(store, "{{agent_name}} 1", actor=me).unfilled] == ["agent_name"]
    templates.set_reply_name(store, "  Alex  Example ", actor=me)
    assert fill(store, "{{agent_name}}, {{agent_first_name}}", actor=me).text == "Alex Example, Alex"
    with pytest.raises(Rejected, match="60 characters"):
        templates.set_reply_name(store, "x" * 61, actor=me)
    templates.set_reply_name(store, "", actor=me)
    assert templates.reply_name(store, me) == ""


def test_uses_are_counted_for_all_and_remembered_for_each(every_store: Store) -> None:
    made = add(every_store)
    for actor, at in ((ANA, NOW), (ANA, NOW + DAY), (BEN, NOW), (ANA, NOW - DAY)):
        templates.fill_for(every_store, SETTINGS, made.id, Ticket(), actor=actor, now=at)
    for actor, last in ((ANA, NOW + DAY), (BEN, NOW), (BOSS, None)):
        found = templates.template(every_store, made.id, actor=actor)
        assert found is not None
        assert (found.used, found.last_used) == (4, last)


@pytest.mark.parametrize("profile", PROFILES)
def test_an_open_placeholder_is_shown_as_a_block_before_anything_is_sent(store: Store, profile: str) -> None:
    settings = SETTINGS.model_copy(update={"policy": SETTINGS.policy.model_copy(update={"profile": profile})})
    seen = templates.preview(
        store, settings, "Hello, it left as {{tracking_number}}.", ticket=Ticket(), language="en", actor=ANA
    )
    (found,) = [each for each in seen.policy if each.rule == "placeholder"]
    assert (found.severity, seen.filled.text[slice(*found.span)]) == ("block", "{{tracking_number}}")
    with_examples = templates.preview(
        store, settings, "It left as {{tracking_number}}.", ticket=None, language="en", actor=ANA
    )
    assert with_examples.policy == ()
    assert templates.preview(store, settings, " ", ticket=None, language=None, actor=ANA).policy == ()


def test_a_real_conversation_is_what_a_template_is_tried_on(desk: Desk) -> None:
    order = "305-5550001-7770001"
    desk.read(ask(1, NOW - HOUR, name="Maria Example", order=order, marketplace="DE"))
    me = desk.supervisor()
    (row,) = templates.recent(desk.store, actor=me, now=NOW)
    seen = templates.preview_for(
        desk.store, desk.settings, HELLO.text, ticket_id=row.id, language=None, actor=me, now=NOW
    )
    assert seen.filled.text == f"Hello Maria, about order {order}."
    made = add(desk.store, me)
    ticket = templates.reading.conversation.conversation(desk.store, row.id, now=NOW)
    assert ticket is not None
    filled = templates.fill_for(desk.store, desk.settings, made.id, ticket, actor=me, now=NOW)
    assert filled == seen.filled


def test_what_is_offered_for_a_ticket_is_filled_for_it_and_counts_nothing(every_store: Store) -> None:
    add(every_store, name="German", language="de", text="Bis {{promised_date}}, {{tracking_number}} {{carrier}}.")
    add(every_store, name="French", language="fr", text="Avant le {{promised_date}}.")
    add(every_store, ANA, name="Mine", shared=False)
    found = templates.for_ticket(every_store, SETTINGS, Ticket(), type="Return", actor=ANA)
    assert [(each.name, each.text, each.unfilled, each.shared) for each in found] == [
        ("German", "Bis 25.11.2026, {{tracking_number}} {{carrier}}.", ("Tracking number", "Carrier"), True),
        ("Mine", "Hello Maria, about order 305-1234567-7654321.", (), False),
        ("French", "Avant le 25/11/2026.", (), True),
    ]
    assert offer(every_store) == ["German", "Mine", "French"]
    templates.count_use(every_store, found[2].id, actor=ANA, now=NOW)
    templates.count_use(every_store, 999, actor=ANA, now=NOW)
    assert [row.used for row in templates.listing(every_store, actor=ANA).rows] == [1, 0, 0]


def test_a_marketplace_is_called_as_amazon_calls_it(store: Store) -> None:
    for place in MARKETPLACES.values():
        assert fill(store, f"{{{{marketplace}}}} {place.code}", Ticket(marketplace=place.code)).text == (
            f"Amazon.{place.tld} {place.code}"
        )


def test_picks_in_many_windows_at_once_are_all_counted(every_store: Store) -> None:
    made = add(every_store)
    with ThreadPoolExecutor(8) as windows:
        for each in [windows.submit(templates.count_use, every_store, made.id, actor=ANA, now=NOW) for _ in range(24)]:
            each.result()
    found = templates.template(every_store, made.id, actor=ANA)
    assert found is not None
    assert (found.used, found.last_used) == (24, NOW)


def test_of_two_who_save_at_once_one_is_told_that_the_other_was_faster(every_store: Store) -> None:
    made = add(every_store)

    def write(text: str) -> str:
        try:
            templates.save(every_store, made.id, 1, replace(HELLO, text=text), actor=BOSS, now=NOW)
        except Stale:
            return "stale"
        return text

    with ThreadPoolExecutor(4) as windows:
        ends = list(windows.map(write, ["A", "B", "C", "D"]))
    found = templates.template(every_store, made.id, actor=BOSS)
    assert found is not None
    assert (sorted(ends).count("stale"), found.text in ends, found.version) == (3, True, 2)
