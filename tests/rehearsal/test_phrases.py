"""The phrase book: what a message is, whatever the values in it are and whatever language it is in."""

import pytest

from bot.rehearsal.phrases import PhraseBook
from tests.rehearsal.theatre import program_of

FLOWS = b"""
settings: {languages: [en, fa]}
slots: {name: {type: text}, age: {type: text}}
responses:
  utter_who: [{text: "**{name}** is {age} ", translation: {fa: "{age} sal, {name}"}}]
  utter_ends: [{text: "old: {age}.", translation: {fa: "pir: {age}."}}]
  utter_twice: [{text: "a {name} a", translation: {fa: "b {name} b"}}]
  utter_value: [{text: "{name}", translation: {fa: "{name}"}}]
  utter_list:
    - text: "You have {% if name %}these: {% for a in name %}{{ a }}{% endfor %}{% else %}none{% endif %}!"
      metadata: {template: jinja}
  utter_bye: [{text: Bye!, translation: {fa: Khodahafez!}}]
flows:
  main:
    start: true
    description: All of it
    steps:
      - collect: name
        ask: {en: Name?, fa: Nam?}
      - collect: age
        ask: {en: Age?, fa: Sen?}
      - say: [utter_list, utter_who, utter_ends, utter_twice, utter_value, utter_bye]
"""


@pytest.fixture(scope="module")
def book() -> PhraseBook:
    return PhraseBook(program_of({"f.yaml": FLOWS}))


@pytest.mark.parametrize(
    ("response", "said", "is_it"),
    [
        ("utter_who", "Ann is 7", True),
        ("utter_who", "Ann is", True),
        ("utter_who", "Ann\nis   7", True),
        ("utter_who", "Ann was 7", False),
        ("utter_list", "You have these: a, b, c!", True),
        ("utter_list", "You have none!", True),
        ("utter_list", "You have some!", False),
        ("utter_ends", "old: 7.", True),
        ("utter_ends", "old: .", True),
        ("utter_ends", "very old: 7.", False),
        ("utter_ends", "old: 7", False),
        ("utter_twice", "a b a", True),
        ("utter_twice", "a", False),
        ("utter_bye", "BYE!", True),
        ("utter_nobody", "bye", False),
    ],
)
def test_a_message_is_a_response_or_not(book: PhraseBook, response: str, said: str, is_it: bool) -> None:
    assert book.is_response(response, said, "en") is is_it


def test_a_message_means_what_was_written_in_another_language(book: PhraseBook) -> None:
    assert book.means("Ann is 7", "7 sal, Ann", "fa")
    assert not book.means("Ann is 7", "Khodahafez!", "fa")
    assert not book.means("Ann is 7", "Ann is 8", "en")
    assert not book.means("whatever", "anything", "fa")  # a text of a value alone tells nothing
    assert book.means("Bye!\nold: 7.", "Khodahafez!\npir: 7.", "fa")
    assert not book.means("Bye!\nold: 7.", "Khodahafez!\n7 sal, Ann", "fa")
    assert book.is_response("utter_bye", "pir: 7.\nKhodahafez!", "fa")
    assert book.is_label("Name?", "Nam?", "fa")
    assert not book.is_label("Name?", "Sen?", "fa")
    assert set(book.sources("7 sal, Ann", "fa")) == {"**{name}** is {age} ", "{age} sal, {name}"}
