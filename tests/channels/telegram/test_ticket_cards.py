"""Cards of tickets and callbacks in every language, and how a reply to one finds its ticket."""

from typing import get_args

import msgspec
import pytest

from bot.channels.direction import FIRST_STRONG_ISOLATE, MARKS
from bot.channels.telegram.departments import callback_cards, ticket_cards
from bot.channels.telegram.wording.words import LANGUAGES, word
from bot.content import Content, RichText
from bot.ports import DeskCallback, DeskTicket, DeskTicketLine

MOMENT = "2026-03-21T12:00:00+03:30"
TICKET = DeskTicket(
    ticket="c.t12",
    number=12,
    state="open",
    department="Complaints",
    ticket_kind="complaint",
    title="A late parcel",
    body="It did not come.",
    shared=(("order", "A-1023"),),
    customer="Sara",
    channel="telegram",
    language="fa",
    opened_by="Ali",
    opened_at=MOMENT,
    due_at=MOMENT,
    happened_at=MOMENT,
    agent_name="Ali",
)
CALLBACK = DeskCallback(
    callback="c.c1",
    queue="support",
    customer="Sara",
    channel="webchat",
    language="fa",
    phone="+989121234567",
    due_at=MOMENT,
    place_at=MOMENT,
    about="A broken cup",
    agent_name="Ali",
    outcome="no_answer",
    tries=1,
    most_tries=3,
    happened_at=MOMENT,
)


def states(kind: type[DeskTicket] | type[DeskCallback]) -> tuple[str, ...]:
    return get_args(next(field.type for field in msgspec.structs.fields(kind) if field.name == "state"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reply_to_a_card_finds_its_ticket(language: str) -> None:
    for state in states(DeskTicket):
        text = ticket_cards.card_text(msgspec.structs.replace(TICKET, state=state), language).text
        assert ticket_cards.number_in(text) == 12
        for shown in ("A late parcel", "It did not come.", "Sara", "A-1023", "Ali"):
            assert shown in text
    said = DeskTicketLine(ticket="c.t12", number=12, what="said", customer="سارا", content=Content())
    said = msgspec.structs.replace(said, content=Content(text=RichText(text="🎫 #99")))
    assert ticket_cards.number_in(ticket_cards.line_text(said, language).text) == 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_channels_are_called_as_on_the_cards_of_conversations(language: str) -> None:
    assert f": {word('channel_telegram', language)}" in MARKS.sub("", ticket_cards.card_text(TICKET, language).text)
    assert f": {word('channel_webchat', language)}" in MARKS.sub("", callback_cards.card_text(CALLBACK, language).text)


@pytest.mark.parametrize("text", ["", "Sara: 🎫 #12", "🎫 #12x", "🎫 12", "#12", "🎫 #1234567890123"])
def test_other_words_are_about_no_ticket(text: str) -> None:
    assert ticket_cards.number_in(text) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_to_call_reads_in_one_direction(language: str) -> None:
    for state in states(DeskCallback):
        card = msgspec.structs.replace(CALLBACK, state=state)
        text = callback_cards.card_text(card, language).text
        isolated = "" if language == "en" else FIRST_STRONG_ISOLATE
        assert text.startswith(f"📞 {isolated}+989121234567")
        data = [
            button["callback_data"]
            for row in callback_cards.card_buttons(card, language)["inline_keyboard"]
            for button in row
        ]
        assert bool(data) == (state in ("open", "taken"))
        assert all(one.endswith(" c.c1") and len(one.encode()) <= 64 for one in data)
