"""Steps that never wait: say, set_slots, hours, link, call."""

import msgspec

from bot.content import Json
from bot.engine.flow import Call, Hours, Link, Say, SetSlots
from bot.engine.languages import heed_slot
from bot.engine.patterns import CANNOT_HANDLE, COMPLETED, WHY_NOT
from bot.engine.speech import Message, address, message, resolved, say
from bot.engine.talk import Place, Talk
from bot.events import BotSaid


def run_say(talk: Talk, step: Say) -> Place:
    """The texts one after another; a picture goes with the first."""
    if _is_said(talk, step):
        return talk.next_of(step)
    pictured = Message(image=address(talk, step.image), attachment=address(talk, step.attachment))
    said = [message(talk, text) for text in step.texts] or [Message()]
    first = said[0]
    said[0] = Message(
        text=first.text,
        image=pictured.image or first.image,
        attachment=pictured.attachment or first.attachment,
        buttons=first.buttons,
    )
    for one in said:
        say(talk, one, barge_in=step.barge_in)
    return talk.next_of(step)


def _is_said(talk: Talk, step: Say) -> bool:
    """Whether pattern_completed would only repeat the response that a flow ended with, as public projects do."""
    if talk.stack[-1].flow != COMPLETED or len(step.texts) != 1 or step.texts[0].response is None:
        return False
    last = next((event for event in reversed(talk.events) if isinstance(event, BotSaid)), None)
    if last is None or last.flow is None or last.flow == COMPLETED:
        return False
    said = talk.program.flows[last.flow].steps.get(last.step or "") if last.flow in talk.program.flows else None
    return isinstance(said, Say) and said.texts[-1:] == step.texts


def run_set_slots(talk: Talk, step: SetSlots) -> Place:
    """Fill the slots for this flow; a value that does not fit its slot is left out."""
    for slot, value in step.values.items():
        fits, fitting = talk.program.fits(slot, _resolved(talk, value), talk.language)
        if fits:
            talk.fill(slot, fitting)
            heed_slot(talk, slot, fitting)
    return talk.next_of(step)


def _resolved(talk: Talk, value: Json) -> Json:
    return resolved(talk, value) if isinstance(value, str) and "{" in value else value


def run_hours(talk: Talk, step: Hours) -> Place:
    """The way for an open calendar or for a closed one."""
    way = step.open if talk.is_open(step.calendar) else step.closed
    return talk.next_of(step) if way is None else way


def run_link(talk: Talk, step: Link) -> Place:
    """The other flow takes this one's place."""
    frame = talk.stack[-1]
    talk.leave("linked")
    place = talk.begin(step.flow, "link", frame.because, called=frame.called)
    if step.flow == CANNOT_HANDLE:
        talk.stack[-1] = msgspec.structs.replace(talk.stack[-1], reason=WHY_NOT.get(frame.flow))
    return place


def run_call(talk: Talk, step: Call) -> Place:
    """The other flow runs above this one, which goes on after it. Called again, it asks again."""
    talk.reset_brought(flow=step.flow)
    return talk.begin(step.flow, "call", talk.stack[-1].because, called=True)
