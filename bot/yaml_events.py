"""The events of a YAML text by two parsers, and what stops them in an author's words.

ruamel.yaml reads YAML 1.2 exactly, in pure Python. libyaml takes a thirtieth of its time, but its grammar is that of
YAML 1.1 with later mending: it serves where both read alike, and says so where they may not.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.problems import Mark

# Tabs, other line breaks and marks of byte order, comments close behind a block's sign, directives, ends of documents.
_READ_DIFFERENTLY = re.compile(r"[\t\r\x85\u2028\u2029\ufeff]|[|>][-+0-9]*#|^%|^\.\.\.", re.MULTILINE)
_BEHIND_AN_ANCHOR = frozenset(" \n,[]{}")


class NotAlike(Exception):
    """The text is for the exact parser: something is wrong with it, or YAML 1.1 may see it otherwise than 1.2."""


class NotYaml(Exception):
    """What no parser takes."""

    def __init__(self, mark: Mark, message: str, hint: str | None) -> None:
        super().__init__(message)
        self.mark = mark
        self.message = message
        self.hint = hint


def quick_events(text: str) -> Iterator[Any]:
    """By libyaml. Raises NotAlike, at any event."""
    if not yaml.__with_libyaml__ or _READ_DIFFERENTLY.search(text):  # PyYAML may be built without it
        raise NotAlike
    try:
        for event in yaml.parse(text, Loader=yaml.CBaseLoader):
            anchor = getattr(event, "anchor", None)
            if anchor is not None and text[event.start_mark.index + len(anchor) + 1 :][:1] not in _BEHIND_AN_ANCHOR:
                raise NotAlike
            if getattr(event, "tag", None) is not None:
                raise NotAlike
            yield event
    except yaml.YAMLError as trouble:
        raise NotAlike from trouble


def exact_events(file: str, text: str) -> Iterator[Any]:
    """By ruamel.yaml. Raises NotYaml, at any event."""
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        raise NotYaml(_mark_of(file, error), *_in_plain_words(error)) from error
    except (YAMLError, ValueError, OverflowError) as error:
        # Broken escapes, anchors and directives: the library raises these without a place.
        raise NotYaml(Mark(file), f"this is not YAML: {str(error).splitlines()[0]}", None) from error


def _mark_of(file: str, error: MarkedYAMLError) -> Mark:
    found = error.context_mark if _is_unclosed_quote(error) else error.problem_mark or error.context_mark
    return Mark(file, found.line + 1, found.column + 1) if found else Mark(file)


def _is_unclosed_quote(error: MarkedYAMLError) -> bool:
    return "quoted scalar" in str(error.context) and "end of stream" in str(error.problem)


def _in_plain_words(error: MarkedYAMLError) -> tuple[str, str | None]:
    """The library's message, and a hint for what authors get wrong most."""
    problem = str(error.problem or error.context or "this is not YAML").splitlines()[0]
    if "'\\t'" in problem:
        return "a tab stands where YAML wants spaces", "indent with spaces"
    if "mapping values are not allowed" in problem:
        return "a ':' stands where no key can be", "put the text in quotes, or check the indentation"
    if "could not find expected ':'" in problem:
        return "a key without a ':'", "check the indentation and the quotes above"
    if _is_unclosed_quote(error):
        return "this quote is never closed", None
    if error.context:
        return f"{problem} ({str(error.context).splitlines()[0]})", None
    return problem, None
