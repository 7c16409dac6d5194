"""Customers and the addresses they are reached at."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as insert_or  # SQLite understands its ON CONFLICT too

from storage.identifiers import new_id
from storage.records import Record, read, values
from storage.tables import AddressRow, CustomerRow

Key = tuple[str, str]  # channel and address


class Caller(Record, frozen=True, kw_only=True):
    """Who wrote from an address, as the channel names them."""

    channel: str
    address: str
    name: str = ""
    username: str | None = None
    language: str | None = None


class Known(Record, frozen=True, kw_only=True):
    """A customer at an address. `language` is what they chose, `app_language` what their app speaks."""

    id: str
    channel: str
    address: str
    name: str
    phone: str | None
    language: str | None
    username: str | None
    app_language: str | None
    blocked_at: datetime | None


KNOWN = select(
    CustomerRow.id,
    AddressRow.channel,
    AddressRow.address,
    AddressRow.name,
    CustomerRow.phone,
    CustomerRow.language,
    AddressRow.username,
    AddressRow.language.label("app_language"),
    AddressRow.blocked_at,
).join_from(AddressRow, CustomerRow)
RENAME = (
    update(AddressRow)
    .where(AddressRow.channel == bindparam("of_channel"), AddressRow.address == bindparam("of_address"))
    .values(name=bindparam("name"), username=bindparam("username"), language=bindparam("language"))
)


def find_or_make(connection: Connection, callers: Sequence[Caller], now: datetime) -> dict[Key, Known]:
    """The customer at each address, made when there is none; what the channel newly says of them is kept."""
    by_key = {(caller.channel, caller.address): caller for caller in callers}
    known = find(connection, by_key)
    if new := [caller for key, caller in sorted(by_key.items()) if key not in known]:
        _make(connection, new, now)
        known |= find(connection, [(caller.channel, caller.address) for caller in new])
    changed = [
        caller
        for key, caller in sorted(by_key.items())
        if (caller.name, caller.username, caller.language)
        != (known[key].name, known[key].username, known[key].app_language)
    ]
    if changed:
        rows = [{"of_channel": caller.channel, "of_address": caller.address, **values(caller)} for caller in changed]
        connection.execute(RENAME, rows)
        known |= find(connection, [(caller.channel, caller.address) for caller in changed])
    return known


def _make(connection: Connection, callers: Sequence[Caller], now: datetime) -> None:
    ids = [new_id() for _ in callers]
    connection.execute(insert(CustomerRow), [{"id": new, "created_at": now} for new in ids])
    statement = insert_or(AddressRow).on_conflict_do_nothing().returning(AddressRow.customer_id)
    rows = [{**values(caller), "customer_id": new, "created_at": now} for caller, new in zip(callers, ids, strict=True)]
    made = set(connection.execute(statement, rows).scalars())
    if unused := [new for new in ids if new not in made]:  # another process met them at the same moment
        connection.execute(delete(CustomerRow).where(CustomerRow.id.in_(unused)))


def find(connection: Connection, keys: Collection[Key] | Mapping[Key, Caller]) -> dict[Key, Known]:
    """The customers at these addresses; unknown addresses are missing."""
    statement = KNOWN.where(tuple_(AddressRow.channel, AddressRow.address).in_(list(keys)))
    return {(known.channel, known.address): known for known in read(Known, connection.execute(statement))}


def addresses(connection: Connection, customer_id: str) -> list[Known]:
    """Every address of a customer, the oldest first."""
    statement = KNOWN.where(CustomerRow.id == customer_id).order_by(AddressRow.created_at)
    return read(Known, connection.execute(statement))


def choose_language(connection: Connection, customer_id: str, language: str) -> None:
    """Keep the language that a customer chose."""
    connection.execute(update(CustomerRow).where(CustomerRow.id == customer_id).values(language=language))


def keep_phone(connection: Connection, customer_id: str, phone: str) -> None:
    """Keep a customer's telephone number (E.164)."""
    connection.execute(update(CustomerRow).where(CustomerRow.id == customer_id).values(phone=phone))


def set_blocked(connection: Connection, channel: str, address: str, at: datetime | None) -> None:
    """Keep that the customer blocked us at an address, or with none that they came back."""
    statement = update(AddressRow).where(AddressRow.channel == channel, AddressRow.address == address)
    connection.execute(statement.values(blocked_at=at))
