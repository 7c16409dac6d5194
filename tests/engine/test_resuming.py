"""A flow of CALM's that another one interrupted: whether to go on with it is asked, and answered in words."""

import pytest

from tests.engine.customers import CustomerOf, program_of

FLOWS = """
version: "3.1"
slots: {who: {type: text}, amount: {type: float}, card: {type: text}}
responses:
  utter_ask_who: [{text: Who?}]
  utter_ask_amount: [{text: How much?}]
  utter_ask_card: [{text: Which card?}]
  utter_blocked: [{text: Blocked.}]
flows:
  send_money:
    name: send money
    description: money to a friend
    nlu_trigger: [{intent: send}]
    steps: [{collect: who}, {collect: amount}]
  block_card:
    name: block a card
    description: stop a card
    nlu_trigger: [{intent: block}]
    steps: [{collect: card}, {action: utter_blocked}]
"""
PATTERN = """
  pattern_continue_interrupted:
    description: pattern_continue_interrupted
    steps:
      - collect: continue_interrupted_flow_confirmation
        next:
          - if: slots.continue_interrupted_flow_confirmation
            then: [{action: action_continue_interrupted_flow, next: END}]
          - else: [{action: action_cancel_interrupted_flows, next: END}]
"""
MENU = ["What would you like to do?"]


def interrupted(flows: str, channel: str = "telegram") -> CustomerOf:
    customer = CustomerOf(program_of(flows), channel=channel)
    customer.starts()
    customer.sends_payload("/send")
    customer.says("Ann")
    assert customer.sends_payload("/block") == ["Which card?"]
    assert customer.says("blue")[:2] == ["Blocked.", "Shall we go on with “send money”?"]
    return customer


@pytest.mark.parametrize("flows", [FLOWS, FLOWS + PATTERN])
@pytest.mark.parametrize("word", ["yes", "Sure!", "of course", "بله", "بله، لطفاً", "طبعًا", "כן, בבקשה"])
def test_a_yes_goes_on_where_the_flow_was(flows: str, word: str) -> None:
    customer = interrupted(flows)
    assert customer.says(word) == ["How much?"]
    assert customer.slots["who"] == "Ann"
    assert customer.says("5") == MENU


@pytest.mark.parametrize("flows", [FLOWS, FLOWS + PATTERN])
@pytest.mark.parametrize("word", ["no", "No, thanks.", "نه، ممنون", "لا، شكرًا", "לא, תודה"])
def test_a_no_leaves_it(flows: str, word: str) -> None:
    customer = interrupted(flows)
    assert customer.says(word)[-1:] == MENU
    assert customer.slots["who"] is None


@pytest.mark.parametrize("flows", [FLOWS, FLOWS + PATTERN])
def test_other_words_are_no_answer_and_silence_ends_it_like_everything(flows: str) -> None:
    customer = interrupted(flows)
    assert customer.says("purple")[-1] == "Shall we go on with “send money”?"
    assert customer.waits(hours=1) == []
    assert customer.waits(hours=30)[0].startswith("It has been quiet")
    assert customer.conversation.closed


def test_digits_are_keys_and_no_words() -> None:
    customer = interrupted(FLOWS, "plain")
    assert customer.says("1") == ["How much?"]
    customer = interrupted(FLOWS, "plain")
    customer.says("0")
    assert customer.conversation.handoff is not None


def test_of_several_that_were_left_each_is_offered_and_a_no_is_about_one() -> None:
    third = (
        FLOWS
        + """
  order_card:
    name: order a card
    description: a new card
    nlu_trigger: [{intent: order}]
    steps: [{collect: colour}, {action: utter_blocked}]
"""
    )
    slots, asks = "slots: {colour: {type: text}, ", "responses:\n  utter_ask_colour: [{text: Which colour?}]\n"
    customer = CustomerOf(program_of(third.replace("slots: {", slots).replace("responses:\n", asks)))
    customer.starts()
    customer.sends_payload("/send")
    customer.says("Ann")
    customer.sends_payload("/order")
    customer.sends_payload("/block")
    assert customer.says("blue")[-1] == "Shall we go on with “order a card”?"
    assert customer.says("no") == ["Shall we go on with “send money”?"]
    assert customer.says("yes") == ["How much?"]
    assert customer.slots["who"] == "Ann"
    assert customer.says("5") == MENU


SEVERAL = """
  order_card:
    name: order a card
    description: a new card
    nlu_trigger: [{intent: order}]
    steps: [{collect: colour}, {action: utter_blocked}]
  pattern_continue_interrupted:
    description: the default of rasa.com (patterns, default configuration)
    steps:
      - noop: true
        next:
          - if: context.multiple_flows_interrupted
            then: several
          - else: one
      - id: several
        collect: interrupted_flow_to_continue
        next:
          - if: slots.interrupted_flow_to_continue is not "none"
            then: [{action: action_continue_interrupted_flow, next: END}]
          - else: [{action: action_cancel_interrupted_flows, next: END}]
      - id: one
        collect: continue_interrupted_flow_confirmation
        next:
          - if: slots.continue_interrupted_flow_confirmation
            then: [{action: action_continue_interrupted_flow, next: END}]
          - else: [{action: action_cancel_interrupted_flows, next: END}]
"""


def interrupted_twice(*, from_menu: bool) -> CustomerOf:
    slots, asks = "slots: {colour: {type: text}, ", "responses:\n  utter_ask_colour: [{text: Which colour?}]\n"
    flows = (FLOWS + SEVERAL).replace("slots: {", slots, 1).replace("responses:\n", asks, 1)
    customer = CustomerOf(program_of(flows))
    customer.starts()
    _ = customer.taps("send money") if from_menu else customer.sends_payload("/send")
    customer.says("Ann")
    customer.sends_payload("/order")
    customer.sends_payload("/block")
    said = customer.says("blue")
    assert said[-1] == "Shall we go on with “order a card or send money”?"
    assert customer.buttons[:3] == ["order a card", "send money", "None of them"]
    return customer


@pytest.mark.parametrize("from_menu", [True, False])
def test_which_of_several_is_gone_on_with_can_be_chosen(*, from_menu: bool) -> None:
    customer = interrupted_twice(from_menu=from_menu)
    assert customer.taps("send money") == ["How much?"]
    assert customer.slots["who"] == "Ann"
    assert customer.says("5")[-1] == "Shall we go on with “order a card”?", "the other was not forgotten"
    assert customer.says("yes") == ["Which colour?"]
    assert customer.says("red")[-1:] == MENU
    assert len(customer.conversation.stack) == 1


@pytest.mark.parametrize("word", ["None of them", "no", '/SetSlots(interrupted_flow_to_continue="none")'])
def test_none_of_them_leaves_all(word: str) -> None:
    customer = interrupted_twice(from_menu=True)
    assert (customer.sends_payload(word) if word[0] == "/" else customer.says(word))[-1:] == MENU
    assert customer.slots["who"] is None


def test_a_yes_is_for_the_one_that_was_left_last_and_other_words_for_none() -> None:
    customer = interrupted_twice(from_menu=False)
    assert customer.says("purple")[-1] == "Shall we go on with “order a card or send money”?"
    assert customer.says("yes") == ["Which colour?"]


def test_whether_to_go_on_is_asked_without_the_rules_of_the_question_below() -> None:
    customer = CustomerOf(
        program_of("""
slots: {name: {type: text}}
flows:
  f: {description: f, start: true, steps: [{menu: Well?, options: [{label: Bye, then: END}]}]}
  naming:
    description: asks in haste
    triggers: [naming]
    steps: [{collect: name, ask: Name?, timeout: 60s, tries: 2, on_fail: [{say: Too slow., next: END}]}]
""")
    )
    customer.starts()
    customer.says("naming")
    (asked,) = customer.commands("start")
    assert customer.says("what")[-1] == asked
    assert customer.waits(minutes=5) == []
    assert customer.says("what")[-1] == asked


def test_a_pattern_that_only_says_so_goes_on_in_the_words_of_here() -> None:
    """As the flows of mlukan/Eryc and tavantzish/ReqGenie, which leave the response to CALM."""
    says = "  pattern_continue_interrupted: {description: d, steps: [{action: utter_flow_continue_interrupted}]}\n"
    customer = CustomerOf(program_of(FLOWS + says))
    customer.starts()
    customer.sends_payload("/send")
    customer.says("Ann")
    customer.sends_payload("/block")
    assert customer.says("blue") == ["Blocked.", "Back to “send money”.", "How much?"]
