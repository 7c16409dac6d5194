"""Actions that run whenever the customer says something, before anything is done about it: CALM's
`run_action_every_turn`. What they give fills slots; what was said meanwhile is heard after them, in its order.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from bot.content import Json
from bot.engine.acting import is_awaited, request, say_slow, take_back
from bot.engine.commands import command_of
from bot.engine.conversation import PutOff, Wait
from bot.engine.flow import Collect
from bot.engine.inputs import (
    ActionBroke,
    ActionReturned,
    AnyHeard,
    CommandHeard,
    ContactHeard,
    MediaHeard,
    PayloadHeard,
    PlaceHeard,
    TapHeard,
    TextHeard,
    TimePassed,
    UnsupportedHeard,
)
from bot.engine.normal import normalise
from bot.engine.noting import note
from bot.engine.opening import begin_log, first_place
from bot.engine.questions import take
from bot.engine.talk import Place, Talk
from bot.events import ActionFailed

SPEECH = (
    TextHeard,
    TapHeard,
    CommandHeard,
    PayloadHeard,
    MediaHeard,
    PlaceHeard,
    ContactHeard,
    UnsupportedHeard,
)
HONOURED = ("slot", "bot")  # as rasa does: other events of theirs do nothing
BUSY = ("action", "ticket")

Hear = Callable[[Talk, AnyHeard], Place]
"""What the conversation does with what it hears now."""


def acted_on(talk: Talk, heard: AnyHeard, hear: Hear) -> Iterator[Place]:
    """Where each thing leads that is acted on now: what is heard, unless it is put off, or what was put off before."""
    kept = talk.put_off
    if kept is None:
        opening = talk.before.turns == 0
        (begin_log if opening else note)(talk, heard)
        yield from _one_after_another(talk, (heard,), hear, opening=opening)
    elif isinstance(heard, SPEECH):
        _note_meanwhile(talk, kept, heard)
        talk.put_off = msgspec.structs.replace(kept, said=(*kept.said, heard))
    elif _is_back(talk, heard):
        yield from _go_on(talk, kept, heard, hear)
    elif isinstance(heard, TimePassed):
        if talk.wait is not None and talk.wait.slow_at is not None and talk.wait.slow_at <= talk.now:
            say_slow(talk)
    else:
        note(talk, heard)
        yield hear(talk, heard)
        if talk.wait is None or talk.wait.topic != "turn":  # nothing waits for the actions any more
            talk.put_off = None


def _one_after_another(talk: Talk, said: Sequence[AnyHeard], hear: Hear, *, opening: bool = False) -> Iterator[Place]:
    """Act on the first, and then on the others, until one is put off."""
    for number, each in enumerate(said):
        if talk.closed or _puts_off(talk, said[number:], opening=opening):
            return
        yield first_place(talk, each) if opening else hear(talk, each)
        opening = False


def _puts_off(talk: Talk, said: Sequence[AnyHeard], *, opening: bool) -> bool:
    """Whether the actions run before the first is acted on: not with people, and not amid another action."""
    actions = talk.program.every_turn
    wait = talk.wait
    if not actions or talk.handoff is not None or talk.paused or not isinstance(said[0], SPEECH):
        return False
    if wait is not None and wait.kind in BUSY:
        return False
    talk.acted = 0
    request(talk, actions[0], topic="turn")
    talk.put_off = PutOff(
        since=talk.now, said=tuple(said), actions=actions[1:], wait=wait, held=_held(talk, wait), opening=opening
    )
    return True


def _held(talk: Talk, wait: Wait | None) -> Json:
    """What the slot holds that is asked for."""
    step = talk.step
    return talk.slots.get(step.slot) if wait is not None and isinstance(step, Collect) else None


def _note_meanwhile(talk: Talk, kept: PutOff, heard: AnyHeard) -> None:
    """Write it down as said to what is asked."""
    running, talk.wait = talk.wait, kept.wait
    note(talk, heard)
    talk.wait = running


def _is_back(talk: Talk, heard: AnyHeard) -> bool:
    """Whether the action that runs is back, or late beyond waiting for it."""
    match heard:
        case ActionReturned(call_id=call) | ActionBroke(call_id=call):
            return is_awaited(talk, call)
        case TimePassed():
            wait = talk.wait
            return wait is not None and wait.times_out_at is not None and wait.times_out_at <= talk.now
    return False


def _go_on(talk: Talk, kept: PutOff, heard: AnyHeard, hear: Hear) -> Iterator[Place]:
    """The next action, or at last what was said. One that broke fills nothing, and holds nobody up."""
    if isinstance(heard, ActionReturned):
        events = tuple(each for each in heard.events if isinstance(each, Mapping) and each.get("event") in HONOURED)
        take_back(talk, msgspec.structs.replace(heard, events=events))
    else:
        _note_broken(talk, heard)
    talk.put_off, talk.wait = None, _as_it_stood(kept, talk.now)
    if kept.actions:
        request(talk, kept.actions[0], topic="turn")
        talk.put_off = msgspec.structs.replace(kept, actions=kept.actions[1:])
        return
    yield _act(talk, kept, hear)
    yield from _one_after_another(talk, kept.said[1:], hear)


def _note_broken(talk: Talk, heard: AnyHeard) -> None:
    wait = talk.wait
    assert wait is not None
    code, seconds = "timeout", (talk.now - wait.since).total_seconds()
    if isinstance(heard, ActionBroke):
        code, seconds = heard.code, heard.seconds
    talk.record(ActionFailed(call_id=str(wait.call_id), action=str(wait.action), code=code, seconds=seconds))


def _as_it_stood(kept: PutOff, now: datetime) -> Wait | None:
    """What was asked; its time stood still."""
    wait = kept.wait
    if wait is None or wait.times_out_at is None:
        return wait
    return msgspec.structs.replace(wait, times_out_at=wait.times_out_at + (now - kept.since))


def _act(talk: Talk, kept: PutOff, hear: Hear) -> Place:
    """What was said first. Words that the actions made a value of the slot that is asked for are that answer."""
    first, step = kept.said[0], talk.step
    if kept.opening:
        return first_place(talk, first)
    is_asked = talk.wait is not None and talk.wait.kind == "collect" and not talk.wait.topic
    if is_asked and isinstance(step, Collect) and isinstance(first, TextHeard):
        value = talk.slots.get(step.slot)
        if value not in (None, kept.held) and command_of(talk, normalise(first.text)) is None:
            return take(talk, step, value)
    return hear(talk, first)
