"""`switchboard agent invite`."""

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.__main__ import main
from tests.botapi.server import BotApiServer

pytestmark = pytest.mark.usefixtures("database")


@contextmanager
def telegram() -> Iterator[BotApiServer]:
    """A Bot API server on a thread of its own: the command has its own loop."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = BotApiServer()
    asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result()
    try:
        yield server
    finally:
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_a_link_is_printed_for_whoever_shall_become_an_agent(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with telegram() as server:
        monkeypatch.setenv("SWITCHBOARD_TELEGRAM__TOKEN", server.token)
        monkeypatch.setenv("SWITCHBOARD_TELEGRAM__API_URL", server.url)
        assert main(["agent", "invite", "--role", "supervisor", "--queue", "orders", "--format", "json"]) == 0
        made = json.loads(capsys.readouterr().out)
        assert made["link"].startswith("https://t.me/switchboard_test_bot?start=join_")
        assert (made["role"], made["queues"]) == ("supervisor", ["orders"])
        assert main(["agent", "invite"]) == 0
        assert "whoever opens it first is: agent, support; it works once" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [([], "SWITCHBOARD_TELEGRAM__TOKEN"), (["--queue", "suport"], "did you mean 'support'?")],
)
def test_what_keeps_it_from_being_made_is_told(capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    assert main(["agent", "invite", *words]) != 0
    assert said in capsys.readouterr().err
