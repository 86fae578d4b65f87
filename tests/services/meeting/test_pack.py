"""What stands in a pack: the contract's own figures, changes that add up, what it covers, and no buyer."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from data.models.batch_alarms import BatchAlarm
from data.models.mirrored import Message
from data.store import Store
from services import people, seeding, team
from services.errors import Rejected
from services.meeting import html, pack
from services.meeting.messages import tally
from services.meeting.numbers import scene
from services.meeting.shapes import Cell, Pack, Table, from_json, to_json
from services.response_time.period import metrics_of
from services.rules import periods
from tests.desks import DAY, HOUR, NOW, Desk
from tests.pages.conftest import statements
from tests.services.meeting.conftest import AFTER, BUYERS, SECRET, TUESDAY, W46, W47


def table(made: Pack, section: str, key: str) -> Table:
    found = made.section(section)
    assert found is not None
    return next(each for each in found.tables if each.key == key)


def column(found: Table, name: str) -> list[Cell]:
    at = [each.label for each in found.columns].index(name)
    return [row[at] for row in found.rows]


def test_headlines_are_the_contracts_own_figures_with_the_change(made: Pack) -> None:
    figures = {each.name: (each.value, each.last) for each in made.figures}
    assert figures["messages"] == (4, 2)
    assert figures["missed"] == (2, 0)
    assert figures["within_24h"] == (0.5, 1.0)
    assert figures["cases_opened"] == (1, 0)
    assert made.as_of == "2026-11-16T00:00:00Z"


def test_nothing_after_the_end_of_the_period_counts(weeks: Desk) -> None:
    later = pack.build(weeks.store, weeks.settings, W46, NOW)
    assert later == pack.build(weeks.store, weeks.settings, W46, AFTER)
    assert later.figure("messages").value == 4  # type: ignore[union-attr]


def test_a_period_that_runs_is_held_against_the_same_stretch_and_says_so(weeks: Desk) -> None:
    running = pack.build(weeks.store, weeks.settings, W47, NOW)
    assert running.running
    assert running.as_of == "2026-11-22T09:00:00Z"
    assert "The week is still running" in " ".join(running.covers)


@pytest.mark.parametrize(
    ("kind", "name", "sentence"),
    [
        ("week", "2026-W48", "has not begun"),
        ("month", "2026-12", "December 2026 has not begun; the newest is 2026-11."),
        ("week", "2025-W53", "2025 has no week 53; its last is week 52."),
        ("week", "yesterday", "write it like 2026-W47"),
    ],
)
def test_what_is_no_period_is_refused_with_a_sentence(kind: periods.Kind, name: str, sentence: str) -> None:
    with pytest.raises(Rejected, match=sentence):
        pack.period_of(kind, name, NOW)


def test_why_it_changed_adds_up_to_the_change(made: Pack) -> None:
    why = made.section("why")
    assert why is not None
    (chart,) = why.charts
    assert sum(Fraction(str(value)) for value in chart.series[0].values) == 2
    assert why.note == "Late or unanswered: 2, before 0. The parts sum to the change of +2."
    for row in table(made, "why", "why").rows:
        assert sum(Fraction(str(value)) for value in row[1:-1]) == Fraction(str(row[-1]))
    assert sum(Fraction(str(value)) for value in column(table(made, "why", "why"), "Sum")) == 2


def test_a_period_without_data_says_so_and_draws(weeks: Desk) -> None:
    empty = pack.build(weeks.store, weeks.settings, periods.week("2026-W30"), NOW)
    assert empty.figure("messages").value == 0  # type: ignore[union-attr]
    assert empty.figure("within_24h").value is None  # type: ignore[union-attr]
    words = " ".join(empty.covers)
    assert "No buyer message came in this week." in words
    assert "Nothing is known of the time before: the first message is of 2026-11-03." in words
    assert b"Nothing is known of the period before" in html.draw(empty)


def test_a_marketplace_that_was_added_in_the_period_is_named(made: Pack) -> None:
    assert "JP was first written to on 2026-11-10; it has no period before." in made.covers


def test_an_agent_who_left_is_marked_and_a_clock_change_is_told(store: Store, tmp_path: object) -> None:
    seeding.fill(store, 300, seed=1, now=NOW)
    boss = people.local_person(store)
    team.change(store, actor=boss, now=NOW - 60 * DAY, zone="Europe/Berlin")
    people.set_disabled(store, "Ben", True, actor=boss, now=NOW - 20 * DAY)
    settings = Desk(store, tmp_path / "shop").settings  # type: ignore[operator]
    made = pack.build(store, settings, periods.month("2026-10"), NOW)
    assert "The clocks of Europe/Berlin changed in this month" in " ".join(made.covers)
    agents = column(table(pack.build(store, settings, W46, NOW), "response", "by_agent"), "Agent")
    assert "Ben (left)" in agents
    assert "Amira" in agents


def test_groups_and_headlines_count_the_same_messages(store: Store, tmp_path: object) -> None:
    seeding.fill(store, 500, seed=3, now=NOW)
    settings = Desk(store, tmp_path / "shop").settings  # type: ignore[operator]
    for period in (periods.week("2026-W44"), W46, W47):
        seen = scene(store, settings, period, NOW)
        found = tally(seen, seen.at)
        as_of = seen.at.as_of
        told = metrics_of(store, start=period.start, end=period.end, as_of=as_of).total
        assert sum(each.messages for each in found.counts.values()) == told.messages > 0
        assert sum(each.missed for each in found.counts.values()) == told.late + told.unanswered_over_24h
        rows = list(pack.tickets(store, period, NOW))
        assert sum(int(row[8] or 0) for row in rows) == told.messages
        assert len({row[0] for row in rows}) == len(rows)


def test_the_worst_cases_tell_their_story_with_a_link(made: Pack) -> None:
    worst = made.section("worst")
    assert worst is not None
    never, late, claim = worst.stories
    assert never.why == "Not answered after 5.6 days."
    assert late.why == "Answered after 30.0 hours."
    assert late.title.endswith(f"DE, Other, {late.title[-19:]}")
    assert late.link.startswith("http://127.0.0.1:8501/inbox?ticket=")
    assert late.lines == (("Tue 10 Nov 09:00", "buyer wrote"), ("Wed 11 Nov 15:00", "answered"))
    assert claim.why == "Lost, 45.90 USD."
    assert [what for _, what in claim.lines][-1] == "A-to-z claim granted to the buyer"


def test_claims_and_money_stand_by_result_and_currency(made: Pack) -> None:
    assert table(made, "money", "decided").rows == (("A-to-z claim", "Lost", 1, "45.90", "USD"),)


def test_items_that_began_to_stand_out_in_the_period_are_listed(weeks: Desk) -> None:
    alarm = {"account": "acme", "kind": "contacts", "sku": "NL-1", "reason": "Defective", "week": W46.start,
             "since": W46.start, "weeks": 1, "hits": 9, "expected": 1.5, "chance": 0.0001}  # fmt: skip
    with weeks.store.write() as session:
        session.add(BatchAlarm(raised_at=TUESDAY, **alarm))
        session.add(BatchAlarm(raised_at=NOW, **{**alarm, "sku": "NL-2"}))
    listed = table(pack.build(weeks.store, weeks.settings, W46, NOW), "reasons", "batches").rows
    assert listed == (("NL-1", "Contacts: Defective", 9, 1.5, "2026-11-09", "2026-11-10"),)


def test_no_buyer_is_named_anywhere(made: Pack, weeks: Desk) -> None:
    everything = to_json(made) + html.draw(made).decode() + str(list(pack.tickets(weeks.store, W46, AFTER)))
    with weeks.store.read() as session:
        secrets = {name for row in session.query(Message) for name in (row.buyer_name, row.relay, row.subject) if name}
    for word in (*BUYERS, SECRET, "marketplace.amazon", *secrets):
        assert word not in everything


def test_a_pack_survives_being_written_down(made: Pack) -> None:
    assert from_json(to_json(made)) == made
    with pytest.raises(ValueError, match="no meeting pack"):
        from_json('{"kind": "week"}')


def test_a_pack_over_many_tickets_costs_as_many_statements_as_over_few(store: Store, tmp_path: object) -> None:
    settings = Desk(store, tmp_path / "shop").settings  # type: ignore[operator]
    seeding.fill(store, 200, seed=1, now=NOW)
    few = _cost(store, settings)
    seeding.fill(store, 800, seed=2, now=NOW)
    assert _cost(store, settings) == few


def _cost(store: Store, settings: object) -> int:
    with statements(store) as seen:
        pack.build(store, settings, W46, NOW)  # type: ignore[arg-type]
    return len(seen)


def test_week_and_month_come_from_one_template(weeks: Desk, made: Pack) -> None:
    month = pack.build(weeks.store, weeks.settings, periods.month("2026-11"), datetime(2026, 12, 1, tzinfo=UTC))
    assert [each.key for each in month.sections] == [each.key for each in made.sections]
    assert [each.name for each in month.figures] == [each.name for each in made.figures]
    assert month.figure("messages").value == 7  # type: ignore[union-attr]
    assert TUESDAY + HOUR < AFTER
