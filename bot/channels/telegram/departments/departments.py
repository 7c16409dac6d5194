"""What departments write about tickets: an answer to anything that the bot said about one goes to its customer."""

from collections.abc import Collection

import msgspec

from bot.channels.telegram.departments.ticket_answers import told
from bot.channels.telegram.departments.ticket_cards import number_in
from bot.channels.telegram.desk.buttons import Buttons
from bot.channels.telegram.desk.commands import Call, Commands
from bot.channels.telegram.desk.notes import without_note
from bot.channels.telegram.desk.speakers import agent_who_wrote, take_tap
from bot.channels.telegram.desk.watched_chats import WatchedChats
from bot.channels.telegram.fetching import CannotFetch, Fetching, not_fetched
from bot.channels.telegram.hearing import command_of, content_of
from bot.channels.telegram.identity import Identity
from bot.channels.telegram.notices import Notices
from bot.channels.telegram.taps import Taps
from bot.channels.telegram.wire import Message, Update
from bot.channels.telegram.wording.words import word
from bot.content import Content
from bot.service.departments.tickets import Tickets
from bot.service.desk.agents import AgentCard, Agents


class Departments:
    """Takes the updates of departments' chats, and elsewhere what answers a ticket. Of all else it takes no notice."""

    def __init__(
        self,
        *,
        identity: Identity,
        chats: WatchedChats,
        agents: Agents,
        tickets: Tickets,
        commands: Commands,
        buttons: Buttons,
        deeds: Collection[str],
        fetching: Fetching,
        notices: Notices,
        taps: Taps,
    ) -> None:
        self._identity = identity
        self._chats = chats
        self._agents = agents
        self._tickets = tickets
        self._commands = commands
        self._buttons = buttons
        self._deeds = frozenset(deeds)
        self._fetching = fetching
        self._notices = notices
        self._taps = taps

    async def take_update(self, update: Update, body: bytes | msgspec.Raw) -> bool:
        """Returns when what came of it is stored for good. False when it is no affair of a department's."""
        chat = update.lane[0]
        message, query = update.message or update.edited_message, update.callback_query
        if not self._chats.owns(chat):
            return (
                chat > 0
                and message is not None
                and await self._is_by_agent(message)
                and (await self.take_answer(update, message))
            )
        if query is not None and (query.data or "").partition(" ")[0] in self._deeds:
            await take_tap(str(update.update_id), query, self._agents, self._buttons, self._taps)
            return True
        if message is not None and await self.take_answer(update, message):
            return True
        if chat > 0:
            return False  # somebody's own chat, who may be a customer as well
        if update.my_chat_member is not None:
            self._chats.look_again()
        elif message is not None and message.migrate_to_chat_id is not None:
            self._chats.move(chat, message.migrate_to_chat_id)
        elif update.message is not None:
            await self._command(str(update.update_id), update.message)
        return True

    # Words

    async def take_answer(self, update: Update, message: Message) -> bool:
        """Whether it was an answer to what the bot said about a ticket; it is stored then. A command is none."""
        number = await self._ticket_of(message)
        content = content_of(message) if number is not None else None
        if number is None or content is None or await self._is_command(message):
            return False
        agent = await agent_who_wrote(message, self._agents, self._notices)
        if agent is not None:
            await self._words(update, message, agent, number, msgspec.structs.replace(content, reply_to=None))
        return True

    async def _is_by_agent(self, message: Message) -> bool:
        """Whether it answers something about a ticket in the private chat of an agent, who has asked to see it."""
        if await self._ticket_of(message) is None or message.sender is None:
            return False
        return await self._agents.with_telegram(message.sender.id) is not None

    async def _is_command(self, message: Message) -> bool:
        return command_of(message.text or "", await self._identity.username()) is not None

    async def _ticket_of(self, message: Message) -> int | None:
        asked = message.reply_to_message
        if asked is None or asked.sender is None or asked.sender.id != (await self._identity.me()).id:
            return None
        return number_in(asked.text or asked.caption or "")

    async def _words(self, update: Update, message: Message, agent: AgentCard, number: int, written: Content) -> None:
        content, noted = without_note(written)
        if noted is not None and update.edited_message is None:
            await self._note(f"{update.update_id}.note", message, agent, number, noted)
        if content is None:
            return
        try:
            content = await self._for_customer(number, content, str(update.update_id))
        except CannotFetch as trouble:
            await self._notices.reply(message, not_fetched(trouble, message.language))
            return
        by, message_id = (number, agent.id, str(update.update_id), content), str(message.message_id)
        is_edit = update.edited_message is not None
        answer = await (self._tickets.correct if is_edit else self._tickets.answer)(*by, message_id)
        if not answer.done:
            await self._fetching.drop(content)
        if is_edit and answer.why == "nothing":  # it was no answer, or says what it said before
            return
        done = "ticket_correction_sent" if is_edit else "ticket_sent"
        await self._notices.reply(message, told(answer, done, message.language))

    async def _note(self, external_id: str, message: Message, agent: AgentCard, number: int, text: str) -> None:
        if not text:
            await self._notices.reply(message, word("nothing_to_note", message.language))
            return
        kept = await self._tickets.note(number, agent.id, external_id, text)
        await self._notices.reply(message, told(kept, "noted", message.language))

    async def _for_customer(self, number: int, content: Content, source: str) -> Content:
        """With a file that the customer's channel can show. Raises CannotFetch."""
        card = await self._tickets.get(number) if content.attachment is not None else None
        if card is None or card.channel == "telegram" or content.attachment is None:
            return content
        fetched = await self._fetching.fetched(content.attachment, source)
        return msgspec.structs.replace(content, attachment=fetched)

    async def _command(self, number: str, message: Message) -> None:
        command = command_of(message.text or "", await self._identity.username())
        if command is None or not self._commands.knows(command[0]):
            return  # people talk among themselves
        agent = await agent_who_wrote(message, self._agents, self._notices)
        if agent is not None:
            name, argument = command
            await self._commands.run(
                Call(number=number, message=message, agent=agent, handoff=None, name=name, argument=argument)
            )
