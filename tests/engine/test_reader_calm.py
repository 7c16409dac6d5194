"""Files in CALM's documented form load unchanged; what needs a language model is told once and led somewhere."""

from bot.engine.flow import Action, Call, Collect, Flow, FlowSet, Link, Noop, Say, SetSlots, Text, Variation
from bot.engine.reader import read_flows
from bot.problems import as_text

DOMAIN = """
version: "3.1"
intents: [greet, {pay: {use_entities: true}}]
entities: [amount]
slots:
  recipient: {type: text, mappings: [{type: from_llm}]}
  amount: {type: float, min_value: 0, max_value: 1000, influence_conversation: false}
  sure: {type: bool, initial_value: false, mappings: [{type: controlled}]}
  kind:
    type: categorical
    values: [direct debit, standing order]
  paid: {type: bool, mappings: [{type: custom, action: action_pay}]}
responses:
  utter_ask_recipient:
    - text: To whom?
    - text: Who gets the money?
      channel: telegram
  utter_ask_sure:
    - condition: [{type: slot, name: kind, value: direct debit}, {type: slot, name: paid, value: null}]
      text: "Pay {amount} by direct debit?"
      buttons:
        - {title: Yes, payload: /SetSlots(sure=true)}
        - title: No
          payload: /SetSlots(sure=false)
          translation: {de: {title: Nein, payload: /SetSlots(sure=false)}}
      metadata: {rephrase: True}
    - text: "Sure, {{slots.recipient}}? {{context.flow_name}}"
      metadata: {template: jinja}
  utter_invalid_amount:
    - text: Too much.
      translation: {de: Zu viel.}
  utter_done:
    - text: "Done: {reference}"
      image: https://example.com/done.png
      custom: {json: [1, "{recipient}"]}
actions: [action_pay, action_ask_kind, validate_amount, {action_log: {send_domain: true}}]
session_config: {session_expiration_time: 30, carry_over_slots_to_new_session: false}
"""
FLOWS = """
flows:
  pay:
    name: pay somebody
    description: send money to a person
    always_include_in_prompt: true
    run_pattern_completed: false
    translation: {de: {name: Zahlen}}
    if: slots.sure is not null or context.x
    nlu_trigger:
      - intent: pay
      - intent: {name: send, confidence_threshold: 0.9}
      - intent: transfer
    persisted_slots: [recipient]
    steps:
      - collect: recipient
        description: the name of a person
      - id: ask_amount
        collect: amount
        ask_before_filling: true
        utter: utter_ask_recipient
        rejections:
          - if: slots.amount > 500
            utter: utter_invalid_amount
      - collect: kind
      - collect: sure
        next:
          - if: not slots.sure
            then:
              - action: utter_flow_cancelled_rasa
                next: END
          - if: slots.amount = 0
            then: ask_amount
          - else:
            - action: action_pay
              next: paid
      - id: paid
        noop:
        next:
          - if: slots.paid
            then:
              - set_slots:
                  - sure: false
                  - recipient: null
              - action: utter_done
              - link: pattern_human_handoff
          - else:
              - call: check
                next: END
  check:
    description: look again
    if: False
    steps:
      - {noop: true, next: log}
      - {id: log, action: action_log}
      - call: an_agent
        exit_if: [slots.paid]
  pattern_search:
    description: search
    steps:
      - action: action_trigger_search
"""


def loaded() -> FlowSet:
    reading = read_flows({"data/flows.yml": FLOWS, "domain.yml": DOMAIN})
    assert reading.flow_set is not None, as_text(reading.problems)
    return reading.flow_set


def flow(name: str) -> Flow:
    return loaded().flows[name]


def test_what_has_no_effect_is_told_once_each() -> None:
    reading = read_flows({"data/flows.yml": FLOWS, "domain.yml": DOMAIN})
    told = [(each.file, each.line, each.code) for each in reading.problems if "translation" not in each.code]
    assert told == [
        ("data/flows.yml", 6, "no-effect"),  # always_include_in_prompt
        ("data/flows.yml", 57, "needs-language-model"),  # exit_if
        ("data/flows.yml", 59, "needs-language-model"),  # pattern_search
        ("domain.yml", 3, "no-effect"),
        ("domain.yml", 4, "no-effect"),
        ("domain.yml", 26, "needs-language-model"),  # rephrase
        ("domain.yml", 33, "unknown-slot"),  # {reference}, which the action may give
    ]


def test_the_only_flow_without_a_guard_begins() -> None:
    assert loaded().start == "pay"


def test_keys_of_a_flow() -> None:
    pay = flow("pay")
    assert pay.name == Text(by_language={"en": "pay somebody", "de": "Zahlen"})
    assert pay.intents == ("pay", "send", "transfer")
    assert pay.guard == "slots.sure is not null or context.x"
    assert (pay.persisted_slots, pay.run_pattern_completed) == (("recipient",), False)
    assert flow("check").guard == "false"


def test_questions_find_who_asks_and_who_validates() -> None:
    steps = flow("pay").steps
    recipient, amount, kind = steps["collect_recipient"], steps["ask_amount"], steps["collect_kind"]
    assert isinstance(recipient, Collect)
    assert isinstance(amount, Collect)
    assert isinstance(kind, Collect)
    assert recipient.ask == Text(response="utter_ask_recipient")
    assert (kind.ask, kind.ask_action) == (None, "action_ask_kind")
    assert amount.ask == Text(response="utter_ask_recipient")
    assert (amount.validate_action, recipient.validate_action) == ("validate_amount", None)
    assert (amount.ask_before_filling, recipient.ask_before_filling) == (True, False)
    assert [(each.condition, each.text.response) for each in amount.rejections] == [
        ("slots.amount > 500", "utter_invalid_amount")
    ]
    assert loaded().slots["amount"].validate_action == "validate_amount"


def test_branches_are_flat_and_end_without_a_condition() -> None:
    steps = flow("pay").steps
    assert [(branch.condition, branch.to) for branch in steps["collect_sure"].next] == [
        ("not slots.sure", "collect_sure.if.utter_flow_cancelled_rasa"),
        ("slots.amount = 0", "ask_amount"),
        (None, "collect_sure.else.action_pay"),
    ]
    assert [branch.to for branch in steps["collect_sure.else.action_pay"].next] == ["paid"]
    assert isinstance(steps["collect_sure.else.action_pay"], Action)
    assert isinstance(steps["paid"], Noop)


def test_steps_of_every_kind() -> None:
    steps = flow("pay").steps
    slots = next(step for step in steps.values() if isinstance(step, SetSlots))
    assert slots.values == {"sure": False, "recipient": None}
    assert [step.flow for step in steps.values() if isinstance(step, Link)] == ["pattern_human_handoff"]
    assert [step.flow for step in steps.values() if isinstance(step, Call)] == ["check"]
    said = [step.texts for step in steps.values() if isinstance(step, Say)]
    assert said == [(Text(response="utter_flow_cancelled_rasa"),), (Text(response="utter_done"),)]
    assert loaded().responses["utter_flow_cancelled_rasa"][0].text is not None


def test_patterns_that_need_a_language_model_lead_to_the_one_that_does_not() -> None:
    pattern = flow("pattern_search")
    step = pattern.steps[pattern.first]
    assert isinstance(step, Link)
    assert step.flow == "pattern_cannot_handle"


def test_responses_with_all_their_variations() -> None:
    responses = loaded().responses
    assert responses["utter_ask_recipient"][1] == Variation(
        text=Text(by_language={"*": "Who gets the money?"}), channel="telegram"
    )
    asked, jinja = responses["utter_ask_sure"]
    assert asked.condition == 'slots.kind is "direct debit" and slots.paid is null'
    assert [(button.title.by_language, button.payload) for button in asked.buttons] == [
        ({"*": "Yes"}, "/SetSlots(sure=true)"),
        ({"en": "No", "de": "Nein"}, "/SetSlots(sure=false)"),
    ]
    assert jinja.text == Text(by_language={"*": "Sure, {recipient}? {context.flow_name}"})
    assert responses["utter_invalid_amount"][0].text == Text(by_language={"en": "Too much.", "de": "Zu viel."})
    done = responses["utter_done"][0]
    assert (done.image, done.custom) == ("https://example.com/done.png", {"json": [1, "{recipient}"]})


def test_slots_and_session() -> None:
    flow_set = loaded()
    assert (flow_set.slots["amount"].type, flow_set.slots["amount"].max) == ("float", 1000.0)
    assert flow_set.slots["sure"].initial is False
    assert flow_set.slots["kind"].values == ("direct debit", "standing order")
    assert flow_set.settings.expires.seconds == 1800.0
    assert flow_set.settings.languages == ("en", "de")


def test_actions_get_the_domain_as_it_was_written() -> None:
    flow_set = loaded()
    assert flow_set.actions == ("action_ask_kind", "action_log", "action_pay", "validate_amount")
    assert flow_set.domain["intents"] == ["greet", {"pay": {"use_entities": True}}]
    assert flow_set.domain["slots"]["recipient"] == {"type": "text", "mappings": [{"type": "from_llm"}]}
    assert flow_set.domain["responses"]["utter_done"][0]["text"] == "Done: {reference}"
    assert flow_set.domain["actions"] == list(flow_set.actions)
    assert set(flow_set.domain) >= {"entities", "forms", "session_config"}


def test_a_flow_has_its_name_in_the_languages_of_its_translation() -> None:
    named = "flows: {pay: {name: Pay, translation: {de: {name: Zahlen}}, description: d, steps: [{action: utter_x}]}}"
    said = "responses: {utter_x: [{text: Hi, translation: {de: Hallo}}]}"
    files = {"config.yml": "language: en\nadditional_languages: [de]", "domain.yml": said, "flows.yml": named}
    assert [each.code for each in read_flows(files).problems] == []


MIXED = """
{whose}
flows:
  pay:
    run_pattern_completed: true
    description: send money
    if: slots.sure and slots.paid or slots.rich
    steps:
      - noop: true
        next: END
slots: {{sure: {{type: bool}}, paid: {{type: bool}}, rich: {{type: bool}}}}
"""


def test_and_beside_or_is_read_as_calm_reads_it_and_refused_in_flows_of_our_own() -> None:
    reading = read_flows({"flows.yml": MIXED.format(whose='version: "3.1"')})
    assert reading.flow_set is not None
    (told,) = [problem for problem in reading.problems if "from the right" in problem.message]
    assert (told.line, told.column, told.severity) == (7, 35, "warning")
    ours = read_flows({"flows.yml": MIXED.format(whose="settings: {tries: 2}")})
    assert [(one.line, one.column, one.severity) for one in ours.problems if one.code == "condition"] == [
        (7, 35, "error")
    ]


def test_a_flow_in_the_domain_gives_way_to_the_same_in_the_data() -> None:
    flow = "flows: {{pay: {{description: send money, steps: [{{noop: true, next: {target}}}]}}}}"
    files = {"data/flows.yml": flow.format(target="END"), "domain.yml": flow.format(target="nowhere")}
    for order in (files, {"zata/flows.yml": files["data/flows.yml"], "domain/pay.yml": files["domain.yml"]}):
        reading = read_flows(order)
        assert reading.flow_set is not None, reading.problems
        assert [problem.code for problem in reading.problems] == ["duplicate-name"]
    ours = {"a.yml": files["data/flows.yml"], "b.yml": files["data/flows.yml"]}
    assert read_flows(ours).flow_set is None
