"""How the desk looks in a terminal."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rich import box
from rich.cells import cell_len, set_cell_size
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from bot.content import Value
from bot.desk.waiting import Expected
from bot.reports.figures import Figure, Share
from bot.reports.rendering import duration, isolated
from bot.reports.wallboard import Wallboard
from bot.service.desk.view import AgentView, DeskView, HeldView, QueueView, WaitingView

WIDEST_NAME = 16  # columns; more would push the rest off a screen of 80
MOST_WAITING = 20  # or the agents would be below the end of the screen
PRESENCE_STYLES = {"available": "green", "away": "yellow", "break": "yellow", "offline": "dim"}
EMPTY = "–"


class Look(Value, frozen=True, kw_only=True):
    """The desk at one moment, today's figures, and what who comes now into each queue will probably wait."""

    desk: DeskView
    today: Wallboard
    expected: Mapping[str, Expected | None]


def drawn(look: Look, zone: ZoneInfo, trouble: str = "") -> RenderableType:
    """The whole screen; `trouble` is why it is older than it should be."""
    view = look.desk
    at = f"{view.at.astimezone(zone):%Y-%m-%d %H:%M:%S} ({zone.key})"
    pieces: list[RenderableType] = [Text(at, style="bold"), _queues(look, zone)]
    pieces.append(_waiting(view.waiting) if view.waiting else Text("nobody is waiting\n"))
    pieces.append(_agents(view.agents))
    if trouble:
        pieces.append(Text(trouble, style="bold red"))
    return Group(*pieces)


def _table(title: str, *columns: str, right: Iterable[str] = ()) -> Table:
    """What has no room is cut and never wrapped: a name on two lines would turn what stands beside it."""
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", no_wrap=True)
    return table


def _queues(look: Look, zone: ZoneInfo) -> Table:
    names = ("queue", "open", "waiting", "longest", "expected", "free", "in time", "left")
    table = _table(
        "Queues: who waits, agents who are free of those there, service level today", *names, right=names[2:]
    )
    for queue in look.desk.queues:
        figures = look.today.queues.get(queue.name, {})
        table.add_row(
            _name(queue.name),
            _openness(queue, look.desk.at, zone),
            Text(str(queue.waiting), style="bold" if queue.waiting else "dim"),
            _seconds(queue.longest_wait_seconds),
            _expected(look.expected.get(queue.name)),
            f"{queue.free}/{queue.there}",
            *(_share(figures.get(name)) for name in ("service_level", "abandoned")),
        )
    return table


def _share(figure: Figure | None) -> str:
    if not isinstance(figure, Share) or figure.percent is None:
        return EMPTY
    return f"{figure.percent:.0f}% of {figure.of}"


def _expected(expected: Expected | None) -> str:
    return EMPTY if expected is None else f"{expected.from_minutes}–{expected.to_minutes} min"


def _openness(queue: QueueView, now: datetime, zone: ZoneInfo) -> Text:
    if queue.is_open:
        return Text("open", style="green")
    if queue.opens_at is None:
        return Text("closed", style="dim")
    opens = queue.opens_at.astimezone(zone)
    return Text(f"from {opens:%H:%M}" if opens - now < timedelta(days=1) else f"from {opens:%m-%d}", style="dim")


def _agents(agents: tuple[AgentView, ...]) -> RenderableType:
    if not agents:
        return Text("nobody works at the desk yet: see `switchboard agent add --help`")
    table = _table("Agents", "agent", "state", "since", "has", "queues", "customers", right=("since", "has"))
    for agent in agents:
        state = f"{agent.presence}: {agent.reason}" if agent.reason else agent.presence
        table.add_row(
            _name(agent.name),
            Text(_short(state), style=PRESENCE_STYLES[agent.presence]),
            _seconds(agent.seconds),
            f"{agent.load}/{agent.capacity}",
            Text(", ".join(isolated(queue) for queue in agent.queues) or EMPTY),
            Text(", ".join(_held(one) for one in agent.customers) or EMPTY),
        )
    return table


def _held(held: HeldView) -> str:
    return f"#{held.number} {_short(held.customer)} {duration(held.seconds)}"


def _waiting(waiting: tuple[WaitingView, ...]) -> Table:
    names = ("#", "customer", "queue", "from", "waited", "prio", "offered")
    table = _table("Waiting, and in brackets whom they want", *names, right=("#", "waited", "prio"))
    for one in waiting[:MOST_WAITING]:
        table.add_row(
            str(one.number),
            _name(one.customer),
            _name(one.queue),
            f"{one.channel} {one.language}",
            duration(one.seconds),
            str(one.priority),
            _name(one.offered_to or (f"({one.wanted_agent})" if one.wanted_agent else EMPTY)),
        )
    if len(waiting) > MOST_WAITING:
        table.caption, table.caption_justify = f"and {len(waiting) - MOST_WAITING} more", "left"
    return table


def _seconds(seconds: float | None) -> str:
    return EMPTY if seconds is None else duration(seconds)


def _name(name: str) -> Text:
    return Text(_short(name))


def _short(name: str) -> str:
    """A name as wide as there is room, in its own direction: what is cut must not leave that open."""
    shown = isolated(name)
    if cell_len(shown) <= WIDEST_NAME:
        return shown
    return isolated(f"{set_cell_size(name, WIDEST_NAME - 1).rstrip()}…")
