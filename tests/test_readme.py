"""The README is true: every command in it runs, every path in it is there, every setting in it exists."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from bot.settings import KEYS, SECRETS, variable
from tests.environment import without_settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) for line in block.splitlines()]
MAKE_TEST = "make test"  # is what runs this
DOCKER = "docker compose up --build"  # needs an engine; its files are held against the tree by test_packaging.py
OURS = ".venv/bin/switchboard "


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A place with the shipped flows and settings, where a command may keep what it likes."""
    for folder in ("flows", "config"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def run(words: list[str], home: Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=home,
        env=without_settings() | {"PYTHONPATH": str(ROOT)},
        input=typed,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_every_command_is_one_that_is_tried() -> None:
    tried = {"make run", MAKE_TEST, DOCKER}
    assert [command for command in COMMANDS if command not in tried and not command.startswith(OURS)] == []
    assert len([command for command in COMMANDS if command.startswith(OURS)]) >= 8


def test_our_commands_do_what_they_say_in_the_order_of_the_readme(home: Path) -> None:
    assert run(["migrate"], home).returncode == 0  # as `make run` does before
    for command in (command for command in COMMANDS if command.startswith(OURS)):
        words = shlex.split(command.removeprefix(OURS))
        done = run(words, home, typed="/quit\n")
        if words[0] in ("export", "forget"):  # nobody of that number has written yet, and it says so
            assert (done.returncode, "111111111" in done.stderr) == (1, True), (command, done.stderr)
        else:
            assert done.returncode == 0, (command, done.stderr)


def test_make_run_opens_the_chat(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = without_settings() | {
        "SWITCHBOARD_DATABASE__URL": f"sqlite:///{tmp_path}/desk.db",
        "SWITCHBOARD_HTTP__PORT": str(port),
    }
    process = subprocess.Popen(
        ["make", "run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        said = ""
        while f"http://127.0.0.1:{port}/chat" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/chat", timeout=10) as page:
            assert "<title>" in page.read().decode()
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=30)


def test_every_path_is_there() -> None:
    linked = re.findall(r"\]\((?!http)([^)#]+)\)", README)
    named = re.findall(r"`((?:flows|config|bot|bench)/[\w./-]*)`", README)
    assert linked
    assert named
    assert [path for path in linked + named if not (ROOT / path).exists()] == []


def test_every_setting_exists() -> None:
    sections = {key.split(".")[0] for key in KEYS}
    dotted = [name for name in re.findall(r"`(\w+\.\w+)(?: = [^`]*)?`", README) if name.split(".")[0] in sections]
    variables = [name.removesuffix("_FILE") for name in re.findall(r"SWITCHBOARD_[A-Z]+__[A-Z_]+", README)]
    known = set(KEYS) | set(SECRETS)
    assert dotted
    assert variables
    assert [name for name in dotted if name not in known] == []
    assert [name for name in variables if name not in {variable(key) for key in known}] == []
