"""`switchboard run`: the house at work."""

import asyncio
from argparse import Namespace

from bot.app import serve
from bot.settings import Settings


def run(arguments: Namespace, settings: Settings) -> int:
    """Serve until stopped."""
    asyncio.run(serve(settings))
    return 0
