"""What the house itself says to agents, admins and testers is there in all four languages, with the same values."""

import re

import pytest

from bot.service import admin_notices, drafts, notice_words
from bot.service.desk import words as desk_words

WORDS = {**admin_notices.WORDS, **desk_words.DESK_WORDS, **drafts.WORDS, **notice_words.NOTICE_WORDS}


@pytest.mark.parametrize("name", WORDS)
def test_every_word_is_there_in_every_language(name: str) -> None:
    texts = WORDS[name]
    assert set(texts) == {"en", "fa", "ar", "he"}
    values = {language: sorted(re.findall(r"\{(\w+)\}", text)) for language, text in texts.items()}
    assert all(found == values["en"] for found in values.values()), values
