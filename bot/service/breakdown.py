"""What is done when a bug stopped an input: the customer is told, a person is asked for, and it never comes again."""

import traceback
from pathlib import Path

from bot.content import Content, RichText
from bot.engine.conversation import OpenHandoff, Wait
from bot.engine.program import spoken
from bot.engine.wording import WORDING
from bot.events import AnyEvent, BotSaid, ConversationClosed, ConversationOpened, HandoffRequested, TurnFailed
from bot.service.case import Case
from bot.service.consequences import answer, hear, record
from bot.service.work import Work

APOLOGY = WORDING["utter_switchboard_internal_error"]


def place_of(bug: BaseException) -> str:
    """The bug's class and where it was raised. Its text is left out: it may quote what a customer wrote."""
    frames = traceback.extract_tb(bug.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(bug).__name__}{where}"


def break_off(work: Work, case: Case, error: str) -> None:
    """Leave what the flows were doing, apologise, and ask for a person unless one is there."""
    conversation = case.conversation
    if conversation.turns == 0:
        opened = ConversationOpened(
            channel=case.channel,
            language=conversation.language,
            revision=conversation.revision,
            flow=case.program.flow_set.start,
        )
        record(work, case, [opened])
    record(work, case, [TurnFailed(error=error)])
    if conversation.closed:
        return
    apology = RichText(text=spoken(APOLOGY, conversation.language, case.program.languages))
    record(work, case, [BotSaid(content=Content(text=apology))])
    if conversation.handoff is not None:
        case.replace(due_at=None)  # or the time that has come would come again and again
        return
    requested = HandoffRequested(
        handoff=f"{case.id}.h{conversation.handoffs + 1}",
        queue=case.program.flow_set.settings.queue or "",
        flow=conversation.stack[-1].flow if conversation.stack else case.program.flow_set.start,
        step=conversation.stack[-1].step if conversation.stack else "",
        reason="internal_error",
    )
    case.replace(
        stack=(),
        history=(),
        turns=conversation.turns + 1,
        waits=conversation.waits + 1,
        wait=Wait(number=conversation.waits + 1, kind="handoff", since=work.now),
        handoffs=conversation.handoffs + 1,
        handoff=OpenHandoff(handoff=requested.handoff, queue=requested.queue, since=work.now),
    )
    for request in record(work, case, [requested]):
        hear(work, case, answer(work, case, request))


def give_up(work: Work, case: Case, error: str) -> None:
    """Not even a person could be asked for: apologise and end the conversation, so that the next one can be better."""
    conversation = case.conversation
    apology = RichText(text=spoken(APOLOGY, conversation.language, case.program.languages))
    events: list[AnyEvent] = [TurnFailed(error=error), BotSaid(content=Content(text=apology))]
    if not conversation.closed:
        events.append(ConversationClosed(reason="failed"))
    case.replace(closed=True, stack=(), wait=None, handoff=None, due_at=None, history=(), reminders=(), buttons=())
    record(work, case, events)
