"""Where tests are: their files, and the flows that they are about."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from bot.authored_files import content_of
from bot.rehearsal.reading import SHARED

SUFFIXES = frozenset({".yaml", ".yml"})
TESTS = "tests"
INSTALLED = frozenset({"venv", "site-packages", "node_modules"})  # what tools put into a project's folder
FOLDERS = frozenset({TESTS, "e2e_tests"})  # ours, and what CALM's projects call theirs
HOLDS_TESTS = re.compile(rb"^test_cases?[ \t]*:", re.MULTILINE)
HOLDS_FLOWS = re.compile(rb"^flows[ \t]*:", re.MULTILINE)
DATA = "data"  # where CALM's projects keep their flows
MOST_FOLDERS_UP, MOST_FOLDERS_DOWN = 4, 4


def gather_tests(path: Path) -> Mapping[str, bytes]:
    """Every test file below the folder, or the one file with the fixtures shared in the folders above it, by name.

    Of a folder that holds `tests/` or `e2e_tests/` it is those below that alone, of any other those that look like
    tests, else all. Raises OSError.
    """
    if not path.is_dir():
        beside = (folder / name for folder in path.parents for name in SHARED)
        return {_shown(file): content_of(file) for file in (path, *filter(Path.is_file, beside))}
    found = [file for file in sorted(path.rglob("*")) if _is_own(file, path) and file.is_file()]
    below_tests = [file for file in found if FOLDERS.intersection(file.relative_to(path).parts[:-1])]
    files = {_shown(file): content_of(file) for file in below_tests or found}
    tests = {name: body for name, body in files.items() if Path(name).name in SHARED or HOLDS_TESTS.search(body)}
    return files if below_tests else tests or files


def _is_own(file: Path, folder: Path) -> bool:
    """Whether it is YAML of the folder's own, neither hidden nor installed there."""
    inside = file.relative_to(folder).parts
    return file.suffix.lower() in SUFFIXES and not any(part.startswith(".") or part in INSTALLED for part in inside)


def _shown(file: Path) -> str:
    """The path, with bytes that are no text written out."""
    return os.fsencode(file).decode("utf-8", "backslashreplace")


def flows_of(path: Path, default: Path) -> Path:
    """The flow folder that these tests are about: the one that holds their folder, unless it holds nothing else.

    Tests in a folder of any other name are about the nearest project of CALM's that they are part of, else about the
    `default`.
    """
    if any((path / name).is_dir() for name in FOLDERS):
        return path
    within = next((folder.parent for folder in (path, *path.parents) if folder.name in FOLDERS), None)
    if within is not None:
        return within if _has_flows(within) else default
    around = [folder for folder in (path, *path.absolute().parents) if folder.is_dir()][: MOST_FOLDERS_UP + 1]
    project = next(filter(_is_project, around), default)
    return default if default.absolute().is_relative_to(project.absolute()) else project


def _has_flows(folder: Path) -> bool:
    files = (file for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES)
    return any(not FOLDERS.intersection(file.relative_to(folder).parts) for file in files)


def _is_project(folder: Path) -> bool:
    """Whether flows stand in the folder itself or in its `data/`, as far as it can be read."""
    places = ("*", *(f"{DATA}/{'*/' * depth}*" for depth in range(MOST_FOLDERS_DOWN)))
    files = (file for place in places for file in folder.glob(place) if _is_own(file, folder))
    try:
        return any(file.is_file() and HOLDS_FLOWS.search(content_of(file)) for file in files)
    except OSError:
        return False
