"""Two customers who turn out to be the same person: everything of the one becomes the other's."""

from sqlalchemy import Connection, Table, exists, func, select, update

from storage.conversations import claim
from storage.records import Record, columns, read
from storage.rows import Row
from storage.tables import AddressRow, ConversationRow, CustomerRow


class Joinable(Record, frozen=True, kw_only=True):
    """A customer as they are about to be joined, locked."""

    id: str
    name: str
    phone: str | None
    language: str | None
    tags: list[str] | None


def owned_tables() -> list[Table]:
    """Every table whose rows belong to a customer. Conversations first: who holds one of them is waited for there."""
    tables = [table for table in Row.metadata.sorted_tables if "customer_id" in table.columns]
    return sorted(tables, key=lambda table: (table.name != ConversationRow.__tablename__, table.name))


def kept_id(connection: Connection, customer_id: str) -> str | None:
    """Who this customer is now: they may have been joined to another. None when nobody is known by this id."""
    joined_to = func.coalesce(CustomerRow.joined_to, CustomerRow.id)
    return connection.execute(select(joined_to).where(CustomerRow.id == customer_id)).scalar_one_or_none()


def claim_addresses(connection: Connection, customers: list[str]) -> None:
    """Let nobody open a conversation at an address of theirs until the end."""
    addresses = select(AddressRow.channel, AddressRow.address).where(AddressRow.customer_id.in_(customers))
    claim(connection, {(channel, address) for channel, address in connection.execute(addresses)})


def open_conversations(connection: Connection, customers: list[str]) -> list[str]:
    """The ids of their open conversations, not locked."""
    statement = select(ConversationRow.id).where(ConversationRow.customer_id.in_(customers))
    return list(connection.execute(statement.where(ConversationRow.closed_at.is_(None))).scalars())


def lock(connection: Connection, customers: list[str]) -> list[Joinable]:
    """Those of these customers who can be joined, the one known longest first; in this order they are locked.

    Who was forgotten, asked to be, or was joined to somebody already is not among them.
    """
    leaving = exists().where(ConversationRow.customer_id == CustomerRow.id, ConversationRow.close_reason == "forgotten")
    statement = (
        select(*columns(Joinable, CustomerRow))
        .where(CustomerRow.id.in_(customers), CustomerRow.joined_to.is_(None), CustomerRow.forgotten_at.is_(None))
        .where(~leaving)
        .order_by(CustomerRow.id)
        .with_for_update()
    )
    return read(Joinable, connection.execute(statement))


def join(connection: Connection, kept: Joinable, other: Joinable) -> None:
    """All that is the other's is the kept one's from now on; what both said of themselves is put together.

    Who wants no follow-ups in one place wants none in the other.
    """
    for table in owned_tables():
        connection.execute(update(table).where(table.c.customer_id == other.id).values(customer_id=kept.id))
    is_other = CustomerRow.id == other.id
    opted_out_at = select(func.max(CustomerRow.opted_out_at)).where(CustomerRow.id.in_((kept.id, other.id)))
    tags = {tag.casefold(): tag for tag in (*(other.tags or ()), *(kept.tags or ()))}
    merged = {
        "name": kept.name or other.name or _name(connection, kept.id),
        "phone": kept.phone or other.phone,
        "language": kept.language or other.language,
        "tags": list(tags.values()) or None,
        "opted_out_at": opted_out_at.scalar_subquery(),
    }
    connection.execute(update(CustomerRow).where(CustomerRow.id == kept.id).values(**merged))
    joined_before = CustomerRow.joined_to == other.id
    connection.execute(update(CustomerRow).where(is_other | joined_before).values(joined_to=kept.id))
    connection.execute(update(CustomerRow).where(is_other).values(name="", phone=None, language=None, tags=None))


def _name(connection: Connection, customer_id: str) -> str:
    """What they are called where they have a name: it is theirs where they have none, too."""
    named = (AddressRow.customer_id == customer_id, AddressRow.name != "")
    statement = select(AddressRow.name).where(*named).order_by(AddressRow.created_at).limit(1)
    return connection.execute(statement).scalar_one_or_none() or ""


def with_phone(connection: Connection, phone: str, besides: str) -> list[str]:
    """Other customers who proved to have this telephone number."""
    statement = select(CustomerRow.id).where(
        CustomerRow.phone == phone,
        CustomerRow.id != besides,
        CustomerRow.joined_to.is_(None),
        CustomerRow.forgotten_at.is_(None),
    )
    return list(connection.execute(statement.order_by(CustomerRow.id)).scalars())
