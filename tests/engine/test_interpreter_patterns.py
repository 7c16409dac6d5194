"""Patterns of the flows' own, in the place of the built-in ones."""

from datetime import timedelta

import pytest

from bot.engine.flow import Call, Flow, FlowSet, Link
from bot.events import ConversationClosed, InputRejected, SurveySent
from tests.engine.customers import CustomerOf, program_of

FLOWS = """
settings: {tries: 3}
flows:
  main:
    start: true
    description: the main menu
    steps:
      - {menu: Well?, timeout: 10s, options: [{label: Order, then: order}, {label: Bye, then: END}]}
      - {id: order, call: order, next: END}
  order:
    description: an order
    steps: [{collect: size, ask: Size?}]
slots: {size: {type: text}}
"""


def customer_of(patterns: str, **options: object) -> CustomerOf:
    customer = CustomerOf(program_of(FLOWS, f"flows:\n{patterns}"), **options)  # type: ignore[arg-type]
    customer.starts()
    return customer


def test_cannot_handle_says_more_and_the_tries_count_on() -> None:
    customer = customer_of(
        "  pattern_cannot_handle: {description: d, steps: [{say: Hm., next: more}, {id: more, say: What?}]}"
    )
    old = customer.token("Bye")
    assert customer.says("x") == ["Hm.", "What?", "Well?"]
    assert customer.token("Bye") == old, "it is the same question"
    assert customer.says("y") == ["Hm.", "What?", "Well?"]
    customer.says("z")
    assert customer.handoff.reason == "failed_question"
    assert [event.tries for event in customer.log if isinstance(event, InputRejected)] == [1, 2, 3]


def test_silence_has_a_pattern() -> None:
    customer = customer_of("  pattern_user_silence: {description: pattern_user_silence, steps: [{say: Hello?}]}")
    assert customer.waits(seconds=11) == ["Hello?", "Well?"]


def test_a_session_begins_with_its_pattern() -> None:
    customer = customer_of("  pattern_session_start: {description: pattern_session_start, steps: [{say: Welcome!}]}")
    assert customer.seen() == ["Welcome!", "Well?"]
    assert customer.says("menu") == ["Well?"]


def test_a_session_ends_with_its_pattern() -> None:
    customer = customer_of("  pattern_completed: {description: pattern_completed, steps: [{say: See you.}]}")
    assert customer.says("bye") == ["See you."]
    assert customer.happened(ConversationClosed) == [ConversationClosed(reason="completed", goal=True)]


@pytest.mark.parametrize("pattern", ["", "  pattern_completed: {description: d, steps: [{action: utter_more}]}\n"])
def test_what_a_flow_ends_with_is_not_asked_again_when_it_is_over(pattern: str) -> None:
    more = "utter_more" if pattern else "utter_can_do_something_else"  # so do RasaHQ/sovereign-voice-ai-agents and more
    source = f"""
flows:
{pattern}  balance: {{description: what is left, steps: [{{action: utter_balance}}, {{action: {more}, next: END}}]}}
  fees: {{description: what it costs, steps: [{{action: utter_balance}}]}}
responses: {{utter_balance: [{{text: A lot.}}], {more}: [{{text: More?}}]}}
"""
    customer = CustomerOf(program_of(source))
    customer.starts()
    for flow in ("Balance", "Fees", "Balance"):
        assert customer.taps(flow)[:3].count("More?") == 1


def test_cancelling_has_a_pattern() -> None:
    customer = customer_of("  pattern_cancel_flow: {description: pattern_cancel_flow, steps: [{say: Dropped.}]}")
    customer.says("order")
    assert customer.says("cancel") == ["Dropped.", "Well?"]


def test_asking_for_a_person_has_a_pattern() -> None:
    customer = customer_of("  pattern_human_handoff: {description: d, steps: [{say: Come in.}, {handoff: vip}]}")
    assert customer.says("agent") == ["Come in."]
    assert (customer.handoff.queue, customer.handoff.reason) == ("vip", "agent_word")


def test_restarting_and_repeating_have_patterns() -> None:
    customer = customer_of(
        "  pattern_restart: {description: d, steps: [{say: Anew., next: r}, {id: r, action: action_restart}]}\n"
        "  pattern_repeat_bot_messages: {description: d, steps: [{say: I said}, {action: action_repeat_bot_messages}]}"
    )
    assert customer.says("repeat") == ["I said", "Well?"]
    assert customer.commands("restart") == ["Anew.", "Well?"]


def test_when_even_the_pattern_for_errors_never_rests_it_is_the_end() -> None:
    def link(name: str, to: str) -> Flow:
        return Flow(id=name, description="d", steps={"l": Link(id="l", flow=to)}, first="l")

    error = "pattern_internal_error"
    deep = Flow(id=error, description="d", steps={"c": Call(id="c", flow=error)}, first="c")
    customer = CustomerOf(FlowSet(start="a", flows={"a": link("a", "b"), "b": link("b", "a"), error: deep}))
    customer.starts()
    assert customer.happened(ConversationClosed) == [ConversationClosed(reason="failed")]
    customer = CustomerOf(
        FlowSet(start="a", flows={"a": link("a", "b"), "b": link("b", "a"), error: link(error, error)})
    )
    assert customer.starts() == ["Something went wrong on our side. Our team has been told."]
    assert customer.happened(ConversationClosed) == [ConversationClosed(reason="failed")]


def test_a_hand_off_that_asks_again_for_ever_ends_with_a_question() -> None:
    customer = CustomerOf(
        program_of("""
flows:
  f:
    start: true
    description: stubborn
    steps: [{id: again, handoff: support, on_no_agent: again, on_closed: again}]
""")
    )
    customer.starts()
    for _ in range(10):
        if customer.nobody_there():
            break
    assert customer.buttons == ["Call me back", "Back to the menu"]


def test_what_leads_back_to_a_hand_off_is_said_once() -> None:
    customer = CustomerOf(
        program_of("""
flows:
  f:
    start: true
    description: stubborn
    steps:
      - {id: again, handoff: support, on_no_agent: [{say: All are busy., next: other}]}
      - {id: other, handoff: sales, on_no_agent: [{say: There too., next: again}]}
""")
    )
    customer.starts()
    said = [words for _ in range(3) for words in customer.nobody_there()]
    assert said == ["All are busy.", "There too.", "Nobody is free to answer right now. We're sorry."]
    assert customer.buttons == ["Call me back", "Back to the menu"]


def test_a_hand_off_may_be_asked_again_after_a_while() -> None:
    customer = CustomerOf(
        program_of("""
flows:
  f:
    start: true
    description: patient
    steps: [{id: again, handoff: support, max_wait: 10m, on_no_agent: [{say: We go on looking., next: again}]}]
""")
    )
    customer.starts()
    for _ in range(3):
        customer.waits(minutes=10)
        customer.now += timedelta(minutes=10)
        assert customer.nobody_there()[0] == "We go on looking."


@pytest.mark.parametrize("word", ["skip", "رد شدن", "تخطي", "דילוג"])
def test_a_question_can_be_skipped_as_the_pattern_says(word: str) -> None:
    customer = CustomerOf(program_of(FLOWS))
    customer.starts()
    customer.says("order")
    assert customer.says(word) == ["We need this one to go on.", "Size?"]
    skipping = "{description: d, persisted_slots: [size], steps: [{say: All right.}, {set_slots: [{size: any}]}]}"
    customer = customer_of(f"  pattern_skip_question: {skipping}")
    customer.says("order")
    assert customer.says(word) == ["All right."]
    assert customer.conversation.closed, "what the pattern has answered is not asked again"


def test_what_no_question_asks_cannot_be_skipped() -> None:
    customer = CustomerOf(program_of(FLOWS))
    customer.starts()
    customer.says("agent")
    customer.queue_joined()
    assert customer.commands("skip") == []
    assert customer.conversation.handoff is not None


SATISFIED = "  pattern_customer_satisfaction: {description: d, steps: [{menu: Happy?, options: [{label: Sure}]}]}"


def test_satisfaction_is_asked_when_all_is_done() -> None:
    customer = customer_of(SATISFIED)
    assert customer.says("bye") == ["Happy?"]
    assert customer.says("sure") == []
    assert customer.happened(ConversationClosed) == [ConversationClosed(reason="completed", goal=True)]


def test_satisfaction_is_asked_where_the_end_links_to_it() -> None:
    no = "{label: No, then: [{link: pattern_customer_satisfaction}]}"
    ending = f"{{description: d, steps: [{{menu: More?, options: [{no}, {{label: Yes, then: END}}]}}]}}"
    customer = customer_of(f"  pattern_completed: {ending}\n{SATISFIED}")
    assert customer.says("bye") == ["More?"]
    assert customer.says("yes") == [], "only the link asks"
    customer = customer_of(f"  pattern_completed: {ending}")
    customer.says("bye")
    assert customer.says("no") == ["How did we do?"], "the built-in pattern has a survey of its own"
    assert [event.after for event in customer.happened(SurveySent) if isinstance(event, SurveySent)] == ["self_service"]
    assert customer.says("2") == ["What should we have done better?"]
    assert customer.says("all") == ["Thank you for telling us!"]
    assert customer.conversation.closed


def test_words_that_pass_a_rating_over_are_answered() -> None:
    customer = customer_of("  pattern_completed: {description: d, steps: [{link: pattern_customer_satisfaction}]}")
    customer.says("bye")
    assert customer.says("my parcel is late") == ["Well?"]
    assert not customer.conversation.closed


def test_who_got_no_person_is_not_asked_whether_they_are_satisfied() -> None:
    customer = customer_of(SATISFIED)
    customer.says("agent")
    assert customer.nobody_there()[0].startswith("Nobody is free")
    customer.says("no idea")
    customer.says("no idea")
    assert "Happy?" not in customer.says("no idea")
    assert customer.conversation.closed
