"""Who writes where nothing is open."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from bot.engine.conversation import Customer
from storage import conversations, customers, revisions, surveys
from storage.conversations import Stored
from storage.customers import Known
from storage.database import Connection
from storage.revisions import Publication

Key = tuple[str, str]  # channel and address


class About(NamedTuple):
    """What is known of those at some addresses: `last` is a customer's newest conversation, `asked` when each survey
    was sent to them last, both by the customer's id. New ones begin with what is `published`.
    """

    known: dict[Key, Known]
    last: dict[str, Stored]
    asked: dict[str, dict[str, datetime]]
    published: Publication | None

    def and_about(self, others: "About") -> "About":
        """The same with what was found of others a moment later."""
        known, last, asked = self.known | others.known, self.last | others.last, self.asked | others.asked
        return About(known, last, asked, others.published)


def ask_about(connection: Connection, keys: Collection[Key]) -> Callable[[], About]:
    """Ask together with others; what this gives is called when all were sent."""
    known = customers.ask_to_find(connection, keys)
    last = conversations.ask_for_latest_at(connection, keys)
    asked = surveys.ask_for_last_at(connection, keys)
    published = revisions.ask_for_current(connection)
    return lambda: About(known(), last(), asked(), published())


def get_to_know(
    connection: Connection, callers: Sequence[customers.Caller], about: About, now: datetime
) -> dict[Key, Known]:
    """The customer at each caller's address, made when there is none."""
    keys = {(caller.channel, caller.address) for caller in callers}
    found = {key: known for key, known in about.known.items() if key in keys}
    return customers.find_or_make(connection, callers, now, found)


def customer_of(known: Known, about: About) -> Customer:
    """Who they are to a conversation."""
    return Customer(
        id=known.id,
        name=known.name,
        phone=known.phone,
        language=known.language,
        surveyed=about.asked.get(known.id, {}),
    )


def same_person(kept: Customer, before: Customer) -> Customer:
    """The kept customer under the name and with the language that they have at one address."""
    language = before.language or kept.language
    return msgspec.structs.replace(kept, name=before.name or kept.name, language=language)
