"""The custom actions of a test: stubbed by it, run for real, or, where there are none, taken for done."""

from collections.abc import Mapping
from typing import Any

import msgspec

from bot.content import Json
from bot.engine.inputs import ActionBroke, ActionReturned
from bot.engine.tracker_events import EVENTS_SHOWN, in_rasas_words, text_of
from bot.events import ActionRequested, CustomerSaid
from bot.ports import ActionCall, ActionError, Actions
from bot.rehearsal.calms_own import CalmPart
from bot.rehearsal.case import Case, Stub
from bot.rehearsal.scene import Moment

Outcome = ActionReturned | ActionBroke


class ActionSide:
    """Answers for actions. `assumed` are slots that the test says are set now, `remarks` what people should know.

    `lacking` is the call that was first taken for done since the act began.
    """

    def __init__(self, actions: Actions | None, case: Case, calm: CalmPart) -> None:
        self.assumed: dict[str, Json] = {}
        self.metadata: dict[str, Json] = {}
        self.remarks: set[str] = set()
        self.lacking: str | None = None
        self._unsaid: tuple[Json, ...] = ()
        self._actions = actions
        self._case = case
        self._calm = calm
        self._ran: dict[str, Outcome] = {}

    def begin(self, assumed: dict[str, Json], unsaid: tuple[Json, ...], metadata: Mapping[str, Json]) -> None:
        """An act begins; `unsaid` are rasa's responses that it is expected to bring about and no flow says."""
        self.assumed, self._unsaid, self.metadata, self.lacking = assumed, unsaid, dict(metadata), None

    def stub(self, action: str, count: int) -> Stub | None:
        """What the test has in its place for the call of this number (from 0); the last answer serves all further."""
        stubs = self._case.stubs.get(action)
        return stubs[min(count, len(stubs) - 1)] if stubs else None

    async def run(self, call: ActionCall) -> Outcome:
        """Run it; the same call is run once, however often an act is tried."""
        heard = (call.latest_text, call.latest_intent, call.latest_entities)
        same = repr((call.name, call.slots, heard, call.events, self.assumed, self._unsaid))
        if same not in self._ran:
            self._ran[same] = await self._outcome(call)
        return msgspec.structs.replace(self._ran[same], call_id=call.call_id)

    async def _outcome(self, call: ActionCall) -> Outcome:
        try:
            if self._actions is None:
                raise ActionError("not_found", call.name)
            outcome = await self._actions.run(call)
        except ActionError as error:
            if error.code == "not_found" and self._is_calms(call):
                return self._taken_for_done(call)
            reason = "it is neither stubbed nor there" if error.code == "not_found" else error.reason
            self.remarks.add(f"{call.name} failed: {reason}")
            return ActionBroke(call_id=call.call_id, code=error.code, seconds=0.0)
        return ActionReturned(call_id=call.call_id, seconds=0.0, events=outcome.events, responses=outcome.responses)

    def _is_calms(self, call: ActionCall) -> bool:
        return not self._case.word_for_word and call.active_flow in self._calm.flows

    def _taken_for_done(self, call: ActionCall) -> ActionReturned:
        self.lacking = self.lacking or call.call_id
        said = self._unsaid if call.call_id == self.lacking else ()
        self.remarks.add(
            f"{call.name} is neither stubbed nor there: it was taken to set the slots"
            f"{' and to say what no flow says' if said else ''} that the test expects"
        )
        events = tuple({"event": "slot", "name": slot, "value": value} for slot, value in self.assumed.items())
        return ActionReturned(call_id=call.call_id, seconds=0.0, events=events, responses=said)

    def call(self, moment: Moment, call_id: str, action: str, domain: Json) -> ActionCall:
        """What the action is told."""
        conversation = moment.conversation
        said = [each.event for each in moment.happened if isinstance(each.event, CustomerSaid)]
        asked = [each.event for each in moment.happened if isinstance(each.event, ActionRequested)]
        happened = ((each.at, each.event) for each in moment.happened)
        metadata: dict[str, Any] = {"customer": {"id": conversation.customer.id, "name": conversation.customer.name}}
        return ActionCall(
            name=action,
            call_id=call_id,
            conversation=conversation.id,
            channel=conversation.channel,
            language=conversation.language,
            slots=conversation.slots,
            domain=domain,
            latest_text=text_of(said[-1]) if said else "",
            latest_intent=conversation.understood.intent if conversation.understood else None,
            latest_entities=conversation.understood.entities if conversation.understood else {},
            active_flow=conversation.stack[-1].flow if conversation.stack else None,
            events=tuple(in_rasas_words(happened, conversation.channel))[-EVENTS_SHOWN:],
            metadata={**metadata, **self._case.metadata, **self.metadata},
            timeout_seconds=asked[-1].timeout_seconds,
        )


def outcome_of(stub: Stub, call_id: str) -> Outcome:
    """What the stub gives in place of the action."""
    if stub.fails is not None:
        return ActionBroke(call_id=call_id, code=stub.fails, seconds=stub.seconds)
    return ActionReturned(call_id=call_id, seconds=stub.seconds, events=stub.events, responses=stub.responses)
