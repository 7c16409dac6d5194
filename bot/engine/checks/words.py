"""Words that customers type: one means one thing. And signs in texts that were meant to show a value."""

import re
from collections.abc import Iterator

from bot.engine.flow import FlowSet, Menu, Option
from bot.engine.global_words import GLOBAL_WORDS
from bot.engine.normal import normalise
from bot.engine.reading.findings import Findings
from bot.engine.reading.values import EVERY_LANGUAGE
from bot.problems import Mark, nearest

_NAME = re.compile(r"[a-z]+_\w+", re.IGNORECASE)
VALUES_OF = frozenset({"slots", "customer", "session", "ticket", "item"})


def check_words(flow_set: FlowSet, found: Findings) -> None:
    """Report words that start two flows, mean two commands or choose two options, and braces that show nothing."""
    meant = _check_globals(flow_set, found)
    _check_triggers(flow_set, meant, found)
    for name, flow in flow_set.flows.items():
        for step in flow.steps.values():
            if isinstance(step, Menu):
                _check_options(step, flow_set, found.step_marks.get((name, step.id)), found)
    for said in found.said:
        source = said.text.by_language.get(EVERY_LANGUAGE, "")
        is_name = _NAME.fullmatch(source) and not found.is_calms(said.mark)
        if is_name and (close := nearest(source, flow_set.responses)):
            message = f"'{source}' is no response, and said as it is written"
            found.warn(said.mark, "unknown-response", message, f"did you mean '{close}'?")
    for root, written, mark in found.braces:
        if root in flow_set.slots or root in VALUES_OF:
            hint = f"write '{{{written.strip('{} ')}}}', with one brace on each side and no spaces"
            found.warn(mark, "braces", f"'{written}' is not how a value is shown", hint)


def _check_globals(flow_set: FlowSet, found: Findings) -> dict[tuple[str, str], str]:
    """The commands by language and word. A word of the authors' that is built in for another command is no mistake."""
    settings = flow_set.settings
    meant: dict[tuple[str, str], str] = {}
    for command, built_in in GLOBAL_WORDS.items():
        own = settings.globals.get(command, {})
        for language in settings.languages:
            given = {normalise(word) for code in (language, EVERY_LANGUAGE) for word in own.get(code, ())}
            for word in sorted(given | {normalise(word) for word in built_in.get(language, ()) if language not in own}):
                other = meant.setdefault((language, word), command)
                theirs = settings.globals.get(other, {})
                if other != command and word in given and (language in theirs or EVERY_LANGUAGE in theirs):
                    message = f"'{word}' means '{other}' as well as '{command}'"
                    found.error(
                        found.marks["global", command], "duplicate-word", message, "each word is for one of them"
                    )
    keys: dict[str, str] = {}
    for name, digit in settings.digits.items():
        other = keys.setdefault(digit, name)
        where = found.marks.get(("global", name)) or found.marks.get(("global", other))
        if other != name and where is not None:
            message = f"the key {digit} means '{other}' as well as '{name}'"
            found.error(where, "duplicate-word", message, "give one of them another of 0-9, * and #")
    return meant


def _check_triggers(flow_set: FlowSet, meant: dict[tuple[str, str], str], found: Findings) -> None:
    taken: dict[tuple[str, str], str] = {}
    for name, flow in flow_set.flows.items():
        mark = found.marks["flow", name]
        for language, words in flow.triggers.items():
            languages = flow_set.settings.languages if language == EVERY_LANGUAGE else (language,)
            for spoken in languages:
                for word in words:
                    typed = normalise(word)
                    other = taken.setdefault((spoken, typed), name)
                    if other != name:
                        found.error(mark, "duplicate-trigger", f"'{word}' starts the flow '{other}' already")
                    elif (spoken, typed) in meant:
                        command = meant[spoken, typed]
                        message = f"'{word}' means '{command}' at every question, and starts the flow '{name}' at none"
                        hint = f"choose another word, or list other words for '{command}' in settings.globals"
                        found.warn(mark, "unheard-trigger", message, hint)


def _check_options(menu: Menu, flow_set: FlowSet, mark: Mark | None, found: Findings) -> None:
    """Two options that can stand side by side are chosen by words of their own."""
    taken: dict[tuple[str, str], tuple[int, Option]] = {}
    for place, option in enumerate(menu.options):
        for key in _words_of(option, flow_set.settings.languages):
            first, other = taken.setdefault(key, (place, option))
            if first != place and mark is not None and not (option.condition and other.condition):
                message = f"the options {first + 1} and {place + 1} are both chosen by '{key[1]}'"
                found.warn(mark, "duplicate-word", message, "the first one is taken: give the other words of its own")


def _words_of(option: Option, languages: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for language in languages:
        label = option.label.by_language.get(language, option.label.by_language.get(EVERY_LANGUAGE))
        listed = (*option.match.get(language, ()), *option.match.get(EVERY_LANGUAGE, ()))
        for word in (*((label,) if label else ()), *listed):
            yield language, normalise(word)
