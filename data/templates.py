"""Reply templates: the list, what fits a ticket, writing them, and counting their use."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from data.models.templates import Template, TemplateUse
from data.store import ensure

LONGEST_SEARCH = 200
Shown = Row[Template, int, datetime | None]
"""A template, how often it was used by all, and when last by the one who asks."""


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to; empty strings do not narrow. `who` sees shared templates and their own."""

    who: str
    text: str = ""
    language: str = ""
    marketplace: str = ""


def page(session: Session, wanted: Wanted, *, after: tuple[str, int] | None, limit: int) -> Sequence[Shown]:
    """Templates by name from a (name, id) on, switched off ones included; one statement."""
    query = _shown(wanted.who).where(*_narrowed(wanted)).order_by(Template.name, Template.id).limit(limit)
    if after:
        query = query.where(tuple_(Template.name, Template.id) > tuple_(*after))
    return session.execute(query).all()


def offered(
    session: Session,
    *,
    who: str,
    language: str | None,
    marketplace: str | None,
    type_: str | None,
    text: str,
    limit: int,
) -> Sequence[Shown]:
    """What may be used in a ticket, best first: its language, its marketplace, its type, then the latest used.

    Templates for other marketplaces or types are left out; those in other languages come last. One statement.
    """
    fits = [
        *_visible(who),
        Template.active,
        *_has_words(text),
        or_(Template.marketplaces == "", _lists(Template.marketplaces, marketplace or "")),
        or_(Template.types == "", _lists(Template.types, type_ or "")),
    ]
    order = [
        case((Template.language == (language or ""), 0), (Template.language.is_(None), 1), else_=2),
        case((Template.marketplaces == "", 1), else_=0),
        case((Template.types == "", 1), else_=0),
        case((TemplateUse.last_at.is_(None), 1), else_=0),
        TemplateUse.last_at.desc(),
        Template.name,
        Template.id,
    ]
    return session.execute(_shown(who).where(*fits).order_by(*order).limit(limit)).all()


def get(session: Session, template_id: int, *, lock: bool = False) -> Template | None:
    """A template, deleted ones included; with `lock` nobody else writes it until the transaction ends."""
    query = select(Template).where(Template.id == template_id)
    return session.scalars(query.with_for_update() if lock else query).one_or_none()


def one(session: Session, template_id: int, *, who: str) -> Shown | None:
    """A template as the list has it, also a deleted one; None if it does not exist or is somebody else's own."""
    mine = or_(Template.owner.is_(None), Template.owner == who)
    return session.execute(_shown(who).where(Template.id == template_id, mine)).one_or_none()


def all_of(session: Session, who: str) -> list[Template]:
    """Everything that this person sees, by name."""
    query = select(Template).where(*_visible(who)).order_by(Template.name, Template.id)
    return list(session.scalars(query))


def languages(session: Session, who: str) -> list[str]:
    """The languages in which this person sees templates."""
    query = select(Template.language).where(*_visible(who), Template.language.is_not(None)).distinct()
    return sorted(language for language in session.scalars(query) if language)


def taken(session: Session, *, owner: str | None, name: str | None = None) -> dict[tuple[str, str], Template]:
    """Live templates of an owner (None: the shared ones), or those of a name, by (name as compared, language or "")."""
    query = select(Template).where(Template.deleted_at.is_(None), _owned(owner))
    if name is not None:
        query = query.where(Template.words.startswith(f"{folded(name)}\n", autoescape=True))
    return {(folded(row.name), row.language or ""): row for row in session.scalars(query)}


def any_there(session: Session, who: str) -> bool:
    """Whether this person sees any template at all."""
    return session.scalars(select(Template.id).where(*_visible(who)).limit(1)).first() is not None


def add(session: Session, rows: Iterable[Template]) -> None:
    """New templates, with their ids."""
    session.add_all(rows)
    session.flush()


def used(session: Session, template_id: int, person: str, *, at: datetime) -> None:
    """Count one use; right also when one person picks in two windows at once."""
    key = {"template_id": template_id, "person": person}
    ensure(session, TemplateUse, {**key, "times": 0, "last_at": at}, key=tuple(key))
    later = case((TemplateUse.last_at < at, at), else_=TemplateUse.last_at)
    session.execute(update(TemplateUse).filter_by(**key).values(times=TemplateUse.times + 1, last_at=later))


def listed(values: Iterable[str]) -> str:
    """A list as it is stored."""
    kept = sorted(set(values))
    return "\n" + "\n".join(kept) + "\n" if kept else ""


def unlisted(stored: str) -> tuple[str, ...]:
    """A stored list."""
    return tuple(stored.split("\n")[1:-1])


def words_of(name: str, text: str) -> str:
    """What searches look at; the name is the first line."""
    return f"{folded(name)}\n{folded(text)}"


def folded(text: str) -> str:
    """A text as names and searches compare it: whatever its case, width and spacing."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _shown(who: str) -> Select[Template, int, datetime | None]:
    everybodys = select(func.coalesce(func.sum(TemplateUse.times), 0)).where(TemplateUse.template_id == Template.id)
    times = everybodys.correlate(Template).scalar_subquery()
    mine = and_(TemplateUse.template_id == Template.id, TemplateUse.person == who)
    return select(Template, times, TemplateUse.last_at).outerjoin(TemplateUse, mine)


def _visible(who: str) -> list[ColumnElement[bool]]:
    return [Template.deleted_at.is_(None), or_(Template.owner.is_(None), Template.owner == who)]


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What the list is narrowed to: a language or marketplace finds also what is for any."""
    found = [*_visible(wanted.who), *_has_words(wanted.text)]
    if wanted.language:
        found.append(or_(Template.language == wanted.language, Template.language.is_(None)))
    if wanted.marketplace:
        found.append(or_(Template.marketplaces == "", _lists(Template.marketplaces, wanted.marketplace)))
    return found


def _has_words(text: str) -> list[ColumnElement[bool]]:
    words = folded(text[:LONGEST_SEARCH].replace("\0", "")).split()
    return [Template.words.contains(word, autoescape=True) for word in words]


def _lists(column: ColumnElement[str] | object, value: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column.contains(f"\n{value}\n", autoescape=True)  # type: ignore[union-attr]
    return found


def _owned(owner: str | None) -> ColumnElement[bool]:
    return Template.owner.is_(None) if owner is None else Template.owner == owner
