"""Jinja texts: read once, and filled in by Jinja with the values of a conversation."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache

import msgspec
from jinja2 import Template, TemplateSyntaxError, nodes

from bot.content import Json
from bot.engine.flow import Text
from bot.engine.jinja_bounds import COMPARED, COUNTED, FILLING, JINJA, JOINED, MARK, Filling, LookUp, Root, cleaned

MOST_SOURCE = 20_000  # letters of a template
ROOTS = frozenset({"slots", "context", "session", "customer", "ticket"})
OWN = frozenset({"loop", "namespace", "range"})
ELSEWHERE = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Block, nodes.Macro, nodes.CallBlock)

GAP = "{_}"
MOST_OUTLINES = 32
_MARKED = re.compile(f"{MARK}([0-9]+){MARK}")
_TAG = re.compile(r"\{\{.*?(?:\}\}|\Z)|\{%.*?(?:%\}|\Z)|\{#.*?(?:#\}|\Z)", re.DOTALL)

Shown = tuple[Json]
"""A value among the texts that the author wrote."""


class TemplateError(Exception):
    """The template cannot be read; the column counts its characters from 1."""

    def __init__(self, message: str, column: int = 1) -> None:
        super().__init__(message)
        self.column = column


class JinjaText(msgspec.Struct, frozen=True):
    """A template that was read. `names` are those that it looks at, with their columns; not those that it sets."""

    template: Template
    body: list[nodes.Node]
    names: tuple[tuple[str, int], ...]


@lru_cache(maxsize=1_000)
def read_template(source: str) -> JinjaText:
    """The template. Raises TemplateError."""
    if len(source) > MOST_SOURCE or MARK in source:
        raise TemplateError(f"this is more than {MOST_SOURCE} letters")
    try:
        tree = JINJA.parse(source)
        _refuse(tree, source)
        names = tuple(_names(tree, source))
        JINJA.compile(tree, raw=True)  # knows filters and tests by their authors' names
        return JinjaText(JINJA.from_string(_watched(tree)), tree.body, names)
    except TemplateSyntaxError as wrong:
        raise TemplateError(
            wrong.message or "this is no template", _column(source, wrong.lineno, str(wrong.message))
        ) from wrong
    except (RecursionError, SyntaxError, MemoryError) as deep:
        raise TemplateError("too many blocks or parentheses within each other") from deep


def _refuse(tree: nodes.Template, source: str) -> None:
    for kind in ELSEWHERE:
        if (node := tree.find(kind)) is not None:
            raise TemplateError(f"there is no '{kind.__name__.lower()}' here", _column(source, node.lineno))


def _column(source: str, line: int, message: str = "") -> int:
    """Of the word in the line that Jinja quotes, or else of the line's first tag: it tells lines alone."""
    lines = source.splitlines(keepends=True)
    begins, here = sum(map(len, lines[: line - 1])), "".join(lines[line - 1 : line])
    quoted = re.search(r"'(\w+)'", message)
    place = here.rfind(quoted.group(1)) if quoted else -1
    return begins + max(place if place >= 0 else here.find("{"), 0) + 1


def _names(tree: nodes.Template, source: str) -> Iterator[tuple[str, int]]:
    own = OWN.union(each.name for each in tree.find_all(nodes.Name) if each.ctx == "store")
    for each in tree.find_all(nodes.Name):
        if each.name not in own | ROOTS:
            yield each.name, _place(rf"(?<![\w.'\"]){re.escape(each.name)}\b", source)
    for field in tree.find_all(nodes.Getattr):
        if isinstance(field.node, nodes.Name) and field.node.name in ROOTS - own:
            dotted = rf"\b{field.node.name}\s*\.\s*{re.escape(field.attr)}\b"
            yield f"{field.node.name}.{field.attr}", _place(dotted, source)


def _place(pattern: str, source: str) -> int:
    found = re.search(pattern, source)
    return found.start() + 1 if found else 1


def _watched(tree: nodes.Template) -> nodes.Template:
    """With filters of ours for what Jinja lets nobody watch: loops, comparisons and `~`."""
    for loop in tree.find_all(nodes.For):
        loop.iter = _filtered(COUNTED, loop.iter)
    _replace_within(tree)
    return tree


def _replace_within(node: nodes.Node) -> None:
    for name, value in list(node.iter_fields()):
        if isinstance(value, nodes.Node):
            setattr(node, name, _replaced(value))
        elif isinstance(value, list):
            setattr(node, name, [_replaced(each) if isinstance(each, nodes.Node) else each for each in value])


def _replaced(node: nodes.Node) -> nodes.Node:
    _replace_within(node)
    match node:
        case nodes.Compare():
            rest = (each for one in node.ops for each in (nodes.Const(one.op), one.expr))
            return _filtered(COMPARED, node.expr, *rest)
        case nodes.Concat():
            return _filtered(JOINED, *node.nodes)
    return node


def _filtered(name: str, value: nodes.Node, *given: nodes.Node) -> nodes.Filter:
    return nodes.Filter(value, name, list(given), [], None, None, lineno=value.lineno)


# Filling in


def fill_in(read: JinjaText, look_up: LookUp) -> list[str | Shown]:
    """The author's texts, and the values between them, each in a tuple of its own."""
    filling, said = Filling(), list[str]()
    roots = {name.partition(".")[0] for name, _ in read.names}
    values = {name: value for name in roots | ROOTS if (value := cleaned(look_up(name))) is not None}
    token = FILLING.set(filling)
    try:
        with suppress(Exception):  # what was said so far is all
            for text in read.template.generate({**{name: Root(name, look_up) for name in ROOTS}, **values}):
                filling.say(_MARKED.sub("", text))
                said.append(text)
    finally:
        FILLING.reset(token)
    parts = _MARKED.split("".join(said))  # text, number, text, number, …
    shown = filling.shown
    return [(shown[int(part)],) if at % 2 else part for at, part in enumerate(parts) if part]


def without_tags(source: str) -> str:
    """Only what stands outside of tags, of a template that cannot be read."""
    return _TAG.sub("", source)


# Looking at it from outside


def outlined(text: Text) -> Text:
    """The text with the longest that its templates may become in their place."""
    if not text.jinja:
        return text
    longest = {code: max(outlines(read_template(source)), key=len) for code, source in text.by_language.items()}
    return Text(by_language=longest)


def outlines(read: JinjaText) -> tuple[str, ...]:
    """The texts that it may become, with a gap for each value, and one for each loop."""
    return tuple(dict.fromkeys(_outlines(read.body)))[:MOST_OUTLINES]


def _outlines(body: Iterable[nodes.Node]) -> list[str]:
    found = [""]
    for node in body:
        found = [text + more for text in found for more in _ways(node)][:MOST_OUTLINES]
    return found


def _ways(node: nodes.Node) -> list[str]:
    match node:
        case nodes.TemplateData():
            return [node.data.replace("{", "\\{")]
        case nodes.Output():
            return _outlines(node.nodes)
        case nodes.If():
            return [
                *_outlines(node.body),
                *(way for each in node.elif_ for way in _outlines(each.body)),
                *_outlines(node.else_),
            ]
        case nodes.With() | nodes.FilterBlock():
            return _outlines(node.body)
        case nodes.Assign() | nodes.AssignBlock() | nodes.ExprStmt():
            return [""]
    return [GAP]
