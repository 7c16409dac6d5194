"""Walks flows everywhere they lead: each choice, each kind of answer, each outcome of actions and of the desk."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from bot.actions.in_process import InProcessActions
from bot.content import Attachment, Json, Value
from bot.engine.asking import page_buttons
from bot.engine.conversation import Conversation, Customer
from bot.engine.flow import Collect, FlowSet
from bot.engine.inputs import (
    ActionBroke,
    ActionReturned,
    AgentJoined,
    AgentLeft,
    AnyHeard,
    CommandHeard,
    CustomerSilent,
    HandoffDone,
    HandoffUnavailable,
    MediaHeard,
    QueueJoined,
    TapHeard,
    TextHeard,
    TicketStands,
    TimePassed,
)
from bot.engine.interpreter import open_conversation, take_turn
from bot.engine.program import Program
from bot.engine.talk import Talk
from bot.events import AnyEvent, BotSaid, SurveySent
from bot.ports import ActionCall, ActionOutcome
from tests.engine.customers import NOON

ELSEWHERE = "⚑"  # stands for every text of another language
NONSENSE = "∅∅∅∅ ∅∅∅∅"
PHOTO = Attachment(kind="photo", file="file:1", size_bytes=1000)


class Seen(Value, frozen=True, kw_only=True):
    """One turn of the walk: what was heard, where, and what came of it."""

    heard: AnyHeard
    before: Conversation
    after: Conversation
    events: tuple[AnyEvent, ...]


def only_in(flow_set: FlowSet, language: str) -> FlowSet:
    """The flows with a sign in place of every text that is not in the language, so that falling back is seen."""

    def marked(value: Any) -> Any:
        if isinstance(value, list):
            return [marked(item) for item in value]
        if not isinstance(value, dict):
            return value
        if value.get("by_language"):
            spoken = value["by_language"]
            own = {code: text if code in (language, "*") else ELSEWHERE for code, text in spoken.items()}
            return {**value, "by_language": own if "*" in own else {language: ELSEWHERE, **own}}
        return {key: marked(item) for key, item in value.items()}

    return msgspec.convert(marked(msgspec.to_builtins(flow_set)), FlowSet)


class Explorer:
    """One walk in one language. `answers` are tried at every question of the slot; `run` runs actions.

    `stays`: what follows a change to another language is not walked.
    """

    def __init__(
        self,
        program: Program,
        language: str,
        answers: dict[str, tuple[str | Attachment, ...]],
        run: Callable[[ActionCall], ActionOutcome],
        *,
        read_by_actions: tuple[str, ...] = (),
        read_later: tuple[str, ...] = (),
        interruptions: tuple[str, ...] = (),
        other_outcomes: Mapping[str, dict[str, Json]] | None = None,
        is_open: Callable[[str], bool] = lambda _calendar: True,
        channel: str = "telegram",
        stays: bool = False,
    ) -> None:
        self.program = program
        self.language = language
        self.answers = answers
        self.run = run
        self.read_by_actions = read_by_actions
        self.read_later = read_later
        self.interruptions = interruptions
        self.other_outcomes = other_outcomes or {}
        self.is_open = is_open
        self.channel = channel
        self.stays = stays
        self.turns: list[Seen] = []
        self._known: set[Any] = set()

    def walk(self, beginnings: tuple[AnyHeard, ...], *, deep: bool = True, most: int = 40_000) -> None:
        """From each beginning to everywhere, or one turn deep. Fails when that takes more turns than `most`."""
        waiting: deque[tuple[Conversation, AnyHeard]] = deque((self._new(), heard) for heard in beginnings)
        while waiting:
            before, heard = waiting.popleft()
            now = max(NOON, before.due_at) if isinstance(heard, TimePassed) and before.due_at else NOON
            turn = take_turn(self.program, before, heard, now, self.is_open)
            self.turns.append(Seen(heard=heard, before=before, after=turn.conversation, events=turn.events))
            assert len(self.turns) < most
            if self.stays and turn.conversation.language != self.language:
                continue
            key = self._key(turn.conversation)
            if deep and key not in self._known:
                self._known.add(key)
                waiting.extend((turn.conversation, more) for more in self._inputs(turn.conversation))

    def _new(self) -> Conversation:
        return open_conversation(
            self.program,
            id="01HZY0000000000000000000AA",
            channel=self.channel,
            customer=Customer(id="c1", name="Sara"),
            language=self.language,
            now=NOON,
        )

    def _key(self, state: Conversation) -> Any:
        """States that go on alike."""
        wait, handoff = state.wait, state.handoff
        return (
            tuple((frame.flow, frame.step, frame.because, frame.called) for frame in state.stack),
            wait and (wait.kind, wait.topic, wait.page, wait.no_match, wait.no_input, wait.attempt, wait.slow_at),
            wait and tuple(offered.label for offered in wait.offered),
            handoff and (handoff.agent, handoff.position),
            tuple(str(state.slots.get(slot)) for slot in self.read_later),
            wait and wait.kind == "action" and tuple(str(state.slots.get(slot)) for slot in self.read_by_actions),
            state.language,
            state.closed and tuple((survey.name, survey.score, survey.comment_until) for survey in state.surveys),
        )

    # What may come next

    def _inputs(self, state: Conversation) -> Iterator[AnyHeard]:
        if state.closed:
            yield from self._ratings(state)
        elif state.handoff is not None:
            yield from self._of_the_desk(state)
        elif state.wait is not None and state.wait.kind == "action":
            yield from self._of_the_action(state)
        elif state.wait is not None and state.wait.kind == "ticket":
            yield TicketStands(number=12, state="open", department="…", title="…", due_at="2026-03-23T09:00:00+04:00")
            yield TicketStands(number=12)
        else:
            yield from self._of_the_customer(state)

    def _ratings(self, state: Conversation) -> Iterator[AnyHeard]:
        for survey in state.surveys:
            if survey.score is None:
                yield from (TapHeard(token=f"s.{survey.survey}.{score}") for score in (1, 5))
            if survey.comment_until is not None:
                yield TextHeard(text="…")

    def _of_the_desk(self, state: Conversation) -> Iterator[AnyHeard]:
        assert state.handoff is not None
        handoff = state.handoff.handoff
        if state.handoff.agent is not None:
            yield HandoffDone(handoff=handoff, disposition="solved")
            if state.handoff.position is not None:
                yield AgentLeft(handoff=handoff, queue="orders")
            yield CommandHeard(name="cancel")
            yield from self._taps(state)
            return
        if state.handoff.position is None:
            yield QueueJoined(handoff=handoff, position=1)
            yield HandoffUnavailable(handoff=handoff, reason="closed", opens_at="2026-03-23T09:00:00+04:00")
            yield HandoffUnavailable(handoff=handoff, reason="no_agent")
        else:
            yield AgentJoined(handoff=handoff, agent="mina", agent_name="Mina")
            yield HandoffUnavailable(handoff=handoff, reason="max_wait")
            yield CustomerSilent(handoff=handoff)
            yield CommandHeard(name="cancel")
            yield from self._taps(state)

    def _of_the_action(self, state: Conversation) -> Iterator[AnyHeard]:
        assert state.wait is not None
        assert state.wait.call_id is not None
        call = state.wait.call_id
        outcome = self.run(
            ActionCall(
                name=state.wait.action or "",
                call_id=call,
                conversation=state.id,
                channel=state.channel,
                language=state.language,
                slots=state.slots,
                domain={},
                timeout_seconds=20.0,
            )
        )
        yield ActionReturned(call_id=call, seconds=0.1, events=outcome.events, responses=outcome.responses)
        if other := self.other_outcomes.get(state.wait.action or ""):
            slots = tuple({"event": "slot", "name": slot, "value": value} for slot, value in other.items())
            yield ActionReturned(call_id=call, seconds=0.1, events=slots)
        yield ActionBroke(call_id=call, code="error", seconds=0.1)
        yield TimePassed()
        yield TextHeard(text="…?")

    def _of_the_customer(self, state: Conversation) -> Iterator[AnyHeard]:
        yield from self._taps(state)
        step = self.program.flows[state.stack[-1].flow].steps.get(state.stack[-1].step) if state.stack else None
        slot = step.slot if isinstance(step, Collect) else ""
        assert state.wait is not None
        topic = f"{state.wait.kind}.{state.wait.topic}"
        for answer in (*self.answers.get(slot, ()), *self.answers.get(topic, ())):
            yield MediaHeard(attachment=answer) if isinstance(answer, Attachment) else TextHeard(text=answer)
        yield TextHeard(text=NONSENSE)
        if state.wait.times_out_at is not None:
            yield TimePassed()
        if state.wait.no_match or state.wait.page or sum(not frame.called for frame in state.stack) > 1:
            return  # what these words do is walked at the first try, and where nothing was interrupted
        words = {meant: word for word, meant in self.program.globals[self.language].items()}
        yield from (TextHeard(text=word) for word in (*words.values(), *self.interruptions))
        yield CommandHeard(name="restart")
        yield CommandHeard(name="start")

    def _taps(self, state: Conversation) -> Iterator[AnyHeard]:
        wait = state.wait
        assert wait is not None
        talk = Talk(self.program, state, NOON, self.is_open)
        beginning = f"{state.stack[-1].number if state.stack else 0}.{wait.number}."
        for place, offered in enumerate(wait.offered):
            if wait.kind != "language" or offered.value == self.language:
                yield TapHeard(token=f"{beginning}{place}")
        yield from (TapHeard(token=choice.token) for choice in page_buttons(talk, wait))

    # What was seen

    def said(self) -> Iterator[BotSaid]:
        return (event for turn in self.turns for event in turn.events if isinstance(event, BotSaid))

    def surveys(self) -> set[str]:
        return {event.name for turn in self.turns for event in turn.events if isinstance(event, SurveySent)}


class RealActions:
    """Custom actions of a package, run for real one after another; a call with the same slots is run once."""

    def __init__(self, actions: InProcessActions) -> None:
        self._actions = actions
        self._loop = asyncio.new_event_loop()
        self._known: dict[str, ActionOutcome] = {}

    def __call__(self, call: ActionCall) -> ActionOutcome:
        key = f"{call.name} {call.language} {msgspec.json.encode(call.slots, order='sorted').decode()}"
        if key not in self._known:
            self._known[key] = self._loop.run_until_complete(self._actions.run(call))
        return self._known[key]

    def close(self) -> None:
        self._loop.run_until_complete(self._actions.close())
        self._loop.close()
