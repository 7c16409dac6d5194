"""Words of a customer done as what a language model would have made of them."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from bot.content import Content, Json, RichText
from bot.engine.calm_payloads import set_slots_payload
from bot.engine.flow import Collect
from bot.engine.inputs import CommandHeard, PayloadHeard, TextHeard
from bot.engine.patterns import CORRECTION, is_pattern
from bot.engine.program import Program
from bot.engine.resuming import CONTINUE
from bot.events import AnswerGiven, BotSaid, ChoiceMade, CustomerSaid, FlowStarted, StepReached
from bot.rehearsal.case import Says, Understood
from bot.rehearsal.performing import text_in
from bot.rehearsal.scene import Happened, Moment
from bot.rehearsal.stage import Stage


async def perform_understood(stage: Stage, moment: Moment, says: Says, understood: Understood) -> Moment:
    """The moment after the words, taken as what was understood."""
    text, known = text_in(says.text, moment.conversation.language), len(moment.happened)
    if understood.answers is not None:
        words = CustomerSaid(content=Content(text=RichText(text=text)))
        return stage.speak(stage.add(moment, words), understood.answers)
    after = moment if understood.flows or understood.command else await gone_on(stage, moment)
    if understood.command is not None:
        after = await stage.hear_out(after, CommandHeard(name=understood.command))
    for flow in understood.flows:
        if not _started(after, known, flow):
            after = await stage.hear_out(await _rested(stage, after, flow), CommandHeard(name="start", argument=flow))
    if understood.slots and not after.conversation.closed:
        after = await stage.hear_out(_unasked(after, known), PayloadHeard(payload=set_slots_payload(understood.slots)))
        confirmed = _confirmed(after, understood.slots, stage.program)
        if confirmed:
            after = await stage.hear_out(_unasked(after, known), PayloadHeard(payload=set_slots_payload(confirmed)))
    for slot, value in understood.again.items():
        after = await stage.settle(after)
        after = await stage.hear_out(_unasked(after, known), PayloadHeard(payload=set_slots_payload({slot: value})))
    return await stage.settle(in_their_words(after, known, text))


async def _rested(stage: Stage, moment: Moment, flow: str) -> Moment:
    """When what was begun with the same words lets the flow begin. A pattern goes back to the question as it was."""
    conversation = moment.conversation
    if conversation.wait is not None and conversation.wait.kind == "action":
        return await stage.settle(moment)
    if not is_pattern(flow) or conversation.wait is None or not conversation.stack:
        return moment
    *below, top = conversation.stack
    stack = (*below, msgspec.structs.replace(top, interrupted=conversation.wait))
    return msgspec.structs.replace(moment, conversation=msgspec.structs.replace(conversation, stack=stack))


async def gone_on(stage: Stage, moment: Moment) -> Moment:
    """Who answers what was asked before an interruption wants to go on with it."""
    wait = moment.conversation.wait
    if wait is None or wait.kind != "offer" or wait.topic != "resume":
        return moment
    goes_on = next(each.label for each in wait.offered if each.value == CONTINUE)
    return await stage.hear_out(moment, TextHeard(text=goes_on))


def _confirmed(moment: Moment, slots: Mapping[str, Json], program: Program) -> dict[str, Json]:
    """Of the slots the one with which a correction is asked about, as it may be asked for whatever was said before."""
    frame = moment.conversation.stack[-1] if moment.conversation.stack else None
    step = program.flows[frame.flow].steps.get(frame.step) if frame is not None and frame.flow == CORRECTION else None
    asked = step.slot if isinstance(step, Collect) else None
    return {slot: value for slot, value in slots.items() if slot == asked}


def _started(moment: Moment, known: int, flow: str) -> bool:
    events = (each.event for each in moment.happened[known:])
    return any(isinstance(event, FlowStarted) and event.flow == flow for event in events)


def _unasked(moment: Moment, known: int) -> Moment:
    """The same without the question that is being answered in the same breath."""
    reached = [place for place, each in enumerate(moment.happened) if isinstance(each.event, StepReached)]
    wait = moment.conversation.wait
    if wait is None or wait.kind not in ("menu", "collect") or not reached or reached[-1] < known:
        return moment
    asked = (each for each in moment.happened[reached[-1] :] if not isinstance(each.event, BotSaid))
    return msgspec.structs.replace(moment, happened=(*moment.happened[: reached[-1]], *asked))


def in_their_words(moment: Moment, known: int, text: str) -> Moment:
    """The same, but what was heard in several parts since so much was `known` was said once."""
    happened = (*moment.happened[:known], *_said_once(moment.happened[known:], text))
    return msgspec.structs.replace(moment, happened=happened)


def _said_once(happened: Iterable[Happened], text: str) -> Iterator[Happened]:
    said = False
    for each in happened:
        if not isinstance(each.event, CustomerSaid):
            yield each
        elif not said:
            said = True
            words = CustomerSaid(content=Content(text=RichText(text=text)))
            yield msgspec.structs.replace(each, event=words)


def came_to_nothing(happened: Iterable[Happened], program: Program) -> bool:
    """Whether nothing was answered and no flow began but the one that conversations begin with."""
    events = [each.event for each in happened]
    began = [event.flow for event in events if isinstance(event, FlowStarted)]
    answered = any(isinstance(event, AnswerGiven | ChoiceMade) for event in events)
    return not answered and all(flow == program.flow_set.start or is_pattern(flow) for flow in began)
