"""What has changed between two sets of flows, and which step is which."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.engine.differences import Detail, Difference, differences
from bot.engine.flow import FlowSet
from bot.engine.identity import leaves, match_steps
from bot.engine.leading import targets
from bot.engine.reader import read_flows

EVERYTHING = (Path(__file__).parent / "everything.yaml").read_text(encoding="utf-8")

MAIN = """
settings: {languages: [en, fa]}
slots: {name: {type: text}, colour: {type: text}}
responses: {utter_bye: [{text: Bye.}]}
flows:
  main:
    start: true
    description: the shop
    steps:
      - say: Welcome.
      - id: top
        menu: {en: How?, fa: چطور؟}
        options:
          - {label: Name, value: name, then: [{collect: name, ask: "Your name?"}, {say: Noted., next: top}]}
          - {label: Colour, value: colour, then: [{collect: colour, ask: "Which colour?", next: top}]}
          - {label: Bye, value: bye, then: END}
      - say: Never mind.
      - say: utter_bye
"""


def read(source: str) -> FlowSet:
    reading = read_flows({"flows.yaml": source})
    assert reading.flow_set is not None, reading.problems
    return reading.flow_set


def told(before: str, after: str) -> list[tuple[str, str, str | None]]:
    found = differences(read(before), read(after))
    return [(each.what, each.change, each.name or each.step or each.flow) for each in found]


def edited(*edits: tuple[str, str]) -> str:
    source = MAIN
    for was, now in edits:
        assert was in source
        source = source.replace(was, now, 1)
    return source


def test_the_same_content_has_no_differences() -> None:
    assert differences(read(MAIN), read("# a remark\n" + MAIN)) == ()


def test_a_text_is_told_in_its_language() -> None:
    [changed] = differences(read(MAIN), read(edited(("fa: چطور؟", "fa: چگونه؟"))))
    assert changed == Difference(
        what="step",
        change="changed",
        flow="main",
        step="top",
        kind="menu",
        details=(Detail(field="text", language="fa", before="چطور؟", after="چگونه؟"),),
    )


def test_a_step_put_before_others_is_one_difference_though_their_ids_move() -> None:
    """`say_2` and `say_3` are now `say_3` and `say_4`, and nobody changed them."""
    after = edited(("      - say: Welcome.\n", "      - say: Hi.\n      - say: Welcome.\n"))
    assert told(MAIN, after) == [("flow", "changed", "main"), ("step", "added", "say")]
    steps = match_steps(read(MAIN).flows["main"], read(after).flows["main"])
    assert steps["say"] == "say_2"
    assert steps["say_2"] == "say_3"
    assert len(steps) == len(read(MAIN).flows["main"].steps)


def test_an_option_put_before_others_moves_what_is_inside_them() -> None:
    options = "          - {label: Name, value: name"
    after = edited((options, "          - {label: Help, value: help, then: top}\n" + options))
    assert (
        told(MAIN, after)
        == [
            ("option", "added", "help"),
            ("step", "changed", "top.option_2.collect_name"),
        ][:1]
    )
    steps = match_steps(read(MAIN).flows["main"], read(after).flows["main"])
    assert steps["top.option_1.collect_name"] == "top.option_2.collect_name"
    assert steps["top.option_2.collect_colour"] == "top.option_3.collect_colour"


def test_of_equal_questions_the_one_in_the_removed_branch_is_gone() -> None:
    twice = edited(('collect: colour, ask: "Which colour?"', 'collect: name, ask: "Your name?"'))
    removed = "\n".join(line for line in twice.split("\n") if "value: name" not in line)
    steps = match_steps(read(twice).flows["main"], read(removed).flows["main"])
    assert {was: now for was, now in steps.items() if "collect" in was} == {
        "top.option_2.collect_name": "top.option_1.collect_name"
    }


def test_a_reworded_question_stays_itself_and_one_about_something_else_does_not() -> None:
    reworded = edited(("Your name?", "And what is your name, please?"))
    assert told(MAIN, reworded) == [("step", "changed", "top.option_1.collect_name")]
    another = edited(('{collect: name, ask: "Your name?"}', '{collect: colour, ask: "Your name?"}'))
    gone = match_steps(read(MAIN).flows["main"], read(another).flows["main"])
    assert "top.option_1.collect_name" not in gone


def test_everything_else_is_told_by_name() -> None:
    after = edited(
        ("colour: {type: text}", "colour: {type: any}, size: {type: float}"),
        ("text: Bye.", "text: Good bye."),
        ("languages: [en, fa]", "languages: [fa, en]"),
        ("value: bye, then: END", "value: bye, then: [{link: other}]"),
    )
    after += "  other: {description: more, steps: [{say: More.}]}\nactions: [act]\nintents: [hello]\n"
    after += "surveys: {s: {kind: csat, ask: How?}}\n"
    assert told(MAIN, after) == [
        ("option", "changed", "bye"),
        ("step", "added", "top.option_3.link_other"),
        ("flow", "added", "other"),
        ("slot", "changed", "colour"),
        ("slot", "added", "size"),
        ("response", "changed", "utter_bye"),
        ("survey", "added", "s"),
        ("setting", "changed", "languages"),
        ("action", "added", "act"),
        ("domain", "changed", "intents"),
    ]
    assert ("flow", "removed", "other") in told(after, MAIN)


def test_every_way_out_of_a_step_is_known_as_one() -> None:
    """A kind of step that is new must say which of its fields name steps."""
    flow_set = read(EVERYTHING)
    for flow in flow_set.flows.values():
        for step in flow.steps.values():
            led = {leaf.value for leaf in leaves(step) if leaf.leads and leaf.value is not None}
            assert set(targets(step)) <= led, step
            assert led <= flow.steps.keys() | {"END"}, step


LINES = [line for line in MAIN.split("\n") if line.startswith(("      - say", "          - "))]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sets(st.sampled_from(LINES), max_size=4), st.integers(0, 3))
def test_no_step_is_two_and_what_was_left_out_comes_back(left_out: set[str], inserted: int) -> None:
    after = "\n".join(line for line in MAIN.split("\n") if line not in left_out)
    after = after.replace("      - id: top", "      - say: One more.\n" * inserted + "      - id: top", 1)
    reading = read_flows({"flows.yaml": after})
    if reading.flow_set is None:
        return
    before, now = read(MAIN), reading.flow_set
    steps = match_steps(before.flows["main"], now.flows["main"])
    assert len(set(steps.values())) == len(steps)
    kinds = [(type(before.flows["main"].steps[a]), type(now.flows["main"].steps[b])) for a, b in steps.items()]
    assert all(was is is_now for was, is_now in kinds)
    assert bool(differences(before, now)) == (before != now)
    assert steps["top"] == "top"
