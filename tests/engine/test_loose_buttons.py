"""Buttons under a message that asks nothing are tapped, or named by who types (rasa.com: responses, buttons)."""

import pytest

from bot.engine.inputs import TapHeard
from bot.events import ActionRequested
from tests.engine.customers import CustomerOf, program_of

DOMAIN = """
version: "3.1"
slots:
  sure: {type: bool}
  town: {type: text}
  plan: {type: text}
responses:
  utter_offers:
    - text: We have plans.
      buttons:
        - {title: The big one, payload: "/SetSlots(plan=big)"}
        - {title: Something else, payload: other}
        - {title: Prices, payload: /prices}
        - {title: "No", payload: /prices}
        - {title: Echo, payload: echo}
        - {title: Of course, payload: "yes"}
  utter_ask_sure: [{text: Sure?}]
  utter_ask_town: [{text: Which town?}]
  utter_prices: [{text: It is free.}]
  utter_end: [{text: "{plan}, {sure}, {town}."}]
"""
FLOWS = """
flows:
  talk:
    description: talks
    start: true
    steps: [{action: utter_offers}, {collect: sure}, {collect: town}, {action: utter_end}]
  prices:
    description: tells prices
    nlu_trigger: [{intent: prices}]
    resume: auto
    steps: [{action: utter_prices}]
  others:
    description: tells of others
    triggers: [other]
    resume: auto
    steps: [{action: utter_prices}]
"""


def customer() -> CustomerOf:
    asked = CustomerOf(program_of(DOMAIN, FLOWS))
    assert asked.starts() == ["We have plans.", "Sure?"]
    return asked


@pytest.mark.parametrize("title", ["Prices", "prices ", "Something else"])
def test_what_a_button_does_is_done_when_its_title_is_typed(title: str) -> None:
    assert customer().says(title)[0] == "It is free."


def test_slots_are_set_and_the_question_is_asked_again() -> None:
    asked = customer()
    assert asked.says("the big one") == ["Sure?"]
    asked.says("yes")
    assert asked.says("Rome") == ["big, Yes, Rome."]


def test_plain_text_is_typed_in_the_place_of_the_title() -> None:
    assert customer().says("Of course") == ["Which town?"]


def test_the_question_that_is_asked_is_answered_first() -> None:
    asked = customer()
    assert asked.says("No") == ["Which town?"], "and not the button of that title"


def test_where_any_words_are_an_answer_an_older_button_is_not_meant() -> None:
    asked = customer()
    asked.says("yes")
    assert asked.says("Prices") == [", Yes, Prices."]


def test_but_one_that_came_with_the_question_is() -> None:
    asked = CustomerOf(program_of(DOMAIN, FLOWS.replace("{collect: sure}, ", "")))
    asked.starts()
    assert asked.says("Prices")[0] == "It is free."


def test_a_button_that_says_its_own_title_goes_no_circles() -> None:
    asked = customer()
    tapped = asked.token("Echo")
    assert asked.says("Echo")[-1] == "Sure?"
    assert asked.hears(TapHeard(token=tapped))[-1] == "Sure?"


ENDS = """
settings: {languages: [en, fa]}
actions: [action_order]
responses: {utter_end: [{text: {en: Bye., fa: خدانگهدار}, buttons: [{title: {en: Again, fa: باز}, payload: again}]}]}
flows:
  f:
    description: f
    start: true
    steps: [{call: order}]
  order:
    description: orders
    if: false
    steps: [{action: action_order}]
"""


def ordered(flows: str) -> CustomerOf:
    asked = CustomerOf(program_of(flows))
    asked.starts()
    asked.action_returns(responses=[{"text": "Ordered.", "buttons": [{"title": "Fine", "payload": "fine"}]}])
    assert asked.buttons == ["Fine"]
    return asked


@pytest.mark.parametrize("flows", [ENDS, ENDS.replace("{call: order}", "{action: action_order}")])
def test_what_was_done_before_the_last_buttons_is_not_done_again_in_another_language(flows: str) -> None:
    asked = ordered(flows)
    asked.commands("language", "fa")
    assert not asked.happened(ActionRequested)
    asked = ordered(flows)
    asked.commands("language")
    asked.taps("فارسی")
    assert not asked.happened(ActionRequested)
    asked = ordered(flows)
    asked.commands("forget")
    asked.taps("No")
    assert not asked.happened(ActionRequested)


def test_last_words_with_buttons_are_said_again_in_another_language() -> None:
    asked = CustomerOf(program_of(ENDS.replace("{call: order}", "{say: utter_end}")))
    assert asked.starts() == ["Bye."]
    assert asked.commands("language", "fa")[-1] == "خدانگهدار"
    assert asked.buttons == ["باز"]


def test_a_button_does_it_again_for_who_has_said_something_since() -> None:
    asked = customer()
    assert asked.taps("Prices") == ["It is free.", "Sure?"]
    assert asked.taps("Prices") == [], "a double tap"
    asked.says("hm")
    assert asked.taps("Prices") == ["It is free.", "Sure?"]
