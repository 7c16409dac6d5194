"""What admins can command about who works here."""

from collections.abc import Mapping, Sequence

from bot.channels.direction import isolated
from bot.channels.telegram.desk.card_buttons import keyboard
from bot.channels.telegram.desk.commands import RANKS, Call, Role
from bot.channels.telegram.desk.lists import counted, listed
from bot.channels.telegram.notices import Notices, Spot
from bot.channels.telegram.wording.words import word
from bot.service.desk.agents import AgentCard, Agents
from bot.service.desk.supervision import Outcome, Supervision

MOST_CUSTOMERS = 100
MOST_DIGITS = 15  # of a Telegram account
EXAMPLES = {
    "addagent": "/addagent Sara Ahmadi support",
    "removeagent": "/removeagent Sara Ahmadi",
    "role": "/role Sara Ahmadi supervisor",
    "serve": "/serve Sara Ahmadi support orders",
    "capacity": "/capacity Sara Ahmadi 3",
}


class StaffCommands:
    """Each names an agent, and after the name says what shall be so."""

    names: Mapping[str, Role] = dict.fromkeys(EXAMPLES, "admin")

    def __init__(self, supervision: Supervision, agents: Agents, notices: Notices) -> None:
        self._supervision = supervision
        self._agents = agents
        self._notices = notices

    async def run(self, call: Call) -> None:
        """Do it, or tell how it is written."""
        if call.name == "addagent":
            await self._reply(call, await self._add(call))
            return
        found, rest = await self._named(call.argument)
        if not call.argument:
            await self._reply(call, how(call))
        elif len(found) != 1:
            await self._reply(call, await self._which(call, found))
        elif call.name == "removeagent":
            await self._ask(call, found[0])
        else:
            await self._reply(call, await self._change(call, found[0], rest))

    async def _reply(self, call: Call, text: str) -> None:
        await self._notices.reply(call.message, text)

    async def _named(self, argument: str) -> tuple[list[AgentCard], list[str]]:
        """The agents whom the longest beginning of these words names, by name or Telegram account, and what follows."""
        words, everybody = argument.split(), await self._agents.every()
        for count in range(len(words), 0, -1):
            name = " ".join(words[:count]).casefold()
            found = [one for one in everybody if name in (one.name.casefold(), str(one.telegram_id))]
            if found:
                return found, words[count:]
        return [], words

    async def _which(self, call: Call, found: Sequence[AgentCard]) -> str:
        if found:
            known = listed((str(one.telegram_id) for one in found), call.language)
            return word("staff_same_name", call.language, name=isolated(found[0].name, call.language), known=known)
        known = listed((one.name for one in await self._agents.every()), call.language)
        return word("staff_unknown", call.language, name=isolated(call.argument, call.language), known=known)

    async def _add(self, call: Call) -> str:
        """Who wrote the message that this answers, or whose account the number is."""
        words, answered = call.argument.split(), call.message.reply_to_message
        sender = answered.sender if answered is not None else None
        telegram_id = sender.id if sender is not None and not sender.is_bot else None
        name_before = sender.full_name if sender is not None else ""
        if words and words[0].isdecimal() and len(words[0]) <= MOST_DIGITS and int(words[0]):
            telegram_id, name_before = int(words.pop(0)), ""
        queues = _queues_at_end(words, self._supervision.queues)
        name = " ".join(words[: len(words) - len(queues)]) or name_before
        if telegram_id is None or not name:
            other = isolated("/addagent 123456789 Sara Ahmadi support", call.language)
            return word("staff_how_addagent", call.language, example=isolated("/addagent", call.language), other=other)
        return self._told(call, name, await self._supervision.add(name, telegram_id, queues))

    async def _change(self, call: Call, agent: AgentCard, words: Sequence[str]) -> str:
        match call.name, words:
            case "role", ["agent" | "supervisor" | "admin" as role]:
                what = word(f"role_{role}", call.language)
                return self._told(call, agent.name, await self._supervision.give_role(agent.id, role), what)
            case "serve", [_, *_]:
                what = listed(words, call.language)
                return self._told(call, agent.name, await self._supervision.serve(agent.id, words), what)
            case "capacity", [number] if number.isdecimal() and 0 < int(number) <= MOST_CUSTOMERS:
                what = counted(int(number), call.language)
                return self._told(call, agent.name, await self._supervision.give_capacity(agent.id, int(number)), what)
            case _:
                return how(call)

    def _told(self, call: Call, name: str, outcome: Outcome, what: str = "") -> str:
        return staff_text(f"done_{call.name}", outcome, name, self._supervision.queues, call.language, what)

    async def _ask(self, call: Call, agent: AgentCard) -> None:
        """Nobody is removed by a slip of the finger."""
        text = word(
            "staff_sure",
            call.language,
            agent=isolated(agent.name, call.language),
            count=counted(agent.load, call.language),
        )
        row = [(word(f"button_{deed}", call.language), f"{deed} {agent.id}") for deed in ("fire", "keep")]
        await self._notices.say(Spot.of(call.message), text, keyboard([row], call.language or "en"))


def how(call: Call) -> str:
    """How the command is written."""
    return word("staff_how", call.language, example=isolated(EXAMPLES[call.name], call.language))


def staff_text(
    done: str, outcome: Outcome, name: str, queues: Sequence[str], language: str | None, what: str = ""
) -> str:
    """What came of a change to who works here."""
    known = listed(queues, language)
    told = done if outcome == "done" else outcome
    return word(f"staff_{told}", language, agent=isolated(name, language), known=known, what=what)


def may(agent: AgentCard, role: Role) -> bool:
    """Whether the agent has this role or a higher one."""
    return RANKS[agent.role] >= RANKS[role]


def _queues_at_end(words: Sequence[str], queues: Sequence[str]) -> list[str]:
    count = 0
    while count < len(words) and words[-1 - count] in queues:
        count += 1
    return list(words[len(words) - count :])
