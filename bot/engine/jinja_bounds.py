"""Jinja within the bounds of a text: what goes wrong shows nothing, and nothing gets long or takes long.

A template is an author's, but its values are anybody's: it reaches nothing of Python, and what it does is counted.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from functools import wraps
from itertools import islice
from types import GeneratorType
from typing import Any, NoReturn

from jinja2 import ChainableUndefined, Undefined, pass_context
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from bot.content import Json

MOST_STEPS = 20_000  # values that are looked at, entries that are gone through
MOST_LETTERS = 10_000  # in one text, and in all that is said
MOST_ITEMS = 1_000  # in one list
LARGEST = 10**30
WIDEST = 1_000  # places that a number or text is padded to

PADS = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs", "indent", "round", "batch", "slice", "tojson"})
LEFT_OUT = frozenset({"random", "urlize", "xmlattr", "pprint"})  # there is no chance here, nor a page
COUNTED, COMPARED, JOINED = "counted by us", "compared by us", "joined by us"  # filters that no author can name
WIDE = re.compile(r"\{[^{}]*[:{][^{}]*(?:\d{4}|\{)|%[-+ #0]*(?:\d{4}|\*)|%[^%a-zA-Z]*\.(?:\d{4}|\*)")
MARK = "\ufdd0"  # stands for no letter in any script

LookUp = Callable[[str], Json]


class Exhausted(Exception):
    """More than a text is worth: what was said so far is all."""


class Nothing(ChainableUndefined):
    """A value that is not there: whatever is made of it is not there either."""

    def _itself(self, *_: Any, **__: Any) -> "Nothing":
        return self

    def _never(self, *_: Any) -> bool:
        return False

    def _refuse(self) -> NoReturn:
        raise TypeError("not a number")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __mod__ = __rmod__ = __call__ = _itself  # type: ignore[assignment]
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __pow__ = __rpow__ = __pos__ = __neg__ = _itself  # type: ignore[assignment]
    __round__ = __abs__ = _itself
    __lt__ = __le__ = __gt__ = __ge__ = __contains__ = _never  # type: ignore[assignment]
    __int__ = __float__ = _refuse
    __hash__ = Undefined.__hash__

    def __eq__(self, other: object) -> bool:
        return _is_nothing(other)


def _is_nothing(value: Any) -> bool:
    return value is None or isinstance(value, Undefined)


class Root:
    """One of the names under which a conversation keeps others, such as `slots`."""

    def __init__(self, name: str, look_up: LookUp) -> None:
        self._name = name  # Jinja lets no template see what begins with an underscore
        self._look_up = look_up

    def __getitem__(self, field: str) -> Any:
        return cleaned(self._look_up(f"{self._name}.{field}"))


class Filling:
    """One text on its way: the values that it shows, and what it took."""

    def __init__(self) -> None:
        self.shown: list[Json] = []
        self.letters = 0
        self.steps = 0

    def say(self, text: str) -> None:
        self.letters += len(text)
        if self.letters > MOST_LETTERS:
            raise Exhausted

    def step(self, *on: Any) -> None:
        """Count what is done, by the size of what it is done to."""
        self.steps += 1 + sum(len(each) for each in on if isinstance(each, list | tuple | dict))
        if self.steps > MOST_STEPS:
            raise Exhausted


FILLING: ContextVar[Filling] = ContextVar("filling")


def _contained(act: Callable[..., Any], otherwise: Any = None) -> Callable[..., Any]:
    """The same, but counted, of bounded size, and with nothing where it fails."""

    @wraps(act)
    def contained(*given: Any, **more: Any) -> Any:
        try:
            FILLING.get().step(*given)
            return _bounded(act(*given, **more))
        except Exhausted:
            raise
        except Exception:  # whatever the values are, the text goes on
            return Nothing() if otherwise is None else otherwise

    return contained


def _bounded(value: Any) -> Any:
    if isinstance(value, GeneratorType | map | filter):
        value = list(islice(value, MOST_ITEMS + 1))
    too_large = isinstance(value, int) and abs(value) > LARGEST
    too_long = isinstance(value, str) and len(value) > MOST_LETTERS
    if too_large or too_long or (isinstance(value, list | tuple | dict) and len(value) > MOST_ITEMS):
        raise ValueError("larger than anything that is said")
    return Nothing() if value is None else value


def _padded_little(name: str, given: Iterable[Any]) -> None:
    """Raises ValueError for what would fill pages with spaces, or take for ever to be worked out."""
    if name in PADS and any(isinstance(each, int) and abs(each) > WIDEST for each in given):
        raise ValueError(name)


def _filter(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(act)
    def bounded(*given: Any, **more: Any) -> Any:
        _padded_little(name, (*given[1:], *more.values()))
        texts = [each for each in given if isinstance(each, str)]
        if name == "format" and WIDE.search(texts[0]):
            raise ValueError(name)
        if name == "replace" and len(texts) > 1 and len(texts[0]) * len(texts[-1]) > MOST_LETTERS * WIDEST:
            raise ValueError(name)
        return act(*given, **more)

    return _contained(bounded)


def _call(act: Callable[..., Any], given: Sequence[Any]) -> None:
    """Raises ValueError where a text's own method would make too much of it."""
    name, of = getattr(act, "__name__", ""), getattr(act, "__self__", None)
    _padded_little(name, given)
    if isinstance(of, str):
        longest = max((len(each) for each in given if isinstance(each, str)), default=0)
        if len(of) * longest > MOST_LETTERS * WIDEST:
            raise ValueError(name)


def _operate(left: Any, right: Any, operator: str, act: Callable[[Any, Any], Any]) -> Any:
    sizes = [len(each) if isinstance(each, str | list | tuple) else each for each in (left, right)]
    if operator == "*" and sizes != [left, right] and sizes[0] * sizes[1] > MOST_LETTERS:
        raise ValueError(operator)
    if (operator == "**" and abs(right) > WIDEST) or (operator == "%" and isinstance(left, str) and WIDE.search(left)):
        raise ValueError(operator)
    return act(left, right)


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda left, right: bool(left == right),
    "ne": lambda left, right: bool(left != right),
    "gt": lambda left, right: bool(left > right),
    "gteq": lambda left, right: bool(left >= right),
    "lt": lambda left, right: bool(left < right),
    "lteq": lambda left, right: bool(left <= right),
    "in": lambda left, right: left in right,
    "notin": lambda left, right: left not in right,
}


def _compared(first: Any, *rest: Any) -> bool:
    """`rest` are operators and what each compares with."""
    left = first
    for operator, right in zip(rest[::2], rest[1::2], strict=True):
        if not COMPARISONS[operator](left, right):
            return False
        left = right
    return True


def _joined(*parts: Any) -> str:
    return "".join(map(str, parts))


def _counted(items: Any) -> list[Any]:
    """What a loop goes through, so much of it as is allowed."""
    return [Nothing() if item is None else item for item in islice(items, MOST_ITEMS)]


@pass_context
def _noted(_: Context, value: Any) -> str:
    """A mark in the place of a value that is shown. What a `set` block said has its marks already."""
    filling = FILLING.get()
    if isinstance(value, str) and MARK in value:
        return value
    plain = _plain(value)
    filling.say(str(plain))
    filling.shown.append(plain)
    return f"{MARK}{len(filling.shown) - 1}{MARK}"


def _plain(value: Any) -> Json:
    match value:
        case str():
            return str(value)
        case bool() | int() | float():
            return value
        case list() | tuple():
            return [_plain(item) for item in value]
        case dict():
            return {str(key): _plain(item) for key, item in value.items()}
    return None


def cleaned(value: Json) -> Json:
    """The value without the marks that stand for values."""
    match value:
        case str():
            return value.replace(MARK, "")
        case list():
            return [cleaned(item) for item in value]
        case dict():
            return {key.replace(MARK, ""): cleaned(item) for key, item in value.items()}
    return value


class Bounded(ImmutableSandboxedEnvironment):
    """Jinja within the bounds of a text."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)

    def __init__(self) -> None:
        super().__init__(undefined=Nothing, finalize=_noted, optimized=False, cache_size=0)
        filters = {name: _filter(name, act) for name, act in self.filters.items() if name not in LEFT_OUT}
        ours = {COUNTED: _contained(_counted, []), COMPARED: _contained(_compared, False), JOINED: _contained(_joined)}
        self.filters = filters | ours
        tests: dict[str, Any] = {**self.tests, "none": _is_nothing}
        self.tests = {name: _contained(act, False) for name, act in tests.items()}
        self.globals = {
            "range": _contained(lambda *given: list(islice(range(*given), MOST_ITEMS))),
            "namespace": Namespace,
        }

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        return _contained(_operate)(left, right, operator, self.binop_table[operator])

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 - Jinja's names
        def called(*given: Any) -> Any:
            _call(__obj, (*given, *kwargs.values()))
            return super(Bounded, __self).call(__context, __obj, *given, **kwargs)

        return _contained(called)(*args)

    def getattr(self, obj: Any, attribute: str) -> Any:
        if isinstance(obj, Root):
            return self.getitem(obj, attribute)
        has_fields = isinstance(obj, str | list | tuple | dict | Namespace | LoopContext | Undefined)
        return self._there(super().getattr(obj, attribute) if has_fields else None)

    def getitem(self, obj: Any, argument: Any) -> Any:
        has_items = isinstance(obj, str | list | tuple | dict | Root | Undefined)
        return self._there(super().getitem(obj, argument) if has_items else None)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """Jinja hides in the method which text it formats."""
        wrapped = super().wrap_str_format(value)
        return None if wrapped is None else self.undefined() if WIDE.search(value.__self__) else wrapped

    def _there(self, found: Any) -> Any:
        return self.undefined() if found is None else found


JINJA = Bounded()
