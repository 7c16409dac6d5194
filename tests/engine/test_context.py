"""What the patterns of CALM may read as `context.…` (rasa.com: conditions, dialogue frames; patterns)."""

import pytest

from bot.content import Json
from bot.engine.context import context_of
from bot.engine.conversation import Frame
from tests.engine.customers import CustomerOf, program_of

DOMAIN = """
version: "3.1"
slots: {size: {type: text}}
responses:
  utter_ask_size: [{text: Which size?}]
  utter_why: [{text: "Why: {{context.reason}}.", metadata: {template: jinja}}]
  utter_no_answer: [{text: I found nothing.}]
  utter_cannot_handle: [{text: I do not chat.}]
"""
FLOWS = """
flows:
  order: {description: orders, nlu_trigger: [{intent: order}], steps: [{collect: size}]}
  look: {description: looks, nlu_trigger: [{intent: look}], steps: [{action: action_trigger_search}]}
  talk: {description: talks, nlu_trigger: [{intent: talk}], steps: [{action: action_trigger_chitchat}]}
  pattern_skip_question: {description: skips, steps: [{link: pattern_chitchat}]}
  pattern_cannot_handle:
    description: d
    steps:
      - noop: true
        next:
          - if: context.reason is "cannot_handle_no_relevant_answer"
            then: [{action: utter_no_answer, next: END}]
          - if: context.reason is "cannot_handle_chitchat"
            then: [{action: utter_cannot_handle, next: END}]
          - else: [{action: utter_why, next: END}]
"""


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ("/look", "I found nothing."),
        ("/talk", "I do not chat."),
        ("whatever", "Why: cannot_handle_default."),
    ],
)
def test_why_something_cannot_be_done(payload: str, said: str) -> None:
    customer = CustomerOf(program_of(DOMAIN, FLOWS))
    customer.starts()
    assert customer.sends_payload(payload)[0] == said


def test_a_pattern_that_is_linked_to_leaves_its_reason() -> None:
    customer = CustomerOf(program_of(DOMAIN, FLOWS))
    customer.starts()
    customer.sends_payload("/order")
    assert customer.commands("skip") == ["I do not chat.", "Which size?"]


@pytest.mark.parametrize(
    ("pattern", "known"),
    [
        ("pattern_completed", {"previous_flow_name": "order"}),
        ("pattern_cancel_flow", {"canceled_name": "order", "canceled_frames": ["order"]}),
        ("pattern_internal_error", {"error_type": "rasa_internal_error_default", "info": {}}),
        ("pattern_clarification", {"names": ["order", "look", "talk"], "clarification_options": "order, look, talk"}),
        ("pattern_correction", {"is_reset_only": False, "corrected_slots": {}, "reset_step_id": None}),
        ("pattern_continue_interrupted", {"interrupted_flow_names": ["look"], "multiple_flows_interrupted": False}),
    ],
)
def test_every_documented_name_has_a_value(pattern: str, known: dict[str, Json]) -> None:
    program = program_of(DOMAIN, FLOWS)
    stack = [Frame(number=1, flow="look", step="0"), Frame(number=2, flow=pattern, step="START")]
    context = context_of(program, stack, "order", "en")
    assert context["flow_id"] == pattern
    assert {name: context[name] for name in known} == known
