"""Buttons under messages that asked nothing: they may be tapped, or named, whatever is asked later."""

from bot.engine.conversation import Button, Conversation
from bot.engine.flow import Collect
from bot.engine.normal import normalise
from bot.engine.questions import is_free_text
from bot.engine.talk import Talk


def is_idle(talk: Talk) -> bool:
    """Whether what such a button does can be done now."""
    return talk.handoff is None and (talk.wait is None or talk.wait.kind not in ("action", "handoff"))


def button_of(talk: Talk, token: str) -> Button | None:
    """The one that was tapped."""
    return next((button for button in talk.buttons if button.token == token), None) if is_idle(talk) else None


def stands_beside(conversation: Conversation, token: str) -> bool:
    """Whether the button is one of these, and under another message than the question that is asked."""
    button = next((button for button in conversation.buttons if button.token == token), None)
    wait = conversation.wait
    asked = wait.offered if wait is not None and wait.topic == "ended" else ()  # those under the last words
    return button is not None and all(each.label != button.label for each in asked)


def button_named(talk: Talk, typed: str) -> Button | None:
    """The newest that reads so. Where any words are an answer, only those that came with the question are meant."""
    if not is_idle(talk):
        return None
    titled = (button for button in reversed(talk.buttons) if normalise(button.label) == typed)
    step = talk.step
    if talk.wait is not None and isinstance(step, Collect) and is_free_text(talk, step):
        titled = (button for button in titled if button.turn == talk.wait.turn)
    return next(titled, None)
