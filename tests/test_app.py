"""The whole program as people start it: what it announces, its health, its end, and what it says when it cannot."""

import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psycopg
import psycopg.sql
import pytest

from bot.app import App, StartFailed
from bot.settings import load_settings
from tests.databases import sqlite_copy
from tests.environment import without_settings

ROOT = Path(__file__).parent.parent
FLOWS = (
    "flows: {main: {start: true, description: a word, steps: [{say: Hello.}, {collect: name, ask: Who are you?}]}}\n"
)
DESK = "queues: {support: {default: true}}\n"


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """A folder with flows and a desk's file, where nothing was run yet."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "main.yaml").write_text(FLOWS + "slots: {name: {type: text}}\n")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "desk.yaml").write_text(DESK)
    return tmp_path


def environment(**settings: str) -> dict[str, str]:
    return without_settings() | {"PYTHONPATH": str(ROOT), "SWITCHBOARD_HTTP__PORT": "0", **settings}


def switchboard(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment(**settings), capture_output=True, text=True, timeout=60, check=False
    )


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program at work, and its address."""
    command = [sys.executable, "-m", "bot", "run"]
    with subprocess.Popen(
        command, cwd=folder, env=environment(**settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        announced = ""
        for line in process.stdout:
            announced += line
            if line.strip().startswith("health"):
                break
        found = re.search(r"web chat +(http://\S+)/chat", announced)
        try:
            assert found is not None, announced + (process.stderr.read() if process.stderr and not announced else "")
            yield process, found[1]
        finally:
            process.kill()


def get(url: str) -> tuple[int, str]:
    with urlopen(Request(url), timeout=10) as answer:
        return answer.status, answer.read().decode()


def test_it_announces_itself_is_healthy_and_ends_when_asked_to(installation: Path) -> None:
    assert switchboard(installation, "migrate").returncode == 0
    with running(installation) as (process, address):
        assert get(f"{address}/health/live")[0] == 200
        assert get(f"{address}/health/ready") == (200, '{"ready": true, "missing": [], "warnings": []}')
        assert "switchboard_turns_total" in get(f"{address}/metrics")[1]
        assert "<html" in get(address)[1]
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


def test_threads_that_actions_left_do_not_keep_it_from_ending(installation: Path) -> None:
    assert switchboard(installation, "migrate").returncode == 0
    actions = installation / "hanging_actions.py"
    actions.write_text(
        "import threading, time\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "threading.Thread(target=time.sleep, args=[600]).start()\n"
        "pool = ThreadPoolExecutor()\n"
        "pool.submit(time.sleep, 600)\n"
    )
    with running(installation, SWITCHBOARD_ACTIONS__PACKAGE=str(actions)) as (process, _address):
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


async def test_it_announces_no_secret(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(installation)
    url = "http://me:hidden@actions.example.com/webhook"
    app = App(load_settings(None, {"SWITCHBOARD_ACTIONS__SERVER_URL": url}))
    announced = app.announcement()
    await app.close()
    assert "http://actions.example.com/webhook" in announced
    assert "hidden" not in announced


def test_it_is_not_ready_while_the_database_takes_nothing_in(installation: Path) -> None:
    assert switchboard(installation, "migrate").returncode == 0
    with running(installation) as (_process, address), sqlite3.connect(installation / "var/switchboard.db") as other:
        assert get(f"{address}/health/ready")[0] == 200
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(HTTPError) as refused:
            get(f"{address}/health/ready")
        assert refused.value.code == 503
        assert "the database does not answer, or takes nothing in" in refused.value.read().decode()
        other.rollback()
        assert get(f"{address}/health/ready")[0] == 200


def test_what_stops_the_start_is_said_in_one_line(installation: Path) -> None:
    failed = switchboard(installation, "run")
    assert (failed.returncode, failed.stderr.count("\n")) == (1, 1)
    assert "switchboard migrate" in failed.stderr


async def test_a_database_that_takes_nothing_in_is_told_of(
    installation: Path, postgres_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(installation)
    with psycopg.connect(postgres_database.replace("+psycopg", ""), autocommit=True) as connection:
        database = psycopg.sql.Identifier(connection.info.dbname)
        connection.execute(psycopg.sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(database))
    app = App(load_settings(None, {"SWITCHBOARD_DATABASE__URL": postgres_database, "SWITCHBOARD_HTTP__PORT": "0"}))
    with pytest.raises(StartFailed, match=r"does not answer \(cannot execute INSERT in a read-only transaction\)"):
        await app.open()
    await app.close()


def test_a_port_in_use_is_named(installation: Path) -> None:
    switchboard(installation, "migrate")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        failed = switchboard(installation, "run", SWITCHBOARD_HTTP__PORT=port)
    assert failed.returncode == 1
    assert f"port {port} of 127.0.0.1 is in use" in failed.stderr.splitlines()[-1]
    assert "SWITCHBOARD_HTTP__PORT" in failed.stderr


async def test_an_sqlite_file_is_served_by_one_process(installation: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(installation)
    sqlite_copy(installation / "var" / "switchboard.db")
    first, second, third = (App(load_settings(None, {"SWITCHBOARD_HTTP__PORT": "0"})) for _ in range(3))
    await first.open()
    with pytest.raises(StartFailed, match=r"another process serves var/switchboard\.db: stop it first"):
        await second.open()
    await second.close()
    await first.close()
    await third.open()
    await third.close()


def test_a_broken_desk_and_broken_flows_are_named_with_their_place(installation: Path) -> None:
    switchboard(installation, "migrate")
    (installation / "config" / "desk.yaml").write_text("queues: {support: {calender: always}}\n")
    assert "desk.yaml:1:" in switchboard(installation, "run").stderr
    (installation / "config" / "desk.yaml").write_text(DESK)
    (installation / "flows" / "main.yaml").write_text("flows: {main: {start: true, description: x, stpes: []}}\n")
    failed = switchboard(installation, "run")
    assert failed.returncode == 1
    assert "main.yaml:1:" in failed.stderr
    assert "there are no flows to serve" in failed.stderr.splitlines()[-1]


def test_flows_that_broke_later_leave_the_published_ones_in_place(installation: Path) -> None:
    switchboard(installation, "migrate")
    with running(installation) as (process, _address):
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    (installation / "flows" / "main.yaml").write_text("flows: {main: {start: true, description: x, stpes: []}}\n")
    with running(installation) as (process, address):
        assert get(f"{address}/health/ready")[0] == 200
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    (installation / "flows").rename(installation / "elsewhere")
    with running(installation) as (_process, address):
        assert get(f"{address}/health/ready")[0] == 200


def test_another_programs_database_is_refused(installation: Path) -> None:
    (installation / "var").mkdir()
    (installation / "var" / "switchboard.db").write_bytes(b"this is no database at all" * 100)
    failed = switchboard(installation, "run")
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    assert "var/switchboard.db" in failed.stderr


def test_a_newer_database_is_refused(installation: Path) -> None:
    switchboard(installation, "migrate")
    with sqlite3.connect(installation / "var" / "switchboard.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    failed = switchboard(installation, "run")
    assert failed.returncode == 1
    assert "newer" in failed.stderr
