"""What an agent presses in their private chat to say to whom their words go."""

import logging

from bot.channels.direction import line_of
from bot.channels.telegram.desk.answers import refusal
from bot.channels.telegram.desk.buttons import Press
from bot.channels.telegram.fetching import CannotFetch, Fetching, not_fetched
from bot.channels.telegram.keyboards import NO_BUTTONS
from bot.channels.telegram.messages import Destination, Messages
from bot.channels.telegram.private.desk import FACE, SEND, name_of
from bot.channels.telegram.refusals import TelegramRefusal
from bot.channels.telegram.rendering import plain
from bot.channels.telegram.wire import Tapped
from bot.channels.telegram.wording.words import word
from bot.content import Content
from bot.ports import ChannelBusy, Served
from bot.service.desk.agent_acts import Answer
from bot.service.private.desk import PrivateDesk

log = logging.getLogger(__name__)


class PrivateButtons:
    """To whom words go: from now on, or those that waited for this."""

    deeds = frozenset({FACE, SEND})

    def __init__(self, desk: PrivateDesk, fetching: Fetching, messages: Messages) -> None:
        self._desk = desk
        self._fetching = fetching
        self._messages = messages

    async def press(self, press: Press) -> str:
        """Do what the button says. Gives the notice for who pressed it."""
        if press.deed == FACE:
            answer, served = await self._desk.face(
                press.agent, int(press.number), press.argument, press.language or "en"
            )
            return self._told("private_facing", answer, served, press.language)
        question, _, handoff = press.argument.partition(" ")
        if not question.isdecimal():
            return word("old_button", press.language)
        return await self._send(press, int(question), handoff)

    async def _send(self, press: Press, question: int, handoff: str) -> str:
        try:
            await self._desk.fetch_held(press.agent, question, handoff, self._fetching.fetched)
        except CannotFetch as trouble:
            return not_fetched(trouble, press.language)
        answer, served = await self._desk.send_held(press.agent, int(press.number), question, handoff)
        if answer.why == "again":
            return ""  # an outage swallowed the answer: they were sent, and shall not be written again
        if answer.why == "unknown":
            return word("private_held_gone", press.language)
        if answer.done and served is not None:
            await self._answer(press.message, served, press.language)
        return self._told("private_sent_to", answer, served, press.language)

    def _told(self, name: str, answer: Answer, served: Served | None, language: str | None) -> str:
        if answer.why == "again":
            return word("private_switched_since", language)
        if answer.done and served is not None:
            return word(name, language, customer=name_of(served, language or "en"))
        return refusal(answer, language)

    async def _answer(self, message: Tapped | None, served: Served, language: str | None) -> None:
        """The question shows what was chosen, and asks no more."""
        if message is None:
            return
        text = word("private_sent_to", language, customer=name_of(served, language or "en"))
        to = Destination(chat=str(message.chat.id))
        try:
            shown = Content(text=plain(line_of(text, language)))
            await self._messages.edit(to, str(message.message_id), shown, NO_BUTTONS)
        except (TelegramRefusal, ChannelBusy) as trouble:
            log.info("question_not_answered", extra={"chat": message.chat.id, "reason": str(trouble)})
