"""What a button of a response sends: CALM's `/SetSlots(a=1, b=2)`, `/intent{"e": "v"}`, or words to type."""

import re

import msgspec

from bot.content import Json
from bot.engine.reading.findings import Findings
from bot.problems import Mark

_SET_SLOTS = re.compile(r"/SetSlots\((.*)\)\s*\Z", re.DOTALL)
_NEXT_SLOT = re.compile(r",(?=[^=,]*=)")
_INTENT = re.compile(r"/([^\W\d][\w./-]*)\s*(\{.*\})?\s*\Z", re.DOTALL)


def note_payload(payload: str, mark: Mark, found: Findings) -> None:
    """Note the slots or the intent that a button names."""
    if not payload.startswith("/"):
        return
    setting, intent = _SET_SLOTS.match(payload), _INTENT.match(payload)
    if setting is not None:
        for part in _NEXT_SLOT.split(setting.group(1)):
            name, sign, value = (piece.strip() for piece in part.partition("="))
            if not sign or not name:
                found.error(mark, "payload", f"'{part.strip()}' sets nothing", "write /SetSlots(slot=value)")
                continue
            found.use("slot", name, mark, "the button fills", "fill")
            found.given.append((name, _plain_value(value), mark))
    elif intent is None or not _is_object(intent.group(2) or "{}"):
        hint = 'write /SetSlots(slot=value), /intent or /intent{"entity": "value"}'
        found.error(mark, "payload", "this payload can't be read", hint)
    else:
        found.intents.append((intent.group(1), mark))


def _plain_value(value: str) -> Json:
    """The value as slots take it: a number, true or false where it reads so, else text without its quotes."""
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    named = {"true": True, "false": False, "null": None, "none": None}
    if value.lower() in named:
        return named[value.lower()]
    return float(value) if re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", value) else value


def _is_object(source: str) -> bool:
    try:
        return isinstance(msgspec.json.decode(source.encode()), dict)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return False
