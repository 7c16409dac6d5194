"""`switchboard report`: the figures of a period."""

import asyncio
import shutil
import sys
from argparse import Namespace
from datetime import UTC, date, datetime, timedelta

from bot.cli.failures import CommandFailed
from bot.cli.rooms import open_database
from bot.problems import did_you_mean
from bot.reports import rendering
from bot.reports.measures import BY_NAME, Metric
from bot.reports.periods import BusinessCalendar, Period
from bot.reports.report import By, evidence_of, make_report, read_of
from bot.reports.sheets import Sheet, sheet_of, sheet_of_evidence
from bot.settings import Settings
from storage.reporting import Facts

USUAL_DAYS = 30


def report(arguments: Namespace, settings: Settings) -> int:
    """Print the figures, or the rows that one of them is computed of."""
    calendar = BusinessCalendar(settings.business)
    period = period_of(calendar, arguments.since, arguments.until)
    metric = None if arguments.rows is None else _metric(arguments.rows)
    if arguments.format == "xlsx" and sys.stdout.isatty():
        raise CommandFailed("a workbook is no text: write it to a file, such as `… --format xlsx > report.xlsx`", 2)
    facts = asyncio.run(_facts(settings, calendar, period, arguments.by))
    if metric is not None:
        _write(sheet_of_evidence(metric, evidence_of(metric, facts), calendar), arguments.format)
        return 0
    made = make_report(facts, calendar, period, arguments.by)
    match arguments.format:
        case "table":
            print(rendering.as_table(made, calendar, _width()), end="")
        case "json":
            print(rendering.as_json(made, calendar), end="")
        case _:
            _write(sheet_of(made), arguments.format)
    return 0


async def _facts(settings: Settings, calendar: BusinessCalendar, period: Period, by: By | None) -> Facts:
    async with open_database(settings) as database:
        return await read_of(database, calendar, period, by)


def _write(sheet: Sheet, format: str) -> None:
    match format:
        case "table":
            print(rendering.table_of(sheet, _width()), end="")
        case "json":
            print(rendering.json_of(sheet), end="")
        case "csv":
            print(rendering.csv_of(sheet), end="")
        case _:
            sys.stdout.flush()
            sys.stdout.buffer.write(rendering.xlsx_of(sheet))


def _width() -> int | None:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def period_of(calendar: BusinessCalendar, since: str | None, until: str | None) -> Period:
    """The days from `--from` to `--to`. Raises CommandFailed on what is no date, or the wrong way round."""
    last = calendar.day_of(datetime.now(UTC)) if until is None else _day(calendar, "--to", until)
    first = last - timedelta(days=USUAL_DAYS - 1) if since is None else _day(calendar, "--from", since)
    if first > last:
        raise CommandFailed(f"--from {calendar.written(first)} is after --to {calendar.written(last)}", 2)
    return Period(first=first, last=last)


def _day(calendar: BusinessCalendar, option: str, text: str) -> date:
    try:
        return calendar.read(text)
    except ValueError:
        example = "1405-09-01 or 2026-11-22" if calendar.is_jalali else "2026-11-22"
        raise CommandFailed(f"{option} {text!r} is no date: write it like {example}", 2) from None


def _metric(name: str) -> Metric:
    if name not in BY_NAME:
        advice = did_you_mean(name, BY_NAME) or f"there are {', '.join(BY_NAME)}"
        raise CommandFailed(f"{name!r} is no metric: {advice}", 2)
    return BY_NAME[name]
