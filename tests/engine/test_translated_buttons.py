"""Buttons of responses that do another thing, or say another word, in another language."""

import pytest

from bot.calm.export import ACTIONS, export_calm
from bot.engine.reader import read_flows, read_marked_flows
from bot.problems import Problem
from tests.engine.customers import CustomerOf, program_of

ZOO = """
version: "3.1"
slots:
  animal: {type: text}
  size: {type: text}
responses:
  utter_ask_animal:
    - text: Which animal?
      translation: {fa: کدام حیوان؟}
      buttons:
        - title: The cat
          payload: /SetSlots(animal=cat)
          translation:
            fa: {title: گربه, payload: /SetSlots(animal=gorbe)}
        - title: The dog
          payload: a dog
          translation: {fa: {title: سگ, payload: یک سگ}}
        - {title: The hen, payload: a hen, translation: {fa: مرغ}}
        - {title: The cow, translation: {fa: {title: گاو}}}
  utter_so: [{text: "{animal}.", translation: {fa: "{animal}."}}]
flows:
  zoo:
    description: zoo
    steps: [{collect: animal}, {action: utter_so}]
  other: {description: other, steps: [{action: utter_so}]}
"""


@pytest.mark.parametrize(
    ("language", "label", "animal"),
    [
        ("en", "The cat", "cat"),
        ("fa", "گربه", "gorbe"),
        ("en", "The dog", "a dog"),
        ("fa", "سگ", "یک سگ"),
        ("fa", "مرغ", "a hen"),
        ("en", "The cow", "The cow"),
        ("fa", "گاو", "گاو"),
    ],
)
def test_a_button_does_what_its_translation_says(language: str, label: str, animal: str) -> None:
    settings = "settings: {languages: [en, fa]}"
    for project in ({"1.yml": ZOO, "2.yml": settings}, _exported(ZOO, settings)):
        customer = CustomerOf(program_of(*project.values()), language=language)
        customer.starts("zoo")
        assert label in customer.buttons
        assert customer.taps(label)[0] == f"{animal}."


def _exported(*files: str) -> dict[str, str]:
    named = {f"{number}.yml": text for number, text in enumerate(files)}
    reading, marks = read_marked_flows(named)
    assert reading.flow_set is not None
    written = export_calm(reading.flow_set, named, marks).files
    return {name: text for name, text in written.items() if name != ACTIONS}


def problems_of(payload: str) -> list[Problem]:
    source = ZOO.replace("/SetSlots(animal=gorbe)", payload)
    return [each for each in read_flows({"f.yml": source}).problems if each.line == 14]


def test_what_a_translated_payload_names_must_be_there() -> None:
    assert [each.code for each in problems_of("/SetSlots(animla=gorbe)")] == ["unknown-slot"]
    assert [each.code for each in problems_of("/SetSlots(animal")] == ["payload"]
    assert problems_of('""') == []
