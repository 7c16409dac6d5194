"""What becomes of a menu whose button was tapped, on channels that can edit what they sent."""

from collections.abc import Sequence

from bot.content import Value
from bot.engine.conversation import Conversation
from bot.engine.inputs import AnyHeard, TapHeard
from bot.events import AnyEvent, BotSaid, CustomerSaid, InputIgnored
from bot.ports import ShowChoice


class Tapped(Value, frozen=True, kw_only=True):
    """Either the next menu `replaces` the message, or the message shows the choice, or it stays as it is."""

    replaces: str | None = None
    shows: ShowChoice | None = None


UNTOUCHED = Tapped()


def tapped_menu(before: Conversation, heard: AnyHeard, events: Sequence[AnyEvent]) -> Tapped:
    """A tap that leads straight to another menu shows that one in place; any other keeps the choice to be seen.

    A survey keeps its buttons: an answer may be changed until the survey expires.
    """
    if not isinstance(heard, TapHeard) or heard.message_id is None:
        return UNTOUCHED
    if before.wait is None or before.wait.kind == "survey" or any(isinstance(event, InputIgnored) for event in events):
        return UNTOUCHED
    spoken = [event for event in events if isinstance(event, BotSaid)]
    if len(spoken) == 1 and spoken[0].menu and spoken[0].expects is None and spoken[0].content.attachment is None:
        return Tapped(replaces=heard.message_id)
    label = next((event.tapped for event in events if isinstance(event, CustomerSaid)), None)
    if label is None:
        return UNTOUCHED
    return Tapped(shows=ShowChoice(message_id=heard.message_id, text=before.wait.asked, label=label))
