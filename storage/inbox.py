"""Inputs that were taken: the same one has no effect a second time."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete

from storage.statements import insert_or
from storage.tables import InboxRow

Key = tuple[str, str]  # channel, and the channel's own id of the input


def remember(connection: Connection, keys: Collection[Key], now: datetime) -> set[Key]:
    """Note these inputs and give back those that are new. Waits for a process that is about to note one."""
    statement = (
        insert_or(connection, InboxRow).on_conflict_do_nothing().returning(InboxRow.channel, InboxRow.external_id)
    )
    rows = [{"channel": channel, "external_id": external_id, "at": now} for channel, external_id in sorted(keys)]
    return {(channel, external_id) for channel, external_id in connection.execute(statement, rows)} if rows else set()


def prune(connection: Connection, before: datetime) -> int:
    """Forget inputs older than that, which no channel will deliver again. Gives how many."""
    return connection.execute(delete(InboxRow).where(InboxRow.at < before)).rowcount
