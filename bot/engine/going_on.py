"""Which of several flows that were interrupted is gone on with, as CALM's pattern may ask."""

import msgspec

from bot.engine.answers import Answer, Refusal, coerce
from bot.engine.context import flow_name, interrupted_frames
from bot.engine.conversation import Frame, Offered
from bot.engine.flow import Collect
from bot.engine.moving import give_up_flow
from bot.engine.normal import normalise
from bot.engine.patterns import CONTINUE_INTERRUPTED
from bot.engine.speech import wording
from bot.engine.talk import Talk

SLOT = "interrupted_flow_to_continue"
NONE = "none"  # what the slot holds when it is none of them


def asks_which(talk: Talk, step: Collect) -> bool:
    """Whether the step is the pattern's question for it."""
    return step.slot == SLOT and talk.where[0] == CONTINUE_INTERRUPTED


def choices(talk: Talk) -> tuple[Offered, ...]:
    """The flows by their names, the one that was left last first, and none of them."""
    names = [_name(talk, frame) for frame in interrupted_frames(talk.program, talk.stack)]
    offered = [Offered(label=name, value=name) for name in dict.fromkeys(names)]
    return (*offered, Offered(label=wording(talk, "none_of_them").text, value=NONE))


def read_choice(talk: Talk, typed: str) -> Answer | Refusal:
    """A yes is for the one that was left last, a no for none of them."""
    wished = coerce("bool", typed)
    if isinstance(wished, Refusal):
        return Refusal(reason="not_allowed")
    return Answer(value=choices(talk)[0].value if wished.value else NONE)


def go_on_with_chosen(talk: Talk) -> None:
    """Put the flow that was chosen above the others, which are asked about when it is over."""
    chosen = talk.slots.get(SLOT)
    if talk.where[0] != CONTINUE_INTERRUPTED or not isinstance(chosen, str):
        return
    if normalise(chosen) == NONE:
        drop_interrupted(talk)
        return
    for frame in interrupted_frames(talk.program, talk.stack):
        if normalise(chosen) in (normalise(_name(talk, frame)), normalise(frame.flow)):
            _raise(talk, frame)
            return


def drop_interrupted(talk: Talk) -> None:
    """None of the flows below the pattern is gone on with."""
    pattern = talk.stack.pop()
    start = talk.program.flow_set.start
    while talk.stack and talk.stack[-1].flow != start:
        give_up_flow(talk)
    talk.stack.append(pattern)


def _raise(talk: Talk, top: Frame) -> None:
    """To right below the pattern, with its callers; who has begun it all does not wait for it any more."""
    *frames, pattern = talk.stack
    last = frames.index(top)
    first = last
    while first > 0 and frames[first].called and frames[first - 1].flow != talk.program.flow_set.start:
        first -= 1
    if last == len(frames) - 1:
        return
    if frames[first].called:
        below = frames[first - 1]
        step = talk.step_of(below)
        frames[first - 1] = msgspec.structs.replace(below, step=talk.next_of(step) if step else below.step)
        frames[first] = msgspec.structs.replace(frames[first], called=False)
    talk.stack[:] = [*frames[:first], *frames[last + 1 :], *frames[first : last + 1], pattern]


def _name(talk: Talk, frame: Frame) -> str:
    return flow_name(talk.program, talk.flow_of(frame), talk.language)
