"""What the desk says beside everything else: it changes nothing, can be answered, and what was going on goes on."""

from datetime import timedelta

import pytest

from bot.content import Attachment, Content, Place, RichText
from bot.engine.inputs import CallUnanswered, TapHeard, TicketNews
from bot.events import (
    CallbackRequested,
    ConversationClosed,
    CustomerSaid,
    HandoffAbandoned,
    InputRejected,
    TicketCommented,
)
from tests.engine.customers import CustomerOf, program_of

SHOP = program_of("""
settings: {languages: [en, fa], queue: support}
slots: {name: {type: text}, size: {type: text}}
actions: [action_work]
flows:
  start:
    start: true
    description: start
    steps:
      - id: top
        menu: {en: Well?, fa: خب؟}
        options:
          - {label: Name, then: [{call: naming, next: top}]}
          - {label: Work, then: [{action: action_work, next: top}]}
          - {label: Person, then: person}
          - {label: Bye, then: END}
      - {id: person, handoff: support, next: END}
  naming:
    description: names
    if: false
    steps:
      - {collect: name, ask: Your name?, timeout: 5m, no_input: Are you there?}
      - say: "Hello {name}."
""")
TICKET = "01HZY0000000000000000000AA.t1"
REPLY = "Reply about case 7"


def news(what: str = "answered", text: str = "Tomorrow at noon.", **more: str) -> TicketNews:
    content = Content(text=RichText(text=text)) if text else Content()
    fields = {"department": "Complaints", "title": "A late parcel", **more}
    return TicketNews(what=what, ticket=TICKET, number=7, content=content, **fields)  # type: ignore[arg-type]


def customer(*, language: str = "en", at: str = "") -> CustomerOf:
    customer = CustomerOf(SHOP, language=language)
    customer.starts()
    if at:
        customer.taps(at)
    return customer


def commented(customer: CustomerOf) -> list[tuple[str, str]]:
    return [(event.ticket, event.comment) for event in customer.log if isinstance(event, TicketCommented)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (news(), "Complaints has answered case 7, “A late parcel”:\n\nTomorrow at noon."),
        (news("corrected"), "A correction to our answer in case 7:\n\nTomorrow at noon."),
        (news("closed", ""), "Case 7, “A late parcel”, is closed."),
        (news(title=""), "About your rating (Complaints, case 7):\n\nTomorrow at noon."),
        (
            news("opened", "", due_at="2026-03-24T10:00:00+00:00"),
            "We've opened case 7 for you: “A late parcel”.\nYou'll have an answer by March 24, 2026."
            "\nTo see how it stands, write /ticket 7.",
        ),
    ],
)
def test_the_news_name_the_ticket_and_change_nothing(given: TicketNews, said: str) -> None:
    sara = customer(at="Name")
    before = sara.conversation
    assert sara.hears(given) == [said]
    assert sara.buttons == [REPLY]
    assert (sara.conversation.wait, sara.conversation.due_at) == (before.wait, before.due_at)
    assert sara.says("Sara")[0] == "Hello Sara."


def test_in_the_customers_language() -> None:
    sara = customer(language="fa")
    assert sara.hears(news()) == ["پاسخ به پروندهٔ ۷، «A late parcel» (Complaints):\n\nTomorrow at noon."]
    assert sara.buttons == ["پاسخ دربارهٔ پروندهٔ ۷"]


def test_words_go_to_the_ticket_and_the_question_stands_as_it_was() -> None:
    sara = customer(at="Name")
    sara.hears(news())
    asked = sara.conversation.wait
    sara.now += timedelta(minutes=4)
    assert sara.taps(REPLY)[0].startswith("What would you like to add to case 7?")
    said = sara.happened(CustomerSaid)[0]
    assert isinstance(said, CustomerSaid)
    assert said.tapped == REPLY
    sara.now += timedelta(minutes=4)
    assert sara.says("Too late!") == ["Thank you: we've added it to case 7.", "Your name?"]
    assert commented(sara) == [(TICKET, "Too late!")]
    assert asked is not None
    assert asked.times_out_at is not None
    again = sara.conversation.wait
    assert again is not None
    assert (again.number, again.times_out_at) == (asked.number, asked.times_out_at + timedelta(minutes=4))
    assert sara.says("Sara")[0] == "Hello Sara."
    assert commented(sara) == [(TICKET, "Too late!")]


def test_a_photo_goes_there_too() -> None:
    sara = customer()
    sara.hears(news())
    sara.taps(REPLY)
    photo = Attachment(kind="photo", file="telegram:1")
    sara.sends(photo, caption="Look!")
    event = sara.last(TicketCommented)
    assert isinstance(event, TicketCommented)
    assert (event.comment, event.attachments) == ("Look!", (photo,))


def test_what_says_nothing_is_no_reply_and_holds_nothing_up() -> None:
    sara = customer(at="Name")
    sara.hears(news())
    [asked] = sara.taps(REPLY)
    sticker = Attachment(kind="sticker", file="telegram:1")
    unusable: list[Attachment | Place] = [sticker, Place(latitude=35.7, longitude=51.4)]
    for tries, thing in enumerate(unusable, start=1):
        assert sara.sends(thing) == ["I can't use that here. Please answer in words or with the buttons.", asked]
        rejected = sara.last(InputRejected)
        assert isinstance(rejected, InputRejected)
        assert rejected.tries == tries
    assert sara.sends(sticker) == ["Your name?"], "what was put aside goes on"
    assert sara.says("Sara")[0] == "Hello Sara."
    assert commented(sara) == []


def test_what_is_a_word_of_ours_is_no_reply() -> None:
    for word, follows in (("Nothing to add", "Your name?"), ("cancel", "Your name?"), ("/cancel", "Your name?")):
        sara = customer(at="Name")
        sara.hears(news())
        sara.taps(REPLY)
        heard = sara.commands("cancel") if word == "/cancel" else sara.says(word)
        assert heard == [follows], word
        assert commented(sara) == []
    sara = customer(at="Name")
    sara.hears(news())
    sara.taps(REPLY)
    assert sara.says("menu") == ["Well?"]


def test_a_button_of_the_question_before_still_counts() -> None:
    sara = customer()
    sara.hears(news())
    name = sara.token("Name")
    sara.taps(REPLY)
    sara.taps(REPLY)
    assert sara.conversation.wait is not None
    assert sara.conversation.wait.interrupted is not None
    assert sara.conversation.wait.interrupted.topic == "", "one matter takes the place of another"
    assert sara.token("Name") == name
    assert sara.taps("Name") == ["Your name?"]


def test_who_has_left_replies_in_a_conversation_of_its_own() -> None:
    sara = customer(at="Bye")
    assert sara.conversation.closed
    assert sara.hears(news()), "what a closed conversation hears"
    token = sara.token(REPLY)
    back = CustomerOf(SHOP, id="01HZY0000000000000000000BB")
    back.log = sara.log[:]
    assert back.token(REPLY) == token
    assert back.taps(REPLY)[0].startswith("What would you like to add to case 7?")
    assert back.says("Thanks!") == ["Thank you: we've added it to case 7."]
    assert commented(back) == [(TICKET, "Thanks!")]
    closed = back.last(ConversationClosed)
    assert isinstance(closed, ConversationClosed)
    assert (closed.reason, closed.goal) == ("completed", False)


def test_who_opens_it_and_says_nothing_is_let_go() -> None:
    sara, back = customer(), CustomerOf(SHOP, id="01HZY0000000000000000000BB")
    sara.hears(news())
    back.log = sara.log[:]
    back.taps(REPLY)
    back.waits(days=10)
    assert back.conversation.closed


def test_in_the_queue_and_with_an_agent_it_can_be_answered() -> None:
    sara = customer(at="Person")
    sara.queue_joined()
    sara.hears(news())
    sara.taps(REPLY)
    sara.says("Thanks!")
    assert commented(sara) == [(TICKET, "Thanks!")]
    sara.agent_joins()
    sara.hears(news())
    sara.taps(REPLY)
    assert sara.says("Again thanks!") == ["Thank you: we've added it to case 7."]
    assert sara.conversation.handoff is not None
    assert sara.says("Are you there?") == [], "for the agent again"
    assert len(commented(sara)) == 2


def test_while_an_action_runs_there_is_no_time() -> None:
    sara = customer()
    sara.hears(news())
    sara.taps("Work")
    sara.taps(REPLY)
    assert sara.conversation.wait is not None
    assert sara.conversation.wait.kind == "action"
    assert sara.action_returns(says="Done.")[0] == "Done."


def test_who_was_not_reached_asks_for_a_call_again_and_goes_on() -> None:
    sara = customer(at="Name")
    told = sara.hears(CallUnanswered(queue="support", phone="+989121234566"))
    assert told == ["We called +989121234566 and couldn't reach you. Shall we try again?"]
    assert sara.taps("Call me back")[0].startswith("Which number")
    assert sara.says("+989121234567")[-1] == "Your name?"
    asked = sara.last(CallbackRequested)
    assert isinstance(asked, CallbackRequested)
    assert (asked.queue, asked.phone) == ("support", "+989121234567")
    assert sara.says("Sara")[0] == "Hello Sara."


def test_a_conversation_that_begins_with_the_wish_for_a_call_takes_everything_else_too() -> None:
    sara = CustomerOf(SHOP)
    assert sara.hears(TapHeard(token="c.support"))[0].startswith("Which number")
    sara.sends_payload("/SetSlots(size=small)")
    assert sara.slots["size"] == "small"
    sara.says("+989121234567")
    assert sara.happened(CallbackRequested)
    assert sara.conversation.closed


def test_who_waits_in_the_queue_may_choose_the_call() -> None:
    sara = customer(at="Person")
    sara.queue_joined()
    assert "seems to be the wrong number" in sara.hears(CallUnanswered(queue="", phone="+44", wrong=True))[0]
    sara.taps("Call me back")
    sara.says("+989121234567")
    assert sara.happened(CallbackRequested)
    assert sara.happened(HandoffAbandoned)
    assert sara.conversation.closed, "there is nobody left to wait for"
    sara = customer(at="Person")
    sara.queue_joined()
    sara.agent_joins()
    sara.hears(CallUnanswered(queue="q" * 80, phone="+44"))
    assert sara.taps("Call me back") == [], "the agent reads it"


@pytest.mark.parametrize("label", [REPLY, "Call me back"])
@pytest.mark.parametrize(
    "word", ["start", "menu", "agent", "cancel", "back", "repeat", "help", "restart", "forget", "language", "ticket"]
)
def test_every_command_works_where_nothing_else_was_going_on(label: str, word: str) -> None:
    sara, back = customer(), CustomerOf(SHOP, id="01HZY0000000000000000000BB")
    sara.hears(news())
    sara.hears(CallUnanswered(queue="support", phone="+989121234566"))
    back.log = sara.log[:]
    back.taps(label)
    assert back.commands(word) or back.conversation.closed or back.conversation.wait is not None
    if not back.conversation.closed and back.conversation.handoff is None:
        assert back.says("menu")
        back.waits(days=30)
        assert back.conversation.closed


def test_a_question_whose_other_page_is_tapped_while_it_is_put_aside_has_its_time_left() -> None:
    options = ", ".join(f"{{label: Choice {number}, then: END}}" for number in range(12))
    customer = CustomerOf(
        program_of(f"""
flows: {{f: {{description: f, start: true, steps: [{{menu: Which?, timeout: 60s, options: [{options}]}}]}}}}
""")
    )
    customer.starts()
    customer.hears(news())
    customer.now += timedelta(seconds=20)
    customer.taps(REPLY)
    customer.now += timedelta(minutes=2)
    assert customer.taps("More ›") == ["Which?"]
    assert customer.conversation.due_at == customer.now + timedelta(seconds=40)
