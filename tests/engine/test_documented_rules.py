"""What CALM's public pages forbid is told at its place, once; what they allow at its limit is taken.

The pages: flows, flow steps, starting flows, conditions, slots, responses, patterns, domain, `rasa data validate`.
"""

import pytest

from bot.engine.reader import read_flows
from bot.problems import Problem
from tests.engine.authoring import SIGN, signs_in

FLOWS = """
flows:
  order:
    description: order a hat
    {key}
    steps:
{steps}
  pay:
    description: pay the bill
    name: Pay
    if: False
    steps:
      - action: utter_bye
  linker:
    description: leads elsewhere
    steps:
      - link: pay
{more}
"""
DOMAIN = """
version: "3.1"
slots:
  size: {{type: text}}
  age: {{type: float}}
  ok: {{type: bool}}
  tint: {{type: categorical, values: [red, blue]}}
  many: {{type: list}}
  {slot}
actions: [action_offer, {action}]
responses:
  utter_bye: [{{text: Bye.}}]
  utter_ask_size: [{{text: Which size?}}]
  utter_ask_age: [{{text: How old?}}]
  utter_ask_many: [{{text: Which?}}]
  utter_ask_fit: [{{text: Does it fit?}}]
  utter_other: {said}
{top}
"""
PLAIN = {
    "key": "name: Hats",
    "steps": "- collect: size",
    "more": "",
    "slot": "fit: {type: text}",
    "action": "action_x",
    "said": "[{text: Other}]",
    "top": "",
}
TOLD_ANYHOW = ("unused-slot", "unused-response", "start-menu", "needs-language-model", "unreachable")


def told(**given: str) -> tuple[list[Problem], list[tuple[str, int, int]]]:
    """The problems of a project with this in its place, and where the signs stand."""
    parts = {**PLAIN, **given}
    for name, columns in (("key", 4), ("steps", 6), ("more", 2), ("slot", 2)):
        inside = parts[name].replace("\n", "\n" + " " * columns)
        parts[name] = inside if name in ("key", "slot") else " " * columns + inside
    files = {"flows.yml": FLOWS.format(**parts), "domain.yml": DOMAIN.format(**parts)}
    signs = [(name, *place) for name, text in files.items() for place in signs_in(text)]
    problems = read_flows({name: text.replace(SIGN, "") for name, text in files.items()}).problems
    return [each for each in problems if each.code not in TOLD_ANYHOW], signs


def branches(*lines: str) -> dict[str, str]:
    return {"steps": "\n".join(("- collect: size", "  next:", *(f"    {line}" for line in lines)))}


def button(payload: str) -> dict[str, str]:
    return {"said": f"[{{text: a, buttons: [{{title: A, payload: {payload}}}]}}]"}


MAPPED = "fit: {type: text, mappings: [%s]}"
PATTERN = "pattern_completed:\n  description: over\n  steps:\n    - link: "
ELEVEN = ", ".join(f"slot{number}=1" for number in range(11))
FORBIDDEN = [
    # flows
    ({"more": "other:\n  description: §7\n  steps: [{action: utter_bye}]"}, "put it in quotes"),
    ({"key": "name: §7"}, "put it in quotes"),
    ({"more": "other:\n  description: §Order a hat!\n  steps: [{action: utter_bye}]"}, "write another description"),
    ({"key": "name: Hats", "more": "other:\n  description: o\n  name: §hats.\n  steps: [{action: utter_bye}]"}, "name"),
    ({"key": "nlu_trigger: [§greet]"}, "write '- intent: greet'"),
    ({"key": "block_digressions: §maybe"}, "true or false"),
    # steps
    ({"steps": "- collect: size\n  description: §[a]"}, "'description'"),
    ({"steps": "- collect: size\n  description: §7"}, "put it in quotes"),
    ({"steps": "- collect: §many"}, "fills no lists"),
    ({"steps": "- set_slots:\n    - size: a\n    - §many: [a]"}, "fills no lists"),
    ({"steps": "- collect: size\n  utter: §Which size is it?"}, "name of a response"),
    ({"steps": "- collect: size\n  utter: §utter_other", "action": "action_ask_size"}, "keep one of them"),
    ({"steps": "- collect: size\n  dtmf: {length: 6, §finish_on_key: '#'}"}, "remove one of them"),
    ({"steps": "- call: §linker"}, "would never come back"),
    ({"steps": "- set_slots:\n    - ok: §maybe"}, "true or false"),
    ({"steps": "- set_slots:\n    - tint: §green"}, "one of: red, blue"),
    ({"steps": "- set_slots: [{age: §old}]"}, "a number"),
    (branches("- if: slots.ok", "  then: END", "- §elif: slots.age", "  then: END", "- else: END"), "'- else: …'"),
    (branches("- if: slots.ok", "  then: END", "- §action: utter_bye"), "steps stand below 'then'"),
    (branches("- if: slots.ok", "  then: END", "- §{}"), "'- else: …'"),
    ({"steps": "- call: book\n  mcp_server: air\n  mapping: {input: [§{slot: size}]}"}, "add 'param: …'"),
    ({"steps": "- call: book\n  mcp_server: air\n  mapping: {output: [§{slot: size}]}"}, "add 'value: …'"),
    ({"steps": "- call: book\n  mcp_server: air\n  mapping: §[a]"}, "a mapping"),
    ({"steps": "- call: book\n  §mapping: {}"}, "add 'mcp_server: …'"),
    ({"steps": "- call: book\n  exit_if: §slots.size"}, "a list"),
    ({"steps": "- call: book\n  exit_if: [slots.size =§]"}, "expected a name"),
    # conditions
    (branches("- if: slots.ok and §size = 'a'", "  then: END", "- else: END"), "'slots.size'"),
    (branches("- if: \"{'red' §'green'} contains slots.tint\"", "  then: END", "- else: END"), "one of: red, blue"),
    # patterns
    ({"more": f"{PATTERN}§pattern_cancel_flow"}, "to a flow of your own"),
    # slots
    ({"slot": "fit: {type: float, initial_value: §abc}"}, "a number"),
    ({"slot": "fit: {type: text, §initial_vale: a}"}, "did you mean 'initial_value'?"),
    ({"slot": MAPPED % "{type: custom, §action: action_none}"}, "is not an action"),
    (
        {"slot": MAPPED % "{type: from_intent, intent: a, value: b, conditions: [{active_flow: §ordr}]}"},
        "did you mean 'order'?",
    ),
    (
        {"slot": (MAPPED % "{type: §custom}") + "\nfot: {type: bool, mappings: [{type: controlled}]}"}
        | {"steps": "- collect: fit"},
        "since CALM 3.9",
    ),
    ({"slot": "fit: {type: text, validation: {rejections: §[]}}"}, "add '- if: …'"),
    ({"slot": "fit: {type: text, validation: {rejections: [{if: not slots.fit, utter: §No}]}}"}, "name of a response"),
    # responses
    ({"said": "[{text: a, id: §7}]"}, "put it in quotes"),
    ({"said": "[§hello]"}, "write '- text: …'"),
    ({"said": "[{§txt: a}]"}, "did you mean 'text'?"),
    (button("§/setslots(size=a)"), "with these capitals"),
    (button("§/SetSlots(size=a"), "write it as"),
    (button("§/SetSlots()"), "write it as"),
    (button("§/SetSlots(many=a)"), "which is a list"),
    # domain
    ({"action": "{action_x: {§send_doman: true}}"}, "did you mean 'send_domain'?"),
    ({"action": "{action_x: {send_domain: §maybe}}"}, "true or false"),
    ({"top": "§respones: {}"}, "did you mean 'responses'?"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "words"), FORBIDDEN)
def test_what_the_pages_forbid_is_an_error_at_its_place(given: dict[str, str], words: str) -> None:
    problems, signs = told(**given)
    found = [(each.severity, each.file, each.line, each.column) for each in problems]
    assert found == [("error", *signs[0])], "\n".join(map(str, problems))
    assert words in f"{problems[0].message} {problems[0].hint}"


def test_a_button_sets_no_more_than_ten_slots() -> None:
    slots = "\n".join(f"slot{number}: {{type: float}}" for number in range(11))
    problems, signs = told(slot=slots, **button(f"'§/SetSlots({ELEVEN})'"))
    assert [(each.severity, each.code) for each in problems] == [("error", "payload")]
    assert (problems[0].line, problems[0].column) == (signs[0][1], signs[0][2] - 1)
    assert told(slot=slots, **button(f"/SetSlots({ELEVEN.rpartition(',')[0]})".join("''")))[0] == []


NOT_MEANT = [  # that CALM's own projects and pages do all the same
    ({"steps": "- collect: size\n  §reset_after_flow_ends: true", "key": "persisted_slots: [size]"}, "conflict"),
    ({"steps": "- collect: size\n  rejections: [{if: §slots.age > 3, utter: utter_bye}]"}, "other-slot"),
    ({"steps": "- collect: size\n- link: §order"}, "link-to-itself"),
    ({"steps": "- call: §pattern_completed"}, "call-of-pattern"),
    ({"steps": "- call: book\n  exit_if: [§slots.none is null]"}, "unknown-slot"),
    ({"slot": MAPPED % "{type: §custom}", "steps": "- collect: fit"}, "not-filled"),
    ({"slot": "fit: {type: text, §shape: round}"}, "no-effect"),
    (branches("- if: §size = 'a'", "  then: END", "- else: END"), "unknown-name"),
    (branches("- §if: slots.ok", "  then: END"), "missing-else"),
    (button("§/SetSlots(tint=green)"), "value"),
    ({"key": "§block_digressions: [pay]"}, "no-effect"),
    ({"key": "§crucial_memory_items: [size]"}, "no-effect"),  # RasaHQ/agentic-orchestration-samples
    ({"steps": "- collect: size\n  §ask_confirm_digressions: true"}, "no-effect"),  # sahil-makandar/RASA-Agent
    ({"steps": "- collect: size\n  §block_digressions: [pay]"}, "no-effect"),
    ({"steps": "- set_slots: [{ok: §'False'}]"}, "value"),  # shaik-ismail-27/agent_cue
    ({"steps": "- set_slots: [{age: §'7'}]"}, "value"),
]


@pytest.mark.parametrize(("given", "code"), NOT_MEANT)
def test_what_may_be_a_slip_is_a_warning(given: dict[str, str], code: str) -> None:
    problems, signs = told(**given)
    found = [(each.severity, each.code, each.file, each.line, each.column) for each in problems]
    assert found == [("warning", code, *signs[0])], "\n".join(map(str, problems))


ALLOWED = [
    {"key": 'name: "7"'},
    {"key": "name: 7 hats"},
    {"key": "nlu_trigger: [{intent: greet}]"},
    {"steps": "- collect: size\n  description: '7'\n  utter: utter_other"},
    {"steps": "- set_slots: [{ok: true}, {tint: RED}, {age: 3}, {many: null}]"},
    {"steps": "- call: book\n  mcp_server: a\n  mapping: {input: [{param: p, slot: size}]}"},
    {"steps": "- call: book\n  exit_if: [slots.size is not null]"},
    branches("- if: \"{'red' 'BLUE'} contains slots.tint\"", "  then: END", "- else: END"),
    {"more": f"{PATTERN}pay"},
    {"more": f"{PATTERN}pattern_human_handoff"},
    {"more": f"{PATTERN}pattern_chitchat"},
    {"slot": MAPPED % "{type: custom, action: action_offer}", "steps": "- action: action_offer"},
    {"slot": MAPPED % "{type: from_intent, intent: a, value: b, conditions: [{active_flow: order}]}"},
    {"slot": "fit: {type: text, validation: {rejections: [{if: not slots.fit, utter: utter_bye}]}}"},
    {"said": "[{id: a, text: 7}]"},
    button("'/SetSlots(age=100, tint=red)'"),
    {"action": "{action_x: {send_domain: True}}"},
    {"action": "{action: action_x}"},
]


@pytest.mark.parametrize("given", ALLOWED)
def test_what_the_pages_allow_is_taken(given: dict[str, str]) -> None:
    problems, _ = told(**given)
    assert problems == [], "\n".join(map(str, problems))
