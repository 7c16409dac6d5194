"""An answer that is changed later, by a button or a channel's payload: nothing else of the conversation is lost."""

import pytest

from tests.engine.customers import CustomerOf, program_of

FLOWS = """
version: "3.1"
slots:
  recipient: {type: text}
  amount: {type: float, validation: {rejections: [{if: slots.amount > 1000, utter: utter_too_much}]}}
  kind: {type: categorical, values: [card, cash]}
  pin: {type: text}
  sure: {type: bool}
responses:
  utter_ask_recipient: [{text: Who?}]
  utter_ask_amount: [{text: How much?}]
  utter_ask_kind: [{text: Card or cash?}]
  utter_ask_pin: [{text: Pin?}]
  utter_too_much: [{text: Too much.}]
  utter_ask_sure: [{text: "{amount} to {recipient}?"}]
  utter_sent: [{text: "{amount} are sent to {recipient}."}]
flows:
  transfer:
    description: transfer
    steps:
      - call: who
      - collect: kind
        next: [{if: slots.kind is "card", then: [{collect: pin, next: how}]}, {else: how}]
      - {id: how, collect: amount}
      - {collect: sure, ask_before_filling: true}
      - action: utter_sent
  who: {description: who, if: false, steps: [{collect: recipient}]}
"""


@pytest.fixture
def asked() -> CustomerOf:
    customer = CustomerOf(program_of(FLOWS))
    customer.starts()
    for answer in ("Joe", "cash", "50"):
        customer.says(answer)
    assert customer.seen() == ["50 to Joe?"]
    return customer


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ("/SetSlots(amount=70)", ["70 to Joe?"]),
        ("/SetSlots(recipient=Ann)", ["50 to Ann?"]),
        ("/SetSlots(recipient=Ann, amount=7)", ["7 to Ann?"]),
        ("/SetSlots(amount=7000)", ["Too much.", "50 to Joe?"]),
        ("/SetSlots(kind=card)", ["Pin?"]),
        ("/SetSlots(amount=null)", ["How much?"]),
        ("/SetSlots(kind=cash)", ["50 to Joe?"]),
    ],
)
def test_the_flow_goes_on_with_what_was_changed(asked: CustomerOf, payload: str, said: list[str]) -> None:
    assert asked.sends_payload(payload) == said


def test_a_new_way_asks_only_for_what_is_missing(asked: CustomerOf) -> None:
    asked.sends_payload("/SetSlots(kind=card)")
    assert asked.says("1234") == ["50 to Joe?"]
    assert asked.says("yes")[0] == "50 are sent to Joe."
