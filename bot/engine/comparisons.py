"""What the operators of a condition do, as closures over their operands. The meaning is pypred's, see `conditions`."""

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import msgspec
import regex

MATCH_SECONDS = 0.05  # a sane pattern on a whole message takes microseconds; a hostile one must not hold up the others

Namespace = Mapping[str, Any]
Warn = Callable[[str], None]
Evaluate = Callable[[Namespace, Warn], Any]


class Undefined:
    """The value of a name that leads nowhere: equal to itself and to empty, contains nothing, has no order."""

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Undefined | Empty)

    def __ne__(self, other: object) -> bool:
        return not isinstance(other, Undefined)

    def __hash__(self) -> int:
        return 0

    def __contains__(self, _item: object) -> bool:
        return False


class Empty:
    """The word `empty`: equal to undefined and to whatever has a length of zero."""

    def __bool__(self) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Undefined | Empty) or (hasattr(other, "__len__") and len(other) == 0)

    def __hash__(self) -> int:
        return 0


UNDEFINED = Undefined()
EMPTY = Empty()

EQUALITY: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "==": operator.eq,
    "is": operator.eq,
    "!=": operator.ne,
    "is not": operator.ne,
}
ORDER: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


class Operand(msgspec.Struct, frozen=True):
    """A compiled part of a condition. `constant` is its value when it is `fixed`; `text` is a single token."""

    kind: Literal["name", "quoted", "number", "word", "set", "test"]
    column: int
    evaluate: Evaluate
    fixed: bool = False
    constant: Any = None
    text: str = ""


def read_name(name: str) -> Evaluate:
    """Follows a dotted name through nested mappings; undefined when it leads nowhere."""
    path = tuple(name.split("."))
    if len(path) != 2:
        return _read_path(path)
    root, key = path  # nearly every name is slots.x: no loop for it

    def read(names: Namespace, _warn: Warn) -> Any:
        try:
            return names[root][key]
        except (KeyError, TypeError):
            return UNDEFINED

    return read


def _read_path(path: tuple[str, ...]) -> Evaluate:
    def read(names: Namespace, _warn: Warn) -> Any:
        value: Any = names
        try:
            for part in path:
                value = value[part]
        except (KeyError, TypeError):
            return UNDEFINED
        return value

    return read


def all_of(parts: tuple[Evaluate, ...]) -> Evaluate:
    def test(names: Namespace, warn: Warn) -> bool:
        for part in parts:  # noqa: SIM110  # a generator would double the cost
            if not part(names, warn):
                return False
        return True

    return test


def any_of(parts: tuple[Evaluate, ...]) -> Evaluate:
    def test(names: Namespace, warn: Warn) -> bool:
        for part in parts:  # noqa: SIM110  # a generator would double the cost
            if part(names, warn):
                return True
        return False

    return test


def equality(sign: str, left: Operand, right: Operand) -> Evaluate:
    same, read, other, constant = EQUALITY[sign], left.evaluate, right.evaluate, right.constant
    if right.fixed:
        return lambda names, warn: same(read(names, warn), constant)
    return lambda names, warn: same(read(names, warn), other(names, warn))


def order(sign: str, left: Operand, right: Operand) -> Evaluate:
    """False, with a warning, where the two have no order: null, undefined, a text and a number."""
    compare, read, other = ORDER[sign], left.evaluate, right.evaluate

    def test(names: Namespace, warn: Warn) -> bool:
        first, second = read(names, warn), other(names, warn)
        try:
            return compare(first, second)
        except TypeError:
            warn(f"column {left.column}: {_sort(first)} {sign} {_sort(second)} has no order and counts as false")
            return False

    return test


def contains(left: Operand, right: Operand) -> Evaluate:
    """An element of a set or list, a part of a text, a key of a mapping."""
    read, other = left.evaluate, right.evaluate

    def test(names: Namespace, warn: Warn) -> bool:
        container, item = read(names, warn), other(names, warn)
        if not hasattr(container, "__contains__"):
            return False
        try:
            return item in container
        except TypeError:
            warn(f"column {left.column}: {_sort(container)} cannot contain {_sort(item)}; this counts as false")
            return False

    return test


def matches(left: Operand, pattern: regex.Pattern[str]) -> Evaluate:
    """Whether the pattern is found anywhere in the text; false, with a warning, when that takes `MATCH_SECONDS`."""
    read, search = left.evaluate, pattern.search

    def test(names: Namespace, warn: Warn) -> bool:
        text = read(names, warn)
        if not isinstance(text, str):
            return False
        try:
            return search(text, timeout=MATCH_SECONDS) is not None
        except TimeoutError:
            warn(f"column {left.column}: the pattern took longer than {MATCH_SECONDS} s; this counts as false")
            return False

    return test


def literal_set(column: int, elements: tuple[Operand, ...]) -> Operand:
    if all(element.fixed for element in elements):
        constant = frozenset(element.constant for element in elements)
        return Operand("set", column, lambda _names, _warn: constant, fixed=True, constant=constant)

    def evaluate(names: Namespace, warn: Warn) -> frozenset[Any]:
        return frozenset(_hashable(element.evaluate(names, warn) for element in elements))

    return Operand("set", column, evaluate)


def _hashable(values: Iterable[Any]) -> list[Any]:
    """Without lists and mappings: a set has no place for them, so they are in none."""
    return [value for value in values if not isinstance(value, list | dict)]


def _sort(value: Any) -> str:
    """What sort of value it is, in an author's words; never the value, which may be a customer's."""
    match value:
        case None:
            return "null"
        case Undefined():
            return "undefined"
        case Empty():
            return "empty"
        case bool():
            return "a truth value"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
        case frozenset():
            return "a set"
        case _:
            return "a mapping"
