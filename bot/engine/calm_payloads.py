"""What the payload of a CALM button says: `/SetSlots(a=1, b="x")`, `/intent{"e": "v"}`; anything else is typed text.

Public projects write `SetSlots(…)` without its slash too, and `/intent@0.9` says how sure one is. Domain files double
the braces of entities, `/intent{{"e": "v"}}`, as single ones stand around a slot's name there.
"""

import re
from collections.abc import Callable, Mapping

import msgspec

from bot.content import Json, Value


class SetsSlots(Value, frozen=True, kw_only=True):
    """Values by slot, still of the types that they look like."""

    values: dict[str, Json]


class NamesIntent(Value, frozen=True, kw_only=True):
    """An intent and its entities."""

    intent: str
    entities: dict[str, Json] = {}


_SET_SLOTS = re.compile(r"/?SetSlots\((?P<inside>.*)\)", re.DOTALL)
_ASSIGNMENT = re.compile(
    r"""\s*(?P<name>[\w.\-]+)\s*=\s*
    (?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)'|(?P<bare>[^,]*))\s*(?:,|$)""",
    re.VERBOSE | re.DOTALL,
)
_INTENT = re.compile(r"/(?P<intent>[^\s{/@(]+)(?:@[0-9.]+)?\s*(?P<entities>\{.*\})?", re.DOTALL)
_PLAIN = re.compile(r"[^\s,()\"'][^,()\"'\n]*")  # what the documentation allows as a value, and nobody can misread
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None, "none": None, "undefined": None}


def read_payload(payload: str) -> SetsSlots | NamesIntent | None:
    """What the payload means; none when it is plain text."""
    said = payload.strip()
    setting = _SET_SLOTS.fullmatch(said)
    if setting is not None:
        return _assignments(setting["inside"])
    naming = _INTENT.fullmatch(said)
    if naming is None:
        return None
    return NamesIntent(intent=naming["intent"], entities=_entities(naming["entities"]))


def set_slot_payload(slot: str, value: Json, read_back: Callable[[Json], Json]) -> str:
    """The payload that gives the slot this value: bare, as CALM documents it, unless it would be read otherwise.

    `read_back` is what the slot makes of a value.
    """
    bare = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    back = read_back(_bare(bare)) if _PLAIN.fullmatch(bare) and bare == bare.strip() else None
    if back == value and type(back) is type(value):
        return f"/SetSlots({slot}={bare})"
    escaped = bare.replace("\\", "\\\\").replace('"', '\\"')
    return f'/SetSlots({slot}="{escaped}")'


def set_slots_payload(slots: Mapping[str, Json]) -> str:
    """The payload that fills them: `/SetSlots(amount=100, recipient="John")`."""
    return f"/SetSlots({', '.join(f'{slot}={_written(value)}' for slot, value in slots.items())})"


def _written(value: Json) -> str:
    match value:
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
    return str(value)


def _assignments(inside: str) -> SetsSlots | None:
    values: dict[str, Json] = {}
    place = 0
    while inside[place:].strip():
        found = _ASSIGNMENT.match(inside, place)
        if found is None or found.end() == place:
            return None
        quoted = found["double"] if found["double"] is not None else found["single"]
        values[found["name"]] = _bare(found["bare"].rstrip()) if quoted is None else _ESCAPED.sub(r"\1", quoted)
        place = found.end()
    return SetsSlots(values=values)


def _bare(text: str) -> Json:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    if re.fullmatch(r"-?(0|[1-9]\d{0,14})", text):  # with a zero before it, it is a code
        return int(text)
    if re.fullmatch(r"-?\d{1,15}\.\d{1,15}", text) and repr(float(text)) == text:
        return float(text)
    return text


def _entities(source: str | None) -> dict[str, Json]:
    if source is None:
        return {}
    if source.startswith("{{") and source.endswith("}}"):
        source = source[1:-1]
    try:
        entities = msgspec.json.decode(source)
    except (msgspec.DecodeError, RecursionError):
        return {}
    return entities if isinstance(entities, dict) else {}
