"""Who serves an SQLite file: one process, since it takes over all that the one before it had in hand."""

import fcntl
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import make_url


class ServedElsewhere(Exception):
    """Another process serves the file. The text is its name."""


def serve_alone(url: str) -> Callable[[], None]:
    """Keep other processes from serving this SQLite file until what this gives is called, or the process ends.

    A PostgreSQL server may be served by any number. Raises ServedElsewhere.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return lambda: None
    try:
        # Not the database itself: whoever closes that lets go of SQLite's own locks.
        file = Path(f"{parsed.database}-serving").open("ab")  # noqa: SIM115 - as long as it is served
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise ServedElsewhere(parsed.database) from None
    except OSError:  # a folder that takes nothing in, or a file system without locks: nobody can tell
        return lambda: None
    return file.close
