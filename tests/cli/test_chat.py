"""`switchboard chat`: a customer in the terminal."""

import asyncio
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.cli.arguments import parser
from bot.cli.chatting import converse
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


async def chat(typed: str, *words: str) -> list[str]:
    """What is printed, line by line, with what is typed where it is typed."""
    printed: list[str] = []

    async def lines() -> AsyncIterator[str]:
        for line in typed.splitlines():
            printed.append(f"> {line}\n")
            yield line

    async with asyncio.timeout(60):
        await converse(load_settings(None, {}), parser().parse_args(["chat", *words]), lines(), printed.append)
    return "".join(printed).splitlines()


def test_a_journey_with_an_action_is_walked_by_numbers(home: Path) -> None:
    shutil.rmtree(home / "flows")
    shutil.copytree(ROOT / "flows", home / "flows")
    shutil.copy(ROOT / "config" / "desk.yaml", home / "config")
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "chat", "--language", "en"],
        cwd=home,
        env={"PYTHONPATH": str(ROOT)},
        input="1\n1\n10234\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert not (home / "var" / "files").exists()
    shown = ran.stdout.splitlines()
    assert "throw-away database" in shown[0]
    assert "  1) Track an order" in shown
    order = next(place for place, line in enumerate(shown) if line.startswith("Order 10234"))
    assert shown[order - 1] == "> 10234"
    assert "  1) Track an order" in shown[order:]
    assert not (home / "var" / "switchboard.db").exists()


async def test_a_follow_up_comes_in_its_time(home: Path) -> None:
    (home / "flows" / "main.yaml").write_text(
        "flows: {main: {start: true, description: d, steps: [{follow_up: later, in: 1d}, {say: Bye.}]}, "
        "later: {if: false, description: d, steps: [{say: Is all well?}]}}",
        encoding="utf-8",
    )
    shown = await chat(":wait 1h\n:wait 2d", "--at", "2026-03-20 12:00")
    assert "Is all well?" not in shown[: shown.index("> :wait 2d")]
    assert "Is all well?" in shown[shown.index("> :wait 2d") :]


async def test_right_to_left_choices_stay_behind_their_numbers(home: Path) -> None:
    (home / "flows" / "main.yaml").write_text(
        "flows: {main: {start: true, description: d, steps: "
        "[{menu: {en: Tea?, fa: چای؟}, options: [{label: {en: Yes, fa: بله}}]}]}}",
        encoding="utf-8",
    )
    assert "  1) \u2068بله\u2069" in await chat("/quit\nnot heard\n", "--language", "fa")
    spoken = await chat("", "--language", "fa", "--channel", "voice")
    assert any("بله" in line and "1" in line and "فشار" in line for line in spoken)


async def test_a_long_menu_turns_pages(home: Path) -> None:
    options = ", ".join(f"{{label: Choice {number}, then: [{{say: You chose {number}.}}]}}" for number in range(1, 13))
    (home / "flows" / "main.yaml").write_text(
        f"flows: {{main: {{start: true, description: d, steps: [{{menu: Which?, options: [{options}]}}]}}}}",
        encoding="utf-8",
    )
    shown = await chat("10\n2\n")
    assert "  9) Choice 9" in shown
    assert not any("Choice 10" in line for line in shown[: shown.index("> 10")])
    assert "You chose 11." in shown[shown.index("> 2") :]


def test_a_language_that_nobody_speaks_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chat", "--language", "tlh"]) == 2
    assert "the flows do not speak 'tlh': they speak en" in capsys.readouterr().err


def test_broken_flows_are_told_of(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "flows" / "main.yaml").write_text("flows: {main: {steps: []}}", encoding="utf-8")
    assert main(["chat"]) == 1
    *problems, told = capsys.readouterr().err.splitlines()
    assert problems
    assert all(problem.startswith("flows/main.yaml:1:") for problem in problems)
    assert told == "switchboard: flows has errors: see `switchboard check`"


ORDERS = """
settings: {queue: support, expires: 3h}
slots: {order: {type: text}, size: {type: categorical, values: [small, large]}, code: {type: text}}
flows:
  main: {start: true, description: d, steps: [{menu: What now?, options: [{label: Order}]}]}
  order:
    description: Takes an order, and reminds of it
    steps:
      - {collect: order, ask: "Which? The size is {size}.", timeout: 1h, no_input: Still there?}
      - {collect: code, ask: Your code?, secret: true}
  inner: {description: inner, if: false, steps: [{menu: Deep inside, options: [{label: Out}]}]}
"""
ASIDES = """\
:wait 90m
:wait soon
:slot size=huge
tea
4711
:state
:save flows/tests/order.yaml an order
:save flows/tests/order.yaml
:help
/help
:wiat 2h
:wait 2d
hello
:save flows/tests/next.yaml
"""


async def test_asides_are_for_the_program_and_all_else_is_for_the_bot(home: Path) -> None:
    (home / "flows" / "main.yaml").write_text(ORDERS, encoding="utf-8")
    shown = await chat(ASIDES, "--flow", "order", "--slot", "size=small", "--at", "2026-03-21 09:30", "--state")
    told = "\n".join(shown)
    assert shown.index("What now?") < shown.index("Which? The size is small.") < shown.index("Still there?")
    assert re.search(r"\(It is 2026-03-21 11:00:\d\d now\.\)", told), "the clock runs on meanwhile"
    assert "(:wait soon: the time to wait should be a duration, but is 'soon')" in shown
    assert "(:slot size=huge: the slot 'size' is categorical of small, large, and can't hold 'huge')" in shown
    assert "  ┆ at order › collect_order (collect)" in shown
    assert "  ┆ waits for an answer, unanswered 1×" in shown
    assert '  ┆ order = "tea"' in shown
    assert "4711" not in told.replace("> 4711", "")
    assert "(:wiat 2h: did you mean 'wait'?)" in shown
    assert "  ┆ the conversation has ended" in shown[shown.index("> :wait 2d") :]
    assert told.count("is there already, and stays as it is") == 1
    saved = (home / "flows" / "tests" / "order.yaml").read_text(encoding="utf-8")
    assert 'test_case: "an order"' in saved
    assert told.count("the one before has ended") == 1
    assert 'at: "2026-03-21T09:30:00+00:00"' in saved
    assert 'user: "/start order"' in saved
    assert "wait: 1h" in saved
    assert "4711" not in saved


def test_what_was_saved_is_a_test_that_passes(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "flows" / "main.yaml").write_text(ORDERS, encoding="utf-8")
    typed = ":wait 90m\ntea\n4711\n:save flows/tests/order.yaml\n"
    asyncio.run(chat(typed, "--flow", "order", "--slot", "size=small", "--at", "2026-03-21 09:30"))
    assert main(["test"]) == 0
    assert "1 passed" in capsys.readouterr().out


async def test_slots_that_are_filled_before_are_filled_in_one_turn(home: Path) -> None:
    (home / "flows" / "main.yaml").write_text(ORDERS, encoding="utf-8")
    slots = ("--slot", "size=small", "--slot", 'order="a", b')
    shown = await chat(":state\n", *slots)
    assert shown.count("What now?") == 1
    assert '  ┆ order = "\\"a\\", b"' in shown
    assert '  ┆ size = "small"' in shown


async def test_a_flow_that_only_others_start_is_tried_and_not_saved(home: Path) -> None:
    (home / "flows" / "main.yaml").write_text(ORDERS, encoding="utf-8")
    shown = await chat(":save x.yaml\n", "--flow", "inner", "--channel", "telegram")
    assert "  1) Out" in shown
    assert any("no test can begin with 'inner'" in line for line in shown)
    assert not (home / "x.yaml").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--flow", "ordr"], "there is no flow 'ordr': did you mean 'order'?"),
        (["--slot", "colour=red"], "there is no slot 'colour'"),
        (["--slot", "order"], "a slot is filled with NAME=VALUE"),
        (["--at", "noon"], "--at 'noon' is no moment"),
    ],
)
def test_a_beginning_that_cannot_be_is_refused(
    home: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    (home / "flows" / "main.yaml").write_text(ORDERS, encoding="utf-8")
    assert main(["chat", *words]) == 2
    assert told in capsys.readouterr().err


async def test_what_is_said_while_nobody_types_is_shown(home: Path) -> None:
    (home / "flows" / "main.yaml").write_text(WAITING, encoding="utf-8")
    reminded = asyncio.Event()
    written: list[str] = []

    def write(text: str) -> None:
        written.append(text)
        if "Are you still there?" in text:
            reminded.set()

    async def typed() -> AsyncIterator[str]:
        await reminded.wait()
        yield "tea\n"

    async with asyncio.timeout(60):
        await converse(load_settings(None, {}), parser().parse_args(["chat"]), typed(), write)
    shown = "".join(written)
    assert shown.index("Are you still there?") < shown.index("Here you are.")


async def test_every_choice_has_a_number_of_its_own(home: Path) -> None:
    flows = """
flows:
  main:
    start: true
    description: d
    steps:
      - {menu: First?, options: [{label: On}]}
      - {id: then, menu: Then?, options: [{label: One, key: 3}, {label: Two}], next: then}
"""
    (home / "flows" / "main.yaml").write_text(flows, encoding="utf-8")
    shown = await chat("on\n4\n", "--channel", "telegram")
    assert shown[shown.index("Then?") + 1 :][:3] == ["  3) One", "  2) Two", "  4) Back"]
    assert shown[shown.index("> 4") + 1 :] == ["First?", "  1) On"]
