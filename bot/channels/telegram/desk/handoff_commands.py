"""What agents can command for the customer in whose topic they are."""

from collections.abc import Mapping, Sequence

from bot.channels.direction import isolated
from bot.channels.telegram.desk.answers import refusal
from bot.channels.telegram.desk.commands import Call, Role
from bot.channels.telegram.desk.history import as_file as history_file
from bot.channels.telegram.desk.history import pages as history_pages
from bot.channels.telegram.desk.notes import Notes
from bot.channels.telegram.desk.numbers import nobody_meant, with_number
from bot.channels.telegram.notices import Notices, Spot
from bot.channels.telegram.rendering import plain
from bot.channels.telegram.wording.words import word
from bot.service.desk.agent_acts import Answer
from bot.service.desk.agents import SUPERVISORS, Agents
from bot.service.desk.handoffs import Glance, Handoffs
from bot.service.desk.supervision import Supervision

DONE = {"take": "taken", "release": "released", "transfer": "transferred", "close": "closed"}


class HandoffCommands:
    """Each command is one act of the service; what became of it is told where it is not seen by itself.

    Outside of the customer's topic each begins with the customer's number.
    """

    names: Mapping[str, Role] = dict.fromkeys(("take", "release", "transfer", "close", "note", "history"), "agent")

    def __init__(
        self, handoffs: Handoffs, agents: Agents, notes: Notes, notices: Notices, supervision: Supervision
    ) -> None:
        self._handoffs = handoffs
        self._agents = agents
        self._notes = notes
        self._notices = notices
        self._supervision = supervision

    async def run(self, given: Call) -> None:
        """Do it."""
        call = await with_number(given, self._handoffs)
        if call.handoff is None:
            await self._notices.reply(call.message, nobody_meant(given))
        elif call.name == "note":
            await self._notes.write(call.number, call.message, call.agent, call.handoff, call.argument)
        elif call.name == "history":
            await self._history(call, call.handoff)
        else:
            answer = await self._move(call, call.handoff)
            if not answer.done:
                await self._notices.reply(call.message, await self._explained(answer, call, call.handoff))
            elif call is not given:
                await self._notices.reply(call.message, word(DONE[call.name], call.language))

    async def _move(self, call: Call, handoff: Glance) -> Answer:
        match call.name:
            case "take":
                take = self._handoffs.take_over if call.agent.role in SUPERVISORS else self._handoffs.take
                return await take(handoff.id, call.agent.id, call.number)
            case "release":
                return await self._handoffs.release(handoff.id, call.agent.id, call.number)
            case "transfer":
                return await self._transfer(call, handoff)
            case _:
                return await self._close(call, handoff)

    async def _close(self, call: Call, handoff: Glance) -> Answer:
        """It is over; where it was already, how it ended is said now."""
        disposition, _, note = call.argument.partition(" ")
        close = self._handoffs.wrap_up if handoff.state == "closed" and disposition else self._handoffs.close
        return await close(
            handoff.id, call.agent.id, call.number, disposition=disposition or None, note=note.strip() or None
        )

    async def _transfer(self, call: Call, handoff: Glance) -> Answer:
        wanted = call.argument.casefold()
        for queue in self._supervision.queues:
            if queue.casefold() == wanted:
                return await self._handoffs.transfer(handoff.id, call.agent.id, call.number, queue=queue)
        other = await self._agents.named(call.argument)
        if other is None:
            return Answer(why="unknown_queue")
        return await self._handoffs.transfer(handoff.id, call.agent.id, call.number, to_agent=other.id)

    async def _explained(self, answer: Answer, call: Call, handoff: Glance) -> str:
        if answer.why == "unknown_queue":
            known = [*self._supervision.queues, *(other.name for other in await self._agents.every())]
            return self._unknown("unknown_target" if call.argument else "no_target", call, call.argument, known)
        if answer.why == "unknown_disposition":
            name = call.argument.partition(" ")[0]
            return self._unknown("unknown_disposition", call, name, self._handoffs.dispositions(handoff.queue))
        if answer.why == "theirs" and call.name != "take":
            return f"{refusal(answer, call.language)} {word('supervisors_only', call.language)}"
        return refusal(answer, call.language)

    def _unknown(self, told: str, call: Call, name: str, known: Sequence[str]) -> str:
        """There is nothing of this name, but of those."""
        listed = ", ".join(isolated(one, call.language) for one in known)
        return word(told, call.language, name=isolated(name, call.language), known=listed)

    async def _history(self, call: Call, handoff: Glance) -> None:
        history, spot = await self._handoffs.history(handoff.id), Spot.of(call.message)
        pages = history_pages(history, call.language or "en")
        if pages is None:
            await self._notices.send_file(spot, f"{handoff.number}.txt", history_file(history))
        else:
            await self._notices.say_all(spot, pages or [plain(word("history_empty", call.language))])
