"""What a transaction leaves to be brought to somebody."""

from datetime import datetime

import msgspec

from bot.content import Value
from bot.ports import AnyOutgoing, DeskOfferOver, HideChoices, Receipt, ShowChoice
from storage.private_desk import PLACE

_encoder = msgspec.json.Encoder()
_decoder: msgspec.json.Decoder[AnyOutgoing] = msgspec.json.Decoder(AnyOutgoing)


class Parcel(Value, frozen=True, kw_only=True):
    """A booked outbox row as delivery needs it.

    `answer` tells rows apart that different transactions of this process booked, none for what was taken over.
    `on_time`: its place in the account's limit is the one at `due_at`.
    """

    id: int
    conversation: str
    event_number: int | None
    channel: str
    address: str
    outgoing: AnyOutgoing
    due_at: datetime
    leased_until: datetime
    answer: datetime | None = None
    on_time: bool = False
    taken_over: bool = False  # from another process, or booked behind one

    @property
    def is_edit(self) -> bool:
        """Whether it changes what is there already, so that bringing it twice is the same as once."""
        return isinstance(self.outgoing, ShowChoice | HideChoices)

    @property
    def is_about_sent(self) -> bool:
        """Whether it changes a message that is yet to be found among those that were sent."""
        return isinstance(self.outgoing, HideChoices) and self.outgoing.message_id is None

    @property
    def is_for_one_agent(self) -> bool:
        """Whether it is a message in the private chat of an agent, and not a change of one."""
        return self.address.startswith(PLACE) and not isinstance(self.outgoing, DeskOfferOver)


class Sent(Value, frozen=True, kw_only=True):
    """A row that was sent and is not marked yet."""

    parcel: Parcel
    receipt: Receipt
    at: datetime


def outgoing_to_json(outgoing: AnyOutgoing) -> str:
    """As an outbox row holds it."""
    return _encoder.encode(outgoing).decode()


def outgoing_from_json(body: str) -> AnyOutgoing:
    """What an outbox row holds. Raises msgspec.ValidationError when a newer version wrote it."""
    return _decoder.decode(body)
