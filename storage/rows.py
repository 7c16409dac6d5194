"""What the tables share: their kinds of columns and the names of their indexes and keys."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Integer, MetaData, Text, text
from sqlalchemy.orm import DeclarativeBase

from storage.columns import Moment

Serial = BigInteger().with_variant(Integer, "sqlite")  # SQLite numbers rows by itself only in an INTEGER

PRUNED_AT_ONCE = 20_000  # rows, which a transaction forgets in a moment

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


def only(condition: str) -> dict[str, Any]:
    """The rows a partial index is made of, for both engines."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Row(DeclarativeBase):
    """One row of a table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: Moment, str: Text, list[Any]: JSON, dict[str, Any]: JSON}
