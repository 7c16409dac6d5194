"""All that the flows can say, in every language: a test written in one of them tells what it means in the others."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from rapidfuzz import fuzz, process

from bot.engine.flow import Text, Variation
from bot.engine.jinja import outlines, read_template
from bot.engine.normal import normalise, visible
from bot.engine.program import Program, spoken, structs_in
from bot.engine.reading.calm_names import BUILT_IN_RESPONSES
from bot.engine.text import Placeholder, Template
from bot.engine.wording import WORDING

NEARLY = 70.0  # of the letters

Places = frozenset[int]
_NOWHERE: Places = frozenset()


class Phrase(msgspec.Struct, frozen=True):
    """One text of the flows, its markup source by language."""

    sources: Mapping[str, str]


class Gaps(msgspec.Struct, frozen=True):
    """A text with gaps between its pieces, where anything may stand, also nothing.

    `names` are those of the values in the gaps, empty where several stand side by side.
    """

    pieces: tuple[str, ...]
    open_start: bool
    open_end: bool
    names: tuple[str, ...] = ()

    def fit(self, said: str) -> bool:
        """Whether the pieces stand in the text in this order, the first and the last at its ends if they must."""
        first, last = self.pieces[0], self.pieces[-1]
        if not (self.open_start or said.startswith(first)) or not (self.open_end or said.endswith(last)):
            return False
        end = len(said) if self.open_end else len(said) - len(last)
        place = 0
        for piece in self.pieces if self.open_end else self.pieces[:-1]:
            found = said.find(piece, place, end)
            if found < 0:
                return False
            place = found + len(piece)
        return place <= end

    def filling(self, said: str) -> Iterator[tuple[str, str]]:
        """The names of the values, and what stands in their gaps of a text that fits."""
        names, place = iter(self.names), 0
        for number, piece in enumerate(self.pieces):
            is_last = number == len(self.pieces) - 1 and not self.open_end
            found = len(said) - len(piece) if is_last else said.find(piece, place)
            if number or self.open_start:
                yield next(names), said[place:found].strip()
            place = found + len(piece)
        if self.open_end:
            yield next(names), said[place:].strip()


class PhraseBook:
    """Finds texts by how they read when they are said. A text with values in it is found whatever the values are."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._phrases: list[Phrase] = []
        self._of_response: dict[str, Places] = {}
        self._fixed: dict[str, dict[str, Places]] = {language: {} for language in program.languages}
        self._open: dict[str, list[tuple[Gaps, int]]] = {language: [] for language in program.languages}
        self._known: dict[tuple[str, str], Places] = {}
        responses = program.flow_set.responses
        for name, sources in WORDING.items():
            if name not in responses:
                self._of_response[name] = self._add(sources)
        for name, variations in responses.items():
            self._of_response[name] = frozenset().union(*(self._of_variation(each) for each in variations))
        for name, ours in BUILT_IN_RESPONSES.items():
            self._of_response.setdefault(name, self._of_response.get(ours or "", _NOWHERE))
        for text in _texts((program.flow_set.surveys, list(program.flows.values()))):
            self._add_text(text)

    @property
    def responses(self) -> frozenset[str]:
        """The names of all that can be said by name."""
        return frozenset(self._of_response)

    def is_response(self, name: str, said: str, language: str) -> bool:
        """Whether the message, or a line of it, reads as this response does."""
        wanted = self._of_response.get(name, _NOWHERE)
        return any(self._places(part, language) & wanted for part in (said, *said.splitlines()))

    def names(self, name: str, written: str) -> bool:
        """Whether this is how the response reads in any language."""
        return any(self.is_response(name, written, language) for language in self.program.languages)

    def alike(self, written: str) -> frozenset[str]:
        """The responses that read so in any language."""
        places = frozenset[int]().union(*(self._places(written, language) for language in self.program.languages))
        return frozenset(name for name, own in self._of_response.items() if own & places)

    def matched(self, pattern: str) -> frozenset[str]:
        """The responses that the author wrote so that the pattern stands in them, in any language."""
        places = {place for place, phrase in enumerate(self._phrases) if _stands_in(pattern, phrase.sources.values())}
        return frozenset(name for name, own in self._of_response.items() if own & places)

    def is_like(self, written: str) -> bool:
        """Whether a text of the flows reads nearly so: then it is that text, misspelt or changed since."""
        sources = (source for phrase in self._phrases for source in phrase.sources.values())
        return process.extractOne(written, sources, scorer=fuzz.ratio, score_cutoff=NEARLY) is not None

    def values_in(self, written: str) -> Iterator[tuple[str, str]]:
        """The names of values, and what stands in their places, of each text of the flows that reads so."""
        shown = _plain(written)
        for gaps, _ in (each for language in self.program.languages for each in self._open[language]):
            if gaps.fit(shown):
                yield from ((name, value) for name, value in gaps.filling(shown) if name and value)

    def means(self, written: str, said: str, language: str) -> bool:
        """Whether a message in `language` is a text of the flows that reads as `written` in some other language.

        A message may also be several texts, one a line.
        """
        if self._is_translation(written, said, language):
            return True
        wanted, lines = written.splitlines(), said.splitlines()
        return len(wanted) == len(lines) > 1 and all(
            _plain(one) == _plain(other) or self._is_translation(one, other, language)
            for one, other in zip(wanted, lines, strict=True)
        )

    def _is_translation(self, written: str, said: str, language: str) -> bool:
        places = self._places(said, language)
        others = (other for other in self.program.languages if other != language)
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
            self._add_text(button.title)
        return self._add_text(variation.text) if variation.text else _NOWHERE

    def _add_text(self, text: Text) -> Places:
        """The text, or each that its templates may become."""
        if not text.jinja:
            return self._add(text.by_language)
        ways = {code: outlines(read_template(source)) for code, source in text.by_language.items()}
        most = max(map(len, ways.values()))
        alike = ({code: each[min(at, len(each) - 1)] for code, each in ways.items()} for at in range(most))
        return frozenset[int]().union(*map(self._add, alike))

    def _add(self, sources: Mapping[str, str]) -> Places:
        if not sources:
            return _NOWHERE
        place = len(self._phrases)
        self._phrases.append(Phrase(sources))
        for language in self.program.languages:
            template = self.program.template(spoken(sources, language, self.program.languages))
            if template.fixed is not None:
                reads = normalise(template.fixed.text)
                self._fixed[language][reads] = self._fixed[language].get(reads, _NOWHERE) | {place}
            elif any(isinstance(part, str) and any(map(str.isalnum, part)) for part in template.parts):
                self._open[language].append((_gaps(template), place))  # one of values alone could read as anything
        return frozenset((place,))

    def _places(self, said: str, language: str) -> Places:
        known = self._known.get((said, language))
        if known is None:
            fixed = self._fixed[language].get(normalise(said), _NOWHERE)
            shown = _plain(said)
            matching = {place for gaps, place in self._open[language] if gaps.fit(shown)}
            known = self._known[said, language] = fixed | matching
        return known


def _stands_in(pattern: str, texts: Iterable[str]) -> bool:
    try:
        return any(pattern in text or re.search(pattern, text) for text in texts)
    except re.error:
        return False


def _gaps(template: Template) -> Gaps:
    parts = [part if isinstance(part, Placeholder) else _plain(part) for part in template.parts]
    parts = [part for part in parts if part != ""]
    return Gaps(
        pieces=tuple(part for part in parts if isinstance(part, str)),
        open_start=isinstance(parts[0], Placeholder),
        open_end=isinstance(parts[-1], Placeholder),
        names=tuple(_names(parts)),
    )


def _names(parts: Iterable[str | Placeholder]) -> Iterator[str]:
    """Of the value before each piece but the first, before that too if there is one, and of the value at the end."""
    names: list[str] = []
    within = False
    for part in parts:
        if isinstance(part, Placeholder):
            names.append(part.name)
            continue
        if within or names:
            yield names[0] if len(names) == 1 else ""
        names, within = [], True
    if names:
        yield names[0] if len(names) == 1 else ""


def _plain(text: str) -> str:
    """Without marks that nobody sees, and with one space for any white space."""
    return " ".join(visible(text).split())


def _texts(value: Any) -> Iterator[Text]:
    """Every text within the value that is no response's name."""
    return (found for found in structs_in(value) if isinstance(found, Text) and found.by_language)
