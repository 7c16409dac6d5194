"""Conditions of the flow language: `slots.lookup is "found" and not slots.total > 100`.

A condition is parsed once and compiled to closures. Grammar and meaning are those of pypred, the predicate language of
CALM files, with three differences:

1. `and` beside `or` without parentheses is noted, so that authors are told (pypred reads both from the right, as is
   done here, and nobody expects it);
2. ordering values that have no order, such as null and a number, is false and warns (pypred raises);
3. parentheses and `not` nest at most `MAX_DEPTH` deep.

What pypred accepts and then cannot evaluate is an error here where the source shows it (`undefined` in a set), and
false where only the values do (`contains` a number in a text).

Surprising but pypred's own: an unset name is `undefined` and `empty`, but not `null`; null is not `empty`;
`undefined is not empty` holds; the pattern of `matches` loses the quotes at both of its ends and need not have any;
elsewhere a bare word is a name, never text.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

import msgspec
import regex

from bot.engine.comparisons import (
    EMPTY,
    EQUALITY,
    ORDER,
    UNDEFINED,
    Evaluate,
    Namespace,
    Operand,
    Warn,
    all_of,
    any_of,
    contains,
    equality,
    literal_set,
    matches,
    order,
    read_name,
)

MAX_LENGTH = 10_000
MAX_DEPTH = 64
MAX_PATTERN_SIZE = 1_000_000  # characters with repeats written out, which is how they are compiled: a gigabyte is near


class ConditionError(Exception):
    """A malformed condition. `column` counts characters of the source from 1."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.column = column


class Reference(msgspec.Struct, frozen=True):
    """A dotted name and the column where it stands, from 1."""

    name: str
    column: int


class Compared(msgspec.Struct, frozen=True):
    """A dotted name that is compared with a text, and the column of the text, from 1."""

    name: str
    value: str
    column: int


def _ignore(_note: str) -> None:
    """The warning of a caller who wants none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A parsed condition; equal when the source is equal. `references` and `compared` are in the order of the source.

    `mixed_at` is the column where `and` and `or` first meet without parentheses, none where they do not.
    """

    source: str
    mixed_at: int | None = field(default=None, compare=False)
    references: tuple[Reference, ...] = field(compare=False)
    compared: tuple[Compared, ...] = field(compare=False)
    evaluate: Evaluate = field(compare=False, repr=False)

    @property
    def names(self) -> frozenset[str]:
        """The dotted names that the condition reads."""
        return frozenset(reference.name for reference in self.references)

    def holds(self, namespace: Namespace, warn: Warn = _ignore) -> bool:
        """Whether it is true of nested mappings such as `{"slots": {"a": 1}}`; never raises on JSON values.

        `warn` hears about comparisons that made no sense, without the values compared.
        """
        return bool(self.evaluate(namespace, warn))


Spelled = Callable[[str, str], Any]
"""What a text means where it is compared with the dotted name: of a slot of few values, the one that it spells."""


def as_written(_name: str, text: str) -> str:
    """Where nothing is known of the slots."""
    return text


def parse_condition(source: str, spelled: Spelled = as_written) -> Condition:
    """The compiled condition. Raises ConditionError on everything malformed, and nothing else."""
    if len(source) > MAX_LENGTH:
        raise ConditionError(f"the condition is longer than {MAX_LENGTH} characters", MAX_LENGTH + 1)
    parser = _Parser(_tokens(source), spelled)
    evaluate = parser.whole().evaluate
    return Condition(
        source=source,
        references=tuple(parser.references),
        compared=tuple(parser.compared),
        evaluate=evaluate,
        mixed_at=parser.mixed_at,
    )


_CONSTANTS = {"true": True, "false": False, "null": None, "undefined": UNDEFINED, "empty": EMPTY}
_WORDS = frozenset({"and", "or", "not", "is", "contains", "matches", *_CONSTANTS})


class _Token(msgspec.Struct, frozen=True):
    kind: Literal["number", "name", "quoted", "word", "symbol", "end"]
    text: str
    column: int


_TOKEN = re.compile(
    r"""(?P<space>\s+|\#.*)
    |(?P<number>-?\d+(?:\.\d+)?)
    |(?P<name>[\w\-.:;]+)
    |(?P<quoted>"[^"]*"|'[^']*')
    |(?P<symbol>>=|<=|!=|==|[><=(){}])""",
    re.VERBOSE,
)
_HINTS = {
    '"': "this quote is never closed",
    "'": "this quote is never closed",
    "“": 'use straight quotes: "',
    "”": 'use straight quotes: "',
    "«": 'use straight quotes: "',
    "‘": "use straight quotes: '",
    "’": "use straight quotes: '",
    "&": "write 'and'",
    "|": "write 'or'",
    "!": "write 'not', or '!=' for 'is not'",
    "≥": "write '>='",
    "≤": "write '<='",
    "≠": "write '!='",
    ",": "a comma has no place here; the values of a set are separated by spaces",
    "،": "a comma has no place here; the values of a set are separated by spaces",
    "[": "a set is written {'a' 'b'}, and asked by {'a' 'b'} contains slots.x",
}


def _tokens(source: str) -> list[_Token]:
    _refuse_jinja(source)
    tokens = []
    place = 0
    while place < len(source):
        found = _TOKEN.match(source, place)
        if found is None or found.lastgroup is None:
            raise ConditionError(_HINTS.get(source[place], f"'{source[place]}' has no place in a condition"), place + 1)
        text = found.group()
        lowered = text.lower()
        if found.lastgroup == "name" and lowered in _WORDS:
            tokens.append(_Token("word", lowered, place + 1))
        elif found.lastgroup != "space":
            tokens.append(_Token(found.lastgroup, text, place + 1))  # type: ignore[arg-type]  # the groups are the kinds
        place = found.end()
    tokens.append(_Token("end", "", len(source) + 1))
    return tokens


def _joined(operands: list[Evaluate], joinings: list[str]) -> Evaluate:
    """The tests joined by these words, one between each two: from the right where the words differ."""
    last = joinings[-1]
    run = next((count for count, word in enumerate(reversed(joinings)) if word != last), len(joinings))
    parts = tuple(operands[-run - 1 :])
    tail = all_of(parts) if last == "and" else any_of(parts)
    if run == len(joinings):
        return tail
    return _joined([*operands[: -run - 1], tail], joinings[:-run])


def _refuse_jinja(source: str) -> None:
    for opening, closing in (("{{", "}}"), ("{%", "%}")):
        place = source.find(opening)
        if place >= 0 and source.find(closing, place) >= 0:
            raise ConditionError("Jinja has no place in a condition: write the name alone, such as slots.x", place + 1)


class _Parser:
    """Recursive descent over the tokens; each method takes what it is named for and leaves the rest."""

    def __init__(self, tokens: list[_Token], spelled: Spelled) -> None:
        self.tokens = tokens
        self.spelled = spelled
        self.place = 0
        self.depth = 0
        self.references: list[Reference] = []
        self.compared: list[Compared] = []
        self.members: list[Operand] = []  # of the last set
        self.mixed_at: int | None = None

    def whole(self) -> Operand:
        result = self.expression()
        if self.token.kind != "end":
            self.refuse_rest()
        if result.constant is UNDEFINED or result.constant is EMPTY or result.constant == frozenset():
            raise ConditionError("this alone is no condition: compare something with it", result.column)
        return result

    @property
    def token(self) -> _Token:
        return self.tokens[self.place]

    def take(self) -> _Token:
        token = self.token
        self.place += 1
        return token

    def takes(self, kind: str, text: str) -> bool:
        if self.token.kind != kind or self.token.text != text:
            return False
        self.place += 1
        return True

    def refuse_rest(self) -> NoReturn:
        token = self.token
        if token.text == ")":
            raise ConditionError("this ')' closes nothing", token.column)
        if token.text == "}":
            raise ConditionError("this '}' closes nothing", token.column)
        wanted = "expected 'and', 'or' or the end, and a text in quotes"
        raise ConditionError(f"{wanted}, not {_shown(token)}", token.column)

    def nest(self, column: int) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ConditionError(f"nested more than {MAX_DEPTH} deep", column)

    def expression(self) -> Operand:
        first = self.negation()
        operands, joinings = [first.evaluate], list[str]()
        switches = 0
        while self.token.kind == "word" and self.token.text in ("and", "or"):
            word = self.take()
            if joinings and word.text != joinings[-1]:
                self.mixed_at = self.mixed_at or word.column
                switches += 1
                if switches > MAX_DEPTH:
                    raise ConditionError(f"nested more than {MAX_DEPTH} deep", word.column)
            joinings.append(word.text)
            operands.append(self.negation().evaluate)
        return Operand("test", first.column, _joined(operands, joinings)) if joinings else first

    def negation(self) -> Operand:
        token = self.token
        if not self.takes("word", "not"):
            return self.test()
        self.nest(token.column)
        inner = self.negation().evaluate
        self.depth -= 1
        return Operand("test", token.column, lambda names, warn: not inner(names, warn))

    def test(self) -> Operand:
        left = self.factor()
        token = self.token
        if token.kind == "word" and token.text == "is":
            self.take()
            return self.equality("is not" if self.takes("word", "not") else "is", left)
        if token.kind == "symbol" and token.text in EQUALITY:
            self.take()
            return self.equality(token.text, left)
        if token.kind == "symbol" and token.text in ORDER:
            self.take()
            return Operand("test", left.column, order(token.text, left, self.factor()))
        if self.takes("word", "contains"):
            members, sought = self.members, _one_value(self.factor(), "'contains' looks for")
            if left.kind == "set":
                left = literal_set(left.column, tuple(self.meant(sought, each) for each in members))
            return Operand("test", left.column, contains(left, sought))
        if self.takes("word", "matches"):
            return Operand("test", left.column, matches(left, self.pattern()))
        return left

    def equality(self, sign: str, left: Operand) -> Operand:
        right = self.factor()
        left, right = self.meant(right, left), self.meant(left, right)
        return Operand("test", left.column, equality(sign, left, right))

    def meant(self, name: Operand, other: Operand) -> Operand:
        """What is compared with the name: a text means what it spells there."""
        if name.kind != "name" or other.kind != "quoted":
            return other
        text = other.text[1:-1]
        self.compared.append(Compared(name.text, text, other.column))
        value = self.spelled(name.text, text)
        return Operand("quoted", other.column, lambda _names, _warn: value, fixed=True, constant=value, text=other.text)

    def factor(self) -> Operand:
        token = self.take()
        if token.kind == "name":
            self.references.append(Reference(token.text, token.column))
            return Operand("name", token.column, read_name(token.text), text=token.text)
        if token.kind == "quoted":
            return _fixed("quoted", token, token.text[1:-1])
        if token.kind == "number":
            return _fixed("number", token, float(token.text))
        if token.kind == "word" and token.text in _CONSTANTS:
            return _fixed("word", token, _CONSTANTS[token.text])
        if token.text == "(" and token.kind == "symbol":
            return self.parentheses(token)
        if token.text == "{" and token.kind == "symbol":
            return self.set(token)
        raise ConditionError(f"expected a name, a value or '(', not {_shown(token)}", token.column)

    def parentheses(self, opening: _Token) -> Operand:
        self.nest(opening.column)
        inner = self.expression()
        self.depth -= 1
        if not self.takes("symbol", ")"):
            if self.token.kind == "end":
                raise ConditionError("this '(' is never closed", opening.column)
            self.refuse_rest()
        return inner

    def set(self, opening: _Token) -> Operand:
        elements = []
        while not self.takes("symbol", "}"):
            if self.token.kind == "end":
                raise ConditionError("this '{' is never closed", opening.column)
            elements.append(_one_value(self.factor(), "a set holds"))
        self.members = elements
        return literal_set(opening.column, tuple(elements))

    def pattern(self) -> regex.Pattern[str]:
        mark = len(self.references)
        operand = self.factor()
        del self.references[mark:]  # an unquoted pattern is no name
        if operand.kind not in ("name", "quoted"):
            raise ConditionError("'matches' needs a pattern in quotes", operand.column)
        return _pattern(operand.text.strip("\"'"), operand.column)


_REPEAT = re.compile(r"(\)?)\s*\{(\d+)")


def _pattern(source: str, column: int) -> regex.Pattern[str]:
    size, plain = float(len(source)), 1.0
    for group, count in _REPEAT.findall(source):
        if group:
            size *= max(float(count), 1.0)
        else:
            plain = max(float(count), plain)
    if size * plain > MAX_PATTERN_SIZE:
        raise ConditionError("the pattern repeats too much", column)
    try:
        return regex.compile(source)
    except (regex.error, ValueError, OverflowError) as error:  # the latter two for endless numbers in it
        raise ConditionError(f"the pattern is not valid: {error}", column) from None
    except RecursionError:
        raise ConditionError("the pattern is nested too deeply", column) from None


def _one_value(operand: Operand, who: str) -> Operand:
    if operand.kind in ("set", "test") or operand.constant is UNDEFINED or operand.constant is EMPTY:
        raise ConditionError(f"{who} a name, a text, a number, true, false or null", operand.column)
    return operand


def _shown(token: _Token) -> str:
    return "the end" if token.kind == "end" else f"'{token.text}'" if token.kind != "quoted" else token.text


def _fixed(kind: Literal["quoted", "number", "word"], token: _Token, value: Any) -> Operand:
    return Operand(kind, token.column, lambda _names, _warn: value, fixed=True, constant=value, text=token.text)
