"""Jinja texts: read once, filled in with the values of a conversation.

What is here is the part of Jinja that texts of assistants are made of: values with filters, branches, loops and `set`.
What makes pages and macros is not, and is told where the template is read.
"""

import contextlib
import functools
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from bot.engine.flow import Text
from bot.engine.jinja.expressions import Parser
from bot.engine.jinja.scope import (
    MOST_LETTERS,
    Exhausted,
    Expression,
    LookUp,
    Namespace,
    Scope,
    Unfit,
    items_of,
)
from bot.engine.jinja.syntax import DEEPEST, Piece, TemplateError, pieces
from bot.problems import did_you_mean

GAP = "{_}"
MOST_OUTLINES = 32
TAGS = ("if", "for", "set")
ENDS = ("elif", "else", "endif", "endfor", "endset")


class Shows(msgspec.Struct, frozen=True):
    """`{{ … }}`."""

    value: Expression


class Sets(msgspec.Struct, frozen=True):
    """`{% set a, b = … %}`, or `ns.a` of a namespace."""

    names: tuple[str, ...]
    field: str | None
    value: Expression


class Branches(msgspec.Struct, frozen=True):
    """`if` with its `elif` and `else`; the last test always holds."""

    options: tuple[tuple[Expression, "Body"], ...]


class Loop(msgspec.Struct, frozen=True):
    """`for`; `only` is its `if`, and `other` is for what has nothing to go through."""

    names: tuple[str, ...]
    source: Expression
    only: Expression | None
    body: "Body"
    other: "Body"


Node = str | Shows | Sets | Branches | Loop
Body = tuple[Node, ...]


class JinjaText(msgspec.Struct, frozen=True):
    """A template that was read. `names` are those that it looks at, with their columns; not those that it sets."""

    body: Body
    names: tuple[tuple[str, int], ...]


@functools.lru_cache(maxsize=1_000)
def read_template(source: str) -> JinjaText:
    """The template. Raises TemplateError."""
    reader = _Reader(source)
    body, ending = reader.body()
    if ending is not None:
        raise TemplateError(f"'{ending.tokens[0].text}' ends nothing", ending.tokens[0].column)
    return JinjaText(body, tuple((name, at) for name, at in reader.names if name.partition(".")[0] not in reader.own))


class _Reader:
    """Goes through the pieces, block by block."""

    def __init__(self, source: str) -> None:
        self.pieces = pieces(source)
        self.names: list[tuple[str, int]] = []
        self.own = {"loop", "namespace", "range"}
        self.depth = 0

    def body(self) -> tuple[Body, Piece | None]:
        """Up to the tag that ends this block; none at the end of all."""
        nodes: list[Node] = []
        for piece in self.pieces:
            if not piece.opens:
                nodes += [piece.text] if piece.text else []
            elif piece.opens == "{{":
                nodes.append(Shows(Parser(piece.tokens, self.names).whole()))
            elif piece.tokens[0].text in ENDS:
                return tuple(nodes), piece
            else:
                nodes.append(self.tag(piece))
        return tuple(nodes), None

    def tag(self, piece: Piece) -> Node:
        parser, first = Parser(piece.tokens, self.names), piece.tokens[0]
        self.depth += 1
        if self.depth > DEEPEST:
            raise parser.wrong("too many blocks within each other")
        parser.at = min(1, len(piece.tokens) - 1)
        node: Node
        match first.text:
            case "if":
                node = self.branches(parser)
            case "for":
                node = self.loop(parser)
            case "set":
                node = self.setting(parser)
            case _:
                hint = did_you_mean(first.text, (*TAGS, *ENDS))
                raise parser.wrong(f"there is no '{first.text}' here" + (f" ({hint})" if hint else ""), first)
        self.depth -= 1
        return node

    def ended(self, parser: Parser, *wanted: str) -> tuple[Body, Parser, str]:
        """The block up to one of these tags."""
        body, ending = self.body()
        name = ending.tokens[0].text if ending is not None else ""
        if ending is None:
            raise parser.wrong(f"'{wanted[-1]}' is missing for this", parser.tokens[0])
        if name not in wanted:
            raise parser.wrong(f"'{wanted[-1]}' is missing before this", ending.tokens[0])
        after = Parser(ending.tokens, self.names)
        after.at = 1
        return body, after, name

    def branches(self, parser: Parser) -> Branches:
        options: list[tuple[Expression, Body]] = []
        test, is_last = parser.whole(), False
        while True:
            wanted = ("endif",) if is_last else ("elif", "else", "endif")
            body, after, name = self.ended(parser, *wanted)
            options.append((test, body))
            if name == "elif":
                test = after.whole()
                continue
            after.end()
            if name == "endif":
                return Branches(tuple(options))
            test, is_last = _always, True

    def loop(self, parser: Parser) -> Loop:
        names = self.targets(parser)
        parser.need("in")
        source = parser.either()
        only = parser.either() if parser.take("if") else None
        parser.take("recursive")
        parser.end()
        body, after, name = self.ended(parser, "else", "endfor")
        after.end()
        other: Body = ()
        if name == "else":
            other, after, _ = self.ended(parser, "endfor")
            after.end()
        return Loop(names, source, only, body, other)

    def setting(self, parser: Parser) -> Sets:
        names = self.targets(parser)
        field = parser.name() if parser.take(".") else None
        if parser.token.kind == "end":
            body, after, _ = self.ended(parser, "endset")
            after.end()
            return Sets(names, field, _said_by(body))
        parser.need("=")
        return Sets(names, field, parser.whole())

    def targets(self, parser: Parser) -> tuple[str, ...]:
        """`a` or `a, b`."""
        names = [parser.name()]
        while parser.take(","):
            names.append(parser.name())
        self.own.update(names)
        return tuple(names)


def _always(_scope: Scope) -> bool:
    return True


def _said_by(body: Body) -> Expression:
    def said(scope: Scope) -> str:
        from_block: list[Any] = []
        _fill(body, scope, from_block)
        return "".join(each if isinstance(each, str) else str(each[0]) for each in from_block)

    return said


# Filling in

Shown = tuple[Any]
"""A value among the texts that the author wrote."""


def fill_in(template: JinjaText, look_up: LookUp) -> list[str | Shown]:
    """The author's texts, and the values between them, each in a tuple of its own."""
    said: list[str | Shown] = []
    with contextlib.suppress(Exhausted):  # no text is worth more: what was said so far is all
        _fill(template.body, Scope(look_up), said)
    return said


def _fill(body: Body, scope: Scope, said: list[str | Shown]) -> None:
    for node in body:
        scope.step()
        match node:
            case str():
                _count(node, scope)
                said.append(node)
            case Shows():
                value = _value(node.value, scope)
                _count(value if isinstance(value, str) else "0", scope)
                said.append((value,))
            case Sets():
                _set(node, scope)
            case Branches():
                taken = next((option for test, option in node.options if _value(test, scope)), ())
                _fill(taken, scope, said)
            case Loop():
                _go_round(node, scope, said)


def _count(text: str, scope: Scope) -> None:
    scope.told["letters"] += len(text)
    if scope.told["letters"] > MOST_LETTERS:
        raise Exhausted


def _value(expression: Expression, scope: Scope) -> Any:
    """What the expression gives; nothing where its values are not such that it could."""
    try:
        return expression(scope)
    except Unfit:
        return None


def _set(node: Sets, scope: Scope) -> None:
    value = _value(node.value, scope)
    if node.field is None:
        scope.names.update(_unpacked(node.names, value))
        return
    holder = scope.names.get(node.names[0])
    if isinstance(holder, Namespace):
        holder.held[node.field] = value


def _unpacked(names: Sequence[str], value: Any) -> dict[str, Any]:
    if len(names) == 1:
        return {names[0]: value}
    parts = items_of(value)
    return {name: parts[at] if at < len(parts) else None for at, name in enumerate(names)}


def _go_round(node: Loop, scope: Scope, said: list[str | Shown]) -> None:
    items = items_of(_value(node.source, scope))
    if node.only is not None:
        only = node.only
        items = [item for item in items if _value(only, scope.inner(_unpacked(node.names, item)))]
    scope.step(items)
    for at, item in enumerate(items):
        _fill(node.body, scope.inner({**_unpacked(node.names, item), "loop": _loop(items, at)}), said)
    if not items:
        _fill(node.other, scope, said)


def _loop(items: Sequence[Any], at: int) -> dict[str, Any]:
    left = len(items) - at
    return {
        "index": at + 1,
        "index0": at,
        "revindex": left,
        "revindex0": left - 1,
        "first": at == 0,
        "last": left == 1,
        "length": len(items),
        "previtem": items[at - 1] if at else None,
        "nextitem": items[at + 1] if left > 1 else None,
    }


# Looking at it from outside


def outlined(text: Text) -> Text:
    """The text with the longest that its templates may become in their place."""
    if not text.jinja:
        return text
    longest = {code: max(outlines(read_template(source)), key=len) for code, source in text.by_language.items()}
    return Text(by_language=longest)


def outlines(template: JinjaText) -> tuple[str, ...]:
    """The texts that it may become, with a gap for each value, and one for each loop."""
    return tuple(dict.fromkeys(_outlines(template.body)))[:MOST_OUTLINES]


def _outlines(body: Body) -> list[str]:
    found = [""]
    for node in body:
        found = [text + more for text in found for more in _ways(node)][:MOST_OUTLINES]
    return found


def _ways(node: Node) -> Iterator[str]:
    match node:
        case str():
            yield node.replace("{", "\\{")
        case Shows() | Loop():
            yield GAP
        case Branches():
            for _, body in node.options:
                yield from _outlines(body)
            if node.options[-1][0] is not _always:
                yield ""
        case Sets():
            yield ""
