"""The files that people write for this house: settings, desk, flows and tests."""

import errno
from pathlib import Path

from bot.yaml_signs import MAX_BYTES


def content_of(file: Path) -> bytes:
    """The content, or so much of it as shows that it is too large: MAX_BYTES and one.

    Raises OSError when it can't be read, and for what is there and no file: a pipe would keep its reader waiting.
    """
    if file.exists() and not (file.is_file() or file.is_dir()):
        raise OSError(errno.EINVAL, "it is no file", str(file))
    with file.open("rb") as opened:
        return opened.read(MAX_BYTES + 1)
