"""What must be true of a house when it has come to rest: what customers saw, the log and the outbox agree."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from bot.events import AnyEvent, BotSaid, CustomerSaid, from_json
from bot.ports import Say
from bot.service.parcels import outgoing_from_json
from storage import outbox
from storage.database import Database
from storage.tables import ConversationRow, EventRow, OutboxRow
from tests.botapi.server import BotApiServer
from tests.invariants.crowd import Crowd, Customer
from tests.invariants.flows import SLOW
from tests.invariants.waiting import until

REST_SECONDS = 120.0
ANSWER = 2  # messages: the most that one answer of the flows has
ANSWERED_BEFORE = (
    "answerCallbackQuery: Bad Request: query is too old and response timeout expired or query ID is invalid"
)


@dataclass(frozen=True, slots=True)
class Repeat:
    """An answer that was begun again: its first message that was shown twice, and when."""

    chat_id: int
    text: str
    first_at: float
    again_at: float


async def at_rest(server: BotApiServer, database: Database, within: float = REST_SECONDS) -> None:
    """Waits until every update is acknowledged and nothing is left to be sent. Raises AssertionError."""
    await server.all_delivered(within=within)

    async def empty() -> bool:
        return (await database.read(pending)) == 0

    await until(empty, within, "something booked was left unsent")


async def check_at_rest(server: BotApiServer, database_url: str, crowd: Crowd, deaths: Sequence[float] = ()) -> int:
    """Everybody finishes what they are at, the house comes to rest, and nothing is amiss: see `check`."""
    await crowd.go_home()
    database = Database(database_url)
    try:
        await at_rest(server, database)
        return await check(server, database, crowd.customers, deaths)
    finally:
        await database.close()


def pending(connection: Connection) -> int:
    return len(connection.execute(select(OutboxRow.id).where(outbox.IS_PENDING)).all())


async def check(
    server: BotApiServer, database: Database, customers: Sequence[Customer], deaths: Sequence[float] = ()
) -> int:
    """Everything that was said had its effect once, in order. Gives how many answers were begun again.

    `deaths` are the moments at which processes were killed: only then may an answer be begun again, or a tap answered
    twice.
    """
    mistakes = [mistake for mistake in server.violations if not (deaths and mistake == ANSWERED_BEFORE)]
    assert not mistakes, mistakes[:10]
    log = await database.read(_logs)
    rows = await database.read(_rows)
    repeats = []
    for customer in customers:
        events = log[str(customer.chat_id)]
        assert _heard(events) == customer.said, f"{customer.chat_id} said {customer.said}, heard was {_heard(events)}"
        spoken = [event.content.text.text for event in events if isinstance(event, BotSaid)]
        assert [text for text in spoken if text != SLOW] == customer.due
        booked = rows[str(customer.chat_id)]
        assert [said for said, _ in booked] == customer.due
        assert {state for _, state in booked} == {"sent"}
        repeats += repeated(server, customer.chat_id, customer.due)
    check_repeats(repeats, deaths)
    return len(repeats)


def repeated(server: BotApiServer, chat_id: int, due: Sequence[str]) -> list[Repeat]:
    """The messages of a chat must be those that are due, in order; the last answer may be begun again in the midst."""
    sent = [call for call in server.log.to("sendMessage", chat_id=chat_id) if call.took_effect]
    repeats: list[Repeat] = []
    shown_at: list[float] = []  # of each that is due, the last time
    for call in sent:
        text = call.params["text"]
        if text == SLOW:
            continue
        place = len(shown_at)
        if place == len(due) or text != due[place]:
            again = next((back for back in range(place - 1, max(place - ANSWER, 0) - 1, -1) if due[back] == text), None)
            assert again is not None, f"{chat_id} was shown {text!r} after {due[:place][-ANSWER:]}"
            repeats.append(Repeat(chat_id, text, shown_at[again], call.at))
            del shown_at[again:]
        shown_at.append(call.at)
    assert len(shown_at) == len(due), f"{chat_id} was never shown {due[len(shown_at) :]}"
    return repeats


def check_repeats(repeats: Collection[Repeat], deaths: Sequence[float]) -> None:
    """An answer is begun again only because a process died while it was on its way: one of a chat for each death."""
    blamed: set[tuple[int, float]] = set()
    for repeat in repeats:
        meanwhile = [at for at in deaths if repeat.first_at <= at <= repeat.again_at]
        free = [at for at in meanwhile if (repeat.chat_id, at) not in blamed]
        assert free, f"{repeat} though nobody died meanwhile"
        blamed.add((repeat.chat_id, free[0]))


def _heard(events: Sequence[AnyEvent]) -> list[str]:
    """What the log says that the customer said."""
    return [event.tapped or event.content.text.text for event in events if isinstance(event, CustomerSaid)]


def _logs(connection: Connection) -> dict[str, list[AnyEvent]]:
    """The events of each address, whose numbers must follow each other."""
    statement = (
        select(ConversationRow.address, EventRow.conversation_id, EventRow.number, EventRow.body)
        .join_from(EventRow, ConversationRow, ConversationRow.id == EventRow.conversation_id)
        .order_by(EventRow.conversation_id, EventRow.number)
    )
    logs: defaultdict[str, list[AnyEvent]] = defaultdict(list)
    counted: defaultdict[str, int] = defaultdict(int)
    for address, conversation, number, body in connection.execute(statement):
        counted[conversation] += 1
        assert number == counted[conversation], (
            f"event {number} of {conversation} comes as its {counted[conversation]}th"
        )
        logs[address].append(from_json(body))
    return logs


def _rows(connection: Connection) -> dict[str, list[tuple[str, str]]]:
    """Text and state of the messages booked for each address, in order."""
    statement = select(OutboxRow.address, OutboxRow.body, OutboxRow.state).order_by(OutboxRow.id)
    rows: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    booked: Any
    for address, booked, state in connection.execute(statement.where(OutboxRow.channel == "telegram")):
        outgoing = outgoing_from_json(booked)
        if isinstance(outgoing, Say) and outgoing.content.text.text != SLOW:
            rows[address].append((outgoing.content.text.text, state))
    return rows
