"""One hand-off has at most one agent, whoever presses where; who was slower is told who has it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

from sqlalchemy import Connection, select

from bot.events import HandoffTaken, from_json
from storage.database import Database
from storage.tables import AgentRow, ConversationRow, EventRow, HandoffRow
from tests.botapi.people import Person
from tests.botapi.queries import CallbackQuery
from tests.botapi.server import BotApiServer
from tests.invariants.house import House
from tests.invariants.several import Several
from tests.invariants.staff import DESK_CHAT, hire

CUSTOMERS = 12
PATIENCE_SECONDS = 60.0


async def test_of_many_who_press_at_once_one_has_the_customer(tmp_path: Path, postgres_database: str) -> None:
    async with BotApiServer(in_order=False) as server, AsyncExitStack() as stack:  # presses overtake each other
        house = House.build(tmp_path / "house", server, postgres_database)
        database = Database(postgres_database)
        stack.push_async_callback(database.close)
        agents = await hire(server, database)
        several = await Several.begin(house, 4, stack, {"TELEGRAM__DESK_CHAT_ID": str(DESK_CHAT)})
        await several.opened()
        customers = [server.customer(1000 + number, f"Customer {number}") for number in range(CUSTOMERS)]
        await asyncio.gather(*map(_ask_for_a_person, customers))
        presses = [press async for press in _all_press(agents, customers)]
        holders = await database.read(_holders)
        taken = await database.read(_taken)
        for customer, pressed in zip(customers, presses, strict=True):
            said = [(await query.answer(within=PATIENCE_SECONDS)).get("text") for query in pressed]
            winner = holders[str(customer.chat.chat_id)]
            assert sorted(map(str, said)) == sorted(["It's yours.", *[f"{winner} has it."] * (len(agents) - 1)])
            assert said[[agent.user.first_name for agent in agents].index(winner)] == "It's yours."
            await customer.wait_for(f"{winner} has joined")
            assert sum("has joined" in seen.text for seen in customer.screen()) == 1
        assert sorted(taken) == sorted(holders.values())
        assert server.violations == []
        several.check_sound()


async def _ask_for_a_person(customer: Person) -> None:
    await customer.start()
    await customer.wait_for("Which way?", button="Talk to a person", within=PATIENCE_SECONDS)
    await customer.tap("Talk to a person")


async def _all_press(agents: list[Person], customers: list[Person]) -> AsyncIterator[list[CallbackQuery]]:
    """In each customer's topic all agents press at the same moment."""
    for customer in customers:
        topic = await agents[0].wait_for_topic(f"{customer.user.first_name} ", within=PATIENCE_SECONDS)
        await topic.wait_for(button="Take", within=PATIENCE_SECONDS, ever=True)
        pressed = [await agent.in_topic(topic.topic).tap("Take") for agent in agents]
        answers = [query for query in pressed if query is not None]
        await asyncio.gather(*(query.answer(within=PATIENCE_SECONDS) for query in answers))
        yield answers


def _holders(connection: Connection) -> dict[str, str]:
    """The agent's name by the customer's address."""
    statement = (
        select(ConversationRow.address, AgentRow.name)
        .join_from(HandoffRow, ConversationRow, ConversationRow.id == HandoffRow.conversation_id)
        .join(AgentRow, AgentRow.id == HandoffRow.agent_id)
    )
    return {row.address: row.name for row in connection.execute(statement)}


def _taken(connection: Connection) -> list[str]:
    """The names of those who took somebody, from the log."""
    bodies = connection.execute(select(EventRow.body).where(EventRow.kind == "handoff_taken")).scalars()
    return [event.agent_name for event in map(from_json, bodies) if isinstance(event, HandoffTaken)]
