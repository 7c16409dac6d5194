"""Processes of the bot without the seconds of imports before each: copies of one that has imported everything.

A copy does what `python -m bot run` does, from its first line on, and is a process like any other.
"""

import asyncio
import atexit
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from bot.__main__ import main

ROOT = Path(__file__).parents[2]
UNTOUCHED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
NEEDED = ("bot.actions.in_process", "bot.actions.package", "bot.channels.telegram.account", "bot.cli.running")
MESSAGE_BYTES = 65536
LINE_BYTES = 1024 * 1024


class Copy:
    """A process. `stdout` has its standard error, too; the `status` comes after its end, minus a signal's number."""

    def __init__(self, pid: int, stdout: asyncio.StreamReader) -> None:
        self._pid = pid
        self.stdout = stdout
        self.status: int | None = None

    def signal(self, number: signal.Signals) -> None:
        if self.status is None:
            os.kill(self._pid, number)

    async def end(self) -> None:
        """Waits for it. To be called once."""
        self.status = await asyncio.to_thread(_nursery().ask, {"ended": self._pid})


async def start(folder: Path, settings: Mapping[str, str]) -> Copy:
    """Begin to run in this folder. Settings are given by the name after SWITCHBOARD_."""
    read_end, write_end = os.pipe()
    variables = {f"SWITCHBOARD_{name}": value for name, value in settings.items()}
    order = {"folder": str(folder), "variables": variables}
    try:
        pid = await asyncio.to_thread(_nursery().ask, order, write_end)
    finally:
        os.close(write_end)
    reader = asyncio.StreamReader(limit=LINE_BYTES)
    pipe = os.fdopen(read_end, "rb", 0)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    return Copy(pid, reader)


class Nursery:
    """The one that is copied, as who wants copies sees it. It ends when its line is closed."""

    def __init__(self) -> None:
        self._line, far_end = socket.socketpair()
        self._turn = threading.Lock()
        environment = {name: os.environ[name] for name in UNTOUCHED if name in os.environ}
        with far_end:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(far_end.fileno())],
                cwd=ROOT,
                env=environment | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                pass_fds=[far_end.fileno()],
            )

    def ask(self, order: Mapping[str, object], *files: int) -> int:
        """Gives the process id, or the status of one that ended."""
        with self._turn:
            socket.send_fds(self._line, [json.dumps(order).encode()], files)
            return int(self._line.recv(MESSAGE_BYTES))

    def close(self) -> None:
        self._line.close()
        self._process.wait()


@cache
def _nursery() -> Nursery:
    """It is there as long as the tests run, from the first that needs it."""
    nursery = Nursery()
    atexit.register(nursery.close)
    return nursery


def serve(line: socket.socket) -> int:
    """Make copies until the line is closed; only copies come back from here before."""
    for name in NEEDED:
        import_module(name)
    gc.freeze()
    while True:
        message, files, _, _ = socket.recv_fds(line, MESSAGE_BYTES, 1)
        if not message:
            return 0
        match json.loads(message):
            case {"ended": int(pid)}:
                answer = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            case order:
                answer = os.fork()
                if answer == 0:
                    line.close()
                    return _run(order, files[0])
                os.close(files[0])
        line.sendall(str(answer).encode())


def _run(order: dict[str, Any], output: int) -> int:
    os.chdir(order["folder"])
    os.environ.update(order["variables"])
    for stream in (1, 2):
        os.dup2(output, stream)
    os.close(output)
    sys.stdout, sys.stderr = (os.fdopen(stream, "w", buffering=1, encoding="utf-8") for stream in (1, 2))
    return main(["run"])


if __name__ == "__main__":
    sys.exit(serve(socket.socket(fileno=int(sys.argv[1]))))
