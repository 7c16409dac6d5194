"""What agents do with numbers that were left, from wherever they work, and the list of those to be called."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

import msgspec

from bot.content import Value
from bot.ports import Clock, DeskCallback
from bot.service.departments import callback_acts, callback_keeping
from bot.service.departments.callback_acts import Act, CallbackAnswer, Outcome
from bot.service.desk.words import shown_name
from bot.service.installation import Installation
from bot.service.jobs import DESK_ACTS, Job
from bot.service.turns import Turns
from bot.service.work import Work
from storage import agents, callbacks, customers
from storage.callbacks import Callback
from storage.database import Connection, Database

AGAIN = CallbackAnswer(why="again")


class CallbackCard(Value, frozen=True, kw_only=True):
    """A wish to be called; `due_at` is none for as soon as possible, `place_at` since when a place is kept."""

    id: str
    state: str
    queue: str
    phone: str
    customer: str
    customer_name: str
    requested_at: datetime
    due_at: datetime | None
    place_at: datetime | None
    tries: int
    outcome: str | None
    agent_name: str | None


class Callbacks:
    """Each act is one transaction that holds the callback's conversation; the same `external_id` acts once."""

    def __init__(self, *, database: Database, turns: Turns, installation: Installation, clock: Clock) -> None:
        self._database = database
        self._turns = turns
        self._installation = installation
        self._clock = clock

    async def take(self, callback: str, agent: str, external_id: str) -> CallbackAnswer:
        """The agent is going to call, if nobody else is."""
        return await self._act(callback, agent, external_id, callback_acts.take)

    async def give_back(self, callback: str, agent: str, external_id: str) -> CallbackAnswer:
        """Somebody else shall call."""
        return await self._act(callback, agent, external_id, callback_acts.give_back)

    async def end(self, callback: str, agent: str, external_id: str, outcome: Outcome) -> CallbackAnswer:
        """The agent has called, and this came of it."""
        return await self._act(callback, agent, external_id, partial(callback_acts.end, outcome=outcome))

    async def _act(self, callback: str, agent: str, external_id: str, act: Act) -> CallbackAnswer:
        return await self._turns.do(
            Job(
                act=lambda work: callback_acts.look_up_and(act, work, callback, agent),
                again=AGAIN,
                key=(DESK_ACTS, external_id),
                conversation=callback.partition(".")[0],
            )
        )

    async def card(self, callback: str) -> DeskCallback | None:
        """How it stands, as agents see it; `group` and `card` say where they do."""

        def look(work: Work) -> DeskCallback | None:
            found, case = callbacks.get(work.connection, callback), work.case(callback.partition(".")[0])
            if found is None or case is None:
                return None
            card = callback_keeping.card_of(work, case, found)
            return msgspec.structs.replace(card, card=found.desk_message)

        return await self._turns.do(Job(act=look, again=None, conversation=callback.partition(".")[0]))

    async def due(self, limit: int) -> list[CallbackCard]:
        """Those to be called now or in hand, who is to be called first before the others."""
        now, language = self._clock.now(), self._installation.desk_language

        def read(connection: Connection) -> list[CallbackCard]:
            found = in_turn(callbacks.unfinished(connection), now)
            due = [one for one in found if one.due_at is None or one.due_at <= now or one.state == "taken"]
            return [_card(connection, one, language) for one in due[:limit]]

        return await self._database.read(read)

    def on_clock(self, moment: datetime) -> datetime:
        """The moment on the business's clock."""
        return moment.astimezone(self._installation.time_zone)


async def unfinished(database: Database, queue: str | None, now: datetime, limit: int) -> list[CallbackCard]:
    """Those to be called, of a queue or of all, who is to be called first before the others. Raises DatabaseDown."""

    def read(connection: Connection) -> list[CallbackCard]:
        found = in_turn(callbacks.unfinished(connection, queue), now)
        return [_card(connection, one, "en") for one in found[:limit]]

    return await database.read(read)


def in_turn(found: Sequence[Callback], now: datetime) -> list[Callback]:
    """Those whose time has come before all others; among them who has priority, then in order of their times."""

    def turn(callback: Callback) -> tuple[bool, int]:
        is_later = callback.due_at is not None and callback.due_at > now
        return is_later, 0 if is_later else -callback.priority

    return sorted(found, key=turn)


def _card(connection: Connection, callback: Callback, language: str) -> CallbackCard:
    known = customers.addresses(connection, callback.customer_id)
    name = next((address.name for address in known if address.name), "")
    channel = known[0].channel if known else ""
    return CallbackCard(
        id=callback.id,
        state=callback.state,
        queue=callback.queue,
        phone=callback.phone,
        customer=callback.customer_id,
        customer_name=shown_name(name, channel, callback.customer_id, language),
        requested_at=callback.requested_at,
        due_at=callback.due_at,
        place_at=callback.place_at,
        tries=callback.tries,
        outcome=callback.outcome,
        agent_name=agents.name_of(connection, callback.agent_id),
    )
