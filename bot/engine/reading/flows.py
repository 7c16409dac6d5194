"""The flows themselves: their keys, and their steps made flat."""

import re
from typing import Literal, cast

from bot.engine.flow import END, Branch, Flow, FlowSettings, Link, Noop, Text
from bot.engine.patterns import CANNOT_HANDLE, DONE_BY_ENGINE, NEED_A_MODEL, is_pattern
from bot.engine.reading.calm_names import SERVED_PATTERNS
from bot.engine.reading.findings import Findings
from bot.engine.reading.leniency import DIGRESSION_KEYS, is_flag, note_digressions
from bot.engine.reading.step_source import FlowSource
from bot.engine.reading.steps_work import STEP_READERS
from bot.engine.reading.values import (
    EVERY_LANGUAGE,
    note_language,
    read_condition,
    read_duration,
    read_text,
    read_words,
)
from bot.problems import did_you_mean
from bot.yaml_fields import Fields, text_of, word_of
from bot.yaml_nodes import Entry, Listing, Mapping, Node, Scalar

FLOW_KEYS = frozenset({
    "description", "name", "start", "triggers", "if", "nlu_trigger", "persisted_slots", "expires", "resume",
    "run_pattern_completed", "always_include_in_prompt", "translation", "steps", "metadata", "file_path",
    "crucial_memory_items",
}) | DIGRESSION_KEYS  # fmt: skip
FLOW_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,199}\Z")
DEFAULT_ON_FAIL = "settings_on_fail"


def read_flows_section(entries: dict[str, Entry], found: Findings, settings: FlowSettings) -> dict[str, Flow]:
    """All flows, as far as they can be read."""
    flows = {}
    found.marks |= {("flow", name): entry.key.mark for name, entry in entries.items()}
    for name, entry in entries.items():
        if not FLOW_NAME.match(name):
            hint = "use up to 200 of a-z, A-Z, 0-9, _ and -, and begin with no -; its 'name' may have all letters"
            found.error(entry.key, "bad-name", f"'{name[:70]}' can't be the name of a flow", hint)
        flow = _read_flow(name, entry.value, found, settings)
        if flow is not None:
            flows[name] = flow
    return flows


def read_default_on_fail(
    entries: dict[str, Entry], found: Findings, settings: FlowSettings, flows: dict[str, Flow]
) -> str | None:
    """The flow that the settings' `on_fail` leads to; steps that stand there become one. None for a hand-off."""
    entry = entries.get("on_fail")
    if entry is None or (isinstance(entry.value, Scalar) and entry.value.value == "handoff"):
        return None
    node, mark = entry.value, entry.key.mark
    source = FlowSource(DEFAULT_ON_FAIL, found, settings, STEP_READERS)
    if isinstance(node, Listing):
        source.collect_ids(node)
        first = source.read_list(node.items, (Branch(to=END),), "")
        source.check_targets()
    else:
        name = word_of(node, found, "'on_fail'")
        if name is not None and name != END:
            found.use("flow", name, node.mark, "'on_fail' goes to")
            return name
        first = END
    found.marks["flow", DEFAULT_ON_FAIL] = mark
    flows[DEFAULT_ON_FAIL] = Flow(
        id=DEFAULT_ON_FAIL,
        description="what happens when a question fails",
        steps=source.steps,
        first=first,
        guard="false",
    )
    return DEFAULT_ON_FAIL


def _read_flow(name: str, node: Node, found: Findings, settings: FlowSettings) -> Flow | None:
    if not isinstance(node, Mapping):
        found.wrong_type(node, f"the flow '{name}'", "a mapping")
        return None
    fields = Fields(node, found, "a flow")
    fields.only(FLOW_KEYS)
    _note_without_effect(fields)
    found.marks |= {(f"{key} of", name): given.mark for key in ("description", "name") if (given := fields.get(key))}
    description = fields.text("description") if fields.required("description") is not None else None
    source = FlowSource(name, found, settings, STEP_READERS)
    first = _read_steps(fields, source)
    triggers, expires, guard = fields.get("triggers"), fields.get("expires"), fields.get("if")
    condition = read_condition(guard, found, "'if'") if guard is not None else None
    return Flow(
        id=name,
        description=description or "",
        steps=source.steps,
        first=first,
        name=_read_name(name, fields, settings),
        start=fields.boolean("start", False),
        triggers=read_words(triggers, found, "'triggers'") if triggers is not None else {},
        intents=_read_intents(fields),
        guard=None if condition == "true" else condition,
        persisted_slots=_read_persisted(name, fields),
        expires=read_duration(expires, found, "'expires'", settings.expires.seconds) if expires is not None else None,
        resume=cast(Literal["ask", "auto", "never"], fields.choice("resume", ("ask", "auto", "never"), "ask")),
        run_pattern_completed=fields.boolean("run_pattern_completed", True),
    )


def _note_without_effect(fields: Fields[Findings]) -> None:
    prompt, memory = (fields.node.entries.get(key) for key in ("always_include_in_prompt", "crucial_memory_items"))
    fields.boolean("always_include_in_prompt", False)
    if prompt is not None and is_flag(prompt.value):
        message = "'always_include_in_prompt' has no effect here: there is no prompt"
        fields.found.warn(prompt.key, "no-effect", message)
    if memory is not None:
        fields.found.warn(memory.key, "no-effect", "'crucial_memory_items' has no effect here: slots are the memory")
    note_digressions(fields)


def _read_steps(fields: Fields[Findings], source: FlowSource) -> str:
    """Fill the source with steps; the id of the first."""
    found = fields.found
    if source.name in NEED_A_MODEL:
        message = f"'{source.name}' needs a language model, and leads to pattern_cannot_handle"
        found.warn(fields.node, "needs-language-model", message)
        source.steps["link"] = Link(id="link", flow=CANNOT_HANDLE)
        return "link"
    if source.name in DONE_BY_ENGINE:
        found.warn(fields.node, "no-effect", f"'{source.name}' has no effect here: the engine does this by itself")
        source.steps["noop"] = Noop(id="noop")
        return "noop"
    if is_pattern(source.name) and source.name not in SERVED_PATTERNS:
        message = f"no pattern is called '{source.name}', so only 'link' and 'call' start it"
        mark, hint = found.marks["flow", source.name], did_you_mean(source.name, SERVED_PATTERNS)
        found.warn(mark, "unknown-pattern", message, hint)
    steps = fields.required("steps")
    if not isinstance(steps, Listing):
        if steps is not None:
            found.wrong_type(steps, "'steps'", "a list of steps")
        source.broken()
        return END
    if not steps.items:
        hint = "write what it does below, each step with '- '"
        found.error(steps, "empty", f"the flow '{source.name}' has no steps", hint)
    source.collect_ids(steps)
    first = source.read_list(steps.items, (Branch(to=END),), "")
    source.check_targets()
    return first


def _read_name(flow: str, fields: Fields[Findings], settings: FlowSettings) -> Text | None:
    """`name`, with the names that CALM's `translation` gives by language; beside them alone, the id is one, too."""
    node = fields.get("name")
    if isinstance(node, Scalar) and text_of(node, fields.found, "'name'") is None:
        return None
    name = read_text(node, fields.found, "'name'", "label", literal=True) if node is not None else None
    translation = fields.mapping("translation")
    if translation is None:
        return name
    by_language = dict(name.by_language) if name else {EVERY_LANGUAGE: flow.replace("_", " ")}
    if EVERY_LANGUAGE in by_language:
        by_language[settings.languages[0]] = by_language.pop(EVERY_LANGUAGE)
    for language, entry in translation.entries.items():
        note_language(language, entry.key.mark, fields.found, "'translation'")
        if not isinstance(entry.value, Mapping):
            fields.found.wrong_type(entry.value, f"the translation into '{language}'", "a mapping with 'name'")
            continue
        inner = Fields(entry.value, fields.found, "a translation of a flow")
        inner.only({"name"})
        translated = inner.word("name")
        if translated is not None:
            by_language[language] = translated
    text = Text(by_language=by_language)
    if name is not None:
        fields.found.said[-1] = fields.found.said[-1]._replace(text=text)
    return text


def _read_intents(fields: Fields[Findings]) -> tuple[str, ...]:
    """CALM's `nlu_trigger`: intents, with or without a threshold."""
    words = [_read_trigger(item, fields.found) for item in fields.listing("nlu_trigger")]
    return tuple(word for word in words if word is not None)


def _read_trigger(node: Node, found: Findings) -> str | None:
    if not isinstance(node, Mapping):
        written = node.text if isinstance(node, Scalar) and node.value is not None else "<name>"
        found.wrong_type(node, "an item of 'nlu_trigger'", "an intent", f"write '- intent: {written}'")
        return None
    intent, name = node.get("intent"), node.entries.get("name")
    if name is not None and (intent is None or (isinstance(intent, Scalar) and intent.value is None)):
        message = "the name of an intent stands below 'intent', and this one beside it"
        found.error(name.key, "unknown-key", message, "write '- intent: <name>', or indent what is of the intent")
        return None
    fields = Fields(node, found, "an item of 'nlu_trigger'")
    fields.only({"intent", "confidence_threshold"})
    _check_threshold(fields)
    intent = fields.required("intent")
    if not isinstance(intent, Mapping):
        return None if intent is None else word_of(intent, found, "'intent'")
    inner = Fields(intent, found, "'intent'")
    inner.only({"name", "confidence_threshold"})
    _check_threshold(inner)
    return inner.word("name") if inner.required("name") is not None else None


def _check_threshold(fields: Fields[Findings]) -> None:
    """A button is certain of its intent: the threshold has no effect here, but a slip in it is told all the same."""
    threshold = fields.number("confidence_threshold")
    if threshold is not None and not 0 <= threshold <= 1:
        message = f"'confidence_threshold' is {threshold:g}, and CALM's intents are from 0 to 1 certain"
        where = fields.node.entries["confidence_threshold"].value
        fields.found.warn_calm(where, "out-of-range", message, "write a number from 0 to 1, such as 0.7")


def _read_persisted(flow: str, fields: Fields[Findings]) -> tuple[str, ...]:
    given = fields.get("persisted_slots")
    if given is not None and not isinstance(given, Listing):
        name = given.text if isinstance(given, Scalar) and isinstance(given.value, str) else "slot"
        hint = f"write 'persisted_slots: [{name}]'"
        fields.found.wrong_type(given, "'persisted_slots'", "a list of slots", hint)
        return ()
    names = fields.words("persisted_slots")
    is_theirs = is_pattern(flow) and fields.found.is_calms(fields.node)  # what keeps nothing is harmless there
    for name, scalar in names:
        fields.found.use("slot", name, scalar.mark, "'persisted_slots' keeps", "weak" if is_theirs else "read")
        fields.found.persisted.append((flow, name, scalar.mark))
    return tuple(name for name, _ in names)
