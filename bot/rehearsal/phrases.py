"""All that the flows can say, in every language: a test written in one of them tells what it means in the others."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from bot.engine.flow import Text, Variation
from bot.engine.normal import normalise, visible
from bot.engine.program import Program, spoken
from bot.engine.text import Placeholder, Template
from bot.engine.wording import WORDING

Places = frozenset[int]
_NOWHERE: Places = frozenset()


class Phrase(msgspec.Struct, frozen=True):
    """One text of the flows, its markup source by language."""

    sources: Mapping[str, str]


class PhraseBook:
    """Finds texts by how they read when they are said. A text with values in it is found whatever the values are."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._phrases: list[Phrase] = []
        self._of_response: dict[str, Places] = {}
        self._fixed: dict[str, dict[str, Places]] = {language: {} for language in program.languages}
        self._open: dict[str, list[tuple[re.Pattern[str], int]]] = {language: [] for language in program.languages}
        self._known: dict[tuple[str, str], Places] = {}
        responses = program.flow_set.responses
        for name, sources in WORDING.items():
            if name not in responses:
                self._of_response[name] = self._add(sources)
        for name, variations in responses.items():
            self._of_response[name] = frozenset().union(*(self._of_variation(each) for each in variations))
        for text in _texts((program.flow_set.surveys, list(program.flows.values()))):
            self._add(text.by_language)

    @property
    def responses(self) -> frozenset[str]:
        """The names of all that can be said by name."""
        return frozenset(self._of_response)

    def is_response(self, name: str, said: str, language: str) -> bool:
        """Whether the message reads as this response does."""
        return bool(self._places(said, language) & self._of_response.get(name, _NOWHERE))

    def means(self, written: str, said: str, language: str) -> bool:
        """Whether a message in `language` is a text of the flows that reads as `written` in some other language."""
        places = self._places(said, language)
        others = (other for other in self._program.languages if other != language)
        return bool(places) and any(places & self._places(written, other) for other in others)

    def is_label(self, written: str, label: str, language: str) -> bool:
        """Whether a label in `language` is one that reads as `written` in any language; values don't count here."""
        places = self._fixed[language].get(normalise(label), _NOWHERE)
        wanted = normalise(written)
        return bool(places) and any(places & fixed.get(wanted, _NOWHERE) for fixed in self._fixed.values())

    def sources(self, said: str, language: str) -> Iterator[str]:
        """What the author wrote, in all languages, where this message comes from; values are `{names}` in it."""
        for place in self._places(said, language):
            yield from self._phrases[place].sources.values()

    def _of_variation(self, variation: Variation) -> Places:
        for button in variation.buttons:
            self._add(button.title.by_language)
        return self._add(variation.text.by_language) if variation.text else _NOWHERE

    def _add(self, sources: Mapping[str, str]) -> Places:
        if not sources:
            return _NOWHERE
        place = len(self._phrases)
        self._phrases.append(Phrase(sources))
        for language in self._program.languages:
            template = self._program.template(spoken(sources, language, self._program.languages))
            if template.fixed is not None:
                reads = normalise(template.fixed.text)
                self._fixed[language][reads] = self._fixed[language].get(reads, _NOWHERE) | {place}
            elif any(isinstance(part, str) and any(map(str.isalnum, part)) for part in template.parts):
                self._open[language].append((_pattern(template), place))  # one of values alone could read as anything
        return frozenset((place,))

    def _places(self, said: str, language: str) -> Places:
        known = self._known.get((said, language))
        if known is None:
            fixed = self._fixed[language].get(normalise(said), _NOWHERE)
            shown = visible(said)
            matching = {place for pattern, place in self._open[language] if pattern.fullmatch(shown)}
            known = self._known[said, language] = fixed | matching
        return known


def _pattern(template: Template) -> re.Pattern[str]:
    """Anything may stand where a value does, also nothing; then the space beside it may be missing, too."""
    parts = ("(.*?)" if isinstance(part, Placeholder) else _spelled(part) for part in template.parts)
    return re.compile("".join(parts), re.DOTALL)


def _spelled(part: str) -> str:
    inner = r"\s+".join(map(re.escape, visible(part).split()))
    before = r"\s*" if part[:1].isspace() else ""
    return before + inner + (r"\s*" if part[-1:].isspace() and inner else "")


def _texts(value: Any) -> Iterator[Text]:
    """Every text within the value that is no response's name."""
    if isinstance(value, Text):
        if value.by_language:
            yield value
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from _texts(getattr(value, field))
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
