"""What agents can ask about the whole desk."""

from collections.abc import Mapping

from bot.channels.telegram.desk.commands import Call, Role
from bot.channels.telegram.desk.lines import agents_text, desk_text
from bot.channels.telegram.notices import Notices
from bot.service.desk.supervision import Supervision


class ListingCommands:
    """Who is waiting, and who is doing what: supervisors see all of it, agents their queues."""

    names: Mapping[str, Role] = {"queue": "agent", "agents": "supervisor"}

    def __init__(self, supervision: Supervision, notices: Notices) -> None:
        self._supervision = supervision
        self._notices = notices

    async def run(self, call: Call) -> None:
        """Tell it; a long list takes several messages."""
        language = call.language or "en"
        view = await self._supervision.seen_by(call.agent, language)
        text = agents_text(view, language) if call.name == "agents" else desk_text(view, language)
        await self._notices.reply(call.message, text)
