"""Intents of buttons and triggers fill slots, as the mappings of the slots say."""

from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.calm.domain import domain_of
from bot.calm.losses import Losses
from bot.calm.project import Project
from bot.engine.reader import read_flows
from tests.engine.customers import CustomerOf, program_of

FLOWS = """
flows:
  tickets:
    description: tickets
    nlu_trigger: [{intent: see_film}]
    steps: [{collect: film}, {collect: seats}, {action: utter_done}]
  other: {description: other, steps: [{collect: name}, {action: utter_named}]}
"""
DOMAIN = """
version: "3.1"
intents: [inform, see_film, deny]
entities: [title]
slots:
  film: {type: text, mappings: [{type: from_entity, entity: title, not_intent: deny}]}
  seats:
    type: float
    mappings:
      - {type: from_intent, intent: [alone, single], value: 1}
      - {type: from_trigger_intent, intent: see_film, value: 2}
  name:
    type: text
    mappings: [{type: from_entity, entity: title, conditions: [{active_flow: other}]}]
  plain: {type: text}
responses:
  utter_ask_film: [{text: Which film?}]
  utter_ask_seats: [{text: How many?}]
  utter_ask_name: [{text: Your name?}]
  utter_done: [{text: "{film}, {seats}, {name}, {plain}."}]
  utter_named: [{text: "{name}!"}]
"""


def customer() -> CustomerOf:
    opened = CustomerOf(program_of(DOMAIN, FLOWS))
    opened.starts()
    return opened


def test_an_entity_answers_the_question_of_its_slot() -> None:
    asked = customer()
    asked.taps("Tickets")
    assert asked.sends_payload('/inform{"title": "Alien"}') == ["How many?"]
    assert asked.sends_payload("/single") == ["Alien, 1, , .", "What would you like to do?"]


def test_an_intent_that_starts_a_flow_fills_its_slots() -> None:
    assert customer().sends_payload('/see_film{{"title": "Alien"}}')[0] == "Alien, 2, , ."


@pytest.mark.parametrize("payload", ['/deny{"title": "Alien"}', '/inform{"film": "Alien"}', "/nothing"])
def test_an_intent_that_no_mapping_means_fills_nothing(payload: str) -> None:
    asked = customer()
    asked.taps("Tickets")
    asked.sends_payload(payload)
    assert asked.conversation.slots["film"] is None


def test_a_mapping_may_want_its_flow() -> None:
    asked = customer()
    asked.taps("Other")
    assert asked.sends_payload('/inform{"title": "Ann"}')[0] == "Ann!"
    asked.taps("Tickets")
    asked.sends_payload('/inform{"title": "Alien", "plain": "x"}')
    assert asked.says("3")[0] == "Alien, 3, , x."


def test_an_intent_starts_its_flow_past_the_guard() -> None:
    guarded = CustomerOf(program_of(DOMAIN, FLOWS.replace("description: d\n", "description: d\n    if: slots.plain\n")))
    guarded.starts()
    assert guarded.sends_payload("/see_film") == ["Which film?"]
    first = CustomerOf(program_of(DOMAIN, FLOWS.replace("description: d\n", "description: d\n    if: false\n")))
    assert first.commands("see_film") == ["Which film?"], "the first words of a conversation, typed"


def test_an_intent_that_no_messenger_takes_for_a_command_is_typed() -> None:
    """As rasa's own message handler reads it: a slash, and the name of any intent."""
    flows = FLOWS.replace("intent: see_film", "intent: see-film.2")
    assert CustomerOf(program_of(DOMAIN, flows)).says("/see-film.2") == ["Which film?"]
    customer = CustomerOf(program_of(DOMAIN, flows))
    customer.starts()
    assert customer.says("/see-film.2") == ["Which film?"]


BUTTONS = '{text: A, buttons: [{title: A, payload: /alone}, {title: B, payload: \'/inform{"title": "x"}\'}]}'


def test_nobody_is_warned_of_buttons_that_fill_slots() -> None:
    domain = DOMAIN.replace("utter_ask_film: [{text: Which film?}]", f"utter_ask_film: [{BUTTONS}]")
    problems = read_flows({"flows.yml": FLOWS, "domain.yml": domain}).problems
    assert not [str(each) for each in problems if each.code in ("unknown-intent", "needs-language-model")]
    nobody = read_flows({"flows.yml": FLOWS, "domain.yml": domain.replace("payload: /alone", "payload: /aloof")})
    assert [each.code for each in nobody.problems if each.severity == "error" or "aloof" in each.message] == [
        "unknown-intent"
    ]


def test_mappings_are_exported() -> None:
    files = {"flows.yml": FLOWS, "domain.yml": DOMAIN}
    flow_set = read_flows(files).flow_set
    assert flow_set is not None
    project = Project(flow_set, Losses(files, {}))
    project.collected |= {"film", "seats", "name"}
    slots: Any = domain_of(project)["slots"]
    for name, given in YAML(typ="safe").load(DOMAIN)["slots"].items():
        wanted = given.get("mappings", [])
        for mapping in wanted:
            for key in mapping.keys() & {"intent", "not_intent"}:
                mapping[key] = mapping[key] if isinstance(mapping[key], list) else [mapping[key]]
        assert slots[name]["mappings"][1:] == wanted
