"""The state of a conversation in words, as it is shown beside it."""

from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from bot.content import Json
from bot.engine.conversation import Conversation, Wait
from bot.engine.flow import Flow
from bot.engine.program import SECRET, Program

LONGEST_VALUE = 60


def lines_of(conversation: Conversation, program: Program, now: datetime, known: Mapping[str, Json]) -> Iterator[str]:
    """Where it stands, what it waits for, the slots that hold other values than `known`, when time does something."""
    if conversation.closed:
        yield "the conversation has ended"
    where = "at"
    for frame in reversed(conversation.stack):
        yield f"{where} {frame.flow} › {frame.step}{_kind(program.flows[frame.flow], frame.step)}"
        where = "  called from" if frame.called else "  interrupted"
    if conversation.wait is not None:
        yield f"waits for {_awaited(conversation.wait)}"
    if conversation.handoff is not None:
        with_whom = conversation.handoff.agent_name or f"the queue {conversation.handoff.queue}"
        yield f"handed off: with {with_whom}"
    for name, value in conversation.slots.items():
        if value != known.get(name):
            yield f"{name} = {_shown(name, value, program)}"
    if conversation.due_at is not None and not conversation.closed:
        yield f"something happens by itself after :wait {_span(conversation.due_at, now)}"


def _kind(flow: Flow, step: str) -> str:
    known = flow.steps.get(step)
    return f" ({known.__struct_config__.tag})" if known is not None else ""


def _awaited(wait: Wait) -> str:
    what = {
        "menu": "a choice",
        "collect": "an answer",
        "action": f"the action {wait.action}",
        "survey": "a rating",
        "handoff": "people",
        "callback": "a number or a time to call",
        "language": "a language",
        "offer": f"a choice of the house's own ({wait.topic})",
    }[wait.kind]
    tried = f", not understood {wait.no_match}×" if wait.no_match else ""
    return what + tried + (f", unanswered {wait.no_input}×" if wait.no_input else "")


def _shown(name: str, value: Json, program: Program) -> str:
    if value is None:
        return "nothing"
    if name in program.secret_slots:
        return SECRET
    written = msgspec.json.encode(value).decode()
    return written if len(written) <= LONGEST_VALUE else f"{written[: LONGEST_VALUE - 1]}…"


def _span(due_at: datetime, now: datetime) -> str:
    """The time until then as a duration, rounded up: `1h30m`."""
    rest = max(1, -int(-(due_at - now).total_seconds() // 1))
    written = ""
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        written += f"{count}{unit}" if count else ""
    return written
