"""What a scalar without quotes is, by the core schema of YAML 1.2."""

import math
import re


def resolved(text: str) -> str | int | float | bool | None:
    """What an unquoted scalar is by the core schema; numbers that JSON can't carry stay text."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in "-+.0123456789":
        return text
    if _WHOLE.match(text):
        return int(text)
    if _BASED.match(text):
        return int(text, 0)
    if _DECIMAL.match(text) and ("." in text or "e" in text or "E" in text):
        number = float(text)
        return number if math.isfinite(number) else text
    return text


_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}\Z")  # longer ones are numbers of orders or cards, and no number of JSON
_BASED = re.compile(r"0o[0-7]{1,18}\Z|0x[0-9a-fA-F]{1,14}\Z")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
