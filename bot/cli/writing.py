"""How commands print what is kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from bot.reports.rendering import table_of
from bot.reports.sheets import Cell, Sheet


def print_json(found: Any) -> None:
    """A value as JSON for programs, indented."""
    print(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())


def print_table(columns: Sequence[str], rows: Sequence[tuple[Cell, ...]]) -> None:
    """Rows for people."""
    print(table_of(Sheet(columns=tuple(columns), rows=tuple(rows))), end="")


def shown_moment(moment: datetime | None, zone: ZoneInfo) -> str:
    """A moment for people; none is nothing."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""
