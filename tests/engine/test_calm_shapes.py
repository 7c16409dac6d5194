"""Shapes that CALM's own tools write and its engine takes, and what they mean here."""

import pytest

from bot.engine.program import compile_program
from bot.engine.reader import read_flows
from bot.problems import as_text
from tests.engine.customers import CustomerOf

CALM = 'version: "3.1"\nslots: {size: {type: text}, gift: {type: text}}\n'


def talk_to(flows: str) -> CustomerOf:
    reading = read_flows({"flows.yml": CALM + flows})
    assert reading.flow_set is not None, as_text(reading.problems)
    return CustomerOf(compile_program(reading.flow_set, "test"))


def told(flows: str, **more: str) -> list[tuple[str, str]]:
    reading = read_flows({"flows.yml": CALM + flows, **{name.replace("_", "."): body for name, body in more.items()}})
    return [(each.severity, each.code) for each in reading.problems]


@pytest.mark.parametrize(("resets", "errors"), [("true", []), ("false", ["conflict"])])
def test_a_default_that_is_written_out_says_nothing_against_kept_slots(resets: str, errors: list[str]) -> None:
    found = told(f"""
flows:
  order:
    description: order
    persisted_slots: [size]
    steps:
      - {{collect: size, ask: Size?, reset_after_flow_ends: {resets}}}
      - {{collect: gift, ask: For whom?, reset_after_flow_ends: true}}
""")
    assert [code for severity, code in found if severity == "error"] == errors


@pytest.mark.parametrize(("answer", "said"), [("me", "All yours."), ("you", "Elsewhere.")])
def test_steps_of_a_branch_follow_a_link_when_they_are_gone_to_by_name(answer: str, said: str) -> None:
    customer = talk_to("""
flows:
  order:
    description: order
    steps:
      - collect: size
        ask: Size?
        next:
          - if: slots.size is "huge"
            then:
              - {id: ask, collect: gift, ask: For whom?, next: [{if: slots.gift is "me", then: mine}, {else: away}]}
              - {id: away, link: other}
              - {id: mine, say: All yours., next: END}
          - else: END
  other: {description: other, if: False, steps: [{say: Elsewhere.}]}
""")
    assert customer.starts() == ["Size?"]
    customer.says("huge")
    assert customer.says(answer)[0] == said


def test_a_greeting_that_restarts_is_said_once() -> None:
    customer = talk_to("""
flows:
  pattern_session_start: {description: pattern_session_start, steps: [{say: Welcome.}, {action: action_restart}]}
  order: {description: order, steps: [{collect: size, ask: Size?}]}
  other: {description: other, steps: [{say: Elsewhere.}]}
""")
    assert customer.starts() == ["Welcome.", "What would you like to do?"]


def test_a_greeting_that_was_answered_can_restart() -> None:
    customer = talk_to("""
flows:
  pattern_session_start:
    description: pattern_session_start
    steps:
      - {collect: size, ask: Size?, next: [{if: slots.size is "none", then: again}, {else: END}]}
      - {id: again, action: action_restart}
  order: {description: order, steps: [{say: Ordered.}]}
  other: {description: other, steps: [{say: Elsewhere.}]}
""")
    assert customer.starts() == ["Size?"]
    assert customer.says("none") == ["Size?"]
    assert customer.says("huge") == ["What would you like to do?"]


@pytest.mark.parametrize("word", ["None", "nil"])
def test_nothing_is_null_whatever_other_languages_call_it(word: str) -> None:
    step = f"{{collect: size, ask: Size?, next: [{{if: slots.size is {word}, then: END}}, {{else: END}}]}}"
    flows = f"flows: {{order: {{description: order, steps: [{step}]}}}}"
    (problem,) = [each for each in read_flows({"f.yml": CALM + flows}).problems if each.code == "unknown-name"]
    assert (problem.severity, problem.hint) == ("warning", "for nothing, write null")


def test_python_s_form_of_a_number_is_no_code_that_customers_read() -> None:
    flows = "flows: {order: {description: order, steps: [{collect: size}, {action: utter_price}]}}\n"
    words = "responses: {utter_price: [{text: 'It is {price:,.2f}.'}], utter_ask_size: [{text: Size?}]}\n"
    calm = CALM.replace("gift: {type: text}", "price: {type: float, initial_value: 1250.5}")
    reading = read_flows({"f.yml": calm + flows + words})
    (problem,) = [each for each in reading.problems if each.code == "format"]
    assert (problem.severity, words[problem.column - 1 :][:14]) == ("warning", "{price:,.2f}.'")
    assert reading.flow_set is not None
    customer = CustomerOf(compile_program(reading.flow_set, "test"))
    customer.starts()
    assert customer.says("s")[0] == "It is 1,250.50."
    ours = read_flows({"f.yml": calm.replace('version: "3.1"', "settings: {tries: 2}") + flows + words}).problems
    assert [each.severity for each in ours if each.code == "unknown-format"] == ["error"]


def test_a_word_without_quotes_is_never_set_in_calm() -> None:
    flows = """
flows:
  order:
    description: order
    steps:
      - {collect: size, ask: Size?, next: [{if: slots.size = huge or present = "x", then: big}, {else: END}]}
      - {id: big, say: Big., next: END}
"""
    assert [each for each in told(flows) if each[1] == "unknown-name"] == [("warning", "unknown-name")] * 2
    ours = read_flows({"flows.yml": CALM.replace('version: "3.1"', "settings: {tries: 2}") + flows})
    assert ("error", "unknown-name") in [(each.severity, each.code) for each in ours.problems]
    customer = talk_to(flows)
    customer.starts()
    assert customer.says("huge") != ["Big."]


def test_conversation_tests_beside_the_flows_are_no_flows() -> None:
    flows = "flows: {order: {description: order, steps: [{collect: size, ask: Size?}]}}"
    tests = "fixtures: [{f: [{size: s}]}]\ntest_cases: [{test_case: t, steps: [{user: hi}]}]"
    assert told(flows, e2e_yml=tests) == told(flows)


def test_a_way_back_that_changes_nothing_asks_again_and_does_not_go_round() -> None:
    customer = talk_to("""
flows:
  order:
    description: order
    steps:
      - collect: size
        id: size
        ask: Size?
        next: [{if: slots.size is "big", then: END}, {else: size}]
  other: {description: other, if: False, steps: [{say: Elsewhere.}]}
""")
    assert customer.starts() == ["Size?"]
    assert customer.says("odd") == ["Size?"]
    customer.says("big")
    assert customer.conversation.closed


def test_a_way_back_that_finds_something_changed_passes_the_answered_question_over() -> None:
    customer = talk_to("""
flows:
  order:
    description: order
    steps:
      - {id: size, collect: size, ask: Size?, next: [{if: slots.gift is "me", then: mine}, {else: gift}]}
      - {id: gift, set_slots: [{gift: me}], next: size}
      - {id: mine, say: All yours., next: END}
  other: {description: other, if: False, steps: [{say: Elsewhere.}]}
""")
    assert customer.starts() == ["Size?"]
    assert customer.says("odd")[0] == "All yours."


def test_a_language_that_nobody_declared_is_told_once() -> None:
    flows = """
responses:
  utter_a: [{text: Hello, translation: {de: Hallo}}]
  utter_b: [{text: Goodbye}]
  utter_c: [{text: Thank you}]
flows: {order: {description: order, steps: [{action: utter_a}, {action: utter_b}, {action: utter_c}]}}
"""
    assert told(flows).count(("warning", "missing-translation")) == 1
    assert told(f"language: en\nadditional_languages: [de]\n{flows}").count(("warning", "missing-translation")) == 2


@pytest.mark.parametrize(
    ("key", "severity"), [("mappings: [{type: from_llm}]", "warning"), ("initial_value: a", "error")]
)
def test_slots_that_are_mapped_show_that_a_project_is_calms(key: str, severity: str) -> None:
    slots = f"slots: {{size: {{type: text, {key}}}, gift: {{type: categorical}}}}"
    flows = "flows: {order: {description: order, steps: [{collect: size, ask: Size?}]}}"
    found = [(each.severity, each.code) for each in read_flows({"flows.yml": f"{slots}\n{flows}\n"}).problems]
    assert (severity, "missing-key") in found
