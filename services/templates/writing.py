"""Writing templates: adding, changing, deleting and putting back, copying, CSV, and the starter set."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data import journal
from data import templates as rows
from data.models import templates as tables
from data.store import Store
from services.errors import Rejected, Stale
from services.people import Person, check_access
from services.rules.templates import LONGEST_NAME, Wish, language_code, marketplace_code, refused, tidy
from services.settings import ROOT
from services.templates import files
from services.templates.reading import Template, template

STARTER_SET = ROOT / "data" / "starter_templates.csv"


@dataclass(frozen=True)
class Imported:
    """What became of a file: how many templates were added, how many were there already, (line, reason) of the rest."""

    added: int
    known: int
    rejected: tuple[tuple[int, str], ...]


def add(store: Store, wish: Wish, *, actor: Person, now: datetime) -> Template:
    """A new template. Raises Rejected with a sentence."""
    checked = _checked(wish)
    _may(actor, shared=wish.shared)
    with store.write() as session:
        _free(session, checked, None if wish.shared else actor.name)
        row = _row(checked, actor.name, now)
        rows.add(session, [row])
        journal.append(session, _entry("template.add", row, actor.name, now))
        new_id = row.id
    return _again(store, new_id, actor)


def save(store: Store, template_id: int, version: int, wish: Wish, *, actor: Person, now: datetime) -> Template:
    """Change a template. Raises Stale if somebody was faster, Rejected with a sentence; nothing was written then."""
    checked = _checked(wish)
    with store.write() as session:
        row = _opened(session, template_id, version, actor)
        if row.deleted_at:
            raise Rejected("This template was deleted; put it back first.")
        if wish.shared != (row.owner is None):
            _may(actor, shared=True)
        owner = None if wish.shared else row.owner or actor.name
        _free(session, checked, owner, but=row.id)
        before = _told(row)
        _write(row, checked, owner)
        _done(session, "template.change", row, actor, now, before)
    return _again(store, template_id, actor)


def delete(store: Store, template_id: int, version: int, *, actor: Person, now: datetime) -> int:
    """Take a template out of every list; the new version, with which it can be put back."""
    with store.write() as session:
        row = _opened(session, template_id, version, actor)
        row.deleted_at = row.deleted_at or now
        _done(session, "template.delete", row, actor, now)
        return row.version


def restore(store: Store, template_id: int, version: int, *, actor: Person, now: datetime) -> int:
    """Put a deleted template back; its new version. Raises Rejected if its name was given away meanwhile."""
    with store.write() as session:
        row = _opened(session, template_id, version, actor)
        _free(session, Wish(row.name, row.text, row.language), row.owner, but=row.id)
        row.deleted_at = None
        _done(session, "template.restore", row, actor, now)
        return row.version


def copy(store: Store, template_id: int, *, actor: Person, now: datetime) -> Template:
    """The actor's own copy of a template that they see, under a name that is free."""
    found = template(store, template_id, actor=actor)
    if found is None:
        raise Rejected("This template is not there any more.")
    with store.write() as session:
        taken = rows.taken(session, owner=actor.name)
    names = (found.name, f"{found.name} (copy)", *(f"{found.name} (copy {n})" for n in range(2, len(taken) + 3)))
    free = next(name for name in names if (rows.folded(name), found.language or "") not in taken)
    wish = Wish(free[:LONGEST_NAME], found.text, found.language, found.marketplaces, found.types)
    return add(store, wish, actor=actor, now=now)


def import_csv(store: Store, content: bytes, *, shared: bool, actor: Person, now: datetime) -> Imported:
    """Add the templates of a CSV file; what cannot be taken is named with its line and reason, the rest is kept.

    Raises Rejected if the file cannot be read at all.
    """
    _may(actor, shared=shared)
    return _add_all(store, files.read(content), owner=None if shared else actor.name, by=actor.name, now=now)


def export_csv(store: Store, *, actor: Person) -> bytes:
    """Everything that this person sees as a CSV file, which `import_csv` takes."""
    with store.read() as session:
        found = rows.all_of(session, actor.name)
    return files.write(
        {
            "name": row.name,
            "language": row.language or "",
            "marketplaces": ", ".join(rows.unlisted(row.marketplaces)),
            "types": "; ".join(rows.unlisted(row.types)),
            "text": row.text,
            "active": "yes" if row.active else "no",
        }
        for row in found
    )


def add_starter_set(store: Store, *, actor: Person, now: datetime) -> int:
    """Add the shared templates that Within24 brings along, but for those whose name is taken; how many."""
    _may(actor, shared=True)
    return begin_sample(store, now=now, by=actor.name)


def begin_sample(store: Store, *, now: datetime, by: str = "sync") -> int:
    """The same for the sample seller, when it is loaded for the first time."""
    found = _add_all(store, files.read(STARTER_SET.read_bytes()), owner=None, by=by, now=now)
    return found.added


def _add_all(store: Store, lines: Iterable[files.Line], *, owner: str | None, by: str, now: datetime) -> Imported:
    """One transaction: names that are taken are refused, the same text again is known already."""
    new: list[tables.Template] = []
    known, rejected = 0, []
    with store.write() as session:
        taken = rows.taken(session, owner=owner)
        for line in lines:
            try:
                row = _row(_checked(_wish(line, shared=owner is None)), by, now)
            except Rejected as refused:
                rejected.append((line.number, str(refused)))
                continue
            there = taken.setdefault((rows.folded(row.name), row.language or ""), row)
            if there is row:
                new.append(row)
            elif there.text == row.text:
                known += 1
            else:
                rejected.append((line.number, _taken(row.name, row.language)))
        rows.add(session, new)
        journal.append(session, *(_entry("template.import", row, by, now) for row in new))
    return Imported(len(new), known, tuple(rejected))


def _wish(line: files.Line, *, shared: bool) -> Wish:
    if line.why:
        raise Rejected(line.why)
    get = line.values.get
    return Wish(
        name=get("name", ""),
        text=get("text", ""),
        language=language_code(get("language", "")),
        marketplaces=tuple(marketplace_code(each) for each in files.several(get("marketplaces", ""), ",;|\n")),
        types=files.several(get("types", ""), ";|\n"),
        active=files.is_yes(get("active", "")),
        shared=shared,
    )


def _checked(wish: Wish) -> Wish:
    """The wish as it is stored. Raises Rejected with a sentence that says what to do."""
    wanted = tidy(wish)
    if why := refused(wanted):
        raise Rejected(why)
    return wanted


def _may(actor: Person, *, shared: bool) -> None:
    check_access(actor)
    if shared and not actor.is_supervisor:
        raise Rejected("Shared templates are written by supervisors; save it as your own.")


def _opened(session: Session, template_id: int, version: int, actor: Person) -> tables.Template:
    """A template for one write, locked. Raises Rejected or Stale."""
    row = rows.get(session, template_id, lock=True)
    if row is None or row.owner not in (None, actor.name):
        raise Rejected(f"There is no template {template_id}.")
    check_access(actor)
    if row.owner is None and not actor.is_supervisor:
        raise Rejected("Shared templates are changed by supervisors; make your own copy.")
    if row.version != version:
        raise Stale(f"{row.changed_by} changed this template meanwhile. Your text is kept; look at it and try again.")
    return row


def _free(session: Session, wish: Wish, owner: str | None, *, but: int | None = None) -> None:
    """Raises Rejected if another live template of this owner has the name in this language."""
    there = rows.taken(session, owner=owner, name=wish.name).get((rows.folded(wish.name), wish.language or ""))
    if there is not None and there.id != but:
        raise Rejected(_taken(wish.name, wish.language))


def _taken(name: str, language: str | None) -> str:
    return f"There is a template called “{name}” ({language or 'any language'}) already; give this one another name."


def _row(wish: Wish, by: str, now: datetime) -> tables.Template:
    row = tables.Template(version=1, changed_at=now, changed_by=by)
    _write(row, wish, None if wish.shared else by)
    return row


def _write(row: tables.Template, wish: Wish, owner: str | None) -> None:
    row.name, row.text, row.language, row.active, row.owner = wish.name, wish.text, wish.language, wish.active, owner
    row.marketplaces, row.types = rows.listed(wish.marketplaces), rows.listed(wish.types)
    row.words = rows.words_of(wish.name, wish.text)


def _done(
    session: Session,
    what: str,
    row: tables.Template,
    actor: Person,
    now: datetime,
    before: dict[str, Any] | None = None,
) -> None:
    row.version, row.changed_at, row.changed_by = row.version + 1, now, actor.name
    session.flush()
    journal.append(session, _entry(what, row, actor.name, now, before))


def _entry(
    what: str, row: tables.Template, by: str, now: datetime, before: dict[str, Any] | None = None
) -> journal.Entry:
    return journal.Entry(now, by, what, f"template:{row.id}", before, _told(row))


def _told(row: tables.Template) -> dict[str, Any]:
    """What the log keeps of a template: which text it was can be proved, what it said stays out of the log."""
    names = ("name", "language", "marketplaces", "types", "active", "owner", "version")
    digest = hashlib.sha256(row.text.encode()).hexdigest()[:16]
    return {name: getattr(row, name) for name in names} | {"text": f"{len(row.text)} characters, {digest}"}


def _again(store: Store, template_id: int, actor: Person) -> Template:
    found = template(store, template_id, actor=actor)
    assert found is not None
    return found
