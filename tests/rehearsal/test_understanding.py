"""CALM's own tests run as they are; what the words of a customer must have meant is taken from what they expect."""

from pathlib import Path

import pytest

from bot.problems import as_text
from bot.rehearsal.case import Case
from bot.rehearsal.reading import read_tests
from bot.rehearsal.rehearsing import Result
from tests.rehearsal.theatre import SHIPPED, ZONE, cases_of, play, told

CALM = Path(__file__).parent / "calm"
STUBS = "stub_custom_actions: {action_check_funds: {events: [{event: slot, name: has_funds, value: true}]}}"
FLOWS = {file.name: file.read_bytes() for file in CALM.glob("*.yml")}


def calm(steps: str) -> Result:
    case: Case = cases_of(f"{STUBS}\ntest_cases: [{{test_case: t, steps: [{steps}]}}]")[0]
    return play(FLOWS, [(case, "telegram", None)])[0]


def test_a_file_of_calms_own_tests_runs_unchanged() -> None:
    files = {str(file.relative_to(CALM)): file.read_bytes() for file in (CALM / "tests").glob("*.yml")}
    reading = read_tests(files, ZONE)
    assert [problem.code for problem in reading.problems] == ["needs-model"], as_text(reading.problems)
    results = play(FLOWS, [(case, "telegram", None) for case in reading.cases])
    assert [(result.case.name, told(result)) for result in results if not result.passed] == []
    assert len(results) == 5
    first = reading.cases[0]
    assert first.at is not None
    assert first.at.isoformat() == "2025-06-15T10:00:00+00:00"
    assert first.metadata == {"os": "android"}


def test_words_that_say_it_themselves_need_no_help() -> None:
    result = calm('{user: /start}, {user: "2"}, {flow_started: check_balance}')
    assert result.passed
    assert [line.text for line in result.conversation if line.who == "customer"] == ["/start", "2"]


def test_what_was_understood_is_told_in_the_customers_words() -> None:
    result = calm(
        "{user: give John some, assertions: [{flow_started: transfer_money}, {slot_was_set: [{name: amount}]}]}"
    )
    assert not result.passed
    assert [line.text for line in result.conversation if line.who == "customer"] == ["give John some"]
    assert told(result)[0][1:] == ("the slot amount to be set", "it is None")


def test_an_answer_is_read_out_of_words_where_the_test_goes_on_with_it() -> None:
    answered = (
        "{user: pay, flow_started: transfer_money, slot_was_set: [{recipient: Ann}]}, {user: 20 bucks or so},"
        "{utter: utter_ask_sure}, {user: be my guest}, {utter: utter_sent}"
    )
    result = calm(answered)
    assert result.passed, told(result)
    assert len(result.understood) == 3
    assert not calm(f"{answered}, {{user: what, utter: utter_not_enough}}").passed


def test_words_of_which_the_test_says_nothing_ask_for_what_it_goes_on_with() -> None:
    result = calm("{user: I owe somebody}, {user: Ann}, {user: '20'}, {utter: utter_ask_sure}")
    assert result.passed, told(result)
    assert len(result.understood) == 1


def test_what_was_asked_on_the_way_was_answered_in_the_same_breath() -> None:
    result = calm(
        "{user: 20 to Ann, assertions: [{flow_started: transfer_money}, {bot_uttered: {utter_name: utter_ask_sure}}]}"
    )
    assert result.passed, told(result)
    assert [line.text for line in result.conversation if line.who == "bot"] == ["Send 20 dollars to 20 to Ann?"]


def test_an_expectation_that_no_reading_meets_is_still_a_failure() -> None:
    wanted = "{user: pay, assertions: [{flow_started: transfer_money}, {bot_uttered: {utter_name: utter_sent}}]}"
    assert told(calm(wanted)) == [(2, "the bot to say utter_sent", "it said\n  Who should get it?")]


def test_an_action_that_is_not_there_is_taken_to_set_what_is_expected_and_told() -> None:
    result = calm(
        "{user: how much, assertions: [{flow_started: check_balance}, {slot_was_set: [{name: balance, value: 7}]}]},"
        "{bot: You have 7 dollars.}"
    )
    assert result.passed, told(result)
    assert len(result.remarks) == 1
    assert result.remarks[0].startswith("action_read_balance is neither stubbed nor there")


def test_a_test_of_menus_and_desks_takes_every_word_as_it_is() -> None:
    assert calm("{user: pay, slot_was_set: [{recipient: Ann}], flow_started: transfer_money}").passed
    strict = calm("{user: pay, slot_was_set: [{recipient: Ann}], flow_started: transfer_money}, {tap: 1}")
    assert [wanted for _, wanted, _ in told(strict)] == [
        "the slot recipient to be set to 'Ann'",
        "the flow transfer_money to start",
    ]
    missing = calm("{user: /start}, {tap: Check balance}, {utter: utter_balance}")
    assert not missing.passed
    assert missing.remarks == ("action_read_balance failed: it is neither stubbed nor there",)


def test_the_flows_of_a_desk_are_never_read_freely() -> None:
    steps = "{user: /order}, {user: '10234'}, {slot_was_set: [{order_number: '99999'}]}"
    case = cases_of(f"test_cases: [{{test_case: t, steps: [{steps}]}}]")[0]
    result = play(SHIPPED, [(case, "telegram", None)])[0]
    assert [wanted for _, wanted, _ in told(result)] == ["the slot order_number to be set to '99999'"]
    assert result.understood == ()


def test_an_action_that_is_not_there_went_well_where_the_test_goes_on_so() -> None:
    steps = (
        "{user: 20 to Ann, assertions: [{flow_started: transfer_money}, {bot_uttered: {utter_name: utter_ask_sure}}]}"
    )
    case = cases_of(f"test_cases: [{{test_case: t, steps: [{steps}]}}]")[0]
    result = play(FLOWS, [(case, "telegram", None)])[0]
    assert result.passed, told(result)
    assert len(result.remarks) == 1


def test_the_slot_of_calms_router_is_nobodys_failure() -> None:
    routed = "{slot_was_set: [{name: route_session_to_calm, value: true}]}"
    assert calm(f"{{user: balance, assertions: [{{flow_started: check_balance}}, {routed}]}}").passed


def test_what_an_agent_of_models_asks_is_nobodys_failure() -> None:
    asked = "{action_executed: action_agent_request_user_input}"  # as RasaHQ's workshop on cars has it
    assert calm(f"{{user: balance, assertions: [{{flow_started: check_balance}}, {asked}]}}").passed


def test_a_slot_that_only_must_be_set_gets_the_value_that_the_words_are_like() -> None:
    flows = b"""
version: "3.1"
slots: {plan: {type: categorical, values: [home internet, gym membership]}, sure: {type: bool}}
responses: {utter_ask_plan: [{text: Which?}], utter_ask_sure: [{text: Sure?}]}
flows:
  pause: {description: pause, steps: [{collect: plan}, {collect: sure}]}
  other: {description: other, steps: [{action: utter_ask_plan}]}
"""
    expected = "{flow_started: pause}, {slot_was_set: [{name: plan}]}, {bot_uttered: {utter_name: utter_ask_sure}}"
    case = cases_of(f"test_cases: [{{test_case: t, steps: [{{user: pause my gym, assertions: [{expected}]}}]}}]")[0]
    result = play({"flows.yml": flows}, [(case, "telegram", None)])[0]
    assert result.passed, told(result)


def test_what_no_flow_says_is_said_by_the_action_that_is_not_there() -> None:
    flows = b"""
version: "3.1"
slots: {plan: {type: text}}
responses: {utter_ask_plan: [{text: Which?}], utter_price: [{text: Twenty.}], utter_bye: [{text: Bye.}]}
actions: [action_price, action_log]
flows:
  price: {description: d, steps: [{collect: plan}, {action: action_price}, {action: action_log}, {action: utter_bye}]}
"""

    def played(wanted: str) -> Result:
        steps = f"{{user: price}}, {{user: gym, assertions: [{wanted}, {{bot_uttered: {{utter_name: utter_bye}}}}]}}"
        case = cases_of(f"test_cases: [{{test_case: t, steps: [{steps}]}}]")[0]
        return play({"flows.yml": flows}, [(case, "telegram", None)])[0]

    result = played("{bot_uttered: {utter_name: utter_price}}")
    assert result.passed, told(result)
    assert [line.text for line in result.conversation if line.who == "bot"] == ["Which?", "Twenty.", "Bye."]
    assert not played("{bot_uttered: {utter_name: utter_pricey}}").passed


def test_an_assertion_that_a_slot_was_not_set_is_of_its_turn() -> None:
    filled = (
        "{user: pay, assertions: [{flow_started: transfer_money}, {slot_was_set: [{name: recipient, value: Ann}]}]}"
    )
    not_set = "slot_was_not_set: [{name: recipient}]"
    assert calm(f"{filled}, {{user: '20', assertions: [{{{not_set}}}]}}").passed
    assert not calm(f"{filled[:-2]}, {{{not_set}}}]}}").passed
    assert calm(f"{filled}, {{user: /SetSlots(amount=20)}}, {{slot_was_not_set: [recipient]}}").passed, "so is a step"


def test_the_flow_that_calls_and_ends_later_is_the_one_that_was_asked_for() -> None:
    flows = b"""
version: "3.1"
slots: {size: {type: text}, pay: {type: text}}
responses: {utter_ask_size: [{text: Size?}], utter_ask_pay: [{text: Cash?}]}
flows:
  fill: {description: fill, steps: [{collect: size}]}
  order: {description: order, steps: [{call: fill}, {collect: pay}]}
"""

    def played(*turns: str) -> Result:
        case = cases_of(f"test_cases: [{{test_case: t, steps: [{', '.join(turns)}]}}]")[0]
        return play({"flows.yml": flows}, [(case, "telegram", None)])[0]

    asked = "{user: a big one, assertions: [{slot_was_set: [{name: size, value: big}]}%s]}"
    paid = "{bot_uttered: {utter_name: utter_ask_pay}}"
    done = "{user: cash, assertions: [{flow_completed: {flow_id: order}}]}"
    hungry = "{user: hungry, assertions: [{bot_uttered: {utter_name: utter_ask_size}}]}"
    result = played(hungry, asked % f", {paid}", done)
    assert result.passed, told(result)
    both = "{flow_started: {operator: all, flow_ids: [order, fill]}}, {slot_was_set: [{name: size, value: big}]}"
    result = played(f"{{user: order a big one, assertions: [{both}, {paid}]}}", done)
    assert result.passed, told(result)


def test_a_flow_that_begins_by_the_answer_is_not_begun_before_it() -> None:
    flows = b"""
version: "3.1"
slots: {size: {type: text}, pay: {type: text}}
responses: {utter_ask_size: [{text: Size?}], utter_ask_pay: [{text: Cash?}]}
flows:
  order: {description: order, steps: [{collect: size}, {call: settle}]}
  settle: {description: settle, steps: [{collect: pay}]}
"""
    begun = "{user: order, flow_started: order}"
    answered = "{slot_was_set: [{name: size, value: big}]}, {flow_started: settle}"
    steps = (
        f"{begun}, {{user: quite big, assertions: [{answered}]}}, {{user: cash, flow_completed: {{flow_id: order}}}}"
    )
    case = cases_of(f"test_cases: [{{test_case: t, steps: [{steps}]}}]")[0]
    result = play({"flows.yml": flows}, [(case, "telegram", None)])[0]
    assert result.passed, told(result)


def test_what_only_a_language_model_brings_about_is_nobodys_failure_even_where_flows_word_it() -> None:
    flows = b"""
version: "3.1"
slots: {size: {type: text}, confirm_slot_correction: {type: bool}}
responses:
  utter_ask_size: [{text: Size?}]
  utter_ask_confirm_slot_correction: [{text: Really?}]
  utter_free_chitchat_response: [{text: Nice weather.}]
flows:
  order: {description: order, steps: [{collect: size}]}
  chat: {description: chat, steps: [{action: utter_free_chitchat_response}]}
  pattern_correction: {description: pattern_correction, steps: [{collect: confirm_slot_correction}]}
"""

    def played(wanted: str) -> Result:
        turns = f"{{user: order, flow_started: order}}, {{user: no wait, assertions: [{wanted}]}}"
        case = cases_of(f"test_cases: [{{test_case: t, steps: [{turns}]}}]")[0]
        return play({"flows.yml": flows}, [(case, "telegram", None)])[0]

    asked = "{bot_uttered: {utter_name: utter_ask_confirm_slot_correction}}"
    assert played(f"{{flow_started: pattern_correction}}, {asked}").passed
    assert not played("{flow_completed: {flow_id: chat}}, {bot_uttered: {text_matches: Storm}}").passed


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("sorry, that was wrong", "{flow_started: pattern_correction}, {bot_uttered: {utter_name: utter_ask_sure}}"),
        ("make it Ann", "{slot_was_set: [{name: who, value: Ann}]}, {bot_uttered: {utter_name: utter_ask_much}}"),
    ],
)
def test_a_correction_is_played_with_what_was_answered_last_or_with_what_the_test_asserts(
    words: str, wanted: str
) -> None:
    flows = b"""
version: "3.1"
slots: {who: {type: text}, much: {type: float}, sure: {type: bool}}
responses:
  utter_ask_who: [{text: Who?}]
  utter_ask_much: [{text: How much?}]
  utter_ask_sure: [{text: "Change the {{ context.corrected_slots.keys()|join }}?", metadata: {template: jinja}}]
flows:
  send: {description: sends, steps: [{collect: who}, {collect: much}]}
  pattern_correction:
    description: asks first
    steps:
      - {collect: sure, ask_before_filling: true, next: [{if: slots.sure, then: change}, {else: END}]}
      - {id: change, action: action_correct_flow_slot}
"""
    begun = "{user: send, flow_started: send}, {user: Joe, slot_was_set: [{name: who, value: Joe}]}"
    case = cases_of(f"test_cases: [{{test_case: t, steps: [{begun}, {{user: '{words}', assertions: [{wanted}]}}]}}]")[0]
    result = play({"flows.yml": flows}, [(case, "telegram", None)])[0]
    assert result.passed, told(result)
    assert ("Change the who?" in [line.text for line in result.conversation]) == ("Ann" not in words)


SHOP = b"""
version: "3.1"
slots: {size: {type: text}, stock: {type: text}, left: {type: float}, sure: {type: bool}}
responses:
  utter_ask_size: [{text: Which size?}]
  utter_ask_sure: [{text: Really stop?}]
  utter_few: [{text: Hurry.}]
  utter_none: [{text: Sold out.}]
  utter_here: [{text: It is here.}]
  utter_flow_continue_interrupted: [{text: Back to it.}]
actions: [action_look]
flows:
  order:
    description: order
    steps:
      - collect: size
      - action: action_look
        next:
          - {if: slots.stock is "here", then: [{action: utter_here, next: END}]}
          - {if: slots.stock is "none", then: [{action: utter_none, next: END}]}
          - {if: slots.left < 5, then: [{action: utter_few, next: END}]}
          - else: END
  other: {description: other, steps: [{action: utter_none}]}
  pattern_cancel_flow: {description: pattern_cancel_flow, steps: [{collect: sure}]}
"""


def of_the_shop(steps: str) -> Result:
    case = cases_of(f"test_cases: [{{test_case: t, steps: [{{user: order}}, {{utter: utter_ask_size}}, {steps}]}}]")[0]
    return play({"flows.yml": SHOP}, [(case, "telegram", None)])[0]


@pytest.mark.parametrize("came", ["here", "none", "few"])
def test_an_action_that_is_not_there_found_what_leads_to_what_is_expected(came: str) -> None:
    result = of_the_shop(f"{{user: small}}, {{utter: utter_{came}}}")
    assert result.passed, told(result)
    assert not of_the_shop("{user: small}, {utter: utter_ask_sure}, {utter: utter_here}").passed


def test_words_that_lead_to_a_pattern_that_says_what_is_expected_bring_it_about() -> None:
    result = of_the_shop("{user: I changed my mind}, {utter: utter_ask_sure}")
    assert result.passed, told(result)
    assert result.understood != ()


def test_who_answers_what_was_asked_before_an_interruption_goes_on_with_it() -> None:
    result = of_the_shop(
        "{user: other}, {utter: utter_none}, {utter: utter_flow_continue_interrupted},"
        "{user: make it a large one}, {slot_was_set: [{size: large}]}, {utter: utter_here}"
    )
    assert result.passed, told(result)
    assert [line.text for line in result.conversation if line.who == "bot"][1] == "Sold out."


def test_slots_set_without_a_slash_are_set() -> None:
    result = of_the_shop("{user: SetSlots(size=large)}, {slot_was_set: [{size: large}]}, {utter: utter_here}")
    assert result.passed, told(result)
    assert len(result.understood) == 1, "the words that began it"


def test_what_runs_at_every_turn_is_stubbed_and_runs_before_what_was_understood() -> None:
    flows = b"""
version: "3.1"
slots:
  who: {type: text, mappings: [{type: controlled, run_action_every_turn: action_who}]}
  size: {type: text}
  town: {type: text}
responses: {utter_ask_size: [{text: "Which size, {who}?"}], utter_ask_town: [{text: "Which town, {who}?"}]}
actions: [action_who]
flows:
  order: {description: orders, steps: [{collect: size}, {collect: town}]}
  look: {description: looks, steps: [{collect: town}]}
"""
    stub = "stub_custom_actions: {action_who: {events: [{event: slot, name: who, value: Sara}]}}"
    begun = "{user: something large, flow_started: order, slot_was_set: [{name: size, value: large}]}"
    steps = f'{begun}, {{bot: "Which town, Sara?"}}, {{action_executed: action_who}}'
    result = play(
        {"flows.yml": flows},
        [(cases_of(f"{stub}\ntest_cases: [{{test_case: t, steps: [{steps}]}}]")[0], "telegram", None)],
    )[0]
    assert result.passed, told(result)
