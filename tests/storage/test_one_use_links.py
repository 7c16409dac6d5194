"""A link works once, for what it was made for, while it lasts."""

from datetime import timedelta

from sqlalchemy import Connection, select

from storage import one_use_links
from storage.tables import OneUseLinkRow
from tests.storage.conftest import NOW

LATER = NOW + timedelta(minutes=10)


def make(connection: Connection) -> str:
    return one_use_links.make(connection, "customer", {"customer": "c1"}, by="c1", now=NOW, expires_at=LATER)


def test_a_link_works_once_and_its_secret_is_not_kept(connection: Connection) -> None:
    secret = make(connection)
    assert one_use_links.use(connection, "agent", secret, by="x", now=NOW) is None
    used = one_use_links.use(connection, "customer", secret, by="c2", now=NOW)
    assert used is not None
    assert (used.body, used.created_by, used.used_by) == ({"customer": "c1"}, "c1", "c2")
    assert one_use_links.use(connection, "customer", secret, by="c3", now=NOW) is None
    found = one_use_links.find(connection, "customer", secret)
    assert found is not None
    assert found.used_by == "c2"
    kept = connection.execute(select(OneUseLinkRow.__table__)).one()
    assert secret not in str(kept)


def test_a_link_that_expired_or_never_was_does_nothing(connection: Connection) -> None:
    secret = make(connection)
    assert one_use_links.use(connection, "customer", secret, by="c2", now=LATER) is None
    assert one_use_links.use(connection, "customer", "guess", by="c2", now=NOW) is None
    assert one_use_links.prune(connection, LATER) == 0
    assert one_use_links.prune(connection, LATER + timedelta(seconds=1)) == 1
    assert one_use_links.find(connection, "customer", secret) is None
