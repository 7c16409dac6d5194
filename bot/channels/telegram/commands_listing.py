"""What agents can ask about the whole desk."""

from collections.abc import Mapping, Sequence

from bot.channels.telegram.commands import Call, Role
from bot.channels.telegram.notices import Notices
from bot.channels.telegram.words import word
from bot.service.handoffs import Handoffs


class ListingCommands:
    """Who is waiting."""

    names: Mapping[str, Role] = {"queue": "agent"}

    def __init__(self, handoffs: Handoffs, notices: Notices, queues: Sequence[str]) -> None:
        self._handoffs = handoffs
        self._notices = notices
        self._queues = queues

    async def run(self, call: Call) -> None:
        """List them."""
        waiting = [glance for queue in self._queues for glance in await self._handoffs.waiting(queue)]
        lines = [f"#{one.number} {one.customer} · {one.queue}" for one in waiting]
        await self._notices.reply(call.message, "\n".join(lines) or word("queue_empty", call.language))
