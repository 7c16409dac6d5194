"""Time: silence at a question, silence for long, and flows that never come to rest."""

from datetime import timedelta

from bot.engine.flow import Flow, FlowSet, Link, Menu, Option, Text
from bot.engine.inputs import TimePassed
from bot.events import ConversationClosed, FlowEnded, InputRejected
from tests.engine.customers import CustomerOf, program_of

PATIENT = """
settings: {languages: [en, fa]}
flows:
  f:
    start: true
    description: patient
    steps:
      - id: q
        menu: Well?
        timeout: {telegram: none, plain: 60s, voice: 7s}
        no_input: [Still there?, Last call.]
        tries: 3
        on_fail: [{say: Goodbye., next: END}]
        options: [{label: Go on, then: [{call: g, next: END}]}]
  g:
    description: another
    expires: 10m
    steps: [{menu: And now?, options: [{label: Stop, then: END}]}]
"""


def test_silence_is_counted_where_it_counts() -> None:
    customer = CustomerOf(program_of(PATIENT), channel="plain")
    customer.starts()
    assert customer.waits(seconds=61) == ["Still there?", "Well?"]
    assert customer.says("what")[-1] == "Well?"
    assert customer.waits(seconds=61) == ["Last call.", "Goodbye."]
    assert [(e.reason, e.tries) for e in customer.log if isinstance(e, InputRejected)] == [
        ("no_input", 1),
        ("no_match", 2),
        ("no_input", 3),
    ]


def test_silence_is_no_answer_where_nobody_hurries() -> None:
    customer = CustomerOf(program_of(PATIENT))
    customer.starts()
    assert customer.waits(hours=2) == []


def test_waking_up_early_does_nothing() -> None:
    customer = CustomerOf(program_of(PATIENT), channel="plain")
    customer.starts()
    due = customer.conversation.due_at
    assert customer.hears(TimePassed()) == []
    assert customer.conversation.due_at == due


def test_a_long_silence_ends_the_conversation() -> None:
    customer = CustomerOf(program_of(PATIENT))
    customer.starts()
    assert customer.waits(hours=25) == []
    assert customer.happened(ConversationClosed) == [ConversationClosed(reason="expired")]
    assert customer.conversation.due_at is None


def test_who_was_in_the_middle_is_told() -> None:
    customer = CustomerOf(program_of(PATIENT))
    customer.starts()
    customer.taps("Go on")
    assert customer.conversation.due_at == customer.now + timedelta(minutes=10)
    assert customer.waits(minutes=11)[0].startswith("It has been quiet for a while")
    assert FlowEnded(flow="g", outcome="expired") in customer.turn


def test_with_people_nothing_expires() -> None:
    customer = CustomerOf(program_of(PATIENT))
    customer.starts()
    customer.says("agent")
    assert customer.conversation.due_at is None
    assert customer.waits(days=3) == []


def test_flows_that_link_to_each_other_for_ever_end_with_a_person() -> None:
    def linking(name: str, to: str) -> Flow:
        return Flow(id=name, description="d", steps={"l": Link(id="l", flow=to)}, first="l")

    go = Option(label=Text(by_language={"*": "Go"}), value="go", to="l")
    ask = Menu(id="m", text=Text(by_language={"*": "Go?"}), options=(go,))
    start = Flow(id="a", description="d", steps={"m": ask, "l": Link(id="l", flow="b")}, first="m")
    flows = {"a": start, "b": linking("b", "c"), "c": linking("c", "b")}
    customer = CustomerOf(FlowSet(start="a", flows=flows))
    customer.starts()
    assert customer.taps("Go") == ["Something went wrong on our side. Our team has been told."]
    assert customer.handoff.reason == "internal_error"


def test_flows_that_call_each_other_for_ever_end_with_a_person() -> None:
    customer = CustomerOf(
        program_of("""
flows:
  f: {start: true, description: d, steps: [{id: m, menu: Deeper?, options: [{label: Yes, then: c}]}, {id: c, call: g}]}
  g: {description: g, steps: [{id: m, menu: Deeper?, options: [{label: Yes, then: c}]}, {id: c, call: f}]}
""")
    )
    customer.starts()
    for _ in range(60):
        customer.says("yes")
        if customer.conversation.handoff:
            break
    assert customer.handoff.reason == "internal_error"
    assert len(customer.conversation.stack) == 1


def test_a_question_that_a_pattern_put_off_has_its_whole_time_again() -> None:
    customer = CustomerOf(
        program_of("""
slots: {name: {type: text}}
actions: [action_think]
flows:
  f: {description: f, start: true, steps: [{collect: name, ask: Name?, timeout: 3s}]}
  pattern_user_silence: {description: thinks, steps: [{action: action_think}]}
""")
    )
    customer.starts()
    customer.waits(seconds=3)
    customer.now += timedelta(seconds=4)
    assert customer.action_returns() == ["Name?"]
    assert customer.conversation.due_at == customer.now + timedelta(seconds=3)
