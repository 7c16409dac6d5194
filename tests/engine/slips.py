"""Slips of the hand in plain data: a key with a letter too many, something left out, something of another shape."""

import copy
import os
from collections.abc import Callable, Iterator
from typing import Any

DEEP = "DEEP_TESTS" in os.environ  # every slip in place of a sample: minutes in place of seconds


def paths(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every value in plain data."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from paths(value, (*path, key))


def misspell(parent: Any, key: Any) -> bool:
    """Give a key one letter too many."""
    if not isinstance(parent, dict):
        return False
    items = list(parent.items())
    parent.clear()
    parent.update({f"{name}q" if name == key else name: value for name, value in items})
    return True


def delete(parent: Any, key: Any) -> bool:
    """Leave a key or an item out."""
    del parent[key]
    return True


def retype(parent: Any, key: Any) -> bool:
    """Put something of another shape in a value's place."""
    parent[key] = [[7]] if isinstance(parent[key], dict) else {"x": {}}
    return True


def put(value: Any) -> Callable[[Any, Any], bool]:
    """Put this in a value's place."""

    def change(parent: Any, key: Any) -> bool:
        parent[key] = copy.deepcopy(value)
        return True

    return change


def changed(document: Any, path: tuple[Any, ...], change: Callable[[Any, Any], bool]) -> Any | None:
    """The document with one change, none where the change makes no sense."""
    document = copy.deepcopy(document)
    parent = document
    for key in path[:-1]:
        parent = parent[key]
    return document if change(parent, path[-1]) else None
