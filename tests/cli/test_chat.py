"""`switchboard chat`: a customer in the terminal."""

import asyncio
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.app import App
from bot.cli.terminal import Terminal
from bot.settings import load_settings

ROOT = Path(__file__).parents[2]
WAITING = """
flows:
  main_menu:
    start: true
    description: Asks, and asks again when nobody answers
    steps:
      - menu: Tea or coffee?
        options: [{label: Tea, then: [{say: Here you are., next: END}]}, {label: Coffee}]
        timeout: 1s
        no_input: Are you still there?
"""


def chat(folder: Path, typed: str, *words: str) -> list[str]:
    """What is printed, line by line."""
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "chat", *words],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        input=typed,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout.splitlines()


def test_a_journey_with_an_action_is_walked_by_numbers(home: Path) -> None:
    shutil.rmtree(home / "flows")
    shutil.copytree(ROOT / "flows", home / "flows")
    shutil.copy(ROOT / "config" / "desk.yaml", home / "config")
    shown = chat(home, "1\n1\n10234\n", "--language", "en")
    assert "throw-away database" in shown[0]
    assert "  1) Track an order" in shown
    order = next(place for place, line in enumerate(shown) if line.startswith("Order 10234"))
    assert shown[order - 1] == "> 10234"
    assert "  1) Track an order" in shown[order:]
    assert not (home / "var" / "switchboard.db").exists()


def test_right_to_left_choices_stay_behind_their_numbers(home: Path) -> None:
    (home / "flows" / "main.yaml").write_text(
        "flows: {main: {start: true, description: d, steps: "
        "[{menu: {en: Tea?, fa: چای؟}, options: [{label: {en: Yes, fa: بله}}]}]}}",
        encoding="utf-8",
    )
    assert "  1) \u2068بله\u2069" in chat(home, "/quit\nnot heard\n", "--language", "fa")
    spoken = chat(home, "", "--language", "fa", "--channel", "voice")
    assert any("بله" in line and "1" in line and "فشار" in line for line in spoken)


def test_a_long_menu_turns_pages(home: Path) -> None:
    options = ", ".join(f"{{label: Choice {number}, then: [{{say: You chose {number}.}}]}}" for number in range(1, 13))
    (home / "flows" / "main.yaml").write_text(
        f"flows: {{main: {{start: true, description: d, steps: [{{menu: Which?, options: [{options}]}}]}}}}",
        encoding="utf-8",
    )
    shown = chat(home, "10\n2\n")
    assert "  9) Choice 9" in shown
    assert not any("Choice 10" in line for line in shown[: shown.index("> 10")])
    assert "You chose 11." in shown[shown.index("> 2") :]


def test_a_language_that_nobody_speaks_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chat", "--language", "tlh"]) == 2
    assert "the flows do not speak 'tlh': they speak en" in capsys.readouterr().err


def test_broken_flows_are_told_of(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "flows" / "main.yaml").write_text("flows: {main: {steps: []}}", encoding="utf-8")
    assert main(["chat"]) == 1
    assert "there are no flows to serve" in capsys.readouterr().err.splitlines()[-1]


async def test_what_is_said_while_nobody_types_is_shown(home: Path, database: str) -> None:
    (home / "flows" / "main.yaml").write_text(WAITING, encoding="utf-8")
    written: list[str] = []
    reminded = asyncio.Event()

    def write(text: str) -> None:
        written.append(text)
        if "Are you still there?" in text:
            reminded.set()

    async def typed() -> AsyncIterator[str]:
        await reminded.wait()
        yield "tea\n"

    app = App(load_settings(None, {}))
    await app.open_service()
    app.house.start()
    async with asyncio.timeout(30):
        await Terminal(app.house, "plain", None, write, "> ").hold(typed())
    await app.close()
    shown = "".join(written)
    assert shown.index("Are you still there?") < shown.index("Here you are.")
