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
        ("/SetSlots(amount=70)", ["All right, we have changed that: 70.", "70 to Joe?"]),
        ("/SetSlots(recipient=Ann)", ["All right, we have changed that: Ann.", "50 to Ann?"]),
        ("/SetSlots(recipient=Ann, amount=7)", ["All right, we have changed that: Ann and 7.", "7 to Ann?"]),
        ("/SetSlots(amount=7000)", ["Too much.", "50 to Joe?"]),
        ("/SetSlots(kind=card)", ["All right, we have changed that: card.", "Pin?"]),
        ("/SetSlots(amount=null)", ["How much?"]),
        ("/SetSlots(kind=cash)", ["50 to Joe?"]),
        ("/SetSlots(pin=9)", ["50 to Joe?"]),  # what holds nothing is filled, not corrected
    ],
)
def test_the_flow_goes_on_with_what_was_changed(asked: CustomerOf, payload: str, said: list[str]) -> None:
    assert asked.sends_payload(payload) == said


def test_a_new_way_asks_only_for_what_is_missing(asked: CustomerOf) -> None:
    asked.sends_payload("/SetSlots(kind=card)")
    assert asked.says("1234") == ["50 to Joe?"]
    assert asked.says("yes")[0] == "50 are sent to Joe."


def test_what_is_asked_now_is_answered_with_the_correction(asked: CustomerOf) -> None:
    asked.sends_payload("/SetSlots(amount=null)")
    assert asked.sends_payload("/SetSlots(kind=card, amount=8)")[-1] == "Pin?"
    assert asked.says("1234") == ["8 to Joe?"]


def test_another_answer_to_a_question_that_comes_again_is_no_correction() -> None:
    flows = FLOWS.replace("{collect: sure, ask_before_filling: true}", "{collect: kind, ask_before_filling: true}")
    customer = CustomerOf(program_of(flows))
    customer.starts()
    for answer in ("Joe", "cash", "50"):
        customer.says(answer)
    assert customer.sends_payload("/SetSlots(kind=card)")[0] == "50 are sent to Joe."


# The pattern (rasa.com: patterns, requiring confirmation; conditions, correction)

CONFIRMED = """
  pattern_correction:
    description: Confirm a previous correction of a slot value.
    steps:
      - noop: true
        next:
          - if: context.is_reset_only
            then: [{action: action_correct_flow_slot, next: END}]
          - else: confirm_first
      - id: confirm_first
        collect: confirm_slot_correction
        next:
          - if: not slots.confirm_slot_correction
            then: [{action: utter_not_corrected_previous_input, next: END}]
          - else:
              - action: action_correct_flow_slot
              - {action: utter_corrected_previous_input, next: END}
"""
WORDS = """
slots: {confirm_slot_correction: {type: bool}}
responses:
  utter_ask_confirm_slot_correction:
    - text: "Do you want to update the {{ context.corrected_slots.keys()|join(', ') }}?"
      metadata: {template: jinja}
  utter_not_corrected_previous_input: [{text: "Ok, I did not correct the previous input."}]
  utter_corrected_previous_input:
    - text: "{{ context.corrected_slots.keys()|join(', ') }} is {{ context.new_slot_values | join(', ') }} in {{
        context.reset_flow_id }}."
      metadata: {template: jinja}
"""


def confirming(flows: str = FLOWS, pattern: str = CONFIRMED) -> CustomerOf:
    customer = CustomerOf(program_of(flows + pattern, WORDS))
    customer.starts()
    for answer in ("Joe", "cash", "50"):
        customer.says(answer)
    return customer


def test_the_flows_own_pattern_asks_before_anything_is_changed() -> None:
    customer = confirming()
    assert customer.sends_payload("/SetSlots(amount=70)") == ["Do you want to update the amount?"]
    assert customer.slots["amount"] == 50
    assert customer.says("yes") == ["amount is 70 in transfer.", "70 to Joe?"]
    assert customer.slots["confirm_slot_correction"] is None


def test_who_declines_keeps_everything_and_is_asked_what_was_asked() -> None:
    customer = confirming()
    customer.sends_payload("/SetSlots(recipient=Ann)")
    assert customer.says("no") == ["Ok, I did not correct the previous input.", "50 to Joe?"]
    assert customer.says("yes")[0] == "50 are sent to Joe."


def test_a_correction_amid_another_takes_its_place() -> None:
    customer = confirming()
    customer.sends_payload("/SetSlots(amount=70)")
    assert customer.sends_payload("/SetSlots(kind=card)") == ["Do you want to update the kind?"]
    assert customer.says("yes") == ["kind is card in transfer.", "Pin?"]
    assert customer.slots["amount"] == 50


def test_a_pattern_that_corrects_nothing_leaves_all_as_it_is() -> None:
    customer = confirming(pattern="  pattern_correction: {description: d, steps: [{noop: true, next: END}]}\n")
    assert customer.sends_payload("/SetSlots(amount=70)") == ["50 to Joe?"]
    assert customer.slots["amount"] == 50


def test_an_answer_of_the_calling_flow_is_corrected_from_the_called_one() -> None:
    flows = (
        FLOWS.replace("{collect: sure, ask_before_filling: true}", "{call: check}")
        + """
  check: {description: check, if: false, steps: [{collect: pin}, {collect: sure}]}
"""
    )
    customer = confirming(flows, "")
    customer.says("1234")
    assert customer.sends_payload("/SetSlots(amount=70)") == ["amount is 70 in transfer.", "70 to Joe?"]
    assert customer.slots["pin"] == "1234"
    assert customer.says("yes")[0] == "70 are sent to Joe."
    assert all(customer.slots[slot] is None for slot in ("amount", "pin", "recipient"))


def test_what_is_done_for_good_is_not_done_again() -> None:
    steps = "      - {id: pay, action: action_pay, final: true, next: after}\n      - {id: after, collect: sure}\n"
    flows = FLOWS.replace("      - {collect: sure, ask_before_filling: true}\n", steps) + "actions: [action_pay]\n"
    customer = CustomerOf(program_of(flows))
    customer.starts()
    for answer in ("Joe", "cash", "50"):
        customer.says(answer)
    customer.action_returns()
    assert customer.sends_payload("/SetSlots(amount=70)") == ["70 to Joe?"], "nothing is paid twice"


def test_a_secret_is_corrected_in_bullets() -> None:
    flows = FLOWS.replace("{collect: pin, next: how}", "{collect: pin, secret: true, next: how}")
    customer = confirming(flows, "")
    customer.sends_payload("/SetSlots(kind=card)")
    customer.says("1234")
    assert customer.sends_payload("/SetSlots(pin=5678)")[0] == "pin is ••• in transfer."
    assert customer.slots["pin"] == "5678"


def test_a_button_of_a_question_of_before_corrects_its_answer() -> None:
    buttons = "[{text: Card or cash?, buttons: [{title: Card, payload: /SetSlots(kind=card)}]}]"
    more = "      - {collect: kind, next: more}\n      - {id: more, collect: amount}\n"
    flows = f"""
version: "3.1"
slots: {{kind: {{type: text}}, amount: {{type: float}}}}
responses:
  utter_choose: {buttons}
  utter_ask_kind: [{{text: Kind?}}]
  utter_ask_amount: [{{text: How much?}}]
flows:
  pay:
    description: pay
    steps:
      - action: utter_choose
{more}"""
    customer = CustomerOf(program_of(flows))
    customer.starts()
    customer.says("cash")
    assert customer.taps("Card") == ["All right, we have changed that: card.", "How much?"]
    assert customer.slots["kind"] == "card"


def test_at_a_menu_an_answer_of_before_is_corrected_too() -> None:
    customer = CustomerOf(
        program_of("""
slots: {kind: {type: categorical, values: [card, cash]}, pin: {type: text}}
flows:
  f:
    start: true
    description: f
    steps:
      - collect: kind
        ask: Which?
        next: [{if: slots.kind is "card", then: pin}, {else: well}]
      - {id: pin, collect: pin, ask: Pin?, next: well}
      - {id: well, menu: "Well, {kind}?", options: [{label: Bye, then: END}]}
""")
    )
    customer.starts()
    assert customer.says("cash") == ["Well, cash?"]
    assert customer.sends_payload("/SetSlots(kind=card)") == ["All right, we have changed that: card.", "Pin?"]
    assert customer.says("1234") == ["Well, card?"]
    assert customer.says("back") == ["Pin?"]


def test_what_another_flow_asked_while_a_correction_waits_is_changed_at_once() -> None:
    more = """
  look: {description: looks, if: false, nlu_trigger: [{intent: look}], steps: [{collect: pin}, {collect: name}]}
"""
    named = FLOWS.replace("  pin: {type: text}\n", "  pin: {type: text}\n  name: {type: text}\n")
    customer = confirming(named.replace("responses:\n", "responses:\n  utter_ask_name: [{text: Name?}]\n") + more)
    customer.sends_payload("/SetSlots(amount=70)")
    assert customer.sends_payload("/look") == ["Pin?"]
    assert customer.says("1234") == ["Name?"]
    customer.sends_payload("/SetSlots(pin=5678)")
    assert customer.slots["pin"] == "5678"
