"""Templates: what the list shows, what the sheet keeps, what its buttons do, and how it reads filled in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from data.people import named
from data.store import Store
from services import templates
from services.people import Person
from services.templates import Template, Wish
from tests.desks import NOW, ORDERS
from tests.pages.conftest import TEMPLATES, answer, parts, press, shown, statements

Visit = Callable[..., AppTest]
HELLO = Wish("Hello", "Hello {{buyer_first_name}}, your order {{order_id}} is on its way.", "en", shared=True)
BOSS = Person("Boss", "supervisor", False, None)


def add(store: Store, actor: Person = BOSS, **change: object) -> Template:
    return templates.add(store, replace(HELLO, **change), actor=actor, now=NOW)  # type: ignore[arg-type]


def listed(app: AppTest) -> list[str]:
    (found,) = [part for part in parts(app) if part.get("label") == "templates"]
    return [row["title"] for row in found["rows"]]


def field(app: AppTest, kind: str, name: str) -> object:
    """The field of the sheet whose key ends like this."""
    (found,) = [each for each in getattr(app, kind) if str(each.key).endswith(f"-{name}")]
    return found


def write(app: AppTest, **values: object) -> AppTest:
    """Type into the fields of the sheet."""
    kinds = {"name": "text_input", "text": "text_area", "language": "selectbox", "places": "multiselect"}
    for name, value in values.items():
        field(app, kinds.get(name, "toggle"), name).set_value(value)  # type: ignore[attr-defined]
    return app.run()


def plain(app: AppTest) -> str:
    return shown(app).replace("\\", "")


def make_an_agent(store: Store, person: Person) -> None:
    with store.write() as session:
        row = named(session, person.name)
        assert row is not None
        row.role = "agent"


def test_a_desk_without_templates_offers_the_starter_set_and_adds_nothing_by_itself(
    empty_desk: Store, visit: Visit, me: Person
) -> None:
    app = visit(TEMPLATES)
    assert "No templates yet." in shown(app)
    assert not templates.any_there(empty_desk, actor=me)
    app = press(app, "Add the starter set")
    assert "66 templates added." in plain(app)
    assert len(listed(app)) == 50
    assert len(listed(press(app, "Next"))) == 16


def test_an_agent_is_not_offered_what_only_supervisors_may(empty_desk: Store, visit: Visit, me: Person) -> None:
    make_an_agent(empty_desk, me)
    app = visit(TEMPLATES)
    assert [button.label for button in app.button if "starter" in button.label] == []
    shared = add(empty_desk)
    app = visit(TEMPLATES, template=str(shared.id))
    assert field(app, "text_area", "text").disabled  # type: ignore[attr-defined]
    assert {"Save", "Delete"}.isdisjoint(button.label for button in app.button)
    app = press(app, "Copy to my own")
    assert not field(app, "text_area", "text").disabled  # type: ignore[attr-defined]
    press(write(app, text="Mine now."), "Save")
    assert [(row.owner, row.text) for row in templates.listing(empty_desk, actor=me).rows] == [
        (None, HELLO.text),
        (me.name, "Mine now."),
    ]


def test_a_new_template_is_written_and_opened(empty_desk: Store, visit: Visit, me: Person) -> None:
    app = press(visit(TEMPLATES), "New")
    app = write(app, name="Invoice", text="Here it is, {{buyer_name}}.", language="de", places=["DE", "UK"])
    app = press(app, "Save")
    (row,) = templates.listing(empty_desk, actor=me).rows
    assert (row.name, row.language, row.marketplaces, row.owner) == ("Invoice", "de", ("DE", "UK"), None)
    assert app.query_params["template"] in (str(row.id), [str(row.id)])
    assert "Saved “Invoice”." in plain(app)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"name": "", "text": "Hello"}, "Give the template a name"),
        ({"name": "A", "text": "Hello {{buyer"}, "The two closing braces are missing. Did you mean {{buyer_name}}?"),
        ({"name": "A", "text": "Hello {{ordr_id}}"}, "Did you mean {{order_id}}?"),
        ({"name": "hello", "text": "Hi", "language": "en"}, "another name"),
    ],
)
def test_what_cannot_be_saved_is_said_and_the_text_is_kept(
    desk: Store, visit: Visit, values: dict[str, str], says: str
) -> None:
    add(desk)
    app = press(write(visit(TEMPLATES, template="new"), **values), "Save")
    assert says in plain(app)
    assert field(app, "text_area", "text").value == values["text"]  # type: ignore[attr-defined]
    assert listed(app) == ["Hello"]


@pytest.mark.parametrize(("label", "left"), [("Save mine over it", "Mine."), ("Show the other one", "Theirs.")])
def test_a_stale_save_is_stopped_with_the_text_kept_and_can_be_forced_or_dropped(
    desk: Store, visit: Visit, label: str, left: str
) -> None:
    made = add(desk)
    app = write(visit(TEMPLATES, template=str(made.id)), text="Mine.")
    templates.save(desk, made.id, 1, replace(HELLO, text="Theirs."), actor=BOSS, now=NOW)
    for _ in range(2):
        app = press(app, "Save")
        assert "Boss changed this template meanwhile" in plain(app)
        assert field(app, "text_area", "text").value == "Mine."  # type: ignore[attr-defined]
    app = press(app, label)
    assert field(app, "text_area", "text").value == left  # type: ignore[attr-defined]
    found = templates.template(desk, made.id, actor=BOSS)
    assert found is not None
    assert (found.text, "Discard changes" in [button.label for button in app.button]) == (left, False)


def test_what_is_typed_outlives_a_look_at_another_template_until_it_is_discarded(desk: Store, visit: Visit) -> None:
    made, other = add(desk), add(desk, name="Other")
    app = write(visit(TEMPLATES, template=str(made.id)), text="Half a sen")
    app = answer(app, "list", "open", other.id)
    assert field(app, "text_area", "text").value == HELLO.text  # type: ignore[attr-defined]
    assert "Discard changes" not in [button.label for button in app.button]
    app = press(write(app, text="Other text."), "Save")
    app = answer(app, "list", "open", made.id)
    assert field(app, "text_area", "text").value == "Half a sen"  # type: ignore[attr-defined]
    app = press(app, "Discard changes")
    assert field(app, "text_area", "text").value == HELLO.text  # type: ignore[attr-defined]
    found = templates.template(desk, other.id, actor=BOSS)
    assert found is not None
    assert found.text == "Other text."


def test_a_change_by_somebody_else_is_shown_where_nothing_was_typed(desk: Store, visit: Visit) -> None:
    made = add(desk)
    app = visit(TEMPLATES, template=str(made.id))
    templates.save(desk, made.id, 1, replace(HELLO, text="Theirs."), actor=BOSS, now=NOW)
    app.run()
    assert field(app, "text_area", "text").value == "Theirs."  # type: ignore[attr-defined]
    app = press(write(app, text="Mine."), "Save")
    assert "Saved “Hello”." in plain(app)


def test_what_is_deleted_can_be_put_back_at_once_and_by_its_link(desk: Store, visit: Visit) -> None:
    made, _ = add(desk), add(desk, name="Other")
    app = press(visit(TEMPLATES, template=str(made.id)), "Delete")
    assert (listed(app), "Deleted “Hello”." in plain(app)) == (["Other"], True)
    assert "This template was deleted." in shown(visit(TEMPLATES, template=str(made.id)))
    app = press(app, "Undo")
    assert listed(app) == ["Hello", "Other"]
    press(app, "Delete")
    app = press(visit(TEMPLATES, template=str(made.id)), "Put it back")
    assert listed(app) == ["Hello", "Other"]


def test_the_list_is_narrowed_by_the_url(desk: Store, visit: Visit) -> None:
    add(desk)
    add(desk, name="Hallo", language="de", marketplaces=("DE",), text="Guten Tag.")
    add(desk, name="Any", language=None)
    for parameters, found in (
        ({}, ["Any", "Hallo", "Hello"]),
        ({"lang": "de"}, ["Any", "Hallo"]),
        ({"mp": "US"}, ["Any", "Hello"]),
        ({"q": "GUTEN"}, ["Hallo"]),
        ({"q": "nothing like it"}, []),
        ({"lang": "klingon", "mp": "XX", "after": "broken"}, ["Any", "Hallo", "Hello"]),
    ):
        app = visit(TEMPLATES, **parameters)
        assert not app.exception
        assert listed(app) == found, parameters


def test_a_filter_goes_into_the_url_as_a_code(desk: Store, visit: Visit) -> None:
    add(desk)
    app = visit(TEMPLATES).selectbox(key="only-lang").set_value("de").run()
    assert (app.query_params["lang"] in ("de", ["de"]), listed(app)) == (True, [])
    app = app.selectbox(key="only-lang").set_value("").run()
    assert ("lang" in app.query_params, listed(app)) == (False, ["Hello"])


def test_picking_in_the_list_opens_it_and_a_link_does_too(desk: Store, visit: Visit) -> None:
    first, second = add(desk), add(desk, name="Second", text="Second text.")
    app = answer(visit(TEMPLATES), "list", "open", second.id)
    assert field(app, "text_area", "text").value == "Second text."  # type: ignore[attr-defined]
    app = visit(TEMPLATES, template=str(first.id))
    assert field(app, "text_area", "text").value == HELLO.text  # type: ignore[attr-defined]


@pytest.mark.parametrize("template", ["999", "-1", "abc", "9" * 40, "²", "![x](http://evil.example)"])
def test_a_template_that_does_not_exist_is_said_in_a_sentence(desk: Store, visit: Visit, template: str) -> None:
    add(desk)
    app = visit(TEMPLATES, template=template)
    assert not app.exception
    assert [info.value.startswith("There is no template") for info in app.info] == [True]
    assert "![" not in app.info[0].value


def test_the_preview_is_filled_from_a_chosen_ticket_and_says_what_is_missing(desk: Store, visit: Visit) -> None:
    made = add(desk, text="Hello {{buyer_first_name}}, order {{order_id}}, parcel {{tracking_number}}.")
    app = visit(TEMPLATES, template=str(made.id))
    assert "Hello Maria, order 305-1234567-7654321, parcel JD" in shown(app)
    assert "It could be sent like this." in plain(app)
    ana = next(row for row in templates.recent(desk, actor=BOSS, now=NOW) if row.buyer == "Ana Example")
    app = app.selectbox(key="try-on").set_value(ana.id).run()
    assert f"Hello Ana, order {ORDERS[0]}, parcel {{{{tracking_number}}}}." in shown(app)
    assert "“Tracking number” This is not known for the order" in plain(app)
    assert "It could be sent" not in shown(app)


def test_the_policy_check_looks_at_what_is_typed(desk: Store, visit: Visit) -> None:
    made = add(desk)
    typed = "Write to help@lamp.shop, {{buyer_nme}}, <b>now</b>."
    app = write(visit(TEMPLATES, template=str(made.id)), text=typed)
    text = plain(app)
    assert "“help@lamp.shop” E-mail addresses are not allowed" in text
    assert "“{{buyer_nme}}” There is no such placeholder. Did you mean {{buyer_name}}?" in text
    assert [each.value for each in app.text if "<b>now</b>" in each.value]


def test_a_file_is_taken_and_what_is_wrong_in_it_is_named(desk: Store, visit: Visit) -> None:
    add(desk)
    app = visit(TEMPLATES)
    app.session_state["template-files"] = True
    app.run()
    (uploader,) = app.get("file_uploader")
    uploader.upload("t.csv", b"name,text,language\nGood,Hi,en\nBad,{{x,en\nhello,Hi,en\n", "text/csv").run()
    app = press(app, "Import")
    text = plain(app)
    assert "1 template added, 2 lines refused." in text
    assert "Line 3: “{{x”" in text
    assert "Line 4: There is a template called “hello”" in text
    assert listed(app) == ["Good", "Hello"]


def test_ones_name_in_replies_is_kept_and_shown(desk: Store, visit: Visit, me: Person) -> None:
    made = add(desk, text="Regards, {{agent_name}}")
    app = visit(TEMPLATES, template=str(made.id))
    ticket = templates.recent(desk, actor=BOSS, now=NOW)[0].id
    app = app.selectbox(key="try-on").set_value(ticket).run()
    assert "Set your name for replies" in plain(app)
    app.session_state["reply-name"] = True
    app.run()
    app.text_input(key="reply-name-typed").set_value("Alex Example")
    app = press(app, "Keep it")
    assert "Replies call you Alex Example." in plain(app)
    assert "Regards, Alex Example" in shown(app)
    assert templates.reply_name(desk, me) == "Alex Example"


def test_a_thousand_templates_cost_as_many_statements_as_ten(empty_desk: Store, visit: Visit) -> None:
    for n in range(10):
        add(empty_desk, name=f"A{n}")
    costs = []
    for more in (0, 990):
        content = "name,text\n" + "\n".join(f"B{n},Hi" for n in range(more))
        templates.import_csv(empty_desk, content.encode(), shared=True, actor=BOSS, now=NOW)
        app = visit(TEMPLATES)
        with statements(empty_desk) as seen:
            app.run()
        costs.append(len(seen))
    assert costs[0] == costs[1]
    assert costs[0] < 25
