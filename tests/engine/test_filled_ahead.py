"""What is filled before a flow asks for it is reset with that flow (rasa.com: flow steps, resetting slots; flows,
persisted slots; responses, payload syntax).
"""

import pytest

from tests.engine.customers import CustomerOf, program_of

DOMAIN = """
version: "3.1"
intents: [order, tell]
slots:
  size: {type: text, mappings: [{type: from_llm}, {type: from_entity, entity: size}]}
  town: {type: text}
  plan: {type: text}
responses:
  utter_ask_size: [{text: Which size?}]
  utter_ask_town: [{text: Which town?}]
  utter_done: [{text: "{size}, {town}."}]
  utter_now: [{text: "Now {size}, {town}."}]
"""
FLOWS = """
flows:
  order:
    description: orders
    nlu_trigger: [{intent: order}]
    persisted_slots: [town]
    steps: [{collect: size}, {collect: town}, {action: utter_done}]
  tell:
    description: tells
    nlu_trigger: [{intent: tell}]
    steps: [{action: utter_now}]
"""


def at_menu(payload: str) -> CustomerOf:
    """At the menu of flows, after this."""
    customer = CustomerOf(program_of(DOMAIN, FLOWS), channel="webchat")
    customer.starts()
    customer.sends_payload(payload)
    return customer


@pytest.mark.parametrize("begins", [True, False])
def test_it_is_not_asked_for_once_and_reset_then(*, begins: bool) -> None:
    payload = "/SetSlots(size=L, town=Rome)"
    customer = CustomerOf(program_of(DOMAIN, FLOWS)) if begins else at_menu(payload)
    if begins:
        customer.sends_payload(payload)
    assert customer.sends_payload("/order")[0] == "L, Rome."
    assert customer.sends_payload("/tell")[0] == "Now , Rome.", "the town is kept by its flow"
    assert customer.sends_payload("/order")[0] == "Which size?"


def test_what_an_entity_fills_at_first_is_reset() -> None:
    customer = CustomerOf(program_of(DOMAIN, FLOWS))
    customer.sends_payload('/inform{"size": "L"}')
    assert customer.conversation.ahead == ("size",)
    customer.sends_payload("/order")
    customer.says("Rome")
    assert customer.conversation.slots["size"] is None
    assert not customer.conversation.ahead


def test_who_leaves_the_flow_is_asked_again() -> None:
    customer = at_menu("/SetSlots(size=L)")
    assert customer.sends_payload("/order") == ["Which town?"]
    customer.commands("cancel")
    assert customer.sends_payload("/order") == ["Which size?"]


def test_what_an_action_sets_stays() -> None:
    flows = FLOWS + "  find: {description: finds, nlu_trigger: [{intent: find}], steps: [{action: action_find}]}\n"
    customer = CustomerOf(program_of(DOMAIN + "actions: [action_find]\n", flows))
    customer.starts()
    customer.sends_payload("/SetSlots(size=L)")
    customer.sends_payload("/find")
    customer.action_returns({"size": "XL", "town": "Oslo"})
    assert customer.sends_payload("/order")[0] == "XL, Oslo."
    assert customer.sends_payload("/tell")[0] == "Now XL, Oslo."


def test_what_a_button_sets_for_the_flow_that_is_linked_to_is_not_asked_there() -> None:
    pick = """
  pick:
    description: picks
    nlu_trigger: [{intent: pick}]
    steps: [{collect: plan, next: [{if: slots.plan is "card", then: [{link: order}]}, {else: END}]}]
"""
    buttons = '[{title: Large card, payload: "/SetSlots(plan=card, size=L)"}]'
    domain = DOMAIN + f"  utter_ask_plan: [{{text: Which plan?, buttons: {buttons}}}]\n"
    customer = CustomerOf(program_of(domain, FLOWS + pick))
    customer.starts()
    assert customer.sends_payload("/pick") == ["Which plan?"]
    assert customer.taps("Large card") == ["Which town?"]
    assert customer.conversation.slots["plan"] is None, "its own flow is over"
    customer.says("Rome")
    assert customer.conversation.slots["size"] is None
