"""The texts that ship: all four languages, the same values shown in each, and each written with its own letters."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.actions.demo.branches import BRANCHES, HOURS
from bot.actions.demo.order_book import DETAILS, ITEMS, STATUSES
from bot.actions.demo.returns import PICKUP
from bot.content import Json
from bot.engine.wording import WORDING

ROOT = Path(__file__).parents[1]
LANGUAGES = {"en", "fa", "ar", "he"}
FILES = (*sorted((ROOT / "flows").glob("*.yaml")), ROOT / "config" / "desk.yaml")
Words = Mapping[str, str | list[str]]  # a text, or a list of words, by language
PLACEHOLDER = re.compile(r"\{[^{}]+\}")
SCRIPTS = {"fa": "\u0600-\u06ff", "ar": "\u0600-\u06ff", "he": "\u0590-\u05ff"}


def texts_in(node: Json) -> Iterator[Words]:
    """Every text by language, at any depth; a response's text and its translations count as one."""
    if isinstance(node, list):
        for item in node:
            yield from texts_in(item)
    if not isinstance(node, dict):
        return
    if "en" in node or LANGUAGES & set(node):
        yield node
        return
    if "text" in node:
        yield {"en": node["text"], **node.get("translation", {})}
    for key, value in node.items():
        if key != "translation":
            yield from texts_in(value)


def all_texts() -> list[Words]:
    found = [text for file in FILES for text in texts_in(YAML(typ="safe").load(file))]
    found += [*WORDING.values(), *ITEMS.values(), *STATUSES.values(), *DETAILS.values(), HOURS, PICKUP]
    found += [text for branch in BRANCHES for text in (branch.city, branch.name, branch.address)]
    return found


ALL_TEXTS = all_texts()


def single_texts() -> Iterator[tuple[str, str]]:
    """Each language and text; of lists of words each word."""
    for text in ALL_TEXTS:
        for language, words in text.items():
            for word in words if isinstance(words, list) else [words]:
                yield language, word


def test_there_are_texts_to_look_at() -> None:
    assert len(ALL_TEXTS) > 200


def test_every_text_is_in_every_language() -> None:
    assert [text for text in ALL_TEXTS if set(text) != LANGUAGES or not all(text.values())] == []


def test_every_language_shows_the_same_values() -> None:
    def shown(text: str | list[str]) -> list[str]:
        return sorted(PLACEHOLDER.findall(str(text)))

    different = [text for text in ALL_TEXTS if len({tuple(shown(words)) for words in text.values()}) != 1]
    assert different == []


@pytest.mark.parametrize("language", sorted(SCRIPTS))
def test_every_translation_is_in_its_own_script(language: str) -> None:
    letters = re.compile(f"[{SCRIPTS[language]}]")
    assert [word for code, word in single_texts() if code == language and not letters.search(word)] == []


@pytest.mark.parametrize(
    ("language", "slip"),
    [
        ("fa", "[يىكة]"),  # Arabic letters where Persian has its own
        ("fa", r"[?;,]"),
        ("fa", r"\b(ن?می) \w"),  # a space where Persian joins with a zero-width non-joiner
        ("fa", r"\w ها\b"),
        ("ar", "[گچپژیک]"),
        ("ar", r"[?;,](?!\d)"),
        ("he", r"[؟،؛]"),
    ],
)
def test_letters_and_punctuation_are_those_of_the_language(language: str, slip: str) -> None:
    texts = [PLACEHOLDER.sub("", word) for code, word in single_texts() if code == language]
    assert [text for text in texts if re.search(slip, text)] == []


def test_no_text_is_padded() -> None:
    assert [word for _, word in single_texts() if word != word.strip()] == []
