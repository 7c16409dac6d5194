"""The small forms that stand all over the flow language, as JSON Schema (draft 7, which YAML editors know best).

Beside that, editors show `errorMessage` in place of their own words, `markdownDescription` in place of a plain one, and
don't offer what says `doNotSuggest`. Forms name their types and no alternatives: of two alternatives that both fail
an editor complains about either. What stands on a line of its own is behind `if`: else an editor begins that line.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.engine.reading.values import CHANNELS, EVERY_LANGUAGE
from bot.yaml_fields import LANGUAGE_CODE

Schema = dict[str, Any]


def ref(name: str) -> Schema:
    """What is defined once under this name."""
    return {"$ref": f"#/definitions/{name}"}


def wanted(form: Schema, message: str) -> Schema:
    """The form with what an editor says where something else stands."""
    return {**form, "errorMessage": message}


def told(form: Schema, description: str) -> Schema:
    """The form with what an editor shows about it."""
    marked = {"markdownDescription": description} if "`" in description else {}
    return {**form, "description": description, **marked}


def unoffered(form: Schema, description: str) -> Schema:
    """What is taken for CALM's sake, or does nothing: an editor explains it, but does not propose it."""
    if "$ref" in form:  # beside which editors see a description only
        form = {"allOf": [form]}
    return {**told(form, description), "doNotSuggest": True}


def choice(words: Iterable[str | int]) -> Schema:
    """One of a few words."""
    return {"enum": list(words)}


def whole(lowest: int, highest: int) -> Schema:
    """A whole number within these bounds."""
    form: Schema = {"type": "integer", "minimum": lowest, "maximum": highest}
    return wanted(form, f"This should be a whole number from {lowest} to {highest}.")


def list_of(form: Schema, at_least: int = 0) -> Schema:
    """A list of such."""
    listing: Schema = {"type": "array", "items": form, **({"minItems": at_least} if at_least else {})}
    return wanted(listing, "This should be a list: each item begins with '- '.")


def either(first: Schema, second: Schema, message: str) -> Schema:
    """One or the other. What is neither is refused by the first, unless that tells why otherwise."""
    return {"anyOf": [wanted(first, message), second]}


def keys(what: str, forms: Mapping[str, Schema], *required: str) -> Schema:
    """A mapping with these keys and no other; `what` is how the reader calls it in its messages."""
    return {
        "type": "object",
        "title": what,
        "properties": dict(forms),
        "additionalProperties": False,
        **({"required": list(required)} if required else {}),
    }


def needing_any(mapping: Schema, *names: str) -> Schema:
    """The mapping, of whose keys at least one of these is there."""
    *others, last = names
    rest = [key for key in mapping["properties"] if key not in names]
    missing = wanted({"required": [last]}, f"{mapping['title']} needs {', '.join(others)} or {last}.")
    return {**mapping, "if": {"propertyNames": choice(rest)}, "then": missing}


def or_nothing(mapping: Schema) -> Schema:
    """The mapping, or a key with nothing below it."""
    return {**mapping, "type": ["object", "null"]}


def word_or(mapping: Schema) -> Schema:
    """A word, or the mapping that says more."""
    return {"if": {"type": "object"}, "then": mapping, "else": WORD}


def by_name(form: Schema) -> Schema:
    """A mapping of names that authors choose."""
    message = "Names should stand here, and below each of them, indented, what it holds."
    return wanted({"type": "object", "additionalProperties": form}, message)


def by_language(form: Schema) -> Schema:
    """A mapping of language codes; `*` is every other language."""
    mapping: Schema = {"type": "object", "patternProperties": {BY_LANGUAGE: form}, "additionalProperties": False}
    return wanted(mapping, "Codes of languages should stand here, such as en and fa.")


LANGUAGE = LANGUAGE_CODE.pattern.removesuffix(r"\Z")
BY_LANGUAGE = f"^({LANGUAGE}|{EVERY_LANGUAGE.replace('*', '[*]')})$"
SOMETHING = r"\S"

ANY: Schema = {}
BOOL = wanted({"type": "boolean"}, "This should be true or false.")
NUMBER = wanted({"type": "number"}, "This should be a number.")
SCALAR = wanted({"type": ["string", "number", "boolean"]}, "This should be a text, a number, true or false.")
WORD = wanted(
    {"type": ["string", "number"], "pattern": SOMETHING},
    "This should be a text. Put it in quotes if it has ': ' in it, or reads as true, false or null.",
)
WORDS_ONLY = {**WORD, "type": "string"}
WORD_OR_NOTHING = {**WORD, "type": ["string", "number", "null"]}
DIGRESSIONS: Schema = {"type": ["boolean", "array"]}
CONDITION = wanted(
    {"type": ["string", "boolean"], "pattern": SOMETHING},
    'This should be a condition, such as slots.size is "small".',
)
ADDRESS = wanted(
    {"type": "string", "pattern": r"^(https?://[^\s/]|\{)"},
    "This should be an address: it begins with http:// or https://, or with a slot in { }.",
)
SPAN_PATTERN = r"(\d{1,7}(\.\d{1,3})?[smhd])+"
SPAN = wanted(
    {"type": "string", "pattern": f"^{SPAN_PATTERN}$", "examples": ["5s", "10m", "24h", "7d"]},
    "This should be a number and a unit, such as 5s, 10m, 24h or 7d.",
)
SILENCE = wanted(
    {"type": "string", "pattern": f"^(none|{SPAN_PATTERN})$", "examples": ["5s", "10m", "24h", "7d", "none"]},
    "This should be a number and a unit, such as 5s, 10m, 24h or 7d, or none.",
)
CODE = wanted(
    {"type": "string", "pattern": f"^{LANGUAGE}$"}, "This should be the code of a language, such as en or fa."
)
NAMES: Schema = {**WORD, "type": ["string", "number", "array"], "items": WORD}

TEXT = ref("text")
TEXTS = ref("texts")
WORDS = ref("words")
DURATION = ref("duration")
THEN = ref("then")

_TEXT = wanted(
    {**by_language(WORD), "type": ["string", "number", "object"], "pattern": SOMETHING, "minProperties": 1},
    "This should be a text, or one for each language: {en: Hello, fa: سلام}. A text with ': ' in it needs quotes.",
)
DEFINITIONS: dict[str, Schema] = {
    "text": _TEXT,
    "texts": {**_TEXT, "type": [*_TEXT["type"], "array"], "if": {"type": "array"}, "then": list_of(TEXT, at_least=1)},
    "words": wanted(
        {**by_language(NAMES), **NAMES, "type": [*NAMES["type"], "object"]},
        "This should be a list of words, or one for each language: {en: [hello], fa: [سلام]}.",
    ),
    "duration": {
        **SILENCE,
        "type": ["string", "object"],
        "if": {"type": ["object", "null"]},
        "then": {
            "properties": {channel: told(SILENCE, f"On the channel '{channel}'.") for channel in sorted(CHANNELS)},
            "additionalProperties": False,
        },
    },
}
