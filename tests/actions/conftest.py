"""Both ways of running actions: in this process, and on a real rasa-sdk server."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.actions.in_process import InProcessActions
from bot.actions.package import load_actions
from bot.actions.server import ServerActions
from tests.actions.bad_actions import misbehaving
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
START_SECONDS = 30.0


@contextmanager
def rasa_server(package: str) -> Iterator[str]:
    """The URL of `python -m rasa_sdk` with that package."""
    port = free_port()
    command = [sys.executable, "-m", "rasa_sdk", "--actions", package, "--port", str(port)]
    environment = os.environ | {"SANIC_HOST": "127.0.0.1"}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait_until_it_answers(f"http://127.0.0.1:{port}/health", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            try:
                server.wait(5)
            except subprocess.TimeoutExpired:
                server.kill()


def _wait_until_it_answers(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the rasa-sdk server did not start")


@pytest.fixture(scope="session")
def good_server() -> Iterator[str]:
    with rasa_server("tests.actions.well_behaved") as url:
        yield url


@pytest.fixture(scope="session")
def bad_server() -> Iterator[str]:
    with rasa_server("tests.actions.bad_actions") as url:
        yield url


@pytest.fixture(params=["in_process", "server"])
async def well_behaved(request: pytest.FixtureRequest) -> AsyncIterator[InProcessActions | ServerActions]:
    async for actions in _actions(request.param, "tests.actions.well_behaved", request, "good_server"):
        yield actions


@pytest.fixture(params=["in_process", "server"])
async def misbehaved(request: pytest.FixtureRequest) -> AsyncIterator[InProcessActions | ServerActions]:
    async for actions in _actions(request.param, "tests.actions.bad_actions", request, "bad_server"):
        yield actions


async def _actions(
    where: str, package: str, request: pytest.FixtureRequest, server: str
) -> AsyncIterator[InProcessActions | ServerActions]:
    actions = (
        InProcessActions(load_actions(package))
        if where == "in_process"
        else ServerActions(request.getfixturevalue(server))
    )
    yield actions
    await actions.close()


@pytest.fixture
def released() -> Iterator[None]:
    """Lets hanging actions go at the end of the test."""
    misbehaving.entered.clear()
    misbehaving.release.clear()
    yield
    misbehaving.release.set()
