"""Slips in what customers type and in what they are shown, each told at its place; and what only looks like one."""

import pytest

from tests.engine.authoring import in_a_flow, problems_of, signs_in

SLOTS = "slots: {n: {type: float}, t: {type: text}, l: {type: list}, s: {type: categorical, values: [a, b]}}"
SETTINGS = "settings: {languages: [en, fa]}"


def when(condition: str) -> str:
    return f"- noop: true\n  next: [{{if: {condition}, then: END}}, {{else: END}}]"


@pytest.mark.parametrize(
    ("code", "steps", "words"),
    [
        ("braces", "- say: 'Hi §{t'", "write '{t}'"),
        ("braces", "- say: 'Hi §t}.'", "write '{t}'"),
        ("braces", "- say: 'ב§{t'", "write '{t}'"),
        ("braces", "- say: 'Hi §{{ t }}.'", "write '{t}'"),
        ("braces", "- say: {en: 'Hi §{ customer.name }', fa: سلام}", "write '{customer.name}'"),
        ("unknown-slot", "- say: 'Hi {§item.name}'", "only options made of a list show '{item}'"),
        ("unknown-slot", "- menu: a\n  options: {from: l, label: '{item}', then: [{say: '{§item}', next: END}]}", None),
        ("unknown-channel", when("session.channel is §'telegrm'"), "did you mean 'telegram'?"),
        ("unknown-language", when("session.language is not §'fr'"), "there are: en, fa"),
        ("value", when("slots.n = §'five'"), "which is a number"),
        ("unknown-value", "- handoff: support\n  priority: §hihg", "did you mean 'high'?"),
        ("wrong-slot-type", "- §collect: n\n  ask: Mail?\n  kind: email", "make it one of: any, list, text"),
        ("wrong-slot-type", "- §collect: s\n  ask: Where?\n  kind: location", "which is categorical"),
        ("wrong-slot-type", "- §menu: Which?\n  options: {from: t, label: '{item}'}", "holds no list"),
        ("duplicate-word", "- §menu: a\n  options: [{label: Red}, {label: Blue, match: [red]}]", "chosen by 'red'"),
        (
            "duplicate-word",
            "- §menu: a\n  options: [{label: {en: A, fa: آ}}, {label: {en: B, fa: ا}}]",
            "chosen by 'ا'",
        ),
        ("unknown-response", "- say: §uter_bye", "did you mean 'utter_bye'?"),
        ("bad-address", "- say: §'[here](www.shop.example)'", "begins with https://"),
    ],
)
def test_a_slip_is_told_at_its_place(code: str, steps: str, words: str | None) -> None:
    source = in_a_flow(steps, f"{SLOTS}\n{SETTINGS}\nresponses: {{utter_bye: [{{text: '1'}}]}}")
    problems = [each for each in problems_of(source) if each.code == code]
    assert [(each.line, each.column) for each in problems] == signs_in(source), list(map(str, problems_of(source)))
    assert words is None or words in str(problems[0])


@pytest.mark.parametrize(
    "steps",
    [
        "- say: 'No slots are :-} and {1, 2}, and \\{t\\} is meant so'",
        "- say: '{t}{n:number}, {slots.t}'",
        "- say: 'מה ב{t}? R{n:number}x'",
        "- menu: a\n  options: {from: l, label: '{item.name}', value: '{item.id}'}",
        "- menu: a\n  options: [{label: Red, if: slots.n > 1}, {label: Red, value: other, if: slots.n < 1}]",
        "- {collect: t, ask: Mail?, kind: email}\n- {collect: n, ask: How many?, kind: number}\n"
        "- {collect: l, ask: A photo?, kind: file}",
        when("slots.n = 5 or session.channel is 'voice' or customer.language is 'en'"),
        "- say: '[here](https://shop.example) or [there]({t}), [call](tel:+9714) or [write](mailto:a@b.example)'",
        "- handoff: support\n  priority: -3",
    ],
)
def test_what_is_none_is_not_told(steps: str) -> None:
    found = {each.code for each in problems_of(in_a_flow(steps, SLOTS))}
    assert found <= {"unread-slot", "unfilled-slot", "unused-slot", "unused-flow"}


FLOWS = "flows:\n  one: {start: true, description: d, steps: [{say: '1'}]}\n"


@pytest.mark.parametrize(
    ("code", "source"),
    [
        ("duplicate-word", "settings: {languages: [en], globals: {back: [x], §menu: [X.]}}\n" + FLOWS),
        ("duplicate-word", "settings: {languages: [en], globals: {§back: {en: [b], digits: '0'}}}\n" + FLOWS),
        ("duplicate-trigger", FLOWS + "  two: {description: two, triggers: {en: [hi]}, steps: [{say: '2'}]}\n"
         "  §three: {description: three, triggers: [Hi.], steps: [{say: '3'}]}\nsettings: {languages: [en]}"),
        ("unheard-trigger", FLOWS + "  §two: {description: two, triggers: [Menu, price], steps: [{say: '2'}]}"),
        ("no-default", FLOWS.replace("'1'", "utter_a")
         + "slots: {v: {type: bool}}\nresponses: {§utter_a: [{text: '1', condition: slots.v}]}"),
    ],
)  # fmt: skip
def test_a_slip_in_a_file(code: str, source: str) -> None:
    problems = [each for each in problems_of(source) if each.code == code]
    assert [(each.line, each.column) for each in problems] == signs_in(source), list(map(str, problems_of(source)))


def test_a_word_that_is_built_in_for_another_command_may_be_taken() -> None:
    source = "settings: {languages: [en], globals: {cancel: [cancel, stop], help: {en: [help], digits: '9'}}}\n" + FLOWS
    assert problems_of(source) == ()
