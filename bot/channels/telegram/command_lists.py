"""The commands that Telegram's apps offer, in each language."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

from aiogram.methods import GetMyCommands, SetMyCommands
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat

from bot.channels.telegram.api import Api
from bot.channels.telegram.desk.commands import Role
from bot.channels.telegram.desk.groups import Groups
from bot.channels.telegram.refusals import TelegramRefusal
from bot.channels.telegram.supervisors.chat import SupervisorsChat
from bot.channels.telegram.wording.words import LANGUAGES, WORDS
from bot.engine.wording import WORDING
from bot.ports import ChannelBusy

log = logging.getLogger(__name__)

CUSTOMERS = ("start", "menu", "agent", "language", "cancel", "help", "forget")
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 300.0

Scope = BotCommandScopeAllPrivateChats | BotCommandScopeChat


class CommandLists:
    """Set where they are not yet as they should be.

    `languages` are those of the flows, the fallback first; `open_to` is what agents of a role can command.
    """

    def __init__(
        self,
        api: Api,
        groups: Groups,
        supervisors: SupervisorsChat,
        languages: Sequence[str],
        open_to: Callable[[Role], Sequence[str]],
    ) -> None:
        self._api = api
        self._groups = groups
        self._supervisors = supervisors
        self._languages = languages
        self._open_to = open_to

    async def set(self) -> None:
        """Set them all, again and again until Telegram has heard."""
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                await self._set_all()
            except (ChannelBusy, TelegramRefusal) as trouble:
                log.warning("commands_not_set", extra={"reason": str(trouble), "seconds": pause})
                wait = trouble.retry_after_seconds if isinstance(trouble, ChannelBusy) else None
                await asyncio.sleep(max(pause, wait or 0.0))
                pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
            else:
                return

    async def _set_all(self) -> None:
        texts = {name: WORDING[f"utter_switchboard_command_{name}"] for name in CUSTOMERS}
        await self._set_in(BotCommandScopeAllPrivateChats(), texts, self._languages)
        groups: dict[int, Role] = {} if self._supervisors.group is None else {self._supervisors.group: "supervisor"}
        for group, role in (groups | {int(group): "agent" for group in self._groups.usable()}).items():
            deeds = {name: WORDS[f"command_{name}"] for name in self._open_to(role)}
            await self._set_in(BotCommandScopeChat(chat_id=group), deeds, LANGUAGES)

    async def _set_in(self, scope: Scope, texts: Mapping[str, Mapping[str, str]], languages: Sequence[str]) -> None:
        """One list for everybody, and one for each language whose words differ."""
        fallback = languages[0] if languages[0] in LANGUAGES else "en"
        await self._set_one(scope, None, _list(texts, fallback))
        for language in languages[1:]:
            if language in LANGUAGES:
                await self._set_one(scope, language, _list(texts, language))

    async def _set_one(self, scope: Scope, language: str | None, wanted: Mapping[str, str]) -> None:
        known = await self._api.ask(GetMyCommands(scope=scope, language_code=language))
        if [(one.command, one.description) for one in known] != list(wanted.items()):
            commands = [BotCommand(command=name, description=words) for name, words in wanted.items()]
            await self._api.ask(SetMyCommands(commands=commands, scope=scope, language_code=language))


def _list(texts: Mapping[str, Mapping[str, str]], language: str) -> dict[str, str]:
    return {name: spoken[language] for name, spoken in texts.items()}
