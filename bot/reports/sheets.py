"""A report as columns and rows, for programs and spreadsheets: one number a cell, none where nothing can be said."""

from collections.abc import Iterator, Mapping, Sequence

from bot.content import Value
from bot.reports.figures import Count, Figure, Share, Spread
from bot.reports.measures import METRICS, Metric, Shared
from bot.reports.periods import BusinessCalendar
from bot.reports.report import Report
from storage.reporting import Fact

Cell = str | int | float | None


class Sheet(Value, frozen=True, kw_only=True):
    """Named columns, and rows with a cell for each of them."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def sheet_of(report: Report) -> Sheet:
    """One row for each group, or one for the whole period of a report without groups."""
    names = [f"{metric.name}{part}" for metric in METRICS for part, _ in _parts(metric, report.total[metric.name])]
    if report.by is None:
        return Sheet(columns=tuple(names), rows=(_cells(report.total),))
    rows = [(None if group.key is None else group.title, *_cells(group.figures)) for group in report.groups]
    return Sheet(columns=(report.by, *names), rows=tuple(rows))


def _cells(figures: Mapping[str, Figure]) -> tuple[Cell, ...]:
    return tuple(cell for metric in METRICS for _, cell in _parts(metric, figures[metric.name]))


def _parts(metric: Metric, figure: Figure) -> Iterator[tuple[str, Cell]]:
    """The numbers of a figure, with what is added to the metric's name for each."""
    match figure:
        case Count():
            yield "", figure.count
        case Share():
            yield "", figure.part
            yield "_of", figure.of
            yield "_percent", figure.percent
            if isinstance(metric.measure, Shared) and metric.measure.with_interval:
                yield "_percent_low", figure.low
                yield "_percent_high", figure.high
        case Spread():
            yield "_n", figure.n
            yield "_p50_seconds", figure.p50
            yield "_p90_seconds", figure.p90
            yield "_mean_seconds", figure.mean


def sheet_of_evidence(
    metric: Metric, evidence: Sequence[tuple[Fact, int | float]], calendar: BusinessCalendar
) -> Sheet:
    """One row for each row that the figure is computed of; `metric.name` is what it adds."""
    columns = ("id", "day", "at", "channel", "queues", "agents", "flows", metric.name)
    rows = tuple(
        (
            fact.id,
            calendar.written(calendar.day_of(fact.at)),
            fact.at.astimezone(calendar.zone).isoformat(timespec="seconds"),
            fact.channel,
            *(" ".join(places) for places in (fact.queues, fact.agents, fact.flows)),
            value,
        )
        for fact, value in evidence
    )
    return Sheet(columns=columns, rows=rows)
