"""Follow-ups: booked for later, spoken unasked to whoever is in the middle of nothing, and never to who wants none."""

from datetime import datetime, timedelta, timezone

import msgspec
import pytest

from bot.engine.following_up import is_wanted, makes_way, slots_now
from bot.engine.inputs import FollowUpDue
from bot.engine.moments import moment_of
from bot.events import (
    ConversationClosed,
    ConversationOpened,
    FlowStarted,
    FollowUpBooked,
    OptedIn,
    OptedOut,
    SurveySent,
)
from tests.engine.customers import NOON, CustomerOf, program_of

SHOP = program_of("""
settings: {languages: [en, fa], timeout: 60s, survey_after: {self_service: csat}}
slots: {order: {type: text}, pin: {type: text}, day: {type: text}, paid: {type: bool}}
surveys: {csat: {ask: How was it?}}
flows:
  start:
    start: true
    description: start
    steps:
      - id: top
        menu: {en: Well?, fa: خب؟}
        options:
          - {label: Buy, then: [{call: buy, next: top}]}
          - {label: Day, then: [{call: visit, next: top}]}
          - {label: Pay, then: [{call: pay, next: top}]}
          - {label: Bye, then: END}
  buy:
    description: buy
    steps:
      - {collect: order, ask: Which order?}
      - {collect: pin, ask: PIN?, secret: true}
      - {follow_up: did_it_come, in: 3d, if: not slots.paid}
  pay:
    description: pay
    persisted_slots: [paid]
    steps: [{set_slots: [{paid: true}]}]
  visit:
    description: visit
    steps: [{collect: day, ask: Which day?, kind: date}, {follow_up: did_it_come, at: "{day} 08:30"}]
  did_it_come:
    description: asks
    if: false
    steps:
      - menu: "Did {order} come?"
        options: [{label: "Yes", then: END}, {label: "No", then: [{say: Oh., next: END}]}]
  news:
    description: news
    if: false
    steps: [{say: News.}]
""")


def buying() -> CustomerOf:
    customer = CustomerOf(SHOP)
    customer.starts()
    customer.taps("Buy")
    customer.says("A7")
    customer.says("1234")
    return customer


def spoken_to(flow: str = "did_it_come", language: str = "en") -> CustomerOf:
    customer = CustomerOf(SHOP, language=language)
    customer.hears(FollowUpDue(flow=flow, slots={"order": "A7", "gone": 1}))
    return customer


# Booking


def test_a_follow_up_is_booked_with_what_is_known_but_for_secrets() -> None:
    customer = buying()
    assert customer.happened(FollowUpBooked) == [
        FollowUpBooked(
            follow_up=f"{customer.conversation.id}.f1",
            flow="did_it_come",
            due_at="2026-03-24T12:00:00+00:00",
            condition="not slots.paid",
            slots={"order": "A7"},
        )
    ]


@pytest.mark.parametrize(("day", "due"), [("2026-04-02", ["2026-04-02T08:30:00+00:00"]), ("2026-03-20", [])])
def test_a_moment_comes_of_a_slot_and_one_that_has_passed_books_nothing(day: str, due: list[str]) -> None:
    customer = CustomerOf(SHOP)
    customer.starts()
    customer.taps("Day")
    customer.says(day)
    assert [event.due_at for event in customer.happened(FollowUpBooked) if isinstance(event, FollowUpBooked)] == due


@pytest.mark.parametrize(
    ("source", "moment"),
    [
        ("09:00", "2026-03-22T09:00:00+03:30"),
        ("17:00", "2026-03-21T17:00:00+03:30"),
        ("2026-04-01", "2026-04-01T09:00:00+03:30"),
        ("2026-04-01 17:15", "2026-04-01T17:15:00+03:30"),
        ("2026-04-01T17:15:00+00:00", "2026-04-01T17:15:00+00:00"),
        ("soon", None),
        ("", None),
        (" 08:30", "2026-03-22T08:30:00+03:30"),
        ("25:00", None),
    ],
)
def test_moments_are_in_the_business_time_zone(source: str, moment: str | None) -> None:
    now = datetime(2026, 3, 21, 12, tzinfo=timezone(timedelta(hours=3, minutes=30)))
    assert moment_of(source, now) == (None if moment is None else datetime.fromisoformat(moment))


# The condition, when the time has come


def test_the_condition_sees_what_was_known_and_what_was_learned_since() -> None:
    customer = buying()
    booked = customer.last(FollowUpBooked)
    assert isinstance(booked, FollowUpBooked)

    def wanted() -> bool:
        slots = slots_now(SHOP, booked.slots, customer.conversation)
        return is_wanted(SHOP, customer.conversation, booked.condition, slots, customer.now, lambda _calendar: True)

    assert wanted()
    assert slots_now(SHOP, booked.slots, customer.conversation)["order"] == "A7"
    assert "pin" not in slots_now(
        SHOP, booked.slots, msgspec.structs.replace(customer.conversation, slots={"pin": "1"})
    )
    customer.taps("Pay")
    assert not wanted()


def test_the_condition_means_then_what_it_means_in_the_flows() -> None:
    """A text that is compared with a slot of few values is the one that it spells."""
    program = program_of("""
slots: {state: {type: categorical, values: [open, paid]}}
flows:
  start:
    start: true
    description: start
    steps: [{set_slots: [{state: open}]}, {follow_up: news, in: 3d, if: slots.state is "Open"}]
  news: {description: news, if: false, steps: [{say: News.}]}
""")
    customer = CustomerOf(program)
    customer.starts()
    booked = customer.last(FollowUpBooked)
    assert isinstance(booked, FollowUpBooked)
    is_open = customer.open_calendars.__contains__
    for condition in (booked.condition, '"OPEN" is slots.state'):  # the second is of another revision
        assert is_wanted(program, customer.conversation, condition, booked.slots, customer.now, is_open)


# Speaking first


def test_we_speak_first_in_a_conversation_of_its_own() -> None:
    customer = spoken_to()
    assert customer.seen() == ["A message from us. To get no more of these, send /stop.", "Did A7 come?"]
    assert [
        event.entry for event in customer.happened(ConversationOpened) if isinstance(event, ConversationOpened)
    ] == ["follow_up"]
    assert FlowStarted(flow="did_it_come", by="follow_up") in customer.turn
    assert customer.taps("No") == ["Oh.", "How was it?"]
    assert customer.conversation.closed


def test_who_does_not_answer_is_let_be() -> None:
    customer = spoken_to()
    assert customer.waits(hours=25) == [], "no question again, no person, no farewell"
    assert customer.happened(ConversationClosed) == [ConversationClosed(reason="expired")]


def test_who_was_only_told_something_is_not_asked_how_it_was() -> None:
    customer = spoken_to("news")
    assert customer.seen()[1:] == ["News."]
    assert customer.happened(ConversationClosed) == [ConversationClosed(reason="completed")]
    assert not customer.happened(SurveySent)


def test_an_answer_makes_it_a_conversation_like_others() -> None:
    customer = spoken_to()
    customer.says("what?")
    assert customer.waits(seconds=60) != [], "the question's timeout holds again"


def test_who_answers_with_stop_is_asked_nothing_more() -> None:
    customer = spoken_to()
    assert len(customer.commands("stop")) == 1
    assert customer.happened(OptedOut)
    assert customer.happened(ConversationClosed) == [ConversationClosed(reason="customer")]


# Making way


def test_only_who_is_in_the_middle_of_nothing_makes_way() -> None:
    customer = buying()
    soon, later = NOON + timedelta(minutes=1), NOON + timedelta(minutes=10)
    assert not makes_way(SHOP, customer.conversation, soon), "they have only just spoken"
    assert makes_way(SHOP, customer.conversation, later), "they look at the menu"
    customer.taps("Buy")
    assert not makes_way(SHOP, customer.conversation, later), "a question is open"
    customer.says("agent")
    assert not makes_way(SHOP, customer.conversation, later), "they wait for a person"


def test_who_is_done_makes_way() -> None:
    done = program_of("""
flows:
  f: {start: true, description: f, steps: [{say: Hello.}]}
  pattern_completed: {description: pattern_completed, steps: [{menu: More?, options: [{label: Yes}]}]}
""")
    customer = CustomerOf(done)
    assert customer.starts() == ["Hello.", "More?"]
    assert makes_way(done, customer.conversation, NOON + timedelta(minutes=10))


def test_a_quiet_conversation_ends_without_a_word() -> None:
    customer = buying()
    customer.now += timedelta(minutes=10)
    assert customer.hears(FollowUpDue(flow="news")) == []
    assert customer.happened(ConversationClosed) == [ConversationClosed(reason="expired")]
    customer = buying()
    customer.hears(FollowUpDue(flow="news"))
    assert not customer.conversation.closed


# Opting out


@pytest.mark.parametrize(
    ("language", "word"), [("en", "Stop"), ("fa", "لغو اشتراک"), ("en", "إلغاء الاشتراك"), ("en", "הסרה")]
)
def test_a_word_opts_out_and_the_question_stays(language: str, word: str) -> None:
    customer = CustomerOf(SHOP, language=language)
    customer.starts()
    said = customer.says(word)
    assert customer.happened(OptedOut) == [OptedOut()]
    assert "/subscribe" in said[0]
    assert said[1:] == ["Well?" if language == "en" else "خب؟"]


def test_a_command_opts_out_and_in_wherever_the_customer_is() -> None:
    customer = CustomerOf(SHOP)
    customer.commands("stop")
    assert customer.happened(OptedOut)
    assert customer.conversation.closed, "who says stop wants no menu"
    customer = buying()
    customer.says("agent")
    customer.queue_joined()
    assert customer.commands("stop") == [
        "All right: we won't write to you first any more. To change that, send /subscribe."
    ]
    assert customer.happened(OptedOut)
    assert customer.commands("subscribe") == ["All right: from time to time we may write to you first again."]
    assert customer.happened(OptedIn)
    assert customer.conversation.handoff is not None
