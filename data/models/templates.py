"""Tables for reply templates: what people prepared, and how often each person used it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, Id


class Template(Base):
    """A prepared reply with placeholders such as `{{order_id}}`.

    `language`: two letters, or null for any. `marketplaces` and `types` (ticket types) are lists with a line break
    before, between and after, empty for all, so that one can be looked for with LIKE on every database. `owner` is
    null for shared ones. `words` are name and text as searches compare them, the
    name as the first line.
    """

    __tablename__ = "template"
    __table_args__ = (Index("ix_template_name_id", "name", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    language: Mapped[str | None]
    marketplaces: Mapped[str] = mapped_column(Text, default="")
    types: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    owner: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]
    deleted_at: Mapped[datetime | None]


class TemplateUse(Base):
    """How often a person took a template into a reply, and when last."""

    __tablename__ = "template_use"

    template_id: Mapped[int] = mapped_column(ForeignKey("template.id"), primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]
