"""CALM's calls of language-model agents and of their tools, which are passed over here; slips in them are told."""

import re
from collections.abc import Iterator

from bot.engine.flow import Noop, Step
from bot.engine.reading.findings import Findings
from bot.engine.reading.step_source import StepSource
from bot.engine.reading.values import read_condition
from bot.yaml_fields import Fields, mappings_in
from bot.yaml_nodes import Scalar

AGENT_KEYS = frozenset({"exit_if", "mcp_server", "mapping"})
_AWAITED = re.compile(r"\s*slots\.(\w+)\s+is\s+not\s+null\s*", re.IGNORECASE)
FIRST_VALUE = "result_key"  # what 'value' was called when CALM began to call tools
AGENT_WORDS = frozenset({"agent", "assistant", "llm", "mcp"})


def calls_agent(name: str, step: StepSource) -> bool:
    """Whether its keys or its file say so, or in CALM's flows its name alone, for such files often stand elsewhere."""
    if not AGENT_KEYS.isdisjoint(step.fields.node.entries) or name in step.found.agents:
        return True
    is_called_so = not AGENT_WORDS.isdisjoint(re.split(r"[\W_]+", name.lower()))
    is_flow = ("flow", name) in step.found.marks
    return is_called_so and not is_flow and step.found.is_calms(step.subject)


def read_agent_call(name: str, step: StepSource) -> Step:
    """A step that does nothing, and knows which slots the agent would fill, and which of them it would wait for."""
    keys = [entry.key for key, entry in step.fields.node.entries.items() if key in AGENT_KEYS]
    message = f"'{name}' is no flow but an agent of language models, or a tool of theirs"
    conditions = [each.text for each in step.fields.listing("exit_if") if isinstance(each, Scalar)]
    awaited = tuple(match[1] for each in conditions if (match := _AWAITED.fullmatch(each)) is not None)
    hint = "customers are asked for what it would find out" if awaited else "the step is passed over"
    step.found.warn(keys[0] if keys else step.subject, "needs-language-model", message, hint)
    slots = (*_until_filled(step), *_mapped(step))
    return Noop(**step.shape, unfilled=tuple(dict.fromkeys(slots)), awaited=tuple(dict.fromkeys(awaited)))


def _until_filled(step: StepSource) -> Iterator[str]:
    """The slots of `exit_if`: when its conditions hold, the agent is done."""
    uses = step.found.uses
    for condition in step.fields.listing("exit_if"):
        uses_before = len(uses)
        source = read_condition(condition, step.found, "'exit_if'")
        uses[uses_before:] = [use._replace(how="weak") for use in uses[uses_before:]]  # its tools may bring the slot
        yield from re.findall(r"\bslots\.(\w+)", source or "")


def _mapped(step: StepSource) -> Iterator[str]:
    """The slots that a tool fills: those of `mapping`'s output."""
    mapping = step.fields.mapping("mapping")
    if mapping is None:
        return
    if not step.fields.given("mcp_server"):
        where = step.fields.node.entries["mapping"].key
        step.found.error(where, "missing-key", "'mapping' is for the tool of a server", "add 'mcp_server: …'")
    fields = Fields(mapping, step.found, "'mapping'")
    fields.only({"input", "output"})
    for item in mappings_in(fields.listing("input"), step.found, "an item of 'input'"):
        _slot_of(Fields(item, step.found, "an item of 'input'"), "param")
    for item in mappings_in(fields.listing("output"), step.found, "an item of 'output'"):
        output = Fields(item, step.found, "an item of 'output'")
        slot = _slot_of(output, FIRST_VALUE if output.given(FIRST_VALUE) else "value")
        if slot is not None:
            yield slot


def _slot_of(fields: Fields[Findings], other: str) -> str | None:
    fields.only({"slot", other})
    fields.required(other)
    node, name = fields.required("slot"), fields.word("slot")
    if node is None or name is None:
        return None
    fields.found.use("slot", name, node.mark, "'mapping' names", "weak")
    return name
