"""Menus: every way to name a choice, pages, choices made of data, old buttons and double taps."""

import pytest

from bot.engine.inputs import TapHeard
from bot.events import BotSaid, ChoiceMade, InputIgnored, InputRejected, StepReached
from tests.engine.customers import CustomerOf, program_of

DRINKS = program_of("""
settings: {languages: [en, fa]}
slots: {drink: {type: text}, vip: {type: bool}}
flows:
  bar:
    start: true
    description: a bar
    steps:
      - id: ask
        menu: {en: "What will it be?", fa: "چه میل دارید؟"}
        into: drink
        options:
          - label: {en: Coffee, fa: قهوه}
            match: {en: [espresso, black], fa: [اسپرسو]}
          - label: {en: Tea, fa: چای}
            value: chai
          - label: {en: Lemonade, fa: لیموناد}
            key: 7
            say_as: {en: a cold lemonade}
          - label: {en: Champagne, fa: شامپاین}
            if: slots.vip is true
        next: serve
      - id: serve
        say: {en: "One {drink}, please.", fa: "یک {drink} لطفاً."}
""")


def bar(**options: object) -> CustomerOf:
    customer = CustomerOf(DRINKS, **options)  # type: ignore[arg-type]
    customer.starts()
    return customer


@pytest.mark.parametrize(
    ("typed", "drink", "via"),
    [
        ("1", "coffee", "number"),
        ("۱", "coffee", "number"),
        ("2️⃣", "chai", "number"),
        ("2)", "chai", "number"),
        ("TEA", "chai", "label"),
        ("espresso", "coffee", "match"),
        ("7", "lemonade", "number"),
        ("چاي", "chai", "match"),
        ("lemonde", "lemonade", "spelling"),
    ],
)
def test_a_choice_is_named_in_many_ways(typed: str, drink: str, via: str) -> None:
    customer = bar()
    assert customer.says(typed) == [f"One {drink}, please."]
    [chosen] = customer.happened(ChoiceMade)
    assert isinstance(chosen, ChoiceMade)
    assert chosen.via == via


def test_a_hidden_option_can_not_be_named() -> None:
    customer = bar()
    assert customer.buttons == ["Coffee", "Tea", "Lemonade"]
    assert customer.says("champagne")[0].startswith("Sorry")
    assert customer.says("4")[0].startswith("Sorry")


def test_a_spelling_between_two_choices_is_no_choice() -> None:
    program = program_of("""
flows:
  f:
    start: true
    description: two that look alike
    steps:
      - menu: Which?
        options: [{label: Delivery, then: END}, {label: Delivered, then: END}]
""")
    customer = CustomerOf(program)
    customer.starts()
    assert customer.says("deliver")[0].startswith("Sorry")


def test_the_numbers_are_shown_with_the_keys_of_the_options() -> None:
    customer = bar(channel="voice")
    assert [(choice.key, choice.label) for choice in customer.choices] == [
        ("1", "Coffee"),
        ("2", "Tea"),
        ("7", "Lemonade"),
    ]
    assert customer.choices[2].say_as == "a cold lemonade"


def test_an_option_without_a_key_has_that_of_its_place_while_it_is_free() -> None:
    options = "{label: A, key: 3}, {label: B}, {label: C}, {label: D, key: 1}, {label: E}"
    flow = f"{{start: true, description: f, steps: [{{menu: Which?, options: [{options}], next: END}}]}}"
    customer = CustomerOf(program_of(f"flows: {{f: {flow}}}"))
    customer.starts()
    assert [choice.key for choice in customer.choices] == ["3", "2", "4", "1", "5"]


def test_a_tap_twice_is_one_answer() -> None:
    customer = bar()
    token = customer.token("Tea")
    program = program_of(LOOP)
    customer = CustomerOf(program)
    customer.starts()
    token = customer.token("Again")
    assert customer.hears(TapHeard(token=token)) == ["Around", "Once more?"]
    assert customer.hears(TapHeard(token=token)) == []
    assert customer.happened(InputIgnored) == [InputIgnored(reason="double")]


LOOP = """
flows:
  f:
    start: true
    description: round and round
    steps:
      - id: ask
        menu: Once more?
        options: [{label: Again, then: around}, {label: Else, then: around}, {label: Stop, then: END}]
      - id: around
        say: Around
        next: ask
"""


def test_an_old_button_is_told_where_we_are() -> None:
    customer = CustomerOf(program_of(LOOP))
    customer.starts()
    old = customer.token("Else")
    customer.taps("Again")
    assert customer.hears(TapHeard(token=old)) == ["That menu is old. Here is where we are:", "Once more?"]
    assert customer.happened(InputIgnored) == [InputIgnored(reason="stale")]


def test_a_button_of_an_earlier_conversation_is_old() -> None:
    first = CustomerOf(program_of(LOOP))
    first.starts()
    second = CustomerOf(program_of(LOOP), now=first.now.replace(hour=13))
    second.starts()
    assert second.hears(TapHeard(token=first.token("Stop")))[0].startswith("That menu is old")


def test_a_hostile_token_is_only_old() -> None:
    customer = bar()
    frame, wait, _ = customer.token("Tea").split(".")
    for token in (
        "",
        "x",
        "s.",
        f"{frame}.{wait}.99",
        f"{frame}.{wait}.-1",
        f"{frame}.{wait}.p99",
        f"{frame}.{wait}.²",
    ):
        customer.hears(TapHeard(token=token))
        assert customer.happened(InputIgnored) == [InputIgnored(reason="stale")]


NUMBERS = ", ".join(f"{{label: Number {n}, value: v{n}}}" for n in range(1, 21))
MANY = program_of(f"""
slots: {{n: {{type: text}}}}
flows:
  f:
    start: true
    description: many
    steps:
      - menu: Which?
        into: n
        options: [{NUMBERS}]
        next: done
      - id: done
        say: "{{n}}"
""")


def test_telegram_shows_eight_and_turns_pages() -> None:
    customer = CustomerOf(MANY)
    customer.starts()
    assert customer.buttons == [f"Number {n}" for n in range(1, 9)] + ["More ›"]
    customer.taps("More ›")
    assert customer.buttons == [f"Number {n}" for n in range(9, 17)] + ["‹ Previous", "More ›"]
    assert customer.says("2") == ["v10"], "a number means the choice that is shown beside it"


def test_plain_text_turns_pages_by_number() -> None:
    customer = CustomerOf(MANY, channel="plain")
    customer.starts()
    assert [choice.key for choice in customer.choices] == [str(n) for n in range(1, 11)]
    customer.says("10")
    assert customer.buttons[0] == "Number 10"
    assert [(choice.key, choice.role) for choice in customer.choices][-2:] == [("10", "page"), ("11", "page")]
    customer.says("11")
    assert customer.buttons == ["Number 19", "Number 20", "‹ Previous"]
    assert customer.says("number 20") == ["v20"], "a label works from every page"


def test_voice_has_nine_for_more_and_goes_round() -> None:
    customer = CustomerOf(MANY, channel="voice")
    customer.starts()
    for first in ("Number 9", "Number 17", "Number 1"):
        customer.says("9")
        assert customer.buttons[0] == first
    assert len(customer.buttons) == 9


def test_web_chat_shows_all() -> None:
    customer = CustomerOf(MANY, channel="webchat")
    customer.starts()
    assert len(customer.buttons) == 20


def test_the_same_page_twice_is_a_double_tap() -> None:
    customer = CustomerOf(MANY)
    customer.starts()
    token = customer.token("More ›")
    customer.hears(TapHeard(token=token))
    customer.hears(TapHeard(token=token))
    assert customer.happened(InputIgnored) == [InputIgnored(reason="double")]


BRANCHES = program_of("""
slots: {branches: {type: list}, branch: {type: text}}
actions: [action_branches]
flows:
  f:
    start: true
    description: choices made of data
    steps:
      - action: action_branches
      - menu: Where?
        into: branch
        options:
          from: branches
          label: "{item.city}: {item.name}"
          value: "{item.code}"
          then: chosen
          empty: [{say: Nowhere., next: END}]
      - id: chosen
        say: "{branch}"
""")


def test_choices_are_made_of_a_list() -> None:
    customer = CustomerOf(BRANCHES)
    customer.starts()
    customer.action_returns({"branches": [{"city": "*Dubai*", "name": "Marina", "code": "dxb"}, {"city": "Doha"}]})
    assert customer.buttons == ["*Dubai*: Marina", "Doha:"]
    assert customer.says("1") == ["dxb"]


def test_an_empty_list_has_its_own_way() -> None:
    customer = CustomerOf(BRANCHES)
    customer.starts()
    assert customer.action_returns({"branches": []}) == ["Nowhere."]


def test_a_question_is_reached_once_however_often_it_is_asked() -> None:
    customer = bar()
    assert len(customer.happened(StepReached)) == 1
    customer.says("what")
    assert customer.happened(StepReached) == []


def test_the_nth_answer_has_the_nth_text_and_the_last_try_a_way_out() -> None:
    customer = CustomerOf(
        program_of("""
flows:
  f:
    start: true
    description: tries
    steps:
      - menu: Which?
        no_match: [First., Second.]
        tries: 3
        on_fail: [{say: Given up., next: END}]
        options: [{label: Apples, then: END}]
""")
    )
    customer.starts()
    assert customer.says("x") == ["First.", "Which?"]
    assert customer.says("y") == ["Second.", "Which?"]
    assert customer.says("z")[0] == "Given up."
    assert [event.tries for event in customer.log if isinstance(event, InputRejected)] == [1, 2, 3]


def test_without_a_way_out_a_person_is_asked_for() -> None:
    customer = bar()
    customer.says("x")
    customer.says("y")
    customer.says("z")
    assert customer.handoff.reason == "failed_question"


def test_a_menu_is_marked_as_one() -> None:
    customer = bar()
    said = customer.last(BotSaid)
    assert isinstance(said, BotSaid)
    assert said.menu
    assert (said.flow, said.step) == ("bar", "ask")
