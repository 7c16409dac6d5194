"""The chat of the supervisors: whether the bot may write there, and what is missing if not."""

import asyncio
import logging
from typing import Literal

import msgspec

from bot.channels.telegram.api import Api
from bot.channels.telegram.identity import Identity
from bot.channels.telegram.refusals import TelegramRefusal
from bot.channels.telegram.wire import decode_chat, decode_member
from bot.ports import ChannelBusy

log = logging.getLogger(__name__)

Problem = Literal["not_found", "no_member", "no_rights"]

PROBLEMS: dict[Problem, str] = {
    "not_found": "is not there: write the id of a group that the bot is in, or of a person who has started the bot",
    "no_member": "does not have the bot as a member: add it",
    "no_rights": "does not let the bot write: give it the right to send messages",
}
LOOK_SECONDS = 60.0  # somebody may be putting the chat in order right now
LOOK_WHEN_FINE_SECONDS = 600.0


class SupervisorsChat:
    """A group, or one supervisor's private chat; followed when the group becomes a supergroup with another id."""

    def __init__(self, api: Api, identity: Identity, chat: int | None) -> None:
        self._api = api
        self._identity = identity
        self._chat = chat
        self._moved: dict[int, int] = {}
        self._problem: Problem | None = None
        self._bell = asyncio.Event()

    def owns(self, chat: int) -> bool:
        """Whether this is that chat, and a group; a private chat is the person's own as well."""
        return chat < 0 and self._chat is not None and (chat == self._chat or chat in self._moved)

    @property
    def group(self) -> int | None:
        """Its id today, if it is a group in which the bot was not refused."""
        return self._chat if self._chat is not None and self._chat < 0 and self._problem is None else None

    def is_of(self, person: int) -> bool:
        """Whether this is the private chat of that person."""
        return person > 0 and person == self._chat

    def now(self, chat: int) -> int:
        """The id that the chat has today."""
        return self._moved.get(chat, chat)

    def move(self, old: int, new: int) -> None:
        """The group became a supergroup."""
        if self._chat == old != new:
            log.warning("supervisors_chat_moved", extra={"chat": old, "to": new})
            self._moved[old] = self._chat = new
            self._bell.set()

    def look_again(self) -> None:
        """Something has changed there."""
        self._bell.set()

    def problems(self) -> tuple[str, ...]:
        """What keeps supervisors from being alerted, for people; nothing when all is well."""
        return (f"supervisors' chat {self._chat} {PROBLEMS[self._problem]}",) if self._problem is not None else ()

    async def watch(self) -> None:
        """Look after it until cancelled."""
        while self._chat is not None:
            self._bell.clear()
            await self.look()
            try:
                async with asyncio.timeout(LOOK_SECONDS if self._problem else LOOK_WHEN_FINE_SECONDS):
                    await self._bell.wait()
            except TimeoutError:
                continue

    async def look(self) -> None:
        """Learn what is wrong with it now, if Telegram tells."""
        chat = self._chat
        if chat is None:
            return
        try:
            problem = await self._problem_of(chat)
        except (ChannelBusy, msgspec.MsgspecError) as trouble:
            log.info("supervisors_chat_unseen", extra={"chat": chat, "reason": str(trouble)})
            return
        except TelegramRefusal as refusal:
            if refusal.migrate_to_chat_id is not None:
                self.move(chat, refusal.migrate_to_chat_id)
                return
            problem = "not_found"
        if problem != self._problem:
            if problem is None:
                log.info("supervisors_chat_ready", extra={"chat": chat})
            else:
                log.error("supervisors_chat_unusable", extra={"chat": chat, "problem": problem})
        self._problem = problem

    async def _problem_of(self, chat: int) -> Problem | None:
        found = decode_chat(await self._api.call("getChat", {"chat_id": chat}))
        if found.type == "private":
            return None
        me = await self._identity.me()
        member = decode_member(await self._api.call("getChatMember", {"chat_id": chat, "user_id": me.id}))
        if member.status in ("left", "kicked"):
            return "no_member"
        if member.status in ("administrator", "creator"):
            return None
        allowed = found.permissions.can_send_messages if member.status == "member" else member.can_send_messages
        return None if allowed else "no_rights"
