"""Texts of CALM that are Jinja templates, in the words of here: names in braces, and a text for each branch."""

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from bot.engine.conditions import ConditionError, parse_condition

MOST_BRANCHES = 32
MOST_TAGS = 64
_NAME = re.compile(r"\{\{\s*(?:slots\.)?([\w.]+)\s*\}\}")
_FILTER = r"[\s)]*\|\s*[a-z_]+(?:\([^(){}]*\))?"
_FILTERED = re.compile(rf"\{{\{{[\s(]*(?:slots\.)?([A-Za-z_][\w.]*)(?:{_FILTER})+[\s)]*\}}\}}")
_TAG = re.compile(r"\{%-?\s*(\w+)([^%{}]*)%\}")
_TOKEN = re.compile(r"""\s*('[^']*'|"[^"]*"|\d+(?:\.\d+)?|[A-Za-z_][\w.]*|[=!<>]=|[<>()])""", re.ASCII)
_WORDS = {
    **{word: word for word in ("and", "or", "not", "is", "true", "false")},
    "True": "true",
    "False": "false",
    "none": "null",
    "None": "null",
}
_DEFINED = re.compile(r"\bis (not )?slots\.defined\b")

Branch = tuple[tuple[str, ...], str]
"""What must hold, and the text that is shown then."""


class _NotOurs(Exception):
    """A template that is more than names and branches."""


def with_braces(source: str) -> str:
    """The text with `{{slots.x}}` written as `{x}`."""
    return _NAME.sub(r"{\1}", source)


def without_filters(source: str) -> str:
    """The same with `{{x | round}}` written as `{x}`."""
    return _FILTERED.sub(r"{\1}", source)


def names_shown(source: str) -> list[str]:
    """What the template shows, slots and others."""
    return [*_NAME.findall(source), *_FILTERED.findall(source)]


def branches(source: str) -> tuple[Branch, ...] | None:
    """The texts that it can become, of which one is shown; none where it has more than branches.

    The last is that which is shown where what the others need does not hold.
    """
    pieces = _TAG.split(source)
    if len(pieces) > 3 * MOST_TAGS or any("{%" in piece for piece in pieces):
        return None
    try:
        found, ends_with = _branches(iter(pieces))
    except _NotOurs:
        return None
    return tuple(found) if ends_with is None else None


def _branches(pieces: Iterator[str]) -> tuple[list[Branch], tuple[str, str] | None]:
    """The texts up to the tag that ends this branch, and that tag; none at the end of all."""
    found: list[Branch] = [((), next(pieces))]
    for tag in pieces:
        expression = next(pieces).strip().removesuffix("-")
        if tag != "if":
            return found, (tag, expression)
        options, after = list(_options(expression, pieces)), next(pieces)
        found = [((*needs, *more), text + own + after) for needs, text in found for more, own in options]
        if len(found) > MOST_BRANCHES:
            raise _NotOurs
    return found, None


def _options(expression: str, pieces: Iterator[str]) -> Iterator[Branch]:
    """The branches of one `if`, up to its `endif`."""
    before: tuple[str, ...] = ()
    needs: tuple[str, ...] = (_condition(expression),)
    while True:
        inner, ends_with = _branches(pieces)
        yield from (((*before, *needs, *more), text) for more, text in inner)
        match ends_with:
            case ("elif", following) if needs:
                before, needs = (*before, f"not {needs[0]}"), (_condition(following),)
            case ("else", "") if needs:
                before, needs = (*before, f"not {needs[0]}"), ()
            case ("endif", ""):
                break
            case _:
                raise _NotOurs
    if needs:
        yield (*before, f"not {needs[0]}"), ""


def _condition(expression: str) -> str:
    """The same in the words of conditions, in parentheses."""
    words, place, text = [], 0, expression.rstrip()
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            raise _NotOurs
        place = token.end()
        words.append(_word(token.group(1)))
    source = _DEFINED.sub(lambda word: "is null" if word.group(1) else "is not null", " ".join(words))
    if not is_condition(source):
        raise _NotOurs
    return f"({source})"


def is_condition(source: str) -> bool:
    """Whether it can be read as one."""
    try:
        parse_condition(source)
    except ConditionError:
        return False
    return True


def _word(token: str) -> str:
    if not (token[0].isalpha() or token[0] == "_"):
        return token
    if token in _WORDS:
        return _WORDS[token]
    name = token.removeprefix("slots.")
    if name == "in":
        raise _NotOurs
    return name if name.startswith("context.") else f"slots.{name}"


def joined(needs: Sequence[str], condition: str | None) -> str | None:
    """All of them in one condition, with what the variation needs itself."""
    own = () if condition is None else (f"({condition})",)
    return " and ".join(chain(own, needs)) or None
