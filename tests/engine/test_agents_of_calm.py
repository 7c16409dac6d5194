"""What customers are asked where CALM's flows call agents of language models, which would talk with them."""

import pytest

from bot.engine.program import compile_program
from bot.engine.reader import Reading, read_flows
from tests.engine.customers import CustomerOf

FLOWS = """
version: "3.1"
slots:
  who: {type: text, mappings: [{type: from_llm}]}
  party: {type: float}
  table: {type: text, mappings: [{type: controlled}]}
  advice: {type: text}
  seats: {type: list}
responses:
  utter_ask_who: [{text: "On which name?"}]
  utter_booked: [{text: "Booked for {who}, {party}."}]
  utter_advice: [{text: "{advice}"}]
flows:
  book:
    description: books a table
    steps:
      - id: talk
        call: booking
        exit_if:
          - slots.who is not null
          - slots.party IS NOT NULL
          - slots.table is not null
          - slots.advice is not null
          - slots.seats is not null
          - slots.party > 3
        next:
          - {if: slots.party > 9, then: talk}
          - else: told
      - {id: told, action: utter_booked}
"""


def customer_of(reading: Reading) -> CustomerOf:
    assert reading.flow_set is not None
    return CustomerOf(compile_program(reading.flow_set, "t"))


def test_customers_are_asked_for_what_an_agent_waits_for() -> None:
    customer = customer_of(read_flows({"f.yml": FLOWS}))
    assert customer.starts()[-1:] == ["On which name?"]
    assert customer.says("Ann") == ["Please tell us: party."]
    assert customer.says("4")[:1] == ["Booked for Ann, 4."]


def test_what_is_known_is_not_asked_for() -> None:
    customer = customer_of(read_flows({"f.yml": FLOWS}))
    customer.starts()
    assert customer.sends_payload("/SetSlots(who=Bo, party=2)")[:1] == ["Booked for Bo, 2."]


@pytest.mark.parametrize(
    ("condition", "hint"),
    [("slots.who is not null", "customers are asked for what it would find out"), ("slots.who", "passed over")],
)
def test_the_author_is_told_once_what_stands_for_the_agent(condition: str, hint: str) -> None:
    exits = FLOWS[FLOWS.index("          - slots.who is") : FLOWS.index("        next:")]
    reading = read_flows({"f.yml": FLOWS.replace(exits, f"          - {condition}\n")})
    (told,) = [each for each in reading.problems if each.line == 19]
    assert (told.severity, told.code) == ("warning", "needs-language-model")
    assert hint in (told.hint or "")


def test_names_of_steps_that_are_taken_are_not_given_again() -> None:
    taken = FLOWS.replace("{id: told,", "{id: talk_done,").replace("else: told", "else: talk_done")
    customer = customer_of(read_flows({"f.yml": taken}))
    customer.starts()
    customer.says("Ann")
    assert customer.says("4")[:1] == ["Booked for Ann, 4."]


@pytest.mark.parametrize(("key", "wrong"), [("value", ()), ("result_key", ()), ("resultkey", ("missing", "unknown"))])
def test_what_is_taken_from_a_tools_answer_has_its_first_name_too(key: str, wrong: tuple[str, ...]) -> None:
    tool = f"mcp_server: tables\n        mapping: {{output: [{{slot: table, {key}: result.table}}]}}"
    exits = FLOWS[FLOWS.index("exit_if:") : FLOWS.index("        next:")]
    reading = read_flows({"f.yml": FLOWS.replace(exits, f"{tool}\n")})
    assert tuple(each.code.removesuffix("-key") for each in reading.problems if each.severity == "error") == wrong
