"""What somebody hears while they wait for a person, what they can do meanwhile, and how they get away from people."""

from datetime import timedelta

import pytest

from bot.content import Attachment
from bot.engine.conversation import Customer
from bot.engine.formats import coming_moment, wait_in_words
from bot.engine.inputs import TapHeard
from bot.events import (
    ConversationClosed,
    CustomerSaid,
    HandoffAbandoned,
    HandoffClosed,
    HandoffQueued,
    InputIgnored,
    LanguageChanged,
    SurveySent,
    WaitTold,
)
from tests.engine.customers import NOON, CustomerOf, program_of

DESK = program_of("""
settings: {languages: [en, fa, ar, he], queue: support, expires: 10m, survey_after: {handoff: csat}}
surveys: {csat: {kind: csat, ask: {en: Good?, fa: خوب؟, ar: جيد؟, he: טוב?}, scale: 1-5}}
flows:
  main:
    start: true
    description: the main menu
    steps:
      - menu: {en: How can we help?, fa: چه کمکی؟, ar: كيف نساعدكم؟, he: איך אפשר לעזור?}
        options:
          - {label: {en: Person, fa: همکار, ar: زميل, he: נציג}, then: [{call: people, next: END}]}
  people:
    description: asks for a person
    if: False
    steps:
      - menu: {en: Which team?, fa: کدام بخش؟, ar: أي فريق؟, he: איזה צוות?}
        options: [{label: {en: Support, fa: پشتیبانی, ar: الدعم, he: תמיכה}}]
      - handoff: support
        on_closed: [{say: {en: "Closed. Back {session.opens}.", fa: "بسته.", ar: "مغلق.", he: "סגור."}, next: END}]
      - say: {en: We are the bot again., fa: باز ما هستیم., ar: عدنا., he: חזרנו.}
""")
CHOICES = ["Call me back", "Back to the menu", "Leave the queue"]


def waiting(place: int = 3, wait: tuple[int, int] | None = None, **options: object) -> CustomerOf:
    customer = asking(**options)
    customer.queue_joined(place, wait)
    return customer


def asking(**options: object) -> CustomerOf:
    customer = CustomerOf(DESK, **options)  # type: ignore[arg-type]
    customer.starts()
    customer.says("1")
    customer.says("1")
    return customer


def with_agent(*, answered: bool) -> CustomerOf:
    customer = waiting()
    customer.agent_joins("Mina")
    if answered:
        customer.agent_writes()
    return customer


# Place and time


def test_the_place_is_told_with_the_time_and_the_choices() -> None:
    customer = asking()
    assert customer.queue_joined(3, (5, 10)) == [
        "We're finding someone for you. You can keep writing: they will read it all.\n"
        "You are number 3 in the queue.\n"
        "The wait will probably be 5 to 10 minutes."
    ]
    assert customer.buttons == CHOICES
    handoff = customer.handoff.handoff
    assert [*customer.happened(HandoffQueued), *customer.happened(WaitTold)] == [
        HandoffQueued(handoff=handoff, queue="support", position=3),
        WaitTold(handoff=handoff, position=3, from_minutes=5, to_minutes=10),
    ]
    assert customer.queue_joined(3, (3, 5)) == [], "the same place is no news"
    assert customer.queue_joined(1, (0, 2)) == ["You are next.\nThe wait will probably be less than 2 minutes."]
    assert customer.buttons == CHOICES, "below the newest message"
    assert not customer.happened(HandoffQueued), "they came in only once"
    assert customer.happened(WaitTold)


def test_a_worse_place_and_a_longer_wait_are_told_in_words() -> None:
    customer = waiting(1, (0, 5))
    assert customer.queue_joined(2) == ["Somebody else has to go first, sorry. You are number 2 in the queue now."], (
        "nothing is said of the time when it is not known"
    )
    assert customer.queue_joined(2, (10, 15), longer=True) == [
        "It takes longer than we thought, sorry. From now on, probably 10 to 15 minutes."
    ]
    assert customer.conversation.handoff is not None
    assert customer.conversation.handoff.told_until == customer.now + timedelta(minutes=15)
    assert customer.queue_joined(2, longer=True) == [
        "It takes longer than we thought, sorry. We haven't forgotten you."
    ]
    assert customer.conversation.handoff.told_until is None, "nothing that could be broken again"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("fa", "شما نفر ۲ در صف هستید.\nاحتمالاً ۵ تا ۱۰ دقیقه منتظر می‌مانید."),
        ("ar", "ترتيبكم في قائمة الانتظار: 2.\nمدة الانتظار المتوقعة: من 5 إلى 10 دقائق."),
        ("he", "המקום שלך בתור: 2.\nזמן ההמתנה הצפוי: 5 עד 10 דקות."),
    ],
)
def test_place_and_time_in_other_languages(language: str, told: str) -> None:
    assert asking(language=language).queue_joined(2, (5, 10))[0].endswith(told)


def test_lengths_have_the_words_of_their_number() -> None:
    said = {
        "en": ["less than a minute", "less than 5 minutes", "1 to 2 minutes", "45 to 60 minutes", "2 to 3 hours"],
        "fa": ["کمتر از یک دقیقه", "کمتر از ۵ دقیقه", "۱ تا ۲ دقیقه", "۴۵ تا ۶۰ دقیقه", "۲ تا ۳ ساعت"],
        "ar": ["أقل من دقيقة", "أقل من 5 دقائق", "من دقيقة إلى دقيقتين", "من 45 إلى 60 دقيقة", "من 2 إلى 3 ساعات"],
        "he": ["פחות מדקה", "פחות מ־5 דקות", "דקה עד שתי דקות", "45 עד 60 דקות", "2 עד 3 שעות"],
        "de": ["≤ 1 min", "≤ 5 min", "1–2 min", "45–60 min", "2–3 h"],
    }
    for language, lengths in said.items():
        ranges = ((0, 1), (0, 5), (1, 2), (45, 60), (120, 180))
        assert [wait_in_words(low, high, language) for low, high in ranges] == lengths
    assert wait_in_words(90, 120, "en") == "90 to 120 minutes"
    assert wait_in_words(0, 120, "ar") == "أقل من ساعتين"


def test_another_language_is_spoken_while_waiting_and_with_a_person() -> None:
    customer = waiting()
    customer.commands("language")
    assert customer.buttons == ["English", "فارسی", "العربية", "עברית"]
    assert customer.says("فارسی")[0] == "از اینجا به بعد فارسی حرف می‌زنیم."
    assert customer.happened(LanguageChanged) == [LanguageChanged(language="fa")]
    assert customer.buttons == ["با من تماس بگیرید", "بازگشت به منو", "انصراف از صف"]
    customer.agent_joins("Mina")
    assert customer.commands("language", "en") == ["We'll go on in English."]
    assert customer.buttons == []
    customer.commands("language")
    assert customer.says("Where is my order?") == [], "it is for the person"
    customer.taps("עברית")
    assert customer.happened(LanguageChanged) == [LanguageChanged(language="he")]
    assert customer.says("שלום") == []
    assert not customer.happened(HandoffAbandoned)


# Closed


def test_the_next_opening_is_named_as_people_do() -> None:
    now = NOON  # in Dubai it is four in the afternoon
    assert coming_moment("2026-03-21T18:30:00+04:00", now, "en") == "today at 6:30\u202fPM"
    assert coming_moment("2026-03-22T09:00:00+04:00", now, "fa") == "فردا ساعت ۹:۰۰"
    assert coming_moment("2026-03-23T09:00:00+04:00", now, "he") == "ביום שני, 23 במרץ 2026, 9:00"
    assert coming_moment("2026-03-22T09:00:00+04:00", now, "de") == "Sonntag, 22. März 2026, 09:00"
    assert coming_moment("2026-03-22T00:30:00+13:00", now, "en") == "today at 12:30\u202fAM", "it is tomorrow there"
    assert coming_moment("soon", now, "en") is None


def test_why_it_is_closed_is_told_before_the_flows_own_words() -> None:
    customer = asking(language="fa")
    closure = {"en": "Stocktaking.", "fa": "انبارگردانی."}
    assert customer.nobody_there("closed", closure=closure)[:2] == ["انبارگردانی.", "بسته."]
    customer = asking()
    assert customer.nobody_there("closed", "2026-03-22T09:00:00+04:00")[0] == "Closed. Back tomorrow at 9:00\u202fAM."


# What a customer may do in the queue


@pytest.mark.parametrize("way", ["tap", "say"])
def test_each_choice_is_a_button_and_a_word(way: str) -> None:
    def chooses(customer: CustomerOf, label: str) -> list[str]:
        return customer.taps(label) if way == "tap" else customer.says(label)

    assert chooses(waiting(), "Call me back") == ["Which number shall we call? Please include the country code."]
    customer = waiting()
    assert chooses(customer, "Back to the menu") == ["How can we help?"]
    assert customer.happened(HandoffAbandoned) == [
        HandoffAbandoned(handoff=customer.handoff.handoff, reason="cancelled")
    ]
    customer = waiting()
    assert chooses(customer, "Leave the queue") == ["All right, cancelled.", "How can we help?"]
    assert customer.happened(HandoffAbandoned)


def test_where_there_are_buttons_a_number_is_for_the_people() -> None:
    customer = waiting()
    assert customer.says("2") == []
    assert customer.conversation.handoff is not None
    by_keys = waiting(channel="plain")
    assert by_keys.says("2") == ["How can we help?"]


def test_who_keeps_waiting_has_the_choices_again() -> None:
    customer = waiting()
    customer.commands("cancel")
    assert customer.buttons == ["Keep waiting", *CHOICES]
    assert customer.taps("Keep waiting") == ["All right, we're keeping your place."]
    assert customer.buttons == CHOICES
    assert customer.taps("Back to the menu") == ["How can we help?"]


def test_who_asked_for_a_call_may_wait_on() -> None:
    for customer in (waiting(), waiting(customer=Customer(id="c", phone="+971501234567"))):
        customer.commands("callback")
        assert customer.buttons[-1] == "Keep waiting"
        assert customer.says("Keep waiting") == ["All right, we're keeping your place."]
        assert customer.conversation.handoff is not None


def test_a_new_place_does_not_take_away_a_question() -> None:
    customer = waiting(3)
    customer.taps("Call me back")
    assert customer.queue_joined(2) == ["You are number 2 in the queue."]
    customer.says("+971501234567")
    assert customer.happened(HandoffAbandoned) == [
        HandoffAbandoned(handoff=customer.handoff.handoff, reason="callback")
    ]


def test_a_new_place_answers_for_who_did_not_say_what_to_do() -> None:
    customer = waiting(3)
    customer.commands("cancel")
    assert customer.queue_joined(2) == ["You are number 2 in the queue."]
    assert customer.buttons == CHOICES
    customer.is_silent()
    customer.queue_joined(1)
    assert not customer.choices, "whether they are there is still to be said"
    assert customer.taps("Keep waiting") == ["All right, we're keeping your place."]


def test_buttons_of_the_queue_are_over_when_somebody_comes() -> None:
    customer = waiting()
    token = customer.token("Leave the queue")
    customer.agent_joins("Mina")
    assert customer.hears(TapHeard(token=token)) == []
    assert customer.turn == (InputIgnored(reason="stale"),)
    assert customer.conversation.handoff is not None


def test_writing_again_and_again_is_answered_by_people_alone() -> None:
    customer = waiting()
    for _ in range(5):
        assert customer.says("hello?") == []
        assert customer.sends(Attachment(kind="photo", file="t:1")) == []
        assert customer.happened(CustomerSaid), "it is kept for them"


# Silence


def test_who_says_nothing_is_asked_and_then_has_left() -> None:
    customer = waiting()
    customer.now += timedelta(minutes=5)
    assert customer.is_silent() == ["Are you still there? We're keeping your place."]
    assert customer.buttons == ["Keep waiting", *CHOICES]
    customer.now += timedelta(minutes=2)
    assert customer.is_silent() == [
        "We haven't heard from you, so your place has gone to the next in line. Write to us again any time."
    ]
    assert customer.happened(HandoffAbandoned) == [HandoffAbandoned(handoff=customer.handoff.handoff, reason="silent")]
    assert customer.happened(ConversationClosed) == [ConversationClosed(reason="expired")]


@pytest.mark.parametrize("sign", ["a word", "a tap", "an old button"])
def test_any_sign_of_life_is_one(sign: str) -> None:
    customer = waiting()
    old = customer.token("Call me back")
    customer.is_silent()
    customer.now += timedelta(minutes=1)
    if sign == "a word":
        assert customer.says("yes") == []
    elif sign == "a tap":
        assert customer.taps("Keep waiting") == ["All right, we're keeping your place."]
    else:
        customer.hears(TapHeard(token=old))
    customer.now += timedelta(minutes=1)
    assert customer.is_silent() == ["Are you still there? We're keeping your place."], "asked anew"


def test_whom_an_agent_has_is_not_asked_whether_they_are_there() -> None:
    customer = with_agent(answered=False)
    assert customer.is_silent() == []
    assert customer.turn == ()


def test_silence_among_people_ends_nothing_and_counts_anew_after_them() -> None:
    customer = waiting()
    assert customer.waits(hours=2) == [], "the flows' ten minutes are not the people's"
    customer.agent_joins("Mina")
    assert customer.waits(hours=2) == []
    customer.commands("menu")
    customer.agent_writes()
    customer.taps("Leave")
    assert customer.conversation.due_at == customer.now + timedelta(minutes=10)


# Away from an agent


def test_who_leaves_an_agent_is_asked_first() -> None:
    customer = with_agent(answered=True)
    assert customer.says("menu") == [], "words are for the agent"
    assert customer.commands("start", "people") == [], "a link is no wish to leave"
    assert customer.commands("menu") == ["Leave the conversation with Mina?"]
    assert customer.buttons == ["Go on", "Leave"]
    assert customer.says("1") == []
    assert customer.taps("Go on") == []
    assert customer.conversation.handoff is not None
    assert customer.says("and another thing") == []


def test_to_leave_before_an_answer_is_to_abandon() -> None:
    customer = with_agent(answered=False)
    customer.commands("cancel")
    assert customer.taps("Leave") == ["All right, cancelled.", "How can we help?"]
    assert customer.happened(HandoffAbandoned) == [
        HandoffAbandoned(handoff=customer.handoff.handoff, reason="cancelled")
    ]
    customer = with_agent(answered=False)
    customer.commands("menu")
    assert customer.taps("Leave") == ["How can we help?"]


def test_to_leave_after_an_answer_goes_on_with_the_flow_and_rates_who_answered() -> None:
    customer = with_agent(answered=True)
    customer.commands("cancel")
    said = customer.taps("Leave")
    assert said[:2] == ["Your conversation with our team is closed. Thank you!", "We are the bot again."]
    assert customer.happened(HandoffClosed) == [
        HandoffClosed(handoff=customer.handoff.handoff, agent="mina", by="customer")
    ]
    [sent] = customer.happened(SurveySent)
    assert isinstance(sent, SurveySent)
    assert (sent.agent, sent.queue) == ("mina", "support")
    customer = with_agent(answered=True)
    customer.commands("menu")
    assert customer.taps("Leave")[1:] == ["How can we help?"]


def test_the_rating_is_for_who_answered_and_not_for_who_came_later() -> None:
    customer = with_agent(answered=True)
    customer.agent_leaves()
    customer.queue_joined(1)
    customer.agent_joins("Omid")
    customer.commands("cancel")
    customer.taps("Leave")
    [closed], [sent] = customer.happened(HandoffClosed), customer.happened(SurveySent)
    assert isinstance(closed, HandoffClosed)
    assert isinstance(sent, SurveySent)
    assert (closed.agent, sent.agent) == ("omid", "mina")


def test_who_waits_or_talks_may_be_forgotten() -> None:
    for customer in (waiting(), with_agent(answered=False), with_agent(answered=True)):
        customer.commands("forget")
        customer.says("no")
        assert customer.conversation.handoff is not None
        assert customer.conversation.wait is not None
        assert customer.conversation.wait.kind == "handoff"
        customer.commands("forget")
        customer.says("yes")
        assert customer.happened(HandoffAbandoned) or customer.happened(HandoffClosed)
        assert customer.happened(ConversationClosed) == [ConversationClosed(reason="forgotten")]


def test_an_agent_who_is_done_first_ends_the_question() -> None:
    customer = with_agent(answered=True)
    customer.commands("menu")
    old = customer.token("Leave")
    customer.agent_closes("solved")
    assert customer.happened(HandoffClosed)
    customer.hears(TapHeard(token=old))
    assert not customer.happened(HandoffClosed)
    customer = with_agent(answered=True)
    customer.commands("menu")
    customer.agent_leaves()
    assert customer.queue_joined(1)[0].endswith("You are next.")
    assert customer.buttons == CHOICES
