"""What agents see in their groups: one topic of a forum for each hand-off."""

from collections.abc import Awaitable, Callable, Sequence
from typing import assert_never

import msgspec
from aiogram.methods import (
    CloseForumTopic,
    CreateForumTopic,
    DeleteForumTopic,
    EditForumTopic,
    ReopenForumTopic,
)

from bot.channels.direction import line_of
from bot.channels.telegram.api import Api
from bot.channels.telegram.desk import cards
from bot.channels.telegram.desk.card_buttons import card_buttons, offer_buttons
from bot.channels.telegram.desk.groups import Groups
from bot.channels.telegram.keyboards import NO_BUTTONS
from bot.channels.telegram.messages import Destination, Messages
from bot.channels.telegram.refusals import MISCONFIGURED_SECONDS, TelegramRefusal
from bot.channels.telegram.rendering import joined, plain
from bot.channels.telegram.wording.words import word
from bot.content import Content
from bot.ports import (
    AnyDeskOutgoing,
    Bundle,
    ChannelBusy,
    ChannelRefused,
    DeskCard,
    DeskForgotten,
    DeskLine,
    DeskOffer,
    DeskOfferOver,
    DeskState,
    Receipt,
)
from bot.service.crowds import Crowds

UNUSABLE_SECONDS = 30.0  # until somebody may have put the group in order
ELSEWHERE_SECONDS = 0.5  # until it is known whether a new topic has to go into another group
EDITED = "✎ "
InTopic = DeskLine | DeskState | DeskOffer | DeskOfferOver | Bundle


class Opened(msgspec.Struct, frozen=True):
    """The topic of a card that is not there yet: it goes on where it stopped."""

    group: int
    topic: int


class Forum:
    """The desk's groups. A thread is `group:topic`."""

    def __init__(self, api: Api, messages: Messages, groups: Groups, language: str, crowds: Crowds) -> None:
        self._api = api
        self._messages = messages
        self._groups = groups
        self._language = language
        self._crowds = crowds
        self._opened: dict[str, Opened] = {}

    async def send(self, outgoing: AnyDeskOutgoing, thread: str | None) -> Receipt:
        """Bring it into its topic. Raises ChannelBusy or ChannelRefused."""
        match outgoing:
            case DeskCard():
                return await self._open(outgoing)
            case DeskForgotten():
                return await self._forget(outgoing)
            case DeskLine() | DeskState() | DeskOffer() | DeskOfferOver() | Bundle():
                if thread is None:
                    raise ChannelRefused("thread_gone", "there is no topic yet")
                return await self._in_topic(outgoing, thread)
            case _:
                raise ChannelRefused("refused", f"{type(outgoing).__name__} is not for a group")

    # A new hand-off

    async def _open(self, card: DeskCard) -> Receipt:
        opened = self._opened.get(card.handoff)
        group = opened.group if opened is not None else self._group_for(card)
        try:
            receipt = await self._at(group, lambda chat: self._put(card, chat), ELSEWHERE_SECONDS)
        except ChannelRefused as refused:
            self._opened.pop(card.handoff, None)
            if refused.code == "thread_gone":  # deleted before the card was wholly there
                raise ChannelBusy(refused.reason, 0.0) from refused
            raise
        self._opened.pop(card.handoff, None)
        return receipt

    def _group_for(self, card: DeskCard) -> int:
        usable = self._groups.usable()
        if not usable:
            raise ChannelRefused("refused", "no group can be worked in")
        return self._group_among(usable, card.group, card.number)

    def _group_among(self, usable: Sequence[str], named: str, number: int) -> int:
        """The group of this name, if it can be used, or else another one."""
        wanted = str(self._groups.now(int(named))) if named else ""
        return int(wanted if wanted in usable else usable[number % len(usable)])

    async def _put(self, card: DeskCard, chat: int) -> Receipt:
        opened = self._opened.get(card.handoff)
        if opened is None:
            topic = await self._api.ask(CreateForumTopic(chat_id=chat, name=cards.topic_name(card)))
            opened = self._opened[card.handoff] = Opened(chat, topic.message_thread_id)
        to = Destination(chat=str(chat), topic=opened.topic)
        message = await self._messages.send(to, self._card(card), card_buttons(card, self._language))
        return Receipt(message_id=message, thread=f"{chat}:{opened.topic}")

    def _card(self, card: DeskCard) -> Content:
        return Content(text=cards.card_text(card, self._language))

    # What happens to it

    async def _in_topic(self, outgoing: InTopic, thread: str) -> Receipt:
        group, _, topic = thread.partition(":")

        async def bring(chat: int) -> Receipt:
            to = Destination(chat=str(chat), topic=int(topic))
            try:
                return await self._bring(to, outgoing)
            except TelegramRefusal as refusal:
                if not refusal.thread_closed:
                    raise
                await self._api.ask(ReopenForumTopic(chat_id=chat, message_thread_id=int(topic)))
                return await self._bring(to, outgoing)

        return await self._at(int(group), bring)

    async def _bring(self, to: Destination, outgoing: InTopic) -> Receipt:
        match outgoing:
            case DeskLine():
                return Receipt(message_id=await self._line(to, outgoing))
            case DeskState():
                return Receipt(message_id=await self._state(to, outgoing))
            case Bundle():
                return await self._together(to, [part.content for part in outgoing.parts])
            case DeskOffer():
                text, buttons = cards.offer_text(outgoing, self._language), offer_buttons(outgoing, self._language)
                return Receipt(message_id=await self._messages.send(to, Content(text=text), buttons))
            case DeskOfferOver():
                await self._offer_over(to, outgoing)
                return Receipt()
            case _:
                assert_never(outgoing)

    async def _together(self, to: Destination, contents: Sequence[Content]) -> Receipt:
        """The parts of an album, or lines that had to wait: those read on in one message."""
        to = msgspec.structs.replace(to, reply_to=contents[0].reply_to)
        if contents[0].attachment is not None:
            return Receipt(message_ids=await self._messages.send_album(to, contents))
        lines = [piece for content in contents for piece in (plain("\n"), content.text)]
        return Receipt(message_id=await self._messages.send(to, Content(text=joined(*lines[1:]))))

    async def _line(self, to: Destination, line: DeskLine) -> str:
        content = line.content
        if line.author is None:
            content = msgspec.structs.replace(content, text=cards.house_line(line, self._language))
        to = msgspec.structs.replace(to, reply_to=content.reply_to)
        if line.edited:
            if line.replaces is not None:
                edited = await self._messages.edit(to, line.replaces, content)
                if edited is not None:
                    return edited
                await self._unforeseen(to)
            content = msgspec.structs.replace(content, text=joined(plain(EDITED), content.text))
        return await self._messages.send(to, content)

    async def _state(self, to: Destination, state: DeskState) -> str | None:
        """Let card and topic say it. Gives the card's message if it had to be sent anew."""
        assert to.topic is not None
        chat, topic, shown = int(to.chat), to.topic, state.shown or state
        await self._unless_so(EditForumTopic(chat_id=chat, message_thread_id=topic, name=cards.topic_name(shown)))
        card = await self._restore(to, state, state.shown) if state.shown is not None else None
        if state.called is not None:
            await self._messages.send(to, Content(text=cards.given_text(state.called, self._language)))
        elif state.is_told:
            await self._messages.send(to, Content(text=cards.state_text(state, self._language)))
        if state.state in cards.OVER:
            await self._unless_so(CloseForumTopic(chat_id=chat, message_thread_id=topic))
        return card

    async def _restore(self, to: Destination, state: DeskState, card: DeskCard) -> str | None:
        """What is true of the hand-off now. Gives the id of the message if somebody had taken the old one away."""
        content, buttons = self._card(card), card_buttons(card, self._language)
        if state.card is not None and await self._messages.edit(to, state.card, content, buttons) is not None:
            return None
        await self._unforeseen(to)
        return await self._messages.send(to, content, buttons)

    async def _unforeseen(self, to: Destination) -> None:
        """A message takes the place of a change, for which nobody has waited in the group's line."""
        await self._crowds.wait("desk", to.chat, 1, 0.0)

    async def _offer_over(self, to: Destination, over: DeskOfferOver) -> None:
        if over.message is not None:
            content = Content(text=cards.offer_over_text(over, self._language))
            await self._messages.edit(to, over.message, content, NO_BUTTONS)

    async def _unless_so(self, change: EditForumTopic | CloseForumTopic) -> None:
        try:
            await self._api.ask(change)
        except TelegramRefusal as refusal:
            if not refusal.nothing_changed:
                raise

    # A customer who was removed

    async def _forget(self, forgotten: DeskForgotten) -> Receipt:
        group, _, topic = forgotten.thread.partition(":")

        async def remove(chat: int) -> Receipt:
            try:
                await self._api.ask(DeleteForumTopic(chat_id=chat, message_thread_id=int(topic)))
            except TelegramRefusal as refusal:
                if refusal.may_not_delete:
                    return await self._name_nobody(Destination(chat=str(chat), topic=int(topic)), forgotten.number)
                if not refusal.thread_gone:
                    raise
            return Receipt()

        return await self._at(int(group), remove)

    async def _name_nobody(self, to: Destination, number: int) -> Receipt:
        """Where the bot may not delete anything, whoever may is told."""
        assert to.topic is not None
        chat, topic, name = int(to.chat), to.topic, f"{cards.SIGNS['abandoned']} #{number}"
        await self._unless_so(EditForumTopic(chat_id=chat, message_thread_id=topic, name=name))
        text = cards.notice(line_of(word("customer_removed", self._language), self._language))
        message = await self._messages.send(to, Content(text=text))
        await self._unless_so(CloseForumTopic(chat_id=chat, message_thread_id=topic))
        return Receipt(message_id=message)

    # What can go wrong with a group

    async def _at(
        self, group: int, bring: Callable[[int], Awaitable[Receipt]], unusable_seconds: float = UNUSABLE_SECONDS
    ) -> Receipt:
        """Do it in the group, wherever that has moved to."""
        chat = self._groups.now(group)
        try:
            return await bring(chat)
        except TelegramRefusal as refusal:
            if refusal.migrate_to_chat_id is not None:
                self._groups.move(chat, refusal.migrate_to_chat_id)
                raise ChannelBusy("the group has moved", 0.0) from refusal
            if refusal.misconfigured:
                raise ChannelBusy(refusal.description, MISCONFIGURED_SECONDS) from refusal
            if refusal.thread_gone:
                raise ChannelRefused("thread_gone", refusal.description) from refusal
            if refusal.chat_unusable:
                self._groups.suspect(chat)
                raise ChannelBusy(refusal.description, unusable_seconds) from refusal
            raise ChannelRefused("refused", refusal.description) from refusal
