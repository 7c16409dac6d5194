"""A running conversation goes over to other flows: at the step where it stands, or from their start."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import msgspec

from bot.content import Json, Value
from bot.engine import clockwork
from bot.engine.conversation import Conversation, Frame, Offered, PutOff, Snapshot, Wait
from bot.engine.flow import END, Menu
from bot.engine.identity import Steps, content_of, match_flows
from bot.engine.interpreter import Turn, advance
from bot.engine.moving import begin_session, forget_slots
from bot.engine.program import Program
from bot.engine.speech import say_wording
from bot.engine.talk import Talk
from bot.events import FlowEnded, RevisionChanged


class Obstacle(Value, frozen=True, kw_only=True):
    """Why a conversation can't go over: the step where it stands, or would come back to, is not there any more.

    With a `slot` it is there, but what the customer answered is nothing that the slot can hold now.
    """

    flow: str
    step: str
    slot: str | None = None


class Way:
    """From one revision's flows to another's: which step is which. Made once for all conversations."""

    def __init__(self, before: Program, after: Program) -> None:
        self.before = before
        self.after = after
        self.steps: Mapping[str, Steps] = match_flows(before.flows, after.flows)

    def step(self, flow: str, step: str) -> str | None:
        """The id that the step has now, none when it is gone."""
        return END if step == END else self.steps.get(flow, {}).get(step)


def obstacle(way: Way, conversation: Conversation) -> Obstacle | None:
    """Why the conversation can't go over where it stands, none when it can."""
    for frame in reversed(conversation.stack):
        if way.step(frame.flow, frame.step) is None:
            return Obstacle(flow=frame.flow, step=frame.step)
    slot = next(_answers_that_do_not_fit(way, conversation), None)
    if slot is None or not conversation.stack:
        return None
    top = conversation.stack[-1]
    return Obstacle(flow=top.flow, step=top.step, slot=slot)


def _answers_that_do_not_fit(way: Way, conversation: Conversation) -> Iterator[str]:
    """Slots whose values are not those of the beginning, and would be lost though the flows still have the slots."""
    for name, value in conversation.slots.items():
        if value is None or name not in way.after.initial_slots or value == way.before.initial_slots.get(name):
            continue
        if not way.after.fits(name, value, conversation.language)[0]:
            yield name


def go_over(way: Way, conversation: Conversation) -> Turn:
    """The conversation at the same step of the flows after, where there is no `obstacle`. Nothing is said."""
    frames = _stack(way, conversation.stack)
    top = conversation.stack[-1] if conversation.stack else None
    moved = msgspec.structs.replace(
        conversation,
        revision=way.after.revision,
        language=way.after.speaks(conversation.language) or way.after.languages[0],
        stack=frames,
        wait=_wait(way, top, conversation.wait) if top and conversation.wait else conversation.wait,
        slots=_slots(way, conversation),
        history=_history(way, conversation.history),
        put_off=_put_off(way, top, conversation.put_off) if conversation.put_off else None,
    )
    return Turn(conversation=moved, events=(RevisionChanged(revision=way.after.revision),))


def begin_again(way: Way, conversation: Conversation, now: datetime, is_open: Callable[[str], bool]) -> Turn:
    """The conversation at the start of the flows after, and what it is told about that."""
    blank = msgspec.structs.replace(
        conversation,
        revision=way.after.revision,
        language=way.after.speaks(conversation.language) or way.after.languages[0],
        stack=(),
        wait=None,
        slots=_slots(way, conversation),
        history=(),
        reminders=(),
        buttons=(),
        put_off=None,
        paused=False,
    )
    talk = Talk(way.after, blank, now, is_open)
    talk.record(RevisionChanged(revision=way.after.revision, restarted=True))
    talk.record(*(FlowEnded(flow=frame.flow, outcome="cancelled") for frame in reversed(conversation.stack)))
    forget_slots(talk)
    say_wording(talk, "flows_changed")
    advance(talk, begin_session(talk))
    return Turn(conversation=talk.settled(clockwork.due_at(talk)), events=tuple(talk.events))


def _stack(way: Way, stack: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """The flows as they run on; what is about to be corrected is, if the step is there from which it goes on then."""
    names = {frame.number: frame.flow for frame in stack}
    moved = []
    for frame in stack:
        correction = frame.correction
        step = way.step(names.get(correction.frame, ""), correction.step) if correction else None
        kept = msgspec.structs.replace(correction, step=step) if correction and step else None
        moved.append(msgspec.structs.replace(_frame(way, frame), correction=kept))
    return tuple(moved)


def _frame(way: Way, frame: Frame) -> Frame:
    step = way.step(frame.flow, frame.step)
    assert step is not None
    interrupted = _wait(way, frame, frame.interrupted) if frame.interrupted else None
    menu = way.step(frame.flow, frame.menu) if frame.menu else None
    brought = tuple(
        msgspec.structs.replace(one, menu=way.step(frame.flow, one.menu) if one.menu else None) for one in frame.brought
    )
    return msgspec.structs.replace(frame, step=step, menu=menu, brought=brought, interrupted=interrupted)


def _history(way: Way, history: tuple[Snapshot, ...]) -> tuple[Snapshot, ...]:
    """The way back, past the questions that are gone: what was set since one of them was set since the one before."""
    kept: list[Snapshot] = []
    for snapshot in history:
        if any(way.step(frame.flow, frame.step) is None for frame in snapshot.stack):
            if kept:
                changed = snapshot.changed | kept[-1].changed
                kept[-1] = msgspec.structs.replace(kept[-1], changed=changed)
        else:
            kept.append(msgspec.structs.replace(snapshot, stack=_stack(way, snapshot.stack)))
    return tuple(kept)


def _slots(way: Way, conversation: Conversation) -> dict[str, Json]:
    """What was said stays known, as far as there are slots that can hold it."""
    slots = dict(way.after.initial_slots)
    for name, value in conversation.slots.items():
        fits, held = (True, None) if value is None else way.after.fits(name, value, conversation.language)
        if fits and (name in slots or name not in way.before.initial_slots):
            slots[name] = held
    return slots


# What is asked


def _wait(way: Way, frame: Frame, wait: Wait) -> Wait:
    """The question as it was shown, whose choices lead where they lead now."""
    was = way.before.flows[frame.flow].steps[frame.step]
    now = way.after.flows[frame.flow].steps[way.steps[frame.flow][frame.step]]
    if wait.kind == "menu" and isinstance(now, Menu):
        wait = msgspec.structs.replace(wait, offered=tuple(_offered(now, offered) for offered in wait.offered))
    aside = _wait(way, frame, wait.interrupted) if wait.interrupted else None
    outdated = wait.outdated or content_of(was) != content_of(now)
    return msgspec.structs.replace(wait, outdated=outdated, interrupted=aside)


def _put_off(way: Way, top: Frame | None, kept: PutOff) -> PutOff:
    """What was said is still acted on; what was asked is now asked so."""
    return msgspec.structs.replace(kept, wait=_wait(way, top, kept.wait)) if top and kept.wait else kept


def _offered(menu: Menu, offered: Offered) -> Offered:
    """The choice as the menu has it now, or that it is gone."""
    if offered.payload is not None:
        return offered
    was_written = offered.option is not None or offered.gone
    if not was_written and menu.listed is not None:
        return msgspec.structs.replace(offered, to=menu.listed.to)
    for place, option in enumerate(menu.options):
        if was_written and (type(option.value), option.value) == (type(offered.value), offered.value):
            return msgspec.structs.replace(offered, option=place, to=option.to, gone=False)
    return msgspec.structs.replace(offered, option=None, to=None, gone=True)
