"""The action of a slot's `run_action_every_turn` runs whenever the customer says something (rasa.com: slots), fills
slots and may say something, and holds nobody up where it breaks (rasa 3.6, ActionExtractSlots).
"""

import pytest

from bot.engine.conversation import conversation_to_json
from bot.engine.inputs import TapHeard, TextHeard
from bot.events import ActionFailed, ActionRequested, CustomerSaid
from tests.engine.calm_walks import Walk
from tests.engine.customers import CustomerOf, program_of

DOMAIN = """
version: "3.1"
slots:
  size: {type: text}
  town: {type: text}
  username: {type: text, mappings: [{type: controlled, run_action_every_turn: action_who}]}
  mood: {type: text, mappings: [{type: controlled, run_action_every_turn: action_mood, coexistence_system: SHARED}]}
  tone: {type: text, mappings: [{type: controlled, run_action_every_turn: action_mood}]}
responses:
  utter_ask_size: [{text: "Which size, {username}?"}]
  utter_ask_town: [{text: "Which town, {username}?"}]
actions: [action_who, action_mood]
"""
FLOWS = """
flows:
  order: {description: orders, nlu_trigger: [{intent: order}], steps: [{collect: size}, {collect: town}]}
  look: {description: looks, steps: [{collect: town}]}
"""


def asked() -> CustomerOf:
    """A customer of whom the bot knows who they are before it says a word, at the first question."""
    customer = CustomerOf(program_of(DOMAIN, FLOWS), channel="webchat")
    assert customer.starts() == []
    assert not customer.conversation.stack
    assert customer.action_returns() == []
    assert customer.action_returns({"username": "Sara"})[-1] == "What would you like to do?"
    assert customer.sends_payload("/order") == []
    customer.action_returns()
    assert customer.action_returns() == ["Which size, Sara?"]
    return customer


def test_every_action_runs_once_in_the_order_of_the_slots_before_anything_is_done() -> None:
    customer = asked()
    customer.says("large")
    customer.action_returns({"mood": "good"})
    assert customer.action_returns({"username": "Ann"}) == ["Which town, Ann?"]
    assert customer.slots["size"] == "large"
    names = [event.action for event in customer.log if isinstance(event, ActionRequested)]
    assert names == ["action_mood", "action_who"] * 3


def test_what_is_said_meanwhile_is_heard_in_its_order() -> None:
    customer = asked()
    customer.says("large")
    assert customer.says("Rome") == []
    customer.action_returns()
    assert customer.action_returns() == ["Which town, Sara?"]
    customer.action_returns()
    assert customer.action_returns()[-1] == "What would you like to do?"
    said = [event.content.text.text for event in customer.log if isinstance(event, CustomerSaid)]
    assert said[-2:] == ["large", "Rome"]


@pytest.mark.parametrize("late", [False, True])
def test_an_action_that_breaks_holds_nobody_up(*, late: bool) -> None:
    customer = asked()
    customer.says("large")
    for _ in range(2):
        said = customer.waits(seconds=8) if late else customer.action_breaks()
    assert said[-1:] == ["Which town, Sara?"]
    assert [event.code for event in customer.log if isinstance(event, ActionFailed)] == (
        ["timeout"] * 2 if late else ["error"] * 2
    )


def test_only_slots_and_words_of_theirs_count() -> None:
    customer = asked()
    customer.says("large")
    customer.action_returns(says="Nice.", events=[{"event": "restart"}, {"event": "followup", "name": "action_who"}])
    assert customer.action_returns() == ["Which town, Sara?"]


def test_words_that_they_made_a_value_of_the_slot_that_is_asked_for_are_that_answer() -> None:
    customer = asked()
    customer.says("I would like it large, please")
    customer.action_returns({"size": "L"})
    assert customer.action_returns() == ["Which town, Sara?"]
    assert customer.slots["size"] == "L"


def test_a_button_of_the_question_still_counts() -> None:
    customer = CustomerOf(program_of(DOMAIN, FLOWS), channel="webchat")
    customer.starts()
    customer.action_returns()
    customer.action_returns()
    token = customer.token("Order")
    assert customer.hears(TapHeard(token=token)) == []
    assert customer.hears(TapHeard(token=token)) == []
    customer.action_returns()
    assert customer.action_returns() == ["Which size, ?"]
    customer.action_returns()
    assert customer.action_returns() == [], "a double tap is one answer"


def test_with_people_nothing_runs() -> None:
    customer = asked()
    customer.says("agent")
    customer.action_returns()
    customer.action_returns()
    assert customer.conversation.handoff is not None
    before = len([event for event in customer.log if isinstance(event, ActionRequested)])
    customer.hears(TextHeard(text="hello?"))
    assert len([event for event in customer.log if isinstance(event, ActionRequested)]) == before


def test_flows_without_them_keep_nothing() -> None:
    assert b"put_off" not in conversation_to_json(asked().conversation)


@pytest.mark.parametrize("seed", range(4))
def test_whatever_customers_do_the_conversation_goes_on(seed: int) -> None:
    walk = Walk(program_of(DOMAIN, FLOWS), "telegram", seed)
    for _ in range(150):
        walk.step()
    assert walk.begun >= {"order", "look"}
