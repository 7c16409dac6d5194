"""What is said: languages as steps, variations of responses, names in texts, pictures, and texts of actions' steps."""

import pytest

from bot.engine.inputs import PayloadHeard, UnsupportedHeard
from bot.events import BotSaid, CustomerSaid, LanguageChanged, SurveySent
from tests.engine.customers import CustomerOf, program_of

FLOW = """
flows:
  f:
    start: true
    description: says something
    steps:
"""


def said_by(steps: str, more: str = "", **options: object) -> CustomerOf:
    customer = CustomerOf(
        program_of(f"settings: {{languages: [en, fa]}}\n{more}\n{FLOW}{steps}"),
        **options,  # type: ignore[arg-type]
    )
    customer.starts()
    return customer


def test_a_step_switches_the_language() -> None:
    customer = said_by("      - language: fa\n      - say: {en: Hello, fa: سلام}")
    assert customer.seen() == ["سلام"]
    assert customer.happened(LanguageChanged) == [LanguageChanged(language="fa")]


def test_a_step_asks_for_the_language() -> None:
    customer = said_by("      - language: ask\n      - say: {en: Hello, fa: سلام}")
    assert customer.seen() == ["Please choose your language."]
    assert customer.says("فارسي") == ["سلام"]
    customer = said_by("      - language: ask\n      - say: {en: Hello, fa: سلام}")
    assert customer.says("1") == ["Hello"]


def test_one_language_is_no_question() -> None:
    customer = CustomerOf(
        program_of(f"{FLOW}      - language: ask\n      - menu: M\n        options: [{{label: A, then: END}}]")
    )
    assert customer.starts() == ["M"]
    assert customer.commands("language") == ["M"]


RESPONSES = """
slots: {vip: {type: bool, initial_value: true}}
responses:
  utter_x:
    - {text: "vip on telegram", channel: telegram, condition: [{type: slot, name: vip, value: true}]}
    - {text: "on plain", channel: plain}
    - {text: "vip", condition: [{type: slot, name: vip, value: true}]}
    - {text: "anyone"}
  utter_greet:
    - {text: Hi, translation: {fa: درود}}
    - {text: Hey, translation: {fa: هی}}
"""


@pytest.mark.parametrize(
    ("channel", "text"), [("telegram", "vip on telegram"), ("plain", "on plain"), ("voice", "vip")]
)
def test_the_narrowest_variation_is_said(channel: str, text: str) -> None:
    assert said_by("      - say: utter_x", RESPONSES, channel=channel).seen() == [text]


def test_of_several_that_fit_the_conversation_decides() -> None:
    greetings = {
        said_by("      - say: utter_greet", RESPONSES, id=f"01HZY000000000000000000{n:03}").seen()[0] for n in range(20)
    }
    assert greetings == {"Hi", "Hey"}
    assert said_by("      - say: utter_greet", RESPONSES, language="fa").seen()[0] in ("درود", "هی")


def test_a_language_without_a_text_hears_the_fallback() -> None:
    assert said_by("      - say: {en: Hello}", language="fa").seen() == ["Hello"]


def test_our_own_words_are_overridden_by_a_response() -> None:
    customer = said_by(
        "      - menu: M\n        options: [{label: A, then: END}]",
        "responses: {utter_switchboard_no_match_options: [{text: Pardon?}]}",
    )
    assert customer.says("what") == ["Pardon?", "M"]


def test_texts_name_the_customer_and_the_session() -> None:
    slots = "slots: {list: {type: list, initial_value: [{a: 1}, 2]}}"
    names = "{customer.name} {session.channel} {session.language} {list.0.a} {slots.list} {list.9.a}|"
    customer = said_by(f'      - say: "{names}"', slots)
    assert customer.seen() == ["Sara telegram en 1 a: 1 and 2 |"]


def test_several_texts_are_several_messages_and_a_picture_goes_with_the_first() -> None:
    customer = said_by(
        "      - say: [One, Two]\n        image: 'https://x.example/{code}.png'\n        barge_in: false",
        "slots: {code: {type: text, initial_value: '../a b'}}",
    )
    first, second = customer.happened(BotSaid)
    assert isinstance(first, BotSaid)
    assert isinstance(second, BotSaid)
    assert first.content.attachment is not None
    assert first.content.attachment.file == "https://x.example/%2E%2E%2Fa%20b.png"
    assert not first.barge_in
    assert second.content.attachment is None


@pytest.mark.parametrize(
    ("value", "shown"), [("https://x.example/a.png", 1), ("javascript:alert(1)", 0), ("/etc/passwd", 0)]
)
def test_a_value_alone_is_a_picture_only_when_it_is_an_address(value: str, shown: int) -> None:
    customer = said_by(
        "      - say: One\n        image: '{code}'", f"slots: {{code: {{type: text, initial_value: '{value}'}}}}"
    )
    assert sum(isinstance(e, BotSaid) and e.content.attachment is not None for e in customer.turn) == shown


def test_set_slots_makes_values_of_values() -> None:
    customer = said_by(
        "      - set_slots: [{copy: '{n}'}, {text: 'n is {n}'}, {n: null}, {flag: '{text}'}]\n"
        "      - menu: '{text}/{copy}/{n}'\n        options: [{label: A, then: END}]",
        "slots: {n: {type: float, initial_value: 3}, copy: {type: float}, text: {type: text}, flag: {type: bool}}",
    )
    assert customer.seen() == ["n is 3/3/"]
    assert customer.slots["copy"] == 3
    assert customer.slots["flag"] is None


def test_settings_say_what_happens_when_a_question_fails() -> None:
    customer = CustomerOf(
        program_of("""
settings: {on_fail: sorry, tries: 1}
flows:
  f: {start: true, description: d, steps: [{menu: M, options: [{label: A, then: END}]}]}
  sorry: {description: sorry, steps: [{say: Sorry about that.}]}
""")
    )
    customer.starts()
    assert customer.says("what") == ["Sorry about that."]


def test_a_conversation_that_begins_with_a_payload() -> None:
    program = program_of("""
slots: {x: {type: text}}
flows:
  f: {start: true, description: d, steps: [{menu: "M {x}", options: [{label: A, then: END}]}]}
  g: {description: g, nlu_trigger: [{intent: go}], steps: [{say: "G {x}"}]}
""")
    assert CustomerOf(program).hears(PayloadHeard(payload="/SetSlots(x=7)")) == ["M 7"]
    assert CustomerOf(program).hears(PayloadHeard(payload='/go{"x": "8"}')) == ["G 8"]
    assert CustomerOf(program).hears(PayloadHeard(payload="/nobody")) == ["M "]
    customer = CustomerOf(program)
    customer.starts()
    assert customer.sends_payload("/nobody")[-1] == "M "
    assert customer.sends_payload("a") == []


def test_what_the_channel_could_not_bring_is_told() -> None:
    customer = said_by("      - menu: M\n        options: [{label: A, then: END}]")
    assert customer.hears(UnsupportedHeard(what="poll"))[0].startswith("I can't use that here")
    assert customer.happened(CustomerSaid)


def test_a_survey_in_the_middle_with_labels_of_its_own_and_a_comment() -> None:
    customer = said_by(
        "      - survey: s\n      - say: On we go.",
        "surveys: {s: {kind: custom, ask: Easy?, scale: 1-2, labels: [{en: Hard, fa: سخت}, {en: Easy, fa: آسان}],"
        " comment: {ask: {en: Why?, fa: چرا؟}}, thanks: {en: Thanks., fa: سپاس.}}}",
    )
    assert customer.buttons == ["Hard", "Easy"]
    assert customer.says("easy") == ["Why?"]
    assert customer.says("It just was.") == ["Thanks.", "On we go."]
    assert len([event for event in customer.log if isinstance(event, SurveySent)]) == 1


def test_who_can_share_no_contact_is_told_that_its_number_may_be_written() -> None:
    source = f"{FLOW}      - collect: x\n        kind: contact\n        ask: Whom?\n      - say: '{{x}}'\n"
    customer = CustomerOf(program_of(f"slots: {{x: {{type: text}}}}\n{source}"), channel="plain")
    customer.starts()
    assert "write a number with country code" in customer.says("Sara")[0]
    assert customer.says("+989121234567") == ["+989121234567"]
