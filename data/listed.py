"""A list of values in a query as one parameter: thousands of single ones cost more than looking them up."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, any_, func, literal, select
from sqlalchemy.orm import Session


def among(session: Session, column: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """`column in (values)` for texts and whole numbers."""
    if session.get_bind().dialect.name == "sqlite":
        each = func.json_each(json.dumps(list(values))).table_valued("value")
        found: ColumnElement[bool] = column.in_(select(each.c.value))
        return found
    array: ColumnElement[bool] = column == any_(literal(list(values), ARRAY(column.type)))
    return array
