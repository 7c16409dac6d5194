"""Buttons that agents press, wherever they work: each goes to the set that knows what it does."""

from collections.abc import Collection, Sequence
from typing import Protocol

import msgspec

from bot.channels.telegram.keyboards import Markup
from bot.channels.telegram.messages import Destination, Messages
from bot.channels.telegram.refusals import TelegramRefusal
from bot.channels.telegram.wire import CallbackQuery, Tapped
from bot.channels.telegram.wording.words import word
from bot.ports import ChannelBusy
from bot.service.desk.agents import AgentCard


class Press(msgspec.Struct, frozen=True, kw_only=True):
    """A button that an agent pressed; `number` is its own, so that it acts once.

    Its data is `deed argument`. `message` is where it stands, none when that is too old for Telegram to tell.
    """

    number: str
    agent: AgentCard
    deed: str
    argument: str
    message: Tapped | None
    language: str | None


def press_of(number: str, query: CallbackQuery, agent: AgentCard) -> Press:
    """What the agent pressed."""
    deed, _, argument = (query.data or "").partition(" ")
    return Press(
        number=number,
        agent=agent,
        deed=deed,
        argument=argument,
        message=query.message,
        language=query.sender.language,
    )


async def show_instead(messages: Messages, press: Press, buttons: Markup) -> str:
    """Other buttons below the same message. Gives what is to be told if it can't be changed, nothing if it was."""
    message = press.message
    if message is None:
        return word("old_button", press.language)
    try:
        changed = await messages.edit_buttons(Destination(chat=str(message.chat.id)), str(message.message_id), buttons)
    except (TelegramRefusal, ChannelBusy):
        changed = False
    return "" if changed else word("old_button", press.language)


class ButtonSet(Protocol):
    """Buttons that belong together."""

    @property
    def deeds(self) -> Collection[str]: ...

    async def press(self, press: Press) -> str:
        """Do what the button says. Gives the notice for who pressed it, nothing if it is seen without."""
        ...


class Buttons:
    """All sets together."""

    def __init__(self, sets: Sequence[ButtonSet]) -> None:
        self._sets = {deed: one for one in sets for deed in one.deeds}

    def knows(self, deed: str) -> bool:
        """Whether there is such a button."""
        return deed in self._sets

    async def press(self, press: Press) -> str:
        """Do what the button says. Gives the notice for who pressed it."""
        known = self._sets.get(press.deed)
        return word("old_button", press.language) if known is None else await known.press(press)
