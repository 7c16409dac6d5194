"""The message whose buttons count no more: which one it is."""

from collections.abc import Callable

import msgspec

from bot.ports import HideChoices, Say
from bot.service.parcels import outgoing_from_json
from storage import outbox
from storage.database import Connection

LOOKED_BACK = 8  # messages: what was said since the last question


def ask_for_choices(
    connection: Connection, conversation: str, channel: str, hidden: HideChoices
) -> Callable[[], HideChoices]:
    """The same with the message's id, together with others.

    It has none while the message is still to be sent, and when the newest buttons are a survey's, which stay.
    """
    newest = outbox.ask_for_newest(connection, conversation, channel, hidden.event, LOOKED_BACK)

    def found() -> HideChoices:
        for booked in newest():
            asked = _question(booked.body) if booked.state != "failed" else None
            if asked is not None:
                is_survey = asked.choices[0].role == "survey"
                return hidden if is_survey else msgspec.structs.replace(hidden, message_id=booked.message_id)
        return hidden

    return found


def _question(body: str) -> Say | None:
    """What was asked with buttons; nothing where another version of this program said it, which no turn fails by."""
    try:
        said = outgoing_from_json(body)
    except msgspec.DecodeError:
        return None
    if not isinstance(said, Say) or not said.choices or said.expects is not None:
        return None
    return said if said.choices[0].role != "aside" else None
