"""A template's letters as pieces: text as it stands, and tags and shown values as tokens."""

import re
from collections.abc import Iterator
from typing import NamedTuple

DEEPEST = 32  # blocks or parentheses within each other
MOST_TOKENS = 200  # in one tag
_OPENING = re.compile(r"\{\{[-+]?|\{%[-+]?|\{#")
_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?(?![\w.]))|(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<name>[^\W\d]\w*)|(?P<sign>\*\*|//|==|!=|>=|<=|[-+*/%~|.,:()\[\]{}<>=]))""",
    re.VERBOSE | re.DOTALL,
)
_CLOSING = {"{{": re.compile(r"\s*[-+]?\}\}"), "{%": re.compile(r"\s*[-+]?%\}")}
_RAW = re.compile(r"\{%[-+]?\s*endraw\s*[-+]?%\}")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
BRACKETS = {"(": ")", "[": "]", "{": "}"}


class TemplateError(Exception):
    """A template that cannot be read; `column` counts its letters from 1."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


class Token(NamedTuple):
    """`kind` is number, text, name, sign or end."""

    kind: str
    text: str
    place: int

    @property
    def column(self) -> int:
        return self.place + 1


class Piece(NamedTuple):
    """`opens` is `{{` or `{%` with their tokens, or nothing for text as it stands."""

    opens: str
    text: str
    tokens: tuple[Token, ...]
    place: int


def pieces(source: str) -> Iterator[Piece]:
    """The template in order. A `-` at a tag takes the white space beside it. Raises TemplateError."""
    place, strips = 0, False
    while True:
        opening = _OPENING.search(source, place)
        text = source[place : opening.start()] if opening else source[place:]
        text = text.lstrip() if strips else text
        if opening is None:
            yield Piece("", text, (), place)
            return
        yield Piece("", text.rstrip() if opening.group().endswith("-") else text, (), place)
        if opening.group() == "{#":
            end = source.find("#}", opening.end())
            if end < 0:
                raise TemplateError("this comment has no end", opening.start() + 1)
            place, strips = end + 2, source[end - 1] == "-"
            continue
        tokens, place = _tokens(source, opening)
        strips = source[place - 3] == "-"
        if [token.text for token in tokens] == ["raw", ""]:
            raw = _RAW.search(source, place)
            if raw is None:
                raise TemplateError("'raw' has no 'endraw'", opening.start() + 1)
            yield Piece("", source[place : raw.start()], (), place)
            place = raw.end()
            continue
        yield Piece(opening.group()[:2], "", tokens, opening.start())


def _tokens(source: str, opening: re.Match[str]) -> tuple[tuple[Token, ...], int]:
    """The tokens up to what closes the tag, and the place behind that."""
    kind, place = opening.group()[:2], opening.end()
    tokens: list[Token] = []
    open_brackets: list[str] = []
    while True:
        closing = _CLOSING[kind].match(source, place)
        if closing is not None and not open_brackets:
            return (*tokens, Token("end", "", closing.start())), closing.end()
        found = _TOKEN.match(source, place)
        if found is None or found.lastgroup is None:
            raise TemplateError(f"'{kind}' is not closed, or this is no expression", place + 1)
        token = Token(found.lastgroup, found.group(found.lastgroup), found.start(found.lastgroup))
        if token.kind == "sign" and token.text in BRACKETS:
            open_brackets.append(BRACKETS[token.text])
        elif open_brackets and token.text == open_brackets[-1]:
            open_brackets.pop()
        tokens.append(token)
        if len(tokens) > MOST_TOKENS:
            raise TemplateError("this is more than anybody reads in one tag", opening.start() + 1)
        place = found.end()


def unquoted(token: Token) -> str:
    """The text within its quotes."""
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found.group(1), found.group(1)), token.text[1:-1])


def without_tags(source: str) -> str:
    """Only what stands outside of tags, of a template that cannot be read."""
    return re.sub(r"\{\{.*?(?:\}\}|\Z)|\{%.*?(?:%\}|\Z)|\{#.*?(?:#\}|\Z)", "", source, flags=re.DOTALL)
