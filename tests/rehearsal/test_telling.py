"""CALM's tests tell what words mean in more ways than one: by texts of later, by several flows, by what nobody says."""

import pytest

from bot.rehearsal.reading import read_tests
from bot.rehearsal.rehearsing import Result
from bot.rehearsal.rendering import failed_text
from tests.rehearsal.theatre import ZONE, cases_of, play, told

POST = b"""
version: "3.1"
slots:
  what: {type: text}
  to: {type: text}
  fast: {type: bool}
  sure: {type: bool}
  weight: {type: float}
responses:
  utter_ask_what: [{text: What do you send?}]
  utter_ask_to: [{text: To whom?}]
  utter_ask_fast: [{text: Fast?}]
  utter_ask_sure: [{text: "Send {what} to {to}?"}]
  utter_sent: [{text: "We send *{what}* to {to}, {weight} kg."}]
  utter_slow: [{text: It takes a week.}]
  utter_prices: [{text: Here are the prices.}]
  utter_why: [{text: We have to know.}]
  utter_weather: [{text: Nice weather.}]
actions: [action_count, action_small_talk]
flows:
  send:
    description: sends
    steps:
      - collect: what
      - collect: to
      - {collect: fast, next: [{if: slots.fast, then: sure}, {else: [{action: utter_slow, next: sure}]}]}
      - {id: sure, collect: sure, ask_before_filling: true}
      - action: utter_sent
  prices: {description: prices, steps: [{action: utter_prices}]}
  count: {description: counts, steps: [{action: action_count}]}
  pattern_chitchat: {description: small talk, steps: [{action: action_small_talk}, {action: utter_weather}]}
"""
BEGUN = "{user: a parcel, flow_started: send}, {user: a book, slot_was_set: [{what: book}]}"
ASKED = f"{BEGUN}, {{user: Ann, utter: utter_ask_fast}}"


def post(steps: str, flows: bytes = POST) -> Result:
    case = cases_of(f"test_cases: [{{test_case: t, steps: [{steps}]}}]")[0]
    return play({"flows.yml": flows}, [(case, "telegram", None)])[0]


@pytest.mark.parametrize(
    "steps",
    [
        "{user: send it to Ann, flow_started: send}, {user: 'a book, please'}, {utter: utter_ask_to},"
        " {user: for Ann}, {utter: utter_ask_fast}, {user: fast}, {bot: 'Send book to Ann?'}",
        "{user: send a book to Ann, utter: utter_ask_fast}, {user: fast}, {bot: 'Send book to Ann?'}",
        "{user: a parcel, flow_started: send}, {user: 'well, a book'}, {utter: utter_ask_to},"
        " {user: Ann}, {slot_was_set: [{what: book}]}",
    ],
)
def test_a_value_of_which_a_later_text_or_slot_tells_is_found_in_the_words(steps: str) -> None:
    result = post(steps)
    assert result.passed, told(result)


def test_a_value_that_the_words_do_not_hold_is_none_of_them() -> None:
    assert not post(f"{ASKED}, {{user: fast}}, {{bot: 'Send cake to Ann?'}}").passed


def test_words_may_begin_several_flows() -> None:
    result = post("{user: prices and a parcel}, {utter: utter_prices}, {utter: utter_ask_what}")
    assert result.passed, told(result)
    result = post(
        "{user: prices and a parcel, commands: [{start_flow: prices}, {start_flow: send}]},"
        " {utter: utter_prices}, {utter: utter_ask_what}"
    )
    assert result.passed, told(result)


@pytest.mark.parametrize("known", ["action_executed: action_count", "flow_completed: {flow_id: count}"])
def test_a_flow_is_known_by_its_action_or_by_its_end(known: str) -> None:
    result = post(f"{{user: how many, assertions: [{{{known}}}]}}")
    assert result.passed, told(result)
    assert ("count", "action_count") in {(flow, step.split(":")[-1]) for flow, step in result.steps} or result.steps


def test_what_no_flow_says_is_said_by_a_model_and_the_question_stays() -> None:
    aside = "{user: why do you ask}, {utter: utter_why}, {utter: utter_ask_to}"
    result = post(f"{BEGUN}, {aside}, {{user: Ann}}, {{utter: utter_ask_fast}}")
    assert result.passed, told(result)
    assert result.remarks == ("no flow says 'utter_why': it was taken for what a language model answers",)
    result = post(f"{BEGUN}, {{user: why}}, {{bot: Because of the customs}}, {{utter: utter_ask_to}}")
    assert result.passed, told(result)
    assert not post(f"{ASKED}, {{user: 'yes', utter: utter_why}}").passed, "the words are an answer"


def test_a_text_that_is_like_one_of_the_flows_is_nobody_elses() -> None:
    misspelt = "{user: why}, {bot: It takes a weak.}, {utter: utter_ask_to}"
    assert not post(f"{BEGUN}, {misspelt}").passed
    assert post("{user: hello}, {bot: Because of the customs}").passed
    plain = POST.replace(b"pattern_chitchat", b"talk")
    assert not post("{user: hello}, {bot: Because of the customs}", plain).passed, "no project without a pattern for it"


def test_a_pattern_for_models_says_what_is_expected_and_the_question_stays() -> None:
    weather = "{action_executed: utter_weather}, {action_executed: action_small_talk}"
    talk = f"{{user: nice day, assertions: [{{flow_started: pattern_chitchat}}, {weather}]}}"
    result = post(f"{BEGUN}, {talk}, {{user: Ann, utter: utter_ask_fast}}")
    assert result.passed, told(result)
    assert [line.text for line in result.conversation if line.who == "bot"][-3:] == [
        "Nice weather.",
        "To whom?",
        "Fast?",
    ]


def test_what_was_interrupted_goes_on_at_once_where_the_test_says_so() -> None:
    result = post(f"{BEGUN}, {{user: the prices}}, {{utter: utter_prices}}, {{utter: utter_ask_to}}, {{user: Ann}}")
    assert result.passed, told(result)
    assert [line.text for line in result.conversation if line.who == "customer"][-2:] == ["the prices", "Ann"]


def test_a_flag_of_before_is_turned_round() -> None:
    wrong = "{user: not so fast}, {utter: utter_slow}"
    result = post(f"{ASKED}, {{user: 'yes'}}, {{utter: utter_ask_sure}}, {wrong}")
    assert result.passed, told(result)


def test_what_is_asked_in_any_case_may_be_answered_by_the_words_that_led_to_it() -> None:
    steps = "{user: a parcel, flow_started: send}, {user: 'Ann, fast, do it',"
    wanted = "assertions: [{slot_was_set: [{name: sure, value: true}]}, {bot_uttered: {utter_name: utter_sent}}]}"
    result = post(f"{steps} {wanted}")
    assert result.passed, told(result)


def test_commands_say_what_was_understood_whatever_the_words_do() -> None:
    steps = f"{BEGUN}, {{user: no idea, commands: [{{set_slot: {{what: None}}}}]}}, {{slot_was_set: [what]}}"
    result = post(steps)
    assert result.passed, told(result)
    assert result.understood


def test_steps_about_slots_are_of_their_turn() -> None:
    done = f"{ASKED}, {{user: 'yes'}}, {{user: 'yes'}}"
    assert post(f"{done}, {{slot_was_set: [what]}}").passed, "emptied at the end"
    assert post(f"{ASKED}, {{user: 'yes'}}, {{slot_was_not_set: [what]}}").passed
    assert not post(f"{ASKED}, {{user: 'yes'}}, {{slot_was_not_set: [fast]}}").passed


CORRECTED = (
    POST
    + b"""
  pattern_correction:
    description: asks first
    steps:
      - {collect: right, ask_before_filling: true, next: [{if: slots.right, then: change}, {else: END}]}
      - {id: change, action: action_correct_flow_slot}
"""
)
CORRECTED = CORRECTED.replace(b"slots:\n", b"slots:\n  right: {type: bool}\n", 1)
CORRECTED = CORRECTED.replace(b"responses:\n", b"responses:\n  utter_ask_right: [{text: Change it?}]\n", 1)


def test_words_are_a_correction_where_the_pattern_for_it_says_what_is_expected() -> None:
    wrong = "{user: 'I meant a hat', utter: utter_ask_right}"
    result = post(
        f"{ASKED}, {wrong}, {{user: 'yes', slot_was_set: [{{what: hat}}]}}, {{utter: utter_ask_fast}}", CORRECTED
    )
    assert result.passed, told(result)
    turned = "{user: not fast, utter: utter_ask_right}, {user: 'yes', utter: utter_slow}"
    result = post(f"{ASKED}, {{user: 'yes'}}, {turned}", CORRECTED)
    assert result.passed, told(result)


def test_who_cancels_in_the_middle_of_a_correction_cancels_what_is_corrected() -> None:
    wrong = "{user: 'I meant a hat', utter: utter_ask_right}"
    result = post(f"{ASKED}, {wrong}, {{user: no more of it, flow_cancelled: {{flow_id: send}}}}", CORRECTED)
    assert result.passed, told(result)


def test_a_failure_says_for_what_the_words_were_taken_or_that_nothing_tells() -> None:
    taken = post("{user: one parcel, assertions: [{flow_started: send}, {bot_uttered: {text_matches: Storm}}]}")
    assert taken.meaning is not None
    assert taken.meaning.startswith("'one parcel' was taken for: start send")
    assert taken.meaning in failed_text(taken)
    unknown = post("{user: good grief, utter: utter_whatever}")
    assert "'good grief' takes a language model" in failed_text(unknown)
    assert "but there is no response 'utter_whatever', and it said" in failed_text(unknown)
    assert post("{user: /send, utter: utter_sent}").meaning is None


def test_a_button_named_before_its_question_was_asked_answers_it() -> None:
    flows = b"""
version: "3.1"
slots: {kind: {type: text}, sure: {type: bool}}
responses:
  utter_ask_kind: [{text: Which?, buttons: [{title: By air, payload: /SetSlots(kind=air)}]}]
  utter_ask_sure: [{text: Sure?}]
  utter_no: [{text: "Not by {kind}."}]
flows:
  send:
    description: sends
    steps: [{collect: kind}, {collect: sure, next: [{if: slots.sure, then: END}, {else: [{action: utter_no}]}]}]
"""
    result = post(
        "{user: by air, flow_started: send}, {user: no, slot_was_set: [{sure: false}]}, {bot: Not by air.}", flows
    )
    assert result.passed, told(result)


def test_an_answer_that_is_asked_for_again_later_was_taken_back() -> None:
    wrong = "{user: 'the thing was wrong', utter: utter_ask_right}, {user: 'yes'}, {utter: utter_ask_what}"
    result = post(f"{ASKED}, {wrong}, {{user: a hat, utter: utter_ask_fast}}", CORRECTED)
    assert result.passed, told(result)


def test_a_text_tells_what_was_answered_and_what_actions_found_before() -> None:
    flows = b"""
version: "3.1"
slots: {hotel: {type: text}, day: {type: text}, since: {type: text, mappings: [{type: controlled}]}}
responses:
  {utter_ask_hotel: [{text: Which?}], utter_ask_day: [{text: When?}], utter_hotel: [{text: "At {hotel} from {since}."}]}
actions: [action_dates]
flows:
  book:
    description: books
    steps: [{collect: day}, {action: action_dates}, {collect: hotel}, {action: utter_hotel}]
"""
    begun = "{user: a hotel, utter: utter_ask_day}, {user: Monday, utter: utter_ask_hotel}"
    result = post(f"{begun}, {{user: the first of them}}, {{bot: 'At Hilton Basel from May 14.'}}", flows)
    assert result.passed, told(result)


def test_what_means_nothing_to_calm_may_be_said_first() -> None:
    flows = POST.replace(b"responses:\n", b"responses:\n  utter_ask_rephrase: [{text: What?}]\n", 1)
    result = post("{user: blah, utter: utter_ask_rephrase}", flows)
    assert result.passed, told(result)


@pytest.mark.parametrize("payload", ["/SetSlots(fast=true)", "SetSlots(fast=true)"])
def test_a_slash_before_a_payload_makes_no_difference(payload: str) -> None:
    button = b"[{text: Fast?, buttons: [{title: Yes, payload: SetSlots(fast=true)}]}]"
    flows = POST.replace(b"[{text: Fast?}]", button)
    wanted = f"{{bot_uttered: {{buttons: [{{title: 'Yes', payload: {payload}}}]}}}}"
    result = post(f"{BEGUN}, {{user: Ann, assertions: [{wanted}]}}", flows)
    assert result.passed, told(result)
    assert not post(f"{BEGUN}, {{user: Ann, assertions: [{wanted.replace('true', 'false')}]}}", flows).passed


@pytest.mark.parametrize(("words", "said"), [("'Yes, I have it'", "utter_go"), ("'no, I have not'", "utter_wait")])
def test_words_mean_the_value_that_the_flow_compares_their_slot_with(words: str, said: str) -> None:
    flows = b"""
version: "3.1"
slots: {label: {type: text}}
responses: {utter_ask_label: [{text: A label?}], utter_go: [{text: Go.}], utter_wait: [{text: Wait.}]}
flows:
  back:
    description: sends back
    steps:
      - collect: label
        next: [{if: slots.label is "Yes", then: [{action: utter_go, next: END}]}, {else: [{action: utter_wait}]}]
"""
    result = post(f"{{user: back, flow_started: back}}, {{user: {words}, utter: {said}}}", flows)
    assert result.passed, told(result)


def test_steps_that_the_pages_of_calm_do_not_know_are_read_as_they_are_meant() -> None:
    steps = "{user: go}, {action: utter_prices}, {utter: Here are the prices.}"
    reading = read_tests(
        {"t.yml": f"test_cases: [{{test_case: t, steps: [{steps}]}}]".encode()},
        ZONE,
    )
    assert [problem.code for problem in reading.problems] == ["unknown-step", "no-name"]
    result = play({"flows.yml": POST}, [(reading.cases[0], "telegram", None)])[0]
    assert result.passed, told(result)


def test_words_may_cancel_one_flow_and_begin_another() -> None:
    steps = "{user: 'no, the prices'}, {utter: utter_flow_cancelled_rasa}, {utter: utter_prices}"
    result = post(f"{BEGUN}, {steps}")
    assert result.passed, told(result)


def test_words_may_mean_nothing_so_that_the_question_is_asked_again() -> None:
    again = "assertions: [{slot_was_not_set: [{name: to}]}, {bot_uttered: {utter_name: utter_ask_to}}]"
    result = post(f"{BEGUN}, {{user: a good friend, {again}}}, {{user: Ann, slot_was_set: [{{to: Ann}}]}}")
    assert result.passed, told(result)
