"""Who writes and presses where agents work: agents are heard, and others are told why they are not."""

from bot.channels.telegram.desk.buttons import Buttons, press_of
from bot.channels.telegram.notices import Notices
from bot.channels.telegram.taps import Taps
from bot.channels.telegram.wire import CallbackQuery, Message
from bot.channels.telegram.wording.words import word
from bot.service.desk.agents import AgentCard, Agents


async def agent_who_wrote(message: Message, agents: Agents, notices: Notices) -> AgentCard | None:
    """The agent who wrote this, none for anybody else. What a channel says in its group is for nobody."""
    sender = message.sender
    if message.sender_chat is not None:
        if message.sender_chat.id == message.chat.id:
            await notices.reply(message, word("anonymous_agent", message.language))
        return None
    if sender is None or sender.is_bot:
        return None
    agent = await agents.with_telegram(sender.id)
    if agent is None:
        await notices.reply(message, word("not_an_agent", sender.language, id=str(sender.id)))
    return agent


async def take_tap(number: str, query: CallbackQuery, agents: Agents, buttons: Buttons, taps: Taps) -> None:
    """Do what the button says, if it was an agent who pressed it; `number` is that of the input."""
    with taps.in_time(query.id):
        sender = query.sender
        agent = await agents.with_telegram(sender.id)
        if agent is None:
            notice = word("not_an_agent", sender.language, id=str(sender.id))
        else:
            notice = await buttons.press(press_of(number, query, agent))
    taps.answer(query.id, notice)
