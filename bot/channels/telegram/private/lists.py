"""The commands that Telegram's apps offer an agent in the chat where they work alone."""

import logging
from collections.abc import Sequence

from aiogram.methods import DeleteMyCommands, SetMyCommands
from aiogram.types import BotCommand, BotCommandScopeChat

from bot.channels.telegram.api import Api
from bot.channels.telegram.refusals import TelegramRefusal
from bot.channels.telegram.wording.words import LANGUAGES, WORDS
from bot.ports import ChannelBusy

log = logging.getLogger(__name__)


class PrivateLists:
    """Set once for each such chat by each process; nothing depends on it, so that it is tried once."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._set: set[int] = set()

    async def set(self, chat: int, commands: Sequence[str]) -> None:
        """Offer what the agent can do there."""
        if chat in self._set:
            return
        self._set.add(chat)
        for language in LANGUAGES:
            offered = [BotCommand(command=name, description=WORDS[f"command_{name}"][language]) for name in commands]
            scope = BotCommandScopeChat(chat_id=chat)
            await self._try(SetMyCommands(commands=offered, scope=scope, language_code=_code(language)))

    async def drop(self, chat: int) -> None:
        """Offer what customers can do again."""
        self._set.discard(chat)
        for language in LANGUAGES:
            scope = BotCommandScopeChat(chat_id=chat)
            await self._try(DeleteMyCommands(scope=scope, language_code=_code(language)))

    async def _try(self, change: SetMyCommands | DeleteMyCommands) -> None:
        try:
            await self._api.ask(change)
        except (TelegramRefusal, ChannelBusy) as trouble:
            log.info("commands_not_set", extra={"reason": str(trouble)})


def _code(language: str) -> str | None:
    """English is for all whose language we don't speak."""
    return None if language == "en" else language
