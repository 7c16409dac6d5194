"""Jobs that only one process may do at a time."""

from sqlalchemy import Boolean, Connection, func, select


def in_turn(connection: Connection, job: str) -> None:
    """Wait until no other process is at the job, and keep it until the transaction ends."""
    if connection.dialect.name != "sqlite":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(job, 0))))


def alone(connection: Connection, job: str) -> bool:
    """Whether this transaction may do the job: no other process is at it until the transaction ends.

    On SQLite a transaction that writes is alone anyway.
    """
    if connection.dialect.name == "sqlite":
        return True
    lock = func.pg_try_advisory_xact_lock(func.hashtextextended(job, 0), type_=Boolean)
    return connection.execute(select(lock)).scalar_one()
