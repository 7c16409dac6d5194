"""The figures of right now."""

from datetime import datetime

from bot.content import Value
from bot.reports.figures import Figure
from bot.reports.measures import BY_NAME
from bot.reports.periods import DAY, BusinessCalendar
from storage.database import Database
from storage.reporting import Request, read_requests

TODAY = tuple(BY_NAME[name] for name in ("service_level", "abandoned"))


class Wallboard(Value, frozen=True, kw_only=True):
    """Today's figures by the names of their metrics, for each queue where somebody was asked for, and altogether."""

    queues: dict[str, dict[str, Figure]]
    total: dict[str, Figure]


async def wallboard(database: Database, calendar: BusinessCalendar, now: datetime) -> Wallboard:
    """The figures of the business's day so far. Raises DatabaseDown."""
    since = calendar.begins(calendar.day_of(now))
    until = calendar.begins(calendar.day_of(now) + DAY)
    requests = await database.read(lambda connection: read_requests(connection, since, until))
    by_queue: dict[str, list[Request]] = {}
    for request in requests:
        by_queue.setdefault(request.queues[0], []).append(request)
    return Wallboard(queues={name: _figures(those) for name, those in by_queue.items()}, total=_figures(requests))


def _figures(requests: list[Request]) -> dict[str, Figure]:
    return {metric.name: metric.figure(requests) for metric in TODAY}
