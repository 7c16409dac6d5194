"""How flows begin in the middle of a conversation: by a word, a link, an intent."""

from bot.content import Json
from bot.engine.acting import say_slow
from bot.engine.entities import slots_of_intent
from bot.engine.moving import go_home
from bot.engine.normal import normalise
from bot.engine.patterns import START_MENU
from bot.engine.refusing import refused
from bot.engine.talk import UNHEARD, Place, StartedBy, Talk, Unheard


def start_flow(talk: Talk, flow_id: str, by: StartedBy, *, whatever_guards: bool = False) -> Place | Unheard:
    """Begin the flow above what runs, if its guard lets it; one that runs already begins anew, alone."""
    flow = talk.program.flows.get(flow_id)
    if flow is None or not (whatever_guards or talk.holds(flow.guard)):
        return UNHEARD
    if talk.wait is not None and talk.wait.kind == "action":
        say_slow(talk)
        return None
    if flow_id == talk.program.flow_set.start:
        return go_home(talk)
    if talk.wait is not None and talk.wait.topic == "ended" and talk.where[0] != START_MENU:
        talk.leave("completed")
    while any(frame.flow == flow_id for frame in talk.stack):
        talk.leave("cancelled")
    talk.wait = None
    return talk.begin(flow_id, by)


def start_by_intent(talk: Talk, intent: str, entities: dict[str, Json]) -> Place | Unheard:
    """Begin the flow that the intent triggers, with the slots that it fills; no guard is asked of `nlu_trigger`."""
    named = talk.program.intents.get(intent)
    flow = named or talk.program.triggers[talk.language].get(normalise(f"/{intent}"))
    started = UNHEARD if flow is None else start_flow(talk, flow, "payload", whatever_guards=named is not None)
    if started is not UNHEARD and started is not None:
        for slot, value in fitting_slots(talk, slots_of_intent(talk, intent, entities, starting=True)).items():
            talk.fill(slot, value)
    return started


def start_by_typed_intent(talk: Talk, text: str) -> Place | Unheard:
    """Begin the flow whose intent is typed, as `/order-a-card`, where the channel took it for no command."""
    intent = text.strip().removeprefix("/")
    known = text.lstrip().startswith("/") and intent in talk.program.intents
    return start_by_intent(talk, intent, {}) if known else UNHEARD


def hear_deep_link(talk: Talk, payload: str) -> Place | Unheard:
    """`flow` or `flow-value`: the longest name that fits; the value answers the flow's first question."""
    for flow in talk.program.deep_links:
        if payload != flow and not payload.startswith(f"{flow}-"):
            continue
        started = start_flow(talk, flow, "deep_link")
        if not isinstance(started, Unheard):
            talk.prefill = payload.removeprefix(flow).removeprefix("-") or None
        return started
    return UNHEARD


def fitting_slots(talk: Talk, values: dict[str, Json], *, asked: str | None = None) -> dict[str, Json]:
    """Those of the values that declared slots can hold, and do not forbid, as they hold them.

    What is `asked` for goes the way of an answer, which has words for what it refuses.
    """
    read = {slot: talk.program.fits(slot, value, talk.language) for slot, value in values.items()}
    return {
        slot: value
        for slot, (fits, value) in read.items()
        if fits and slot in talk.program.initial_slots and (slot == asked or not refused(talk, slot, value))
    }
