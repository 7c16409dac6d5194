"""The flow folder for a command that works on it."""

import sys
from pathlib import Path

from bot.cli.desk import read_desk_file
from bot.cli.failures import CommandFailed
from bot.engine.flow import FlowSet
from bot.engine.reader import read_flows
from bot.problems import as_text
from bot.service.flow_files import gather
from bot.settings import Settings


def read_folder(settings: Settings) -> FlowSet:
    """What the folder says. Raises CommandFailed when it has errors, which are printed, or can't be read."""
    folder = Path(settings.flows.path)
    try:
        files = gather(folder)
    except OSError as error:
        raise CommandFailed(f"{error.filename} cannot be read: {error.strerror}", 2) from error
    reading = read_flows(files, read_desk_file(settings).names)
    if reading.flow_set is None:
        print(as_text(each for each in reading.problems if each.severity == "error"), end="", file=sys.stderr)
        raise CommandFailed(f"{folder} has errors: see `switchboard check`")
    return reading.flow_set
