"""YAML 1.2 as nodes that know where they stand. Any bytes give nodes or problems, never an exception.

Scalars follow the core schema of YAML 1.2: `Yes` is text, `true` is a boolean, dates are text. The parser's events are
composed here and not by the library, because nesting, aliases and repeated keys need limits and places.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec
import ruamel.yaml.events
import yaml.events

from bot.content import Json
from bot.problems import Mark, Problems
from bot.yaml_events import NotAlike, NotYaml, exact_events, quick_events
from bot.yaml_scalars import resolved
from bot.yaml_signs import MAX_BYTES, UNPRINTABLE, decoded
from bot.yaml_slips import seen_key, strange_blank, strange_quotes

MAX_DEPTH = 64
MAX_NODES = 100_000  # what aliases repeat is counted as if it stood there
MAX_LETTERS = 8 * MAX_BYTES  # of all texts, counted in the same way
MAX_WORD = 1000  # letters of a key or a tag, which problems name again and again

# The same events by both parsers.
ScalarEvent = ruamel.yaml.events.ScalarEvent, yaml.events.ScalarEvent
MappingStart = ruamel.yaml.events.MappingStartEvent, yaml.events.MappingStartEvent
CollectionStart = ruamel.yaml.events.CollectionStartEvent, yaml.events.CollectionStartEvent
CollectionEnd = ruamel.yaml.events.CollectionEndEvent, yaml.events.CollectionEndEvent
AliasEvent = ruamel.yaml.events.AliasEvent, yaml.events.AliasEvent
DocumentStart = ruamel.yaml.events.DocumentStartEvent, yaml.events.DocumentStartEvent


class Scalar(msgspec.Struct, frozen=True):
    """A single value; `text` is how it is written, without quotes.

    `offset` is how many columns after the mark `text` begins, where it stands on one line just as in the file.
    """

    mark: Mark
    value: str | int | float | bool | None
    text: str
    offset: int | None = None

    def mark_at(self, column: int) -> Mark:
        """The place of the character with this number (from 1) in the text, or of the whole scalar."""
        if self.offset is None:
            return self.mark
        return Mark(self.mark.file, self.mark.line, self.mark.column + self.offset + column - 1)


class Listing(msgspec.Struct, frozen=True):
    """A YAML sequence."""

    mark: Mark
    items: tuple["Node", ...]


class Entry(msgspec.Struct, frozen=True):
    """A key and its value."""

    key: Scalar
    value: "Node"


class Mapping(msgspec.Struct, frozen=True):
    """A YAML mapping; keys are the texts as written, each once."""

    mark: Mark
    entries: dict[str, Entry]

    def get(self, key: str) -> "Node | None":
        """The value of the key, none when it is absent."""
        entry = self.entries.get(key)
        return entry.value if entry else None


Node = Scalar | Listing | Mapping


def plain(node: Node) -> Json:
    """The node as plain JSON."""
    match node:
        case Scalar():
            return node.value
        case Listing():
            return [plain(item) for item in node.items]
        case Mapping():
            return {key: plain(entry.value) for key, entry in node.entries.items()}


def kind_of(node: Node) -> str:
    """What the node is, in an author's words."""
    match node:
        case Listing():
            return "a list"
        case Mapping():
            return "a mapping"
        case Scalar(value=bool()):
            return "true or false"
        case Scalar(value=int() | float()):
            return "a number"
        case Scalar(value=str()):
            return "a text"
        case Scalar():
            return "nothing"


def read_yaml(file: str, content: str | bytes, problems: Problems) -> Node | None:
    """The only document of the file. None when it is empty, or when it can't be read, which `problems` then says."""
    text = decoded(file, content, problems)
    if text is None:
        return None
    try:
        with suppress(NotAlike):
            return _composed_quickly(file, text)
        return Composer(file, problems).compose(exact_events(file, text))
    except Unreadable as stop:
        problems.error(stop.mark, stop.code, stop.message)
    except NotYaml as stop:
        if not any((each.line, each.column) == (stop.mark.line, stop.mark.column) for each in problems.sorted()):
            problems.error(stop.mark, "yaml", stop.message, stop.hint)
    return None


def _composed_quickly(file: str, text: str) -> Node | None:
    """The document if nothing at all is wrong with it. Raises NotAlike, and Unreadable for what is too large."""
    problems = Problems()
    try:
        node = Composer(file, problems).compose(quick_events(text))
    except Unreadable as stop:
        if stop.code == "too-large":
            raise
        raise NotAlike from stop
    if problems or not isinstance(node, Mapping):
        raise NotAlike
    return node


class Unreadable(Exception):
    """Reading on is no use."""

    def __init__(self, mark: Mark, code: str, message: str) -> None:
        super().__init__(message)
        self.mark = mark
        self.code = code
        self.message = message


class _Size(NamedTuple):
    """How much a file, or a part of it, holds."""

    nodes: int = 0
    letters: int = 0


class _Open:
    """A collection whose end is not yet reached."""

    def __init__(self, mark: Mark, anchor: str | None, before: _Size, is_mapping: bool) -> None:
        self.mark = mark
        self.anchor = anchor
        self.before = before
        self.is_mapping = is_mapping
        self.items: list[Node] = []
        self.entries: dict[str, Entry] = {}
        self.key: Node | None = None
        self.levels = 0  # below it
        self.doubled = -1  # the line of the last key that stood there already


class Composer:
    """Puts the parser's events together, without recursion."""

    def __init__(self, file: str, problems: Problems) -> None:
        self.file = file
        self.problems = problems
        self.anchors: dict[str, tuple[Node, _Size, int]] = {}  # with what there is in it, on how many levels
        self.pending: set[str] = set()
        self.stack: list[_Open] = []
        self.size = _Size()
        self.documents = 0
        self.root: Node | None = None

    def compose(self, events: Iterator[Any]) -> Node | None:
        for event in events:
            if isinstance(event, ScalarEvent):
                node, before = self.scalar(event), self.size
                self.count(node.mark, 1, len(node.text))
                self.finish(node, event.anchor, before)
            elif isinstance(event, CollectionStart):
                self.open(event)
            elif isinstance(event, CollectionEnd):
                self.close()
            elif isinstance(event, AliasEvent):
                self.alias(event)
            elif isinstance(event, DocumentStart):
                self.begin(event)
        return self.root

    def begin(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            raise Unreadable(self.mark(event), "yaml", "a second document begins here; one file is one document")
        if any(len(prefix) > MAX_WORD for prefix in (event.tags or {}).values()):
            raise Unreadable(Mark(self.file), "too-large", f"a '%TAG' is longer than {MAX_WORD} letters")

    def mark(self, event: Any) -> Mark:
        return Mark(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def count(self, mark: Mark, nodes: int, letters: int = 0) -> None:
        self.size = _Size(self.size.nodes + nodes, self.size.letters + letters)
        if self.size.nodes > MAX_NODES or self.size.letters > MAX_LETTERS:
            most = f"{MAX_NODES} values" if self.size.nodes > MAX_NODES else f"{MAX_LETTERS >> 20} MiB of text"
            raise Unreadable(mark, "too-large", f"the file holds more than {most}, aliases counted out")

    def open(self, event: Any) -> None:
        mark, is_mapping = self.mark(event), isinstance(event, MappingStart)
        if len(self.stack) >= MAX_DEPTH:
            raise Unreadable(mark, "too-deep", f"this is nested more than {MAX_DEPTH} levels deep")
        self.check_tag(event, mark, "map" if is_mapping else "seq")
        if event.anchor:
            self.pending.add(event.anchor)
        self.stack.append(_Open(mark, event.anchor, self.size, is_mapping))

    def close(self) -> None:
        done = self.stack.pop()
        node: Node
        if done.is_mapping:
            node = Mapping(done.mark, self.merged(done))
        else:
            node = Listing(done.mark, tuple(done.items))
        if done.anchor:
            self.pending.discard(done.anchor)
        self.count(done.mark, 1)
        self.finish(node, done.anchor, done.before, done.levels + 1)

    def alias(self, event: Any) -> None:
        mark = self.mark(event)
        if event.anchor in self.pending:
            raise Unreadable(mark, "alias", f"'*{event.anchor}' stands inside what it repeats")
        if event.anchor not in self.anchors:
            message = f"'*{event.anchor}' repeats nothing; a text that begins with '*' needs quotes"
            raise Unreadable(mark, "alias", message)
        node, size, levels = self.anchors[event.anchor]
        if len(self.stack) + levels > MAX_DEPTH:
            message = f"with what '*{event.anchor}' repeats, this is nested more than {MAX_DEPTH} levels deep"
            raise Unreadable(mark, "too-deep", message)
        self.count(mark, size.nodes, size.letters)
        self.finish(node, None, self.size, levels)

    def finish(self, node: Node, anchor: str | None, before: _Size, levels: int = 0) -> None:
        if anchor:
            size = _Size(self.size.nodes - before.nodes, self.size.letters - before.letters)
            self.anchors[anchor] = (node, size, levels)
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        parent.levels = max(parent.levels, levels)
        if not parent.is_mapping:
            parent.items.append(node)
        elif parent.key is None:
            parent.key = node
        else:
            if isinstance(node, Scalar) and node.value is None and not node.text:
                node = Scalar(parent.key.mark, None, "")  # what is not there stands nowhere
            self.add_entry(parent, parent.key, node)
            parent.key = None

    def add_entry(self, parent: _Open, key: Node, value: Node) -> None:
        if not isinstance(key, Scalar) or not key.text:
            self.problems.error(key.mark, "bad-key", "a key must be a word")
            return
        if len(key.text) > MAX_WORD:
            message = f"this key is {len(key.text)} letters long, of at most {MAX_WORD}"
            self.problems.error(key.mark, "bad-key", message, "is a ':' or a quote missing?")
            return
        if (blank := strange_blank(key.text)) is not None:
            raise Unreadable(key.mark, "yaml", f"{blank}: type spaces")
        name, strange = seen_key(key.text)
        if strange is not None:
            self.problems.error(key.mark, "bad-key", strange, f"write '{name}:' anew")
            key = Scalar(key.mark, name, name)
        if name in parent.entries:
            self.note_twice(parent, parent.entries[name], key, value)
        else:
            parent.entries[name] = Entry(key, value)

    def note_twice(self, parent: _Open, first: Entry, key: Scalar, value: Node) -> None:
        if isinstance(first.value, Scalar) and not first.value.text:
            parent.entries[key.text] = Entry(first.key, value)  # it said nothing there
        if key.mark.line != parent.doubled + 1:  # lines that follow one another were copied, or moved, together
            message = f"'{key.text}' stands here twice; the first is on line {first.key.mark.line}"
            self.problems.error(key.mark, "duplicate-key", message, "remove one, or begin a list's item with '- '")
        parent.doubled = key.mark.line

    def merged(self, done: _Open) -> dict[str, Entry]:
        """The entries with those of `<<` behind them; a key of the mapping's own wins."""
        merge = done.entries.pop("<<", None)
        if merge is None:
            return done.entries
        sources = merge.value.items if isinstance(merge.value, Listing) else (merge.value,)
        for source in sources:
            if not isinstance(source, Mapping):
                self.problems.error(merge.key.mark, "yaml", "'<<' takes in a mapping, such as '*name'")
                continue
            for key, entry in source.entries.items():
                done.entries.setdefault(key, entry)
        self.count(done.mark, len(done.entries))
        return done.entries

    def scalar(self, event: Any) -> Scalar:
        mark, tag = self.mark(event), event.tag
        text: str = event.value
        if event.style == '"' and (bad := UNPRINTABLE.search(text)):
            text = self.without_escapes(text, bad.group(), mark)
        length = event.end_mark.index - event.start_mark.index
        one_line = event.start_mark.line == event.end_mark.line
        if not event.style:
            is_key = bool(self.stack) and self.stack[-1].is_mapping and self.stack[-1].key is None
            if not is_key and (strange := strange_quotes(text)):
                self.problems.warn(mark, "quotes", strange, 'write straight quotes: "…"')
            value = resolved(text) if tag is None else text
            offset = 0 if one_line and length == len(text) else None
        else:
            value = text
            offset = 1 if one_line and event.style in "\"'" and length == len(text) + 2 else None
        if tag is not None:
            value = self.tagged(tag, mark, text)
        return Scalar(mark, value, text, offset)

    def without_escapes(self, text: str, bad: str, mark: Mark) -> str:
        """The text with halves of JSON's pairs put together; no channel and no database takes other such signs."""
        with suppress(UnicodeDecodeError):
            text = text.encode("utf-16", "surrogatepass").decode("utf-16")
        if UNPRINTABLE.search(text):
            self.problems.error(mark, "encoding", f"the character U+{ord(bad):04X} can't stand in a text")
        return UNPRINTABLE.sub("", text)

    def tagged(self, tag: str, mark: Mark, text: str) -> Any:
        """The value that an explicit tag of the core schema asks for."""
        value = resolved(text)
        wanted: dict[str, Any] = {"str": str, "int": int, "float": (int, float), "bool": bool, "null": type(None)}
        name = tag.removeprefix("tag:yaml.org,2002:")
        if tag == "!" or name == "str":
            return text
        if name not in wanted or name == tag:
            message = f"the tag '{_tag_as_written(tag)}' means nothing here"
            self.problems.error(mark, "unknown-tag", message, "a text that begins with '!' needs quotes")
        elif not isinstance(value, wanted[name]) or (isinstance(value, bool) and name != "bool"):
            self.problems.error(mark, "unknown-tag", f"'{text[:40]}' is not what the tag '!!{name}' says")
        return value

    def check_tag(self, event: Any, mark: Mark, name: str) -> None:
        tag = event.tag
        if tag is not None and tag not in ("!", f"tag:yaml.org,2002:{name}"):
            self.problems.error(mark, "unknown-tag", f"the tag '{_tag_as_written(tag)}' means nothing here")


def _tag_as_written(tag: str) -> str:
    return "!!" + tag.removeprefix("tag:yaml.org,2002:") if tag.startswith("tag:yaml.org,2002:") else tag
