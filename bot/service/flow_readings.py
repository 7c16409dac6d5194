"""What came of reading the flow files, kept on disk, so that nobody waits for the reading of the same files twice."""

import hashlib
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from bot.desk.desk_file import DeskNames
from bot.engine.reader import Reading, read_flows

KEPT = 8  # folders and states of them that are worked on by turns
CODE = Path(__file__).parents[1]
LIBRARIES = ("switchboard-desk", "babel", "msgspec", "PyYAML", "RapidFuzz", "regex", "ruamel.yaml")
_decoder = msgspec.json.Decoder(Reading)


def usual_shelf() -> Path | None:
    """The place for it among the user's caches; none where the user has no home."""
    with suppress(RuntimeError):
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "switchboard" / "flows"
    return None


def read_or_recall(files: Mapping[str, bytes], desk: DeskNames | None, shelf: Path | None) -> Reading:
    """The reading of these files, from the shelf if the same files were read before by this very program.

    A shelf that can't be read or written only costs time: what is given back is the same.
    """
    place = shelf / _fingerprint(files, desk) if shelf is not None else None
    reading = _recall(place) if place is not None else None
    if reading is not None:
        return reading
    body = msgspec.json.encode(read_flows(files, desk))
    if place is not None:
        with suppress(OSError):
            _keep(place, body)
    return _decoder.decode(body)  # and not as it was read: a set's JSON, and so its revision, hangs on such details


def _fingerprint(files: Mapping[str, bytes], desk: DeskNames | None) -> str:
    """Everything that the reading depends on: the files, the desk's names, and the program that reads."""
    parts: list[bytes] = []
    for name in LIBRARIES:
        with suppress(PackageNotFoundError):
            parts.append(f"{name} {version(name)}".encode())
    for module in (*sorted(CODE.glob("*.py")), *sorted(CODE.glob("engine/**/*.py"))):
        state = module.stat()
        parts.append(f"{module.relative_to(CODE)} {state.st_mtime_ns} {state.st_size}".encode())
    if desk is not None:
        parts += [repr(sorted(names)).encode() for names in (desk.queues, desk.calendars, desk.departments)]
    for file, content in sorted(files.items()):
        parts += [file.encode("utf-8", "surrogateescape"), content]
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8))
        found.update(part)
    return found.hexdigest()


def _recall(place: Path) -> Reading | None:
    with suppress(OSError, msgspec.DecodeError):
        kept = place.read_bytes()
        digest, body = kept[:32], kept[32:]
        if hashlib.sha256(body).digest() == digest:
            reading = _decoder.decode(body)
            os.utime(place)  # it is in use: others go first
            return reading
    return None


def _keep(place: Path, body: bytes) -> None:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place.parent, delete=False) as file:
        file.write(hashlib.sha256(body).digest() + body)
    os.replace(file.name, place)  # whole or not at all, whoever else writes it now
    _clear(place.parent)


def _clear(shelf: Path) -> None:
    """Leave what was used last."""
    by_use: list[tuple[int, Path]] = []
    for file in shelf.iterdir():
        with suppress(OSError):
            by_use.append((file.stat().st_mtime_ns, file))
    for _, file in sorted(by_use)[:-KEPT]:
        file.unlink(missing_ok=True)
