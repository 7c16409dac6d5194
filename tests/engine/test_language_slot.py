"""CALM's own slot `language`: whatever fills it, its language is spoken."""

import pytest

from bot.events import LanguageChanged
from tests.engine.customers import CustomerOf, program_of

FLOWS = """
settings: {languages: [en, de, fa]}
slots: {language: {type: text}, other: {type: text}}
actions: [action_guess]
responses:
  utter_which:
    - text: "Which?"
      buttons:
        - {title: Deutsch, payload: '/SetSlots(language="de")'}
        - {title: Klingon, payload: "/SetSlots(language=tlh)"}
flows:
  main:
    start: true
    description: d
    steps:
      - menu: How?
        options:
          - {label: set, then: [{set_slots: [{language: de}], next: top}]}
          - {label: ask, then: [{collect: language, utter: utter_which, next: top}]}
          - {label: guess, then: [{action: action_guess, next: top}]}
      - id: top
        menu: {en: Hello, de: Hallo, fa: سلام}
        options: [{label: x}]
"""


@pytest.mark.parametrize("way", ["set", "ask", "guess"])
def test_whatever_fills_it(way: str) -> None:
    customer = CustomerOf(program_of(FLOWS))
    customer.starts()
    customer.taps(way)
    if way == "ask":
        customer.taps("Deutsch")
    elif way == "guess":
        customer.action_returns({"language": "de"})
    assert customer.seen() == ["Hallo"]
    assert customer.conversation.customer.language == "de"
    assert len(customer.happened(LanguageChanged)) == 1


def test_a_language_that_nobody_speaks_changes_nothing() -> None:
    customer = CustomerOf(program_of(FLOWS))
    customer.starts()
    customer.taps("ask")
    customer.taps("Klingon")
    assert customer.seen() == ["Hello"]
