"""What happens in a test: what customers and agents do, and time that passes."""

import re
from collections.abc import Iterator

from bot.content import Attachment, ContactCard, Json, Place
from bot.engine.inputs import AnyHeard, ContactHeard, MediaHeard, PlaceHeard
from bot.problems import did_you_mean
from bot.rehearsal.case import Act, AgentActs, Says, Sends, Taps, Understood, Waits
from bot.rehearsal.reading_expectations import read_words
from bot.yaml_fields import NodeProblems, seconds_of, word_of
from bot.yaml_nodes import Entry, Listing, Mapping, Node, Scalar, plain

ACTS = frozenset({"user", "press", "tap", "send", "wait", "agent"})
FILES = ("photo", "document", "voice", "video", "audio", "animation", "video_note", "sticker")
SENT = (*FILES, "contact", "location")
POINT = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*")
KEYS = re.compile(r"[\d*#]+")
NOTHING = ("None", "null", "undefined")
SOME_PLACE = "25.2048, 55.2708"
SOME_PHONE = "+971501234567"
COMMANDS = {
    "cancel_flow": "cancel",
    "human_handoff": "agent",
    "restart_session": "restart",
    "session_start": "start",
    "repeat_bot_messages": "repeat",
    "user_silence": None,
    "chit_chat": None,
    "knowledge": None,
    "skip_question": None,
    "cannot_handle": None,
    "correct_slots": None,
    "clarify": None,
    "noop": None,
}
"""What CALM's other commands are here; none: nothing that could be obeyed without a language model."""


def read_act(entry: Entry, found: NodeProblems) -> Act | None:
    """What one key, `tap: Track an order`, makes happen."""
    name, node = entry.key.text, entry.value
    match name:
        case "wait":
            seconds, is_read = seconds_of(node, found, "'wait'")
            if is_read and seconds is None:
                found.error(node, "wrong-type", "'wait' should be a duration", "write one such as 30s, 5m or 24h")
            return Waits(seconds=seconds) if seconds is not None else None
        case "send":
            return _sent(node, found)
    words = read_words(node, found, f"'{name}'")
    if words is None:
        return None
    if name == "press" and not all(KEYS.fullmatch(text) for text in words.by_language.values()):
        found.error(node, "unknown-value", "'press' should be keys of a telephone", "write digits, * and #")
        return None
    if name == "tap":
        return Taps(label=words)
    return AgentActs(text=words) if name == "agent" else Says(text=words)


def _sent(node: Node, found: NodeProblems) -> Sends | None:
    """`photo`, or `photo: broken.jpg`, `contact: "+971…"`, `location: "25.2, 55.3"`."""
    kind, content = node, None
    if isinstance(node, Mapping) and len(node.entries) == 1:
        only = next(iter(node.entries.values()))
        kind, content = only.key, word_of(only.value, found, f"'{only.key.text}'")
    if not isinstance(kind, Scalar) or kind.text not in SENT:
        named = kind.text if isinstance(kind, Scalar) else ""
        hint = did_you_mean(named, SENT) or f"there are: {', '.join(SENT)}"
        found.error(node, "unknown-value", "'send' should name one thing that can be sent", hint)
        return None
    heard = _thing(kind.text, content)
    if heard is None:
        found.error(node, "wrong-type", "'location' should be two numbers, latitude and longitude", SOME_PLACE)
        return None
    return Sends(heard=heard, what=f"[{kind.text}{f': {content}' if content else ''}]")


def _thing(kind: str, content: str | None) -> AnyHeard | None:
    if kind == "contact":
        return ContactHeard(contact=ContactCard(phone=content or SOME_PHONE, own=True))
    if kind == "location":
        point = POINT.fullmatch(content or SOME_PLACE)
        return PlaceHeard(place=Place(latitude=float(point[1]), longitude=float(point[2]))) if point else None
    attachment = Attachment(kind=kind, file=f"rehearsal:{content or kind}", name=content, size_bytes=1000)  # type: ignore[arg-type]  # it is one of FILES
    return MediaHeard(attachment=attachment)


# What a language model would have understood, where the test says so


def read_commands(node: Node, found: NodeProblems) -> Understood:
    """The list under `commands`: `start_flow: …`, `set_slot: …`, `cancel_flow`, as in CALM's understanding tests."""
    flows: list[str] = []
    slots: dict[str, Json] = {}
    command: str | None = None
    for item, name, value in _commands(node, found):
        match name:
            case "start_flow":
                flows.append(str(value))
            case "set_slot" | "set_slots":
                slots |= _assigned(value)
            case _ if name in COMMANDS:
                command = COMMANDS[name]
            case _:
                hint = did_you_mean(name, (*COMMANDS, "start_flow", "set_slot"))
                found.warn(item, "unknown-command", f"nothing is known of the command '{name}'", hint)
    return Understood(flows=tuple(flows), slots=slots, command=command)


CALL = re.compile(r"(?P<name>\w+)\s*\((?P<inside>.*)\)\s*", re.DOTALL)


def _commands(node: Node, found: NodeProblems) -> Iterator[tuple[Node, str, Json]]:
    for item in node.items if isinstance(node, Listing) else (node,):
        if isinstance(item, Mapping):
            yield from ((entry.key, name, plain(entry.value)) for name, entry in item.entries.items())
        elif isinstance(item, Scalar) and (call := CALL.fullmatch(item.text)):
            yield item, *_from_call(call["name"], call["inside"])
        elif isinstance(item, Scalar):
            yield item, *_from_words(item.text)
        else:
            found.wrong_type(item, "a command", "a name, or a name and a value")


def _from_call(name: str, inside: str) -> tuple[str, Json]:
    """`StartFlow("transfer")`, `SetSlot("amount", "100")`, `CancelFlow()`."""
    values = [value.strip().strip("\"'") for value in inside.split(",", 1)]
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return snake, {values[0]: values[1]} if len(values) == 2 else values[0]


def _from_words(text: str) -> tuple[str, Json]:
    """`start flow transfer`, `set slot amount 100`, `cancel flow`."""
    words = text.split(maxsplit=3)
    name = "_".join(words[:2]).lower()
    if len(words) == 4:
        return name, {words[2]: words[3]}
    return name, words[2] if len(words) == 3 else None


def _assigned(value: Json) -> dict[str, Json]:
    """What slots are set to; language models write `None` and `null` for what empties them."""
    if isinstance(value, list):
        return {slot: held for item in value if isinstance(item, dict) for slot, held in _assigned(item).items()}
    given = value if isinstance(value, dict) else {}
    return {slot: None if held in NOTHING else held for slot, held in given.items()}
