"""What a question or a slot refuses: conditions, with what is said when they hold."""

from bot.engine.flow import Rejection
from bot.engine.reading.findings import Findings
from bot.engine.reading.leniency import only_known
from bot.engine.reading.values import RESPONSE_NAME, read_condition, read_text
from bot.yaml_fields import Fields, mappings_in
from bot.yaml_nodes import Node, Scalar

REJECTION_KEYS = frozenset({"if", "utter"})


def read_rejections(fields: Fields[Findings], slot: str) -> tuple[Rejection, ...]:
    """`rejections` of the slot, or of a question that fills it."""
    found, rejections = fields.found, []
    for item in mappings_in(fields.listing("rejections"), found, "a rejection"):
        inner = Fields(item, found, "a rejection")
        only_known(inner, REJECTION_KEYS)
        condition, utter = inner.required("if"), inner.required("utter")
        if condition is None or utter is None:
            continue
        uses_before = len(found.uses)
        source = read_condition(condition, found, "'if'")
        _check_slots(slot, uses_before, condition, found)
        text = read_text(utter, found, "'utter'") if response_in_calm(utter, found, slot) else None
        if source is not None and text is not None:
            rejections.append(Rejection(condition=source, text=text))
    return tuple(rejections)


def _check_slots(slot: str, uses_before: int, condition: Node, found: Findings) -> None:
    """Tell of what CALM does not promise to look at; its own demo asks for it all the same."""
    if not found.is_calms(condition):
        return
    for use in found.uses[uses_before:]:
        if use.kind == "slot" and use.name != slot:
            message = f"CALM lets a rejection look at the slot '{slot}' alone, and this looks at '{use.name}'"
            found.warn(use.mark, "other-slot", message, "compare the slots in the branches of 'next', or in an action")


def response_in_calm(node: Node, found: Findings, slot: str) -> bool:
    """Whether what `utter` says can be taken: in CALM's files it is the name of a response, and words are an error."""
    if not found.is_calms(node) or not isinstance(node, Scalar) or not isinstance(node.value, str):
        return True
    if not node.text.strip() or RESPONSE_NAME.match(node.text):
        return True
    hint = f"say these words in a response, such as 'utter_ask_{slot}', and name it here"
    found.error(node, "wrong-type", "'utter' is the name of a response, which begins with 'utter_'", hint)
    return False
