"""Where agents work in Telegram: in topics that all of them see, or each alone with the bot."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from bot.channels.telegram.desk.groups import Groups
from bot.ports import (
    AnyDeskOutgoing,
    AnyOutgoing,
    Bundle,
    ChannelRefused,
    DeskAlerts,
    DeskCallback,
    DeskCard,
    DeskErased,
    DeskForgotten,
    DeskLine,
    DeskOffer,
    DeskOfferOver,
    DeskPrompt,
    DeskState,
    DeskTicket,
    DeskTicketLine,
    Receipt,
)

FORUM = ""  # how a place begins that is none of one agent's own
CARDS = "cards"  # of tickets and callbacks
ALERTS = "alerts"  # the supervisors' chat


class Place(Protocol):
    """A kind of chat where hand-offs are seen."""

    async def send(self, outgoing: AnyDeskOutgoing, thread: str | None) -> Receipt:
        """Bring it there. Raises ChannelBusy or ChannelRefused."""
        ...


class TelegramDesk:
    """The channel `desk`. `places` are by what stands before the colon in `to`, nothing for the forum groups."""

    def __init__(self, groups: Groups, places: Mapping[str, Place]) -> None:
        self._groups = groups
        self._places = places

    def groups(self) -> Sequence[str]:
        """The groups that can take a hand-off in now."""
        return self._groups.usable()

    async def send(self, address: str, outgoing: AnyOutgoing, thread: str | None) -> Receipt:
        """Bring it to where it is for. Raises ChannelBusy or ChannelRefused."""
        match outgoing:
            case DeskCard() | DeskLine() | DeskState() | DeskOffer() | DeskOfferOver() | DeskPrompt():
                place = outgoing.to.partition(":")[0]
            case Bundle() | DeskForgotten():
                place = FORUM
            case DeskTicket() | DeskTicketLine() | DeskCallback() | DeskErased():
                place = CARDS
            case DeskAlerts():
                place = ALERTS
            case _:
                raise ChannelRefused("refused", f"{type(outgoing).__name__} is not for agents")
        return await self._places[place].send(outgoing, thread)
