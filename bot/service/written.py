"""What a committed transaction leaves to be done, and the nudges that tell other processes of it."""

from zlib import crc32

from bot.content import Value
from bot.engine.conversation import Conversation
from bot.service.parcels import Parcel

Key = tuple[str, str]  # channel and address

BEHIND = "outbox"  # nudges when something is booked behind what another process has still to send
ROUTING = "routing"  # nudges when customers wait for agents, or agents for customers, in a new way
READING_TOPICS = tuple(f"reading {part}" for part in range(16))


def reading_topic(key: Key) -> str:
    """What nudges the processes where a page may wait for news at this address."""
    return READING_TOPICS[crc32(key[1].encode()) % len(READING_TOPICS)]


class Written(Value, frozen=True, kw_only=True):
    """What a committed transaction leaves to be done: what to send from here, and where pages have something to read.

    `behind_others`: something was booked behind what another process has still to send. `needs_routing`: customers wait
    for agents, or agents for customers, in a new way.
    """

    parcels: tuple[Parcel, ...] = ()
    behind_others: bool = False
    needs_routing: bool = False
    read_at: frozenset[Key] = frozenset()
    states: tuple[tuple[Key, Conversation, str], ...] = ()
