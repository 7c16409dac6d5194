"""The top-level `settings`: languages, global words, and what questions do when they don't say."""

from bot.engine.flow import Duration, FlowSettings
from bot.engine.global_words import GLOBAL_WORDS
from bot.engine.reading.findings import Findings
from bot.engine.reading.steps_talk import MAX_TRIES
from bot.engine.reading.values import note_language, read_duration, read_words
from bot.problems import Mark
from bot.yaml_fields import Fields, word_of, words_of
from bot.yaml_nodes import Entry, Mapping, Scalar

SETTING_KEYS = frozenset({
    "languages", "queue", "globals", "tries", "timeout", "on_fail", "expires", "calling_hours", "survey_after",
})  # fmt: skip
GLOBALS = frozenset(GLOBAL_WORDS)
MOST_LANGUAGES = 100  # each text is looked for in each of them
DIGITS = tuple("0123456789*#")


def read_settings(entries: dict[str, Entry], found: Findings, session_minutes: float | None) -> FlowSettings:
    """The settings without `on_fail`, which is a Then and read with the flows.

    CALM's session length, 0 for never, stands for `expires` where that is not given.
    """
    node = Mapping(next(iter(entries.values())).key.mark if entries else Mark(""), entries)
    fields = Fields(node, found, "'settings'")
    fields.only(SETTING_KEYS)
    queue = fields.word("queue")
    if queue is not None:
        found.use("queue", queue, entries["queue"].value.mark, "'queue' names")
    calling_hours = fields.word("calling_hours")
    if calling_hours is not None:
        found.use("calendar", calling_hours, entries["calling_hours"].value.mark, "'calling_hours' names")
    timeout = fields.get("timeout")
    words, digits = _read_globals(fields)
    default = FlowSettings()
    after_handoff, after_self_service = _read_survey_after(fields)
    return FlowSettings(
        languages=_read_languages(fields) or default.languages,
        queue=queue,
        globals=words,
        digits={**default.digits, **digits},
        tries=fields.whole("tries", 1, MAX_TRIES) or default.tries,
        timeout=read_duration(timeout, found, "'timeout'") if timeout is not None else None,
        expires=_read_expires(fields, session_minutes, default.expires),
        calling_hours=calling_hours,
        survey_after_handoff=after_handoff,
        survey_after_self_service=after_self_service,
    )


def _read_expires(fields: Fields[Findings], session_minutes: float | None, default: Duration) -> Duration:
    node = fields.get("expires")
    if node is not None:
        return read_duration(node, fields.found, "'expires'", default.seconds) or default
    return default if session_minutes is None else Duration(seconds=session_minutes * 60 or None)


def _read_languages(fields: Fields[Findings]) -> tuple[str, ...]:
    node = fields.get("languages")
    if node is None:
        return ()
    codes: dict[str, None] = {}
    words = words_of(node, fields.found, "'languages'")
    for code, scalar in words[:MOST_LANGUAGES]:
        note_language(code, scalar.mark, fields.found, "'languages'")
        if code in codes:
            fields.found.error(scalar, "duplicate-name", f"the language '{code}' stands twice")
        codes[code] = None
    if not codes:
        fields.found.error(node, "empty", "'languages' is empty")
    if len(words) > MOST_LANGUAGES:
        fields.found.error(node, "too-many", f"these are {len(words)} languages, of at most {MOST_LANGUAGES}")
    return tuple(codes)


def _read_globals(fields: Fields[Findings]) -> tuple[dict[str, dict[str, tuple[str, ...]]], dict[str, str]]:
    """Words by command and language, and keys by command."""
    node = fields.mapping("globals")
    words: dict[str, dict[str, tuple[str, ...]]] = {}
    digits: dict[str, str] = {}
    if node is None:
        return words, digits
    Fields(node, fields.found, "'globals'").only(GLOBALS)
    for command, entry in node.entries.items():
        value = entry.value
        fields.found.marks["global", command] = entry.key.mark
        if isinstance(value, Mapping) and "digits" in value.entries:
            digit = Fields(value, fields.found, f"'{command}'").choice("digits", DIGITS, "")
            if digit:
                digits[command] = digit
            others = {language: words for language, words in value.entries.items() if language != "digits"}
            value = Mapping(value.mark, others)
        words[command] = read_words(value, fields.found, f"'{command}'")
    return words, digits


def _read_survey_after(fields: Fields[Findings]) -> tuple[str | None, str | None]:
    node = fields.mapping("survey_after")
    if node is None:
        return None, None
    inner = Fields(node, fields.found, "'survey_after'")
    inner.only({"handoff", "self_service"})
    names = []
    for key in ("handoff", "self_service"):
        given = inner.get(key)
        is_none = isinstance(given, Scalar) and given.value in (None, "none")
        name = None if given is None or is_none else word_of(given, fields.found, f"'{key}'")
        if name is not None and given is not None:
            fields.found.use("survey", name, given.mark, f"'{key}' asks")
        names.append(name)
    return names[0], names[1]
