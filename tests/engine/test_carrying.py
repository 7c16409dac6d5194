"""What a conversation begins with that follows another."""

from datetime import timedelta

from msgspec import structs

from bot.engine.carrying import carried_slots
from bot.engine.interpreter import open_conversation
from tests.engine.customers import NOON, CustomerOf, program_of

FLOWS = """
version: "3.1"
slots:
  plan: {type: categorical, values: [small, big]}
  code: {type: text}
  pin: {type: text}
session_config: {session_expiration_time: 60}
flows:
  pay: {description: pay, steps: [{collect: code, ask: Code?}, {collect: pin, ask: PIN?, secret: true}]}
  other: {description: other, steps: [{say: Hm.}]}
"""


def test_what_does_not_fit_any_more_and_what_is_secret_is_left_behind() -> None:
    program = program_of(FLOWS)
    customer = CustomerOf(program)
    customer.sends_payload("/SetSlots(code=A7, plan=small, pin=1234)")
    before = customer.conversation
    assert carried_slots(program, before, NOON) == {"code": "A7", "plan": "small"}
    newer = program_of(
        FLOWS.replace("values: [small, big]", "values: [large]").replace("code: {type: text}", "code: {type: bool}")
    )
    assert carried_slots(newer, before, NOON) == {}
    opened = open_conversation(
        program, id="2", channel="plain", customer=before.customer, language="en", now=NOON, earlier=before
    )
    assert (opened.slots["code"], opened.slots["pin"], opened.ahead) == ("A7", None, ("code", "plan"))


def test_a_session_ends_after_its_silence() -> None:
    program = program_of(FLOWS.replace("_time: 60", "_time: 60, carry_over_slots_to_new_session: false"))
    customer = CustomerOf(program)
    customer.sends_payload("/SetSlots(code=A7)")
    before = structs.replace(customer.conversation, closed=True)
    assert carried_slots(program, before, NOON + timedelta(minutes=59))["code"] == "A7"
    assert carried_slots(program, before, NOON + timedelta(minutes=60)) == {}
