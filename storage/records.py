"""What the queries take and give: frozen values whose fields are named as the columns are."""

from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec
from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from storage.tables import Row


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Some columns of one row. Equal when its fields are equal. No circles, so the collector need not look."""


R = TypeVar("R", bound=Record)


def columns(record: type[Record], table: type[Row]) -> list[InstrumentedAttribute[Any] | ColumnElement[Any]]:
    """The columns of the table that a record has fields for, in its order."""
    return [getattr(table, name) for name in record.__struct_fields__]


def read(record: type[R], rows: Iterable[Iterable[Any]]) -> list[R]:
    """The records of rows that were selected with `columns`."""
    names = record.__struct_fields__
    return [record(**dict(zip(names, row, strict=True))) for row in rows]


def values(record: Record) -> dict[str, Any]:
    """The record as statement parameters."""
    return msgspec.structs.asdict(record)
