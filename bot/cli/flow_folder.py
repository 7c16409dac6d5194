"""The flow folder for a command that works on it."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from bot.cli.desk import desk_if_there
from bot.cli.failures import CommandFailed
from bot.engine.flow import FlowSet
from bot.engine.reader import Reading, StepMarks, read_marked_flows
from bot.problems import as_text
from bot.service.flow_files import gather
from bot.service.flow_readings import read_or_recall, usual_shelf
from bot.settings import Settings


class FlowFolder(NamedTuple):
    """What the folder says, its files, and where each step stands in them."""

    flow_set: FlowSet
    files: Mapping[str, bytes]
    marks: StepMarks


def check_folder(settings: Settings) -> None:
    """Raises CommandFailed when the folder has errors, which are printed, or can't be read."""
    folder = Path(settings.flows.path)
    reading = read_or_recall(_files(folder), desk_if_there(settings).names, usual_shelf())
    if reading.flow_set is None:
        raise _refused(folder, reading)


def read_folder(settings: Settings) -> FlowFolder:
    """The folder of the settings. Raises CommandFailed when it has errors, which are printed, or can't be read."""
    folder = Path(settings.flows.path)
    files = _files(folder)
    reading, marks = read_marked_flows(files, desk_if_there(settings).names)
    if reading.flow_set is None:
        raise _refused(folder, reading)
    return FlowFolder(reading.flow_set, files, marks)


def _files(folder: Path) -> Mapping[str, bytes]:
    try:
        return gather(folder)
    except OSError as error:
        raise CommandFailed(f"{error.filename} cannot be read: {error.strerror}", 2) from error


def _refused(folder: Path, reading: Reading) -> CommandFailed:
    print(as_text(each for each in reading.problems if each.severity == "error"), end="", file=sys.stderr)
    return CommandFailed(f"{folder} has errors: see `switchboard check`")
