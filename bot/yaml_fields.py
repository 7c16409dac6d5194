"""The keys of one mapping, taken by name and type; a key that nothing takes is reported with the nearest name."""

import re
from collections.abc import Collection, Iterator
from typing import Generic, TypeVar

from bot.problems import Mark, Problems, did_you_mean, nearest
from bot.yaml_nodes import Listing, Mapping, Node, Scalar, kind_of

YES_NO_WORDS = frozenset({"yes", "no", "on", "off", "y", "n"})
LANGUAGE_CODE = re.compile(r"[a-z]{2,3}([-_][A-Za-z0-9]{2,8})*\Z")
MAX_SECONDS = 3660 * 86_400.0  # ten years; beyond it the calendar ends before the wait does
_DURATION = re.compile(r"(\d{1,7}(?:\.\d{1,3})?)([smhd])")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


class NodeProblems(Problems):
    """Problems that are noted where a node stands."""

    def error(self, where: Node | Mark, code: str, message: str, hint: str | None = None) -> None:
        """Note what must be mended."""
        super().error(where if isinstance(where, Mark) else where.mark, code, message, hint)

    def warn(self, where: Node | Mark, code: str, message: str, hint: str | None = None) -> None:
        """Note what is probably not meant."""
        super().warn(where if isinstance(where, Mark) else where.mark, code, message, hint)

    def wrong_type(self, node: Node, what: str, wanted: str, hint: str | None = None) -> None:
        """Note that `what` should be `wanted` and is something else."""
        if isinstance(node, Mapping) and wanted.startswith("a list"):
            hint = hint or "begin each item with '- '"
        elif isinstance(node, Listing) and wanted.startswith("a mapping"):
            hint = hint or "write 'key: value' without a '- ' before it"
        elif isinstance(node, Scalar) and node.value is None:
            hint = hint or "write it behind the ':', or indented below, or remove the key"
        self.error(node, "wrong-type", f"{what} is {kind_of(node)}, but should be {wanted}", hint)


Found = TypeVar("Found", bound=NodeProblems)


class Fields(Generic[Found]):
    """`what` names the mapping in messages: `a menu`, `the flow 'returns'`."""

    def __init__(self, node: Mapping, found: Found, what: str) -> None:
        self.node = node
        self.found = found
        self.what = what
        self.meant: set[str] = set()  # keys that are there under a wrong name

    def only(self, known: Collection[str]) -> None:
        """Report every key that is not among the known ones."""
        for name, entry in self.node.entries.items():
            if name not in known:
                self.meant.add(nearest(name, known) or "")
                self.found.error(
                    entry.key,
                    "unknown-key",
                    f"'{name}' is not a key of {self.what}",
                    did_you_mean(name, known) or f"there are: {', '.join(sorted(known))}",
                )

    def get(self, key: str) -> Node | None:
        """The value as it stands, none when the key is absent."""
        return self.node.get(key)

    def given(self, *keys: str) -> bool:
        """Whether any of the keys is there."""
        return any(key in self.node.entries for key in keys)

    def required(self, key: str) -> Node | None:
        """The value; its absence is an error."""
        node = self.node.get(key)
        if node is None and key not in self.meant:
            self.found.error(self.node, "missing-key", f"{self.what} lacks '{key}'", f"add '{key}: …'")
        return node

    def boolean(self, key: str, default: bool) -> bool:
        """True or false."""
        node = self.get(key)
        if node is None:
            return default
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return node.value
        text = node.text.lower() if isinstance(node, Scalar) else ""
        hint = "YAML 1.2 knows true and false only" if text in YES_NO_WORDS else None
        hint = "write it without quotes" if text in ("true", "false") else hint
        self.found.wrong_type(node, f"'{key}'", "true or false", hint)
        return default

    def word(self, key: str) -> str | None:
        """A text that is not empty; a number counts as its digits."""
        node = self.get(key)
        return None if node is None else word_of(node, self.found, f"'{key}'")

    def text(self, key: str) -> str | None:
        """Words that are not empty, of which a number is none."""
        node = self.get(key)
        return None if node is None else text_of(node, self.found, f"'{key}'")

    def whole(self, key: str, lowest: int, highest: int) -> int | None:
        """A whole number within these bounds."""
        node = self.get(key)
        if node is None:
            return None
        wanted = f"a whole number from {lowest} to {highest}"
        if not isinstance(node, Scalar) or type(node.value) is not int:
            hint = (
                "write it with the digits 0 to 9, without quotes"
                if isinstance(node, Scalar) and node.text.isdecimal()
                else None
            )
            self.found.wrong_type(node, f"'{key}'", wanted, hint)
            return None
        if not lowest <= node.value <= highest:
            self.found.error(node, "out-of-range", f"'{key}' is {node.value}, but should be {wanted}")
            return None
        return node.value

    def number(self, key: str) -> float | None:
        """A number, whole or not."""
        node = self.get(key)
        if node is None:
            return None
        if isinstance(node, Scalar) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
            return float(node.value)
        self.found.wrong_type(node, f"'{key}'", "a number")
        return None

    def choice(self, key: str, allowed: Collection[str], default: str) -> str:
        """One of a few words."""
        word = self.word(key)
        if word is None or word in allowed:
            return default if word is None else word
        node = self.node.entries[key].value
        choices = ", ".join(allowed)
        hint = did_you_mean(word, allowed)
        self.found.error(node, "unknown-value", f"'{key}' is '{word}', but should be one of: {choices}", hint)
        return default

    def words(self, key: str) -> tuple[tuple[str, Scalar], ...]:
        """A list of words with their nodes; a single word counts as a list of one."""
        node = self.get(key)
        return () if node is None else words_of(node, self.found, f"'{key}'")

    def mapping(self, key: str) -> Mapping | None:
        """A mapping."""
        node = self.get(key)
        if node is None or isinstance(node, Mapping):
            return node
        self.found.wrong_type(node, f"'{key}'", "a mapping")
        return None

    def listing(self, key: str) -> tuple[Node, ...]:
        """The items of a list; none when the key is absent."""
        node = self.get(key)
        if isinstance(node, Listing):
            return node.items
        if node is not None:
            self.found.wrong_type(node, f"'{key}'", "a list")
        return ()


def word_of(node: Node, found: NodeProblems, what: str) -> str | None:
    """The text of a scalar that is a text or a number, and not empty."""
    if not isinstance(node, Scalar) or node.value is None or isinstance(node.value, bool):
        hint = "put it in quotes" if isinstance(node, Scalar) and node.value is not None else None
        found.wrong_type(node, what, "a text", hint)
        return None
    if not node.text.strip():
        found.error(node, "empty", f"{what} is empty")
        return None
    return node.text


def text_of(node: Node, found: NodeProblems, what: str) -> str | None:
    """The text of a scalar that is neither a number nor empty."""
    if isinstance(node, Scalar) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        found.wrong_type(node, what, "a text", "put it in quotes")
        return None
    return word_of(node, found, what)


def words_of(node: Node, found: NodeProblems, what: str) -> tuple[tuple[str, Scalar], ...]:
    """The words of a list, or of a single scalar, with their nodes."""
    items = node.items if isinstance(node, Listing) else (node,)
    words = []
    for item in items:
        word = word_of(item, found, f"an item of {what}" if isinstance(node, Listing) else what)
        if word is not None and isinstance(item, Scalar):
            words.append((word, item))
    return tuple(words)


def mappings_in(items: tuple[Node, ...], found: NodeProblems, what: str) -> Iterator[Mapping]:
    """Those items that are mappings; the others are reported."""
    for item in items:
        if isinstance(item, Mapping):
            yield item
        else:
            found.wrong_type(item, what, "a mapping")


def seconds_of(node: Node, found: NodeProblems, what: str) -> tuple[float | None, bool]:
    """Seconds of `5s`, `1h30m` and the like, or none of `none`; and whether it could be read."""
    if isinstance(node, Scalar) and node.value == "none":
        return None, True
    parts = list(_DURATION.finditer(node.text)) if isinstance(node, Scalar) else []
    if not isinstance(node, Scalar) or not parts or "".join(part.group() for part in parts) != node.text:
        hint = "write a number and a unit, such as 5s, 2m, 24h, 3d, or none"
        shown = f"'{node.text}'" if isinstance(node, Scalar) and node.value is not None else kind_of(node)
        found.error(node, "wrong-type", f"{what} should be a duration, but is {shown}", hint)
        return None, False
    seconds = sum(float(part.group(1)) * _SECONDS[part.group(2)] for part in parts)
    if not 0 < seconds <= MAX_SECONDS:
        message = f"{what} is '{node.text}', but should be more than nothing and at most ten years"
        found.error(node, "out-of-range", message)
        return None, False
    return seconds, True
