"""A test of CALM's is one session: what is kept outlives a conversation. A response without words counts as said."""

import pytest

from bot.rehearsal.rehearsing import Result
from tests.rehearsal.theatre import cases_of, play, told

FLOWS = b"""
version: "3.1"
slots: {name: {type: text}, town: {type: text}, language: {type: text}}
responses:
  utter_ask_name: [{text: Name?, translation: {de: "Ihr Name?"}}]
  utter_both: [{text: "{name}, {town}."}]
  utter_picture: [{image: "https://example.com/a.png"}]
  utter_card: [{custom: {blocks: []}}]
flows:
  ask:
    description: asks
    nlu_trigger: [{intent: ask}]
    run_pattern_completed: false
    persisted_slots: [name]
    steps: [{collect: name}, {set_slots: [{town: null}]}]
  tell:
    description: tells
    nlu_trigger: [{intent: tell}, {intent: tell-me.all}]
    steps: [{action: utter_both}, {action: utter_picture}, {action: utter_card}]
"""


def of(steps: str, fixtures: str = "") -> Result:
    case = cases_of(f"{fixtures}\ntest_cases: [{{test_case: t, fixtures: [f], steps: [{steps}]}}]")[0]
    return play({"flows.yml": FLOWS}, [(case, "telegram", None)])[0]


NOBODY = "fixtures: [{f: [{town: Rome}]}]"


def test_what_a_flow_keeps_is_there_for_the_next() -> None:
    asked = "{user: /ask}, {utter: utter_ask_name}, {user: Ann}, {user: /tell}"
    assert told(of(f"{asked}, {{bot: 'Ann, .'}}", NOBODY)) == [], "a fixture fills its slot once"
    begun = FLOWS.replace(b"  ask:\n", b"  ask:\n    start: true\n")
    case = cases_of(f"{NOBODY}\ntest_cases: [{{test_case: t, fixtures: [f], steps: [{asked}, {{bot: ', Rome.'}}]}}]")[0]
    assert told(play({"flows.yml": begun}, [(case, "telegram", None)])[0]) == [], "here conversations end"


@pytest.mark.parametrize("response", ["utter_picture", "utter_card"])
def test_a_response_without_words_is_known_by_its_step(response: str) -> None:
    assert told(of(f"{{user: /tell}}, {{utter: {response}}}", NOBODY)) == []
    assert [wanted for _, wanted, _ in told(of(f"{{user: /ask}}, {{utter: {response}}}", NOBODY))] == [
        f"the bot to say {response}"
    ]


def test_a_fixture_may_say_which_language_is_spoken() -> None:
    german = "fixtures: [{f: [{language: de-AT}]}]"
    assert told(of("{user: /ask}, {bot: 'Ihr Name?'}", german)) == []


@pytest.mark.parametrize("said", ["/tell-me.all", '/tell-me.all{"a": 1}', "/tell@0.8"])
def test_an_intent_of_any_name_is_heard_as_one(said: str) -> None:
    assert told(of(f"{{user: '{said}'}}, {{bot: ', Rome.'}}", NOBODY)) == []


def test_a_fixture_that_a_flow_asks_for_is_reset_with_it() -> None:
    known = "fixtures: [{f: [{name: Ann}, {town: Rome}]}]"
    steps = "{user: /ask}, {bot: 'Ann, Rome.'}, {user: /ask}, {utter: utter_ask_name}"
    flows = FLOWS.replace(b"    persisted_slots: [name]\n", b"").replace(
        b"set_slots: [{town: null}]", b"action: utter_both"
    )
    case = cases_of(f"{known}\ntest_cases: [{{test_case: t, fixtures: [f], steps: [{steps}]}}]")[0]
    assert told(play({"flows.yml": flows}, [(case, "telegram", None)])[0]) == []
