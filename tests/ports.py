"""Ports for servers that must be told one before they listen, or come back to the same one."""

import errno
import itertools
import os
import socket

FIRST, LAST = 20_000, 32_000  # below those that systems give to outgoing connections: none of them takes ours meanwhile

_turn = itertools.count(os.getpid() * 101)  # processes side by side begin at different places


def free_port() -> int:
    """A port that nobody listens at, and that is given to nobody else by chance. Raises OSError if there is none."""
    for place in itertools.islice(_turn, LAST - FIRST):
        port = FIRST + place % (LAST - FIRST)
        with socket.socket() as listening:
            try:
                listening.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise OSError(errno.EADDRINUSE, "no port is free")
