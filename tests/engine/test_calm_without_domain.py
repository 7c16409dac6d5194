"""A file of CALM's flows and nothing else: what no domain defines is stood in for, each told once."""

import pytest

from bot.engine.program import compile_program
from bot.engine.reader import read_flows
from tests.engine.customers import CustomerOf, program_of

ALONE = """
flows:
  send_parcel:
    description: a parcel is sent
    steps:
      - action: utter_send_parcel_intro
      - collect: receiver
      - collect: weight
        description: in kilograms, such as {this}
        rejections: [{if: slots.weight > 30, utter: utter_too_heavy}]
      - collect: insured
        ask_before_filling: true
        next:
          - if: not slots.insured
            then: [{action: utter_uninsured, next: END}]
          - else: [{action: action_insure, next: [{if: slots.insured and slots.weight < 2 or slots.rich, then: cheap},
                                                  {else: END}]}]
      - {id: cheap, action: utter_cheap}
  ask_price: {description: ask_price, steps: [{action: utter_send_parcel_intro}]}
"""


def told(source: str) -> list[str]:
    return [f"{each.line} {each.severity} {each.message}" for each in read_flows({"flows.yml": source}).problems]


def test_each_name_is_told_once_where_it_is_first() -> None:
    found = told(ALONE)
    assert [each for each in found if "in no domain" in each] == [
        "6 warning the response 'utter_send_parcel_intro' is in no domain: 'Send parcel intro' is said",
        "7 warning the response 'utter_ask_receiver' is in no domain: 'Receiver?' is said",
        "7 warning the slot 'receiver' is in no domain: taken as text",
        "8 warning the response 'utter_ask_weight' is in no domain: 'Weight?' is said",
        "8 warning the slot 'weight' is in no domain: taken as a number",
        "10 warning the response 'utter_too_heavy' is in no domain: 'Too heavy' is said",
        "11 warning the response 'utter_ask_insured' is in no domain: 'Insured?' is said",
        "11 warning the slot 'insured' is in no domain: taken as yes or no",
        "15 warning the response 'utter_uninsured' is in no domain: 'Uninsured' is said",
        "16 warning the action 'action_insure' is in no domain: it runs if there is code for it",
        "16 warning the slot 'rich' is in no domain: taken as yes or no",
        "18 warning the response 'utter_cheap' is in no domain: 'Cheap' is said",
    ]
    assert not [each for each in found if " error " in each]


@pytest.mark.parametrize("channel", ["telegram", "plain", "voice"])
def test_it_is_walked_from_the_menu(channel: str) -> None:
    customer = CustomerOf(program_of(ALONE), channel=channel)
    assert len(customer.starts()) == 2
    assert customer.says("Send parcel") == ["Send parcel intro", "Receiver?"]
    assert customer.says("Mina") == ["Weight?"]
    assert customer.says("31")[0] == "Too heavy"
    assert customer.says("1")[0].startswith("Insured?")
    assert customer.says("no")[0] == "Uninsured"
    customer.says("Send parcel")
    customer.says("Mina")
    customer.says("1")
    customer.says("yes")
    assert customer.action_returns({})[0] == "Cheap"


@pytest.mark.parametrize(
    ("compared", "type_of"),
    [
        ('slots.x is "a"', "text"),
        ("slots.x is not null", "text"),
        ("slots.x", "bool"),
        ("slots.x = True", "bool"),
        ("not slots.x and slots.y > 3", "bool"),
        ("slots.x >= 3", "float"),
        ("slots.x > slots.y", "float"),
        ("slots.x = 2.5", "float"),
        ("slots.x = 'a' or not slots.x", "text"),
        ("{'a' 'b'} contains slots.x", "text"),
        ("slots.x contains 'a'", "text"),
    ],
)
def test_a_slot_is_what_conditions_take_it_for(compared: str, type_of: str) -> None:
    source = f"""
flows:
  one:
    description: one
    steps:
      - collect: x
        next:
          - if: {compared if "{" not in compared else f'"{compared}"'}
            then: END
          - else: END
"""
    reading = read_flows({"flows.yml": source})
    assert reading.flow_set is not None, told(source)
    assert reading.flow_set.slots["x"].type == type_of


def test_what_flows_give_a_slot_counts_too() -> None:
    source = """
flows:
  one:
    description: one
    steps: [{set_slots: [{a: true}, {b: 3}, {c: word}, {d: null}], next: END}]
"""
    slots = program_of(source).flow_set.slots
    assert [slots[name].type for name in "abcd"] == ["bool", "float", "text", "text"]


def test_an_answer_that_is_refused_when_it_is_empty_is_no_yes_or_no() -> None:
    source = """
flows:
  one:
    description: one
    steps: [{collect: x, rejections: [{if: not slots.x or slots.x > 9, utter: utter_no}]}]
"""
    assert program_of(source).flow_set.slots["x"].type == "float"
    assert program_of(source.replace(" or slots.x > 9", "")).flow_set.slots["x"].type == "text"


@pytest.mark.parametrize(("first", "type_of"), [("year", "bool"), ("month", "text")])
def test_a_slot_that_is_asked_for_where_it_is_empty_is_no_yes_or_no(first: str, type_of: str) -> None:
    source = f"""
flows:
  one:
    description: one
    steps:
      - {{collect: {first}, next: [{{if: not slots.year, then: ask}}, {{else: END}}]}}
      - {{id: ask, collect: year}}
"""
    assert program_of(source).flow_set.slots["year"].type == type_of


@pytest.mark.parametrize(
    "ours",
    [
        "flows: {one: {description: one, steps: [{say: Hi}, {action: utter_missing}]}}",
        "flows: {one: {description: one, steps: [{collect: x, ask: X?}, {action: utter_missing}]}}",
        "flows: {one: {description: one, steps: [{action: utter_missing}]}}\nslots: {x: {type: text}}",
        "flows: {one: {description: one, steps: [{action: utter_missing}]}}\nresponses: {utter_hi: [{text: Hi}]}",
        "flows: {one: {description: one, steps: [{action: utter_missing}]}}\nactions: [action_x]",
        "flows: {one: {description: one, steps: [{action: utter_missing}]}}\nsettings: {languages: [en]}",
    ],
)
def test_flows_of_our_own_and_those_beside_a_domain_stay_strict(ours: str) -> None:
    assert any("error" in each and "utter_missing" in each for each in told(ours))


@pytest.mark.parametrize(
    "added",
    [
        "start: true, triggers: [one]}}",
        "if: True}}\n---settings: {tries: 2}",
        "if: True}}\n---flows: {menu: {description: menu, start: true, steps: [{say: Hello}, {link: one}]}}",
    ],
)
def test_what_people_add_first_to_bare_flows_leaves_them_as_they_were(added: str) -> None:
    flows, _, beside = f"flows: {{one: {{description: d, steps: [{{action: utter_missing}}], {added}".partition("---")
    reading = read_flows({"flows.yml": flows, **({"shop.yml": beside} if beside else {})})
    assert reading.flow_set is not None
    (problem,) = reading.problems
    assert "utter_missing" in str(problem)
    ours = read_flows(
        {"flows.yml": flows, "shop.yml": "flows: {b: {description: b, steps: [{say: x}, {action: utter_y}]}}"}
    )
    assert [str(each)[:8] for each in ours.problems if each.severity == "error"] == ["shop.yml"]


def test_a_flow_that_is_named_and_not_there_is_an_error_all_the_same() -> None:
    assert told("flows: {one: {description: one, steps: [{link: two}]}}") == [
        "1 error 'link' goes to 'two', which is not a flow"
    ]


@pytest.mark.parametrize("flow", ["pattern_cannot_handle", "only_called"])
def test_where_no_flow_may_begin_people_are_asked(flow: str) -> None:
    source = f"""
version: "3.1"
flows: {{{flow}: {{description: d, if: false, steps: [{{action: utter_pardon}}]}}}}
"""
    reading = read_flows({"flows.yml": source})
    assert [each.severity for each in reading.problems if each.code == "no-start"] == ["warning"]
    assert reading.flow_set is not None
    customer = CustomerOf(compile_program(reading.flow_set, "test"))
    customer.starts()
    assert customer.conversation.handoff is not None
