"""`switchboard flows graph`: a flow, or the map of all flows, as a picture."""

import asyncio
import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bot.cli.failures import CommandFailed
from bot.cli.flow_folder import read_folder
from bot.cli.reporting import period_of
from bot.cli.rooms import open_database
from bot.engine.flow import FlowSet
from bot.pictures.flow_map import map_of_flows
from bot.pictures.flow_picture import picture_of_flow
from bot.pictures.picture import Figures, Picture
from bot.pictures.plain_text import MERMAID_LETTERS, MERMAID_LINES, as_dot, as_mermaid, is_too_much_for_mermaid
from bot.pictures.svg import as_svg
from bot.pictures.words import word
from bot.problems import did_you_mean
from bot.reports.periods import DAY, BusinessCalendar, Period
from bot.settings import Settings
from storage.passings import Passing, read_passings

DRAWN = {"svg": as_svg, "mermaid": as_mermaid, "dot": as_dot}


def graph(arguments: Namespace, settings: Settings) -> int:
    """Draw what is asked for."""
    if arguments.format == "svg" and arguments.output is None and sys.stdout.isatty():
        raise CommandFailed("a picture is nothing to read: write it to a file, such as `… --output flows.svg`", 2)
    flow_set = read_folder(settings).flow_set
    languages = flow_set.settings.languages
    language: str = arguments.language or languages[0]
    if language not in languages:
        advice = did_you_mean(language, languages) or f"they speak {', '.join(languages)}"
        raise CommandFailed(f"the flows do not speak {language!r}: {advice}", 2)
    if arguments.flow is not None and arguments.flow not in flow_set.flows:
        advice = did_you_mean(arguments.flow, flow_set.flows) or f"there are {', '.join(flow_set.flows)}"
        raise CommandFailed(f"there is no flow {arguments.flow!r}: {advice}", 2)
    picture = _picture(arguments, settings, flow_set, language)
    drawn = DRAWN[arguments.format](picture)
    _write(drawn, arguments.output)
    if arguments.format == "mermaid" and is_too_much_for_mermaid(picture, drawn):
        limits = f"more than {MERMAID_LINES} lines or {MERMAID_LETTERS} characters"
        print(f"Mermaid refuses {limits} unless it is set up for more: draw one flow, or an svg", file=sys.stderr)
    return 0


def _picture(arguments: Namespace, settings: Settings, flow_set: FlowSet, language: str) -> Picture:
    if arguments.since is None and arguments.until is None:
        if arguments.flow is None:
            return map_of_flows(flow_set, language)
        return picture_of_flow(flow_set, arguments.flow, language)
    calendar = BusinessCalendar(settings.business)
    period = period_of(calendar, arguments.since, arguments.until)
    passings = asyncio.run(_passings(settings, calendar, period))
    first, last = calendar.written(period.first), calendar.written(period.last)
    shown = word("period", language, first=first, last=last)
    if arguments.flow is None:
        return map_of_flows(flow_set, language, _figures_of_flows(passings), shown)
    return picture_of_flow(flow_set, arguments.flow, language, _figures_of_steps(passings), shown)


async def _passings(settings: Settings, calendar: BusinessCalendar, period: Period) -> list[Passing]:
    since, until = calendar.begins(period.first), calendar.begins(period.last + DAY)
    async with open_database(settings) as database:
        return await database.read(lambda connection: read_passings(connection, since, until))


def _figures_of_steps(passings: Sequence[Passing]) -> dict[tuple[str, str], Figures]:
    return {
        (each.flow, each.step): Figures(reached=each.count, ended=each.ended)
        for each in passings
        if each.step is not None
    }


def _figures_of_flows(passings: Sequence[Passing]) -> dict[str, Figures]:
    ended: Counter[str] = Counter()
    for each in passings:
        ended[each.flow] += each.ended
    started = (each for each in passings if each.step is None)
    return {each.flow: Figures(reached=each.count, ended=ended[each.flow]) for each in started}


def _write(drawn: str, output: Path | None) -> None:
    if output is None:
        print(drawn, end="")
        return
    try:
        output.write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise CommandFailed(f"{output} cannot be written: {error.strerror}", 2) from error
    print(f"{output} is drawn", file=sys.stderr)
