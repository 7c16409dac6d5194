"""What `is` asks of a value: `is defined`, `is divisibleby(3)` and the like."""

from collections.abc import Callable, Mapping

from bot.engine.jinja.operators import holds
from bot.engine.jinja.scope import number

PREDICATES: dict[str, Callable[..., bool]] = {
    "defined": lambda value: value is not None,
    "undefined": lambda value: value is None,
    "none": lambda value: value is None,
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": lambda value: isinstance(value, float),
    "boolean": lambda value: isinstance(value, bool),
    "true": lambda value: value is True,
    "false": lambda value: value is False,
    "mapping": lambda value: isinstance(value, Mapping),
    "sequence": lambda value: isinstance(value, str | list | Mapping),
    "iterable": lambda value: isinstance(value, str | list | Mapping),
    "even": lambda value: number(value) % 2 == 0,
    "odd": lambda value: number(value) % 2 == 1,
    "divisibleby": lambda value, by: number(value) % (number(by) or 1) == 0,
    "lower": lambda value: isinstance(value, str) and value == value.lower(),
    "upper": lambda value: isinstance(value, str) and value == value.upper(),
    "in": lambda value, others: holds("in", value, others),
    **dict.fromkeys(("equalto", "eq", "sameas", "=="), lambda value, other: holds("==", value, other)),
    **dict.fromkeys(("ne", "!="), lambda value, other: holds("!=", value, other)),
    **dict.fromkeys(("lt", "lessthan", "<"), lambda value, other: holds("<", value, other)),
    **dict.fromkeys(("le", "<="), lambda value, other: holds("<=", value, other)),
    **dict.fromkeys(("gt", "greaterthan", ">"), lambda value, other: holds(">", value, other)),
    **dict.fromkeys(("ge", ">="), lambda value, other: holds(">=", value, other)),
}
