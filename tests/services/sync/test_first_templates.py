"""The sample seller comes with the starter set, once; a real seller gets nothing that nobody asked for."""

from __future__ import annotations

from pathlib import Path

from data.store import open_store
from services import people, templates
from services.templates.writing import STARTER_SET
from tests.commands import Commands
from tests.desks import NOW

ONLY_WHAT_IS_NOT_THERE = ("services.sync", "--once", "--only", "mailbox")
"""A sync of a source that the account does not have: it starts as always and has nothing to read."""


def test_the_sample_seller_gets_the_starter_set_when_it_is_first_loaded(tmp_path: Path) -> None:
    desk = Commands(tmp_path)
    del desk.env["WITHIN24_CONFIG"]
    assert desk.run(*ONLY_WHAT_IS_NOT_THERE).returncode == 0
    store = open_store(f"sqlite:///{tmp_path / 'state' / 'within24.db'}")
    me = people.local_person(store)
    found = templates.listing(store, actor=me, limit=500).rows
    assert f"{found[0].name},{found[0].language}," in STARTER_SET.read_text(encoding="utf-8")
    assert len(found) > 40
    templates.delete(store, found[0].id, 1, actor=me, now=NOW)
    assert desk.run(*ONLY_WHAT_IS_NOT_THERE).returncode == 0
    assert len(templates.listing(store, actor=me, limit=500).rows) == len(found) - 1
    store.close()


def test_a_real_seller_gets_no_templates_by_itself(tmp_path: Path) -> None:
    desk = Commands(tmp_path)
    assert desk.run(*ONLY_WHAT_IS_NOT_THERE).returncode == 0
    store = open_store(f"sqlite:///{tmp_path / 'state' / 'within24.db'}")
    assert not templates.any_there(store, actor=people.local_person(store))
    store.close()
