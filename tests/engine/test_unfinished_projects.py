"""What authors leave unfinished: texts that a model was to write, ids in the place of names, merges of two versions."""

import pytest

from bot.engine.reader import read_flows
from tests.engine.customers import CustomerOf, program_of

TOUR = """
flows:
  book_tour:
    name: book_tour
    description: d
    steps: [{collect: tour_date}, {action: utter_praise}, {action: utter_booked}]
  iPhone: {name: iPhone, description: d, steps: [{action: utter_booked}]}
slots: {tour_date: {type: text}}
responses:
  utter_ask_tour_date: [{text: Placeholder, metadata: {rephrase: true, rephrase_prompt: Ask for the day.}}]
  utter_praise: [{text: placeholder, metadata: {rephrase: true}}]
  utter_booked: [{text: Booked., metadata: {rephrase: true}}]
"""


def test_a_word_that_holds_the_place_of_a_models_text_is_not_said() -> None:
    customer = CustomerOf(program_of(TOUR))
    customer.starts()
    assert customer.taps("Book tour") == ["Tour date?"]
    assert "Booked." in customer.says("Friday")


def test_the_author_is_told_once_each_what_is_said_instead() -> None:
    problems = [each for each in read_flows({"f.yaml": TOUR}).problems if each.code == "needs-language-model"]
    assert [(each.line, each.message.partition("; ")[2]) for each in problems] == [
        (10, "'Tour date?' is asked"),
        (11, "in place of its text the bot says that it didn't understand"),
        (12, "the text is said as written"),
    ]


def test_the_menu_shows_no_id_that_stands_as_a_name() -> None:
    customer = CustomerOf(program_of(TOUR))
    customer.starts()
    assert customer.buttons == ["Book tour", "iPhone"]


@pytest.mark.parametrize("typed", ["bank transfer", "bank_transfer", "2"])
def test_the_values_of_a_slot_are_offered_in_words(typed: str) -> None:
    source = """
flows: {pay: {start: true, description: d, steps: [{collect: how, ask: How?}, {say: 'So by {how}.'}]}}
slots: {how: {type: categorical, values: [Cash, bank_transfer, _]}}
"""
    customer = CustomerOf(program_of(source))
    customer.starts()
    assert customer.buttons == ["Cash", "bank transfer", "_"]
    assert customer.says(typed)[0] == "So by bank_transfer."


@pytest.mark.parametrize("above", ["", "slots: {}\n", "version: '3.1'\n\n"])
def test_a_merge_that_was_left_is_called_so_where_it_begins(above: str) -> None:
    text = above + "<<<<<<< HEAD\nflows: {}\n=======\nresponses: {}\n>>>>>>> other\n"
    problem = next(each for each in read_flows({"domain.yml": text}).problems if each.code == "yaml")
    assert (problem.line, problem.column) == (above.count("\n") + 1, 1)
    assert problem.message == "a merge was left unfinished: '<<<<<<< HEAD'"


UNDEFINED = """
flows:
  order:
    description: order a hat
    steps:
      - collect: hue
        next: [{if: slots.hue = "red", then: [{set_slots: [{hue: null}], next: END}]}, {else: END}]
slots: {size: {type: text%s}}
responses: {utter_ask_hue: [{text: "Which hue, but {hue}?"}]}
"""


def undefined(slot: str) -> list[tuple[str, int]]:
    problems = read_flows({"f.yml": UNDEFINED % slot}).problems
    return [(each.severity, each.line) for each in problems if each.code == "unknown-slot"]


def test_a_slot_that_is_in_no_domain_of_calm_is_told_once_where_the_flow_needs_it() -> None:
    assert undefined(", mappings: [{type: from_llm}]") == [("error", 6)]


def test_in_flows_of_this_house_each_place_is_told() -> None:
    assert undefined("") == [("error", 6), ("error", 7), ("error", 7), ("warning", 9)]
