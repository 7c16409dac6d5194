"""Ratings: asked at the end or in the middle, answered, changed, explained, ignored, too late, asked again."""

from datetime import timedelta

import pytest

from bot.engine.conversation import Customer
from bot.engine.ending import belongs_to_closed
from bot.engine.inputs import AnyHeard, CommandHeard, TapHeard, TextHeard, UnsupportedHeard
from bot.engine.surveying import conversation_of_token
from bot.events import (
    BotSaid,
    ConversationClosed,
    InputIgnored,
    SurveyAnswered,
    SurveyCommented,
    SurveySent,
)
from tests.engine.customers import NOON, CustomerOf, program_of

RATED = program_of("""
settings: {survey_after: {handoff: csat, self_service: quick}}
surveys:
  csat:
    kind: csat
    ask: How did Mina do?
    scale: 1-5
    labels: stars
    comment: {if: score <= 3, ask: What went wrong?}
    thanks: Thank you!
    expires: 24h
  quick: {kind: nps, ask: Would you recommend us?, scale: 0-10, once_per: 7d}
  faces: {kind: custom, ask: Faces?, scale: 1-3, labels: emoji, thanks: Cheers!}
flows:
  f:
    start: true
    description: rated
    steps:
      - id: top
        menu: Well?
        options:
          - {label: Person, then: person}
          - {label: Bye, then: END}
          - {label: Rate, then: rate}
          - {label: Help, then: g}
      - {id: person, handoff: support, next: END}
      - {id: rate, survey: faces, next: top}
      - {id: g, call: g, next: END}
  g:
    description: something else
    triggers: [other thing]
    steps: [{say: Done.}]
  h:
    description: something that asks by itself how it was
    triggers: [third thing]
    steps: [{survey: faces}]
""")


def after_an_agent() -> CustomerOf:
    customer = CustomerOf(RATED)
    customer.starts()
    customer.taps("Person")
    customer.queue_joined()
    customer.agent_joins("Mina")
    customer.agent_closes()
    return customer


def takes(customer: CustomerOf, heard: AnyHeard) -> bool:
    return belongs_to_closed(RATED, customer.conversation, heard, customer.now)


def test_the_rating_is_about_the_flow_that_asks_and_not_the_one_before() -> None:
    customer = CustomerOf(RATED)
    customer.starts()
    customer.says("other thing")
    customer.says("third thing")
    [sent] = customer.happened(SurveySent)
    assert isinstance(sent, SurveySent)
    assert (sent.after, sent.flow) == ("step", "h")


def test_the_rating_belongs_to_the_agent() -> None:
    customer = after_an_agent()
    [sent] = customer.happened(SurveySent)
    assert isinstance(sent, SurveySent)
    assert (sent.name, sent.after, sent.agent, sent.queue) == ("csat", "handoff", "mina", "support")
    assert sent.expires_at == (NOON + timedelta(hours=24)).isoformat()
    assert customer.buttons == ["⭐" * n for n in range(1, 6)]
    assert isinstance(customer.turn[-1], ConversationClosed)
    assert conversation_of_token(customer.choices[0].token) == customer.conversation.id


def test_a_good_score_is_thanked_for() -> None:
    customer = after_an_agent()
    assert takes(customer, TapHeard(token=customer.token("⭐⭐⭐⭐⭐")))
    assert customer.taps("⭐⭐⭐⭐⭐") == ["Thank you!"]
    assert customer.happened(SurveyAnswered) == [SurveyAnswered(survey=f"{customer.conversation.id}.s1", score=5)]
    assert customer.conversation.closed
    assert customer.taps("⭐⭐⭐⭐⭐") == []
    assert customer.happened(InputIgnored) == [InputIgnored(reason="double")]


def test_a_low_score_is_asked_about() -> None:
    customer = after_an_agent()
    assert customer.taps("⭐⭐") == ["What went wrong?"]
    assert takes(customer, TextHeard(text="He was late."))
    assert customer.says("He was late.") == ["Thank you!"]
    assert customer.happened(SurveyCommented) == [
        SurveyCommented(survey=f"{customer.conversation.id}.s1", comment="He was late.")
    ]
    assert not takes(customer, TextHeard(text="One more thing"))


def test_words_are_no_comment_after_ten_minutes_nor_when_they_ask_for_something() -> None:
    customer = after_an_agent()
    customer.taps("⭐")
    assert not takes(customer, TextHeard(text="agent"))
    assert not takes(customer, TextHeard(text="Other thing"))
    assert not takes(customer, CommandHeard(name="start"))
    customer.now += timedelta(minutes=11)
    assert not takes(customer, TextHeard(text="He was late."))


def test_a_score_is_changed_until_it_expires() -> None:
    customer = after_an_agent()
    customer.taps("⭐⭐⭐⭐")
    customer.now += timedelta(hours=2)
    assert customer.taps("⭐⭐⭐⭐⭐") == ["We've changed your rating. Thank you!"]
    assert customer.happened(SurveyAnswered)[0].changed  # type: ignore[union-attr]
    customer.now += timedelta(hours=23)
    assert customer.taps("⭐") == ["This survey has closed. Thank you all the same!"]
    assert customer.happened(SurveyAnswered) == []


def test_a_number_is_a_score_while_the_question_is_fresh() -> None:
    customer = after_an_agent()
    assert not takes(customer, TextHeard(text="6"))
    assert not takes(customer, TextHeard(text="hello"))
    assert takes(customer, TextHeard(text="۴"))
    assert customer.says("۴") == ["Thank you!"]


def test_anything_else_said_to_a_closed_conversation_is_not_heard() -> None:
    customer = after_an_agent()
    assert customer.says("hello") == []
    assert customer.turn == ()


def test_the_agent_is_rated_though_the_customer_just_left() -> None:
    customer = CustomerOf(program_of(STAYS))
    customer.starts()
    customer.taps("Person")
    customer.agent_joins("Mina")
    assert customer.agent_closes()[-1] == "Well?"
    assert customer.waits(hours=25) == ["How did they do?"]
    assert customer.happened(ConversationClosed) == [ConversationClosed(reason="expired")]
    customer.taps("4")
    assert customer.happened(SurveyAnswered)


STAYS = """
settings: {survey_after: {handoff: csat}}
surveys: {csat: {kind: csat, ask: How did they do?, scale: 1-5}}
flows:
  f:
    start: true
    description: comes back to its menu
    steps:
      - {id: top, menu: Well?, options: [{label: Person, then: person}, {label: Rate, then: rate}]}
      - {id: person, handoff: support, next: top}
      - {id: rate, survey: csat, next: top}
"""


def test_self_service_is_rated_once_a_week() -> None:
    customer = CustomerOf(RATED)
    customer.starts()
    customer.says("help")
    assert customer.seen() == ["Done.", "Would you recommend us?"]
    sent = customer.last(SurveySent)
    assert isinstance(sent, SurveySent)
    assert (sent.name, sent.after, sent.agent, sent.flow) == ("quick", "self_service", None, "g")
    assert customer.buttons == [str(n) for n in range(11)]
    for days, asked in ((6, False), (8, True)):
        again = CustomerOf(RATED, customer=customer.conversation.customer, now=NOON + timedelta(days=days))
        again.starts()
        again.taps("Bye")
        assert bool(again.happened(SurveySent)) == asked


def test_who_was_asked_in_another_conversation_is_known() -> None:
    customer = CustomerOf(RATED, customer=Customer(id="c", surveyed={"quick": NOON - timedelta(days=1)}))
    customer.starts()
    customer.taps("Bye")
    assert customer.happened(SurveySent) == []


# In the middle


def rated_in_the_middle() -> CustomerOf:
    customer = CustomerOf(RATED)
    customer.starts()
    customer.taps("Rate")
    assert customer.seen() == ["Faces?"]
    assert customer.buttons == ["😡", "😐", "😍"]
    return customer


def test_a_score_leads_on() -> None:
    assert rated_in_the_middle().taps("😍") == ["Cheers!", "Well?"]
    assert rated_in_the_middle().says("2") == ["Cheers!", "Well?"]


def test_other_words_lead_on_too_and_the_buttons_stay_good() -> None:
    customer = rated_in_the_middle()
    assert customer.says("whatever") == ["Well?"]
    assert customer.taps("😡") == ["Cheers!"]
    assert customer.happened(SurveyAnswered)


def test_words_about_an_earlier_rating_are_a_comment() -> None:
    customer = CustomerOf(program_of(STAYS.replace("scale: 1-5", "scale: 1-5, comment: {ask: Why?}")))
    customer.starts()
    customer.taps("Rate")
    customer.says("something")
    assert customer.taps("2") == ["Why?"]
    assert customer.says("Too slow.") == ["Thank you for telling us!"]
    assert customer.happened(SurveyCommented)
    assert customer.says("rate") == ["Well?"], "it was sent just now"


def test_a_command_goes_first() -> None:
    customer = rated_in_the_middle()
    customer.says("agent")
    assert customer.handoff.reason == "agent_word"


def test_ten_minutes_lead_on() -> None:
    assert rated_in_the_middle().waits(minutes=11) == ["Well?"]


def test_who_got_nobody_is_not_asked_how_the_menus_were() -> None:
    customer = CustomerOf(RATED)
    customer.starts()
    customer.taps("Person")
    customer.nobody_there()
    customer.taps("Back to the menu")
    customer.taps("Bye")
    assert customer.happened(SurveySent) == []
    assert customer.happened(ConversationClosed) == [ConversationClosed(reason="completed", goal=False)]


@pytest.mark.parametrize(
    ("survey", "language", "labels", "columns"),
    [
        ("{kind: nps, ask: Q, labels: stars}", "en", [f"{score} ⭐" for score in range(11)], 4),
        ("{kind: ces, ask: Q, labels: emoji}", "en", ["1 😡", "2 🙁", "3 🙁", "4 😐", "5 🙂", "6 🙂", "7 😍"], 4),
        ("{kind: csat, ask: Q, labels: emoji}", "en", ["😡", "🙁", "😐", "🙂", "😍"], 5),
        ("{kind: csat, ask: Q}", "fa", ["۱", "۲", "۳", "۴", "۵"], 5),
        (
            "{kind: custom, ask: Q, scale: 1-2, labels: [{en: Bad, fa: بد}, {en: Good, fa: خوب}]}",
            "fa",
            ["بد", "خوب"],
            4,
        ),
    ],
)
def test_every_score_has_a_label_of_its_own(survey: str, language: str, labels: list[str], columns: int) -> None:
    customer = CustomerOf(
        program_of(f"""
settings: {{languages: [en, fa], survey_after: {{self_service: s}}}}
surveys: {{s: {survey}}}
flows: {{f: {{start: true, description: f, steps: [{{menu: M, options: [{{label: Bye, then: END}}]}}]}}}}
"""),
        language=language,
    )
    customer.starts()
    customer.taps("Bye")
    assert customer.buttons == labels
    asked = customer.last(BotSaid)
    assert isinstance(asked, BotSaid)
    assert asked.columns == min(columns, len(labels))
    customer.says(labels[-1])
    assert customer.happened(SurveyAnswered)


def test_who_chooses_a_language_at_a_rating_is_asked_the_same_in_it() -> None:
    customer = CustomerOf(
        program_of("""
settings: {languages: [en, fa]}
surveys: {s: {ask: {en: How?, fa: چطور بود؟}}}
flows: {f: {start: true, description: f, steps: [{menu: Rate, options: [{label: Go}]}, {survey: s}]}}
""")
    )
    customer.starts()
    assert customer.says("go") == ["How?"]
    customer.commands("language")
    assert customer.says("فارسی")[-1] == "چطور بود؟"
    assert not customer.happened(SurveySent), "it is the same"
    customer.taps("۵")
    assert customer.happened(SurveyAnswered) == [SurveyAnswered(survey=f"{customer.conversation.id}.s1", score=5)]
    assert customer.conversation.closed


def test_words_are_no_score_once_the_survey_has_expired() -> None:
    customer = CustomerOf(
        program_of("""
settings: {survey_after: {self_service: s}}
surveys: {s: {ask: How?, expires: 2m}}
flows:
  f:
    start: true
    description: f
    steps:
      - {id: top, menu: M, options: [{label: Go, then: r}, {label: Bye, then: END}]}
      - {id: r, survey: s, next: top}
""")
    )
    customer.starts()
    customer.says("go")
    customer.now += timedelta(minutes=3)
    customer.says("5")
    assert not customer.happened(SurveyAnswered)
    customer = CustomerOf(customer.program)
    customer.starts()
    customer.says("bye")
    customer.now += timedelta(minutes=3)
    assert not belongs_to_closed(customer.program, customer.conversation, TextHeard(text="5"), customer.now)


@pytest.mark.parametrize(
    ("following", "said"),
    [
        ("{menu: M, options: [{label: Track}, {label: Other}], into: name}, {say: '{name}'}", ["track"]),
        ("{collect: name, ask: Who?}, {say: '{name}'}", ["Who?"]),
    ],
)
def test_other_words_at_a_rating_are_for_a_menu_that_follows(following: str, said: list[str]) -> None:
    first = "{menu: Go, options: [{label: Go}]}, {survey: s}"
    customer = CustomerOf(
        program_of(f"""
slots: {{name: {{type: text}}}}
surveys: {{s: {{ask: How?}}}}
flows: {{f: {{start: true, description: f, steps: [{first}, {following}]}}}}
""")
    )
    customer.starts()
    customer.says("go")
    assert customer.says("Track") == said


ASKS_A_NAME = """
surveys: {csat: {kind: csat, ask: Well?, scale: 1-5, comment: {ask: Why?}}}
slots: {name: {type: text}}
flows:
  f:
    start: true
    description: asks after a rating
    steps: [{survey: csat}, {collect: name, ask: Name?}, {say: "Hi {name}."}]
"""


@pytest.mark.parametrize("leaves", [UnsupportedHeard(what="poll"), TapHeard(token="1.1.0"), CommandHeard(name="menu")])
def test_who_leaves_a_rating_without_a_word_answers_the_question_that_follows(leaves: AnyHeard) -> None:
    customer = CustomerOf(program_of(ASKS_A_NAME))
    customer.starts()
    assert customer.taps("2") == ["Why?"]
    assert customer.hears(leaves) == ["Name?"]
    assert customer.happened(SurveyCommented) == []
    assert customer.says("Sara") == ["Hi Sara."]


def test_the_agent_is_rated_by_who_leaves_the_last_buttons_alone() -> None:
    customer = CustomerOf(
        program_of("""
settings: {survey_after: {handoff: csat}}
surveys: {csat: {kind: csat, ask: How did they do?, scale: 1-5}}
responses: {utter_bye: [{text: Bye., buttons: [{title: Again, payload: /again}]}]}
flows: {f: {start: true, description: f, steps: [{handoff: support}, {say: utter_bye}]}}
""")
    )
    customer.starts()
    customer.agent_joins("Mina")
    assert customer.agent_closes()[-1] == "Bye."
    assert customer.waits(hours=25) == ["How did they do?"]
    assert customer.conversation.closed
