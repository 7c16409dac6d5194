"""Plays tests that stand in a text against flows that do."""

import asyncio
import functools
import textwrap
from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.actions.in_process import InProcessActions
from bot.actions.package import load_actions
from bot.desk.desk_file import Desk, read_desk
from bot.engine.program import Program, compile_program
from bot.engine.reader import read_flows
from bot.problems import as_text
from bot.rehearsal.case import Case
from bot.rehearsal.reading import read_tests
from bot.rehearsal.rehearsing import Result, Theatre
from bot.rehearsal.stage import world_of

ROOT = Path(__file__).parents[2]
ZONE = ZoneInfo("Asia/Dubai")
SHIPPED = {f"flows/{file.name}": file.read_bytes() for file in (ROOT / "flows").glob("*.yaml")}
SHIPPED_TESTS = {f"flows/tests/{file.name}": file.read_bytes() for file in (ROOT / "flows" / "tests").glob("*.yaml")}


@functools.cache
def shipped_desk() -> Desk:
    """The desk that ships."""
    desk = read_desk("config/desk.yaml", (ROOT / "config" / "desk.yaml").read_bytes(), "Asia/Dubai").desk
    assert desk is not None
    return desk


def cases_of(source: str) -> tuple[Case, ...]:
    """The cases of one good test file."""
    reading = read_tests({"tests/t.yaml": source.encode()}, ZONE)
    assert as_text(reading.problems) == ""
    return reading.cases


def program_of(files: dict[str, bytes]) -> Program:
    """The program of good flow files."""
    return _program_of(tuple(sorted(files.items())))


@functools.cache
def _program_of(files: tuple[tuple[str, bytes], ...]) -> Program:
    reading = read_flows(dict(files))
    assert reading.flow_set is not None, as_text(reading.problems)
    return compile_program(reading.flow_set, "r")


def play(
    files: dict[str, bytes], plays: Iterable[tuple[Case, str, str | None]], desk: Desk | None = None
) -> list[Result]:
    """What came of each case on a channel in a language (none: the first), the demo's actions being there."""

    async def run() -> list[Result]:
        actions = InProcessActions(load_actions("bot.actions.demo"))
        program = program_of(files)
        theatre = Theatre(world_of(program, desk or shipped_desk(), actions, ZONE))
        first = program.languages[0]
        results = [await theatre.run(case, channel, language or first) for case, channel, language in plays]
        await actions.close()
        return results

    return asyncio.run(run())


def play_one(
    flows: str, case: str, channel: str = "telegram", language: str | None = None, desk: Desk | None = None
) -> Result:
    """What came of a single test, given by all that stands below its name."""
    source = f"test_cases:\n- test_case: the test\n{textwrap.indent(textwrap.dedent(case), '  ')}"
    return play({"flows/f.yaml": flows.encode()}, [(cases_of(source)[0], channel, language)], desk)[0]


def told(result: Result) -> list[tuple[int, str, str]]:
    """Each failure: its line, what was wanted, what came."""
    return [(failure.mark.line, failure.wanted, failure.came) for failure in result.failures]
