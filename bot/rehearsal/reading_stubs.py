"""What custom actions give in a test in place of running."""

from collections.abc import Mapping
from typing import cast

from bot.content import Json
from bot.rehearsal.case import Stub
from bot.yaml_fields import Fields, NodeProblems, mappings_in, seconds_of
from bot.yaml_nodes import Listing, Node, plain
from bot.yaml_nodes import Mapping as MappingNode

FAILURES = ("timeout", "error", "not_found", "unreachable", "rejected")


def read_stubs(node: Node, found: NodeProblems) -> dict[str, tuple[Stub, ...]]:
    """Answers by action: one, or a list of which each call gets the next, and all further calls the last."""
    if not isinstance(node, MappingNode):
        found.wrong_type(node, "'stub_custom_actions'", "a mapping of actions")
        return {}
    return {name: _answers(entry.value, found) for name, entry in node.entries.items()}


def _answers(node: Node, found: NodeProblems) -> tuple[Stub, ...]:
    items = node.items if isinstance(node, Listing) else (node,)
    return tuple(_answer(item, found) for item in mappings_in(items, found, "what an action gives"))


def _answer(node: MappingNode, found: NodeProblems) -> Stub:
    fields = Fields(node, found, "what an action gives")
    fields.only({"events", "responses", "fails", "takes"})
    takes = fields.get("takes")
    seconds = seconds_of(takes, found, "'takes'")[0] if takes else None
    return Stub(
        events=_objects(fields, "events", found),
        responses=_objects(fields, "responses", found),
        fails=fields.choice("fails", FAILURES, "error") if fields.given("fails") else None,
        seconds=seconds or 0.0,
    )


def _objects(fields: Fields[NodeProblems], key: str, found: NodeProblems) -> tuple[Json, ...]:
    items = fields.listing(key)
    return tuple(cast(Mapping[str, Json], plain(item)) for item in mappings_in(items, found, f"an item of '{key}'"))
