"""An update of Telegram's goes to where it belongs: the customer's conversation, the desk, or nowhere."""

import logging
from collections import Counter
from collections.abc import Sequence
from typing import Protocol

import msgspec

from bot.channels.telegram import hearing
from bot.channels.telegram.identity import Identity
from bot.channels.telegram.strangers import Strangers
from bot.channels.telegram.taps import Taps
from bot.channels.telegram.wire import (
    CallbackQuery,
    MembershipChange,
    Message,
    Update,
    decode_update,
    names_in,
    number_of,
)
from bot.channels.telegram.wording.words import word
from bot.engine.inputs import AnyHeard, CommandHeard
from bot.ports import ChannelBusy, Inbound, Taken
from bot.service.breakdown import place_of

log = logging.getLogger(__name__)

DRAFT = "draft"  # the command of testers
ATTEMPTS = 5  # at an update that breaks this room; then it is let go, or it would come for ever


class Turns(Protocol):
    """Where inputs of customers go."""

    async def take(self, inbound: Inbound) -> Taken:
        """Returns when the input is stored for good."""
        ...


class Desk(Protocol):
    """Where updates from the desk's groups go."""

    def owns(self, chat_id: int) -> bool:
        """Whether this chat is one of the desk's."""
        ...

    async def take_update(self, update: Update, body: bytes | msgspec.Raw) -> None:
        """Returns when what came of it is stored for good."""
        ...


class Room(Protocol):
    """Where updates go that are none of a customer's, though they come from a private chat."""

    async def take_update(self, update: Update, body: bytes | msgspec.Raw) -> bool:
        """Returns when what came of it is stored for good; false when it is not for here."""
        ...


class Drafts(Protocol):
    """Where testers ask for flows that are not published."""

    async def take(self, inbound: Inbound, argument: str) -> bool:
        """Returns when what came of it is stored for good; false when the sender is no tester."""
        ...


class NotTaken(Exception):
    """The update is not stored: it must come again."""


class Updates:
    """Takes updates one by one; whoever brings them keeps those of one chat in order.

    `outage` is what the house raises when it could not store anything.
    """

    def __init__(
        self,
        *,
        identity: Identity,
        turns: Turns,
        taps: Taps,
        strangers: Strangers,
        desk: Desk,
        rooms: Sequence[Room],
        drafts: Drafts,
        outage: type[Exception],
    ) -> None:
        self._identity = identity
        self._turns = turns
        self._taps = taps
        self._strangers = strangers
        self._desk = desk
        self._rooms = rooms
        self._drafts = drafts
        self._outages = (outage, ChannelBusy)
        self._failures: Counter[int] = Counter()

    def read(self, body: bytes | msgspec.Raw) -> Update | None:
        """The update, none if it is not one that we know; those are logged by their kind and done with."""
        try:
            update = decode_update(body)
        except msgspec.MsgspecError:
            log.warning("update_unreadable", extra={"kind": names_in(body)[0], "update": number_of(body)})
            return None
        return update

    async def take(self, update: Update, body: bytes | msgspec.Raw) -> None:
        """Returns when all that follows from the update is stored, so that it may be acknowledged. Raises NotTaken."""
        try:
            await self._take(update, body)
        except self._outages as outage:
            raise NotTaken(type(outage).__name__) from outage
        except Exception as bug:
            self._failures[update.update_id] += 1
            attempts = self._failures[update.update_id]
            facts = {"update": update.update_id, "kind": names_in(body)[0], "error": place_of(bug)}
            log.error("update_failed", extra={**facts, "attempts": attempts})
            if attempts < ATTEMPTS:
                raise NotTaken(type(bug).__name__) from bug
        self._failures.pop(update.update_id, None)

    async def _take(self, update: Update, body: bytes | msgspec.Raw) -> None:
        message = update.message or update.edited_message
        if self._desk.owns(update.lane[0]):
            await self._desk.take_update(update, body)
            return
        for room in self._rooms:
            if await room.take_update(update, body):
                return
        if message is not None:
            await self._take_message(update, message, body)
        elif update.callback_query is not None:
            await self._take_tap(update, update.callback_query)
        elif update.my_chat_member is not None:
            await self._take_membership(update, update.my_chat_member)
        else:
            log.info("update_ignored", extra={"kind": names_in(body)[0], "update": update.update_id})

    async def _take_message(self, update: Update, message: Message, body: bytes | msgspec.Raw) -> None:
        sender = message.sender
        if message.chat.type != "private":
            await self._strangers.leave(message.chat, sender)
            return
        if sender is None or sender.is_bot:
            return
        heard: AnyHeard | None
        if update.edited_message is not None:
            heard = hearing.edit_in(message)
        else:
            heard = hearing.heard_in(message, await self._identity.username())
            heard = heard or hearing.unsupported_in(message, names_in(body)[1])
        if heard is None:
            return
        inbound = hearing.from_message(message, sender, update.update_id, heard)
        if isinstance(heard, CommandHeard) and heard.name == DRAFT and await self._drafts.take(inbound, heard.argument):
            return
        await self._turns.take(inbound)

    async def _take_tap(self, update: Update, query: CallbackQuery) -> None:
        notice = ""
        if query.data and (query.message is None or query.message.chat.type == "private"):
            with self._taps.in_time(query.id):
                taken = await self._turns.take(hearing.from_tap(query, query.data, update.update_id))
            if taken.notice in ("stale", "closed"):
                notice = word("old_button", query.sender.language)
        self._taps.answer(query.id, notice)

    async def _take_membership(self, update: Update, change: MembershipChange) -> None:
        if change.chat.type == "private":
            await self._turns.take(hearing.from_membership(change, update.update_id))
        elif change.new_chat_member.status in (
            "member",
            "administrator",
            "restricted",
        ):
            self._strangers.forget(change.chat.id)
            await self._strangers.leave(change.chat, change.sender)
