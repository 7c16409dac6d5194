"""A rehearsed conversation, told to people line by line."""

from collections.abc import Iterator

from bot.content import Value
from bot.events import (
    ActionFailed,
    ActionRequested,
    AgentSaid,
    AnyEvent,
    BotSaid,
    CallbackRequested,
    ConversationClosed,
    CustomerSaid,
    FollowUpBooked,
    HandoffClosed,
    HandoffRefused,
    HandoffRequested,
    HandoffTaken,
    TicketOpened,
)
from bot.rehearsal.case import Act, FlowStarts, Says, SlotIs, Understood, Waits
from bot.rehearsal.playing import Played
from bot.rehearsal.scene import Scene

ADVICE = "add 'flow_started' or 'slot_was_set', or write what is tapped ('tap: …') or '/intent' in its place"


class Line(Value, frozen=True, kw_only=True):
    """Who said what, with the choices under it; `who` is empty for what merely happened."""

    who: str = ""
    text: str = ""
    choices: tuple[str, ...] = ()


def lines_of(act: Act, scene: Scene) -> Iterator[Line]:
    """What people would have seen of the scene, and what went on behind it."""
    if isinstance(act, Waits):
        yield Line(text=f"{act.seconds:g} seconds pass")
    for each in scene.happened:
        line = _line(each.event)
        if line is not None:
            yield line


def meaning_of(played: Played) -> str | None:
    """For what a customer's words were taken, or that nothing tells what they mean; none where that is no matter."""
    act, understood = played.turn.act, played.understood
    if not isinstance(act, Says):
        return None
    if understood is not None:
        return f"{str(act.text).strip()!r} was taken for: {', '.join(_parts(understood)) or 'to go on'}"
    if not played.is_riddle or any(isinstance(each, FlowStarts | SlotIs) for each in played.turn.expected):
        return None
    return f"{str(act.text).strip()!r} takes a language model, and this test does not tell its meaning: {ADVICE}"


def _parts(understood: Understood) -> Iterator[str]:
    if understood.command is not None:
        yield f"the command {understood.command}"
    yield from (f"start {flow}" for flow in understood.flows)
    values = understood.slots | understood.again
    yield from (f"set {slot} to {value!r}" for slot, value in values.items())
    if understood.answers is not None:
        yield "what a language model answers by itself"


def _line(event: AnyEvent) -> Line | None:
    match event:
        case CustomerSaid(tapped=str(label)):
            return Line(who="customer", text=f"[{label}]")
        case CustomerSaid(content=content):
            return Line(who="customer", text=content.text.text or f"[{_thing(event)}]")
        case BotSaid(content=content, choices=choices):
            text = content.text.text or "[a file]"
            return Line(who="bot", text=text, choices=tuple(choice.label for choice in choices))
        case AgentSaid(content=content):
            return Line(who="agent", text=content.text.text)
    behind = _behind(event)
    return Line(text=behind) if behind else None


def _thing(said: CustomerSaid) -> str:
    content = said.content
    if content.attachment is not None:
        return content.attachment.kind
    return "location" if content.place is not None else "contact" if content.contact is not None else ""


def _behind(event: AnyEvent) -> str | None:
    match event:
        case ActionRequested(action=action):
            return f"{action} runs"
        case ActionFailed(action=action, code=code):
            return f"{action} fails: {code}"
        case HandoffRequested(queue=queue):
            return f"a person is asked for: queue {queue}"
        case HandoffRefused(reason=reason):
            return f"nobody can come: {reason}"
        case HandoffTaken(agent_name=name):
            return f"{name} takes over"
        case HandoffClosed(disposition=disposition):
            return f"the agent is done{f': {disposition}' if disposition else ''}"
        case CallbackRequested(queue=queue):
            return f"a call back is booked: queue {queue}"
        case TicketOpened(department=department):
            return f"a ticket is opened: {department}"
        case FollowUpBooked(flow=flow):
            return f"a follow-up is booked: {flow}"
        case ConversationClosed(reason=reason):
            return f"the conversation is over: {reason}"
    return None
