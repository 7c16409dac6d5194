"""Notes of agents: they stay inside."""

import re

import msgspec

from bot.channels.telegram.desk.answers import refusal
from bot.channels.telegram.notices import Notices
from bot.channels.telegram.wire import Message
from bot.channels.telegram.wording.words import word
from bot.content import Content, RichText
from bot.service.desk.agents import AgentCard
from bot.service.desk.handoffs import Glance, Handoffs
from bot.service.private.settling import desk_id

NOTE_SIGN = re.compile(r"^//", re.MULTILINE)  # from there on nothing is for the customer


class Notes:
    """Keeps them, and tells whoever wrote one."""

    def __init__(self, handoffs: Handoffs, notices: Notices) -> None:
        self._handoffs = handoffs
        self._notices = notices

    async def write(
        self,
        number: str,
        message: Message,
        agent: AgentCard,
        handoff: Glance,
        text: str,
        *,
        is_all: bool = True,
        is_edit: bool = False,
    ) -> None:
        """Keep what the agent wrote; `is_all` when the message holds nothing else."""
        if not text:
            await self._notices.reply(message, word("nothing_to_note", message.language))
            return
        chat, name = message.chat.id, str(message.message_id)
        message_id = desk_id(chat, name) if chat > 0 else name
        album = message.media_group_id if is_all else None
        answer = await self._handoffs.note(
            handoff.id, agent.id, number, text, message_id=message_id, album=album, is_all=is_all
        )
        if is_edit and answer.why == "again":
            return  # it is what the message says besides that has changed
        told = word("noted", message.language) if answer.done else refusal(answer, message.language)
        await self._notices.reply(message, told)


def without_note(content: Content) -> tuple[Content | None, str | None]:
    """What is for the customer, and the note that begins at the first line with its sign; none where there is none."""
    text = content.text.text
    sign = NOTE_SIGN.search(text)
    if sign is None:
        return content, None
    noted = text[sign.end() :].strip()
    said = text[: sign.start()].rstrip()
    if not said:
        return None, noted
    spans = (msgspec.structs.replace(span, end=min(span.end, len(said))) for span in content.text.spans)
    kept = RichText(text=said, spans=tuple(span for span in spans if span.start < span.end))
    return msgspec.structs.replace(content, text=kept), noted
