"""Custom actions: run outside any transaction, their outcome an input like others."""

import asyncio
import logging
import time
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import NamedTuple

from bot.engine.action_messages import SHOWN, mapping, shows_nothing
from bot.engine.action_outcomes import uttered
from bot.engine.conversation import Conversation
from bot.engine.inputs import ActionBroke, ActionReturned
from bot.engine.tracker_events import EVENTS_SHOWN, in_rasas_words
from bot.events import from_json
from bot.ports import (
    ActionCall,
    ActionError,
    ActionOutcome,
    Actions,
    AnyOutgoing,
    Channel,
    ChannelBusy,
    ChannelRefused,
    Clock,
    Inbound,
    Receipt,
    RunAction,
)
from bot.service.consequences import ACTIONS
from bot.service.installation import Installation
from bot.service.turns import Turns
from bot.service.typing_sign import typing_shown
from storage import conversations, event_log
from storage.conversations import Stored
from storage.database import Connection, Database, DatabaseDown

log = logging.getLogger(__name__)

DATABASE_RETRY_SECONDS = 1.0
KINDS_SHOWN = ("customer_said", "bot_said", "slots_set", "flow_started")


class Asked(NamedTuple):
    """A call that a conversation waits for; `address` is the customer's in the call's channel."""

    call: ActionCall
    address: str


class ActionRuns:
    """The channel `action`: to send here is to run an action and to take its outcome in.

    A process that dies meanwhile leaves the row to others, so that an action may run twice; its outcome counts once.
    `channels` are those of the customers, who see meanwhile that an answer is being made.
    """

    def __init__(
        self,
        *,
        database: Database,
        installation: Installation,
        turns: Turns,
        actions: Actions,
        channels: Mapping[str, Channel],
        clock: Clock,
    ) -> None:
        self._database = database
        self._installation = installation
        self._turns = turns
        self._actions = actions
        self._channels = channels
        self._clock = clock
        self._warned: set[str] = set()  # actions, of which there are not many

    async def send(self, address: str, outgoing: AnyOutgoing, thread: str | None) -> Receipt:
        """Run the action. Raises ChannelBusy when the database does not answer before, ChannelRefused for all else."""
        if not isinstance(outgoing, RunAction):
            raise ChannelRefused("refused", f"{type(outgoing).__name__} is no action")
        try:
            asked = await self._database.read(lambda connection: self._asked(connection, outgoing))
        except DatabaseDown as down:
            raise ChannelBusy(str(down)) from down
        if asked is not None:
            async with self._typing(asked):
                outcome = await self._outcome(asked.call)
            await self._keep(outcome)
        return Receipt()

    async def _outcome(self, call: ActionCall) -> Inbound:
        began = time.monotonic()
        heard: ActionReturned | ActionBroke
        try:
            outcome = await self._actions.run(call)
        except ActionError as error:
            heard = ActionBroke(call_id=call.call_id, code=error.code, seconds=time.monotonic() - began)
            facts = {"action": call.name, "call": call.call_id, "seconds": round(heard.seconds, 1)}
            log.warning("action_failed", extra={**facts, "code": error.code, "reason": error.reason})
        else:
            self._warn_of_nothing(call.name, outcome)
            heard = ActionReturned(
                call_id=call.call_id,
                seconds=time.monotonic() - began,
                events=outcome.events,
                responses=outcome.responses,
            )
        return Inbound(channel=ACTIONS, external_id=call.call_id, address=call.conversation, heard=heard)

    def _warn_of_nothing(self, action: str, outcome: ActionOutcome) -> None:
        """The action's author learns, once, that customers see nothing of what it says."""
        said = [mapping(each) for each in outcome.responses]
        said += [uttered(event) for event in map(mapping, outcome.events) if event.get("event") == "bot"]
        if action not in self._warned and any(map(shows_nothing, said)):
            self._warned.add(action)
            log.warning("action_shows_nothing", extra={"action": action, "has_no": ", ".join(SHOWN)})

    async def _keep(self, outcome: Inbound) -> None:
        """Ask the database until it answers: to be sent this row again would be to run the action again."""
        while True:
            try:
                await self._turns.take(outcome)
            except DatabaseDown:
                await asyncio.sleep(DATABASE_RETRY_SECONDS)
            else:
                return

    def _typing(self, asked: Asked) -> AbstractAsyncContextManager[None]:
        """Only where messages are brought to the customer: a page that reads the log sees there what is waited for."""
        channel = self._channels.get(asked.call.channel)
        if channel is None:
            return nullcontext()
        return typing_shown(channel, asked.address, lambda: self._is_awaited(asked.call))

    async def _is_awaited(self, call: ActionCall) -> bool:
        return await self._database.read(
            lambda connection: self._waiting(connection, call.conversation, call.call_id) is not None
        )

    def _waiting(self, connection: Connection, conversation: str, call_id: str) -> tuple[Stored, Conversation] | None:
        """The conversation as stored and as it is, none when it waits for this call no more.

        When the time is over, it won't hear the outcome; and an action that ended the process would end the next ones.
        """
        stored = conversations.get(connection, conversation)
        if stored is None or stored.closed_at is not None:
            return None
        state = self._installation.states.decode(stored.id, stored.state)
        wait = state.wait
        if wait is None or wait.call_id != call_id:
            return None
        is_over = wait.times_out_at is not None and wait.times_out_at <= self._clock.now()
        return None if is_over else (stored, state)

    def _asked(self, connection: Connection, run: RunAction) -> Asked | None:
        """What the action is told, as things stand now; none when nobody waits for it any more."""
        conversation = run.call_id.partition(".")[0]
        waiting = self._waiting(connection, conversation, run.call_id)
        if waiting is None:
            return None
        stored, state = waiting
        program = self._installation.programs.of(connection, stored.revision)
        entries = event_log.read_conversation(connection, conversation, kinds=KINDS_SHOWN)[-EVENTS_SHOWN:]
        happened = ((entry.at, from_json(entry.body)) for entry in entries)
        events = list(in_rasas_words(happened, stored.channel))
        said = [event["text"] for event in events if event["event"] == "user"]
        if state.put_off is not None:  # what was said meanwhile has its turn later
            said = said[: len(said) - len(state.put_off.said) + 1]
        call = ActionCall(
            name=run.action,
            call_id=run.call_id,
            conversation=conversation,
            channel=stored.channel,
            language=stored.language,
            slots=state.slots,
            domain=program.flow_set.domain,
            latest_text=said[-1] if said else "",
            latest_intent=state.understood.intent if state.understood else None,
            latest_entities=state.understood.entities if state.understood else {},
            active_flow=state.stack[-1].flow if state.stack else None,
            events=tuple(events),
            metadata={"customer": {"id": stored.customer_id, "name": state.customer.name}},
            timeout_seconds=run.timeout_seconds,
        )
        return Asked(call, stored.address)
