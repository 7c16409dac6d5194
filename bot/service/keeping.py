"""What outlives its conversation gets a row of its own: choices, ratings, and what somebody has yet to do."""

from datetime import datetime

from bot.events import (
    AnyEvent,
    CallbackRequested,
    FollowUpBooked,
    HandoffClosed,
    LanguageChanged,
    OptedIn,
    OptedOut,
    SurveyAnswered,
    SurveyCommented,
    SurveySent,
    TicketCommented,
)
from bot.service.case import Case
from bot.service.departments import callback_keeping, ticket_keeping
from bot.service.work import Work
from storage import customers, follow_ups, surveys


def keep(work: Work, case: Case, event: AnyEvent) -> None:
    """Keep what the event says, if it is of that kind."""
    connection, now = work.connection, work.now
    match event:
        case LanguageChanged():
            customers.choose_language(connection, case.customer_id, event.language)
        case OptedOut():
            customers.opt_out(connection, case.customer_id, now)
        case OptedIn():
            customers.opt_out(connection, case.customer_id, None)
        case SurveySent() | SurveyAnswered() | SurveyCommented():
            _keep_rating(work, case, event)
        case CallbackRequested():
            callback_keeping.keep(work, case, event)
        case HandoffClosed():
            callback_keeping.end_spoken(work, case, event)
        case TicketCommented():
            ticket_keeping.add_words(work, case, event)
        case FollowUpBooked():
            _keep_follow_up(work, case, event)


def _keep_rating(work: Work, case: Case, event: SurveySent | SurveyAnswered | SurveyCommented) -> None:
    connection, now = work.connection, work.now
    match event:
        case SurveyAnswered():
            surveys.answer(connection, event.survey, event.score, now)
        case SurveyCommented():
            surveys.comment(connection, event.survey, event.comment)
        case SurveySent():
            sent = surveys.Sent(
                id=event.survey,
                conversation_id=case.id,
                customer_id=case.customer_id,
                name=event.name,
                kind=event.survey_kind,
                after=event.after,
                agent_id=event.agent,
                queue=event.queue,
                flow=event.flow,
                revision=case.conversation.revision,
                channel=case.channel,
                language=case.conversation.language,
                sent_at=now,
                expires_at=datetime.fromisoformat(event.expires_at),
            )
            surveys.send(connection, [sent])


def _keep_follow_up(work: Work, case: Case, booked: FollowUpBooked) -> None:
    due_at = datetime.fromisoformat(booked.due_at)
    follow_up = follow_ups.FollowUp(
        id=booked.follow_up,
        conversation_id=case.id,
        customer_id=case.customer_id,
        channel=case.channel,
        address=case.address,
        flow=booked.flow,
        condition=booked.condition,
        slots=booked.slots,
        booked_at=work.now,
        due_at=due_at,
        look_at=due_at,
    )
    follow_ups.book(work.connection, follow_up)
