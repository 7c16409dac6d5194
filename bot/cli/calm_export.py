"""`switchboard flows export-calm`: the flows as a plain CALM project, and what CALM has no word for."""

import sys
from argparse import Namespace
from pathlib import Path

from bot.calm.export import export_calm
from bot.cli.failures import CommandFailed
from bot.cli.flow_folder import read_folder
from bot.problems import as_github, as_json, as_text
from bot.settings import Settings

WRITTEN = {"text": as_text, "json": as_json, "github": as_github}


def export(arguments: Namespace, settings: Settings) -> int:
    """Write the project and print what is lost, each with its place."""
    folder: Path = arguments.output
    read = read_folder(settings)
    exported = export_calm(read.flow_set, read.files, read.marks)
    try:
        if folder.exists() and any(folder.iterdir()):
            raise CommandFailed(f"{folder} is not empty: name a new folder with --output")
        for name, content in exported.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    except OSError as error:
        raise CommandFailed(f"{error.filename or folder} cannot be written: {error.strerror}", 2) from error
    print(WRITTEN[arguments.format](exported.losses), end="")
    print(f"{folder}: {', '.join(exported.files)}; {len(exported.losses)} things that CALM can't say", file=sys.stderr)
    return 0
