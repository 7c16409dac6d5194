"""What CALM's pages and public projects write that this house writes otherwise: taken, told, or refused with a way."""

import pytest

from bot.engine.program import compile_program
from bot.engine.reader import Reading, read_flows
from tests.engine.customers import CustomerOf

DOMAIN = """
version: "3.1"
slots: {size: {type: text}, color: {type: text, initial_value: any}}
actions: [action_offer]
responses:
  utter_done: [{text: "{size} it is."}]
  utter_small: [{text: Too small.}]
  utter_ask_size: [{text: Which size?}]
"""
FLOWS = """
flows:
  order:
    description: order a hat
    if: slots.size is null
    steps:
{steps}
  pay:
    description: pay
    if: False
    steps:
      - action: utter_done
"""


def read(steps: str, ours: str = "", **more: str) -> Reading:
    """Of a project with these steps; `ours` stands in the file of the flows and makes it one of this house."""
    lines = "\n".join(f"      {line}" for line in steps.splitlines())
    domain = DOMAIN if not ours else DOMAIN.replace('version: "3.1"', "")
    files = {name.replace("__", "/") + ".yml": text for name, text in more.items()}
    return read_flows({"data/flows.yml": FLOWS.format(steps=lines) + ours, "domain.yml": domain, **files})


def told(reading: Reading, *but: str) -> list[str]:
    return [
        f"{each.file}:{each.line}:{each.column} {each.severity} {each.code}"
        for each in reading.problems
        if each.code not in ("unused-flow", "unused-response", *but)
    ]


OURS = "settings: {tries: 2}\n"


def test_a_flow_in_the_place_of_a_step_is_linked_or_called() -> None:
    reading = read("- action: utter_done\n  next: pay")
    (problem,) = [each for each in reading.problems if each.code == "unknown-step"]
    assert problem.hint == "it is a flow: go over to it with '- link: pay', or there and back with '- call:'"


@pytest.mark.parametrize(
    ("steps", "calms", "ours"),
    [
        ("- collect: {size}\n  silence_timeout: {genesys: 9}\n- action: utter_done",
         "warning wrong-type", "error wrong-type"),
        ("- collect: {name: size, silence_timeout: 9}\n- action: utter_done", "warning wrong-type", "error wrong-type"),
        ("- collect: {size, utter: utter_done}\n- action: utter_done", "error wrong-type", "error wrong-type"),
        ("- collect: size\n- action: utter_done\n  next: []", "warning empty", "error empty"),
        ("- collect: size\n  next: [{if: slots.size = 'x', then: []}, {else: END}]", "warning empty", "error empty"),
        ("- collect: size\n  next:\n    - action: utter_done", None, "error missing-next"),
        ("- collect: size\n  next: [{if: slots.size, then: [{action: utter_done}]}, {else: END}]",
         "warning missing-next", "error missing-next"),
        ("- collect: size\n  next: [{if: slots.size, then: END}]\n- action: utter_done",
         "warning missing-else", "error missing-else"),
        ("- action: utter_dane", "warning unknown-response", "error unknown-response"),
        ("- action: action_ofer", "warning unknown-action", "error unknown-action"),
        ("- collect: sise", "error unknown-slot", "error unknown-slot"),
        ("- collect: size\n  rejections: [{if: \"slots.size not in ['x']\", utter: utter_small}]",
         "error condition", "error condition"),
        ("- collect: size\n  rejections: [{if: slots.size = 'x', utter: utter_small, action: ''}]",
         "warning no-effect", "error unknown-key"),
        ("- id: round\n  action: utter_done\n  next: round", "warning endless-loop", "error endless-loop"),
        ("- set_slots:\n  size: S\n- action: utter_done", "warning wrong-type", "error wrong-type"),
        ("- call: hat_agent\n- action: utter_done", "warning needs-language-model", "error unknown-flow"),
        ("- call: hats\n- action: utter_done", "error unknown-flow", "error unknown-flow"),
        ("- collect: color\n- collect: size", None, "error missing-ask"),
    ],
)  # fmt: skip
def test_calm_takes_and_this_house_refuses(steps: str, calms: str | None, ours: str | None) -> None:
    for found, expected in ((read(steps), calms), (read(steps, ours=OURS), ours)):
        codes = [f"{each.severity} {each.code}" for each in found.problems]
        if expected is None:
            assert not [code for code in codes if code.startswith("error")]
        else:
            assert expected in codes
        assert (found.flow_set is None) == bool([code for code in codes if code.startswith("error")])


def talk(steps: str) -> CustomerOf:
    """With a customer who began the only flow that begins."""
    reading = read(steps)
    assert reading.flow_set is not None, reading.problems
    return CustomerOf(compile_program(reading.flow_set, "test"))


def test_a_slot_in_braces_is_asked() -> None:
    customer = talk("- collect: {size}\n- action: utter_done")
    assert customer.starts() == ["Which size?"]
    assert "L it is." in customer.says("L")


def test_slots_beside_an_empty_set_slots_are_set() -> None:
    assert talk("- set_slots:\n  size: S\n- action: utter_done").starts()[0] == "S it is."


def test_an_empty_next_ends_the_flow() -> None:
    customer = talk("- collect: size\n  next: []\n- action: utter_done")
    customer.starts()
    assert "L it is." not in customer.says("L")


def test_a_branch_that_does_not_say_where_it_goes_on_goes_on_where_the_branching_step_does() -> None:
    deep = "- noop: true\n  next: [{if: slots.size = 'S', then: [{action: utter_small}]}, {else: END}]"
    lines = "\n".join(f"        {line}" for line in deep.splitlines())
    steps = f"- collect: size\n  next:\n    - if: slots.color\n      then:\n{lines}\n- action: utter_done"
    customer = talk(steps)
    customer.starts()
    assert customer.says("S")[:2] == ["Too small.", "S it is."]
    customer = talk(steps)
    customer.starts()
    assert not {"Too small.", "L it is."} & set(customer.says("L"))
    assert told(read(steps)) == [
        "data/flows.yml:9:13 warning missing-else",
        "data/flows.yml:12:54 warning missing-next",
    ]


def test_a_flow_that_stands_too_far_left_is_told_where_it_belongs() -> None:
    flow = "{description: d, steps: [{action: utter_done}]}"
    found = read("- collect: size", more=f"flows: {{exchange: {flow}}}\nrefund: {flow}")
    (problem,) = [each for each in found.problems if each.code == "unknown-key"]
    assert str(problem).endswith(
        "'refund' is not a key of a flow file (a flow stands below the key 'flows': indent it)"
    )


@pytest.mark.parametrize(
    ("flow", "ours", "severity"),
    [("pattern_completed", "", "warning"), ("other", "", "error"), ("pattern_completed", OURS, "error")],
)
def test_a_slot_that_only_a_pattern_keeps_may_be_none(flow: str, ours: str, severity: str) -> None:
    keeping = "{description: d, persisted_slots: [hat_id], steps: [{action: utter_done}]}"
    found = read("- collect: size", more=f"flows: {{{flow}: {keeping}}}\n{ours}")
    assert [each.severity for each in found.problems if each.code == "unknown-slot"] == [severity]
    assert (found.flow_set is None) is (severity == "error")


def test_what_the_domain_lacks_is_said_by_its_name_and_run_if_there_is_code() -> None:
    steps = "- action: utter_goods_sent\n- action: action_ofer\n- action: utter_dane"
    assert [str(each).partition(" ")[2] for each in read(steps).problems if each.code.startswith("unknown")] == [
        "warning[unknown-response]: the response 'utter_goods_sent' is in no domain: 'Goods sent' is said",
        "warning[unknown-action]: the action 'action_ofer' is in no domain: it runs if there is code for it "
        "(did you mean 'action_offer'?)",
        "warning[unknown-response]: the response 'utter_dane' is in no domain: 'Dane' is said "
        "(did you mean 'utter_done'?)",
    ]
    customer = talk(steps)
    assert customer.starts() == ["Goods sent"]
    assert customer.action_returns()[:1] == ["Dane"]


def test_a_question_without_words_asks_by_name_and_one_that_begins_filled_is_passed_over() -> None:
    reading = read("- collect: color\n- collect: length\n- action: utter_done", more="slots: {length: {type: text}}")
    assert told(reading, "unread-slot") == ["data/flows.yml:8:18 warning missing-ask"]
    assert reading.flow_set is not None
    (asked,) = CustomerOf(compile_program(reading.flow_set, "test")).starts()
    assert "length" in asked


def test_a_slot_that_is_nowhere_is_told_once() -> None:
    assert [f"{each.severity} {each.code}" for each in read("- collect: sise\n- action: utter_done").problems] == [
        "error unknown-slot"
    ]


def test_an_action_in_the_place_of_the_question_asks() -> None:
    customer = talk("- collect: size\n  utter: action_offer\n- action: utter_done")
    customer.starts()
    assert customer.action_returns(says="We have S and L.") == ["We have S and L."]
    assert "L it is." in customer.says("L")


def test_an_agents_file_is_asked_for_where_a_call_leads_nowhere() -> None:
    (problem,) = [each for each in read("- call: hats\n- action: utter_done").problems if each.severity == "error"]
    assert problem.hint == "an agent of language models is known by its file, such as sub_agents/hats/config.yml"


@pytest.mark.parametrize(
    ("name", "text", "calms", "ours"),
    [
        ("tests_of_mine", "test_case: one\nsteps: [{user: hi}]", [], []),
        ("more", "user_id: caller\nsession_config: {session_expiration_time: 9}", ["1:1 warning unknown-key"],
         ["1:1 error unknown-key"]),
        ("endpoints", "nlg: [{type: rephrase}]", ["1:1 warning needs-language-model"],
         ["1:1 warning needs-language-model"]),
        ("more", "version: '3.1'\nslot: {a: {type: text}}", ["2:1 warning unknown-key"], ["2:1 warning unknown-key"]),
        ("more", "slot: {a: {type: text}}", ["1:1 warning unknown-key"], ["1:1 error unknown-key"]),
        ("more", "patterns:\n  - accept: hi: hello", ["2:15 warning yaml"], ["2:15 error yaml"]),
        ("more", "patterns: a\nflows:\n  - accept: hi: hello", ["3:15 error yaml"], ["3:15 error yaml"]),
    ],
)  # fmt: skip
def test_other_files_in_the_folder(name: str, text: str, calms: list[str], ours: list[str]) -> None:
    for marker, expected in (("", calms), (OURS, ours)):
        found = told(read("- collect: size\n- action: utter_done", ours=marker, **{name: text}))
        assert found == [f"{name}.yml:{each}" for each in expected]


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ("- noop: true\n  next: [{if: slots.size is 'x', next: END}, {else: END}]",
         "a branch says where it goes with 'then', not with 'next'"),
        ("- action: utter_done\n-",
         "a step is nothing, but should be a mapping such as '- say: Hello' (remove the '-', or write what it does)"),
        ("- noop: true\n  next: [{if: \"slots.size in ['x']\", then: END}, {else: END}]",
         "a set is written {'a' 'b'}, and asked by {'a' 'b'} contains slots.x"),
        ("- collect: {size: x}",
         "'collect' is a mapping, but should be the name of a slot (write 'collect: size')"),
        ("- collect: {size, utter: utter_done}",
         "'collect' is a mapping, but should be the name of a slot (write 'collect: size', and below it 'utter')"),
    ],
)  # fmt: skip
def test_one_slip_is_told_once_and_with_a_way(steps: str, told: str) -> None:
    (problem,) = [each for each in read(steps).problems if each.severity == "error"]
    assert str(problem).endswith(told)
