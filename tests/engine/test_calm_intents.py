"""Intents of CALM's own channels and patterns (rasa.com: patterns, default configuration; domain, sessions)."""

import json

import pytest

from bot.content import Json
from bot.engine.reader import read_flows
from bot.events import ConversationClosed, FlowEnded
from tests.engine.customers import CustomerOf, program_of

DOMAIN = """
version: "3.1"
slots: {size: {type: text}, known: {type: text}}
responses:
  utter_ask_size: [{text: Which size?}]
  utter_ok: [{text: "{size}, {known}.", buttons: [{title: Again, payload: /restart}]}]
  utter_restart: [{text: Anew!}]
  utter_hi: [{text: "Hi {known}!"}]
"""
FLOWS = """
flows:
  order: {description: orders, nlu_trigger: [{intent: order}], steps: [{collect: size}, {action: utter_ok}]}
  pattern_session_start: {description: greets, steps: [{action: utter_hi}]}
"""


def asked(session: str = "") -> CustomerOf:
    """Somebody whose name was set, and who is asked for a size."""
    customer = CustomerOf(program_of(DOMAIN + session, FLOWS))
    customer.sends_payload("/SetSlots(known=Ann)")
    assert customer.sends_payload("/order") == ["Which size?"]
    return customer


def test_a_button_begins_everything_anew() -> None:
    customer = asked()
    assert customer.sends_payload("/restart")[:2] == ["Anew!", "Hi !"]
    told = [each for each in read_flows({"domain.yml": DOMAIN, "flows.yml": FLOWS}).problems if "/restart" in str(each)]
    assert not told


@pytest.mark.parametrize(("session", "greeting"), [("", "Hi Ann!"), ("false", "Hi !"), ("true", "Hi Ann!")])
def test_a_session_is_begun_by_hand(session: str, greeting: str) -> None:
    config = f"session_config: {{session_expiration_time: 60, carry_over_slots_to_new_session: {session}}}\n"
    customer = asked(config if session else "")
    assert customer.sends_payload("/session_start")[0] == greeting


def test_a_button_may_name_a_command() -> None:
    customer = asked()
    customer.sends_payload("/cancel")
    assert [event.outcome for event in customer.turn if isinstance(event, FlowEnded)][:1] == ["cancelled"]


def test_who_hangs_up_is_gone() -> None:
    customer = asked()
    assert customer.sends_payload("/session_end") == []
    assert customer.happened(ConversationClosed) == [ConversationClosed(reason="customer")]


def test_silence_is_heard_as_silence() -> None:
    assert asked().sends_payload("/silence_timeout")[-1] == "Which size?"
    customer = CustomerOf(program_of(DOMAIN, FLOWS))
    customer.starts()
    assert customer.sends_payload("/nobody")[-1] != "", "what is nobody's intent is not understood"


VALUES: dict[str, Json] = {"known": "a, b=1) {size}", "size": None}


@pytest.mark.parametrize(
    ("payload", "does"),
    [
        ("/SetSlots(size={known}, plan=x)", '/SetSlots(size="a, b=1) {size}", plan="x")'),
        ("/SetSlots(size=the {known})", '/SetSlots(size="the a, b=1) {size}")'),
        ('/order{{"size": "{known}"}}', '/order{"size":"a, b=1) {size}"}'),
        ("about {known}", "about a, b=1) {size}"),
        ("/SetSlots(size=L)", "/SetSlots(size=L)"),
        ('/order{{"size": 1}}', '/order{{"size": 1}}'),
    ],
)
def test_what_a_button_does_may_name_slots_whose_values_are_data(payload: str, does: str) -> None:
    assert payload_of(payload, VALUES) == does


def test_a_value_never_becomes_what_a_button_does() -> None:
    assert payload_of("{known}", {"known": "/SetSlots(size=L)"}) == "Go"


def payload_of(payload: str, values: dict[str, Json]) -> str:
    """What the button does that is shown while the slots have these values."""
    slots = {name: {"type": "text"} for name in ("known", "size", "plan")}
    ask = {"text": "Which?", "buttons": [{"title": "Go", "payload": payload}]}
    domain = {"version": "3.1", "slots": slots, "responses": {"utter_ask_size": [ask]}}
    order = {"description": "orders", "nlu_trigger": [{"intent": "order"}], "steps": [{"collect": "size"}]}
    other = {"description": "looks", "steps": [{"collect": "plan"}]}
    program = program_of(json.dumps(domain), json.dumps({"flows": {"order": order, "other": other}}))
    customer = CustomerOf(program)
    customer.starts()
    for name, value in values.items():
        customer.conversation.slots[name] = value
    customer.sends_payload("/order")
    wait = customer.conversation.wait
    assert wait is not None
    return str(wait.offered[0].payload)
