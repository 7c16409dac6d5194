"""A set of flows made ready to run: conditions compiled, texts parsed, words normalised. Made once for a revision."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from bot.content import Json
from bot.engine.answers import Answer, coerce
from bot.engine.conditions import Condition, Spelled, parse_condition
from bot.engine.flow import Collect, Flow, FlowSet, Menu, Option, Survey, Text, Variation
from bot.engine.global_words import GLOBAL_WORDS
from bot.engine.normal import normalise
from bot.engine.patterns import COMPLETED, DOCUMENTED_AS, SATISFACTION, SOMETHING_ELSE, built_in_patterns
from bot.engine.text import Template, parse_text
from bot.engine.wording import WORDING

SECRET = "•••"  # noqa: S105  # what stands for one
Words = dict[str, str]
"""What a normalised word stands for, in one language."""


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """A compiled FlowSet. `triggers` and `globals` are by language: words of the others are there too, but give way."""

    flow_set: FlowSet
    revision: str
    flows: Mapping[str, Flow]
    responses: Mapping[str, tuple[Variation, ...]]
    surveys: Mapping[str, Survey]
    languages: tuple[str, ...]
    initial_slots: Mapping[str, Json]
    secret_slots: frozenset[str]
    conditions: Mapping[str, Condition]
    templates: dict[str, Template]
    triggers: Mapping[str, Words]
    globals: Mapping[str, Words]
    intents: Mapping[str, str]
    deep_links: tuple[str, ...]  # names of flows, the longest first
    option_words: Mapping[tuple[str, str], tuple[dict[str, tuple[str, ...]], ...]]
    every_turn: tuple[str, ...]  # the actions that run at every turn, in the order of the slots' names, each once

    def condition(self, source: str) -> Condition:
        """The compiled condition; compiled now if another revision wrote it. Raises ConditionError."""
        return self.conditions.get(source) or parse_condition(source, _spelled(self.flow_set))

    def template(self, source: str) -> Template:
        """The parsed text; parsed now if it was not known before (a word of the engine's own)."""
        found = self.templates.get(source)
        if found is None:
            found = self.templates[source] = parse_text(source)
        return found

    def speaks(self, language: str | None) -> str | None:
        """The declared language for a code such as `en-US`, none if there is no such."""
        if not language:
            return None
        wanted = language.replace("_", "-").lower()
        for code in (wanted, wanted.partition("-")[0]):
            if code in self.languages:
                return code
        return None

    @property
    def completes(self) -> bool:
        """Whether something follows the end of a flow: `pattern_completed`, or its words alone."""
        return COMPLETED in self.flow_set.flows or SOMETHING_ELSE in self.flow_set.responses

    def source_in(self, text: Text, language: str) -> str:
        """The markup of a text in the language, else in the fallback, else in whatever there is."""
        return spoken(text.by_language, language, self.languages)

    def hidden(self, slot: str, value: Json) -> Json:
        """The value as anybody may see it: bullets in place of a secret."""
        return SECRET if value is not None and slot in self.secret_slots else value

    def fits(self, slot: str, value: Json, language: str) -> tuple[bool, Json]:
        """Whether the slot can hold the value, and the form in which it does."""
        declared = self.flow_set.slots.get(slot)
        if declared is None:
            return True, value
        read = coerce(declared.type, value, declared.values, language)
        if not isinstance(read, Answer):
            return False, None
        bounded = not isinstance(read.value, int | float) or (
            (declared.min is None or read.value >= declared.min)
            and (declared.max is None or read.value <= declared.max)
        )
        return (True, read.value) if bounded else (False, None)


def spoken(by_language: Mapping[str, str], language: str, languages: tuple[str, ...]) -> str:
    """The entry of the language, of its parent, of every language (`*`), of the fallbacks, or any."""
    for code in (language, language.partition("-")[0], "*", *languages):
        if code in by_language:
            return by_language[code]
    return next(iter(by_language.values()), "")


def compile_program(flow_set: FlowSet, revision: str) -> Program:
    """The program of a checked set. Raises ConditionError on a set that was not checked."""
    languages = flow_set.settings.languages or ("en",)
    flows = {**built_in_patterns(), **flow_set.flows}
    surveys = {SATISFACTION.name: SATISFACTION, **flow_set.surveys}
    everything = (flow_set, list(flows.values()), list(surveys.values()))
    spelled = _spelled(flow_set)
    return Program(
        flow_set=flow_set,
        revision=revision,
        flows=flows,
        responses={**_documented(flow_set.responses), **flow_set.responses},
        surveys=surveys,
        languages=languages,
        initial_slots={name: slot.initial for name, slot in flow_set.slots.items()},
        secret_slots=frozenset(_secret_slots(flows.values())),
        conditions={source: parse_condition(source, spelled) for source in set(_conditions(everything))},
        templates={source: parse_text(source) for source in set(_texts(everything))},
        triggers=_by_language(languages, _trigger_words(flows.values())),
        globals=_by_language(languages, _global_words(flow_set.settings.globals)),
        intents={intent: flow.id for flow in flows.values() for intent in flow.intents},
        deep_links=tuple(sorted(flow_set.flows, key=len, reverse=True)),
        option_words=dict(_option_words(flows.values(), languages)),
        every_turn=tuple(dict.fromkeys(_every_turn(flow_set))),
    )


def _spelled(flow_set: FlowSet) -> Spelled:
    """What texts mean that conditions compare with a categorical slot: one of its values, in whatever case."""
    values = {
        f"slots.{name}": {str(value).casefold(): value for value in slot.values}
        for name, slot in flow_set.slots.items()
        if slot.type == "categorical"
    }
    return lambda name, text: values.get(name, {}).get(text.casefold(), text)


def _every_turn(flow_set: FlowSet) -> Iterator[str]:
    for _, slot in sorted(flow_set.slots.items()):
        if slot.every_turn is not None:
            yield slot.every_turn


def _documented(responses: Mapping[str, tuple[Variation, ...]]) -> dict[str, tuple[Variation, ...]]:
    """Our own words that a response says by the name that CALM documents."""
    named = {own: next((name for name in names if name in responses), None) for own, names in DOCUMENTED_AS.items()}
    return {own: responses[name] for own, name in named.items() if name is not None}


def _secret_slots(flows: Iterable[Flow]) -> Iterator[str]:
    for flow in flows:
        yield from (step.slot for step in flow.steps.values() if isinstance(step, Collect) and step.secret)


def _conditions(everything: Any) -> Iterator[str]:
    for value in structs_in(everything):
        source = getattr(value, "guard", None) or getattr(value, "condition", None)
        if isinstance(source, str):
            yield source


def _texts(value: Any) -> Iterator[str]:
    for found in structs_in(value):
        if isinstance(found, Text) and not found.jinja:
            yield from found.by_language.values()
    for by_language in WORDING.values():
        yield from by_language.values()


def structs_in(value: Any) -> Iterator[msgspec.Struct]:
    """Every record within the value, itself included."""
    if isinstance(value, msgspec.Struct):
        yield value
        for field in value.__struct_fields__:
            yield from structs_in(getattr(value, field))
    elif isinstance(value, dict):
        for item in value.values():
            yield from structs_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from structs_in(item)


_Meaning = tuple[str, str, str]  # language or `*`, word, what it stands for


def _by_language(languages: tuple[str, ...], meanings: Iterable[_Meaning]) -> dict[str, Words]:
    """For each language all words; those of the language itself, and those of every language, win over the others'."""
    listed = list(meanings)
    words: dict[str, Words] = {}
    for language in languages:
        ours = {normalise(word): meant for code, word, meant in reversed(listed) if code in (language, "*")}
        theirs = {normalise(word): meant for code, word, meant in reversed(listed) if code not in (language, "*")}
        words[language] = {**theirs, **ours}
    return words


def _trigger_words(flows: Iterable[Flow]) -> Iterator[_Meaning]:
    for flow in flows:
        for language, words in flow.triggers.items():
            yield from ((language, word, flow.id) for word in words)


def _global_words(settings: Mapping[str, Mapping[str, tuple[str, ...]]]) -> Iterator[_Meaning]:
    """The flows' words for each command, the built-in ones in languages for which the flows have none."""
    for name, built_in in GLOBAL_WORDS.items():
        own = settings.get(name, {})
        for language, words in {**built_in, **own}.items():
            yield from ((language, word, name) for word in words)


def _option_words(
    flows: Iterable[Flow], languages: tuple[str, ...]
) -> Iterator[tuple[tuple[str, str], tuple[dict[str, tuple[str, ...]], ...]]]:
    for flow in flows:
        for step in flow.steps.values():
            if isinstance(step, Menu):
                yield (flow.id, step.id), tuple(_words_of(option, languages) for option in step.options)


def _words_of(option: Option, languages: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The words that choose the option in each language; interpolated labels have no fixed words."""
    words = {}
    for language in languages:
        label = parse_text(spoken(option.label.by_language, language, languages))
        fixed = (label.fixed.text,) if label.fixed is not None else ()
        listed = (*fixed, *option.match.get(language, ()), *option.match.get("*", ()))
        words[language] = tuple(word for word in map(normalise, listed) if word)
    return words
