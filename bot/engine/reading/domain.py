"""Slots, actions and the session's length, as CALM's domain files write them."""

import re
from collections.abc import Collection, Iterable
from typing import Literal, cast

import msgspec

from bot.content import Json
from bot.engine.flow import Rejection, Slot, Text
from bot.engine.reading.findings import Findings
from bot.engine.reading.leniency import only_known, without_empty_keys
from bot.engine.reading.mappings import read_mappings
from bot.engine.reading.rejections import read_rejections, response_in_calm
from bot.engine.reading.sections import Sections
from bot.engine.reading.values import read_text
from bot.problems import Mark, did_you_mean, listed
from bot.yaml_fields import MAX_SECONDS, Fields, word_of
from bot.yaml_nodes import Entry, Listing, Mapping, Node, Scalar, plain

SlotType = Literal["text", "bool", "categorical", "float", "any", "list"]
SLOT_TYPES = ("text", "bool", "categorical", "float", "any", "list")
SLOT_KEYS = frozenset({
    "type", "initial_value", "values", "min_value", "max_value", "mappings",
    "influence_conversation", "shared_for_coexistence", "value_reset_delay", "validation", "description", "metadata",
})  # fmt: skip
SCOPE = frozenset({"scope"})  # of CALM's skills, which are one here
SESSION_KEYS = frozenset({
    "session_expiration_time", "carry_over_slots_to_new_session", "start_session_after_expiry",
})  # fmt: skip
SLOT_NAME = re.compile(r"[^\W\d][\w-]*\Z")
CALM_SLOT_NAME = re.compile(r"[^(),=]+\Z")  # one that conditions and texts can't name may serve actions


def read_slots(entries: dict[str, Entry], found: Findings) -> dict[str, Slot]:
    """All slots, as far as they can be read."""
    slots = {}
    for name, entry in entries.items():
        if not (CALM_SLOT_NAME if found.is_calms(entry.key) else SLOT_NAME).match(name):
            found.error(entry.key, "bad-name", f"'{name}' can't be the name of a slot", "use letters, digits and _")
        found.marks["slot", name] = entry.key.mark
        slots[name] = _read_slot(name, entry.value, found) or Slot(name=name)
    return slots


def _read_slot(name: str, node: Node, found: Findings) -> Slot | None:
    if not isinstance(node, Mapping):
        found.wrong_type(node, f"the slot '{name}'", "a mapping such as {type: text}")
        return None
    node = without_empty_keys(node, found)
    fields = Fields(node, found, "a slot")
    kind = _read_type(fields)
    if not _is_code(fields):
        only_known(fields, SLOT_KEYS | SCOPE if found.is_calms(node) else SLOT_KEYS)
    values = tuple(value for item in fields.listing("values") if (value := _read_value(item, found)) is not None)
    if kind == "categorical" and not values:
        _without_values(name, fields)
        kind = "any"
    elif kind != "categorical" and fields.given("values"):
        message = f"'values' are for categorical slots, and '{name}' is {kind}"
        found.warn_calm(node.entries["values"].key, "conflict", message)
    _check_alike(fields)
    _check_flags(fields)
    mapped, every_turn = read_mappings(name, fields)
    rejections, refill = _read_validation(name, fields)
    initial = fields.get("initial_value")
    lowest, highest = fields.number("min_value"), fields.number("max_value")
    if lowest is not None and highest is not None and lowest > highest:
        found.error(node.entries["min_value"].value, "out-of-range", "'min_value' is more than 'max_value'")
    slot = Slot(
        name=name,
        type=kind,
        initial=plain(initial) if initial is not None else None,
        values=values,
        min=lowest,
        max=highest,
        rejections=rejections,
        refill=refill,
        mapped=mapped,
        every_turn=every_turn,
    )
    problem = slot_value_problem(slot, slot.initial, values_of(slot))
    if initial is not None and problem is not None:
        found.error(initial, "value", f"{slot.initial!r} does not fit the slot '{name}', which {problem}")
    return slot


def _read_validation(slot: str, fields: Fields[Findings]) -> tuple[tuple[Rejection, ...], Text | None]:
    """CALM's `validation`: what is refused wherever the slot is filled, and how it is asked for again."""
    node = fields.mapping("validation")
    if node is None:
        return (), None
    inner = Fields(node, fields.found, "'validation'")
    inner.only({"rejections", "refill_utter"})
    given = inner.required("rejections")
    if isinstance(given, Listing) and not given.items:
        fields.found.error(given, "empty", "'rejections' refuses nothing", "add '- if: …' with 'utter'")
    refill = inner.get("refill_utter")
    names = refill is not None and response_in_calm(refill, fields.found, slot)
    text = read_text(refill, fields.found, "'refill_utter'") if refill is not None and names else None
    return read_rejections(inner, slot), text


def _read_type(fields: Fields[Findings]) -> SlotType:
    node = fields.required("type")
    word = word_of(node, fields.found, "'type'") if node is not None else None
    if word is None or node is None or word in SLOT_TYPES:
        return cast(SlotType, word or "any")
    if "." in word:
        fields.found.warn(node, "no-effect", f"the slot type '{word}' is code that is not here, so any value fits")
    elif word == "boolean" and fields.found.is_calms(node):
        fields.found.warn(node, "unknown-value", "the type 'boolean' is called 'bool'")
        return "bool"
    else:
        hint = did_you_mean(word, SLOT_TYPES) or f"there are: {', '.join(SLOT_TYPES)}"
        fields.found.error(node, "unknown-value", f"'{word}' is not a type of slot", hint)
    return "any"


def _without_values(slot: str, fields: Fields[Findings]) -> None:
    """Report a categorical slot that holds nothing, unless its values could not be read, which is told."""
    given = fields.get("values")
    if given is None or (isinstance(given, Listing) and all(isinstance(item, Scalar) for item in given.items)):
        hint = "add 'values: [...]', or make it 'type: text'"
        fields.found.warn_calm(fields.node, "missing-key", f"the categorical slot '{slot}' lacks 'values'", hint)


def _check_flags(fields: Fields[Findings]) -> None:
    """What is true or false and has no effect here, but for a slip in it."""
    influences = fields.boolean("influence_conversation", False)
    fields.boolean("shared_for_coexistence", False)
    kind = fields.get("type")
    if influences and isinstance(kind, Scalar) and kind.text == "any":
        where = fields.node.entries["influence_conversation"].key
        message = "a slot of the type 'any' can't influence the conversation"
        fields.found.error(where, "conflict", message, "say false")


def _check_alike(fields: Fields[Findings]) -> None:
    """Values that differ in case alone are one value: who answers is not asked for capitals."""
    seen: dict[str, Scalar] = {}
    for item in fields.listing("values"):
        if isinstance(item, Scalar):
            first = seen.setdefault(item.text.casefold(), item)
            if first is not item:
                message = f"'{item.text}' is the same value as '{first.text}'"
                fields.found.warn(item, "duplicate-value", message, "remove one")


def _is_code(fields: Fields[Findings]) -> bool:
    """Whether the slot is of a class of the author's own, which takes what it likes."""
    kind = fields.get("type")
    return isinstance(kind, Scalar) and "." in kind.text


def _read_value(node: Node, found: Findings) -> Json:
    if isinstance(node, Scalar) and (node.value is not None or found.is_calms(node)):
        return node.value
    found.wrong_type(node, "a value of the slot", "a text, a number, true or false")
    return None


def values_of(slot: Slot) -> frozenset[str]:
    """What a categorical slot may hold, in small letters."""
    return frozenset(str(value).casefold() for value in slot.values)


def slot_value_problem(slot: Slot, value: Json, allowed: Collection[str]) -> str | None:
    """Why a fixed value does not fit the slot, none when it does. Null always fits; so does a text that shows slots.

    `allowed` is what `values_of` tells of the slot.
    """
    if value is None or (isinstance(value, str) and "{" in value):
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    match slot.type:
        case "bool" if not isinstance(value, bool):
            return "is true or false"
        case "float" if not is_number:
            return "is a number"
        case "float" if (slot.min is not None and value < slot.min) or (slot.max is not None and value > slot.max):
            return f"is from {slot.min} to {slot.max}"
        case "text" if isinstance(value, dict | list):
            return "is a text"
        case "list" if not isinstance(value, list):
            return "is a list"
        case "categorical" if str(value).casefold() not in allowed:
            return f"is one of: {listed(slot.values)}"
    return None


def read_actions(nodes: list[Node], found: Findings) -> dict[str, Scalar]:
    """The names of actions with their places; CALM also writes `- name: {send_domain: true}` and `- action: name`."""
    actions: dict[str, Scalar] = {}
    for item in nodes:
        node: Node = item
        if isinstance(item, Mapping) and len(item.entries) == 1:
            entry = next(iter(item.entries.values()))
            node = entry.value if isinstance(entry.value, Scalar) and entry.value.value is not None else entry.key
            if isinstance(entry.value, Mapping):
                keys = Fields(entry.value, found, "an action")
                keys.only({"send_domain"})
                keys.boolean("send_domain", False)
        name = word_of(node, found, "an action's name")
        if name is not None and isinstance(node, Scalar):
            actions.setdefault(name, node)
    return actions


def read_session(entries: dict[str, Entry], found: Findings) -> tuple[float | None, bool | None]:
    """CALM's `session_config`: minutes until a silent session expires, 0 for never, and whether the next one knows its
    slots; none when it does not say.
    """
    mark = next((entry.key.mark for entry in entries.values()), Mark(""))
    fields = Fields(without_empty_keys(Mapping(mark, entries), found), found, "'session_config'")
    fields.only(SESSION_KEYS)
    carried = "carry_over_slots_to_new_session"
    carries = fields.boolean(carried, True) if fields.given(carried) else None
    if not fields.boolean("start_session_after_expiry", True):
        carries = True  # what follows the silence is the same session
        message = "a silent conversation ends, and what comes next begins a new one, which knows its slots"
        found.warn(entries["start_session_after_expiry"].key, "no-effect", message)
    minutes = fields.number("session_expiration_time")
    if minutes is not None and not 0 <= minutes <= MAX_SECONDS / 60:
        value = entries["session_expiration_time"].value
        found.error(value, "out-of-range", "'session_expiration_time' should be minutes, or 0 for never")
        return None, carries
    return minutes, carries


def domain_for_actions(sections: Sections, actions: Iterable[str]) -> Json:
    """The domain in CALM's form, which custom actions get."""
    slots = {name: plain(entry.value) for name, entry in sections.named["slots"].items()}
    responses = {name: plain(entry.value) for name, entry in sections.named["responses"].items()}
    return {
        "version": "3.1",
        "intents": [],
        "entities": [],
        "forms": {},
        **{section: _united(parts) for section, parts in sections.domain.items()},
        "slots": slots,
        "responses": responses,
        "actions": sorted(actions),
        "session_config": {name: plain(entry.value) for name, entry in sections.named["session_config"].items()},
    }


def _united(parts: list[Json]) -> Json:
    """What several files say of one section, the same in whatever order the files were read."""
    ordered = sorted(parts, key=_sorted_json)
    if any(isinstance(part, dict) for part in ordered):
        return {name: value for part in ordered if isinstance(part, dict) for name, value in part.items()}
    return sorted((item for part in ordered if isinstance(part, list) for item in part), key=_sorted_json)


def _sorted_json(value: Json) -> bytes:
    return msgspec.json.encode(value, order="sorted")
