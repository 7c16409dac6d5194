"""Words of the house to somebody outside of any conversation."""

from datetime import datetime

from bot.content import Content, RichText
from bot.ports import Say
from bot.service.parcels import outgoing_to_json
from bot.service.written import BEHIND
from storage import outbox
from storage.database import Connection
from storage.nudges import nudge


def book_notice(connection: Connection, chat: str, text: str, language: str, now: datetime) -> None:
    """Have this brought to a chat of Telegram's, by whatever process serves it."""
    said = Say(content=Content(text=RichText(text=text)), language=language)
    booking = outbox.Booking(
        conversation_id="",  # it belongs to none
        channel="telegram",
        address=chat,
        body=outgoing_to_json(said),
        booked_at=now,
        due_at=now,
    )
    outbox.book(connection, [booking])
    nudge(connection, BEHIND)
