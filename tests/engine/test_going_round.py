"""Flows that go round without asking anything: what they say is heard once, and somebody takes over."""

from bot.events import FlowEnded
from tests.engine.customers import CustomerOf, program_of

MENU = """
flows:
  main:
    start: true
    description: the first
    steps:
      - menu: What may it be?
        options:
          - {label: Go, then: go}
      - {id: go, link: one}
"""


def customer_of(flows: str) -> CustomerOf:
    customer = CustomerOf(program_of(MENU + flows))
    customer.starts()
    return customer


def test_what_is_said_over_and_over_is_heard_once() -> None:
    customer = customer_of("""
  one:
    description: says the same for ever
    if: False
    steps:
      - id: hello
        say: [Hello., How are you?]
      - action: action_extract_slots
        next: hello
""")
    said = customer.taps("Go")
    assert said[:2] == ["Hello.", "How are you?"]
    assert [text.startswith("Something went wrong") for text in said[2:]] == [True]
    assert customer.conversation.handoff is not None
    assert FlowEnded(flow="one", outcome="failed") in customer.turn


def test_questions_that_are_answered_already_are_asked_where_flows_link_in_a_circle() -> None:
    customer = customer_of("""
  one:
    description: asks how much
    if: False
    steps:
      - collect: amount
        ask: How much?
      - link: two
  two:
    description: says that it is not enough
    if: False
    steps:
      - say: Not enough.
      - link: one
slots:
  amount: {type: float, initial_value: 3}
""")
    assert customer.taps("Go") == ["Not enough.", "How much?"]
    assert customer.says("4") == ["Not enough.", "How much?"]
