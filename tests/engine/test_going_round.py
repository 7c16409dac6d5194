"""Flows that go round without asking anything: what they say is heard once, and somebody takes over."""

from bot.events import ActionRequested, FlowEnded
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


POLL = """
  one:
    description: waits until the parcel is packed
    if: False
    steps:
      - id: look
        say: [We are packing it., "So far: {state}."]
      - action: action_look
        slow: It takes a moment.
        next:
          - if: slots.state is "packed"
            then: done
          - else: look
      - id: done
        say: It is packed.
slots:
  state: {type: text, initial_value: nothing}
actions: [action_look]
"""


def test_a_flow_that_looks_again_and_again_says_only_what_is_new() -> None:
    customer = customer_of(POLL)
    assert customer.taps("Go") == ["We are packing it.", "So far: nothing."]
    for _ in range(5):
        assert customer.action_returns() == []
    assert customer.action_returns({"state": "half"}) == ["So far: half."]
    assert customer.action_returns({"state": "half"}, says="I look at it.") == ["I look at it."]
    assert customer.action_returns(says="I look at it.") == []
    assert customer.action_returns({"state": "packed"})[0] == "It is packed."


def test_that_an_action_is_slow_is_told_once_a_round() -> None:
    customer = customer_of(POLL)
    customer.taps("Go")
    assert customer.waits(seconds=3) == ["It takes a moment."]
    customer.action_returns()
    assert customer.waits(seconds=3) == []


def test_who_writes_meanwhile_is_told_once_more() -> None:
    customer = customer_of(POLL)
    customer.taps("Go")
    customer.action_returns()
    assert customer.says("and?") == ["It takes a moment."]
    assert customer.action_returns() == ["We are packing it.", "So far: nothing."]


def test_a_flow_that_only_acts_ends_with_somebody_who_takes_over() -> None:
    customer = customer_of(POLL)
    customer.taps("Go")
    heard: list[str] = []
    while customer.happened(ActionRequested):
        heard += customer.action_returns()
    assert [text.startswith("Something went wrong") for text in heard] == [True]
    assert sum(isinstance(event, ActionRequested) for event in customer.log) == 30
    assert customer.conversation.handoff is not None


QUESTION = """
  one:
    description: asks how much
    if: False
    steps:
      - id: ask
        collect: amount
        ask: How much?
      - action: action_weigh
      - say: Not enough.
        next: ask
slots:
  amount: {type: float}
actions: [action_weigh]
"""


def test_an_answered_question_is_asked_where_only_actions_stand_on_the_way_back_to_it() -> None:
    customer = customer_of(QUESTION)
    customer.taps("Go")
    assert customer.says("3") == []
    assert customer.action_returns() == ["Not enough.", "How much?"]
    customer.says("4")
    assert customer.action_returns() == ["Not enough.", "How much?"]


def test_words_said_twice_on_a_straight_way_are_said_twice() -> None:
    customer = customer_of("""
  one:
    description: sends two letters
    if: False
    steps:
      - say: [Sending., Sending.]
      - action: action_send
      - say: Sending.
      - {call: two}
      - {call: two}
  two:
    description: sends one
    if: False
    steps:
      - say: One more.
      - action: action_send
actions: [action_send]
""")
    assert customer.taps("Go") == ["Sending.", "Sending."]
    assert customer.action_returns() == ["Sending.", "One more."]
    assert customer.action_returns() == ["One more."]
