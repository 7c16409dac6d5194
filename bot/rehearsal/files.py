"""Where tests are: their files, and the flows that they are about."""

from collections.abc import Mapping
from pathlib import Path

SUFFIXES = frozenset({".yaml", ".yml"})
TESTS = "tests"


def gather_tests(path: Path) -> Mapping[str, bytes]:
    """Every test file below the folder, or the one file with the fixtures shared in the folders above it, by name.

    Of a flow folder it is those below `tests/` alone. Raises OSError when something can't be read.
    """
    if path.is_file():
        beside = [folder / name for folder in path.parents for name in ("conftest.yml", "conftest.yaml")]
        return {str(file): file.read_bytes() for file in [path, *beside] if file.is_file()}
    found = sorted(file for file in path.rglob("*") if file.suffix.lower() in SUFFIXES and file.is_file())
    below_tests = [file for file in found if TESTS in file.relative_to(path).parts[:-1]]
    return {str(file): file.read_bytes() for file in below_tests or found}


def flows_of(path: Path, default: Path) -> Path:
    """The flow folder that these tests are about: the one that holds `tests/`, unless nothing is in it but tests."""
    if path.is_dir() and (path / TESTS).is_dir():
        return path
    within = next((folder.parent for folder in (path, *path.parents) if folder.name == TESTS), None)
    return default if within is None or not _has_flows(within) else within


def _has_flows(folder: Path) -> bool:
    return any(
        file.suffix.lower() in SUFFIXES and TESTS not in file.relative_to(folder).parts for file in folder.rglob("*")
    )
