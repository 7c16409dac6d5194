"""What the signs of an expression do with values, each within bounds."""

from collections.abc import Callable
from typing import Any

from bot.engine.jinja.methods import printed
from bot.engine.jinja.scope import MOST_LETTERS, Unfit, bounded, items_of, number, text_of

LARGEST_POWER = 64


def _add(left: Any, right: Any) -> Any:
    if isinstance(left, str) and isinstance(right, str):
        return left + right
    if isinstance(left, list) and isinstance(right, list):
        return [*left, *right]
    return number(left) + number(right)


def _times(left: Any, right: Any) -> Any:
    if isinstance(left, str | list) and isinstance(right, int):
        return left * right if len(left) * right <= MOST_LETTERS else _too_large()
    return number(left) * number(right)


def _power(left: Any, right: Any) -> Any:
    if not 0 <= number(right) <= LARGEST_POWER or number(left) < 0:
        raise Unfit
    return left**right


def _too_large() -> Any:
    raise Unfit


def _divided(how: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def divide(left: Any, right: Any) -> Any:
        return how(number(left), number(right)) if number(right) != 0 else _too_large()

    return divide


def _remainder(left: Any, right: Any) -> Any:
    if isinstance(left, str):
        return printed(left, tuple(right) if isinstance(right, list) else (right,))
    return _divided(lambda number, by: number % by)(left, right)


BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "+": _add,
    "-": lambda left, right: number(left) - number(right),
    "*": _times,
    "/": _divided(lambda left, right: left / right),
    "//": _divided(lambda left, right: left // right),
    "%": _remainder,
    "**": _power,
    "~": lambda left, right: text_of(left) + text_of(right),
}


def calculated(sign: str, left: Any, right: Any) -> Any:
    """The result. Raises Unfit where the values are of other kinds."""
    return bounded(BINARY[sign](left, right))


def holds(sign: str, left: Any, right: Any) -> bool:
    """Whether the comparison is true; values of different kinds are neither more nor less."""
    match sign:
        case "==":
            return bool(left == right)
        case "!=":
            return bool(left != right)
        case "in":
            return _is_in(left, right)
        case "not in":
            return not _is_in(left, right)
    alike = isinstance(left, int | float) and isinstance(right, int | float)
    if not alike and not (isinstance(left, str) and isinstance(right, str)):
        return False
    return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign])


def _is_in(left: Any, right: Any) -> bool:
    if isinstance(right, str):
        return isinstance(left, str) and left in right
    return left in items_of(right)
