"""Flows that go round and ask the customer nothing: what they say is heard once, however often they turn.

A turn ends wherever an action is awaited. So the traces of a way that only actions interrupt are kept with the
conversation, as checksums, until the customer says something or is asked.
"""

import zlib

import msgspec

from bot.content import Json, Value
from bot.engine.talk import Talk
from bot.events import BotSaid


def leave_trace(talk: Talk) -> None:
    """Remember this place, and what the slots hold."""
    talk.traces.append(_checksum(talk, "passed", talk.slots))


def passes_again(talk: Talk) -> bool:
    """Whether it was here before and every slot held the same; what this turn said on the way round is said once."""
    earlier = {*talk.earlier_traces, *talk.traces}
    leave_trace(talk)
    if talk.traces[-1] in earlier:
        unsay_repeats(talk)
        return True
    return False


def says_again(talk: Talk, said: Value) -> bool:
    """Whether the same was said here before the action that was awaited last."""
    trace = _checksum(talk, "said", said)
    talk.traces.append(trace)
    return trace in talk.earlier_traces


def unsay_repeats(talk: Talk) -> None:
    """Of what this turn said over and over, only the first is heard."""
    said = [event for event in talk.events if isinstance(event, BotSaid)]
    first = {(event.content, event.flow, event.step): id(event) for event in reversed(said)}.values()
    talk.events[:] = [event for event in talk.events if not isinstance(event, BotSaid) or id(event) in first]


def begin_anew(talk: Talk) -> None:
    """From here on it is no round of what was before."""
    talk.traces.clear()
    talk.earlier_traces = ()


def _checksum(talk: Talk, what: str, of: Value | dict[str, Json]) -> int:
    here = [(frame.flow, frame.step) for frame in talk.stack]
    return zlib.crc32(msgspec.json.encode((what, here, of)))
