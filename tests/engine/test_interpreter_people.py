"""People: hand-offs, queues, nobody there, callbacks, and what is told the customer about all of it."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from bot.content import Attachment, ContactCard
from bot.engine.conversation import Customer
from bot.engine.inputs import CustomerBlocked, QueueJoined, TapHeard
from bot.events import (
    CallbackRequested,
    ConversationClosed,
    CustomerSaid,
    FlowEnded,
    HandoffAbandoned,
    HandoffClosed,
    HandoffQueued,
    HandoffRefused,
    HandoffReleased,
    HandoffRequested,
    HandoffTaken,
)
from tests.engine.customers import CustomerOf, program_of

DESK = program_of("""
settings: {languages: [en, fa], queue: support}
slots: {order: {type: text}, pin: {type: text}, phone: {type: text}}
flows:
  main:
    start: true
    description: the main menu
    steps:
      - id: top
        menu: {en: How can we help?, fa: چه کمکی؟}
        options:
          - {label: {en: Person, fa: کارشناس ما}, then: person}
          - {label: {en: Bare, fa: ساده}, then: bare}
          - {label: {en: Call, fa: تماس}, then: call}
          - {label: {en: When, fa: کی}, then: when}
      - id: person
        collect: pin
        ask: {en: "PIN?", fa: "رمز؟"}
        secret: true
      - set_slots: [{order: "12"}]
      - handoff: orders
        hours: office
        note: "Order {order}, pin {pin}"
        share: [order, pin, phone]
        priority: 2
        skills: [fa]
        max_wait: {telegram: 10m, voice: 30s}
        on_closed: [{say: {en: Closed., fa: بسته.}, next: top}]
        on_no_agent: [{say: {en: Busy., fa: شلوغ.}, next: top}]
        next: after
      - id: after
        say: {en: "Welcome back to the bot.", fa: "باز هم سلام."}
        next: top
      - id: bare
        handoff: support
        next: top
      - id: call
        callback: support
        next: top
      - id: when
        callback: support
        phone: phone
        when: ask
        next: top
""")


def caller(choice: str = "Bare", **options: object) -> CustomerOf:
    customer = CustomerOf(DESK, **options)  # type: ignore[arg-type]
    customer.starts()
    customer.taps(choice)
    return customer


def with_agent() -> CustomerOf:
    customer = caller()
    customer.queue_joined(1)
    customer.agent_joins("Mina")
    return customer


def test_a_request_says_what_the_agents_need_to_know() -> None:
    customer = caller("Person")
    customer.says("9876")
    assert customer.happened(HandoffRequested) == [
        HandoffRequested(
            handoff=f"{customer.conversation.id}.h1",
            queue="orders",
            flow="main",
            step=customer.conversation.stack[-1].step,
            reason="step",
            calendar="office",
            note="Order 12, pin •••",
            collected=(("order", "12"), ("pin", "•••")),
            priority=2,
            skills=("fa",),
            max_wait_seconds=600,
        )
    ]


def test_back_does_not_lead_out_of_the_queue_unseen() -> None:
    customer = caller()
    customer.queue_joined(1)
    customer.says("cancel")
    assert customer.buttons == ["Keep waiting", "Call me back", "Back to the menu", "Leave the queue"]
    asked = customer.conversation.wait
    assert asked is not None
    customer.hears(TapHeard(token=f"1.{asked.number}.b", message_id="m9"))
    assert customer.conversation.handoff is not None
    assert customer.conversation.wait == asked
    customer.taps("Call me back")
    assert "Back" not in customer.buttons


def test_from_the_queue_to_an_agent_and_back_to_the_flow() -> None:
    customer = caller("Person")
    customer.says("9876")
    assert customer.queue_joined(3)[0].endswith("\nYou are number 3 in the queue.")
    assert customer.happened(HandoffQueued)
    assert customer.queue_joined(3) == [], "the same place is no news"
    assert customer.queue_joined(2) == ["You are number 2 in the queue."]
    assert customer.agent_joins("Mina") == ["Mina has joined the conversation."]
    assert customer.happened(HandoffTaken)
    assert customer.says("menu") == [], "people answer now, not flows"
    assert customer.sends(Attachment(kind="photo", file="t:1")) == []
    assert len(customer.happened(CustomerSaid)) == 1
    assert customer.agent_closes("solved")[1:] == ["Welcome back to the bot.", "How can we help?"]
    assert customer.happened(HandoffClosed) == [
        HandoffClosed(handoff=customer.handoff.handoff, agent="mina", disposition="solved")
    ]
    assert customer.says("back")[0] == "There's nothing to go back to here."


def test_an_agent_who_leaves_brings_the_queue_back() -> None:
    customer = with_agent()
    assert customer.agent_leaves() == [], "they are told once, with the place"
    assert customer.happened(HandoffReleased) == [HandoffReleased(handoff=customer.handoff.handoff, agent="mina")]
    assert customer.queue_joined(1) == [
        "Your conversation is back in the queue; someone else will go on with it. Nothing you wrote is lost.\n"
        "You are next."
    ]
    assert customer.agent_joins("Omid") == ["Omid has joined the conversation."]


def test_another_team_or_another_agent_is_told_in_one_message() -> None:
    customer = with_agent()
    customer.agent_leaves("returns", "transferred")
    assert not customer.happened(HandoffReleased), "it was passed on"
    [told] = customer.queue_joined(2)
    assert told.startswith("We're passing you on to another team.")
    assert told.endswith("You are number 2 in the queue.")
    customer.agent_joins("Omid")
    customer.agent_leaves("returns", "transferred")
    assert customer.agent_joins("Ali") == ["Ali is taking over now. Nothing you wrote is lost."]
    assert customer.agent_joins("Mina") == ["Mina is taking over now. Nothing you wrote is lost."]


def test_nobody_there_goes_the_way_of_the_step() -> None:
    customer = caller("Person")
    customer.says("9876")
    assert customer.nobody_there("closed") == ["Closed.", "How can we help?"]
    customer.taps("Person")
    assert customer.nobody_there("max_wait") == ["Busy.", "How can we help?"]
    assert [event.reason for event in customer.log if isinstance(event, HandoffRefused)] == ["closed", "max_wait"]


def test_without_a_way_the_truth_and_a_choice() -> None:
    customer = caller()
    assert customer.nobody_there("no_agent") == ["Nobody is free to answer right now. We're sorry."]
    assert customer.buttons == ["Call me back", "Back to the menu", "Back"]
    assert customer.taps("Back to the menu") == ["How can we help?"]
    customer.taps("Bare")
    assert customer.nobody_there("closed", "2026-03-23T09:00:00+04:00") == [
        "Our team is closed right now and will be back on Monday, March 23, 2026, 9:00\u202fAM."
    ]
    customer.says("call me back")
    customer.says("+971 50 123 4567")
    [booked] = customer.happened(CallbackRequested)
    assert isinstance(booked, CallbackRequested)
    assert (booked.queue, booked.phone, booked.handoff) == (
        "support",
        "+971501234567",
        f"{customer.conversation.id}.h2",
    )


def test_news_about_another_handoff_is_old() -> None:
    customer = with_agent()
    assert customer.hears(QueueJoined(handoff="other.h1", position=1)) == []
    assert customer.turn == ()


# Leaving the queue


def waiting() -> CustomerOf:
    customer = caller()
    customer.queue_joined(2)
    return customer


def test_words_in_the_queue_are_for_the_people() -> None:
    customer = waiting()
    assert customer.says("my lamp is broken") == []
    assert customer.says("1") == []


def test_leaving_the_queue_is_asked_about() -> None:
    for leave in ("cancel", "menu", "انصراف"):
        customer = waiting()
        assert customer.says(leave) == ["You are still in the queue. What would you like to do?"]
        assert customer.buttons[:3] == ["Keep waiting", "Call me back", "Back to the menu"]
    assert customer.taps("Keep waiting") == ["All right, we're keeping your place."]
    customer.commands("menu")
    assert customer.taps("Back to the menu") == ["How can we help?"]
    assert customer.happened(HandoffAbandoned) == [
        HandoffAbandoned(handoff=customer.handoff.handoff, reason="cancelled")
    ]
    assert customer.agent_joins() == []


def test_a_callback_from_the_queue_keeps_the_place() -> None:
    customer = waiting()
    customer.says("cancel")
    assert customer.taps("Call me back") == ["Which number shall we call? Please include the country code."]
    customer.sends(ContactCard(phone="971501234567", own=True))
    assert customer.happened(HandoffAbandoned) == [
        HandoffAbandoned(handoff=customer.handoff.handoff, reason="callback")
    ]
    [booked] = customer.happened(CallbackRequested)
    assert isinstance(booked, CallbackRequested)
    assert booked.handoff == customer.handoff.handoff
    assert "971501234567" in customer.seen()[0]


def test_an_agent_who_comes_first_ends_the_question() -> None:
    customer = waiting()
    customer.says("cancel")
    old = customer.token("Back to the menu")
    assert customer.agent_joins("Mina") == ["Mina has joined the conversation."]
    assert customer.hears(TapHeard(token=old)) == []
    assert customer.conversation.handoff is not None


def test_a_customer_who_blocks_us_leaves_the_queue() -> None:
    customer = waiting()
    assert customer.hears(CustomerBlocked()) == []
    assert customer.happened(HandoffAbandoned)
    assert customer.happened(ConversationClosed) == [ConversationClosed(reason="blocked")]


def test_after_a_bug_there_is_no_flow_to_go_on_with() -> None:
    customer = waiting()
    customer.conversation = msgspec.structs.replace(customer.conversation, stack=(), history=())
    customer.agent_joins("Mina")
    customer.agent_closes()
    assert customer.happened(ConversationClosed) == [ConversationClosed(reason="completed")]
    customer = waiting()
    customer.conversation = msgspec.structs.replace(customer.conversation, stack=(), history=())
    customer.nobody_there()
    assert customer.taps("Back to the menu") == ["How can we help?"]


# Callbacks


def test_a_callback_asks_for_a_number_it_can_call() -> None:
    customer = caller("Call")
    assert customer.says("12") == [
        "That doesn't look like a phone number. Please send it with the country code, e.g. +971 50 123 4567.",
        "Which number shall we call? Please include the country code.",
    ]
    assert customer.says("+971 50 123 4567")[-1] == "How can we help?"
    [booked] = customer.happened(CallbackRequested)
    assert isinstance(booked, CallbackRequested)
    assert (booked.phone, booked.due_at, booked.handoff) == ("+971501234567", None, None)


def test_the_number_that_is_known_is_a_button() -> None:
    customer = caller("Call", customer=Customer(id="c", phone="+971501234567"))
    assert customer.buttons[0] == "+971501234567"
    customer.says("1")
    assert customer.happened(CallbackRequested)


def test_a_moment_is_asked_for() -> None:
    customer = caller("When")
    assert customer.says("+971501234567") == [
        "When suits you? You can also write a day and a time, like “tomorrow 14:30”."
    ]
    assert customer.says("yesterday")[0].startswith("We need a day and a time that are still to come")
    customer.says("tomorrow 10:30")
    [booked] = customer.happened(CallbackRequested)
    assert isinstance(booked, CallbackRequested)
    assert booked.due_at == (customer.now + timedelta(days=1)).replace(hour=10, minute=30).isoformat()
    customer.taps("When")
    customer.says("1") if customer.conversation.wait and customer.conversation.wait.topic == "phone" else None
    customer.says("11:00")
    assert customer.last(CallbackRequested).due_at == (  # type: ignore[union-attr]
        (customer.now + timedelta(days=1)).replace(hour=11).isoformat()
    ), "eleven is past today"


@pytest.mark.parametrize("typed", ["2", "۲", "2.", "2️⃣"])
def test_the_number_of_no_choice_is_no_hour_of_the_night(typed: str) -> None:
    customer = caller("When")
    customer.says("+971501234567")
    assert customer.says(typed)[0].startswith("We need a day and a time that are still to come")
    assert not customer.happened(CallbackRequested)


@pytest.mark.parametrize(
    ("language", "typed", "day"),
    [
        ("en", "20/9", "2026-09-20"),
        ("en", "5 Farvardin", "2027-03-25"),
        ("fa", "۵ فروردین", "2027-03-25"),
        ("fa", "۲۰/۹", "2026-12-11"),
        ("fa", "20 September", "2026-09-20"),
    ],
)
def test_a_day_without_its_year_is_the_next_one_of_the_customer_s_calendar(language: str, typed: str, day: str) -> None:
    customer = CustomerOf(DESK, language=language, now=datetime(2026, 9, 1, 12, tzinfo=UTC))
    customer.starts()
    customer.taps("کی" if language == "fa" else "When")
    customer.says("+971501234567")
    customer.says(typed)
    requested = customer.last(CallbackRequested)
    assert isinstance(requested, CallbackRequested)
    assert requested.due_at == f"{day}T09:00:00+00:00"


def test_as_soon_as_possible_is_a_button() -> None:
    customer = caller("When")
    customer.says("+971501234567")
    customer.taps("As soon as possible")
    assert customer.last(CallbackRequested).due_at is None  # type: ignore[union-attr]


def test_a_callback_goes_on_after_the_last_try() -> None:
    customer = caller("Call")
    customer.says("no")
    customer.says("no")
    assert customer.says("no") == ["All right, cancelled.", "How can we help?"]


# Asking for a person


def test_asking_for_a_person_ends_the_rest() -> None:
    customer = caller("Person")
    customer.says("agent")
    assert customer.handoff.reason == "agent_word"
    assert customer.handoff.queue == "support"
    assert FlowEnded(flow="main", outcome="cancelled") in customer.turn
    customer.queue_joined()
    customer.agent_joins()
    customer.agent_closes()
    assert customer.happened(ConversationClosed) == [ConversationClosed(reason="completed", goal=False)]


def test_hours_are_looked_at() -> None:
    program = program_of("""
flows:
  f:
    start: true
    description: hours
    steps:
      - hours: office
        open: [{say: Open., next: END}]
        closed: [{menu: Closed., options: [{label: Ok, if: session.open.shop, then: END}, {label: Fine, then: END}]}]
""")
    assert CustomerOf(program, open_calendars=["office"]).starts() == ["Open."]
    customer = CustomerOf(program, open_calendars=["shop"])
    assert customer.starts() == ["Closed."]
    assert customer.buttons == ["Ok", "Fine"]
