"""The desk's groups: what agents write and press there."""

import re
import time

import msgspec

from bot.channels.telegram.departments.departments import Departments
from bot.channels.telegram.desk.answers import not_sent
from bot.channels.telegram.desk.buttons import Buttons
from bot.channels.telegram.desk.commands import Call, Commands
from bot.channels.telegram.desk.groups import Groups
from bot.channels.telegram.desk.notes import Notes, without_note
from bot.channels.telegram.desk.speakers import agent_who_wrote, take_tap
from bot.channels.telegram.fetching import CannotFetch, Fetching, not_fetched
from bot.channels.telegram.hearing import command_of, content_of, unsupported_in
from bot.channels.telegram.identity import Identity
from bot.channels.telegram.notices import Notices
from bot.channels.telegram.supervisors.chat import SupervisorsChat
from bot.channels.telegram.taps import Taps
from bot.channels.telegram.wire import Message, Update, names_in
from bot.channels.telegram.wording.words import word
from bot.content import Content
from bot.ports import ChannelBusy
from bot.service.desk.agents import AgentCard, Agents
from bot.service.desk.handoffs import Glance, Handoffs

REMEMBERED = 1000
CHANGEABLE = frozenset({"note"})  # a command that counts as it reads after a change, too
PLACING_SECONDS = 60.0  # the longest that all that comes in waits for the place of one topic
IN_NAME = re.compile(r"#(\d{1,12})\b")  # the hand-off's number, as the name of its topic has it
IN_BUTTONS = re.compile(r"\b\w+\.h\d+\b")  # its id, as what the buttons below its card mean has it


class Room:
    """Takes the updates of the desk's groups; of all else that is said there it takes no notice."""

    def __init__(
        self,
        *,
        identity: Identity,
        departments: Departments,
        groups: Groups,
        supervisors: SupervisorsChat,
        agents: Agents,
        handoffs: Handoffs,
        commands: Commands,
        buttons: Buttons,
        notes: Notes,
        fetching: Fetching,
        notices: Notices,
        taps: Taps,
    ) -> None:
        self._identity = identity
        self._departments = departments
        self._groups = groups
        self._supervisors = supervisors
        self._agents = agents
        self._handoffs = handoffs
        self._commands = commands
        self._buttons = buttons
        self._notes = notes
        self._fetching = fetching
        self._notices = notices
        self._taps = taps
        self._told: set[int] = set()

    def owns(self, chat_id: int) -> bool:
        """Whether this chat is one of the desk's, or the supervisors' group."""
        return self._groups.owns(chat_id) or self._supervisors.owns(chat_id)

    async def take_update(self, update: Update, body: bytes | msgspec.Raw) -> None:
        """Returns when what came of it is stored for good."""
        message = update.message or update.edited_message
        if update.my_chat_member is not None:
            self._groups.look_again()
            self._supervisors.look_again()
        elif update.callback_query is not None:
            number = str(update.update_id)
            await take_tap(number, update.callback_query, self._agents, self._buttons, self._taps)
        elif message is not None and message.migrate_to_chat_id is not None:
            self._groups.move(message.chat.id, message.migrate_to_chat_id)
            self._supervisors.move(message.chat.id, message.migrate_to_chat_id)
        elif message is not None and not message.is_automatic_forward:
            await self._message(update, message, names_in(body)[1])

    # Words

    async def _message(self, update: Update, message: Message, names: frozenset[str]) -> None:
        content = content_of(message)
        if content is None and unsupported_in(message, names) is None:
            return  # the group's own news
        command = command_of(message.text or "", await self._identity.username())
        thread = f"{self._groups.now(message.chat.id)}:{message.topic}" if message.topic is not None else None
        if thread is None and await self._departments.take_answer(update, message):
            return
        handoff, is_orphan = await self._of_topic(message, thread) if thread is not None else (None, False)
        if handoff is None and not is_orphan and (command is None or not self._commands.knows(command[0])):
            if thread is None:
                await self._tell_newcomer(message)
            return  # agents talk among themselves
        agent = await agent_who_wrote(message, self._agents, self._notices)
        if agent is None:
            return
        if command is not None and self._commands.knows(command[0]):
            if update.edited_message is None or command[0] in CHANGEABLE:
                name, argument = command
                number = str(update.update_id)
                call = Call(number=number, message=message, agent=agent, handoff=handoff, name=name, argument=argument)
                await self._commands.run(call)
        elif handoff is None:
            await self._notices.reply(message, word("not_sent_nobody", message.language))
        elif command is not None:
            known = ", ".join(f"/{name}" for name in self._commands.open_to(agent.role))
            await self._notices.reply(message, word("unknown_command", message.language, known=known))
        elif content is not None:
            await self._words(update, message, agent, handoff, content)
        else:
            await self._notices.reply(message, word("unsupported", message.language))

    async def _of_topic(self, message: Message, thread: str) -> tuple[Glance | None, bool]:
        """The hand-off whose topic this stands in, and whether it is a topic of ours that belongs to none.

        Raises ChannelBusy when an agent was faster than we: the topic is there, and it is not stored yet whose it is.
        """
        for group in self._groups.ids(message.chat.id):
            handoff = await self._handoffs.in_thread(f"{group}:{message.topic}")
            if handoff is not None:
                return handoff, False
        if not await self._is_ours(message):
            return None, False
        begun_for = await self._begun_for(message)
        if begun_for is not None and begun_for.thread is None:
            raise ChannelBusy("a topic that is not stored yet")
        if begun_for is not None and begun_for.thread == thread:  # it was stored since we looked
            return begun_for, False
        return None, True

    async def _is_ours(self, message: Message) -> bool:
        """Whether the bot began the topic that this stands in, as far as the message tells."""
        first = message.reply_to_message
        if message.topic is None or first is None or first.sender is None:
            return False
        if first.forum_topic_created is None and first.reply_markup is None:  # neither its beginning nor a card
            return False
        return first.sender.id == (await self._identity.me()).id

    async def _begun_for(self, message: Message) -> Glance | None:
        """The hand-off that a new topic of ours was begun for. Where it has no place yet, it may be this one.

        Where it has another one, or there is none, this was deleted and made again, or a crash has left it behind.
        """
        first = message.reply_to_message
        if first is None or time.time() - message.date >= PLACING_SECONDS:
            return None
        if found := IN_BUTTONS.search(str(first.reply_markup or "")):
            return await self._handoffs.get(found[0])
        named = IN_NAME.search(str((first.forum_topic_created or {}).get("name", "")))
        return await self._handoffs.numbered(int(named[1])) if named else None

    async def _tell_newcomer(self, message: Message) -> None:
        """Who is no agent yet learns, once, by what number they are added."""
        sender = message.sender
        if sender is None or sender.is_bot or message.sender_chat is not None or sender.id in self._told:
            return
        if await self._agents.with_telegram(sender.id) is not None:
            return
        if len(self._told) >= REMEMBERED:
            self._told.clear()
        self._told.add(sender.id)
        await self._notices.reply(message, word("not_an_agent_yet", sender.language, id=str(sender.id)))

    async def _words(
        self, update: Update, message: Message, agent: AgentCard, handoff: Glance, written: Content
    ) -> None:
        number, message_id = str(update.update_id), str(message.message_id)
        edited = update.edited_message is not None
        content, noted = without_note(written)
        if noted is not None:
            is_all = content is None
            await self._notes.write(f"{number}.note", message, agent, handoff, noted, is_all=is_all, is_edit=edited)
        if content is None:
            return
        if handoff.channel != "telegram" and content.attachment is not None:
            try:
                fetched = await self._fetching.fetched(content.attachment, number)
            except CannotFetch as trouble:
                await self._notices.reply(message, not_fetched(trouble, message.language))
                return
            content = msgspec.structs.replace(content, attachment=fetched)
        act = self._handoffs.edit if edited else self._handoffs.reply
        answer = await act(handoff.id, agent.id, number, content, message_id)
        if not answer.done:
            await self._fetching.drop(content)
        if not answer.done and answer.why != "noted":
            await self._notices.reply(message, not_sent(answer, message.language))
