"""YAML for people: texts in quotes or, where they have several lines, in a block."""

import io
from collections.abc import Mapping

from ruamel.yaml import YAML
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from bot.content import Json

WIDTH = 100_000  # a text is one line, however long


class _Spelled(RoundTripRepresenter):
    """Writes `null` where there is no value, and not nothing."""


_Spelled.add_representer(type(None), lambda writer, _: writer.represent_scalar("tag:yaml.org,2002:null", "null"))


def yaml_text(content: Json) -> str:
    """The content as a YAML document."""
    yaml = YAML()
    yaml.Representer = _Spelled
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.width = WIDTH
    yaml.allow_unicode = True
    written = io.StringIO()
    yaml.dump(_quoted(content), written)
    return written.getvalue()


def _quoted(content: Json) -> Json:
    match content:
        case Mapping():
            return {key: _quoted(value) for key, value in content.items()}
        case list() | tuple():
            return [_quoted(item) for item in content]
        case str() if "\n" in content and all(
            line == line.strip() and line.isprintable() for line in content.split("\n")
        ):
            return LiteralScalarString(content)
        case str() if not content.isidentifier():
            return DoubleQuotedScalarString(content)
        case str() if content.lower() in ("yes", "no", "on", "off", "true", "false", "null", "y", "n"):
            return DoubleQuotedScalarString(content)
    return content


def _stands_in_a_block(text: str) -> bool:
    """Whether a literal block gives the text back as it is."""
    return all(line == line.strip() and line.isprintable() for line in text.split("\n")) and not text.endswith("\n")
