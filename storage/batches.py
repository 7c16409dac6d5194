"""A whole batch in one statement: the rows travel as one JSON parameter, and stand in the statement as a table.

On both engines this is several times faster than sending the rows one by one, or as a long list of parameters (measured
with 64 turns at once: 3 µs an event on SQLite, 4 µs on PostgreSQL, whose executemany takes 9), and the text of the
statement stays the same, so that it is prepared once.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import Cast, ColumnElement, TableValuedAlias, Text, bindparam, column, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from storage.columns import Moment, to_microseconds
from storage.records import Record
from storage.tables import Row

_encode = msgspec.json.Encoder().encode


class Elements(FunctionElement[Any]):
    """The elements of a JSON array, as rows with one column, `value`."""

    inherit_cache = True


@compiles(Elements, "sqlite")
def _on_sqlite(element: Elements, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(Elements, "postgresql")
def _on_postgresql(element: Elements, compiler: SQLCompiler, **options: Any) -> str:
    rows = f"jsonb_array_elements(CAST({compiler.process(element.clauses, **options)} AS jsonb))"
    # True of every row; but of a hundred, as it takes any array for, the planner then expects one, and looks it up.
    return f"(SELECT value FROM {rows} WHERE jsonb_typeof(value) = 'array')"  # noqa: S608


class Batch:
    """The table that stands for a batch's rows in a statement; `batch["name"]` is one of its columns."""

    def __init__(self, types: Mapping[str, TypeEngine[Any]]) -> None:
        self.rows: TableValuedAlias = Elements(bindparam("rows", type_=Text())).table_valued(column("value", Text()))
        self._columns = {name: _field(self.rows, at, kept) for at, (name, kept) in enumerate(types.items())}
        self._moments = [at for at, kept in enumerate(types.values()) if isinstance(kept, Moment)]

    def __getitem__(self, name: str) -> ColumnElement[Any]:
        return self._columns[name]

    @property
    def columns(self) -> Mapping[str, ColumnElement[Any]]:
        """Every column by its name, in order."""
        return self._columns

    def of(self, rows: Iterable[tuple[Any, ...]]) -> dict[str, str]:
        """The statement's parameter: one tuple a row, in the order of the columns."""
        columns: list[Iterable[Any]] = list(zip(*rows, strict=True))
        for at in self._moments:
            columns[at] = [None if moment is None else to_microseconds(moment) for moment in columns[at]]
        return {"rows": _encode(list(zip(*columns, strict=True))).decode()}

    def of_records(self, records: Iterable[Record]) -> dict[str, str]:
        """The statement's parameter, of records with a field for each column in the same order."""
        return self.of(map(msgspec.structs.astuple, records))


def batch_of(record: type[Record], table: type[Row]) -> Batch:
    """A batch of records; their fields are columns of the table."""
    return Batch({name: getattr(table, name).type for name in record.__struct_fields__})


def _field(rows: TableValuedAlias, at: int, kept: TypeEngine[Any]) -> ColumnElement[Any]:
    text: ColumnElement[str] = rows.c.value.op("->>", return_type=Text())(literal_column(str(at)))
    return text if isinstance(kept, Text) else Cast(text, kept)
