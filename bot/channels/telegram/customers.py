"""What the bot and the agents say, brought to customers in their private chats."""

from contextlib import suppress
from functools import partial

import msgspec

from bot.channels.direction import directed
from bot.channels.telegram.api import Api
from bot.channels.telegram.keyboards import NO_BUTTONS, NO_KEYBOARD, Markup, inline_keyboard, label_of, sharing_keyboard
from bot.channels.telegram.messages import Destination, Messages
from bot.channels.telegram.refusals import TelegramRefusal, give_up
from bot.channels.telegram.rendering import joined, plain, rendered
from bot.channels.telegram.unfinished import Unfinished
from bot.content import Content
from bot.ports import (
    AnyOutgoing,
    Bundle,
    ChannelBusy,
    ChannelRefused,
    HideChoices,
    Receipt,
    Say,
    ShowChoice,
    ShowTyping,
)

CHOSEN = "✓"


class Customers:
    """The channel `telegram`: an address is the id of a private chat."""

    def __init__(self, api: Api, messages: Messages) -> None:
        self._api = api
        self._messages = messages
        self._unfinished = Unfinished()

    async def send(self, address: str, outgoing: AnyOutgoing, thread: str | None) -> Receipt:
        """Bring it there. Raises ChannelBusy or ChannelRefused."""
        to = Destination(chat=address)
        try:
            match outgoing:
                case Say():
                    return Receipt(message_id=await self._say(to, outgoing))
                case Bundle():
                    return await self._album(to, outgoing)
                case ShowChoice():
                    return await self._show_choice(to, outgoing)
                case HideChoices():
                    if outgoing.message_id is not None:
                        await self._messages.edit_buttons(to, outgoing.message_id, NO_BUTTONS)
                    return Receipt()
                case ShowTyping():
                    await self._api.call("sendChatAction", {"chat_id": int(address), "action": "typing"})
                    return Receipt()
                case _:
                    raise ChannelRefused("refused", f"{type(outgoing).__name__} is not for customers")
        except TelegramRefusal as refusal:
            give_up(refusal)
        except ChannelBusy:
            if isinstance(outgoing, ShowTyping):
                return Receipt()  # a sign that comes late is a wrong one
            raise

    async def _say(self, to: Destination, say: Say) -> str:
        content = say.content
        if say.handoff is None:  # what an agent wrote stays as it was written
            content = msgspec.structs.replace(content, text=directed(content.text, say.language))
        markup = _markup(say)
        to = msgspec.structs.replace(to, reply_to=content.reply_to)
        if say.clears_keyboard and markup is None:
            markup = NO_KEYBOARD
        elif say.clears_keyboard and say.choices and say.expects is None:
            with self._unfinished.resumed((to, content)) as parts:
                await parts.add(partial(self._clear_keyboard, to))
                return await self._bring(to, say, content, markup)
        return await self._bring(to, say, content, markup)

    async def _bring(self, to: Destination, say: Say, content: Content, markup: Markup | None) -> str:
        """In place of the message that it replaces, if there is one that can be changed; else as a new one."""
        if say.replaces is not None and (content.attachment is None or say.edited):
            edited = await self._messages.edit(to, say.replaces, content, markup if say.choices else None)
            if edited is not None:
                return edited
            await self._messages.edit_buttons(to, say.replaces, NO_BUTTONS)
        return await self._messages.send(to, content, markup)

    async def _album(self, to: Destination, album: Bundle) -> Receipt:
        contents = [part.content for part in album.parts]
        to = msgspec.structs.replace(to, reply_to=contents[0].reply_to)
        return Receipt(message_ids=await self._messages.send_album(to, contents))

    async def _clear_keyboard(self, to: Destination) -> str:
        """Only a message takes a keyboard away, and one with buttons of its own can't: another one does, and goes."""
        chat = int(to.chat)
        sent = await self._api.send("sendMessage", {"chat_id": chat, "text": CHOSEN, "reply_markup": NO_KEYBOARD})
        with suppress(TelegramRefusal, ChannelBusy):
            await self._api.call("deleteMessage", {"chat_id": chat, "message_id": int(sent)})
        return sent

    async def _show_choice(self, to: Destination, choice: ShowChoice) -> Receipt:
        text = joined(choice.text, plain(f"\n\n{CHOSEN} {label_of(choice.label)}"))
        parts = rendered(directed(text))
        if len(parts) == 1:
            await self._messages.edit_shown(to, choice.message_id, parts[0])
        else:
            await self._messages.edit_buttons(to, choice.message_id, NO_BUTTONS)
        return Receipt(message_id=choice.message_id)


def _markup(say: Say) -> Markup | None:
    if say.expects == "contact" or say.expects == "location":
        return sharing_keyboard(say.expects, say.choices, say.language)
    if say.choices:
        return inline_keyboard(say.choices, say.columns, say.language)
    return None
