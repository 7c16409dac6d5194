"""A report as text: a table for people, JSON and CSV for programs, a workbook for spreadsheets."""

import csv
import io
import unicodedata
from collections.abc import Iterable

import msgspec
import xlsxwriter
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.reports.figures import Count, Figure, Share, Spread
from bot.reports.measures import METRICS
from bot.reports.periods import BusinessCalendar
from bot.reports.report import Report
from bot.reports.sheets import Cell, Sheet

NOTHING = "no data"
HEADLINES = ("conversations", "contained", "handed_off", "abandoned", "first_response", "csat", "csat_response")
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
TABLE_WIDTH = 120  # where the output is no terminal
NON_JOINER = "\u200c"  # part of how Persian words are written
RIGHT_TO_LEFT = ("R", "AL")
ISOLATE, POP_ISOLATE = "\u2068", "\u2069"  # a name in another direction must not turn its neighbours around


def isolated(name: str) -> str:
    """A name for a line of text: readable in its own direction, and without signs that steer a terminal."""
    shown = "".join(sign for sign in name if sign.isprintable() or sign == NON_JOINER)
    turns = any(unicodedata.bidirectional(sign) in RIGHT_TO_LEFT for sign in shown)
    return f"{ISOLATE}{shown}{POP_ISOLATE}" if turns else shown


# For people


def as_table(report: Report, calendar: BusinessCalendar, width: int | None = None) -> str:
    """Headline figures of each group, or every figure of a report without groups. `width` in columns of a terminal."""
    period = f"{calendar.written(report.period.first)} to {calendar.written(report.period.last)} ({calendar.zone.key})"
    table = Table(title=period, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    if report.by is None:
        _fill_with_figures(table, report)
    else:
        _fill_with_groups(table, report)
    return _printed(table, width)


def _fill_with_figures(table: Table, report: Report) -> None:
    table.add_column("")
    table.add_column("figure", justify="right", no_wrap=True)
    table.add_column("what it is", style="dim")
    for metric in METRICS:
        figure = report.total[metric.name]
        mean = figure.mean if isinstance(figure, Spread) else None
        shown = in_words(figure) if mean is None else f"mean {duration(mean)}, {in_words(figure)}"
        table.add_row(metric.title, shown, metric.formula)


def _fill_with_groups(table: Table, report: Report) -> None:
    metrics = [metric for metric in METRICS if metric.name in HEADLINES]
    table.add_column(report.by or "")
    for metric in metrics:
        table.add_column(metric.title, justify="right")
    for group in report.groups:
        table.add_row(Text(isolated(group.title)), *(in_words(group.figures[metric.name]) for metric in metrics))
    table.add_section()
    table.add_row("altogether", *(in_words(report.total[metric.name]) for metric in metrics))


def table_of(sheet: Sheet, width: int | None = None) -> str:
    """A sheet as a table for people."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in sheet.columns:
        table.add_column(column)
    for row in sheet.rows:
        table.add_row(*(Text(isolated(cell) if isinstance(cell, str) else _number(cell)) for cell in row))
    return _printed(table, width)


def _printed(table: Table, width: int | None) -> str:
    output = io.StringIO()
    Console(file=output, width=width or TABLE_WIDTH, highlight=False, markup=False, emoji=False).print(table)
    return "".join(f"{line.rstrip()}\n" for line in output.getvalue().splitlines())


def _number(cell: int | float | None) -> str:
    match cell:
        case None:
            return ""
        case int():
            return str(cell)
        case float():
            return f"{cell:.1f}"


def in_words(figure: Figure) -> str:
    """A figure as people read it: every rate with its n, every duration with p50, p90 and n."""
    match figure:
        case Count():
            return f"{figure.count:,}"
        case Share(percent=float(percent), low=float(low), high=float(high)):
            return f"{percent:.0f}% ({low:.0f}–{high:.0f}, n {figure.of:,})"
        case Share(percent=float(percent)):
            return f"{percent:.0f}% ({figure.part:,} of {figure.of:,})"
        case Spread(p50=float(p50), p90=float(p90)):
            return f"p50 {duration(p50)}, p90 {duration(p90)} (n {figure.n:,})"
        case _:
            return NOTHING


def duration(seconds: float) -> str:
    """`8.5 s`, `2:05 min`, `3:20 h`, `4.2 d`: short enough for a table."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 59.95 else "1:00 min"
    if seconds < 3600:
        minutes, rest = divmod(round(seconds), 60)
        return f"{minutes}:{rest:02} min" if minutes < 60 else "1:00 h"
    if seconds < 48 * 3600:
        hours, minutes = divmod(round(seconds / 60), 60)
        return f"{hours}:{minutes:02} h"
    return f"{seconds / 86400:.1f} d"


# For programs


def as_json(report: Report, calendar: BusinessCalendar) -> str:
    """The whole report with the meaning of its metrics. Where there is nothing to say stands null, never 0."""
    metrics = [
        {key: getattr(metric, key) for key in ("name", "title", "formula", "unit", "grain", "source", "version")}
        for metric in METRICS
    ]
    groups = [
        {"key": group.key, "title": group.title, "first_day": group.first_day, "figures": group.figures}
        for group in report.groups
    ]
    whole = {
        "from": report.period.first,
        "to": report.period.last,
        "time_zone": calendar.zone.key,
        "calendar": "jalali" if calendar.is_jalali else "gregorian",
        "by": report.by,
        "groups": groups,
        "total": report.total,
        "metrics": metrics,
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode() + "\n"


def json_of(sheet: Sheet) -> str:
    """A sheet as a JSON array with one object a row."""
    rows = [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows]
    return msgspec.json.format(msgspec.json.encode(rows), indent=2).decode() + "\n"


def csv_of(sheet: Sheet) -> str:
    """A sheet as CSV (RFC 4180, but for the line ends). Texts cannot become formulas where it is opened."""
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(sheet.columns)
    writer.writerows([_harmless(cell) for cell in row] for row in sheet.rows)
    return output.getvalue()


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_SIGNS) else cell


def xlsx_of(sheet: Sheet) -> bytes:
    """A sheet as an Excel workbook, with the meaning of the metrics on a second sheet."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(
        output, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        head = book.add_format({"bold": True, "bottom": 1})
        meanings = Sheet(
            columns=("name", "title", "formula", "unit", "grain", "version"),
            rows=tuple(
                (metric.name, metric.title, metric.formula, metric.unit, metric.grain, metric.version)
                for metric in METRICS
            ),
        )
        for name, shown in (("Report", sheet), ("Meaning", meanings)):
            page = book.add_worksheet(name)
            page.write_row(0, 0, shown.columns, head)
            page.freeze_panes(1, 1)
            for place, row in enumerate(shown.rows, 1):
                _write(page, place, row)
            page.autofit()
    return output.getvalue()


def _write(page: xlsxwriter.worksheet.Worksheet, place: int, row: Iterable[Cell]) -> None:
    for column, cell in enumerate(row):
        if isinstance(cell, str):
            page.write_string(place, column, cell)
        elif cell is not None:
            page.write_number(place, column, cell)
