"""What CALM takes in its files, where flows of this house are read strictly."""

from collections.abc import Collection

from bot.engine.reading.findings import Findings
from bot.problems import nearest
from bot.yaml_fields import Fields
from bot.yaml_nodes import Entry, Listing, Mapping, Node, Scalar

DIGRESSION_KEYS = frozenset({"block_digressions", "ask_confirm_digressions"})


def without_empty_keys(node: Mapping, found: Findings) -> Mapping:
    """The mapping as CALM sees it: a key without a value is not there."""
    if not found.is_calms(node):
        return node
    entries = node.entries.items()
    return Mapping(
        node.mark,
        {key: entry for key, entry in entries if not isinstance(entry.value, Scalar) or entry.value.value is not None},
    )


def with_named_collect(step: Mapping, found: Findings) -> Mapping:
    """The step with the slot's name where it belongs: a page of CALM's writes `collect: {name: slot}`."""
    entry = step.entries.get("collect")
    inner = entry.value if entry is not None else None
    name = inner.get("name") if isinstance(inner, Mapping) else None
    if entry is None or not isinstance(inner, Mapping) or not isinstance(name, Scalar) or name.value is None:
        return step
    if not found.is_calms(step):
        return step
    message = "'collect' is the name of a slot, and its other keys stand beside it"
    found.warn(entry.key, "wrong-type", message, f"write 'collect: {name.text}'")
    others = {key: other for key, other in inner.entries.items() if key != "name"}
    return Mapping(step.mark, {**step.entries, **others, "collect": Entry(entry.key, name)})


def slots_beside(step: Mapping, known: Collection[str], found: Findings) -> Mapping | None:
    """The slots beside an empty `set_slots`, as a page of CALM's writes them; none when they stand below it."""
    subject = step.get("set_slots")
    slots = {key: entry for key, entry in step.entries.items() if key not in known}
    if not slots or not isinstance(subject, Scalar) or subject.value is not None or not found.is_calms(step):
        return None
    first = next(iter(slots.values())).key
    found.warn(first, "wrong-type", "the slots stand below 'set_slots'", f"indent it, and write '- {first.text}: …'")
    return Mapping(first.mark, slots)


def only_known(fields: Fields[Findings], known: frozenset[str]) -> None:
    """Report other keys: CALM hands them on or passes over them, so that in its files only a slip is an error."""
    if not fields.found.is_calms(fields.node):
        fields.only(known)
        return
    for name, entry in fields.node.entries.items():
        close = nearest(name, known - fields.node.entries.keys()) if name not in known else None
        if close is not None:
            fields.meant.add(close)
            fields.found.error(
                entry.key, "unknown-key", f"'{name}' is not a key of {fields.what}", f"did you mean '{close}'?"
            )
        elif name not in known:
            fields.found.warn(entry.key, "no-effect", f"'{name}' of {fields.what} has no effect here")


def note_digressions(fields: Fields[Findings]) -> None:
    """What CALM's older pages let flows and questions say of other topics: true, false or a list of flows."""
    for key in sorted(DIGRESSION_KEYS):
        given = fields.node.entries.get(key)
        if given is not None and not isinstance(given.value, Listing):
            fields.boolean(key, False)
        if given is not None and (isinstance(given.value, Listing) or is_flag(given.value)):
            fields.found.warn(given.key, "no-effect", f"'{key}' has no effect here")


def is_flag(node: Node) -> bool:
    """Whether it is true or false."""
    return isinstance(node, Scalar) and isinstance(node.value, bool)
