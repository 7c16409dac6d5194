"""What a template may see and do while it is filled in: names, data, and a bounded number of steps.

A template is an author's, but its values are anybody's: nothing of Python is reached from it, and nothing that it can
say takes long or grows large.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from bot.content import Json

MOST_STEPS = 20_000  # each value that is looked at, each entry of a list that is worked on
MOST_LETTERS = 10_000  # in one text, and in all that is said
MOST_ITEMS = 1_000  # in one list
LARGEST = 10**30
ROOTS = frozenset({"slots", "context", "session", "customer", "ticket"})

Expression = Callable[["Scope"], Any]
LookUp = Callable[[str], Json]


class Unfit(Exception):
    """A value that cannot be used so: what needs it shows nothing."""


class Exhausted(Exception):
    """More than a text is worth: what was said so far is all."""


class Root(msgspec.Struct, frozen=True):
    """One of the names under which a conversation keeps others, such as `slots`."""

    name: str


class Namespace(msgspec.Struct):
    """What `namespace(…)` makes: the one thing that a loop can change for what comes after it."""

    held: dict[str, Any]


class Scope:
    """The names of one block and those around it; `told` counts the steps and letters of the whole text."""

    def __init__(
        self, look_up: LookUp, names: dict[str, Any] | None = None, told: dict[str, int] | None = None
    ) -> None:
        self.look_up = look_up
        self.names = {} if names is None else names
        self.told = {"steps": 0, "letters": 0} if told is None else told

    def inner(self, names: Mapping[str, Any]) -> "Scope":
        """A block within this one: what it sets is gone after it."""
        return Scope(self.look_up, {**self.names, **names}, self.told)

    def step(self, worked_on: Any = None) -> None:
        """Count what is done, by the size of what it is done to."""
        self.told["steps"] += 1 + (len(worked_on) if isinstance(worked_on, list | dict) else 0)
        if self.told["steps"] > MOST_STEPS:
            raise Exhausted

    def value(self, name: str) -> Any:
        """What the name stands for: what the template set, or else the conversation."""
        self.step()
        if name in self.names:
            return self.names[name]
        return Root(name) if name in ROOTS and self.look_up(name) is None else self.look_up(name)

    def field(self, holder: Any, key: Any) -> Any:
        """The value under a key or a number; nothing where there is none."""
        self.step()
        match holder:
            case Root():
                return self.look_up(f"{holder.name}.{key}")
            case Namespace():
                return holder.held.get(key)
            case Mapping():
                return holder.get(key) if isinstance(key, str | int | float | bool) else None
            case list() | str() if isinstance(key, int) and -len(holder) <= key < len(holder):
                return holder[key]
        return None


def bounded(value: Any) -> Any:
    """The value, unless it is larger than anything that is said."""
    if isinstance(value, str) and len(value) > MOST_LETTERS:
        raise Exhausted
    if isinstance(value, list | dict) and len(value) > MOST_ITEMS:
        raise Exhausted
    if isinstance(value, int | float) and not -LARGEST <= value <= LARGEST:
        raise Unfit
    return value


def items_of(value: Any) -> list[Any]:
    """What a loop goes through; nothing in what is no list."""
    match value:
        case list():
            return value
        case Mapping() | str():
            return list(value)
        case Namespace():
            return list(value.held)
    return []


def number(value: Any) -> int | float:
    """The number that it is. Raises Unfit where it is none."""
    if isinstance(value, int | float):
        return value
    raise Unfit


def text_of(value: Any) -> str:
    """The value within a longer text, as Jinja writes it."""
    match value:
        case None | Root() | Namespace():
            return ""
        case str():
            return value
        case float() if value.is_integer() and abs(value) < LARGEST:
            return str(int(value))
    bounded(value)
    return str(value)
