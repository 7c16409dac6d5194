"""The commands that Telegram's apps offer, in each language."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

from aiogram.methods import DeleteMyCommands, GetMyCommands, SetMyCommands
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat

from bot.channels.telegram.api import Api
from bot.channels.telegram.desk.commands import Role
from bot.channels.telegram.desk.groups import Groups
from bot.channels.telegram.refusals import TelegramRefusal
from bot.channels.telegram.supervisors.chat import SupervisorsChat
from bot.channels.telegram.wording.words import LANGUAGES, WORDS
from bot.engine.program import Program
from bot.engine.wording import WORDING
from bot.ports import ChannelBusy

log = logging.getLogger(__name__)

CUSTOMERS = ("start", "menu", "agent", "language", "cancel", "help", "forget")
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 300.0
LOOK_SECONDS = 1.0  # what shall be offered is at hand: looking costs nothing
WORDS_LENGTH = 256  # https://core.telegram.org/bots/api#botcommand

Place = tuple[int | None, str | None]
"""A chat, none for all private ones, and a language of two letters, none for all that have no list of their own."""
Offered = dict[str, str]


class CommandLists:
    """Set where they are not as they should be, whenever other flows are published and another group can be used.

    `program` gives the published flows; `open_to` is what agents of a role can command.
    """

    def __init__(
        self,
        api: Api,
        groups: Groups,
        supervisors: SupervisorsChat,
        program: Callable[[], Program | None],
        open_to: Callable[[Role], Sequence[str]],
    ) -> None:
        self._api = api
        self._groups = groups
        self._supervisors = supervisors
        self._program = program
        self._open_to = open_to
        self._set: dict[Place, Offered] = {}

    async def keep(self) -> None:
        """Look after them until cancelled."""
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
                await asyncio.sleep(LOOK_SECONDS)
                pause = FIRST_PAUSE_SECONDS

    async def _set_all(self) -> None:
        for place, offered in (self._for_customers() | self._for_agents()).items():
            if self._set.get(place) != offered:
                await self._set_one(place, offered)
                self._set[place] = offered

    def _for_customers(self) -> dict[Place, Offered]:
        """Of languages that the flows don't speak any more nothing is left: who speaks them sees the first one's."""
        program = self._program()
        if program is None:
            return {}
        others = [language for language in program.languages[1:] if len(language) == 2]
        lists: dict[Place, Offered] = {(None, language): {} for language in LANGUAGES}
        lists |= {place: {} for place in self._set if place[0] is None}
        lists |= {(None, language): _words_of(program, language) for language in others}
        return lists | {(None, None): _words_of(program, program.languages[0])}

    def _for_agents(self) -> dict[Place, Offered]:
        groups: dict[int, Role] = {} if self._supervisors.group is None else {self._supervisors.group: "supervisor"}
        groups |= {int(group): "agent" for group in self._groups.usable()}
        return {
            (group, None if language == LANGUAGES[0] else language): {
                name: WORDS[f"command_{name}"][language] for name in self._open_to(role)
            }
            for group, role in groups.items()
            for language in LANGUAGES
        }

    async def _set_one(self, place: Place, offered: Mapping[str, str]) -> None:
        chat, language = place
        scope = BotCommandScopeAllPrivateChats() if chat is None else BotCommandScopeChat(chat_id=chat)
        known = await self._api.ask(GetMyCommands(scope=scope, language_code=language))
        if [(one.command, one.description) for one in known] == list(offered.items()):
            return
        if not offered:
            await self._api.ask(DeleteMyCommands(scope=scope, language_code=language))
            return
        commands = [BotCommand(command=name, description=words) for name, words in offered.items()]
        await self._api.ask(SetMyCommands(commands=commands, scope=scope, language_code=language))


def _words_of(program: Program, language: str) -> Offered:
    return {name: _said(program, f"utter_switchboard_command_{name}", language) for name in CUSTOMERS}


def _said(program: Program, response: str, language: str) -> str:
    """As the flows say it to everybody, else as we do."""
    for variation in program.responses.get(response, ()):
        if variation.text is not None and variation.condition is None and variation.channel in (None, "telegram"):
            fixed = program.template(program.source_in(variation.text, language)).fixed
            if fixed is not None and fixed.text.strip():
                return fixed.text.strip()[:WORDS_LENGTH]
    own = WORDING[response]
    return own.get(language, own["en"])
