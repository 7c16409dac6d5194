"""Buttons of CALM's with a text that only a language model would take for the answer: each is an answer here."""

import pytest

from bot.engine.reader import read_flows
from tests.engine.customers import CustomerOf, program_of

SOURCE = """
version: "3.1"
slots: {{answer: {slot}}}
responses:
  utter_ask_answer:
    - text: Well?
      buttons: [{buttons}]
  utter_done: [{{text: "<{{answer}}>"}}]
flows:
  main: {{description: d, steps: [{{collect: answer}}, {{action: utter_done}}]}}
"""
BOOL = "{type: bool}"
WINES = "{type: categorical, values: [red_wine, white_wine, beer]}"


def source(slot: str, *payloads: str) -> str:
    buttons = ", ".join(f'{{title: "{payload} ", payload: "{payload}"}}' for payload in payloads)
    return SOURCE.format(slot=slot, buttons=buttons)


@pytest.mark.parametrize(
    ("slot", "payloads", "said"),
    [
        (BOOL, ("Ya", "Tidak"), ("Yes", "No")),
        (BOOL, ("はい", "いいえ"), ("Yes", "No")),
        (BOOL, ("Não", "Sim"), ("No", "Yes")),
        (BOOL, ("No, go back", "Yes, pay it"), ("No", "Yes")),
        (BOOL, ("Change it", "Yes, pay it"), ("No", "Yes")),
        (BOOL, ("Accept", "Refuse"), ("Yes", "No")),
        (WINES, ("I take a Red Wine", "White-wine!", "Something else"), ("red_wine", "white_wine", "beer")),
        (WINES, ("Rojo", "Blanco", "Cerveza"), ("red_wine", "white_wine", "beer")),
        (WINES, ("Blanco", "beer", "Rojo"), ("red_wine", "beer", "white_wine")),
        (WINES, ("/SetSlots(answer=Red-Wine)", "/SetSlots(answer=white)", "beer"), ("red_wine", "white_wine", "beer")),
    ],
)
def test_each_button_is_an_answer(slot: str, payloads: tuple[str, ...], said: tuple[str, ...]) -> None:
    for place, answer in enumerate(said):
        for tapped in (True, False):
            customer = CustomerOf(program_of(source(slot, *payloads)))
            customer.starts()
            heard = customer.taps(payloads[place] + " ") if tapped else customer.says(str(place + 1))
            assert heard[0] == f"<{answer}>", payloads[place]


def test_what_fits_nothing_is_no_answer() -> None:
    customer = CustomerOf(program_of(source(BOOL, "Yes", "No", "Later")))
    customer.starts()
    assert customer.taps("Later ")[-1] == "Well?"
    assert customer.taps("No ")[0] == "<No>"


def test_a_value_that_does_not_fit_is_refused_in_words() -> None:
    refused = "  utter_categorical_slot_rejection: [{text: 'Not {value}.'}]\n  utter_done"
    flows = source(WINES, "/SetSlots(answer=rojo)", "/SetSlots(answer=beer)").replace("  utter_done", refused)
    customer = CustomerOf(program_of(flows))
    customer.starts()
    assert customer.taps("/SetSlots(answer=rojo) ") == ["Not rojo.", "Well?"]


@pytest.mark.parametrize(
    ("slot", "payloads", "told"),
    [
        (BOOL, ("Yes", "Tidak"), None),
        (BOOL, ("/SetSlots(answer=true)", "/SetSlots(answer=false)"), None),
        ("{type: text}", ("Accept", "Refuse"), None),
        (WINES, ("red_wine", "beer"), None),
        (BOOL, ("Accept", "No"), "'Accept' is taken for 'yes'"),
        (BOOL, ("Accept", "Refuse"), "'Accept' is taken for 'yes', 'Refuse' is taken for 'no'"),
        (BOOL, ("Yes", "No", "Later"), "'Later' is no answer"),
        (WINES, ("Rojo", "Blanco"), "'Rojo' is no answer, 'Blanco' is no answer"),
    ],
)
def test_what_is_taken_for_an_answer_is_told(slot: str, payloads: tuple[str, ...], told: str | None) -> None:
    problems = read_flows({"flows.yml": source(slot, *payloads)}).problems
    found = [f"{each.line}:{each.column} {each.message}" for each in problems if each.code == "needs-language-model"]
    message = f"5:3 'utter_ask_answer' has buttons that need a language model: {told}"
    assert found == ([] if told is None else [message])
