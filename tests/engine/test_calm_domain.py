"""CALM's domain, config and endpoints: what is taken, what is refused at its place, and what a mover is told."""

import pytest

from bot.engine.flow import Collect, Duration
from bot.engine.reader import read_flows
from bot.problems import Problem

FLOWS = "flows: {order: {description: order, steps: [{collect: size}, {action: utter_done}]}}"
DOMAIN = """
{version}
slots:
  size: {slot}
responses:
  utter_ask_size: [{{text: Which size?}}]
  utter_done: {response}
{more}
"""


def problems(
    slot: str = "{type: text}",
    response: str = '[{text: "{size} it is."}]',
    more: str = "",
    version: str = 'version: "3.1"',
    **files: str,
) -> tuple[Problem, ...]:
    """Of a project with this slot and response in its domain, and these files besides."""
    domain = DOMAIN.format(slot=slot, response=response, more=more, version=version)
    named = {name.replace("__", "/") + ".yml": text for name, text in files.items()}
    return read_flows({"data/flows.yml": FLOWS, "domain.yml": domain, **named}).problems


def codes(found: tuple[Problem, ...]) -> list[str]:
    return [f"{each.severity} {each.code}" for each in found]


@pytest.mark.parametrize(
    "slot",
    [
        "{type: text, mappings: }",
        "{type: text, mappings: [{type: from_entity, entity: e, role: r, conditions: [{active_flow: order}]}]}",
        "{type: bool, mappings: [{type: from_intent, value: null, intent: yes}]}",
        "{type: text, mappings: [{type: from_llm, allow_nlu_correction: true}, {type: from_entity, entity: e}]}",
        "{type: text, mappings: [{type: controlled, coexistence_system: CALM}]}",
        "{type: any, influence_conversation: false, initial_value: {a: [1]}}",
        "{type: categorical, values: [small, null, large]}",
        "{type: text, mappings: [{type: controlled}], scope: project}",
    ],
)
def test_slots_that_are_taken_without_a_word(slot: str) -> None:
    assert codes(problems(slot)) == []


@pytest.mark.parametrize(
    ("slot", "told"),
    [
        ("{type: boolean}", "unknown-value"),
        ("{type: categorical}", "missing-key"),
        ("{type: rooms.slots.Persons, max_persons: 6}", "no-effect"),
        ("{type: text, shape: round}", "no-effect"),
        ("{type: text, values: [a]}", "conflict"),
        ("{type: categorical, values: [low, high, Low]}", "duplicate-value"),
    ],
)
def test_slots_that_are_taken_with_a_warning(slot: str, told: str) -> None:
    assert codes(problems(slot)) == [f"warning {told}"]


@pytest.mark.parametrize(
    ("slot", "column", "told"),
    [
        ("{type: text, mappings: [{type: from_entity}]}", 33, "missing-key"),
        ("{type: text, mappings: [{type: from_intent, intent: i}]}", 33, "missing-key"),
        ("{type: text, mappings: [{type: from_entities, entity: e}]}", 40, "unknown-value"),
        ("{type: any, influence_conversation: true}", 21, "conflict"),
        ("{type: text, mappings: [{type: controlled, coexistence_system: calm}]}", 72, "unknown-value"),
        ("{type: text, validation: {refill_utter: utter_done}}", 34, "missing-key"),
        ("{type: text, mappings: [{type: controlled, run_action_every_turn: action_loook}]}", 52, "unknown-action"),
    ],
)
def test_slots_that_are_refused(slot: str, column: int, told: str) -> None:
    (problem,) = problems(slot)
    assert (problem.severity, problem.code, problem.line, problem.column) == ("error", told, 4, column)


@pytest.mark.parametrize(
    ("response", "told"),
    [
        ("[{text: '{size}', buttons: , image: , channel: , metadata: , condition: }]", []),
        ("[{text: '{size}', buttons: [{title: A, payload: a, webview_height_ratio: full}]}]", ["no-effect"]),
        ("[{text: '{size}', speed: slow}]", ["no-effect"]),
        ("[{text: '{size}'}, {elements: [{title: A}]}]", ["no-effect"]),
        ("[{condition: [{type: slot, name: size, value: [a]}], text: X}, {text: Y}]", ["condition", "value"]),
        ("[{condition: [{type: slot, name: sise, value: a}], text: X}, {text: '{size}'}]", ["unknown-slot"]),
        ("[{text: '{size}', buttons: [{title: A, payload: /SetSlots(sise=a)}]}]", ["unknown-slot"]),
        (f"[{{text: '{{size}} {'word ' * 1000}'}}]", ["text-too-long"]),
    ],
)
def test_what_channels_of_calm_would_make_of_a_response_is_no_error(response: str, told: list[str]) -> None:
    assert codes(problems(response=response)) == [f"warning {code}" for code in told]


def test_flows_of_our_own_are_read_as_strictly_as_ever() -> None:
    ours = "settings: {languages: [en]}\n"
    for slot in ("{type: boolean}", "{type: categorical}", "{type: text, validation: }"):
        assert "error" in str(codes(problems(slot, version=ours))), slot
    button = "[{text: '{size}', buttons: [{title: A, payload: /SetSlots(sise=a)}]}]"
    for response in ("[{text: '{size}', buttons: }]", "[{text: '{size}', speed: slow}]", button):
        assert "error" in str(codes(problems(response=response, version=ours))), response
    twice = problems(version=ours, more__sizes="slots: {size: {type: float}}")
    assert codes(twice) == ["error duplicate-name"]


@pytest.mark.parametrize(
    "added", ["settings: {languages: [en]}", "flows: {hello: {description: hello, start: true, steps: [{say: Hi.}]}}"]
)
def test_what_a_mover_adds_is_read_strictly_and_what_was_there_as_before(added: str) -> None:
    loose = "responses: {utter_done: [{text: '{size}', buttons: , speed: slow}]}"
    assert codes(problems(shop=added, words=loose, response="[]")) == codes(problems(words=loose, response="[]"))
    strict = problems(shop=f"{added}\n{loose}")
    assert {each.file for each in strict if each.severity == "error"} == {"shop.yml"}


def test_declared_languages_refuse_no_translation_of_calms() -> None:
    translated = "[{text: Hi, translation: {fr: Salut}}, {text: Yes, translation: {fr: Oui}}]"
    told = problems(response=translated, shop="settings: {languages: [en]}")
    assert codes(told).count("warning unknown-language") == 1
    assert not [each for each in codes(told) if "error" in each]
    assert "error unknown-language" in codes(problems(response=translated, version="settings: {languages: [en]}"))


def test_a_flow_of_calms_that_begins_is_still_calms() -> None:
    flow = "{description: d, if: slots.size and slots.size or slots.size, start: true, steps: [{action: utter_done}]}"
    told = problems(more__flows=f"flows: {{hello: {flow}}}")
    assert codes(tuple(each for each in told if each.code == "condition")) == ["warning condition"]


def test_what_the_domain_says_in_two_ways_counts_as_it_is_said_first() -> None:
    (told,) = problems(more__words="responses: {utter_done: [{text: Bye.}]}")
    assert (told.file, told.severity, told.code) == ("more/words.yml", "warning", "duplicate-name")


@pytest.mark.parametrize("mapping", ["{type: from_llm}", "{type: custom, action: action_find}"])
def test_slots_that_something_fills_miss_nothing(mapping: str) -> None:
    assert codes(problems(f"{{type: text, mappings: [{mapping}]}}", more__find="actions: [action_find]")) == []


@pytest.mark.parametrize(
    ("mapping", "actions", "told"),
    [
        ("{type: from_llm}", "", ["needs-language-model"]),
        ("{type: from_entity, entity: person}", "actions: [action_other]", ["needs-language-model"]),
        ("{type: custom, action: action_find}", "actions: [action_find]", ["no-effect"]),
        ("{type: controlled}", "actions: [action_find]", []),
    ],
)
def test_slots_that_only_calm_would_fill_are_told(mapping: str, actions: str, told: list[str]) -> None:
    whom = f"slots: {{whom: {{type: text, mappings: [{mapping}]}}}}"
    found = problems(response='[{text: "{size} for {whom}"}]', more=actions, more__whom=whom)
    assert [(each.file, each.severity, each.code) for each in found] == [
        ("more/whom.yml", "warning", code) for code in told
    ]


ENDPOINTS = """
action_endpoint: {url: "http://localhost:5055/webhook"}
nlg: {type: rephrase}
model_groups: []
model_groups: []
interaction_handling: {global_silence_timeout: soon}
key_of_next_year: 1
privacy: {rules: []}
"""
CONFIG = """
recipe: default.v1
language: en
language: en
pipeline: [{name: CompactLLMCommandGenerator}]
policies: [{name: FlowPolicy}, {name: rasa.core.policies.EnterpriseSearchPolicy}]
"""


def test_a_server_file_is_told_of_once_and_what_is_missed_each() -> None:
    told = problems(endpoints=ENDPOINTS, config=CONFIG)
    assert [(each.file, each.line, each.severity, each.code) for each in told] == [
        ("config.yml", 2, "warning", "no-effect"),
        ("config.yml", 4, "warning", "duplicate-key"),
        ("config.yml", 6, "warning", "needs-language-model"),
        ("endpoints.yml", 2, "warning", "no-effect"),
        ("endpoints.yml", 3, "warning", "needs-language-model"),
        ("endpoints.yml", 4, "warning", "no-effect"),
        ("endpoints.yml", 5, "warning", "duplicate-key"),
        ("endpoints.yml", 8, "warning", "no-effect"),
    ]
    assert told[5].message == "these have no effect here: 'model_groups', 'interaction_handling', 'key_of_next_year'"


@pytest.mark.parametrize(("said", "seconds"), [("7", 7), ("70000", 70_000), ("2.5", 2.5)])
def test_the_silence_of_the_server_is_that_of_the_telephone(said: str, seconds: float) -> None:
    """rasa.com: configuration, global silence timeout; a question's own goes before it (flow steps, user silence)."""
    files = {
        "flows.yml": "flows: {f: {description: d, steps: [{collect: size}, {collect: town, silence_timeout: 15}]}}",
        "domain.yml": "version: '3.1'\nslots: {size: {type: text}, town: {type: text}}",
        "endpoints.yml": f"interaction_handling: {{global_silence_timeout: {said}}}",
    }
    reading = read_flows(files)
    assert "endpoints.yml" not in {each.file for each in reading.problems}
    assert reading.flow_set is not None
    steps = [step for step in reading.flow_set.flows["f"].steps.values() if isinstance(step, Collect)]
    assert reading.flow_set.settings.timeout == Duration(by_channel={"voice": seconds})
    assert [step.retry.timeout for step in steps] == [None, Duration(by_channel={"voice": 15})]


def test_the_channels_of_the_server_say_it_too() -> None:
    reading = read_flows(
        {
            "flows.yml": "flows: {f: {description: d, steps: [{collect: size}]}}",
            "domain.yml": "version: '3.1'\nslots: {size: {type: text}}",
            "credentials.yml": "rest:\ntwilio_media_streams: {server_url: x, silence_timeout: 10}\n",
            "endpoints.yml": "interaction_handling: {global_silence_timeout: 7}",
        }
    )
    told = [each.message for each in reading.problems if each.file == "credentials.yml"]
    assert told == ["of this file, only 'silence_timeout' counts here"]
    assert reading.flow_set is not None
    assert reading.flow_set.settings.timeout == Duration(by_channel={"voice": 10})


def test_training_data_is_told_of_once_however_many_files_there_are() -> None:
    nlu = 'version: "3.1"\nnlu: [{intent: hi, examples: "- hi"}]'
    told = problems(data__nlu__a=nlu, data__nlu__b=nlu, data__s="stories: [{story: s}]", more="intents: []\nforms: {}")
    assert [(each.file, each.code) for each in told] == [("data/nlu/a.yml", "no-effect"), ("data/s.yml", "no-effect")]


def test_tests_and_agents_of_any_folder_are_passed_over() -> None:
    told = problems(
        e2e__fixtures="fixtures: [{known: [{size: S}]}]",
        eval__one="scenario: {name: one}",
        eval__conftest="simulation: {}\nevaluation: {}",
        sub_agents__guide__config="agent: {name: guide}\nconfiguration: {timeout: 3}\nconnections: {}",
    )
    assert codes(told) == []


def test_an_assistant_from_before_calm_is_told_so_and_nothing_else() -> None:
    files = {
        "config.yml": "recipe: default.v1\npipeline: []",
        "data/rules.yml": "rules: []",
        "data/stories.yml": "version: '3.1'\nstories: [{story: one, steps: [{intent: hi}]}]",
        "domain.yml": "intents: [hi]\nslots: {a: {type: unfeaturized}}\nresponses: {utter_hi: [{text: Hi}]}",
    }
    (problem,) = read_flows(files).problems
    assert (problem.file, problem.line, problem.severity, problem.code) == ("data/rules.yml", 1, "error", "no-flow")


def test_how_a_session_begins_is_read() -> None:
    for silent in ("session_expiration_time: 60, start_session_after_expiry: true", "session_expiration_time: "):
        assert codes(problems(more=f"session_config: {{{silent}}}")) == []
    (told,) = problems(more="session_config: {start_session_after_expiry: false}")
    assert (told.severity, told.code) == ("warning", "no-effect")


@pytest.mark.parametrize(("texts", "told"), [(3, 5), (9, 1)])
def test_texts_that_are_left_to_a_model_to_translate_are_told_in_one_line(texts: int, told: int) -> None:
    config = "recipe: default.v1\nlanguage: en\nadditional_languages: [de]"
    words = "\n".join(f"  utter_{number}: [{{text: Hello}}]" for number in range(texts))
    found = problems(config=config, more__words=f"responses:\n{words}")
    assert [each.code for each in found].count("missing-translation") == told


def test_a_slot_of_any_name_is_taken() -> None:
    named = "slots: {2nd name: {type: text, mappings: [{type: controlled}]}, a(b: {type: text}}"
    found = problems(more="actions: [action_find]", more__names=named)
    assert [(each.severity, each.code, each.column) for each in found if each.code == "bad-name"] == [
        ("error", "bad-name", 65)
    ]


def test_lists_and_words_beside_calms_files_keep_nobody_from_running() -> None:
    told = problems(data__lookup="- one\n- two", e2e_results="- name: one\n  pass_status: true")
    assert [f"{each.file} {each.severity} {each.code}" for each in told] == [
        "data/lookup.yml warning not-a-flow-file",
        "e2e_results.yml warning not-a-flow-file",
    ]
    (refused,) = [
        each for each in problems(version="settings: {languages: [en]}", list="- one") if each.file == "list.yml"
    ]
    assert (refused.severity, refused.code) == ("error", "wrong-type")


def test_what_only_actions_could_use_is_told_in_one_line_each_kind() -> None:
    idle = "slots: {one: {type: text}, two: {type: text}}\nresponses: {utter_a: [{text: A}], utter_b: [{text: B}]}"
    told = problems(more="actions: [action_find]", more__idle=idle)
    assert [(each.line, each.code) for each in told] == [(1, "unused-slot"), (2, "unused-response")]
    assert told[0].message == "nothing uses the slot: 'one', 'two'"
    assert len(problems(more__idle=idle)) == 4, "without actions nothing could"


def test_what_actions_return_needs_no_model() -> None:
    shared = "slots: {return_value: {type: any, mappings: [{type: from_llm}]}}"
    said = '[{text: "{size} {return_value}"}]'
    assert codes(problems(response=said, more="actions: [action_find]", more__shared=shared)) == []


def test_what_validates_a_slot_looks_at_no_other() -> None:
    rejections = "[{if: 'slots.size is \"x\" or slots.other', utter: utter_done}]"
    told = problems(
        f"{{type: text, validation: {{rejections: {rejections}}}}}", more__other="slots: {other: {type: text}}"
    )
    assert [(each.line, each.code) for each in told if each.code != "unfilled-slot"] == [(4, "other-slot")]


def test_where_actions_run_is_told_in_the_words_of_the_settings() -> None:
    (server,) = problems(endpoints="action_endpoint: {url: 'http://localhost:5055/webhook'}")
    (module,) = problems(endpoints="action_endpoint: {actions_module: deeds}")
    assert [server.hint, module.hint] == [
        "in settings.toml: actions.server_url",
        'in settings.toml: actions.package = "deeds"',
    ]


def test_what_nothing_reads_is_told_in_one_line() -> None:
    steps = "[{set_slots: [{one: a}, {two: b}]}, {action: utter_done}]"
    files = {"more__flows": f"flows: {{gift: {{description: gift, steps: {steps}}}}}"}
    told = problems(more__idle="slots: {one: {type: text}, two: {type: text}}", **files)
    (unread,) = [each for each in told if each.code == "unread-slot"]
    assert unread.message == "nothing ever reads the slot: 'one', 'two'"
