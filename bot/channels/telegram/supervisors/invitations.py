"""Links that make somebody an agent: made by command, opened in a private chat."""

import re
from collections.abc import Mapping
from typing import cast

import msgspec

from bot.channels.direction import isolated
from bot.channels.telegram.api import Api
from bot.channels.telegram.desk.commands import RANKS, Call, Role
from bot.channels.telegram.desk.groups import Groups
from bot.channels.telegram.desk.lists import listed
from bot.channels.telegram.hearing import command_of
from bot.channels.telegram.identity import Identity
from bot.channels.telegram.messages import Destination, Messages
from bot.channels.telegram.notices import Notices, Spot
from bot.channels.telegram.refusals import TelegramRefusal
from bot.channels.telegram.rendering import plain
from bot.channels.telegram.wire import Message, Update, User, decode_chat, decode_invite_link
from bot.channels.telegram.wording.words import word
from bot.content import Content
from bot.engine.formats import long_moment
from bot.ports import ChannelBusy
from bot.service.desk.agents import AgentCard
from bot.service.desk.invitations import JOIN, Invitations, may_invite
from bot.service.desk.supervision import Supervision
from bot.service.private.desk import PrivateDesk

_OPENED = re.compile(rf"/start(@\w+)? {JOIN}")


class InviteCommand:
    """The link goes to whoever asked for it alone: in a group, anybody could open it."""

    names: Mapping[str, Role] = {"invite": "supervisor"}

    def __init__(
        self,
        invitations: Invitations,
        supervision: Supervision,
        identity: Identity,
        messages: Messages,
        notices: Notices,
    ) -> None:
        self._invitations = invitations
        self._supervision = supervision
        self._identity = identity
        self._messages = messages
        self._notices = notices

    async def run(self, call: Call) -> None:
        """Make a link, and send it in private."""
        words, sender = call.argument.split(), call.message.sender
        role = cast(Role, words.pop(0)) if words and words[0] in RANKS else "agent"
        known = self._supervision.queues
        if not set(words) <= set(known):
            told = word("staff_unknown_queue", call.language, known=listed(known, call.language))
            await self._notices.reply(call.message, told)
        elif not may_invite(call.agent.role, role):
            await self._notices.reply(call.message, word("invite_role", call.language))
        elif sender is not None:
            await self._send(call, str(sender.id), role, words)

    async def _send(self, call: Call, chat: str, role: Role, queues: list[str]) -> None:
        bot = f"https://t.me/{await self._identity.username()}"
        made = await self._invitations.invite(call.agent.id, role, queues)
        text = word(
            "invite_link",
            call.language,
            role=word(f"role_{role}", call.language),
            queues=listed(made.queues, call.language),
            until=isolated(long_moment(made.until, call.language or "en"), call.language),
            link=f"{bot}?start={made.payload}",
        )
        try:
            await self._messages.send(Destination(chat=chat), Content(text=plain(text)))
        except TelegramRefusal:
            link = isolated(f"{bot}?start", call.language)
            await self._notices.reply(call.message, word("invite_not_sent", call.language, link=link))
            return
        if call.message.chat.type != "private":
            await self._notices.reply(call.message, word("invite_sent", call.language))


class Newcomers:
    """Who opens such a link is told what came of it, and where they work."""

    def __init__(
        self,
        *,
        invitations: Invitations,
        api: Api,
        identity: Identity,
        groups: Groups,
        private_desk: PrivateDesk,
        notices: Notices,
        language: str,
    ) -> None:
        self._invitations = invitations
        self._private_desk = private_desk
        self._api = api
        self._identity = identity
        self._groups = groups
        self._language = language
        self._notices = notices

    async def take_update(self, update: Update, body: bytes | msgspec.Raw) -> bool:
        """Returns when what came of it is stored for good; false when it is no such link."""
        message = update.message
        if message is None or message.sender is None or not _OPENED.match(message.text or ""):
            return False
        command = command_of(message.text or "", await self._identity.username())
        if command is None or message.chat.type != "private":
            return False
        await self._open(update.update_id, message, message.sender, command[1])
        return True

    async def _open(self, number: int, message: Message, sender: User, payload: str) -> None:
        name = sender.full_name or sender.username or str(sender.id)
        opened = await self._invitations.open(payload, sender.id, name)
        if opened.agent is None or opened.welcome != "joined":
            await self._notices.reply(message, word(f"welcome_{opened.welcome}", message.language))
        else:
            await self._notices.reply(message, await self._welcome(opened.agent, message.language))
            if self._are_alone:
                await self._private_desk.turn_on(opened.agent.id, number, message.language or "en")
            await self._tell(opened.inviter, opened.agent)

    @property
    def _are_alone(self) -> bool:
        """Whether there is no group to work in, nor shall be one."""
        return not self._groups.usable() and not self._groups.problems()

    async def _tell(self, inviter: AgentCard | None, agent: AgentCard) -> None:
        if inviter is not None and inviter.telegram_id is not None:
            text = word("invite_opened", self._language, agent=isolated(agent.name, self._language))
            await self._notices.say(Spot(chat=inviter.telegram_id, topic=None, message=""), text)

    async def _welcome(self, agent: AgentCard, language: str | None) -> str:
        queues = listed(agent.queues, language)
        hello = word("welcome_joined", language, agent=isolated(agent.name, language), queues=queues)
        groups = [await self._way_to(int(group), language) for group in self._groups.usable()]
        alone = word("private_on" if self._are_alone else "welcome_private", language)
        return "\n\n".join((hello, *(groups or [alone])))

    async def _way_to(self, group: int, language: str | None) -> str:
        """A link into the group that lets one person in, or whom to ask where the bot may make none."""
        try:
            params = {"chat_id": group, "member_limit": 1}
            made = decode_invite_link(await self._api.call("createChatInviteLink", params))
        except (TelegramRefusal, ChannelBusy):
            return word("welcome_ask", language, group=isolated(await self._title(group), language))
        return f"{word('welcome_group', language)}\n{made.invite_link}"

    async def _title(self, group: int) -> str:
        try:
            return decode_chat(await self._api.call("getChat", {"chat_id": group})).title
        except (TelegramRefusal, ChannelBusy):
            return str(group)
