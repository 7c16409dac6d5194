"""In which language texts are written whose files don't say: as far as their letters tell."""

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.yaml_nodes import Listing, Mapping, Node, Scalar

SAID = frozenset({"text", "title", "say", "ask", "menu", "label"})  # keys below which words for customers stand
HEBREW = re.compile(r"[\u0590-\u05ff]")
ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")
PERSIAN = re.compile(r"[پچژگکی]")  # the last two are other letters than those of Arabic that look the same
PERSIAN_SHARE = 20  # in Persian every eighth letter is one of these, in Arabic a slip
LETTERS = re.compile(r"[^\W\d_]")


def own_language(nodes: Sequence[Node]) -> str | None:
    """The one of the languages with letters of their own that most of it is in, none for all others."""
    said = "".join(_said(nodes))
    hebrew, arabic = len(HEBREW.findall(said)), len(ARABIC.findall(said))
    if 2 * max(hebrew, arabic) <= len(LETTERS.findall(said)):
        return None
    if hebrew > arabic:
        return "he"
    named = {"ar", "fa"}.intersection(_keys(nodes))  # languages that other texts are marked with
    if len(named) == 1:
        return named.pop()
    return "fa" if PERSIAN_SHARE * len(PERSIAN.findall(said)) > arabic else "ar"


def _said(nodes: Iterable[Node], *, says: bool = False) -> Iterator[str]:
    for node in nodes:
        match node:
            case Scalar(text=text) if says:
                yield text
            case Listing(items=items):
                yield from _said(items, says=says)
            case Mapping(entries=entries) if not says:  # a text by languages says which they are
                for name, entry in entries.items():
                    if name != "translation":
                        yield from _said([entry.value], says=name in SAID)


def _keys(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        match node:
            case Listing(items=items):
                yield from _keys(items)
            case Mapping(entries=entries):
                yield from entries
                yield from _keys(entry.value for entry in entries.values())
