"""What agents do with the customers who asked for a person, from whatever desk they work at."""

from functools import partial

from bot.content import Content, Value
from bot.service.desk import agent_acts, moving_acts
from bot.service.desk.agent_acts import Act, Answer
from bot.service.desk.cards import name_of
from bot.service.desk.histories import KINDS, Said, history_of
from bot.service.installation import Installation
from bot.service.jobs import DESK_ACTS, Job
from bot.service.turns import Turns
from storage import event_log, handoffs
from storage.database import Connection, Database
from storage.handoffs import Handoff

AGAIN = Answer(why="again")


class Glance(Value, frozen=True, kw_only=True):
    """A hand-off as a desk shows it in one line."""

    id: str
    number: int
    queue: str
    state: str
    conversation: str
    customer: str
    language: str
    channel: str
    agent: str | None
    thread: str | None


class Handoffs:
    """Each act is one transaction that holds the conversation; the same `external_id` acts once."""

    def __init__(self, *, database: Database, turns: Turns, installation: Installation) -> None:
        self._database = database
        self._turns = turns
        self._installation = installation

    # Acts

    async def take(self, handoff: str, agent: str, external_id: str) -> Answer:
        """The agent takes the customer, if nobody has them and they are offered to nobody else."""
        return await self._act(handoff, agent, external_id, agent_acts.take)

    async def accept(self, handoff: str, agent: str, external_id: str) -> Answer:
        """The agent takes the customer who is offered to them. Too late is no matter while nobody else has them."""
        return await self._act(handoff, agent, external_id, agent_acts.take)

    async def decline(self, handoff: str, agent: str, external_id: str) -> Answer:
        """The agent does not want the customer who is offered to them."""
        return await self._act(handoff, agent, external_id, agent_acts.decline)

    async def take_over(self, handoff: str, agent: str, external_id: str) -> Answer:
        """The supervisor takes the customer, whoever has them."""
        return await self._act(handoff, agent, external_id, agent_acts.take_over)

    async def reply(self, handoff: str, agent: str, external_id: str, content: Content, message_id: str) -> Answer:
        """Bring the agent's words to the customer. To answer somebody who waits is to take them."""
        return await self._act(
            handoff, agent, external_id, partial(agent_acts.reply, content=content, message_id=message_id)
        )

    async def edit(self, handoff: str, agent: str, external_id: str, content: Content, message_id: str) -> Answer:
        """What the agent wrote before reads like this now."""
        return await self._act(
            handoff, agent, external_id, partial(agent_acts.edit, content=content, message_id=message_id)
        )

    async def note(
        self,
        handoff: str,
        agent: str,
        external_id: str,
        text: str,
        *,
        message_id: str | None = None,
        album: str | None = None,
        is_all: bool = True,
    ) -> Answer:
        """Keep a note for the desk; the customer never sees it. `again` when the message held the same one before.

        `is_all`: the message holds nothing for the customer. It is `said_before` if they have what it held before.
        """
        act = partial(agent_acts.note, text=text, message_id=message_id, album=album, is_all=is_all)
        return await self._act(handoff, agent, external_id, act)

    async def release(self, handoff: str, agent: str, external_id: str) -> Answer:
        """Give the customer back to the queue, where they keep their place."""
        return await self._act(handoff, agent, external_id, moving_acts.release)

    async def transfer(
        self, handoff: str, agent: str, external_id: str, *, queue: str | None = None, to_agent: str | None = None
    ) -> Answer:
        """Move the customer to another queue or to another agent."""
        if to_agent is not None:
            return await self._act(handoff, agent, external_id, partial(moving_acts.transfer_to_agent, target=to_agent))
        return await self._act(handoff, agent, external_id, partial(moving_acts.transfer_to_queue, queue=queue or ""))

    async def close(
        self, handoff: str, agent: str, external_id: str, *, disposition: str | None = None, note: str | None = None
    ) -> Answer:
        """The agent is done; the flow goes on with the customer."""
        return await self._act(
            handoff, agent, external_id, partial(moving_acts.close, disposition=disposition, note=note)
        )

    async def wrap_up(
        self, handoff: str, agent: str, external_id: str, *, disposition: str | None = None, note: str | None = None
    ) -> Answer:
        """The work after the closing is over; how it ended may be said, or corrected, now."""
        return await self._act(
            handoff, agent, external_id, partial(moving_acts.wrap_up, disposition=disposition, note=note)
        )

    async def _act(self, handoff: str, agent: str, external_id: str, act: Act) -> Answer:
        conversation = handoff.partition(".")[0]
        return await self._turns.do(
            Job(
                act=lambda work: agent_acts.look_up_and(act, work, handoff, agent),
                again=AGAIN,
                key=(DESK_ACTS, external_id),
                conversation=conversation,
            )
        )

    # Questions

    async def get(self, handoff: str) -> Glance | None:
        """The hand-off of this id."""
        return await self._database.read(lambda connection: self._glance(connection, handoffs.get(connection, handoff)))

    async def numbered(self, number: int) -> Glance | None:
        """The hand-off of this number, by which people call it."""
        return await self._database.read(
            lambda connection: self._glance(connection, handoffs.numbered(connection, number))
        )

    async def in_thread(self, thread: str) -> Glance | None:
        """The hand-off that a desk has put into this thread, `group:topic`."""
        group, _, topic = thread.partition(":")
        return await self._database.read(
            lambda connection: self._glance(connection, handoffs.in_thread(connection, group, topic))
        )

    async def history(self, handoff: str) -> list[Said]:
        """All that was said in the whole conversation, among agents too, the oldest first."""
        language, zone = self._installation.desk_language, self._installation.time_zone

        def read(connection: Connection) -> list[Said]:
            found = handoffs.get(connection, handoff)
            if found is None:
                return []
            entries = event_log.read_conversation(connection, found.conversation_id, kinds=KINDS)
            return history_of(connection, entries, name_of(connection, found, language), language, zone)

        return await self._database.read(read)

    def dispositions(self, queue: str) -> tuple[str, ...]:
        """How a hand-off of this queue may be closed."""
        return self._installation.desk.queue_named(queue).dispositions

    def _glance(self, connection: Connection, handoff: Handoff | None) -> Glance | None:
        if handoff is None:
            return None
        return Glance(
            id=handoff.id,
            number=handoff.number,
            queue=handoff.queue,
            state=handoff.state,
            conversation=handoff.conversation_id,
            customer=name_of(connection, handoff, self._installation.desk_language),
            language=handoff.language,
            channel=handoff.channel,
            agent=handoff.agent_id,
            thread=handoff.thread,
        )
