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
from ruamel.yaml.events import ScalarEvent

from bot.problems import Mark
from bot.yaml_slips import slip_above

# Tabs, line breaks of YAML 1.1 and marks of byte order, comments close behind a block's sign, directives and more.
_READ_DIFFERENTLY = re.compile(r"[\t\x85\u2028\u2029\ufeff]|[|>][-+0-9]*#|^%|^\.\.\.", re.MULTILINE)
_ENDLESS_TAG = re.compile(r"(?<![^\s\[{,])!\S{1000}")  # which ruamel.yaml decodes in the square of its length
_BEHIND_AN_ANCHOR = frozenset(" \n,[]{}")
_OF_A_MERGE = re.compile(r"^(?:<{7}|>{7}) .*$", re.MULTILINE)


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
    if endless := _ENDLESS_TAG.search(text):
        start = endless.start()
        mark = Mark(file, text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start))
        raise NotYaml(mark, "this tag goes on for more than 1000 letters", "a text that begins with '!' needs quotes")
    last = None
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            last = event if isinstance(event, ScalarEvent) else last
            yield event
    except MarkedYAMLError as error:
        left = _OF_A_MERGE.search(text)
        if left is not None:
            mark = Mark(file, text.count("\n", 0, left.start()) + 1, 1)
            raise NotYaml(mark, f"a merge was left unfinished: '{left[0][:40]}'", _FINISH_IT) from error
        slip = slip_above(text, error, last)
        if slip is not None:
            raise NotYaml(Mark(file, slip.line, slip.column), slip.message, slip.hint) from error
        raise NotYaml(_mark_of(file, error), *_in_plain_words(error)) from error
    except (YAMLError, ValueError, OverflowError) as error:
        # Broken escapes, anchors and directives: the library raises these without a place.
        raise NotYaml(Mark(file), f"this is not YAML: {str(error).splitlines()[0]}", None) from error


def _mark_of(file: str, error: MarkedYAMLError) -> Mark:
    is_left_open = re.search("end of stream|<stream end>|could not find expected ':'", str(error.problem))
    found = error.context_mark if is_left_open and error.context_mark else error.problem_mark or error.context_mark
    return Mark(file, found.line + 1, found.column + 1) if found else Mark(file)


def _in_plain_words(error: MarkedYAMLError) -> tuple[str, str | None]:
    """What is wrong, and a hint for what authors get wrong most; else the library's message."""
    problem = str(error.problem or error.context or "this is not YAML").splitlines()[0]
    where = str(error.context or "").partition("\n")[0]
    for place, words, message, hint in _WORDS:
        if place in where and (found := re.search(words, problem)):
            return message.format(*found.groups()), _with_column(hint, place, error)
    return (f"{problem} ({where})" if where and error.problem else problem), None


def _with_column(hint: str | None, place: str, error: MarkedYAMLError) -> str | None:
    above = error.context_mark
    if place != "block" or above is None:
        return hint
    return f"{hint}; those above begin in column {above.column + 1}, from line {above.line + 1} on"


_FINISH_IT = "keep one side of it, and remove the lines of <<<<<<<, ======= and >>>>>>>"
_QUOTE_ALL = "put the whole text in quotes, or check the indentation"
# Where the library is, what it says (both in part), what authors are told, and what they can do.
_WORDS: tuple[tuple[str, str, str, str | None], ...] = (
    ("", r"'\\t'", "a tab stands where YAML wants spaces", "indent with spaces"),
    (
        "",
        "mapping values are not allowed",
        "a ':' stands where no key can be",
        "put the text in quotes, check the indentation, or see whether what is before it lacks its ': '",
    ),
    ("", "could not find expected ':'", "a key without a ':'", "write 'key: value', and check the quotes above"),
    (
        "",
        "expected '<document start>'",
        "this does not belong to what is above it",
        "check its indentation, and whether a quote or a bracket above it is closed too early",
    ),
    ("flow", "content, but found '<stream end>'", "the file ends within brackets", "close the bracket opened last"),
    ("", "content, but found '-'", "no list with '- ' can stand within brackets", "put ',' between its items"),
    ("", r"content, but found '([^<]+)'", "nothing stands before this '{}'", "write it, or put a text in quotes"),
    (
        "flow",
        r"'([]}])', but got '([]}])'",
        "a '{1}' stands where a '{0}' should be",
        "the last bracket is closed first",
    ),
    ("", "sequence entries are not allowed", "no list can begin here", "begin it on the next line, or use quotes"),
    (
        "block scalar",
        "expected",
        "a text stands behind the '|' or '>'",
        "write it on the lines below, indented, or put all in quotes",
    ),
    (
        "double-quoted",
        "escape",
        "this '\\' changes nothing that YAML knows",
        "write '\\\\', or use single quotes around the text",
    ),
    (
        "double-quoted",
        "hexa?decimal",
        "this '\\' lacks its digits",
        "write '\\\\', or use single quotes around the text",
    ),
    ("an a", "expected alphabetic", "a '&' or '*' stands before no name", "put the text in quotes"),
    ("", "undefined tag handle", "this is no tag that means anything here", "a text that begins with '!' needs quotes"),
    ("tag", "", "this is no tag that means anything here", "a text that begins with '!' needs quotes"),
    ("directive", "", "no text can begin with '%' at the margin", "put the text in quotes, or indent it"),
    ("quoted scalar", "end of stream", "this quote is never closed", None),
    ("flow", "got '<stream end>'", "this bracket is never closed", None),
    ("", "cannot start any token", "no text can begin like this", "put the text in quotes"),
    ("", "found '<scalar>'", "a second text stands behind the first", _QUOTE_ALL),
    ("flow", "got '<scalar>'", "a second text stands behind the first", "put the whole text in quotes"),
    ("flow", r"got '([{\[])'", "a '{}' stands in the middle of a text without quotes", "put the text in quotes"),
    ("flow", "got ':'", "a ':' stands where a ',' or a closing bracket should be", "put a text with ': ' in quotes"),
    ("", r"found '([]},])'", "'{}' stands where no bracket is open", "put the text in quotes, or remove it"),
    (
        "block",
        "expected <block end>",
        "this line does not belong to those above it",
        "check its indentation: what belongs together begins in the same column, and items of a list with '- '",
    ),
)
