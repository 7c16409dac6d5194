"""The small forms that stand all over the flow language: texts, durations, conditions, words by language."""

import re

from bot.content import Json
from bot.engine.conditions import Condition, ConditionError, parse_condition
from bot.engine.flow import Duration, Text
from bot.engine.formats import PLACES
from bot.engine.reading.findings import Findings, Said, TextRole
from bot.engine.text import PLACEHOLDER
from bot.problems import Mark, did_you_mean, nearest
from bot.yaml_fields import LANGUAGE_CODE, seconds_of, word_of, words_of
from bot.yaml_nodes import Entry, Listing, Mapping, Node, Scalar, plain

EVERY_LANGUAGE = "*"
CHANNELS = frozenset({"telegram", "webchat", "plain", "voice"})
RESPONSE_NAME = re.compile(r"utter_[\w./-]+\Z")
_JINJA_CONTEXT = re.compile(r"""(?P<quote>["']?)\{\{\s*(?P<name>context\.\w+)\s*\}\}(?P=quote)""")
_NEARLY_SHOWN = re.compile(r"(?<!\\)(?:\{{1,2}\s*)?\b(?P<root>[^\W\d]\w*)(?:\.\w+)*(?::\w+)?(?:\s*\}{1,2})?")
FORMATS = frozenset({"number", "money", "date", "time", "code"})
SESSION_NAMES = frozenset({"channel", "language", "tries", "position", "opens"})
ITEM_NAMES = frozenset({"item"})  # of options made from a list
CUSTOMER_NAMES = frozenset({"id", "name", "phone", "language"})
TICKET_NAMES = frozenset({"number", "state", "department", "title", "due"})


def read_text(
    node: Node, found: Findings, what: str, role: TextRole = "message", *, literal: bool = False
) -> Text | None:
    """A string, a mapping by language, or (unless `literal`) the name of a response. None when it is none of these."""
    if not literal and isinstance(node, Scalar) and isinstance(node.value, str) and RESPONSE_NAME.match(node.value):
        found.use("response", node.value, node.mark, f"{what} is")
        return Text(response=node.value)
    text = read_literal(node, found, what)
    if text is not None:
        found.said.append(Said(text, node.mark, role))
    return text


def read_literal(node: Node, found: Findings, what: str, *, weak: bool = False) -> Text | None:
    """A string or a mapping by language, without a note that it is said. `weak`: an action may give what it shows."""
    if isinstance(node, Mapping):
        by_language = _by_language(node, found, what, weak=weak)
        return Text(by_language=by_language) if by_language else None
    if isinstance(node, Listing):
        found.wrong_type(node, what, "a text, or texts by language")
        return None
    source = word_of(node, found, what)
    if source is None:
        return None
    note_placeholders(node, found, what, weak=weak)
    return Text(by_language={EVERY_LANGUAGE: source})


def _by_language(node: Mapping, found: Findings, what: str, *, weak: bool) -> dict[str, str]:
    if not node.entries:
        found.error(node, "empty", f"{what} is empty")
    texts = {}
    first = next(iter(node.entries.values()), None)
    for language, entry in node.entries.items():
        if entry is not first and _is_half_a_text(entry):
            message = f"'{language}' is no language: {what} has a comma in it"
            found.error(entry.key, "unknown-language", message, "put the text in quotes")
            continue
        if language != EVERY_LANGUAGE:
            note_language(language, entry.key.mark, found, what)
        source = word_of(entry.value, found, f"{what} in '{language}'")
        if source is not None and isinstance(entry.value, Scalar):
            texts[language] = source
            note_placeholders(entry.value, found, what, weak=weak)
    return texts


def _is_half_a_text(entry: Entry) -> bool:
    """Whether this was to be the rest of a text: behind its comma, between `{` and `}`, a key seems to begin."""
    value = entry.value
    return not LANGUAGE_CODE.match(entry.key.text) and isinstance(value, Scalar) and value.text == ""


def note_language(code: str, mark: Mark, found: Findings, what: str) -> None:
    """Note the use of a language; a word that is no code at all is reported at once."""
    if code.startswith("x-"):
        found.warn(mark, "no-effect", f"'{code}' is a way to speak of CALM's own: nobody asks for it here")
    elif LANGUAGE_CODE.match(code):
        found.use("language", code, mark, f"{what} has")
    else:
        found.error(mark, "unknown-language", f"'{code}' is not a language code, such as 'en' or 'fa'")


def read_texts(node: Node, found: Findings, what: str, role: TextRole = "message") -> tuple[Text, ...]:
    """A text or a list of texts."""
    items = node.items if isinstance(node, Listing) else (node,)
    if not items:
        found.error(node, "empty", f"{what} is empty")
    return tuple(text for item in items if (text := read_text(item, found, what, role)) is not None)


def note_placeholders(node: Scalar, found: Findings, what: str, *, weak: bool = False) -> None:
    """Note the slots that a text interpolates. `weak`: an action may give the value instead."""
    if ("{" in node.text or "}" in node.text) and not found.is_calms(node):
        _note_braces(node, found)
    for match in PLACEHOLDER.finditer(node.text):
        name, form = match.group(1), match.group(2)
        mark = node.mark_at(match.start() + 2)
        if form is not None and found.is_calms(node) and PLACES.fullmatch(form):
            shown = f"CALM shows '{match.group()}' as it is written; here the number is filled in"
            found.warn(node.mark_at(match.start() + 1), "format", shown)
        elif form is not None and form not in FORMATS:
            hint = did_you_mean(form, FORMATS) or f"there are: {', '.join(sorted(FORMATS))}"
            found.error(mark, "unknown-format", f"'{form}' is not a format", hint)
        root, _, rest = name.partition(".")
        if (root in ITEM_NAMES and found.lists) or (root == "ticket" and rest in TICKET_NAMES):
            continue
        if root in ("session", "customer", "slots") and rest:
            _note_reference(name, mark, found, f"{what} shows")
        elif root != "context" or not rest:
            found.use("slot", root, mark, f"{what} shows", "weak" if weak else "read")


def _note_braces(node: Scalar, found: Findings) -> None:
    """Note what nearly shows a value: one brace is missing, or there are two, or spaces inside."""
    for match in _NEARLY_SHOWN.finditer(node.text):
        written = match.group().strip()
        if not PLACEHOLDER.fullmatch(written) and ("{" in written or "}" in written):
            found.braces.append((match["root"], written, node.mark_at(match.start() + 1)))


def read_condition(node: Node, found: Findings, what: str, names: frozenset[str] = frozenset()) -> str | None:
    """The source of a condition, `true` and `false` included; `names` may be read besides slots, session and so on."""
    if isinstance(node, Scalar) and isinstance(node.value, bool):
        return "true" if node.value else "false"
    if isinstance(node, Scalar) and isinstance(node.value, int | float):
        found.wrong_type(node, what, "a condition, such as slots.x > 7")
        return None
    source = word_of(node, found, what)
    if source is None or not isinstance(node, Scalar):
        return None
    source = _JINJA_CONTEXT.sub(lambda name: name.group("name").ljust(len(name.group())), source)
    if source.strip().lower() in ("true", "false"):
        return source.strip().lower()
    try:
        condition = parse_condition(source)
    except ConditionError as error:
        found.error(node.mark_at(error.column), "condition", error.message)
        return None
    found.conditions.append(source)
    if condition.mixed_at is not None:
        found.mixed.append(node.mark_at(condition.mixed_at))
    _note_compared(condition, node, found, what)
    for reference in condition.references:
        if reference.name not in names:
            _note_reference(reference.name, node.mark_at(reference.column), found, f"{what} reads")
    return source


def _note_compared(condition: Condition, node: Scalar, found: Findings, what: str) -> None:
    for each in condition.compared:
        mark = node.mark_at(each.column)
        if each.name.startswith("slots."):
            found.compared.append((each.name.removeprefix("slots."), each.value, mark, what))
        elif each.name == "session.channel" and each.value not in CHANNELS:
            hint = did_you_mean(each.value, CHANNELS) or f"there are: {', '.join(sorted(CHANNELS))}"
            found.warn_calm(mark, "unknown-channel", f"'{each.value}' is not a channel", hint)
        elif each.name in ("session.language", "customer.language"):
            found.use("language", each.value, mark, f"{what} compares with", "weak")


def _note_reference(name: str, mark: Mark, found: Findings, what: str) -> None:
    root, _, rest = name.partition(".")
    first, _, calendar = rest.partition(".")
    known = {"session": SESSION_NAMES, "customer": CUSTOMER_NAMES, "ticket": TICKET_NAMES}.get(root, frozenset())
    if root == "slots" and rest:
        found.use("slot", first, mark, what)
    elif root == "session" and first == "open" and calendar:
        found.use("calendar", calendar, mark, what)
    elif rest not in known and (root != "context" or not rest):
        close = nearest(rest, known) if rest else None
        hint = f"did you mean '{root}.{close}'?" if close else None
        if rest == "open":
            hint = "write session.open.<calendar>"
        elif root == "slots":
            hint = "write slots.<name>"
        elif not rest:
            found.bare.append((name, mark, what))
            return
        found.error(mark, "unknown-name", f"{what} '{name}', which does not exist", hint)


def read_duration(node: Node, found: Findings, what: str, default: float | None = None) -> Duration | None:
    """`5s`, `1h30m`, `none`, or these by channel, where channels that are not named get the default."""
    if not isinstance(node, Mapping):
        seconds, good = seconds_of(node, found, what)
        return Duration(seconds=seconds) if good else None
    by_channel = {}
    for channel, entry in node.entries.items():
        if channel not in CHANNELS:
            hint = did_you_mean(channel, CHANNELS) or f"there are: {', '.join(sorted(CHANNELS))}"
            found.error(entry.key, "unknown-channel", f"'{channel}' is not a channel", hint)
        seconds, good = seconds_of(entry.value, found, f"{what} on {channel}")
        if good:
            by_channel[channel] = seconds
    return Duration(seconds=default, by_channel=by_channel)


def read_seconds(node: Node, found: Findings, what: str) -> float | None:
    """A duration that is the same on every channel and not `none`."""
    seconds, good = seconds_of(node, found, what)
    if good and seconds is None:
        found.error(node, "wrong-type", f"{what} can't be none")
    return seconds


def read_words(node: Node, found: Findings, what: str) -> dict[str, tuple[str, ...]]:
    """Words by language, or a list of words for every language."""
    if not isinstance(node, Mapping):
        words = tuple(word for word, _ in words_of(node, found, what))
        return {EVERY_LANGUAGE: words} if words else {}
    by_language = {}
    for language, entry in node.entries.items():
        if language != EVERY_LANGUAGE:
            note_language(language, entry.key.mark, found, what)
        by_language[language] = tuple(word for word, _ in words_of(entry.value, found, f"{what} in '{language}'"))
    return by_language


def read_json(node: Node, found: Findings, what: str, *, weak: bool = False) -> Json:
    """Any value, kept as it is; texts in it may show slots, or what an action gives when `weak`."""
    _note_all(node, found, what, weak=weak)
    return plain(node)


def _note_all(node: Node, found: Findings, what: str, *, weak: bool) -> None:
    match node:
        case Scalar():
            if isinstance(node.value, str):
                note_placeholders(node, found, what, weak=weak)
        case Listing():
            for item in node.items:
                _note_all(item, found, what, weak=weak)
        case Mapping():
            for entry in node.entries.values():
                _note_all(entry.value, found, what, weak=weak)


def in_words(response: str) -> str:
    """`utter_ask_card_number` as people read it: `Card number?`"""
    name = response.removeprefix("utter_")
    asked = name.removeprefix("ask_")
    words = " ".join(re.split(r"[\W_]+", asked)).strip() or response
    return words[:1].upper() + words[1:] + ("?" if asked != name else "")
