"""A conversation as the YAML of a test case, as an admin would have written it."""

import io
from collections.abc import Mapping

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from bot.content import Json, Value

Step = Mapping[str, Json]
"""One step of a test, such as `{"tap": "Track an order"}` or `{"bot": "What is your order number?"}`."""

JOINER = "\u200c"  # stands within Persian words, and is seen there
WIDTH = 100_000  # what somebody said is one line, however long


class Script(Value, frozen=True, kw_only=True):
    """What a test case says, besides its name, in the words of the file.

    `at` is when it begins (ISO 8601 with offset), `desk` what the agents' side does (`no_agent`, or by queue),
    `customer` who they are, `stubs` what each custom action gives: one answer, or several one after another.
    """

    steps: tuple[Step, ...]
    channel: str | None = None
    language: str | None = None
    at: str | None = None
    desk: Json = None
    customer: Mapping[str, Json] = {}
    stubs: Mapping[str, Json] = {}


def write_case(name: str, script: Script) -> str:
    """A test file with this one case: `switchboard test` reads it again."""
    settings = {"channel": script.channel, "language": script.language, "at": script.at, "desk": script.desk}
    case: dict[str, Json] = {"test_case": name, **{key: value for key, value in settings.items() if value is not None}}
    if script.customer:
        case["customer"] = dict(script.customer)
    if script.stubs:
        case["stub_custom_actions"] = dict(script.stubs)
    case["steps"] = [dict(step) for step in script.steps]
    yaml = YAML()
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = WIDTH
    yaml.allow_unicode = True
    written = io.StringIO()
    yaml.dump({"test_cases": [_readable(case)]}, written)
    return written.getvalue()


def _readable(value: Json) -> Json:
    """The same with texts quoted, or on lines of their own where they have several."""
    match value:
        case dict():
            return {key: _readable(item) for key, item in value.items()}
        case list() | tuple():
            return [_readable(item) for item in value]
        case str() if "\n" in value and value.isprintable() is False and _stands_in_a_block(value):
            return LiteralScalarString(value)
        case str() if not value.replace("_", "").isalnum() or not value.isascii() or value.isdecimal():
            return DoubleQuotedScalarString(value)
    return value


def _stands_in_a_block(text: str) -> bool:
    """Whether a literal block gives the text back as it is."""
    lines = text.replace(JOINER, "").split("\n")
    return all(line == line.strip() and line.isprintable() for line in lines) and not text.endswith("\n")
