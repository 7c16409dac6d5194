"""What `|` makes of a value, by Jinja's own names. Those that need chance, or a page of HTML, are not among them."""

import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.engine.jinja.methods import joined, printed, replaced
from bot.engine.jinja.predicates import PREDICATES
from bot.engine.jinja.scope import MOST_ITEMS, Unfit, items_of, number, text_of
from bot.engine.text import encoded

MOST_DIGITS = 15


def _default(value: Any, other: Any = "", boolean: bool = False) -> Any:  # as Jinja calls it
    return other if value is None or (boolean and not value) else value


def _whole(value: Any, default: Any = 0, base: int = 10) -> Any:
    try:
        return int(value, base) if isinstance(value, str) else int(number(value))
    except (ValueError, OverflowError, Unfit):
        try:
            return int(float(value))
        except (ValueError, OverflowError, TypeError):
            return default


def _decimal(value: Any, default: Any = 0.0) -> Any:
    try:
        return float(value) if isinstance(value, int | float | str) else default
    except (ValueError, OverflowError):
        return default


def _rounded(value: Any, precision: int = 0, method: str = "common") -> float:
    places = max(-MOST_DIGITS, min(number(precision), MOST_DIGITS))
    if method == "common":
        return round(float(number(value)), int(places))
    shift = 10**places
    return (math.ceil if method == "ceil" else math.floor)(number(value) * shift) / shift


def _first(value: Any) -> Any:
    return next(iter(items_of(value)), None)


def _last(value: Any) -> Any:
    return items_of(value)[-1] if items_of(value) else None


def field(value: Any, path: Any) -> Any:
    """What stands under `a.b` or a number."""
    for part in str(path).split("."):
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _by(attribute: Any, *, folded: bool = True) -> Callable[[Any], Any]:
    def key(value: Any) -> Any:
        found = value if attribute is None else field(value, attribute)
        if folded and isinstance(found, str):
            found = found.casefold()
        return (str(type(found)) if not isinstance(found, int | float) else "", found)

    return key


def _sorted(value: Any, reverse: bool = False, case_sensitive: bool = False, attribute: Any = None) -> list[Any]:
    return sorted(items_of(value), key=_by(attribute, folded=not case_sensitive), reverse=bool(reverse))


def _unique(value: Any, case_sensitive: bool = False, attribute: Any = None) -> list[Any]:
    key, seen, kept = _by(attribute, folded=not case_sensitive), [], []
    for item in items_of(value):
        if key(item) not in seen:
            seen.append(key(item))
            kept.append(item)
    return kept


def _total(value: Any, attribute: Any = None, start: Any = 0) -> Any:
    return sum((number(item if attribute is None else field(item, attribute)) for item in items_of(value)), start)


def _each(value: Any, name: Any = None, *more: Any, attribute: Any = None, default: Any = None) -> list[Any]:
    if attribute is not None:
        found = [field(item, attribute) for item in items_of(value)]
        return [default if item is None else item for item in found]
    return [_named(FILTERS, name)(item, *more) for item in items_of(value)]


def _named(known: Mapping[str, Callable[..., Any]], name: Any) -> Callable[..., Any]:
    if name not in known:
        raise Unfit
    return known[name]


def _chosen(*, wanted: bool, of_attribute: bool) -> Callable[..., list[Any]]:
    def choose(value: Any, *how: Any) -> list[Any]:
        attribute, how = (how[0], how[1:]) if of_attribute else (None, how)
        asks = _named(PREDICATES, how[0]) if how else bool
        return [item for item in items_of(value) if bool(asks(_of(item, attribute), *how[1:])) == wanted]

    return choose


def _of(item: Any, attribute: Any) -> Any:
    return item if attribute is None else field(item, attribute)


def _cut(value: Any, length: int = 255, killwords: bool = False, end: str = "...", leeway: int = 5) -> str:
    text = text_of(value)
    if len(text) <= length + leeway:
        return text
    short = text[: max(length - len(end), 0)]
    return (short if killwords else short.rsplit(" ", 1)[0]) + end


def _batched(value: Any, size: int, fill: Any = None) -> list[list[Any]]:
    items = items_of(value)
    rows = [items[at : at + size] for at in range(0, len(items), max(int(number(size)), 1))]
    if rows and fill is not None:
        rows[-1] += [fill] * (min(size, MOST_ITEMS) - len(rows[-1]))
    return rows


def _pairs(value: Any, case_sensitive: bool = False, by: str = "key", reverse: bool = False) -> list[Any]:
    pairs = [[key, held] for key, held in value.items()] if isinstance(value, Mapping) else []
    return _sorted(pairs, reverse, case_sensitive, "0" if by == "key" else "1")


def _reversed(value: Any) -> Any:
    return value[::-1] if isinstance(value, str) else items_of(value)[::-1]


def _extreme(which: Callable[..., Any]) -> Callable[..., Any]:
    def find(value: Any, case_sensitive: bool = False, attribute: Any = None) -> Any:
        return which(items_of(value), key=_by(attribute, folded=not case_sensitive), default=None)

    return find


FILTERS: dict[str, Callable[..., Any]] = {
    "abs": lambda value: abs(number(value)),
    "attr": field,
    "batch": _batched,
    "capitalize": lambda value: text_of(value).capitalize(),
    **dict.fromkeys(("default", "d"), _default),
    "dictsort": _pairs,
    **dict.fromkeys(("escape", "e", "safe", "forceescape"), lambda value: value),  # there is no markup in a value
    "first": _first,
    "float": _decimal,
    "format": lambda form, *values: printed(text_of(form), values),
    "int": _whole,
    "items": lambda value: [[key, held] for key, held in value.items()] if isinstance(value, Mapping) else [],
    "join": lambda value, sign="", attribute=None: joined([_of(item, attribute) for item in items_of(value)], sign),
    "last": _last,
    **dict.fromkeys(("length", "count"), lambda value: len(items_of(value))),
    "list": items_of,
    "lower": lambda value: text_of(value).lower(),
    "map": _each,
    "max": _extreme(max),
    "min": _extreme(min),
    "reject": _chosen(wanted=False, of_attribute=False),
    "rejectattr": _chosen(wanted=False, of_attribute=True),
    "replace": lambda value, old, new, count=None: replaced(text_of(value), old, new),
    "reverse": _reversed,
    "round": _rounded,
    "select": _chosen(wanted=True, of_attribute=False),
    "selectattr": _chosen(wanted=True, of_attribute=True),
    "sort": _sorted,
    "string": text_of,
    "striptags": lambda value: re.sub(r"<[^<>]{1,500}>", "", text_of(value)),
    "sum": _total,
    "title": lambda value: text_of(value).title(),
    "tojson": lambda value, indent=None: json.dumps(value, ensure_ascii=False),
    "trim": lambda value, signs=None: text_of(value).strip(signs),
    "truncate": _cut,
    "unique": _unique,
    "upper": lambda value: text_of(value).upper(),
    "urlencode": lambda value: encoded(text_of(value)),
    "wordcount": lambda value: len(text_of(value).split()),
}
