"""Agents' private chats with the bot: what they write and press there. Everybody else's are customers' chats."""

import msgspec

from bot.channels.telegram.desk.buttons import Buttons, Press, press_of
from bot.channels.telegram.desk.commands import Call, Commands
from bot.channels.telegram.desk.notes import Notes, without_note
from bot.channels.telegram.fetching import CannotFetch, Fetching, not_fetched
from bot.channels.telegram.hearing import command_of, content_of, unsupported_in
from bot.channels.telegram.identity import Identity
from bot.channels.telegram.notices import Notices
from bot.channels.telegram.private.commands import DESK, PrivateCommands
from bot.channels.telegram.private.lists import PrivateLists
from bot.channels.telegram.taps import Taps
from bot.channels.telegram.wire import CallbackQuery, MembershipChange, Message, Update, names_in
from bot.channels.telegram.wording.words import word
from bot.content import Content
from bot.service.desk.agents import AgentCard
from bot.service.private.desk import PrivateDesk
from bot.service.private.words import PrivateWords

CUSTOMERS = frozenset({"start", "menu", "draft"})  # what an agent commands who forgets that this is a desk
BACK = "back"


class PrivateRoom:
    """Takes the updates of chats that are an agent's desk, and `/desk` wherever an agent writes it."""

    def __init__(
        self,
        *,
        identity: Identity,
        desk: PrivateDesk,
        own: PrivateCommands,
        lists: PrivateLists,
        commands: Commands,
        buttons: Buttons,
        notes: Notes,
        fetching: Fetching,
        notices: Notices,
        taps: Taps,
    ) -> None:
        self._identity = identity
        self._desk = desk
        self._own = own
        self._lists = lists
        self._commands = commands
        self._buttons = buttons
        self._notes = notes
        self._fetching = fetching
        self._notices = notices
        self._taps = taps

    async def take_update(self, update: Update, body: bytes | msgspec.Raw) -> bool:
        """Returns when what came of it is stored for good. False when it is a customer's."""
        telegram_id = update.lane[0]
        if telegram_id <= 0:
            return False
        if update.message is not None and (argument := await self._turned(update.message)) is not None:
            return await self._turn(update.update_id, update.message, argument)
        agent = await self._desk.agent_in(telegram_id)
        if agent is None:
            return False
        if update.my_chat_member is not None:
            await self._leave(update.update_id, update.my_chat_member)
            return False  # they are a customer, too
        message = update.message or update.edited_message
        if update.callback_query is not None:
            await self._tap(update.update_id, update.callback_query, agent)
        elif message is not None:
            await self._message(update, message, agent, names_in(body)[1])
        await self._lists.set(telegram_id, self._commands.open_to(agent.role))
        return True

    async def _turn(self, update_id: int, message: Message, argument: str) -> bool:
        """Make the chat a desk or a customer's chat, if an agent asks for that."""
        if not await self._own.turn(update_id, message, argument):
            return False
        agent = await self._desk.agent_in(message.chat.id)
        if agent is None:
            await self._lists.drop(message.chat.id)
        else:
            await self._lists.set(message.chat.id, self._commands.open_to(agent.role))
        return True

    async def _turned(self, message: Message) -> str | None:
        """What the command says that makes a chat a desk or not, none if it is another one."""
        text = message.text or ""
        if not text.startswith(f"/{DESK}"):  # so that no customer's message waits for more than this
            return None
        command = command_of(text, await self._identity.username())
        return command[1] if command is not None and command[0] == DESK else None

    async def _leave(self, update_id: int, change: MembershipChange) -> None:
        if change.new_chat_member.status in ("kicked", "left"):
            await self._desk.leave(change.chat.id, update_id)

    # Words

    async def _message(self, update: Update, message: Message, agent: AgentCard, names: frozenset[str]) -> None:
        content = content_of(message)
        if content is None:
            if unsupported_in(message, names) is not None:
                await self._notices.reply(message, word("unsupported", message.language))
            return
        command = command_of(message.text or "", await self._identity.username())
        words = _words(update.update_id, message, agent, content)
        if command is None:
            await self._words(words, message, agent, is_edit=update.edited_message is not None)
        elif update.edited_message is None:
            await self._command(words, message, agent, *command)

    async def _command(self, words: PrivateWords, message: Message, agent: AgentCard, name: str, argument: str) -> None:
        if name in CUSTOMERS:
            await self._notices.reply(message, word("private_is_desk", message.language))
        elif not self._commands.knows(name):
            known = ", ".join(f"/{one}" for one in self._commands.open_to(agent.role))
            await self._notices.reply(message, word("unknown_command", message.language, known=known))
        else:
            handoff = await self._desk.aimed_at(words)
            call = Call(
                number=str(words.number), message=message, agent=agent, handoff=handoff, name=name, argument=argument
            )
            await self._commands.run(call)
            if name == BACK:
                await self._desk.show_waiting(agent, words.number, words.language)

    async def _words(self, words: PrivateWords, message: Message, agent: AgentCard, *, is_edit: bool) -> None:
        content, noted = without_note(words.content)
        if noted is not None:
            await self._note(words, message, agent, noted, is_all=content is None, is_edit=is_edit)
        if content is None:
            return
        words = msgspec.structs.replace(words, content=content)
        if content.attachment is not None:
            try:
                words = await self._with_file(words, is_edit=is_edit)
            except CannotFetch as trouble:
                await self._notices.reply(message, not_fetched(trouble, message.language))
                return
        if not await (self._desk.edit if is_edit else self._desk.say)(words):
            await self._fetching.drop(words.content)

    async def _note(
        self, words: PrivateWords, message: Message, agent: AgentCard, text: str, *, is_all: bool, is_edit: bool
    ) -> None:
        if is_edit and is_all:
            await self._desk.withdraw(words)
        handoff = await (self._desk.about(words) if is_edit else self._desk.aimed_at(words))
        if handoff is None:
            await self._notices.reply(message, word("private_for_whom", message.language))
            return
        await self._desk.remember(words, handoff)
        number = f"{words.number}.note"
        await self._notes.write(number, message, agent, handoff, text, is_all=is_all, is_edit=is_edit)

    async def _with_file(self, words: PrivateWords, *, is_edit: bool) -> PrivateWords:
        """The words with a file that the customer's channel can show. Raises CannotFetch."""
        handoff = await (self._desk.about(words) if is_edit else self._desk.aimed_at(words))
        attachment = words.content.attachment
        if handoff is None or handoff.channel == "telegram" or attachment is None:
            return words
        fetched = await self._fetching.fetched(attachment, str(words.number))
        return msgspec.structs.replace(words, content=msgspec.structs.replace(words.content, attachment=fetched))

    # Buttons

    async def _tap(self, update_id: int, query: CallbackQuery, agent: AgentCard) -> None:
        press = press_of(str(update_id), query, agent)
        with self._taps.in_time(query.id):
            notice = await self._pressed(press)
        self._taps.answer(query.id, notice)

    async def _pressed(self, press: Press) -> str:
        """What customers press is no deed of an agent's: it would begin to ask them, and they would answer here."""
        if not self._buttons.knows(press.deed):
            return word("private_is_desk", press.language)
        return await self._buttons.press(press)


def _words(number: int, message: Message, agent: AgentCard, content: Content) -> PrivateWords:
    replied = message.reply_to_message
    return PrivateWords(
        agent=agent.id,
        telegram_id=message.chat.id,
        number=number,
        message_id=message.message_id,
        content=content,
        reply_to=replied.message_id if replied is not None else None,
        language=message.language or "en",
    )
