"""How conversations end, and what is still heard afterwards: a rating, and words about it."""

from datetime import datetime
from typing import Literal

from bot.engine import missed_calls, ticket_news
from bot.engine.conversation import Conversation
from bot.engine.inputs import AnyHeard, CallUnanswered, EditHeard, TapHeard, TextHeard, TicketNews
from bot.engine.normal import normalise
from bot.engine.noting import note
from bot.engine.program import Program
from bot.engine.speech import say_wording
from bot.engine.surveying import (
    comment,
    give_score,
    open_comment,
    score_tapped,
    score_typed,
    send,
    survey_of_token,
    tapped_survey,
    unanswered,
)
from bot.engine.talk import Place, Talk
from bot.engine.waiting import abandon, ask_whether_there
from bot.events import ConversationClosed

Reason = Literal["completed", "expired", "customer", "agent", "restarted", "failed", "blocked", "forgotten"]


def complete(talk: Talk, *, goal: bool) -> None:
    """The flows came to their end: ask how it was, and close. Who wanted a person and got none has no goal reached.

    Nor has who was only spoken to.
    """
    settings = talk.program.flow_set.settings
    reached = goal and is_to_be_rated(talk, goal)
    if talk.served_by is not None:
        _rate(talk, settings.survey_after_handoff, "handoff")
    elif reached and not talk.surveys:
        _rate(talk, settings.survey_after_self_service, "self_service")
    close(talk, "completed", goal=reached)


def is_to_be_rated(talk: Talk, goal: bool) -> bool:
    """Whether somebody helped the customer, be it a person or the flows."""
    return not talk.unanswered and (talk.served_by is not None or (goal and talk.handoffs == 0))


def _rate(talk: Talk, survey: str | None, after: Literal["handoff", "self_service"]) -> None:
    """Send the survey, unless there is none or a step has sent it in this conversation."""
    if survey is not None and all(opened.name != survey for opened in talk.surveys):
        send(talk, survey, after)


def close(talk: Talk, reason: Reason, *, goal: bool = False) -> None:
    """The end. What was tapped or written for a rating is still heard."""
    talk.wait = None
    talk.closed = True
    talk.reminders = ()
    talk.buttons = ()
    talk.history.clear()
    talk.record(ConversationClosed(reason=reason, goal=goal))


def expire(talk: Talk) -> Place:
    """Nobody wrote for too long. Who was in the middle is told so; a person who helped is still rated."""
    start = talk.program.flow_set.start
    if talk.wait is not None and talk.wait.topic == "ended":
        reached = talk.stack[0].because is None and (talk.served_by is not None or talk.handoffs == 0)
        talk.leave_all("completed")
        _rate_and_close(talk, "completed", goal=reached)
        return None
    in_the_middle = bool(talk.stack) and talk.stack[-1].flow != start and not talk.unanswered
    talk.leave_all("expired")
    if in_the_middle:
        say_wording(talk, "conversation_expired")
    _rate_and_close(talk, "expired")
    return None


def _rate_and_close(talk: Talk, reason: Reason, *, goal: bool = False) -> None:
    """Nobody is there any more."""
    if talk.served_by is not None:
        _rate(talk, talk.program.flow_set.settings.survey_after_handoff, "handoff")
    close(talk, reason, goal=goal)


def hear_silence(talk: Talk) -> Place:
    """Who waits for a person and says nothing is asked whether they are there, and has left if they say nothing again.

    A person who helped before is still rated.
    """
    if talk.handoff is None or talk.handoff.agent is not None:
        return None
    if not talk.handoff.asked:
        ask_whether_there(talk)
        return None
    abandon(talk, "silent")
    talk.leave_all("expired")
    say_wording(talk, "queue_silent")
    _rate_and_close(talk, "expired")
    return None


def block(talk: Talk) -> Place:
    """The customer blocked the bot: nothing can be said any more."""
    abandon(talk, "blocked")
    talk.leave_all("cancelled")
    close(talk, "blocked")
    return None


# Afterwards


def belongs_to_closed(program: Program, conversation: Conversation, heard: AnyHeard, now: datetime) -> bool:
    """Whether a closed conversation still takes this: a button of its survey, a score or words for it, an edit.

    Anything else begins a new conversation.
    """
    match heard:
        case EditHeard():
            return True
        case TapHeard(token=token):
            return any(opened.survey == survey_of_token(token) for opened in conversation.surveys)
        case TextHeard(text=text):
            return _takes_words(Talk(program, conversation, now, lambda _calendar: True), text)
    return False


def _takes_words(talk: Talk, text: str) -> bool:
    typed = normalise(text)
    if typed in talk.program.globals[talk.language] or typed in talk.program.triggers[talk.language]:
        return False
    if open_comment(talk) is not None:
        return True
    waiting = unanswered(talk)
    return waiting is not None and score_typed(talk, waiting, text) is not None


def hear_after_the_end(talk: Talk, heard: AnyHeard) -> None:
    """A score, a changed score, words about it, or an edit, and news of the desk; nothing else is heard."""
    match heard:
        case EditHeard():
            note(talk, heard)
        case TapHeard(token=token):
            opened = tapped_survey(talk, token)
            if opened is not None:
                note(talk, heard)
                score_tapped(talk, opened, token)
        case TextHeard(text=text) if _takes_words(talk, text):
            note(talk, heard)
            _hear_words(talk, text)
        case TicketNews():
            ticket_news.tell(talk, heard)
        case CallUnanswered():
            missed_calls.tell(talk, heard)


def _hear_words(talk: Talk, text: str) -> None:
    asked = open_comment(talk)
    if asked is not None:
        comment(talk, asked, text)
        return
    waiting = unanswered(talk)
    survey = talk.program.surveys.get(waiting.name) if waiting else None
    score = score_typed(talk, waiting, text) if waiting else None
    if waiting is not None and survey is not None and score is not None:
        give_score(talk, waiting, survey, score)
