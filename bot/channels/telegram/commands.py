"""What agents can command in their group."""

from collections.abc import Sequence

from bot.channels.telegram.notices import Notices
from bot.channels.telegram.rendering import bold, joined, plain
from bot.channels.telegram.wire import Message
from bot.channels.telegram.words import word
from bot.service.agent_acts import Answer
from bot.service.agents import Agents
from bot.service.handoffs import Glance, Handoffs

HISTORY_LINES = 100  # the newest; more would fill the topic
OF_A_CUSTOMER = ("take", "release", "transfer", "close", "note", "history")
ANYWHERE = ("queue", "away", "back", "help")
COMMANDS = (*OF_A_CUSTOMER, *ANYWHERE)


class Commands:
    """Each command is one act of the service; what became of it is told where it is not seen by itself."""

    def __init__(self, handoffs: Handoffs, agents: Agents, notices: Notices, queues: Sequence[str]) -> None:
        self._handoffs = handoffs
        self._agents = agents
        self._notices = notices
        self._queues = queues

    def knows(self, name: str) -> bool:
        """Whether there is such a command."""
        return name in COMMANDS

    async def run(
        self, update_id: int, message: Message, agent: str, handoff: Glance | None, name: str, argument: str
    ) -> None:
        """Do it."""
        number = str(update_id)
        if name in ANYWHERE:
            await self._anywhere(message, agent, name, argument)
        elif handoff is None:
            await self._notices.reply(message, word("no_handoff_here", message.language))
        elif name == "note":
            await self.note(number, message, agent, handoff, argument)
        elif name == "history":
            await self._history(message, handoff)
        else:
            answer = await self._move(number, agent, handoff, name, argument)
            if not answer.done:
                await self._notices.reply(message, await self._explained(answer, message, handoff, argument))

    async def note(self, number: str, message: Message, agent: str, handoff: Glance, text: str) -> None:
        """Keep a note that stays inside."""
        if not text:
            await self._notices.reply(message, word("nothing_to_note", message.language))
            return
        answer = await self._handoffs.note(handoff.id, agent, number, text)
        told = word("noted", message.language) if answer.done else self.refusal(answer, message.language)
        await self._notices.reply(message, told)

    def refusal(self, answer: Answer, language: str | None) -> str:
        """Why nothing was done."""
        match answer.why:
            case "theirs":
                return word("taken_by_other", language, agent=answer.agent_name or "?")
            case "waiting":
                return word("not_yours", language)
            case "nobody_there":
                return word("nobody_there", language)
            case _:
                return word("over", language)

    async def _move(self, number: str, agent: str, handoff: Glance, name: str, argument: str) -> Answer:
        match name:
            case "take":
                return await self._handoffs.take(handoff.id, agent, number)
            case "release":
                return await self._handoffs.release(handoff.id, agent, number)
            case "transfer":
                return await self._transfer(number, agent, handoff, argument)
            case _:
                disposition, _, note = argument.partition(" ")
                return await self._handoffs.close(
                    handoff.id, agent, number, disposition=disposition or None, note=note.strip() or None
                )

    async def _transfer(self, number: str, agent: str, handoff: Glance, target: str) -> Answer:
        wanted = target.strip().casefold()
        for queue in self._queues:
            if queue.casefold() == wanted:
                return await self._handoffs.transfer(handoff.id, agent, number, queue=queue)
        other = await self._agents.named(target)
        if other is None:
            return Answer(why="unknown_queue")
        return await self._handoffs.transfer(handoff.id, agent, number, to_agent=other.id)

    async def _explained(self, answer: Answer, message: Message, handoff: Glance, argument: str) -> str:
        if answer.why in ("unknown_queue", "unknown_agent"):
            known = [*self._queues, *(other.name for other in await self._agents.every())]
            return word("unknown_target", message.language, name=argument, known=", ".join(known))
        if answer.why == "unknown_disposition":
            known = list(self._handoffs.dispositions(handoff.queue))
            name = argument.partition(" ")[0]
            return word("unknown_disposition", message.language, name=name, known=", ".join(known))
        return self.refusal(answer, message.language)

    async def _history(self, message: Message, handoff: Glance) -> None:
        lines = (await self._handoffs.transcript(handoff.id))[-HISTORY_LINES:]
        pieces = [piece for who, what in lines for piece in (bold(who), plain(f": {what}\n"))]
        await self._notices.reply(message, joined(*pieces) if pieces else word("history_empty", message.language))

    async def _anywhere(self, message: Message, agent: str, name: str, argument: str) -> None:
        if name == "help":
            lines = [f"/{known}: {word(f'command_{known}', message.language)}" for known in COMMANDS]
            await self._notices.reply(message, "\n".join((*lines, word("note_sign", message.language))))
            return
        if name == "queue":
            waiting = [glance for queue in self._queues for glance in await self._handoffs.waiting(queue)]
            lines = [f"#{one.number} {one.customer} · {one.queue}" for one in waiting]
            await self._notices.reply(message, "\n".join(lines) or word("queue_empty", message.language))
            return
        await self._agents.be(agent, "away" if name == "away" else "available", argument or None)
        await self._notices.reply(message, word(name, message.language))
