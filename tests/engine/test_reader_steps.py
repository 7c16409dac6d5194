"""What the reader makes of good files: the model that the interpreter runs."""

from pathlib import Path
from typing import Any

import pytest

from bot.engine.flow import (
    END,
    Action,
    AskSurvey,
    Call,
    Callback,
    Collect,
    Digits,
    Duration,
    Files,
    FlowSet,
    Handoff,
    Hours,
    ListedOptions,
    Menu,
    Noop,
    Option,
    Retry,
    Say,
    SetSlots,
    Step,
    Survey,
    SurveyComment,
    SwitchLanguage,
    Text,
    flow_set_from_json,
    flow_set_to_json,
)
from bot.engine.reader import read_flows
from bot.problems import as_text
from tests.engine.authoring import DESK, in_a_flow

EXAMPLE = (Path(__file__).parent / "example.yaml").read_text(encoding="utf-8")
MORE = """
slots: {x: {type: any}, y: {type: text}, rows: {type: list}}
responses: {utter_hi: [{text: Hi}], utter_ask_x: [{text: X?}]}
actions: [action_x]
surveys: {s: {ask: Hm?}}
"""


def loaded(source: str) -> FlowSet:
    reading = read_flows({"f.yaml": source}, DESK)
    assert reading.flow_set is not None, as_text(reading.problems)
    return reading.flow_set


def text(source: str) -> Text:
    return Text(by_language={"*": source})


STEPS: list[tuple[str, Step]] = [
    ("say: Hi", Say(id="a", texts=(text("Hi"),))),
    ("say: 12.50", Say(id="a", texts=(text("12.50"),))),
    ("say: [Hi, {en: Ho}, utter_hi]", Say(id="a", texts=(
        text("Hi"), Text(by_language={"en": "Ho"}), Text(response="utter_hi")))),
    ("say: Hi\nimage: https://a.b/c.png\nattachment: 'https://a.b/{y}.pdf'\nbarge_in: false", Say(
        id="a", texts=(text("Hi"),), image="https://a.b/c.png", attachment="https://a.b/{y}.pdf", barge_in=False)),
    ("action: utter_hi", Say(id="a", texts=(Text(response="utter_hi"),))),
    ("action: action_x", Action(id="a", name="action_x")),
    ("action: action_x\ntimeout: 1m30s\nretries: 2\nslow: Wait\non_error: END\nfinal: true", Action(
        id="a", name="action_x", timeout_seconds=90.0, retries=2, slow=text("Wait"), on_error=END, final=True)),
    ("menu: Which?\noptions: [{label: Track an order}, {label: ۱}]", Menu(id="a", text=text("Which?"), options=(
        Option(label=text("Track an order"), value="track_an_order"), Option(label=text("۱"), value="۱")))),
    ("menu: Which?\ninto: x\ncolumns: 2\npage_size: 5\noptions:\n"
     "  - {label: {en: A}, value: 1, key: 3, if: slots.y, match: [aa], say_as: ay, then: END}\n"
     "  - {label: B, value: true, match: {en: [b, bee]}}", Menu(
        id="a", text=text("Which?"), into="x", columns=2, page_size=5, options=(
            Option(label=Text(by_language={"en": "A"}), value=1, key="3", condition="slots.y", match={"*": ("aa",)},
                   say_as=text("ay"), to=END),
            Option(label=text("B"), value=True, match={"en": ("b", "bee")})))),
    ("menu: Which?\noptions: {from: rows, label: '{item.name}', value: '{item.id}', then: END, empty: a}", Menu(
        id="a", text=text("Which?"), listed=ListedOptions(
            source="rows", label=text("{item.name}"), value="{item.id}", to=END, empty="a"))),
    ("menu: Which?\noptions: [{label: A}]\nno_match: Eh?\nno_input: [You?, utter_hi]\ntries: 2\ntimeout: 7s\n"
     "on_fail: END", Menu(
        id="a", text=text("Which?"), options=(Option(label=text("A"), value="a"),), retry=Retry(
            no_match=(text("Eh?"),), no_input=(text("You?"), Text(response="utter_hi")), tries=2,
            timeout=Duration(seconds=7.0), on_fail=END))),
    ("menu: Which?\noptions: [{label: A}]\non_fail: handoff\ntimeout: {telegram: none, voice: 7s}", Menu(
        id="a", text=text("Which?"), options=(Option(label=text("A"), value="a"),), retry=Retry(
            timeout=Duration(by_channel={"telegram": None, "voice": 7.0})))),
    ("collect: y\nask: Y?\ndigits: {length: 4}", Collect(
        id="a", slot="y", ask=text("Y?"), digits=Digits(min=4, max=4))),
    ("collect: y\nask: Y?\ndigits: {min: 4, max: 10, finish_on: '#'}\nsecret: true\nconfirm: true", Collect(
        id="a", slot="y", ask=text("Y?"), digits=Digits(min=4, max=10, finish_on="#"), secret=True, confirm=True)),
    ("collect: y\nask: Y?\nfiles: {kinds: [photo], max: 2, max_mb: 1.5}", Collect(
        id="a", slot="y", ask=text("Y?"), kind="file", files=Files(kinds=("photo",), max=2, max_mb=1.5))),
    ("collect: x\nkind: phone\nsilence_timeout: 30", Collect(
        id="a", slot="x", ask=Text(response="utter_ask_x"), kind="phone",
        retry=Retry(timeout=Duration(by_channel={"voice": 30.0})))),
    ("handoff: support", Handoff(id="a", queue="support")),
    ("handoff:", Handoff(id="a")),
    ("handoff: sales\nhours: office\nnote: '{x}'\nshare: [x, y]\npriority: high\nskills: [fa]\nmax_wait: 10m\n"
     "on_closed: END\non_no_agent: a", Handoff(
        id="a", queue="sales", hours="office", note=text("{x}"), share=("x", "y"), priority=10, skills=("fa",),
        max_wait=Duration(seconds=600.0), on_closed=END, on_no_agent="a")),
    ("callback: support\nphone: '{y}'\nwhen: ask", Callback(id="a", queue="support", phone="y", when="ask")),
    ("survey: s", AskSurvey(id="a", survey="s")),
    ("hours: office\nopen: END\nclosed: END", Hours(id="a", calendar="office", open=END, closed=END)),
    ("language: ask", SwitchLanguage(id="a", language="ask")),
    ("language: en", SwitchLanguage(id="a", language="en")),
    ("call: two", Call(id="a", flow="two")),
    ("set_slots: [{x: {deep: [1, '{y}']}}, {y: null}]", SetSlots(
        id="a", values={"x": {"deep": [1, "{y}"]}, "y": None})),
    ("set_slots: {y: 'text'}", SetSlots(id="a", values={"y": "text"})),
    ("noop: true\nnext: END", Noop(id="a")),
]  # fmt: skip


@pytest.mark.parametrize(("source", "expected"), STEPS)
def test_a_step(source: str, expected: Any) -> None:
    first, *rest = source.split("\n")
    read = in_a_flow("\n".join(["- id: a", f"  {first}", *(f"  {line}" for line in rest)]), MORE)
    steps = loaded(read).flows["one"].steps
    assert steps["a"] == expected


def ways(source: str) -> dict[str, list[tuple[str | None, str]]]:
    """For each step where its branches lead."""
    flow = loaded(source).flows["one"]
    return {name: [(branch.condition, branch.to) for branch in step.next] for name, step in flow.steps.items()}


def test_steps_follow_one_another_and_the_last_leaves() -> None:
    assert ways(in_a_flow("- say: A\n- say: B\n- id: c\n  say: C")) == {
        "say": [(None, "say_2")], "say_2": [(None, "c")], "c": [(None, END)],
    }  # fmt: skip


def test_a_branch_of_a_service_step_goes_on_after_its_step() -> None:
    source = in_a_flow(
        """
- id: top
  menu: Which?
  options:
    - label: A
      then: [{say: A}, {say: B}]
    - label: B
      then: []
    - label: C
      then: [{hours: office, closed: [{say: D}]}]
  on_fail: [{say: Sorry}]
  next:
    - {if: slots.x, then: END}
    - else: bye
- say: skipped
- id: bye
  say: Bye
""",
        MORE,
    )
    onward = [("slots.x", END), (None, "bye")]
    assert {name: to for name, to in ways(source).items() if name.startswith("top.")} == {
        "top.option_1.say": [(None, "top.option_1.say_2")],
        "top.option_1.say_2": onward,
        "top.option_2.noop": onward,
        "top.option_3.hours": onward,
        "top.option_3.hours.closed.say": onward,
        "top.on_fail.say": onward,
    }


def test_a_generated_id_never_takes_an_authors() -> None:
    assert list(ways(in_a_flow("- say: A\n  next: say\n- id: say\n  say: B"))) == ["say_2", "say"]


def test_steps_nested_right_under_next() -> None:
    source = in_a_flow("- id: a\n  noop: true\n  next:\n    - say: A\n    - say: B\n      next: END")
    assert ways(source) == {"a": [(None, "a.say")], "a.say": [(None, "a.say_2")], "a.say_2": [(None, END)]}


def test_the_example_of_the_language() -> None:
    flow_set = loaded(EXAMPLE)
    assert (flow_set.start, list(flow_set.flows), flow_set.settings.languages) == (
        "main_menu", ["main_menu", "track_order"], ("en", "fa"),
    )  # fmt: skip
    assert flow_set.settings.survey_after_handoff == "csat"
    assert flow_set.flows["track_order"].guard == "false"
    assert flow_set_from_json(flow_set_to_json(flow_set)) == flow_set


def test_settings() -> None:
    settings = loaded(
        in_a_flow("- say: {fa: a, en: b}")
        + "settings:\n  languages: [fa, en]\n  queue: support\n  tries: 2\n  timeout: 1m\n  expires: {voice: 2m}\n"
        "  on_fail: two\n  globals: {back: {fa: [عقب], en: back}, agent: {en: [human], digits: 9}}\n"
        "  survey_after: {handoff: s, self_service: none}\nsurveys: {s: {ask: {fa: ه, en: h}}}"
    ).settings
    assert (settings.languages, settings.queue, settings.tries) == (("fa", "en"), "support", 2)
    assert settings.timeout == Duration(seconds=60.0)
    assert settings.expires == Duration(seconds=86_400.0, by_channel={"voice": 120.0})
    assert settings.on_fail == "two"
    assert settings.globals == {"back": {"fa": ("عقب",), "en": ("back",)}, "agent": {"en": ("human",)}}
    assert settings.digits == {"agent": "9", "back": "*", "repeat": "#"}
    assert (settings.survey_after_handoff, settings.survey_after_self_service) == ("s", None)


def test_steps_under_the_settings_on_fail_are_a_flow_of_their_own() -> None:
    flow_set = loaded(in_a_flow("- say: Hi") + "settings: {on_fail: [{say: Sorry}, {handoff: support}]}")
    flow = flow_set.flows[flow_set.settings.on_fail or ""]
    assert [type(step).__name__ for step in flow.steps.values()] == ["Say", "Handoff"]
    assert flow_set.start == "one"


def test_surveys() -> None:
    surveys = loaded(
        in_a_flow("- survey: s\n- survey: t")
        + "surveys:\n  s: {ask: Hm?, labels: stars, comment: {if: score <= 3, ask: Why?}, thanks: Ta, once_per: 7d,"
        " expires: 1h, on_low: {at_most: 2, ticket: complaints}}\n"
        "  t: {kind: custom, ask: Hm?, scale: 0-1, labels: [No, Yes]}"
    ).surveys
    assert surveys["s"] == Survey(
        name="s",
        ask=text("Hm?"),
        labels="stars",
        comment=SurveyComment(ask=text("Why?"), condition="score <= 3"),
        thanks=text("Ta"),
        once_per_seconds=604_800.0,
        expires_seconds=3600.0,
        low_at_most=2,
        low_department="complaints",
    )
    assert (surveys["t"].lowest, surveys["t"].highest, surveys["t"].labels) == (0, 1, (text("No"), text("Yes")))


@pytest.mark.parametrize(
    ("flows", "start"),
    [
        ("a: {description: a, start: true, steps: [{call: b}]}, b: {description: b, steps: [{say: B}]}", "a"),
        ("a: {description: a, if: False, steps: [{say: A}]}, b: {description: b, steps: [{call: a}]}", "b"),
        (
            "a: {description: a, steps: [{say: A}]}, b: {description: b, steps: [{say: B}]},"
            " pattern_session_start: {description: pattern_session_start, steps: [{say: C}]}",
            "start_menu",
        ),
        (
            "a: {description: a, if: False, steps: [{say: A}]},"
            " pattern_session_start: {description: pattern_session_start, steps: [{call: a}]}",
            "pattern_session_start",
        ),
        ("a: {description: d, steps: [{say: A}]}, pattern_completed: {description: d, steps: [{say: C}]}", "a"),
    ],
)
def test_where_conversations_begin(flows: str, start: str) -> None:
    assert loaded(f"flows: {{{flows}}}").start == start
