"""What fills a slot in CALM besides questions. Here buttons and triggers name intents, and nobody understands words."""

from collections.abc import Collection

from bot.engine.flow import Mapped
from bot.engine.reading.findings import Findings
from bot.problems import Mark, did_you_mean
from bot.yaml_fields import Fields, mappings_in, word_of
from bot.yaml_nodes import Mapping, Scalar, plain

BY_INTENT = {"from_entity": "entity", "from_intent": "value", "from_trigger_intent": "value"}
MODEL_MAPPINGS = frozenset({"from_llm", *BY_INTENT})
MAPPINGS = MODEL_MAPPINGS | {"from_text", "controlled", "custom"}
SINCE_39 = frozenset({"from_llm", "controlled"})
COEXISTENCE_SYSTEMS = ("NLU", "CALM", "SHARED")


def read_mappings(slot: str, fields: Fields[Findings]) -> tuple[tuple[Mapped, ...] | None, str | None]:
    """How intents fill the slot, none where the file leaves that open; and the action that does at every turn."""
    mapped: list[Mapped] = []
    every_turn: str | None = None
    nameless: list[Mark] = []  # mappings that leave it to an action which they don't name
    items = fields.listing("mappings")
    for item in mappings_in(items, fields.found, "a mapping of a slot"):
        inner = Fields(item, fields.found, "a mapping of a slot")
        node = inner.required("type")
        kind = word_of(node, fields.found, "'type'") if node is not None else None
        inner.choice("coexistence_system", COEXISTENCE_SYSTEMS, "SHARED")
        inner.boolean("allow_nlu_correction", False)
        every_turn = _note_running(slot, inner) or every_turn
        _note_flows(inner)
        fields.found.is_since_39 |= kind in SINCE_39
        if kind is None or node is None:
            continue
        if kind not in MAPPINGS:
            fields.found.error(node, "unknown-value", f"'{kind}' is not a mapping", did_you_mean(kind, MAPPINGS))
        elif kind in BY_INTENT and not inner.given(BY_INTENT[kind]):
            message = f"a mapping '{kind}' lacks '{BY_INTENT[kind]}'"
            fields.found.error(item, "missing-key", message)
        elif kind in MODEL_MAPPINGS:
            fields.found.understood.append((slot, kind, node.mark))
            mapped += _by_intent(kind, inner) if kind in BY_INTENT else []
        elif kind == "custom" and not inner.given("action", "run_action_every_turn"):
            nameless.append(node.mark)
    if nameless and len(nameless) == len(items):
        fields.found.unfilled[slot] = nameless[0]
    return tuple(mapped) if fields.given("mappings") else None, every_turn


def _by_intent(kind: str, mapping: Fields[Findings]) -> list[Mapped]:
    """The mapping, unless it asks for what no intent brings here: the role of an entity, a form."""
    flows = _flows(mapping)
    if flows is None or mapping.given("role", "group"):
        return []
    value = mapping.get("value")
    return [
        Mapped(
            entity=mapping.word("entity") if kind == "from_entity" else None,
            value=plain(value) if value is not None and kind != "from_entity" else None,
            intents=tuple(word for word, _ in mapping.words("intent")),
            not_intents=tuple(word for word, _ in mapping.words("not_intent")),
            flows=flows,
            starting=kind == "from_trigger_intent",
        )
    ]


def _flows(mapping: Fields[Findings]) -> tuple[str, ...] | None:
    """The flows of `conditions`, one of which must run; empty for none in particular, none if it can never hold."""
    conditions = [item for item in mapping.listing("conditions") if isinstance(item, Mapping)]
    flows = [_word(condition, "active_flow") for condition in conditions]
    without_form = any("active_loop" in each.entries and _word(each, "active_loop") is None for each in conditions)
    if without_form or not conditions:
        return ()
    return tuple(flow for flow in flows if flow is not None) or None


def _note_flows(mapping: Fields[Findings]) -> None:
    for condition in mapping.listing("conditions"):
        flow = condition.get("active_flow") if isinstance(condition, Mapping) else None
        if isinstance(flow, Scalar) and flow.value is not None:
            mapping.found.use("flow", flow.text, flow.mark, "'active_flow' waits for")


def check_running(actions: Collection[str], found: Findings) -> None:
    """Report actions of mappings that no list of actions has."""
    for slot, action, mark in found.running:
        if action not in actions and not found.broken_files:
            hint = did_you_mean(action, actions) or "add it to the list of 'actions'"
            found.error(mark, "unknown-action", f"'{action}', which is to fill '{slot}', is not an action", hint)


def _word(condition: Mapping, key: str) -> str | None:
    node = condition.get(key)
    return node.text if isinstance(node, Scalar) and node.value is not None else None


def _note_running(slot: str, mapping: Fields[Findings]) -> str | None:
    """Note the action that is said to fill the slot; the one that does at every turn."""
    for key in ("action", "run_action_every_turn"):
        action = mapping.word(key)
        if action is not None:
            mapping.found.running.append((slot, action, mapping.node.entries[key].key.mark))
    every = mapping.word("run_action_every_turn")
    if every is not None:
        mark = mapping.node.entries["run_action_every_turn"].key.mark
        mapping.found.use("slot", slot, mark, "at every turn an action fills", "fill")
    return every
