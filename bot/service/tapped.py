"""What becomes of a menu whose button was tapped, on channels that can edit what they sent."""

from collections.abc import Sequence

from bot.content import Value
from bot.engine.aside_buttons import is_aside_button
from bot.engine.conversation import Conversation, Wait
from bot.engine.inputs import AnyHeard, CallUnanswered, TapHeard, TicketNews
from bot.engine.loose_buttons import stands_beside
from bot.events import AnyEvent, BotSaid, ConversationClosed, CustomerSaid, InputIgnored
from bot.ports import HideChoices, ShowChoice


class Tapped(Value, frozen=True, kw_only=True):
    """Either the next menu `replaces` the message, or the message shows the choice, or it stays as it is."""

    replaces: str | None = None
    shows: ShowChoice | None = None


UNTOUCHED = Tapped()
WITHOUT_BUTTONS = ("action", "survey")  # a survey keeps its own


def tapped_menu(before: Conversation, heard: AnyHeard, events: Sequence[AnyEvent]) -> Tapped:
    """A tap that leads straight to another menu shows that one in place; any other keeps the choice to be seen.

    A survey keeps its buttons: an answer may be changed until the survey expires. So does what was said beside.
    """
    if not isinstance(heard, TapHeard) or heard.message_id is None or is_aside_button(heard.token):
        return UNTOUCHED
    if before.wait is None or before.wait.kind == "survey" or stands_beside(before, heard.token):
        return UNTOUCHED
    if any(isinstance(event, InputIgnored) for event in events):
        return UNTOUCHED
    spoken = [event for event in events if isinstance(event, BotSaid)]
    if len(spoken) == 1 and spoken[0].menu and spoken[0].expects is None and spoken[0].content.attachment is None:
        return Tapped(replaces=heard.message_id)
    label = next((event.tapped for event in events if isinstance(event, CustomerSaid)), None)
    if label is None:
        return UNTOUCHED
    return Tapped(shows=ShowChoice(message_id=heard.message_id, text=before.wait.asked, label=label))


def outdated_choices(
    before: Conversation, after: Conversation, heard: AnyHeard, events: Sequence[AnyEvent], last_event: int
) -> list[HideChoices]:
    """What no button may be left on: an old menu that was tapped, and a question that was answered by other means.

    `last_event` is the last one before these. A conversation that expires leaves its buttons: they begin a new one.
    Those of a queue would not.
    """
    if isinstance(heard, TicketNews | CallUnanswered):
        return []
    hidden = []
    if isinstance(heard, TapHeard) and not stands_beside(before, heard.token):
        if not any(isinstance(event, InputIgnored) and event.reason == "stale" for event in events):
            return []
        if heard.message_id is not None:
            hidden.append(HideChoices(message_id=heard.message_id))
    has_expired = any(isinstance(event, ConversationClosed) and event.reason == "expired" for event in events)
    if has_expired and before.handoff is None:
        return []
    asked_again = any(isinstance(event, BotSaid) and event.choices for event in events)
    if before.wait is not None and (asked_again or after.wait is None or after.wait.number != before.wait.number):
        hidden += choices_of_question(before.wait, last_event)
    return hidden


def choices_of_question(wait: Wait, last_event: int) -> list[HideChoices]:
    """The buttons of a question that is over, if it has any; it was asked in the event `last_event` or before."""
    if wait.kind in WITHOUT_BUTTONS or wait.expects in ("contact", "location"):
        return []
    if not (wait.offered or wait.leads_back):
        return []
    return [HideChoices(event=last_event)]
