"""What a button of a response names: slots that it sets, or an intent."""

import re

from bot.content import Json
from bot.engine.calm_payloads import NamesIntent, SetsSlots, read_payload
from bot.engine.reading.findings import Findings, Given
from bot.problems import Mark

BUTTON_FILLS = "the button fills"
CALMS_MOST_SLOTS = 10
_SETS_SLOTS = re.compile(r"/set[-_ ]?slots?\s*\(", re.IGNORECASE)
CALMS_DELIMITERS = frozenset(",()")


def note_payload(payload: str, mark: Mark, found: Findings) -> None:
    """Note the slots of `/SetSlots(a=1, b=2)`, the intent of `/intent{"e": "v"}`; other payloads are words to type."""
    if _SETS_SLOTS.match(payload) and "SetSlots(" not in payload:
        hint = "write it with these capitals: /SetSlots(slot=value)"
        found.error(mark, "payload", "this payload sets no slots as it is written", hint)
        return
    match read_payload(payload):
        case SetsSlots(values=values) if values:
            for name, value in values.items():
                found.use("slot", name, mark, BUTTON_FILLS, "fill")
                found.given.append(Given(name, value, mark, "button"))
            _note_limits(values, mark, found)
        case NamesIntent(intent=intent, entities=entities):
            found.intents.append((intent, tuple(entities), mark))
            if "{" in payload and not entities:
                found.warn(mark, "payload", "the entities of this payload can't be read", 'write {"entity": "value"}')
        case _ if _SETS_SLOTS.match(payload):
            hint = "write it as /SetSlots(slot=value, other=value)"
            found.error(mark, "payload", "this payload sets no slots as it is written", hint)
        case _ if payload.startswith("/"):
            hint = 'write /SetSlots(slot=value), /intent or /intent{"entity": "value"}'
            found.warn_calm(mark, "payload", "this payload can't be read, and is taken as words", hint)


def _note_limits(values: dict[str, Json], mark: Mark, found: Findings) -> None:
    """Warn of what is understood here and would not be where the project comes from."""
    if not found.is_calms(mark):
        return
    if len(values) > CALMS_MOST_SLOTS:
        message = f"CALM reads {CALMS_MOST_SLOTS} slots of a payload, and this has {len(values)}"
        found.error(mark, "payload", message, "let an action set the others")
    if any(isinstance(value, str) and not CALMS_DELIMITERS.isdisjoint(value) for value in values.values()):
        found.warn(mark, "payload", "CALM can't read a value that has ',', '(' or ')' in it")
