"""What agents and supervisors read is there in all our languages, with the same values, and each word once."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from bot.channels.telegram.wording import words
from bot.channels.telegram.wording.words import LANGUAGES, WORDS

HERE = Path(words.__file__)
ROOMS = sorted(set(HERE.parent.glob("[a-z]*.py")) - {HERE})


@pytest.mark.parametrize("name", WORDS)
def test_every_word_is_there_in_every_language(name: str) -> None:
    texts = WORDS[name]
    assert set(texts) == set(LANGUAGES)
    values = {language: sorted(re.findall(r"\{(\w+)\}", text)) for language, text in texts.items()}
    assert all(found == values["en"] for found in values.values()), values


def test_no_room_takes_a_word_from_another() -> None:
    named = []
    for room in ROOMS:
        module = import_module(f"bot.channels.telegram.wording.{room.stem}")
        named += [name for key, texts in vars(module).items() if key.endswith("_WORDS") for name in texts]
    assert len(named) > 100
    assert sorted(name for name in named if named.count(name) > 1) == []
