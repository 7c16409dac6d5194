"""The methods of texts, mappings and lists that templates call; no others can be reached."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.engine.jinja.scope import MOST_LETTERS, Unfit, items_of, text_of

_WIDTH = re.compile(r"%[^a-zA-Z%]*\d{3}")
_FORM = re.compile(r"%(?:%|[-+ 0#]{0,5}\d{0,2}(?:\.\d{1,2})?[sdifg])")
_HOLE = re.compile(r"\{(?P<place>\d{0,2})(?::(?P<form>[^{}\d.]{0,4}\d{0,2}[,_]?(?:\.\d{1,2})?[a-z%]?))?\}")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise Unfit


def _held(value: Any) -> Mapping[str, Any]:
    if isinstance(value, Mapping):
        return value
    raise Unfit


def joined(values: Any, sign: str) -> str:
    """The values with the sign between them."""
    texts = [text_of(value) for value in items_of(values)]
    if sum(map(len, texts)) + len(sign) * len(texts) > MOST_LETTERS:
        raise Unfit
    return sign.join(texts)


def replaced(text: str, old: Any, new: Any) -> str:
    """The text with one word in place of the other."""
    if len(text) + text.count(text_of(old)) * len(text_of(new)) > MOST_LETTERS:
        raise Unfit
    return text.replace(text_of(old), text_of(new))


def printed(form: str, values: tuple[Any, ...]) -> str:
    """`"%.2f" % price`, with widths that a text can have."""
    if "%" in _FORM.sub("", form):
        raise Unfit
    try:
        return form % values
    except (TypeError, ValueError):
        raise Unfit from None


def _laid_out(form: Any, *values: Any) -> str:
    """`"{:.2f}".format(price)`: values alone, and nothing of what they are."""
    holes = iter(range(len(values)))

    def shown(found: re.Match[str]) -> str:
        return format(values[int(found["place"]) if found["place"] else next(holes, len(values))], found["form"] or "")

    if set("{}").intersection(_HOLE.sub("", _text(form))):
        raise Unfit
    return _HOLE.sub(shown, form)


def formatted(moment: Any, form: Any) -> str:
    """A moment that is written as ISO 8601, in another form."""
    if _WIDTH.search(_text(form)):
        raise Unfit
    try:
        return datetime.fromisoformat(_text(moment)).strftime(form)
    except ValueError:
        raise Unfit from None


def _found(value: Any, wanted: Any) -> int:
    return len([item for item in value if item == wanted]) if isinstance(value, list) else _text(value).count(wanted)


METHODS: dict[str, Callable[..., Any]] = {
    "upper": lambda value: _text(value).upper(),
    "lower": lambda value: _text(value).lower(),
    "title": lambda value: _text(value).title(),
    "capitalize": lambda value: _text(value).capitalize(),
    "casefold": lambda value: _text(value).casefold(),
    "swapcase": lambda value: _text(value).swapcase(),
    "strip": lambda value, signs=None: _text(value).strip(signs),
    "lstrip": lambda value, signs=None: _text(value).lstrip(signs),
    "rstrip": lambda value, signs=None: _text(value).rstrip(signs),
    "removeprefix": lambda value, start: _text(value).removeprefix(_text(start)),
    "removesuffix": lambda value, end: _text(value).removesuffix(_text(end)),
    "split": lambda value, sign=None, most=-1: _text(value).split(sign, most),
    "rsplit": lambda value, sign=None, most=-1: _text(value).rsplit(sign, most),
    "splitlines": lambda value: _text(value).splitlines(),
    "join": lambda value, parts: joined(parts, _text(value)),
    "replace": lambda value, old, new: replaced(_text(value), old, new),
    "startswith": lambda value, start: _text(value).startswith(_text(start)),
    "endswith": lambda value, end: _text(value).endswith(_text(end)),
    "find": lambda value, part: _text(value).find(_text(part)),
    "count": _found,
    "isdigit": lambda value: _text(value).isdigit(),
    "isalpha": lambda value: _text(value).isalpha(),
    "isnumeric": lambda value: _text(value).isnumeric(),
    "isupper": lambda value: _text(value).isupper(),
    "islower": lambda value: _text(value).islower(),
    "format": _laid_out,
    "strftime": formatted,
    "isoformat": _text,
    "items": lambda value: [[key, held] for key, held in _held(value).items()],
    "keys": lambda value: list(_held(value)),
    "values": lambda value: list(_held(value).values()),
    "get": lambda value, key, other=None: _held(value).get(key, other),
    "index": lambda value, wanted: items_of(value).index(wanted),
}
