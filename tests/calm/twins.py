"""One customer in two houses: the flows as they are written here, and the same exported to CALM and read back.

Whatever the customer does they do in both, and see the same, until the flows do what CALM has no word for.
"""

import random
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bot.calm.export import ACTIONS, Export, export_calm
from bot.content import Json
from bot.engine.conversation import Conversation, Customer, Offered
from bot.engine.flow import Collect, FlowSet
from bot.engine.inputs import ActionReturned, AnyHeard, CommandHeard, TapHeard, TextHeard
from bot.engine.interpreter import open_conversation, take_turn
from bot.engine.program import Program, compile_program
from bot.engine.reader import read_flows, read_marked_flows
from bot.engine.text import PLACEHOLDER
from bot.events import AnyEvent, BotSaid, HandoffRequested
from bot.ports import ActionCall, ActionOutcome
from tests.engine.customers import NOON

Run = Callable[[ActionCall], ActionOutcome]
BEYOND = ("callback", "survey", "ticket")  # waits for which CALM has no step


def exported(files: Mapping[str, str]) -> tuple[Program, Program, Export]:
    """The flows of the files as CALM can say them, those of their export, and the export."""
    reading, marks = read_marked_flows(files)
    assert reading.flow_set is not None, reading.problems
    export = export_calm(reading.flow_set, files, marks)
    back = read_flows({name: text for name, text in export.files.items() if name != ACTIONS})
    assert back.flow_set is not None, "\n".join(map(str, back.problems))
    ours, calm = plainly(reading.flow_set), back.flow_set
    return compile_program(ours, "ours"), compile_program(calm, "calm"), export


def plainly(flow_set: FlowSet) -> FlowSet:
    """The flows without forms of values and surveys at the end, of which the export tells that they are lost."""

    def plain(value: Any) -> Any:
        match value:
            case dict():
                return {key: plain(item) for key, item in value.items()}
            case list() | tuple():
                return [plain(item) for item in value]
            case str():
                return PLACEHOLDER.sub(lambda found: f"{{{found.group(1)}}}", value)
        return value

    without = msgspec.convert(plain(msgspec.to_builtins(flow_set)), FlowSet)
    settings = msgspec.structs.replace(without.settings, survey_after_handoff=None, survey_after_self_service=None)
    return msgspec.structs.replace(without, settings=settings)


class House:
    """One conversation with one of the two programs."""

    def __init__(self, program: Program, language: str, run: Run, *, is_open: bool = True) -> None:
        self.program = program
        self.run = run
        self.is_open = is_open
        self.said: list[str] = []
        self.handed_off = False
        self.state: Conversation = open_conversation(
            self.program,
            id="01HZY0000000000000000000AA",
            channel="telegram",
            customer=Customer(id="c1", name="Sara"),
            language=language,
            now=NOON,
        )
        if "customer_name" in program.initial_slots:  # which the export wants filled by an action
            slots = {**self.state.slots, "customer_name": "Sara"}
            self.state = msgspec.structs.replace(self.state, slots=slots)

    def hear(self, heard: AnyHeard) -> None:
        """Take the turn, and all that running actions bring about."""
        self.said = []
        self._take(heard)
        while (call := self._call()) is not None:
            outcome = self.run(call)
            assert call.call_id is not None
            back = ActionReturned(call_id=call.call_id, seconds=0.1, events=outcome.events, responses=outcome.responses)
            self._take(back)

    def _take(self, heard: AnyHeard) -> None:
        turn = take_turn(self.program, self.state, heard, NOON, lambda _calendar: self.is_open)
        self.state = turn.conversation
        self.said += [text for event in turn.events if (text := _text(event))]
        self.handed_off = self.handed_off or any(isinstance(event, HandoffRequested) for event in turn.events)

    def _call(self) -> ActionCall | None:
        wait = self.state.wait
        if wait is None or wait.kind != "action" or wait.call_id is None or self.is_beyond_calm:
            return None
        return ActionCall(
            name=wait.action or "",
            call_id=wait.call_id,
            conversation=self.state.id,
            channel=self.state.channel,
            language=self.state.language,
            slots=self.state.slots,
            domain={},
            timeout_seconds=20.0,
        )

    @property
    def offered(self) -> tuple[Offered, ...]:
        """All choices of the question now asked, on whatever pages."""
        return self.state.wait.offered if self.state.wait is not None else ()

    @property
    def asked(self) -> str:
        """The slot that the question now asked fills, if it is an open one."""
        step = self._step()
        return step.slot if isinstance(step, Collect) and not self.offered else ""

    @property
    def is_beyond_calm(self) -> bool:
        """Whether a step of ours is waited at that CALM does not have."""
        step, wait = self._step(), self.state.wait
        takes_files = isinstance(step, Collect) and step.kind == "file"
        return wait is not None and (wait.kind in BEYOND or takes_files)

    def _step(self) -> object:
        if not self.state.stack:
            return None
        frame = self.state.stack[-1]
        return self.program.flows[frame.flow].steps.get(frame.step)

    def token(self, place: int) -> str:
        """Of a choice of the question now asked."""
        assert self.state.wait is not None
        number = self.state.stack[-1].number if self.state.stack else 0
        return f"{number}.{self.state.wait.number}.{place}"


def _text(event: AnyEvent) -> str:
    return event.content.text.text if isinstance(event, BotSaid) else ""


def walk_alike(ours: House, calm: House, answers: Mapping[str, tuple[str, ...]], seed: int, turns: int) -> list[str]:
    """Walk both by the same choices and answers; fails where they differ. Gives what was said."""
    chance = random.Random(seed)
    heard: list[str] = []
    inputs: tuple[AnyHeard, AnyHeard] = (CommandHeard(name="start"), CommandHeard(name="start"))
    for _ in range(turns):
        ours.hear(inputs[0])
        calm.hear(inputs[1])
        if ours.is_beyond_calm:
            before = ours.said[:-1]  # the last may be the words of that very step
            assert calm.said[: len(before)] == before, heard
            break
        assert calm.said == ours.said, "\n".join([*heard, "ours:", *ours.said, "CALM's:", *calm.said])
        assert [each.label for each in calm.offered] == [each.label for each in ours.offered], heard
        assert (calm.handed_off, calm.state.closed) == (ours.handed_off, ours.state.closed), heard
        heard += ours.said
        if ours.handed_off or ours.state.closed:
            break
        inputs = _next(ours, calm, answers, chance)
        heard.append(f"> {inputs[0]}")
    return heard


def _next(
    ours: House, calm: House, answers: Mapping[str, tuple[str, ...]], chance: random.Random
) -> tuple[AnyHeard, AnyHeard]:
    if ours.offered:
        place = chance.randrange(len(ours.offered))
        return TapHeard(token=ours.token(place)), TapHeard(token=calm.token(place))
    answer = TextHeard(text=chance.choice(answers.get(ours.asked, ("something",))))
    return answer, answer


def returns(**slots: Json) -> ActionOutcome:
    """An action that fills slots."""
    return ActionOutcome(events=tuple({"event": "slot", "name": name, "value": slots[name]} for name in slots))
