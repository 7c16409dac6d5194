"""Buttons that stay whatever becomes of the conversation, and what a tap on one of them does."""

from bot.engine import missed_calls, ticket_news
from bot.engine.talk import UNHEARD, Place, Talk, Unheard


def is_aside_button(token: str) -> bool:
    """Whether it is one of these."""
    return token.startswith(missed_calls.BUTTON) or ticket_news.ticket_of(token) is not None


def label_of(talk: Talk, token: str) -> str | None:
    """What stands on it; none when it is no such button."""
    return ticket_news.label_of(talk, token) or missed_calls.label_of(talk, token)


def hear_aside_button(talk: Talk, token: str) -> Place | Unheard:
    """Do what it is for."""
    ticket = ticket_news.ticket_of(token)
    if ticket is not None:
        return ticket_news.ask_for_words(talk, *ticket)
    if token.startswith(missed_calls.BUTTON):
        return missed_calls.ask_again_for_phone(talk, token)
    return UNHEARD
