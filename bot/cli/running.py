"""`switchboard run`: the house at work."""

import asyncio
from argparse import Namespace

from bot.app import StartFailed, serve
from bot.cli.failures import CommandFailed
from bot.settings import Settings


def run(arguments: Namespace, settings: Settings) -> int:
    """Serve until stopped."""
    try:
        asyncio.run(serve(settings))
    except StartFailed as failure:
        raise CommandFailed(str(failure)) from failure
    return 0
