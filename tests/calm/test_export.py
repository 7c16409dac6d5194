"""What the export writes is plain CALM, whatever the flows say, and what it can't say it tells with the place."""

import json
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.calm.export import ACTIONS, CONFIG, DOMAIN, FLOWS, Export, export_calm
from bot.engine.reader import read_flows, read_marked_flows
from tests.engine.authoring import SIGN, signs_in

ROOT = Path(__file__).parents[2]
STEP_KEYS = {"id", "next", "action", "collect", "link", "call", "set_slots", "noop"}
COLLECT_KEYS = {"utter", "ask_before_filling", "rejections", "force_slot_filling", "silence_timeout", "dtmf"}
FLOW_KEYS = {
    *("description", "name", "translation", "if", "nlu_trigger", "persisted_slots", "run_pattern_completed", "steps")
}


def export_of(*files: str) -> Export:
    named = {f"{number}.yaml": text for number, text in enumerate(files)}
    reading, marks = read_marked_flows(named)
    assert reading.flow_set is not None, reading.problems
    return export_calm(reading.flow_set, named, marks)


def written(export: Export, file: str) -> Any:
    return YAML(typ="safe").load(export.files[file])


def steps_in(steps: list[Any]) -> list[Any]:
    """All of them, those inside of branches too."""
    found = list(steps)
    for step in steps:
        for branch in step.get("next", ()) if isinstance(step.get("next"), list) else ():
            inside = branch.get("then", branch.get("else"))
            found += steps_in(inside) if isinstance(inside, list) else []
    return found


@pytest.mark.parametrize("file", ["everything.yaml", "example.yaml"])
def test_nothing_but_calm_is_written(file: str) -> None:
    export = export_of((ROOT / "tests" / "engine" / file).read_text(encoding="utf-8"))
    flows = written(export, FLOWS)["flows"]
    for flow in flows.values():
        assert flow.keys() <= FLOW_KEYS
        for step in steps_in(flow["steps"]):
            assert step.keys() <= STEP_KEYS | COLLECT_KEYS
            assert len(step.keys() & (STEP_KEYS - {"id", "next"})) == 1
    texts = "".join(export.files.values())
    assert "customer." not in texts
    assert "session." not in texts
    back = read_flows({name: text for name, text in export.files.items() if name != ACTIONS})
    assert [problem for problem in back.problems if problem.severity == "error"] == []
    assert back.flow_set is not None


LOST = """
settings: {languages: [en], §queue: support}
slots: {phone: {type: text}, items: {type: list}, pick: {type: any}}
actions: [action_look]
flows:
  §main:
    start: true
    description: d
    steps:
      - §collect: phone
        ask: Your number?
        kind: phone
      - §action: action_look
        on_error: [{say: Sorry}]
      - §menu: Which?
        columns: 2
        options:
          - {label: "One, {customer.name}", then: [§{handoff: support, note: Hi}]}
          - {label: Two, then: [§{callback: support}]}
      - §menu: From a list
        into: pick
        options: {from: items, label: "{item}"}
"""


def test_what_is_lost_is_told_with_its_place() -> None:
    export = export_of(LOST.replace(SIGN, ""))
    places = sorted({(loss.line, loss.column) for loss in export.losses})
    assert places == signs_in(LOST)
    assert {loss.code for loss in export.losses} == {"not-in-calm"}
    assert any("knows no customer.name" in str(loss) for loss in export.losses)


CLASHES = """
settings: {languages: [en, fa]}
slots: {main_ask: {type: text}, main_ask_2: {type: text}}
responses:
  utter_main_ask: [{text: Taken}]
flows:
  main:
    start: true
    description: d
    steps:
      - {id: ask_2, say: utter_main_ask}
      - id: ask
        menu: {en: Tea?, fa: چای؟}
        options: [{label: Plain, then: [{link: other}]}, {label: {en: 'Say "x"', fa: نه}, value: 'x"\\y'}]
        next: [{link: other}]
  other: {description: other, steps: [{say: [One, Two]}]}
"""


def test_names_are_given_once_and_texts_stand_in_their_languages() -> None:
    export = export_of(CLASHES)
    domain, flows = written(export, DOMAIN), written(export, FLOWS)["flows"]
    ask = next(step for step in flows["main"]["steps"] if "collect" in step)
    assert (ask["collect"], ask["utter"]) == ("main_ask_3", "utter_main_ask_2")
    assert domain["responses"]["utter_main_ask"] == [{"text": "Taken", "translation": {"fa": "Taken"}}]
    [question] = domain["responses"]["utter_main_ask_2"]
    assert (question["text"], question["translation"]) == ("Tea?", {"fa": "چای؟"})
    assert [button["title"] for button in question["buttons"]] == ["Plain", 'Say "x"']
    assert ask["next"] == [
        {"if": 'slots.main_ask_3 is "plain"', "then": [{"link": "other"}]},
        {"else": [{"link": "other"}]},
    ]
    assert [step["action"] for step in flows["other"]["steps"]] == ["utter_other_say", "utter_other_say_2"]
    assert written(export, CONFIG)["additional_languages"] == ["fa"]


OWN_PATTERN = """
slots: {number: {type: text}}
flows:
  main:
    start: true
    description: d
    triggers: {en: [/case, my case]}
    steps: [{call: pattern_ticket_state}, {survey: csat}]
  ticket_state: {description: ticket_state, steps: [{collect: number, ask: Which?}, {ticket_state: number}]}
surveys: {csat: {kind: csat, ask: Well?}}
"""


def test_patterns_of_ours_are_flows_there_and_commands_are_intents() -> None:
    export = export_of(OWN_PATTERN)
    flows = written(export, FLOWS)["flows"]
    assert [step.get("call", step.get("action")) for step in flows["main"]["steps"]] == [
        "ticket_state_2",
        "action_survey_csat",
    ]
    assert flows["ticket_state_2"]["steps"][-1]["action"] == "action_tell_ticket"
    assert written(export, DOMAIN)["intents"] == ["case"]
    assert flows["main"]["nlu_trigger"] == [{"intent": "case"}]


GUARDED = """
slots: {vip: {type: bool}}
responses:
  utter_top:
    - {text: Welcome back, condition: slots.vip is true}
    - {text: Welcome}
flows:
  main:
    start: true
    description: d
    steps:
      - menu: utter_top
        options: [{label: All, then: END}, {label: Gold, if: slots.vip is true, then: END}]
"""


def test_options_with_conditions_become_variations_that_exclude_each_other() -> None:
    responses = written(export_of(GUARDED), DOMAIN)["responses"]["utter_main_menu"]
    offered = [[button["title"] for button in each["buttons"]] for each in responses]
    is_vip = [{"type": "slot", "name": "vip", "value": True}]
    assert [(each["text"], each.get("condition")) for each in responses] == [
        ("Welcome back", is_vip),
        ("Welcome", None),
    ]
    assert offered == [["All", "Gold"], ["All"]]


VALUES = """
slots: {code: {type: text}, pick: {type: any}, rate: {type: float}, sure: {type: bool}}
flows:
  main:
    start: true
    description: d
    steps:
      - {menu: A, into: code, options: [{label: A, value: New York}, {label: B, value: "007"}, {label: C, value: "12"}]}
      - {menu: B, into: pick, options: [{label: A, value: 12}, {label: B, value: true}, {label: C, value: 1.5}]}
      - {menu: C, into: rate, options: [{label: A, value: -2}]}
      - {menu: D, into: sure, options: [{label: A, value: false}]}
      - §{menu: E, into: pick, options: [{label: A, value: "a, b"}, {label: B, value: "(c)"}, {label: C, value: "12"}]}
"""


def test_buttons_give_values_as_calm_documents_it() -> None:
    export = export_of(VALUES.replace(SIGN, ""))
    responses = written(export, DOMAIN)["responses"].values()
    payloads = [button["payload"] for [variation] in responses for button in variation.get("buttons", ())]
    assert sorted(payloads) == sorted(
        [
            *("/SetSlots(code=New York)", "/SetSlots(code=007)", "/SetSlots(code=12)"),
            *("/SetSlots(pick=12)", "/SetSlots(pick=true)", "/SetSlots(pick=1.5)"),
            *("/SetSlots(rate=-2)", "/SetSlots(sure=false)"),
            *('/SetSlots(pick="a, b")', '/SetSlots(pick="(c)")', '/SetSlots(pick="12")'),
        ]
    )
    assert {(loss.line, loss.column) for loss in export.losses if "buttons" in loss.message} == set(signs_in(VALUES))


def test_words_that_name_nothing_stay_what_they_are() -> None:
    flows = "flows: {main: {description: d, steps: [{noop: true, next: [{if: not agreed, then: END}, {else: END}]}]}}"
    flow = written(export_of(flows), FLOWS)["flows"]["main"]
    assert [branch["if"] for step in flow["steps"] for branch in step["next"][:1]] == ["not agreed"]


NOT_ALLOWED = """
slots: {files: {type: list}, names: {type: list}}
responses: {utter_bye: [{text: Bye}]}
flows:
  main:
    start: true
    description: d
    steps:
      - §{collect: files, ask: Which files?, kind: file}
      - §{set_slots: [{names: [Ann]}]}
      - {set_slots: [{names: null}], next: [{if: slots.files is null, then: [§{link: pattern_restart}]}, {else: END}]}
  other: {description: another, steps: [{say: Other}]}
  pattern_completed: {description: what else, steps: [§{call: other}, {action: utter_bye}]}
  pattern_internal_error: {description: broken, steps: [§{handoff: support}]}
"""


def test_what_calm_forbids_is_not_written() -> None:
    export = export_of(NOT_ALLOWED.replace(SIGN, ""))
    rules = [loss for loss in export.losses if "lists" in loss.message or "pattern" in loss.message]
    assert sorted((loss.line, loss.column) for loss in rules) == signs_in(NOT_ALLOWED)
    assert read_flows(export.files).flow_set is not None


def test_what_only_a_language_model_can_say_is_left_to_calm() -> None:
    flows = "flows: {main: {description: main, steps: [{action: utter_free_chitchat_response}]}}"
    export = export_of("version: '3.1'", flows)
    assert written(export, DOMAIN)["responses"] == {}
    assert read_flows(export.files).flow_set is not None


TELEPHONE = """
version: "3.1"
slots: {pin: {type: text}, sum: {type: text}}
responses: {utter_ask_pin: [{text: Pin?}], utter_ask_sum: [{text: How much?}]}
flows:
  main:
    description: main
    steps:
      - {collect: pin, dtmf: {length: 4, allow_audio_input: false}, silence_timeout: 15}
      - {collect: sum, dtmf: {finish_on_key: "#", allow_audio_input: false}, silence_timeout: {genesys: 20}}
"""


def test_what_calm_knows_of_telephones_is_kept() -> None:
    steps = written(export_of(TELEPHONE), FLOWS)["flows"]["main"]["steps"]
    assert [(step["dtmf"], step["silence_timeout"]) for step in steps] == [
        ({"length": 4, "allow_audio_input": False}, 15),
        ({"finish_on_key": "#", "allow_audio_input": False}, 20),
    ]


def test_an_action_that_asks_under_another_name_is_named() -> None:
    flows = "flows: {main: {description: main, steps: [{collect: size, utter: action_offer}, {collect: color}]}}"
    domain = "slots: {size: {type: text}, color: {type: text}}\nactions: [action_offer, action_ask_color]"
    steps = written(export_of(f"version: '3.1'\n{domain}", flows), FLOWS)["flows"]["main"]["steps"]
    assert [(step["collect"], step.get("utter")) for step in steps] == [("size", "action_offer"), ("color", None)]


@pytest.mark.parametrize(("key", "lost"), [("", False), ("start: true, ", True)])
def test_only_a_beginning_that_is_written_is_lost(key: str, lost: bool) -> None:
    domain = "version: '3.1'\nresponses: {utter_hi: [{text: Hi.}]}"
    export = export_of(domain, f"flows: {{main: {{{key}description: d, steps: [{{action: utter_hi}}]}}}}")
    assert bool(export.losses) is lost
    assert written(export, FLOWS)["flows"].keys() == {"main", *(["start_menu"] if lost else [])}
    again = read_flows(export.files).flow_set
    assert again is not None
    assert again.start == ("start_menu" if lost else "main")


def test_branches_within_branches_keep_names_that_can_be_read_back() -> None:
    inner = "END"
    for _ in range(10):
        inner = f"[{{action: action_weigh_again, next: [{{if: slots.weight > 1, then: {inner}}}, {{else: END}}]}}]"
    flow = f"flows: {{main: {{start: true, description: d, steps: [{{say: Hi, next: {inner}}}]}}}}"
    export = export_of(f"{flow}\nslots: {{weight: {{type: float}}}}\nactions: [action_weigh_again]")
    assert export.files[FLOWS].count("action: action_weigh_again") == 10
    assert read_flows({name: text for name, text in export.files.items() if name != ACTIONS}).flow_set is not None


def test_what_calm_runs_by_itself_is_not_written() -> None:
    domain = "version: '3.1'\nactions: [action_session_start]\nresponses: {utter_hi: [{text: Hi.}]}"
    export = export_of(domain, "flows: {main: {description: main, steps: [{action: utter_hi}]}}")
    assert (written(export, FLOWS)["flows"].keys(), export.losses) == ({"main"}, ())
    again = read_flows(export.files).flow_set
    assert again is not None
    assert "pattern_session_start" in again.flows


def test_what_a_project_of_calms_gets_away_with_is_not_refused_when_it_is_read_back() -> None:
    domain = """
version: "3.1"
slots: {size: {type: categorical, values: [S, L]}}
responses:
  utter_hi: [{text: "Hi{% if slots.size != 'any' %}, {{ slots.size }}{% endif %}.", metadata: {template: jinja}}]
"""
    keeping = "{description: over, persisted_slots: [hat_id], steps: [{action: utter_hi}]}"
    flows = f"flows: {{main: {{description: d, steps: [{{action: utter_hi}}]}}, pattern_completed: {keeping}}}"
    export = export_of(domain, flows)
    assert "hat_id" not in export.files[FLOWS]
    assert "'any'" in export.files[DOMAIN]
    assert read_flows(export.files).flow_set is not None


def test_a_template_is_written_as_it_was() -> None:
    text = "{% for each in slots.sizes %}{{ each | upper }}: {a}. {% endfor %}"
    said = {"text": text, "translation": {"de": f"Hm. {text}"}, "metadata": {"template": "jinja"}}
    responses = {"utter_hi": [said], "utter_bye": [{"text": "Bye."}]}
    domain = {"version": "3.1", "slots": {"sizes": {"type": "any"}}, "responses": responses}
    flows = "flows: {main: {description: d, steps: [{action: utter_hi}, {action: utter_bye}]}}"
    export = export_of(json.dumps(domain), flows)
    again = YAML(typ="safe").load(export.files[DOMAIN])
    assert again["responses"]["utter_hi"] == [said]
    assert read_flows(export.files).flow_set is not None


def test_flows_that_are_described_or_called_alike_are_told_apart() -> None:
    alike = "{name: {en: Hats, fa: کلاه}, description: Sells., steps: [{say: {en: Hi, fa: سلام}}]}"
    export = export_of(f"settings: {{languages: [en, fa]}}\nflows:\n  a: {alike}\n  b: {alike}\n")
    flows = written(export, FLOWS)["flows"]
    assert [flows[name]["description"] for name in "ab"] == ["Sells.", "Sells. (b)"]
    assert [flows[name]["name"] for name in "ab"] == ["Hats", "Hats (b)"]
    assert "CALM has no two flows of one name" in [each.message for each in export.losses]
    back = read_flows({name: text for name, text in export.files.items() if name != ACTIONS})
    assert [each for each in back.problems if each.severity == "error"] == []


def test_an_action_that_runs_at_every_turn_does_there_too() -> None:
    slots = "{who: {type: text, mappings: [{type: controlled, run_action_every_turn: action_who}]}, size: {type: text}}"
    flow = "{f: {description: d, start: true, steps: [{collect: size, ask: Which size?}, {say: 'Hi {who}'}]}}"
    export = export_of(f"slots: {slots}\nactions: [action_who]\nflows: {flow}\n")
    mapping = [{"type": "controlled", "run_action_every_turn": "action_who"}]
    assert written(export, DOMAIN)["slots"]["who"]["mappings"] == mapping
    again = read_flows({name: body for name, body in export.files.items() if name.endswith((".yml", ".yaml"))})
    assert again.flow_set is not None
    assert again.flow_set.slots["who"].every_turn == "action_who"


def test_braces_that_show_no_value_are_doubled_there() -> None:
    source = """
version: "3.1"
slots: {who: {type: text}}
responses: {utter_x: [{text: '{who} has {{"a": 1}}'}]}
flows: {f: {description: d, steps: [{action: utter_x}]}}
"""
    assert written(export_of(source), DOMAIN)["responses"]["utter_x"] == [{"text": '{who} has {{"a": 1}}'}]
