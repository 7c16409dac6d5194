"""Which choice a customer means by what they typed: its number, its words, or nearly its words."""

import functools
from collections.abc import Iterator
from typing import Literal, NamedTuple

from rapidfuzz import fuzz

from bot.engine.asking import page
from bot.engine.conversation import Offered, Wait
from bot.engine.normal import normalise
from bot.engine.talk import Talk

CLOSE_SPELLING = 84.0  # percent alike: one wrong letter in seven, two in thirteen
AMBIGUITY_MARGIN = 6.0  # the next best choice must be at least so much less alike
SHORTEST_WORD = 4  # letters; below, one wrong letter makes another word

_normal_label = functools.lru_cache(maxsize=10_000)(normalise)  # the same labels are compared again and again

Via = Literal["tap", "number", "label", "match", "spelling"]


class Match(NamedTuple):
    """A choice by its place in the wait's whole list."""

    place: int
    via: Via


def match_exactly(talk: Talk, wait: Wait, typed: str) -> Match | None:
    """By number on the page now shown, or by label or word, the customer's language first. `typed` is normal."""
    for key, place, _offered in page(talk, wait):
        if typed == key:
            return Match(place, "number")
    for language in (talk.language, *talk.program.languages):
        for place, offered in enumerate(wait.offered):
            if typed == _normal_label(offered.label):
                return Match(place, "label")
            if typed in _listed(talk, offered, language):
                return Match(place, "match")
    return None


def match_nearly(talk: Talk, wait: Wait, typed: str) -> Match | None:
    """The one choice that is spelled nearly so; none when two come near."""
    if len(typed) < SHORTEST_WORD or typed.isdecimal():
        return None
    ranked = sorted(
        (
            (max(_likeness(typed, _all_words(talk, offered)), default=0.0), place)
            for place, offered in enumerate(wait.offered)
        ),
        reverse=True,
    )
    if not ranked or ranked[0][0] < CLOSE_SPELLING:
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < AMBIGUITY_MARGIN:
        return None
    return Match(ranked[0][1], "spelling")


def _likeness(typed: str, words: Iterator[str]) -> Iterator[float]:
    return (fuzz.ratio(typed, word) for word in words if len(word) >= SHORTEST_WORD)


def _all_words(talk: Talk, offered: Offered) -> Iterator[str]:
    yield _normal_label(offered.label)
    for language in talk.program.languages:
        yield from _listed(talk, offered, language)


def _listed(talk: Talk, offered: Offered, language: str) -> tuple[str, ...]:
    """The words for the choice that the flow's author gave in the language."""
    if offered.option is None:
        return ()
    options = talk.program.option_words.get(talk.where)
    return options[offered.option].get(language, ()) if options else ()
