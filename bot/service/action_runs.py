"""Custom actions: run outside any transaction, their outcome an input like others."""

import time
from collections.abc import Iterable, Iterator

from bot.content import Json
from bot.engine.inputs import ActionBroke, ActionReturned
from bot.events import BotSaid, CustomerSaid, FlowStarted, SlotsSet, from_json
from bot.ports import (
    ActionCall,
    ActionError,
    Actions,
    AnyOutgoing,
    ChannelBusy,
    ChannelRefused,
    Inbound,
    Receipt,
    RunAction,
)
from bot.service.consequences import ACTIONS
from bot.service.installation import Installation
from bot.service.turns import Turns
from storage import conversations, event_log
from storage.database import Connection, Database, DatabaseDown
from storage.event_log import Entry

EVENTS_SHOWN = 60  # of the log, to an action that looks at the tracker's events
KINDS_SHOWN = ("customer_said", "bot_said", "slots_set", "flow_started")


class ActionRuns:
    """The channel `action`: to send here is to run an action and to take its outcome in.

    A process that dies meanwhile leaves the row to others, so that an action may run twice; its outcome counts once.
    """

    def __init__(self, *, database: Database, installation: Installation, turns: Turns, actions: Actions) -> None:
        self._database = database
        self._installation = installation
        self._turns = turns
        self._actions = actions

    async def send(self, address: str, outgoing: AnyOutgoing, thread: str | None) -> Receipt:
        """Run the action. Raises ChannelBusy when its outcome could not be stored, ChannelRefused for all else."""
        if not isinstance(outgoing, RunAction):
            raise ChannelRefused("refused", f"{type(outgoing).__name__} is no action")
        try:
            call = await self._database.read(lambda connection: self._call(connection, outgoing))
            if call is not None:
                await self._turns.take(await self._outcome(call))
        except DatabaseDown as down:
            raise ChannelBusy(str(down)) from down
        return Receipt()

    async def _outcome(self, call: ActionCall) -> Inbound:
        began = time.monotonic()
        heard: ActionReturned | ActionBroke
        try:
            outcome = await self._actions.run(call)
        except ActionError as error:
            heard = ActionBroke(call_id=call.call_id, code=error.code, seconds=time.monotonic() - began)
        else:
            heard = ActionReturned(
                call_id=call.call_id,
                seconds=time.monotonic() - began,
                events=outcome.events,
                responses=outcome.responses,
            )
        return Inbound(channel=ACTIONS, external_id=call.call_id, address=call.conversation, heard=heard)

    def _call(self, connection: Connection, run: RunAction) -> ActionCall | None:
        """What the action is told, as things stand now; none when nobody waits for it any more."""
        conversation_id = run.call_id.partition(".")[0]
        stored = conversations.get(connection, conversation_id)
        if stored is None or stored.closed_at is not None:
            return None
        conversation = self._installation.states.decode(stored.id, stored.state)
        program = self._installation.programs.of(connection, stored.revision)
        entries = event_log.read_conversation(connection, conversation_id, kinds=KINDS_SHOWN)[-EVENTS_SHOWN:]
        events = list(_in_rasas_words(entries))
        said = [event["text"] for event in events if event["event"] == "user"]
        return ActionCall(
            name=run.action,
            call_id=run.call_id,
            conversation=conversation_id,
            channel=stored.channel,
            language=stored.language,
            slots=conversation.slots,
            domain=program.flow_set.domain,
            latest_text=said[-1] if said else "",
            active_flow=conversation.stack[-1].flow if conversation.stack else None,
            events=tuple(events),
            metadata={"customer": {"id": stored.customer_id, "name": conversation.customer.name}},
            timeout_seconds=run.timeout_seconds,
        )


def _in_rasas_words(entries: Iterable[Entry]) -> Iterator[dict[str, Json]]:
    """The events as rasa's tracker knows them. Source: rasa_sdk.events."""
    for entry in entries:
        at = entry.at.timestamp()
        match from_json(entry.body):
            case CustomerSaid(tapped=tapped, content=content):
                text = tapped or content.text.text
                parsed = {"text": text, "intent": {}, "entities": []}
                yield {"event": "user", "timestamp": at, "text": text, "parse_data": parsed, "metadata": {}}
            case BotSaid(content=content):
                yield {"event": "bot", "timestamp": at, "text": content.text.text, "data": {}, "metadata": {}}
            case SlotsSet(values=values):
                for name, value in values.items():
                    yield {"event": "slot", "timestamp": at, "name": name, "value": value}
            case FlowStarted(flow=flow):
                yield {"event": "flow_started", "timestamp": at, "flow_id": flow}
