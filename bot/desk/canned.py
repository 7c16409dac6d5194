"""Canned answers: what agents say so often that it is written once, with places for what differs."""

import re
from collections.abc import Mapping as Texts

from bot.desk.calendar_keys import by_language
from bot.problems import did_you_mean
from bot.yaml_fields import NodeProblems
from bot.yaml_nodes import Mapping, Node, Scalar

VARIABLES = ("customer.name", "agent.name", "number", "queue")
SLOT = "slots."  # and what the flow has collected, by the name of its slot
EVERY_LANGUAGE = "*"

BRACES = re.compile(r"(?<!\\)\{([^{}]*)\}")
NAME = re.compile(r"[^\s{}:\\]+(?::\w+)?")


def read_canned(name: str, node: Node, found: NodeProblems) -> dict[str, str]:
    """The answer by language, every variable in it known."""
    texts = by_language(node, found, f"'{name}'")
    for scalar in _scalars(node):
        for braces in BRACES.finditer(scalar.text):
            _check(braces, scalar, found)
    return texts


def in_language(texts: Texts[str, str], language: str, fallback: str) -> str:
    """What to say to somebody who speaks this language."""
    for wanted in (language, language.partition("-")[0], EVERY_LANGUAGE, fallback):
        if wanted in texts:
            return texts[wanted]
    return next(iter(texts.values()))


def slots_in(text: str) -> list[str]:
    """The slots whose values it says, in order."""
    names = (braces[1].partition(":")[0] for braces in BRACES.finditer(text))
    return [name.removeprefix(SLOT) for name in names if name.startswith(SLOT)]


def _check(braces: re.Match[str], scalar: Scalar, found: NodeProblems) -> None:
    written = braces[1]
    name = written.partition(":")[0]
    if NAME.fullmatch(written) and (name in VARIABLES or name.removeprefix(SLOT) not in ("", name)):
        return
    hint = did_you_mean(name.strip(), VARIABLES) or f"there are: {', '.join(VARIABLES)} and {SLOT}NAME"
    where = scalar.mark_at(braces.start() + 1)
    found.error(where, "unknown-variable", f"'{{{written}}}' is not a variable of canned answers", hint)


def _scalars(node: Node) -> list[Scalar]:
    if isinstance(node, Mapping):
        return [scalar for entry in node.entries.values() for scalar in _scalars(entry.value)]
    return [node] if isinstance(node, Scalar) else []
