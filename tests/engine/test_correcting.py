"""What was answered before and is changed: the flow goes on as if it had been answered so."""

from tests.engine.customers import CustomerOf, program_of

FLOWS = program_of("""
version: "3.1"
slots:
  amount: {type: float}
  timing: {type: categorical, values: [now, later]}
  day: {type: text}
  sure: {type: bool}
responses:
  utter_ask_amount: [{text: How much?}]
  utter_ask_timing: [{text: When?}]
  utter_ask_day: [{text: Which day?}]
  utter_ask_sure: [{text: "{amount}, {timing}?"}]
flows:
  main:
    start: true
    description: the first
    steps:
      - collect: amount
      - collect: timing
        next:
          - if: slots.timing is "later"
            then: [{collect: day, next: sure}]
          - else: sure
      - id: sure
        collect: sure
        ask_before_filling: true
""")


def who_was_asked_whether_they_are_sure() -> CustomerOf:
    customer = CustomerOf(FLOWS)
    customer.starts()
    customer.says("20")
    assert customer.taps("now") == ["20, now?"]
    return customer


def test_the_question_is_asked_with_the_new_answer() -> None:
    customer = who_was_asked_whether_they_are_sure()
    assert customer.sends_payload("/SetSlots(amount=30)") == ["30, now?"]


def test_another_way_is_taken_where_the_new_answer_leads() -> None:
    customer = who_was_asked_whether_they_are_sure()
    assert customer.sends_payload("/SetSlots(timing=later)") == ["Which day?"]
    assert customer.says("Monday") == ["20, later?"]
    assert customer.says("back") == ["Which day?"]


def test_an_answer_that_is_taken_back_is_asked_for() -> None:
    customer = who_was_asked_whether_they_are_sure()
    assert customer.sends_payload("/SetSlots(timing=null)") == ["When?"]


def test_what_was_not_answered_yet_and_what_stays_as_it_was_changes_nothing() -> None:
    customer = CustomerOf(FLOWS)
    customer.starts()
    assert customer.sends_payload("/SetSlots(timing=later)") == ["How much?"]
    assert customer.sends_payload("/SetSlots(timing=now)") == ["How much?"]
    assert customer.says("5") == ["5, now?"]
    assert customer.sends_payload("/SetSlots(timing=now)") == ["5, now?"]
