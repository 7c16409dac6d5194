"""How values that databases disagree about are kept and compared: moments."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_microseconds(moment: datetime) -> int:
    """Microseconds since 1970 in UTC, exactly. Raises TypeError on a time without a zone."""
    return (moment - EPOCH) // MICROSECOND


def to_moment(microseconds: int) -> datetime:
    """The same moment, with UTC as its zone."""
    return EPOCH + timedelta(microseconds=microseconds)


class Moment(TypeDecorator[datetime]):
    """A moment, kept as whole microseconds since 1970 in UTC.

    An integer is the one form that both engines compare, index, subtract and add up in the same way and at full
    precision. Read it by hand as `to_timestamp(at / 1e6)` in PostgreSQL, `datetime(at / 1e6, 'unixepoch')` in SQLite.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else to_moment(value)


class Later(FunctionElement[int]):
    """The later one of two moments in microseconds, the first when the second is none."""

    inherit_cache = True
    type = BigInteger()


@compiles(Later, "sqlite")
def _on_sqlite(element: Later, compiler: SQLCompiler, **options: Any) -> str:
    first, second = (compiler.process(clause, **options) for clause in element.clauses)
    return f"max({first}, coalesce({second}, {first}))"


@compiles(Later, "postgresql")
def _on_postgresql(element: Later, compiler: SQLCompiler, **options: Any) -> str:
    return f"greatest({compiler.process(element.clauses, **options)})"
