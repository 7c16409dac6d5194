"""The chats of departments: whether the bot may write there, and what is missing where it may not."""

import asyncio
import logging
from collections.abc import Collection
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
LOOK_SECONDS = 60.0  # somebody may be putting a chat in order right now
LOOK_WHEN_FINE_SECONDS = 600.0


class DepartmentChats:
    """Groups, and people's private chats; followed when a group becomes a supergroup with another id."""

    def __init__(self, api: Api, identity: Identity, chats: Collection[int]) -> None:
        self._api = api
        self._identity = identity
        self._problems: dict[int, Problem | None] = dict.fromkeys(chats)
        self._moved: dict[int, int] = {}
        self._bell = asyncio.Event()

    def owns(self, chat: int) -> bool:
        """Whether this is one of them."""
        return chat in self._problems or chat in self._moved

    def now(self, chat: int) -> int:
        """The id that the chat has today."""
        return self._moved.get(chat, chat)

    def move(self, old: int, new: int) -> None:
        """A group became a supergroup."""
        if old in self._problems and old != new:
            log.warning("department_chat_moved", extra={"chat": old, "to": new})
            self._problems[new] = self._problems.pop(old)
            self._moved[old] = new
            self._bell.set()

    def look_again(self) -> None:
        """Something has changed in one of them."""
        self._bell.set()

    def problems(self) -> tuple[str, ...]:
        """What keeps departments from seeing their tickets, for people; nothing when all is well."""
        return tuple(f"department's chat {chat} {PROBLEMS[found]}" for chat, found in self._problems.items() if found)

    async def watch(self) -> None:
        """Look after them until cancelled."""
        while self._problems:
            self._bell.clear()
            for chat in list(self._problems):
                await self._look(chat)
            try:
                async with asyncio.timeout(LOOK_SECONDS if self.problems() else LOOK_WHEN_FINE_SECONDS):
                    await self._bell.wait()
            except TimeoutError:
                continue

    async def _look(self, chat: int) -> None:
        try:
            problem = await self._problem_of(chat)
        except (ChannelBusy, msgspec.MsgspecError) as trouble:
            log.info("department_chat_unseen", extra={"chat": chat, "reason": str(trouble)})
            return
        except TelegramRefusal as refusal:
            if refusal.migrate_to_chat_id is not None:
                self.move(chat, refusal.migrate_to_chat_id)
                return
            problem = "not_found"
        if problem is not None and problem != self._problems[chat]:
            log.error("department_chat_unusable", extra={"chat": chat, "problem": problem})
        self._problems[chat] = problem

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
