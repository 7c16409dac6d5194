"""What was chosen where a secret is asked for stands in no event."""

import pytest

from bot.engine.inputs import TextHeard
from bot.events import CustomerSaid, to_json
from tests.engine.customers import CustomerOf, program_of

QUESTION = """
slots: {illness: {type: categorical, values: [diabetes, asthma]}}
responses:
  utter_ask_illness:
    - text: Which illness?
      buttons:
        - {title: Sugar disease, payload: "/SetSlots(illness=diabetes)"}
        - {title: Short breath, payload: "/SetSlots(illness=asthma)"}
flows:
  f: {description: f, start: true, steps: [{collect: illness, secret: true}, {say: Noted.}]}
"""
YES_OR_NO = """
slots: {illness: {type: bool}}
flows:
  f: {description: f, start: true, steps: [{collect: illness, ask: Are you ill?, secret: true}, {say: Noted.}]}
"""
MENU = """
slots: {illness: {type: text}}
flows:
  f:
    description: f
    start: true
    steps:
      - menu: Which illness?
        into: illness
        options: [{label: Sugar disease, value: diabetes}, {label: Short breath, value: asthma}]
      - say: Noted.
      - {collect: illness, ask: Which?, secret: true}
"""
LOOSE = """
slots: {illness: {type: text}}
responses:
  utter_hello: [{text: Hello, buttons: [{title: Sugar disease, payload: "/SetSlots(illness=diabetes)"}]}]
flows:
  f:
    description: f
    start: true
    steps: [{say: utter_hello}, {menu: And?, options: [{label: Go on}]}, {collect: illness, ask: Which?, secret: true}]
"""


@pytest.mark.parametrize(
    ("flows", "label", "value"),
    [(QUESTION, "Sugar disease", "diabetes"), (MENU, "Sugar disease", "diabetes"), (YES_OR_NO, "Yes", '"value":true')],
)
@pytest.mark.parametrize("typed", [False, True])
def test_a_choice_among_secrets_is_bullets(flows: str, label: str, value: str, typed: bool) -> None:
    customer = CustomerOf(program_of(flows))
    customer.starts()
    asked = len(customer.log)
    if typed:
        customer.hears(TextHeard(text=label))
    else:
        customer.taps(label)
    assert customer.seen()[0] == "Noted."
    said = customer.last(CustomerSaid)
    assert isinstance(said, CustomerSaid)
    assert said.content.text.text == "•••"
    log = "".join(map(to_json, customer.log[asked:]))
    assert label not in log
    assert value not in log
    assert ("choice_made" in log) == (flows != QUESTION)


def test_a_button_that_fills_a_secret_is_bullets() -> None:
    customer = CustomerOf(program_of(LOOSE))
    customer.starts()
    asked = len(customer.log)
    customer.taps("Sugar disease")
    log = "".join(map(to_json, customer.log[asked:]))
    assert '"tapped":"•••"' in log
    assert "Sugar" not in log
    assert "diabetes" not in log


def test_the_buttons_around_it_are_no_secret() -> None:
    customer = CustomerOf(
        program_of(QUESTION.replace("steps: [", "steps: [{menu: Hello, options: [{label: Go on}]}, "))
    )
    customer.starts()
    customer.taps("Go on")
    said = customer.last(CustomerSaid)
    assert isinstance(said, CustomerSaid)
    assert said.tapped == "Go on"
    customer.taps("Back")
    back = customer.last(CustomerSaid)
    assert isinstance(back, CustomerSaid)
    assert back.tapped == "Back"
