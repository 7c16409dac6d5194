"""What a conversation knows from the one before. A session of CALM is more than one of our conversations: it ends when
nobody has said anything for long, not with its flows.
"""

from datetime import datetime, timedelta

from bot.content import Json
from bot.engine.conversation import Conversation
from bot.engine.flow import FlowSet
from bot.engine.program import Program


def goes_on(flows: FlowSet) -> bool:
    """Whether a session outlasts its flows: those of CALM say nowhere where a conversation begins."""
    return not flows.flows[flows.start].start


def carries(flows: FlowSet) -> bool:
    """Whether a new session knows what the one before knew; CALM's do, unless they say otherwise."""
    said = flows.settings.carry_over
    return goes_on(flows) if said is None else said


def may_carry(flows: FlowSet) -> bool:
    """Whether it matters what was before."""
    return goes_on(flows) or carries(flows)


def carried_slots(program: Program, earlier: Conversation, now: datetime) -> dict[str, Json]:
    """The slots of the earlier conversation that a new one begins with, as far as they fit, and but for secrets."""
    flows = program.flow_set
    seconds = flows.settings.expires.on(earlier.channel)
    is_over = seconds is not None and now - earlier.heard_at >= timedelta(seconds=seconds)
    if not (carries(flows) or (goes_on(flows) and not is_over)):
        return {}
    known = {name: value for name, value in earlier.slots.items() if name in program.initial_slots}
    read = {
        name: program.fits(name, value, earlier.language)
        for name, value in known.items()
        if name not in program.secret_slots
    }
    return {name: value for name, (fits, value) in read.items() if fits}
