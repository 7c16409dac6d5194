"""`switchboard test`: conversations in YAML, played against the flows without a database."""

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from bot.cli.desk import usable_desk
from bot.cli.failures import CommandFailed
from bot.desk.desk_file import Desk, DeskNames
from bot.engine.flow import FlowSet
from bot.engine.program import Program, compile_program
from bot.engine.reader import StepMarks, read_marked_flows
from bot.ports import Actions
from bot.problems import as_json as problems_as_json
from bot.problems import as_text as problems_as_text
from bot.problems import did_you_mean
from bot.rehearsal.case import Case
from bot.rehearsal.coverage import Coverage, coverage_of
from bot.rehearsal.files import TESTS, flows_of, gather_tests
from bot.rehearsal.junit import as_junit
from bot.rehearsal.names import check_names
from bot.rehearsal.reading import TestReading, read_tests
from bot.rehearsal.reading_cases import CHANNELS
from bot.rehearsal.rehearsing import Result, Theatre
from bot.rehearsal.rendering import as_json, as_text
from bot.rehearsal.stage import world_of
from bot.service.flow_files import gather
from bot.settings import Settings

ALL = "all"
ONE_TEST = "::"
USUAL_CHANNEL = "telegram"
UNREADABLE = 2
WRITTEN = {"text": problems_as_text, "json": problems_as_json}


def test(arguments: Namespace, settings: Settings) -> int:
    """Play the tests and say how it went. Gives 0 when all passed, 1 when not, 2 when something can't be read."""
    if arguments.record is not None:
        from bot.cli.recording import record

        return record(arguments.record, settings)
    desk = usable_desk(settings)
    path, wanted = _where(arguments.path, settings)
    flow_set, marks = _read_flows(arguments, path, desk, settings)
    reading = _read_tests(path, wanted, arguments, settings)
    program = compile_program(flow_set, "rehearsal")
    warnings = (*reading.problems, *check_names(reading.cases, program, desk))
    plays = list(_plays(reading.cases, arguments, program.languages))
    results = asyncio.run(_play(plays, program, desk, settings))
    coverage = coverage_of(flow_set, marks, ((result.language, result.steps) for result in results))
    if arguments.junit is not None:
        _write(arguments.junit, as_junit(results))
    if arguments.format == "json":
        print(as_json(results, coverage, warnings), end="")
    else:
        wanting = [flow for flow in coverage.flows if flow.missed and arguments.coverage_minimum is not None]
        shown = coverage.flows if arguments.coverage else wanting
        print(problems_as_text(warnings) + as_text(results, coverage, shown), end="")
    return int(not all(result.passed for result in results) or _too_little(coverage, arguments))


def _too_little(coverage: Coverage, arguments: Namespace) -> bool:
    minimum: float | None = arguments.coverage_minimum
    if minimum is None or coverage.percent >= minimum:
        return False
    if arguments.format == "text":
        print(f"{coverage.percent:.1f} % of the steps were reached, but {minimum:g} % are wanted")
    return True


# What is read


def _read_flows(arguments: Namespace, path: Path, desk: Desk, settings: Settings) -> tuple[FlowSet, StepMarks]:
    folder = arguments.flows or flows_of(path, Path(settings.flows.path))
    names = DeskNames(
        queues=frozenset(desk.queues), calendars=frozenset(desk.calendars), departments=frozenset(desk.departments)
    )
    files = _files(gather, folder, "flow")
    reading, marks = read_marked_flows(files, names)
    if reading.flow_set is None:
        errors = [problem for problem in reading.problems if problem.severity == "error"]
        print(WRITTEN[arguments.format](errors), end="")
        raise CommandFailed(f"the flows in {folder} have errors, and nothing was tested", UNREADABLE)
    return reading.flow_set, marks


def _where(path: Path | None, settings: Settings) -> tuple[Path, str]:
    """The tests, and the name of the only one that is wanted, if it is written behind `::`."""
    if path is None:
        return Path(settings.flows.path) / TESTS, ""
    place, _, name = str(path).partition(ONE_TEST)
    return Path(place), name


def _read_tests(path: Path, wanted: str, arguments: Namespace, settings: Settings) -> TestReading:
    reading = read_tests(_files(gather_tests, path, "test"), ZoneInfo(settings.business.time_zone))
    if reading.failed:
        print(WRITTEN[arguments.format](reading.problems), end="")
        raise CommandFailed("the tests have errors, and nothing was tested", UNREADABLE)
    names = {case.name for case in reading.cases}
    if not names or (wanted and wanted not in names):
        advice = did_you_mean(wanted, names)
        which = f" named '{wanted}'{f' ({advice})' if advice else ''}" if wanted else ""
        print(WRITTEN[arguments.format](reading.problems), end="")
        raise CommandFailed(f"there is no test{which} in {path}", UNREADABLE)
    cases = tuple(case for case in reading.cases if wanted in ("", case.name))
    return msgspec.structs.replace(reading, cases=cases)


def _files(gathered: Callable[[Path], Mapping[str, bytes]], path: Path, what: str) -> Mapping[str, bytes]:
    try:
        files = gathered(path)
    except OSError as error:
        raise CommandFailed(f"{error.filename} cannot be read: {error.strerror}", UNREADABLE) from error
    if not files:
        raise CommandFailed(f"there is no {what} file, *.yaml or *.yml, below {path}", UNREADABLE)
    return files


# What is played


def _plays(cases: Sequence[Case], arguments: Namespace, spoken: tuple[str, ...]) -> Iterator[tuple[Case, str, str]]:
    """Each test with the channels and languages that it is meant for and that are asked for."""
    if arguments.language not in (None, ALL, *spoken):
        advice = did_you_mean(arguments.language, spoken) or f"they speak {', '.join(spoken)}"
        raise CommandFailed(f"the flows do not speak {arguments.language!r}: {advice}", UNREADABLE)
    for case in cases:
        for channel in _chosen(arguments.channel, case.channels, CHANNELS, USUAL_CHANNEL):
            meant = [code for code in case.languages if code in spoken]
            for language in _chosen(arguments.language, meant, spoken, spoken[0]):
                yield case, channel, language


def _chosen(asked: str | None, meant: Sequence[str], every: Sequence[str], usual: str) -> Sequence[str]:
    if asked is None:
        return meant or (usual,)
    if asked == ALL:
        return meant or every
    return (asked,) if not meant or asked in meant else ()


async def _play(
    plays: Sequence[tuple[Case, str, str]], program: Program, desk: Desk, settings: Settings
) -> tuple[Result, ...]:
    async with _actions(settings) as actions:
        zone = ZoneInfo(settings.business.time_zone)
        theatre = Theatre(world_of(program, desk, actions, zone))
        return tuple([await theatre.run(case, channel, language) for case, channel, language in plays])


@asynccontextmanager
async def _actions(settings: Settings) -> AsyncIterator[Actions | None]:
    """The custom actions as customers meet them: on a server, or in this process. None when the settings have none."""
    if settings.actions.server_url is not None:
        from bot.actions.server import ServerActions

        server = ServerActions(settings.actions.server_url)
        yield server
        await server.close()
    elif settings.actions.package is not None:
        from bot.actions.in_process import InProcessActions
        from bot.actions.package import ActionPackageError, load_actions

        try:
            in_process = InProcessActions(load_actions(settings.actions.package))
        except ActionPackageError as error:
            raise CommandFailed(f"actions.package {settings.actions.package} cannot be used: {error}") from error
        yield in_process
        await in_process.close()
    else:
        yield None


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandFailed(f"{path} cannot be written: {error.strerror}") from error
