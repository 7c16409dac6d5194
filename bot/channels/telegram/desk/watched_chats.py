"""Chats that the settings name: whether the bot may write there, and what is missing where it may not."""

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
    "no_rights": "does not let the bot write: give it the right to send messages, or unblock it",
}
LOOK_SECONDS = 60.0  # somebody may be putting a chat in order right now
LOOK_WHEN_FINE_SECONDS = 600.0


class WatchedChats:
    """Groups, and people's private chats; followed when a group becomes a supergroup with another id.

    `whose` says for people what they are: "supervisors' chat".
    """

    def __init__(self, api: Api, identity: Identity, chats: Collection[int], whose: str) -> None:
        self._api = api
        self._identity = identity
        self._whose = whose
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
            log.warning("chat_moved", extra={"whose": self._whose, "chat": old, "to": new})
            self._problems[new] = self._problems.pop(old)
            self._moved[old] = new
            self._bell.set()

    def suspect(self, chat: int) -> None:
        """Something was refused there."""
        self._note(chat, "no_rights")
        self._bell.set()

    def trust(self, chat: int) -> None:
        """Something was taken there."""
        self._note(chat, None)

    def look_again(self) -> None:
        """Something has changed in one of them."""
        self._bell.set()

    def is_usable(self, chat: int) -> bool:
        """Whether it is one of them, by its id of today, of which nothing bad is known."""
        return chat in self._problems and self._problems[chat] is None

    def problems(self) -> tuple[str, ...]:
        """What is wrong with them, for people; nothing when all is well."""
        return tuple(f"{self._whose} {chat} {PROBLEMS[found]}" for chat, found in self._problems.items() if found)

    async def watch(self) -> None:
        """Look after them until cancelled."""
        while self._problems:
            self._bell.clear()
            await self.look()
            try:
                async with asyncio.timeout(LOOK_SECONDS if self.problems() else LOOK_WHEN_FINE_SECONDS):
                    await self._bell.wait()
            except TimeoutError:
                continue

    async def look(self) -> None:
        """Learn what is wrong with them now, if Telegram tells."""
        for chat in list(self._problems):
            await self._look(chat)

    async def _look(self, chat: int) -> None:
        try:
            problem = await self._problem_of(chat)
        except (ChannelBusy, msgspec.MsgspecError) as trouble:
            log.info("chat_unseen", extra={"whose": self._whose, "chat": chat, "reason": str(trouble)})
            return
        except TelegramRefusal as refusal:
            if refusal.migrate_to_chat_id is not None:
                self.move(chat, refusal.migrate_to_chat_id)
                return
            problem = "not_found"
        self._note(chat, problem)

    def _note(self, chat: int, problem: Problem | None) -> None:
        if chat not in self._problems or problem == self._problems[chat]:
            return
        facts = {"whose": self._whose, "chat": chat}
        if problem is None:
            log.info("chat_ready", extra=facts)
        else:
            log.error("chat_unusable", extra={**facts, "problem": problem})
        self._problems[chat] = problem

    async def _problem_of(self, chat: int) -> Problem | None:
        found = decode_chat(await self._api.call("getChat", {"chat_id": chat}))
        if found.type == "private":  # Telegram does not tell whether the person has blocked the bot
            return "no_rights" if self._problems[chat] == "no_rights" else None
        me = await self._identity.me()
        member = decode_member(await self._api.call("getChatMember", {"chat_id": chat, "user_id": me.id}))
        if member.status in ("left", "kicked"):
            return "no_member"
        if member.status in ("administrator", "creator"):
            return None
        allowed = found.permissions.can_send_messages if member.status == "member" else member.can_send_messages
        return None if allowed else "no_rights"
