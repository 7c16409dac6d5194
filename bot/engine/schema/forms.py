"""The small forms that stand all over the flow language, as JSON Schema (draft 7, which YAML editors know best)."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.engine.reading.values import CHANNELS, EVERY_LANGUAGE
from bot.yaml_fields import LANGUAGE_CODE

Schema = dict[str, Any]

ANY: Schema = {}
BOOL: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number"}
SCALAR: Schema = {"type": ["string", "number", "boolean"]}
WORD: Schema = {"type": ["string", "number"], "pattern": r"\S"}
CONDITION: Schema = {"type": ["string", "boolean"], "pattern": r"\S"}
ADDRESS: Schema = {"type": "string", "pattern": r"^(https?://[^\s/]|\{)"}
SPAN: Schema = {"type": "string", "pattern": r"^(\d{1,7}(\.\d{1,3})?[smhd])+$", "examples": ["5s", "10m", "24h", "7d"]}
LANGUAGE = LANGUAGE_CODE.pattern.removesuffix(r"\Z")
CODE: Schema = {"type": "string", "pattern": f"^{LANGUAGE}$"}
BY_LANGUAGE = f"^({LANGUAGE}|{EVERY_LANGUAGE.replace('*', '[*]')})$"


def ref(name: str) -> Schema:
    """What is defined once under this name."""
    return {"$ref": f"#/definitions/{name}"}


def told(form: Schema, description: str, **more: Any) -> Schema:
    """The form with what an editor shows about it."""
    return {**form, "description": description, **more}


def either(*forms: Schema) -> Schema:
    """Any of these."""
    return {"anyOf": list(forms)}


def choice(words: Iterable[str]) -> Schema:
    """One of a few words."""
    return {"type": "string", "enum": list(words)}


def whole(lowest: int, highest: int) -> Schema:
    """A whole number within these bounds."""
    return {"type": "integer", "minimum": lowest, "maximum": highest}


def list_of(form: Schema, at_least: int = 0) -> Schema:
    """A list of such."""
    return {"type": "array", "items": form, **({"minItems": at_least} if at_least else {})}


def one_or_more(form: Schema) -> Schema:
    """One, or a list of them."""
    return either(form, list_of(form))


def keys(what: str, forms: Mapping[str, Schema], *required: str, description: str = "") -> Schema:
    """A mapping with these keys and no other; `what` is how the reader calls it in its messages."""
    return {
        "type": "object",
        "title": what,
        **({"description": description} if description else {}),
        "properties": dict(forms),
        "additionalProperties": False,
        **({"required": list(required)} if required else {}),
    }


def by_name(form: Schema) -> Schema:
    """A mapping of names that authors choose."""
    return {"type": "object", "additionalProperties": form}


def by_language(form: Schema) -> Schema:
    """A mapping of language codes; `*` is every other language."""
    return {"type": "object", "patternProperties": {BY_LANGUAGE: form}, "additionalProperties": False}


TEXT = ref("text")
TEXTS = ref("texts")
WORDS = ref("words")
DURATION = ref("duration")
THEN = ref("then")
NAMES = one_or_more(WORD)
SILENCE = either(SPAN, {"const": "none"})

DEFINITIONS: dict[str, Schema] = {
    "text": either(WORD, {**by_language(WORD), "minProperties": 1}),
    "texts": either(TEXT, list_of(TEXT, at_least=1)),
    "words": either(NAMES, by_language(NAMES)),
    "duration": either(
        SILENCE,
        {"type": "object", "properties": dict.fromkeys(sorted(CHANNELS), SILENCE), "additionalProperties": False},
    ),
}
