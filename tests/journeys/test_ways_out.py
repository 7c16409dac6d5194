"""Where nobody is there and nothing is understood: every question ends kindly, and none begins for ever anew."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.engine.conversation import Customer
from bot.events import CallbackRequested, ConversationClosed, HandoffRequested, LanguageChanged
from tests.engine.customers import CustomerOf, program_of

SHOP = program_of("""
settings: {languages: [en, fa, ar, he], queue: support}
slots: {phone: {type: text}, fruit: {type: text}}
flows:
  main:
    start: true
    description: the main menu
    steps:
      - id: top
        menu: {en: How can we help?, fa: چه کمکی؟, ar: كيف نساعدكم؟, he: איך נעזור?}
        options:
          - {label: {en: Person, fa: آدم, ar: شخص, he: אדם}, value: person, then: person}
          - {label: {en: Call, fa: تماس, ar: اتصال, he: שיחה}, value: call, then: call}
          - {label: {en: Tongue, fa: گویش, ar: لهجة, he: לשון}, value: tongue, then: tongue}
      - {id: person, handoff: support, next: top}
      - {id: call, callback: support, when: ask, next: top}
      - {id: tongue, language: ask, next: top}
  pattern_human_handoff:
    description: somebody is needed
    steps:
      - handoff: support
        on_no_agent:
          - menu: {en: Nobody. Later?, fa: کسی نیست؛ بعداً؟, ar: لا أحد. لاحقا؟, he: אין אף אחד. אחר כך?}
            options:
              - {label: {en: Fine, fa: باشد, ar: حسنا, he: בסדר}, value: fine, then: END}
""")
LATE = datetime(2026, 3, 21, 12, tzinfo=timezone(timedelta(hours=4)))


def after(choice: str, **options: object) -> CustomerOf:
    customer = CustomerOf(SHOP, **options)  # type: ignore[arg-type]
    customer.starts()
    customer.says(choice)
    return customer


def requests(customer: CustomerOf) -> int:
    return sum(isinstance(event, HandoffRequested) for event in customer.log)


def test_an_offer_that_nobody_understands_ends_the_conversation_kindly() -> None:
    customer = after("1")
    customer.nobody_there("closed")
    assert customer.says("why though")[0].startswith("Sorry")
    customer.says("that is a pity")
    assert customer.says("and now what") == ["The conversation has ended. Write any time to start a new one."]
    assert requests(customer) == 1, "nobody was asked for again"
    assert customer.conversation.closed
    assert customer.happened(ConversationClosed) == [ConversationClosed(reason="completed", goal=False)]


def test_a_question_after_nobody_came_does_not_ask_for_people_again() -> None:
    customer = after("agent")
    assert customer.nobody_there() == ["Nobody. Later?"]
    for text in ("blah blah", "blah blah", "blah blah"):
        customer.says(text)
    assert requests(customer) == 1
    assert customer.conversation.closed


def test_a_language_that_is_never_chosen_stays_as_it_is() -> None:
    customer = after("3")
    customer.says("what")
    customer.says("why")
    assert customer.says("where") == ["How can we help?"]
    assert customer.conversation.customer.language is None


def test_the_language_spoken_already_may_be_chosen_and_is_kept() -> None:
    customer = after("3")
    assert customer.taps("English") == ["How can we help?"]
    assert customer.happened(LanguageChanged) == [LanguageChanged(language="en")]
    assert customer.conversation.customer.language == "en"


# A call back


@pytest.mark.parametrize(
    ("typed", "day", "hour"),
    [
        ("tomorrow 14:30", 22, "14:30"),
        ("tomorrow at 2 pm", 22, "14:00"),
        ("15:00 tomorrow", 22, "15:00"),
        ("25 March 10:00", 25, "10:00"),
        ("25/3 10:00", 25, "10:00"),
        ("14:30", 21, "14:30"),
        ("11:30", 22, "11:30"),
        ("Monday", 23, "09:00"),
    ],
)
def test_a_moment_is_understood_in_the_zone_of_the_business_and_said_again(typed: str, day: int, hour: str) -> None:
    customer = after("2", now=LATE)
    customer.says("+971501234567")
    said = customer.says(typed)
    [booked] = customer.happened(CallbackRequested)
    assert isinstance(booked, CallbackRequested)
    assert booked.due_at == f"2026-03-{day}T{hour}:00+04:00"
    assert "+971501234567" in said[0]
    assert f"March {day}, 2026" in said[0]
    assert "place" not in said[0], "there was no queue"


@pytest.mark.parametrize("typed", ["20 March 2026", "20 March 2026 9:00", "yesterday", "today", "whenever"])
def test_what_is_no_moment_to_come_is_asked_again(typed: str) -> None:
    customer = after("2", now=LATE)
    customer.says("+971501234567")
    assert customer.says(typed)[0].startswith("We need a day and a time")
    assert not customer.happened(CallbackRequested)


@pytest.mark.parametrize(
    ("language", "typed"), [("fa", "فردا ساعت ۱۴:۳۰"), ("ar", "غدًا الساعة 14:30"), ("he", "מחר בשעה 14:30")]
)
def test_the_example_in_the_question_is_understood(language: str, typed: str) -> None:
    customer = after("2", now=LATE, language=language)
    [asked] = customer.says("+971501234567")
    for text in (typed, asked[asked.index("14:30" if "14:30" in asked else "۱۴:۳۰") :].rstrip("»״.")):
        other = after("2", now=LATE, language=language)
        other.says("+971501234567")
        other.says(text)
        assert other.happened(CallbackRequested), text


def test_a_place_in_the_queue_is_kept_only_where_there_was_one() -> None:
    customer = after("1")
    customer.queue_joined(2)
    customer.says("cancel")
    customer.taps("Call me back")
    assert customer.says("12345") == [
        "That doesn't look like a phone number. Please send it with the country code, e.g. +971 50 123 4567.",
        "Which number shall we call? Please include the country code.",
    ], "a number that can't be called is not left without an answer"
    assert customer.says("I hope it is soon") == [], "words in the queue are for the people"
    [said] = customer.says("+971501234567")[:1]
    assert said.endswith("You keep your place in the queue, so there's no need to wait here.")
    refused = after("1")
    refused.nobody_there()
    refused.taps("Call me back")
    assert refused.says("+971501234567")[0] == "Noted: we'll call +971501234567 as soon as we can."


def test_times_of_the_state_are_in_utc_whatever_the_zone_of_the_business() -> None:
    customer = after("2", now=LATE)
    assert customer.conversation.heard_at.tzinfo == UTC
    assert customer.conversation.customer == Customer(id="c1", name="Sara")


def test_whether_to_forget_is_not_a_reason_to_bring_people() -> None:
    customer = after("1 2 3")
    customer.commands("forget")
    for _try in range(3):
        said = customer.says("hm hm hm")
    assert said == ["How can we help?"]
    assert requests(customer) == 0
