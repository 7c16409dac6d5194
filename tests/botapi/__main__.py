"""python -m tests.botapi: the server as a process. Prints its address first, then runs until told to end."""

import argparse
import asyncio
import signal

from tests.botapi.faults import RateLimits
from tests.botapi.server import TOKEN, BotApiServer


async def serve(options: argparse.Namespace) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    server = BotApiServer(
        port=options.port,
        token=options.token,
        lax=options.lax,
        limits=RateLimits() if options.limits else None,
        retry_seconds=options.retry_seconds,
    )
    async with server:
        print(server.url, flush=True)
        await ended.wait()


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.botapi", description="A strict Bot API server for tests.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--lax", action="store_true", help="for benchmarks: no validation, calls are only counted")
    parser.add_argument("--limits", action="store_true", help="enforce Telegram's flood limits")
    parser.add_argument("--retry-seconds", type=float, default=0.02, help="first pause before a webhook is tried again")
    return parser.parse_args()


if __name__ == "__main__":
    asyncio.run(serve(read_options()))
