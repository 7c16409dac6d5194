"""Who has left a number and was not called yet."""

from datetime import datetime

from bot.content import Value
from bot.service.desk_words import shown_name
from storage import callbacks, customers
from storage.database import Connection, Database


class CallbackCard(Value, frozen=True, kw_only=True):
    """A wish to be called; `due_at` is none for as soon as possible."""

    id: str
    state: str
    queue: str
    phone: str
    customer: str
    customer_name: str
    requested_at: datetime
    due_at: datetime | None


async def unfinished(database: Database, queue: str | None, limit: int) -> list[CallbackCard]:
    """Those to be called, of a queue or of all, who is to be called first before the others. Raises DatabaseDown."""

    def read(connection: Connection) -> list[CallbackCard]:
        return [_card(connection, one) for one in callbacks.unfinished(connection, queue)[:limit]]

    return await database.read(read)


def _card(connection: Connection, callback: callbacks.Callback) -> CallbackCard:
    known = customers.addresses(connection, callback.customer_id)
    name = next((address.name for address in known if address.name), "")
    channel = known[0].channel if known else ""
    return CallbackCard(
        id=callback.id,
        state=callback.state,
        queue=callback.queue,
        phone=callback.phone,
        customer=callback.customer_id,
        customer_name=shown_name(name, channel, callback.customer_id, "en"),
        requested_at=callback.requested_at,
        due_at=callback.due_at,
    )
