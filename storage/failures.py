"""What a failure of the database means: run the transaction again, an outage, or a bug."""

import sqlite3

import psycopg
from sqlalchemy.exc import DBAPIError

LOST_AGAINST_OTHERS = {"40001", "40P01"}  # serialization failure, deadlock
OUTAGE_CLASSES = {"08", "53", "57", "58"}  # connection, resources, operator's hand or time limit, system
OUTAGES = {
    "25006",  # became a read-only standby
    "25P03",  # the transaction was idle for too long
    "25P04",  # the transaction took too long
    "42501",  # it is another database than at the start, empty, older or of somebody else: the right may be lacking,
    "42703",  # the column,
    "42P01",  # or the table
    "55P03",  # a lock was not given in time
}
SQLITE_OUTAGES = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOTADB,
}


def can_run_again(failure: DBAPIError) -> bool:
    """Whether the database undid the transaction only because of others that ran at the same time."""
    return isinstance(failure.orig, psycopg.Error) and failure.orig.sqlstate in LOST_AGAINST_OTHERS


def is_outage(failure: DBAPIError) -> bool:
    """Whether the database is away, full or too slow, so that a later attempt may go well."""
    match failure.orig:
        case psycopg.Error(sqlstate=None):
            return isinstance(failure.orig, psycopg.OperationalError)  # it never came to an answer
        case psycopg.Error(sqlstate=str(state)):
            return state[:2] in OUTAGE_CLASSES or state in OUTAGES
        case sqlite3.Error():
            return getattr(failure.orig, "sqlite_errorcode", 0) & 0xFF in SQLITE_OUTAGES
        case _:
            return False


def reason_of(failure: DBAPIError) -> str:
    """What the database says of it, in one line: what may follow, such as the values of a row, is not for the log."""
    return next(iter(str(failure.orig).splitlines()), "") or type(failure.orig).__name__
