"""Which dialect a file of flows is written in: what it says that CALM has no word for."""

from bot.engine.reading.step_source import CALM_STEP_KINDS, STEP_KINDS
from bot.engine.reading.steps_talk import OUR_COLLECT_KEYS
from bot.yaml_nodes import Listing, Mapping, Node

OUR_SECTIONS = frozenset({"settings", "surveys"})
OUR_STEP_KINDS = frozenset(STEP_KINDS) - CALM_STEP_KINDS


def speaks_ours(document: Mapping) -> bool:
    """Whether it has settings, surveys or steps of this house.

    That a flow says `start` or has `triggers` is no sign: people add it first to flows that they bring from CALM.
    """
    sections = document.entries.keys()
    return not sections.isdisjoint(OUR_SECTIONS) or any(_has_our_steps(flow.get("steps")) for flow in _flows(document))


def _flows(document: Mapping) -> list[Mapping]:
    flows = document.get("flows")
    entries = flows.entries.values() if isinstance(flows, Mapping) else ()
    return [entry.value for entry in entries if isinstance(entry.value, Mapping)]


def _has_our_steps(steps: Node | None) -> bool:
    for step in steps.items if isinstance(steps, Listing) else ():
        if isinstance(step, Mapping) and (
            not step.entries.keys().isdisjoint(OUR_STEP_KINDS)
            or ("collect" in step.entries and not step.entries.keys().isdisjoint(OUR_COLLECT_KEYS))
            or any(_has_our_steps(step.get(key)) for key in ("next", "then", "else", "noop"))
        ):
            return True
    return False
