"""What is wrong with flows that can be read: the graph, the texts, and what nobody uses."""

import pytest

from bot.engine.checks.texts import shown_length
from bot.engine.reader import read_flows
from tests.engine.authoring import SIGN, in_a_flow, problems_of, signs_in

TWO = "settings: {languages: [en, fa]}\n"
WARNINGS = [
    ("unreachable", "- say: Hi\n  next: END\n- §say: Ho", "", "nothing leads to the step 'say_2'"),
    ("unreachable", "- link: two\n- §id: a\n  say: Ho", "", None),
    ("many-options", "- §menu: Which?\n  options: [{label: '1'}, {label: '2'}, {label: '3'}, {label: '4'},"
     " {label: '5'}, {label: '6'}]", "", "6 options are hard"),
    ("missing-translation", "- say: §{en: Hi}", TWO + "#", "not there in: fa"),
    ("missing-translation", "- say: §Hello", TWO + "#", "not there in: fa"),
    ("value", "- set_slots: [{x: §c}]\n- say: '{x}'", "slots: {x: {type: categorical, values: [a, b]}}", "of: a, b"),
    ("value", "- set_slots: [{x: §yes}]\n- say: '{x}'", "slots: {x: {type: bool}}", "true or false"),
    ("value", "- menu: '{x}?'\n  into: x\n  options: [{label: A, value: §12}]",
     "slots: {x: {type: float, min_value: 1, max_value: 9}}", "from 1.0 to 9.0"),
    ("needs-language-model", "- action: §action_trigger_search", "", "leads to pattern_cannot_handle"),
    ("no-effect", "- action: §action_clean_stack", "", "passed over"),
    ("answered-loop", "- §id: a\n  collect: x\n  ask: X?\n  next: [{if: slots.x is 1, then: END}, {else: b}]\n"
     "- id: b\n  say: '{x}?'\n  next: a", "slots: {x: {type: text}}", "does not empty 'x'"),
    ("answered-loop", "- id: a\n  collect: x\n  ask: X?\n  next: [{if: slots.x is 1, then: END}, {else: b}]\n"
     "- id: b\n  set_slots: [{x: null}]\n  next: a", "slots: {x: {type: text}}", None),
    ("answered-loop", "- id: a\n  collect: x\n  ask: X?\n  ask_before_filling: true\n"
     "  next: [{if: slots.x is 1, then: END}, {else: a}]", "slots: {x: {type: text}}", None),
    ("endless-loop", "- say: Hi\n- §id: a\n  action: action_x\n  next: [{if: slots.x is 1, then: b}, {else: a}]\n"
     "- id: b\n  set_slots: [{x: 1}]\n  next: a", "slots: {x: {type: float}}\nactions: [action_x]", "leads out of it"),
    ("endless-loop", "- id: a\n  action: action_x\n  next: [{if: slots.x is 1, then: END}, {else: a}]",
     "slots: {x: {type: float}}\nactions: [action_x]", None),
    ("answered-loop", "- id: a\n  collect: x\n  ask: X?\n  next: [{if: not slots.x, then: a}, {else: END}]",
     "slots: {x: {type: text}}", None),
    ("answered-loop", "- id: a\n  collect: x\n  ask: X?\n  next: [{if: slots.x is null, then: b}, {else: END}]\n"
     "- id: b\n  say: Again.\n  next: a", "slots: {x: {type: text}}", None),
    ("endless-loop", "- id: a\n  action: action_x\n- action: action_listen\n  next: a", "actions: [action_x]", None),
    ("unused-slot", "- say: Hi", "slots: {§x: {type: text}}", "nothing uses"),
    ("unfilled-slot", "- say: '{x}'", "slots: {§x: {type: text}}", "nothing ever fills"),
    ("unread-slot", "- set_slots: [{x: a}]", "slots: {§x: {type: text}}", "nothing ever reads"),
    ("unused-response", "- say: Hi", "responses: {§utter_a: [{text: A}]}", "no flow says"),
    ("unused-survey", "- say: Hi", "surveys: {§s: {ask: Hm?}}", "nothing asks"),
    ("unknown-response", "- say: Hi", "responses: {§utter_switchboard_no_mach: [{text: Eh?}]}",
     "'utter_switchboard_no_match'"),
    ("unknown-intent", "- say: utter_a", "responses: {utter_a: [{text: A, buttons: [{title: B, payload: §/pay}]}]}",
     "starts nothing"),
    ("payload", "- say: utter_a", "responses: {utter_a: [{text: A, buttons: [{title: B, payload: §'/pay{x}'}]}]}",
     "can't be read"),
    ("value", "- say: 'utter_a'\n- say: '{x}'",
     "slots: {x: {type: bool}}\nresponses: {utter_a: [{text: A, buttons: [{title: B, payload: §/SetSlots(x=7)}]}]}",
     "true or false"),
    ("missing-translation", "- say: {en: Hi, de: Hallo}", "settings: {languages: [en, §de]}", "says on its own"),
    ("secret-shown", "- {collect: pin, ask: P?, secret: true}\n- say: 'It is {§pin}.'", "slots: {pin: {type: text}}",
     "reads •••"),
    ("secret-shown", "- {collect: pin, ask: P?, secret: true}\n- {handoff: support, share: [§pin]}",
     "slots: {pin: {type: text}}", "reads •••"),
    ("unknown-channel", "- say: utter_a", "responses: {utter_a: [{text: A, channel: §telegarm}]}", "'telegram'?"),
    ("unknown-slot", "- say: utter_a", "responses: {utter_a: [{text: 'A {§x}'}]}", "unless an action gives it"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "steps", "more", "words"), WARNINGS)
def test_what_is_allowed_but_probably_not_meant(code: str, steps: str, more: str, words: str | None) -> None:
    source = in_a_flow(steps, more).replace("  two: {description: another, if: false, steps: [{say: Hi}]}\n", "")
    if "link: two" in source or "#" in more:
        source = in_a_flow(steps, more).replace("say: Hi}]", "say: '1'}]")
    problems = [each for each in problems_of(source) if each.code == code]
    assert [(each.line, each.column) for each in problems] == signs_in(source), list(map(str, problems_of(source)))
    assert words is None or words in str(problems[0])


@pytest.mark.parametrize(
    "steps",
    [
        "- id: a\n  menu: Which?\n  options: [{label: A, then: a}]",
        "- id: a\n  say: Hi\n- collect: x\n  ask: X?\n  next: a",
        "- id: a\n  action: action_x\n  next: a",
        "- id: a\n  language: ask\n  next: a",
        "- id: a\n  handoff: support\n  on_closed: a",
        "- id: a\n  call: two\n  next: a",
        "- link: two",
    ],
)
def test_a_loop_with_a_wait_point_is_no_mistake(steps: str) -> None:
    more = "slots: {x: {type: text}}\nactions: [action_x]"
    waiting = "steps: [{menu: Well?, options: [{label: A}]}, {link: one}]"
    source = in_a_flow(steps, more).replace("steps: [{say: Hi}]", waiting)
    if "call: two" in steps:
        source = source.replace(", {link: one}", "")
    assert not [each for each in problems_of(source) if each.severity == "error"]


@pytest.mark.parametrize(
    ("steps", "other"),
    [
        ("- §say: Hi\n- link: two", "{link: one}"),
        ("- §call: two\n- link: one", "{say: Ho}"),
        ("- id: a\n  §hours: office\n  closed: a", "{say: Ho}"),
        ("- §call: two", "{call: one}"),
        ("- id: a\n  §noop: true\n  next: [{if: 1 < 2, then: a}, {else: END}]", "{say: Ho}"),
    ],
)
def test_a_loop_that_never_waits(steps: str, other: str) -> None:
    source = in_a_flow(steps).replace("[{say: Hi}]", f"[{other}]").replace("  §", f"  {SIGN}", 1)
    loops = [each for each in problems_of(source) if each.code == "endless-loop"]
    assert len(loops) == 1
    assert "without ever waiting" in loops[0].message
    assert loops[0].line == 5


def test_a_called_flow_may_not_link() -> None:
    source = in_a_flow("- call: §two").replace("[{say: Hi}]", "[{menu: A, options: [{label: A}]}, {link: three}]")
    source += "  three: {description: three, if: false, steps: [{menu: A, options: [{label: A}]}]}\n"
    errors = [each for each in problems_of(source) if each.severity == "error"]
    assert [(each.line, each.column, each.code) for each in errors] == [(5, 15, "link-in-called-flow")]


def test_slots_that_actions_may_use_are_not_called_unread() -> None:
    source = in_a_flow("- collect: x\n  ask: X?\n- action: action_x\n- say: '{y}'")
    source += "slots: {x: {type: text}, y: {type: text}, z: {type: text}}\nactions: [action_x]\n"
    told = {(each.code, each.message) for each in problems_of(source) if "slot" in each.code}
    assert told == {("unused-slot", "nothing uses the slot 'z'")}


def test_a_flow_that_nothing_starts() -> None:
    told = [each for each in problems_of(in_a_flow("- say: Hi")) if each.severity == "warning"]
    assert [(each.line, each.column, each.code) for each in told] == [(6, 3, "unused-flow")]


@pytest.mark.parametrize("text", ["24/7", "{customer.name}", "🙂", "+98 21 1234"])
def test_a_text_without_letters_needs_no_translation(text: str) -> None:
    source = in_a_flow(f"- say: '{text}'", TWO).replace("say: Hi}]", "say: '1'}]")
    assert not [each for each in problems_of(source) if each.code == "missing-translation"]


@pytest.mark.parametrize(
    ("source", "length"),
    [
        ("a" * 600, 600),
        ("🙂" * 600, 1200),
        ("*a* " * 300, 600),
        ("[a](https://example.com) " * 100, 200),
        ("{x}" * 400, 0),
    ],
)
def test_a_text_is_as_long_as_it_is_shown(source: str, length: int) -> None:
    assert shown_length(source) == length


def test_a_message_of_4096_fits_and_one_more_does_not() -> None:
    def codes(length: int) -> list[str]:
        return [each.code for each in problems_of(in_a_flow(f"- say: {'a' * length}")) if each.severity == "error"]

    assert codes(4096) == []
    assert codes(4097) == ["text-too-long"]


def test_a_broken_flow_is_not_told_about_what_only_seems_unreachable() -> None:
    source = in_a_flow("- menu: Which?\n  options: [{label: A, then: b}]\n  next: END\n- id: bb\n  say: B")
    assert [each.code for each in problems_of(source)] == ["unknown-step"]


def test_wording_of_the_engine_may_be_said_and_replaced() -> None:
    source = in_a_flow("- say: utter_switchboard_help")
    source += "responses: {utter_switchboard_too_short: [{text: 'At least {min}!'}]}\n"
    assert [each.code for each in problems_of(source)] == ["unused-flow"]


def test_no_files_at_all() -> None:
    assert [str(problem) for problem in read_flows({}).problems] == [
        "flows:1:1: error[no-start]: there is no flow (flows stand below the key 'flows')"
    ]
