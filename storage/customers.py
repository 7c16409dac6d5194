"""Customers and the addresses they are reached at."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Connection, and_, delete, func, insert, join, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or  # SQLite understands its ON CONFLICT too

from storage.batches import Batch, batch_of
from storage.identifiers import new_id
from storage.prepared import Prepared
from storage.records import Record, columns, read, values
from storage.tables import AddressRow, CustomerRow

Key = tuple[str, str]  # channel and address


class Caller(Record, frozen=True, kw_only=True):
    """Who wrote from an address, as the channel names them; what is empty was not said, and nothing becomes of it."""

    channel: str
    address: str
    name: str = ""
    username: str | None = None
    language: str | None = None


class Known(Record, frozen=True, kw_only=True):
    """A customer at an address. `language` is what they chose, `app_language` what their app speaks.

    Where the channel has no `name` for them, it is that of another of their addresses.
    """

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
    func.coalesce(func.nullif(AddressRow.name, literal_column("''")), CustomerRow.name).label("name"),
    CustomerRow.phone,
    CustomerRow.language,
    AddressRow.username,
    AddressRow.language.label("app_language"),
    AddressRow.blocked_at,
).join_from(AddressRow, CustomerRow)
ADDRESSES = Batch({"channel": AddressRow.channel.type, "address": AddressRow.address.type})
IS_ASKED_FOR = and_(AddressRow.channel == ADDRESSES["channel"], AddressRow.address == ADDRESSES["address"])
AT_ADDRESSES = join(ADDRESSES.rows, AddressRow, IS_ASKED_FOR)  # for what is asked of who is there, whoever it is
FIND = Prepared(KNOWN.join(ADDRESSES.rows, IS_ASKED_FOR), returns=KNOWN.selected_columns)
CALLERS = batch_of(Caller, AddressRow)
RENAME = (
    update(AddressRow)
    .where(AddressRow.channel == CALLERS["channel"], AddressRow.address == CALLERS["address"])
    .values(
        name=func.coalesce(func.nullif(CALLERS["name"], literal_column("''")), AddressRow.name),
        username=func.coalesce(CALLERS["username"], AddressRow.username),
        language=func.coalesce(CALLERS["language"], AddressRow.language),
    )
)


def find_or_make(
    connection: Connection, callers: Sequence[Caller], now: datetime, known: Mapping[Key, Known] | None = None
) -> dict[Key, Known]:
    """The customer at each address, made when there is none; what the channel newly says of them is kept.

    `known` are those that were found already.
    """
    by_key = {(caller.channel, caller.address): _storable(caller) for caller in callers}
    known = find(connection, by_key) if known is None else dict(known)
    if new := sorted(by_key.keys() - known.keys()):
        _make(connection, [by_key[key] for key in new], now)
        known |= find(connection, new)
    if changed := sorted(key for key, caller in by_key.items() if not _agree(caller, known[key])):
        connection.execute(RENAME, CALLERS.of_records(by_key[key] for key in changed))
        known |= find(connection, changed)
    return known


def _storable(caller: Caller) -> Caller:
    """People can put into a name what no database takes: halves of surrogate pairs, and the character 0."""
    name, username = (
        text and text.encode(errors="replace").decode().replace("\0", "") for text in (caller.name, caller.username)
    )
    return msgspec.structs.replace(caller, name=name, username=username)


def _agree(caller: Caller, known: Known) -> bool:
    return (
        caller.name in ("", known.name)
        and caller.username in (None, known.username)
        and caller.language in (None, known.app_language)
    )


def _make(connection: Connection, callers: Sequence[Caller], now: datetime) -> None:
    ids = [new_id() for _ in callers]
    connection.execute(insert(CustomerRow), [{"id": new, "created_at": now} for new in ids])
    statement = insert_or(AddressRow).on_conflict_do_nothing().returning(AddressRow.customer_id)
    rows = [{**values(caller), "customer_id": new, "created_at": now} for caller, new in zip(callers, ids, strict=True)]
    made = set(connection.execute(statement, rows).scalars())
    if unused := [new for new in ids if new not in made]:  # another process met them at the same moment
        connection.execute(delete(CustomerRow).where(CustomerRow.id.in_(unused)))


def find(connection: Connection, keys: Collection[Key]) -> dict[Key, Known]:
    """The customers at these addresses; unknown addresses are missing."""
    return ask_to_find(connection, keys)()


def ask_to_find(connection: Connection, keys: Collection[Key]) -> Callable[[], dict[Key, Known]]:
    """The same, together with others: what this gives is called when all were sent."""
    rows = FIND.ask(connection, ADDRESSES.of(keys))
    return lambda: {(known.channel, known.address): known for known in read(Known, rows())}


class Person(Record, frozen=True, kw_only=True):
    """A customer. `name` is for addresses where they have none, `tags` are the agents' words for them.

    `joined_to` is who they turned out to be, if that is somebody whom we knew before.
    """

    id: str
    name: str
    phone: str | None
    language: str | None
    created_at: datetime
    forgotten_at: datetime | None
    opted_out_at: datetime | None
    tags: list[str] | None
    joined_to: str | None


def person(connection: Connection, customer_id: str) -> Person | None:
    """The customer of this id."""
    statement = select(*columns(Person, CustomerRow)).where(CustomerRow.id == customer_id)
    return next(iter(read(Person, connection.execute(statement))), None)


def tag(connection: Connection, customer_id: str, word: str) -> bool:
    """Keep a word for a customer. False when they have it already, in whatever case it is written."""
    tags = _lock_tags(connection, customer_id)
    if word.casefold() in map(str.casefold, tags):
        return False
    _keep_tags(connection, customer_id, [*tags, word])
    return True


def untag(connection: Connection, customer_id: str, word: str) -> str | None:
    """Take a word off a customer. Gives it as it was written; none when they don't have it."""
    tags = _lock_tags(connection, customer_id)
    found = next((tag for tag in tags if tag.casefold() == word.casefold()), None)
    if found is not None:
        _keep_tags(connection, customer_id, [tag for tag in tags if tag != found])
    return found


def _lock_tags(connection: Connection, customer_id: str) -> list[str]:
    statement = select(CustomerRow.tags).where(CustomerRow.id == customer_id).with_for_update()
    return connection.execute(statement).scalar_one_or_none() or []


def _keep_tags(connection: Connection, customer_id: str, tags: list[str]) -> None:
    connection.execute(update(CustomerRow).where(CustomerRow.id == customer_id).values(tags=tags))


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


def opt_out(connection: Connection, customer_id: str, at: datetime | None) -> None:
    """Keep that a customer wants no follow-ups, or with none that they allow them again."""
    connection.execute(update(CustomerRow).where(CustomerRow.id == customer_id).values(opted_out_at=at))


def set_blocked(connection: Connection, channel: str, address: str, at: datetime | None) -> None:
    """Keep that the customer blocked us at an address, or with none that they came back."""
    statement = update(AddressRow).where(AddressRow.channel == channel, AddressRow.address == address)
    connection.execute(statement.values(blocked_at=at))
