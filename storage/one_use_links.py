"""Links that do something once. Only the hash of a link's secret is kept: who reads the database can't use one."""

import hashlib
import secrets
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, delete, insert, select, update

from storage.records import Record, columns, read
from storage.tables import OneUseLinkRow

Purpose = Literal["agent", "customer"]
SECRET_LENGTH = 32  # characters: more than anybody can guess, and few enough for a deep link


class Link(Record, frozen=True, kw_only=True):
    """What a link is for: `body` is what it does; `used_by` is who has used it, none while it can still be used."""

    purpose: Purpose
    body: dict[str, Any]
    created_by: str
    created_at: datetime
    expires_at: datetime
    used_by: str | None


LINK = columns(Link, OneUseLinkRow)


def make(
    connection: Connection, purpose: Purpose, body: dict[str, Any], *, by: str, now: datetime, expires_at: datetime
) -> str:
    """A new link. Gives its secret (letters, digits, `-` and `_`), which nobody can ask for again."""
    secret = secrets.token_urlsafe(SECRET_LENGTH * 3 // 4)
    connection.execute(
        insert(OneUseLinkRow).values(
            secret_hash=_hash(secret),
            purpose=purpose,
            body=body,
            created_by=by,
            created_at=now,
            expires_at=expires_at,
        )
    )
    return secret


def find(connection: Connection, purpose: Purpose, secret: str) -> Link | None:
    """The link of this secret, used or not, expired or not."""
    named = (OneUseLinkRow.secret_hash == _hash(secret), OneUseLinkRow.purpose == purpose)
    return next(iter(read(Link, connection.execute(select(*LINK).where(*named)))), None)


def use(connection: Connection, purpose: Purpose, secret: str, *, by: str, now: datetime) -> Link | None:
    """Use it up: of any number who try, one gets it. None when it was used, has expired or never was."""
    usable = (
        OneUseLinkRow.secret_hash == _hash(secret),
        OneUseLinkRow.purpose == purpose,
        OneUseLinkRow.used_at.is_(None),
        OneUseLinkRow.expires_at > now,
    )
    statement = update(OneUseLinkRow).where(*usable).values(used_at=now, used_by=by).returning(*LINK)
    return next(iter(read(Link, connection.execute(statement))), None)


def prune(connection: Connection, before: datetime) -> int:
    """Forget links that expired before that moment. Gives how many there were."""
    return connection.execute(delete(OneUseLinkRow).where(OneUseLinkRow.expires_at < before)).rowcount


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
