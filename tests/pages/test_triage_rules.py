"""The Rules page: starting from an example, writing a rule, trying it, switching it on, order and history."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from data.people import named
from data.store import Store
from services import triage_rules
from services.people import Person
from services.rules.triage import Actions, Condition, Rule
from tests.desks import NOW
from tests.pages.conftest import press, shown, tickets_listed

Visit = Callable[..., AppTest]
RULES = "pages/admin/triage_rules.py"
LAMPS = Rule(0, "Lamps", (Condition("text", ("lamp",)),), Actions(tags=("lamp",)))
ANA = 2


def make(desk: Store, me: Person, name: str = "Lamps") -> int:
    return triage_rules.create(desk, Rule(0, name, LAMPS.conditions, LAMPS.actions), actor=me, now=NOW)


def words(app: AppTest) -> str:
    assert not app.exception
    return shown(app).replace("\\", "")


def test_an_empty_page_offers_two_examples_to_start_from(desk: Store, visit: Visit) -> None:
    app = visit(RULES)
    assert "There are no rules yet." in words(app)
    first, second = (each for each in app.button if each.label == "Start from this")
    second.click().run()
    (line,) = triage_rules.rules(desk)
    assert line.rule.name == "Claims wait for a decision"
    assert "If kind of mail is A-to-z claim opened or Chargeback opened: status On-hold, tag claim" in line.sentence
    assert app.query_params["rule"] == str(line.id)
    assert first.label


def test_a_rule_is_written_tried_and_switched_on(desk: Store, visit: Visit, me: Person) -> None:
    app = visit(RULES, rule="new")
    app.text_input(key="rule-new-name").set_value("Lamps")
    app.text_input(key="rule-new-text").set_value("lamp, LAMPE")
    app.multiselect(key="rule-new-marketplace").set_value(["US"])
    app.text_input(key="rule-new-tags").set_value("Lamp")
    app.text_input(key="rule-new-new_view").set_value("Lamps to see")
    app.checkbox(key="rule-new-stop").check()
    app = press(app, "Save the rule")
    (line,) = triage_rules.rules(desk)
    assert line.sentence == (
        "If marketplace is US and text contains “lamp” or “LAMPE”: view Lamps to see, tag lamp; no rule below is asked."
    )
    assert [button.disabled for button in app.button if button.label == "Switch on"] == [True]
    app = press(app, "Dry run over 90 days")
    said = words(app)
    assert "**1** of 4 messages since" in said
    assert "Would be done: tag lamp" in said
    assert tickets_listed(app, "Matches") == [ANA]
    press(app, "Switch on")
    assert triage_rules.rules(desk)[0].on_since == NOW
    assert "made If marketplace" in words(visit(RULES))


def test_another_wording_goes_off_until_it_is_tried(desk: Store, visit: Visit, me: Person) -> None:
    rule_id = make(desk, me)
    triage_rules.dry_run(desk, rule_id, actor=me, now=NOW)
    triage_rules.switch(desk, rule_id, 1, actor=me, now=NOW, on=True)
    app = visit(RULES)
    app.text_input(key=f"rule-{rule_id}-2-text").set_value("lantern")
    app = press(app, "Save the rule")
    (line,) = triage_rules.rules(desk)
    assert (line.on_since, line.rule.conditions[0].values) == (None, ("lantern",))
    assert [button.disabled for button in app.button if button.label == "Switch on"] == [True]
    assert "This wording was not tried yet." in words(app)


def test_a_rule_that_cannot_be_kept_is_refused_and_what_was_typed_stays(desk: Store, visit: Visit) -> None:
    app = visit(RULES, rule="new")
    app.text_input(key="rule-new-name").set_value("Empty")
    app = [each for each in app.button if each.label == "Save the rule"][0].click().run()
    assert "Give at least one condition" in words(app)
    assert app.text_input(key="rule-new-name").value == "Empty"
    assert triage_rules.rules(desk) == ()


def test_an_order_value_is_kept_in_minor_units(desk: Store, visit: Visit) -> None:
    app = visit(RULES, rule="new")
    app.text_input(key="rule-new-name").set_value("Dear")
    app.selectbox(key="rule-new-operator").set_value("at_least")
    app.number_input(key="rule-new-amount").set_value(99.5)
    app.selectbox(key="rule-new-currency").set_value("EUR")
    app.text_input(key="rule-new-tags").set_value("dear")
    app = press(app, "Save the rule")
    (line,) = triage_rules.rules(desk)
    assert line.rule.conditions == (Condition("order_value", ("9950", "EUR"), "at_least"),)
    assert app.number_input(key=f"rule-{line.id}-1-amount").value == 99.5


def test_rules_change_places(desk: Store, visit: Visit, me: Person) -> None:
    make(desk, me, "First")
    last = make(desk, me, "Last")
    app = visit(RULES)
    app.button(key=f"up-{last}").click().run()
    assert [line.rule.name for line in triage_rules.rules(desk)] == ["Last", "First"]


def test_a_deleted_rule_can_be_brought_back(desk: Store, visit: Visit, me: Person) -> None:
    make(desk, me)
    app = press(visit(RULES), "Delete")
    assert triage_rules.rules(desk) == ()
    press(app, "Lamps deleted: undo")
    assert [line.rule.name for line in triage_rules.rules(desk)] == ["Lamps"]


def test_a_rule_that_does_not_exist_is_said(desk: Store, visit: Visit) -> None:
    assert "There is no such rule." in words(visit(RULES, rule="![x](http://evil.example)"))


def test_names_and_words_of_a_rule_are_never_read_as_markdown(desk: Store, visit: Visit, me: Person) -> None:
    make(desk, me, "![x](https://evil.example/y.png)")
    app = visit(RULES)
    assert not any("![x](" in str(each.value) for each in [*app.markdown, *app.caption])
    assert not any("![x](" in each.label for each in app.button)


def test_an_agent_looks_and_changes_nothing(desk: Store, visit: Visit, me: Person) -> None:
    rule_id = make(desk, me)
    with desk.write() as session:
        row = named(session, me.name)
        assert row is not None
        row.role = "agent"
    app = visit(RULES)
    assert "Lamps" in words(app)
    assert not {"Save the rule", "Dry run over 90 days", "Switch on", "Delete", "New rule", ""} & {
        button.label for button in app.button
    }
    assert app.text_input(key=f"rule-{rule_id}-1-text").disabled
