"""Every mistake is reported at its place, with the nearest name; one case a rule."""

import pytest

from bot.engine.reader import read_flows
from tests.engine.authoring import in_a_flow, problems_of, signs_in


def when(condition: str) -> str:
    """A step that goes on by this condition."""
    return f"- noop: true\n  next:\n    - {{if: {condition}, then: END}}\n    - else: END"


STEPS = [
    ("unknown-step", "- say: Hi\n  next: §nubmer\n- id: number\n  say: Ho", "did you mean 'number'?"),
    ("unknown-step", "- say: Hi\n  next: §end", "did you mean 'END'?"),
    ("unknown-step", "- menu: Which?\n  options:\n    - label: A\n      then: §nowhere", None),
    ("unknown-step", "- menu: Which?\n  options: [{label: A}]\n  on_fail: §nowhere", None),
    ("unknown-step-kind", "- §colect: x", "did you mean 'collect'?"),
    ("unknown-step-kind", "- §if: slots.x\n  then: END", "stand in the 'next' of a step"),
    ("unknown-step-kind", "- §wobble: complaints\n  kind: complaint", "there are: action, call, callback"),
    ("unknown-value", "- ticket: complaints\n  kind: §complain", "did you mean 'complaint'?"),
    ("unknown-slot", "- ticket: complaints\n  attach: [§fotos]", None),
    ("unknown-slot", "- {ticket_state: §nmber, on_unknown: END}", None),
    ("unknown-flow", "- follow_up: §three\n  in: 3d", None),
    ("missing-key", "- §follow_up: one", "add 'in: 1d'"),
    ("conflict", "- follow_up: one\n  in: 3d\n  §at: \"09:00\"", None),
    ("wrong-type", "- follow_up: one\n  at: §tomorrow", "such as 2026-03-21 09:00"),
    ("condition", "- follow_up: one\n  in: 3d\n  if: slots.x is§", None),
    ("unknown-step-kind", "- §id: a", "there are: action"),
    ("two-step-kinds", "- say: Hi\n  §noop: true", "'say' already"),
    ("wrong-type", "- §Hello", "a mapping such as '- say: Hello'"),
    ("wrong-type", "- say: [§[a]]", "a text, or texts by language"),
    ("wrong-type", "- say: §true", "put it in quotes"),
    ("wrong-type", "- §say:", "nothing"),
    ("wrong-type", "- say: Hi\n  barge_in: §yes", "YAML 1.2 knows true and false only"),
    ("wrong-type", "- say: Hi\n  next: §{a: b}", "a step id, END, or a list"),
    ("wrong-type", "- handoff: support\n  on_closed: §{say: Hi}", "begin the step with '- '"),
    ("wrong-type", "- handoff: support\n  max_wait: §5", "such as 5s, 2m, 24h, 3d"),
    ("wrong-type", "- noop: §1\n  next: END", "should be true"),
    ("wrong-type", "- menu: Which?\n  options: §A", "a list of options"),
    ("empty", "- say: §''", None),
    ("empty", "- say: §[]", None),
    ("empty", "- menu: Which?\n  options: §[]", "dead end"),
    ("empty", "- set_slots: §[]", None),
    ("wrong-type", "- noop:\n    §next: END", "its other keys stand beside it (write 'noop: true', and 'next'"),
    ("empty", "- noop: true\n  next: §[]", "write 'next: END'"),
    ("unknown-key", "- say: Hi\n  §imagee: https://a.b/c", "did you mean 'image'?"),
    ("unknown-key", "- menu: Which?\n  options: [{label: A, §valeu: a}]", "did you mean 'value'?"),
    ("unknown-key", "- handoff: support\n  §on_close: END", "did you mean 'on_closed'?"),
    ("missing-key", "- §menu: Which?", "lacks 'options'"),
    ("missing-key", "- §hours: office", "leads nowhere"),
    ("missing-key", "- menu: Which?\n  options: [§{value: a}]", "lacks 'label'"),
    ("missing-key", "- noop: true\n  next:\n    - §if: slots.x\n    - else: END", "lacks 'then'"),
    ("missing-else", "- noop: true\n  next:\n    - §if: 1 < 2\n      then: END", "closed by '- else:'"),
    ("else-not-last", "- noop: true\n  next:\n    - §else: END\n    - else: END", "ever reached"),
    ("missing-next", "- §noop: true", "needs 'next'"),
    ("missing-next", "- noop: true\n  next:\n    - {if: 1 < 2, then: [§{say: Hi}]}\n    - else: END", "'next: END'"),
    ("link-not-last", "- §link: two\n- say: Hi", "no step can follow"),
    ("link-not-last", "- id: a\n  noop: true\n  next: END\n- link: two\n  next: §a", "it has no 'next'"),
    ("duplicate-step", "- id: a\n  say: Hi\n- id: §a\n  say: Ho", "the first is on line 5"),
    ("bad-name", "- id: §END\n  say: Hi", "can't be the id"),
    ("duplicate-option", "- menu: Which?\n  options:\n    - {label: A, value: x}\n    - {label: B, value: §x}", None),
    ("duplicate-option", "- menu: Which?\n  options:\n    - {label: A, key: 1}\n    - {label: B, key: §1}", None),
    ("out-of-range", "- menu: Which?\n  options: [{label: A, key: §10}]", "a digit from 1 to 9"),
    ("out-of-range", "- menu: Which?\n  options: [{label: A}]\n  tries: §0", "from 1 to 20"),
    ("out-of-range", "- handoff: support\n  max_wait: §0s", "more than nothing"),
    ("unknown-flow", "- link: §on", "did you mean 'one'?"),
    ("unknown-flow", "- call: §nothing", "which is not a flow"),
    ("unknown-queue", "- handoff: §suport", "did you mean 'support'?"),
    ("unknown-queue", "- callback: §suport", "did you mean 'support'?"),
    ("unknown-calendar", "- hours: §ofice\n  open: END", "did you mean 'office'?"),
    ("unknown-calendar", "- handoff: support\n  hours: §ofice", "did you mean 'office'?"),
    ("unknown-calendar", when("§session.open.ofice"), "'office'?"),
    ("unknown-survey", "- survey: §csat", "which is not a survey"),
    ("unknown-action", "- action: §action_x", "add it to the list of 'actions'"),
    ("unknown-response", "- say: §utter_x", "which is not a response"),
    ("unknown-response", "- action: §utter_x", "which is not a response"),
    ("unknown-slot", "- say: 'Hello {§naem}'", "which is not a slot"),
    ("unknown-slot", "- say: {en: 'Hello {§naem}'}", "which is not a slot"),
    ("unknown-slot", "- set_slots: [{§x: 1}]", "add 'x: {type: text}' to 'slots'"),
    ("unknown-slot", "- handoff: support\n  share: [§x]", "which is not a slot"),
    ("unknown-slot", "- callback: support\n  phone: §x", "which is not a slot"),
    ("unknown-slot", when("not §slots.x"), "which is not a slot"),
    ("unknown-slot", when("\"1 < 2 and §slots.x\""), None),
    ("unknown-format", "- say: '{§customer.name:upper}'", "there are: code, date, money, number, time"),
    ("unknown-name", "- say: '{§customer.nmae}'", "did you mean 'customer.name'?"),
    ("unknown-name", when("§lookup is 1"), "'slots.lookup'"),
    ("unknown-name", when("§session.chanel is 1"), "'session.channel'"),
    ("unknown-language", "- say: {en: Hi, §english: Hi}", "not a language code"),
    ("unknown-language", "- language: §xx", "no language has the code"),
    ("unknown-channel", "- menu: Which?\n  options: [{label: A}]\n  timeout: {§telegarm: 5s}", "'telegram'?"),
    ("wrong-type", when("§7"), "slots.x > 7"),
    ("condition", when("1 < 2 and 2 < 3 §or 3 < 4"), None),
    ("condition", when("'§{{slots.x}} is 1'"), "Jinja"),
    ("bad-address", "- say: Hi\n  image: §cat.png", "begins with https://"),
    ("endless-loop", "- id: a\n  §say: Hi\n  next: a", None),
    ("endless-loop", "- link: §one", None),
    ("endless-loop", "- id: a\n  §ticket: complaints\n  next: a", None),
]  # fmt: skip


@pytest.mark.parametrize(("code", "steps", "words"), STEPS)
def test_a_mistake_in_a_step(code: str, steps: str, words: str | None) -> None:
    source = in_a_flow(steps)
    errors = [problem for problem in problems_of(source) if problem.severity == "error"]
    if code == "endless-loop":
        errors = [problem for problem in errors if problem.code == code]
        assert len(errors) == 1
        return
    assert [(problem.line, problem.column) for problem in errors] == signs_in(source), [str(each) for each in errors]
    assert [problem.code for problem in errors] == [code]
    assert words is None or words in str(errors[0])


COLLECT = """
slots: {x: {type: text}}
responses: {utter_ask_x: [{text: X?}]}
"""
QUESTIONS = [
    ("missing-ask", "- collect: §y", "slots: {y: {type: text}}", "add 'ask', or a response 'utter_ask_y'"),
    ("unknown-slot", "- collect: §z", COLLECT, "which is not a slot"),
    ("two-asks", "- collect: §x", COLLECT + "actions: [action_ask_x]", "keep one of them"),
    ("two-asks", "- collect: x\n  ask: X?\n  §utter: utter_ask_x", COLLECT, "'ask' already"),
    ("unknown-value", "- collect: x\n  kind: §phon", COLLECT, "did you mean 'phone'?"),
    ("unknown-value", "- collect: x\n  kind: file\n  files: {kinds: [§picture]}", COLLECT, "there are: photo"),
    ("conflict", "- collect: x\n  kind: text\n  §files: {max: 2}", COLLECT, "needs 'kind: file'"),
    ("conflict", "- collect: x\n  kind: date\n  §digits: {length: 4}", COLLECT, "can't be asked as a date"),
    ("conflict", "- collect: x\n  digits: {length: 4, §min: 2}", COLLECT, "stands for both"),
    ("out-of-range", "- collect: x\n  digits: §{min: 4, max: 2}", COLLECT, "more than 'max'"),
    ("missing-key", "- collect: x\n  digits: §{}", COLLECT, "lacks 'length'"),
    ("unknown-value", "- collect: x\n  digits: {length: 4, finish_on: §'1'}", COLLECT, "one of: #, *"),
    ("missing-key", "- collect: x\n  rejections: [§{if: slots.x}]", COLLECT, "lacks 'utter'"),
    ("unknown-response", "- collect: x\n  rejections: [{if: slots.x, utter: §utter_ask_y}]", COLLECT, "'utter_ask_x'?"),
    ("unknown-key", "- collect: x\n  §ask_before_fillin: true", COLLECT, "'ask_before_filling'?"),
    ("out-of-range", "- collect: x\n  silence_timeout: §0", COLLECT, "more than 0 seconds"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "steps", "more", "words"), QUESTIONS)
def test_a_mistake_in_a_question(code: str, steps: str, more: str, words: str) -> None:
    source = in_a_flow(steps, more)
    errors = [problem for problem in problems_of(source) if problem.severity == "error"]
    assert [(problem.line, problem.column, problem.code) for problem in errors] == [
        (*place, code) for place in signs_in(source)
    ], [str(each) for each in errors]
    assert words in str(errors[0])


GOOD = "flows: {one: {description: one, steps: [{say: Hi}]}}\n"
RESPONSE = GOOD + "responses: {utter_greet: [{text: Hi, "
FILES = [
    ("unknown-key", GOOD + "§flow: {}", "did you mean 'flows'?"),
    ("wrong-type", "§- a", "a mapping with keys such as"),
    ("wrong-type", "flows: §[]", "should be a mapping"),
    ("no-start", "§version: '3.1'", "there is no flow"),
    ("missing-key", "flows: {one: §{steps: [{say: Hi}]}}", "lacks 'description'"),
    ("missing-key", "flows: {one: §{description: d}}", "lacks 'steps'"),
    ("empty", "flows: {one: {description: one, steps: §[]}}", "has no steps"),
    ("unknown-key", "flows: {one: {description: one, §step: [], steps: [{say: Hi}]}}", "did you mean 'steps'?"),
    ("unknown-value", "flows: {one: {description: one, resume: §aks, steps: [{say: Hi}]}}", "did you mean 'ask'?"),
    ("not-filled", "flows: {one: {description: one, persisted_slots: [§x], steps: [{say: Hi}]}}\n"
     "slots: {x: {type: any}}", None),
    ("conflict", "flows: {one: {description: one, persisted_slots: [x], steps: [{collect: x, ask: X?,"
     " §reset_after_flow_ends: false}]}}\nslots: {x: {type: any}}", "says already"),
    ("bad-name", "flows: {§a b: {description: b, steps: [{say: Hi}]}}", "200 of a-z"),
    ("condition", "flows: {one: {description: one, start: true, if: slots.x and§, steps: [{say: Hi}]}}", None),
    ("no-start", "flows:\n  §a: {description: a, if: false, steps: [{say: A}]}", None),
    ("two-starts", "flows:\n  a: {description: a, start: true, steps: [{say: A}]}\n"
     "  §b: {description: b, start: true, steps: [{say: A}]}", "(f.yaml:2)"),
    ("duplicate-trigger", "flows:\n  a: {description: a, start: true, triggers: [go], steps: [{say: A}]}\n"
     "  §b: {description: b, triggers: {en: [x], '*': [Go]}, steps: [{say: A}]}", "starts the flow 'a' already"),
    ("missing-key", GOOD + "slots: {x: §{initial_value: 1}}", "lacks 'type'"),
    ("unknown-value", GOOD + "slots: {x: {type: §texd}}", "did you mean 'text'?"),
    ("missing-key", GOOD + "slots: {x: §{type: categorical}}", "lacks 'values'"),
    ("conflict", GOOD + "slots: {x: {type: text, §values: [a]}}", "for categorical slots"),
    ("unknown-value", GOOD + "slots: {x: {type: text, mappings: [{type: §from_lm}]}}", "'from_llm'?"),
    ("out-of-range", GOOD + "slots: {x: {type: float, min_value: §3, max_value: 2}}", None),
    ("bad-name", GOOD + "slots: {§a b: {type: text}}", None),
    ("wrong-type", GOOD + "responses: {utter_greet: §Hi}", "begin each with '- text:'"),
    ("empty", GOOD + "responses: {utter_greet: §[]}", None),
    ("missing-key", GOOD + "responses: {utter_greet: [§{channel: telegram}]}", "lacks 'text'"),
    ("unknown-key", GOOD + "responses: {utter_greet: [{§txt: Hi}]}", "'text'?"),
    ("unknown-name", GOOD + "responses: {utter_greet: [{text: Hi, condition: §slots.}]}", "slots.<name>"),
    ("unknown-slot", RESPONSE + "condition: [{type: slot, name: §x, value: 1}]}]}", None),
    ("unknown-slot", RESPONSE + "buttons: [{title: A, payload: §/SetSlots(x=1)}]}]}", None),
    ("payload", RESPONSE + "buttons: [{title: A, payload: §'/in tent{'}]}]}", None),
    ("wrong-type", GOOD + "actions: §{a: b}", "a list of names"),
    ("out-of-range", GOOD + "session_config: {session_expiration_time: §-1}", None),
    ("unknown-key", GOOD + "session_config: {§session_expiration: 1}", "'session_expiration_time'?"),
    ("unknown-key", GOOD + "settings: {§langauges: [en]}", "'languages'?"),
    ("unknown-language", GOOD + "settings: {languages: [en, §zzz]}", "no language has the code"),
    ("duplicate-name", GOOD + "settings: {languages: [en, §en]}", None),
    ("unknown-language", GOOD + "settings: {languages: [en, fa], globals: {menu: {§fr: [menu], en: [menu]}}}", None),
    ("unknown-key", GOOD + "settings: {globals: {§meun: {en: [menu]}}}", "'menu'?"),
    ("unknown-queue", GOOD + "settings: {queue: §suport}", "'support'?"),
    ("unknown-survey", GOOD + "settings: {survey_after: {handoff: §csat}}", None),
    ("unknown-key", GOOD + "settings: {survey_after: {§hand_off: csat}}", "'handoff'?"),
    ("unknown-flow", GOOD + "settings: {on_fail: §tow}", "not a flow"),
    ("missing-key", GOOD + "surveys: {s: §{kind: csat}}", "lacks 'ask'"),
    ("missing-key", GOOD + "surveys: {s: §{kind: custom, ask: Hm?}}", "lacks 'scale'"),
    ("out-of-range", GOOD + "surveys: {s: {kind: nps, ask: Hm?, scale: §1-5}}", "kind: custom"),
    ("wrong-type", GOOD + "surveys: {s: {kind: custom, ask: Hm?, scale: §5}}", "such as 1-5"),
    ("out-of-range", GOOD + "surveys: {s: {kind: csat, ask: Hm?, labels: §[a, b]}}", "'kind: custom', which has"),
    ("out-of-range", GOOD + "surveys: {s: {kind: csat, ask: Hm?, scale: §1-2, labels: [a, b]}}", "use 'kind: custom'"),
    ("unknown-value", GOOD + "surveys: {s: {kind: csat, ask: Hm?, labels: §star}}", "'stars'?"),
    ("unknown-name", GOOD + "surveys: {s: {ask: Hm?, comment: {if: §sore < 3, ask: Why?}}}", None),
    ("unknown-department", GOOD + "surveys: {s: {ask: Hm?, on_low: {at_most: 2, ticket: §complain}}}", None),
    ("out-of-range", GOOD + "surveys: {s: {ask: Hm?, on_low: {at_most: §9, ticket: complaints}}}", None),
    ("text-too-long", "flows: {one: {description: d, steps: [{say: §" + "word " * 900 + "}]}}", "Telegram shows 4096"),
    ("text-too-long", GOOD.replace("say: Hi", "image: 'https://a.b/c', say: §" + "word " * 210), "1024"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "source", "words"), FILES)
def test_a_mistake_in_a_file(code: str, source: str, words: str | None) -> None:
    errors = [problem for problem in problems_of(source) if problem.severity == "error"]
    assert [(problem.line, problem.column, problem.code) for problem in errors] == [
        (*place, code) for place in signs_in(source)
    ], [str(each)[:300] for each in errors]
    assert words is None or words in str(errors[0])


def test_all_problems_come_in_one_run_sorted_and_once() -> None:
    source = in_a_flow("- say: '{x} and {x}'\n  next: nowhere\n- colect: y\n- link: nothing\n  imag: a")
    problems = problems_of(source)
    assert [problem.code for problem in problems if problem.severity == "error"] == [
        "unknown-slot", "unknown-slot", "unknown-step", "unknown-step-kind", "unknown-flow", "unknown-key",
    ]  # fmt: skip
    assert list(problems) == sorted(problems, key=lambda each: (each.file, each.line, each.column))
    assert len(set(map(str, problems))) == len(problems)


def test_the_same_name_in_two_files_names_both_places() -> None:
    flow = "flows:\n  one: {description: one, steps: [{say: Hi}]}\n"
    reading = read_flows({"b.yaml": flow, "a.yaml": "# the first\n" + flow})
    assert [str(problem) for problem in reading.problems] == [
        "b.yaml:2:3: error[duplicate-name]: 'one' of flows is defined twice; the first is at a.yaml:3 "
        "(remove one of them, or give it another name)"
    ]
    assert reading.flow_set is None


def test_names_are_not_missed_while_a_file_cannot_be_read() -> None:
    files = {"a.yaml": in_a_flow("- call: two\n- say: '{x}'"), "b.yaml": "flows: {two: ["}
    assert [problem.code for problem in read_flows(files).problems] == ["yaml"]


def test_without_a_desk_its_names_are_not_looked_up() -> None:
    assert read_flows({"f.yaml": in_a_flow("- handoff: anything\n  hours: whenever")}).flow_set is not None


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("say: {en: Hello, friend, fa: x}", "7:26: error[unknown-language]: 'friend' is no language: 'say' has a"),
        ("say: {en: “Hello, friend”, fa: x}", "7:27: error[unknown-language]: 'friend”' is no language: 'say' has a"),
        ("{collect: a, ask: b, tries: ۳}", "7:37: error[wrong-type]: 'tries' is a text, but should be a whole number"),
    ],
)
def test_a_comma_in_a_text_and_a_persian_digit_are_told_once(step: str, told: str) -> None:
    head = "settings: {languages: [en, fa]}\nslots: {a: {type: text}}\nflows:\n  a:\n    description: a\n    steps:\n"
    source = f"{head}      - {step}\n"
    errors = [str(each) for each in read_flows({"f": source}).problems if each.severity == "error"]
    assert [each[2 : 2 + len(told)] for each in errors] == [told]
