"""The flow files of a folder, as bytes."""

import errno
import os
from collections.abc import Mapping
from pathlib import Path

from bot.authored_files import content_of

MOST_BYTES = 64 * 1024 * 1024  # of all files of a folder: they are held in memory together
SUFFIXES = frozenset({".yaml", ".yml"})
INSTALLED = frozenset({"venv", "site-packages", "node_modules"})  # what tools put into a project's folder
NOT_FLOWS = INSTALLED | {"tests"}


def gather(path: Path) -> Mapping[str, bytes]:
    """Every flow file below the folder, or the one file, by the name that problems are reported under.

    Conversation tests, below `tests/`, hidden folders and what is installed in the folder are not flows. Of a file
    that is too large only so much is given as shows that. Raises OSError when something can't be read.
    """
    files: dict[str, bytes] = {}
    left = MOST_BYTES
    for file in flow_files(path):
        content = files[_shown(file)] = content_of(file)
        left -= len(content)
        if left < 0:
            raise OSError(errno.EFBIG, f"its flow files hold more than {MOST_BYTES >> 20} MiB together", str(path))
    return files


def flow_files(path: Path) -> list[Path]:
    """The same files, unread. Raises OSError when the folder, or one in it, can't be read."""
    if not path.is_dir():
        return [path]
    found: list[Path] = []
    for folder, folders, files in os.walk(path, onerror=_give_up):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in NOT_FLOWS]
        found += (Path(folder, name) for name in (*folders, *files) if not name.startswith("."))
    return sorted(filter(_is_flow_file, found))


def _give_up(failure: OSError) -> None:
    """Flows without those of a folder that nobody can read now are other flows."""
    raise failure


def _is_flow_file(file: Path) -> bool:
    if file.suffix.lower() not in SUFFIXES:
        return False
    leads_nowhere = file.is_symlink() and not file.exists()
    return leads_nowhere or file.is_file() or file.is_dir()  # reading tells what is no file


def _shown(file: Path) -> str:
    """The path, with bytes that are no text written out."""
    return os.fsencode(file).decode("utf-8", "backslashreplace")
