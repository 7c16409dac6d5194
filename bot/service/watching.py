"""Files that people change while the service runs.

They are looked at again and again: what tells of changes by itself is silent on a network's drive, in a container's
folder, and after a folder was put in the place of another.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Set
from pathlib import Path

from bot.service.flow_files import flow_files

LOOK_SECONDS = 1.0
QUIET_SECONDS = 0.5  # nothing changes for so long: whoever writes has finished
MOST_LOOKS = 60  # a folder that is copied from far away takes a while; whoever never finishes is not waited for

State = tuple[tuple[str, int, int, int], ...]
"""Each file's name, number, time of change and size."""


async def changes_of(path: Path, known: State | None = None) -> AsyncIterator[None]:
    """Whenever the file, or the flow files of the folder, are others than those `known`; until nobody asks any more."""
    while True:
        state = await asyncio.to_thread(state_of, path)
        if state == known:
            await asyncio.sleep(LOOK_SECONDS)
            continue
        for _ in range(MOST_LOOKS):
            known = state
            await asyncio.sleep(QUIET_SECONDS)
            state = await asyncio.to_thread(state_of, path)
            if state == known:
                break
        yield


def emptied(state: State, filled: Set[str]) -> list[str]:
    """The files that held something and hold nothing now: somebody saves them, or could not, as the disk is full."""
    return [name for name, _, _, size in state if size == 0 and name in filled]


def filled(state: State) -> frozenset[str]:
    """The files that hold something."""
    return frozenset(name for name, _, _, size in state if size > 0)


def state_of(path: Path) -> State:
    """Nothing, when it is not there or can't be read."""
    try:
        seen = [(os.fspath(file), file.stat()) for file in flow_files(path)]
    except OSError:
        return ()
    return tuple((name, stat.st_ino, stat.st_mtime_ns, stat.st_size) for name, stat in seen)
