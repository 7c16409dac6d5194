"""`switchboard check`: what is wrong with the flow files and the desk's file."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from bot.cli.desk import desk_if_there
from bot.cli.failures import CommandFailed
from bot.problems import Problem, as_github, as_json, as_text
from bot.service.flow_files import gather
from bot.service.flow_readings import read_or_recall, usual_shelf
from bot.settings import Settings

WRITTEN = {"text": as_text, "json": as_json, "github": as_github}


def check(arguments: Namespace, settings: Settings) -> int:
    """Print every problem. Gives 1 when something must be mended."""
    folder = arguments.path or Path(settings.flows.path)
    desk = desk_if_there(settings)
    try:
        files = gather(folder)
    except OSError as error:
        raise CommandFailed(f"{error.filename} cannot be read: {error.strerror}", 2) from error
    if not files:
        raise CommandFailed(f"there is no flow file, *.yaml or *.yml, below {folder}", 2)
    problems = (*desk.problems, *read_or_recall(files, desk.names, usual_shelf()).problems)
    print(WRITTEN[arguments.format](problems), end="")
    if arguments.format == "text":
        print(_summary(problems, len(files) + Path(settings.desk.path).exists()))
    return int(any(problem.severity == "error" for problem in problems))


def _summary(problems: Sequence[Problem], files: int) -> str:
    errors = sum(problem.severity == "error" for problem in problems)
    counts = ((errors, "error"), (len(problems) - errors, "warning"))
    found = ", ".join(f"{count} {what}{'s' * (count > 1)}" for count, what in counts if count)
    return f"{files} file{'s' * (files > 1)}: {found or 'nothing to mend'}"
