"""Tickets: opened with what the customer said and sent, named by number, asked about, and opened by a low rating."""

from bot.content import Attachment
from bot.events import ActionRequested, FlowEnded, SurveyAnswered, TicketAskedAbout, TicketCommented, TicketOpened
from tests.engine.customers import CustomerOf, program_of

SHOP = program_of("""
settings: {languages: [en, fa], survey_after: {self_service: csat}}
slots: {what: {type: text}, pin: {type: text}, photos: {type: list}, number: {type: text}}
actions: [action_work]
surveys:
  csat:
    ask: How was it?
    comment: {if: score <= 3, ask: Why?}
    on_low: {at_most: 2, ticket: complaints}
flows:
  start:
    start: true
    description: start
    steps:
      - id: top
        menu: {en: Well?, fa: خب؟}
        options:
          - {label: Complain, then: [{call: complain, next: top}]}
          - {label: Ask, then: [{call: look, next: top}]}
          - {label: Work, then: [{action: action_work, next: top}]}
          - {label: Bye, then: END}
  complain:
    description: a complaint
    name: {en: Your complaint, fa: شکایت شما}
    if: false
    steps:
      - {collect: what, ask: What happened?}
      - {collect: pin, ask: PIN?, secret: true}
      - {collect: photos, ask: Photos?, files: {max: 2}}
      - ticket: complaints
        kind: complaint
        title: "About {what}"
        body: "{customer.name}: {what}, {pin}"
        share: [what, pin, number]
        attach: [photos]
      - say: "Keep {ticket.number} at hand until {ticket.due:date}."
  look:
    description: how does it stand
    steps:
      - {collect: number, ask: Which?, kind: number}
      - ticket_state: number
        on_unknown: [{say: Sorry., next: END}]
      - next: [{if: ticket.state is "answered", then: [{say: "Read it: {ticket.title}", next: END}]}, {else: END}]
        noop: true
""")
PHOTO = Attachment(kind="photo", file="telegram:1", size_bytes=10)


def complaining(language: str = "en") -> CustomerOf:
    customer = CustomerOf(SHOP, language=language)
    customer.starts()
    customer.taps("Complain")
    customer.says("a late parcel")
    customer.says("1234")
    customer.sends(PHOTO)
    assert customer.sends(PHOTO) == []
    return customer


def test_a_ticket_holds_what_was_said_and_sent() -> None:
    customer = complaining()
    assert customer.happened(TicketOpened) == [
        TicketOpened(
            ticket=f"{customer.conversation.id}.t1",
            department="complaints",
            ticket_kind="complaint",
            title="About a late parcel",
            body="Sara: a late parcel, •••",
            shared=(("what", "a late parcel"), ("pin", "•••")),
            attachments=(PHOTO, PHOTO),
            flow="complain",
            step="ticket",
        )
    ]


def test_the_number_is_told_in_the_customers_language_and_the_flow_goes_on() -> None:
    customer = complaining()
    told, kept, *_menu = customer.desk_tells(12, due_at="2026-03-24T12:00:00+00:00")
    assert told.split("\n") == [
        "Noted. The number of your case is 12.",
        "You'll have an answer by March 24, 2026.",
        "To see how it stands, write /ticket 12.",
    ]
    assert kept == "Keep 12 at hand until March 24, 2026."
    customer = complaining("fa")
    assert "۱۲" in customer.desk_tells(12, due_at="2026-03-24T12:00:00+00:00")[0]
    assert "۴ فروردین ۱۴۰۵" in customer.seen()[0]


def test_there_is_no_way_back_before_a_ticket() -> None:
    customer = complaining()
    customer.desk_tells(12)
    assert customer.says("back")[0] == "There's nothing to go back to here."


def test_the_state_is_asked_for_by_a_step() -> None:
    customer = CustomerOf(SHOP)
    customer.starts()
    customer.taps("Ask")
    customer.says("12")
    assert customer.happened(TicketAskedAbout) == [TicketAskedAbout(number=12)]
    said = customer.desk_tells(12, "answered")
    assert said[:2] == ["Case 12, “A late parcel”, has been answered by Complaints.", "Read it: A late parcel"]
    customer.taps("Ask")
    customer.says("99")
    assert customer.desk_tells(99, None)[:2] == ["We have no case of yours with the number 99.", "Sorry."]


def test_the_state_is_asked_for_by_command_in_the_middle_of_a_question() -> None:
    customer = CustomerOf(SHOP, language="fa")
    customer.starts()
    customer.taps("Complain")
    assert customer.commands("ticket") == ["شمارهٔ پروندهٔ شما چند است؟"]
    customer.says("۱۲")
    assert customer.happened(TicketAskedAbout) == [TicketAskedAbout(number=12)]
    said = customer.desk_tells(12, "taken", "2026-03-24T12:00:00+00:00")
    assert "در دست بررسی" in said[0]
    assert "تا ۴ فروردین ۱۴۰۵" in said[0]
    assert said[1:] == ["What happened?"]
    customer.commands("ticket", "#۱۲")
    assert customer.happened(TicketAskedAbout) == [TicketAskedAbout(number=12)]


def test_a_question_that_waited_is_asked_in_the_language_of_now() -> None:
    customer = CustomerOf(SHOP)
    customer.starts()
    customer.commands("ticket")
    assert customer.commands("language", "fa")[-1] == "شمارهٔ پروندهٔ شما چند است؟"
    customer.says("۱۲")
    assert customer.desk_tells(12, None)[1:] == ["خب؟"]


def test_the_state_may_be_the_first_question_and_the_menu_follows() -> None:
    customer = CustomerOf(SHOP)
    customer.commands("ticket", "12")
    assert customer.happened(TicketAskedAbout) == [TicketAskedAbout(number=12)]
    assert customer.desk_tells(12, "closed") == ["Case 12, “A late parcel”, is closed.", "Well?"]


def test_an_action_that_runs_is_not_forgotten_for_a_ticket() -> None:
    customer = CustomerOf(SHOP)
    customer.starts()
    customer.taps("Work")
    assert customer.happened(ActionRequested)
    assert customer.commands("ticket", "12") == ["One moment, please…"]
    assert customer.action_returns() == ["Well?"]


def test_a_conversation_has_an_end_of_tickets() -> None:
    customer = CustomerOf(
        program_of("""
flows:
  f:
    start: true
    description: f
    steps: [{id: top, menu: More?, options: [{label: Yes, then: more}]}, {id: more, ticket: complaints, next: top}]
""")
    )
    customer.starts()
    for number in range(20):
        customer.says("yes")
        customer.desk_tells(number)
    customer.says("yes")
    assert customer.conversation.handoff is not None


def rated(first: int) -> CustomerOf:
    customer = CustomerOf(SHOP)
    customer.starts()
    customer.taps("Bye")
    customer.taps(str(first))
    return customer


def test_a_low_rating_opens_one_ticket_and_its_comment_goes_with_it() -> None:
    customer = rated(2)
    survey = f"{customer.conversation.id}.s1"
    ticket = customer.last(TicketOpened)
    assert isinstance(ticket, TicketOpened)
    assert (ticket.department, ticket.ticket_kind, ticket.survey) == ("complaints", "complaint", survey)
    assert ticket.shared == (("score", "2"),)
    customer.says("Nobody came.")
    assert customer.happened(TicketCommented) == [TicketCommented(ticket=ticket.ticket, comment="Nobody came.")]
    customer.taps("1")
    assert customer.happened(SurveyAnswered)
    assert not customer.happened(TicketOpened)


def test_a_rating_that_becomes_low_opens_a_ticket_and_a_good_one_none() -> None:
    customer = rated(3)
    assert not any(isinstance(event, TicketOpened) for event in customer.log)
    customer.taps("1")
    assert len(customer.happened(TicketOpened)) == 1
    assert customer.conversation.closed
    assert any(isinstance(event, FlowEnded) for event in customer.log)


def test_no_number_is_too_long_to_be_read() -> None:
    customer = CustomerOf(SHOP)
    customer.starts()
    assert customer.commands("ticket", "9" * 5000) == ["What is the number of your case?"]
    assert customer.says("9" * 5000)
