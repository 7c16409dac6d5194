"""CALM's tests that expect only words of the bot: what a customer meant is found in what they are answered."""

from bot.rehearsal.rehearsing import Result
from tests.rehearsal.theatre import cases_of, play, told

BAKERY = b"""
version: "3.1"
slots:
  member: {type: bool}
  cake: {type: text}
  size: {type: categorical, values: [small, large]}
  pieces: {type: float}
  sure: {type: bool}
  price: {type: float}
responses:
  utter_welcome: [{condition: [{type: slot, name: member, value: true}], text: Welcome back!}, {text: Welcome!}]
  utter_ask_cake: [{text: Which cake?}]
  utter_ask_size: [{text: How large?}]
  utter_ask_pieces: [{text: "How many of {cake}?"}]
  utter_ask_sure: [{text: Sure?}]
  utter_baked: [{text: We bake it.}]
actions: [action_price, action_hours, action_ask_price]
flows:
  greet: {description: says hello, steps: [{action: utter_welcome}]}
  price: {description: tells what a cake costs, steps: [{action: action_price}]}
  hours: {description: tells when the bakery is open, steps: [{action: action_hours}]}
  quote: {description: asks for an offer, steps: [{collect: price}]}
  order:
    description: orders a cake
    steps:
      - collect: cake
      - collect: size
        next:
          - {if: slots.size is "large", then: [{collect: pieces, next: sure}]}
          - else: sure
      - id: sure
        collect: sure
        ask_before_filling: true
      - action: utter_baked
"""
FIXTURES = "fixtures: [{known: [{member: true}]}]"
SMALL = "{user: a cake}, {utter: utter_ask_cake}, {user: carrot}, {bot: How large?}, {user: small}, {bot: Sure?}"


def bakery(steps: str, more: str = "", stubs: str = "") -> Result:
    case = cases_of(f"{FIXTURES}\n{stubs}\ntest_cases: [{{test_case: t, {more} steps: [{steps}]}}]")[0]
    return play({"flows.yml": BAKERY}, [(case, "telegram", None)])[0]


def test_words_begin_the_flow_that_says_the_literal_answer() -> None:
    greeted = bakery("{user: hiya}, {bot: Welcome back!}", "fixtures: [known],")
    assert greeted.passed, told(greeted)
    assert not bakery("{user: hiya}, {bot: Welcome back!}").passed, "who is no member is not welcomed back"
    patterned = bakery("{user: hiya, assertions: [{bot_uttered: {text_matches: Welcome}}]}")
    assert patterned.passed, told(patterned)


def test_a_literal_answer_may_have_values_in_it() -> None:
    result = bakery("{user: a cake}, {bot: Which cake?}, {user: carrot}, {user: large}, {bot: How many of carrot?}")
    assert result.passed, told(result)


def test_what_no_flow_says_is_said_by_the_action_of_the_flow_that_the_words_are_like() -> None:
    result = bakery("{user: what are your hours}, {bot: From nine to five.}")
    assert result.passed, told(result)
    assert [line.text for line in result.conversation if not line.who][:1] == ["action_hours runs"]
    assert len(result.remarks) == 1
    assert len(result.understood) == 1


def test_a_stub_says_what_it_says() -> None:
    stub = 'stub_custom_actions: {"t::action_price": {responses: [{text: "%s"}]}}'
    assert bakery("{user: 'the price, please'}, {bot: Ten.}", stubs=stub % "Ten.").passed
    assert not bakery("{user: 'the price, please'}, {bot: Ten.}", stubs=stub % "Nine.").passed


def test_an_action_that_asks_and_is_not_there_asks_in_the_words_of_the_test() -> None:
    result = bakery(
        "{user: quote, flow_started: quote}, {bot: What may it cost?}, {user: '7'}, {slot_was_set: [price]}"
    )
    assert result.passed, told(result)
    assert [line.text for line in result.conversation if line.who == "bot"][:1] == ["What may it cost?"]


def test_an_answer_of_before_is_changed_to_what_the_words_name() -> None:
    assert bakery(SMALL).passed
    changed = bakery(
        f"{SMALL}, {{user: 'sorry, a large one'}}, {{utter: utter_ask_pieces}}, {{user: '3'}}, {{bot: Sure?}}"
    )
    assert changed.passed, told(changed)


def test_an_answer_of_before_is_changed_to_what_the_test_says() -> None:
    changed = bakery(
        f"{SMALL}, {{user: make it big}}, {{slot_was_set: [{{size: large}}]}}, {{utter: utter_ask_pieces}}"
    )
    assert changed.passed, told(changed)


def test_an_answer_of_before_is_taken_back_where_its_question_is_expected() -> None:
    again = bakery(f"{SMALL}, {{user: 'oh no, not that cake'}}, {{bot: Which cake?}}, {{user: plum}}, {{bot: Sure?}}")
    assert again.passed, told(again)
    emptied = "{slot_was_set: [{name: size}]}, {bot_uttered: {utter_name: utter_ask_size}}"
    own = bakery(f"{SMALL}, {{user: /SetSlots(confirm_slot_correction=true), assertions: [{emptied}]}}")
    assert own.passed, told(own)
    assert not bakery(f"{SMALL}, {{user: /SetSlots(sure=false), assertions: [{emptied}]}}").passed


def test_what_is_asked_later_may_have_been_answered_before() -> None:
    wished = "{user: three large ones, bot: Which cake?}"
    result = bakery(f"{wished}, {{user: carrot}}, {{bot: How many of carrot?}}")
    assert result.passed, told(result)
    assert len(result.understood) == 2
    tapped = bakery(f"{wished}, {{user: SetSlots(cake=plum)}}, {{bot: How many of plum?}}")
    assert tapped.passed, told(tapped)
    unsaid = bakery("{user: a cake, bot: Which cake?}, {user: SetSlots(cake=plum)}, {bot: How many of plum?}")
    assert not unsaid.passed


def test_one_breath_answers_two_open_questions() -> None:
    flows = b"""
version: "3.1"
slots: {first: {type: text}, last: {type: text}, sure: {type: bool}}
responses:
  utter_ask_first: [{text: From when?}]
  utter_ask_last: [{text: Until when?}]
  utter_ask_sure: [{text: Sure?}]
flows:
  book: {description: a room, steps: [{collect: first}, {collect: last}, {collect: sure}]}
"""
    steps = "{user: a room, flow_started: book}, {user: from the 14th to the 17th}, {utter: utter_ask_sure}"
    case = cases_of(f"test_cases: [{{test_case: t, steps: [{steps}]}}]")[0]
    result = play({"flows.yml": flows}, [(case, "telegram", None)])[0]
    assert result.passed, told(result)


def test_an_answer_that_nothing_could_give_is_a_failure() -> None:
    steps = "{user: a cake}, {utter: utter_ask_cake}, {user: is gluten bad for me}, {bot: It depends.}"
    assert not bakery(steps).passed


def test_flows_that_go_round_are_no_riddle() -> None:
    flows = b"""
version: "3.1"
responses: {utter_one: [{text: One.}], utter_two: [{text: Two.}]}
flows:
  round: {description: round, steps: [{id: a, action: utter_one}, {action: utter_two, next: a}]}
"""
    case = cases_of("test_cases: [{test_case: t, steps: [{user: round it goes}, {bot: Three.}]}]")[0]
    assert not play({"flows.yml": flows}, [(case, "telegram", None)])[0].passed


def test_a_flow_may_begin_with_what_its_absent_action_asks() -> None:
    result = bakery("{user: 'Could you quote me something?'}, {bot: What may it cost?}, {user: '7'}")
    assert result.passed, told(result)
    assert [line.text for line in result.conversation if not line.who][:1] == ["action_ask_price runs"]
    assert not bakery("{user: 'Could you help me?'}, {bot: What may it cost?}").passed


def test_words_are_found_where_there_are_no_spaces_between_them() -> None:
    flows = """
version: "3.1"
slots: {parcel: {type: text}}
actions: [action_companies, action_address, action_ask_parcel]
flows:
  companies: {name: 查询支持的快递公司, description: companies, steps: [{action: action_companies}]}
  address: {name: 修改收货地址, description: address, steps: [{action: action_address}]}
  cancel: {name: 取消订单, description: cancel, steps: [{collect: parcel}]}
"""
    for words, runs in (
        ("有哪些快递？", "action_companies"),
        ("帮我改下地址", "action_address"),
        ("我的订单不要了", "action_ask_parcel"),
    ):
        case = cases_of(f"test_cases: [{{test_case: t, steps: [{{user: {words}}}, {{bot: 好的}}]}}]")[0]
        result = play({"flows.yml": flows.encode()}, [(case, "telegram", None)])[0]
        assert result.passed, told(result)
        assert [line.text for line in result.conversation if not line.who][:1] == [f"{runs} runs"]
