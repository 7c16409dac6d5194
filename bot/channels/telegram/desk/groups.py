"""The agents' groups: which of them can be worked in, and what is missing in the others."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec
from aiogram.methods import SendMessage

from bot.channels.telegram.api import Api
from bot.channels.telegram.identity import Identity
from bot.channels.telegram.leases import Leases
from bot.channels.telegram.refusals import TelegramRefusal
from bot.channels.telegram.wire import decode_chat, decode_member
from bot.channels.telegram.wording.words import word
from bot.ports import ChannelBusy

log = logging.getLogger(__name__)

Problem = Literal["not_found", "no_topics", "no_rights", "refuses", "unseen"]

PROBLEMS: dict[Problem, str] = {
    "not_found": "is not there, or the bot is no member of it",
    "no_topics": "has no topics: turn them on in the group's settings",
    "no_rights": "does not let the bot manage topics: make it an admin with that right",
    "refuses": "has refused something and is looked at again",
    "unseen": "was not looked at yet",
}

LOOK_SECONDS = 60.0  # somebody may be putting the group in order right now
LOOK_WHEN_FINE_SECONDS = 600.0
TOLD_SECONDS = 3600.0


class Groups:
    """The configured chats by their ids, followed when one becomes a supergroup with another id."""

    def __init__(
        self, api: Api, identity: Identity, chats: Sequence[int], leases: Leases, outage: type[Exception], language: str
    ) -> None:
        self._api = api
        self._identity = identity
        self._leases = leases
        self._outage = outage
        self._language = language
        self._problems: dict[int, Problem | None] = dict.fromkeys(chats, "unseen")
        self._moved: dict[int, int] = {}
        self._bell = asyncio.Event()

    def usable(self) -> tuple[str, ...]:
        """Those in which the bot may make topics, and those of which nothing bad is known yet."""
        return tuple(str(chat) for chat, problem in self._problems.items() if problem in (None, "unseen"))

    def problems(self) -> Mapping[int, Problem]:
        """What is wrong with the others."""
        return {chat: problem for chat, problem in self._problems.items() if problem is not None}

    def owns(self, chat: int) -> bool:
        """Whether this is one of them."""
        return chat in self._problems or chat in self._moved

    def now(self, chat: int) -> int:
        """The id that the chat has today."""
        return self._moved.get(chat, chat)

    def ids(self, chat: int) -> tuple[int, ...]:
        """All ids under which a hand-off may have got its place in this chat, the one of today first."""
        today = self.now(chat)
        return (today, *(old for old, new in self._moved.items() if new == today))

    def move(self, old: int, new: int) -> None:
        """A group became a supergroup."""
        if old in self._problems and old != new:
            log.warning("desk_group_moved", extra={"chat": old, "to": new})
            del self._problems[old]
            self._moved[old] = new
            self._problems[new] = "unseen"
            self._bell.set()

    def suspect(self, chat: int) -> None:
        """Something was refused there: it is looked at again before anything else is put into it."""
        if chat in self._problems:
            self._problems[chat] = "refuses"
            self._bell.set()

    def look_again(self) -> None:
        """Something has changed in one of them."""
        self._bell.set()

    async def watch(self) -> None:
        """Look after them until cancelled."""
        while True:
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
            problem = await self._problem(chat)
        except (ChannelBusy, msgspec.MsgspecError) as trouble:
            log.info("desk_group_unseen", extra={"chat": chat, "reason": str(trouble)})
            return
        except TelegramRefusal as refusal:
            if refusal.migrate_to_chat_id is not None:
                self.move(chat, refusal.migrate_to_chat_id)
                return
            problem = "not_found"
        if chat not in self._problems or problem == self._problems[chat]:  # it may have moved meanwhile
            return
        self._problems[chat] = problem
        if problem is None:
            log.info("desk_group_ready", extra={"chat": chat})
        else:
            log.error("desk_group_unusable", extra={"chat": chat, "problem": problem})
            await self._tell(chat, problem)

    async def _problem(self, chat: int) -> Problem | None:
        if not decode_chat(await self._api.call("getChat", {"chat_id": chat})).is_forum:
            return "no_topics"
        me = await self._identity.me()
        member = decode_member(await self._api.call("getChatMember", {"chat_id": chat, "user_id": me.id}))
        return None if member.status == "creator" or member.can_manage_topics else "no_rights"

    async def _tell(self, chat: int, problem: Problem) -> None:
        """Say in the group itself what is missing; of several processes, one says it."""
        if problem == "not_found":
            return  # nobody is there to be told
        try:
            if await self._leases.hold(f"desk-group-told {chat} {problem}", TOLD_SECONDS):
                await self._api.ask(SendMessage(chat_id=chat, text=word(f"desk_{problem}", self._language)))
        except (ChannelBusy, TelegramRefusal, self._outage) as trouble:
            log.info("desk_group_not_told", extra={"chat": chat, "reason": str(trouble)})
