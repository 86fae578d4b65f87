"""Views in the Inbox: saving the present filters, opening by link, changing, deleting and taking that back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from data.store import Store
from pages.ui import format as words
from services import people
from services.inbox import conversation, tags, views
from services.inbox.shapes import Filters
from services.people import Person
from tests.desks import NOW
from tests.pages.conftest import INBOX, press, tickets_listed

Visit = Callable[..., AppTest]
DORA, ANA, BEN, CLEO = 1, 2, 3, 4
TAKEN = "There is a view called Japan already; choose another name."

pytestmark = pytest.mark.usefixtures("desk")


def menu(app: AppTest) -> tuple[str, list[str]]:
    """The label of the menu of views, and its options."""
    (found,) = [each.proto for each in app.get("menu_button") if each.proto.id.endswith("-views")]
    return found.label, list(found.options)


def choose(app: AppTest, what: str) -> AppTest:
    app.session_state["view-asked"] = what
    return app.run()


def keep(desk: Store, me: Person, name: str = "Japan", **filters: str) -> int:
    return views.save(desk, name, Filters(**filters), shared=True, actor=me, now=NOW)


def test_without_views_the_menu_offers_to_save_the_filters(visit: Visit) -> None:
    assert menu(visit(INBOX)) == ("Views", ["Save these filters as a view"])


def test_the_present_filters_are_saved_as_a_view_and_opened(desk: Store, visit: Visit, me: Person) -> None:
    app = choose(visit(INBOX, mp="JP", box="all"), "save")
    app.text_input(key="view-name").set_value("Japan")
    app = press(app, "Save the view")
    assert app.query_params["view"] == "1"
    assert "mp" not in app.query_params
    assert tickets_listed(app) == [CLEO]
    (saved,) = views.saved(desk, now=NOW, actor=me)
    assert (saved.name, saved.shared, saved.filters) == ("Japan", True, Filters(box="all", marketplace="JP"))


@pytest.mark.parametrize(
    ("filters", "more", "found"),
    [
        ({"marketplace": "JP"}, {}, [CLEO]),
        ({"box": "all"}, {}, [ANA, BEN, CLEO, DORA]),
        ({"box": "all"}, {"box": "late"}, [ANA]),
        ({"box": "all", "account": "acme"}, {"mp": "US"}, [ANA, DORA]),
        ({"box": "all", "text": "dimmable"}, {}, [DORA]),
        ({"box": "all", "language": "ja"}, {}, [CLEO]),
        ({"box": "pending"}, {}, [DORA]),
    ],
)
def test_a_link_to_a_view_opens_it_in_its_box_and_it_can_be_narrowed(
    desk: Store, visit: Visit, me: Person, filters: dict[str, str], more: dict[str, str], found: list[int]
) -> None:
    view = keep(desk, me, **filters)
    app = visit(INBOX, view=str(view), **more)
    assert tickets_listed(app) == found
    assert menu(app)[0] == "Japan"
    assert app.query_params["box"] == more.get("box", filters.get("box", "waiting"))


def test_what_was_put_into_a_view_is_in_it_beside_what_fits(desk: Store, visit: Visit, me: Person) -> None:
    view = keep(desk, me, box="waiting", marketplace="JP")
    tags.into_view(desk, ANA, 0, actor=me, now=NOW, view=view)
    assert tickets_listed(visit(INBOX, view=str(view))) == [ANA, CLEO]
    assert menu(visit(INBOX))[1] == ["Japan 2", "Save these filters as a view"]


@pytest.mark.parametrize("view", ["99", "abc", "-1", "9" * 19, "²"])
def test_a_view_that_is_not_there_is_said_and_the_queue_shown(visit: Visit, view: str) -> None:
    app = visit(INBOX, view=view)
    assert not app.exception
    assert tickets_listed(app) == [ANA, BEN, CLEO]
    assert menu(app)[0] == "No such view"


def test_a_view_is_renamed_and_deleted_and_brought_back(desk: Store, visit: Visit, me: Person) -> None:
    view = keep(desk, me, marketplace="JP")
    app = choose(visit(INBOX, view=str(view)), "change")
    app.text_input(key=f"view-name-{view}").set_value("Nippon")
    app = press(app, "Save the view")
    assert menu(app)[0] == "Nippon"
    app = press(choose(app, "change"), "Delete the view")
    assert tickets_listed(app) == [ANA, BEN, CLEO]
    assert views.saved(desk, now=NOW, actor=me) == ()
    app = press(app, "View Nippon deleted: undo")
    assert menu(app)[0] == "Nippon"
    assert tickets_listed(app) == [CLEO]


def test_a_view_takes_the_filters_of_now(desk: Store, visit: Visit, me: Person) -> None:
    view = keep(desk, me, box="all", marketplace="JP")
    app = choose(visit(INBOX, view=str(view), mp="US", box="late"), "change")
    app.checkbox(key=f"view-renew-{view}").check()
    press(app, "Save the view")
    (saved,) = views.saved(desk, now=NOW, actor=me)
    assert saved.filters == Filters(box="late", marketplace="US")


def test_a_name_that_is_taken_is_refused_in_the_dialog(desk: Store, visit: Visit, me: Person) -> None:
    keep(desk, me, marketplace="JP")
    app = choose(visit(INBOX), "save")
    app.text_input(key="view-name").set_value("Japan")
    (button,) = [each for each in app.button if each.label == "Save the view"]
    app = button.click().run()
    assert [error.value for error in app.error] == [words.plain(TAKEN)]


def test_somebody_elses_own_view_is_neither_listed_nor_opened(desk: Store, visit: Visit, me: Person) -> None:
    ana = people.add(desk, "Ana", "agent", actor=me, now=NOW)
    view = views.save(desk, "Hers", Filters(marketplace="JP"), shared=False, actor=ana, now=NOW)
    app = visit(INBOX, view=str(view))
    assert menu(app) == ("No such view", ["Leave the view", "Save these filters as a view"])
    assert tickets_listed(app) == [ANA, BEN, CLEO]


def test_tags_narrow_the_queue_by_link(desk: Store, visit: Visit, me: Person) -> None:
    tags.add(desk, CLEO, 0, actor=me, now=NOW, tag="VIP")
    assert tickets_listed(visit(INBOX, tag="vip")) == [CLEO]
    found = conversation.conversation(desk, CLEO, now=NOW)
    assert found is not None
    assert found.tags == ("vip",)
