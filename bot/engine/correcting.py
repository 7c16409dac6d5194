"""An answer of before that is changed. CALM's pattern has its word first; then the flow goes on from its question."""

from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from bot.content import Json
from bot.engine.conversation import Correction, Frame
from bot.engine.flow import Action, Call, Collect, Flow, Step
from bot.engine.leading import targets
from bot.engine.patterns import CORRECTION, START_MENU, is_pattern
from bot.engine.program import Program
from bot.engine.refusing import refusal
from bot.engine.retries import play_pattern
from bot.engine.talk import Place, Talk


def correction_of(talk: Talk, values: Mapping[str, Json]) -> Correction | None:
    """What the values change of what was asked before by the running flow, its callers, or flows that these called.

    What holds nothing is not corrected but filled. What is asked now, if it is among the values, is answered with the
    rest where nothing else has to be done about its answer.
    """
    frames = talk.stack[:-1] if talk.stack and talk.stack[-1].flow == CORRECTION else talk.stack
    is_amid_another = any(frame.flow == CORRECTION for frame in frames)
    if talk.wait is None or talk.wait.kind not in ("menu", "collect") or is_amid_another or not _may_wait(talk, values):
        return None
    chain, step = list(_chain(frames)), talk.step
    now = step.slot if isinstance(step, Collect) else None
    changed = {slot: new for slot, new in values.items() if slot != now and talk.slots.get(slot) not in (None, new)}
    askers = {slot: _askers(talk.program, slot) for slot in changed}
    askers = {slot: flows for slot, flows in askers.items() if any(frame.flow in flows for frame in chain)}
    for frame in reversed(chain):
        asked = next(_asked_before(talk.program.flows[frame.flow], frame.step, askers), None)
        if asked is not None:
            corrected = {slot: changed[slot] for slot in askers}
            return Correction(values=corrected, frame=frame.number, step=asked.id)
    return None


def _may_wait(talk: Talk, values: Mapping[str, Json]) -> bool:
    """Whether the question now asked is none of the values, or needs nothing more than its value."""
    step = talk.step
    if not isinstance(step, Collect) or values.get(step.slot) is None:
        return True
    if is_pattern(talk.stack[-1].flow) or step.confirm or step.validate_action is not None:
        return False
    return refusal(talk, step.rejections, step.slot, values[step.slot]) is None


def _chain(frames: Sequence[Frame]) -> Iterator[Frame]:
    """The running flow, and those that wait for it to come back."""
    for frame in reversed(frames):
        if is_pattern(frame.flow) or frame.flow == START_MENU:
            return
        yield frame
        if not frame.called:
            return


def _askers(program: Program, slot: str) -> set[str]:
    """The flows that ask for the slot, themselves or by flows that they call."""
    asks = {name for name, flow in program.flows.items() if any(_asks(step, slot) for step in flow.steps.values())}
    found: set[str] = set()
    while asks - found:
        found |= asks
        asks = {
            name for name, flow in program.flows.items() if any(_calls(step, found) for step in flow.steps.values())
        }
    return found


def _asks(step: Step, slot: str) -> bool:
    return isinstance(step, Collect) and step.slot == slot


def _calls(step: Step, flows: Collection[str]) -> bool:
    return isinstance(step, Call) and step.flow in flows


def _asked_before(flow: Flow, here: str, askers: Mapping[str, Collection[str]]) -> Iterator[Step]:
    """The steps that have asked for any of these slots, themselves or by a call, on the way to here."""
    flows = {name for names in askers.values() for name in names}
    for step in flow.steps.values():
        asks = step.slot in askers if isinstance(step, Collect) else _calls(step, flows)
        if asks and _leads_to(flow, step.id, here) and not _leads_to(flow, here, step.id):
            yield step


def _leads_to(flow: Flow, start: str, end: str) -> bool:
    """Whether a way goes from one step to the other, past nothing that is done for good."""
    seen, waiting = {start}, [start]
    while waiting:
        step = flow.steps.get(waiting.pop())
        if step is None or (isinstance(step, Action) and step.final):
            continue
        fresh = set(targets(step)) - seen
        if end in fresh:
            return True
        seen |= fresh
        waiting += fresh
    return False


def begin_to_correct(talk: Talk, correction: Correction) -> Place:
    """Play the pattern above the question, in the place of one that is about another correction."""
    if talk.stack[-1].flow == CORRECTION:
        talk.leave("cancelled")
        talk.wait = talk.stack[-1].interrupted
    place = play_pattern(talk, CORRECTION)
    talk.stack[-1] = msgspec.structs.replace(talk.stack[-1], correction=correction)
    return place


def make_correction(talk: Talk) -> None:
    """Change what the pattern on top is about. The flow goes on from there; what was answered since stays answered."""
    pattern = talk.stack[-1]
    correction = pattern.correction
    if correction is None or all(frame.number != correction.frame for frame in talk.stack):
        return
    talk.stack.pop()
    while talk.stack[-1].number != correction.frame:
        talk.leave("cancelled")
    talk.fill_ahead(correction.values)
    frame = talk.stack[-1]
    filled = tuple(dict.fromkeys((*frame.filled, *(one.slot for one in frame.brought))))
    step = _goes_on_at(talk, correction)
    below = msgspec.structs.replace(frame, step=step, filled=filled, brought=(), interrupted=None)
    talk.stack[-1:] = [below, pattern]


def _goes_on_at(talk: Talk, correction: Correction) -> str:
    """At the question, which is passed over with its new answer; one that is asked in any case has it already."""
    step = talk.flow_of(talk.stack[-1]).steps[correction.step]
    answered = isinstance(step, Collect) and step.ask_before_filling and correction.values.get(step.slot) is not None
    return talk.next_of(step) if answered else step.id
