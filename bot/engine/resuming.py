"""Coming back: to a flow that another one interrupted, and to a conversation that was left in the middle."""

import msgspec

from bot.engine.answers import Refusal, coerce
from bot.engine.asking import ask, ask_again
from bot.engine.context import flow_name
from bot.engine.conversation import Offered
from bot.engine.flow import Collect, Flow
from bot.engine.moving import go_home, start_over
from bot.engine.patterns import CONTINUE_INTERRUPTED, is_pattern
from bot.engine.retries import retry_of, times_out_at
from bot.engine.speech import Message, wording
from bot.engine.talk import Place, Talk

CONTINUE, START_OVER = "continue", "start_over"


def resume_interrupted(talk: Talk, ended: str) -> Place:
    """The flow `ended` above this one, which did not call it: go on as this one's `resume` says."""
    frame = talk.stack[-1]
    if frame.interrupted is not None:
        talk.stack[-1] = msgspec.structs.replace(frame, interrupted=None)
        step = talk.step
        if isinstance(step, Collect) and talk.slots.get(step.slot) is not None and not step.ask_before_filling:
            return step.id  # the pattern has answered it
        talk.wait = frame.interrupted
        if talk.wait.times_out_at is not None:
            talk.change_wait(times_out_at=times_out_at(talk, retry_of(talk)))
        ask_again(talk)
        return None
    flow = talk.flow_of(frame)
    if is_pattern(ended) or flow.id == talk.program.flow_set.start:
        return frame.step
    if flow.resume == "ask" and CONTINUE_INTERRUPTED in talk.program.flow_set.flows:
        return talk.begin(CONTINUE_INTERRUPTED, "pattern")
    return _as_it_says(talk, flow, "resume_interrupted")


def come_back(talk: Talk) -> Place:
    """The customer starts anew in the middle of something."""
    ended = talk.wait is not None and talk.wait.topic == "ended"
    if ended or not talk.stack or talk.stack[-1].flow == talk.program.flow_set.start:
        return start_over(talk)
    return _as_it_says(talk, talk.flow_of(talk.stack[-1]), "resume_question")


def _as_it_says(talk: Talk, flow: Flow, question: str) -> Place:
    match flow.resume:
        case "auto":
            talk.wait = None
            return talk.stack[-1].step
        case "never":
            talk.leave_chain("cancelled")
            talk.wait = None
            if not talk.stack:
                return go_home(talk)
            return resume_interrupted(talk, flow.id)
        case "ask":
            offer_to_resume(talk, flow, question)
            return None


def offer_to_resume(talk: Talk, flow: Flow, question: str) -> None:
    """Go on with it, or from the start?"""
    asked = wording(talk, question, flow=name_of(talk, flow))
    choices = (
        Offered(label=wording(talk, "resume_continue").text, value=CONTINUE),
        Offered(label=wording(talk, "resume_start_over").text, value=START_OVER),
    )
    ask(talk, "offer", Message(text=asked), choices, topic="resume")


def wished(typed: str) -> bool | None:
    """Whether a yes or no was typed; digits are no words."""
    sure = coerce("bool", typed)
    return None if typed.isdecimal() or isinstance(sure, Refusal) else bool(sure.value)


def agree(talk: Talk, *, goes_on: bool) -> Place:
    """A no is about this flow alone: what it interrupted itself is the next."""
    if goes_on:
        return choose(talk, CONTINUE)
    flow = talk.stack[-1].flow
    talk.wait = None
    talk.leave_chain("cancelled")
    if not talk.stack or talk.stack[-1].flow == talk.program.flow_set.start:
        return go_home(talk)
    return resume_interrupted(talk, flow)


def choose(talk: Talk, value: str) -> Place:
    """The customer's answer to that."""
    talk.wait = None
    if value == CONTINUE and talk.stack:
        return talk.stack[-1].step
    return go_home(talk)


def name_of(talk: Talk, flow: Flow) -> str:
    """The flow's name for people."""
    return flow_name(talk.program, flow, talk.language)
