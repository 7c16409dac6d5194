"""The flow files of a folder, as bytes."""

from collections.abc import Mapping
from pathlib import Path

SUFFIXES = frozenset({".yaml", ".yml"})
TESTS = "tests"


def gather(path: Path) -> Mapping[str, bytes]:
    """Every flow file below the folder, or the one file, by the name that problems are reported under.

    Conversation tests, below `tests/`, and hidden folders are not flows. Raises OSError when something can't be read.
    """
    if not path.is_dir():
        return {str(path): path.read_bytes()}
    return {str(file): file.read_bytes() for file in sorted(path.rglob("*")) if _is_flow_file(file, path)}


def _is_flow_file(file: Path, folder: Path) -> bool:
    inside = file.relative_to(folder).parts
    hidden = any(part.startswith(".") for part in inside)
    return file.suffix.lower() in SUFFIXES and TESTS not in inside[:-1] and not hidden and file.is_file()
