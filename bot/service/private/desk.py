"""Agents who work in their private chats with the bot, from whatever messenger that is."""

import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import msgspec

from bot.content import Attachment, Content
from bot.ports import DeskPrompt, Served
from bot.service.desk.agent_acts import Answer
from bot.service.desk.agents import AgentCard, Agents
from bot.service.desk.handoffs import Glance, Handoffs
from bot.service.installation import Installation
from bot.service.jobs import DESK_ACTS, Job
from bot.service.private import showing as private_side
from bot.service.private import words as private_words
from bot.service.private.settling import lose
from bot.service.private.words import PrivateWords, told_of
from bot.service.turns import Turns
from bot.service.work import Work
from storage import agents, handoffs, private_desk
from storage.database import Database
from storage.private_desk import place_at

T = TypeVar("T")

KNOWN_SECONDS = 2.0  # who was added by another process is known here after so long
WAITING_SHOWN = 8


class PrivateDesk:
    """What an agent does in a chat that is theirs alone. Each act is one transaction and counts once by its number."""

    def __init__(
        self, *, database: Database, turns: Turns, agents: Agents, handoffs: Handoffs, installation: Installation
    ) -> None:
        self._database = database
        self._turns = turns
        self._agents = agents
        self._handoffs = handoffs
        self._installation = installation
        self._accounts: frozenset[int] = frozenset()
        self._known_until = 0.0

    # Who works here

    async def may_be_agent(self, telegram_id: int) -> bool:
        """Whether this may be an agent's account: most messages are of customers, and are not looked up one by one."""
        if time.monotonic() >= self._known_until:
            self._accounts = frozenset(await self._database.read(private_desk.accounts))
            self._known_until = time.monotonic() + KNOWN_SECONDS
        return telegram_id in self._accounts

    async def agent_in(self, telegram_id: int) -> AgentCard | None:
        """Who works in this chat, none while it is a customer's."""
        if not await self.may_be_agent(telegram_id):
            return None
        agent = await self._agents.with_telegram(telegram_id)
        return agent if agent is not None and agent.works_privately else None

    async def turn_on(self, agent: str, number: int, language: str) -> None:
        """The agent's private chat is where they work from now on; whom they have comes there."""
        self._known_until = 0.0
        await self._do(number, partial(_turn_on, agent=agent, language=language), None)

    async def turn_off(self, agent: str, number: int) -> tuple[Served, ...]:
        """It is a customer's chat again, unless the agent has customers: gives these."""
        language = self._installation.desk_language
        return await self._do(number, partial(_turn_off, agent=agent, language=language), ())

    async def leave(self, telegram_id: int, number: int) -> None:
        """The agent has blocked the bot: nobody may wait for them."""
        await self._do(number, lambda work: lose(work, place_at(telegram_id)), None)

    # What they write and press

    async def say(self, words: PrivateWords) -> bool:
        """Bring the words to whom they are for; whatever else comes of them is told in the chat.

        False when they are kept nowhere. Those that came before count as kept.
        """
        return await self._do(words.number, lambda work: private_words.say(work, words), True)

    async def edit(self, words: PrivateWords) -> bool:
        """What was written before reads like this now. False when it does nowhere."""
        return await self._do(words.number, lambda work: private_words.edit(work, words), True)

    async def withdraw(self, words: PrivateWords) -> None:
        """What was written before is for nobody: it waits no more to be said to whom it goes."""
        own = (words.telegram_id, words.message_id)
        await self._database.run(lambda connection: private_desk.drop_message(connection, *own))

    async def remember(self, words: PrivateWords, handoff: Glance) -> None:
        """The words are about this customer, though they don't go there."""
        told = told_of(words, handoff.id)
        await self._database.run(lambda connection: private_desk.tell(connection, [told]))

    async def fetch_held(
        self, agent: AgentCard, question: int, handoff: str, fetched: Callable[[Attachment, str], Awaitable[Attachment]]
    ) -> None:
        """Have the files among the words that wait for this question `fetched`, if the customer is elsewhere.

        It is given what they are, and whose words.
        """
        glance, telegram_id = await self._handoffs.get(handoff), agent.telegram_id or 0
        if glance is None or glance.channel == "telegram":
            return
        waiting = await self._database.read(lambda connection: private_desk.held(connection, telegram_id, question))
        for held in waiting:
            content = msgspec.json.decode(held.body, type=Content)
            if content.attachment is not None and content.attachment.file.startswith("telegram:"):
                file = await fetched(content.attachment, f"held {telegram_id} {held.message_id}")
                body = msgspec.json.encode(msgspec.structs.replace(content, attachment=file)).decode()
                change = partial(
                    private_desk.change_held, telegram_id=telegram_id, message_id=held.message_id, body=body
                )
                await self._database.run(change)

    async def send_held(
        self, agent: AgentCard, number: int, question: int, handoff: str
    ) -> tuple[Answer, Served | None]:
        """The words that wait for this question go there. `unknown`: none wait. `again`: this press came before."""
        act = partial(
            private_words.send_held,
            agent=agent.id,
            telegram_id=agent.telegram_id or 0,
            number=number,
            question=question,
            handoff=handoff,
        )
        return await self._do(number, act, (Answer(why="again"), None))

    async def face(self, agent: AgentCard, number: int, handoff: str, language: str) -> tuple[Answer, Served | None]:
        """What the agent writes goes to this customer from now on. `again` when they have chosen another since."""
        act = partial(
            private_words.face,
            agent=agent.id,
            telegram_id=agent.telegram_id or 0,
            number=number,
            handoff=handoff,
            language=language,
        )
        return await self._do(number, act, (Answer(why="again"), None))

    async def show_waiting(self, agent: AgentCard, number: int, language: str) -> bool:
        """Show the agent whom they may take by themselves now. False when nobody waits for that."""
        telegram_id = agent.telegram_id or 0
        act = partial(_show_waiting, agent=agent.id, telegram_id=telegram_id, language=language)
        return await self._do(number, act, True)

    # Questions

    async def aimed_at(self, words: PrivateWords) -> Glance | None:
        """The hand-off that words, or a command, would go to if they were written now."""
        handoff = await self._turns.do(Job(act=lambda work: private_words.aim(work, words), again=None))
        return await self._handoffs.get(handoff) if handoff is not None else None

    async def about(self, words: PrivateWords) -> Glance | None:
        """The hand-off that this message of theirs is about."""
        handoff = await self._database.read(
            lambda connection: private_desk.handoff_of(connection, words.telegram_id, words.message_id)
        )
        return await self._handoffs.get(handoff) if handoff is not None else None

    async def served_by(self, agent: str) -> tuple[Served, ...]:
        """The customers whom the agent has."""
        language = self._installation.desk_language
        return await self._database.read(lambda connection: private_side.served_by(connection, agent, language))

    async def _do(self, number: int, act: Callable[[Work], T], again: T) -> T:
        return await self._turns.do(Job(act=act, again=again, key=(DESK_ACTS, f"private {number}")))


def _turn_on(work: Work, *, agent: str, language: str) -> None:
    private_desk.work_privately(work.connection, agent, True)
    found = agents.get(work.connection, agent)
    if found is None or found.telegram_id is None:
        return
    place = place_at(found.telegram_id)
    for handoff in handoffs.held_by(work.connection, agent):
        work.load([], [handoff.conversation_id])
        case = work.case(handoff.conversation_id)
        if case is not None:
            private_side.show_holder(work, case, handoff, place)
    _show_waiting(work, agent=agent, telegram_id=found.telegram_id, language=language)
    work.needs_routing = True


def _turn_off(work: Work, *, agent: str, language: str) -> tuple[Served, ...]:
    private_desk.facing(work.connection, agent)
    served = private_side.served_by(work.connection, agent, language)
    if not served:
        private_desk.work_privately(work.connection, agent, False)
        work.needs_routing = True
    return served


def _show_waiting(work: Work, *, agent: str, telegram_id: int, language: str) -> bool:
    """Those of queues from which agents pick by themselves: the others are offered."""
    found = agents.get(work.connection, agent)
    queues = work.installation.desk.queues
    picked = (
        [name for name in found.queues if name in queues and queues[name].distribution == "manual"] if found else []
    )
    waiting = tuple(
        private_side.served_as(work.connection, handoff, work.installation.desk_language)
        for handoff in handoffs.waiting(work.connection, *picked)[:WAITING_SHOWN]
    )
    if waiting:
        private_side.tell(work, telegram_id, DeskPrompt(says="waiting", language=language, choices=waiting))
    return bool(waiting)
