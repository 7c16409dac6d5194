"""What customers read of CALM's files whose authors count on a language model, or on nobody reading it."""

import pytest

from bot.engine.program import compile_program
from bot.engine.reader import read_flows
from tests.engine.customers import CustomerOf

TALKING = """
flows:
  chitchat_flow: {description: chat, steps: [{action: utter_chat}]}
  flow_pay: {description: pay, steps: [{action: utter_paid}]}
  flow: {description: any, steps: [{action: utter_paid}]}
responses:
  utter_paid: [{text: Paid.}]
  utter_chat: [{text: placeholder, metadata: {rephrase: True, rephrase_prompt: "{{history}}"}}]
"""


def customer_of(**files: str) -> CustomerOf:
    flow_set = read_flows({f"{name}.yml": text for name, text in files.items()}).flow_set
    assert flow_set is not None
    return CustomerOf(compile_program(flow_set, "t"))


def test_flows_are_offered_by_what_they_are_about() -> None:
    customer = customer_of(flows=TALKING)
    customer.starts()
    assert customer.buttons == ["Chitchat", "Pay", "Flow"]


@pytest.mark.parametrize("text", ["placeholder", "Placeholder_this_utterance_needs_the_rephraser"])
def test_where_a_language_model_would_write_nobody_reads_what_holds_its_place(text: str) -> None:
    source = TALKING.replace("text: placeholder", f"text: {text}")
    (told,) = [each for each in read_flows({"f.yml": source}).problems if each.code == "needs-language-model"]
    assert "in place of its text" in told.message
    customer = customer_of(flows=source)
    customer.starts()
    assert customer.taps("Chitchat")[0] == "Sorry, I didn't get that."


def test_a_text_that_is_none_for_a_model_is_said() -> None:
    customer = customer_of(flows=TALKING.replace(', metadata: {rephrase: True, rephrase_prompt: "{{history}}"}', ""))
    customer.starts()
    assert customer.taps("Chitchat")[0] == "placeholder"
