"""Where tests are: their files, and the flows that they are about."""

import os
from collections.abc import Mapping
from pathlib import Path

from bot.rehearsal.reading import SHARED
from bot.yaml_nodes import MAX_BYTES

SUFFIXES = frozenset({".yaml", ".yml"})
TESTS = "tests"
INSTALLED = frozenset({"venv", "site-packages", "node_modules"})  # what tools put into a project's folder
FOLDERS = frozenset({TESTS, "e2e_tests"})  # ours, and what CALM's projects call theirs


def gather_tests(path: Path) -> Mapping[str, bytes]:
    """Every test file below the folder, or the one file with the fixtures shared in the folders above it, by name.

    Of a folder that holds `tests/` or `e2e_tests/` it is those below that alone. Raises OSError.
    """
    if not path.is_dir():
        beside = (folder / name for folder in path.parents for name in SHARED)
        return {_shown(file): _bytes(file) for file in (path, *filter(Path.is_file, beside))}
    found = [file for file in sorted(path.rglob("*")) if _is_own(file, path) and file.is_file()]
    below_tests = [file for file in found if FOLDERS.intersection(file.relative_to(path).parts[:-1])]
    return {_shown(file): _bytes(file) for file in below_tests or found}


def _is_own(file: Path, folder: Path) -> bool:
    """Whether it is YAML of the folder's own, neither hidden nor installed there."""
    inside = file.relative_to(folder).parts
    return file.suffix.lower() in SUFFIXES and not any(part.startswith(".") or part in INSTALLED for part in inside)


def _shown(file: Path) -> str:
    """The path, with bytes that are no text written out."""
    return os.fsencode(file).decode("utf-8", "backslashreplace")


def _bytes(file: Path) -> bytes:
    """The content, or so much of it as shows that it is too large."""
    with file.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)


def flows_of(path: Path, default: Path) -> Path:
    """The flow folder that these tests are about: the one that holds their folder, unless it holds nothing else."""
    if any((path / name).is_dir() for name in FOLDERS):
        return path
    within = next((folder.parent for folder in (path, *path.parents) if folder.name in FOLDERS), None)
    return default if within is None or not _has_flows(within) else within


def _has_flows(folder: Path) -> bool:
    files = (file for file in folder.rglob("*") if file.suffix.lower() in SUFFIXES)
    return any(not FOLDERS.intersection(file.relative_to(folder).parts) for file in files)
