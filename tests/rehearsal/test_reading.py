"""Test files: every mistake is told at its place; no input makes the reader stumble."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.problems import as_text
from bot.rehearsal.reading import read_tests
from tests.rehearsal.theatre import SHIPPED_TESTS, ZONE

HEAD = "test_cases:\n- test_case: t\n"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("test_cases: {}", "t.yaml:1:13: error[wrong-type]"),
        ("test_cases: []\nfixture: []", "t.yaml:2:1: error[unknown-key]"),
        ("test_cases:\n- steps: [{user: hi}]", "t.yaml:2:3: error[missing-key]"),
        (HEAD + "  steps: []", "t.yaml:3:10: error"),
        (HEAD + "  chanel: voice\n  steps: [{user: hi}]", "t.yaml:3:3: error[unknown-key]"),
        (HEAD + "  channel: fax\n  steps: [{user: hi}]", "t.yaml:3:12: error[unknown-channel]"),
        (HEAD + "  fixtures: [rich]\n  steps: [{user: hi}]", "t.yaml:3:14: error[unknown-fixture]"),
        (HEAD + "  metadata: web\n  steps: [{user: hi}]", "t.yaml:3:13: error[unknown-metadata]"),
        (HEAD + "  at: tomorrow\n  steps: [{user: hi}]", "t.yaml:3:7: error[wrong-type]"),
        (HEAD + "  desk: asleep\n  steps: [{user: hi}]", "t.yaml:3:9: error[unknown-value]"),
        (HEAD + "  customer: {nam: Sara}\n  steps: [{user: hi}]", "t.yaml:3:14: error[unknown-key]"),
        (HEAD + "  steps: [{usr: hi}]", "t.yaml:3:12: error[unknown-step]"),
        (HEAD + "  steps: [hello]", "t.yaml:3:11: error[wrong-type]"),
        (HEAD + "  steps: [{user: [hi]}]", "t.yaml:3:18: error[wrong-type]"),
        (HEAD + "  steps: [{user: hi, press: 1}]", "t.yaml:3:22: error[unknown-key]"),
        (HEAD + "  steps: [{wait: soon}]", "t.yaml:3:18: error[wrong-type]"),
        (HEAD + "  steps: [{wait: none}]", "t.yaml:3:18: error[wrong-type]"),
        (HEAD + "  steps: [{send: foto}]", "t.yaml:3:18: error[unknown-value]"),
        (HEAD + "  steps: [{send: {location: here}}]", "t.yaml:3:18: error[wrong-type]"),
        (HEAD + "  steps: [{menu: one}]", "t.yaml:3:18: error[wrong-type]"),
        (HEAD + "  steps: [{bot_uttered: hi}]", "t.yaml:3:25: error[wrong-type]"),
        (HEAD + "  steps: [{bot_uttered: {utter: hi}}]", "t.yaml:3:26: error[unknown-key]"),
        (HEAD + "  steps: [{flow_completed: {flow: a}}]", "t.yaml:3:29: error[unknown-key]"),
        (HEAD + "  steps: [{user: a, assertions: {}}]", "t.yaml:3:33: error[wrong-type]"),
        (HEAD + "  steps: [{user: a, assertions: [{bot_utered: {}}]}]", "t.yaml:3:35: error[unknown-assertion]"),
        (
            HEAD + "  steps:\n  - user: a\n    assertions:\n    - flow_completed:\n      flow_id: f",
            "t.yaml:7:7: error[unknown-assertion]: there is no assertion 'flow_id' (it is a key within",
        ),
        (HEAD + "  steps: [{user: a}, {commands: [fly]}]", "t.yaml:3:34: warning[unknown-command]"),
        (HEAD + "  stub_custom_actions: {a: {fail: x}}\n  steps: [{user: hi}]", "t.yaml:3:29: error[unknown-key]"),
        (HEAD + "  stub_custom_actions: {a: {fails: x}}\n  steps: [{user: hi}]", "t.yaml:3:36: error[unknown-value]"),
        (HEAD + "  steps: [{user: hi}]\n- test_case: t\n  steps: [{user: hi}]", "t.yaml:4:14: warning[same-name]"),
        ("test_case: t\nsteps: [{user: hi}]", "t.yaml:1:1: warning[lone-test]"),
        ("test_case: t\nsteps: [{usr: hi}]", "t.yaml:2:10: error[unknown-step]"),
        (HEAD + "  steps: [{user: hi}, {action: utter_hi}]", "t.yaml:3:24: warning[unknown-step]: 'action' is read as"),
        (
            HEAD + "  steps: [{user: hi}, {utter: Good day to you.}]",
            "t.yaml:3:31: warning[no-name]: 'utter' is the name",
        ),
        ("stories: []", "t.yaml:1:1: warning[no-tests]"),
        ("scenario: {name: a talk}", "t.yaml:1:1: warning[needs-model]: a scenario is played by a language model"),
        ("test_cases: [", "t.yaml:1:"),
    ],
)
def test_a_mistake_is_told_at_its_place(source: str, told: str) -> None:
    problems = read_tests({"t.yaml": source.encode()}, ZONE).problems
    assert any(str(problem).startswith(told) for problem in problems), as_text(problems)


def test_fixtures_of_the_folders_above_are_inherited_and_the_nearest_wins() -> None:
    reading = read_tests(
        {
            "tests/conftest.yml": b"fixtures: [{who: {name: far, member: true}}, {where: [{place: far}]}]",
            "tests/near/conftest.yml": b"fixtures: [{where: [{place: near}, {room: 1}]}]",
            "tests/near/t.yml": b"fixtures: [{who: {name: own}}]\n"
            b"test_cases: [{test_case: t, fixtures: [who, where], steps: [{user: hi}]}]",
            "tests/t.yml": b"test_cases: [{test_case: t, fixtures: [who, where], steps: [{user: hi}]}]",
        }
    )
    near, far = reading.cases
    assert near.slots == {"name": "own", "place": "near", "room": 1}
    assert far.slots == {"name": "far", "member": True, "place": "far"}


def test_what_conftest_says_of_the_models_that_judge_is_passed_over() -> None:
    """As in RasaHQ/agentic-orchestration-samples."""
    shared = b"simulation: {llm: {provider: openai}}\nevaluation: {llm: {provider: openai}}\nllm_judge: {model: m}"
    reading = read_tests(
        {"eval/conftest.yml": shared, "tests/t.yml": b"test_cases: [{test_case: t, steps: [{user: hi}]}]"}
    )
    assert [case.name for case in reading.cases] == ["t"]
    assert not reading.problems


CHANGES = st.lists(st.tuples(st.integers(0, 3000), st.sampled_from(list("{}[]:-#&*!|>'\"\n \t0aあ"))), max_size=6)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(SHIPPED_TESTS)), CHANGES)
def test_no_file_makes_the_reader_stumble(name: str, changes: list[tuple[int, str]]) -> None:
    source = SHIPPED_TESTS[name].decode()
    for place, sign in changes:
        source = source[:place] + sign + source[place + 1 :]
    reading = read_tests({name: source.encode()}, ZONE)
    assert reading.cases or reading.problems
