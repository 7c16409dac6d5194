"""Canned answers, filled in for the customer who gets them."""

import re
from collections.abc import Mapping
from typing import Literal

from bot.content import Content, Json, RichText, Value
from bot.desk.canned import SLOT, in_language, slots_in
from bot.engine.text import parse_text, render
from bot.problems import nearest
from bot.service.case import Case
from bot.service.installation import Installation
from bot.service.jobs import Job
from bot.service.turns import Turns
from bot.service.work import Work
from storage import agents, handoffs
from storage.agents import Agent
from storage.handoffs import Handoff

NAMELESS = re.compile(r"\s*\{customer\.name\}")


class Filled(Value, frozen=True, kw_only=True):
    """What became of the wish to say a canned answer: its `text`, or why there is none.

    `unknown`: there is none of this name; `name` is the nearest, where one comes close. `missing`: the customer has not
    told what it would say; `name` is the slot.
    """

    why: Literal["filled", "unknown", "missing", "over"] = "filled"
    text: RichText = RichText()
    name: str | None = None

    @property
    def content(self) -> Content:
        """The answer as a message."""
        return Content(text=self.text)


class Canned:
    """The answers of the desk's file."""

    def __init__(self, *, turns: Turns, installation: Installation) -> None:
        self._turns = turns
        self._installation = installation

    def names(self) -> tuple[str, ...]:
        """What there is."""
        return tuple(self._installation.desk.canned)

    async def fill(self, handoff: str, agent: str, name: str) -> Filled:
        """The answer of this name, as this agent says it to this customer in their language. Raises DatabaseDown."""
        canned = self._installation.desk.canned  # the desk may be another one when the act's turn comes
        texts = next((canned[other] for other in canned if other.casefold() == name.casefold()), None)
        if texts is None:
            return Filled(why="unknown", name=nearest(name, canned))
        return await self._turns.do(
            Job(
                act=lambda work: _fill(work, handoff, agent, texts),
                again=Filled(why="over"),
                conversation=handoff.partition(".")[0],
            )
        )


def _fill(work: Work, handoff_id: str, agent_id: str, texts: Mapping[str, str]) -> Filled:
    handoff, agent = handoffs.get(work.connection, handoff_id), agents.get(work.connection, agent_id)
    case = work.case(handoff.conversation_id) if handoff else None
    if handoff is None or agent is None or case is None:
        return Filled(why="over")
    language = case.conversation.language
    text = in_language(texts, language, work.installation.desk_language)
    for slot in slots_in(text):
        if case.conversation.slots.get(slot) is None or slot in case.program.secret_slots:
            return Filled(why="missing", name=slot)
    if not case.conversation.customer.name.strip():
        text = NAMELESS.sub("", text)
    values = _values(case, handoff, agent)
    return Filled(text=render(parse_text(text), values.get, language))


def _values(case: Case, handoff: Handoff, agent: Agent) -> dict[str, Json]:
    slots = {f"{SLOT}{name}": value for name, value in case.conversation.slots.items()}
    known = {
        "customer.name": case.conversation.customer.name,
        "agent.name": agent.name,
        "number": str(handoff.number),
        "queue": handoff.queue,
    }
    return {**slots, **known}
