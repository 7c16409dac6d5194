"""The first turn of a conversation: the start flow, unless the first words ask for another, or for a person."""

from bot.engine.aside_buttons import hear_aside_button
from bot.engine.calm_payloads import NamesIntent, SetsSlots, read_payload
from bot.engine.commands import command_of
from bot.engine.ending import block
from bot.engine.entities import slots_of_intent
from bot.engine.following_up import open_with, opt_in, opt_out
from bot.engine.forgetting import ask_whether
from bot.engine.inputs import (
    AnyHeard,
    CommandHeard,
    CustomerBlocked,
    FollowUpDue,
    PayloadHeard,
    TapHeard,
    TextHeard,
)
from bot.engine.languages import ask_for_language, switch
from bot.engine.moving import begin_session
from bot.engine.normal import normalise
from bot.engine.noting import note
from bot.engine.retries import to_a_person
from bot.engine.starting import fitting_slots, hear_deep_link, start_by_intent, start_by_typed_intent, start_flow
from bot.engine.talk import UNHEARD, Place, Talk, Unheard
from bot.engine.ticketing import ask_by_command
from bot.events import ConversationOpened, InputIgnored


def begin_log(talk: Talk, heard: AnyHeard) -> None:
    """Open the conversation, and note what was said; one of a follow-up is opened by that."""
    if isinstance(heard, FollowUpDue):
        return
    talk.heard_at = talk.now
    talk.record(
        ConversationOpened(
            channel=talk.channel,
            language=talk.language,
            revision=talk.before.revision,
            flow=talk.program.flow_set.start,
            entry=talk.before.entry or _entry(heard),
        )
    )
    note(talk, heard)


def first_place(talk: Talk, heard: AnyHeard) -> Place:
    """Where the conversation begins."""
    if isinstance(heard, FollowUpDue):
        return open_with(talk, heard)
    if isinstance(heard, CustomerBlocked):
        return block(talk)
    place = _wished(talk, heard)
    return begin_session(talk) if isinstance(place, Unheard) else place


def _entry(heard: AnyHeard) -> str | None:
    """The deep link's payload, or the command it began with."""
    if not isinstance(heard, CommandHeard):
        return None
    return heard.argument.strip() or f"/{heard.name}"


def _wished(talk: Talk, heard: AnyHeard) -> Place | Unheard:
    match heard:
        case CommandHeard():
            return _commanded(talk, heard.name, heard.argument.strip())
        case TextHeard(text=text):
            return first_words(talk, text)
        case PayloadHeard(payload=payload):
            return first_payload(talk, payload)
        case TapHeard(token=token):
            place = hear_aside_button(talk, token)
            if place is UNHEARD:
                talk.record(InputIgnored(reason="stale"))  # a button of a conversation that is over
            return place
    return UNHEARD


def _commanded(talk: Talk, name: str, argument: str) -> Place | Unheard:
    match name:
        case "start" if argument:
            return hear_deep_link(talk, argument)
        case "agent":
            return to_a_person(talk, "agent_word", "cancelled")
        case "stop":
            return opt_out(talk)
        case "subscribe":
            return opt_in(talk)
        case "language":
            return _in_language(talk, argument)
        case "forget":
            return ask_whether(talk)
        case "ticket":
            talk.begin(talk.program.flow_set.start, "start")
            return ask_by_command(talk, argument)
    return (first_payload if name in talk.program.intents else first_words)(talk, f"/{name}")


def _in_language(talk: Talk, wished: str) -> Place | Unheard:
    """The start, once it is known in which language."""
    if talk.program.speaks(wished) is None and len(talk.program.languages) > 1:
        return ask_for_language(talk)
    switch(talk, wished)
    return UNHEARD


def first_words(talk: Talk, text: str) -> Place | Unheard:
    """A trigger, the wish for a person, another language or no follow-ups, or a typed intent; all else is the start."""
    typed = normalise(text)
    flow = talk.program.triggers[talk.language].get(typed)
    if flow is not None and flow != talk.program.flow_set.start:
        return start_flow(talk, flow, "trigger")
    match command_of(talk, typed):
        case "agent":
            return to_a_person(talk, "agent_word", "cancelled")
        case "language":
            return _in_language(talk, "")
        case "stop":
            return opt_out(talk)
    return start_by_typed_intent(talk, text)


def first_payload(talk: Talk, payload: str) -> Place | Unheard:
    """An intent may start its flow, slots are set before the start."""
    read = read_payload(payload)
    if isinstance(read, NamesIntent):
        started = start_by_intent(talk, read.intent, read.entities)
        if started is UNHEARD:
            talk.fill_ahead(fitting_slots(talk, slots_of_intent(talk, read.intent, read.entities)))
        return started
    if isinstance(read, SetsSlots):
        talk.fill_ahead(fitting_slots(talk, read.values))
        return UNHEARD
    return first_words(talk, payload)
