"""`switchboard run`: the house at work."""

import asyncio
import os
import threading
from argparse import Namespace

from bot.app import StartFailed, serve
from bot.cli.failures import CommandFailed
from bot.settings import Settings

LEAVING_SECONDS = 3.0


def run(arguments: Namespace, settings: Settings) -> int:
    """Serve until stopped."""
    try:
        asyncio.run(serve(settings))
    except StartFailed as failure:
        raise CommandFailed(str(failure)) from failure
    _end_soon()
    return 0


def _end_soon() -> None:
    """Python waits at its end for other threads, and custom actions may have left some that never end."""
    end = threading.Timer(LEAVING_SECONDS, os._exit, [0])
    end.daemon = True
    end.start()
